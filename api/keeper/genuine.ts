/**
 * Which deliveries belong to an order. Delivery records whatever anyone pays in any order's name; an escrow counts only the
 * record for its own token, recipient, time and solver (who is known by its award before it can deliver). Others would make an order's page say what never happened.
 */
import type { Hex } from 'viem';
import type { KeyedFact } from '../../contracts/client/indexer.ts';
import type { Ledger } from '../../contracts/client/ledger.ts';
import type { Order } from '../../intents/order.ts';
import type { Store } from '../store/index.ts';

const AMOUNT_BITS = 128;

/** The facts without deliveries that no escrow will count. Rejects if the chain cannot be asked: then nothing is applied. */
export async function genuine(store: Pick<Store, 'orders' | 'events'>, ledger: Ledger, facts: readonly KeyedFact[]): Promise<KeyedFact[]> {
  const ids = [...new Set(facts.filter(({ fact }) => fact.type === 'delivered').map(({ order }) => order))];
  if (ids.length === 0) return [...facts];
  const [stored, events] = await Promise.all([store.orders.getMany(ids), store.events.ofMany(ids)]);
  const orders = new Map(stored.map(({ id, signed }) => [id, signed.order]));
  const holds = (id: Hex, solver: string) =>
    (events.get(id) ?? []).some((event) => {
      const holder = event.type === 'awarded' ? event.award.solver : event.type === 'opened' ? event.solver : undefined;
      return holder?.toLowerCase() === solver.toLowerCase();
    });
  /** What is left of what a record gained in a block, by record and block. */
  const gains = new Map<string, bigint>();
  const kept: KeyedFact[] = [];
  for (const one of facts) {
    const order = orders.get(one.order);
    if (one.fact.type !== 'delivered') kept.push(one);
    else if (order && holds(one.order, one.fact.solver) && (await counts(ledger, order, one.order, one.fact, gains))) kept.push(one);
  }
  return kept;
}

type Delivered = Extract<KeyedFact['fact'], { type: 'delivered' }>;

async function counts(ledger: Ledger, order: Order, dealId: Hex, { solver, amount, tx }: Delivered, gains: Map<string, bigint>): Promise<boolean> {
  if ((order.kind !== 'openIn' && order.kind !== 'openOut') || Number(order.message.buy.chainId) !== tx.chainId) return false;
  const { token, to, deliverBy } = order.message.buy;
  const drop = { dealId, output: 0, token, to, deliverBy, solver };
  const name = `${dealId} ${solver.toLowerCase()} ${tx.block}`;
  const left = gains.get(name) ?? (await gainOf(ledger, drop, tx.block));
  if (left < amount) return false;
  gains.set(name, left - amount);
  return true;
}

/** A node that has forgotten the block is asked for the whole record instead: still no more than the escrow counts. */
async function gainOf(ledger: Ledger, drop: Parameters<Ledger['recordOf']>[0], block: number): Promise<bigint> {
  const amountAt = async (number?: number) => BigInt.asUintN(AMOUNT_BITS, await ledger.recordOf(drop, number));
  try {
    const [after, before] = await Promise.all([amountAt(block), amountAt(block - 1)]);
    return after - before;
  } catch {
    return amountAt();
  }
}
