/** The store of a network: orders, events, artifacts, journal, leadership. The only door to PostgreSQL. */
import { lt, sql } from 'drizzle-orm';
import type { Journal } from '../../contracts/client/journal.ts';
import { type Artifacts, createArtifacts } from './artifacts.ts';
import type { DatabaseAddress } from './address.ts';
import { connect } from './connect.ts';
import { createEvents, type Events } from './events.ts';
import { campaign, type Fence, type Leadership } from './fence.ts';
import { createJournal } from './journal.ts';
import { migrateTables } from './migrate.ts';
import { createOrders, type Orders } from './orders.ts';
import { used } from './schema.ts';
import { openTail, type Tail } from './tail.ts';

export { type DatabaseAddress, parseDatabase } from './address.ts';
export type { Artifacts } from './artifacts.ts';
export type { Events, NewEvent } from './events.ts';
export type { Fence, Leadership } from './fence.ts';
export type { Orders, StoredOrder } from './orders.ts';

export type Store = {
  orders: Orders;
  events: Events;
  artifacts: Artifacts;
  subscribe: Tail['subscribe'];
  tail: Tail['tail'];
  /** Waits until this process leads `name`; undefined if the signal fell first. */
  lead(name: string, signal: AbortSignal): Promise<Leadership | undefined>;
  /** The transaction journal for a leader. */
  journal(fence: Fence): Journal;
  /** Marks a signed request as used. False if it was. `at`: Unix seconds of the request. */
  useOnce(scope: string, digest: string, at: number): Promise<boolean>;
  /** Forgets marks of requests older than `before` (Unix seconds). */
  forgetUsed(before: number): Promise<void>;
  /** Rejects if the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Connects, migrates, and starts to follow new events. Rejects if the database cannot be reached. */
export async function openStore(address: DatabaseAddress, options: { pollMs?: number } = {}): Promise<Store> {
  const connections = connect(address);
  try {
    await migrateTables(connections);
    const events = createEvents(connections);
    const tail = await openTail(connections, events, options.pollMs);
    const announced = <T>(result: T): T => (tail.announce(), result);
    const orders = createOrders(connections);
    return {
      orders: { ...orders, post: async (id, signed, at) => announced(await orders.post(id, signed, at)) },
      events: {
        ...events,
        append: async (entries, fence) => announced(await events.append(entries, fence)),
        applyIndex: async (...step) => {
          const added = await events.applyIndex(...step);
          return added.length > 0 ? announced(added) : added;
        },
      },
      artifacts: createArtifacts(connections),
      subscribe: tail.subscribe,
      tail: tail.tail,
      lead: (name, signal) => campaign(connections, name, signal),
      journal: (fence) => createJournal(connections, fence),
      useOnce: (scope, digest, at) =>
        connections.run(async (db) => (await db.insert(used).values({ scope, digest, at }).onConflictDoNothing().returning()).length > 0),
      forgetUsed: (before) => connections.run(async (db) => void (await db.delete(used).where(lt(used.at, before)))),
      ping: () => connections.run(async (db) => void (await db.execute(sql`select 1`))),
      async close() {
        tail.close();
        await connections.close();
      },
    };
  } catch (error) {
    await connections.close();
    throw error;
  }
}
