/** Places, recipients, prices and orders said in other ways. */
import type { Item } from '../../chart.ts';
import { at, type ChainName, cover, type Money, type Place, type Price, type Recipient, type Token, type Word } from '../../meaning.ts';
import type { Num } from '../../numbers.ts';
import { alias, rule } from '../rule.ts';
import { numberAt, place, priceAt, type Subject, symbolIn, symbolOf, told } from '../terms.ts';

/** `por al menos 3000 USDC` is what is got in all, not a price. */
const TOTAL = /^(?:por|für|pour|um|no|na|a um|com)$/;

export const wideTerms = () => [
  rule('tolerated', 'at tolerated', (_at: Item, item: Item) => item.value),
  rule('recipient', 'for who', (_for: Item, item: Item<Recipient>) => ({ ...item.value, at: at(item) })),
  rule('level', 'moves level', (_m: Item, item: Item<Price>) => item.value),
  rule('place', 'on chainname post_on', (_on: Item, chain: Item<ChainName>) => place('on')(chain)),
  rule('place', 'from chainname post_on', (_from: Item, chain: Item<ChainName>) => place('from')(chain)),
  rule('place', 'to chainname post_on', (_to: Item, chain: Item<ChainName>) => place('to')(chain)),
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
  rule('who', 'domain', (): Recipient => ({ ask: true })),
  rule('who', 'who who', (a: Item<Recipient>, b: Item<Recipient>) => (JSON.stringify(a.value) === JSON.stringify(b.value) ? a.value : undefined)),
  rule('who', 'walletword who', (_word: Item, item: Item<Recipient>) => item.value),
  rule('someone', 'my person', (): Recipient => ({ ask: true })),
  rule('someone', 'my? walletword', (): Recipient => ({ ask: true })),
  rule('someone', 'my? unk walletword', (): Recipient => ({ ask: true })),
  rule('someone', 'walletword of? my? unk', (): Recipient => ({ ask: true })),
  rule('someone', 'my? name', (): Recipient => ({ ask: true })),
  rule('subject', 'num token', (num: Item<Num>, token: Item<Token>): Subject | undefined => (num.value.value === '1' ? symbolOf(token) : undefined)),
  rule('ratio', 'num per an? token', (num: Item<Num>, _per: Item, _an: unknown, token: Item<Token>) => ({
    ...numberAt(num, undefined, undefined),
    ...symbolIn(token),
  })),
  rule('ratio', 'per token money', (_per: Item, token: Item<Token>, money: Item<Money>) => {
    const price = priceAt(money, undefined, undefined);
    return price && { ...price, ...symbolIn(token) };
  }),
  rule('level', 'value ormore', (item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('level', 'value orless', (item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('level', 'value moves', (item: Item<Price>) => item.value),
  rule('price', 'if subject post_subject level post_if?', (_if: Item, subject: Item<Subject>, _p: Item, level: Item<Price>) => told(subject, level)),
  rule('price', 'subject? post_subject? level post_if', (subject: Item<Subject> | undefined, _p: unknown, level: Item<Price>) => told(subject, level)),
  rule('asked', 'at? limitprice of? value', (_at: unknown, _l: Item, _of: unknown, item: Item<Price>) => item.value),
  rule('asked', 'value post_price', (item: Item<Price>) => item.value),
  rule('asked', 'at? atleast ratio', (_at: unknown, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '>=' })),
  rule('asked', 'at? atmost ratio', (_at: unknown, _l: Item, item: Item<Price>): Price => ({ ...item.value, cmp: '<=' })),
  rule('asked', 'at atleast value', (word: Item<Word>, _l: Item, item: Item<Price>): Price | undefined =>
    TOTAL.test(word.value) ? undefined : { ...item.value, cmp: '>=' },
  ),
  rule('asked', 'at atmost value', (word: Item<Word>, _l: Item, item: Item<Price>): Price | undefined =>
    TOTAL.test(word.value) ? undefined : { ...item.value, cmp: '<=' },
  ),
  rule('asked', 'for ratio', (_for: Item, item: Item<Price>) => item.value),
  rule('asked', 'asked ormore', (item: Item<Price>) => (item.value.cmp ? undefined : { ...item.value, cmp: '>=' })),
  rule('asked', 'asked orless', (item: Item<Price>) => (item.value.cmp ? undefined : { ...item.value, cmp: '<=' })),
  rule('partialFill', 'allow partialword okword?', (allow: Item, item: Item) => ({ value: true, at: cover(allow, item) })),
  rule('partialFill', 'partialword okword?', (item: Item) => ({ value: true, at: at(item) })),
  rule('ref', 'my? lastword orderword?', (_my: unknown, word: Item): string | undefined => (word ? 'last' : undefined)),
  rule('ref', 'my? orderword lastword', () => 'last'),
  rule('ref', 'my? orderword justnow', () => 'last'),
];
