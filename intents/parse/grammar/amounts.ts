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
const DECIMAL_OF: Record<string, string> = { '1/2': '0.5', '1/4': '0.25', '3/4': '0.75', '1/5': '0.2', '1/10': '0.1' };

const leg = (token: Item<Token>, amount?: { value: Amount; at: { start: number; end: number } }, rest: Partial<Leg> = {}): Leg => ({
  marker: 'bare',
  token: token.value,
  tokenAt: at(token),
  ...(amount && { amount: amount.value, amountAt: amount.at }),
  ...rest,
});
const chained = (chain: Item<ChainName> | undefined): Partial<Leg> => (chain ? { chain: chain.value, chainAt: at(chain) } : {});
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
  rule('num', 'an scale', (_an: Item, scale: Item<Word>) => scaled({ value: '1', words: true }, Number(scale.value))),
  rule('num', 'digits scale num', (num: Item<Num>, scale: Item<Word>, rest: Item<Num>) => joined(scaled(num.value, Number(scale.value)), rest.value)),
  rule('num', 'fraction an? scale', (part: Item<Word>, _an: unknown, scale: Item<Word>) =>
    DECIMAL_OF[part.value] ? scaled({ value: DECIMAL_OF[part.value] as string }, Number(scale.value)) : undefined,
  ),
  rule('num', 'decnum', (num: Item<Word>): Num => ({ value: num.value, words: true })),
  rule('num', 'wordnum counter fraction', (num: Item<Num>, _c: Item, part: Item<Word>) =>
    DECIMAL_OF[part.value] ? { value: withFraction(num.value.value, part.value) } : undefined,
  ),
  rule('afterpoint', 'point wordnum', (_p: Item, digit: Item<Num>) => digit.value.value),
  rule('afterpoint', 'afterpoint wordnum', (said: Item<string>, digit: Item<Num>) =>
    digit.value.value.length === 1 && said.value.length < 20 ? said.value + digit.value.value : undefined,
  ),
  rule('num', 'wordnum afterpoint', (num: Item<Num>, part: Item<string>) => ({ value: tidy(`${num.value.value}.${part.value}`), words: true })),
  rule('fraction', 'wordnum ordinalpart', (num: Item<Num>, part: Item<Word>) => proper(num.value.value, part.value)),
  rule('fraction', 'digits ordinalpart', (num: Item<Num>, part: Item<Word>) => proper(num.value.value, part.value)),
  rule('fraction', 'num partof num', (under: Item<Num>, _of: Item, over: Item<Num>) => proper(over.value.value, under.value.value)),
  // `1 or 2`, `between 1 and 2`, `1 to 2`: an amount that is not fixed.
  ...['num or num', 'num to_time num', 'between num and num', 'between num to_time num'].map((symbols) =>
    rule('numrange', symbols, (...items: (Item | undefined)[]) => {
      const [a, b] = items.filter((item) => item?.cat === 'num') as [Item<Num>, Item<Num>];
      return a.value.bad || b.value.bad ? undefined : [a.value.value, b.value.value];
    }),
  ),
  rule('pct', 'num percent', (num: Item<Num>) => num.value),
  rule('pct', 'percentof num', (_p: Item, num: Item<Num>) => num.value),
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

/** `1万5000`: what follows must be smaller than the power before it. */
function joined(high: Num, low: Num): Num | undefined {
  if (high.bad || low.bad || high.options || low.options || !/0+$/.test(high.value) || !/^\d+$/.test(low.value)) return undefined;
  const zeros = (/0+$/.exec(high.value) as RegExpExecArray)[0].length;
  return low.value.length > zeros ? undefined : { value: (BigInt(high.value) + BigInt(low.value)).toString() };
}
/** `two` + `fifths` → `2/5`, in lowest terms; nothing for more than the whole. */
function proper(over: string, under: string): string | undefined {
  const [a, b] = [Number(over), Number(under)];
  if (!Number.isInteger(a) || !Number.isInteger(b) || a < 1 || b < 2 || b > 1000 || a >= b) return undefined;
  const common = (x: number, y: number): number => (y ? common(y, x % y) : x);
  return `${a / common(a, b)}/${b / common(a, b)}`;
}

export type Fiat = { num: Num; currency: string; numAt: { start: number; end: number }; at: { start: number; end: number } };
const fiatAmount = ({ num, currency }: Fiat): Amount => {
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
  rule('leg', 'num counter of? token', (num: Item<Num>, _unit: Item, _of: Item | undefined, token: Item<Token>) =>
    leg(token, { value: amountOf(num.value), at: at(num) }),
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
  rule('leg', 'worth fiat of? token', (_w: Item, fiat: Item<Fiat>, _of: unknown, token: Item<Token>) =>
    leg(token, { value: fiatAmount(fiat.value), at: fiat.value.at }),
  ),
  rule('leg', 'fiat of my? token', (fiat: Item<Fiat>, _of: Item, _my: unknown, token: Item<Token>) =>
    leg(token, { value: fiatAmount(fiat.value), at: fiat.value.at }),
  ),
  // Languages that put the amount behind: `USDCの25%`, `LINKを20枚`, `ARBを全部`.
  ...['my? token of pctamount', 'my? token post_obj pctamount', 'my? token balance? of? pctamount'].map((symbols) =>
    rule('leg', symbols, (...items: (Item | undefined)[]) => {
      const [token, pct] = [items.find((item) => item?.cat === 'token'), items.at(-1)] as [Item<Token>, Item<Amount>];
      return leg(token, { value: pct.value, at: at(pct) });
    }),
  ),
  rule('leg', 'my? token post_obj num counter', (_my: unknown, token: Item<Token>, _o: Item, num: Item<Num>) =>
    leg(token, { value: amountOf(num.value), at: at(num) }),
  ),
  rule('leg', 'token num counter', (token: Item<Token>, num: Item<Num>) => leg(token, { value: amountOf(num.value), at: at(num) })),
  rule('leg', 'my? token post_obj num', (_my: unknown, token: Item<Token>, _o: Item, num: Item<Num>) =>
    num.value.words ? undefined : leg(token, { value: amountOf(num.value), at: at(num) }),
  ),
  rule('leg', 'my? token post_obj all', (my: Item | undefined, token: Item<Token>, _o: Item, all: Item) =>
    leg(token, { value: { said: 'max' }, at: my ? cover(all, all) : at(all) }),
  ),
  rule('leg', 'my? token post_obj fraction', (_my: unknown, token: Item<Token>, _o: Item, part: Item<Word>) =>
    leg(token, { value: { said: { fraction: part.value } }, at: at(part) }),
  ),
  rule('leg', 'my? token of? all', (_my: unknown, token: Item<Token>, _of: unknown, all: Item) =>
    leg(token, { value: { said: 'max' }, at: at(all) }),
  ),
  rule('leg', 'my? fraction of? my? token', (_m: unknown, part: Item<Word>, of: Item | undefined, my: Item | undefined, token: Item<Token>) =>
    of || my ? leg(token, { value: { said: { fraction: part.value } }, at: at(part) }) : undefined,
  ),
  rule('leg', 'my pctamount of? my? token', (_m: Item, pct: Item<Amount>, _of: unknown, _my: unknown, token: Item<Token>) =>
    leg(token, { value: pct.value, at: at(pct) }),
  ),
  rule('leg', 'chainname post_onadj leg', (chain: Item<ChainName>, _on: Item, item: Item<Leg>) =>
    item.value.chain ? undefined : { ...item.value, ...chained(chain) },
  ),
  rule('leg', 'num postapprox of? token', (num: Item<Num>, word: Item, _of: unknown, token: Item<Token>) =>
    leg(token, { value: { ask: 'amount', options: num.value.bad ? [] : [num.value.value] }, at: cover(num, word) }),
  ),
  rule('leg', 'num token postapprox', (num: Item<Num>, token: Item<Token>, word: Item) =>
    leg(token, { value: { ask: 'amount', options: num.value.bad ? [] : [num.value.value] }, at: cover(num, word) }),
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
  rule('leg', 'numrange of? token', (range: Item<string[]>, _of: unknown, token: Item<Token>) =>
    leg(token, { value: { ask: 'amount', options: range.value }, at: at(range) }),
  ),
  rule('leg', 'num token or num token', (a: Item<Num>, token: Item<Token>, _or: Item, b: Item<Num>, again: Item<Token>) =>
    JSON.stringify(token.value) === JSON.stringify(again.value)
      ? leg(token, { value: { ask: 'amount', options: [a.value.value, b.value.value] }, at: cover(a, b) })
      : undefined,
  ),
  rule('leg', 'token or token', (a: Item<Token>, _or: Item, b: Item<Token>) =>
    leg({ ...a, end: b.end, value: { ask: 'symbol' in a.value && 'symbol' in b.value ? `${a.value.symbol}/${b.value.symbol}` : '' } }),
  ),
  // `an ETH and a half`
  rule('leg', 'num token anda fraction', (num: Item<Num>, token: Item<Token>, _and: Item, part: Item<Word>) =>
    DECIMAL_OF[part.value] && /^\d+$/.test(num.value.value) && !num.value.options && !num.value.bad
      ? leg(token, { value: { said: withFraction(num.value.value, part.value) }, at: cover(num, part) })
      : undefined,
  ),
  rule('leg', 'an token anda fraction', (an: Item, token: Item<Token>, _and: Item, part: Item<Word>) =>
    DECIMAL_OF[part.value] ? leg(token, { value: { said: withFraction('1', part.value) }, at: cover(an, part) }) : undefined,
  ),
  rule('leg', 'all ihave worth token', (all: Item, have: Item, _in: Item, token: Item<Token>) =>
    leg(token, { value: { said: 'max' }, at: cover(all, have) }),
  ),
  rule('leg', 'leg ihave', (item: Item<Leg>) => item.value),
  rule('leg', 'ihave leg', (_have: Item, item: Item<Leg>) => item.value),
  rule('askleg', 'num of? nottoken', (num: Item<Num>, _of: unknown, word: Item<string>) =>
    leg({ ...word, value: { ask: word.value } }, { value: amountOf(num.value), at: at(num) }),
  ),
  rule('askleg', 'my? nottoken', (_my: unknown, word: Item<string>) => leg({ ...word, value: { ask: word.value } })),
  rule('askleg', 'my? currency', (_my: unknown, word: Item<string>) => leg({ ...word, value: { ask: word.value } })),
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
const postmarked = (post: string, marker: Marker) =>
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
  ...postmarked('post_obj', 'bare'),
  ...postmarked('post_to', 'to'),
  ...postmarked('post_with', 'with'),
  ...postmarked('post_means', 'by'),
  ...['post_means', 'post_with', 'post_de'].map((post) =>
    rule('mleg', `with leg ${post}`, (_with: Item, item: Item<Leg>) => ({ ...item.value, marker: 'with' as const })),
  ),
  ...postmarked('post_from', 'from'),
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
