/** The store on a real PostgreSQL: exactly once, gap-free tails, reorgs, fencing, and what a killed session leaves. */
import { zeroAddress, zeroHash, type Address, type Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, parseDatabase, type Store } from '../../../api/store/index.ts';
import { connect, turns } from '../../../api/store/connect.ts';
import type { IndexStep } from '../../../contracts/client/indexer.ts';
import { lifeOf, type Fact, type OrderEvent } from '../../../intents/lifecycle.ts';
import { orderId, type SignedOrder } from '../../../intents/order.ts';
import { startDatabase, type TestDatabase } from '../database.ts';

const USER: Address = '0x00000000000000000000000000000000000000aa';
let database: TestDatabase;
beforeAll(async () => void (database = await startDatabase()));
afterAll(() => database.stop());

async function withStore<T>(use: (store: Store, url: string) => Promise<T>): Promise<T> {
  const url = await database.fresh();
  const store = await openStore(url);
  try {
    return await use(store, url);
  } finally {
    await store.close();
  }
}
const signedOrder = (nonce: bigint): SignedOrder => ({
  order: {
    kind: 'fillIn', chainId: 31301, settlement: zeroAddress,
    message: {
      sentence: 'Sell 1 A for at least 2 B.', user: USER, nonce,
      sell: { token: zeroAddress, exactly: 10n ** 30n }, buy: { token: zeroAddress, atLeast: 2n, to: USER },
      terms: { auctioneer: zeroAddress, exclusiveUntil: 1, fillBy: 2 },
    },
  },
  auth: { mode: 'signature', signature: '0x12' },
});
const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
const filled = (block: Hex, logIndex = 0): Fact => ({
  type: 'filled', tx: { chainId: 31301, hash: hash(7), block: 5, blockHash: block, logIndex }, solver: USER, sold: 10n ** 30n, bought: 3n,
});
const step = (cursor: number, facts: { order: Hex; block: Hex }[], retracted: Hex[] = []): IndexStep => ({
  retracted,
  facts: facts.map(({ order, block }) => ({ order, key: `31301:${block}:0`, at: 100, fact: filled(block) as IndexStep['facts'][number]['fact'] })),
  cursor: { blocks: [{ number: cursor, hash: hash(cursor) }] },
});
async function lead(store: Store, name = 'keeper') {
  return (await store.lead(name, AbortSignal.timeout(20_000)))!;
}

describe('orders and events', () => {
  it('stores an order once and gives it back as it was', () =>
    withStore(async (store) => {
      const signed = signedOrder(2n ** 200n);
      const id = orderId(signed.order);
      expect(await Promise.all([1, 2, 3].map(() => store.orders.post(id, signed, 5)))).toHaveLength(3);
      expect(await store.orders.post(id, signed, 9)).toBe(false);
      expect((await store.orders.get(id))!.signed).toEqual(signed);
      expect((await store.events.of(id)).map(({ type, at }) => ({ type, at }))).toEqual([{ type: 'posted', at: 5 }]);
      expect(await store.orders.alive()).toEqual([id]);
    }));

  it('lists newest first, page by page, by user', () =>
    withStore(async (store) => {
      const ids: Hex[] = [];
      for (let n = 0n; n < 5n; n++) {
        const signed = signedOrder(n);
        ids.unshift(orderId(signed.order));
        await store.orders.post(ids[0]!, signed, 1);
      }
      const first = await store.orders.list({ user: USER.toLowerCase() as Address, limit: 3 });
      const second = await store.orders.list({ user: USER, limit: 3, before: first.at(-1)!.place });
      expect([...first, ...second].map(({ id }) => id)).toEqual(ids);
      expect(await store.orders.list({ user: zeroAddress, limit: 3 })).toEqual([]);
    }));

  it('keeps every fact exactly once, bigints and all', () =>
    withStore(async (store) => {
      const entry = { order: hash(1), key: 'x', at: 1, fact: filled(hash(9)) };
      const results = await Promise.all(Array.from({ length: 8 }, () => store.events.append([entry, entry])));
      expect(results.flat()).toHaveLength(1);
      const [stored] = await store.events.of(hash(1));
      expect(stored).toMatchObject(entry.fact);
      expect(await store.events.append([])).toEqual([]);
    }));

  it('refuses a row that cannot be stored without losing those that came with it', () =>
    withStore(async (store) => {
      const entry = (key: string, reason: string) => store.events.append([{ order: hash(1), key, at: 1, fact: { type: 'no-bids', reason } }]);
      const results = await Promise.allSettled([entry('a', 'x'), entry('b', 'y'), entry('c', 'a zero \u0000 character'), entry('d', 'z')]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect((await store.events.of(hash(1))).map(({ key }) => key)).toEqual(['a', 'b', 'd']);
    }));

  it('tells no gap and no duplicate to a tail while many append', () =>
    withStore(async (store, url) => {
      const other = await openStore(url);
      const stop = new AbortController();
      const seen: OrderEvent[] = [];
      const appendMany = (at: Store, from: number) =>
        Promise.all(Array.from({ length: 100 }, (_, n) => at.events.append([{ order: hash(from), key: `${n}`, at: n, fact: { type: 'expired' } }])));
      await appendMany(store, 1);
      const reading = (async () => {
        for await (const batch of store.tail(0, stop.signal)) {
          seen.push(...batch);
          if (seen.length >= 300) return;
        }
      })();
      await Promise.all([appendMany(store, 2), appendMany(other, 3)]);
      await reading;
      stop.abort();
      await other.close();
      expect(new Set(seen.map(({ seq }) => seq)).size).toBe(300);
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).toSorted((a, b) => a - b));
    }), 20_000);

  it('hears the events of another process within a moment', () =>
    withStore(async (store, url) => {
      const other = await openStore(url);
      const heard = new Promise<number>((resolve) => store.subscribe(() => resolve(performance.now())));
      await new Promise((resolve) => setTimeout(resolve, 150));
      const start = performance.now();
      await other.events.append([{ order: hash(1), key: 'a', at: 1, fact: { type: 'expired' } }]);
      expect((await heard) - start).toBeLessThan(500);
      await other.close();
    }));
});

describe('chain facts', () => {
  it('retracts the facts of lost blocks and takes them again when a block comes back, any number of times', () =>
    withStore(async (store) => {
      const signed = signedOrder(1n);
      const id = orderId(signed.order);
      await store.orders.post(id, signed, 1);
      const { fence, resign } = await lead(store);
      const apply = (one: IndexStep) => store.events.applyIndex(31301, one, 50, fence);
      const status = async () => lifeOf(await store.events.of(id)).status;
      for (let round = 0; round < 3; round++) {
        await apply(step(5, [{ order: id, block: hash(0xa) }]));
        expect(await status()).toBe('settled');
        expect(await store.orders.alive()).toEqual([]);
        await apply(step(5, [{ order: id, block: hash(0xa) }]));
        await apply(step(4, [], [hash(0xa)]));
        expect(await status()).toBe('posted');
        expect(await store.orders.alive()).toEqual([id]);
        await apply(step(4, [], [hash(0xa)]));
      }
      expect((await store.events.of(id)).map(({ type }) => type)).toEqual(['posted', ...Array.from({ length: 3 }, () => ['filled', 'retracted']).flat()]);
      await resign();
    }));

  it('leaves out facts of orders that nobody posted, and moves the cursor all the same', () =>
    withStore(async (store) => {
      const { fence, resign } = await lead(store);
      expect(await store.events.applyIndex(31301, step(8, [{ order: hash(3), block: hash(0xb) }]), 50, fence)).toEqual([]);
      expect(await store.events.cursorOf(31301)).toEqual({ blocks: [{ number: 8, hash: hash(8) }] });
      expect(await store.events.cursorOf(31302)).toBeUndefined();
      await resign();
    }));
});

describe('leadership', () => {
  it('gives the next in line a higher epoch at once and refuses every write of the last', () =>
    withStore(async (store, url) => {
      const other = await openStore(url);
      const first = await lead(store);
      const second = other.lead('keeper', AbortSignal.timeout(20_000));
      expect(await Promise.race([second, new Promise((resolve) => setTimeout(() => resolve('waits'), 900))])).toBe('waits');
      await first.resign();
      const next = (await second)!;
      expect(next.fence.epoch).toBe(first.fence.epoch + 1);
      const call = { chainId: 1, to: USER, data: '0x', value: 0n, what: 'x' } as const;
      await expect(store.journal(first.fence).intend('k', USER, call, 0)).rejects.toMatchObject({ code: 'fenced' });
      await expect(store.events.append([{ order: hash(1), key: 'a', at: 1, fact: { type: 'expired' } }], first.fence)).rejects.toMatchObject({ code: 'fenced' });
      await expect(store.events.applyIndex(1, step(1, []), 1, first.fence)).rejects.toMatchObject({ code: 'fenced' });
      await other.journal(next.fence).intend('k', USER, call, 0);
      await expect(store.journal(first.fence).update('k', { state: 'failed' })).rejects.toMatchObject({ code: 'fenced' });
      await next.resign();
      await other.close();
    }));

  it('notices a lost session and lets another lead', () =>
    withStore(async (store, url) => {
      const first = await lead(store);
      const fell = new Promise((resolve) => first.lost.addEventListener('abort', resolve));
      await database.dropSessions(url);
      await fell;
      const second = await lead(store);
      expect(second.fence.epoch).toBeGreaterThan(first.fence.epoch);
      await second.resign();
    }));

  it('stops waiting when told to', () =>
    withStore(async (store) => {
      const first = await lead(store);
      expect(await store.lead('keeper', AbortSignal.timeout(300))).toBeUndefined();
      await first.resign();
    }));
});

describe('journal', () => {
  it('gives each effect one row and each row its own nonce, however many ask at once', () =>
    withStore(async (store) => {
      const { fence, resign } = await lead(store);
      const journal = store.journal(fence);
      const call = { chainId: 31301, to: USER, data: '0x', value: 7n, what: 'close' } as const;
      const rows = await Promise.all(Array.from({ length: 20 }, (_, n) => journal.intend(`k${n % 10}`, USER, call, 3)));
      expect([...new Set(rows.map(({ nonce }) => nonce))].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(new Set(rows.map(({ key, nonce }) => `${key}=${nonce}`)).size).toBe(10);
      const mined = { hash: hash(1), block: 2, blockHash: hash(3), status: 'success' } as const;
      await journal.update('k1', { state: 'mined', hashes: [hash(1)], raw: ['0x01'], mined });
      expect(await journal.get('k1')).toMatchObject({ state: 'mined', mined, call, raw: ['0x01'], from: USER.toLowerCase() });
      const cleared = await journal.update('k1', { state: 'final', mined: undefined });
      expect('mined' in cleared).toBe(false);
      expect(await journal.pending(31301, USER)).toHaveLength(9);
      expect(await journal.pending(31302, USER)).toEqual([]);
      expect(await journal.get('none')).toBeUndefined();
      await expect(journal.update('none', {})).rejects.toMatchObject({ code: 'no_row' });
      await resign();
    }));

  it('starts at the chain’s nonce again when nothing is pending', () =>
    withStore(async (store) => {
      const { fence, resign } = await lead(store);
      const journal = store.journal(fence);
      const call = { chainId: 1, to: USER, data: '0x', value: 0n, what: 'x' } as const;
      await journal.intend('old', USER, call, 41);
      await journal.update('old', { state: 'final' });
      expect((await journal.intend('new', USER, call, 0)).nonce).toBe(0);
      await resign();
    }));
});

describe('connections', () => {
  it('never lets two transactions share a connection, with far more of them than connections', async () => {
    const connections = connect(await database.fresh());
    await connections.run((db) => db.execute('create table t (pid int, tx text, n int)'));
    const inside = new Map<number, number>();
    const work = (n: number) =>
      connections.transaction(async (tx) => {
        const who = async () => (await tx.execute('select pg_backend_pid() as pid, pg_current_xact_id()::text as tx'))[0] as { pid: number; tx: string };
        const before = await who();
        expect(inside.has(before.pid)).toBe(false);
        inside.set(before.pid, n);
        await tx.execute(`insert into t values (${before.pid}, '${before.tx}', ${n})`);
        if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, n % 5));
        expect(await who()).toEqual(before);
        inside.delete(before.pid);
        if (n % 10 === 0) throw new Error('undo');
      });
    const statements = Array.from({ length: 600 }, () => connections.run((db) => db.execute('select 1')));
    const results = await Promise.allSettled(Array.from({ length: 600 }, (_, n) => work(n)));
    await Promise.all(statements);
    expect(results.filter(({ status }) => status === 'rejected').map((one) => (one as PromiseRejectedResult).reason.message)).toEqual(Array.from({ length: 60 }, () => 'undo'));
    const [row] = await connections.run((db) => db.execute('select count(*)::int as n, count(distinct tx)::int as tx from t'));
    expect(row).toEqual({ n: 540, tx: 540 });
    await connections.close();
  }, 20_000);

  it('carries on after all its sessions were killed', () =>
    withStore(async (store, url) => {
      await store.ping();
      await database.dropSessions(url);
      await expect.poll(() => store.ping().then(() => 'up', () => 'down'), { timeout: 5_000 }).toBe('up');
      const heard = new Promise<readonly OrderEvent[]>((resolve) => store.subscribe(resolve));
      await store.events.append([{ order: hash(1), key: 'a', at: 1, fact: { type: 'expired' } }]);
      expect((await heard)[0]).toMatchObject({ key: 'a' });
    }));

  it('migrates once when several processes start at once', async () => {
    const url = await database.fresh();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(url)));
    await Promise.all(stores.map((store) => store.ping()));
    await Promise.all(stores.map((store) => store.close()));
  });

  it('reads addresses of all usual forms and repeats none in an error', () => {
    expect(parseDatabase('postgres://me:p%40ss@db:6000/tender')).toEqual({ host: 'db', port: 6000, user: 'me', password: 'p@ss', database: 'tender' });
    expect(parseDatabase('postgresql://me@/tender?host=/run/pg')).toEqual({ path: '/run/pg/.s.PGSQL.5432', user: 'me', database: 'tender' });
    expect(parseDatabase('{"host":"h","database":"d"}')).toEqual({ host: 'h', database: 'd' });
    for (const wrong of ['mysql://me:secret@h/d', '{secret', 'secret']) {
      expect(() => parseDatabase(wrong)).toThrowError(expect.objectContaining({ code: 'bad_database', message: expect.not.stringContaining('secret') }));
    }
  });

  it('takes turns in order and gives a turn back after a failure', async () => {
    const turn = turns(1);
    const order: number[] = [];
    const one = (n: number, fail = false) => turn(async () => (await Promise.resolve(), order.push(n), fail ? Promise.reject(new Error('x')) : n));
    await Promise.allSettled([one(1), one(2, true), one(3)]);
    expect(order).toEqual([1, 2, 3]);
  });
});

describe('artifacts and single use', () => {
  it('names bytes by their hash', () =>
    withStore(async (store) => {
      const bytes = new Uint8Array(100_000).map((_, n) => n % 251);
      const { sha256 } = await store.artifacts.put(bytes);
      await store.artifacts.put(bytes);
      expect(await store.artifacts.get(sha256)).toEqual(bytes);
      expect(await store.artifacts.sizeOf(sha256)).toBe(100_000);
      expect(await store.artifacts.get(zeroHash)).toBeUndefined();
      expect(await store.artifacts.sizeOf(zeroHash)).toBeUndefined();
    }));

  it('lets a signed request count once', () =>
    withStore(async (store) => {
      const results = await Promise.all([1, 2, 3].map(() => store.useOnce('lease', 'd', 5)));
      expect(results.filter(Boolean)).toHaveLength(1);
      await store.forgetUsed(6);
      expect(await store.useOnce('lease', 'd', 7)).toBe(true);
    }));
});
