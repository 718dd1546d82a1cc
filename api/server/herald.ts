/** Tells solvers what happened to the orders that they hold: what was mined, what a reorg took back, what is over. */
import type { Address, Hex } from 'viem';
import { toJson } from '../../intents/json.ts';
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { Log } from '../auction/auction.ts';
import type { Store } from '../store/index.ts';
import type { Peers } from './peers.ts';

const REMEMBERED = 5_000;

/** Runs with the store; returns the way to stop. */
export function startHerald(store: Pick<Store, 'subscribe' | 'events'>, peers: Pick<Peers, 'send'>, log: Log): () => void {
  const holders = new Map<Hex, Set<Address>>();
  async function holdersOf(order: Hex): Promise<Set<Address>> {
    const known = holders.get(order);
    if (known) return known;
    const events = await store.events.of(order);
    const found = new Set(events.flatMap((event) => (event.type === 'awarded' ? [event.award.solver] : event.type === 'opened' ? [event.solver] : [])));
    remember(order, found);
    return found;
  }
  function remember(order: Hex, found: Set<Address>) {
    holders.set(order, found);
    if (holders.size > REMEMBERED) holders.delete(holders.keys().next().value as Hex);
  }
  async function tell(event: OrderEvent) {
    if (event.type === 'awarded') holders.get(event.order)?.add(event.award.solver);
    if (!('tx' in event) && event.type !== 'retracted' && event.type !== 'expired') return;
    const { order, key: _, at: __, seq: ___, ...fact } = event;
    for (const solver of await holdersOf(order)) peers.send(solver, { type: 'fact', order, fact: toJson(fact) });
  }
  return store.subscribe((batch) => {
    for (const event of batch) void tell(event).catch((error: unknown) => log('herald.error', { reason: error instanceof Error ? error.message : String(error) }));
  });
}
