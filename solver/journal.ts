/** The solver's journal: an append-only file of JSON lines, each on the disk before it counts, with one writer at a time. */
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Address } from 'viem';
import type { Journal, JournalRow } from '../contracts/client/journal.ts';
import type { Call } from '../contracts/client/ledger.ts';
import { TenderError } from '../intents/errors.ts';
import { lockFile } from './lock.ts';

export type FileJournal = Journal & {
  /** Every row, in the order in which they were made. */
  rows(): JournalRow[];
  /** Rewrites the file with one line per row, and without the bytes that nothing will broadcast again. */
  compact(): Promise<void>;
  close(): Promise<void>;
};
export type JournalOptions = { clock?: () => number; /** Lines beyond one per row that start a compaction. */ slack?: number };

/** A change of state: what it does to the rows is known only when it is its turn. */
type Task = { change(rows: ReadonlyMap<string, JournalRow>): JournalRow | undefined; key: string; done(row: JournalRow): void; fail(error: unknown): void };

/**
 * Opens (or makes) the journal at `path`. TenderErrors: `journal_in_use` (another live process holds it), `journal_damaged`
 * (a line other than the last cannot be read), `journal_failed` (the disk refused; open it anew).
 */
export async function openJournal(path: string, { clock = Date.now, slack = 2_000 }: JournalOptions = {}): Promise<FileJournal> {
  await mkdir(dirname(path), { recursive: true });
  const unlock = await lockFile(`${path}.lock`, path);
  try {
    const { rows, lines, bytes } = readLines(await readFile(path).catch(absent), path);
    const file = await open(path, 'a', 0o600);
    // What follows the last whole line was never acknowledged.
    await file.truncate(bytes);
    await file.sync();
    await syncFolder(path);
    return createFileJournal({ path, file, rows, lines, clock, slack, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}

type Opened = { path: string; file: FileHandle; rows: Map<string, JournalRow>; lines: number; clock: () => number; slack: number; unlock(): Promise<void> };

function createFileJournal({ path, file: opened, rows, lines: counted, clock, slack, unlock }: Opened): FileJournal {
  let file = opened;
  let lines = counted;
  let broken: TenderError | undefined;
  let queue: Task[] = [];
  let turn: Promise<void> = Promise.resolve();

  /** Runs all waiting tasks, with one write and one sync for all of them. */
  async function flush() {
    const tasks = queue;
    queue = [];
    const next = new Map(rows);
    const written: { task: Task; row: JournalRow }[] = [];
    let text = '';
    for (const task of tasks) {
      const before = next.get(task.key);
      const row = attempt(task, next);
      if (!row) continue;
      if (row !== before) {
        next.set(task.key, row);
        text += `${serialise(row)}\n`;
        lines++;
      }
      written.push({ task, row });
    }
    await persist(text, written.map(({ task }) => task));
    for (const { task, row } of written) {
      rows.set(task.key, row);
      task.done(structuredClone(row));
    }
    if (lines > rows.size + slack) await rewrite();
  }
  async function persist(text: string, tasks: Task[]) {
    try {
      if (broken) throw broken;
      if (text === '') return;
      await file.appendFile(text);
      await file.datasync();
    } catch (error) {
      broken ??= diskFailed(path, error);
      for (const task of tasks) task.fail(broken);
      throw broken;
    }
  }
  async function rewrite() {
    const fresh = `${path}.new`;
    const compacted = [...rows.values()].map(withoutRaw);
    const next = await open(fresh, 'w', 0o600);
    try {
      await next.writeFile(compacted.map((row) => `${serialise(row)}\n`).join(''));
      await next.sync();
    } finally {
      await next.close();
    }
    await rename(fresh, path);
    await syncFolder(path);
    await file.close();
    file = await open(path, 'a', 0o600);
    for (const row of compacted) rows.set(row.key, row);
    lines = rows.size;
  }
  const enter = (task: () => Promise<void>) => (turn = turn.then(task, task));
  const write = (key: string, change: Task['change']) =>
    new Promise<JournalRow>((done, fail) => {
      queue.push({ key, change, done, fail });
      // Failures reach the callers through their tasks.
      if (queue.length === 1) enter(flush).catch(() => {});
    });

  return {
    intend: (key, from, call, nextOnChain) =>
      write(key, (now) => {
        const known = now.get(key);
        if (known) return known;
        const at = clock();
        const nonce = openRows(now, call.chainId, from).reduce((next, row) => Math.max(next, row.nonce + 1), nextOnChain);
        return { key, from, call, nonce, state: 'intended', hashes: [], raw: [], createdAt: at, updatedAt: at };
      }),
    update: (key, change) =>
      write(key, (now) => {
        const row = now.get(key);
        return row && cleared({ ...row, ...change, updatedAt: clock() });
      }),
    get: async (key) => structuredClone(rows.get(key)),
    pending: async (chainId, from) => structuredClone(openRows(rows, chainId, from)),
    rows: () => structuredClone([...rows.values()]),
    compact: () => enter(rewrite),
    async close() {
      await turn.catch(() => {});
      await file.close();
      await unlock();
    },
  };
}

/** The row a task makes; a task that cannot be done fails alone. */
function attempt(task: Task, rows: ReadonlyMap<string, JournalRow>): JournalRow | undefined {
  const row = task.change(rows);
  if (!row) task.fail(new TenderError('no_row', `The journal has no row ${task.key}.`, { param: 'key' }));
  return row;
}

/** Rows that are neither final nor failed, by nonce. */
function openRows(rows: ReadonlyMap<string, JournalRow>, chainId: number, from: Address): JournalRow[] {
  const account = from.toLowerCase();
  return [...rows.values()]
    .filter((row) => row.call.chainId === chainId && row.from.toLowerCase() === account && row.state !== 'final' && row.state !== 'failed')
    .sort((a, b) => a.nonce - b.nonce);
}

const cleared = (row: JournalRow) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as JournalRow;
const withoutRaw = (row: JournalRow): JournalRow => (row.state === 'final' || row.state === 'failed' ? { ...row, raw: [] } : row);
const serialise = (row: JournalRow) => JSON.stringify({ ...row, call: { ...row.call, value: row.call.value.toString() } });
function parse(line: string): JournalRow {
  const row = JSON.parse(line) as Omit<JournalRow, 'call'> & { call: Omit<Call, 'value'> & { value: string } };
  return { ...row, call: { ...row.call, value: BigInt(row.call.value) } };
}

/** Reads whole lines; a torn last one is left out. `bytes`: length of what was read. */
function readLines(content: Buffer, path: string): { rows: Map<string, JournalRow>; lines: number; bytes: number } {
  const rows = new Map<string, JournalRow>();
  let bytes = 0;
  let lines = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, bytes)) {
    const next = end + 1;
    try {
      const row = parse(content.toString('utf8', bytes, end));
      rows.set(row.key, row);
    } catch (cause) {
      if (content.indexOf(10, next) < 0) return { rows, lines, bytes };
      throw new TenderError('journal_damaged', `Line ${lines + 1} of the journal ${path} cannot be read.`, {
        hint: 'Restore the file from a backup; starting without it could send a transaction twice.',
        cause,
      });
    }
    lines++;
    bytes = next;
  }
  return { rows, lines, bytes };
}

const diskFailed = (path: string, cause: unknown) =>
  new TenderError('journal_failed', `The journal ${path} cannot be written: ${(cause as { code?: string }).code ?? 'unknown error'}.`, {
    hint: 'Free space or repair the disk, then start again: nothing was sent without its row.',
    cause,
  });
function absent(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}
async function syncFolder(path: string) {
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
