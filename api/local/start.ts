/** Starts the whole network on this machine, and stops it: what `npm start`, the demo and the stories stand on. */
import { accessSync, constants } from 'node:fs';
import { TenderError } from '../../intents/errors.ts';
import type { Registry } from '../../intents/registry.ts';
import { buildContracts, contractsFingerprint } from '../../contracts/build.ts';
import { anvilProgram, postgresPrograms } from './binaries.ts';
import { claimDataFolder } from './dataFolder.ts';
import { deployOn } from './deploy.ts';
import { loadKeys } from './keys.ts';
import { eraseWorld, holdsWorld, openWorld, type World } from './network.ts';
import { buildPage } from './page.ts';
import { freePorts, type Part, type Ports, requirePort } from './ports.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { ROOT, SOLVERS, type SolverName, servicesOf } from './services.ts';
import { stockSolvers } from './stock.ts';
import { type Supervisor, supervise } from './supervise.ts';

export type NetworkOptions = {
  /** Data folder: chains, database, keys and logs are kept in it between runs. */
  dir: string;
  ports?: Ports;
  /** Which solvers, in the order in which they start. */
  solvers?: readonly SolverName[];
  /** Build the chat page too (default true). */
  page?: boolean;
  log?: (line: string) => void;
};
export type LocalNetwork = {
  api: string;
  registry: Registry;
  /** Seconds: of building contracts and page (0 when nothing changed), and of the whole start. */
  times: { build: number; start: number };
  /** Process id of `api`, `keeper`, `attester-1` …, `solver-amm` …, `database`. */
  pid(name: string): number | undefined;
  stop(): Promise<void>;
  /** Stops, and removes what lies outside the data folder. */
  erase(): Promise<void>;
};

/** Throws one TenderError that says what is in the way (`port_taken`, `data_not_writable`, `disk_full`, `anvil_missing` …). */
export async function startNetwork(options: NetworkOptions): Promise<LocalNetwork> {
  const { dir, solvers = SOLVERS, page = true, log = () => undefined } = options;
  const began = performance.now();
  const release = await claimDataFolder(dir);
  const undo: (() => Promise<unknown> | unknown)[] = [release];
  try {
    const ports = options.ports ?? (await freePorts());
    // What is in the way is told now, not after a minute of building.
    anvilProgram();
    postgresPrograms();
    for (const part of Object.keys(ports) as Part[]) await requirePort(ports[part], part);
    const keys = loadKeys(dir);
    const fingerprint = contractsFingerprint();
    // Chains and database know of each other: an order of a chain that is gone would never end.
    if (!holdsWorld(dir, fingerprint)) eraseWorld(dir);
    const build = timed(() => Promise.all([buildContracts(), page && buildPage()]).catch(explainBuild));
    const { world, postgres } = await worldAndDatabase({ dir, log, built: build, undo, open: (built) => openWorld({ dir, ports, keys, deployTender: deployOn(keys, built), fingerprint }) });
    const buildSeconds = await build;
    if (world.fresh) await stockSolvers(world.registry, keys);
    const supervisor = await supervise(servicesOf({ dir, apiPort: ports.api, databaseUrl: postgres.url, keys, solvers }), { dir, log });
    undo.push(() => supervisor.stop());
    return running({ api: `http://127.0.0.1:${ports.api}`, world, postgres, supervisor, release, times: { build: buildSeconds, start: secondsSince(began) } });
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

type Starting = {
  dir: string;
  log: (line: string) => void;
  built: Promise<unknown>;
  undo: (() => Promise<unknown> | unknown)[];
  open: (built: Promise<unknown>) => Promise<World>;
};

/** Both side by side; whichever starts is stopped again when the other does not. */
async function worldAndDatabase({ dir, log, built, undo, open }: Starting): Promise<{ world: World; postgres: Postgres }> {
  const [world, postgres, done] = await Promise.allSettled([open(built), startPostgres({ dir, log }), built]);
  if (world.status === 'fulfilled') undo.push(() => world.value.stop());
  if (postgres.status === 'fulfilled') undo.push(() => postgres.value.stop());
  // What could not be built is the cause of what could not be deployed.
  for (const result of [done, world, postgres]) if (result.status === 'rejected') throw result.reason;
  if (world.status === 'rejected' || postgres.status === 'rejected') throw new TenderError('not_started', 'The network did not start.');
  return { world: world.value, postgres: postgres.value };
}

type Parts = { api: string; world: World; postgres: Postgres; supervisor: Supervisor; release: () => void; times: LocalNetwork['times'] };

function running({ api, world, postgres, supervisor, release, times }: Parts): LocalNetwork {
  let stopped: Promise<void> | undefined;
  const halt = async (database: () => Promise<void>) => {
    await supervisor.stop();
    await Promise.all([database(), world.stop()]);
    release();
  };
  return {
    api,
    registry: world.registry,
    times,
    pid: (name) => (name === 'database' ? postgres.pid() : supervisor.pid(name)),
    stop: () => (stopped ??= halt(postgres.stop)),
    erase: () => (stopped ??= halt(postgres.erase)),
  };
}

/** In a checkout of another user that is not built yet, the tools fail in words of their own. */
function explainBuild(error: unknown): never {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch {
    throw new TenderError('not_built', `Contracts and page are not built yet, and this user may not write to ${ROOT}.`, {
      hint: 'Run npm start there once as its owner, or clone it into a folder of yours.',
      cause: error,
    });
  }
  throw error;
}

const secondsSince = (began: number) => (performance.now() - began) / 1000;

/** Seconds that it took; under a tenth of a second nothing had to be done. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  const seconds = secondsSince(began);
  return seconds < 0.1 ? 0 : seconds;
}
