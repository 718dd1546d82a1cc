/** Orders over HTTP: what is taken and what is refused with which code, and their life as it is followed. */
import { readFileSync } from 'node:fs';
import { type Address, type Hex, maxUint256 } from 'viem';
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rank } from '../../../intents/award.ts';
import { decodeAward, decodeBid, decodeReceipt, toJson } from '../../../intents/json.ts';
import type { OrderEvent } from '../../../intents/lifecycle.ts';
import { NATIVE, orderId, type SignedOrder } from '../../../intents/order.ts';
import { sentenceOf } from '../../../intents/intentOf.ts';
import type { AwardJson, Transcript } from '../../../api/client/shapes.ts';
import { awardedFrom } from '../../../api/client/carry.ts';
import { auctioneer, DAI, openOut, solver, USDC, user } from '../../contracts/client/world.ts';
import { openSession, post, type Place, refusalOf, saleOf, sign, startPlace, trade } from './place.ts';

let place: Place;
beforeAll(async () => void (place = await startPlace()));
afterAll(() => place.stop());
const get = async <T>(path: string) => (await (await fetch(`${place.served.url}/v1${path}`)).json()) as T;

describe('posting', () => {
  it('takes an order once, however often it is sent', async () => {
    const signed = await saleOf(place);
    const answers = await Promise.all([1, 2, 3].map(() => post(place, signed)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    for (const answer of answers) expect(await answer.json()).toEqual({ id: orderId(signed.order) });
    expect((await place.store.events.of(orderId(signed.order))).filter(({ type }) => type === 'posted')).toHaveLength(1);
  });

  const stranger = privateKeyToAccount(generatePrivateKey());
  const inPast = () => ({ auctioneer: auctioneer.address, exclusiveUntil: 1, fillBy: Math.floor(Date.now() / 1_000) - 1 });
  it.each<[string, number, () => Promise<SignedOrder>]>([
    ['bad_signature', 401, () => saleOf(place, {}, stranger)],
    ['bad_signature', 401, async () => ({ ...(await saleOf(place)), auth: { mode: 'signature', signature: '0x1234' } })],
    ['expired', 400, () => saleOf(place, { terms: inPast() })],
    ['too_long', 400, () => saleOf(place, { terms: { ...inPast(), fillBy: Math.floor(Date.now() / 1_000) + 40 * 86_400 } })],
    ['sentence_mismatch', 400, () => saleOf(place, { sentence: 'Sell nothing for a lot.' })],
    ['wrong_auctioneer', 400, () => saleOf(place, { terms: { ...inPast(), auctioneer: stranger.address, fillBy: Math.floor(Date.now() / 1_000) + 60 } })],
    ['bad_nonce', 400, () => saleOf(place, { nonce: 1n << 255n })],
    ['insufficient_balance', 400, () => saleOf(place, { sell: { token: place.world.usdc, exactly: 10n ** 20n } })],
    ['insufficient_balance', 400, () => saleOf(place, { user: stranger.address }, stranger)],
    ['wrong_auth', 400, () => saleOf(place, { sell: { token: NATIVE, exactly: 1n } })],
    ['unlisted_token', 400, () => saleOf(place, { sentence: 'x', buy: { token: stranger.address, atLeast: 1n, to: user.address } })],
    ['unknown_chain', 400, async () => ({ ...(await saleOf(place)), order: { ...(await saleOf(place)).order, chainId: 5 } as SignedOrder['order'] })],
    ['wrong_settlement', 400, async () => ({ ...(await saleOf(place)), order: { ...(await saleOf(place)).order, settlement: stranger.address } as SignedOrder['order'] })],
  ])('refuses with %s (%i)', async (code, status, make) => {
    const answer = await post(place, await make());
    const { code: got, hint } = await refusalOf(answer);
    expect([got, answer.status]).toEqual([code, status]);
    expect(hint).toBeTruthy();
  });

  it('refuses what Settlement may not take, and takes it after the approval', async () => {
    const { world } = place;
    await world.send(user, world.ledger.approveCall(world.usdc, world.chain.contracts.settlement, 99n * USDC));
    const signed = await saleOf(place);
    expect(await refusalOf(post(place, signed))).toMatchObject({ code: 'insufficient_allowance', hint: expect.stringContaining('100 USDC') });
    await world.send(user, world.ledger.approveCall(world.usdc, world.chain.contracts.settlement, maxUint256));
    expect((await post(place, signed)).status).toBe(201);
  });

  it('refuses an order that was cancelled on chain', async () => {
    const signed = await saleOf(place);
    await place.world.send(user, place.world.ledger.cancelCall(signed.order));
    const answer = await post(place, signed);
    expect([answer.status, (await refusalOf(answer)).code]).toEqual([409, 'order_over']);
  });

  it('takes a native sale from its owner only', async () => {
    const order = await openOut(place.world);
    const now = Math.floor(Date.now() / 1_000);
    const native = { ...order, message: { ...order.message, sell: { token: NATIVE as Address, atMost: 10n ** 17n }, terms: { ...order.message.terms, openBy: now + 90, closeAfter: now + 300, verifier: place.world.chain.contracts.local } } };
    native.message.buy = { ...native.message.buy, deliverBy: now + 120 };
    native.message.sentence = sentenceOf(native, place.registry);
    const { auth } = await sign(native);
    const other = await sign(native, stranger);
    const body = { order: native, auth: { mode: 'own' } };
    expect((await refusalOf(post(place, body))).code).toBe('bad_signature');
    expect((await refusalOf(post(place, { ...body, signature: other.auth.signature }))).code).toBe('bad_signature');
    expect((await post(place, { ...body, signature: auth.signature })).status).toBe(201);
  });

  it.each<[string, (signed: ReturnType<typeof toJson<SignedOrder>>) => unknown]>([
    ['a missing member', ({ order }) => ({ order })],
    ['a member too many', (signed) => ({ ...signed, more: 1 })],
    ['an amount as a number', (signed) => ({ ...signed, order: { ...signed.order, message: { ...signed.order.message, nonce: 5 } } })],
    ['an amount too large', (signed) => ({ ...signed, order: { ...signed.order, message: { ...signed.order.message, sell: { token: NATIVE, exactly: String(1n << 128n) } } } })],
    ['an address with a wrong checksum', (signed) => ({ ...signed, order: { ...signed.order, message: { ...signed.order.message, user: user.address.replace('dc79', 'DC79') } } })],
    ['an unknown kind', (signed) => ({ ...signed, order: { ...signed.order, kind: 'gift' } })],
    ['null', () => null],
  ])('refuses %s as not of its form', async (_, spoil) => {
    const answer = await post(place, spoil(toJson(await saleOf(place))));
    expect([answer.status, (await refusalOf(answer)).code]).toEqual([400, 'invalid']);
  });
});

describe('an order’s life', () => {
  it('is auctioned, accepted and filled on chain with what GET /award gives, and everyone can recompute the winner', async () => {
    const session = await trade(place, solver, 105n * DAI);
    const signed = await saleOf(place);
    const id = orderId(signed.order);
    await post(place, signed);
    await expect.poll(async () => (await fetch(`${place.served.url}/v1/orders/${id}/award`)).status, { timeout: 8_000 }).toBe(200);
    const awarded = awardedFrom(await get<AwardJson>(`/orders/${id}/award`));
    await place.world.send(solver, place.world.ledger.fillCall(signed, awarded));
    expect(await place.world.ledger.stateOf(signed.order)).toBe('filled');

    const transcript = await get<Transcript>(`/orders/${id}/auction`);
    const bids = transcript.bids.map(({ bid, receipt, ...rest }) => ({ ...rest, bid: decodeBid(bid), receipt: decodeReceipt(receipt) }));
    const winner = rank(signed.order, id, bids, transcript.cutAt!, transcript.fillBy!).ranked[0]!.bid.solver;
    expect(winner).toBe(decodeAward(transcript.awards[0]!.award).solver);
    expect(await get(`/orders/${id}`)).toMatchObject({ id, life: { status: 'awarded', bids: 1 }, receipt: { outcome: 'pending' } });

    const fact: OrderEvent = { type: 'filled', tx: { chainId: place.world.chain.id, hash: id, block: 1, blockHash: id, logIndex: 0 }, solver: solver.address, sold: 100n * USDC, bought: 105n * DAI, order: id, key: 'f', at: 1, seq: 0 };
    await place.store.events.append([{ order: id, key: 'f', at: 1, fact }]);
    expect(await session.next('fact')).toMatchObject({ order: id, fact: { type: 'filled', bought: String(105n * DAI) } });
    expect(await get(`/orders/${id}`)).toMatchObject({ life: { status: 'settled' }, receipt: { outcome: 'settled', sold: '100 USDC', bought: '105 DAI' } });
    session.close();
  });

  it('survives a restart of the API in the middle of the auction', async () => {
    const session = await trade(place, solver, 103n * DAI);
    const signed = await saleOf(place);
    await post(place, signed);
    await place.restart();
    session.close();
    const again = await trade(place, solver, 103n * DAI);
    await expect.poll(async () => (await fetch(`${place.served.url}/v1/orders/${orderId(signed.order)}/award`)).status, { timeout: 10_000 }).toBe(200);
    again.close();
  }, 20_000);

  it('keeps bids sealed until the cut', async () => {
    const signed = await saleOf(place);
    const id = orderId(signed.order);
    await post(place, signed);
    await place.store.events.append([{ order: id, key: 'bid:x', at: 1, fact: { type: 'bid', bid: { order: id, part: 0n, solver: solver.address, sell: 1n, buy: 1n, bond: 1n, validUntil: 1, salt: id }, bidSignature: '0x', receipt: { order: id, part: 0n, bid: id, receivedAt: 1, index: 0 }, receiptSignature: '0x' } }]);
    expect(await get(`/orders/${id}/auction`)).toEqual({ order: id, bids: [], awards: [] });
  });

  it('lists a user’s orders, newest first', async () => {
    const { orders } = await get<{ orders: { id: Hex; order: { message: { user: Address } } }[] }>(`/orders?user=${user.address.toLowerCase()}`);
    expect(orders.length).toBeGreaterThan(2);
    expect(orders.every(({ order }) => order.message.user === user.address)).toBe(true);
    expect(await get('/orders?user=0x00000000000000000000000000000000000000bb')).toEqual({ orders: [] });
    expect((await fetch(`${place.served.url}/v1/orders?user=me`)).status).toBe(400);
    expect((await fetch(`${place.served.url}/v1/orders?cursor=x`)).status).toBe(400);
  });

  it('says not_found for what it does not know', async () => {
    const none = `0x${'77'.repeat(32)}`;
    for (const path of [`/orders/${none}`, `/orders/${none}/events`, `/orders/${none}/award`, `/orders/${none}/auction`, `/artifacts/${none}`]) {
      const answer = await fetch(`${place.served.url}/v1${path}`);
      expect([path, answer.status, (await refusalOf(answer)).code]).toEqual([path, 404, 'not_found']);
    }
    expect((await fetch(`${place.served.url}/v1/orders/12`)).status).toBe(400);
  });
});

describe('following', () => {
  const append = (id: Hex, from: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => place.store.events.append([{ order: id, key: `a${from + n}`, at: n, fact: { type: 'acknowledged', seconds: from + n } }])));

  it('tells all events once and in order to every reader, whenever it comes and however often it is cut off', async () => {
    const signed = await saleOf(place);
    const id = orderId(signed.order);
    await post(place, signed);
    const stop = new AbortController();
    const read = async (limit: number) => {
      const seen: OrderEvent[] = [];
      for await (const event of place.client.events(id, { signal: stop.signal, forever: true })) {
        seen.push(event);
        if (seen.filter(({ type }) => type === 'acknowledged').length === limit) return seen;
      }
      return seen;
    };
    const early = read(120);
    await append(id, 0, 60);
    const late = read(120);
    await append(id, 60, 60);
    const [a, b] = await Promise.all([early, late]);
    const acks = (events: OrderEvent[]) => events.filter(({ type }) => type === 'acknowledged').map(({ seq }) => seq);
    expect(acks(a)).toEqual(acks(b));
    expect(acks(a)).toEqual(acks(a).toSorted((x, y) => x - y));
    expect(new Set(acks(a)).size).toBe(120);
    stop.abort();
  }, 20_000);

  it('goes on after a cursor, by header or query, and answers as JSON when asked', async () => {
    const signed = await saleOf(place);
    const id = orderId(signed.order);
    await post(place, signed);
    await append(id, 0, 3);
    const json = async (query = '', headers = {}) => (await (await fetch(`${place.served.url}/v1/orders/${id}/events${query}`, { headers: { accept: 'application/json', ...headers } })).json()) as { events: { seq: number; type: string }[] };
    const all = (await json()).events;
    const acks = all.filter(({ type }) => type === 'acknowledged');
    expect((await json(`?after=${acks[0]!.seq}`)).events.filter(({ type }) => type === 'acknowledged')).toEqual(acks.slice(1));
    const answer = await fetch(`${place.served.url}/v1/orders/${id}/events`, { headers: { 'last-event-id': String(acks[1]!.seq) } });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body!.getReader();
    let text = '';
    while (!text.includes(`id: ${acks[2]!.seq}`)) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).not.toContain(`id: ${acks[1]!.seq}\n`);
    await reader.cancel();
  });

  it('carries a reader over a restart of the API', async () => {
    const signed = await saleOf(place);
    const id = orderId(signed.order);
    await post(place, signed);
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of place.client.events(id, { signal: stop.signal, forever: true })) if (event.type === 'acknowledged') seen.push(event.seconds);
    })();
    await append(id, 0, 5);
    await expect.poll(() => seen.length).toBe(5);
    await place.restart();
    await append(id, 5, 5);
    await expect.poll(() => seen, { timeout: 8_000 }).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    stop.abort();
    await reading;
  }, 20_000);
});

describe('a crash of the database', () => {
  it('is answered with a code, and outlived by sessions, auctions and readers', async () => {
    const session = await trade(place, solver, 102n * DAI);
    const before = await saleOf(place);
    await post(place, before);
    const id = orderId(before.order);
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of place.client.events(id, { signal: stop.signal, forever: true })) seen.push(event.type);
    })();
    await expect.poll(() => seen).toContain('posted');
    process.kill(place.database.pid(), 'SIGKILL');
    const codes = new Set<string>();
    await expect.poll(async () => {
      const answer = await fetch(`${place.served.url}/health`);
      if (!answer.ok) codes.add((await refusalOf(answer)).code);
      return answer.status;
    }, { timeout: 20_000, interval: 30 }).toBe(200);
    expect([...codes].filter((code) => code !== 'unavailable')).toEqual([]);
    // The old server's processes may answer a last request: posting is idempotent, and a client repeats it.
    const taken = async (sale: typeof before) => {
      const answer = await post(place, sale);
      if (answer.status !== 201) codes.add((await refusalOf(answer)).code);
      return answer.status;
    };
    await expect.poll(() => taken(before), { timeout: 15_000 }).toBe(201);
    await expect.poll(async () => (await fetch(`${place.served.url}/v1/orders/${id}/award`)).status, { timeout: 15_000 }).toBe(200);
    await expect.poll(() => seen, { timeout: 8_000 }).toContain('accepted');
    expect(seen.filter((type) => type === 'posted')).toHaveLength(1);
    const after = await saleOf(place);
    await expect.poll(() => taken(after), { timeout: 15_000 }).toBe(201);
    expect([...codes].filter((code) => code !== 'unavailable')).toEqual([]);
    await expect.poll(async () => (await fetch(`${place.served.url}/v1/orders/${orderId(after.order)}/award`)).status, { timeout: 15_000 }).toBe(200);
    stop.abort();
    await reading;
    session.close();
  }, 60_000);
});

describe('what must not leak', () => {
  it('logs no key, signature or address of a database', () => {
    const text = place.log.join('\n');
    expect(text).not.toMatch(/postgres:|0x[0-9a-f]{130}/);
    expect(readFileSync(new URL('../../../api/server/main.ts', import.meta.url), 'utf8')).not.toMatch(/log\([^)]*key/i);
  });
  it('does not let a stranger act as a solver of an order', async () => {
    const session = await openSession(place, privateKeyToAccount(generatePrivateKey()));
    const signed = await saleOf(place);
    await post(place, signed);
    session.say({ type: 'report', order: orderId(signed.order), fact: { type: 'acknowledged', seconds: 1 } });
    expect(await session.next('error')).toMatchObject({ code: 'not_yours' });
    session.close();
  });
});
