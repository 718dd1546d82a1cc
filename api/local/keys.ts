/** The keys of a local network's roles: made once per data folder, readable by its owner only. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { TenderError } from '../../intents/errors.ts';
import { explainDisk, writeWhole } from './disk.ts';

export const ROLES = [
  'deployer', 'minter', 'auctioneer', 'keeper',
  'attester-1', 'attester-2', 'attester-3',
  'solver-amm', 'solver-inventory', 'solver-rack',
] as const;
export type Role = (typeof ROLES)[number];
export type Keys = Record<Role, Hex>;

/** Reads `<dir>/keys.json`, and adds the keys that it lacks. Throws `keys_unreadable`, `data_not_writable`, `disk_full`. */
export function loadKeys(dir: string): Keys {
  const file = join(dir, 'keys.json');
  const known = existsSync(file) ? read(file) : {};
  const missing = ROLES.filter((role) => known[role] === undefined);
  if (missing.length === 0) return known as Keys;
  const keys = { ...known, ...Object.fromEntries(missing.map((role) => [role, generatePrivateKey()])) } as Keys;
  writeWhole(file, `${JSON.stringify(keys, null, 1)}\n`, 0o600);
  return keys;
}

export const addressOf = (keys: Keys, role: Role): Address => privateKeyToAddress(keys[role]);

export const attestersOf = (keys: Keys): Address[] => [1, 2, 3].map((n) => addressOf(keys, `attester-${n}` as Role));

function read(file: string): Partial<Keys> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Keys>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw explainDisk(error, file);
    // The parser's own message would quote the file, and the file is secret.
    throw new TenderError('keys_unreadable', `The key file is damaged: ${file}.`, {
      hint: 'Delete the data folder to begin with a new local network.',
      param: file,
    });
  }
}
