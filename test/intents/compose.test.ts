/** Orders out of intents: the kind, the verifier, and windows in which auction, delivery and refund fit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AWARD_MIN, MISS_GRACE } from '../../intents/award.ts';
import { AUCTION_MIN, compose, exclusiveUntil, gapBetween } from '../../intents/compose.ts';
import { describe as say } from '../../intents/describe.ts';
import { ground } from '../../intents/ground.ts';
import { decodeOrder, toJson } from '../../intents/json.ts';
import { type KindName, NATIVE, type Order, orderId, settlerOf, takenBy } from '../../intents/order.ts';
import { contextOf, parse } from '../../intents/parse/index.ts';
import type { Chain } from '../../intents/registry.ts';
import { NOW, registry, USER, world } from './network.ts';

const context = contextOf(registry, new Date(NOW * 1000));
const [ethereum, base, arbitrum] = registry.chains as [Chain, Chain, Chain];

async function orderFor(text: string): Promise<Order> {
  const reading = parse(text, context);
  if (!('draft' in reading)) throw new Error(JSON.stringify(reading));
  const result = await ground(reading.draft, world());
  if (!('intent' in result)) throw new Error(JSON.stringify(result));
  return compose(result.intent, { registry, auctioneer: registry.auctioneer, sentence: say(result.intent, registry), nonce: 7n, now: NOW });
}

describe('the kind of an order', () => {
  it.each([
    ['swap 100 USDC to ETH on base', 'fillIn', base],
    ['get exactly 250 USDC for DAI on base', 'fillOut', base],
    ['swap 1 ETH to USDC on base', 'openIn', base],
    ['get exactly 250 USDC for ETH on base', 'openOut', base],
    ['swap 0.05 ETH on ethereum to USDC on arbitrum', 'openIn', ethereum],
    ['get exactly 250 USDC on base for DAI on ethereum', 'openOut', ethereum],
    ['rent 1 vCPU for 2 minutes for at most 0.10 USDC', 'lease', ethereum],
    ['run primes.wasm with input 20000 for at most 0.05 USDC on arbitrum', 'job', arbitrum],
  ] as const)('%s → %s', async (text, kind, chain) => {
    const order = await orderFor(text);
    expect(order).toMatchObject({ kind, chainId: chain.id, settlement: settlerOf(chain.contracts, kind as KindName), message: { user: USER, nonce: 7n } });
    expect(order.message.sentence.length).toBeGreaterThan(20);
    expect(decodeOrder(toJson(order))).toEqual(order);
    expect(orderId(order)).toMatch(/^0x[0-9a-f]{64}$/);
  });
});

describe('terms', () => {
  it('name the verifier of the destination', async () => {
    const verifier = async (text: string) => {
      const { kind, message } = await orderFor(text);
      return kind === 'fillIn' || kind === 'fillOut' ? undefined : message.terms.verifier;
    };
    expect(await verifier('swap 1 ETH to USDC on base')).toBe(base.contracts.local);
    expect(await verifier('swap 1 ETH on base to USDC on arbitrum')).toBe(base.contracts.attested);
    expect(await verifier('rent 1 vCPU for 2 minutes')).toBe(ethereum.contracts.lease);
    expect(await verifier('run primes.wasm')).toBe(ethereum.contracts.rerun);
  });
  it('leave a refund only after the gap', async () => {
    for (const text of [
      'swap 1 ETH to USDC on base',
      'swap 1 ETH on base to USDC on arbitrum',
      'sell 1 ETH for at least 3 million USDC within 20 seconds',
    ]) {
      const order = await orderFor(text);
      if (order.kind !== 'openIn') throw new Error(order.kind);
      const { buy, terms } = order.message;
      expect(terms.closeAfter - buy.deliverBy).toBeGreaterThanOrEqual(buy.chainId === BigInt(order.chainId) ? 30 : 60);
      expect(terms.openBy).toBeLessThanOrEqual(buy.deliverBy);
      expect(terms.closeAfter).toBeLessThan(NOW + 7 * 86_400);
    }
    expect(gapBetween({ ...base, gapSeconds: 5 }, { ...base, gapSeconds: 5 })).toBe(30);
    expect(gapBetween(base, { ...arbitrum, gapSeconds: 300 })).toBe(300);
  });
  it('of compute hold a penalty and a bond in the bond token, and none in a price question', async () => {
    const lease = await orderFor('rent 1 vCPU for 2 hours for at most 4 USDC');
    expect(lease.kind === 'lease' && lease.message.terms).toMatchObject({
      noShowPenalty: 400_000n,
      windowSeconds: 600,
      openBy: NOW + 120,
      startBy: NOW + 120,
    });
    const job = await orderFor('run primes.wasm for at most 0.05 USDC');
    expect(job.kind === 'job' && job.message.terms).toMatchObject({
      bondAtLeast: 50_000n,
      openBy: NOW + 150,
      resultBy: NOW + 300,
      auditBps: 10_000,
      verdictSeconds: 600,
    });
    expect(job.kind === 'job' && job.message.sell).toMatchObject({ totalAtMost: 50_000n, perBillionFuelAtMost: 4_500n, auditBudget: 5_000n });
    const asked: Order[] = [];
    const reading = parse('rent 1 vCPU for 2 hours', context);
    if (!('draft' in reading)) throw new Error('no draft');
    await ground(reading.draft, world({ quote: async (order) => void asked.push(order) }));
    expect(asked[0]?.kind === 'lease' && asked[0].message.terms.noShowPenalty).toBe(0n);
  });
  it('fit an auction, an award and the grace, or say that no award can delay the order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700_000 }), fc.boolean(), (left, escrow) => {
        const until = exclusiveUntil(NOW, NOW + left, escrow);
        if (left >= AUCTION_MIN) {
          expect(until).toBeLessThanOrEqual(NOW + left);
          expect(until - NOW).toBeGreaterThanOrEqual(AWARD_MIN + MISS_GRACE + 10);
        } else expect(until).toBe(escrow ? NOW + left + MISS_GRACE : 0);
      }),
    );
  });
  it('take the native coin by the user’s own transaction only', async () => {
    const order = await orderFor('sell 1 ETH for USDC on base');
    expect(order.message.sell.token).toBe(NATIVE);
    expect(order.kind).toBe('openIn');
    expect(takenBy(order)).toBe(NOW + 90);
  });
});
