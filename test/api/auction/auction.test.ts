/** Auctions over a real store: who wins and who is told why, silence, exposure, and a kill between any two steps. */
import { type Hex, type LocalAccount, verifyTypedData } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuctions } from '../../../api/auction/auction.ts';
import { auctionOf } from '../../../api/auction/state.ts';
import { openStore, type Leadership, type Store } from '../../../api/store/index.ts';
import type { Ledger } from '../../../contracts/client/ledger.ts';
import { rank } from '../../../intents/award.ts';
import { marketTypedData } from '../../../intents/market.ts';
import { orderId, type SignedOrder } from '../../../intents/order.ts';
import { startDatabase, type TestDatabase } from '../database.ts';
import { createFloor, newOrder } from './market.ts';

let database: TestDatabase;
let store: Store;
const stops: (() => Promise<void> | void)[] = [];
beforeAll(async () => void (database = await startDatabase()));
afterAll(() => database.stop());
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const auctioneer = privateKeyToAccount(generatePrivateKey());
const user = privateKeyToAccount(generatePrivateKey());
const now = () => Math.floor(Date.now() / 1_000);
const bonds = (balance: bigint) => () => ({ chain: { blockSeconds: 1 }, bondOf: () => Promise.resolve({ balance, locked: 0n, exitAt: 0 }) }) as unknown as Ledger;

async function setUp({ balance = 100n, over = (one: Store) => one }: { balance?: bigint; over?: (store: Store) => Store } = {}) {
  store = await openStore(await database.fresh());
  stops.push(() => store.close());
  const market = createFloor(now);
  const begin = async (use: Store = store) => {
    const lead = (await store.lead('auction', AbortSignal.timeout(10_000))) as Leadership;
    const stop = new AbortController();
    const auctions = createAuctions({
      store: use, fence: lead.fence, account: auctioneer as LocalAccount, ledgerOf: bonds(balance), floor: market.floor, now,
      log: () => {}, cutMs: 400, replyMs: 300, reconnectMs: 400, retryMs: { first: 150, most: 300 },
    });
    market.attend(auctions);
    const running = auctions.run(stop.signal);
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      market.attend(undefined);
      stop.abort();
      await running;
      await lead.resign();
    };
    stops.push(end);
    return { end, fence: lead.fence };
  };
  return { market, begin, over };
}
const post = async (signed: SignedOrder) => {
  const id = orderId(signed.order);
  await store.orders.post(id, signed, now());
  return id;
};
const order = (wishes: Partial<Parameters<typeof newOrder>[1]> = {}) => newOrder(user, { auctioneer: auctioneer.address, now: now(), ...wishes });
const until = (id: Hex, type: string, count = 1) =>
  expect.poll(async () => (await store.events.of(id)).filter((event) => event.type === type).length, { timeout: 8_000, interval: 30 }).toBe(count);
const stateOf = async (id: Hex) => auctionOf(await store.events.of(id));

describe('an auction', () => {
  it('awards the best receipted bid, has it accepted, and tells the others why they lost', async () => {
    const { market, begin } = await setUp();
    const [low, best, same] = [market.add({ buy: 150n }), market.add({ buy: 200n }), market.add({ buy: 180n })];
    await begin();
    const started = performance.now();
    const signed = await order();
    const id = await post(signed);
    await until(id, 'accepted');
    expect(performance.now() - started).toBeLessThan(2_000);
    const { bids, attempts } = await stateOf(id);
    const { award, signature } = attempts[0]!;
    expect(award).toMatchObject({ solver: best.account.address, sell: 1_000n, buy: 200n, bond: 5n, notBefore: 0 });
    expect(award.fillBy + 24).toBeLessThanOrEqual(signed.order.message.terms.exclusiveUntil as number);
    expect(rank(signed.order, id, bids, award.cutAt, award.fillBy).ranked[0]!.bid.solver).toBe(best.account.address);
    const typed = marketTypedData('Award', award, signed.order.chainId, signed.order.settlement);
    expect(await verifyTypedData({ ...typed, address: auctioneer.address, signature } as never)).toBe(true);
    expect(bids.map(({ receipt }) => receipt.index)).toEqual([0, 1, 2]);
    for (const { bid, receipt, receiptSignature } of bids) {
      expect(bid.order).toBe(id);
      const receiptData = marketTypedData('BidReceipt', receipt, signed.order.chainId, signed.order.settlement);
      expect(await verifyTypedData({ ...receiptData, address: auctioneer.address, signature: receiptSignature } as never)).toBe(true);
    }
    await expect.poll(() => [low, same].every(({ heard }) => heard.some((frame) => frame.type === 'lost' && frame.reason === 'Another bid gives the user more.'))).toBe(true);
    expect(best.heard.some(({ type }) => type === 'lost')).toBe(false);
  });

  it('passes on to the next when the best declines, names another authorisation, or is silent', async () => {
    for (const answer of ['decline', 'other-authorisation'] as const) {
      const { market, begin } = await setUp();
      market.add({ buy: 300n, answer });
      const second = market.add({ buy: 200n });
      await begin();
      const id = await post(await order());
      await until(id, 'accepted');
      const { attempts } = await stateOf(id);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['declined', 'accepted']);
      expect(attempts[1]!.award).toMatchObject({ solver: second.account.address, after: attempts[0]!.digest });
    }
  }, 20_000);

  it('waits out the award of a silent solver before the next', async () => {
    const { market, begin } = await setUp();
    market.add({ buy: 300n, answer: 'silent', validFor: 13 });
    market.add({ buy: 200n, validFor: 13 });
    await begin();
    // The signed time leaves two awards of little more than ten seconds: the first one must have run out before the second.
    const at = now();
    const id = await post(await order({ fillBy: at + 60, exclusiveUntil: at + 60 }));
    await until(id, 'declined');
    const { attempts } = await stateOf(id);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['silent']);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await stateOf(id)).attempts).toHaveLength(1);
  });

  it('says when nobody bids, once, and takes a bid that comes later', async () => {
    const { market, begin } = await setUp();
    const shy = market.add({ buy: 200n, bid: false });
    await begin();
    const id = await post(await order());
    await until(id, 'no-bids');
    expect((await store.events.of(id)).find(({ type }) => type === 'no-bids')).toMatchObject({ reason: 'No solver offers this order’s limit now.' });
    shy.will.bid = true;
    await until(id, 'accepted');
    await until(id, 'no-bids');
  });

  it('lets a solver that comes late take part', async () => {
    const { market, begin } = await setUp();
    await begin();
    const id = await post(await order());
    await until(id, 'no-bids');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const late = market.add({ buy: 200n });
    market.join(late);
    await until(id, 'accepted');
  });

  it('never lets bonds be promised twice', async () => {
    const { market, begin } = await setUp({ balance: 12n });
    const rich = market.add({ buy: 200n });
    await begin();
    const ids: Hex[] = [];
    for (let n = 0; n < 4; n++) ids.push(await post(await order()));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const states = await Promise.all(ids.map(stateOf));
    expect(states.filter(({ attempts }) => attempts.length > 0)).toHaveLength(2);
    const filled = ids[states.findIndex(({ attempts }) => attempts.length > 0)]!;
    const tx = { chainId: 31301, hash: filled, block: 1, blockHash: filled, logIndex: 0 };
    await store.events.append([{ order: filled, key: 'f', at: now(), fact: { type: 'filled', tx, solver: rich.account.address, sold: 1n, bought: 1n } }]);
    await expect.poll(async () => (await Promise.all(ids.map(stateOf))).filter(({ attempts }) => attempts.length > 0).length, { timeout: 8_000 }).toBe(3);
  }, 20_000);

  it('refuses bids for an order that anyone may fill, and awards nothing', async () => {
    const { market, begin } = await setUp();
    const trader = market.add({ buy: 200n });
    await begin();
    const id = await post(await order({ exclusiveUntil: 0 }));
    await expect.poll(() => trader.heard.find(({ type }) => type === 'refused')).toMatchObject({ code: 'open_window' });
    expect((await stateOf(id)).attempts).toEqual([]);
  });

  it('stops when the order is cancelled while bids are taken', async () => {
    const { market, begin } = await setUp();
    market.add({ buy: 200n, bid: true, answer: 'silent' });
    await begin();
    const id = await post(await order());
    const tx = { chainId: 31301, hash: id, block: 1, blockHash: id, logIndex: 0 };
    await store.events.append([{ order: id, key: 'c', at: now(), fact: { type: 'cancelled', tx } }]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await stateOf(id)).attempts.length).toBeLessThanOrEqual(1);
  });

  it('writes nothing once a newer auctioneer leads', async () => {
    const { market, begin } = await setUp();
    market.add({ buy: 200n });
    const first = await begin();
    await first.end();
    const second = await begin();
    await expect(store.events.append([{ order: `0x${'11'.repeat(32)}`, key: 'x', at: 1, fact: { type: 'no-bids', reason: '' } }], first.fence)).rejects.toMatchObject({ code: 'fenced' });
    expect(second.fence.epoch).toBe(first.fence.epoch + 1);
    const id = await post(await order());
    await until(id, 'accepted');
  });
});

describe('a killed auctioneer', () => {
  /** Dies at the n-th write: before it reaches the database, or after. */
  const dying = (n: number, when: 'before' | 'after', die: () => void): Store => {
    let count = 0;
    return {
      ...store,
      events: {
        ...store.events,
        append: async (entries, fence) => {
          if (++count > n) return new Promise(() => {});
          if (count < n) return store.events.append(entries, fence);
          if (when === 'after') await store.events.append(entries, fence);
          die();
          return new Promise(() => {});
        },
      },
    };
  };

  it.each([1, 2, 3, 4, 5].flatMap((n) => (['before', 'after'] as const).map((when) => [n, when] as const)))('at write %i, %s it, is followed by one accepted award', async (n, when) => {
    const { market, begin } = await setUp();
    const traders = [market.add({ buy: 150n }), market.add({ buy: 300n, answer: 'decline' }), market.add({ buy: 200n })];
    const died = new Promise<void>((resolve) => {
      void begin(dying(n, when, resolve)).then(({ end }) => void died.then(end));
    });
    const id = await post(await order());
    await died;
    for (const trader of traders) market.leave(trader);
    await begin();
    for (const trader of traders) market.join(trader);
    await until(id, 'accepted');
    const { attempts, bids } = await stateOf(id);
    expect(new Set(attempts.map(({ award }) => award.after)).size).toBe(attempts.length);
    expect(attempts.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(attempts.at(-1)!.award.solver).toBe(traders[2]!.account.address);
    expect(new Set(bids.map(({ receipt }) => receipt.index)).size).toBe(bids.length);
  }, 15_000);
});
