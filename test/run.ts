/** `npm test`: type check, contracts build, vitest and forge, added up into one closing line `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildContracts, forgeBinary } from '../contracts/build.ts';

type Count = { passed: number; failed: number; skipped: number };
const NONE: Count = { passed: 0, failed: 0, skipped: 0 };
const add = (a: Count, b: Count): Count => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });
const artefacts = join('test', '.artefacts');

/** Runs a command with its output shown; resolves with its exit code. */
function run(command: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** One check that is a whole command: passed or failed. */
async function check(name: string, command: string, args: string[]): Promise<Count> {
  const code = await run(command, args);
  console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name}`);
  return code === 0 ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 };
}

/** `alone`: one file at a time, with nothing beside it. */
async function vitest(filters: string[], alone = false): Promise<Count> {
  const report = join(artefacts, 'vitest.json');
  rmSync(report, { force: true });
  const bin = join('node_modules', 'vitest', 'vitest.mjs');
  const code = await run(process.execPath, [bin, 'run', ...filters, ...(alone ? ['--maxWorkers=1'] : []), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  if (!existsSync(report)) return { ...NONE, failed: 1 };
  const read = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number;
    testResults: { status: string; assertionResults: { status: string }[] }[];
  };
  // A file that fails outside of its tests (an import, a hook) counts as one failure; so does a run that fails without a failed test.
  const brokenFiles = read.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed')).length;
  const failed = read.numFailedTests + brokenFiles;
  return { passed: read.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: read.numPendingTests + read.numTodoTests };
}

const SOLIDITY = join('test', 'contracts');

/** Fuzz tests by how often they are to be tried, as `@custom:runs` says above them; those that say nothing, as often as foundry.toml says. */
function runsOfTests(): Map<string, string[]> {
  const tests = new Map<string, string[]>();
  for (const file of readdirSync(SOLIDITY).filter((name) => name.endsWith('.t.sol'))) {
    for (const [, runs, name] of readFileSync(join(SOLIDITY, file), 'utf8').matchAll(/@custom:runs (\d+)\s+function (\w+)/g)) tests.set(runs!, [...(tests.get(runs!) ?? []), name!]);
  }
  return tests;
}

/** All Solidity tests. */
async function solidity(): Promise<Count> {
  const often = runsOfTests();
  const named = (names: string[]) => `^(${names.join('|')})\\(`;
  // Files without tests are compiled only if one with tests needs them.
  const match = ['--match-path', join(SOLIDITY, '*.t.sol')];
  let total = await forge([...match, '--no-match-test', named([...often.values()].flat())]);
  for (const [runs, names] of often) total = add(total, await forge([...match, '--match-test', named(names)], runs));
  console.log(`forge: ${total.passed} passed, ${total.failed} failed`);
  return total;
}

async function forge(args: string[], runs?: string): Promise<Count> {
  // Its text, read line by line: `--json` holds all that campaigns logged, which no string can.
  const child = spawn(forgeBinary(), ['test', '--color', 'never', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', FOUNDRY_FUZZ_SEED: '0x1', ...(runs && { FOUNDRY_FUZZ_RUNS: runs }) },
  });
  const ended = new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
  const failures = new Set<string>();
  let count = NONE;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('[FAIL')) failures.add(line.slice(0, 500));
    const sum = /^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped/.exec(line);
    if (sum) count = { passed: Number(sum[1]), failed: Number(sum[2]), skipped: Number(sum[3]) };
  }
  for (const failure of failures) console.log(failure);
  // A compilation that fails has no sum, and no tests are no success.
  const broken = (await ended) !== 0 || count.passed === 0;
  return broken && count.failed === 0 ? { ...count, failed: 1 } : count;
}

async function main() {
  mkdirSync(artefacts, { recursive: true });
  const filters = process.argv.slice(2);
  const startedAt = Date.now();
  let total = NONE;
  if (filters.length === 0) {
    total = add(total, await check('types', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']));
  }
  await buildContracts();
  if (filters.length > 0) total = add(total, await vitest(filters));
  else {
    // Storms say how fast things come back: they run by themselves.
    total = add(total, await vitest(['test/chaos'], true));
    // One after the other: tests on real chains measure time, and compete for two cores badly.
    total = add(total, await vitest(['--exclude=test/chaos/**']));
    total = add(total, await solidity());
  }
  console.log(`\n${Math.round((Date.now() - startedAt) / 1000)} s`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await main();
