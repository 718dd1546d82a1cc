/** Jobs: what they print, what they cost, how they end, and that all of it follows from the input alone. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { argsOf, resultOf, runJob } from '../../../intents/job/run.ts';
import { spec, text } from './programs.ts';

const FUEL_OF_PRIMES_20000 = 1_544_568n;

describe('a job that ends', () => {
  it('prints the primes up to its input', () => {
    const { output, exitCode, trap, fuel } = runJob(spec('primes', '20000'));
    expect(text(output)).toBe('2262 primes up to 20000, the largest is 19997\n');
    expect({ exitCode, trap, fuel }).toEqual({ exitCode: 0, trap: undefined, fuel: FUEL_OF_PRIMES_20000 });
  });
  it('takes arguments', () => {
    expect(text(runJob(spec('primes', '', { args: ['primes.wasm', '100'] })).output)).toBe('25 primes up to 100, the largest is 97\n');
  });
  it('tells its exit code and keeps standard error apart', () => {
    const { output, stderr, exitCode } = runJob(spec('primes', 'many'));
    expect({ output: text(output), stderr: text(stderr), exitCode }).toEqual({ output: '', stderr: 'the input is not a number\n', exitCode: 2 });
  });
  it('copies binary input of any length', () => {
    const input = Uint8Array.from({ length: 200_001 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
    expect(runJob(spec('echo', '', { input })).output).toEqual(input);
  });
  it('uses exactly what it costs, and one unit less is not enough', () => {
    expect(runJob(spec('primes', '20000', { fuelAtMost: FUEL_OF_PRIMES_20000 })).exitCode).toBe(0);
    const short = runJob(spec('primes', '20000', { fuelAtMost: FUEL_OF_PRIMES_20000 - 1n }));
    expect(short).toMatchObject({ trap: 'fuel', fuel: FUEL_OF_PRIMES_20000 - 1n });
  });
  it('gives the same NaN bits for every way to compute one', () => {
    const { output } = runJob(spec('nan'));
    expect(Buffer.from(output).toString('hex').match(/.{16}/g)).toEqual([
      '000000000000f87f', '000000000000f87f', '000000000000f03f', '000000000000f87f',
      '0000c07f0000c07f', '000000000000f87f', '000000000000f87f', '0100000000000000',
    ]);
  });
  it('runs start function, tables, several results and bulk memory', () => {
    const view = new DataView(runJob(spec('shapes')).output.buffer);
    expect([...new Uint8Array(view.buffer, 0, 8)]).toEqual([...Buffer.from('late'), ...Buffer.from('la'), 7, 7]);
    expect([view.getInt32(8, true), view.getBigInt64(12, true), view.getInt32(20, true)]).toEqual([5, -(2n ** 63n) + 1n + 6n, 54]);
  });
});

describe('a job that is stopped', () => {
  it('at its fuel', () => {
    expect(runJob(spec('spin', '', { fuelAtMost: 5_000_000n }))).toMatchObject({ trap: 'fuel', fuel: 5_000_000n, exitCode: 134 });
  });
  it('with no fuel at all', () => {
    expect(runJob(spec('echo', '', { fuelAtMost: 0n }))).toMatchObject({ trap: 'fuel', fuel: 0n });
  });
  it('by its own trap', () => {
    expect(runJob(spec('trap'))).toMatchObject({ trap: 'program', exitCode: 134 });
  });
  it('by endless recursion, at the same depth everywhere', () => {
    const first = runJob(spec('recurse'));
    expect(first.trap).toBe('stack');
    for (let times = 0; times < 20; times++) expect(runJob(spec('recurse')).fuel).toBe(first.fuel);
  });
  it('when it writes more than was ordered, keeping what fits', () => {
    const { output, trap } = runJob(spec('flood', '', { outputMiB: 2 }));
    expect({ length: output.length, trap }).toEqual({ length: 2 * 2 ** 20, trap: 'output' });
  });
  it.each([1, 5, 16])('gets %i MiB of memory and no more', (memoryMiB) => {
    expect(runJob(spec('hungry', '', { memoryMiB })).exitCode).toBe(memoryMiB * 16);
  });
});

describe('a job that is too large', () => {
  it.each([[{ memoryMiB: 4097 }, 'memoryMiB'], [{ outputMiB: 65 }, 'outputMiB'], [{ input: new Uint8Array(2 ** 26 + 1) }, 'input']] as const)(
    'is refused', (changes, param) => {
      const code = 'job_too_large';
      expect(() => runJob(spec('echo', '', changes))).toThrow(expect.objectContaining({ code, param }));
    });
});

describe('the result hash', () => {
  it('is what the document says, recomputed with nothing of ours', () => {
    const job = runJob(spec('primes', '20000'));
    const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
    expect(job.result).toBe(`0x${sha(`tender-job-1\nexit 0\n${sha(job.output)}\n`)}`);
    const stopped = runJob(spec('spin', '', { fuelAtMost: 10n }));
    expect(stopped.result).toBe(`0x${sha(`tender-job-1\ntrap fuel\n${sha('')}\n`)}`);
  });
  it('differs by output, exit code and way to end', () => {
    const output = new Uint8Array([1]);
    const all = [{ output, exitCode: 0 }, { output, exitCode: 1 }, { output: new Uint8Array([2]), exitCode: 0 }, { output, exitCode: 134 },
      { output, exitCode: 134, trap: 'fuel' as const }, { output, exitCode: 134, trap: 'stack' as const }];
    expect(new Set(all.map(resultOf)).size).toBe(all.length);
  });
});

describe('the argument line', () => {
  it.each([['primes.wasm', ['primes.wasm']], ['  a  b\tc\n', ['a', 'b', 'c']], ['', ['job']]])('%j', (command, args) => {
    expect(argsOf(command)).toEqual(args);
  });
});
