/** What the local solvers begin with: working capital from the faucet, once, when the chains are new. */
import { parseUnits } from 'viem';
import type { Registry } from '../../intents/registry.ts';
import { type Amounts, fund } from './faucet.ts';
import { addressOf, type Keys } from './keys.ts';
import { USD_PRICES } from './prices.ts';
import { SOLVERS, type SolverName } from './services.ts';

/** US dollars of each token on each chain. The rack sells machines: it needs its bond and gas. */
const CAPITAL_USD: Record<SolverName, number> = { amm: 200_000, inventory: 500_000, rack: 0 };
const RACK_BOND_USDC = 10_000;

export async function stockSolvers(registry: Registry, keys: Keys): Promise<void> {
  await Promise.all(
    registry.chains.map(async (chain) => {
      for (const name of SOLVERS) await fund(chain, keys.minter, addressOf(keys, `solver-${name}`), amountsFor(chain, name));
    }),
  );
}

function amountsFor(chain: Registry['chains'][number], name: SolverName): Amounts {
  if (name === 'rack') return { USDC: parseUnits(`${RACK_BOND_USDC}`, 6) };
  return Object.fromEntries(
    chain.tokens.map(({ symbol, decimals }) => {
      const price = Number(USD_PRICES[symbol as keyof typeof USD_PRICES]);
      return [symbol, parseUnits((CAPITAL_USD[name] / price).toFixed(Math.min(decimals, 6)), decimals)];
    }),
  );
}
