/** Reads creation bytecode of the contracts, as forge left it in contracts/out. */
import { readFileSync } from 'node:fs';
import type { Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';

export type ContractName = 'Settlement' | 'Escrow' | 'Delivery' | 'Bonds' | 'Fairness' | 'Attested' | 'Local' | 'Lease' | 'StorageProof' | 'LocalHashes' | 'AttestedHashes' | 'Resolver' | 'Rerun';

/** Creation bytecode, without constructor arguments. Throws TenderError `not-built`. */
export function creationCode(name: ContractName): Hex {
  const file = new URL(`../out/${name}.sol/${name}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TenderError('not-built', `The contract ${name} is not built.`, { hint: 'Run npm run build:contracts.', param: name, cause });
  }
  return (JSON.parse(text) as { bytecode: { object: Hex } }).bytecode.object;
}
