/** One process per file: two writers of one journal, or two solvers with one key, would pay twice. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { TenderError } from '../intents/errors.ts';

type Holder = { pid: number; started: string };
const TRIES = 20;

/**
 * Takes the lock at `path` for `what`; call the result to let go. A process that died without letting go (kill −9) does not
 * keep it, nor does another one that got its number. TenderError `journal_in_use`: a live process has it.
 */
export async function lockFile(path: string, what: string): Promise<() => Promise<void>> {
  const me: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' };
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, JSON.stringify(me), { flag: 'wx', mode: 0o600 });
  try {
    for (let n = 0; n < TRIES; n++) {
      if (await linked(mine, path)) return () => unlink(path).catch(() => {});
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const holder = parse(text);
      if (holder && startOf(holder.pid) === holder.started) {
        throw new TenderError('journal_in_use', `Process ${holder.pid} is using ${what}.`, { hint: 'Stop it first, or give this one a folder of its own.' });
      }
      await removeStale(path, `${mine}.stale`, text);
    }
    throw new TenderError('journal_in_use', `The lock ${path} could not be taken.`, { hint: 'Several processes want it at once: start one.' });
  } finally {
    await unlink(mine).catch(() => {});
  }
}

/** A hard link appears with its whole content or not at all, and never over another file. */
async function linked(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away. If another process was quicker and the file is already its own, puts it back. */
async function removeStale(path: string, aside: string, text: string) {
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => {});
  await unlink(aside);
}

function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
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
