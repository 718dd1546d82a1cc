/** Instruments one function: fuel at its entry and at each loop header, its stack frame, and the only NaN there may be. */
import { LIMITS } from './abi.ts';
import { forbidden, malformed, type Reader, signed, u32, Writer } from './binary.ts';
import type { FunctionType } from './module.ts';
import { canonicalise, nanRule, type Scratch } from './nan.ts';
import { type BlockType, type Instruction, OP, readInstruction, stackEffect, VALUE, valueType } from './opcodes.ts';

/** Indices of what the meter adds: two globals and two functions. */
export type Counters = { fuel: number; slots: number; charge: number; grow: number };
export type Context = {
  type: FunctionType;
  types: FunctionType[];
  functions: number[];
  counters: Counters;
  typeOf(parameters: number[], results: number[]): number;
};

/** A stretch of code that is paid for at its head: a function without its loops, or one loop without its inner loops. */
type Region = { instructions: number };
type Frame = { region: Region; base: number; parameters: number; results: number };
/** Replaces `remove` bytes at `at`. A region's price is known only when it ends, so the bytes are made last. */
type Edit = { at: number; remove: number; bytes: () => number[] };

/** Slots (8 bytes) of a frame beyond its locals and operands: return address, saved registers, spilled temporaries. */
const FRAME_SLOTS = 16;
/** Unit sizes in bytes of the bulk operations that are paid by length (opcode 0xfc). */
const BULK_UNIT = new Map([[8, 1], [10, 1], [11, 1], [12, 8], [14, 8], [15, 8], [17, 8]]);

/** Returns the function's new body (without its size). */
export function meterBody(reader: Reader, context: Context): Writer {
  const locals = readLocals(reader);
  const start = reader.at;
  const scratch = scratchLocals(context.type.parameters.length + locals.count);
  const walk = walkBody(reader, context, scratch);
  const { counters, type } = context;
  const slots = FRAME_SLOTS + 2 * type.parameters.length + locals.count + walk.highest;
  const vectors = locals.vectors || walk.vectors || type.parameters.includes(VALUE.v128);
  const weight = (vectors ? 2 : 1) * slots;

  const entry = charge(counters.fuel, scratch, walk.region.instructions);
  const out = new Writer().u32(locals.groups.length + scratch.types.length);
  for (const group of locals.groups) out.bytes(group);
  for (const scratchType of scratch.types) out.u8(1, scratchType);
  out.bytes(entry).bytes(take(counters.slots, weight));
  out.u8(OP.block).bytes(resultType(context));
  let copied = start;
  for (const { at, remove, bytes } of walk.edits) {
    out.bytes(reader.bytes.subarray(copied, at)).bytes(bytes());
    copied = at + remove;
  }
  out.bytes(reader.bytes.subarray(copied, reader.end));
  return out.bytes(giveBack(counters.slots, weight)).u8(OP.end);
}

function readLocals(reader: Reader): { groups: number[][]; count: number; vectors: boolean } {
  let count = 0;
  let vectors = false;
  const groups = reader.vector(() => {
    const size = reader.u32();
    count += size;
    if (count > LIMITS.locals) throw forbidden(`it has a function of more than ${LIMITS.locals} locals`);
    const type = valueType(reader);
    vectors ||= type === VALUE.v128;
    return [...u32(size), type];
  });
  return { groups, count, vectors };
}

/** Locals added for fuel and for the NaN rule, one of each type that is needed. */
function scratchLocals(first: number): Scratch & { types: number[] } {
  const types: number[] = [];
  const local = (type: number) => {
    if (!types.includes(type)) types.push(type);
    return first + types.indexOf(type);
  };
  return { types, local };
}

function walkBody(reader: Reader, context: Context, scratch: Scratch) {
  const edits: Edit[] = [];
  const region: Region = { instructions: 0 };
  const frames: Frame[] = [{ region, base: 0, parameters: 0, results: context.type.results.length }];
  let height = 0;
  let highest = 0;
  let vectors = false;
  const lower = (by: number) => (height = Math.max(frames.at(-1)!.base, height - by));

  while (frames.length > 0) {
    const at = reader.at;
    const instruction = readInstruction(reader);
    const { op } = instruction;
    const frame = frames.at(-1)!;
    frame.region.instructions++;
    vectors ||= op === 0xfd;
    const edit = (bytes: () => number[], remove = reader.at - at) => edits.push({ at, remove, bytes });
    if (op === OP.block || op === OP.loop || op === OP.if) {
      if (op === OP.if) lower(1);
      const { parameters, results } = blockShape(instruction.block!, context.types, at);
      const inner = op === OP.loop ? { instructions: 0 } : frame.region;
      lower(parameters);
      frames.push({ region: inner, base: height, parameters, results });
      height += parameters;
      if (op === OP.loop) edits.push({ at: reader.at, remove: 0, bytes: () => charge(context.counters.fuel, scratch, inner.instructions) });
    } else if (op === OP.else) {
      height = frame.base + frame.parameters;
    } else if (op === OP.end) {
      height = frame.base + frame.results;
      frames.pop();
    } else if (op === OP.call || op === OP.callIndirect) {
      if (op === OP.callIndirect) lower(1);
      const type = calledType(instruction, context, at);
      lower(type.parameters.length);
      height += type.results.length;
    } else {
      if (op === OP.return) {
        // The body becomes a block of its own, so that leaving it any way gives the frame's slots back.
        const depth = frames.length - 1;
        edit(() => [OP.br, ...u32(depth)]);
      }
      meterInstruction(instruction, context.counters, scratch, edits, at, reader.at);
      const effect = stackEffect(instruction);
      if (effect < 0) lower(-effect);
      else height += effect;
    }
    if (height > highest) highest = height;
  }
  reader.finish();
  return { edits, region, highest, vectors };
}

/** Instructions that are paid by length, that grow memory, or through which a NaN's bits could be seen. */
function meterInstruction(instruction: Instruction, counters: Counters, scratch: Scratch, edits: Edit[], at: number, after: number): void {
  const { op, sub } = instruction;
  if (op === OP.memoryGrow) edits.push({ at, remove: after - at, bytes: () => [OP.call, ...u32(counters.grow)] });
  const unit = op === 0xfc ? BULK_UNIT.get(sub) : undefined;
  if (unit !== undefined) {
    edits.push({ at, remove: 0, bytes: () => [OP.i64Const, ...signed(BigInt(unit)), OP.call, ...u32(counters.charge)] });
  }
  const rule = nanRule(instruction);
  if (!rule) return;
  const code = canonicalise(rule.shape, scratch);
  edits.push({ at: rule.when === 'before' ? at : after, remove: 0, bytes: () => code });
}

function blockShape(block: BlockType, types: FunctionType[], at: number): { parameters: number; results: number } {
  if (block === 'empty') return { parameters: 0, results: 0 };
  if ('value' in block) return { parameters: 0, results: 1 };
  const type = types[block.type];
  if (!type) throw malformed('a block type that is not there', at);
  return { parameters: type.parameters.length, results: type.results.length };
}

function calledType({ op, index }: Instruction, { types, functions }: Context, at: number): FunctionType {
  const type = types[op === OP.call ? (functions[index] ?? -1) : index];
  if (!type) throw malformed('a call of a function that is not there', at);
  return type;
}

function resultType({ type, typeOf }: Context): number[] {
  if (type.results.length === 0) return [0x40];
  if (type.results.length === 1) return [type.results[0]!];
  return signed(BigInt(typeOf([], type.results)));
}

const trapIfNegative = [OP.if, 0x40, OP.unreachable, OP.end];

/** Keeps the new value in a local, so that the engine need not read back what it has just written. */
function charge(fuel: number, scratch: Scratch, amount: number): number[] {
  const global = u32(fuel);
  const local = u32(scratch.local(VALUE.i64));
  return [
    OP.globalGet, ...global, OP.i64Const, ...signed(BigInt(amount)), OP.i64Sub, OP.localTee, ...local, OP.globalSet, ...global,
    OP.localGet, ...local, OP.i64Const, 0, OP.i64LtS, ...trapIfNegative,
  ];
}

function take(slots: number, weight: number): number[] {
  const global = u32(slots);
  return [
    OP.globalGet, ...global, OP.i32Const, ...signed(BigInt(weight)), OP.i32Sub, OP.globalSet, ...global,
    OP.globalGet, ...global, OP.i32Const, 0, OP.i32LtS, ...trapIfNegative,
  ];
}

function giveBack(slots: number, weight: number): number[] {
  const global = u32(slots);
  return [OP.globalGet, ...global, OP.i32Const, ...signed(BigInt(weight)), OP.i32Add, OP.globalSet, ...global];
}
