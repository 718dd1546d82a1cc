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

const place =
  (marker: Place['marker']) =>
  (chain: Item<ChainName>): Place => ({ marker, chain: chain.value, chainAt: at(chain) });

export const places = [
  rule('place', 'on my? chainname chain?', (on: Item<Word>, _my: unknown, chain: Item<ChainName>): Place => ({
    ...place('on')(chain),
    ...(on.value === 'onto' && { onto: true }),
  })),
  rule('place', 'from my? chainname chain?', (_from: Item, _my: unknown, chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'to my? chainname chain?', (_to: Item, _my: unknown, chain: Item<ChainName>) => place('to')(chain)),
  rule('place', 'noton chainname chain?', (_not: Item, chain: Item<ChainName>) => place('not')(chain)),
  rule(
    'place',
    'and? then? bridgeit it? to chainname',
    (_a: unknown, _t: unknown, _b: Item, _it: unknown, _to: Item, chain: Item<ChainName>) => place('to')(chain),
  ),
  rule('place', 'on chainname post_on', (_on: Item, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'from chainname post_on', (_from: Item, chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'to chainname post_on', (_to: Item, chain: Item<ChainName>) => place('to')(chain)),
  rule('place', 'chainname post_on', (chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'chainname post_from', (chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'chainname post_to', (chain: Item<ChainName>) => place('to')(chain)),
  rule('place', 'via chainname chain?', (_with: Item, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'chain chainname', (_word: Item, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'on chain of? chainname', (_on: Item, _word: Item, _of: unknown, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'from chain of? chainname', (_from: Item, _word: Item, _of: unknown, chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'to chain of? chainname', (_to: Item, _word: Item, _of: unknown, chain: Item<ChainName>) => place('to')(chain)),
  rule('place', 'on chainname or chainname', (_on: Item, a: Item<ChainName>): Place => ({ ...place('on')(a), open: true })),
  rule('place', 'to chainname or chainname', (_to: Item, a: Item<ChainName>): Place => ({ ...place('to')(a), open: true })),
  rule('route', 'chainname to chainname chain?', (from: Item<ChainName>, _to: Item, to: Item<ChainName>): Place[] => [
    place('from')(from),
    place('to')(to),
  ]),
  rule('bareplace', 'chainname chain?', (chain: Item<ChainName>) => place('on')(chain)),
];

const address = (item: Item<string | undefined>): Recipient =>
  item.value && !/^0x0{40}$/.test(item.value) ? { value: item.value } : { reject: 'invalid_address' };
export const recipients = [
  rule('who', 'address', address),
  rule('who', 'badaddress', (): Recipient => ({ reject: 'invalid_address' })),
  rule('who', 'ens', (item: Item<string>): Recipient => ({ value: item.value })),
  rule('who', 'domain', (): Recipient => ({ ask: true })),
  rule('who', 'who who', (a: Item<Recipient>, b: Item<Recipient>) => (JSON.stringify(a.value) === JSON.stringify(b.value) ? a.value : undefined)),
  rule('who', 'walletword who', (_word: Item, item: Item<Recipient>) => item.value),
  ...alias('someone', 'person'),
  rule('someone', 'my person', (): Recipient => ({ ask: true })),
  rule('someone', 'my? walletword', (): Recipient => ({ ask: true })),
  rule('someone', 'my? unk walletword', (): Recipient => ({ ask: true })),
  rule('someone', 'walletword of? my? unk', (): Recipient => ({ ask: true })),
  rule('someone', 'my? name', (): Recipient => ({ ask: true })),
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
const told = (subject: Item<Subject> | undefined, level: Item<Price>): Price => ({
  ...level.value,
  ...(subject?.value.symbol !== undefined && { subject: subject.value.symbol }),
});

export const prices = [
  rule('subject', 'my? priceword of? my? token?', (_m: unknown, _p: Item, _of: unknown, _my: unknown, token: Item<Token> | undefined): Subject =>
    symbolOf(token),
  ),
  rule('subject', 'my? token priceword?', (_m: unknown, token: Item<Token>): Subject => symbolOf(token)),
  rule('subject', 'num token', (num: Item<Num>, token: Item<Token>): Subject | undefined => (num.value.value === '1' ? symbolOf(token) : undefined)),
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
  rule('ratio', 'num per an? token', (num: Item<Num>, _per: Item, _an: unknown, token: Item<Token>) => ({
    ...numberAt(num, undefined, undefined),
    ...symbolIn(token),
  })),
  rule('ratio', 'per token money', (_per: Item, token: Item<Token>, money: Item<Money>) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, ...symbolIn(token) };
  }),
  ...condition('rises', '>='),
  ...condition('falls', '<='),
  rule('level', 'value ormore', (item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('level', 'value orless', (item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('level', 'value moves', (item: Item<Price>) => item.value),
  rule('level', 'moves reach? value', (_m: Item, _r: unknown, item: Item<Price>) => item.value),
  rule('level', 'reach value moves?', (_r: Item, item: Item<Price>) => item.value),
  rule('price', 'if subject? level post_if?', (_if: Item, subject: Item<Subject> | undefined, level: Item<Price>) => told(subject, level)),
  rule('price', 'if subject post_subject level post_if?', (_if: Item, subject: Item<Subject>, _p: Item, level: Item<Price>) => told(subject, level)),
  rule('price', 'subject? post_subject? level post_if', (subject: Item<Subject> | undefined, _p: unknown, level: Item<Price>) => told(subject, level)),
  rule('asked', 'at value', (_at: Item, item: Item<Price>) => item.value),
  rule('asked', 'at? limitprice of? value', (_at: unknown, _l: Item, _of: unknown, item: Item<Price>) => item.value),
  rule('asked', 'value post_price', (item: Item<Price>) => item.value),
  rule('asked', 'at? atleast ratio', (_at: unknown, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('asked', 'at? atmost ratio', (_at: unknown, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('asked', 'at atleast value', (_at: Item, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('asked', 'at atmost value', (_at: Item, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('asked', 'for ratio', (_for: Item, item: Item<Price>) => item.value),
  rule('asked', 'asked ormore', (item: Item<Price>) => (item.value.cmp ? undefined : { ...item.value, cmp: '>=' })),
  rule('asked', 'asked orless', (item: Item<Price>) => (item.value.cmp ? undefined : { ...item.value, cmp: '<=' })),
  rule('asked', 'asked orbetter', (item: Item<Price>) => item.value),
  rule('price', 'for? asked', (_for: unknown, item: Item<Price>) => ({ ...item.value, at: true as const })),
  rule('partialFill', 'allow partialword okword?', (allow: Item, item: Item) => ({ value: true, at: cover(allow, item) })),
  rule('partialFill', 'partialword okword?', (item: Item) => ({ value: true, at: at(item) })),
  rule('ref', 'my? lastword orderword?', (_my: unknown, word: Item): string | undefined => (word ? 'last' : undefined)),
  rule('ref', 'my? orderword lastword', () => 'last'),
  rule('ref', 'my? orderword justnow', () => 'last'),
  rule('partialFill', 'partial', (item: Item<Word>) => ({ value: true, at: at(item) })),
  rule('partialFill', 'fillwhole', (item: Item<Word>) => ({ value: false, at: at(item) })),
];
function symbolOf(token: Item<Token> | undefined): Subject {
  if (!token) return {};
  // The price of something that is not listed cannot be watched: it must not be taken for the price of what is sold.
  return { symbol: 'symbol' in token.value ? token.value.symbol : '?' };
}
function symbolIn(token: Item<Token>) {
  return { subject: symbolOf(token).symbol as string };
}
