/** How much bond stands behind a bid: what the order demands of machines, a share of the value of swaps. */
import { isEscrow, NATIVE, type Order } from '../intents/order.ts';
import { type Chain, chainOf, type Registry, tokenAt } from '../intents/registry.ts';
import type { Offer } from './ports.ts';

/** Basis points of the sold value that walking away may be worth: a minute on one chain, minutes across two. */
const FILL_BPS = 50n;
const ESCROW_BPS = 200n;

/** Whole units of the bond token. */
export type BondRange = { least: number; most: number };

/**
 * Base units of the origin's bond token. A swap whose tokens have no listed price, and anything worth less, is backed by
 * `least` whole units; nothing by more than `most`, so that one large order does not tie up everything. The dated prices only
 * size the bond here: they price nothing that is sold.
 */
export function bondFor(registry: Registry, order: Order, offer: Pick<Offer, 'sell'>, { least, most }: BondRange): bigint {
  if (order.kind === 'lease') return order.message.terms.noShowPenalty;
  if (order.kind === 'job') return order.message.terms.bondAtLeast;
  const chain = chainOf(registry, order.chainId);
  const [floor, ceiling] = chain ? [bondUnits(chain, least), bondUnits(chain, most)] : [0n, 0n];
  const sold = chain && tokenAt(chain, order.message.sell.token);
  const bondToken = chain && tokenAt(chain, chain.bondToken);
  const price = sold && registry.prices?.usd[sold.symbol];
  const unit = bondToken && registry.prices?.usd[bondToken.symbol];
  if (!price || !unit) return floor;
  const value = (offer.sell * decimal(price) * 10n ** BigInt(bondToken.decimals)) / (10n ** BigInt(sold.decimals) * decimal(unit));
  const bond = (value * (isEscrow(order) ? ESCROW_BPS : FILL_BPS)) / 10_000n;
  return bond < floor ? floor : bond > ceiling ? ceiling : bond;
}

/** Whole units of a chain's bond token in base units. */
export const bondUnits = (chain: Chain, whole: number): bigint =>
  BigInt(whole) * 10n ** BigInt(tokenAt(chain, chain.bondToken)?.decimals ?? 0);

/** A decimal string in units of 10⁻¹⁸. */
export function decimal(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,18}))?\d*$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a decimal number.`);
  return BigInt(match[1] as string) * 10n ** 18n + BigInt((match[2] ?? '').padEnd(18, '0'));
}

export const isNative = (token: string) => token.toLowerCase() === NATIVE.toLowerCase();
