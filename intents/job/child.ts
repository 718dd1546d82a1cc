/** The process that runs one job: reads it from descriptor 3, writes the result to standard output, and dies with its parent. */
import { readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { TenderError } from '../errors.ts';
import { decodeJob, encodeFailure, encodeResult } from './frame.ts';
import { type JobSpec, runJob } from './run.ts';

const LINE = 3;

/** The parent holds the other end of the line open for as long as it lives; after the job nothing is sent on it. */
const WATCH = `
const { readSync } = require('node:fs');
const pause = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  try { readSync(${LINE}, new Uint8Array(1)); break; } catch (error) { if (error.code !== 'EAGAIN') break; }
  Atomics.wait(pause, 0, 0, 100);
}
process.kill(process.pid, 'SIGKILL');
`;

/** Pipes may be set not to block; then we wait. */
function patiently(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function readExactly(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const read = patiently(() => readSync(LINE, bytes, at, length - at, null));
    if (read === 0) process.kill(process.pid, 'SIGKILL');
    at += read;
  }
  return bytes;
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += patiently(() => writeSync(1, bytes, at));
}

function answer(spec: JobSpec): Uint8Array {
  try {
    return encodeResult(runJob(spec));
  } catch (error) {
    if (error instanceof TenderError) return encodeFailure(error);
    return encodeFailure(new TenderError('job_host', `This machine could not run the job: ${(error as Error).message.slice(0, 200)}`));
  }
}

const spec = decodeJob(readExactly);
// The job blocks this thread, so the line is watched from another one.
new Worker(WATCH, { eval: true });
write(answer(spec));
