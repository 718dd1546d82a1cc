/** Files of the data folder: written whole or not at all, and a failing disk told in one sentence. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TenderError } from '../../intents/errors.ts';

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Turns what the operating system said about `path` into `data_not_writable`, `disk_full` or the error itself. */
export function explainDisk(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (FULL.has(code)) return diskFull(path, error);
  if (REFUSED.has(code)) return notWritable(path, error);
  return error;
}

export const diskFull = (path: string, cause?: unknown): TenderError =>
  new TenderError('disk_full', `The disk that holds ${path} is full.`, {
    hint: 'Free some space (the local network needs about 300 MB), or set TENDER_DATA to a folder on another disk.',
    param: path,
    cause,
  });

export const notWritable = (path: string, cause?: unknown): TenderError =>
  new TenderError('data_not_writable', `The data folder cannot be written: ${path}.`, {
    hint: 'Make it writable for this user, or set TENDER_DATA to another folder.',
    param: path,
    cause,
  });

/** Replaces a file in one step: a reader, or a crash, sees the old text or the new one. Throws `disk_full`, `data_not_writable`. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content, { mode });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw explainDisk(error, path);
  }
}

/** Makes a folder and its parents. Throws `disk_full`, `data_not_writable`. */
export function makeFolder(path: string, mode = 0o755): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    // A file stands where the folder should be.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw notWritable(path, error);
    throw explainDisk(error, path);
  }
}
