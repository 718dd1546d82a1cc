/** Temporary data folders for tests of the local network, and processes that these tests leave to be found. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const root = join(import.meta.dirname, '../../..');

/** A fresh folder, gone after the test. */
export function place(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tender-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

type RunOptions = { env?: Record<string, string>; uid?: number; gid?: number };

/** Runs TypeScript source in a process of its own, from the repository's root; killed after the test if it still runs. */
export function runSource(source: string, options: RunOptions = {}): ChildProcess & { said(): string } {
  const { env, ...user } = options;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...user,
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  return Object.assign(child, { said: () => said });
}

/** Waits until `check` holds; throws what `otherwise` says when it does not within `withinMs`. */
export async function until<T>(
  check: () => T | Promise<T>,
  withinMs = 10_000,
  otherwise: () => string = () => 'it did not happen',
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
