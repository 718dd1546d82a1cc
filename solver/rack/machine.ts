/** A leased machine: a confined process group with a folder and limits of its own, which runs commands and answers heartbeats. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TenderError } from '../../intents/errors.ts';
import { bundled } from '../../intents/job/bundle.ts';
import { confine, confinedUser, type Isolation, strongestIsolation, TOOL_PATH } from '../../intents/job/isolation.ts';
import { type Answer, ANSWER_CHARACTERS, type Ended, type Heartbeat, type Lease, lineReader, REQUEST_CHARACTERS, type Start } from './line.ts';
import { marked } from './usage.ts';

export type RunOptions = {
  /** The command and what it started in its group are killed after this. Default 60 s. */
  timeoutMs?: number;
  /** Bytes of output kept, both streams together; more is dropped and `truncated`. Default 1 MiB. */
  outputBytes?: number;
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
};
export type Ran = { stdout: string; stderr: string } & Ended;

export type Machine = {
  readonly isolation: Isolation;
  /** What holds the buyer to the lease, as sentences for the buyer. */
  readonly limits: string[];
  /** Resolves once the machine has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Runs a shell command in the lease's folder. Errors: `machine_gone`, `command_too_long`. */
  run(command: string, options?: RunOptions): Promise<Ran>;
  /** Asks the machine's own process for a sign of life over a fresh nonce. Errors: `machine_gone`, also after 5 s of silence. */
  heartbeat(nonce: string): Promise<Heartbeat>;
  /** Ends every process of the lease. */
  stop(): Promise<void>;
  /** Stops, and wipes the folder. */
  dispose(): Promise<void>;
};

export type MachineOptions = Lease & {
  /** Existing folder in which the lease's own folder is made. */
  dir: string;
  /** Default: the strongest that works here. */
  isolation?: Isolation;
};

const HEARTBEAT_MS = 5_000;
const START_MS = 15_000;
const gone = (why = 'it has ended') =>
  new TenderError('machine_gone', `The leased machine does not answer: ${why}.`, { hint: 'Seconds that it did not acknowledge are not paid.' });

/** Opens a machine; it lives for `seconds` at most, and never longer than this process. Errors: `machine_gone` when it cannot start. */
export async function openMachine(options: MachineOptions): Promise<Machine> {
  const { cpuMilli, memoryMiB, diskGiB, seconds, dir } = options;
  const lease: Lease = { cpuMilli, memoryMiB, diskGiB, seconds };
  const isolation = options.isolation ?? (await strongestIsolation());
  const folder = await leaseFolder(dir, isolation);
  const leaseId = randomUUID();
  const start: Start = { lease, leaseId, walled: isolation !== 'process' };
  const child = await spawnAgent(start, isolation, folder);
  const line = openLine(child);

  const ended = line.ended.then(() => {
    if (isolation === 'process') for (const pid of marked(leaseId)) kill(pid);
  });
  const stop = async () => {
    killGroup(child);
    await ended;
  };
  const machine: Machine = {
    isolation,
    limits: limitsOf(lease, isolation),
    ended,
    stop,
    run: (command, runOptions) => line.run(command, runOptions),
    heartbeat: (nonce) => line.heartbeat(nonce, HEARTBEAT_MS),
    dispose: async () => {
      await stop();
      await wipe(folder);
    },
  };
  try {
    await line.heartbeat(leaseId, START_MS);
    return machine;
  } catch (error) {
    await machine.dispose();
    throw error;
  }
}

async function leaseFolder(dir: string, isolation: Isolation): Promise<string> {
  const folder = await mkdtemp(join(dir, 'lease-'));
  const nobody = confinedUser(isolation);
  if (nobody !== undefined) await chown(folder, nobody, nobody);
  return folder;
}

/** The buyer may have taken every right from folders of his own. */
async function wipe(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    await chmod(folder, 0o700);
    await new Promise((resolve) => spawn('chmod', ['-R', 'u+rwx', folder], { stdio: 'ignore' }).on('close', resolve).on('error', resolve));
    await remove();
  });
}

async function spawnAgent(start: Start, isolation: Isolation, folder: string): Promise<ChildProcess> {
  const script = await bundled(new URL('./agent.ts', import.meta.url));
  const agent = [process.execPath, '--no-warnings', '--max-old-space-size=64', '-', JSON.stringify(start)];
  const confined = confine(isolation, agent, { folder, programs: [process.execPath] });
  const [file, ...args] = [...shareOfProcessors(start.lease.cpuMilli), ...confined] as [string, ...string[]];
  const nobody = confinedUser(isolation);
  const child = spawn(file, args, {
    cwd: isolation === 'process' ? folder : '/',
    env: { PATH: TOOL_PATH },
    ...(isolation === 'process' && nobody !== undefined && { uid: nobody, gid: nobody }),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  child.on('error', () => {});
  child.stdin!.on('error', () => {}).end(script);
  return child;
}

const has = (tool: string) =>
  TOOL_PATH.split(':').some((folder) => {
    try {
      accessSync(join(folder, tool));
      return true;
    } catch {
      return false;
    }
  });

/** Low priority, and as many processors as were leased, the last ones first. A part of a processor counts as a whole one. */
function shareOfProcessors(cpuMilli: number): string[] {
  const all = availableParallelism();
  const share = Math.min(all, Math.max(1, Math.ceil(cpuMilli / 1000)));
  const pinned = process.platform === 'linux' && share < all && has('taskset');
  return [...(has('nice') ? ['nice', '-n', '10'] : []), ...(pinned ? ['taskset', '-c', `${all - share}-${all - 1}`] : [])];
}

function limitsOf(lease: Lease, isolation: Isolation): string[] {
  const share = Math.max(1, Math.ceil(lease.cpuMilli / 1000));
  return [
    `processors: kept to ${share} at low priority, not metered below one`,
    `memory: ${lease.memoryMiB} MiB a process by the system, and for all of them by a watch twice a second`,
    `disk: ${lease.diskGiB} GiB a file by the system, and for all of them by a watch every 5 s`,
    isolation === 'process' ? 'network: the provider’s; files: what its user may see' : 'network: none; files: the system’s programs read-only, and /lease',
    `time: ${lease.seconds} s`,
  ];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) kill(-child.pid);
}

type Waiting = { answer(message: Answer): void; fail(error: TenderError): void };

/** The provider's end of the line. What comes over it is written by a machine that a stranger uses, so every line is checked. */
function openLine(child: ChildProcess) {
  const stream = child.stdio[3] as Duplex;
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      for (const { fail } of waiting.values()) fail(gone());
      waiting.clear();
      stream.destroy();
      resolve();
    };
    child.once('close', finish);
    child.once('error', finish);
  });
  const read = lineReader((text) => {
    const message = JSON.parse(text) as Answer;
    waiting.get(message.id)?.answer(message);
  }, ANSWER_CHARACTERS);
  stream.setEncoding('utf8');
  stream.on('error', () => {});
  stream.on('data', (chunk: string) => {
    try {
      read(chunk);
    } catch {
      killGroup(child);
    }
  });

  const ask = <T>(request: object, take: (message: Answer, done: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      if (stream.destroyed || child.exitCode !== null || child.signalCode !== null) return reject(gone());
      const settle = <V>(finish: (value: V) => void) => (value: V) => {
        waiting.delete(id);
        finish(value);
      };
      waiting.set(id, { answer: (message) => take(message, settle(resolve)), fail: settle(reject) });
      stream.write(`${JSON.stringify({ id, ...request })}\n`);
    });

  const run = (command: string, { timeoutMs = 60_000, outputBytes = 2 ** 20, onOutput }: RunOptions = {}): Promise<Ran> => {
    if (command.length > REQUEST_CHARACTERS / 8) throw new TenderError('command_too_long', 'The command is too long.', { param: 'command' });
    const kept = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const text = { stdout: '', stderr: '' };
    return ask<Ran>({ do: 'run', command, timeoutMs, outputBytes }, (message, done) => {
      if ('out' in message) {
        const part = kept[message.out].decode(Buffer.from(message.base64, 'base64'), { stream: true });
        text[message.out] += part;
        onOutput?.(message.out, part);
      } else if ('ended' in message) {
        done({ ...text, ...message.ended });
      }
    });
  };
  const heartbeat = (nonce: string, withinMs: number): Promise<Heartbeat> => {
    let timer: NodeJS.Timeout;
    const silence = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(gone('it is silent')), withinMs)));
    const beat = ask<Heartbeat>({ do: 'heartbeat', nonce }, (message, done) => {
      if ('heartbeat' in message && message.heartbeat.nonce === nonce) done(message.heartbeat);
    });
    return Promise.race([beat, silence]).finally(() => clearTimeout(timer));
  };
  return { ended, run, heartbeat };
}
