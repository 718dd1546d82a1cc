/** Tender's own contracts on a local chain, with gaps that fit chains of one-second blocks and finality at two. */
import { privateKeyToAccount } from 'viem/accounts';
import { deployTender } from '../../contracts/client/deploy.ts';
import type { Keys } from './keys.ts';
import { LOCAL_CHAINS } from './tokens.ts';
import type { DeployTender } from './world.ts';

/** Seconds between `deliverBy` and a refund: finality 3, attestation 5, a claim under congestion 20, clock drift, and room. */
export const GAP_SECONDS = 60;
/** Where Delivery is read on the same chain there is only the claim to wait for. */
const LOCAL_GAP_SECONDS = 30;
/** Ten days: longer than any deal lives. */
const BOND_DELAY_SECONDS = 10 * 24 * 3600;

/** `built` resolves when the contracts' code is there; the chains are prepared meanwhile. */
export const deployOn = (keys: Keys, built: Promise<unknown>): DeployTender => async (chain) => {
  await built;
  return deployTender({
    rpc: chain.url,
    deployer: privateKeyToAccount(keys.deployer),
    config: {
      attesters: chain.attesters.signers,
      k: chain.attesters.k,
      gaps: Object.fromEntries(LOCAL_CHAINS.map(({ id }) => [id, GAP_SECONDS])),
      localGap: LOCAL_GAP_SECONDS,
      bondToken: chain.bondToken,
      bondDelay: BOND_DELAY_SECONDS,
      permit2: chain.permit2,
    },
  });
};
