/** Text by other authors: what is reached is held, nothing is wrong in silence; prints the rates per batch, locale and tag. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextFrom, parse, type ParseContext } from '../../intents/parse/index.ts';
import { casesOf, resultOf, score, type Score, upperBound } from './score.ts';

const folder = new URL('authors/', import.meta.url);
const context = contextFrom(JSON.parse(readFileSync(new URL('context.json', import.meta.url), 'utf8')));
const contexts = new Map<string, ParseContext>();
const inLocale = (locale: string) => {
  const known = contexts.get(locale) ?? { ...context, locale };
  contexts.set(locale, known);
  return known;
};
const rate = (hits: number, of: number) => `${hits}/${of}`;
const told = (table: Score['byTag']) =>
  Object.entries(table)
    .map(([name, [hits, of]]) => `${name} ${rate(hits, of)}`)
    .join(', ');

const batches = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => [name, casesOf(new URL(name, folder))] as const);
const read = (text: string, locale: string) => resultOf(parse(text, inLocale(locale)));

describe('sentences by another author', () => {
  const total = score(batches.flatMap(([, cases]) => cases), read);
  for (const [name, cases] of batches) {
    const { exact, n, covered, goldParses, overAsked, wrong } = score(cases, read);
    console.log(`${name}: exact ${rate(exact, n)}, coverage ${rate(covered, goldParses)}, asked in vain ${rate(overAsked, goldParses)}, wrong ${wrong.length}`);
  }
  console.log(`${told(total.byLocale)}\n${told(total.byTag)}\nwrong in silence at most ${upperBound(total.wrong.length, total.n).toFixed(4)}`);
  it('are not wrong in silence', () => expect(total.wrong).toEqual([]));
  it('are understood', () => expect(total.covered / total.goldParses).toBeGreaterThanOrEqual(0.93));
  it('are rarely asked about in vain', () => expect(total.overAsked / total.goldParses).toBeLessThanOrEqual(0.06));
});
