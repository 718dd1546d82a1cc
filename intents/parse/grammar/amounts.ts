/** Numbers, percentages, fractions, money; tokens with amounts ("legs") and the words that say which side they are on. */
import type { Item } from '../chart.ts';
import { tidy } from '../decimal.ts';
import {
  type Amount,
  at,
  type ChainName,
  type Cmp,
  cover,
  type Leg,
  type Marker,
  type Money,
  type Pair,
  type Token,
  type Word,
} from '../meaning.ts';
import { type Num, scaled, withFraction } from '../numbers.ts';
import { alias, rule } from './rule.ts';

export const amountOf = (num: Num): Amount => {
  if (num.bad) return { bad: num.value };
  if (num.options) return { ask: 'amount', options: num.options };
  return /[1-9]/.test(num.value) ? { said: num.value } : { bad: num.value };
};
export const DECIMAL_OF: Record<string, string> = { '1/2': '0.5', '1/4': '0.25', '3/4': '0.75', '1/5': '0.2', '1/10': '0.1' };

export const leg = (token: Item<Token>, amount?: { value: Amount; at: { start: number; end: number } }, rest: Partial<Leg> = {}): Leg => ({
  marker: 'bare',
  token: token.value,
  tokenAt: at(token),
  ...(amount && { amount: amount.value, amountAt: amount.at }),
  ...rest,
});
export const chained = (chain: Item<ChainName> | undefined): Partial<Leg> => (chain ? { chain: chain.value, chainAt: at(chain) } : {});
const missing = (item: Item): Item<Token> => ({ ...item, value: { ask: '' } });

export const numbers = [
  ...alias('num', 'digits', 'wordnum'),
  ...alias('fraction', 'fracdigits'),
  rule('num', 'digits scale', (num: Item<Num>, scale: Item<Word>) => scaled(num.value, Number(scale.value))),
  rule('num', 'num anda fraction', (num: Item<Num>, _and: Item, part: Item<Word>) =>
    DECIMAL_OF[part.value] && !num.value.options && !num.value.bad ? { value: withFraction(num.value.value, part.value) } : undefined,
  ),
  rule('num', 'digits fraction', (num: Item<Num>, part: Item<Word>) =>
    DECIMAL_OF[part.value] && /^\d+$/.test(num.value.value) && !num.value.bad
      ? { value: withFraction(num.value.value, part.value) }
      : undefined,
  ),
  rule('pct', 'num percent', (num: Item<Num>) => num.value),
  rule('pctamount', 'pct', (pct: Item<Num>): Amount => {
    if (pct.value.bad || pct.value.options) return pct.value.bad ? { bad: pct.value.value } : { ask: 'amount', options: [] };
    const value = Number(pct.value.value);
    if (value <= 0 || value > 100) return { bad: pct.value.value };
    return value === 100 ? { said: 'max' } : { said: { percent: pct.value.value } };
  }),
  rule('fiat', 'sign num', (sign: Item<string>, num: Item<Num>) => ({
    num: num.value,
    currency: sign.value,
    numAt: at(num),
    at: cover(sign, num),
  })),
  rule('fiat', 'num sign', (num: Item<Num>, sign: Item<string>) => ({
    num: num.value,
    currency: sign.value,
    numAt: at(num),
    at: cover(num, sign),
  })),
  rule('fiat', 'num currency', (num: Item<Num>, sign: Item<string>) => ({
    num: num.value,
    currency: sign.value,
    numAt: at(num),
    at: cover(num, sign),
  })),
];

export type Fiat = { num: Num; currency: string; numAt: { start: number; end: number }; at: { start: number; end: number } };
export const fiatAmount = ({ num, currency }: Fiat): Amount => {
  const plain = amountOf(num);
  if (!('said' in plain)) return plain;
  return currency === '?' ? { ask: 'currency', options: ['JPY', 'CNY'], value: num.value } : { said: { fiat: currency, value: num.value } };
};

export const legs = [
  rule('leg', 'my? token balance?', (_my: Item | undefined, token: Item<Token>) => leg(token)),
  rule('leg', 'chainname token', (chain: Item<ChainName>, token: Item<Token>) => leg(token, undefined, chained(chain))),
  rule('leg', 'num chainname? of? token', (num: Item<Num>, chain: Item<ChainName> | undefined, _of: Item | undefined, token: Item<Token>) =>
    leg(token, { value: amountOf(num.value), at: at(num) }, chained(chain)),
  ),
  rule('leg', 'my num token', (_my: Item, num: Item<Num>, token: Item<Token>) => leg(token, { value: amountOf(num.value), at: at(num) })),
  rule('leg', 'asmuch token aspossible?', (_much: Item, token: Item<Token>) => leg(token)),
  rule('leg', 'an token', (an: Item, token: Item<Token>) => leg(token, { value: { said: '1' }, at: at(an) })),
  rule(
    'leg',
    'all my? of? my? token balance?',
    (all: Item, my: Item | undefined, _of: Item | undefined, my2: Item | undefined, token: Item<Token>) =>
      leg(token, { value: { said: 'max' }, at: cover(all, my2 ?? my ?? all) }),
  ),
  rule('leg', 'my all token balance?', (my: Item, all: Item, token: Item<Token>) =>
    leg(token, { value: { said: 'max' }, at: cover(my, all) }),
  ),
  rule('leg', 'pctamount of? my? token balance?', (pct: Item<Amount>, _of: Item | undefined, _my: Item | undefined, token: Item<Token>) =>
    leg(token, { value: pct.value, at: at(pct) }),
  ),
  rule('leg', 'my token balance? pctamount', (_my: Item, token: Item<Token>, _b: Item | undefined, pct: Item<Amount>) =>
    leg(token, { value: pct.value, at: at(pct) }),
  ),
  rule('leg', 'fraction of my? token balance?', (part: Item<Word>, _of: Item, _my: Item | undefined, token: Item<Token>) =>
    leg(token, { value: { said: { fraction: part.value } }, at: at(part) }),
  ),
  rule('leg', 'fraction my token balance?', (part: Item<Word>, _my: Item, token: Item<Token>) =>
    leg(token, { value: { said: { fraction: part.value } }, at: at(part) }),
  ),
  rule('leg', 'my? token of? fraction', (_my: Item | undefined, token: Item<Token>, _of: Item | undefined, part: Item<Word>) =>
    leg(token, { value: { said: { fraction: part.value } }, at: at(part) }),
  ),
  rule('leg', 'num counter of? token', (num: Item<Num>, unit: Item<Word>, of: Item | undefined, token: Item<Token>) =>
    // Japanese counts behind the asset: `LINKを20枚USDCで`.
    !of && /^(枚|コイン)$/.test(unit.value) ? undefined : leg(token, { value: amountOf(num.value), at: at(num) }),
  ),
  rule('leg', 'fracdigits token', (part: Item<Word>, token: Item<Token>) =>
    DECIMAL_OF[part.value] ? leg(token, { value: { said: DECIMAL_OF[part.value] as string }, at: at(part) }) : undefined,
  ),
  rule('leg', 'fraction an token', (part: Item<Word>, an: Item, token: Item<Token>) =>
    DECIMAL_OF[part.value] ? leg(token, { value: { said: DECIMAL_OF[part.value] as string }, at: cover(part, an) }) : undefined,
  ),
  rule('leg', 'fraction token', (part: Item<Word>, token: Item<Token>) =>
    leg(token, { value: { ask: 'amount', options: [] }, at: at(part) }),
  ),
  rule('leg', 'fiat worth? my? token', (fiat: Item<Fiat>, _w: Item | undefined, _my: Item | undefined, token: Item<Token>) =>
    leg(token, { value: fiatAmount(fiat.value), at: fiat.value.at }),
  ),
  rule('leg', 'token worth fiat', (token: Item<Token>, _w: Item, fiat: Item<Fiat>) =>
    leg(token, { value: fiatAmount(fiat.value), at: fiat.value.at }),
  ),
  rule('leg', 'vague of? my? token', (vague: Item, _of: Item | undefined, _my: Item | undefined, token: Item<Token>) =>
    leg(token, { value: { ask: 'amount', options: [] }, at: at(vague) }),
  ),
  rule('leg', 'approx num token', (approx: Item, num: Item<Num>, token: Item<Token>) =>
    leg(token, { value: { ask: 'amount', options: num.value.bad ? [] : [num.value.value] }, at: cover(approx, num) }),
  ),
  // Below: something is missing or unknown where an asset should be. The chart prices these above any clean reading.
  rule('askleg', 'num unk', (num: Item<Num>, word: Item<string>) =>
    leg({ ...word, value: { ask: word.value } }, { value: amountOf(num.value), at: at(num) }),
  ),
  rule('askleg', 'num', (num: Item<Num>) => leg(missing(num), { value: amountOf(num.value), at: at(num) })),
  rule('askleg', 'fiat worth? unk?', (fiat: Item<Fiat>, _worth: unknown, word: Item<string> | undefined) =>
    leg(word ? { ...word, value: { ask: word.value } } : missing(fiat), { value: fiatAmount(fiat.value), at: fiat.value.at }),
  ),
  rule('askleg', 'num chainname', (num: Item<Num>, chain: Item<ChainName>) =>
    leg(
      { ...chain, value: { ask: 'chain' in chain.value ? chain.value.chain : chain.value.word } },
      { value: amountOf(num.value), at: at(num) },
    ),
  ),
  rule('askleg', 'my? unk', (_my: Item | undefined, word: Item<string>) => leg({ ...word, value: { ask: word.value } })),
  rule('askleg', 'all my? unk', (all: Item, _my: Item | undefined, word: Item<string>) =>
    leg({ ...word, value: { ask: word.value } }, { value: { said: 'max' }, at: at(all) }),
  ),
  rule('leg', 'address', (address: Item<string | undefined>) =>
    leg({ ...address, value: address.value ? { symbol: address.value } : { reject: 'invalid_address', word: '' } }),
  ),
  rule('leg', 'badnum num? of? token', (bad: Item<string>, _n: unknown, _of: unknown, token: Item<Token>) =>
    leg(token, { value: { bad: bad.value }, at: at(bad) }),
  ),
  rule('leg', 'badaddress token', (bad: Item, token: Item<Token>) => leg(token, { value: { bad: 'hex' }, at: at(bad) })),
  rule('leg', 'num address', (num: Item<Num>, address: Item<string | undefined>) =>
    leg(
      { ...address, value: address.value ? { symbol: address.value } : { reject: 'invalid_address', word: '' } },
      { value: amountOf(num.value), at: at(num) },
    ),
  ),
];

const compared = (cat: string, word: string, cmp: Cmp) => [
  rule(cat, `${word} ${cat}`, (_word: Item, item: Item<Leg>) =>
    item.value.amount && !item.value.cmp ? { ...item.value, cmp } : undefined,
  ),
];
const withLimit = (word: string, cmp: Cmp) =>
  rule('leg', `with ${word} leg`, (_with: Item, _word: Item, item: Item<Leg>) =>
    item.value.amount && !item.value.cmp ? { ...item.value, cmp } : undefined,
  );
const after = (word: string, cmp: Cmp) =>
  rule('leg', `leg ${word}`, (item: Item<Leg>) => (item.value.amount && !item.value.cmp ? { ...item.value, cmp } : undefined));
const marked = (marker: Marker) =>
  ['leg', 'askleg'].map((cat) => rule(`m${cat}`, `${marker} ${cat}`, (_marker: Item, item: Item<Leg>) => ({ ...item.value, marker })));
/** Japanese, Chinese and other languages put the marker behind or around the asset. */
export const postmarked = (post: string, marker: Marker) =>
  ['leg', 'askleg'].map((cat) => rule(`m${cat}`, `${cat} ${post}`, (item: Item<Leg>) => ({ ...item.value, marker })));

export const sides = [
  ...compared('leg', 'atleast', 'min'),
  ...compared('leg', 'atmost', 'max'),
  ...compared('leg', 'exactly', 'exactly'),
  ...compared('askleg', 'atleast', 'min'),
  ...compared('askleg', 'atmost', 'max'),
  withLimit('atleast', 'min'),
  after('ormore', 'min'),
  after('orless', 'max'),
  ...(['to', 'for', 'with', 'from', 'on'] as const).flatMap(marked),
  ...['leg', 'askleg'].map((cat) =>
    rule(`m${cat}`, `into ${cat}`, (_into: Item, item: Item<Leg>) => ({ ...item.value, marker: 'to' as const })),
  ),
  rule('pair', 'leg worth leg', (pay: Item<Leg>, _of: Item, get: Item<Leg>): Pair | undefined =>
    pay.value.amount && 'said' in pay.value.amount && typeof pay.value.amount.said === 'string' && !get.value.amount && !pay.value.cmp
      ? { pay: pay.value, get: get.value }
      : undefined,
  ),
];

const money = (fiat: Fiat): Money =>
  fiat.currency === '?'
    ? { ask: 'currency', num: fiat.num, numAt: fiat.numAt, currencyAt: fiat.at }
    : { num: fiat.num, currency: fiat.currency, numAt: fiat.at, currencyAt: fiat.at };
export const monies = [
  rule('money', 'fiat', (fiat: Item<Fiat>) => money(fiat.value)),
  rule('money', 'num token', (num: Item<Num>, token: Item<Token>): Money | undefined =>
    'symbol' in token.value ? { num: num.value, currency: token.value.symbol, numAt: at(num), currencyAt: at(token) } : undefined,
  ),
];
/** A percentage in basis points, or undefined if it is no whole number of them. */
export const bpsOf = (num: Num, points: boolean): number | undefined => {
  if (num.bad || num.options) return undefined;
  const bps = points ? Number(num.value) : Number(tidy(num.value)) * 100;
  return Number.isInteger(Math.round(bps * 1e6) / 1e6) ? Math.round(bps) : undefined;
};
