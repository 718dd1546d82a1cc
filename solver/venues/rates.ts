/** What one token is worth in another: a port with a source that says its age, and a rule that nothing old is used. */
import type { UnixSeconds } from '../../intents/order.ts';
import type { Chain, Registry, Token } from '../../intents/registry.ts';
import { decimal } from '../bond.ts';
import { isPass, type Pass } from '../ports.ts';
import { ceilDiv } from '../strategies/spread.ts';

/** A token on a chain. */
export type Place = { chain: Chain; token: Token };
/** Base units: `out = in × num / den`. */
export type Rate = { num: bigint; den: bigint; at: UnixSeconds; source: string };
export type Rates = (sell: Place, buy: Place) => Promise<Rate | Pass>;

export const outFor = ({ num, den }: Rate, amount: bigint) => (amount * num) / den;
export const inFor = ({ num, den }: Rate, amount: bigint) => ceilDiv(amount * den, num);

/** The first source that has a price no older than `maxAgeSeconds`; passes with every source's reason. */
export function ratesFrom(sources: readonly Rates[], maxAgeSeconds: number, clock: () => number): Rates {
  return async (sell, buy) => {
    const same = parity(sell, buy, clock);
    if (same) return same;
    const passes: string[] = [];
    for (const source of sources) {
      const rate = await source(sell, buy);
      const age = isPass(rate) ? 0 : Math.floor(clock() / 1_000) - rate.at;
      if (isPass(rate)) passes.push(rate.pass);
      else if (age > maxAgeSeconds) passes.push(`${rate.source} is ${age} s old, the limit is ${maxAgeSeconds} s`);
      else return rate;
    }
    return { pass: passes.join('; ') };
  };
}

/** The registry's dated USD table: as old as its date. */
export function tableRates({ prices }: Registry): Rates {
  return async (sell, buy) => {
    const from = prices?.usd[sell.token.symbol];
    const to = prices?.usd[buy.token.symbol];
    if (!prices || !from || !to) return { pass: `no listed price for ${from ? buy.token.symbol : sell.token.symbol}` };
    return {
      num: decimal(from) * 10n ** BigInt(buy.token.decimals),
      den: decimal(to) * 10n ** BigInt(sell.token.decimals),
      at: Math.floor(Date.parse(prices.asOf) / 1_000),
      source: 'price table',
    };
  };
}

/** A coin and its wrapped form, and one token on two chains, are worth the same. */
function parity(sell: Place, buy: Place, clock: () => number): Rate | undefined {
  if (unwrapped(sell) !== unwrapped(buy)) return undefined;
  return {
    num: 10n ** BigInt(buy.token.decimals),
    den: 10n ** BigInt(sell.token.decimals),
    at: Math.floor(clock() / 1_000),
    source: 'parity',
  };
}

const unwrapped = ({ chain, token }: Place) =>
  token.address.toLowerCase() === chain.weth.toLowerCase()
    ? (chain.tokens.find(({ native }) => native)?.symbol ?? token.symbol)
    : token.symbol;

/** The chain's own coin, in which gas is paid. */
export function coinOf(chain: Chain): Place {
  const token = chain.tokens.find(({ native }) => native);
  if (!token) throw new Error(`The registry lists no native coin on ${chain.name}.`);
  return { chain, token };
}
