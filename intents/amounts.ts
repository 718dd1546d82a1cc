/** Amounts and times as people read them: decimal units with a symbol, exact, never rounded. */
import { type Address, formatUnits } from 'viem';
import type { Order, UnixSeconds } from './order.ts';
import { chainOf, type Registry, tokenAt } from './registry.ts';

/** "0.0301 ETH"; an unlisted token keeps its base units and its full address. */
export function amountOf(registry: Registry, chainId: number | bigint, token: Address | undefined, amount: bigint): string {
  const chain = chainOf(registry, chainId);
  const listed = chain && token && tokenAt(chain, token);
  return listed ? `${formatUnits(amount, listed.decimals)} ${listed.symbol}` : `${amount} base units of ${token ?? 'an unknown token'}`;
}

/** What an order buys, counted: tokens, seconds or fuel. */
export function unitsOf(order: Order, registry: Registry, units: bigint): string {
  if (order.kind === 'lease') return units === 1n ? '1 second' : `${units} seconds`;
  if (order.kind === 'job') return `${units} fuel`;
  return amountOf(registry, buyChainOf(order), order.message.buy.token, units);
}

/** Chain on which the buy side arrives. */
export function buyChainOf(order: Order): number {
  return order.kind === 'openIn' || order.kind === 'openOut' ? Number(order.message.buy.chainId) : order.chainId;
}

/** "2026-11-22 12:00:00 UTC" */
export const timeOf = (at: UnixSeconds): string => `${new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
