/** How a job and its result cross the pipe between two processes: a length, JSON of that length, then the bytes it names. */
import type { ErrorValue } from '../errors.ts';
import { TenderError } from '../errors.ts';
import type { JobResult, JobSpec } from './run.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function frame(head: object, ...parts: Uint8Array[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ ...head, sizes: parts.map(({ length }) => length) }));
  const out = new Uint8Array(4 + json.length + parts.reduce((sum, { length }) => sum + length, 0));
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  let at = 4 + json.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

type Head = { sizes: number[] } & Record<string, unknown>;

/** `read` gives exactly so many of the next bytes. */
function unframe(read: (length: number) => Uint8Array): { head: Head; parts: Uint8Array[] } {
  const size = read(4);
  const head = JSON.parse(text(read(new DataView(size.buffer, size.byteOffset).getUint32(0, true)))) as Head;
  return { head, parts: head.sizes.map(read) };
}

export function encodeJob({ module, input, fuelAtMost, ...rest }: JobSpec): Uint8Array {
  return frame({ ...rest, fuelAtMost: `${fuelAtMost}` }, module, input);
}

export function decodeJob(read: (length: number) => Uint8Array): JobSpec {
  const { head, parts } = unframe(read);
  const { args, fuelAtMost, memoryMiB, outputMiB } = head as unknown as Omit<JobSpec, 'fuelAtMost'> & { fuelAtMost: string };
  return { module: parts[0]!, input: parts[1]!, args, fuelAtMost: BigInt(fuelAtMost), memoryMiB, outputMiB };
}

export function encodeResult({ output, stderr, fuel, ...rest }: JobResult): Uint8Array {
  return frame({ ...rest, fuel: `${fuel}` }, output, stderr);
}

export function encodeFailure(error: TenderError): Uint8Array {
  return frame({ error: error.toJSON() });
}

/** Throws the `TenderError` that the other process met. A frame that is cut short throws a RangeError or SyntaxError. */
export function decodeResult(bytes: Uint8Array): JobResult {
  let at = 0;
  const { head, parts } = unframe((length) => {
    if (length > bytes.length - at) throw new RangeError('the frame is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  });
  const { error, fuel, sizes: _, ...rest } = head as unknown as { error?: ErrorValue; fuel: string; sizes: number[] } & JobResult;
  if (error) throw new TenderError(error.code, error.message, error);
  return { ...(rest as unknown as JobResult), fuel: BigInt(fuel), output: parts[0]!, stderr: parts[1]! };
}

/** Gathers one frame from chunks; `add` is true once it is whole. */
export function frameCollector() {
  const chunks: Buffer[] = [];
  let size = 0;
  let whole = Infinity;
  return {
    add(chunk: Buffer): boolean {
      chunks.push(chunk);
      size += chunk.length;
      if (whole === Infinity) whole = wholeSize(Buffer.concat(chunks));
      return size >= whole;
    },
    size: () => size,
    bytes: () => Buffer.concat(chunks),
  };
}

/** Nonsense is whole at once: decoding it will say so. */
function wholeSize(start: Buffer): number {
  if (start.length < 4) return Infinity;
  const body = 4 + start.readUInt32LE(0);
  if (start.length < body) return Infinity;
  try {
    const { sizes } = JSON.parse(start.subarray(4, body).toString()) as Head;
    return body + sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
