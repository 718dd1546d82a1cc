/** The values that lexemes and phrases carry through the chart. Names and numbers come from the text or the context only. */
import type { AmountSaid, RefusalCode, Slot } from '../intent.ts';
import type { Item } from './chart.ts';
import type { Num } from './numbers.ts';

export type At = { start: number; end: number };
export const at = ({ start, end }: At): At => ({ start, end });
export const cover = (from: At, to: At): At => ({ start: from.start, end: to.end });

/** A word of a category; `value` tells members apart (`unit:H`, `verb:sell`). */
export type Word = string;
/** A listed asset, a word where an asset should be, or an asset of another world. */
export type Token = { symbol: string } | { ask: string } | { reject: RefusalCode; word: string };
export type ChainName = { chain: string } | { reject: RefusalCode; word: string };
/** What was said of an amount: a value, an open question with possible values, or nonsense. */
export type Amount = { said: AmountSaid } | { ask: 'amount' | 'currency'; options: string[]; value?: string } | { bad: string };
export type Cmp = 'min' | 'max' | 'exactly';
export type Marker = 'by' | 'bare' | 'to' | 'for' | 'with' | 'from' | 'on';

export type Leg = {
  marker: Marker;
  token: Token;
  tokenAt: At;
  amount?: Amount;
  amountAt?: At;
  cmp?: Cmp;
  chain?: ChainName;
  chainAt?: At;
};
/** `50 USDC of ETH`: what is paid and what it buys, in one phrase. */
export type Pair = { pay: Leg; get: Leg };
export type Place = { marker: 'on' | 'from' | 'to' | 'not'; chain: ChainName; chainAt: At; open?: true; onto?: true; genitive?: true };
export type Recipient = { value: string } | { ask: true } | { reject: RefusalCode };
export type When = { in: string } | { at: string } | { date: string } | { ask: true };
export type Money = { num: Num; currency: string; numAt: At; currencyAt: At } | { ask: Slot; num: Num; numAt: At; currencyAt: At };
/** A condition on a price. `subject` is the base if it was named. */
export type Price = { num: Num; numAt: At; cmp?: '>=' | '<='; subject?: string; quote?: string; at?: true; each?: true };
export type Fact = { slot: string; value: unknown; ask?: Slot; reject?: RefusalCode };

export type LexItem = Item;
