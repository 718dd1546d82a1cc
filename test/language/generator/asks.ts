/** Sentences whose right answer is a question: something is missing, or could be read two ways that differ in money. */
import { currency, machines, machinesInWords, type Machines } from './compute.ts';
import { amount, past, span } from './draw.ts';
import { grouped } from './numbers.ts';
import { chain, clause, duration, instant, leg, money, percent, say, type Voice } from './speak.ts';
import type { Odd } from './tongue.ts';
import { rhythm, swap, type Made, type Result } from './trades.ts';
import { chainsOf, pair, TOKENS } from './world.ts';

const asks = (slots: string[], text: string, alt?: Result[]): Made => ({ text, expect: { clarify: slots }, ...(alt && { alt }), tags: ['ask', `ask-${slots[0]}`] });
/** One of a locale's sentences for an oddity, if it has any. */
export function odd(kind: Odd, slots: Record<string, string>, voice: Voice): string {
  return say(voice.rng.pick(voice.tongue.odd[kind]), slots, [], voice);
}
const commaLocale = ({ tongue }: Voice) => tongue.numbers.decimal === ',';

type Ask = (voice: Voice) => Made | undefined;
const WRONG_SYMBOLS = { sell: ['EHT', 'UDSC', 'WTBC', 'USDTT', 'LNIK', 'ETHH'], buy: ['UDSC', 'EHT', 'WBCT', 'SHIB', 'DOGE', 'CRV', 'LINNK', 'USSDC'] };
const WRONG_GPUS = ['A1OO', 'H10O', 'H1OO', 'L4OS', 'B2OO', 'H2O0'];

export const ASKS: readonly (readonly [number, Ask])[] = [
  [2, (voice) => { const [t, u] = pair(voice.rng); return asks(['sell.amount'], odd('vague', { t, u, d_t: t }, voice)); }],
  [2, (voice) => { const [t, u] = pair(voice.rng); return asks(['sell.amount'], odd('noAmount', { t, u }, voice)); }],
  [1.5, (voice) => { const [t] = pair(voice.rng); return asks(['buy.token'], odd('noBuy', { sell: leg(amount(t, voice.rng), t, voice) }, voice)); }],
  [1, (voice) => { const [t] = pair(voice.rng); return asks(['sell.token'], odd('noSell', { buy: leg(amount(t, voice.rng), t, voice) }, voice)); }],
  [1, noTarget], [3, thousandfold], [2, wrongSymbol], [1.5, notAnAsset], [1, dateTwoWays], [1.5, wideSlippage], [1, yen],
  [1.5, (voice) => asks(['recipient'], odd('person', { s: swap(voice, true).text }, voice))],
  [1, notHere],
  [1.5, (voice) => asks(['schedule.end'], odd('noEnd', recurring(voice), voice))],
  [0.5, totalOrEach], [1.5, machineUnsaid], [1.5, perHourForAll],
  [1, (voice) => asks(['duration'], odd('noDuration', { gpus: gpus(voice) }, voice))],
  [1, tooLong], [0.7, correction], [0.7, allBut], [0.8, over], [1, currencyAsToken],
];

const gpus = (voice: Voice, what: Machines = machines(voice.rng, true)) => machinesInWords(what, voice);

function noTarget(voice: Voice): Made {
  const token = voice.rng.pick(TOKENS.filter((one) => chainsOf(one).length > 2 && chainsOf(one).includes('ethereum')));
  return asks(['buy.chain'], odd('noTarget', { sell: leg(amount(token, voice.rng), token, voice), from: chain(voice.rng.pick(chainsOf(token)), voice) }, voice));
}

/** 1.500 or 1,500 where both signs are in use; 1,5 in English. */
function thousandfold(voice: Voice): Made | undefined {
  const { rng, tongue } = voice;
  if (tongue.locale === 'zh' || tongue.locale === 'ja') return undefined;
  const [sell, buy] = pair(rng);
  const digits = String(rng.int(1, 20)) + rng.pick(['500', '250', '000', '750', '200', '125']);
  const text = commaLocale(voice) ? grouped(digits, rng.pick(['.', ',']), '') : `${rng.int(1, 9)},${rng.pick(['5', '25', '75', '2'])}`;
  const made = asks(['sell.amount'], clause(rng.pick(['swapIn', 'buyWith'] as const), { sell: `${text} ${sell}`, buy }, [], voice));
  return { ...made, tags: [...made.tags, 'thousandfold'] };
}

function wrongSymbol(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const side = rng.pick(['sell', 'buy'] as const);
  const symbol = rng.pick(WRONG_SYMBOLS[side]);
  const said = { sell: leg(String(rng.int(1, 40)), side === 'sell' ? symbol : sell, voice), buy: side === 'buy' ? symbol : buy };
  const made = asks([`${side}.token`], clause('swapIn', said, [], voice));
  return { ...made, tags: [...made.tags, 'wrong-symbol'] };
}

function notAnAsset(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const side = rng.pick(['sell', 'buy'] as const);
  const symbol = side === 'buy' ? rng.pick(['USD', 'BTC']) : 'BTC';
  return asks([`${side}.token`], clause('swapIn', { sell: leg(amount(side === 'sell' ? 'WBTC' : sell, rng), side === 'sell' ? symbol : sell, voice), buy: side === 'buy' ? symbol : buy }, [], voice));
}

function dateTwoWays(voice: Voice): Made | undefined {
  const { rng, tongue } = voice;
  if (tongue.space === '') return undefined;
  const [sell, buy] = pair(rng);
  const first = rng.int(1, 12);
  const second = ((first + rng.int(1, 10) - 1) % 12) + 1;
  const two = (n: number) => String(n).padStart(2, '0');
  if (first === second) return undefined;
  const at = `${two(first)}/${two(second)}/2027`;
  return asks(['deadline'], clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy }, [['by', { at }]], voice));
}

function wideSlippage(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const p = percent(rng.pick(['8', '10', '15', '20', '30', '50', '99']), voice);
  return asks(['slippageBps'], clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy }, [['slippage', { p }]], voice), [{ reject: 'unsafe_slippage' }]);
}

function yen(voice: Voice): Made | undefined {
  if (voice.tongue.space === '') return undefined;
  const [sell, buy] = pair(voice.rng);
  const m = `¥${voice.rng.pick(['5000', '20000', '800'])}`;
  const words = voice.rng.pick(voice.tongue.legs.fiat);
  return asks(['currency'], clause('swapOut', { sell, buy: say(words, { m, t: buy }, [], voice) }, [], voice));
}

function notHere(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = rng.shuffle(['ETH', 'WETH', 'USDC', 'DAI', 'USDT', 'WBTC']) as [string, string];
  if (/ETH/.test(sell) && /ETH/.test(buy)) return notHere(voice);
  const s = clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy }, [], voice).replace(/[?？]$/, '');
  return asks(['sell.chain'], odd('notHere', { s }, voice), [{ clarify: ['sell.chain', 'buy.chain'] }]);
}

function recurring(voice: Voice) {
  const sell = voice.rng.pick(['USDC', 'USDT', 'DAI']);
  const buy = voice.rng.pick(['ETH', 'WBTC', 'LINK', 'UNI']);
  return { sell: leg(amount(sell, voice.rng), sell, voice), buy, every: rhythm(voice).words };
}
function totalOrEach(voice: Voice): Made | undefined {
  const { rng, tongue } = voice;
  if (tongue.odd.totalOrEach.length === 0) return undefined;
  const slots = { ...recurring(voice), sell: `${rng.pick([1000, 500, 600, 900])} USDC`, every: rng.pick(tongue.every.P7D ?? []) };
  return asks(['amountScope'], odd('totalOrEach', { ...slots, d: duration({ n: rng.pick([4, 8, 10, 12]), unit: 'week', iso: '' }, voice) }, voice));
}

function machineUnsaid(voice: Voice): Made {
  const d = duration(span(voice.rng, ['hour', 'day']), voice);
  if (voice.rng.chance(0.5)) return asks(['gpu.model'], odd('anyGpu', { d }, voice));
  const what = { model: voice.rng.pick(WRONG_GPUS), count: voice.rng.pick([1, 2, 4, 8]) };
  const made = asks(['gpu.model'], clause('rent', { gpus: gpus(voice, what), d }, [], voice));
  return { ...made, tags: [...made.tags, 'wrong-symbol'] };
}
function perHourForAll(voice: Voice): Made {
  const { rng } = voice;
  const what = { model: rng.pick(['H100', 'A100', 'L40S', 'H200', 'B200', 'MI300X']), count: rng.pick([2, 4, 8, 16]) };
  const m = money(rng.pick(['5', '10', '20', '12.5', '30']), currency(voice), voice);
  return asks(['maxPrice.per'], clause('rent', { gpus: gpus(voice, what), d: duration(span(rng, ['hour', 'day']), voice) }, [['perHour', { m }]], voice));
}
function tooLong(voice: Voice): Made {
  const { rng } = voice;
  const [long, short] = [rng.pick([12, 24, 36, 48, 72]), rng.pick([2, 3, 4, 6, 8])];
  const hours = (n: number) => duration({ n, unit: 'hour', iso: '' }, voice);
  return asks(['duration'], odd('tooLong', { gpus: gpus(voice), d: hours(long), d2: hours(short) }, voice), [{ reject: 'contradiction' }]);
}
/** No normal form for all-but; the whole balance would be wrong. */
function allBut(voice: Voice): Made {
  const [t, buy] = pair(voice.rng);
  const n = String(voice.rng.int(1, 9));
  return asks(['sell.amount'], odd('allBut', { t, n, sell: `${n} ${t}`, buy }, voice), [{ clarify: ['intent'] }]);
}
/** It is noon: the deadline has passed. */
function over(voice: Voice): Made {
  const [sell, buy] = pair(voice.rng);
  return asks(['deadline'], clause('swapIn', { sell: leg(amount(sell, voice.rng), sell, voice), buy }, [['by', { at: instant(past(voice.rng), voice) }]], voice), [{ reject: 'contradiction' }]);
}
function currencyAsToken(voice: Voice): Made {
  const [sell] = pair(voice.rng);
  const made = asks(['buy.token'], clause('swapIn', { sell: leg(amount(sell, voice.rng), sell, voice), buy: voice.rng.pick(voice.tongue.currencies) }, [], voice));
  return { ...made, tags: [...made.tags, 'wrong-symbol'] };
}
function correction(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const [first, second] = rng.shuffle(['1', '2', '3', '5', '10']) as [string, string];
  const meant: Result = { kind: 'swap', exact: 'in', sell: { token: sell, amount: second }, buy: { token: buy } };
  return asks(['sell.amount'], odd('correction', { sell: `${first} ${sell}`, sell2: `${second} ${sell}`, buy }, voice), [meant]);
}
