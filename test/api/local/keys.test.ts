import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addressOf, attestersOf, loadKeys, ROLES } from '../../../api/local/keys.ts';
import { place } from './place.ts';

it('makes one key for each role, once, for its owner only', () => {
  const dir = place();
  const keys = loadKeys(dir);
  expect(new Set(ROLES.map((role) => keys[role])).size).toBe(ROLES.length);
  expect(statSync(join(dir, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(loadKeys(dir)).toEqual(keys);
  expect(loadKeys(place())).not.toEqual(keys);
  expect(attestersOf(keys)).toEqual([addressOf(keys, 'attester-1'), addressOf(keys, 'attester-2'), addressOf(keys, 'attester-3')]);
});

it('adds a key that an older file lacks and keeps the others', () => {
  const dir = place();
  const { keeper, ...older } = loadKeys(dir);
  writeFileSync(join(dir, 'keys.json'), JSON.stringify(older));
  const keys = loadKeys(dir);
  expect(keys).toMatchObject(older);
  expect(keys.keeper).toMatch(/^0x[0-9a-f]{64}$/);
  expect(keys.keeper).not.toBe(keeper);
});

it('does not quote a damaged file, and does not replace it', () => {
  const dir = place();
  writeFileSync(join(dir, 'keys.json'), '{"deployer": "0xsecret');
  const refusal = { code: 'keys_unreadable', message: expect.not.stringContaining('0xsecret') };
  expect(() => loadKeys(dir)).toThrowError(expect.objectContaining(refusal));
  expect(readFileSync(join(dir, 'keys.json'), 'utf8')).toContain('0xsecret');
});
