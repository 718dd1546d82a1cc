/** Ties the life of one process to another's, so that nothing runs on alone, not even after kill −9. */
import { spawn } from 'node:child_process';
import { commandOf, identify, isRunning, parentOf, type ProcessId } from './processes.ts';

/** How long a process may take to end by itself once it is alone. */
const LAST_MS = 3_000;

/** Set by `supervise` in the environment of its children, and of theirs no more. */
export const SUPERVISED = 'TENDER_SUPERVISED';

/** Called early by a child of `supervise`: ends this process, by its own SIGTERM handling if it has any, when the supervisor is gone. */
export function followParent(): void {
  if (!process.env[SUPERVISED]) return;
  delete process.env[SUPERVISED];
  // Our output's reader is gone as well then, and a word of farewell must not be our end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (process.connected) process.once('disconnect', endMyself);
  else endMyself();
}

/** Called by a child of `supervise` whose `ready` is `'message'`, once it serves. */
export function tellReady(): void {
  process.send?.({ ready: true });
}

/** When this process was started by `npm start` or the like, ends it once that npm is gone: kill −9 of npm reaches nobody else. */
export function followNpm(onGone: () => void = endMyself): void {
  const npm = npmAbove();
  if (!npm) return;
  const timer = setInterval(() => {
    if (isRunning(npm)) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

/** A program that cannot follow by itself is watched by a shell: when our end of its pipe closes unsaid, it gets `signal`. */
export function watchOver(pid: number, signal: NodeJS.Signals): { release(): void } {
  const script = 'read -r word || kill -s "$1" "$2" 2>/dev/null';
  const watcher = spawn('/bin/sh', ['-c', script, 'tender-watch', signal.replace(/^SIG/, ''), String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return { release: () => void watcher.stdin.end('released\n') };
}

/** The npm that runs us, by the way of its shell. */
export function npmAbove(): ProcessId | undefined {
  if (!process.env.npm_lifecycle_event) return undefined;
  for (let pid = parentOf(process.pid), steps = 0; pid !== undefined && pid > 1 && steps < 4; pid = parentOf(pid), steps++) {
    if (/\bnpm\b/.test(commandOf(pid))) return identify(pid);
  }
  return undefined;
}

function endMyself(): void {
  setTimeout(() => process.exit(1), LAST_MS);
  if (process.listenerCount('SIGTERM') === 0) process.exit(1);
  process.emit('SIGTERM');
}
