/** `npm start` as a person runs it, for tests: in a process group of its own, with free ports, and what is left of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, portVariable, type Ports } from '../../api/local/ports.ts';
import { commandOf, parentOf } from '../../api/local/processes.ts';

export const root = join(import.meta.dirname, '../..');
export const portsFor = freePorts;

export type End = { code: number | null; signal: NodeJS.Signals | null };
export type Started = {
  npm: number;
  url: string;
  said(): string;
  complained(): string;
  /** Resolves when it says "ready"; rejects when it ends before. */
  ready: Promise<void>;
  ended: Promise<End>;
  /** The process of node under npm. */
  node(): number;
  /** As the terminal does at Ctrl-C: to npm and all that is in its process group. */
  ctrlC(): void;
};

type Options = { dir: string; ports: Ports; args?: string[]; env?: Record<string, string>; bare?: boolean; as?: { uid: number; gid: number } };

/** `bare`: what npm would start, without npm, which adds to the PATH and wants a home. `as`: another user, bare too. */
export function npmStart({ dir, ports, args = [], env = {}, as, bare = as !== undefined }: Options): Started {
  const own = Object.fromEntries(Object.entries(ports).map(([part, port]) => [portVariable(part), `${port}`]));
  const [command, words] = bare ? [process.execPath, ['bin/local.mjs', 'start', ...args]] : ['npm', ['start', '--', ...args]];
  const child = spawn(command, words, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TENDER_DATA: dir, ...own, ...env },
    ...as,
  });
  const out = textOf(child.stdout);
  const err = textOf(child.stderr);
  const ended = new Promise<End>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => /^ready in /m.test(out()) && resolve());
    void ended.then(({ code, signal }) => reject(new Error(`it ended with ${signal ?? code} before it was ready:\n${out()}\n${err()}`)));
  });
  ready.catch(() => undefined);
  const npm = child.pid as number;
  return {
    npm,
    url: `http://127.0.0.1:${ports.api}`,
    said: out,
    complained: err,
    ready,
    ended,
    node: () => nodeUnder(npm),
    ctrlC: () => void process.kill(-npm, 'SIGINT'),
  };
}

function textOf(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

const running = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);

function nodeUnder(npm: number): number {
  // A shell may stand between the two.
  const isUnder = (pid: number): boolean => [parentOf(pid), parentOf(parentOf(pid) ?? 0)].includes(npm);
  const found = running().find((pid) => isUnder(pid) && /^\S*node bin\/local\.mjs/.test(commandOf(pid)));
  if (found === undefined) throw new Error('there is no node under this npm');
  return found;
}

/** Every process that has the data folder or one of the ports in its command line or its environment, this one aside. */
export function remains(dir: string, ports: Ports): string[] {
  const marks = [dir, ...Object.entries(ports).map(([part, port]) => `${portVariable(part)}=${port}`)];
  return running()
    .filter((pid) => pid !== process.pid && parentOf(pid) !== undefined)
    .map((pid) => ({ pid, command: commandOf(pid), all: `${commandOf(pid)} ${environmentOf(pid)}` }))
    .filter(({ all }) => marks.some((mark) => all.includes(mark)))
    .map(({ pid, command }) => `${pid} ${command}`);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
