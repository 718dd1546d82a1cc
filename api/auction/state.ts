/** Where an auction stands, from nothing but the order's events: so that a killed process goes on where it was. Pure. */
import type { Address, Hex } from 'viem';
import type { ReceiptedBid } from '../../intents/award.ts';
import { type OrderEvent, standing } from '../../intents/lifecycle.ts';
import type { Award } from '../../intents/market.ts';
import type { Order, UnixSeconds } from '../../intents/order.ts';
import { isOpen, notBeforeOf, timeForAward } from './times.ts';

/** `declined`: with a signed refusal. `silent`: no answer in time. `missed`: accepted, not honoured, and slashed for it. */
export type Attempt = { award: Award; digest: Hex; signature: Hex; outcome: 'pending' | 'accepted' | 'declined' | 'silent' | 'missed'; reply?: Hex };
export type AuctionState = {
  /** In the order of their receipts. */
  bids: ReceiptedBid[];
  /** Awards so far, oldest first; each names the one before. */
  attempts: Attempt[];
  /** The order was filled, opened, cancelled, or its time is over: there is nothing to award. */
  over: boolean;
};

const ENDS: ReadonlySet<OrderEvent['type']> = new Set(['filled', 'opened', 'closed', 'cancelled', 'expired']);

/** Folds an order's events, retractions applied. */
export function auctionOf(events: readonly OrderEvent[]): AuctionState {
  const state: AuctionState = { bids: [], attempts: [], over: false };
  const settle = (digest: Hex, outcome: Attempt['outcome'], reply?: Hex) => {
    const attempt = state.attempts.find((one) => one.digest === digest);
    // A late answer changes nothing: what was recorded first is what the next award was built on.
    if (attempt && (attempt.outcome === 'pending' || outcome === 'missed')) Object.assign(attempt, { outcome, ...(reply && { reply }) });
  };
  for (const event of standing(events)) {
    if (ENDS.has(event.type)) state.over = true;
    if (event.type === 'bid') {
      const { bid, bidSignature, receipt, receiptSignature } = event;
      state.bids.push({ bid, bidSignature, receipt, receiptSignature });
    }
    if (event.type === 'awarded') state.attempts.push({ award: event.award, digest: event.digest, signature: event.signature, outcome: 'pending' });
    if (event.type === 'accepted') settle(event.award, 'accepted', event.signature);
    if (event.type === 'declined') settle(event.award, event.signature ? 'declined' : 'silent', event.signature);
    if (event.type === 'slashed') settle(event.award, 'missed');
  }
  return state;
}

export type Step =
  /** Nothing more to do here; a new event may change that. */
  | { do: 'rest' }
  /** The newest award waits for its solver's answer. */
  | { do: 'ask'; attempt: Attempt }
  /** Take bids, cut, award. */
  | { do: 'round' }
  /** Anyone may fill at the signed limit until then. */
  | { do: 'open' }
  /** Look again at this time, or when something happens. */
  | { do: 'wait'; until: UnixSeconds };

/** What an auction does next. `own`: the user sends the transaction, so a solver cannot be blamed for a missing one. */
export function nextStep(order: Order, state: AuctionState, now: UnixSeconds, own: boolean): Step {
  if (state.over) return { do: 'rest' };
  const last = state.attempts.at(-1);
  if (last?.outcome === 'pending') return { do: 'ask', attempt: last };
  if (last?.outcome === 'accepted') {
    if (now <= last.award.fillBy) return { do: 'wait', until: last.award.fillBy + 1 };
    // The next award must not come before the slash: a late fill under it would be an escape.
    if (!own) return opened(order, now);
  }
  if (timeForAward(order, now, last)) {
    // A silent solver may still act until its award has run out: the next one cannot begin before.
    const begin = notBeforeOf(last);
    return now < begin ? { do: 'wait', until: begin } : { do: 'round' };
  }
  return opened(order, now);
}

/** No award comes any more (for now): at last anyone may fill. */
function opened(order: Order, now: UnixSeconds): Step {
  if (isOpen(order, now)) return { do: 'open' };
  const { exclusiveUntil } = order.message.terms;
  return isOpen(order, exclusiveUntil + 1) && now <= exclusiveUntil ? { do: 'wait', until: exclusiveUntil + 1 } : { do: 'rest' };
}

/** Solvers that had their chance at this order: they declined, did not honour it, or were silent twice. */
export function spent(state: AuctionState): Set<string> {
  const silences = silencesOf(state);
  const gone = state.attempts.filter(({ outcome }) => outcome === 'declined' || outcome === 'missed').map(({ award }) => award.solver.toLowerCase());
  return new Set([...gone, ...[...silences].flatMap(([solver, count]) => (count > 1 ? [solver] : []))]);
}

/** Solvers that were silent once: a process that was just starting again. They come after all others, and then once more. */
export const hesitant = (state: AuctionState): Set<string> => new Set(silencesOf(state).keys());

function silencesOf({ attempts }: AuctionState): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, award } of attempts) {
    if (outcome === 'silent') counts.set(award.solver.toLowerCase(), (counts.get(award.solver.toLowerCase()) ?? 0) + 1);
  }
  return counts;
}

/** Why each bidder other than `winner` lost, for those who should know. */
export function losers(bids: readonly ReceiptedBid[], winner: Address): Address[] {
  const all = new Set(bids.map(({ bid }) => bid.solver.toLowerCase() as Address));
  all.delete(winner.toLowerCase() as Address);
  return [...all];
}
