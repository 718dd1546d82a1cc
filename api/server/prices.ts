/** What things cost in dollars: what the network's solvers offer now, both ways; else a dated table that is not old. Never silent: a price has an age and a source. */
import type { Address } from 'viem';
import { compose } from '../../intents/compose.ts';
import type { Rate, SwapIntent } from '../../intents/intent.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import { print } from '../../intents/parse/decimal.ts';
import { type Chain, type Registry, type Token, tokenAt, tokenNamed } from '../../intents/registry.ts';
import type { Market } from './market.ts';

export type Price = Omit<Rate, 'symbol'>;
export type Prices = {
  /** Undefined: nobody offers one, or offers that contradict each other. Rejects never. */
  of(symbol: string): Promise<Price | undefined>;
};
export type PricesOptions = { registry: Registry; market: Pick<Market, 'quote'>; now(): UnixSeconds };

/** Whole dollars that are asked about: large enough to be exact, small enough to move no pool. */
const DOLLARS = 100n;
/** A quoted price serves so long; one in a table so long. Seconds. */
const FRESH = 15;
const TABLE_MOST = 86_400;
/**
 * What is bought for 100 dollars must sell again for about that. A solver can only make an offer look
 * better than the others': too cheap or too dear a price makes a round trip that earns, and such a price is not believed.
 */
const LEAST_BACK_BPS = 9_500n;
const MOST_BACK_BPS = 10_200n;
const LOOSEST = 2n ** 127n;
const NOBODY: Address = '0x0000000000000000000000000000000000000001';
const PLACES = 18;

export function createPrices({ registry, market, now }: PricesOptions): Prices {
  const held = new Map<string, { at: UnixSeconds; price: Promise<Price | undefined> }>();

  async function quoted(symbol: string): Promise<Price | undefined> {
    const found = tradedAs(registry, symbol);
    if (!found) return undefined;
    const { chain, token, dollar } = found;
    if (token.address === dollar.address) return { usd: '1', asOf: now(), by: 'at par' };
    const spent = DOLLARS * 10n ** BigInt(dollar.decimals);
    const got = (await market.quote(asked(chain, dollar, token, spent)))?.best?.buy;
    if (!got) return undefined;
    const back = (await market.quote(asked(chain, token, dollar, got)))?.best?.buy;
    if (!back || back * 10_000n < spent * LEAST_BACK_BPS || back * 10_000n > spent * MOST_BACK_BPS) return undefined;
    const units = (back * 10n ** BigInt(token.decimals + PLACES - dollar.decimals)) / got;
    return { usd: print({ units: significant(units), places: PLACES }), asOf: now(), by: `solvers’ offers in ${dollar.symbol}` };
  }

  const asked = (chain: Chain, from: Token, to: Token, amount: bigint) =>
    compose(indicative(chain, from, to, amount, now()), { registry, auctioneer: registry.auctioneer, sentence: '', nonce: 0n, now: now(), indicative: true });

  function tabled(symbol: string): Price | undefined {
    const usd = registry.prices?.usd[symbol];
    const asOf = Math.floor(Date.parse(registry.prices?.asOf ?? '') / 1_000);
    return usd !== undefined && now() - asOf <= TABLE_MOST ? { usd, asOf, by: 'the network’s table' } : undefined;
  }

  return {
    async of(symbol) {
      const known = held.get(symbol);
      if (known && now() - known.at < FRESH) return known.price;
      const price = quoted(symbol).catch(() => undefined).then((found) => found ?? tabled(symbol));
      held.set(symbol, { at: now(), price });
      return price;
    },
  };
}

/** Ten digits are more than an offer is worth; they are what the card shows and what is reckoned with. */
const significant = (units: bigint) => {
  const tail = 10n ** BigInt(Math.max(0, units.toString().length - 10));
  return (units / tail) * tail;
};

/** Where a token can be had for the chain's dollar; the native coin by its wrapped form. */
function tradedAs(registry: Registry, symbol: string): { chain: Chain; token: Token; dollar: Token } | undefined {
  for (const chain of registry.chains) {
    const listed = tokenNamed(chain, symbol);
    const dollar = tokenAt(chain, chain.bondToken);
    const token = listed?.native ? (tokenAt(chain, chain.weth) ?? { ...listed, address: chain.weth }) : listed;
    if (token && dollar) return { chain, token, dollar };
  }
  return undefined;
}

function indicative(chain: Chain, from: Token, to: Token, amount: bigint, now: UnixSeconds): SwapIntent {
  const leg = ({ address, symbol, decimals }: Token) => ({ chainId: chain.id, token: address, symbol, decimals });
  return {
    kind: 'swap', exact: 'in', user: NOBODY, to: NOBODY, takenBy: now + 120, deliverBy: now + 120, defaults: {},
    sell: { ...leg(from), amount: amount < LOOSEST ? amount : LOOSEST }, buy: { ...leg(to), amount: 1n },
  };
}
