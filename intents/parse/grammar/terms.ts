/** Where, to whom, at what slippage, until when, under which price: everything beside the two legs. */
import type { Item } from '../chart.ts';
import {
  at,
  type ChainName,
  cover,
  type Money,
  type Place,
  type Price,
  type Recipient,
  type Token,
  type When,
  type Word,
} from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { bpsOf } from './amounts.ts';
import { alias, rule } from './rule.ts';

export const place =
  (marker: Place['marker']) =>
  (chain: Item<ChainName>): Place => ({ marker, chain: chain.value, chainAt: at(chain) });

export const places = [
  rule('place', 'on my? chainname chain?', (on: Item<Word>, _my: unknown, chain: Item<ChainName>): Place => ({
    ...place('on')(chain),
    ...(on.value === 'onto' && { onto: true }),
  })),
  rule('place', 'from my? chainname chain?', (from: Item<Word>, _my: unknown, chain: Item<ChainName>): Place => ({
    ...place('from')(chain),
    ...(/^d[aeo]l?$/.test(from.value) && { genitive: true }),
  })),
  rule('place', 'to my? chainname chain?', (_to: Item, _my: unknown, chain: Item<ChainName>) => place('to')(chain)),
  rule('place', 'noton chainname chain?', (_not: Item, chain: Item<ChainName>) => place('not')(chain)),
  rule(
    'place',
    'and? then? bridgeit it? to chainname',
    (_a: unknown, _t: unknown, _b: Item, _it: unknown, _to: Item, chain: Item<ChainName>) => place('to')(chain),
  ),
  rule('place', 'chainname post_on', (chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'chainname post_from', (chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'chainname post_to', (chain: Item<ChainName>) => place('to')(chain)),
  rule('bareplace', 'chainname chain?', (chain: Item<ChainName>) => place('on')(chain)),
];

const address = (item: Item<string | undefined>): Recipient =>
  item.value && !/^0x0{40}$/.test(item.value) ? { value: item.value } : { reject: 'invalid_address' };
export const recipients = [
  rule('who', 'address', address),
  rule('who', 'badaddress', (): Recipient => ({ reject: 'invalid_address' })),
  rule('who', 'ens', (item: Item<string>): Recipient => ({ value: item.value })),
  rule('someone', 'person', (): Recipient => ({ ask: true })),
  rule('someone', 'my? unk', (): Recipient => ({ ask: true })),
  rule('someone', 'someone unk', (): Recipient => ({ ask: true })),
  rule('someone', 'my? skip unk', (): Recipient => ({ ask: true })),
  ...['who', 'someone'].flatMap((who) => [
    rule('recipient', `recipientword ${who}`, (_word: Item, item: Item<Recipient>) => ({ ...item.value, at: at(item) })),
    rule('recipient', `recipientword to ${who}`, (_word: Item, _to: Item, item: Item<Recipient>) => ({ ...item.value, at: at(item) })),
    rule(
      'recipient',
      `and? then? send it? to ${who}`,
      (_a: unknown, _t: unknown, _s: Item, _it: unknown, _to: Item, item: Item<Recipient>) => ({ ...item.value, at: at(item) }),
    ),
    rule('recipient', `${who} post_recipient`, (item: Item<Recipient>) => ({ ...item.value, at: at(item) })),
  ]),
  rule('recipient', 'to who', (_to: Item, item: Item<Recipient>) => ({ ...item.value, at: at(item) })),
];

type Bps = { bps?: number; at: { start: number; end: number } };
const slip = (item: Item<Bps>) => item.value;
export const slippages = [
  rule('tolerance', 'pct', (pct: Item<Num>): Bps => ({ ...bpsPart(bpsOf(pct.value, false)), at: at(pct) })),
  rule('tolerance', 'num bps', (num: Item<Num>, bps: Item): Bps => ({ ...bpsPart(bpsOf(num.value, true)), at: cover(num, bps) })),
  ...['an', 'my', 'with', 'atmost', 'exactly'].map((word) => rule('sliphead', `${word} sliphead`, (_w: Item, head: Item) => head.value)),
  ...['atmost', 'of', 'at', 'orless', 'exactly'].map((word) => rule('sliphead', `sliphead ${word}`, (head: Item) => head.value)),
  ...['an', 'with', 'atmost', 'exactly'].map((word) => rule('tolerated', `${word} tolerated`, (_w: Item, item: Item) => item.value)),
  ...['atmost', 'orless'].map((word) => rule('tolerated', `tolerated ${word}`, (item: Item) => item.value)),
  ...alias('sliphead', 'slip'),
  ...alias('tolerated', 'tolerance'),
  rule('slippage', 'sliphead tolerated', (_head: Item, item: Item<Bps>) => slip(item)),
  rule('slippage', 'tolerated of? sliphead', (item: Item<Bps>) => slip(item)),
];
function bpsPart(bps: number | undefined) {
  return bps === undefined ? {} : { bps };
}

export const deadlines = [
  rule('deadline', 'within dur', (word: Item, dur: Item<string>) => ({ when: { in: dur.value }, at: cover(word, dur) })),
  rule('deadline', 'deadlineword in? dur', (_word: Item, _in: unknown, dur: Item<string>) => ({ when: { in: dur.value }, at: at(dur) })),
  rule('deadline', 'dur deadlineword', (dur: Item<string>) => ({ when: { in: dur.value }, at: at(dur) })),
  rule('deadline', 'valid dur', (word: Item, dur: Item<string>) => ({ when: { in: dur.value }, at: cover(word, dur) })),
  rule('deadline', 'by moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
  rule('deadline', 'deadlineword moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
  rule('deadline', 'dur post_within', (dur: Item<string>, word: Item) => ({ when: { in: dur.value }, at: cover(dur, word) })),
  rule('deadline', 'moment post_by', (moment: Item<When>, word: Item) => ({ when: moment.value, at: cover(moment, word) })),
  rule('takenBy', 'takenby moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
];

export type Subject = { symbol?: string };
export const priceAt = (money: Item<Money>, cmp: Price['cmp'], subject: Item<Subject> | undefined): Price | undefined => {
  if ('ask' in money.value) return undefined;
  const quote = money.value.currency;
  return {
    num: money.value.num,
    numAt: money.value.numAt,
    quote,
    ...(cmp && { cmp }),
    ...(subject?.value.symbol !== undefined && { subject: subject.value.symbol }),
  };
};
export const numberAt = (num: Item<Num>, cmp: Price['cmp'], subject: Item<Subject> | undefined): Price => ({
  num: num.value,
  numAt: at(num),
  ...(cmp && { cmp }),
  ...(subject?.value.symbol !== undefined && { subject: subject.value.symbol }),
});
/** Words of direction around a value: `when ETH hits 4000`, `wenn ETH auf 4000 steigt`, `ETHが4000を超えたら`. */
const condition = (word: string, cmp: Price['cmp']) => [
  rule('level', `${word} value`, (_w: Item, item: Item<Price>): Price => ({ ...item.value, cmp })),
  rule('level', `moves ${word} value`, (_m: Item, _w: Item, item: Item<Price>): Price => ({ ...item.value, cmp })),
  rule('level', `${word} value moves`, (_w: Item, item: Item<Price>): Price => ({ ...item.value, cmp })),
  rule('level', `${word} value ${cmp === '>=' ? 'ormore' : 'orless'}`, (_w: Item, item: Item<Price>): Price => ({ ...item.value, cmp })),
  rule('level', `moves? reach? ${word} value ${cmp === '>=' ? 'ormore' : 'orless'}`, (_m: unknown, _r: unknown, _w: Item, item: Item<Price>): Price => ({
    ...item.value,
    cmp,
  })),
  rule('level', `reach? value ${word}`, (_r: unknown, item: Item<Price>): Price => ({ ...item.value, cmp })),
];
export const told = (subject: Item<Subject> | undefined, level: Item<Price>): Price => ({
  ...level.value,
  ...(subject?.value.symbol !== undefined && { subject: subject.value.symbol }),
});

export const prices = [
  rule('subject', 'my? priceword of? my? token?', (_m: unknown, _p: Item, _of: unknown, _my: unknown, token: Item<Token> | undefined): Subject =>
    symbolOf(token),
  ),
  rule('subject', 'my? token priceword?', (_m: unknown, token: Item<Token>): Subject => symbolOf(token)),
  rule('subject', 'token of priceword', (token: Item<Token>): Subject => symbolOf(token)),
  rule('subject', 'it', (): Subject => ({})),
  rule('value', 'num', (num: Item<Num>) => numberAt(num, undefined, undefined)),
  rule('value', 'money', (money: Item<Money>) => priceAt(money, undefined, undefined)),
  rule('value', 'ratio', (ratio: Item<Price>) => ratio.value),
  rule('ratio', 'money each', (money: Item<Money>) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, each: true };
  }),
  rule('ratio', 'money per an? token', (money: Item<Money>, _per: Item, _an: unknown, token: Item<Token>) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, ...symbolIn(token) };
  }),
  ...condition('rises', '>='),
  ...condition('falls', '<='),
  rule('level', 'moves reach? value', (_m: Item, _r: unknown, item: Item<Price>) => item.value),
  rule('level', 'reach value moves?', (_r: Item, item: Item<Price>) => item.value),
  rule('price', 'if subject? level post_if?', (_if: Item, subject: Item<Subject> | undefined, level: Item<Price>) => told(subject, level)),
  rule('asked', 'at value', (_at: Item, item: Item<Price>) => item.value),
  rule('asked', 'asked orbetter', (item: Item<Price>) => item.value),
  rule('price', 'for? asked', (_for: unknown, item: Item<Price>) => ({ ...item.value, at: true as const })),
  rule('partialFill', 'partial', (item: Item<Word>) => ({ value: true, at: at(item) })),
  rule('partialFill', 'fillwhole', (item: Item<Word>) => ({ value: false, at: at(item) })),
];
export function symbolOf(token: Item<Token> | undefined): Subject {
  if (!token) return {};
  // The price of something that is not listed cannot be watched: it must not be taken for the price of what is sold.
  return { symbol: 'symbol' in token.value ? token.value.symbol : '?' };
}
export function symbolIn(token: Item<Token>) {
  return { subject: symbolOf(token).symbol as string };
}
