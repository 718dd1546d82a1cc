/** The times of an award: inside the order's exclusive window, never overlapping another award. Pure; Unix seconds. */
import { type Hex, zeroHash } from 'viem';
import { AWARD_MIN, MISS_GRACE } from '../../intents/award.ts';
import { isEscrow, type Order, takenBy, type UnixSeconds } from '../../intents/order.ts';
import type { Attempt } from './state.ts';

/** How long a solver has for its transaction, if the order and its own bid leave so much: seconds, and blocks. */
const AWARD_SECONDS = 20;
const AWARD_BLOCKS = 4;
/** A user needs time to look and to send its own transaction. */
const OWN_SECONDS = 180;
/** Less is not worth a transaction. */
const LEAST_SECONDS = 4;

/** The last second that any award of this order may name: the grace must fit before the open window. */
export const latestFillBy = (order: Order): UnixSeconds => Math.min(takenBy(order), order.message.terms.exclusiveUntil - MISS_GRACE);

/** From when on the award after `last` may be executed: not while that one may still be, unless its solver signed that it declines. */
export function notBeforeOf(last: Pick<Attempt, 'award' | 'outcome'> | undefined): UnixSeconds {
  if (!last) return 0;
  return last.outcome === 'declined' ? last.award.cutAt : last.award.fillBy;
}

type Cut = { cutAt: UnixSeconds; validUntil: UnixSeconds; last?: Attempt | undefined; own?: boolean; blockSeconds?: number };

/** The times of an award cut now to a bid that is valid until `validUntil`; undefined if no award fits. */
export function awardTimes(order: Order, { cutAt, validUntil, last, own = false, blockSeconds = 1 }: Cut): { notBefore: UnixSeconds; fillBy: UnixSeconds; after: Hex } | undefined {
  const notBefore = notBeforeOf(last);
  const begin = Math.max(cutAt, notBefore);
  const fillBy = Math.min(latestFillBy(order), validUntil, begin + (own ? OWN_SECONDS : Math.max(AWARD_SECONDS, AWARD_BLOCKS * blockSeconds)));
  // Only an award of at least AWARD_MIN can be slashed; the first has notBefore 0, so it always can.
  const least = last && last.outcome !== 'declined' ? AWARD_MIN : LEAST_SECONDS;
  return fillBy - begin < least ? undefined : { notBefore, fillBy, after: last?.digest ?? zeroHash };
}

/** Is there time for a round that ends in an award? */
export const timeForAward = (order: Order, now: UnixSeconds, last: Attempt | undefined): boolean =>
  awardTimes(order, { cutAt: now + 1, validUntil: Number.MAX_SAFE_INTEGER, last }) !== undefined;

/** Nobody's order: whoever comes may fill at the limit. Escrow needs an award in this version. */
export const isOpen = (order: Order, now: UnixSeconds): boolean =>
  !isEscrow(order) && now <= takenBy(order) && (BigInt(order.message.terms.auctioneer) === 0n || now > order.message.terms.exclusiveUntil);
