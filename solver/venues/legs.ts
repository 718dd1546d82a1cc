/** What a token order asks of a solver, the same view for every kind: what comes in where, what goes out where, for how much gas. */
import { isEscrow, type Order, type OrderOf } from '../../intents/order.ts';
import { chainOf, type Registry, tokenAt } from '../../intents/registry.ts';
import { isNative } from '../bond.ts';
import { type Door, type Hold, type Pass, tokenKey, type World } from '../ports.ts';
import { GAS, gasCost } from './gas.ts';
import { coinOf, outFor, type Place, type Rates } from './rates.ts';

export type TokenOrder = OrderOf<'fillIn' | 'fillOut' | 'openIn' | 'openOut'>;
export type Legs = {
  sell: Place;
  buy: Place;
  /** The side that the user fixed, base units. */
  fixed: { side: 'sell' | 'buy'; amount: bigint };
  /** Gas that this solver would pay on each side; on one chain all of it is `origin`. */
  gas: { origin: bigint; destination: bigint };
};

/** Coin kept back on every chain to pay for gas, so that a promise can always be carried out. 0.02 of it. */
export const GAS_RESERVE = 2n * 10n ** 16n;

/** Legs of a token order; passes on orders for compute. */
export function legsOf(registry: Registry, order: Order): Legs | Pass {
  if (order.kind === 'lease' || order.kind === 'job') return { pass: 'sells tokens, not compute' };
  const origin = chainOf(registry, order.chainId);
  const destination = chainOf(registry, order.kind === 'openIn' || order.kind === 'openOut' ? order.message.buy.chainId : order.chainId);
  const sold = origin && tokenAt(origin, order.message.sell.token);
  const bought = destination && tokenAt(destination, order.message.buy.token);
  if (!origin || !destination || !sold || !bought) return { pass: 'an unlisted token' };
  // The user opens an escrow of native coin itself: that gas is not the solver's.
  const open = isNative(sold.address) ? 0n : GAS.openFor;
  const gas = !isEscrow(order)
    ? { origin: GAS.fill, destination: 0n }
    : origin.id === destination.id
      ? { origin: open + GAS.deliver + GAS.claim, destination: 0n }
      : { origin: open + GAS.claim, destination: GAS.deliver };
  return { sell: { chain: origin, token: sold }, buy: { chain: destination, token: bought }, fixed: fixedOf(order), gas };
}

function fixedOf(order: TokenOrder): Legs['fixed'] {
  if (order.kind === 'fillIn' || order.kind === 'openIn') return { side: 'sell', amount: order.message.sell.exactly };
  return { side: 'buy', amount: order.message.buy.exactly };
}

/** Gas of all legs plus `extra` on the origin, in base units of `token`, rounded up. */
export async function gasIn(world: World, legs: Legs, token: Place, rates: Rates, extra = 0n): Promise<bigint | Pass> {
  let sum = 0n;
  for (const [place, gas] of [
    [legs.sell, legs.gas.origin + extra],
    [legs.buy, legs.gas.destination],
  ] as const) {
    if (gas === 0n) continue;
    const door = world.on(place.chain.id) as Door;
    const wei = await gasCost(door, gas, world.clock());
    const rate = await rates(coinOf(place.chain), token);
    if ('pass' in rate) return { pass: `cannot price gas: ${rate.pass}` };
    sum += outFor(rate, wei) + 1n;
  }
  return sum;
}

/** Holds `amount` of a token out of this solver's balance, less the gas reserve for the native coin. */
export async function holdOf(world: World, { chain, token }: Place, amount: bigint): Promise<Hold> {
  const door = world.on(chain.id) as Door;
  const balance = await door.ledger.balanceOf(world.account.address, token.address);
  const spare = isNative(token.address) ? (balance > GAS_RESERVE ? balance - GAS_RESERVE : 0n) : balance;
  return { of: tokenKey(chain.id, token.address), amount, capacity: spare };
}
