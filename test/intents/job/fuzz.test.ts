/** The meter against random programs and hostile bytes: it changes no output, and it never hangs or crashes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenderError } from '../../../intents/errors.ts';
import { type JobResult, runJob } from '../../../intents/job/run.ts';
import { meter } from '../../../intents/job/meter.ts';
import { HEADER, programs } from './build.ts';
import { NAMES, program, spec } from './programs.ts';
import { runRaw } from './raw.ts';

/** Random programs end, but loops in loops may take for ever; those that use more are passed over. */
const ENOUGH = 5_000_000n;

describe('a metered program', () => {
  it.each(['primes', 'echo', 'shapes', 'trap'])('%s does what the program itself does', (name) => {
    const job = spec(name, '30000');
    const { output, exitCode, trap } = runJob(job);
    expect({ output, exitCode, trapped: trap !== undefined }).toEqual(runRaw(job));
  });
  it('does what the program itself does, for random programs, and costs the same each time', () => {
    let ended = 0;
    let trapped = 0;
    fc.assert(
      fc.property(programs, (module) => {
        expect(WebAssembly.validate(module as BufferSource)).toBe(true);
        const job = spec('echo', '', { module, fuelAtMost: ENOUGH });
        const first = runJob(job);
        fc.pre(first.trap !== 'fuel');
        expect({ output: first.output, exitCode: first.exitCode, trapped: first.trap !== undefined }).toEqual(runRaw(job));
        expect(first.trap === undefined || first.trap === 'program').toBe(true);
        expect(runJob(job).fuel).toBe(first.fuel);
        if (first.trap) trapped++;
        else ended++;
      }),
      { numRuns: 150 },
    );
    expect(ended).toBeGreaterThan(trapped);
  });
  it('with less fuel stops by fuel, having used exactly that', () => {
    fc.assert(
      fc.property(programs, fc.double({ min: 0, max: 0.99, noNaN: true }), (module, part) => {
        const whole = runJob(spec('echo', '', { module, fuelAtMost: ENOUGH }));
        fc.pre(whole.trap === undefined);
        const fuelAtMost = BigInt(Math.floor(Number(whole.fuel) * part));
        expect(runJob(spec('echo', '', { module, fuelAtMost }))).toMatchObject({ trap: 'fuel', fuel: fuelAtMost });
      }),
      { numRuns: 50 },
    );
  });
});

/** Either a typed refusal or a result within the limits; anything else fails the test. */
function survives(module: Uint8Array): JobResult | string {
  try {
    const result = runJob(spec('echo', '', { module, fuelAtMost: 300_000n }));
    expect(result.fuel <= 300_000n && result.output.length <= 2 ** 20).toBe(true);
    return result;
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
    expect(['wasm_malformed', 'wasm_forbidden']).toContain(error.code);
    return error.code;
  }
}

describe('hostile bytes', () => {
  it('at random', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void expect(survives(bytes)).toBe('wasm_malformed')), { numRuns: 300 });
  });
  it('behind a good header', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void survives(Uint8Array.from([...HEADER, ...bytes]))), { numRuns: 500 });
  });
  it('made from good programs by changing, cutting, doubling and dropping bytes', () => {
    const change = fc.record({ how: fc.constantFrom('set', 'set', 'set', 'set', 'set', 'set', 'drop', 'insert', 'cut'), where: fc.noBias(fc.nat(999_999)), byte: fc.nat(255) });
    const source = fc.oneof(fc.constantFrom(...NAMES).map(program), programs);
    const seen = new Set<string>();
    fc.assert(
      fc.property(source, fc.array(change, { minLength: 1, maxLength: 3 }), (bytes, changes) => {
        const mutant = changes.reduce((before, { how, where, byte }) => {
          const at = Math.floor((where * before.length) / 1_000_000);
          if (how === 'cut') return before.slice(0, at);
          return [...before.slice(0, at), ...(how === 'drop' ? [] : [byte]), ...before.slice(how === 'insert' ? at : at + 1)];
        }, [...bytes]);
        const result = survives(Uint8Array.from(mutant));
        seen.add(typeof result === 'string' ? result : (result.trap ?? 'ended'));
      }),
      { numRuns: 700 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['wasm_malformed', 'ended']));
  });
  it('however long the numbers in it claim to be', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]) {
      expect(() => meter(Uint8Array.from([...HEADER, id, 5, ...huge]), 1)).toThrow(TenderError);
      expect(() => meter(Uint8Array.from([...HEADER, id, ...huge]), 1)).toThrow(TenderError);
    }
  });
});
