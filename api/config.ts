/** Configuration of the network's processes: environment variables, read once, every problem told at once, no secret repeated. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Address, type Hex, isAddress } from 'viem';
import { TenderError } from '../intents/errors.ts';
import type { ModelConfig } from '../intents/parse/readers/connection.ts';
import { TOKENS_PER_DAY } from '../intents/parse/readers/purse.ts';
import type { Registry } from '../intents/registry.ts';
import type { ListsConfig } from './server/lists.ts';
import { type DatabaseAddress, parseDatabase } from './store/address.ts';

type Env = NodeJS.ProcessEnv;
export type ApiConfig = {
  port: number;
  host: string;
  registry: Registry;
  /** What the API shows to everyone: without the endpoints of TENDER_RPC_…, which may carry keys. */
  published: Registry;
  database: DatabaseAddress;
  auctioneerKey: Hex;
  /** Local networks only. */
  faucetKey?: Hex;
  /** How long bids are taken, ms. */
  auctionMs: number;
  model?: ModelConfig;
  lists: ListsConfig;
};
export type KeeperConfig = { registry: Registry; database: DatabaseAddress; keeperKey: Hex };
/** `dir`: where the attester remembers what it signed. */
export type AttesterConfig = { registry: Registry; api: string; attesterKey: Hex; dir: string };

/** Collects problems instead of throwing at the first; `done` throws `bad_config` with all of them. */
function reader(env: Env) {
  const problems: string[] = [];
  const text = (name: string, what: string): string => {
    const value = env[name];
    if (value) return value;
    problems.push(`${name} is not set: ${what}.`);
    return '';
  };
  const key = (name: string, value = text(name, 'a private key, 0x and 64 hex digits')): Hex => {
    if (value && !/^0x[0-9a-fA-F]{64}$/.test(value)) problems.push(`${name} is not 0x and 64 hex digits.`);
    return value as Hex;
  };
  return {
    text,
    key,
    optionalKey: (name: string): Hex | undefined => (env[name] ? key(name, env[name]) : undefined),
    number(name: string, fallback: number, least: number, most: number): number {
      const value = env[name] ? Number(env[name]) : fallback;
      if (!Number.isInteger(value) || value < least || value > most) problems.push(`${name} must be a whole number between ${least} and ${most}.`);
      return value;
    },
    url(name: string, what: string): string {
      const value = text(name, what);
      if (value && !/^https?:\/\//.test(value)) problems.push(`${name} is not an http(s) URL.`);
      return value;
    },
    /** Undefined without TENDER_MODEL_URL: then no model is asked for anything. */
    model(): ModelConfig | undefined {
      if (!env.TENDER_MODEL_URL) return undefined;
      return {
        baseURL: this.url('TENDER_MODEL_URL', 'an OpenAI-compatible endpoint'),
        apiKey: env.TENDER_MODEL_KEY || 'none',
        model: text('TENDER_MODEL_NAME', 'the model at TENDER_MODEL_URL'),
        tokensPerDay: this.number('TENDER_MODEL_TOKENS_PER_DAY', TOKENS_PER_DAY, 0, 1_000_000_000_000),
      };
    },
    /** Files, comma separated, and whose signatures count; without files no list is read. */
    lists(): ListsConfig {
      const files = (env.TENDER_TOKEN_LISTS ?? '').split(',').map((file) => file.trim()).filter(Boolean);
      const publishers = files.length ? text('TENDER_TOKEN_LIST_PUBLISHERS', 'the addresses of those who sign the lists').split(',').map((one) => one.trim()).filter(Boolean) : [];
      if (!publishers.every((one) => isAddress(one))) problems.push('TENDER_TOKEN_LIST_PUBLISHERS holds something that is no address, or one whose checksum does not hold.');
      return { files: files.map((file) => resolve(file)), publishers: publishers as Address[] };
    },
    database(): DatabaseAddress {
      const value = text('TENDER_DATABASE', 'the URL of a PostgreSQL database');
      try {
        if (value) parseDatabase(value);
      } catch {
        problems.push('TENDER_DATABASE is not a PostgreSQL URL.');
      }
      return value;
    },
    /** As it stands in its file. */
    registry(): Registry {
      const file = text('TENDER_NETWORK', 'the file that describes chains, tokens and contracts');
      try {
        return file ? registryIn(readFileSync(file, 'utf8')) : ({} as Registry);
      } catch (error) {
        problems.push(`TENDER_NETWORK: ${file} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}.`);
        return {} as Registry;
      }
    },
    done<T>(config: T): T {
      if (problems.length === 0) return config;
      throw new TenderError('bad_config', problems.join('\n'), { hint: 'Set the environment variables and start again.' });
    },
  };
}

/** A registry by itself, or the one inside what `npm start` keeps beside its fingerprint. */
function registryIn(json: string): Registry {
  const value = JSON.parse(json) as Registry | { registry: Registry };
  return 'registry' in value ? value.registry : value;
}

/** TENDER_RPC_<chainId> (comma separated) takes the place of the registry's endpoints. */
function withRpc(registry: Registry, env: Env): Registry {
  if (!registry.chains) return registry;
  const chains = registry.chains.map((chain) => {
    const own = env[`TENDER_RPC_${chain.id}`];
    return own ? { ...chain, rpc: own.split(',').map((url) => url.trim()) } : chain;
  });
  return { ...registry, chains };
}

/** Throws `bad_config`. */
export function apiConfig(env: Env = process.env): ApiConfig {
  const read = reader(env);
  const faucetKey = read.optionalKey('TENDER_FAUCET_KEY');
  const model = read.model();
  const published = read.registry();
  return read.done({
    port: read.number('TENDER_PORT', 8787, 1, 65_535),
    host: env.TENDER_HOST || '127.0.0.1',
    registry: withRpc(published, env),
    published,
    database: read.database(),
    auctioneerKey: read.key('TENDER_AUCTIONEER_KEY'),
    auctionMs: read.number('TENDER_AUCTION_MS', 1_000, 100, 60_000),
    ...(faucetKey && { faucetKey }),
    lists: read.lists(),
    ...(model && { model }),
  });
}

/** Throws `bad_config`. */
export function keeperConfig(env: Env = process.env): KeeperConfig {
  const read = reader(env);
  return read.done({ registry: withRpc(read.registry(), env), database: read.database(), keeperKey: read.key('TENDER_KEEPER_KEY') });
}

/** Throws `bad_config`. */
export function attesterConfig(env: Env = process.env): AttesterConfig {
  const read = reader(env);
  return read.done({
    registry: withRpc(read.registry(), env),
    api: read.url('TENDER_API', 'the network to serve'),
    attesterKey: read.key('TENDER_ATTESTER_KEY'),
    dir: resolve(env.TENDER_ATTESTER_DIR || '.tender/attester'),
  });
}
