/** The words of an edit, by category, beside those of a locale's lexicon. */
import { expanded, type Lexicon, type Words } from '../lexicon/lexicon.ts';

/**
 * `e_lead` says only that something changes; `e_no`, `e_stop`, `e_yes`, `e_undo` stand alone; `e_change` … `e_be` (or `e_by`) is "change … to …"; `e_instead` is "instead of", `e_butnot` ", not";
 * `e_slot:…` names a slot, `e_be` joins it to its value; `e_self` is the user's own wallet; `e_double`, `e_same` speak of the old value.
 * `without` takes phrases out of the lexicon that mean something else here (`category` → phrases).
 */
export type EditWords = { locale: string; words: Words; without?: Words };

/** A lexicon that also reads edits. */
export function editLexicon(lexicon: Lexicon, { words, without = {} }: EditWords): Lexicon {
  const kept = Object.entries(lexicon.words).map(([key, phrases]): [string, string] => {
    const gone = new Set((without[key] ?? '').split('|'));
    return [key, gone.size > 1 || !gone.has('') ? expanded(phrases).filter((phrase) => !gone.has(phrase)).join('|') : phrases];
  });
  return { ...lexicon, words: { ...Object.fromEntries(kept.filter(([, phrases]) => phrases)), ...words } };
}
