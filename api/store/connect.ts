/** Connections: a pool for single statements, a pool of its own for transactions, both with bounded concurrency. */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { type DatabaseAddress, parseDatabase } from './address.ts';

export type Db = PostgresJsDatabase;
/** The handle inside a transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export type Connections = {
  /** For single statements. */
  run<T>(work: (db: Db) => Promise<T>): Promise<T>;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  listen(channel: string, heard: () => void): Promise<void>;
  /** A connection outside the pools: session locks, migrations. `onClose` is called when the server or network ends it. */
  single(onClose?: () => void): postgres.Sql;
  close(): Promise<void>;
};

const STATEMENTS = 6;
const TRANSACTIONS = 4;
/** Statements in flight at a time; far below the driver's pipeline of 100 for each connection. */
const IN_FLIGHT = 48;

/** Opens lazily: nothing is connected before the first statement. */
export function connect(address: DatabaseAddress): Connections {
  const base: postgres.Options<Record<string, never>> = {
    ...parseDatabase(address),
    onnotice: () => {},
    connect_timeout: 10,
    // The default waits up to 20 s, which would be felt after each restart of the database.
    backoff: (attempts: number) => Math.min(0.05 * 2 ** attempts, 1),
  } as postgres.Options<Record<string, never>>;
  const connection = { application_name: 'tender', statement_timeout: 15_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 20_000 };
  const statements = postgres({ ...base, max: STATEMENTS, connection });
  const transactions = postgres({ ...base, max: TRANSACTIONS, connection });
  const [db, transactionDb] = [drizzle(statements), drizzle(transactions)];
  const statementTurn = turns(IN_FLIGHT);
  // The driver can write BEGIN onto a connection that is already inside another transaction when its pipeline is full
  // (porsager/postgres #1189). Never more transactions than connections: then there is no pipeline.
  const transactionTurn = turns(TRANSACTIONS);
  const singles = new Set<postgres.Sql>();

  return {
    run: (work) => statementTurn(() => work(db)),
    transaction: (work) => transactionTurn(() => pastTheDriver((guarded) => transactionDb.transaction((tx) => guarded(work(tx))))),
    async listen(channel, heard) {
      await statements.listen(channel, heard, heard);
    },
    single(onClose) {
      const sql = postgres({ ...base, max: 1, idle_timeout: 0, max_lifetime: null, ...(onClose && { onclose: onClose }) });
      singles.add(sql);
      return sql;
    },
    async close() {
      await Promise.all([statements, transactions, ...singles].map((sql) => sql.end({ timeout: 2 })));
    },
  };
}

/** The driver says so itself within moments; this is for the case that it does not, ms. */
const LOSS_MS = 2_000;
/** The connection is gone, or the server is about to close it. */
const LOST = /^(CONNECTION_|ECONN|EPIPE|57P0[123])/;

/**
 * The driver answers an error inside a transaction with ROLLBACK, and writes that even onto a connection that is gone, which
 * throws where nobody can catch it. So a lost connection is not reported from inside: the driver, which
 * notices by itself, rejects the transaction.
 */
function pastTheDriver<T>(begin: (guarded: (work: Promise<T>) => Promise<T>) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const guarded = (work: Promise<T>) =>
      work.catch((error: unknown): Promise<T> => {
        if (!LOST.test(sqlState(error) ?? '')) throw error;
        setTimeout(() => reject(error as Error), LOSS_MS).unref();
        return new Promise(() => {});
      });
    begin(guarded).then(resolve, reject);
  });
}

/** At most `limit` tasks at a time, first come, first served. */
export function turns(limit: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (busy >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}

/** SQLSTATE of whatever a statement failed with. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
  }
  return undefined;
}
