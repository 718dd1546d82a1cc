/** One dated table of USD prices. Round figures, no market data: they only seed the pools of local networks. */

export const PRICES_AS_OF = '2026-11-22';

/** USD for one whole token, as decimal strings. */
export const USD_PRICES = {
  ETH: '3000',
  WETH: '3000',
  USDC: '1',
  'USDC.e': '1',
  USDT: '1',
  DAI: '1',
  WBTC: '90000',
  LINK: '15',
  UNI: '8',
  ARB: '0.5',
  PEPE: '0.00001',
} as const satisfies Record<string, string>;

export type PricedSymbol = keyof typeof USD_PRICES;

/** Base units of a token that are worth `usd` whole dollars, rounded down. */
export function unitsWorthDown(symbol: PricedSymbol, decimals: number, usd: bigint): bigint {
  const [whole, fraction = ''] = USD_PRICES[symbol].split('.') as [string, string?];
  const price = BigInt(whole + fraction);
  return (usd * 10n ** BigInt(decimals) * 10n ** BigInt(fraction.length)) / price;
}
