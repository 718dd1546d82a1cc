/** Which orders this solver will look at, and which awards it will put its name under. Pure, apart from one signature check. */
import { type Hex, keccak256 } from 'viem';
import { ineligible } from '../intents/award.ts';
import { totalOf } from '../intents/due.ts';
import type { Award, Bid } from '../intents/market.ts';
import { boundsOf, isEscrow, settlerOf, orderId, type Order, type SignedOrder, takenBy, type UnixSeconds } from '../intents/order.ts';
import { chainOf, type Registry, tokenAt } from '../intents/registry.ts';
import type { Offer, Pass } from './ports.ts';
import { orderSignerOf, sameAddress as same, signerOf } from './sign.ts';

/** Least seconds in which judges can be expected to run a job again and be heard. */
const LEAST_VERDICT = 180;

/** Why an order is none of this solver's business: unknown contracts, tokens, verifier or auctioneer, or no time left. */
export function unfit(registry: Registry, order: Order, now: UnixSeconds): Pass | undefined {
  const chain = chainOf(registry, order.chainId);
  if (!chain) return { pass: `chain ${order.chainId} is not in this network` };
  const { contracts } = chain;
  const { message } = order;
  if (!same(order.settlement, settlerOf(contracts, order.kind))) return { pass: 'not this network’s Settlement' };
  if (!same(message.terms.auctioneer, registry.auctioneer)) return { pass: 'another auctioneer' };
  if (!tokenAt(chain, message.sell.token)) return { pass: 'the sell token is not listed' };
  if (takenBy(order) <= now) return { pass: 'the order has expired' };
  switch (order.kind) {
    case 'fillIn':
    case 'fillOut':
      return tokenAt(chain, order.message.buy.token) ? undefined : { pass: 'the buy token is not listed' };
    case 'openIn':
    case 'openOut': {
      const { buy, terms } = order.message;
      const destination = chainOf(registry, buy.chainId);
      if (!destination || !tokenAt(destination, buy.token)) return { pass: 'the buy token is not listed' };
      const known = destination.id === chain.id ? [contracts.local, contracts.attested] : [contracts.attested];
      return known.some((verifier) => same(verifier, terms.verifier)) ? undefined : { pass: 'an unknown verifier' };
    }
    case 'lease':
      return same(order.message.terms.verifier, contracts.lease) ? undefined : { pass: 'an unknown verifier' };
    case 'job': {
      const { verifier, auditBps, verdictSeconds } = order.message.terms;
      if (!same(verifier, contracts.rerun)) return { pass: 'an unknown verifier' };
      // An audited job whose judges come too late is refunded, whatever its provider did.
      return auditBps > 0 && verdictSeconds < LEAST_VERDICT ? { pass: `the judges have ${verdictSeconds} s, too little` } : undefined;
    }
  }
}

/** Anyone may fill at the signed limit now, and no award can be executed. Escrow is by award only. */
export const isOpen = (order: Order, now: UnixSeconds): boolean =>
  !isEscrow(order) && now <= takenBy(order) && (BigInt(order.message.terms.auctioneer) === 0n || now > order.message.terms.exclusiveUntil);

/** Why terms must not be bid: worse than the user's limit, or over the signed total. */
export function outside(order: Order, { sell, buy }: Pick<Offer, 'sell' | 'buy'>): Pass | undefined {
  const limit = boundsOf(order);
  if (sell > limit.sellAtMost) return { pass: `costs ${sell}, the limit is ${limit.sellAtMost}` };
  if (buy < limit.buyAtLeast) return { pass: `gives ${buy}, the limit is ${limit.buyAtLeast}` };
  if (sell <= 0n || buy <= 0n) return { pass: 'nothing to trade' };
  const total = totalOf(order, { sell, buy });
  if (total === undefined || !('totalAtMost' in order.message.sell)) return undefined;
  return total > order.message.sell.totalAtMost
    ? { pass: `costs ${total} in all, the limit is ${order.message.sell.totalAtMost}` }
    : undefined;
}

/** Terms as they may be signed: the side that the user fixed is exactly the user's. */
export function exactly(order: Order, { sell, buy }: Pick<Offer, 'sell' | 'buy'>): { sell: bigint; buy: bigint } {
  const limit = boundsOf(order);
  return limit.exact === 'sell' ? { sell: limit.sellAtMost, buy } : { sell, buy: limit.buyAtLeast };
}

/** What the user's consent hashes to in a `Reply`. */
export const authorisationOf = ({ auth }: SignedOrder): Hex => keccak256(auth.mode === 'signature' ? auth.signature : '0x');

/** Least seconds between the end of an award and the start (or result) that it binds to: a few blocks under congestion. */
const ROOM_AFTER_OPEN = 15;

/** Why an award is not the one that was bid for. Undefined: it may be accepted. */
export async function faulty(
  registry: Registry,
  signed: SignedOrder,
  award: Award,
  signature: Hex,
  bid: Bid,
  now: UnixSeconds,
): Promise<Pass | undefined> {
  const { order } = signed;
  const id = orderId(order);
  if (award.order !== id || award.part !== bid.part || !same(award.solver, bid.solver)) return { pass: 'the award is for another bid' };
  if (award.sell !== bid.sell || award.buy !== bid.buy) return { pass: 'the awarded amounts are not the ones that were bid' };
  if (award.bond > bid.bond) return { pass: 'the award asks for a larger bond than was bid' };
  if (award.fillBy > bid.validUntil) return { pass: 'the award runs longer than the bid' };
  if (award.fillBy <= now) return { pass: 'the award has run out' };
  // The user may open in the award's last second: what must happen after that under bond needs its time.
  const next = order.kind === 'lease' ? order.message.terms.startBy : order.kind === 'job' ? order.message.terms.resultBy : undefined;
  if (next !== undefined && next < award.fillBy + ROOM_AFTER_OPEN) return { pass: 'too little time between the award and the start' };
  if (ineligible(order, id, bid, award.cutAt, award.cutAt, award.fillBy)) return { pass: 'the bid was not eligible' };
  const signer = await signerOf(order, 'Award', award, signature);
  return signer && same(signer, order.message.terms.auctioneer) ? undefined : { pass: 'the auctioneer did not sign this award' };
}

/** Did the user's own key sign? Accounts with code are checked by simulation instead. */
export async function signedByUser({ order, auth }: SignedOrder): Promise<boolean> {
  if (auth.mode === 'own') return true;
  const signer = await orderSignerOf(order, auth.signature);
  return signer !== undefined && same(signer, order.message.user);
}
