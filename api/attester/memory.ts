/** What an attester has signed, on disk before it leaves: it never says two things about the same. */
import { existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TenderError } from '../../intents/errors.ts';

export type Memory = {
  /** Notes that `subject` is answered with `answer`. Throws `equivocation` if it was answered otherwise before. */
  commit(subject: string, answer: string): void;
};

/** Opens `<dir>/signed.jsonl`; a torn last line (a crash while writing) was never sent and is dropped. */
export function openMemory(dir: string): Memory {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'signed.jsonl');
  const known = new Map<string, string>(existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(read) : []);
  const handle = openSync(file, 'a', 0o600);
  return {
    commit(subject, answer) {
      const before = known.get(subject);
      if (before === answer) return;
      if (before !== undefined) {
        throw new TenderError('equivocation', 'This attester has signed something else about the same before.', {
          hint: 'Its endpoints disagree with what they said; they must be looked at.',
        });
      }
      // The leading line feed ends a torn line of an earlier crash.
      writeSync(handle, `\n${JSON.stringify([subject, answer])}`);
      fsyncSync(handle);
      known.set(subject, answer);
    },
  };
}

function read(line: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && value.length === 2 ? [value as [string, string]] : [];
  } catch {
    return [];
  }
}
