/** The command `tender-solver`. */
import { parseArgs } from 'node:util';
import { TenderError } from '../intents/errors.ts';
import { stringify } from '../intents/json.ts';
import { readConfig, type SolverConfig } from './config.ts';
import { deskFrom, desks } from './desks/index.ts';
import { createLog, reasonOf } from './log.ts';
import { startSolver } from './start.ts';
import { sayStatus, statusOf } from './status.ts';

const HELP = `tender-solver run [--venue ${Object.keys(desks).join('|')}] [--desk FILE] [--config FILE]
  Runs a solver until it is stopped. Prints "ready NAME ADDRESS" once it may win orders.
  --venue   a desk that comes with Tender (default amm)
  --desk    a desk of your own: a module like solver/desks/example.ts
tender-solver status [--config FILE] [--json]
  Open promises, the journal, balances and bonds; may be run beside a running solver.

Settings (environment): TENDER_SOLVER_KEY (required), TENDER_API (default http://localhost:8787),
  TENDER_SOLVER_DIR (default .tender/solver), TENDER_SOLVER_NAME, TENDER_SOLVER_SPREAD_BPS, TENDER_RPC_<chainId>.
The rest is set in the JSON file: see solver/config.ts.
Exit codes: 0 stopped as asked, 1 failed, 2 wrong settings or arguments.`;

const OPTIONS = {
  venue: { type: 'string' },
  desk: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function complain(lines: string[]): number {
  for (const line of lines) process.stderr.write(`tender-solver: ${line}\n`);
  return 2;
}

async function main(argv: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return complain([reasonOf(error), 'See tender-solver --help.']);
  }
  const { values, positionals } = parsed;
  if (values.help || positionals.length === 0) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const [command] = positionals;
  if (command !== 'run' && command !== 'status') return complain([`There is no command "${command}". See tender-solver --help.`]);
  const read = readConfig(values.config);
  const problems = 'problems' in read ? read.problems : [];
  if (values.venue !== undefined && !Object.hasOwn(desks, values.venue))
    problems.push(`There is no venue "${values.venue}": ${Object.keys(desks).join(', ')}.`);
  if (values.venue !== undefined && values.desk !== undefined) problems.push('Give --venue or --desk, not both.');
  if (problems.length > 0 || !('config' in read)) return complain(problems);
  if (command === 'run') return run(read.config, values.venue ?? 'amm', values.desk);
  const status = await statusOf(read.config);
  process.stdout.write(`${values.json ? stringify(status) : sayStatus(status)}\n`);
  return 0;
}

async function run(config: SolverConfig, venue: string, file: string | undefined): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  // Started by a network on this machine: ends with it.
  if (process.channel) process.once('disconnect', () => stop.abort());
  const log = createLog(config.name ?? venue);
  const deskOf = (file === undefined ? desks[venue] : await deskFrom(file))!(config);
  await startSolver({
    config,
    deskOf,
    log,
    signal: stop.signal,
    onReady(name, address) {
      process.stdout.write(`ready ${name} ${address}\n`);
      process.send?.({ ready: true });
    },
  });
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`tender-solver: ${reasonOf(error)}${error instanceof TenderError && error.hint ? ` ${error.hint}` : ''}\n`);
    process.exit(1);
  },
);
