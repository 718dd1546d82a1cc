/** The locales, and which of them a text is written in. */
import type { ParseContext } from '../context.ts';
import { fold, type Lexer, lexerFor } from '../lexer.ts';
import { en } from './en.ts';
import type { Lexicon } from './lexicon.ts';
import { walk } from './trie.ts';

/** English is always there: it is also what is tried when the declared locale does not explain a text. */
const ENGLISH: readonly Lexicon[] = [en];

type Built = { lexers: Map<string, Lexer>; lexerOf: (locale: string) => Lexer | undefined; names: Set<string>; lexicons: readonly Lexicon[] };
const built = new WeakMap<ParseContext['tokens'], Built>();

/** Lexers are built when their locale is first read. */
function builtFor(context: ParseContext): Built {
  const lexicons = context.lexicons ?? ENGLISH;
  const known = built.get(context.tokens);
  if (known && known.lexicons === lexicons) return known;
  const lexers = new Map<string, Lexer>();
  const lexerOf = (locale: string) => {
    const lexicon = [...lexicons, ...ENGLISH].find((entry) => entry.locale === locale);
    const lexer = lexers.get(locale) ?? (lexicon && lexerFor(context, lexicon));
    if (lexer) lexers.set(locale, lexer);
    return lexer;
  };
  const names = new Set(
    [...context.tokens.map(({ symbol }) => symbol), ...context.chains.flatMap(({ name, aliases }) => [name, ...aliases])].map((name) =>
      name.toLowerCase(),
    ),
  );
  const fresh = { lexers, lexerOf, names, lexicons };
  built.set(context.tokens, fresh);
  return fresh;
}

/** Lower-case symbols and chain names that a look-alike could imitate. */
export const namesOf = (context: ParseContext): ReadonlySet<string> => builtFor(context).names;

/**
 * Lexers to try, best first: the declared locale, then English, then the one whose words occur most. Without a declared
 * locale the last is the first. Lazy: most texts need one.
 */
export function* lexersInTurn(text: string, context: ParseContext): Generator<Lexer> {
  const { lexerOf, lexicons } = builtFor(context);
  const english = lexerOf('en') as Lexer;
  const declared = context.locale ? lexerOf(context.locale.slice(0, 2).toLowerCase()) : undefined;
  const likely = () => best([...new Set(['en', ...lexicons.map(({ locale }) => locale)])].map((locale) => lexerOf(locale) as Lexer), fold(text));
  const first = declared ?? likely();
  yield first;
  if (first !== english) yield english;
  const last = declared && lexicons.length ? likely() : first;
  if (last !== first && last !== english) yield last;
}

/** The locale of a text and English, for readers that try no third one. */
export function lexersFor(text: string, context: ParseContext): Lexer[] {
  const first = lexersInTurn(text, context).next().value as Lexer;
  const english = builtFor(context).lexerOf('en') as Lexer;
  return first === english ? [english] : [first, english];
}

/** Names and signs that say nothing of a language. */
const SHARED = new Set(['unit', 'hour', 'regionname', 'filler', 'x', 'gb']);

/** The locale of which most letters of the text are known words; English on a tie. */
function best(lexers: Lexer[], folded: string): Lexer {
  const score = ({ words }: Lexer) => {
    let letters = 0;
    for (const match of folded.matchAll(/(?<![\p{Script=Latin}\d])[\p{Script=Latin}\p{M}']+(?!\d)|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)) {
      let longest = 0;
      walk(words, folded, match.index, (found, end) => {
        if (end - match.index >= match[0].length && found.some(({ cat }) => !SHARED.has(cat))) longest = end - match.index;
      });
      letters += longest;
    }
    return letters;
  };
  return lexers.map((lexer) => ({ lexer, letters: score(lexer) })).reduce((a, b) => (b.letters > a.letters ? b : a)).lexer;
}
