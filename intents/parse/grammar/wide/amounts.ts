/** Amounts in words, parts and ranges, and amounts that stand behind what they count. */
import type { Item } from '../../chart.ts';
import { tidy } from '../../decimal.ts';
import { type Amount, at, type ChainName, cover, type Leg, type Token, type Word } from '../../meaning.ts';
import { type Num, scaled, withFraction } from '../../numbers.ts';
import { amountOf, chained, DECIMAL_OF, type Fiat, fiatAmount, leg, postmarked } from '../amounts.ts';
import { rule } from '../rule.ts';

/** `1万5000`: what follows must be smaller than the power before it. */
function joined(high: Num, low: Num): Num | undefined {
  if (high.bad || low.bad || high.options || low.options || !/0+$/.test(high.value) || !/^\d+$/.test(low.value)) return undefined;
  const zeros = (/0+$/.exec(high.value) as RegExpExecArray)[0].length;
  return low.value.length > zeros ? undefined : { value: (BigInt(high.value) + BigInt(low.value)).toString() };
}
/** `two` + `fifths` → `2/5`, in lowest terms; nothing for more than the whole. */
function proper(over: string, under: string): string | undefined {
  const [a, b] = [Number(over), Number(under)];
  // `百分之二十` is a percentage.
  if (b === 100 || !Number.isInteger(a) || !Number.isInteger(b) || a < 1 || b < 2 || b > 1000 || a >= b) return undefined;
  const common = (x: number, y: number): number => (y ? common(y, x % y) : x);
  return `${a / common(a, b)}/${b / common(a, b)}`;
}

export const wideAmounts = () => [
  // `ETH to USDC, 0.4`: the amount behind both.
  rule('pair', 'token to token and? endnum', (pay: Item<Token>, _to: Item, get: Item<Token>, _and: unknown, num: Item<Num>) => ({
    pay: leg(pay, { value: amountOf(num.value), at: at(num) }),
    get: leg(get),
  })),
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
  rule('pct', 'percentof num', (_p: Item, num: Item<Num>) => num.value),
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
  rule('leg', 'numrange counter? of? token', (range: Item<string[]>, _c: unknown, _of: unknown, token: Item<Token>) =>
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
  ...['post_means', 'post_with', 'post_de'].map((post) =>
    rule('mleg', `with leg ${post}`, (_with: Item, item: Item<Leg>) => ({ ...item.value, marker: 'with' as const })),
  ),
  ...postmarked('post_obj', 'bare'),
  ...postmarked('post_to', 'to'),
  ...postmarked('post_with', 'with'),
  ...postmarked('post_means', 'by'),
  ...postmarked('post_from', 'from'),
];
