/**
 * Known attacks and findings, one row each, by the letter of their kind (A calls, B signatures, C tokens, D life cycle and
 * attesters, E auction and bonds, F compute), with the tests that keep them out. Rows that no contract can be touched by (chains'
 * reorganisations, nodes that lie, markets, machines) are tested elsewhere and do not stand here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'rows.json'), 'utf8')) as Record<string, string[]>;

describe('known attacks', () => {
  it('are all there', () => expect(Object.keys(rows).length).toBeGreaterThanOrEqual(50));
  it.each(Object.entries(rows))('%s has its test', (_, tests) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const test of tests) {
      const [file, name] = test.split(':') as [string, string?];
      const text = readFileSync(join(ROOT, file), 'utf8');
      expect(name === undefined || text.includes(file.endsWith('.sol') ? `function ${name}(` : `'${name}'`), test).toBe(true);
    }
  });
});
