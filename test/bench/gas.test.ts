/** The gas of every case is what was committed, to the last unit: times and signatures are the same in every run. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { measure, SNAPSHOT } from './gasMeasure.ts';
import { type Row, TARGETS } from './gasRows.ts';

/** Units by which a row may differ. */
const TOLERANCE = 0;
const committed = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, number>;
const UPDATE = 'If the change is meant: npm run bench:gas -- --update';

let rows: Row[];
beforeAll(async () => {
  rows = await measure({ quick: true });
}, 240_000);

describe('gas', () => {
  it('is measured and committed for every row of the table', () => {
    const measured = rows.map((row) => row.case);
    expect(Object.keys(TARGETS).filter((name) => !measured.includes(name)), 'not measured').toEqual([]);
    expect(measured.filter((name) => committed[name] === undefined), `not committed. ${UPDATE}`).toEqual([]);
  });
  it('is what was committed', () => {
    const changed = rows.filter((row) => !(Math.abs(row.gas - committed[row.case]!) <= TOLERANCE));
    expect(changed.map((row) => `${row.case}: ${row.gas}, committed ${committed[row.case]}`), UPDATE).toEqual([]);
  });
});
