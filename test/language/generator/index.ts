/**
 * Sentences with their right answers, from a seed: the normal form is drawn first and then put into words.
 * Independent of the parser on purpose: nothing here may import it, or the sentences would only show that it agrees with itself.
 */
import { ASKS } from './asks.ts';
import { inference, job, lease, storage, workload } from './compute.ts';
import { noisy } from './noise.ts';
import { rngOf, type Rng } from './random.ts';
import { REFUSALS } from './refusals.ts';
import type { Voice } from './speak.ts';
import { de } from './tongues/de.ts';
import { en } from './tongues/en.ts';
import { es } from './tongues/es.ts';
import { fr } from './tongues/fr.ts';
import { ja } from './tongues/ja.ts';
import { pt } from './tongues/pt.ts';
import { zh } from './tongues/zh.ts';
import { bridge, cancel, dca, limit, swap, twap, type Made, type Result } from './trades.ts';

export type Generated = { id: string; text: string; locale: string; expect: Result; alt?: Result[]; tags: string[]; /** The forms of the phrase tables it was made with: to find out which one is not understood. */ forms: string[] };
export const TONGUES = [en, de, es, fr, pt, zh, ja];

type Make = (voice: Voice) => Made | undefined;
const PARSES: readonly (readonly [number, Make])[] = [
  [26, (voice) => swap(voice)], [7, bridge], [9, limit], [7, dca], [4, twap], [1, cancel], [13, lease], [4, workload], [3, inference], [3, storage], [3, job],
];
const asked: Make = (voice) => voice.rng.weigh(ASKS)(voice);
const refused: Make = (voice) => voice.rng.weigh(REFUSALS)(voice);

function one(rng: Rng): Omit<Generated, 'id'> | undefined {
  const tongue = rng.pick(TONGUES);
  const voice: Voice = { rng, tongue, tags: new Set(), forms: new Set() };
  const make = rng.weigh<Make>([[80, rng.weigh(PARSES)], [11, asked], [9, refused]]);
  const made = make(voice);
  if (!made) return undefined;
  const text = noisy(made.text, voice, 'reject' in made.expect || made.tags.includes('wrong-symbol'));
  if ('kind' in made.expect && rng.chance(0.012)) return beside(text, made, voice);
  return { text, locale: tongue.locale, expect: made.expect, ...(made.alt && { alt: made.alt }), tags: [...new Set([...made.tags, ...voice.tags])], forms: [...voice.forms] };
}

/** A sentence about something else first, with a number in it: reading past it is right, and asking is no fault. */
function beside(text: string, { expect, alt, tags }: Made, { rng, tongue, tags: noted, forms }: Voice): Omit<Generated, 'id'> {
  const aside = rng.pick(tongue.manners.asides);
  const asked: Result[] = [{ clarify: ['intent'] }, { clarify: ['sell.amount'] }];
  return { text: aside + text, locale: tongue.locale, expect, alt: [...(alt ?? []), ...asked], tags: [...new Set([...tags, ...noted, 'distractor'])], forms: [...forms, aside] };
}

/** `count` different sentences. The same seed gives the same sentences, and a longer list begins with the shorter one. */
export function generate(seed: number, count: number): Generated[] {
  const rng = rngOf(seed);
  const seen = new Set<string>();
  const out: Generated[] = [];
  for (let tries = 0; out.length < count; tries++) {
    if (tries > count * 20) throw new RangeError(`Only ${out.length} different sentences of ${count}.`);
    const made = one(rng);
    if (!made || seen.has(made.text)) continue;
    seen.add(made.text);
    out.push({ id: `g${seed}-${out.length}`, ...made });
  }
  return out;
}
