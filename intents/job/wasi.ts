/**
 * WASI preview 1 for a job: arguments, standard streams, a clock that counts fuel, and random bytes that follow from
 * program and input. There is no folder, no socket and no way out.
 */
import { concat, type Hex, hexToBytes, sha256 } from 'viem';
import { WASI, WASI_FUNCTIONS } from './abi.ts';

/** What the imports work on once the program is instantiated. */
export type Host = { memory: WebAssembly.Memory; charge(fuel: bigint): void; fuelUsed(): bigint };
export type WasiInput = { args: string[]; input: Uint8Array; seed: Hex; outputBytes: number };
export type Wasi = { imports: WebAssembly.Imports; attach(host: Host): void; output(): Uint8Array; stderr(): Uint8Array };

/** Thrown through the program by `proc_exit`. */
export class Exit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
/** Thrown through the program when it writes more than was ordered. */
export class OutputFull extends Error {}

/** Midnight UTC of 1 January 2025, in nanoseconds: the moment at which every job starts. */
const EPOCH_NS = 1_735_689_600_000_000_000n;
/** Fuel of a call into the host, and of a random byte. Copied bytes are eight for one fuel, as in the program itself. */
const CALL_FUEL = 500n;
const RANDOM_BYTE_FUEL = 20n;
const STDERR_BYTES = 65_536;
const IO_VECTORS = 1024;

const ERRNO = { success: 0, badf: 8, fault: 21, inval: 28, nosys: 52, notsup: 58, spipe: 70 } as const;
const RIGHT_READ = 1n << 1n;
const RIGHT_WRITE = 1n << 6n;

/** Makes the imports of one run. Deterministic: the same input gives the same bytes at the same fuel. */
export function wasi({ args, input, seed, outputBytes }: WasiInput): Wasi {
  let host: Host | undefined;
  const now = () => host as Host;
  const view = () => new DataView(now().memory.buffer);
  const bytes = (at: number, length: number) => new Uint8Array(now().memory.buffer, at >>> 0, length >>> 0);
  const pay = (length: number) => now().charge(BigInt(Math.ceil(length / 8)));
  const output = sink(outputBytes, () => {
    throw new OutputFull('The program wrote more than was ordered.');
  });
  const stderr = sink(STDERR_BYTES, () => {});
  const random = randomStream(seed);
  const open = [true, true, true];
  let inputAt = 0;

  /** Runs `each` over a list of buffers until it takes less than it was given. Returns the errno. */
  function overVectors(vectors: number, count: number, total: number, each: (part: Uint8Array) => number): number {
    if (count >>> 0 > IO_VECTORS) return ERRNO.inval;
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const at = (vectors >>> 0) + 8 * index;
      const part = bytes(view().getUint32(at, true), view().getUint32(at + 4, true));
      const taken = each(part);
      sum += taken;
      if (taken < part.length) break;
    }
    view().setUint32(total >>> 0, sum, true);
    return ERRNO.success;
  }
  const strings = (pointers: number, buffer: number) => {
    for (const [index, text] of args.map(terminated).entries()) {
      view().setUint32((pointers >>> 0) + 4 * index, buffer >>> 0, true);
      bytes(buffer, text.length).set(text);
      buffer = (buffer >>> 0) + text.length;
      pay(text.length);
    }
    return ERRNO.success;
  };
  const two = (first: number, a: number, second: number, b: number) => {
    view().setUint32(first >>> 0, a, true);
    view().setUint32(second >>> 0, b, true);
    return ERRNO.success;
  };
  const time = (id: number, at: number, value: bigint) => {
    if (id >>> 0 > 3) return ERRNO.inval;
    view().setBigUint64(at >>> 0, value, true);
    return ERRNO.success;
  };

  const functions: Record<string, (...values: never[]) => number> = {
    args_get: strings,
    args_sizes_get: (count: number, size: number) =>
      two(count, args.length, size, args.reduce((sum, text) => sum + terminated(text).length, 0)),
    environ_get: () => ERRNO.success,
    environ_sizes_get: (count: number, size: number) => two(count, 0, size, 0),
    clock_res_get: (id: number, at: number) => time(id, at, 1n),
    clock_time_get: (id: number, _precision: bigint, at: number) => time(id, at, (id === 0 ? EPOCH_NS : 0n) + now().fuelUsed()),
    fd_close: (fd: number) => (open[fd] ? ((open[fd] = false), ERRNO.success) : ERRNO.badf),
    // The file type stays 0 (unknown), so that C libraries buffer whole blocks rather than lines.
    fd_fdstat_get: (fd: number, at: number) => {
      if (!open[fd]) return ERRNO.badf;
      bytes(at, 24).fill(0);
      view().setBigUint64((at >>> 0) + 8, fd === 0 ? RIGHT_READ : RIGHT_WRITE, true);
      return ERRNO.success;
    },
    fd_fdstat_set_flags: (fd: number) => (open[fd] ? ERRNO.success : ERRNO.badf),
    fd_filestat_get: (fd: number, at: number) => {
      if (!open[fd]) return ERRNO.badf;
      bytes(at, 64).fill(0);
      return ERRNO.success;
    },
    fd_seek: (fd: number) => (open[fd] ? ERRNO.spipe : ERRNO.badf),
    fd_tell: (fd: number) => (open[fd] ? ERRNO.spipe : ERRNO.badf),
    fd_prestat_get: () => ERRNO.badf,
    fd_prestat_dir_name: () => ERRNO.badf,
    fd_read: (fd: number, vectors: number, count: number, total: number) => {
      if (fd !== 0 || !open[0]) return ERRNO.badf;
      return overVectors(vectors, count, total, (part) => {
        const chunk = input.subarray(inputAt, inputAt + part.length);
        pay(chunk.length);
        part.set(chunk);
        inputAt += chunk.length;
        return chunk.length;
      });
    },
    fd_write: (fd: number, vectors: number, count: number, total: number) => {
      if ((fd !== 1 && fd !== 2) || !open[fd]) return ERRNO.badf;
      return overVectors(vectors, count, total, (part) => {
        pay(part.length);
        (fd === 1 ? output : stderr).write(part);
        return part.length;
      });
    },
    poll_oneoff: () => ERRNO.notsup,
    proc_exit: (exitCode: number) => {
      throw new Exit(exitCode >>> 0);
    },
    random_get: (at: number, length: number) => {
      const part = bytes(at, length);
      now().charge(BigInt(part.length) * RANDOM_BYTE_FUEL);
      random(part);
      return ERRNO.success;
    },
    sched_yield: () => ERRNO.success,
  };

  return {
    imports: { [WASI]: Object.fromEntries(Object.keys(WASI_FUNCTIONS).map((name) => [name, guarded(functions[name] ?? refusal(name), now)])) },
    attach: (given) => void (host = given),
    output: output.done,
    stderr: stderr.done,
  };
}

/** Charges each call, and turns an address outside the program's memory into an errno. */
function guarded(call: (...values: never[]) => number, host: () => Host) {
  return (...values: unknown[]): number => {
    host().charge(CALL_FUEL);
    try {
      return call(...(values as never[]));
    } catch (error) {
      if (error instanceof RangeError && !/call stack/i.test(error.message)) return ERRNO.fault;
      throw error;
    }
  };
}

/** Files do not exist: whatever names one fails, the same everywhere. */
const refusal = (name: string) => () => (name.startsWith('path_') || name.startsWith('fd_') ? ERRNO.badf : ERRNO.nosys);

const terminated = (text: string) => new TextEncoder().encode(`${text}\0`);

/** Collects written bytes up to `most`; `full` is called once more would not fit, after what fits is kept. */
function sink(most: number, full: () => void) {
  let kept = new Uint8Array(256);
  let length = 0;
  const write = (part: Uint8Array) => {
    const fits = part.subarray(0, most - length);
    if (length + fits.length > kept.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(2 * kept.length, length + fits.length)));
      grown.set(kept.subarray(0, length));
      kept = grown;
    }
    kept.set(fits, length);
    length += fits.length;
    if (fits.length < part.length) full();
  };
  return { write, done: () => kept.slice(0, length) };
}

/** Blocks sha256(seed ‖ n as 8 bytes, little-endian), n = 0, 1, 2 … */
function randomStream(seed: Hex): (part: Uint8Array) => void {
  const block = new Uint8Array(40);
  block.set(hexToBytes(seed));
  let number = 0n;
  let left: Uint8Array = new Uint8Array();
  return (part) => {
    for (let at = 0; at < part.length; ) {
      if (left.length === 0) {
        new DataView(block.buffer).setBigUint64(32, number++, true);
        left = sha256(block, 'bytes');
      }
      const chunk = left.subarray(0, part.length - at);
      part.set(chunk, at);
      at += chunk.length;
      left = left.subarray(chunk.length);
    }
  };
}

/** The seed of a job's random bytes. */
export const seedOf = (module: Uint8Array, input: Uint8Array): Hex =>
  sha256(concat([sha256(module, 'bytes'), sha256(input, 'bytes')]));
