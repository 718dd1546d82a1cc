/** Processes as the operating system knows them: a pid and its start, so that a recycled pid is never taken for another. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** `started` is opaque: equal text means the same process. */
export type ProcessId = { pid: number; started: string };

type Seen = { parent: number; started: string };

/** Identity of a running process; undefined when there is none, or only its unreaped remains. */
export function identify(pid: number): ProcessId | undefined {
  const seen = look(pid);
  return seen && { pid, started: seen.started };
}

export const isRunning = (process: ProcessId): boolean => look(process.pid)?.started === process.started;

export const parentOf = (pid: number): number | undefined => look(pid)?.parent;

/** The command line of a process, words separated by spaces; empty when it is gone or not ours to read. */
export function commandOf(pid: number): string {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Asks a process to end with `signal`, and kills it (with its process group when `group`) after `graceMs`. Resolves when it is gone. */
export async function endProcess(
  target: ProcessId,
  { signal = 'SIGTERM', graceMs = 5_000, group = false }: { signal?: NodeJS.Signals; graceMs?: number; group?: boolean } = {},
): Promise<void> {
  if (isRunning(target)) signalTo(target.pid, signal);
  if (!(await gone(target, graceMs))) {
    signalTo(target.pid, 'SIGKILL');
    await gone(target, 2_000);
  }
  // A group outlives its leader; its id is not given to another process while a member lives.
  if (group) signalTo(-target.pid, 'SIGKILL');
}

/** Sends a signal, to a process group when `pid` is negative; one that is already gone is no error. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  // To the system 0 means our own group, −1 everything there is, and 1 is its first process.
  if (!Number.isInteger(pid) || Math.abs(pid) <= 1) throw new Error(`no process has the id ${pid}`);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until the process has gone; false when it still runs after `withinMs`. */
export async function gone(target: ProcessId, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(target)) {
    if (Date.now() >= deadline) return false;
    await sleep(10);
  }
  return true;
}

function look(pid: number): Seen | undefined {
  return process.platform === 'linux' ? lookInProc(pid) : lookWithPs(pid);
}

function lookInProc(pid: number): Seen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent] = fields;
    // A program whose first thread has ended counts as a zombie while the others still close its files and ports.
    const threads = Number(fields[17]);
    if (state === 'X' || (state === 'Z' && threads <= 1)) return undefined;
    return { parent: Number(parent), started: `${bootId()}:${fields[19]}` };
  } catch {
    return undefined;
  }
}

function lookWithPs(pid: number): Seen | undefined {
  try {
    const columns = ['-o', 'stat=,ppid=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', columns, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [state = 'Z', parent, ...started] = line.trim().split(/\s+/);
    if (state.startsWith('Z')) return undefined;
    return { parent: Number(parent), started: started.join(' ') };
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
/** Start times count from the boot, so they are compared within one boot only. */
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}
