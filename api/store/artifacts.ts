/** Programs, inputs and outputs by their SHA-256: what is fetched is what was named. */
import { eq } from 'drizzle-orm';
import { type Hex, sha256 } from 'viem';
import type { Connections } from './connect.ts';
import { artifacts } from './schema.ts';

export type Artifacts = {
  /** Idempotent. */
  put(bytes: Uint8Array): Promise<{ sha256: Hex; bytes: number }>;
  get(hash: Hex): Promise<Uint8Array | undefined>;
  /** Bytes; undefined if it is not there. */
  sizeOf(hash: Hex): Promise<number | undefined>;
};

export function createArtifacts({ run }: Connections): Artifacts {
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      await run((db) => db.insert(artifacts).values({ sha256: hash, bytes, size: bytes.length }).onConflictDoNothing());
      return { sha256: hash, bytes: bytes.length };
    },
    get: (hash) => run(async (db) => (await db.select().from(artifacts).where(eq(artifacts.sha256, hash.toLowerCase())))[0]?.bytes),
    sizeOf: (hash) => run(async (db) => (await db.select({ size: artifacts.size }).from(artifacts).where(eq(artifacts.sha256, hash.toLowerCase())))[0]?.size),
  };
}
