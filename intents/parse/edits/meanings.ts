/** What a phrase of an edit may change in a draft: every way, as settings of slots. Which of them stands is decided elsewhere. */
import type { AmountSaid, RefusalCode, Slot } from '../../intent.ts';
import type { ParseContext } from '../context.ts';
import { decimal, print, times } from '../decimal.ts';
import type { Amount, At, ChainName, Leg, Place, Price, Recipient, Token } from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { resolve } from '../resolve.ts';
import type { Moment } from '../grammar/times.ts';
import { computed } from './compute.ts';
import type { Phrase } from './grammar.ts';

export type Fields = Record<string, unknown>;
/** `to` undefined: the value goes. */
export type Setting = { slot: string; to: unknown; at: At };
/** One way to understand a phrase: what it sets, or why it cannot be done. */
export type Meaning = Setting[] | { reject: RefusalCode; at: At } | { ask: Slot };
/** `asked`: the slot of the open question; `verb`: what the edit does with a bare amount. */
export type State = { said: Fields; asked: Slot | undefined; verb: string | undefined; context: ParseContext; text: string };

export const get = (said: Fields, path: string): unknown =>
  path.split('.').reduce<unknown>((at, step) => (at as Fields | undefined)?.[step], said);
export const numbersOf = ({ value, options }: Num): string[] => options ?? [value];

type Side = 'sell' | 'buy';
const EXCHANGE = new Set(['swap', 'limit', 'dca', 'twap']);
/** Slots that `the amount`, `the chain`, `the limit` … may mean. */
const NAMED: Record<string, string[]> = {
  amount: ['sell.amount', 'sell.amountPer', 'buy.amount', 'gpu.count'],
  chain: ['sell.chain', 'buy.chain', 'chain'],
  limit: ['buy.min', 'sell.max', 'price.value'],
  token: ['sell.token', 'buy.token', 'payWith'],
  budget: ['budget.value'],
  price: ['price.value', 'maxPrice.value'],
  memory: ['ramGb', 'gpu.memoryGb', 'gpu.minMemoryGb'],
  duration: ['duration', 'maxDuration', 'over', 'for'],
  deadline: ['deadline', 'startBy', 'takenBy'],
};

export function meaningsOf(phrase: Phrase, state: State): Meaning[] {
  const all = EXCHANGE.has(state.said.kind as string) ? exchanged(phrase, state) : computed(phrase, state);
  if (!phrase.slot) return all;
  const wanted = NAMED[phrase.slot] ?? [phrase.slot];
  return all.filter((meaning) => !Array.isArray(meaning) || meaning.some(({ slot }) => wanted.includes(slot)));
}

function exchanged(phrase: Phrase, state: State): Meaning[] {
  const { said, asked, context } = state;
  const { value, at } = phrase;
  const wants = (slot: string) => phrase.slot === slot || asked === slot;
  switch (phrase.cat) {
    case 'num':
      return bareNumber(value as Num, at, phrase, state);
    case 'pct': {
      const bps = Number((value as Num).value) * 100;
      const known = said.slippageBps !== undefined || wants('slippageBps');
      return known && !(value as Num).bad && Number.isInteger(bps) ? [[{ slot: 'slippageBps', to: bps, at }]] : [];
    }
    case 'share':
      return exactSide(said) === 'sell' && !wants('slippageBps') ? shares(value as Amount, at, said) : [];
    case 'fraction':
      return exactSide(said) === 'sell'
        ? [...amountOn('sell', { fraction: value as string }, at, said), ...scaledAmount(value as string, at, said)]
        : scaledAmount(value as string, at, said);
    case 'times':
      return scaledAmount(value as string, at, said);
    case 'leg':
    case 'mleg':
      return legMeanings(value as Leg, at, state);
    case 'floor':
      return amountLimit('min', value as Num, at, said);
    case 'cap':
      return amountLimit('max', value as Num, at, said);
    case 'place':
    case 'bareplace':
      return placed(value as Place, at, said, phrase.slot ?? asked);
    case 'route':
      return route(value as Place[], at, said);
    case 'recipient':
      return recipient(value as Recipient & { at?: At }, at);
    case 'slippage': {
      const { bps } = value as { bps?: number };
      return bps === undefined ? [{ ask: 'slippageBps' }] : [[{ slot: 'slippageBps', to: bps, at: (value as { at: At }).at }]];
    }
    case 'deadline':
    case 'takenBy':
      return said.kind === 'dca' || said.kind === 'twap' ? [] : timed(phrase.cat, value as Timed, context);
    case 'span':
      return spans((value as { value: string }).value, at, said, wants('deadline'));
    case 'price':
      return priced(value as Price, said);
    case 'partialFill':
      return said.kind === 'limit' ? [[{ slot: 'partialFill', to: (value as { value: boolean }).value, at }]] : [];
    case 'every':
      return said.kind === 'dca' ? repeated(value as { every: string; on?: string; at: At }, said) : [];
    case 'count':
      return said.kind === 'dca' ? [ending('count', (value as { value: number }).value, at, said)] : [];
    case 'over':
      return said.kind === 'twap' ? [[{ slot: 'over', to: (value as { value: string }).value, at }]] : [];
    case 'parts':
      return said.kind === 'twap' ? [[{ slot: 'parts', to: (value as { value: number }).value, at }]] : [];
    case 'currency':
      return asked === 'currency' ? openMoney(said, value as string, at) : [];
    case 'each':
    case 'totalword':
      return [];
    case 'drop':
      return dropped(value as string, at, said);
    default:
      return [];
  }
}

const exactSide = (said: Fields): Side => (said.exact === 'out' ? 'buy' : 'sell');
const amountSlot = (side: Side, said: Fields) => (said.kind === 'dca' && side === 'sell' ? 'sell.amountPer' : `${side}.amount`);

/** An amount on a side; on the side that was not exact it becomes the exact one, and the other side's amount goes. */
function amountOn(side: Side, to: AmountSaid, at: At, said: Fields): Meaning[] {
  const own = { slot: amountSlot(side, said), to, at };
  if (side === exactSide(said)) return [[own]];
  if (said.kind !== 'swap' && said.kind !== 'limit') return [];
  const other = side === 'buy' ? 'sell' : 'buy';
  const gone = [`${other}.amount`, 'buy.min', 'sell.max'].filter((slot) => get(said, slot) !== undefined);
  return [[{ slot: 'exact', to: side === 'buy' ? 'out' : 'in', at }, own, ...gone.map((slot) => ({ slot, to: undefined, at }))]];
}

/** A number alone: the exact amount, in tokens or in what it was said in, or any limit that is there. */
function bareNumber(num: Num, at: At, phrase: Phrase, { said, asked, verb }: State): Meaning[] {
  if (num.bad) return [{ reject: 'invalid_amount', at }];
  const side = verb ? verbSide(verb) : exactSide(said);
  if (phrase.slot === 'slippageBps' || asked === 'slippageBps') return [[{ slot: 'slippageBps', to: Number(num.value) * 100, at }]];
  return numbersOf(num).flatMap((value): Meaning[] => {
    if (asked === 'schedule.end') return [ending('count', Number(value), at, said)];
    const old = get(said, amountSlot(side, said)) as AmountSaid | undefined;
    const alike: AmountSaid[] = typeof old === 'object' && 'fiat' in old ? [{ ...old, value }] : typeof old === 'object' && 'percent' in old ? [{ percent: value }] : [];
    const amounts = [...alike, value].flatMap((to) => amountOn(side, to, at, said));
    if (verb || asked === 'sell.amount') return amounts;
    const limits = ['buy.min', 'sell.max', 'price.value'].filter((slot) => get(said, slot) !== undefined);
    const counted = ['count', 'parts'].filter((slot) => said[slot] !== undefined);
    return [
      ...amounts,
      ...limits.map((slot) => [{ slot, to: value, at }]),
      ...counted.map((slot) => [{ slot, to: Number(value), at }]),
    ];
  });
}

const shares = (amount: Amount, at: At, said: Fields): Meaning[] =>
  'bad' in amount ? [{ reject: 'invalid_amount', at }] : 'said' in amount ? amountOn('sell', amount.said, at, said) : [];

/** A share of the amount that was said before, where that is a number of something. */
function scaledAmount(factor: string, at: At, said: Fields): Meaning[] {
  const side = exactSide(said);
  const old = get(said, amountSlot(side, said)) as AmountSaid | undefined;
  if (old === 'max' && factor.includes('/')) return amountOn(side, { fraction: factor }, at, said);
  if (old === undefined || old === 'max' || (typeof old === 'object' && 'fraction' in old)) return [];
  const number = typeof old === 'string' ? old : 'percent' in old ? old.percent : old.value;
  const to = product(number, factor);
  if (to === undefined) return [];
  return amountOn(side, typeof old === 'string' ? to : 'percent' in old ? { percent: to } : { ...old, value: to }, at, said);
}

/** × a/b, if that has an end in 18 more decimals; else undefined. */
export function product(number: string, factor: string): string | undefined {
  const [over = '1', under = '1'] = factor.split('/');
  const { units, places } = times(decimal(number), decimal(over));
  const fine = units * 10n ** 18n;
  const by = decimal(under);
  if (by.units === 0n || fine % by.units !== 0n) return undefined;
  return print({ units: fine / by.units, places: places + 18 - by.places });
}

const verbSide = (verb: string): Side => (verb === 'buy' || verb === 'need' ? 'buy' : 'sell');
const symbolOf = (token: Token) => ('symbol' in token ? token.symbol : undefined);

function sidesOf({ marker, token }: Leg, { said, verb }: State): { side: Side; sure: boolean }[] {
  if (marker === 'to') return [{ side: 'buy', sure: true }];
  if (marker === 'for') return [{ side: verb && verbSide(verb) === 'buy' ? 'sell' : 'buy', sure: true }];
  if (marker === 'with' || marker === 'from') return [{ side: 'sell', sure: true }];
  if (marker === 'on') return [];
  if (verb) return [{ side: verbSide(verb), sure: true }];
  const holding = (['sell', 'buy'] as const).filter((side) => get(said, `${side}.token`) === symbolOf(token));
  const exact = exactSide(said);
  if (holding.length === 2) return [{ side: exact, sure: true }];
  return (holding.length ? holding : (['sell', 'buy'] as const)).map((side) => ({ side, sure: false }));
}

function legMeanings(leg: Leg, at: At, state: State): Meaning[] {
  const { said } = state;
  const symbol = symbolOf(leg.token);
  if ('reject' in leg.token) return [{ reject: leg.token.reject, at: leg.tokenAt }];
  if (symbol === undefined || symbol.startsWith('0x')) return [];
  if (leg.amount && 'bad' in leg.amount) return [{ reject: 'invalid_amount', at: leg.amountAt ?? at }];
  if (leg.chain && 'reject' in leg.chain) return [{ reject: leg.chain.reject, at: leg.chainAt ?? at }];
  const amounts: (AmountSaid | undefined)[] = !leg.amount ? [undefined] : 'said' in leg.amount ? [leg.amount.said] : leg.amount.options;
  return sidesOf(leg, state).flatMap(({ side, sure }) =>
    amounts.flatMap((amount): Meaning[] => {
      const head: Setting[] = [
        { slot: `${side}.token`, to: symbol, at: leg.tokenAt },
        ...(leg.chain && 'chain' in leg.chain ? [{ slot: `${side}.chain`, to: leg.chain.chain, at: leg.chainAt ?? at }] : []),
      ];
      if (amount === undefined) return [head];
      const where = leg.amountAt ?? at;
      if (leg.cmp === 'min' || leg.cmp === 'max')
        return side === (leg.cmp === 'min' ? 'buy' : 'sell') ? limits(leg.cmp, amount, where, said).map((limit) => [...head, ...limit]) : [];
      // `5000 USDC` where 1 ETH is sold: exactly that much, or at least that much?
      const least = !sure && side === 'buy' && exactSide(said) === 'sell' ? limits('min', amount, where, said) : [];
      const amounted: Meaning[] = [...amountOn(side, amount, where, said), ...least];
      return amounted.map((meaning) => (Array.isArray(meaning) ? [...head, ...meaning] : meaning));
    }),
  );
}

function limits(cmp: 'min' | 'max', to: AmountSaid, at: At, said: Fields): Setting[][] {
  const fits = said.kind === 'swap' && exactSide(said) === (cmp === 'min' ? 'sell' : 'buy') && typeof to === 'string' && to !== 'max';
  return fits ? [[{ slot: cmp === 'min' ? 'buy.min' : 'sell.max', to, at }]] : [];
}
const amountLimit = (cmp: 'min' | 'max', num: Num, at: At, said: Fields): Meaning[] =>
  num.bad ? [{ reject: 'invalid_amount', at }] : numbersOf(num).flatMap((value) => limits(cmp, value, at, said));

/**
 * `from` and `to` are one side each; `on`, or a bare name, is both sides of a deal on one chain. Where both were said to be on one
 * chain, `to` another may move either the receiving side or both.
 */
function placed({ marker, chain, chainAt, ...rest }: Place, at: At, said: Fields, asked: string | undefined): Meaning[] {
  // `on base or arbitrum` names none.
  if ('open' in rest) return [{ ask: marker === 'to' ? 'buy.chain' : 'sell.chain' }];
  if ('reject' in chain) return [{ reject: chain.reject, at: chainAt ?? at }];
  const on = (side: Side): Setting => ({ slot: `${side}.chain`, to: (chain as { chain: string }).chain, at: chainAt });
  if (marker === 'from') return [[on('sell')]];
  const [sold, bought] = [get(said, 'sell.chain'), get(said, 'buy.chain')];
  if (marker === 'to') return sold !== undefined && sold === bought ? [[on('buy')], [on('sell'), on('buy')]] : [[on('buy')]];
  if (marker === 'not') return [];
  if (asked === 'sell.chain' || asked === 'buy.chain') return [[on(asked.slice(0, -6) as Side)]];
  return sold !== bought || get(said, 'sell.token') === get(said, 'buy.token') ? [[on('sell')], [on('buy')]] : [[on('sell'), on('buy')]];
}

/** `base to arbitrum`: both sides at once. */
function route(places: Place[], at: At, said: Fields): Meaning[] {
  const all = places.map((place) => (place.marker === 'to' ? placed(place, at, { ...said, sell: {}, buy: {} }, undefined) : placed(place, at, said, undefined))[0]);
  return all.every(Array.isArray) ? [(all as Setting[][]).flat()] : all.slice(0, 1) as Meaning[];
}

export function recipient(said: Recipient & { at?: At }, at: At): Meaning[] {
  if ('value' in said) return [[{ slot: 'recipient', to: said.value, at: said.at ?? at }]];
  return 'reject' in said ? [{ reject: said.reject, at }] : [{ ask: 'recipient' }];
}

export type Timed = { when: { in: string } | Moment; at: At };
function timed(slot: 'deadline' | 'takenBy', { when, at }: Timed, context: ParseContext): Meaning[] {
  if ('in' in when) return [[{ slot, to: { in: when.in }, at }]];
  const instant = instantOf(when, context);
  return instant === undefined ? [{ ask: 'deadline' }] : [[{ slot, to: { at: instant }, at }]];
}
export function instantOf(moment: Moment, context: ParseContext): string | undefined {
  const resolved = resolve(moment, context);
  return resolved && 'at' in resolved && Date.parse(resolved.at) > context.now.getTime() ? resolved.at : undefined;
}

function spans(value: string, at: At, said: Fields, wanted: boolean): Meaning[] {
  if (said.kind === 'twap') return [[{ slot: 'over', to: value, at }]];
  if (said.kind === 'dca') return [ending('for', value, at, said)];
  return wanted || said.deadline !== undefined ? [[{ slot: 'deadline', to: { in: value }, at }]] : [];
}

/** A recurring order ends once: by a count or after a time. */
function ending(slot: 'count' | 'for', to: unknown, at: At, said: Fields): Setting[] {
  const other = slot === 'count' ? 'for' : 'count';
  return [{ slot, to, at }, ...(said[other] === undefined ? [] : [{ slot: other, to: undefined, at }])];
}
const repeated = ({ every, on, at }: { every: string; on?: string; at: At }, said: Fields): Meaning[] => [
  [{ slot: 'every', to: every, at }, ...(on || said.on ? [{ slot: 'on', to: on, at }] : [])],
];

function priced({ num, numAt, cmp, subject, quote }: Price, said: Fields): Meaning[] {
  const price = said.price as { base: string; quote: string; cmp: string } | undefined;
  if (!price || (subject && subject !== price.base) || (cmp && cmp !== price.cmp)) return [];
  if (quote && quote !== price.quote && quote !== 'USD') return [];
  return num.bad ? [{ reject: 'invalid_amount', at: numAt }] : numbersOf(num).map((to) => [{ slot: 'price.value', to, at: numAt }]);
}

/** Sums whose currency was open. */
export function openMoney(said: Fields, currency: string, at: At): Meaning[] {
  const amounts = ['sell.amount', 'buy.amount'].filter((slot) => (get(said, slot) as { fiat?: string } | undefined)?.fiat === '?');
  const sums = ['budget', 'maxPrice'].filter((slot) => (said[slot] as { currency?: string } | undefined)?.currency === '?');
  const settings = [
    ...amounts.map((slot) => ({ slot, to: { ...(get(said, slot) as object), fiat: currency }, at })),
    ...sums.map((slot) => ({ slot: `${slot}.currency`, to: currency, at })),
  ];
  return settings.length ? [settings] : [];
}

/** What may go without asking anything: limits that the user set, and where the money goes. */
const REMOVABLE: Record<string, string[]> = {
  recipient: ['recipient'],
  slippageBps: ['slippageBps'],
  deadline: ['deadline', 'takenBy', 'startBy'],
  limit: ['buy.min', 'sell.max'],
  budget: ['budget.value', 'budget.currency'],
  price: ['maxPrice.value', 'maxPrice.currency', 'maxPrice.per'],
  region: ['region'],
  chain: ['sell.chain', 'buy.chain', 'chain'],
  image: ['image'],
  'buy.chain': ['buy.chain'],
  'sell.chain': ['sell.chain'],
};
export function dropped(slot: string, at: At, said: Fields): Meaning[] {
  const there = (REMOVABLE[slot] ?? []).filter((path) => get(said, path) !== undefined);
  return there.length ? [there.map((path) => ({ slot: path, to: undefined, at }))] : [];
}
