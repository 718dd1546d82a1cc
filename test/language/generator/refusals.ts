/** Sentences whose right answer is a refusal, with a code of the closed list. */
import { odd } from './asks.ts';
import { job, lease } from './compute.ts';
import { amount, price } from './draw.ts';
import { chain, clause, leg, number, type Voice } from './speak.ts';
import type { Odd } from './tongue.ts';
import { swap, type Made, type Result } from './trades.ts';
import { addressOf, chainsOf, decimalsOf, FOREIGN_CHAINS, pair, TOKENS } from './world.ts';

const refuses = (code: string, text: string, alt?: Result[]): Made => ({ text, expect: { reject: code }, ...(alt && { alt }), tags: ['refuse', `refuse-${code}`] });
const asking = (...slots: string[]): Result => ({ clarify: slots });
const unquestioned = (text: string) => text.replace(/\s*[?？]$/, '');
const sentence = (voice: Voice) => unquestioned(swap(voice, true).text);

/** What a template may name, besides whole sentences. */
function slots(voice: Voice): Record<string, string> {
  const [t, u] = pair(voice.rng);
  const base = t === 'USDC' ? 'ETH' : t;
  return { t: base, u, sell: leg(amount(base, voice.rng), base, voice), buy: 'USDC', price: number(price(base, voice.rng), voice, true), n: String(voice.rng.pick([3, 5, 10, 20, 25])), who: addressOf(voice.rng), s: '', s2: '' };
}
const simple = (code: string, kind: Odd, ...alt: Result[]) => (voice: Voice) => {
  const named = slots(voice);
  // How its numbers were written says nothing: most of them are not said.
  voice.tags.clear();
  return refuses(code, odd(kind, { ...named, s: sentence(voice) }, voice), alt.length ? alt : undefined);
};
const REJECT = (code: string): Result => ({ reject: code });

type Refusal = (voice: Voice) => Made | undefined;
export const REFUSALS: readonly (readonly [number, Refusal])[] = [
  [3, negated], [2, simple('unsupported_condition', 'gas')], [3, simple('unsupported_condition', 'event')],
  [1, simple('unsupported_action', 'stake')], [1, simple('unsupported_action', 'lend')], [1, simple('unsupported_action', 'leverage')], [0.7, simple('unsupported_action', 'nft', asking('buy.token'))],
  [1, simple('unsupported_action', 'stopLoss', REJECT('unsupported_condition'))],
  [1.5, simple('advice', 'advice', REJECT('not_an_intent'))], [1, simple('not_an_intent', 'chat')],
  [1.5, simple('prompt_injection', 'injection', asking('recipient'), REJECT('unsupported_action'))], [1.5, simple('not_an_intent', 'quoted', REJECT('prompt_injection'))],
  [2, twoIntents], [2, hidden], [2, homoglyph], [1, sameToken], [2, badAmount], [1.5, badAddress], [1, sameChain], [0.7, noMachines], [1, limits], [1.5, foreignChain],
];

function negated(voice: Voice): Made {
  const [sell, buy] = pair(voice.rng);
  return refuses('negated', odd('negated', { sell: leg(amount(sell, voice.rng), sell, voice), buy }, voice), [REJECT('not_an_intent')]);
}

function twoIntents(voice: Voice): Made {
  const second = voice.rng.chance(0.6) ? lease(voice) : job(voice);
  return refuses('multiple_intents', odd('and', { s: sentence(voice), s2: unquestioned(second.text) }, voice), [asking('intent')]);
}

const HIDDEN = ['\u200b', '\u200c', '\u200d', '\u2060', '\u202e', '\u2066', '\u200f', '\u00ad'];
function hidden(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const mark = rng.pick(HIDDEN);
  const at = rng.int(1, buy.length - 1);
  const inside = rng.chance(0.6);
  const spoiled = inside ? buy.slice(0, at) + mark + buy.slice(at) : buy;
  const text = clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy: spoiled }, [], voice);
  const middle = Math.max(1, Math.floor(text.length / 3));
  return refuses('hidden_characters', inside ? text : text.slice(0, middle) + mark + text.slice(middle), inside ? [asking('buy.token')] : undefined);
}

/** Cyrillic and Greek letters that look Latin. */
const LOOKALIKE: Record<string, string> = { A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', I: 'І', K: 'К', O: 'О', P: 'Р', S: 'Ѕ', T: 'Т', N: 'Ν', U: 'Ս' };
function homoglyph(voice: Voice): Made | undefined {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const places = [...buy].flatMap((letter, at) => (LOOKALIKE[letter] && letter !== 'U' ? [at] : []));
  if (places.length === 0 || buy === 'USDC.e') return undefined;
  const at = rng.pick(places);
  const spoiled = buy.slice(0, at) + LOOKALIKE[buy[at] as string] + buy.slice(at + 1);
  return refuses('homoglyph', clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy: spoiled }, [], voice), [asking('buy.token')]);
}

function sameToken(voice: Voice): Made {
  const [token] = pair(voice.rng);
  return refuses('same_token', clause('swapIn', { sell: leg(amount(token, voice.rng), token, voice), buy: token }, [], voice));
}

function badAmount(voice: Voice): Made {
  const { rng, tongue } = voice;
  const [sell, buy] = pair(rng);
  const digits = '1'.padStart(decimalsOf(sell) + rng.int(1, 3), '0');
  const said = rng.weigh([[2, `-${rng.int(1, 500)}`], [2, `${rng.int(1, 9)}${tongue.numbers.decimal}${digits}`], [1, '0'], [0.5, `0x${rng.int(16, 255).toString(16)}`]]);
  return refuses('invalid_amount', clause('swapIn', { sell: `${said} ${sell}`, buy }, [], voice), [asking('sell.amount')]);
}

function badAddress(voice: Voice): Made {
  const { rng } = voice;
  const [sell, buy] = pair(rng);
  const good = addressOf(rng);
  const wrong = rng.pick([good.slice(0, -1), good.slice(0, -2), `${good}a`, flipped(good)]);
  return refuses('invalid_address', clause('swapIn', { sell: leg(amount(sell, rng), sell, voice), buy }, [['recipient', { who: wrong }]], voice), [asking('recipient')]);
}
/** One letter in the other case: the checksum fails. An address of digits alone is rarer than one in 10⁸. */
function flipped(address: string): string {
  const at = address.slice(2).search(/[a-f]/i) + 2;
  const letter = address[at] as string;
  return address.slice(0, at) + (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()) + address.slice(at + 1);
}

function sameChain(voice: Voice): Made {
  const token = voice.rng.pick(['ETH', 'USDC', 'DAI']);
  const name = voice.rng.pick(chainsOf(token));
  const slots = { sell: leg(amount(token, voice.rng), token, voice), from: chain(name, voice), to: chain(name, voice) };
  return refuses('contradiction', clause('bridge', slots, [], voice), [REJECT('same_token')]);
}
function limits(voice: Voice): Made {
  const { rng } = voice;
  const t = rng.pick(['ETH', 'WETH', 'LINK', 'UNI']);
  const least = rng.pick([1000, 2000, 3000, 500]);
  return refuses('contradiction', odd('limits', { sell: leg(amount(t, rng), t, voice), min: `${least} USDC`, max: `${least - rng.pick([50, 100, 200])} USDC` }, voice));
}
function noMachines(voice: Voice): Made | undefined {
  const { tongue, rng } = voice;
  const gpus = rng.pick(tongue.gpus.many.filter((form) => form.includes('{n}'))).replace('{n}', '0').replace('{g}', rng.pick(['H100', 'A100', 'L40S']));
  return refuses('invalid_amount', clause('rent', { gpus, d: tongue.duration(rng.int(2, 9), 'hour', rng) }, [], voice));
}
function foreignChain(voice: Voice): Made {
  const { rng } = voice;
  const token = rng.pick(TOKENS.filter((one) => chainsOf(one).includes('ethereum')));
  const slots = { sell: leg(amount(token, rng), token, voice), to: rng.pick(FOREIGN_CHAINS), from: chain(rng.pick(chainsOf(token)), voice) };
  return refuses('unsupported_chain', clause(rng.pick(['bridge', 'bridgeTo'] as const), slots, [], voice));
}
