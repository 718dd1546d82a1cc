/** What a provider must not forget of its leases, one small file each, on disk before anyone is told. */
import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from 'viem';
import { stringify } from '../../intents/json.ts';

/** A voucher with the meter key's signature. */
export type Acknowledged = { seconds: number; meter: Hex; signature: Hex };
export type LeaseRecord = {
  /** Newest acknowledgement: what this lease has earned so far. */
  acknowledged?: Acknowledged;
  /** The final voucher that both agreed on after a stop. */
  last?: Acknowledged;
  /** Why the machine is no more, since when (Unix seconds), and the seconds that this provider proposed as the last. */
  over?: { why: string; at: number; seconds?: number };
};
/** What a job came to. Running it again gives the same, so this only saves the time. */
export type JobRecord = { result: Hex; fuel: bigint; exitCode: number; output: Hex };

const pathOf = (dir: string, kind: 'leases' | 'jobs', id: Hex) => join(dir, kind, `${id}.json`);

/** Undefined if there is none. */
export const readLease = (dir: string, id: Hex): LeaseRecord | undefined => read(pathOf(dir, 'leases', id)) as LeaseRecord | undefined;
export const writeLease = (dir: string, id: Hex, record: LeaseRecord): Promise<void> => write(dir, 'leases', id, record);

export function readJob(dir: string, id: Hex): JobRecord | undefined {
  const record = read(pathOf(dir, 'jobs', id)) as (Omit<JobRecord, 'fuel'> & { fuel: string }) | undefined;
  return record && { ...record, fuel: BigInt(record.fuel) };
}
export const writeJob = (dir: string, id: Hex, record: JobRecord): Promise<void> => write(dir, 'jobs', id, record);

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: a new file, synced, takes the old one's name. */
async function write(dir: string, kind: 'leases' | 'jobs', id: Hex, record: unknown): Promise<void> {
  const path = pathOf(dir, kind, id);
  await mkdir(join(dir, kind), { recursive: true });
  const file = await open(`${path}.next`, 'w', 0o600);
  try {
    await file.writeFile(stringify(record));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.next`, path);
  const folder = await open(join(dir, kind), 'r');
  await folder.sync().finally(() => folder.close());
}
