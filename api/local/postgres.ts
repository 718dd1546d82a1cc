/** The embedded database: real PostgreSQL on 127.0.0.1, its data kept between runs, started again when it crashes. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenderError } from '../../intents/errors.ts';
import { type PostgresPrograms, postgresPrograms } from './binaries.ts';
import { diskFull, explainDisk, writeWhole } from './disk.ts';
import { type Native, startNative } from './native.ts';
import { stopLeftover } from './pids.ts';
import { freePortList } from './ports.ts';
import { type Circumstances, ownFolder, type PostgresHome, postgresHome } from './postgresHome.ts';
import { commandOf, endProcess, identify } from './processes.ts';

export type Postgres = {
  /** For `DATABASE_URL`. Holds the password: goes into a child's environment, never into a log or an argument. */
  url: string;
  port: number;
  pid(): number;
  stop(): Promise<void>;
  /** Stops it and deletes its data, which may lie outside the data folder: for networks in a temporary place. */
  erase(): Promise<void>;
};

export type PostgresOptions = {
  /** The data folder of the network. */
  dir: string;
  /** Told when the database crashed and when it is back. */
  log?: (line: string) => void;
  programs?: PostgresPrograms;
  circumstances?: Circumstances;
};

const USER = 'tender';
const READY_MS = 30_000;
const RETRY_MS = 100;
/** How often a crashed database is started anew before we give up: its orphans hold its memory for a moment. */
const RETRIES = 50;

/**
 * Starts the database, after stopping what an earlier, killed run left of it.
 * Throws `postgres_missing`, `postgres_failed`, `data_not_writable`, `disk_full`.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dir, log = () => undefined } = options;
  const home = postgresHome(dir, options.programs ?? postgresPrograms(), options.circumstances);
  const cluster = join(home.parent, 'postgres');
  await stopLeftover(dir, 'postgres');
  await stopPostmaster(cluster);
  const fresh = !isInitialised(dir, cluster);
  const password = fresh ? await initialise(dir, cluster, home) : readFileSync(passwordFile(dir), 'utf8').trim();
  const [port] = (await freePortList(1)) as [number];
  let native = await launch(dir, cluster, home, port);
  // Made without waiting for the disk; done by the way, lest the first recovery after a crash has to do it.
  const abandon = new AbortController();
  const synced = fresh && run(commandIn(home, 'initdb', ['--sync-only', '-D', cluster]), home, abandon.signal).catch(() => undefined);
  let stopping = false;
  let revival: Promise<void> = Promise.resolve();

  const watch = (): void =>
    void native.exited.then((end) => {
      if (stopping) return;
      log(`database ended (${end}); starting it again`);
      revival = revive();
    });
  const revive = async (): Promise<void> => {
    for (let tries = 0; tries < RETRIES && !stopping; tries++) {
      try {
        native = await launch(dir, cluster, home, port);
        log('database is back');
        return watch();
      } catch {
        await sleep(RETRY_MS);
      }
    }
    if (!stopping) log('database does not start again; its words are in logs/postgres.log');
  };
  watch();
  const stop = async (): Promise<void> => {
    stopping = true;
    abandon.abort();
    await Promise.all([revival, synced]);
    await native.stop();
  };
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid: () => native.pid,
    stop,
    erase: async () => {
      await stop();
      rmSync(home.parent === dir ? cluster : home.parent, { recursive: true, force: true });
    },
  };
}

async function launch(dir: string, cluster: string, home: PostgresHome, port: number): Promise<Native> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '256MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const native = await startNative({
    name: 'postgres',
    ...commandIn(home, 'postgres', ['-D', cluster, '-p', `${port}`, ...flags]),
    dir,
    signal: 'SIGINT',
    env: plainEnv(),
    cwd: home.parent,
    ...home.owner,
  });
  const deadline = Date.now() + READY_MS;
  while (native.end() === undefined && Date.now() < deadline) {
    if (statusOf(cluster, native.pid) === 'ready') return native;
    await sleep(5);
  }
  await native.stop();
  throw failure(native.words(), dir);
}

/** The postmaster's own word on its state: the eighth line of its pid file. */
function statusOf(cluster: string, pid: number): string | undefined {
  const lines = pidFile(cluster);
  return lines && Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
}

function pidFile(cluster: string): string[] | undefined {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** Stops a postmaster that runs on this cluster without being in our list; a pid file that names a stranger is removed. */
async function stopPostmaster(cluster: string): Promise<void> {
  const lines = pidFile(cluster);
  const id = lines && identify(Number(lines[0]));
  // A dead postmaster's file stays: PostgreSQL itself checks by it that no orphan still uses the memory.
  if (!id) return;
  const command = commandOf(id.pid);
  if (command.includes('postgres') && command.includes(cluster)) return endProcess(id, { signal: 'SIGINT', graceMs: 10_000 });
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

const passwordFile = (dir: string): string => join(dir, 'postgres.password');
const isInitialised = (dir: string, cluster: string): boolean => existsSync(join(cluster, 'PG_VERSION')) && existsSync(passwordFile(dir));

/** Makes the cluster, whole or not at all; gives its password. */
async function initialise(dir: string, cluster: string, home: PostgresHome): Promise<string> {
  const password = randomBytes(24).toString('hex');
  const draft = `${cluster}.draft`;
  try {
    for (const path of [draft, cluster]) rmSync(path, { recursive: true, force: true });
    ownFolder(draft, home);
    await initdb(dir, draft, home, password);
    writeWhole(passwordFile(dir), `${password}\n`, 0o600);
    renameSync(draft, cluster);
  } catch (error) {
    throw explainDisk(error, dir);
  }
  return password;
}

async function initdb(dir: string, cluster: string, home: PostgresHome, password: string): Promise<void> {
  const folder = mkdtempSync(join(home.parent, 'initdb-'));
  const file = join(folder, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  if (home.owner) for (const path of [folder, file]) chownSync(path, home.owner.uid, home.owner.gid);
  const flags = ['-D', cluster, '-U', USER, '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256', `--pwfile=${file}`, '--no-sync'];
  try {
    const { code, words } = await run(commandIn(home, 'initdb', flags), home);
    if (code !== 0) throw failure(words, dir);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Command = { command: string; args: string[] };

function commandIn(home: PostgresHome, program: string, flags: string[]): Command {
  const [command, ...args] = [...home.prefix, join(home.bin, program), ...flags] as [string, ...string[]];
  return { command, args };
}

function run({ command, args }: Command, home: PostgresHome, signal?: AbortSignal): Promise<{ code: number | null; words: string }> {
  return new Promise((resolve, reject) => {
    const options = { env: plainEnv(), cwd: home.parent, ...home.owner, ...(signal && { signal }) };
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, words: words.trim() }));
  });
}

/** PG… variables of the user's shell must not reach the embedded server. */
const plainEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('TENDER_')));

function failure(words: string, dir: string): TenderError {
  if (/No space left on device|Disk quota exceeded/.test(words)) return diskFull(dir);
  const telling = words.split('\n').findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? words.split('\n').at(-1);
  return new TenderError('postgres_failed', `The embedded database did not start: ${telling || 'it gave no answer'}`, {
    hint: 'Its words are in logs/postgres.log of the data folder.',
  });
}
