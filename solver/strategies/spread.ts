/** Prices at cost plus a spread, and lets no order take more than a share of what there is. */
import type { Offer, Pass, Strategy } from '../ports.ts';
import { boundsOf, type Order } from '../../intents/order.ts';

export type SpreadOptions = {
  /** What is kept, in basis points of the side that is not fixed. 0 … 5,000. */
  bps: number;
  /** The same for orders that end on another chain. Default: `bps`. */
  acrossBps?: number;
  /** Largest part of a capacity that one order may use, in basis points. Default: all of it. */
  largestShareBps?: number;
};

/** Rounds against the user by at most one base unit, never against the operator. */
export function spread({ bps, acrossBps = bps, largestShareBps = 10_000 }: SpreadOptions): Strategy {
  for (const kept of [bps, acrossBps]) {
    if (!Number.isInteger(kept) || kept < 0 || kept > 5_000) throw new RangeError('spread: basis points are whole numbers from 0 to 5000.');
  }
  return {
    name: `spread ${bps} bps`,
    price(order, cost) {
      const large = cost.holds.find(({ amount, capacity }) => amount * 10_000n > capacity * BigInt(largestShareBps));
      if (large) return { pass: `${large.of}: ${large.amount} is more than ${largestShareBps / 100} % of ${large.capacity}` };
      return withSpread(order, cost, isAcross(order) ? acrossBps : bps);
    },
  };
}

/** The bid that keeps `bps` of the free side: less bought for a fixed sell, more sold for a fixed buy. */
export function withSpread(order: Order, cost: Offer, bps: number): Offer | Pass {
  const note = `${cost.note}; spread ${bps} bps`;
  const { exact } = boundsOf(order);
  if (exact === 'buy') return { ...cost, sell: ceilDiv(cost.sell * (10_000n + BigInt(bps)), 10_000n), note };
  const buy = (cost.buy * (10_000n - BigInt(bps))) / 10_000n;
  return buy > 0n ? { ...cost, buy, note } : { pass: 'nothing is left after costs' };
}

const isAcross = (order: Order) =>
  (order.kind === 'openIn' || order.kind === 'openOut') && Number(order.message.buy.chainId) !== order.chainId;

export const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;
