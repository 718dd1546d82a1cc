/** Message → the phrases of an edit, in the language of the dialogue. Several readings come out where there are several. */
import { fillChart, type Item } from '../chart.ts';
import type { ParseContext } from '../context.ts';
import { lex, type Lexer, lexerFor } from '../lexer.ts';
import { lexersFor } from '../lexicon/index.ts';
import { type Alone, EDITS, type Phrase } from './grammar.ts';
import { EDIT_WORDS } from './locales.ts';
import { editLexicon } from './words.ts';

/** Longer messages are no edits. */
const LONGEST_EDIT = 200;
const built = new WeakMap<ParseContext['tokens'], Map<string, Lexer>>();

/** Lexers for an edit of `first`: those that would read both messages. */
function editLexers(first: string, text: string, context: ParseContext): Lexer[] {
  const known = built.get(context.tokens) ?? new Map<string, Lexer>();
  built.set(context.tokens, known);
  return lexersFor(`${first} ${text}`, context).flatMap(({ lexicon }) => {
    const words = EDIT_WORDS.find(({ locale }) => locale === lexicon.locale);
    // A message of three words leaves no room for a verb that is nearly one: `more` is no `move`.
    const lexer = known.get(lexicon.locale) ?? (words && { ...lexerFor(context, editLexicon(lexicon, words)), verbs: [] });
    if (lexer) known.set(lexicon.locale, lexer);
    return lexer ? [lexer] : [];
  });
}

export type EditReading = { alone: Alone } | { lists: Phrase[][] };

/** Undefined if no list of phrases covers every word. */
export function readEdit(first: string, text: string, context: ParseContext): EditReading | undefined {
  if (text.length > LONGEST_EDIT) return undefined;
  for (const lexer of editLexers(first, text, context)) {
    const reading = readWith(lexer, text);
    if (reading) return reading;
  }
  return undefined;
}

function readWith(lexer: Lexer, text: string): EditReading | undefined {
  const { items, begin } = lex(text, lexer);
  const end: Item = { cat: 'e_end', start: text.length, end: text.length, next: text.length, value: true };
  const chart = fillChart([...items, end], text.length + 1, EDITS);
  if (chart.overflow) return undefined;
  const cell = chart.cells[begin];
  const alone = (cell?.get('alone') ?? []).find(({ next }) => next >= text.length) as Item<Alone> | undefined;
  if (alone) return { alone: alone.value };
  const lists = ((cell?.get('edits') ?? []) as Item<Phrase[]>[]).map(({ value }) => value).filter((list) => list.some(({ cat }) => cat !== 'verb'));
  const costOf = (list: Phrase[]) => list.reduce((sum, { cost }) => sum + cost, 0);
  const least = Math.min(...lists.map(costOf));
  // Of lists that are alike, evidence is taken from the fuller phrases.
  const widthOf = (list: Phrase[]) => list.reduce((sum, { at }) => sum + at.end - at.start, 0);
  const best = lists.filter((list) => costOf(list) === least).sort((a, b) => widthOf(b) - widthOf(a));
  return best.length ? { lists: best } : undefined;
}

/** True if the message has a verb that no reading can do without: it says what is to be done. */
export function saysWhat(first: string, text: string, context: ParseContext): boolean {
  const read = readEdit(first, text, context);
  return read !== undefined && 'lists' in read && read.lists.every((list) => list.some(({ cat }) => cat === 'verb'));
}
