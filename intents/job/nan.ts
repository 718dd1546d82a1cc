/**
 * Makes floating point the same on every machine: WebAssembly leaves the sign and payload of a computed NaN open, so a
 * NaN is replaced by the canonical one wherever its bits could be seen.
 */
import { u32 } from './binary.ts';
import { type Instruction, OP, VALUE } from './opcodes.ts';

export type Shape = 'f32' | 'f64' | 'f32x4' | 'f64x2';
/** Gives the index of a spare local of a type. */
export type Scratch = { local(type: number): number };

/** Scalars are looked at when stored, reinterpreted, put into a vector, or lend their sign. The value is on top of the stack. */
const BEFORE = new Map<number, Shape>([
  [OP.f32Store, 'f32'], [OP.f64Store, 'f64'], [0xbc, 'f32'], [0xbd, 'f64'], [0x98, 'f32'], [0xa6, 'f64'],
]);
const BEFORE_VECTOR = new Map<number, Shape>([[0x13, 'f32'], [0x14, 'f64'], [0x20, 'f32'], [0x22, 'f64']]);
/** A vector has no type, so its bits can always be seen: vector arithmetic is made canonical at once. */
const AFTER_VECTOR = new Map<number, Shape>([
  ...[0x5e, 0x67, 0x68, 0x69, 0x6a, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9].map((sub) => [sub, 'f32x4'] as const),
  ...[0x5f, 0x74, 0x75, 0x7a, 0x94, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5].map((sub) => [sub, 'f64x2'] as const),
]);

/** Whether an instruction shows or makes a NaN's bits, and when to act. */
export function nanRule({ op, sub }: Instruction): { when: 'before' | 'after'; shape: Shape } | undefined {
  const before = op === 0xfd ? BEFORE_VECTOR.get(sub) : BEFORE.get(op);
  if (before) return { when: 'before', shape: before };
  const after = op === 0xfd ? AFTER_VECTOR.get(sub) : undefined;
  return after && { when: 'after', shape: after };
}

const NAN_F32 = [0x00, 0x00, 0xc0, 0x7f];
const NAN_F64 = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f];
const CODE: Record<Shape, { type: number; constant: number[]; equal: number[]; choose: number[] }> = {
  f32: { type: VALUE.f32, constant: [OP.f32Const, ...NAN_F32], equal: [0x5b], choose: [OP.select] },
  f64: { type: VALUE.f64, constant: [OP.f64Const, ...NAN_F64], equal: [0x61], choose: [OP.select] },
  f32x4: { type: VALUE.v128, constant: [0xfd, 12, ...NAN_F32, ...NAN_F32, ...NAN_F32, ...NAN_F32], equal: [0xfd, 0x41], choose: [0xfd, 0x52] },
  f64x2: { type: VALUE.v128, constant: [0xfd, 12, ...NAN_F64, ...NAN_F64], equal: [0xfd, 0x47], choose: [0xfd, 0x52] },
};

/** Code that replaces the value on top of the stack: `x = x ? x : NaN`. */
export function canonicalise(shape: Shape, scratch: Scratch): number[] {
  const { type, constant, equal, choose } = CODE[shape];
  const local = u32(scratch.local(type));
  const get = [OP.localGet, ...local];
  return [OP.localTee, ...local, ...constant, ...get, ...get, ...equal, ...choose];
}
