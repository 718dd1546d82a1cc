/**
 * `npm run prove`: what is too slow, or needs too many tools, for `npm test`. Prints one table and writes test/prove/results.json.
 * `--only mutation,seeded,smt,spin,coverage,invariants` `--seed 1` `--sample 40` (mutants per file, 0: all) `--minutes 60` (per
 * section) `--match TEXT` `--calls 1000000 --seeds 10` (long invariants) `--json`. Ends with code 1 if anything is not as promised.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coverage } from './coverage.ts';
import { invariants } from './invariants.ts';
import { mutation } from './mutation.ts';
import { Missing, type Options, type Result, type Section } from './section.ts';
import { seeded } from './seeded.ts';
import { commitNow, merge, readResults } from './results.ts';
import { smt } from './smt.ts';
import { spin } from './spin.ts';

const SECTIONS: Readonly<Record<string, Section>> = { smt, spin, seeded, coverage, mutation, invariants };

const { values } = parseArgs({
  options: {
    only: { type: 'string' }, seed: { type: 'string', default: '1' }, sample: { type: 'string', default: '40' }, minutes: { type: 'string', default: '60' },
    match: { type: 'string', default: '' }, calls: { type: 'string', default: '1000000' }, seeds: { type: 'string', default: '10' }, json: { type: 'boolean', default: false },
  },
});
const options: Options = {
  seed: Number(values.seed), sample: Number(values.sample), minutes: Number(values.minutes), match: values.match, calls: Number(values.calls), seeds: Number(values.seeds),
};
const names = values.only?.split(',') ?? Object.keys(SECTIONS);
const unknown = names.filter((name) => !SECTIONS[name]);
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}: ${Object.keys(SECTIONS).join(', ')}.`);
  process.exit(2);
}

const commit = await commitNow();
const results: Result[] = [];
for (const name of names) results.push(await runSection(name, SECTIONS[name] as Section));

// A look at a part is not a result.
const results_ = join(import.meta.dirname, 'results.json');
if (!options.match) writeFileSync(results_, `${JSON.stringify(merge(readResults(results_), results, commit), null, 2)}\n`);
if (values.json) console.log(JSON.stringify(results));
else for (const result of results) print(result);
process.exit(results.every(({ ok }) => ok) ? 0 : 1);

async function runSection(section: string, run: Section): Promise<Result> {
  const startedAt = performance.now();
  const log = (line: string) => process.stderr.write(`${section}: ${line}\n`);
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  try {
    const { summary, rows, ok } = await run(options, log);
    return { section, ok: ok ?? (rows.length > 0 && rows.every((row) => row.ok)), summary, rows, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { section, ok: false, summary: error.message, rows: [], seconds: seconds() };
  }
}

function print({ section, ok, summary, rows, seconds }: Result): void {
  console.log(`\n${ok ? 'ok    ' : 'FAILED'} ${section.padEnd(11)} ${summary} (${seconds} s)`);
  const width = Math.min(70, Math.max(0, ...rows.map(({ name }) => name.length)));
  for (const row of rows) console.log(`  ${row.ok ? ' ' : '!'} ${row.name.padEnd(width)}  ${row.result}${row.note ? `  (${row.note})` : ''}`);
}
