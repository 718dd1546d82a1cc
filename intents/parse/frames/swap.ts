/** Swap, bridge, limit, DCA, TWAP: which leg is sold, which is bought, and what else was said of them. */
import type { Slot } from '../../intent.ts';
import type { Item } from '../chart.ts';
import type { ParseContext } from '../context.ts';
import { decimalsOf } from '../decimal.ts';
import type { Amount, ChainName, Leg, Marker, Pair, Place, Price } from '../meaning.ts';
import { conditions } from './price.ts';
import { type Args, ask, newOutcome, only, type Outcome, put, verbsOf } from './outcome.ts';
import { schedule } from './schedule.ts';
import { tail } from './tail.ts';

const KNOWN = new Set(
  'verb mode leg mleg askleg maskleg pair place bareplace recipient slippage deadline takenBy price partialFill every count over parts span badspan askspan route scope'.split(
    ' ',
  ),
);
const VERBS = new Set(['swap', 'sell', 'buy', 'need', 'bridge']);
type Side = 'sell' | 'buy';
type Placed = { leg: Leg; side: Side; start: number; next?: number };

/** The reading of a cover as an exchange of tokens, or undefined if it is none. */
export function swapFrame(args: Args, context: ParseContext): Outcome | undefined {
  const verbs = verbsOf(args);
  if (!only(args, KNOWN) || !verbs.every((verb) => VERBS.has(verb))) return undefined;
  const legs = assign(args, verbs);
  if (!legs) return undefined;
  const outcome = newOutcome({ kind: 'swap', exact: 'in', sell: {}, buy: {} });
  for (const { leg, side } of legs) if (!(unnamed(leg) && leg.cmp)) token(outcome, side, leg);
  if (!bridge(outcome, args, legs, verbs)) return undefined;
  if (!chains(outcome, args, legs)) return undefined;
  const prices = args.of<Price>('price');
  if (prices.length > 1) return undefined;
  const verb = verbs[0] === 'need' ? 'buy' : verbs[0];
  if (prices[0] && !conditions(outcome, prices[0].value, verb, args)) return undefined;
  if (!prices[0] && args.of<string>('mode').some(({ value }) => value === 'limit')) ask(outcome, 'intent');
  if (!amounts(outcome, legs, context)) return undefined;
  for (const { value } of args.of<{ at: Place['chainAt'] }>('badspan')) outcome.rejects.push({ code: 'invalid_amount', at: value.at });
  if (args.of('askspan').length) ask(outcome, 'schedule.end');
  if (!schedule(outcome, args) || !tail(outcome, args, context)) return undefined;
  missing(outcome, legs);
  sameToken(outcome, context);
  return outcome;
}

const MARKED: Record<Marker, (verb: string | undefined) => Side | undefined> = {
  bare: (verb) => (verb === 'buy' || verb === 'need' ? 'buy' : 'sell'),
  to: () => 'buy',
  for: (verb) => (verb === 'buy' || verb === 'need' ? 'sell' : 'buy'),
  with: () => 'sell',
  // `ETHをUSDCで売る` sells for USDC, `USDCで買う` pays with it.
  by: (verb) => (verb === 'sell' ? 'buy' : 'sell'),
  from: () => 'sell',
  on: (verb) => (verb === 'sell' ? 'buy' : undefined),
};

/** Gives each leg its side; at most one leg a side, plus a limit on it. Undefined if that is impossible. */
function assign(args: Args, verbs: string[]): Placed[] | undefined {
  const placed: Placed[] = [];
  const paid = args.all.some(({ cat, value }) => cat === 'mleg' && ['with', 'by'].includes((value as Leg).marker));
  // A saving plan buys, if what is paid is named: `50 USDCでETHを積立`.
  let verb = verbs[0] ?? (paid && args.of<string>('mode').some(({ value }) => value === 'dca') ? 'buy' : undefined);
  const fixed = new Set(verbs.map((name) => (name === 'need' ? 'buy' : name))).size === 1;
  const fiatFor = args.all.some(({ cat, value }) => cat === 'mleg' && ['with', 'from'].includes((value as Leg).marker));
  for (const item of args.all) {
    if (item.cat === 'verb' && !fixed) verb = item.value as string;
    if (item.cat === 'pair') {
      const { pay, get } = item.value as Pair;
      placed.push({ leg: pay, side: 'sell', start: pay.tokenAt.start }, { leg: get, side: 'buy', start: get.tokenAt.start });
    }
    if (!['leg', 'mleg', 'askleg', 'maskleg'].includes(item.cat)) continue;
    const leg = item.value as Leg;
    if (paysAddress(leg, verbs)) return undefined;
    const side = limitOf(leg, args) ?? (leg.marker === 'for' && fiatFor && isFiat(leg.amount) ? 'buy' : MARKED[leg.marker](verb));
    if (!side) return undefined;
    placed.push({ leg, side, start: item.start, next: item.next });
  }
  if (placed.length === 0) return undefined;
  return balance(placed);
}
const isFiat = (amount: Amount | undefined) =>
  amount !== undefined && 'said' in amount && typeof amount.said === 'object' && 'fiat' in amount.said;

/** `pay 100 USDC to 0x…`, `send …`: an address after `to` is a token only where something is exchanged for it. */
const paysAddress = (leg: Leg, verbs: string[]) =>
  'symbol' in leg.token &&
  leg.token.symbol.startsWith('0x') &&
  (verbs.includes('bridge') || (leg.marker === 'to' && !verbs.includes('swap')));

/** `…, min 3000 USDC` after both legs: a limit on the side that has this token, or that has none of its own. */
function limitOf(leg: Leg, args: Args): Side | undefined {
  if (leg.marker !== 'bare' || (leg.cmp !== 'min' && leg.cmp !== 'max')) return undefined;
  const plain = args.all.filter(({ cat, value }) => ['leg', 'mleg'].includes(cat) && value !== leg && !(value as Leg).cmp);
  const wanted = leg.cmp === 'min' ? 'buy' : 'sell';
  return plain.length === 2 && (unnamed(leg) || plain.some(({ value }) => sameAsset(value as Leg, leg))) ? wanted : undefined;
}
const unnamed = (leg: Leg) => 'ask' in leg.token && leg.token.ask === '';

/** A second bare leg is the other side; a second leg of the same token may only add a limit. */
function balance(placed: Placed[]): Placed[] | undefined {
  for (const side of ['sell', 'buy'] as const) {
    const same = placed.filter((entry) => entry.side === side);
    if (same.length < 2) continue;
    if (same.length > 2) return undefined;
    const [first, second] = same as [Placed, Placed];
    const other = side === 'sell' ? 'buy' : 'sell';
    const free = !placed.some((entry) => entry.side === other);
    if (free && second.leg.marker === 'bare' && (second.leg.cmp === 'min') === (other === 'buy') && second.leg.cmp) second.side = other;
    else if (!(sameAsset(first.leg, second.leg) || unnamed(second.leg)) || !second.leg.cmp || first.leg.cmp) return undefined;
  }
  return placed;
}
const sameAsset = (a: Leg, b: Leg) => 'symbol' in a.token && 'symbol' in b.token && a.token.symbol === b.token.symbol;

function token(outcome: Outcome, side: Side, leg: Leg): void {
  if ('symbol' in leg.token) put(outcome, `${side}.token`, leg.token.symbol, leg.tokenAt);
  else if ('reject' in leg.token) outcome.rejects.push({ code: leg.token.reject, at: leg.tokenAt });
  else ask(outcome, `${side}.token`, { word: leg.token.ask });
}

/** One leg that only changes chain: the bought token is the sold one. */
function bridge(outcome: Outcome, args: Args, legs: Placed[], verbs: string[]): boolean {
  const places = placesOf(args).map(({ value }) => value.marker);
  const moves = verbs.includes('bridge');
  const pays = verbs.every((verb) => verb === 'sell' || verb === 'bridge');
  if (legs.some(({ side }) => side === 'buy')) {
    if (moves && !places.length) ask(outcome, 'buy.chain');
    return true;
  }
  const reached = places.includes('to') || (places.includes('from') && places.includes('on'));
  const crossing = reached && (moves || places.includes('from'));
  if (!crossing && pays && args.of('recipient').length) {
    outcome.rejects.push({ code: 'unsupported_action' });
    return true;
  }
  if (!moves && !crossing) return true;
  const [only] = legs as [Placed];
  token(outcome, 'buy', only.leg);
  if (!reached) ask(outcome, 'buy.chain');
  return true;
}

function chains(outcome: Outcome, args: Args, legs: Placed[]): boolean {
  const named = legs.filter(({ leg }) => leg.chain);
  const [alone] = named;
  // The only chain that is named is both legs', unless something moves between chains.
  if (alone && named.length === 1 && legs.length > 1 && !args.of('place').length && !args.of('route').length && !args.of('bareplace').length)
    if (!chain(outcome, alone.side === 'sell' ? 'buy' : 'sell', alone.leg.chain as ChainName, alone.leg.chainAt as Place['chainAt'])) return false;
  for (const { leg, side } of legs) if (leg.chain && !chain(outcome, side, leg.chain, leg.chainAt as Place['chainAt'])) return false;
  const bare = args.of<Place>('bareplace');
  const places = placesOf(args);
  if (bare.length > 1) return false;
  for (const { value, start } of places) {
    if (value.open) ask(outcome, 'buy.chain');
    if (value.marker === 'not') ask(outcome, 'sell.chain');
    // `DAI de Base` says whose chain it is, `de Base` where it comes from.
    const owner = value.genitive ? legs.find(({ next }) => next === start) : undefined;
    if (value.marker === 'from' && !chain(outcome, owner?.side ?? 'sell', value.chain, value.chainAt)) return false;
    if (value.marker === 'to' && !chain(outcome, 'buy', value.chain, value.chainAt)) return false;
  }
  return scoped(
    outcome,
    [...places.filter(({ value }) => value.marker === 'on'), ...bare].sort((a, b) => a.start - b.start),
    legs,
  );
}

/** `Base → Arbitrum` is two places; `auf Base` is where it goes if something is moved and nothing else says where. */
function placesOf(args: Args): Item<Place>[] {
  const places = [
    ...args.of<Place>('place'),
    ...args.of<Place[]>('route').flatMap((route) => route.value.map((value) => ({ ...route, value }))),
  ];
  // `1 ETH en Arbitrum por USDC de Base`: `de` after the second leg is where that one is, as `en` after the first.
  const legs = args.all.filter(({ cat }) => ['leg', 'mleg', 'askleg', 'maskleg'].includes(cat));
  const [on, from] = [places.find(({ value }) => value.marker === 'on'), places.find(({ value }) => value.marker === 'from')];
  const [first, second] = legs;
  if (on && from && places.length === 2 && first && second && legs.length === 2)
    if (first.start < on.start && on.start < second.start && second.start < from.start)
      return [on, { ...from, value: { ...from.value, marker: 'on' } }];
  const moved = verbsOf(args).includes('bridge') && !places.some(({ value }) => value.marker === 'to');
  return places.map((item) => (moved && item.value.onto ? { ...item, value: { ...item.value, marker: 'to' as const } } : item));
}

/** `on X`: the only one is both legs'; two of them take the leg before, one each. */
function scoped(outcome: Outcome, places: Item<Place>[], legs: Placed[]): boolean {
  const order = [...legs].sort((a, b) => a.start - b.start);
  if (places.length > 2) return false;
  for (const place of places) {
    const before = order.filter(({ start }) => start < place.start).at(-1);
    const { chain: name, chainAt } = place.value;
    if (before && places.length === 2) {
      if (!chain(outcome, before.side, name, chainAt)) return false;
      continue;
    }
    const free = (['sell', 'buy'] as const).filter((side) => !(outcome.said[side] as { chain?: string }).chain);
    if (!free.length) return false;
    for (const side of free) chain(outcome, side, name, chainAt);
  }
  return true;
}

function chain(outcome: Outcome, side: Side, name: ChainName, at: Place['chainAt']): boolean {
  if ('reject' in name) {
    outcome.rejects.push({ code: name.reject, at });
    return true;
  }
  const said = outcome.said[side] as { chain?: string };
  if (said.chain && said.chain !== name.chain) return false;
  put(outcome, `${side}.chain`, name.chain, at);
  return true;
}

/** Amounts, minima and maxima; which side is exact. */
function amounts(outcome: Outcome, legs: Placed[], context: ParseContext): boolean {
  for (const { leg, side } of legs) {
    if (!leg.amount || (side === 'buy' && vague(leg.amount) && legs.some((other) => other.side === 'sell' && other.leg.amount))) continue;
    const slot = `${side}.${leg.cmp === 'min' || leg.cmp === 'max' ? leg.cmp : 'amount'}`;
    const symbol = 'symbol' in leg.token ? leg.token.symbol : undefined;
    if ('bad' in leg.amount) outcome.rejects.push({ code: 'invalid_amount', ...(leg.amountAt && { at: leg.amountAt }) });
    else if ('ask' in leg.amount && leg.amount.ask === 'currency') {
      ask(outcome, 'currency', { options: leg.amount.options });
      put(outcome, slot, { fiat: '?', value: leg.amount.value }, leg.amountAt);
    } else if ('ask' in leg.amount) ask(outcome, 'sell.amount', { options: leg.amount.options });
    else if (slot !== 'sell.min' && slot !== 'buy.max') {
      if (tooFine(leg.amount.said, symbol, context))
        outcome.rejects.push({ code: 'invalid_amount', ...(leg.amountAt && { at: leg.amountAt }) });
      if (side === 'buy' && leg.amount.said === 'max') return false;
      put(outcome, slot, leg.amount.said, leg.amountAt);
    } else ask(outcome, 'sell.amount', { options: typeof leg.amount.said === 'string' ? [leg.amount.said] : [] });
  }
  const { sell, buy } = outcome.said as { sell: Record<string, unknown>; buy: Record<string, unknown> };
  if (sell.amount !== undefined && buy.amount !== undefined) ask(outcome, 'direction');
  if (sell.amount === undefined && buy.amount !== undefined) outcome.said.exact = 'out';
  if (sell.max !== undefined && buy.amount === undefined) {
    ask(outcome, 'sell.amount', { options: typeof sell.max === 'string' ? [sell.max] : [] });
    delete sell.max;
  }
  if (buy.min !== undefined && buy.amount !== undefined) return false;
  return [sell.max, buy.min].every((limit) => limit === undefined || typeof limit === 'string');
}

/** `for some ETH`: no amount at all, if the other side has one. */
const vague = (amount: Amount) => 'ask' in amount && amount.ask === 'amount' && !amount.options.length;

function tooFine(said: unknown, symbol: string | undefined, context: ParseContext): boolean {
  const listed = context.tokens.find((entry) => entry.symbol === symbol);
  return typeof said === 'string' && said !== 'max' && listed !== undefined && decimalsOf(said) > listed.decimals;
}

function missing(outcome: Outcome, legs: Placed[]): void {
  const { sell, buy, kind } = outcome.said as { kind: string; sell: Record<string, unknown>; buy: Record<string, unknown> };
  for (const [side, leg] of [
    ['sell', sell],
    ['buy', buy],
  ] as const) {
    const asked = outcome.asks.some(({ slot }) => slot === `${side}.token`) || outcome.rejects.length > 0;
    if (leg.token === undefined && !asked) ask(outcome, `${side}.token` as Slot);
  }
  const said = legs.some(({ leg }) => leg.amount !== undefined);
  const amount = kind === 'dca' ? sell.amountPer : (sell.amount ?? buy.amount);
  if (amount === undefined && (!said || sell.max !== undefined || buy.min !== undefined)) ask(outcome, 'sell.amount');
}

function sameToken(outcome: Outcome, context: ParseContext): void {
  const { sell, buy } = outcome.said as { sell: { token?: string; chain?: string }; buy: { token?: string; chain?: string } };
  if (!sell.token || sell.token !== buy.token || outcome.asks.some(({ slot }) => slot === 'buy.chain' || slot === 'sell.chain')) return;
  if (sell.chain === buy.chain) outcome.rejects.push({ code: sell.chain ? 'contradiction' : 'same_token' });
  else if (!sell.chain && buy.chain === context.walletChain) ask(outcome, 'sell.chain');
}
