/** Trades: the normal form first, then its words. */
import { amount, clock, isPriced, person, price, span } from './draw.ts';
import type { Rng } from './random.ts';
import { chain, clause, duration, durations, instant, leg, number, percent, type Phrase, type Quantity, type Voice } from './speak.ts';
import type { Adverb } from './tongue.ts';
import { chainsOf, isStable, pair, TOKENS, worthOf } from './world.ts';

export type Result = { kind: string; [slot: string]: unknown } | { clarify: string[] } | { reject: string };
export type Made = { text: string; expect: Result; alt?: Result[]; tags: string[] };
type Slots = { [slot: string]: unknown };

/** How a trade is narrowed: each entry adds a slot to the normal form and a phrase to the words. */
type Narrow = { adverb: Adverb; phrase(voice: Voice): Phrase; slot(form: Slots): void; tag: string };

export function slippage(rng: Rng, bps = rng.pick([10, 20, 25, 30, 50, 75, 100, 150, 200, 300])): Narrow {
  const asBps = rng.chance(0.2);
  const adverb: Adverb = asBps ? 'slippageBps' : 'slippage';
  return { adverb, tag: 'slippage', slot: (form) => (form.slippageBps = bps), phrase: (voice) => [adverb, { b: String(bps), p: percent(String(bps / 100), voice) }] };
}
export function recipient(rng: Rng): Narrow {
  const who = person(rng);
  const shown = who.startsWith('0x') && rng.chance(0.2) ? who.toLowerCase() : who;
  return { adverb: 'recipient', tag: 'recipient', slot: (form) => (form.recipient = who), phrase: () => ['recipient', { who: shown }] };
}
export function deadline(rng: Rng): Narrow {
  if (rng.chance(0.6)) {
    const within = span(rng);
    return { adverb: 'within', tag: 'deadline', slot: (form) => (form.deadline = { in: within.iso }), phrase: (voice) => ['within', durations(within, voice)] };
  }
  const by = clock(rng);
  return { adverb: 'by', tag: 'deadline', slot: (form) => (form.deadline = { at: by.at }), phrase: (voice) => ['by', { at: instant(by.clock, voice) }] };
}
const partial = (): Narrow => ({ adverb: 'partial', tag: 'partial', slot: (form) => (form.partialFill = true), phrase: () => ['partial', {}] });
/** One chain for both legs. */
const where = (name: string): Narrow => ({
  adverb: 'where', tag: 'chain', phrase: (voice) => ['where', { c: chain(name, voice) }],
  slot: (form) => {
    (form.sell as Slots).chain = name;
    (form.buy as Slots).chain = name;
  },
});

function narrowed(rng: Rng, possible: (() => Narrow)[], most = 3): Narrow[] {
  const count = Math.min(rng.weigh([[5, 0], [5, 1], [3, 2], [1, 3]]), most, possible.length);
  return rng.shuffle(possible).slice(0, count).map((make) => make());
}
const anyChain = (rng: Rng) => rng.weigh([[2, 'base'], [2, 'arbitrum'], [1, 'optimism'], [1, 'polygon'], [1, 'ethereum']]);

export function quantity(token: string, rng: Rng): Quantity {
  return rng.weigh<() => Quantity>([
    [12, () => amount(token, rng)], [1.2, () => 'max'], [1.2, () => ({ percent: rng.pick(['5', '10', '15', '20', '25', '30', '40', '50', '60', '75', '80', '90', '12.5']) })],
    [1, () => ({ fraction: rng.pick(['1/2', '1/3', '1/4', '2/3', '3/4']) })],
  ])();
}
const kindOf = (said: Quantity) => (said === 'max' ? 'sell-all' : typeof said === 'string' ? 'amount' : (Object.keys(said)[0] as string));
const fiat = (voice: Voice) => {
  const currency = voice.rng.pick(Object.keys(voice.tongue.money));
  return { fiat: currency, value: String(voice.rng.pick([20, 50, 75, 100, 150, 200, 250, 500]) * (currency === 'JPY' ? 100 : 1)) };
};

function finish(form: Slots & { kind: string }, narrows: Narrow[], words: (phrases: Phrase[]) => string, tags: string[], voice: Voice): Made {
  for (const { slot } of narrows) slot(form);
  const text = words(narrows.map(({ phrase }) => phrase(voice)));
  return { text, expect: form, tags: [...tags, ...narrows.map(({ tag }) => tag)] };
}

/** Exact-in, exact-out, with a floor, across chains, in fiat. `plain`: nothing but two tokens and an amount. */
export function swap(voice: Voice, plain = false): Made {
  const { rng } = voice;
  const shape = rng.weigh([[6, 'swapIn'], [3, 'buyWith'], [3, 'swapOut'], [plain ? 0 : 1, 'swapMin']] as const);
  const split = !plain && shape === 'swapIn' && rng.chance(0.12);
  const on = !plain && !split && rng.chance(0.3) ? anyChain(rng) : undefined;
  const narrows = plain ? [] : narrowed(rng, [() => slippage(rng), () => recipient(rng), () => deadline(rng)]);
  if (on) narrows.push(where(on));
  if (split) return across(narrows, voice);
  if (shape === 'swapMin') return floor(narrows, on, voice);
  const [sell, buy] = pair(rng, on);
  const inFiat = !plain && rng.chance(0.07);
  const said = inFiat ? fiat(voice) : shape === 'swapOut' ? amount(buy, rng) : quantity(sell, rng);
  const out = shape === 'swapOut';
  const form = { kind: 'swap', exact: out ? 'out' : 'in', sell: { token: sell, ...(!out && { amount: said }) }, buy: { token: buy, ...(out && { amount: said }) } };
  const slots = () => ({ sell: out ? sell : leg(said, sell, voice), buy: out ? leg(said, buy, voice) : buy });
  const made = finish(form, narrows, (phrases) => clause(shape, slots(), phrases, voice), ['swap', shape, kindOf(said)], voice);
  // Spending 200 dollars of DAI and getting 200 dollars of LINK for DAI are one trade.
  if (inFiat && out) made.alt = [{ ...form, exact: 'in', sell: { ...form.sell, amount: said }, buy: { token: buy, ...(on && { chain: on }) } }];
  return made;
}

function across(narrows: Narrow[], voice: Voice): Made {
  const { rng } = voice;
  const [from, to] = rng.shuffle(['ethereum', 'base', 'arbitrum', 'optimism', 'polygon']) as [string, string];
  const sell = rng.pick(TOKENS.filter((token) => chainsOf(token).includes(from)));
  const buy = rng.pick(TOKENS.filter((token) => token !== sell && chainsOf(token).includes(to)));
  const said = quantity(sell, rng);
  const form = { kind: 'swap', exact: 'in', sell: { token: sell, amount: said, chain: from }, buy: { token: buy, chain: to } };
  const at = (text: string, name: string) => voice.rng.pick(voice.tongue.legs.on).replace('{leg}', () => text).replace('{c}', () => chain(name, voice));
  return finish(form, narrows, (phrases) => clause('swapIn', { sell: at(leg(said, sell, voice), from), buy: at(buy, to) }, phrases, voice), ['swap', 'cross-chain', kindOf(said)], voice);
}

function floor(narrows: Narrow[], on: string | undefined, voice: Voice): Made {
  const { rng } = voice;
  let [sell, buy] = pair(rng, on);
  if (!isPriced(sell) || !isStable(buy)) [sell, buy] = [on === 'polygon' ? 'POL' : on === 'base' ? 'ETH' : rng.pick(['ETH', 'WETH']), 'USDC'];
  if (!chainsOf(sell).includes(on ?? 'ethereum')) sell = 'ETH';
  const said = amount(sell, rng);
  const min = String(Math.max(1, Math.round((Number(said) * worthOf(sell) * rng.pick([80, 90, 95, 100])) / 100)));
  const form = { kind: 'swap', exact: 'in', sell: { token: sell, amount: said }, buy: { token: buy, min } };
  const made = finish(form, narrows, (phrases) => clause('swapMin', { sell: leg(said, sell, voice), buy, min: leg(min, buy, voice) }, phrases, voice), ['swap', 'min-receive'], voice);
  // A floor for one unit is a price.
  if (said === '1') made.alt = [{ ...form, kind: 'limit', buy: { token: buy, ...(on && { chain: on }) }, price: { value: min, base: sell, quote: buy, cmp: '>=' } }];
  return made;
}

export function bridge(voice: Voice): Made {
  const { rng } = voice;
  const [from, to] = rng.shuffle(['ethereum', 'base', 'arbitrum', 'optimism', 'polygon']) as [string, string];
  const open = rng.chance(0.3) && to !== 'ethereum';
  const source = open ? 'ethereum' : from;
  const token = rng.pick(TOKENS.filter((one) => chainsOf(one).includes(source) && chainsOf(one).includes(to)));
  const said = quantity(token, rng);
  const form = { kind: 'swap', exact: 'in', sell: { token, amount: said, ...(!open && { chain: from }) }, buy: { token, chain: to } };
  const slots = { sell: leg(said, token, voice), from: chain(from, voice), to: chain(to, voice) };
  const narrows = narrowed(rng, [() => recipient(rng), () => deadline(rng)], 2);
  return finish(form, narrows, (phrases) => clause(open ? 'bridgeTo' : 'bridge', slots, phrases, voice), ['bridge', kindOf(said)], voice);
}

export function limit(voice: Voice): Made {
  const { rng } = voice;
  const shape = rng.pick(['limitSell', 'limitBuy', 'limitSpend'] as const);
  const base = rng.pick(TOKENS.filter((token) => isPriced(token) && chainsOf(token).includes('ethereum')));
  const quote = rng.pick(['USDC', 'USDC', 'USDT', 'DAI']);
  const value = price(base, rng);
  const selling = shape === 'limitSell';
  const said = amount(shape === 'limitSpend' ? quote : base, rng);
  const amountOf = { amount: said };
  const form = {
    kind: 'limit', exact: shape === 'limitBuy' ? 'out' : 'in',
    sell: { token: selling ? base : quote, ...(shape !== 'limitBuy' && amountOf) }, buy: { token: selling ? quote : base, ...(shape === 'limitBuy' && amountOf) },
    price: { value, base, quote, cmp: selling ? '>=' : '<=' },
  };
  const counted = leg(said, shape === 'limitSpend' ? quote : base, voice);
  const digits = number(value, voice, true);
  const slots = {
    sell: shape === 'limitBuy' ? quote : counted, buy: shape === 'limitBuy' ? counted : selling ? quote : base,
    t: base, price: rng.chance(0.35) ? `${digits} ${quote}` : digits, priceIn: `${digits} ${quote}`,
  };
  const narrows = narrowed(rng, [() => deadline(rng), partial, () => recipient(rng)], 2);
  return finish(form, narrows, (phrases) => clause(shape, slots, phrases, voice), ['limit', shape], voice);
}

const PERIODS = ['PT1H', 'PT12H', 'P1D', 'P1D', 'P2D', 'P7D', 'P7D', 'P14D', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
export function rhythm(voice: Voice): { every: string; on?: string; words: string } {
  const key = voice.rng.pick(PERIODS);
  const words = voice.rng.pick(voice.tongue.every[key] ?? []);
  voice.forms.add(words);
  return key.startsWith('P') ? { every: key, words } : { every: 'P7D', on: key, words };
}
export function dca(voice: Voice): Made {
  const { rng } = voice;
  const sell = rng.pick(['USDC', 'USDC', 'USDT', 'DAI']);
  const buy = rng.pick(['ETH', 'WBTC', 'LINK', 'UNI', 'WETH', 'ARB']);
  const { every, on, words } = rhythm(voice);
  const per = amount(sell, rng);
  const shape = rng.chance(0.55) ? 'dca' : 'dcaFor';
  const long = span(rng, every.startsWith('PT') ? ['day'] : ['week', 'week', 'day']);
  const days = Number(/\d+/.exec(long.iso)?.[0]);
  const period = every.startsWith('PT') ? 0.5 : Number(/\d+/.exec(every)?.[0]);
  if (shape === 'dcaFor' && days < 2 * period) return dca(voice);
  const count = rng.int(2, 40);
  const form = { kind: 'dca', sell: { token: sell, amountPer: per }, buy: { token: buy }, every, ...(on && { on }), ...(shape === 'dca' ? { count } : { for: long.iso }) };
  const slots = { sell: leg(per, sell, voice), buy, every: words, n: String(count), d: duration(long, voice) };
  const narrows = narrowed(rng, [() => slippage(rng), () => recipient(rng)], 1);
  const made = finish(form, narrows, (phrases) => clause(shape, slots, phrases, voice), ['dca', on ? 'weekday' : 'period'], voice);
  // For so many weeks: each time or in all? Asking is no fault.
  return shape === 'dcaFor' ? { ...made, alt: [{ clarify: ['amountScope'] }] } : made;
}

export function twap(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const said = amount(sell, rng);
  const over = span(rng, ['hour', 'hour', 'day', 'minute']);
  const parts = rng.chance(0.5) ? rng.int(2, 48) : undefined;
  const form = { kind: 'twap', sell: { token: sell, amount: said }, buy: { token: buy }, over: over.iso, ...(parts && { parts }) };
  const slots = { sell: leg(said, sell, voice), buy, d: duration(over, voice), n: String(parts) };
  const narrows = narrowed(rng, [() => slippage(rng), () => recipient(rng)], 1);
  return finish(form, narrows, (phrases) => clause(parts ? 'twapParts' : 'twap', slots, phrases, voice), ['twap'], voice);
}

export const cancel = (voice: Voice): Made => ({ text: clause('cancel', {}, [], voice), expect: { kind: 'cancel', ref: 'last' }, tags: ['cancel'] });
