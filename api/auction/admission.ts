/** Which bids come into an auction. Whatever is let in gets a signed receipt, so everything is checked before. Pure. */
import type { Address, Hex } from 'viem';
import { ineligible, type Ineligible, type ReceiptedBid } from '../../intents/award.ts';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Bid } from '../../intents/market.ts';
import type { Order, UnixSeconds } from '../../intents/order.ts';
import { latestFillBy } from './times.ts';

/** A solver may better its own bid a few times. */
export const MOST_BIDS = 4;
/** Pending exits must outlast any deal: the longest token deal and a day. */
const EXIT_MARGIN = 8 * 86_400;

export type BondAccount = { balance: bigint; locked: bigint; exitAt: UnixSeconds };
export type Application = {
  order: Order;
  id: Hex;
  bid: Bid;
  /** Who signed it, by recovery. */
  signer: Address | undefined;
  /** Whose session it came over. */
  from: Address;
  now: UnixSeconds;
  cutAt: UnixSeconds;
  account: BondAccount;
  /** Bonds behind this solver's other awards on this chain that may still be slashed. */
  exposed: bigint;
  earlier: readonly ReceiptedBid[];
  /** It declined this order, or was silent, before. */
  spent: boolean;
};

/** Why a bid is not admitted; undefined: it is. */
export function inadmissible(application: Application): ErrorValue | undefined {
  const { order, id, bid, signer, from, now, cutAt, earlier } = application;
  if (!same(bid.solver, from)) return refusal('wrong_solver', `The bid is by ${bid.solver}, the session by ${from}.`, 'Bid with the key of your session.');
  if (!signer || !same(signer, bid.solver)) return refusal('bad_signature', 'The signature is not that of the bid’s solver.', 'Sign typed data `Bid` in Settlement’s domain on the origin chain.');
  if (application.spent) return refusal('had_its_chance', 'This solver did not take an award of this order.', 'Bid on other orders.');
  if (earlier.filter((entry) => same(entry.bid.solver, bid.solver)).length >= MOST_BIDS) return refusal('too_many_bids', `At most ${MOST_BIDS} bids for each order.`);
  const reason = ineligible(order, id, bid, now, cutAt, latestFillBy(order));
  if (reason) return refusal(reason.replaceAll('-', '_'), WHY[reason]);
  if (bid.sell === 0n || bid.buy === 0n) return refusal('nothing', 'A bid of nothing.');
  return overTotal(order, bid) ?? unbacked(application);
}

const WHY: Record<Ineligible, string> = {
  'wrong-order': 'The bid names another order or part.',
  late: 'The bid came after the cut.',
  expired: 'The bid expires before an award could be honoured.',
  'sell-above-limit': 'The bid takes more than the user signed.',
  'total-above-limit': 'The whole price, with the pay of a job’s judges, is above the total that the user signed.',
  'buy-below-limit': 'The bid gives less than the user signed.',
  'exact-side-differs': 'The side that the user fixed differs.',
};

/** The price of everything that was ordered must fit into the signed total: it is pulled at open. */
function overTotal(order: Order, bid: Bid): ErrorValue | undefined {
  if (order.kind !== 'lease' && order.kind !== 'job') return undefined;
  const total = (bid.sell * bid.buy) / (order.kind === 'lease' ? 3_600n : 1_000_000_000n);
  const most = order.message.sell.totalAtMost;
  return total <= most ? undefined : refusal('total_above_limit', `At this price the whole costs ${total}; the user signed ${most}.`);
}

/** The smallest bond that the order itself asks for. */
export function leastBond(order: Order): bigint {
  if (order.kind === 'lease') return order.message.terms.noShowPenalty;
  if (order.kind === 'job') return order.message.terms.bondAtLeast;
  return 1n;
}

function unbacked({ order, bid, account, exposed, now }: Application): ErrorValue | undefined {
  const least = leastBond(order);
  if (bid.bond < least) return refusal('bond_too_small', `The bond of the bid is ${bid.bond}; this order needs ${least}.`);
  if (account.exitAt !== 0 && account.exitAt - EXIT_MARGIN < now) return refusal('bond_leaving', 'The bond is about to leave.', 'Deposit again, or wait with bidding.');
  const free = account.balance - account.locked - exposed;
  if (bid.bond > free) return refusal('bond_short', `The bond of the bid is ${bid.bond}; free are ${free > 0n ? free : 0n}.`, 'Deposit more with this auctioneer on the origin chain.');
  return undefined;
}

const refusal = (code: string, message: string, hint?: string): ErrorValue => ({ code, message, ...(hint && { hint }) });
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
