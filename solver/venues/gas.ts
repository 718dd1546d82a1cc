/** What a transaction costs on a chain, in a token: recent gas price × gas, turned into the token at the pool's or table's rate. */
import type { Door } from '../ports.ts';

/** Gas of the paths a solver pays for, with a margin over the measured receipts (89–96k, 86k, 65k, 65k). */
export const GAS = { fill: 110_000n, openFor: 110_000n, deliver: 80_000n, claim: 100_000n, swap: 180_000n };

const PRICE_AGE_MS = 5_000;
const prices = new WeakMap<Door, { at: number; price: bigint }>();

/** Wei for `gas` units at the chain's present price; the price is asked at most every five seconds. */
export async function gasCost(door: Door, gas: bigint, now: number): Promise<bigint> {
  const known = prices.get(door);
  if (known && now - known.at < PRICE_AGE_MS) return known.price * gas;
  const price = await door.rpc.getGasPrice();
  prices.set(door, { at: now, price });
  return price * gas;
}
