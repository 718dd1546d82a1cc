/** The solver's configuration: environment variables, and a JSON file for what does not change; every problem at once. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Hex } from 'viem';
import * as z from 'zod';

/** What an operator may set in the JSON file (and, where a name is given, by an environment variable, which wins). */
const fileSchema = z.strictObject({
  /** TENDER_SOLVER_NAME: shown to the network. Default: the desk's name. */
  name: z
    .string()
    .regex(/^[a-zA-Z0-9 ._-]{1,40}$/, 'up to 40 letters, digits, spaces, dots, dashes')
    .optional(),
  /** TENDER_API: base URL of the network. */
  api: z.url({ protocol: /^https?$/ }).default('http://localhost:8787'),
  /** TENDER_SOLVER_DIR: folder of the journal and the book. */
  dir: z.string().min(1).optional(),
  /** Chain id → RPC endpoints; TENDER_RPC_<chainId>, comma separated. Default: the registry's. */
  rpc: z.record(z.string().regex(/^[1-9]\d*$/, 'a chain id'), z.array(z.url({ protocol: /^https?$/ })).min(1)).default({}),
  /** Kept on every trade, basis points, on one chain and across two. TENDER_SOLVER_SPREAD_BPS sets both. */
  spreadBps: z.int().min(0).max(5_000).optional(),
  spreadAcrossBps: z.int().min(0).max(5_000).optional(),
  /** Largest part of a balance that one order may use. */
  largestShareBps: z.int().min(1).max(10_000).default(5_000),
  /** Oldest price that may be used, seconds. */
  maxPriceAgeSeconds: z.int().min(1).default(300),
  /** Seconds after the cut for which a bid stands. */
  bidSeconds: z.int().min(10).max(3_600).default(60),
  /** The same for orders whose user sends the opening transaction, and needs time to look at it. */
  ownBidSeconds: z.int().min(10).max(3_600).default(180),
  /** Bond kept with the auctioneer on every chain; the least and the most behind one bid. Whole units of the bond token. */
  bondTarget: z.int().min(0).default(1_000),
  bondLeast: z.int().min(1).default(1),
  bondMost: z.int().min(1).default(100),
  /** A restocking swap may bring this much less than what was given; and is tried for so long. */
  restockToleranceBps: z.int().min(0).max(5_000).default(100),
  restockSeconds: z.int().min(0).default(600),
  rack: z
    .strictObject({
      /** Price of one vCPU, of one GiB of memory and of one GiB of disk, each for an hour, in the pay token: decimal strings. */
      cpuHour: z.string().default('0.04'),
      memoryGiBHour: z.string().default('0.005'),
      diskGiBHour: z.string().default('0.0002'),
      /** Price of 10⁹ fuel in the pay token. */
      billionFuel: z.string().default('0.002'),
      /** Basis points of this machine that may be sold. */
      shareBps: z.int().min(1).max(10_000).default(8_000),
      region: z.string().max(40).default('local'),
      /** Jobs that run at the same time. */
      jobs: z.int().min(1).default(1),
    })
    .prefault({}),
});
export type SolverFile = z.infer<typeof fileSchema>;
export type SolverConfig = Omit<SolverFile, 'dir'> & { key: Hex; dir: string };

const KEY = /^0x[0-9a-fA-F]{64}$/;

/** Reads both; `problems` lists everything that is wrong, in sentences that never quote a key. */
export function readConfig(path?: string, env: NodeJS.ProcessEnv = process.env): { config: SolverConfig } | { problems: string[] } {
  const problems: string[] = [];
  const file = path === undefined ? {} : readFile(path, problems);
  const merged = { ...file, ...fromEnv(env, file), ...rpcFrom(env, file) };
  const read = fileSchema.safeParse(merged);
  if (!read.success) problems.push(...read.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}.`));
  const key = env.TENDER_SOLVER_KEY;
  if (key === undefined || key === '') problems.push('TENDER_SOLVER_KEY is not set: the solver’s private key, 0x and 64 hex digits.');
  else if (!KEY.test(key)) problems.push('TENDER_SOLVER_KEY is not 0x and 64 hex digits.');
  if (!read.success || problems.length > 0) return { problems };
  const { dir, ...rest } = read.data;
  return { config: { ...rest, key: key as Hex, dir: resolve(dir ?? '.tender/solver') } };
}

function readFile(path: string, problems: string[]): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    problems.push(`${path} holds no JSON object.`);
  } catch (error) {
    problems.push(error instanceof SyntaxError ? `${path} is not JSON.` : `${path} cannot be read.`);
  }
  return {};
}

function fromEnv(env: NodeJS.ProcessEnv, file: Record<string, unknown>): Record<string, unknown> {
  const spread = env.TENDER_SOLVER_SPREAD_BPS;
  return {
    ...(env.TENDER_SOLVER_NAME && { name: env.TENDER_SOLVER_NAME }),
    ...(env.TENDER_API && { api: env.TENDER_API }),
    ...(env.TENDER_SOLVER_DIR && { dir: env.TENDER_SOLVER_DIR }),
    ...(spread && { spreadBps: Number(spread), spreadAcrossBps: file.spreadAcrossBps ?? Number(spread) }),
  };
}

function rpcFrom(env: NodeJS.ProcessEnv, file: Record<string, unknown>): { rpc?: Record<string, unknown> } {
  const found = Object.entries(env).flatMap(([name, value]) => {
    const chain = /^TENDER_RPC_(\d+)$/.exec(name)?.[1];
    return chain && value ? [[chain, value.split(',').map((url) => url.trim())] as const] : [];
  });
  return found.length === 0 ? {} : { rpc: { ...(file.rpc as object | undefined), ...Object.fromEntries(found) } };
}
