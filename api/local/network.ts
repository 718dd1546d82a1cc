/** The world that a data folder holds: opened as it was left, or built anew when there is none that fits. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TenderError } from '../../intents/errors.ts';
import type { Registry } from '../../intents/registry.ts';
import { type LocalChain, startChain } from './anvil.ts';
import { writeWhole } from './disk.ts';
import type { Keys } from './keys.ts';
import type { Ports } from './ports.ts';
import { LOCAL_CHAINS } from './tokens.ts';
import { buildWorld, type DeployTender } from './world.ts';

export type World = { registry: Registry; chains: LocalChain[]; fresh: boolean; stop(): Promise<void> };

export type WorldOptions = {
  /** The data folder of the network. */
  dir: string;
  ports: Pick<Ports, 'ethereum' | 'base' | 'arbitrum'>;
  keys: Keys;
  deployTender: DeployTender;
  /** Says which contracts these are, e.g. a hash of their code: a world with others is not opened. */
  fingerprint: string;
  /** Told when a state cannot be saved, and when a chain ended unasked. */
  log?: (line: string) => void;
};

type Kept = { fingerprint: string; registry: Registry };

const keptFile = (dir: string) => join(dir, 'network.json');
const chainsFolder = (dir: string) => join(dir, 'chains');

/** Whether `openWorld` will find a whole world with these contracts in the folder. */
export function holdsWorld(dir: string, fingerprint: string): boolean {
  const states = LOCAL_CHAINS.map(({ name }) => join(chainsFolder(dir), `${name}.json`));
  return readKept(dir)?.fingerprint === fingerprint && states.every((state) => existsSync(state));
}

/** Forgets chains and database, which know of each other; keys and logs stay. Nothing may run on the folder. */
export function eraseWorld(dir: string): void {
  for (const part of ['network.json', 'chains', 'postgres', 'postgres.password']) rmSync(join(dir, part), { recursive: true, force: true });
}

/** Starts the three chains with what stands on them. Throws what `startChain` and `buildWorld` throw, `world_broken`. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { dir, keys, deployTender, fingerprint } = options;
  const kept = holdsWorld(dir, fingerprint) ? readKept(dir) : undefined;
  // A world that was not finished, or of other contracts: its chains begin again.
  if (!kept) for (const path of [keptFile(dir), chainsFolder(dir)]) rmSync(path, { recursive: true, force: true });
  const chains = await startAll(options);
  const stop = async (): Promise<void> => void (await Promise.all(chains.map((chain) => chain.stop())));
  try {
    const registry = kept ? await resume(chains, kept.registry) : await buildWorld(chains, { keys, deployTender });
    writeWhole(keptFile(dir), `${JSON.stringify({ fingerprint, registry } satisfies Kept, null, 1)}\n`);
    return { registry, chains, fresh: kept === undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All or none: when one cannot start, the others are stopped. */
async function startAll({ dir, ports, log }: WorldOptions): Promise<LocalChain[]> {
  const started = await Promise.allSettled(
    LOCAL_CHAINS.map(({ id, name }) => startChain({ id, name, port: ports[name], dir, ...(log && { log }) })),
  );
  const chains = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = started.find((result) => result.status === 'rejected');
  if (!failed) return chains;
  await Promise.all(chains.map((chain) => chain.stop()));
  throw failed.reason;
}

/** The ports may be others than last time; the contracts must still be there. */
async function resume(chains: LocalChain[], registry: Registry): Promise<Registry> {
  const described = await Promise.all(
    registry.chains.map(async (known) => {
      const chain = chains.find(({ id }) => id === known.id);
      const code = await chain?.rpc<string>('eth_getCode', [known.contracts.settlement, 'latest']);
      if (!chain || !code || code === '0x') throw broken(known.name);
      await chain.mineEverySecond();
      return { ...known, rpc: [chain.url] };
    }),
  );
  return { ...registry, chains: described };
}

const broken = (name: string): TenderError =>
  new TenderError('world_broken', `The saved state of the local chain "${name}" does not hold Tender's contracts.`, {
    hint: 'Delete the data folder to begin with a new local network.',
    param: name,
  });

function readKept(dir: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(keptFile(dir), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}
