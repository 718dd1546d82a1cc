/** Admits a WebAssembly binary: its sections, checked against what a job's program may contain. */
import { EXPORTS, LIMITS, WASI, WASI_FUNCTIONS } from './abi.ts';
import { forbidden, malformed, Reader } from './binary.ts';
import { constantExpression, REFERENCE_TYPES, VALUE, valueType } from './opcodes.ts';

export type FunctionType = { parameters: number[]; results: number[] };
export type Limits = { least: number; most: number | undefined };
export type Section = { count: number; rest: Uint8Array };
export type Program = {
  types: FunctionType[];
  /** Type indices of imported functions, then of the program's own. */
  functions: number[];
  imported: number;
  tables: (Limits & { type: number })[];
  memory: Limits;
  globals: number;
  start: number | undefined;
  bodies: Reader[];
  /** Vectors as they stand, to be copied: their length and the bytes after it. */
  sections: Map<SectionId, Section>;
};

export const SECTION = {
  type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, dataCount: 12, code: 10, data: 11,
} as const;
type SectionId = (typeof SECTION)[keyof typeof SECTION];
/** The order in which sections stand, each at most once. */
const ORDER: readonly number[] = Object.values(SECTION);

/** Reads and checks a whole program. Errors: `wasm_malformed`, `wasm_forbidden`. */
export function readProgram(bytes: Uint8Array): Program {
  if (bytes.length > LIMITS.moduleBytes) throw forbidden(`it is larger than ${LIMITS.moduleBytes} bytes`);
  const found = splitSections(bytes);
  const section = <T>(id: SectionId, element: (reader: Reader) => T): T[] => {
    const reader = found.get(id);
    if (!reader) return [];
    const copy = new Reader(reader.bytes, reader.at, reader.end);
    const values = copy.vector(() => element(copy));
    copy.finish();
    return values;
  };
  const types = section(SECTION.type, functionType);
  const imported = section(SECTION.import, (reader) => importedFunction(reader, types));
  const functions = [...imported, ...section(SECTION.function, (reader) => indexOf(types, reader))];
  if (functions.length > LIMITS.functions) throw forbidden(`it has more than ${LIMITS.functions} functions`);
  const tables = section(SECTION.table, table);
  if (tables.length > LIMITS.tables) throw forbidden(`it has more than ${LIMITS.tables} tables`);
  const memories = section(SECTION.memory, limits);
  if (memories.length > 1) throw forbidden('it uses several memories');
  if (!memories[0]) throw forbidden('it has no memory');
  const globals = section(SECTION.global, global);
  checkExports(section(SECTION.export, exported), functions, types);
  section(SECTION.element, element);
  section(SECTION.data, data);
  const bodies = section(SECTION.code, body);
  if (bodies.length !== functions.length - imported.length) throw malformed('not one body for each function', 0);
  const start = found.get(SECTION.start)?.u32();
  if (start !== undefined && start >= functions.length) throw malformed('a start function that is not there', 0);
  return {
    types, functions, imported: imported.length, tables, memory: memories[0], globals: globals.length, start, bodies,
    sections: new Map([...found].map(([id, reader]) => [id as SectionId, rawVector(reader)])),
  };
}

function splitSections(bytes: Uint8Array): Map<number, Reader> {
  const reader = new Reader(bytes);
  for (const expected of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) {
    if (reader.u8() !== expected) throw malformed('not the header of WebAssembly version 1', reader.at - 1);
  }
  const found = new Map<number, Reader>();
  let last = -1;
  while (!reader.done) {
    const id = reader.u8();
    const content = reader.slice(reader.u32());
    if (id === 0) {
      content.name();
      continue;
    }
    const place = ORDER.indexOf(id);
    if (place < 0) throw forbidden(id === 13 ? 'it uses exceptions' : `it has a section ${id}, which WebAssembly 2.0 does not have`);
    if (place <= last) throw malformed(`section ${id} out of order`, content.at);
    last = place;
    found.set(id, content);
  }
  return found;
}

function rawVector(section: Reader): Section {
  const reader = new Reader(section.bytes, section.at, section.end);
  const count = reader.done ? 0 : reader.u32();
  return { count, rest: reader.bytes.subarray(reader.at, reader.end) };
}

function functionType(reader: Reader): FunctionType {
  if (reader.u8() !== 0x60) throw forbidden('it has types other than functions');
  const parameters = reader.vector(() => valueType(reader));
  return { parameters, results: reader.vector(() => valueType(reader)) };
}

function indexOf(list: unknown[], reader: Reader): number {
  const index = reader.u32();
  if (index >= list.length) throw malformed(`an index ${index} of something that is not there`, reader.at);
  return index;
}

function importedFunction(reader: Reader, types: FunctionType[]): number {
  const module = reader.name();
  const name = reader.name();
  const kind = reader.u8();
  const parameters = Object.hasOwn(WASI_FUNCTIONS, name) ? WASI_FUNCTIONS[name] : undefined;
  if (module !== WASI || kind !== 0 || parameters === undefined) throw forbidden(`it imports ${label(module)}.${label(name)}`);
  const index = indexOf(types, reader);
  const type = types[index]!;
  const expected = [...parameters].map((letter) => (letter === 'l' ? VALUE.i64 : VALUE.i32));
  const results = name === 'proc_exit' ? [] : [VALUE.i32];
  if (`${type.parameters}>${type.results}` !== `${expected}>${results}`) throw forbidden(`it imports ${name} with a type of its own`);
  return index;
}

/** Names come from strangers: shown short and in plain letters. */
const label = (name: string) => name.replace(/[^\w.:-]/g, '?').slice(0, 40);

function limits(reader: Reader): Limits {
  const flags = reader.u8();
  if (flags === 2 || flags === 3) throw forbidden('it uses threads (shared memory)');
  if (flags >= 4 && flags <= 7) throw forbidden('it uses 64-bit memory');
  if (flags > 1) throw malformed('unknown limits', reader.at);
  const least = reader.u32();
  return { least, most: flags === 1 ? reader.u32() : undefined };
}

function table(reader: Reader): Limits & { type: number } {
  const type = referenceType(reader);
  const size = limits(reader);
  if (size.least > LIMITS.tableElements) throw forbidden(`it has a table of more than ${LIMITS.tableElements} elements`);
  return { type, ...size };
}

function referenceType(reader: Reader): number {
  const type = reader.u8();
  if (!REFERENCE_TYPES.has(type)) throw forbidden('it uses a reference type which WebAssembly 2.0 does not have');
  return type;
}

function global(reader: Reader): void {
  valueType(reader);
  if (reader.u8() > 1) throw malformed('unknown mutability', reader.at);
  constantExpression(reader);
}

type Export = { name: string; kind: number; index: number };
const exported = (reader: Reader): Export => ({ name: reader.name(), kind: reader.u8(), index: reader.u32() });

function checkExports(exports: Export[], functions: number[], types: FunctionType[]): void {
  const reserved = exports.find(({ name }) => Object.values<string>(EXPORTS).includes(name));
  if (reserved) throw forbidden(`it exports the reserved name ${reserved.name}`);
  if (!exports.some(({ name, kind }) => name === 'memory' && kind === 2)) throw forbidden('it does not export its memory as "memory"');
  const start = exports.find(({ name, kind }) => name === '_start' && kind === 0);
  if (!start) throw forbidden('it does not export a function "_start"');
  const type = types[functions[start.index] ?? -1];
  if (!type) throw malformed('an export of a function that is not there', 0);
  if (type.parameters.length + type.results.length > 0) throw forbidden('its "_start" takes or returns values');
}

function element(reader: Reader): void {
  const flags = reader.u32();
  if (flags > 7) throw malformed('an unknown kind of element segment', reader.at);
  const active = (flags & 1) === 0;
  const expressions = (flags & 4) !== 0;
  if (active && (flags & 2) !== 0) reader.u32();
  if (active) constantExpression(reader);
  if ((flags & 3) !== 0 && expressions) referenceType(reader);
  if ((flags & 3) !== 0 && !expressions && reader.u8() !== 0) throw malformed('an unknown kind of element', reader.at);
  reader.vector(() => (expressions ? constantExpression(reader) : reader.u32()));
}

function data(reader: Reader): void {
  const flags = reader.u32();
  if (flags > 2) throw malformed('an unknown kind of data segment', reader.at);
  if (flags === 2) reader.u32();
  if (flags !== 1) constantExpression(reader);
  reader.skip(reader.u32());
}

function body(reader: Reader): Reader {
  const size = reader.u32();
  if (size > LIMITS.bodyBytes) throw forbidden(`it has a function of more than ${LIMITS.bodyBytes} bytes`);
  return reader.slice(size);
}
