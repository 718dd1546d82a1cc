/** The list of processes that a data folder's network started, so that the next start can stop what a killed one left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TenderError } from '../../intents/errors.ts';
import { writeWhole } from './disk.ts';
import { endProcess, identify, isRunning, type ProcessId } from './processes.ts';

/** `npm`: the npm that started it, for a network itself. */
export type Recorded = ProcessId & { signal?: NodeJS.Signals; npm?: ProcessId };

const fileOf = (dir: string) => join(dir, 'pids.json');

/** What is recorded, by name; an unreadable list counts as empty. */
export function recorded(dir: string): Record<string, Recorded> {
  try {
    return JSON.parse(readFileSync(fileOf(dir), 'utf8')) as Record<string, Recorded>;
  } catch {
    return {};
  }
}

/** Notes a running process under a name. Synchronous on purpose: starts that run side by side must not lose each other's lines. */
export function recordProcess(dir: string, name: string, pid: number, signal: NodeJS.Signals = 'SIGTERM', npm?: ProcessId): void {
  const id = identify(pid);
  if (!id) return;
  write(dir, { ...recorded(dir), [name]: { ...id, signal, ...(npm && { npm }) } });
}

/** Strikes a name off, unless it has been given to another process since. */
export function forgetProcess(dir: string, name: string, pid: number): void {
  const { [name]: entry, ...rest } = recorded(dir);
  if (entry?.pid === pid) write(dir, rest);
}

/** A disk that is full is no reason to stop: the list is the second net, and what it says too much names nobody that lives. */
function write(dir: string, list: Record<string, Recorded>): void {
  try {
    writeWhole(fileOf(dir), `${JSON.stringify(list, null, 1)}\n`);
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
  }
}

/** Stops the process that an earlier run recorded under this name, if it still runs; whether one was recorded. */
export async function stopLeftover(dir: string, name: string): Promise<boolean> {
  const entry = recorded(dir)[name];
  if (!entry) return false;
  if (isRunning(entry)) await endProcess(entry, { signal: entry.signal ?? 'SIGTERM', group: true });
  forgetProcess(dir, name, entry.pid);
  return true;
}
