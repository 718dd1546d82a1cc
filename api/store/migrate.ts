/** Brings the tables up to date. Several processes may start at once: one migrates, the others wait for it. */
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Connections } from './connect.ts';

/** Any number that no other user of this database takes. */
const LOCK = 7_236_431;

/** Runs the committed SQL files that this database has not seen. */
export async function migrateTables(connections: Connections): Promise<void> {
  const sql = connections.single();
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) });
  } finally {
    // Ending the session gives the lock back, whatever happened.
    await sql.end({ timeout: 2 });
  }
}
