/** Starts a program that is not ours (anvil, postgres) so that it leaves nothing behind: recorded, watched, its words in a log. */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainDisk, makeFolder } from './disk.ts';
import { watchOver } from './lifeline.ts';
import { forgetProcess, recordProcess } from './pids.ts';
import { endProcess, identify } from './processes.ts';

export type NativeOptions = {
  /** Its name in `pids.json` and in `logs/NAME.log`. */
  name: string;
  command: string;
  args: string[];
  /** The data folder. */
  dir: string;
  /** The signal by which it ends well. */
  signal: NodeJS.Signals;
  /** Milliseconds that a good end may take before it is killed. */
  graceMs?: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
};

export type Native = {
  pid: number;
  /** Resolves with how it ended, when it has. */
  exited: Promise<string>;
  /** The end, or undefined while it runs. */
  end(): string | undefined;
  /** What it wrote since it was started, at most the last 4 kB. */
  words(): string;
  stop(): Promise<void>;
};

/** Starts the program in a process group of its own, so that Ctrl-C reaches only us. Throws when it cannot be executed. */
export async function startNative(options: NativeOptions): Promise<Native> {
  const { name, dir, signal, graceMs = 10_000 } = options;
  makeFolder(join(dir, 'logs'));
  const logFile = join(dir, 'logs', `${name}.log`);
  const log = openLog(logFile);
  const from = fstatSync(log).size;
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    detached: true,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.gid }),
  });
  closeSync(log);
  let end: string | undefined;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, by) => resolve((end = by ?? `code ${code}`)));
    child.once('error', (error) => resolve((end = error.message)));
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid as number;
  const id = identify(pid);
  const watch = watchOver(pid, signal);
  recordProcess(dir, name, pid, signal);
  void exited.then(() => {
    watch.release();
    forgetProcess(dir, name, pid);
  });
  return {
    pid,
    exited,
    end: () => end,
    words: () => readFileSync(logFile).subarray(from).subarray(-4096).toString('utf8').trim(),
    stop: async () => {
      if (id && end === undefined) await endProcess(id, { signal, graceMs, group: true });
      await exited;
    },
  };
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw explainDisk(error, path);
  }
}
