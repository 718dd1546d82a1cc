/** The buyer's side of a lease against a provider over HTTP that keeps to the rules, and against ones that do not. */
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { type Hex, sha256, stringToHex, verifyMessage, verifyTypedData, zeroHash } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../api/client/client.ts';
import { holdLease } from '../../../api/client/lease.ts';
import { type LeaseAnswer, type LeaseRequest, leaseText, type SignedLeaseRequest } from '../../../api/client/wire.ts';
import { decodeOrder } from '../../../intents/json.ts';
import { marketTypedData, type Voucher } from '../../../intents/market.ts';
import { type OrderOf, orderId } from '../../../intents/order.ts';
import { prepared, SENTENCES } from './prepared.ts';

const meter = privateKeyToAccount(generatePrivateKey());
async function leaseOrder(): Promise<OrderOf<'lease'>> {
  const order = decodeOrder((await prepared(SENTENCES.lease)).order) as OrderOf<'lease'>;
  return { ...order, message: { ...order.message, terms: { ...order.message.terms, meterKey: meter.address, ackSeconds: 6 } } };
}

let server: ServerType | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));
/** `answer` may lie; signatures of requests and vouchers are checked whatever it does. */
async function provider(order: OrderOf<'lease'>, answer: (request: LeaseRequest) => LeaseAnswer) {
  const seen: LeaseRequest[] = [];
  const check = async (request: LeaseRequest) => {
    if (request.type !== 'acknowledge' && request.type !== 'last') return;
    const voucher: Voucher = { lease: orderId(order), seconds: request.seconds, meter: request.meter, last: request.type === 'last' };
    const data = marketTypedData('Voucher', voucher, order.chainId, order.settlement);
    expect(await verifyTypedData({ ...data, address: meter.address, signature: request.signature } as Parameters<typeof verifyTypedData>[0])).toBe(true);
  };
  const app = new Hono().post('/v1/orders/:id/lease', async (c) => {
    const { request, at, signature } = await c.req.json<SignedLeaseRequest>();
    const message = leaseText(c.req.param('id') as Hex, at, sha256(stringToHex(JSON.stringify(request))));
    expect(await verifyMessage({ address: meter.address, message, signature })).toBe(true);
    await check(request);
    seen.push(request);
    return c.json(answer(request));
  });
  const url = await new Promise<string>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) => resolve(`http://127.0.0.1:${info.port}`));
  });
  return { client: createClient(url), seen };
}

const honest = (began: number, seconds = () => Math.floor((Date.now() - began) / 1000)) => (request: LeaseRequest): LeaseAnswer => {
  switch (request.type) {
    case 'run':
      return { type: 'ran', exitCode: 0, stdout: `ran ${request.command}`, stderr: '', truncated: false };
    case 'heartbeat':
      return { type: 'beat', nonce: request.nonce, seconds: seconds(), meter: zeroHash, isolation: 'none' };
    case 'acknowledge':
      return { type: 'acknowledged', seconds: request.seconds };
    case 'stop':
      return { type: 'stopped', seconds: seconds(), meter: zeroHash, signature: '0x' };
    case 'last':
      return { type: 'closing', hash: zeroHash };
  }
};
const until = async (is: () => boolean) => {
  for (let n = 0; n < 200 && !is(); n++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(is()).toBe(true);
};

describe('a lease that is held', () => {
  it('acknowledges, runs commands, and ends with one last voucher', async () => {
    const order = await leaseOrder();
    const { client, seen } = await provider(order, honest(Date.now() - 2_000));
    const ticks: number[] = [];
    const lease = holdLease(client, order, meter, { onTick: ({ seconds }) => ticks.push(seconds) });
    expect(await lease.run('date')).toEqual({ exitCode: 0, stdout: 'ran date', stderr: '', truncated: false });
    await until(() => ticks.length > 1);
    const { seconds, hash } = await lease.stop();
    expect(hash).toBe(zeroHash);
    expect(seconds).toBeGreaterThanOrEqual(ticks.at(-1) as number);
    expect(lease.seconds()).toBe(seconds);
    expect(seen.filter(({ type }) => type === 'acknowledge').length).toBeGreaterThan(0);
    expect(seen.at(-1)).toMatchObject({ type: 'last', seconds });
  });
  it('signs nothing for seconds that cannot have passed', async () => {
    const order = await leaseOrder();
    let jump = 2;
    const { client, seen } = await provider(order, honest(0, () => jump));
    const troubles: string[] = [];
    const ticks: number[] = [];
    const over = new AbortController();
    const lease = holdLease(client, order, meter, { signal: over.signal, onTick: ({ seconds }) => ticks.push(seconds), onTrouble: ({ code }) => troubles.push(code) });
    await until(() => ticks.length > 0);
    jump = 100;
    await until(() => troubles.length > 0);
    expect(troubles[0]).toBe('wrong_seconds');
    await expect(lease.stop()).rejects.toMatchObject({ code: 'wrong_seconds' });
    jump = 1;
    await expect(lease.stop()).rejects.toMatchObject({ code: 'wrong_seconds' });
    over.abort();
    expect(seen.filter((request) => 'seconds' in request && request.seconds !== 2)).toEqual([]);
  });
  it('can be taken up after it ran for a while, by the time of its start', async () => {
    const order = await leaseOrder();
    const began = Date.now() - 60_000;
    const { client } = await provider(order, honest(began));
    const codes: string[] = [];
    const hold = async (options: object) => {
      const over = new AbortController();
      const lease = holdLease(client, order, meter, { ...options, signal: over.signal, onTick: () => codes.push('held'), onTrouble: ({ code }) => codes.push(code) });
      await until(() => codes.length > 0);
      over.abort();
      await lease.done;
      return codes.splice(0)[0];
    };
    expect(await hold({ startedAt: Math.floor(began / 1000) })).toBe('held');
    expect(await hold({ startedAt: Math.floor(began / 1000) + 40 })).toBe('wrong_seconds');
    expect(await hold({})).toBe('wrong_seconds');
  });
  it('does not take an old heartbeat for a new one', async () => {
    const order = await leaseOrder();
    const { client, seen } = await provider(order, (request) => (request.type === 'heartbeat' ? { type: 'beat', nonce: '0x00', seconds: 1, meter: zeroHash, isolation: 'none' } : honest(0)(request)));
    const troubles: string[] = [];
    const over = new AbortController();
    const lease = holdLease(client, order, meter, { signal: over.signal, onTrouble: ({ code }) => troubles.push(code) });
    await until(() => troubles.length > 0);
    over.abort();
    await lease.done;
    expect(troubles[0]).toBe('bad_answer');
    expect(seen.some(({ type }) => type === 'acknowledge')).toBe(false);
  });
  it('passes a provider’s refusal on, with its code', async () => {
    const order = await leaseOrder();
    const { client } = await provider(order, (request) => (request.type === 'run' ? { type: 'refused', code: 'busy', message: 'One at a time.', hint: 'Wait.' } : honest(Date.now())(request)));
    const over = new AbortController();
    const lease = holdLease(client, order, meter, { signal: over.signal });
    await expect(lease.run('x')).rejects.toMatchObject({ code: 'busy', hint: 'Wait.' });
    over.abort();
    await lease.done;
  });
  it('cannot be held with another key', async () => {
    const order = await leaseOrder();
    expect(() => holdLease(createClient('http://127.0.0.1:9'), order, privateKeyToAccount(generatePrivateKey()))).toThrow(/meter key/);
  });
});
