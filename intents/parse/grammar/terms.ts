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
import { rule } from './rule.ts';

const place =
  (marker: Place['marker']) =>
  (chain: Item<ChainName>): Place => ({ marker, chain: chain.value, chainAt: at(chain) });

export const places = [
  rule('place', 'on chainname chain?', (_on: Item, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'from chainname chain?', (_from: Item, chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'to chainname chain?', (_to: Item, chain: Item<ChainName>) => place('to')(chain)),
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
  rule('slippage', 'with? atmost? tolerance slip atmost?', (_w: unknown, _m: unknown, item: Item<Bps>) => slip(item)),
  rule(
    'slippage',
    'with? atmost? slip of? atmost? tolerance atmost?',
    (_w: unknown, _m: unknown, _s: Item, _of: unknown, _n: unknown, item: Item<Bps>) => slip(item),
  ),
  rule('slippage', 'with? slip atmost of tolerance', (_w: unknown, _s: Item, _m: Item, _of: Item, item: Item<Bps>) => slip(item)),
  rule('slippage', 'with? slip of? tolerance orless', (_w: unknown, _s: Item, _of: unknown, item: Item<Bps>) => slip(item)),
];
function bpsPart(bps: number | undefined) {
  return bps === undefined ? {} : { bps };
}

export const deadlines = [
  rule('deadline', 'within dur', (word: Item, dur: Item<string>) => ({ when: { in: dur.value }, at: cover(word, dur) })),
  rule('deadline', 'deadlineword in? dur', (_word: Item, _in: unknown, dur: Item<string>) => ({ when: { in: dur.value }, at: at(dur) })),
  rule('deadline', 'dur deadlineword', (dur: Item<string>) => ({ when: { in: dur.value }, at: at(dur) })),
  rule('deadline', 'dur post_within', (dur: Item<string>, word: Item) => ({ when: { in: dur.value }, at: cover(dur, word) })),
  rule('deadline', 'valid dur', (word: Item, dur: Item<string>) => ({ when: { in: dur.value }, at: cover(word, dur) })),
  rule('deadline', 'by moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
  rule('deadline', 'deadlineword moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
  rule('deadline', 'moment post_by', (moment: Item<When>, word: Item) => ({ when: moment.value, at: cover(moment, word) })),
  rule('takenBy', 'takenby moment', (word: Item, moment: Item<When>) => ({ when: moment.value, at: cover(word, moment) })),
];

type Subject = { symbol?: string };
const priceAt = (money: Item<Money>, cmp: Price['cmp'], subject: Item<Subject> | undefined): Price | undefined => {
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
const numberAt = (num: Item<Num>, cmp: Price['cmp'], subject: Item<Subject> | undefined): Price => ({
  num: num.value,
  numAt: at(num),
  ...(cmp && { cmp }),
  ...(subject?.value.symbol !== undefined && { subject: subject.value.symbol }),
});
const condition = (word: string, cmp: Price['cmp']) => [
  rule('price', `if subject? ${word} num`, (_if: Item, subject: Item<Subject> | undefined, _w: Item, num: Item<Num>) =>
    numberAt(num, cmp, subject),
  ),
  rule('price', `if subject? ${word} money`, (_if: Item, subject: Item<Subject> | undefined, _w: Item, money: Item<Money>) =>
    priceAt(money, cmp, subject),
  ),
  rule('price', `subject ${word} num if`, (subject: Item<Subject>, _w: Item, num: Item<Num>) => numberAt(num, cmp, subject)),
  rule('price', `subject? num ${word} if`, (subject: Item<Subject> | undefined, num: Item<Num>) => numberAt(num, cmp, subject)),
  rule('price', `subject? money ${word} if`, (subject: Item<Subject> | undefined, money: Item<Money>) => priceAt(money, cmp, subject)),
];

export const prices = [
  rule('subject', 'priceword of? token?', (_p: Item, _of: unknown, token: Item<Token> | undefined): Subject => symbolOf(token)),
  rule('subject', 'token priceword?', (token: Item<Token>): Subject => symbolOf(token)),
  rule('subject', 'token of priceword', (token: Item<Token>): Subject => symbolOf(token)),
  rule('subject', 'it', (): Subject => ({})),
  ...condition('rises', '>='),
  ...condition('falls', '<='),
  rule('price', 'at num each? orbetter?', (_at: Item, num: Item<Num>) => ({ ...numberAt(num, undefined, undefined), at: true as const })),
  rule('price', 'at money each? orbetter?', (_at: Item, money: Item<Money>, each: Item | undefined) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, at: true as const, ...(each && { each: true }) };
  }),
  rule('price', 'at money per token orbetter?', (_at: Item, money: Item<Money>, _per: Item, token: Item<Token>) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, at: true as const, ...symbolIn(token) };
  }),
  rule('partialFill', 'partial', (item: Item<Word>) => ({ value: true, at: at(item) })),
  rule('partialFill', 'fillwhole', (item: Item<Word>) => ({ value: false, at: at(item) })),
];
function symbolOf(token: Item<Token> | undefined): Subject {
  return token && 'symbol' in token.value ? { symbol: token.value.symbol } : {};
}
function symbolIn(token: Item<Token>) {
  return 'symbol' in token.value ? { subject: token.value.symbol } : {};
}
