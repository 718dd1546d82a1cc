/** What a model may point at: the numbers, tokens, chains, recipients, durations, GPUs and regions of one text, under short ids. */
import { fillChart, type Item } from './chart.ts';
import type { ParseContext } from './context.ts';
import { GRAMMAR } from './grammar/index.ts';
import { lex } from './lexer.ts';
import { lexersFor } from './lexicon/index.ts';
import type { ChainName, Token } from './meaning.ts';
import type { Num } from './numbers.ts';

/** `value` is how a canonical sentence writes it; `quote` is how the user did. */
export type Candidate = { id: string; quote: string; value: string };
/** Ids end here: a fixed vocabulary keeps the model's schema static. */
export const MOST_CANDIDATES = 8;

const KINDS: Record<string, { letter: string; value: (value: unknown) => string | undefined }> = {
  digits: { letter: 'N', value: (num) => ((num as Num).bad || (num as Num).options ? undefined : (num as Num).value) },
  wordnum: { letter: 'N', value: (num) => (num as Num).value },
  token: { letter: 'T', value: (token) => ('symbol' in (token as Token) ? (token as { symbol: string }).symbol : undefined) },
  chainname: { letter: 'C', value: (chain) => ('chain' in (chain as ChainName) ? (chain as { chain: string }).chain : undefined) },
  address: { letter: 'A', value: (address) => address as string | undefined },
  ens: { letter: 'A', value: (name) => name as string },
  dur: { letter: 'D', value: (iso) => iso as string | undefined },
  gpumodel: { letter: 'G', value: (model) => model as string },
  regionname: { letter: 'R', value: (region) => region as string },
};

/** In order of the text, without those inside a longer one of the same kind. */
export function candidatesOf(text: string, context: ParseContext): Candidate[] {
  const [lexer] = lexersFor(text, context);
  if (!lexer) return [];
  const { items: lexemes } = lex(text, lexer);
  // A duration is a phrase: the grammar finds it, and the number in it is not one by itself.
  const durations = fillChart(lexemes, text.length, GRAMMAR).cells.flatMap((cell) => cell?.get('dur') ?? []);
  const items = [...lexemes.filter((item) => !durations.some(({ start, end }) => start <= item.start && item.end <= end)), ...durations];
  const found: Candidate[] = [];
  const counts: Record<string, number> = {};
  const inside = (item: Item) =>
    items.some(
      (other) =>
        other !== item &&
        KINDS[other.cat]?.letter === KINDS[item.cat]?.letter &&
        other.start <= item.start &&
        other.end >= item.end &&
        other.end - other.start > item.end - item.start,
    );
  const seen = new Set<string>();
  for (const item of [...items].sort((a, b) => a.start - b.start)) {
    const kind = KINDS[item.cat];
    const value = kind?.value(item.value);
    const index = kind ? (counts[kind.letter] ?? 0) : MOST_CANDIDATES;
    if (!kind || value === undefined || inside(item) || index >= MOST_CANDIDATES) continue;
    const key = `${kind.letter}${item.start}-${item.end}${value}`;
    if (seen.has(key)) continue;
    seen.add(key);
    counts[kind.letter] = index + 1;
    found.push({ id: `${kind.letter}${index}`, quote: text.slice(item.start, item.end), value });
  }
  return found;
}
