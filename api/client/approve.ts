/** How much an order needs to be able to pull, beside what the user's other live orders may still pull. */
import { isAddressEqual } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import { decodeOrder } from '../../intents/json.ts';
import { NATIVE, type Order, orderId } from '../../intents/order.ts';
import { approveCall } from './calls.ts';
import type { Client } from './client.ts';
import type { Wallet } from './wallet.ts';

/** The most that this order can take from the wallet, base units of its sell token. */
export function ceilingOf({ kind, message: { sell } }: Order): bigint {
  if (kind === 'lease' || kind === 'job') return (sell as { totalAtMost: bigint }).totalAtMost;
  return 'exactly' in sell ? sell.exactly : (sell as { atMost: bigint }).atMost;
}

/** `reset` goes before `approve` for tokens that insist on zero between two allowances, and for those only. */
export type Approval = { approve: Call; amount: bigint; reset?: Call };

/**
 * The approval to send before `order` is posted, if any: an exact amount, never unlimited, and never less than what the
 * user's other orders that are still to be taken need.
 */
export async function approvalFor(client: Client, wallet: Wallet, order: Order): Promise<Approval | undefined> {
  const { token } = order.message.sell;
  if (isAddressEqual(token, NATIVE)) return undefined;
  const [allowance, others] = await Promise.all([wallet.allowanceOf(order.chainId, token, order.settlement), reserved(client, order)]);
  const amount = ceilingOf(order) + others;
  if (allowance >= amount) return undefined;
  const approve = (units: bigint) => approveCall(order.chainId, token, order.settlement, units);
  return { approve: approve(amount), amount, ...(allowance > 0n && { reset: approve(0n) }) };
}

/** What this user's orders that are posted and not yet taken may still pull of the same token through the same contract. */
async function reserved(client: Client, order: Order): Promise<bigint> {
  const id = orderId(order);
  const { orders } = await client.orders(order.message.user);
  return orders
    .filter(({ life, id: other }) => other !== id && (life.status === 'posted' || life.status === 'awarded'))
    .map((view) => decodeOrder(view.order))
    .filter((other) => other.chainId === order.chainId && isAddressEqual(other.settlement, order.settlement) && isAddressEqual(other.message.sell.token, order.message.sell.token))
    .reduce((sum, other) => sum + ceilingOf(other), 0n);
}
