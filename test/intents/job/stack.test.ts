/** The stack limit is the meter's, never the engine's: frames of every shape end by it, at the same fuel in both processes. */
import { describe, expect, it } from 'vitest';
import { u32 } from '../../../intents/job/binary.ts';
import { runJobIsolated } from '../../../intents/job/sandbox.ts';
import { exportOf, HEADER, section, vector } from './build.ts';
import { spec } from './programs.ts';

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;
const V128 = 0x7b;
const ZERO: Record<number, number[]> = { [I32]: [0x41, 0], [I64]: [0x42, 0], [F64]: [0x44, ...Array(8).fill(0)], [V128]: [0xfd, 12, ...Array(16).fill(0)] };
const ADD: Record<number, number[]> = { [I32]: [0x6a], [I64]: [0x7c], [F64]: [0xa0], [V128]: [0xfd, 0xae, 0x01] };
const LOAD: Record<number, number[]> = { [I32]: [0x28, 0], [I64]: [0x29, 0], [F64]: [0x2b, 0], [V128]: [0xfd, 0, 0] };

type Shape = { type: number; parameters: number; locals: number; operands: number };

/** A function that calls itself without end, and keeps locals and operands alive over the call, so that they must be in its frame. */
function endless({ type, parameters, locals, operands }: Shape): Uint8Array {
  const load = (at: number) => [0x41, 0, ...LOAD[type]!, ...u32(8 * at)];
  const all = Array.from({ length: locals }, (_, index) => parameters + index);
  const body = [
    ...(locals > 0 ? [1, ...u32(locals), type] : [0]),
    ...all.flatMap((index) => [...load(index), 0x21, ...u32(index)]),
    ...Array.from({ length: operands }, (_, index) => load(index)).flat(),
    ...Array.from({ length: parameters }, (_, index) => (locals > 0 ? [0x20, ...u32(parameters + (index % locals))] : load(index))).flat(),
    0x10, 0,
    ...Array.from({ length: operands }, () => ADD[type]!).flat(),
    ...all.flatMap((index) => [0x20, ...u32(index), ...ADD[type]!]),
    0x0b,
  ];
  const start = [0, ...Array.from({ length: parameters }, () => ZERO[type]!).flat(), 0x10, 0, 0x1a, 0x0b];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, ...vector([0x60, ...vector(...Array.from({ length: parameters }, () => [type])), 1, type], [0x60, 0, 0])),
    ...section(3, ...vector([0], [1])),
    ...section(5, ...vector([0, 1])),
    ...section(7, ...vector(exportOf('memory', 2, 0), exportOf('_start', 0, 1))),
    ...section(10, ...vector([...u32(body.length), ...body], [...u32(start.length), ...start])),
  ]);
}

const SHAPES: Shape[] = [I64, V128].flatMap((type) => [
  { type, parameters: 0, locals: 0, operands: 0 },
  { type, parameters: 1, locals: 3, operands: 2 },
  { type, parameters: 0, locals: 500, operands: 0 },
  { type, parameters: 0, locals: 0, operands: 500 },
  { type, parameters: 300, locals: 20, operands: 20 },
  { type, parameters: 20, locals: 2000, operands: 1000 },
]);

describe('endless recursion', () => {
  it.each(SHAPES)('%j', async (shape) => {
    const job = spec('recurse', '', { module: endless(shape), fuelAtMost: 10n ** 10n });
    const options = { timeoutMs: 20_000, isolation: 'process' as const };
    const [first, second] = await Promise.all([runJobIsolated(job, options), runJobIsolated(job, options)]);
    expect(first.trap).toBe('stack');
    expect(second.fuel).toBe(first.fuel);
  });
});
