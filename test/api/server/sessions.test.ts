/** Sessions of solvers and attesters: only with the right key for the right role, once each, and never at others' expense. */
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import WebSocket from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { challengeText } from '../../../api/client/wire.ts';
import { attesters, DAI, solver, USDC, user } from '../../contracts/client/world.ts';
import { openSession, orderId, post, type Place, saleOf, startPlace, trade } from './place.ts';

let place: Place;
beforeAll(async () => void (place = await startPlace()));
afterAll(() => place.stop());
const fresh = () => privateKeyToAccount(generatePrivateKey());
const closed = (socket: WebSocket) => new Promise<number>((resolve) => (socket.readyState === WebSocket.CLOSED ? resolve(0) : socket.once('close', resolve)));

describe('the challenge', () => {
  it('is answered by the key itself, for this role, for this nonce', async () => {
    const other = fresh();
    const wrong: Parameters<typeof openSession>[2][] = [
      { address: other.address },
      { text: (nonce) => challengeText('attester', nonce) },
      { text: () => challengeText('solver', 'ab'.repeat(32)) },
    ];
    for (const options of wrong) {
      const session = await openSession(place, fresh(), { ...options, welcome: false });
      expect(await session.next('error')).toMatchObject({ code: 'bad_signature' });
      await closed(session.socket);
    }
    const good = await openSession(place, fresh());
    expect(place.built.market.peers.connected()).toHaveLength(1);
    good.close();
    await expect.poll(() => place.built.market.peers.connected()).toEqual([]);
  });
  it('cannot be used again on another connection', async () => {
    const account = fresh();
    const first = await openSession(place, account);
    const hello = { type: 'hello', address: account.address, name: 'x', signature: await account.signMessage({ message: challengeText('solver', (first.heard[0] as { nonce: string }).nonce) }) };
    const socket = new WebSocket(`${place.served.url.replace('http', 'ws')}/v1/solver`);
    const heard: string[] = [];
    socket.on('message', (data) => void heard.push(String(data)));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify(hello));
    await closed(socket);
    expect(heard.join()).toContain('bad_signature');
    first.close();
  });
  it('lets in only the attesters of the registry', async () => {
    const stranger = await openSession(place, fresh(), { role: 'attester', welcome: false });
    expect(await stranger.next('error')).toMatchObject({ code: 'not_admitted' });
    const known = await openSession(place, attesters[0]!, { role: 'attester' });
    known.close();
  });
  it.each<[string, string | Buffer]>([
    ['noise', 'hello?'], ['a list', '[]'], ['a number', '5'], ['bytes', Buffer.from([1, 2, 3])],
    ['work before the hello', JSON.stringify({ type: 'bid' })], ['a hello without address', JSON.stringify({ type: 'hello', signature: '0x' })],
  ])('ends a session that begins with %s', async (_, first) => {
    const socket = new WebSocket(`${place.served.url.replace('http', 'ws')}/v1/solver`);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(first);
    expect(await closed(socket)).toBe(1008);
  });
  it('ends a session that says nothing', async () => {
    const socket = new WebSocket(`${place.served.url.replace('http', 'ws')}/v1/solver`);
    expect(await closed(socket)).toBe(1008);
  }, 10_000);
});

describe('a session', () => {
  it('is one for each key: the newest', async () => {
    const account = fresh();
    const first = await openSession(place, account);
    const second = await openSession(place, account);
    expect(await first.next('error')).toMatchObject({ code: 'replaced' });
    await closed(first.socket);
    expect(place.built.market.peers.connected()).toEqual([account.address]);
    second.close();
  });
  it('ends when frames are too large or too many', async () => {
    const large = await openSession(place, fresh());
    large.socket.send('x'.repeat(1024 * 1024 + 1));
    expect(await closed(large.socket)).toBe(1009);
    const fast = await openSession(place, fresh());
    for (let n = 0; n < 1_500; n++) fast.socket.send('{"type":"pass","id":"0x11"}');
    expect(await closed(fast.socket)).toBe(1008);
  });
  it('hears what was wrong with a frame and goes on', async () => {
    const session = await openSession(place, fresh());
    for (const frame of [{ type: 'bid', bid: {}, signature: '0x' }, { type: 'reply', reply: null, signature: '0x' }, { type: 'report', order: '0x', fact: {} }, { type: 'dance' }]) {
      session.say(frame);
      expect((await session.next('error')).code).toMatch(/invalid|bad_frame/);
    }
    session.say({ type: 'prove', id: 'q', chainId: 1, drops: [] });
    expect(await session.next('failed')).toMatchObject({ id: 'q', error: { code: 'invalid' } });
    expect(session.socket.readyState).toBe(WebSocket.OPEN);
    session.close();
  });
  it('does not let one solver bid, answer or reply for another', async () => {
    const honest = await trade(place, solver, 100n * DAI);
    const thief = await openSession(place, fresh());
    const signed = await saleOf(place);
    await post(place, signed);
    await thief.next('order');
    await honest.next('order');
    await expect.poll(() => honest.heard.some(({ type }) => type === 'receipt')).toBe(true);
    const [bid] = (await place.store.events.of(orderId(signed.order))).flatMap((event) => (event.type === 'bid' ? [event] : []));
    thief.say({ type: 'bid', bid: { ...bid!.bid, part: '0', sell: String(100n * USDC), buy: String(100n * DAI), bond: '1000000' }, signature: bid!.bidSignature });
    expect((await thief.next('refused')).code).toMatch(/wrong_solver|late/);
    honest.close();
    thief.close();
  });
});

describe('quotes', () => {
  it('takes the best that came in time, whoever is silent, lies or passes', async () => {
    const sessions = [await trade(place, solver, 101n * DAI), await trade(place, fresh(), 104n * DAI), await openSession(place, fresh()), await openSession(place, fresh())];
    const [, , silent, liar] = sessions;
    void silent;
    liar!.socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; id: Hex };
      // Sells more than the user has, dated in the past, not even a number.
      if (frame.type === 'quote') for (const sell of [String(200n * USDC), 'much']) liar!.say({ type: 'quoted', id: frame.id, sell, buy: String(999n * DAI), validUntil: 9_999_999_999 });
    });
    const { order } = await saleOf(place);
    const started = performance.now();
    const { best, count } = await place.built.market.quote(order);
    expect(performance.now() - started).toBeLessThan(900);
    expect({ count, buy: best?.buy, sell: best?.sell }).toEqual({ count: 2, buy: 104n * DAI, sell: 100n * USDC });
    for (const session of sessions) session.close();
  });
  it('are none when nobody is there', async () => {
    await expect.poll(() => place.built.market.peers.connected()).toEqual([]);
    expect(await place.built.market.quote((await saleOf(place)).order)).toEqual({ count: 0 });
  });
});

describe('asking', () => {
  const ask = (body: object) => place.client.ask({ user: user.address, ...body } as Parameters<Place['client']['ask']>[0]);
  it('makes an order that is true to its sentence, at the best quote less half a percent', async () => {
    const session = await trade(place, solver, 200n * DAI);
    const asked = await ask({ text: 'swap 100 USDC to DAI' });
    expect(asked).toMatchObject({ kind: 'ready', prepared: { quotes: 1, own: false, order: { kind: 'fillIn', message: { sell: { exactly: String(100n * USDC) }, buy: { atLeast: String(199n * DAI) } } } } });
    const { prepared } = asked as Extract<typeof asked, { kind: 'ready' }>;
    expect(prepared.approval).toBeUndefined();
    expect(prepared.card.map(({ label }) => label)).toEqual(expect.arrayContaining(['You sell exactly', 'You get at least', 'Delivered by', 'At worst']));
    expect(prepared.card.find(({ label }) => label === 'You get at least')).toMatchObject({ value: '199 DAI on test', source: 'default' });
    session.close();
  });
  it('asks back, takes the answer, refuses, and says what is missing', async () => {
    const session = await trade(place, solver, 200n * DAI);
    const asked = await ask({ text: 'swap some USDC to DAI' });
    expect(asked).toMatchObject({ kind: 'question', question: { slots: ['sell.amount'] } });
    const { question } = asked as Extract<typeof asked, { kind: 'question' }>;
    expect(await place.client.answer(question, question.options[0]!.id, { user: user.address })).toMatchObject({ kind: 'ready' });
    expect(await place.client.answer(question, 'nonsense', { user: user.address })).toMatchObject({ kind: 'question' });
    expect(await ask({ text: 'what is the weather' })).toMatchObject({ kind: 'refusal' });
    session.close();
    await expect.poll(() => place.built.market.peers.connected()).toEqual([]);
    expect(await ask({ text: 'swap 100 USDC to DAI' })).toMatchObject({ kind: 'refusal', refusal: { code: 'no_quote' } });
    expect(await ask({ text: 'swap 100 USDC for at least 90 DAI' })).toMatchObject({ kind: 'ready', prepared: { quotes: 0 } });
  });
  it.each<[string, object]>([
    ['no_user', { text: 'swap 100 USDC for at least 90 DAI', user: undefined }],
    ['unknown_chain', { text: 'swap 1 USDC to DAI', chain: 'mars' }],
    ['invalid', { text: 'swap 1 USDC to DAI', timeZone: 'Mars/Base' }],
    ['invalid', { text: 5 }],
    ['invalid', { text: 'x', more: 1 }],
    ['missing_artifact', { text: 'run x.wasm', attachments: [{ name: 'x.wasm', sha256: `0x${'11'.repeat(32)}` }] }],
  ])('refuses with %s', async (code, body) => {
    await expect(ask(body)).rejects.toMatchObject({ code });
  });
  it('takes a made-up question for what it is', async () => {
    const question = { slots: ['sell.amount'], sentence: 'x', options: [{ id: 'o0', label: 'x', answer: '5' }], draft: { text: 'x', said: { kind: 'swap', sell: 5, buy: null }, evidence: {} } };
    await expect(place.client.answer(question as never, 'o0', { user: user.address })).rejects.toMatchObject({ code: 'invalid' });
  });
});
