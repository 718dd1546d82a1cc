/** What people add without meaning anything by it: manners, slips in verbs, casing, missing accents, wide digits, spacing. */
import type { Rng } from './random.ts';
import type { Voice } from './speak.ts';
import { tidy, VERB } from './template.ts';

const MARKED = new RegExp(`${VERB[0]}([^${VERB[1]}]*)${VERB[1]}`, 'u');
const MARKS = new RegExp(`[${VERB[0]}${VERB[1]}]`, 'gu');
/** Names whose letters matter. */
const NAMED = /0x[0-9a-f]{6}|\.eth\b|\.wasm\b|[a-z]\/[a-z]|\d[bB]\b|v\d/i;
/** `gentle`: only what cannot change why a text is refused. */
export function noisy(text: string, voice: Voice, gentle = false): string {
  const { rng, tongue, tags } = voice;
  const latin = tongue.space === ' ';
  const imperative = text.startsWith(VERB[0]);
  let out = text;
  let slipped = false;
  if (latin && !gentle && rng.chance(0.12)) {
    out = out.replace(MARKED, (_all, verb: string) => slip(verb, rng));
    slipped = out.replace(MARKS, '') !== text.replace(MARKS, '');
    if (slipped) tags.add('typo');
  }
  out = tidy(out.replace(MARKS, ''));
  out = polite(out, imperative, voice);
  if (latin && !gentle && !slipped && rng.chance(0.1)) out = note(tags, 'no-accents', out, unaccented(out, tongue.locale, rng));
  if (latin) out = cased(out, voice, gentle);
  else if (!gentle) out = wide(out, voice);
  if (!gentle) out = spaced(out, latin, voice);
  return out;
}

function note(tags: Set<string>, tag: string, before: string, after: string): string {
  if (before !== after) tags.add(tag);
  return after;
}

/** One slip of the fingers inside a word of five letters or more: two letters swapped, one lost, one doubled. */
function slip(verb: string, rng: Rng): string {
  if (verb.length < 5 || !/^\p{L}+$/u.test(verb)) return verb;
  const letters = [...verb];
  const at = rng.int(1, letters.length - 3);
  const kind = rng.int(0, 2);
  if (kind === 0) [letters[at], letters[at + 1]] = [letters[at + 1] as string, letters[at] as string];
  else letters.splice(at, kind === 1 ? 1 : 0, ...(kind === 1 ? [] : [letters[at] as string]));
  return letters.join('');
}

function polite(text: string, imperative: boolean, { rng, tongue, tags, forms }: Voice): string {
  const before = tongue.manners.before.filter((form) => imperative || !form.startsWith('!'));
  let out = text;
  const noted = (form: string) => (forms.add(form), form);
  if (before.length && rng.chance(0.18)) out = noted(rng.pick(before)).replace('!', '') + out;
  if (!/[?？！!。]$/.test(out) && !/[:：/]\S*$|0x\S+$/.test(out) && rng.chance(0.22)) out += noted(rng.pick(tongue.manners.after));
  return note(tags, 'manners', text, out);
}

function unaccented(text: string, locale: string, rng: Rng): string {
  if (locale === 'de' && rng.chance(0.6)) return text.replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss');
  return text.normalize('NFD').replace(/(?<=[a-zA-Z])[\u0300-\u036f]/g, '').normalize('NFC').replace(/ß/g, 'ss');
}

function cased(text: string, { rng, tags }: Voice, gentle: boolean): string {
  const roll = rng.next();
  if (roll < 0.35) return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  if (gentle) return text;
  if (roll < 0.5) return note(tags, 'lower', text, text.toLowerCase());
  if (roll < 0.53 && !NAMED.test(text) && !/ß|\d[hdmk]\b/.test(text)) return note(tags, 'upper', text, text.toUpperCase());
  return text;
}

const WIDE_OFFSET = 0xfee0;
function wide(text: string, { rng, tags }: Voice): string {
  // A grouping comma would stay narrow beside wide digits.
  if (NAMED.test(text) || /\d,\d/.test(text) || !rng.chance(0.1)) return text;
  const widen = (sign: string) => String.fromCharCode(sign.charCodeAt(0) + WIDE_OFFSET);
  return note(tags, 'wide', text, text.replace(/(?<![A-Za-z])\d+(?:\.\d+)?%?/g, (digits) => digits.replace(/[\d.%]/g, widen)));
}

function spaced(text: string, latin: boolean, { rng, tags }: Voice): string {
  if (!latin) {
    if (!rng.chance(0.2)) return text;
    const han = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]';
    return note(tags, 'spacing', text, text.replace(new RegExp(`(${han})(?=[A-Z])`, 'gu'), '$1 ').replace(new RegExp(`([A-Z])(?=${han})`, 'gu'), '$1 '));
  }
  const roll = rng.next();
  if (roll < 0.03) return note(tags, 'spacing', text, text.replace(' ', '  '));
  if (roll < 0.07) return note(tags, 'spacing', text, text.replace(/(\d) (?=(?:USDC|USDT|ETH|WETH|DAI|WBTC|LINK|UNI|ARB|OP|PEPE|POL)\b)/, '$1'));
  return text;
}
