/** Every way in which the contracts say no is met by a test in Solidity, by its name and with its arguments. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorsAbi } from '../../contracts/client/abi.ts';

const FOLDER = import.meta.dirname;
const tests = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.t.sol'))
  .map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));

/** `_fails(X.selector, …)`, `abi.encodeWithSelector(X.selector, …)`, or `== X.selector`: with how many arguments each. */
const expectations = (name: string) =>
  tests.flatMap((text) => [...text.matchAll(new RegExp(`(\\(|==)\\s*(?:\\w+\\.)?${name}\\.selector\\b([^;]*)`, 'g'))].map(([, how, rest]) => (how === '==' ? 0 : countOf(rest!))));

/** How many arguments follow before the call ends. */
function countOf(rest: string): number {
  let [depth, count] = [0, 0];
  for (const char of rest) {
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    if (depth < 0) break;
    if (char === ',' && depth === 0) count++;
  }
  return count;
}

describe('every error', () => {
  it('is known', () => expect(errorsAbi.length).toBeGreaterThan(100));
  it.each(errorsAbi.map(({ name, inputs }) => ({ name, inputs })))('$name', ({ name, inputs }) => {
    const met = expectations(name);
    expect(met.filter((count) => count === inputs.length).length, `met with ${met} arguments of ${inputs.length}`).toBeGreaterThan(0);
  });
});
