/** What a locale is: words by category, number words, and whether its decimal mark is a comma. Data only, so that unused locales weigh nothing. */
import type { Grammar } from '../chart.ts';
import type { NumberWords } from '../numbers.ts';
import { enter, type Trie, trie } from './trie.ts';

/**
 * `category` or `category:value` → phrases separated by `|`. A phrase may stand in several categories; the chart keeps
 * all readings. Phrases are lower case; a space stands for any white space; `wechs(le|eln)s?` stands for four words. Accents may be left out by the writer, so no phrase is listed without them.
 */
export type Words = Record<string, string>;
/** `one:1 two:2`, `hundred:2 thousand:3` (powers of ten), joiners; `_` stands for a space. See `NumberWords`. */
export type NumberData = { units: string; scales: string; joiners?: string; glued?: true; inner?: number };
/** `grammar`: rules beyond those that every reader has. */
export type Lexicon = { locale: string; comma: boolean; words: Words; numbers: NumberData; grammar?: Grammar };

/** Every phrase of a pattern: `|` separates, `( )` groups, `?` makes a letter or group optional. */
export function expanded(pattern: string): string[] {
  let cursor = 0;
  const either = (): string[] => {
    const all = sequence();
    while (pattern[cursor] === '|') {
      cursor++;
      all.push(...sequence());
    }
    return all;
  };
  const sequence = (): string[] => {
    let heads = [''];
    while (cursor < pattern.length && pattern[cursor] !== '|' && pattern[cursor] !== ')') {
      let part: string[];
      if (pattern[cursor] === '(') {
        cursor++;
        part = either();
        cursor++;
      } else part = [pattern[cursor++] as string];
      if (pattern[cursor] === '?') {
        cursor++;
        part = [...part, ''];
      }
      heads = heads.flatMap((head) => part.map((tail) => head + tail));
    }
    return heads;
  };
  return either().map((phrase) => phrase.trim().replace(/  +/g, ' '));
}

const GERMAN: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };
/** The spellings of people without the right keyboard: `wöchentlich`, `wochentlich`, `woechentlich`. */
export function spellings(phrase: string): string[] {
  const bare = phrase.normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC').replace(/ß/g, 'ss');
  if (bare === phrase || /[\u3040-\u30ff]/.test(phrase)) return [phrase];
  return [phrase, bare, phrase.replace(/[äöüß]/g, (letter) => GERMAN[letter] as string)];
}

export function indexOf(...tables: Words[]): Trie {
  const index = trie();
  for (const [key, phrases] of tables.flatMap((words) => Object.entries(words))) {
    const [cat = '', value = ''] = key.split(':');
    for (const phrase of expanded(phrases).flatMap(spellings)) if (phrase) enter(index, { phrase, cat, value });
  }
  return index;
}

const pairs = (text: string): Record<string, number> =>
  Object.fromEntries(
    text.split(' ').flatMap((pair) => {
      const cut = pair.indexOf(':');
      return spellings(pair.slice(0, cut).replaceAll('_', ' ')).map((word) => [word, Number(pair.slice(cut + 1))]);
    }),
  );

export const numberWords = ({ units, scales, joiners = '', glued, inner = 2 }: NumberData): NumberWords => ({
  units: pairs(units),
  scales: pairs(scales),
  joiners: joiners ? joiners.split(' ') : [],
  glued: glued === true,
  inner,
});
