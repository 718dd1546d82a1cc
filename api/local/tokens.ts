/** The three local chains and which token lives on which. */
import type { PricedSymbol } from './prices.ts';

export const LOCAL_CHAINS = [
  { name: 'ethereum', id: 31301, aliases: ['mainnet', 'ethereum mainnet', 'eth mainnet'] },
  { name: 'base', id: 31302, aliases: [] },
  { name: 'arbitrum', id: 31303, aliases: ['arb', 'arbitrum one'] },
] as const;
export type ChainName = (typeof LOCAL_CHAINS)[number]['name'];

export type TokenKind = { symbol: Exclude<PricedSymbol, 'ETH' | 'WETH'>; name: string; decimals: number; chains: ChainName[] };

/** Besides ETH and WETH, which live on all three. */
export const TEST_TOKENS: TokenKind[] = [
  { symbol: 'USDC', name: 'USD Coin', decimals: 6, chains: ['ethereum', 'base', 'arbitrum'] },
  { symbol: 'USDC.e', name: 'Bridged USDC', decimals: 6, chains: ['arbitrum'] },
  { symbol: 'USDT', name: 'Tether USD', decimals: 6, chains: ['ethereum', 'arbitrum'] },
  { symbol: 'DAI', name: 'Dai Stablecoin', decimals: 18, chains: ['ethereum', 'base', 'arbitrum'] },
  { symbol: 'WBTC', name: 'Wrapped Bitcoin', decimals: 8, chains: ['ethereum', 'arbitrum'] },
  { symbol: 'LINK', name: 'Chainlink', decimals: 18, chains: ['ethereum', 'base', 'arbitrum'] },
  { symbol: 'UNI', name: 'Uniswap', decimals: 18, chains: ['ethereum'] },
  { symbol: 'ARB', name: 'Arbitrum', decimals: 18, chains: ['ethereum', 'arbitrum'] },
  { symbol: 'PEPE', name: 'Pepe', decimals: 18, chains: ['ethereum'] },
];

export const tokensOn = (chain: ChainName): TokenKind[] => TEST_TOKENS.filter((token) => token.chains.includes(chain));

/** Fees in millionths, as Uniswap counts them; dollars on each side. */
export type PoolPlan = { symbols: [PricedSymbol, PricedSymbol]; fee: 100 | 500 | 3000; usd: bigint };

const STABLES = new Set<string>(['USDC', 'USDC.e', 'USDT', 'DAI']);

/** Every token against WETH, the stable ones against USDC as well. */
export function poolsOn(chain: ChainName): PoolPlan[] {
  const tokens = tokensOn(chain).map((token) => token.symbol);
  const withEther = tokens.map((symbol): PoolPlan => (
    symbol === 'USDC'
      ? { symbols: ['WETH', 'USDC'], fee: 500, usd: 60_000_000n }
      : { symbols: ['WETH', symbol], fee: 3000, usd: 10_000_000n }
  ));
  const stable = tokens
    .filter((symbol) => symbol !== 'USDC' && STABLES.has(symbol))
    .map((symbol): PoolPlan => ({ symbols: ['USDC', symbol], fee: 100, usd: 20_000_000n }));
  return [...withEther, ...stable];
}
