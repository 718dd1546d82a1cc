/** The tables. Events are the truth; nothing here stores a status. */
import { sql } from 'drizzle-orm';
import { bigint, bigserial, customType, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  fromDriver: (value) => new Uint8Array(value),
});

/** What a user posted: the signed order as it came. `user` in lower case. */
export const orders = pgTable(
  'orders',
  {
    id: text().primaryKey(),
    user: text().notNull(),
    kind: text().notNull(),
    chainId: integer('chain_id').notNull(),
    /** Last second at which it can still take money. */
    takenBy: bigint('taken_by', { mode: 'number' }).notNull(),
    body: jsonb().notNull(),
    auth: jsonb().notNull(),
    /** Cursor of listings: the order of posting. */
    place: bigserial({ mode: 'number' }).notNull(),
  },
  (table) => [index('orders_user').on(table.user, table.place), uniqueIndex('orders_place').on(table.place)],
);

/** Append-only. `seq` grows in the order of commits: appenders hold one lock until they commit. */
export const events = pgTable(
  'events',
  {
    seq: bigserial({ mode: 'number' }).primaryKey(),
    order: text('order_id').notNull(),
    /** Natural key of the fact: at least once in, exactly once out. */
    key: text().notNull(),
    at: bigint({ mode: 'number' }).notNull(),
    type: text().notNull(),
    fact: jsonb().notNull(),
    /** Set for facts of a chain: what a reorg retracts. */
    blockHash: text('block_hash'),
  },
  (table) => [
    uniqueIndex('events_key').on(table.order, table.key),
    index('events_order').on(table.order, table.seq),
    index('events_block').on(table.blockHash).where(sql`block_hash is not null`),
    index('events_end').on(table.order, table.type).where(sql`type in ('filled', 'closed', 'cancelled', 'expired', 'retracted')`),
  ],
);

export const artifacts = pgTable('artifacts', { sha256: text().primaryKey(), bytes: bytes().notNull(), size: integer().notNull() });

/** Transactions of the network's own keys. A row is written before its first broadcast. */
export const journal = pgTable(
  'journal',
  {
    key: text().primaryKey(),
    chainId: integer('chain_id').notNull(),
    from: text('from_address').notNull(),
    nonce: integer().notNull(),
    state: text().notNull(),
    call: jsonb().notNull(),
    hashes: jsonb().notNull(),
    raw: jsonb().notNull(),
    mined: jsonb(),
    error: text(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
  },
  (table) => [
    uniqueIndex('journal_nonce').on(table.chainId, table.from, table.nonce).where(sql`state in ('intended', 'sent', 'mined')`),
  ],
);

/** Who leads what: the newest epoch wins, and every write of a leader names its own. */
export const leaders = pgTable('leaders', {
  name: text().primaryKey(),
  epoch: integer().notNull(),
  /** Database time of the last sign of life, ms. */
  renewedAt: bigint('renewed_at', { mode: 'number' }).notNull(),
});

/** How far each chain was read, saved with the facts that were read. */
export const chains = pgTable('chains', { id: integer().primaryKey(), cursor: jsonb().notNull() });

/** Signed requests that must not count twice, by digest. */
export const used = pgTable('used', { scope: text().notNull(), digest: text().notNull(), at: bigint({ mode: 'number' }).notNull() }, (table) => [
  primaryKey({ columns: [table.scope, table.digest] }),
]);
