/** What a model may say on the page: sentences without values. Numbers, names and addresses come from drafts, and from code. */
import type { ParseContext } from '../../intents/parse/index.ts';
import { lex, type Lexer, lexerFor } from '../../intents/parse/lexer.ts';
import { en } from '../../intents/parse/lexicon/en.ts';
import { LOCALES } from '../../intents/parse/locales.ts';
import type { Num } from '../../intents/parse/numbers.ts';

/** Longest answer of a model that is looked at, UTF-16 units. */
export const MOST_WORDS = 2_000;
/** Figures in any script, capitals as in tickers, and whatever could be followed: links, names of sites, mail addresses, hex. */
const VALUE = /[\p{N}\p{Sc}%‰@]|0x|\b[A-Z]{2,}\b|\w\.\w{2,}|:\/\/|[\p{Cf}\p{Co}\p{Cn}]/u;
/** What the lexer finds in an order, it finds in an answer: these are values, in words too. */
const VALUES = new Set(['digits', 'fracdigits', 'token', 'chainname', 'gpumodel', 'address', 'badaddress', 'ens', 'sign', 'file', 'imageref']);

const lexers = new WeakMap<ParseContext['tokens'], Lexer[]>();
function lexersOf(context: ParseContext): Lexer[] {
  const known = lexers.get(context.tokens) ?? [en, ...LOCALES].map((lexicon) => lexerFor(context, lexicon));
  lexers.set(context.tokens, known);
  return known;
}

/** One is also an article, so it is no value; two, a dozen and a million are. */
const holdsNumber = (value: unknown) => (value as Num).value !== '1';

/** Whether a sentence may be shown as it is. */
export function isPlain(sentence: string, context: ParseContext): boolean {
  if (VALUE.test(sentence)) return false;
  return lexersOf(context).every((lexer) =>
    lex(sentence, lexer).items.every(({ cat, value }) => !VALUES.has(cat) && !(cat === 'wordnum' && holdsNumber(value))),
  );
}

/** Takes text in pieces and gives back whole plain sentences; the others are dropped. */
export function plainWords(context: ParseContext): { push(piece: string): string[]; end(): string[] } {
  let open = '';
  let total = 0;
  const take = (sentences: string[]) => sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence && isPlain(sentence, context));
  return {
    push(piece) {
      const room = Math.max(0, MOST_WORDS - total);
      total += piece.length;
      const parts = (open + piece.slice(0, room)).split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/);
      open = parts.pop() ?? '';
      return take(parts);
    },
    end() {
      const rest = total > MOST_WORDS ? '' : open;
      open = '';
      return take([rest]);
    },
  };
}

/** Sentences of a model that hold a value are dropped. */
export function withoutValues(text: string, context: ParseContext): string {
  const words = plainWords(context);
  return [...words.push(text), ...words.end()].join(' ');
}
