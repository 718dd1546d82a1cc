import fc from 'fast-check';
import { zeroAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { decayed, due, fee, forfeit, least, most, price } from '../../intents/due.ts';
import type { Options, Order } from '../../intents/order.ts';

const amount = fc.bigInt(1n, 2n ** 128n - 1n);
const NONE: Options = { smallestPart: 0n, decayFrom: 0n, decayUntil: 0, parts: 0, every: 0, start: 0, feeTo: zeroAddress, feeBps: 0 };
const orderOf = (kind: 'fillIn' | 'fillOut', sell: bigint, buy: bigint, options: Partial<Options> = {}): Order =>
  ({
    kind, chainId: 1, settlement: zeroAddress,
    message: {
      sentence: '', user: zeroAddress, nonce: 0n, options: { ...NONE, ...options },
      sell: kind === 'fillIn' ? { token: zeroAddress, exactly: sell } : { token: zeroAddress, atMost: sell },
      buy: kind === 'fillIn' ? { token: zeroAddress, atLeast: buy, to: zeroAddress } : { token: zeroAddress, exactly: buy, to: zeroAddress },
      terms: { auctioneer: zeroAddress, exclusiveUntil: 100, fillBy: 1_000 },
    },
  }) as Order;

describe('what is due', () => {
  it('rounds every division once, for the user', () => {
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        const [part, whole] = a < b ? [a, b] : [b, a];
        const up = least(c, part, whole);
        expect(up * whole >= c * part && (up - 1n) * whole < c * part).toBe(true);
        const down = most(c, part, whole);
        expect(down * whole <= c * part && (down + 1n) * whole > c * part).toBe(true);
        expect(price(c, part, whole)).toBe(down);
        expect(forfeit(c, 0n, whole)).toBe(c);
        expect(forfeit(c, whole, whole)).toBe(0n);
        expect(forfeit(c, part, whole) + most(c, part, whole)).toBeGreaterThanOrEqual(c);
      }),
      { numRuns: 1_000 },
    );
  });
  it('lets parts bring together at least what the whole must', () => {
    fc.assert(
      fc.property(amount, fc.array(fc.bigInt(1n, 2n ** 100n), { minLength: 1, maxLength: 10 }), (limit, parts) => {
        const whole = parts.reduce((sum, part) => sum + part, 0n);
        expect(parts.reduce((sum, part) => sum + least(limit, part, whole), 0n)).toBeGreaterThanOrEqual(limit);
        expect(parts.reduce((sum, part) => sum + most(limit, part, whole), 0n)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 1_000 },
    );
  });
  it('moves a curve one way only, between its ends', () => {
    fc.assert(
      fc.property(amount, amount, fc.nat(10 ** 6), fc.integer({ min: 1, max: 10 ** 6 }), fc.nat(3 * 10 ** 6), (from, to, start, span, at) => {
        const [now, next] = [at, at + 1].map((second) => decayed(from, to, start, start + span, second)) as [bigint, bigint];
        expect(from >= to ? now >= next && next >= to && now <= from : now <= next && next <= to && now >= from).toBe(true);
        expect(decayed(from, to, start, start + span, start)).toBe(from);
        expect(decayed(from, to, start, start + span, start + span)).toBe(to);
      }),
      { numRuns: 1_000 },
    );
  });
  it('takes the limit of the moment, the part and the fee together', () => {
    const order = orderOf('fillIn', 1_000n, 100n, { decayFrom: 200n, decayUntil: 200, feeBps: 30 });
    expect(due(order, 100)).toEqual({ sell: 1_000n, buy: 200n, fee: 3n });
    expect(due(order, 150, { size: 333n })).toEqual({ sell: 333n, buy: 50n, fee: 0n });
    expect(due(order, 201)).toEqual({ sell: 1_000n, buy: 100n, fee: 3n });
    const out = orderOf('fillOut', 1_000n, 100n, { decayFrom: 500n, decayUntil: 200 });
    expect(due(out, 150, { size: 33n })).toEqual({ sell: 247n, buy: 33n, fee: 0n });
    expect(due(orderOf('fillIn', 1_000n, 100n, { decayFrom: 200n, decayUntil: 200, parts: 3, every: 1_000 }), 2_150, { part: 2 }).buy).toBe(150n);
  });
  it('has no fill price for what is opened', () => {
    expect(() => due({ ...orderOf('fillIn', 1n, 1n), kind: 'lease' } as Order, 0)).toThrowError(expect.objectContaining({ code: 'wrong_kind' }));
    expect(fee(10_000n, 200)).toBe(200n);
  });
});
