/**
 * A chain's state on disk, between runs.
 *
 * anvil's own `--state-interval` rewrites the whole history every second, in place: 1.7 kB for each block, also for empty
 * ones, and a kill in the middle leaves half a file. So we save only after blocks that hold transactions, and in one step.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TenderError } from '../../intents/errors.ts';
import { explainDisk, writeWhole } from './disk.ts';

const SAVE_MS = 1_000;

type Rpc = <T>(method: string, params?: unknown[]) => Promise<T>;

/** What to load (undefined: a new chain) and where anvil shall leave its state when it ends well. */
export function latestState(file: string): { load: string | undefined; atExit: string } {
  const atExit = `${file}.exit`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    // A state left at a good end is the newest there is, unless anvil was killed while it wrote.
    if (heightOf(atExit) >= Math.max(heightOf(file), 0)) renameSync(atExit, file);
    rmSync(atExit, { force: true });
  } catch (error) {
    throw explainDisk(error, file);
  }
  return { load: heightOf(file) >= 0 ? file : undefined, atExit };
}

/** Forgets a chain's state. */
export function forgetState(file: string): void {
  for (const path of [file, `${file}.exit`]) rmSync(path, { force: true });
}

/**
 * Saves the state within a second of every block with transactions.
 * A save that the disk refuses is tried again every second; `complain` hears of it once.
 */
export function keepState(file: string, rpc: Rpc, complain: (message: string) => void): { save(): Promise<void>; stop(): Promise<void> } {
  let savedAt = -1;
  let complained = false;
  let running = Promise.resolve();
  const save = async () => {
    const height = Number(await rpc<string>('eth_blockNumber'));
    const packed = await rpc<string>('anvil_dumpState');
    writeWhole(file, gunzipSync(Buffer.from(packed.slice(2), 'hex')));
    savedAt = height;
    complained = false;
  };
  const look = async () => {
    const height = Number(await rpc<string>('eth_blockNumber'));
    if (savedAt < 0 || (await holdsTransactions(rpc, savedAt + 1, height))) await save();
    else savedAt = height;
  };
  const timer = setInterval(() => {
    running = running.then(look).catch((error: unknown) => {
      // That the chain does not answer is told by its end.
      if (error instanceof TenderError && !complained) complain(error.message);
      complained ||= error instanceof TenderError;
    });
  }, SAVE_MS);
  timer.unref();
  return {
    save: () => {
      const saved = running.then(save);
      running = saved.catch(() => undefined);
      return saved;
    },
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}

async function holdsTransactions(rpc: Rpc, from: number, to: number): Promise<boolean> {
  // After a reorg or a long pause nobody knows: save.
  if (to < from) return to < from - 1;
  if (to - from > 20) return true;
  for (let height = from; height <= to; height++) {
    if (Number(await rpc<string>('eth_getBlockTransactionCountByNumber', [`0x${height.toString(16)}`])) > 0) return true;
  }
  return false;
}

/** Height of a saved state; −1 when there is none, or only a half-written one. */
function heightOf(file: string): number {
  if (!existsSync(file)) return -1;
  try {
    const { best_block_number: height } = JSON.parse(readFileSync(file, 'utf8')) as { best_block_number: number | string };
    return Number(height);
  } catch {
    return -1;
  }
}
