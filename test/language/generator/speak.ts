/** Puts a plan into words: picks a clause, finds a grammatical place for each adverbial, fills the slots. */
import { write, type Written } from './numbers.ts';
import type { Rng } from './random.ts';
import type { Clock, Adverb, Place, Shape, Tongue } from './tongue.ts';
import { bare, choose, expand, tidy } from './template.ts';
import { CHAINS } from './world.ts';
import type { Span } from './draw.ts';

export type Slots = Record<string, string>;
export type Phrase = readonly [Adverb, Slots];
/** What is said, apart from how: `tags` gathers what the words turned out to be. */
export type Voice = { tongue: Tongue; rng: Rng; tags: Set<string>; forms: Set<string> };

/** What stands after a clause's verb phrase, in the order people prefer; a recipient goes last. */
const ORDER: Adverb[] = ['where', 'perGpuHour', 'perHour', 'perMillion', 'budget', 'region', 'slippage', 'slippageBps', 'upTo', 'within', 'by', 'start', 'payWith', 'recipient'];
const ROOM: Record<Exclude<Place, 'tail'>, number> = { pre: 1, mid: 2, end: 2 };

export function clause(shape: Shape, slots: Slots, phrases: readonly Phrase[], voice: Voice): string {
  return say(voice.rng.pick(voice.tongue.clauses[shape]), slots, phrases, voice);
}

export function say(template: string, slots: Slots, phrases: readonly Phrase[], voice: Voice): string {
  const { tongue, rng } = voice;
  const open = (['pre', 'mid', 'end'] as const).filter((place) => template.includes(`{${place}}`));
  const placed: Record<Place, [Adverb, string][]> = { pre: [], mid: [], end: [], tail: [] };
  for (const [adverb, own] of rng.shuffle(phrases)) {
    const forms = tongue.adverbs[adverb];
    const free = open.filter((place) => forms[place] && placed[place].length < ROOM[place]);
    const place: Place = free.length && (!forms.tail || rng.chance(0.65)) ? rng.pick(free) : 'tail';
    placed[place].push([adverb, form(forms[place] ?? [], voice, (name) => own[name] ?? '')]);
  }
  placed.end.sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const joined = (place: Place) => placed[place].map(([, text]) => text).join(tongue.space);
  const tail = placed.tail.map(([, text]) => tongue.comma + text).join('');
  const text = form([template], voice, (name) => {
    if (name === 'tail') return tail;
    if (name === 'pre' || name === 'mid' || name === 'end') return joined(name);
    return slots[name] ?? elided(name, slots) ?? missing(name, template);
  });
  const whole = tidy(template.includes('{tail}') ? text : withTail(text, tail));
  return (tongue.contracted ?? []).reduce((out, [from, to]) => out.replace(from, to), whole);
}
/** One of the forms, noted, and filled. */
function form(forms: readonly string[], { rng, forms: used }: Voice, fill: (slot: string) => string): string {
  const chosen = choose(rng.pick(forms), rng);
  used.add(bare(chosen));
  return expand(chosen, rng, fill);
}
const missing = (name: string, template: string): never => {
  throw new ReferenceError(`No {${name}} for “${template}”.`);
};
/** A question or exclamation mark stays last. */
const withTail = (text: string, tail: string) => (tail ? text.replace(/\s*([?？]?)$/, `${tail}$1`) : text);

/** French: `{d_x}` is de or d’, `{de}` the article before what is bought, `{et}` the one before what is priced. */
function elided(name: string, slots: Slots): string | undefined {
  const vowel = (text: string) => /^[aeiouEUAIO]/.test(text);
  if (name === 'de') return vowel(slots.buy ?? '') ? (slots.buy?.startsWith('U') ? `des ${slots.buy}` : `de l'${slots.buy}`) : `du ${slots.buy}`;
  if (name === 'et') return vowel(slots.t ?? '') ? `l'${slots.t}` : `le ${slots.t}`;
  if (!name.startsWith('d_')) return undefined;
  const noun = slots[name.slice(2)] ?? '';
  return vowel(noun) ? `d'${noun}` : `de ${noun}`;
}

export const tagged = (written: Written, voice: Voice): string => {
  if (written.shape !== 'plain') voice.tags.add(`number-${written.shape}`);
  return written.text;
};
export const number = (value: string, voice: Voice, bare = false) => tagged(write(value, voice.tongue, voice.rng, bare), voice);

/** `n/d`, percent, fiat, everything, or a plain amount, with its token. */
export type Quantity = string | { percent: string } | { fraction: string } | { fiat: string; value: string };
export function leg(quantity: Quantity, token: string, voice: Voice): string {
  const { tongue, rng } = voice;
  const forms = tongue.legs;
  const fill = (list: string[], own: Slots) => form(list, voice, (name) => own[name] ?? elided(name, own) ?? '');
  if (quantity === 'max') return fill(forms.all, { t: token });
  if (typeof quantity === 'string') return fill(forms.plain, { n: number(quantity, voice), t: token });
  if ('percent' in quantity) return fill(forms.percent, { p: percent(quantity.percent, voice), t: token });
  if ('fraction' in quantity) return fill(forms.fraction, { f: rng.pick(tongue.fractions[quantity.fraction as '1/2']), t: token });
  return fill(forms.fiat, { m: money(quantity.value, quantity.fiat, voice), t: token });
}
export const percent = (value: string, { tongue, rng }: Voice) => value.replace('.', tongue.numbers.decimal) + rng.pick(tongue.percent);

/** A price or budget: in fiat as the locale writes it, or in a token. */
export function money(value: string, currency: string, voice: Voice): string {
  const { tongue, rng } = voice;
  const forms = tongue.money[currency as 'USD'];
  const digits = number(value, voice, true);
  const shown = value.includes('.') && /\.\d$/.test(value) && rng.chance(0.5) ? `${digits}0` : digits;
  return forms ? rng.pick(forms).replace('{n}', () => shown) : `${shown} ${currency}`;
}
export const chain = (name: string, { rng }: Voice) => rng.pick(CHAINS[name] ?? [name]);
export const duration = ({ n, unit }: Span, { tongue, rng }: Voice) => tongue.duration(n, unit, rng);
/** German has a dative after “innerhalb von”; elsewhere both are the same. */
export function durations(span: Span, voice: Voice): Slots {
  const d = duration(span, voice);
  return { d, dd: voice.tongue.locale === 'de' ? d.replace(/\bTage$/, 'Tagen').replace(/^eine /, 'einer ').replace(/^einen /, 'einem ') : d };
}
export const instant = (clock: Clock, { tongue, rng }: Voice) => tongue.instant(clock, rng);
