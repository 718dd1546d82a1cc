/** The file journal: nonces, durability, one writer, and that no torn file ever loses what was acknowledged. */
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalRow } from '../../contracts/client/journal.ts';
import type { Call } from '../../contracts/client/ledger.ts';
import { type FileJournal, openJournal } from '../../solver/journal.ts';
import { lockFile, startOf } from '../../solver/lock.ts';

const ALICE = '0x00000000000000000000000000000000000000A1';
const BOB = '0x00000000000000000000000000000000000000B0';
const call = (chainId = 1, value = 10n ** 30n): Call => ({ chainId, to: BOB, data: '0x12', value, what: 'test' });
let dir: string;
let n = 0;
const fresh = () => join(dir, `${n++}`, 'journal.jsonl');

beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'tender-journal-'))));
afterAll(() => rm(dir, { recursive: true }));

async function using<T>(path: string, body: (journal: FileJournal) => Promise<T>, slack?: number): Promise<T> {
  const journal = await openJournal(path, { ...(slack !== undefined && { slack }) });
  try {
    return await body(journal);
  } finally {
    await journal.close();
  }
}

describe('rows', () => {
  it('get nonces per chain and account, above what is pending and what the chain says', () =>
    using(fresh(), async (journal) => {
      const nonce = async (key: string, from: typeof ALICE | typeof BOB, chain: number, next: number) => (await journal.intend(key, from, call(chain), next)).nonce;
      expect(await nonce('a', ALICE, 1, 7)).toBe(7);
      expect(await nonce('b', ALICE, 1, 7)).toBe(8);
      expect(await nonce('c', ALICE, 1, 20)).toBe(20);
      expect(await nonce('d', ALICE, 2, 0)).toBe(0);
      expect(await nonce('e', BOB, 1, 0)).toBe(0);
      expect(await nonce('a', ALICE, 1, 99)).toBe(7);
      expect((await journal.pending(1, ALICE.toLowerCase() as typeof ALICE)).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
      for (const key of ['a', 'b', 'c']) await journal.update(key, { state: key === 'a' ? 'failed' : 'final' });
      expect(await nonce('f', ALICE, 1, 3)).toBe(3);
    }));
  it('survive a new start, with every member', async () => {
    const path = fresh();
    const mined = { hash: '0xaa', block: 4, blockHash: '0xbb', status: 'success' } as const;
    const before = await using(path, async (journal) => {
      await journal.intend('a', ALICE, call(), 0);
      await journal.update('a', { state: 'sent', hashes: ['0xaa'], raw: ['0x02'], error: 'x' });
      return journal.update('a', { state: 'mined', mined, error: undefined });
    });
    expect(before).toMatchObject({ state: 'mined', mined, call: { value: 10n ** 30n } });
    expect('error' in before).toBe(false);
    expect(await using(path, (journal) => journal.get('a'))).toEqual(before);
    const cleared = await using(path, (journal) => journal.update('a', { state: 'sent', mined: undefined }));
    expect('mined' in cleared).toBe(false);
    expect(await using(path, (journal) => journal.get('a'))).toEqual(cleared);
  });
  it('are nobody else’s to change', () =>
    using(fresh(), async (journal) => {
      (await journal.intend('a', ALICE, call(), 0)).hashes.push('0xee');
      (await journal.pending(1, ALICE))[0]!.nonce = 99;
      expect(await journal.get('a')).toMatchObject({ hashes: [], nonce: 0 });
      await expect(journal.update('b', { state: 'sent' })).rejects.toMatchObject({ code: 'no_row' });
    }));
  it('intended at once get one nonce each, also under one key', () =>
    using(fresh(), async (journal) => {
      const keys = Array.from({ length: 50 }, (_, i) => `k${i % 40}`);
      const rows = await Promise.all(keys.map((key) => journal.intend(key, ALICE, call(), 5)));
      expect(new Set(rows.map(({ nonce }) => nonce)).size).toBe(40);
      expect(rows[0]!.nonce).toBe(rows[40]!.nonce);
    }));
});

describe('one writer', () => {
  it('refuses a second one and names the first', async () => {
    const path = fresh();
    await using(path, async () => {
      await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal_in_use', message: expect.stringContaining(`${process.pid}`) });
    });
    for (let i = 0; i < 3; i++) await using(path, async () => {});
    expect((await readdir(join(path, '..'))).sort()).toEqual(['journal.jsonl', 'journal.jsonl.lock.4']);
  });
  it('takes over from a process that is gone, or whose id is another process now', async () => {
    const path = fresh();
    await using(path, (journal) => journal.intend('a', ALICE, call(), 0));
    const gone = spawn(process.execPath, ['-e', '0']);
    await new Promise((resolve) => gone.once('exit', resolve));
    const holders = [{ pid: gone.pid, started: 'x' }, { pid: process.pid, started: 'another start' }, 'torn {'];
    for (const [i, holder] of holders.entries()) {
      await writeFile(`${path}.lock.${(i + 1) * 100}`, typeof holder === 'string' ? holder : JSON.stringify(holder));
      expect(await using(path, (journal) => journal.get('a'))).toBeDefined();
    }
  });
  it('lets one of many takers win, every time', async () => {
    const path = fresh();
    await using(path, async () => {});
    for (let round = 1; round <= 20; round++) {
      await writeFile(`${path}.lock.${round * 100}`, JSON.stringify({ pid: 2 ** 22 + 1, started: 'long ago' }));
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(`${path}.lock`, 'the test')));
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(won.length).toBe(1);
      await won[0]!();
    }
  });
  it('knows processes by their start', () => {
    expect(startOf(process.pid)).toBe(startOf(process.pid));
    expect(startOf(process.pid)).not.toBe(startOf(process.ppid));
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe('damage', () => {
  it('in the last line is what a crash leaves: the line is dropped', async () => {
    const path = fresh();
    await using(path, (journal) => journal.intend('a', ALICE, call(), 0));
    for (const torn of ['{"key":"b","from"', '\0\0\0\0', '{"key":"b"\n']) {
      await appendFile(path, torn);
      const rows = await using(path, async (journal) => {
        await journal.update('a', { state: 'sent' });
        return journal.rows();
      });
      expect(rows.map(({ key }) => key)).toEqual(['a']);
    }
  });
  it('in an earlier line is refused', async () => {
    const path = fresh();
    await using(path, async (journal) => {
      await journal.intend('a', ALICE, call(), 0);
      await journal.intend('b', ALICE, call(), 0);
    });
    await writeFile(path, `#${await readFile(path, 'utf8')}`);
    await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal_damaged' });
    await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal_damaged' });
  });
  it('of the disk stops the journal, and nothing counts that was not written', async () => {
    const path = fresh();
    await using(path, (journal) => journal.intend('a', ALICE, call(), 0));
    const journal = await openJournal(path);
    await journal.close();
    await expect(journal.intend('b', ALICE, call(), 0)).rejects.toMatchObject({ code: 'journal_failed' });
    expect(await journal.get('b')).toBeUndefined();
    expect(await using(path, async (again) => again.rows().length)).toBe(1);
  });
});

describe('compaction', () => {
  it('keeps one line per row, without bytes that nothing will broadcast again', async () => {
    const path = fresh();
    await using(path, async (journal) => {
      for (const key of ['a', 'b']) {
        await journal.intend(key, ALICE, call(), 0);
        await journal.update(key, { state: 'sent', hashes: ['0xaa'], raw: ['0x02'] });
      }
      await journal.update('a', { state: 'final' });
      await journal.compact();
      await journal.intend('c', ALICE, call(), 0);
    });
    expect((await readFile(path, 'utf8')).split('\n').length).toBe(4);
    const rows = await using(path, async (journal) => journal.rows());
    expect(rows.map(({ key, nonce, raw }) => [key, nonce, raw.length])).toEqual([['a', 0, 0], ['b', 1, 1], ['c', 2, 0]]);
  });
  it('starts by itself', async () => {
    const path = fresh();
    await using(path, async (journal) => {
      await journal.intend('a', ALICE, call(), 0);
      for (let i = 0; i < 50; i++) await journal.update('a', { hashes: [`0x${i}`] });
    }, 10);
    expect((await readFile(path, 'utf8')).split('\n').length).toBeLessThan(15);
    expect(await using(path, (journal) => journal.get('a'))).toMatchObject({ hashes: ['0x49'] });
  });
});

describe('any crash', () => {
  type Op = { op: 'intend' | 'sent' | 'mined' | 'final'; key: number };
  const ops = fc.array(fc.record({ op: fc.constantFrom<Op['op']>('intend', 'sent', 'mined', 'final'), key: fc.nat(4) }), { minLength: 1, maxLength: 20 });
  /** What had been acknowledged when the file was so long. */
  type Mark = { bytes: number; rows: Map<string, JournalRow> };

  async function record(path: string, list: readonly Op[]): Promise<Mark[]> {
    return using(path, async (journal) => {
      const rows = new Map<string, JournalRow>();
      const marks: Mark[] = [{ bytes: 0, rows: new Map() }];
      for (const { op, key } of list) {
        const name = `k${key}`;
        if (op !== 'intend' && !rows.has(name)) continue;
        const row = op === 'intend' ? await journal.intend(name, ALICE, call(), 0) : await journal.update(name, { state: op });
        rows.set(name, row);
        marks.push({ bytes: (await readFile(path)).length, rows: new Map(rows) });
      }
      return marks;
    });
  }

  it('leaves a prefix of the file that opens, holds every acknowledged row, and gives no nonce twice', async () => {
    await fc.assert(
      fc.asyncProperty(ops, fc.double({ min: 0, max: 1, noNaN: true }), async (list, where) => {
        const path = fresh();
        const marks = await record(path, list);
        const content = await readFile(path);
        const cut = Math.floor(content.length * where);
        await writeFile(path, content.subarray(0, cut));
        const acknowledged = marks.findLast(({ bytes }) => bytes <= cut)!.rows;
        await using(path, async (journal) => {
          expect(new Map(journal.rows().map((row) => [row.key, row]))).toEqual(acknowledged);
          const pending = await journal.pending(1, ALICE);
          const next = await journal.intend('new', ALICE, call(), 0);
          expect(pending.every(({ nonce }) => nonce < next.nonce)).toBe(true);
        });
        expect(await using(path, (journal) => journal.get('new'))).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });
});
