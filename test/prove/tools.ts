/** Finds and runs the programs that proofs need. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Missing } from './section.ts';

export type Ran = { code: number; out: string; seconds: number };
export type RunOptions = { cwd?: string; env?: Readonly<Record<string, string>>; timeoutSeconds?: number };

/** Runs a program to its end and returns what it printed; never throws for its exit code. Past the time limit it is stopped: code 124. */
export function run(command: string, args: readonly string[], { cwd, env, timeoutSeconds }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let late = false;
    const timer = timeoutSeconds ? setTimeout(() => ((late = true), child.kill('SIGKILL')), timeoutSeconds * 1000) : undefined;
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), out, seconds: (performance.now() - startedAt) / 1000 });
    });
  });
}

const DEBIAN: Record<string, string> = { spin: 'spin', gcc: 'gcc libc6-dev', z3: 'z3' };

/** Path of a program: $TENDER_NAME, then PATH. Throws Missing with the command that installs it. */
export function find(name: 'spin' | 'gcc' | 'z3'): string {
  const candidates = (process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name));
  const given = process.env[`TENDER_${name.toUpperCase()}`];
  for (const path of given ? [given, ...candidates] : candidates) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  throw new Missing(name, `on Debian, apt-get install -y --no-install-recommends ${DEBIAN[name]}; or point TENDER_${name.toUpperCase()} at it.`);
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of `list` (all if 0), chosen by the seed, in the list's order. */
export function sample<T>(list: readonly T[], count: number, seed: number): T[] {
  if (count === 0 || list.length <= count) return [...list];
  const next = random(seed);
  return list
    .map((item, index) => ({ item, index, at: next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}
