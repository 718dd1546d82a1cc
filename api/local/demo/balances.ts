/** A wallet's balances on every chain, and what became of them, to the last unit. */
import { type Address, createPublicClient, erc20Abi, formatUnits, type Hex, http, type PublicClient } from 'viem';
import type { Chain, Registry } from '../../../intents/registry.ts';

/** Base units by "chain symbol". */
export type Balances = Map<string, bigint>;
const keyOf = (chain: Chain, symbol: string) => `${chain.name} ${symbol}`;

const clients = new Map<string, PublicClient>();
function clientOf(chain: Chain): PublicClient {
  const url = chain.rpc[0] as string;
  const client = clients.get(url) ?? createPublicClient({ transport: http(url), pollingInterval: 100 });
  clients.set(url, client);
  return client;
}

/** Every listed token of every chain. */
export async function balancesOf(registry: Registry, owner: Address): Promise<Balances> {
  const reads = registry.chains.flatMap((chain) =>
    chain.tokens.map(async ({ symbol, address, native }) => {
      const client = clientOf(chain);
      const amount = native
        ? await client.getBalance({ address: owner })
        : await client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [owner] });
      return [keyOf(chain, symbol), amount] as const;
    }),
  );
  return new Map(await Promise.all(reads));
}

/** What a wallet's own transaction cost it besides its value: gas used × price paid. */
export async function gasPaid(chain: Chain, hash: Hex): Promise<bigint> {
  const { gasUsed, effectiveGasPrice } = await clientOf(chain).getTransactionReceipt({ hash });
  return gasUsed * effectiveGasPrice;
}

export type Expected = { chain: Chain; token: Address; change: bigint };

/** Compares every balance with what it must be now; returns how many were compared and a sentence per difference. */
export function compare(registry: Registry, before: Balances, after: Balances, expected: Expected[]): { checked: number; wrong: string[] } {
  const due = new Map<string, bigint>();
  for (const { chain, token, change } of expected) {
    const symbol = chain.tokens.find(({ address }) => address.toLowerCase() === token.toLowerCase())?.symbol ?? token;
    due.set(keyOf(chain, symbol), (due.get(keyOf(chain, symbol)) ?? 0n) + change);
  }
  const wrong: string[] = [];
  let checked = 0;
  for (const chain of registry.chains) {
    for (const { symbol, decimals } of chain.tokens) {
      const key = keyOf(chain, symbol);
      checked += 1;
      const is = (after.get(key) ?? 0n) - (before.get(key) ?? 0n);
      const must = due.get(key) ?? 0n;
      due.delete(key);
      if (is !== must) wrong.push(`${key} changed by ${formatUnits(is, decimals)}, expected ${formatUnits(must, decimals)}`);
    }
  }
  for (const key of due.keys()) wrong.push(`${key} is not a listed token`);
  return { checked, wrong };
}

export const chainCalled = (registry: Registry, name: string): Chain => {
  const chain = registry.chains.find((each) => each.name === name);
  if (!chain) throw new Error(`no chain is called ${name}`);
  return chain;
};
