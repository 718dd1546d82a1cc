/** The processes of a network on this machine, and what each is told: API, keeper, three attesters, the solvers. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Keys, Role } from './keys.ts';
import type { Service } from './service.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Loaded before the program: from then on the process does not outlive this one, however early that dies. */
const FOLLOW = new URL('./follow.ts', import.meta.url).href;
/** Packages that node reads by itself before tsx looks at every further module: this halves the time until a process serves. */
const PACKAGES = ['viem', 'viem/accounts', 'ws', 'zod/mini'];
const STORE_PACKAGES = [...PACKAGES, 'postgres', 'drizzle-orm/postgres-js', 'drizzle-orm/pg-core'];
const API_PACKAGES = [...STORE_PACKAGES, 'zod', 'hono', '@hono/node-server'];
export const SOLVERS = ['amm', 'inventory', 'rack'] as const;
export type SolverName = (typeof SOLVERS)[number];

export type Places = { dir: string; apiPort: number; databaseUrl: string; keys: Keys; solvers: readonly SolverName[] };

type Extra = { args?: string[]; packages?: string[] };

/** Solvers are started in the order in which they are named. */
export function servicesOf({ dir, apiPort, databaseUrl, keys, solvers }: Places): Service[] {
  const api = `http://127.0.0.1:${apiPort}`;
  const network = join(dir, 'network.json');
  const shared = { TENDER_NETWORK: network, TENDER_API: api };
  const store = { ...shared, TENDER_DATABASE: databaseUrl };
  const run = (name: string, file: string, env: Record<string, string>, { args = [], packages = PACKAGES }: Extra = {}): Service => ({
    name,
    command: process.execPath,
    args: [...[...packages, 'tsx', FOLLOW].flatMap((module) => ['--import', module]), join(ROOT, file), ...args],
    cwd: ROOT,
    env,
    ready: 'message',
    after: name === 'api' ? [] : ['api'],
  });
  const attester = (number: number): Service =>
    run(`attester-${number}`, 'api/attester/main.ts', {
      ...shared,
      TENDER_ATTESTER_KEY: keys[`attester-${number}` as Role],
      TENDER_ATTESTER_DIR: join(dir, `attester-${number}`),
    });
  const solver = (name: SolverName): Service =>
    run(
      `solver-${name}`,
      'solver/cli.ts',
      { TENDER_API: api, TENDER_SOLVER_KEY: keys[`solver-${name}`], TENDER_SOLVER_DIR: join(dir, `solver-${name}`), TENDER_SOLVER_NAME: name },
      { args: ['run', '--venue', name] },
    );
  return [
    {
      ...run('api', 'api/server/main.ts', { ...store, TENDER_PORT: `${apiPort}`, TENDER_AUCTIONEER_KEY: keys.auctioneer, TENDER_FAUCET_KEY: keys.minter }, { packages: API_PACKAGES }),
      ready: { url: `${api}/health` },
    },
    run('keeper', 'api/keeper/main.ts', { ...store, TENDER_KEEPER_KEY: keys.keeper }, { packages: STORE_PACKAGES }),
    ...[1, 2, 3].map(attester),
    ...solvers.map(solver),
  ];
}
