/** Puts small WebAssembly modules together, and draws random ones: valid, ending, and full of control flow. */
import fc from 'fast-check';
import { signed, u32 } from '../../../intents/job/binary.ts';

const text = (value: string) => {
  const bytes = new TextEncoder().encode(value);
  return [...u32(bytes.length), ...bytes];
};
export const section = (id: number, ...content: number[]) => [id, ...u32(content.length), ...content];
export const vector = (...items: number[][]) => [...u32(items.length), ...items.flat()];
export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const TYPES = {
  write: [0x60, ...vector([I32], [I32], [I32], [I32]), ...vector([I32])],
  start: [0x60, 0, 0],
  two: [0x60, ...vector([I32], [I32]), ...vector([I32], [I32])],
  one: [0x60, ...vector([I32], [I32]), ...vector([I32])],
};

type Sections = Partial<Record<'types' | 'imports' | 'tables' | 'memories' | 'exports' | 'start', number[]>>;

/** A module of one function `_start` with this body; any section may be given instead. */
export function moduleOf(body: number[], sections: Sections = {}): Uint8Array {
  const code = [0, ...body, 0x0b];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, ...(sections.types ?? vector([0x60, 0, 0]))),
    ...(sections.imports ? section(2, ...sections.imports) : []),
    ...section(3, ...vector([0])),
    ...(sections.tables ? section(4, ...sections.tables) : []),
    ...section(5, ...(sections.memories ?? vector([0, 1]))),
    ...section(7, ...(sections.exports ?? vector([...text('memory'), 2, 0], [...text('_start'), 0, 0]))),
    ...(sections.start ?? []),
    ...section(10, ...vector([...u32(code.length), ...code])),
  ]);
}
export const exportOf = (name: string, kind: number, index: number) => [...text(name), kind, index];
export const importOf = (module: string, name: string, type: number) => [...text(module), ...text(name), 0, type];

const LOCALS = 4;
const constant = fc.integer().map((value) => [0x41, ...signed(BigInt(value))]);
const local = fc.nat(LOCALS - 1);
const binary = fc.constantFrom(0x46, 0x48, 0x49, 0x4c, 0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x6d, 0x70);
/** Signed division, signed remainder; an odd divisor is not zero. */
const DIVISIONS = new Set([0x6d, 0x6f, 0x70]);
const ODD = [0x41, 1, 0x72];
const masked = (address: number[]) => [...address, 0x41, ...signed(0xffcn), 0x71];

/**
 * Code of i32 values and statements. Loops count down a local of their own, so nearly all programs end; `calls` is how many
 * functions there are to call, all of them earlier ones.
 */
const code = (calls: number) =>
  fc.letrec<{ value: number[]; statement: number[]; body: number[] }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      constant,
      local.map((index) => [0x20, index]),
      fc.tuple(tie('value'), tie('value'), binary).map(([a, b, op]) => [...a, ...b, ...(DIVISIONS.has(op) ? ODD : []), op]),
      fc.tuple(tie('value'), tie('value'), tie('value')).map(([a, b, c]) => [...a, ...b, ...c, 0x1b]),
      fc.tuple(tie('value'), tie('value'), tie('value')).map(([a, b, c]) => [...c, 0x04, I32, ...a, 0x05, ...b, 0x0b]),
      fc.tuple(tie('value'), tie('value')).map(([a, b]) => [0x02, I32, ...a, ...b, 0x0d, 0, 0x0b]),
      tie('value').map((address) => [...masked(address), 0x28, 2, 0]),
      fc.tuple(tie('value'), fc.nat(Math.max(0, calls - 1))).map(([a, index]) =>
        calls === 0 ? a : [...a, ...a, 0x10, ...u32(1 + index), ...(index % 2 === 0 ? [0x73] : [])]),
    ),
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(tie('value'), local).map(([a, index]) => [...a, 0x21, index]),
      fc.tuple(tie('value'), tie('value')).map(([address, a]) => [...masked(address), ...a, 0x36, 2, 0]),
      fc.tuple(tie('value'), tie('body')).map(([a, body]) => [...a, 0x04, 0x40, ...body, 0x0b]),
      fc.tuple(tie('value'), tie('body'), tie('body')).map(([a, first, second]) =>
        [0x02, 0x40, 0x02, 0x40, ...a, 0x0e, 2, 0, 1, 0, 0x0b, ...first, 0x0b, ...second]),
      fc.tuple(tie('body'), fc.integer({ min: 1, max: 5 })).map(([body, times]) => loop(body, times)),
      tie('value').map((size) => [...masked(size), 0x41, 7, ...masked(size), 0xfc, 11, 0]),
    ),
    body: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'body' }).map((statements) => statements.flat()),
  }));

/** Repeats `body`; the counter lives in memory above what other code reaches, one word for each length of code, so nesting is safe. */
function loop(body: number[], times: number): number[] {
  const at = [0x41, ...signed(BigInt(8192 + 4 * (body.length % 8000)))];
  return [
    ...at, 0x41, times, 0x36, 2, 0,
    0x03, 0x40, ...body, ...at, ...at, 0x28, 2, 0, 0x41, 1, 0x6b, 0x36, 2, 0, ...at, 0x28, 2, 0, 0x0d, 0, 0x0b,
  ];
}

type Part = { statements: number[]; first: number[]; second: number[]; early: boolean };
const part = (calls: number): fc.Arbitrary<Part> => {
  const { value, body } = code(calls);
  return fc.record({ statements: body, first: value, second: value, early: fc.boolean() });
};

/** Functions give two values (even ones) or one; some leave early by `return` from within a block. */
function functionBody({ statements, first, second, early }: Part, index: number): number[] {
  const values = index % 2 === 0 ? [...first, ...second] : first;
  const leave = early ? [0x20, 0, 0x04, 0x40, ...values, 0x0f, 0x0b] : [];
  const inside = [1, 2, I32, ...statements, ...leave, ...values, 0x0b];
  return [...u32(inside.length), ...inside];
}

/** Random valid programs that write 4 KiB of their memory when they end. Division may overflow, and so trap. */
export const programs: fc.Arbitrary<Uint8Array> = fc
  .tuple(part(0), part(1), part(2), part(3))
  .map((parts) => {
    const start = [
      0, 0x41, 0, 0x41, 5, 0x41, 9, 0x10, 4, 0x36, 2, 0,
      ...[0x41, ...signed(8184n), 0x41, 0, 0x36, 2, 0, 0x41, ...signed(8188n), 0x41, ...signed(4096n), 0x36, 2, 0],
      0x41, 1, 0x41, ...signed(8184n), 0x41, 1, 0x41, ...signed(8180n), 0x10, 0, 0x1a, 0x0b,
    ];
    return Uint8Array.from([
      ...HEADER,
      ...section(1, ...vector(TYPES.write, TYPES.start, TYPES.two, TYPES.one)),
      ...section(2, ...vector(importOf('wasi_snapshot_preview1', 'fd_write', 0))),
      ...section(3, ...vector([2], [3], [2], [3], [1])),
      ...section(5, ...vector([0, 1])),
      ...section(7, ...vector([...text('memory'), 2, 0], [...text('_start'), 0, 5])),
      ...section(10, ...vector(...parts.map(functionBody), [...u32(start.length), ...start])),
    ]);
  });
