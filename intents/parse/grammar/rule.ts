/** How a rule is written down: category, symbols in a string, builder. */
import type { Rule } from '../chart.ts';

/** `rule('leg', 'amount of? token', (amount, of, token) => …)`; a `?` marks a symbol that may be absent. */
export const rule = (cat: string, symbols: string, build: (...items: never[]) => unknown): Rule => ({
  cat,
  symbols: symbols.split(' '),
  build,
});
/** Several shapes of one thing whose value is the same constant or the value of one part. */
export const alias = (cat: string, ...symbols: string[]): Rule[] =>
  symbols.map((symbol) => rule(cat, symbol, (item: { value: unknown }) => item.value));
