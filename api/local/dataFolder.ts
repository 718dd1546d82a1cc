/** The data folder of a local network: one network at a time, room on its disk, nothing left running from a killed one. */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TenderError } from '../../intents/errors.ts';
import { diskFull, explainDisk, makeFolder } from './disk.ts';
import { npmAbove } from './lifeline.ts';
import { forgetProcess, recorded, recordProcess, stopLeftover } from './pids.ts';
import { endProcess, isRunning } from './processes.ts';

/** What a network needs at least to begin: a database is 40 MB, its log 16 MB more. */
const ROOM_BYTES = 100_000_000;
const OWNER = 'tender';
/** How long another network that lost its npm may take to stop. */
const STOP_MS = 20_000;

/**
 * Takes the folder for this process, making it if need be, and stops what a killed network left running in it.
 * Returns the release. Throws `already_running`, `data_not_writable`, `disk_full`.
 */
export async function claimDataFolder(dir: string): Promise<() => void> {
  makeFolder(dir, 0o700);
  requireRoom(dir);
  await refuseOrOutlive(dir);
  const names = Object.keys(recorded(dir)).filter((name) => name !== OWNER);
  const programs = names.filter((name) => name === 'postgres' || name.startsWith('chain-'));
  const services = names.filter((name) => !programs.includes(name));
  // Services first: they still write to the database and the chains while they end.
  await Promise.all(services.map((name) => stopLeftover(dir, name)));
  await Promise.all(programs.map((name) => stopLeftover(dir, name)));
  recordProcess(dir, OWNER, process.pid, 'SIGTERM', npmAbove());
  return () => forgetProcess(dir, OWNER, process.pid);
}

function requireRoom(dir: string): void {
  const probe = join(dir, `.probe.${process.pid}`);
  try {
    writeFileSync(probe, 'probe');
    rmSync(probe);
    const { bavail, bsize } = statfsSync(dir);
    if (bavail * bsize < ROOM_BYTES) throw diskFull(dir);
  } catch (error) {
    rmSync(probe, { force: true });
    throw explainDisk(error, dir);
  }
}

async function refuseOrOutlive(dir: string): Promise<void> {
  const owner = recorded(dir)[OWNER];
  if (!owner || owner.pid === process.pid || !isRunning(owner)) return;
  // Its npm was killed and it is about to notice: nobody can reach it with Ctrl-C any more.
  if (owner.npm && !isRunning(owner.npm)) return endProcess(owner, { graceMs: STOP_MS });
  throw new TenderError('already_running', `A network already runs in ${dir} (process ${owner.pid}).`, {
    hint: 'Use it, stop it with Ctrl-C, or set TENDER_DATA to another folder.',
    param: dir,
  });
}
