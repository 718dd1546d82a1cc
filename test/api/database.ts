/** A real PostgreSQL for one test file: the embedded one, with a fresh database for each test that asks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../../api/local/postgres.ts';

export type TestDatabase = {
  /** URL of a new, empty database. */
  fresh(): Promise<string>;
  /** Kills all sessions of a database, as a crash would. */
  dropSessions(url: string): Promise<void>;
  pid(): number;
  stop(): Promise<void>;
};

export async function startDatabase(): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), 'tender-db-'));
  const server = await startPostgres({ dir });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  let count = 0;
  return {
    pid: server.pid,
    async fresh() {
      const name = `t${process.pid}_${++count}`;
      await admin.unsafe(`create database ${name}`);
      return server.url.replace(/\/postgres$/, `/${name}`);
    },
    async dropSessions(url) {
      const name = url.split('/').at(-1)!;
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;
    },
    async stop() {
      await admin.end({ timeout: 1 });
      await server.erase();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
