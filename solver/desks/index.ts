/** The desks that come with Tender, by name, and desks of an operator's own, by file. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TenderError } from '../../intents/errors.ts';
import type { SolverConfig } from '../config.ts';
import type { DeskOf } from '../ports.ts';
import { amm } from './amm.ts';
import { inventoryDesk } from './inventory.ts';
import { rackDesk } from './rack.ts';

export const desks: Record<string, (config: SolverConfig) => DeskOf> = { amm, inventory: inventoryDesk, rack: rackDesk };

/** A module whose default export is `(config) => (world) => Desk`: see `example.ts`. TenderError `bad_desk`. */
export async function deskFrom(file: string): Promise<(config: SolverConfig) => DeskOf> {
  const module = (await import(pathToFileURL(resolve(file)).href).catch((cause: unknown) => {
    throw new TenderError('bad_desk', `${file} cannot be loaded.`, { cause });
  })) as { default?: unknown };
  if (typeof module.default !== 'function')
    throw new TenderError('bad_desk', `${file} has no default export that makes a desk.`, { hint: 'Copy solver/desks/example.ts.' });
  return module.default as (config: SolverConfig) => DeskOf;
}
