/** One local EVM chain: anvil from npm, whose state outlives it and which does not outlive us. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenderError } from '../../intents/errors.ts';
import { anvilProgram } from './binaries.ts';
import { type Native, startNative } from './native.ts';
import { stopLeftover } from './pids.ts';
import { requirePort } from './ports.ts';
import { keepState, latestState } from './state.ts';

export type ChainOptions = {
  id: number;
  name: string;
  port: number;
  /** The data folder of the network. */
  dir: string;
  /** Where the chain's state is kept between runs; `<dir>/chains/NAME.json` by default. */
  stateFile?: string;
  /** Told when the state cannot be saved, and when the chain ended unasked. */
  log?: (line: string) => void;
};

export type LocalChain = {
  id: number;
  name: string;
  port: number;
  url: string;
  pid: number;
  /** True when the chain began at its genesis, with no state of an earlier run. */
  fresh: boolean;
  rpc<T = unknown>(method: string, params?: unknown[]): Promise<T>;
  /** From now on one block per second, with or without transactions. */
  mineEverySecond(): Promise<void>;
  /** Writes the state now, rather than within the second. */
  save(): Promise<void>;
  /** Resolves with how anvil ended, when it has. */
  exited: Promise<string>;
  stop(): Promise<void>;
};

const READY_MS = 15_000;
const PORT_FREE_MS = 2_000;

/**
 * Starts a chain, from its saved state if there is one, in automine; stops what an earlier, killed run left of it.
 * Throws `anvil_missing`, `port_taken`, `chain_failed`, `data_not_writable`, `disk_full`.
 */
export async function startChain(options: ChainOptions): Promise<LocalChain> {
  const { id, name, port, dir, log = () => undefined } = options;
  const stateFile = options.stateFile ?? join(dir, 'chains', `${name}.json`);
  const command = anvilProgram();
  const left = await stopLeftover(dir, `chain-${name}`);
  // The system may take a moment to let go of what a killed program held.
  await requirePort(port, name, left ? PORT_FREE_MS : 0);
  const state = latestState(stateFile);
  const native = await startNative({
    name: `chain-${name}`,
    command,
    args: anvilArguments(id, port, state.load, state.atExit),
    dir,
    signal: 'SIGTERM',
  });
  const url = `http://127.0.0.1:${port}`;
  const rpc = <T>(method: string, params: unknown[] = []): Promise<T> => call<T>(url, method, params);
  await ready(native, name, id, rpc);
  const keeper = keepState(stateFile, rpc, (message) => log(`chain ${name}: ${message}`));
  let stopping = false;
  void native.exited.then((end) => stopping || log(`chain ${name} ended (${end}): stop the network and start it again`));
  return {
    id,
    name,
    port,
    url,
    pid: native.pid,
    fresh: state.load === undefined,
    rpc,
    mineEverySecond: async () => {
      await rpc('evm_setAutomine', [false]);
      await rpc('evm_setIntervalMining', [1]);
    },
    save: keeper.save,
    exited: native.exited,
    stop: async () => {
      stopping = true;
      await keeper.stop();
      await native.stop();
    },
  };
}

function anvilArguments(id: number, port: number, load: string | undefined, atExit: string): string[] {
  // Finality is the latest block less two epochs of one slot. No account is unlocked: every key is made by `keys.ts`.
  const chain = ['--chain-id', `${id}`, '--hardfork', 'prague', '--slots-in-an-epoch', '1', '--accounts', '0'];
  const server = ['--host', '127.0.0.1', '--port', `${port}`, '--quiet'];
  return [...chain, ...server, '--dump-state', atExit, ...(load === undefined ? [] : ['--load-state', load])];
}

async function ready(native: Native, name: string, id: number, rpc: LocalChain['rpc']): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (native.end() === undefined && Date.now() < deadline) {
    const answer = await rpc<string>('eth_chainId').catch(() => undefined);
    if (answer !== undefined && Number(answer) === id) return;
    await sleep(5);
  }
  const last = native.words().split('\n').at(-1);
  await native.stop();
  throw new TenderError('chain_failed', `The local chain "${name}" did not start: ${last || native.end() || 'no answer'}.`, {
    hint: `Its words are in logs/chain-${name}.log of the data folder.`,
    param: name,
  });
}

async function call<T>(url: string, method: string, params: unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: T; error?: { message: string } };
  if (error) throw new TenderError('rpc_failed', `${method}: ${error.message}`, { param: method });
  return result as T;
}
