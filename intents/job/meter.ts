/** Rewrites an admitted program so that it counts its own fuel and stack, and keeps to the memory that was ordered. */
import { EXPORTS, HOST_OUT_OF_MEMORY, LIMITS } from './abi.ts';
import { forbidden, malformed, signed, u32, Writer } from './binary.ts';
import { meterBody, type Counters } from './body.ts';
import { type FunctionType, type Limits, type Program, readProgram, SECTION } from './module.ts';
import { OP, VALUE } from './opcodes.ts';

const PAGES_PER_MIB = 16;
const PAGE_BYTES = 65_536;

/**
 * Admits and instruments `program`. The metered program exports its fuel (i64, set it before the first call; it traps as
 * soon as this is below zero) and its stack slots (i32, likewise), and a start function, if any, instead of running it.
 * Errors: `wasm_malformed`, `wasm_forbidden`.
 */
export function meter(program: Uint8Array, memoryMiB: number): Uint8Array {
  const parsed = readProgram(program);
  const counters: Counters = {
    fuel: parsed.globals,
    slots: parsed.globals + 1,
    charge: parsed.functions.length,
    grow: parsed.functions.length + 1,
  };
  const types = typeTable(parsed.types);
  const bodies = parsed.bodies.map((body, index) => {
    const type = parsed.types[parsed.functions[parsed.imported + index]!]!;
    return meterBody(body, { type, types: parsed.types, functions: parsed.functions, counters, typeOf: types.indexOf });
  });
  // The walk above needs only the structure; whether the types fit is the engine's to say.
  if (!WebAssembly.validate(program as BufferSource)) throw malformed('its types do not fit', 0);
  const memory = leasedMemory(parsed.memory, memoryMiB);
  const helperTypes = [types.indexOf([VALUE.i32, VALUE.i64], [VALUE.i32]), types.indexOf([VALUE.i32], [VALUE.i32])];
  const helpers = [chargeHelper(counters), growHelper(counters, memory.most)];
  return assemble(parsed, memory, counters, types.added, helperTypes, [...bodies, ...helpers]);
}

/** Finds the index of a function type; a new one is put after the program's own. */
function typeTable(own: FunctionType[]) {
  const added: FunctionType[] = [];
  const key = (type: FunctionType) => `${type.parameters}>${type.results}`;
  const indices = new Map<string, number>();
  own.forEach((type, index) => indices.set(key(type), index));
  const indexOf = (parameters: number[], results: number[]): number => {
    const type = { parameters, results };
    const known = indices.get(key(type));
    if (known !== undefined) return known;
    added.push(type);
    indices.set(key(type), own.length + added.length - 1);
    return own.length + added.length - 1;
  };
  return { added, indexOf };
}

function leasedMemory(memory: Limits, memoryMiB: number): { least: number; most: number } {
  const leased = Math.min(memoryMiB, LIMITS.memoryMiB) * PAGES_PER_MIB;
  if (memory.least > leased) throw forbidden(`it starts with ${Math.ceil(memory.least / PAGES_PER_MIB)} MiB of memory and the job has ${memoryMiB}`);
  return { least: memory.least, most: Math.min(memory.most ?? leased, leased) };
}

/** `(n, unit) → n`: charges for n units of `unit` bytes, eight bytes for one fuel. */
function chargeHelper({ fuel }: Counters): Writer {
  return new Writer().u8(
    0, OP.globalGet, ...u32(fuel), OP.localGet, 0, 0xad, OP.localGet, 1, 0x7e, OP.i64Const, 3, 0x88, OP.i64Sub, OP.globalSet, ...u32(fuel),
    OP.globalGet, ...u32(fuel), OP.i64Const, 0, OP.i64LtS, OP.if, 0x40, OP.unreachable, OP.end,
    OP.localGet, 0, OP.end,
  );
}

/** `(pages) → pages before or -1`: memory.grow, charged, that never passes a shortage of the host off as the program's own limit. */
function growHelper({ charge, slots }: Counters, most: number): Writer {
  return new Writer().u8(
    1, 1, VALUE.i32,
    OP.localGet, 0, OP.memoryGrow, 0, OP.localTee, 1, OP.i32Const, ...signed(-1n), 0x46, OP.if, 0x40,
    OP.localGet, 0, 0xad, OP.memorySize, 0, 0xad, 0x7c, OP.i64Const, ...signed(BigInt(most)), 0x58, OP.if, 0x40,
    OP.i32Const, ...signed(BigInt(HOST_OUT_OF_MEMORY)), OP.globalSet, ...u32(slots), OP.unreachable, OP.end,
    OP.else, OP.localGet, 0, OP.i64Const, ...signed(BigInt(PAGE_BYTES)), OP.call, ...u32(charge), 0x1a, OP.end,
    OP.localGet, 1, OP.end,
  );
}

function assemble(
  program: Program,
  memory: { least: number; most: number },
  counters: Counters,
  addedTypes: FunctionType[],
  helperTypes: number[],
  bodies: Writer[],
): Uint8Array {
  const out = new Writer().u8(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const put = (id: number, content: Writer) => out.u8(id).sized(content);
  /** The program's own vector, if any, followed by what is added. */
  const extend = (id: keyof typeof SECTION, added: number[][] = []) => {
    const own = program.sections.get(SECTION[id]) ?? { count: 0, rest: new Uint8Array() };
    if (own.count + added.length === 0) return;
    put(SECTION[id], new Writer().u32(own.count + added.length).bytes(own.rest).bytes(added.flat()));
  };
  extend('type', addedTypes.map(({ parameters, results }) =>
    [0x60, ...u32(parameters.length), ...parameters, ...u32(results.length), ...results]));
  extend('import');
  extend('function', helperTypes.map(u32));
  const tables = program.tables.map(({ type, least, most }) =>
    [type, 1, ...u32(least), ...u32(Math.min(most ?? LIMITS.tableElements, LIMITS.tableElements))]);
  if (tables.length > 0) put(SECTION.table, new Writer().u32(tables.length).bytes(tables.flat()));
  put(SECTION.memory, new Writer().u8(1, 1).u32(memory.least).u32(memory.most));
  extend('global', [[VALUE.i64, 1, OP.i64Const, 0, OP.end], [VALUE.i32, 1, OP.i32Const, 0, OP.end]]);
  extend('export', [
    exported(EXPORTS.fuel, 3, counters.fuel),
    exported(EXPORTS.slots, 3, counters.slots),
    ...(program.start === undefined ? [] : [exported(EXPORTS.start, 0, program.start)]),
  ]);
  extend('element');
  const dataCount = program.sections.get(SECTION.dataCount);
  if (dataCount) put(SECTION.dataCount, new Writer().u32(dataCount.count));
  const code = new Writer().u32(bodies.length);
  for (const body of bodies) code.sized(body);
  put(SECTION.code, code);
  extend('data');
  return out.done();
}

function exported(name: string, kind: number, index: number): number[] {
  const bytes = new TextEncoder().encode(name);
  return [...u32(bytes.length), ...bytes, kind, ...u32(index)];
}
