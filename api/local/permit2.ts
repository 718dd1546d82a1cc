/** Permit2 at its canonical address: the code proves itself by the address that CREATE2 gives it. */
import { readFileSync } from 'node:fs';
import { type Address, concat, type Hex } from 'viem';

export const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
/** Present on every anvil chain from its genesis on. */
export const CREATE2_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const PERMIT2_SALT: Hex = '0x0000000000000000000000000000000000000000d3af2663da51c10215000000';

export const permit2Creation = (): Hex => readFileSync(new URL('permit2/creation.hex', import.meta.url), 'utf8').trim() as Hex;

/** The transaction that puts Permit2 where wallets expect it. */
export const permit2Deployment = (): { to: Address; data: Hex } => ({
  to: CREATE2_DEPLOYER,
  data: concat([PERMIT2_SALT, permit2Creation()]),
});
