/** What a locale is: words by category, number words, and whether its decimal mark is a comma. Data only, so that unused locales weigh nothing. */
import type { NumberWords } from '../numbers.ts';

/**
 * `category` or `category:value` → phrases separated by `|`. A phrase may stand in several categories; the chart keeps
 * all readings. Phrases are lower case; a space stands for any white space.
 */
export type Words = Record<string, string>;
/** `one:1 two:2`, `hundred:2 thousand:3` (powers of ten), joiners; `_` stands for a space. See `NumberWords`. */
export type NumberData = { units: string; scales: string; joiners?: string; glued?: true; inner?: number };
export type Lexicon = { locale: string; comma: boolean; words: Words; numbers: NumberData };
export type Entry = { phrase: string; cat: string; value: string };
export type Index = Map<string, Entry[]>;

/** By first character, longest first. */
export function indexOf(...tables: Words[]): Index {
  const index: Index = new Map();
  for (const [key, phrases] of tables.flatMap((words) => Object.entries(words))) {
    const [cat = '', value = ''] = key.split(':');
    for (const phrase of phrases.split('|')) {
      const first = phrase[0] as string;
      const entries = index.get(first) ?? [];
      if (!entries.length) index.set(first, entries);
      if (!entries.some((entry) => entry.phrase === phrase && entry.cat === cat && entry.value === value))
        entries.push({ phrase, cat, value });
    }
  }
  for (const entries of index.values()) entries.sort((a, b) => b.phrase.length - a.phrase.length);
  return index;
}

const pairs = (text: string): Record<string, number> =>
  Object.fromEntries(
    text.split(' ').map((pair) => [pair.slice(0, pair.indexOf(':')).replaceAll('_', ' '), Number(pair.slice(pair.indexOf(':') + 1))]),
  );

export const numberWords = ({ units, scales, joiners = '', glued, inner = 2 }: NumberData): NumberWords => ({
  units: pairs(units),
  scales: pairs(scales),
  joiners: joiners ? joiners.split(' ') : [],
  glued: glued === true,
  inner,
});
