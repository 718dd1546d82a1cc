/** Picks the winner. Pure: same order, same receipted bids, same cut give the same ranking, for anyone who recomputes it. */
import type { Hex } from 'viem';
import { totalOf } from './due.ts';
import type { Bid, BidReceipt } from './market.ts';
import { boundsOf, type Order, type UnixSeconds } from './order.ts';

export type ReceiptedBid = { bid: Bid; bidSignature: Hex; receipt: BidReceipt; receiptSignature: Hex };
export type Ineligible = 'wrong-order' | 'late' | 'expired' | 'sell-above-limit' | 'buy-below-limit' | 'exact-side-differs' | 'total-above-limit';
export type Ranking = { ranked: ReceiptedBid[]; ineligible: { entry: ReceiptedBid; reason: Ineligible }[] };

/** Shortest validity that an award needs after the cut, seconds. Equals the contracts' AWARD_MIN. */
export const AWARD_MIN = 10;
/** Seconds between an award's end and the open window in which only a slash can happen. Equals the contracts' MISS_GRACE. */
export const MISS_GRACE = 24;

/** Why a bid cannot win this order, or undefined. `validUntil` must reach min(fillBy, cutAt + AWARD_MIN). */
export function ineligible(order: Order, id: Hex, bid: Bid, receivedAt: UnixSeconds, cutAt: UnixSeconds, fillBy: UnixSeconds): Ineligible | undefined {
  const limit = boundsOf(order);
  if (bid.order !== id || bid.part !== 0n) return 'wrong-order';
  if (receivedAt > cutAt) return 'late';
  if (bid.validUntil < Math.min(fillBy, cutAt + AWARD_MIN)) return 'expired';
  if (bid.sell > limit.sellAtMost) return 'sell-above-limit';
  if (bid.buy < limit.buyAtLeast) return 'buy-below-limit';
  if (limit.exact === 'sell' ? bid.sell !== limit.sellAtMost : bid.buy !== limit.buyAtLeast) return 'exact-side-differs';
  if ('totalAtMost' in order.message.sell && totalOf(order, bid)! > order.message.sell.totalAtMost) return 'total-above-limit';
  return undefined;
}

/** True if `a` gives the user strictly more per unit sold: a.buy × b.sell > b.buy × a.sell. */
export const isBetter = (a: Pick<Bid, 'sell' | 'buy'>, b: Pick<Bid, 'sell' | 'buy'>) => a.buy * b.sell > b.buy * a.sell;

/** Best first. Ties go to the lower receipt index. */
export function rank(order: Order, id: Hex, bids: readonly ReceiptedBid[], cutAt: UnixSeconds, fillBy: UnixSeconds): Ranking {
  const result: Ranking = { ranked: [], ineligible: [] };
  for (const entry of bids) {
    const reason = ineligible(order, id, entry.bid, entry.receipt.receivedAt, cutAt, fillBy);
    if (reason) result.ineligible.push({ entry, reason });
    else result.ranked.push(entry);
  }
  result.ranked.sort((a, b) => (isBetter(a.bid, b.bid) ? -1 : isBetter(b.bid, a.bid) ? 1 : a.receipt.index - b.receipt.index));
  return result;
}
