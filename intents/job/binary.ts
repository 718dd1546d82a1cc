/** Reads and writes the bytes of a WebAssembly binary, with every bound checked. */
import { TenderError } from '../errors.ts';

export const malformed = (what: string, at: number) =>
  new TenderError('wasm_malformed', `The program is not a valid WebAssembly module: ${what} at byte ${at}.`, { param: 'program' });

export const forbidden = (what: string) =>
  new TenderError('wasm_forbidden', `The program may not run as a job: ${what}.`, {
    param: 'program',
    hint: 'Jobs are single-threaded WebAssembly 2.0 programs that import only WASI preview 1.',
  });

/** A position in a byte array that never leaves it. All methods throw `wasm_malformed` at the first bad byte. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    if (this.at >= this.end) throw malformed('unexpected end', this.at);
    return this.bytes[this.at++]!;
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw malformed('unexpected end', this.at);
    this.at += count;
  }

  /** LEB128, at most 32 bits and 5 bytes; unused bits of the last byte must be zero. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed('an integer of more than 32 bits', this.at);
  }

  /** Signed LEB128 of at most `bits` bits; the unused bits of the last byte must repeat the sign. */
  signed(bits: 32 | 33 | 64): bigint {
    let value = 0n;
    const last = Math.ceil(bits / 7) - 1;
    for (let index = 0; index <= last; index++) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte >= 0x80) continue;
      const wide = BigInt.asIntN(7 * (index + 1), value);
      if (BigInt.asIntN(bits, wide) === wide) return wide;
      break;
    }
    throw malformed(`an integer of more than ${bits} bits`, this.at);
  }

  /** A reader of the next `length` bytes; this one moves past them. */
  slice(length: number): Reader {
    const start = this.at;
    this.skip(length);
    return new Reader(this.bytes, start, this.at);
  }

  /** A vector's length. Every element takes at least one byte, so a longer count is refused at once. */
  count(): number {
    const count = this.u32();
    if (count > this.end - this.at) throw malformed('a vector longer than its section', this.at);
    return count;
  }

  vector<T>(element: () => T): T[] {
    return Array.from({ length: this.count() }, element);
  }

  name(): string {
    const part = this.slice(this.u32());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part.bytes.subarray(part.at, part.end));
    } catch {
      throw malformed('a name that is not UTF-8', part.at);
    }
  }

  finish(): void {
    if (!this.done) throw malformed('bytes left over', this.at);
  }
}

/** A growing byte array. */
export class Writer {
  #bytes = new Uint8Array(1024);
  length = 0;

  #room(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }

  bytes(source: ArrayLike<number>): this {
    this.#room(source.length);
    this.#bytes.set(source, this.length);
    this.length += source.length;
    return this;
  }

  u8(...values: number[]): this {
    return this.bytes(values);
  }

  u32(value: number): this {
    return this.bytes(u32(value));
  }

  /** Length-prefixed bytes: a section's content, a function's body. */
  sized(part: Writer): this {
    return this.u32(part.length).bytes(part.done());
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Unsigned LEB128 of a u32. */
export function u32(value: number): number[] {
  const out: number[] = [];
  for (;;) {
    const low = value % 128;
    value = Math.floor(value / 128);
    if (value === 0) return [...out, low];
    out.push(low | 0x80);
  }
}

/** Signed LEB128 of an i32 or i64. */
export function signed(value: bigint): number[] {
  const out: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    if ((value === 0n && low < 0x40) || (value === -1n && low >= 0x40)) return [...out, low];
    out.push(low | 0x80);
  }
}
