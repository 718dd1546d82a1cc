/** The commands `start` and `demo`: arguments in, one clear sentence out when something is in the way. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TenderError } from '../../intents/errors.ts';
import { demo } from './demo/demo.ts';
import { chosenPorts } from './ports.ts';
import { SOLVERS, type SolverName } from './services.ts';
import { stopOnSignal } from './shutdown.ts';
import { type LocalNetwork, startNetwork } from './start.ts';

const HELP = `npm start [-- --data DIR]             a whole network on this machine, until Ctrl-C
npm run demo [-- --json] [--solvers amm,inventory,rack]
                                      eight sentences on a network in a temporary place
Settings (environment): TENDER_DATA (default .tender), TENDER_PORT_API, TENDER_PORT_ETHEREUM, TENDER_PORT_BASE, TENDER_PORT_ARBITRUM.`;

async function main(argv: string[]): Promise<number | undefined> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, solvers: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [command] = positionals;
  if (values.help || (command !== 'start' && command !== 'demo')) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const solvers = chosenSolvers(values.solvers);
  if (command === 'demo') return demo({ json: values.json, solvers });
  await start(values.data ?? process.env.TENDER_DATA ?? '.tender', solvers);
  return undefined;
}

async function start(folder: string, solvers: readonly SolverName[]): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const dir = resolve(folder);
  say('Starting three chains, the database, the API, three attesters and the solvers …');
  const ports = chosenPorts(process.env);
  let running: LocalNetwork | undefined;
  // Before the start: until it is done there is nothing to stop in order, and what was begun ends with us by its lifeline.
  stopOnSignal(async () => running?.stop());
  const network = await startNetwork({ dir, ports, solvers, log: say });
  running = network;
  const { build, start: whole } = network.times;
  const page = network.api.replace('127.0.0.1', 'localhost');
  say(`ready in ${whole.toFixed(1)} s${build > 0 ? ` (of which ${build.toFixed(1)} s built contracts and page, side by side with the rest)` : ' (contracts and page were built already)'}

  Open ${page} — choose "Demo wallet", press "Faucet", type: swap 100 USDC to ETH on base

  Or in another terminal:
    npx --no-install tender ask "swap 100 USDC to ETH on base" --yes
    npx --no-install tender ask "rent 1 vCPU for 2 minutes for at most 0.10 USDC"
    curl ${page}/v1/network

  Data and logs: ${dir}. Ctrl-C stops everything.`);
}

function chosenSolvers(text: string | undefined): readonly SolverName[] {
  if (text === undefined) return SOLVERS;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(SOLVERS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new TenderError('unknown_solver', `There is no solver "${unknown}".`, { hint: `Known: ${SOLVERS.join(', ')}.`, param: 'solvers' });
  }
  return names as SolverName[];
}

main(process.argv.slice(2)).then(
  (code) => code !== undefined && process.exit(code),
  (error: unknown) => {
    const known = error instanceof TenderError;
    process.stderr.write(`${known ? `${error.message}${error.hint ? ` ${error.hint}` : ''}` : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
