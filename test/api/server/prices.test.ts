/** Prices from what solvers offer both ways: exact, aged, cached for seconds, and not believed when one of them lies. */
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../api/server/card.ts';
import { createPrices } from '../../../api/server/prices.ts';
import { compose } from '../../../intents/compose.ts';
import { ground } from '../../../intents/ground.ts';
import type { Quote } from '../../../intents/intent.ts';
import { boundsOf, type Order } from '../../../intents/order.ts';
import { contextOf, parse } from '../../../intents/parse/index.ts';
import type { Registry } from '../../../intents/registry.ts';
import { fairQuote, NOW, registry, world } from '../../intents/network.ts';

const sells = (order: Order) => boundsOf(order).sellToken.toLowerCase();
const usdc = registry.chains[0]?.bondToken.toLowerCase();
const scaled = (quote: Quote, bps: bigint): Quote => ({ ...quote, buy: (quote.buy * bps) / 10_000n });

/** A market in which the best of several solvers is heard, as the real one does. */
function market(...solvers: ((order: Order) => Quote | undefined)[]) {
  const asked: Order[] = [];
  const quote = async (order: Order) => {
    asked.push(order);
    const quotes = solvers.map((solver) => solver(order)).filter((one) => one !== undefined);
    const best = quotes.reduce<Quote | undefined>((a, b) => (a && a.buy >= b.buy ? a : b), undefined);
    return { count: quotes.length, ...(best && { best }) };
  };
  return { quote, asked };
}
const honest = (order: Order) => scaled(fairQuote(order), 9_970n);
const pricesOf = (solvers: ((order: Order) => Quote | undefined)[], more: Partial<Registry> = {}, clock = { now: NOW }) => {
  const place = market(...solvers);
  return { ...place, clock, prices: createPrices({ registry: { ...registry, ...more }, market: place, now: () => clock.now }) };
};

describe('a price', () => {
  it('is what solvers pay, with its time and source', async () => {
    const { prices } = pricesOf([honest]);
    const eth = await prices.of('ETH');
    expect(Number(eth?.usd)).toBeCloseTo(3000 * 0.997, 0);
    expect(eth).toMatchObject({ asOf: NOW, by: 'solvers’ offers in USDC' });
    expect(Number((await prices.of('PEPE'))?.usd)).toBeCloseTo(0.00000997, 8);
    expect(await prices.of('USDC')).toEqual({ usd: '1', asOf: NOW, by: 'at par' });
    expect(await prices.of('XYZ')).toBeUndefined();
    expect(await prices.of('EUR')).toBeUndefined();
  });
  it('is asked for once in a quarter of a minute, also side by side', async () => {
    const { prices, asked, clock } = pricesOf([honest]);
    await Promise.all(Array.from({ length: 5 }, () => prices.of('ETH')));
    expect(asked.length).toBe(2);
    clock.now += 14;
    expect((await prices.of('ETH'))?.asOf).toBe(NOW);
    clock.now += 1;
    expect((await prices.of('ETH'))?.asOf).toBe(NOW + 15);
    expect(asked.length).toBe(4);
  });
  it.each<[string, (order: Order) => Quote]>([
    ['sells a thousand times too cheap', (order) => scaled(fairQuote(order), sells(order) === usdc ? 10_000_000n : 1n)],
    ['pays a thousand times too much', (order) => scaled(fairQuote(order), sells(order) === usdc ? 1n : 10_000_000n)],
    ['does both', (order) => scaled(fairQuote(order), 10_000_000n)],
    ['sells three per cent too cheap', (order) => scaled(fairQuote(order), sells(order) === usdc ? 10_300n : 1n)],
  ])('is not believed when one solver %s', async (_name, liar) => {
    expect(await pricesOf([honest, liar]).prices.of('ETH')).toBeUndefined();
    expect(await pricesOf([honest, liar, honest]).prices.of('ETH')).toBeUndefined();
  });
  it('is not moved by more than two per cent by a liar who is believed', async () => {
    for (let bps = 9_000n; bps < 12_000n; bps += 37n)
      for (const side of [true, false]) {
        const { prices } = pricesOf([honest, (order) => scaled(fairQuote(order), (sells(order) === usdc) === side ? bps : 1n)]);
        const price = Number((await prices.of('ETH'))?.usd ?? 3000);
        expect(Math.abs(price / 3000 - 1)).toBeLessThan(0.025);
      }
  });
  it('comes from the table only where nobody offers, and only for a day', async () => {
    const table = { prices: { asOf: '2026-11-22T00:00:00Z', usd: { ETH: '3100', EUR: '1.1' } } };
    const { prices, clock } = pricesOf([], table);
    expect(await prices.of('ETH')).toEqual({ usd: '3100', asOf: NOW - 43_200, by: 'the network’s table' });
    expect((await prices.of('EUR'))?.usd).toBe('1.1');
    clock.now = NOW + 43_201;
    expect(await prices.of('ETH')).toBeUndefined();
    expect(Number((await pricesOf([honest], table).prices.of('ETH'))?.usd)).toBeLessThan(3000);
    expect(await pricesOf([() => { throw new Error('away'); }], table).prices.of('ETH')).toMatchObject({ usd: '3100' });
  });
});

describe('an amount in dollars', () => {
  it('becomes tokens at the rate that the card shows, with its age', async () => {
    const { prices, clock } = pricesOf([honest]);
    await prices.of('ETH');
    clock.now += 9;
    const reading = parse('sell $50 of ETH for DAI', contextOf(registry, new Date(NOW * 1000)));
    if (!('draft' in reading)) throw new Error('no draft');
    const grounded = await ground(reading.draft, world({ price: prices.of, now: () => clock.now }));
    if (!('intent' in grounded) || grounded.intent.kind !== 'swap') throw new Error('no intent');
    const { intent } = grounded;
    const rate = intent.rates?.[0];
    expect(Number(intent.sell.amount) / 1e18).toBeCloseTo(50 / Number(rate?.usd), 9);
    const order = compose(intent, { registry, auctioneer: registry.auctioneer, sentence: '', nonce: 0n, now: clock.now });
    const row = cardOf(intent, order, reading.draft.evidence, registry, clock.now).find(({ label }) => label === 'Rate');
    expect(row).toMatchObject({ source: 'default' });
    expect(row?.value).toMatch(/^1 ETH = 29\d\d\.\d+ USD as of .*, 9 s ago \(solvers’ offers in USDC\)$/);
  });
  it('is refused where there is no price, and nothing is guessed', async () => {
    const reading = parse('sell $50 of ETH for DAI', contextOf(registry, new Date(NOW * 1000)));
    if (!('draft' in reading)) throw new Error('no draft');
    expect(await ground(reading.draft, world({ price: pricesOf([]).prices.of }))).toMatchObject({ refusal: { code: 'no_price' } });
  });
});
