/** The append-only table of facts: what is appended, in which order, and how a reorg is told. */
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Hex } from 'viem';
import type { Cursor, IndexStep, KeyedFact } from '../../contracts/client/indexer.ts';
import { TenderError } from '../../intents/errors.ts';
import { toJson } from '../../intents/json.ts';
import type { Fact, OrderEvent } from '../../intents/lifecycle.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import { eventFrom } from '../client/events.ts';
import type { EventJson } from '../client/shapes.ts';
import type { Connections, Tx } from './connect.ts';
import { checkFence, type Fence } from './fence.ts';
import { chains, events, orders } from './schema.ts';

/** A fact to append under its natural key. The same (order, key) again changes nothing. */
export type NewEvent = { order: Hex; key: string; at: UnixSeconds; fact: Fact };

export type Events = {
  /** Appends what is new, in one transaction; returns only that. With a fence: refused (`fenced`) once a newer leader exists. */
  append(entries: readonly NewEvent[], fence?: Fence): Promise<OrderEvent[]>;
  /** All events of one order after a cursor, oldest first. */
  of(order: Hex, after?: number): Promise<OrderEvent[]>;
  /** The events of several orders, by order id. */
  ofMany(ids: readonly Hex[]): Promise<Map<Hex, OrderEvent[]>>;
  /** The next events of all orders after a cursor. */
  after(seq: number, limit: number): Promise<OrderEvent[]>;
  /** Cursor of the newest event. */
  head(): Promise<number>;
  cursorOf(chainId: number): Promise<Cursor | undefined>;
  /** One step of the indexer, in one transaction: retract, add, save the cursor. Facts of unknown orders are left out. */
  applyIndex(chainId: number, step: IndexStep, at: UnixSeconds, fence: Fence): Promise<OrderEvent[]>;
};

/** Held by each appender until its commit, so that `seq` grows in the order in which rows become visible. */
const APPEND_LOCK = 7_236_432;

export function createEvents(connections: Connections): Events {
  return {
    append: createAppender(connections),
    of: (order, after = 0) =>
      connections.run(async (db) =>
        (await db.select().from(events).where(and(eq(events.order, order), gt(events.seq, after))).orderBy(asc(events.seq))).map(toEvent),
      ),
    ofMany: (ids) =>
      connections.run(async (db) => {
        const found = new Map<Hex, OrderEvent[]>(ids.map((id) => [id, []]));
        if (ids.length === 0) return found;
        const rows = await db.select().from(events).where(inArray(events.order, [...ids])).orderBy(asc(events.seq));
        for (const row of rows) found.get(row.order as Hex)?.push(toEvent(row));
        return found;
      }),
    after: (seq, limit) =>
      connections.run(async (db) => (await db.select().from(events).where(gt(events.seq, seq)).orderBy(asc(events.seq)).limit(limit)).map(toEvent)),
    head: () =>
      connections.run(async (db) => {
        const [row] = await db.select({ seq: sql<string>`coalesce(max(${events.seq}), 0)` }).from(events);
        return Number(row?.seq ?? 0);
      }),
    cursorOf: (chainId) =>
      connections.run(async (db) => (await db.select().from(chains).where(eq(chains.id, chainId)))[0]?.cursor as Cursor | undefined),
    applyIndex: (chainId, step, at, fence) => connections.transaction((tx) => applyIn(tx, chainId, step, at, fence)),
  };
}

type Waiting = { entries: readonly NewEvent[]; fence: Fence | undefined; resolve(added: OrderEvent[]): void; reject(error: unknown): void };

/** What waits while one transaction commits goes into the next one together: a commit costs the same for one row or fifty. */
function createAppender(connections: Connections): Events['append'] {
  const queue: Waiting[] = [];
  let draining = false;
  async function drain() {
    draining = true;
    while (queue.length > 0) {
      const { fence } = queue[0]!;
      const together = queue.findIndex((one) => one.fence !== fence);
      const batch = queue.splice(0, together === -1 ? queue.length : together);
      await commit(batch, fence);
    }
    draining = false;
  }
  async function commit(batch: readonly Waiting[], fence: Fence | undefined) {
    try {
      const added = await connections.transaction(async (tx) => {
        if (fence) await checkFence(tx, fence);
        return appendIn(tx, batch.flatMap(({ entries }) => entries));
      });
      const unclaimed = new Map(added.map((event) => [`${event.order} ${event.key}`, event]));
      for (const { entries, resolve } of batch) resolve(entries.flatMap(({ order, key }) => claim(unclaimed, `${order} ${key}`)));
    } catch (error) {
      // One row that the database refuses must not take the others with it.
      if (batch.length > 1 && !isFenced(error)) for (const one of batch) await commit([one], fence);
      else for (const { reject } of batch) reject(error);
    }
  }
  return async (entries, fence) => {
    if (entries.length === 0) return [];
    return new Promise((resolve, reject) => {
      queue.push({ entries, fence, resolve, reject });
      if (!draining) void drain();
    });
  };
}

const isFenced = (error: unknown) => error instanceof TenderError && error.code === 'fenced';

function claim(unclaimed: Map<string, OrderEvent>, name: string): OrderEvent[] {
  const event = unclaimed.get(name);
  unclaimed.delete(name);
  return event ? [event] : [];
}

/** Appends inside a transaction that may do more. Takes the append lock. */
export async function appendIn(tx: Tx, entries: readonly NewEvent[]): Promise<OrderEvent[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(${APPEND_LOCK})`);
  return insert(tx, entries);
}

async function insert(tx: Tx, entries: readonly NewEvent[]): Promise<OrderEvent[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(({ order, key, at, fact }) => {
    const { type, ...rest } = toJson(fact) as Fact;
    return { order, key, at, type, fact: rest, blockHash: 'tx' in fact ? fact.tx.blockHash : null };
  });
  const added = await tx.insert(events).values(rows).onConflictDoNothing().returning();
  return added.map(toEvent).sort((a, b) => a.seq - b.seq);
}

async function applyIn(tx: Tx, chainId: number, step: IndexStep, at: UnixSeconds, fence: Fence): Promise<OrderEvent[]> {
  await checkFence(tx, fence);
  const added = step.facts.length === 0 && step.retracted.length === 0 ? [] : await applyFacts(tx, step, at);
  await tx.insert(chains).values({ id: chainId, cursor: step.cursor }).onConflictDoUpdate({ target: chains.id, set: { cursor: step.cursor } });
  return added;
}

async function applyFacts(tx: Tx, step: IndexStep, at: UnixSeconds): Promise<OrderEvent[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(${APPEND_LOCK})`);
  const ids = [...new Set(step.facts.map(({ order }) => order))];
  const known = ids.length === 0 ? [] : (await tx.select({ id: orders.id }).from(orders).where(inArray(orders.id, ids))).map(({ id }) => id as Hex);
  // The retractions come first: a fact that is back has a key that counts them.
  const retracted = await insert(tx, await retractionsOf(tx, step.retracted, at));
  const facts = await variantsOf(tx, step.facts.filter(({ order }) => known.includes(order)));
  return [...retracted, ...(await insert(tx, facts))];
}

/** A retraction for each fact of these blocks that still stands. */
async function retractionsOf(tx: Tx, blockHashes: readonly Hex[], at: UnixSeconds): Promise<NewEvent[]> {
  if (blockHashes.length === 0) return [];
  const standing = await tx
    .select({ order: events.order, key: events.key })
    .from(events)
    .where(
      and(
        inArray(events.blockHash, [...blockHashes]),
        sql`not exists (select 1 from ${events} gone where gone.order_id = ${events.order} and gone.key = 'retracted:' || ${events.key})`,
      ),
    )
    .orderBy(asc(events.seq));
  return standing.map(({ order, key }) => ({
    order: order as Hex,
    key: `retracted:${key}`,
    at,
    fact: { type: 'retracted', of: key, why: 'The block that held it is no longer part of the chain.' },
  }));
}

/** A block that comes back after a reorg brings its facts again: they get a key of their own for each time they were retracted. */
async function variantsOf(tx: Tx, facts: readonly KeyedFact[]): Promise<NewEvent[]> {
  if (facts.length === 0) return [];
  const gone = await tx
    .select({ order: events.order, of: sql<string>`split_part(${events.fact} ->> 'of', '#', 1)` })
    .from(events)
    .where(and(eq(events.type, 'retracted'), inArray(events.order, [...new Set(facts.map(({ order }) => order))])));
  return facts.map(({ order, key, at, fact }) => {
    const times = gone.filter((row) => row.order === order && row.of === key).length;
    return { order, key: times === 0 ? key : `${key}#${times}`, at, fact };
  });
}

const toEvent = (row: typeof events.$inferSelect): OrderEvent =>
  eventFrom({ type: row.type, ...(row.fact as object), order: row.order, key: row.key, at: row.at, seq: row.seq } as EventJson);
