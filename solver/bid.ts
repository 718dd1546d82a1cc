/** Decides what to say to one order: the best of the desk's venues at the desk's price, within the user's limit, held once. */
import { type Hex, toHex } from 'viem';
import { AWARD_MIN, isBetter } from '../intents/award.ts';
import type { Bid } from '../intents/market.ts';
import { type Order, type SignedOrder, takenBy } from '../intents/order.ts';
import { exactly, outside, unfit } from './admit.ts';
import { bondFor, type BondRange } from './bond.ts';
import type { Made } from './bids.ts';
import { reasonOf } from './log.ts';
import { bondKey, type Desk, type Hold, isPass, type Offer, type Pass, type World } from './ports.ts';
import { signMarket } from './sign.ts';

export type BidOptions = {
  /** Seconds after the cut for which a bid stands. At least AWARD_MIN. */
  validSeconds: number;
  /** The same where the user must look and send the opening transaction itself. */
  ownSeconds: number;
  bond: BondRange;
};

const TRIES = 3;
/** Goods are held a little longer than their bid stands: clocks differ. */
export const HOLD_ON_MS = 5_000;
export type Priced = { venue: string; offer: Offer; margin: bigint };

/** The best terms that any venue of the desk gives, at the desk's price; limits are not looked at. */
export async function priced(world: World, desk: Desk, order: Order, firm: boolean): Promise<Priced | Pass> {
  const no = unfit(world.registry, order, nowOf(world));
  if (no) return no;
  const passes: string[] = [];
  let best: Priced | undefined;
  for (const venue of desk.venues) {
    const cost = await venue.quote(order, firm).catch((error: unknown): Pass => ({ pass: `could not price: ${reasonOf(error)}` }));
    const found = isPass(cost) ? cost : margined(venue.name, cost, desk.strategy.price(order, cost));
    if (isPass(found)) passes.push(desk.venues.length > 1 ? `${venue.name}: ${found.pass}` : found.pass);
    else if (!best || isBetter(found.offer, best.offer)) best = found;
  }
  return best ?? { pass: passes.join('; ') || 'no venue' };
}

const margined = (venue: string, cost: Offer, offer: Offer | Pass): Priced | Pass =>
  isPass(offer) ? offer : { venue, offer, margin: offer.sell - cost.sell + (cost.buy - offer.buy) };

/** A signed bid whose goods and bond are held until it expires, or why there is none. `cutAt` in Unix seconds. */
export async function makeBid(
  world: World,
  desk: Desk,
  id: Hex,
  { order, auth }: SignedOrder,
  cutAt: number,
  options: BidOptions,
): Promise<Made | Pass> {
  const validUntil = Math.min(
    Math.ceil(cutAt) + Math.max(auth.mode === 'own' ? options.ownSeconds : options.validSeconds, AWARD_MIN),
    takenBy(order),
  );
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const mark = world.book.mark();
    const found = await priced(world, desk, order, true);
    if (isPass(found)) return found;
    const { venue, offer, margin } = found;
    const beyond = outside(order, offer);
    if (beyond) return beyond;

    const bond = bondFor(world.registry, order, offer, options.bond);
    const holds = [...offer.holds, await bondHold(world, order, bond)];
    const refused = world.book.hold(id, holds, validUntil * 1_000 + HOLD_ON_MS, mark);
    if (refused?.stale) continue;
    if (refused) return refused;

    const bid: Bid = { order: id, part: 0n, solver: world.account.address, ...exactly(order, offer), bond, validUntil, salt: randomSalt() };
    return { bid, signature: await signMarket(world.account, order, 'Bid', bid), venue, holds, margin, note: offer.note };
  }
  return { pass: 'balances moved faster than they could be read' };
}

async function bondHold(world: World, order: Order, amount: bigint): Promise<Hold> {
  const account = await world.on(order.chainId)?.ledger.bondOf(world.account.address, order.message.terms.auctioneer);
  return { of: bondKey(order.chainId), amount, capacity: account?.balance ?? 0n };
}

const randomSalt = (): Hex => toHex(crypto.getRandomValues(new Uint8Array(32)));
export const nowOf = (world: Pick<World, 'clock'>) => Math.floor(world.clock() / 1_000);
