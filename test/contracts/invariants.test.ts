/** The protocol's numbered invariants, and the campaign whose assertions hold each: the table is checked against the code, both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import table from './invariants.json' with { type: 'json' };

const CAMPAIGNS = ['Escrow', 'Fills', 'Bonds', 'Compute', 'Weird'] as const;
type Row = { says: string; stateful: Partial<Record<(typeof CAMPAIGNS)[number], string[]>> };
const rows = Object.entries(table as Record<string, Row>).map(([number, row]) => ({ number: Number(number), ...row }));
const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');

/** Messages of assertions that begin with an invariant's number, of one campaign: in its handler, in the invariant itself, in what all share. */
const assertionsOf = (campaign: string) => {
  const code = ['Actor.sol', `${campaign}Handler.sol`, `Invariants${campaign}.t.sol`].map(read).join('\n');
  return new Set([...code.matchAll(/"((?:\d+, )*\d+: [^"]+)"/g)].map(([, text]) => text!));
};
const numbersOf = (text: string) => text.slice(0, text.indexOf(':')).split(', ').map(Number);

describe('the invariants of the protocol', () => {
  it('stand in the table, all forty', () => expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1)));

  it.each(rows)('$number: $says', ({ number, stateful }) => {
    expect(Object.values(stateful).flat().length).toBeGreaterThan(0);
    for (const [campaign, texts] of Object.entries(stateful)) {
      for (const text of texts) {
        expect(assertionsOf(campaign), campaign).toContain(text);
        expect(numbersOf(text), text).toContain(number);
      }
    }
  });

  it.each(CAMPAIGNS)('%s asserts nothing by number that the table does not know', (campaign) => {
    const known = new Set(rows.flatMap(({ number, stateful }) => (stateful[campaign] ?? []).map((text) => `${number} ${text}`)));
    const asserted = [...assertionsOf(campaign)].flatMap((text) => numbersOf(text).map((number) => `${number} ${text}`));
    expect(asserted.filter((one) => !known.has(one) && !one.includes('bystander'))).toEqual([]);
  });

  it.each(CAMPAIGNS)('%s is one of those that npm test walks', (campaign) => {
    expect(read(`Invariants${campaign}.t.sol`)).toMatch(/function invariant_\w+\(\) external view/);
    expect(read('../run.ts')).not.toContain(`Invariants${campaign}`);
  });
});
