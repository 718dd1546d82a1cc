/** The journal of the network's own transactions in PostgreSQL: every write carries the leader's epoch. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Address, Hex } from 'viem';
import type { Journal, JournalRow, JournalState } from '../../contracts/client/journal.ts';
import type { Call } from '../../contracts/client/ledger.ts';
import { TenderError } from '../../intents/errors.ts';
import { toJson } from '../../intents/json.ts';
import type { Connections } from './connect.ts';
import { checkFence, type Fence } from './fence.ts';
import { journal } from './schema.ts';

const OPEN = ['intended', 'sent', 'mined'];

/** A journal whose writes fail with `fenced` once a newer leader exists. `clock`: Unix ms. */
export function createJournal(connections: Connections, fence: Fence, clock: () => number = Date.now): Journal {
  return {
    intend: (key, from, call, nextOnChain) =>
      connections.transaction(async (tx) => {
        await checkFence(tx, fence);
        await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`nonce:${call.chainId}:${from.toLowerCase()}`}))`);
        const [there] = await tx.select().from(journal).where(eq(journal.key, key));
        if (there) return toRow(there);
        const [last] = await tx.select({ nonce: sql<number | null>`max(${journal.nonce})` }).from(journal).where(openOf(call.chainId, from));
        const nonce = Math.max(nextOnChain, (last?.nonce ?? -1) + 1);
        const now = clock();
        const row = { key, chainId: call.chainId, from: from.toLowerCase(), nonce, state: 'intended', call: toJson(call), hashes: [], raw: [], createdAt: now, updatedAt: now };
        const [made] = await tx.insert(journal).values(row).returning();
        return toRow(made!);
      }),
    update: (key, change) =>
      connections.transaction(async (tx) => {
        await checkFence(tx, fence);
        const set = { ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value === undefined ? null : value])), updatedAt: clock() };
        const [row] = await tx.update(journal).set(set).where(eq(journal.key, key)).returning();
        if (!row) throw new TenderError('no_row', `The journal has no row ${key}.`, { param: 'key' });
        return toRow(row);
      }),
    get: (key) => connections.run(async (db) => (await db.select().from(journal).where(eq(journal.key, key))).map(toRow)[0]),
    pending: (chainId, from) =>
      connections.run(async (db) => (await db.select().from(journal).where(openOf(chainId, from)).orderBy(asc(journal.nonce))).map(toRow)),
  };
}

const openOf = (chainId: number, from: Address) =>
  and(eq(journal.chainId, chainId), eq(journal.from, from.toLowerCase()), inArray(journal.state, OPEN));

function toRow(row: typeof journal.$inferSelect): JournalRow {
  const call = row.call as Omit<Call, 'value'> & { value: string };
  return {
    key: row.key,
    from: row.from as Address,
    call: { ...call, value: BigInt(call.value) },
    nonce: row.nonce,
    state: row.state as JournalState,
    hashes: row.hashes as Hex[],
    raw: row.raw as Hex[],
    ...(row.mined !== null && { mined: row.mined as NonNullable<JournalRow['mined']> }),
    ...(row.error !== null && { error: row.error }),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
