/**
 * `npm run bench:gas`: full-transaction gas from receipts, beside the peers' numbers measured the same way. `--json` prints one
 * line per case instead; `--update` writes test/bench/gas.json, which `npm test` compares with. State of each case: Prague, every
 * balance non-zero, infinite approvals, EOA solver, two of three attesters, one output, no partial fill, no fee. Times and
 * signatures are the same in every run, so the gas is too. Ends with code 1 if a row is not met.
 */
import { writeFileSync } from 'node:fs';
import { measure, SNAPSHOT } from './gasMeasure.ts';
import { isMet, type Row, TARGETS } from './gasRows.ts';

const figure = (gas: number | undefined) => (gas === undefined ? '' : gas.toLocaleString('en-US')).padStart(10);
const rows = await measure();
if (process.argv.includes('--update')) writeFileSync(SNAPSHOT, `${JSON.stringify(Object.fromEntries(rows.map((row) => [row.case, row.gas])), null, 2)}\n`);
if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  console.log(`${'case'.padEnd(20)}${'gas'.padStart(10)}${'at most'.padStart(10)}${'floor'.padStart(10)}${'best peer'.padStart(12)}`);
  for (const row of rows) {
    const { most, peer } = TARGETS[row.case] ?? {};
    console.log(`${row.case.padEnd(20)}${figure(row.gas)}${figure(most)}${figure(row.floor)}${figure(peer?.gas).padStart(12)}  ${isMet(row) ? ' ' : '!'} ${peer?.who ?? ''}`);
  }
  for (const { case: name, why } of rows) if (why) console.log(`${name}: ${why}`);
}
const missed = rows.filter((row) => !isMet(row)).map((row: Row) => row.case);
const absent = Object.keys(TARGETS).filter((name) => !rows.some((row) => row.case === name));
if (!process.argv.includes('--json')) console.log(missed.length + absent.length === 0 ? 'every row is met' : `not met: ${[...missed, ...absent.map((name) => `${name} (not measured)`)].join(', ')}`);
process.exit(missed.length + absent.length === 0 ? 0 : 1);
