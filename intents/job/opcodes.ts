/** Reads one WebAssembly 2.0 instruction: what follows its opcode, and how it moves the operand stack. */
import { forbidden, malformed, type Reader } from './binary.ts';

export const VALUE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, funcref: 0x70, externref: 0x6f } as const;
const VALUE_TYPES = new Set<number>(Object.values(VALUE));
export const REFERENCE_TYPES = new Set<number>([VALUE.funcref, VALUE.externref]);

export const OP = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f,
  call: 0x10, callIndirect: 0x11, select: 0x1b, localGet: 0x20, localSet: 0x21, localTee: 0x22, globalGet: 0x23, globalSet: 0x24,
  f32Store: 0x38, f64Store: 0x39, memorySize: 0x3f, memoryGrow: 0x40, i32Const: 0x41, i64Const: 0x42, f32Const: 0x43, f64Const: 0x44,
  i32LtS: 0x48, i64LtS: 0x53, i32Add: 0x6a, i32Sub: 0x6b, i64Sub: 0x7d,
} as const;

/** `sub` is the second opcode after the prefixes 0xfc (bulk memory) and 0xfd (vectors); `index` is the first index after the opcode. */
export type Instruction = { op: number; sub: number; index: number; block?: BlockType };
export type BlockType = { value: number } | { type: number } | 'empty';

export function valueType(reader: Reader): number {
  const type = reader.u8();
  if (!VALUE_TYPES.has(type)) throw forbidden(`it uses value type 0x${type.toString(16)}, which WebAssembly 2.0 does not have`);
  return type;
}

export function readInstruction(reader: Reader): Instruction {
  const op = reader.u8();
  const plain = (index = -1): Instruction => ({ op, sub: -1, index });
  if (op >= 0x45 && op <= 0xc4) return plain();
  if (op >= 0x20 && op <= 0x26) return plain(reader.u32());
  if (op >= 0x28 && op <= 0x3e) return memoryArgument(reader), plain();
  switch (op) {
    case 0x00: case 0x01: case OP.else: case OP.end: case OP.return: case 0x1a: case OP.select: case 0xd1:
      return plain();
    case OP.block: case OP.loop: case OP.if:
      return { ...plain(), block: blockType(reader) };
    case OP.br: case OP.brIf: case OP.call: case 0xd2:
      return plain(reader.u32());
    case OP.brTable:
      for (let left = reader.count() + 1; left > 0; left--) reader.u32();
      return plain();
    case OP.callIndirect: {
      const type = reader.u32();
      reader.u32();
      return plain(type);
    }
    case 0x1c:
      reader.vector(() => valueType(reader));
      return plain();
    case OP.memorySize: case OP.memoryGrow:
      return onlyMemory(reader), plain();
    case OP.i32Const: return reader.signed(32), plain();
    case OP.i64Const: return reader.signed(64), plain();
    case OP.f32Const: return reader.skip(4), plain();
    case OP.f64Const: return reader.skip(8), plain();
    case 0xd0: return valueType(reader), plain();
    case 0xfc: return bulk(reader);
    case 0xfd: return vector(reader);
    case 0xfe: throw forbidden('it uses threads (atomic instructions)');
    case 0x06: case 0x07: case 0x08: case 0x09: case 0x0a: case 0x18: case 0x19: case 0x1f:
      throw forbidden('it uses exceptions');
    case 0x12: case 0x13: throw forbidden('it uses tail calls');
    default: throw forbidden(`it uses instruction 0x${op.toString(16)}, which WebAssembly 2.0 does not have`);
  }
}

function blockType(reader: Reader): BlockType {
  const first = reader.bytes[reader.at];
  if (first === 0x40) return reader.skip(1), 'empty';
  if (first !== undefined && VALUE_TYPES.has(first)) return { value: reader.u8() };
  const type = reader.signed(33);
  if (type < 0n) throw forbidden('it uses a block type which WebAssembly 2.0 does not have');
  return { type: Number(type) };
}

function memoryArgument(reader: Reader): void {
  if (reader.u32() >= 0x40) throw forbidden('it uses several memories');
  reader.u32();
}

function onlyMemory(reader: Reader): void {
  if (reader.u8() !== 0) throw forbidden('it uses several memories');
}

/** Saturating conversions, and the operations on whole ranges of memory and tables. */
function bulk(reader: Reader): Instruction {
  const sub = reader.u32();
  const indices = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 2, 1, 2, 1, 1, 1][sub];
  if (indices === undefined) throw forbidden(`it uses instruction 0xfc ${sub}, which WebAssembly 2.0 does not have`);
  for (let left = indices; left > 0; left--) reader.u32();
  if (sub === 8 || sub === 11) onlyMemory(reader);
  if (sub === 10) onlyMemory(reader), onlyMemory(reader);
  return { op: 0xfc, sub, index: -1 };
}

function vector(reader: Reader): Instruction {
  const sub = reader.u32();
  if (sub > 0xff) throw forbidden('it uses relaxed vector instructions, whose results differ between machines');
  const loadsOrStores = sub <= 11 || (sub >= 84 && sub <= 93);
  if (loadsOrStores) memoryArgument(reader);
  if (sub === 12 || sub === 13) reader.skip(16);
  if ((sub >= 21 && sub <= 34) || (sub >= 84 && sub <= 91)) reader.skip(1);
  return { op: 0xfd, sub, index: -1 };
}

const within = (op: number, ...ranges: [number, number][]) => ranges.some(([low, high]) => op >= low && op <= high);

/**
 * By how much a plain instruction (no block, no call) can raise the operand stack: exact, except that vector operations
 * which lower it count as level, so that a stack height worked out from it is never too small.
 */
export function stackEffect({ op, sub }: Instruction): number {
  if (op === 0xfd) return sub === 12 ? 1 : sub === 11 ? -2 : 0;
  if (op === 0xfc) return sub <= 7 || sub === 9 || sub === 13 ? 0 : sub === 16 ? 1 : sub === 15 ? -1 : -3;
  if (within(op, [0x20, 0x20], [0x23, 0x23], [0x3f, 0x3f], [0x41, 0x44], [0xd0, 0xd0], [0xd2, 0xd2])) return 1;
  if (within(op, [0x1b, 0x1c], [0x26, 0x26], [0x36, 0x3e])) return -2;
  const pops = within(op, [0x0d, 0x0e], [0x1a, 0x1a], [0x21, 0x21], [0x24, 0x24]);
  const combines = within(op, [0x46, 0x4f], [0x51, 0x66], [0x6a, 0x78], [0x7c, 0x8a], [0x92, 0x98], [0xa0, 0xa6]);
  return pops || combines ? -1 : 0;
}

/** Reads a constant expression up to its `end`: one constant, global or reference. */
export function constantExpression(reader: Reader): void {
  const { op, sub } = readInstruction(reader);
  const constant = (op >= OP.i32Const && op <= OP.f64Const) || op === OP.globalGet || op === 0xd0 || op === 0xd2 || (op === 0xfd && sub === 12);
  if (!constant) throw forbidden('it starts a global or a segment from something that is not a constant');
  if (reader.u8() !== OP.end) throw malformed('an initial value without an end', reader.at);
}
