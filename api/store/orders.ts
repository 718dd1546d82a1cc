/** The orders that users posted, and which of them are still alive. */
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Address, Hex } from 'viem';
import { decodeSignedOrder, toJson } from '../../intents/json.ts';
import { type SignedOrder, takenBy, type UnixSeconds } from '../../intents/order.ts';
import type { Connections } from './connect.ts';
import { appendIn } from './events.ts';
import { events, orders } from './schema.ts';

/** `place` is the cursor of listings. */
export type StoredOrder = { id: Hex; signed: SignedOrder; place: number };
export type Orders = {
  /** Stores the order and its `posted` event together. False if it was there. */
  post(id: Hex, signed: SignedOrder, at: UnixSeconds): Promise<boolean>;
  get(id: Hex): Promise<StoredOrder | undefined>;
  getMany(ids: readonly Hex[]): Promise<StoredOrder[]>;
  /** Newest first; `before`: place of the last one seen. */
  list(options: { user?: Address; before?: number; limit: number }): Promise<StoredOrder[]>;
  /** Ids of all orders without a terminal event that stands, oldest first. */
  alive(): Promise<Hex[]>;
};

export function createOrders(connections: Connections): Orders {
  const { run, transaction } = connections;
  return {
    post: (id, signed, at) =>
      transaction(async (tx) => {
        const { order, auth } = signed;
        const { user } = order.message;
        const row = { id, user: user.toLowerCase(), kind: order.kind, chainId: order.chainId, takenBy: takenBy(order), body: toJson(order), auth };
        const added = await tx.insert(orders).values(row).onConflictDoNothing().returning({ id: orders.id });
        if (added.length === 0) return false;
        await appendIn(tx, [{ order: id, key: 'posted', at, fact: { type: 'posted', own: auth.mode === 'own' } }]);
        return true;
      }),
    get: (id) => run(async (db) => (await db.select().from(orders).where(eq(orders.id, id))).map(toOrder)[0]),
    getMany: (ids) => (ids.length === 0 ? Promise.resolve([]) : run(async (db) => (await db.select().from(orders).where(inArray(orders.id, [...ids]))).map(toOrder))),
    list: ({ user, before, limit }) =>
      run(async (db) => {
        const where = and(user && eq(orders.user, user.toLowerCase()), before === undefined ? undefined : lt(orders.place, before));
        return (await db.select().from(orders).where(where).orderBy(desc(orders.place)).limit(limit)).map(toOrder);
      }),
    alive: () =>
      run(async (db) => {
        const rows = await db.select({ id: orders.id }).from(orders).where(sql`not exists (${ended})`).orderBy(orders.place);
        return rows.map(({ id }) => id as Hex);
      }),
  };
}

/** A terminal event of the order at hand that no reorg took back. */
const ended = sql`select 1 from ${events} ended where ended.order_id = ${orders.id}
  and ended.type in ('filled', 'closed', 'cancelled', 'expired')
  and not exists (select 1 from ${events} gone where gone.order_id = ended.order_id and gone.key = 'retracted:' || ended.key)`;

const toOrder = (row: typeof orders.$inferSelect): StoredOrder => ({
  id: row.id as Hex,
  signed: decodeSignedOrder({ order: row.body, auth: row.auth }),
  place: row.place,
});
