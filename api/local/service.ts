/** One of the network's own processes: started, waited for until it serves, started again when it crashes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenderError } from '../../intents/errors.ts';
import { SUPERVISED } from './lifeline.ts';
import { type Log, openLog } from './logs.ts';
import { forgetProcess, recordProcess, stopLeftover } from './pids.ts';
import { endProcess, identify, type ProcessId, signalTo } from './processes.ts';

export type Service = {
  name: string;
  command: string;
  args: string[];
  /** Added to our own environment. Secrets go here or into files, never into `args`. */
  env?: Record<string, string>;
  cwd?: string;
  /** `message`: when it calls `tellReady()`; `url`: when that answers 2xx; absent: as soon as it runs. */
  ready?: 'message' | { url: string };
  /** Names of services that must be ready before it is started. */
  after?: string[];
};

export type ServiceOptions = {
  /** The data folder: logs and the list of processes. */
  dir: string;
  restart?: boolean;
  /** Told of crashes, restarts and of logs that cannot be written. */
  log?: (line: string) => void;
  readyMs?: number;
};

export type Runner = {
  start(): Promise<void>;
  /** Resolves when it is ready for the first time; rejects when it never will be. */
  ready: Promise<void>;
  /** From now on it is not started again. */
  hold(): void;
  stop(): Promise<void>;
  pid(): number | undefined;
  restarts(): number;
};

/** A service that ran for this long was well: its next crash is the first again. */
const WELL_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** Crashes before the first readiness that are put up with. */
const START_TRIES = 3;
const STOP_MS = 5_000;

export function runService(service: Service, options: ServiceOptions): Runner {
  const { name } = service;
  const { dir, restart = true, log = () => undefined, readyMs = 30_000 } = options;
  const words = openLog(dir, name, (line) => log(`${name}: ${line}`));
  const ready = promised();
  let current: Running | undefined;
  let held = false;
  let crashes = 0;
  let restarts = 0;

  const launch = (): void => {
    if (held) return;
    const mine = launchOnce(service, dir, words, crashed);
    current = mine;
    void serves(service, mine.child, () => current === mine && !held).then((yes) => yes && ready.resolve());
  };
  const crashed = (how: string, ranMs: number): void => {
    current = undefined;
    if (held) return;
    crashes = ranMs > WELL_MS ? 1 : crashes + 1;
    if (!ready.settled() && (crashes >= START_TRIES || !restart)) return ready.reject(failed(name, `ended with ${how}`, words));
    if (!restart) return log(`${name} ended (${how})`);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (crashes - 1), LONGEST_PAUSE_MS);
    log(`${name} ended (${how}); starting it again in ${pause} ms`);
    restarts += 1;
    setTimeout(launch, pause);
  };
  return {
    ready: ready.promise,
    start: async () => {
      await stopLeftover(dir, name);
      const timer = setTimeout(() => ready.reject(failed(name, `was not ready within ${readyMs / 1000} s`, words)), readyMs);
      launch();
      await ready.promise.finally(() => clearTimeout(timer));
    },
    hold: () => void (held = true),
    stop: async () => {
      held = true;
      ready.reject(failed(name, 'was stopped', words));
      await current?.end();
    },
    pid: () => current?.child.pid,
    restarts: () => restarts,
  };
}

type Running = { child: ChildProcess; end(): Promise<void> };

/** In a process group of its own: Ctrl-C reaches only us, and we stop the others in order. The channel is its lifeline. */
function launchOnce(service: Service, dir: string, words: Log, onEnd: (how: string, ranMs: number) => void): Running {
  const { name, command, args, env, cwd } = service;
  const startedAt = Date.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...env, [SUPERVISED]: '1' },
    ...(cwd !== undefined && { cwd }),
  });
  if (child.stdout) words.follow(child.stdout);
  if (child.stderr) words.follow(child.stderr);
  const id: ProcessId | undefined = child.pid === undefined ? undefined : identify(child.pid);
  if (child.pid !== undefined) recordProcess(dir, name, child.pid);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    child.once('error', (error) => resolve(error.message));
  }).then((how) => {
    if (child.pid !== undefined) {
      // What it had started in its process group goes with it.
      signalTo(-child.pid, 'SIGKILL');
      forgetProcess(dir, name, child.pid);
    }
    onEnd(how, Date.now() - startedAt);
  });
  return {
    child,
    end: async () => {
      if (id) await endProcess(id, { graceMs: STOP_MS });
      await ended;
    },
  };
}

async function serves({ ready }: Service, child: ChildProcess, current: () => boolean): Promise<boolean> {
  if (ready === undefined) return child.pid !== undefined;
  if (ready === 'message') return new Promise((resolve) => child.on('message', (said) => saysReady(said) && resolve(current())));
  while (current()) {
    const answer = await fetch(ready.url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return current();
    await sleep(30);
  }
  return false;
}

const saysReady = (said: unknown): boolean => typeof said === 'object' && said !== null && 'ready' in said && said.ready === true;

function failed(name: string, how: string, words: Log): TenderError {
  const last = words.last();
  return new TenderError('service_failed', `${name} ${how}${last === undefined ? '' : `: ${last}`}`, {
    hint: `Its words are in logs/${name}.log of the data folder.`,
    param: name,
  });
}

/** A promise that others settle; nobody need listen to its failure. */
function promised(): { promise: Promise<void>; settled(): boolean; resolve(): void; reject(reason: unknown): void } {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  let settled = false;
  const promise = new Promise<void>((yes, no) => {
    resolve = () => ((settled = true), yes());
    reject = (reason) => ((settled = true), no(reason));
  });
  promise.catch(() => undefined);
  return { promise, settled: () => settled, resolve, reject };
}
