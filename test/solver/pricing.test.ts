/** Pricing: whatever the numbers are, no bid is worse than the user's limit, and none is below cost. */
import fc from 'fast-check';
import { zeroAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { boundsOf, type Order } from '../../intents/order.ts';
import type { Registry, Token } from '../../intents/registry.ts';
import { exactly, isOpen, outside } from '../../solver/admit.ts';
import { bondFor, decimal } from '../../solver/bond.ts';
import { isPass, type Offer } from '../../solver/ports.ts';
import { spread } from '../../solver/strategies/spread.ts';
import { inFor, outFor, type Place, type Rate, ratesFrom, tableRates } from '../../solver/venues/rates.ts';

const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}` as const;
const token = (symbol: string, decimals: number, n: number): Token => ({ symbol, name: symbol, decimals, address: address(n) });
const [USDC, DAI, WETH] = [token('USDC', 6, 1), token('DAI', 18, 2), token('WETH', 18, 3)];
const ETH: Token = { ...token('ETH', 18, 4), native: true };
const chain = {
  name: 'base',
  aliases: [],
  id: 1,
  rpc: [],
  finality: 2,
  blockSeconds: 1,
  deployedAt: 0,
  weth: WETH.address,
  bondToken: USDC.address,
  tokens: [USDC, DAI, WETH, ETH],
  contracts: {
    settlement: zeroAddress,
    escrow: zeroAddress,
    delivery: zeroAddress,
    bonds: zeroAddress,
    fairness: zeroAddress,
    attested: zeroAddress,
    rerun: zeroAddress,
    local: zeroAddress,
    lease: zeroAddress,
    permit2: zeroAddress,
  },
};
const registry: Registry = {
  network: 'local',
  chains: [chain],
  auctioneer: zeroAddress,
  attesters: { signers: [], k: 1 },
  prices: { asOf: '2026-01-01T00:00:00Z', usd: { USDC: '1', DAI: '1', WETH: '3000', ETH: '3000' } },
};
const at = (one: Token): Place => ({ chain, token: one });

function orderOf(exact: 'in' | 'out', sell: bigint, buy: bigint, kind: 'fill' | 'open' = 'fill'): Order {
  const common = { sentence: '', user: zeroAddress, nonce: 0n };
  const sold = exact === 'in' ? { token: DAI.address, exactly: sell } : { token: DAI.address, atMost: sell };
  const bought = { token: USDC.address, ...(exact === 'in' ? { atLeast: buy } : { exactly: buy }), to: zeroAddress };
  const terms = { auctioneer: address(9), exclusiveUntil: 100, fillBy: 200 };
  if (kind === 'fill')
    return {
      kind: exact === 'in' ? 'fillIn' : 'fillOut',
      chainId: 1,
      settlement: zeroAddress,
      message: { ...common, sell: sold, buy: bought, terms },
    } as Order;
  const escrow = { auctioneer: address(9), exclusiveUntil: 100, openBy: 200, closeAfter: 300, verifier: zeroAddress };
  return {
    kind: exact === 'in' ? 'openIn' : 'openOut',
    chainId: 1,
    settlement: zeroAddress,
    message: { ...common, sell: sold, buy: { ...bought, chainId: 1n, deliverBy: 250 }, terms: escrow },
  } as Order;
}

const amount = fc.bigInt(1n, 2n ** 100n);
const exact = fc.constantFrom('in' as const, 'out' as const);

describe('a bid', () => {
  it('is never outside the limit and never below cost', () => {
    fc.assert(
      fc.property(exact, amount, amount, amount, fc.integer({ min: 0, max: 5_000 }), (side, sell, buy, costSide, bps) => {
        const order = orderOf(side, sell, buy);
        const cost: Offer = { sell: side === 'in' ? sell : costSide, buy: side === 'out' ? buy : costSide, holds: [], note: '' };
        const offer = spread({ bps }).price(order, cost);
        if (isPass(offer)) return;
        const bid = exactly(order, offer);
        // Never below cost: what comes in covers what it costs, with the spread on top.
        if (side === 'in') expect(bid.buy * 10_000n).toBeLessThanOrEqual(cost.buy * BigInt(10_000 - bps));
        else expect(bid.sell * 10_000n).toBeGreaterThanOrEqual(cost.sell * BigInt(10_000 + bps));
        if (outside(order, offer)) return;
        const limit = boundsOf(order);
        expect(bid.sell).toBeLessThanOrEqual(limit.sellAtMost);
        expect(bid.buy).toBeGreaterThanOrEqual(limit.buyAtLeast);
        expect(limit.exact === 'sell' ? bid.sell === limit.sellAtMost : bid.buy === limit.buyAtLeast).toBe(true);
      }),
    );
  });
  it('passes, with the reason, when it would take too large a share', () => {
    const cost: Offer = { sell: 10n, buy: 10n, holds: [{ of: 'x', amount: 51n, capacity: 100n }], note: '' };
    expect(spread({ bps: 1, largestShareBps: 5_000 }).price(orderOf('in', 10n, 1n), cost)).toEqual({
      pass: 'x: 51 is more than 50 % of 100',
    });
  });
  it('refuses a spread that makes no sense', () => {
    for (const bps of [-1, 0.5, 5_001]) expect(() => spread({ bps })).toThrow(RangeError);
  });
  it('stays within the signed total of a job', () => {
    const job = {
      kind: 'job',
      message: {
        sell: { token: USDC.address, perBillionFuelAtMost: 5_000n, totalAtMost: 50_100n, auditBudget: 100n },
        buy: { fuelAtMost: 20_000_000_000n },
        terms: {},
      },
    } as unknown as Order;
    expect(outside(job, { sell: 2_500n, buy: 20_000_000_000n })).toBeUndefined();
    expect(outside(job, { sell: 2_501n, buy: 20_000_000_000n })?.pass).toMatch(/in all/);
  });
});

describe('rates', () => {
  const rate = fc.record({ num: fc.bigInt(1n, 2n ** 90n), den: fc.bigInt(1n, 2n ** 90n), at: fc.constant(0), source: fc.constant('x') });
  it('round against the user, so that a round trip never gains', () => {
    fc.assert(
      fc.property(rate, amount, (one: Rate, out) => {
        expect(outFor(one, inFor(one, out))).toBeGreaterThanOrEqual(out);
        expect(inFor(one, outFor(one, out))).toBeLessThanOrEqual(out);
      }),
    );
  });
  it('come from the table in base units', async () => {
    const found = (await tableRates(registry)(at(WETH), at(USDC))) as Rate;
    expect(outFor(found, 10n ** 18n)).toBe(3_000n * 10n ** 6n);
    expect(inFor(found, 3_000n * 10n ** 6n)).toBe(10n ** 18n);
  });
  it('are refused when they are too old, with every source’s reason', async () => {
    const seconds = Date.parse('2026-01-01T00:00:00Z') / 1_000;
    const young = ratesFrom([tableRates(registry)], 60, () => (seconds + 59) * 1_000);
    const old = ratesFrom([tableRates(registry), async () => ({ pass: 'no pool' })], 60, () => (seconds + 61) * 1_000);
    expect(await young(at(DAI), at(USDC))).toMatchObject({ source: 'price table' });
    expect(await old(at(DAI), at(USDC))).toEqual({ pass: 'price table is 61 s old, the limit is 60 s; no pool' });
  });
  it('hold a coin and its wrapped form for the same, at any age of the table', async () => {
    const rates = ratesFrom([], 1, () => 0);
    expect(outFor((await rates(at(ETH), at(WETH))) as Rate, 7n)).toBe(7n);
    expect(await rates(at(ETH), at(DAI))).toHaveProperty('pass');
  });
});

describe('the bond behind a bid', () => {
  const range = { least: 1, most: 100 };
  it('grows with the value, more for escrow, between least and most', () => {
    const sell = (dollars: bigint) => ({ sell: dollars * 10n ** 18n });
    expect(bondFor(registry, orderOf('in', 1n, 1n), sell(10n), range)).toBe(1_000_000n);
    expect(bondFor(registry, orderOf('in', 1n, 1n), sell(1_000n), range)).toBe(5_000_000n);
    expect(bondFor(registry, orderOf('in', 1n, 1n, 'open'), sell(1_000n), range)).toBe(20_000_000n);
    expect(bondFor(registry, orderOf('in', 1n, 1n), sell(1_000_000n), range)).toBe(100_000_000n);
  });
  it('is what leases and jobs ask for', () => {
    expect(bondFor(registry, { kind: 'lease', message: { terms: { noShowPenalty: 7n } } } as unknown as Order, { sell: 0n }, range)).toBe(
      7n,
    );
  });
  it('reads decimals to the last digit', () => {
    expect(decimal('0.00001')).toBe(10n ** 13n);
    expect(decimal('90000')).toBe(90_000n * 10n ** 18n);
    for (const text of ['', '1e3', '-1', '1.', '.5']) expect(() => decimal(text)).toThrow(RangeError);
  });
});

describe('the open window', () => {
  it('begins after the exclusive one, for orders without escrow only', () => {
    expect([100, 101, 200, 201].map((now) => isOpen(orderOf('in', 1n, 1n), now))).toEqual([false, true, true, false]);
    expect(isOpen(orderOf('in', 1n, 1n, 'open'), 101)).toBe(false);
  });
});
