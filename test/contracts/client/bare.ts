/** A chain entry without contracts, for tests that need only blocks and transactions. */
import { type Address, zeroAddress } from 'viem';
import type { Chain } from '../../../intents/registry.ts';

const none: Address = zeroAddress;
export const bareChain = (id: number, rpc: string, change: Partial<Chain> = {}): Chain => ({
  name: 'test', aliases: [], id, rpc: [rpc], finality: 2, blockSeconds: 1, deployedAt: 0, weth: none, bondToken: none, tokens: [],
  contracts: { settlement: none, escrow: none, delivery: none, bonds: none, fairness: none, attested: none, local: none, lease: none, rerun: none, permit2: none },
  ...change,
});
