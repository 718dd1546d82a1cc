/** Test tokens for newcomers to a local network: some of everything, on every chain. */
import { type Address, type Hex, parseUnits } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { decimal } from '../../intents/parse/decimal.ts';
import type { Chain, Registry } from '../../intents/registry.ts';
import type { FaucetAnswer } from '../client/shapes.ts';
import { fund } from '../local/faucet.ts';
import { buckets } from './limits.ts';

export type Faucet = { give(to: Address): Promise<FaucetAnswer> };

/** Worth of each token, US dollars at the registry's dated prices. */
const WORTH_USD = 10_000n;

/** Only for networks that are `local`: their coins are worth nothing anywhere. Throws `no_faucet` when made for another. */
export function createFaucet(registry: Registry, key: Hex): Faucet {
  if (registry.network !== 'local') throw new TenderError('no_faucet', 'Only a local network has a faucet.', { hint: 'Unset TENDER_FAUCET_KEY.' });
  const take = buckets({ burst: 3, rate: 1 / 60 });
  return {
    async give(to) {
      if (!take(to.toLowerCase())) throw new TenderError('too_many', 'The faucet has just served this address.', { hint: 'Wait a minute.' });
      const all = await Promise.all(registry.chains.map(async (chain) => {
        const hashes = await fund(chain, key, to, amountsOn(chain, registry.prices?.usd ?? {}));
        return hashes.map((hash) => ({ chain: chain.name, hash, what: 'faucet' }));
      }));
      return { txs: all.flat() };
    },
  };
}

/** Base units by symbol, rounded down; a token without a price is left out. */
export function amountsOn(chain: Pick<Chain, 'tokens'>, usd: Record<string, string>): Record<string, bigint> {
  const priced = chain.tokens.flatMap(({ symbol, decimals }) => {
    const price = usd[symbol] === undefined ? undefined : decimal(usd[symbol]);
    if (!price || price.units === 0n) return [];
    return [[symbol, (parseUnits('1', decimals) * WORTH_USD * 10n ** BigInt(price.places)) / price.units] as const];
  });
  return Object.fromEntries(priced);
}
