/** Every contract fits EIP-170, with a little room for a fix. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildContracts } from '../../contracts/build.ts';

const ROOT = join(import.meta.dirname, '../..');
const MOST = 24_576 - 100;
const names = ['', 'verifiers', 'hashes'].flatMap((folder) => readdirSync(join(ROOT, 'contracts/src', folder)).filter((file) => file.endsWith('.sol')).map((file) => file.slice(0, -4)));

beforeAll(async () => void (await buildContracts()), 600_000);

describe('contracts/src', () => {
  it('is there', () => expect(names).toEqual(expect.arrayContaining(['Escrow', 'Settlement', 'Lease', 'LocalHashes'])));
  it.each(names)('%s is small enough', (name) => {
    const { deployedBytecode } = JSON.parse(readFileSync(join(ROOT, `contracts/out/${name}.sol/${name}.json`), 'utf8')) as { deployedBytecode: { object: string } };
    expect(deployedBytecode.object.length / 2 - 1).toBeGreaterThan(0);
    expect(deployedBytecode.object.length / 2 - 1).toBeLessThanOrEqual(MOST);
  });
});
