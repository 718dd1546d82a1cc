/** The book of promises: on disk before it counts, never the same goods twice. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Hex, toHex, zeroAddress, zeroHash } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../intents/order.ts';
import { type Made, openBids } from '../../solver/bids.ts';
import { openBook, readBook } from '../../solver/desk.ts';
import type { Hold, Promised } from '../../solver/ports.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tender-book-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const idOf = (n: number): Hex => toHex(n, { size: 32 });
const hold = (amount: bigint, of = 'base:usdc', capacity = 100n): Hold => ({ of, amount, capacity });
const order: Order = {
  kind: 'fillIn',
  chainId: 1,
  settlement: zeroAddress,
  message: {
    sentence: 'x',
    user: zeroAddress,
    nonce: 2n ** 200n,
    sell: { token: zeroAddress, exactly: 5n },
    buy: { token: zeroAddress, atLeast: 4n, to: zeroAddress },
    terms: { auctioneer: zeroAddress, exclusiveUntil: 1, fillBy: 2 },
  },
};
const promised = (n: number, holds: Hold[] = []): Promised => ({
  id: idOf(n),
  venue: 'inventory',
  holds,
  at: n,
  signed: { order, auth: { mode: 'signature', signature: '0x1234' } },
  awarded: {
    award: {
      order: idOf(n),
      part: 0n,
      solver: zeroAddress,
      sell: 5n,
      buy: 4n,
      bond: 1n,
      cutAt: 1,
      notBefore: 0,
      fillBy: 2,
      after: zeroHash,
    },
    signature: '0x01',
    reply: { award: zeroHash, authorisation: zeroHash, accepted: true },
    replySignature: '0x02',
  },
});

describe('holds', () => {
  it('pass when the capacity is promised, and come back when a bid is dropped or expires', () => {
    let now = 0;
    const book = openBook(dir, () => now);
    expect(book.hold(idOf(1), [hold(60n)], 10, book.mark())).toBeUndefined();
    expect(book.hold(idOf(2), [hold(60n)], 10, book.mark())).toMatchObject({ pass: expect.stringContaining('60 promised') });
    book.drop(idOf(1));
    expect(book.hold(idOf(2), [hold(60n)], 10, book.mark())).toBeUndefined();
    now = 11;
    expect(book.held('base:usdc')).toBe(0n);
    book.close();
  });
  it('count two holds on one thing together, and are all or none', () => {
    const book = openBook(dir);
    expect(book.hold(idOf(1), [hold(60n), hold(60n)], Infinity, book.mark())).toHaveProperty('pass');
    expect(book.hold(idOf(1), [hold(60n), hold(200n, 'bond')], Infinity, book.mark())).toHaveProperty('pass');
    expect(book.held('base:usdc')).toBe(0n);
    book.close();
  });
  it('ask for new balances when something was freed since they were read', () => {
    const book = openBook(dir);
    book.hold(idOf(1), [hold(60n)], Infinity, book.mark());
    const mark = book.mark();
    book.drop(idOf(1));
    expect(book.hold(idOf(2), [hold(60n)], Infinity, mark)).toMatchObject({ stale: true });
    book.close();
  });
  it('outlive a promise’s bid, and a restart, until the goods have left', () => {
    let book = openBook(dir);
    book.hold(idOf(1), [hold(60n)], 0, book.mark());
    book.promise(promised(1, [hold(60n)]));
    book.drop(idOf(1));
    expect(book.held('base:usdc')).toBe(60n);
    book.close();
    book = openBook(dir);
    expect(book.held('base:usdc')).toBe(60n);
    book.free(idOf(1));
    expect(book.held('base:usdc')).toBe(0n);
    expect(book.open()).toHaveLength(1);
    book.close();
  });
  it('never exceed a capacity, whatever comes in whatever order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('hold' as const), id: fc.integer({ min: 1, max: 6 }), amount: fc.bigInt(1n, 80n) }),
      fc.record({
        do: fc.constantFrom('promise' as const, 'drop' as const, 'free' as const, 'end' as const, 'restart' as const),
        id: fc.integer({ min: 1, max: 6 }),
        amount: fc.constant(0n),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const at = mkdtempSync(join(dir, 'run-'));
        let book = openBook(at);
        const holds = new Map<number, Hold[]>();
        for (const { do: what, id, amount } of steps) {
          if (what === 'hold' && !book.get(idOf(id)) && !book.hold(idOf(id), [hold(amount)], Infinity, book.mark()))
            holds.set(id, [hold(amount)]);
          if (what === 'promise' && holds.has(id) && !book.get(idOf(id))) book.promise(promised(id, holds.get(id)));
          if (what === 'drop') (book.drop(idOf(id)), book.get(idOf(id)) || holds.delete(id));
          if (what === 'free' && book.get(idOf(id))) book.free(idOf(id));
          if (what === 'end') book.end(idOf(id), { outcome: 'settled', note: '' });
          if (what === 'restart') {
            const open = book.open().map((entry) => entry.id);
            book.close();
            book = openBook(at);
            expect(book.open().map((entry) => entry.id)).toEqual(open);
            for (const key of holds.keys()) if (!book.get(idOf(key))) holds.delete(key);
            // Holds that were freed come back until the step engine frees them again: that is the safe side, and ends the run.
            break;
          }
          expect(book.held('base:usdc')).toBeLessThanOrEqual(100n);
        }
        book.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the file', () => {
  it('keeps promises and their ends, and loses only a torn last line', () => {
    const book = openBook(dir);
    book.promise(promised(1));
    book.promise(promised(2, [hold(5n)]));
    book.end(idOf(1), { outcome: 'settled', note: 'filled' });
    book.close();
    appendFileSync(join(dir, 'book.jsonl'), '{"type":"ended","id":"0x');
    const entries = readBook(join(dir, 'book.jsonl'));
    expect(entries.get(idOf(1))?.ended).toMatchObject({ outcome: 'settled', note: 'filled' });
    expect(entries.get(idOf(2))).toEqual(promised(2, [hold(5n)]));
    const again = openBook(dir);
    again.promise(promised(3));
    again.close();
    expect([...readBook(join(dir, 'book.jsonl')).keys()]).toEqual([idOf(1), idOf(2), idOf(3)]);
  });
  it('is refused when it is damaged elsewhere', () => {
    const path = join(dir, 'book.jsonl');
    openBook(dir).close();
    writeFileSync(path, `nonsense\n${readFileSync(path, 'utf8')}{"type":"ended","id":"0x","outcome":{}}\n`);
    expect(() => openBook(dir)).toThrow(/damaged at line 1/);
  });
  it('takes an order again that its user had not opened', () => {
    const book = openBook(dir);
    book.promise(promised(1));
    book.end(idOf(1), { outcome: 'unopened', note: '' });
    book.promise(promised(1));
    book.close();
    expect(openBook(dir).open()).toHaveLength(1);
  });
});

describe('bids that stand', () => {
  const made = (n: number, validUntil: number): Made => ({
    bid: { order: idOf(n), part: 0n, solver: zeroAddress, sell: 5n, buy: 4n, bond: 1n, validUntil, salt: zeroHash },
    signature: '0x01',
    venue: 'inventory',
    holds: [hold(7n)],
    margin: 2n,
    note: 'x',
  });
  it('outlive a killed process until they expire, and are gone once dropped', () => {
    let now = 0;
    const bids = openBids(dir, () => now);
    for (const n of [1, 2, 3]) bids.set(idOf(n), made(n, n * 10));
    bids.delete(idOf(2));
    // Killed: nothing closes it, and its last line is torn.
    appendFileSync(join(dir, 'bids.jsonl'), '{"order":"0x');
    now = 11_000;
    const again = openBids(dir, () => now);
    expect(again.all()).toEqual([[idOf(3), made(3, 30)]]);
  });
  it('do not let the file grow without end', () => {
    const bids = openBids(dir, () => 0);
    for (let n = 1; n <= 9_000; n++) (bids.set(idOf(1), made(1, 10)), bids.delete(idOf(1)));
    expect(readFileSync(join(dir, 'bids.jsonl'), 'utf8').split('\n').length).toBeLessThan(4_100);
    bids.close();
  });
});
