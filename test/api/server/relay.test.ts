/** The line between a lease's buyer and its provider: only what the meter key signed, once, fresh, and to the right machine. */
import { type Hex, type LocalAccount, sha256, stringToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LeaseAnswer, leaseText, type LeaseRequest } from '../../../api/client/wire.ts';
import { orderId } from '../../../intents/order.ts';
import { awarded, lease, meter, signed, solver, user } from '../../contracts/client/world.ts';
import { openSession, type Place, refusalOf, saleOf, type Session, startPlace } from './place.ts';

let place: Place;
let provider: Session;
let id: Hex;
let answerWith: (request: LeaseRequest) => unknown = () => ({ type: 'closing' });
beforeAll(async () => {
  place = await startPlace();
  const one = await signed(await lease(place.world));
  id = orderId(one.order);
  const won = await awarded(one, await place.world.now());
  await place.store.orders.post(id, one, 1);
  await place.store.events.append([
    { order: id, key: 'w', at: 1, fact: { type: 'awarded', award: won.award, digest: won.reply.award, signature: won.signature } },
    { order: id, key: 'a', at: 1, fact: { type: 'accepted', award: won.reply.award, signature: won.replySignature } },
  ]);
  await connect();
});
afterAll(() => place.stop());
async function connect() {
  provider = await openSession(place, solver);
  const mine = provider;
  mine.socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as { type: string; id: string; order: Hex; body: LeaseRequest };
    if (frame.type === 'relay') mine.say({ type: 'answer', id: frame.id, body: answerWith(frame.body) });
  });
}
let clock = Math.floor(Date.now() / 1_000) - 30;
async function send(request: LeaseRequest, options: { by?: LocalAccount; at?: number; order?: Hex; of?: LeaseRequest; for?: Hex } = {}) {
  const { by = meter, at = ++clock, order = id } = options;
  const signature = await by.signMessage({ message: leaseText(options.for ?? order, at, sha256(stringToHex(JSON.stringify(options.of ?? request)))) });
  const body = JSON.stringify({ request, at, signature });
  return { body, answer: await fetch(`${place.served.url}/v1/orders/${order}/lease`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }) };
}

describe('a signed request', () => {
  it('reaches the provider and brings its answer', async () => {
    answerWith = (request) => ({ type: 'ran', exitCode: 0, stdout: `did ${(request as { command: string }).command}`, stderr: '', truncated: false }) satisfies LeaseAnswer;
    const { answer } = await send({ type: 'run', command: 'ls', timeoutMs: 1_000 });
    expect([answer.status, await answer.json()]).toEqual([200, { type: 'ran', exitCode: 0, stdout: 'did ls', stderr: '', truncated: false }]);
  });
  it('counts once, also when its signature is written another way', async () => {
    const { body } = await send({ type: 'stop' });
    const again = (text: string) => fetch(`${place.served.url}/v1/orders/${id}/lease`, { method: 'POST', body: text });
    expect((await refusalOf(again(body))).code).toBe('replayed');
    const parsed = JSON.parse(body) as { signature: Hex };
    const other = { ...parsed, signature: parsed.signature.endsWith('1b') ? `${parsed.signature.slice(0, -2)}00` : `${parsed.signature.slice(0, -2)}01` };
    expect((await refusalOf(again(JSON.stringify(other)))).code).toBe('replayed');
  });
  it('counts once over a restart', async () => {
    const { body } = await send({ type: 'heartbeat', nonce: 'x' });
    await place.restart();
    await connect();
    expect((await refusalOf(fetch(`${place.served.url}/v1/orders/${id}/lease`, { method: 'POST', body }))).code).toBe('replayed');
  });
  it.each<[string, string, () => ReturnType<typeof send>]>([
    ['by another key', 'bad_signature', () => send({ type: 'stop' }, { by: user })],
    ['over another request', 'bad_signature', () => send({ type: 'run', command: 'rm -rf /', timeoutMs: 5 }, { of: { type: 'stop' } })],
    ['for another lease', 'bad_signature', () => send({ type: 'stop' }, { for: `0x${'33'.repeat(32)}` })],
    ['of yesterday', 'stale', () => send({ type: 'stop' }, { at: Math.floor(Date.now() / 1_000) - 86_400 })],
    ['of tomorrow', 'stale', () => send({ type: 'stop' }, { at: Math.floor(Date.now() / 1_000) + 86_400 })],
    ['for an order that is none', 'not_found', () => send({ type: 'stop' }, { order: `0x${'44'.repeat(32)}` })],
    ['of no known type', 'invalid', () => send({ type: 'explode' } as never)],
    ['with too long a command', 'invalid', () => send({ type: 'run', command: 'x'.repeat(9_000), timeoutMs: 5 })],
  ])('%s is refused with %s', async (_, code, call) => expect((await refusalOf((await call()).answer)).code).toBe(code));

  it('is for leases only', async () => {
    const sale = await saleOf(place);
    await place.store.orders.post(orderId(sale.order), sale, 1);
    expect((await refusalOf((await send({ type: 'stop' }, { order: orderId(sale.order) })).answer)).code).toBe('not_found');
  });
  it('does not let a provider answer in a form that is none', async () => {
    answerWith = () => ({ type: 'ran', exitCode: 'zero', html: '<b>' });
    const { answer } = await send({ type: 'heartbeat', nonce: 'y' });
    expect([answer.status, (await refusalOf(answer)).code]).toEqual([502, 'bad_answer']);
  });
  it('says when the provider is away', async () => {
    provider.close();
    await expect.poll(() => place.built.market.peers.connected()).toEqual([]);
    const { answer } = await send({ type: 'heartbeat', nonce: 'z' });
    expect([answer.status, (await refusalOf(answer)).code]).toEqual([503, 'provider_away']);
  });
});
