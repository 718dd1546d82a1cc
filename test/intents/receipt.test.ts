/** Receipts of all kinds of lives: what a person reads, what a program reads, and what a reorg takes back. */
import { describe, expect, it } from 'vitest';
import type { Fact, OrderEvent } from '../../intents/lifecycle.ts';
import { decodeOrder } from '../../intents/json.ts';
import { type Order, orderId } from '../../intents/order.ts';
import { receiptOf } from '../../intents/receipt.ts';
import { prepared, registry, SENTENCES, USER } from '../api/client/prepared.ts';

const SOLVER = '0x5050505050505050505050505050505050505050' as const;
const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;
const tx = (chainId: number, n: number) => ({ chainId, hash: hash(n), block: n, blockHash: hash(1000 + n), logIndex: 0 });
const orderOf = async (text: string) => decodeOrder((await prepared(text)).order);

function eventsOf(order: Order, facts: readonly (Fact & { key?: string })[]): OrderEvent[] {
  return facts.map((fact, index) => ({ key: `key-${index}`, ...fact, order: orderId(order), at: 1_000 + index, seq: index }) as OrderEvent);
}
const receipt = (order: Order, facts: readonly (Fact & { key?: string })[]) => receiptOf(order, eventsOf(order, facts), registry);

describe('a receipt', () => {
  it('of a fill', async () => {
    const order = await orderOf(SENTENCES.fillIn);
    const told = receipt(order, [{ type: 'posted', own: false }, { type: 'filled', tx: tx(31302, 1), solver: SOLVER, sold: 100_000_000n, bought: 33_183_287_006_033_192n }]);
    expect(told).toMatchObject({
      order: orderId(order), kind: 'fillIn', user: USER, status: 'settled', outcome: 'settled', sold: '100 USDC', bought: '0.033183287006033192 ETH',
      solver: SOLVER, txs: [{ chain: 'base', hash: hash(1), what: 'filled' }], postedAt: 1_000, endedAt: 1_001,
    });
    expect(told.refund).toBeUndefined();
    expect(told.story.at(-1)).toBe('100 USDC went out and 0.033183287006033192 ETH came in, in one transaction on base.');
  });
  it('of a delivery on another chain', async () => {
    const order = await orderOf(SENTENCES.openIn);
    const told = receipt(order, [
      { type: 'posted', own: true },
      { type: 'opened', tx: tx(31301, 1), solver: SOLVER, deposited: 5n * 10n ** 16n, maxUnits: 149_235_748n },
      { type: 'delivered', tx: tx(31303, 2), solver: SOLVER, amount: 149_235_748n },
      { type: 'attested', signers: 2 },
      { type: 'closed', tx: tx(31301, 3), released: 5n * 10n ** 16n, refunded: 0n, delivered: 149_235_748n },
    ]);
    expect(told).toMatchObject({ outcome: 'settled', deposited: '0.05 ETH', sold: '0.05 ETH', bought: '149.235748 USDC' });
    expect(told.txs.map(({ chain, what }) => `${what} on ${chain}`)).toEqual(['opened on ethereum', 'delivered on arbitrum', 'closed on ethereum']);
    expect(told.refund).toBeUndefined();
  });
  it('of an escrow that came back whole, with what the bond paid', async () => {
    const order = await orderOf(SENTENCES.openOut);
    const told = receipt(order, [
      { type: 'opened', tx: tx(31301, 1), solver: SOLVER, deposited: 251n * 10n ** 18n, maxUnits: 250_000_000n },
      { type: 'closed', tx: tx(31301, 2), released: 0n, refunded: 251n * 10n ** 18n, delivered: 0n },
      { type: 'slashed', tx: tx(31301, 3), amount: 5_000_000n, award: hash(9) },
    ]);
    expect(told).toMatchObject({ outcome: 'refunded', refund: { amount: '251 DAI', chain: 'ethereum', why: 'not delivered in time' }, penalty: '5 USDC' });
    expect(told.sold).toBeUndefined();
    expect(told.bought).toBeUndefined();
  });
  it('says what arrived even where the solver was never paid for it', async () => {
    const order = await orderOf(SENTENCES.openIn);
    const told = receipt(order, [
      { type: 'opened', tx: tx(31301, 1), solver: SOLVER, deposited: 5n * 10n ** 16n, maxUnits: 150_000_000n },
      { type: 'delivered', tx: tx(31303, 2), solver: SOLVER, amount: 150_000_000n },
      { type: 'closed', tx: tx(31301, 3), released: 0n, refunded: 5n * 10n ** 16n, delivered: 0n },
    ]);
    expect(told).toMatchObject({ outcome: 'refunded', bought: '150 USDC', refund: { amount: '0.05 ETH' } });
  });
  it('of a lease that was stopped: seconds, and the rest', async () => {
    const order = await orderOf(SENTENCES.lease);
    const told = receipt(order, [
      { type: 'opened', tx: tx(31301, 1), solver: SOLVER, deposited: 1_423n, maxUnits: 120n },
      { type: 'started', tx: tx(31301, 2) },
      { type: 'acknowledged', seconds: 10 },
      { type: 'closed', tx: tx(31301, 3), released: 177n, refunded: 1_246n, delivered: 15n },
    ]);
    expect(told).toMatchObject({ outcome: 'settled', sold: '0.000177 USDC', bought: '15 seconds', refund: { amount: '0.001246 USDC', why: 'not used' } });
    expect(told.story.at(-1)).toContain('came back, in one transaction');
  });
  it('of a job: its result and fuel', async () => {
    const order = await orderOf(SENTENCES.job);
    const told = receipt(order, [
      { type: 'result', result: hash(7), fuel: 1_544_568n, exitCode: 0, output: hash(8) },
      { type: 'closed', tx: tx(31301, 3), released: 3n, refunded: 19_997n, delivered: 1_544_568n },
    ]);
    expect(told).toMatchObject({ outcome: 'settled', bought: '1544568 fuel', job: { result: hash(7), fuel: '1544568', exitCode: 0, output: hash(8) } });
  });
  it('of an order that nobody took', async () => {
    const order = await orderOf(SENTENCES.openIn);
    const told = receipt(order, [{ type: 'posted', own: true }, { type: 'no-bids', reason: 'the limit was not met.' }, { type: 'expired' }]);
    expect(told).toMatchObject({ outcome: 'unopened', status: 'expired', bids: 0, txs: [] });
    expect(told.story).toHaveLength(3);
  });
});

describe('a reorg', () => {
  it('takes back what it retracts, and only that', async () => {
    const order = await orderOf(SENTENCES.fillIn);
    const filled = { type: 'filled', tx: tx(31302, 1), solver: SOLVER, sold: 100_000_000n, bought: 5n, key: 'a' } as const;
    const gone = [{ type: 'posted', own: false }, filled, { type: 'retracted', of: 'a', why: 'reorg' }] as const;
    expect(receipt(order, gone)).toMatchObject({ outcome: 'pending', status: 'posted', txs: [] });
    expect(receipt(order, gone).endedAt).toBeUndefined();
    // The same block may come back: then the fact stands again.
    expect(receipt(order, [...gone, filled])).toMatchObject({ outcome: 'settled', sold: '100 USDC' });
    expect(receipt(order, [...gone, filled]).story).toHaveLength(2);
    expect(receipt(order, [...gone, filled]).txs).toHaveLength(1);
  });
});

describe('amounts of tokens that are not listed', () => {
  it('keep their base units and their address', async () => {
    const order = await orderOf(SENTENCES.fillIn);
    const bare = { ...registry, chains: registry.chains.map((chain) => ({ ...chain, tokens: [] })) };
    const told = receiptOf(order, eventsOf(order, [{ type: 'filled', tx: tx(31302, 1), solver: SOLVER, sold: 7n, bought: 8n }]), bare);
    expect(told.sold).toBe(`7 base units of ${order.message.sell.token}`);
  });
});
