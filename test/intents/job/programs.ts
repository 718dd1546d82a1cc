/** The compiled programs of `test/programs`, and the limits that tests run them under. */
import { readFileSync } from 'node:fs';
import type { JobSpec } from '../../../intents/job/run.ts';

export const program = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../programs/${name}.wasm`, import.meta.url)));

export const NAMES = ['primes', 'echo', 'spin', 'trap', 'hungry', 'recurse', 'flood', 'nan', 'shapes'] as const;

export const spec = (name: string, input = '', changes: Partial<JobSpec> = {}): JobSpec => ({
  module: program(name),
  input: new TextEncoder().encode(input),
  args: [`${name}.wasm`],
  fuelAtMost: 100_000_000n,
  memoryMiB: 16,
  outputMiB: 1,
  ...changes,
});

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
