/** What is due by the protocol's price rules: every division happens once, and rounds for the user. The contracts' twin. */
import { TenderError } from './errors.ts';
import { boundsOf, isEscrow, type Options, type Order, type UnixSeconds } from './order.ts';

const ceil = (a: bigint, b: bigint, by: bigint): bigint => (a * b + by - 1n) / by;

/** What `units` cost at `num` per `den`: floor(num × units / den). */
export const price = (num: bigint, units: bigint, den: bigint): bigint => (num * units) / den;
/** The least that a part must bring of a limit for the whole: ceil(limit × part / whole). */
export const least = (limit: bigint, part: bigint, whole: bigint): bigint => ceil(limit, part, whole);
/** The most that a part may take of a limit for the whole: floor(limit × part / whole). */
export const most = (limit: bigint, part: bigint, whole: bigint): bigint => (limit * part) / whole;
/** floor(sold × bps / 10,000). */
export const fee = (sold: bigint, bps: number): bigint => (sold * BigInt(bps)) / 10_000n;
/** The share of a bond that undelivered units cost: ceil(bond × (units − delivered) / units). */
export const forfeit = (bond: bigint, delivered: bigint, units: bigint): bigint => ceil(bond, units - delivered, units);

/**
 * The limit at second `at` of a curve that is `from` until `start`, `to` from `end` on, and a straight line in between: what must
 * be bought (from ≥ to) rounds up, what may be sold (from ≤ to) down.
 */
export function decayed(from: bigint, to: bigint, start: UnixSeconds, end: UnixSeconds, at: UnixSeconds): bigint {
  if (at <= start) return from;
  if (at >= end) return to;
  const [left, span] = [BigInt(end - at), BigInt(end - start)];
  return from >= to ? to + ceil(from - to, left, span) : to - ceil(to - from, left, span);
}

/** What an offer for counted work costs in all, with the pay of a job's judges; undefined for tokens. The contract holds it below the signed total. */
export function totalOf(order: Order, { sell, buy }: { sell: bigint; buy: bigint }): bigint | undefined {
  if (order.kind === 'lease') return price(sell, buy, 3_600n);
  return order.kind === 'job' ? price(sell, buy, 1_000_000_000n) + order.message.sell.auditBudget : undefined;
}
/** What lies in escrow beside the price: the most that a job's judges get together. */
export const feeBudgetOf = (order: Order): bigint => (order.kind === 'job' ? order.message.sell.auditBudget : 0n);

/** Base units that leave the user (fee included), and that must reach the recipient at least. */
export type Due = { sell: bigint; buy: bigint; fee: bigint };

/**
 * What a fill without an award at second `at` must move. `size`: of a partial fill, in units of the exact side; else the whole
 * (of a recurring order: one part; `part` moves its times). Throws TenderError `wrong_kind` for orders under escrow.
 */
export function due(order: Order, at: UnixSeconds, { size, part = 0 }: { size?: bigint; part?: number } = {}): Due {
  if (isEscrow(order)) throw new TenderError('wrong_kind', `An order of kind ${order.kind} is opened, not filled.`, { param: 'kind' });
  const options: Options | undefined = 'options' in order.message ? order.message.options : undefined;
  const { sellAtMost, buyAtLeast, exact } = boundsOf(order);
  const signed = exact === 'sell' ? buyAtLeast : sellAtMost;
  const shift = part * (options?.every ?? 0);
  const limit = options?.decayFrom
    ? decayed(options.decayFrom, signed, order.message.terms.exclusiveUntil + shift, options.decayUntil + shift, at)
    : signed;
  const whole = exact === 'sell' ? sellAtMost : buyAtLeast;
  const taken = size ?? whole;
  const [sell, buy] = exact === 'sell' ? [taken, least(limit, taken, whole)] : [most(limit, taken, whole), taken];
  return { sell, buy, fee: fee(sell, options?.feeBps ?? 0) };
}
