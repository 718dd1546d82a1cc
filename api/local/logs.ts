/** One log file per process: each line with its time, the file turned over before it grows large, a full disk no disaster. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { explainDisk } from './disk.ts';

const LARGEST_BYTES = 10_000_000;

export type Log = {
  write(line: string): void;
  /** Writes all lines of a stream. */
  follow(stream: Readable): void;
  /** The last line that was not empty. */
  last(): string | undefined;
};

/** Opens `<dir>/logs/NAME.log`. Lines that cannot be written are dropped; `complain` hears so once. */
export function openLog(dir: string, name: string, complain: (line: string) => void): Log {
  const file = join(dir, 'logs', `${name}.log`);
  mkdirSync(join(dir, 'logs'), { recursive: true });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let last: string | undefined;
  let complained = false;
  const write = (line: string): void => {
    if (line.trim() === '') return;
    last = line;
    const text = `${new Date().toISOString()} ${line}\n`;
    try {
      if (size > LARGEST_BYTES) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
      complained = false;
    } catch (error) {
      if (!complained) complain(String((explainDisk(error, file) as Error).message));
      complained = true;
    }
  };
  return {
    write,
    last: () => last,
    follow: (stream) => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(write);
      });
      stream.on('end', () => write(rest));
    },
  };
}
