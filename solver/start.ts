/** Starts one solver: finds its network, builds its world and desk, prepares its chains, and runs until told to stop. */
import { createClient } from '../api/client/client.ts';
import { TenderError } from '../intents/errors.ts';
import type { SolverConfig } from './config.ts';
import { type Log, reasonOf } from './log.ts';
import type { DeskOf, Door } from './ports.ts';
import { prepare } from './prepare.ts';
import { runSolver } from './run.ts';
import { type Built, buildWorld, checked } from './world.ts';

export type StartOptions = {
  config: SolverConfig;
  deskOf: DeskOf;
  log: Log;
  signal: AbortSignal;
  onReady(name: string, address: string): void;
};

const RETRY_MS = { first: 250, last: 5_000 };

/** Until the signal falls and all is put down. TenderErrors: `wrong_chain`, `journal_in_use`, `journal_damaged`, `journal_failed`. */
export async function startSolver({ config, deskOf, log, signal, onReady }: StartOptions): Promise<void> {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  const client = createClient(config.api);
  const registry = await patiently(() => client.network(), 'the network', log, stop.signal);
  if (!registry) return;
  const artifacts = checked({ get: (hash) => client.artifact(hash), put: async (bytes) => (await client.attach(bytes)).sha256 });
  const world = await buildWorld({ registry, key: config.key, dir: config.dir, rpc: config.rpc, artifacts, log, signal: stop.signal });
  let broken: Error | undefined;
  void world.broken.then((error) => {
    broken = error;
    stop.abort();
  });
  try {
    await work(world, stop.signal, { config, deskOf, log, onReady });
  } finally {
    stop.abort();
    await world.close();
  }
  if (broken) throw broken;
}

async function work(world: Built, signal: AbortSignal, { config, deskOf, log, onReady }: Omit<StartOptions, 'signal'>) {
  await Promise.all(world.doors.map((door) => patiently(() => isRightChain(door), `the node of ${door.chain.name}`, log, signal)));
  if (signal.aborted) return;
  await patiently(() => world.start().then(() => true), 'the journal’s transactions', log, signal);
  const desk = await deskOf(world);
  const sellsTokens = desk.venues.some(({ relay }) => !relay);
  await patiently(
    () => prepare(world, world.doors, { bondTarget: config.bondTarget, sellsTokens }).then(() => true),
    'approvals and bonds',
    log,
    signal,
  );
  const name = config.name ?? desk.name;
  let said = false;
  try {
    await runSolver(world, desk, {
      api: config.api,
      name,
      signal,
      validSeconds: config.bidSeconds,
      ownSeconds: config.ownBidSeconds,
      bond: { least: config.bondLeast, most: config.bondMost },
      onReady() {
        if (!said) onReady(name, world.account.address);
        said = true;
      },
    });
  } finally {
    await desk.close?.();
  }
}

async function isRightChain({ chain, rpc }: Door): Promise<true> {
  const id = await rpc.getChainId();
  if (id !== chain.id)
    throw new TenderError('wrong_chain', `The endpoint for ${chain.name} (${chain.id}) serves chain ${id}.`, {
      hint: `Correct TENDER_RPC_${chain.id}.`,
    });
  return true;
}

/** Tries until it works or the signal falls; what can never work is thrown. */
async function patiently<T>(task: () => Promise<T>, what: string, log: Log, signal: AbortSignal): Promise<T | undefined> {
  for (let ms = RETRY_MS.first; !signal.aborted; ms = Math.min(ms * 2, RETRY_MS.last)) {
    try {
      return await task();
    } catch (error) {
      if (error instanceof TenderError && HOPELESS.includes(error.code)) throw error;
      log('start.waiting', { what, reason: reasonOf(error) });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
  }
  return undefined;
}
const HOPELESS = ['wrong_chain', 'journal_in_use', 'journal_damaged', 'journal_failed', 'bad_answer'];
