/** What the meter admits and refuses, by name, and how it reads numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenderError } from '../../../intents/errors.ts';
import { LIMITS } from '../../../intents/job/abi.ts';
import { Reader, signed, u32 } from '../../../intents/job/binary.ts';
import { meter } from '../../../intents/job/meter.ts';
import { exportOf, HEADER, importOf, moduleOf, section, vector } from './build.ts';
import { NAMES, program } from './programs.ts';

const TYPE = (parameters: number[], results: number[]) =>
  [0x60, ...vector(...parameters.map((type) => [type])), ...vector(...results.map((type) => [type]))];
const refusal = (module: Uint8Array, memoryMiB = 16) => {
  try {
    meter(module, memoryMiB);
  } catch (error) {
    if (error instanceof TenderError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'admitted';
};
const START_ONLY = vector(exportOf('_start', 0, 0));
const both = (start: number) => vector(exportOf('memory', 2, 0), exportOf('_start', 0, start));

describe('admission', () => {
  it.each(NAMES)('admits %s', (name) => {
    expect(WebAssembly.validate(meter(program(name), 16) as BufferSource)).toBe(true);
  });
  it('admits the least module', () => expect(refusal(moduleOf([]))).toBe('admitted'));

  const refused: [string, Uint8Array, RegExp][] = [
    ['shared memory', moduleOf([], { memories: vector([3, 1, 1]) }), /forbidden.*threads/],
    ['64-bit memory', moduleOf([], { memories: vector([4, 1]) }), /forbidden.*64-bit/],
    ['two memories', moduleOf([], { memories: vector([0, 1], [0, 1]) }), /forbidden.*several memories/],
    ['a memory index in a load', moduleOf([0x41, 0, 0x28, 0x42, 0, 0, 0x1a]), /forbidden.*several memories/],
    ['no memory', moduleOf([], { memories: vector() }), /forbidden.*no memory/],
    ['atomics', moduleOf([0xfe, 0x03, 0x00]), /forbidden.*threads/],
    ['exceptions', moduleOf([0x06, 0x40, 0x0b]), /forbidden.*exceptions/],
    ['tail calls', moduleOf([0x12, 0]), /forbidden.*tail calls/],
    ['relaxed vectors', moduleOf([0xfd, 0x80, 0x02]), /forbidden.*relaxed/],
    ['garbage collection', moduleOf([0xfb, 0x00, 0x00]), /forbidden.*0xfb/],
    ['other types than functions', moduleOf([], { types: vector([0x5f, 0]) }), /forbidden.*types/],
    ['an import from elsewhere', moduleOf([], { imports: vector(importOf('env', 'now', 0)) }), /forbidden.*env\.now/],
    ['a socket', moduleOf([], { imports: vector(importOf('wasi_snapshot_preview1', 'sock_send', 0)) }), /forbidden.*sock_send/],
    ['an import of an inherited name', moduleOf([], { imports: vector(importOf('wasi_snapshot_preview1', 'constructor', 0)) }), /forbidden/],
    ['an import under another type', moduleOf([], { imports: vector(importOf('wasi_snapshot_preview1', 'fd_close', 0)) }), /fd_close with a type/],
    ['a hidden memory', moduleOf([], { exports: START_ONLY }), /does not export its memory/],
    ['no start', moduleOf([], { exports: vector(exportOf('memory', 2, 0)) }), /"_start"/],
    ['a start that takes a value', moduleOf([], { types: vector(TYPE([0x7f], [])) }), /"_start" takes/],
    ['a reserved name', moduleOf([], { exports: vector(exportOf('memory', 2, 0), exportOf('_start', 0, 0), exportOf('tender:fuel', 2, 0)) }), /reserved/],
    ['a huge table', moduleOf([], { tables: vector([0x70, 0, ...u32(LIMITS.tableElements + 1)]) }), /table of more/],
    ['a huge program', new Uint8Array(LIMITS.moduleBytes + 1), /larger than/],
  ];
  it.each(refused)('refuses %s', (_, module, reason) => {
    expect(refusal(module)).toMatch(/^wasm_forbidden/);
    expect(refusal(module)).toMatch(reason);
  });

  const broken: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['another version', Uint8Array.from([...HEADER.slice(0, 4), 2, 0, 0, 0])],
    ['a section twice', Uint8Array.from([...HEADER, ...section(1, 0), ...section(1, 0)])],
    ['a type error', moduleOf([0x6a])],
    ['a body without an end', moduleOf([0x02, 0x40])],
    ['a body after its end', moduleOf([0x0b, 0x01])],
    ['a use of the meter’s own fuel', moduleOf([0x42, ...signed(0n), 0x24, 0])],
    ['a call of the meter’s own function', moduleOf([0x41, 1, 0x42, 1, 0x10, 1, 0x1a])],
    ['an export of nothing', moduleOf([], { exports: both(7) })],
    ['a start of nothing', moduleOf([], { start: section(8, 9) })],
    ['a branch too far', moduleOf([0x0c, 9])],
  ];
  it.each(broken)('calls %s malformed', (_, module) => expect(refusal(module)).toMatch(/^wasm_malformed/));

  it('holds memory to what was leased', () => {
    const module = moduleOf([], { memories: vector([0, ...u32(33)]) });
    expect(refusal(module, 2)).toMatch(/starts with 3 MiB of memory and the job has 2/);
    expect(refusal(module, 3)).toBe('admitted');
  });
  it('shows a stranger’s name in plain letters only', () => {
    expect(refusal(moduleOf([], { imports: vector(importOf('\u202e<b>', 'x'.repeat(500), 0)) }))).toMatch(/imports \?\?b\?\.x{40}\.$/);
  });
  it('is a pure function', () => {
    for (const name of NAMES) expect(meter(program(name), 16)).toEqual(meter(program(name), 16));
  });
});

describe('numbers', () => {
  const read = <T>(bytes: number[], how: (reader: Reader) => T) => how(new Reader(Uint8Array.from(bytes)));
  it('are read as they are written', () => {
    fc.assert(fc.property(fc.nat(2 ** 32 - 1), (value) => void expect(read(u32(value), (reader) => reader.u32())).toBe(value)));
    for (const bits of [32, 33, 64] as const) {
      const range = { min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n };
      const same = (value: bigint) => void expect(read(signed(value), (reader) => reader.signed(bits))).toBe(value);
      fc.assert(fc.property(fc.bigInt(range), same));
      for (const edge of [range.min, range.max, 0n, -1n, 63n, 64n, -64n, -65n]) same(edge);
    }
  });
  it('may be padded up to their width', () => {
    expect(read([0x80, 0x80, 0x80, 0x80, 0x00], (reader) => reader.u32())).toBe(0);
    expect(read([0xff, 0xff, 0xff, 0xff, 0x7f], (reader) => reader.signed(32))).toBe(-1n);
  });
  const wrong: [string, number[], (reader: Reader) => unknown][] = [
    ['u32 of six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], (reader: Reader) => reader.u32()],
    ['u32 beyond 2³²', [0xff, 0xff, 0xff, 0xff, 0x1f], (reader: Reader) => reader.u32()],
    ['u32 cut short', [0x80], (reader: Reader) => reader.u32()],
    ['i32 with wrong sign bits', [0xff, 0xff, 0xff, 0xff, 0x0f], (reader: Reader) => reader.signed(32)],
    ['i32 of six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], (reader: Reader) => reader.signed(32)],
    ['i64 with wrong sign bits', [...Array(9).fill(0x80), 0x01], (reader: Reader) => reader.signed(64)],
    ['i64 of eleven bytes', [...Array(10).fill(0x80), 0x00], (reader: Reader) => reader.signed(64)],
  ];
  it.each(wrong)('refuses a %s', (_, bytes, how) => expect(() => read(bytes, how)).toThrow(TenderError));
});
