/** One process per file: two writers of one journal, or two solvers with one key, would pay twice. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { TenderError } from '../intents/errors.ts';

type Holder = { pid: number; started: string };
const TRIES = 50;

/**
 * Takes the lock at `path` for `what`; call the result to let go. A process that died without letting go (kill −9) does not
 * keep it, nor does another one that got its number. TenderError `journal_in_use`: a live process has it.
 *
 * The lock is the file `PATH.N` with the highest N, and N never falls: a taker makes N + 1 once the holder of N is gone. So
 * nobody ever removes a lock that others may look at, which cannot be done without a race.
 */
export async function lockFile(path: string, what: string): Promise<() => Promise<void>> {
  const draft = `${path}.draft-${process.pid}-${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '' } satisfies Holder), { flag: 'wx', mode: 0o600 });
  try {
    for (let n = 0; n < TRIES; n++) {
      const last = (await generations(path)).at(-1) ?? 0;
      const holder = await holderOf(`${path}.${last}`);
      if (holder && startOf(holder.pid) === holder.started) {
        throw new TenderError('journal_in_use', `Process ${holder.pid} is using ${what}.`, { hint: 'Stop it first, or give this one a folder of its own.' });
      }
      const mine = `${path}.${last + 1}`;
      if (!(await linked(draft, mine))) continue;
      const now = await generations(path);
      // A slow taker may have made a number that others have long left behind.
      if (now.at(-1) !== last + 1) {
        await unlink(mine).catch(() => {});
        continue;
      }
      for (const old of now.slice(0, -1)) await unlink(`${path}.${old}`).catch(() => {});
      return () => release(mine);
    }
    throw new TenderError('journal_in_use', `The lock of ${what} could not be taken.`, { hint: 'Several processes want it at once: start one.' });
  } finally {
    await unlink(draft).catch(() => {});
  }
}

/** The file stays, so that its number is not given again; its holder is nobody. */
async function release(mine: string) {
  const left = `${mine}.left`;
  await writeFile(left, JSON.stringify({ pid: process.pid, started: 'released' } satisfies Holder), { mode: 0o600 });
  await rename(left, mine);
}

async function generations(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** A hard link appears with its whole content or not at all, and never over another file. */
async function linked(draft: string, mine: string): Promise<boolean> {
  try {
    await link(draft, mine);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder;
    return Number.isSafeInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started, in a form that differs for another process with the same number; undefined if there is none. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name (second field) may hold spaces and brackets; the state comes next, the start in ticks since boot is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}
