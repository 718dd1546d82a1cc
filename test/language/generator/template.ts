/**
 * The language of the phrase tables: `[a|b|]` is one of several, `<a|b>` is one of several verbs (whose letters may be
 * mistyped later), `{name}` is a slot. Brackets nest.
 */
import type { Rng } from './random.ts';

/** Around a verb until the noise is added; they never reach a sentence. */
export const VERB = ['\u0001', '\u0002'] as const;
export type Fill = (slot: string) => string;

/** Chooses among the alternatives and leaves the slots: the form that a sentence was made with. */
export const choose = (template: string, rng: Rng) => expand(template, rng, (slot) => `{${slot}}`);
export const bare = (form: string) => form.replace(/[\u0001\u0002]/g, '');

export function expand(template: string, rng: Rng, fill: Fill): string {
  let out = '';
  for (let at = 0; at < template.length; at++) {
    const sign = template[at] as string;
    if (sign === '{') {
      const end = template.indexOf('}', at);
      out += fill(template.slice(at + 1, end));
      at = end;
    } else if (sign === '[' || sign === '<') {
      const { parts, end } = alternatives(template, at);
      const chosen = expand(rng.pick(parts), rng, fill);
      out += sign === '<' ? VERB[0] + chosen + VERB[1] : chosen;
      at = end;
    } else out += sign;
  }
  return out;
}

function alternatives(template: string, start: number): { parts: string[]; end: number } {
  const parts = [''];
  let depth = 0;
  for (let at = start; at < template.length; at++) {
    const sign = template[at] as string;
    if ('[<'.includes(sign) && ++depth === 1) continue;
    // An arrow closes nothing.
    if (']>'.includes(sign) && !'-='.includes(template[at - 1] as string) && --depth === 0) return { parts, end: at };
    if (sign === '|' && depth === 1) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  throw new SyntaxError(`Unclosed bracket in “${template}”.`);
}

/** Spaces that optional parts left behind. */
export const tidy = (text: string) =>
  text.replace(/ {2,}/g, ' ').replace(/ +([,.!?;:，。、！？）)])/g, '$1').replace(/([,，、])(?:\s*[,，、])+/g, '$1').replace(/^[\s,，、]+|[\s,，、]+$/g, '');
