/** The CLI's own files: its key, its orders and the meter keys of its leases, readable by their owner alone. */
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { TenderError } from '../../intents/errors.ts';
import { decodeOrder, stringify } from '../../intents/json.ts';
import type { Order } from '../../intents/order.ts';

export const homeFolder = (): string => resolve(process.env.TENDER_HOME ?? process.env.TENDER_DATA ?? '.tender');

/** The key of this home; made when there is none. Throws `key_exposed` if others may read it, `home_unusable`. */
export function ownAccount(home = homeFolder()): { account: PrivateKeyAccount; fresh: boolean } {
  const path = join(home, 'cli-key');
  const fresh = secretOnce(path, generatePrivateKey);
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new TenderError('key_exposed', `Others may read the key file ${path}.`, { hint: `If nobody did: chmod 600 ${path}` });
  }
  const key = readFileSync(path, 'utf8').trim();
  if (!/^0x[0-9a-f]{64}$/i.test(key)) throw new TenderError('key_broken', `The key file ${path} does not hold a key.`, { hint: 'Restore it, or move it away to begin with a new key.' });
  return { account: privateKeyToAccount(key as Hex), fresh };
}

/** Writes a secret if there is none; true if it did. Of two that start at once, one writes; nobody sees half a key. */
function secretOnce(path: string, make: () => string): boolean {
  if (existsSync(path)) return false;
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new TenderError('home_unusable', `The key file ${path} cannot be written (${code}).`, { hint: 'Set TENDER_HOME to a folder of your own.' });
  } finally {
    if (existsSync(draft)) rmSync(draft);
  }
}

const folderOf = (home: string, kind: 'orders' | 'leases') => {
  const folder = join(home, kind);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
};

/** Keeps an order, so that its money can be taken back without any API. Returns the file's path. */
export function keepOrder(id: Hex, order: Order, home = homeFolder()): string {
  const path = join(folderOf(home, 'orders'), `${id}.json`);
  writeFileSync(path, `${stringify({ id, order }, 2)}\n`, { mode: 0o600 });
  return path;
}
/** An order that was kept, by its id or the beginning of its id. */
export function keptOrder(id: string, home = homeFolder()): Order | undefined {
  if (!/^0x[0-9a-f]{8,64}$/i.test(id)) return undefined;
  const folder = folderOf(home, 'orders');
  const names = readdirSync(folder).filter((name) => name.startsWith(id.toLowerCase()));
  return names.length === 1 ? decodeOrder((JSON.parse(readFileSync(join(folder, names[0] as string), 'utf8')) as { order: unknown }).order) : undefined;
}

/** The meter key of a lease is kept until the lease is over: without it nobody here can stop it. */
export function keepMeterKey(id: Hex, key: Hex, home = homeFolder()): void {
  writeFileSync(join(folderOf(home, 'leases'), id), `${key}\n`, { mode: 0o600 });
}
