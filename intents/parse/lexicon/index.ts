/** The locales, and which of them a text is written in. */
import type { ParseContext } from '../context.ts';
import { fold, type Lexer, lexerFor } from '../lexer.ts';
import { en } from './en.ts';
import type { Lexicon } from './lexicon.ts';

/** English is always there: it is also what is tried when the declared locale does not explain a text. */
const ENGLISH: readonly Lexicon[] = [en];

type Built = { lexers: Map<string, Lexer>; names: Set<string>; lexicons: readonly Lexicon[] };
const built = new WeakMap<ParseContext['tokens'], Built>();

function builtFor(context: ParseContext): Built {
  const lexicons = context.lexicons ?? ENGLISH;
  const known = built.get(context.tokens);
  if (known && known.lexicons === lexicons) return known;
  const lexers = new Map([...ENGLISH, ...lexicons].map((lexicon) => [lexicon.locale, lexerFor(context, lexicon)]));
  const names = new Set(
    [...context.tokens.map(({ symbol }) => symbol), ...context.chains.flatMap(({ name, aliases }) => [name, ...aliases])].map((name) =>
      name.toLowerCase(),
    ),
  );
  const fresh = { lexers, names, lexicons };
  built.set(context.tokens, fresh);
  return fresh;
}

/** Lower-case symbols and chain names that a look-alike could imitate. */
export const namesOf = (context: ParseContext): ReadonlySet<string> => builtFor(context).names;

/** Lexers to try, best first: the declared locale, or the one whose words occur most, then English. */
export function lexersFor(text: string, context: ParseContext): Lexer[] {
  const { lexers } = builtFor(context);
  const declared = context.locale && lexers.get(context.locale.slice(0, 2).toLowerCase());
  const english = lexers.get('en') as Lexer;
  const first = declared || best([...lexers.values()], fold(text));
  return first === english ? [english] : [first, english];
}

/** The locale of which most letters of the text are known words; English on a tie. */
function best(lexers: Lexer[], folded: string): Lexer {
  const score = ({ words }: Lexer) => {
    let letters = 0;
    for (const match of folded.matchAll(/[\p{Script=Latin}\p{M}']+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)) {
      const entries = words.get(match[0][0] as string) ?? [];
      const entry = entries.find(
        ({ phrase, cat }) =>
          cat !== 'unit' && folded.startsWith(phrase, match.index) && (phrase.length >= match[0].length || phrase.includes(' ')),
      );
      if (entry) letters += entry.phrase.length;
    }
    return letters;
  };
  return lexers.map((lexer) => ({ lexer, letters: score(lexer) })).reduce((a, b) => (b.letters > a.letters ? b : a)).lexer;
}
