/** A condition on the price makes a limit order, if the limit protects the user; the other way round it is a stop order. */
import type { Price } from '../meaning.ts';
import { type Args, ask, type Outcome, put } from './outcome.ts';

const DOLLARS = new Set(['USDC', 'USDT', 'DAI', 'USDC.e']);

type Legs = { sell: { token?: string }; buy: { token?: string } };

/** Turns the outcome into a limit order; false if the words do not fit together. */
export function conditions(outcome: Outcome, price: Price & { each?: true }, verb: string | undefined, args: Args): boolean {
  const { sell, buy } = outcome.said as Legs;
  const quoteToken = price.quote && price.quote !== 'USD' ? price.quote : undefined;
  // `sell 1000 LINK at 25 USDC each`: the quote names the other side.
  if (quoteToken && !buy.token && sell.token && sell.token !== quoteToken && verb !== 'buy')
    put(outcome, 'buy.token', quoteToken, price.numAt);
  if (quoteToken && !sell.token && buy.token && buy.token !== quoteToken) put(outcome, 'sell.token', quoteToken, price.numAt);
  if (!sell.token || !buy.token) return true;
  const base = baseOf(outcome.said as Legs, price, verb);
  if (!base || ![sell.token, buy.token].includes(base)) {
    outcome.rejects.push({ code: 'unsupported_condition', at: price.numAt });
    return true;
  }
  const quote = base === sell.token ? buy.token : sell.token;
  const foreign = price.quote !== undefined && price.quote !== quote && !(price.quote === 'USD' && DOLLARS.has(quote));
  if (foreign) {
    outcome.rejects.push({ code: 'unsupported_condition', at: price.numAt });
    return true;
  }
  const cmp = base === sell.token ? '>=' : '<=';
  if (price.cmp && price.cmp !== cmp) {
    outcome.rejects.push({ code: 'unsupported_action', at: price.numAt });
    return true;
  }
  if (price.num.bad) outcome.rejects.push({ code: 'invalid_amount', at: price.numAt });
  if (price.num.options) ask(outcome, 'sell.amount', { options: price.num.options });
  outcome.said.kind = 'limit';
  outcome.said.price = { value: price.num.value, base, quote, cmp };
  outcome.evidence['price.value'] = price.numAt;
  const partial = args.of<{ value: boolean; at: { start: number; end: number } }>('partialFill')[0];
  if (partial) put(outcome, 'partialFill', partial.value.value, partial.value.at);
  return true;
}

/** The asset whose price it is: named, or what is not the quote, or what is not a dollar, or what the verb is about. */
function baseOf({ sell, buy }: Legs, price: Price, verb: string | undefined): string | undefined {
  if (price.subject && price.subject !== price.quote) return price.subject;
  if (price.quote === sell.token) return buy.token;
  if (price.quote === buy.token) return sell.token;
  const dollars = [sell.token, buy.token].filter((token) => DOLLARS.has(token as string));
  if (dollars.length === 1) return sell.token === dollars[0] ? buy.token : sell.token;
  return verb === 'buy' ? buy.token : sell.token;
}
