/** What a locale must bring so that the generator can speak it: clauses, adverbials, nouns, numbers, times, manners. */
import type { Rng } from './random.ts';

export type Locale = 'en' | 'de' | 'es' | 'fr' | 'pt' | 'zh' | 'ja';
/**
 * Clauses. `{pre}`, `{mid}` and `{end}` are the places where adverbials may stand; others follow after a comma.
 * `{sell}` `{buy}` are amounts with their token, or a bare token where no amount belongs to it.
 */
export type Shape =
  | 'swapIn' | 'swapOut' | 'swapMin' | 'buyWith' | 'bridge' | 'bridgeTo'
  | 'limitSell' | 'limitBuy' | 'limitSpend' | 'dca' | 'dcaFor' | 'twap' | 'twapParts' | 'cancel'
  | 'rent' | 'rentCpu' | 'batch' | 'training' | 'inference' | 'storage' | 'job';
/** Adverbials. `{c}` chain, `{p}` percent, `{b}` bps, `{d}` duration, `{at}` instant, `{who}`, `{m}` money, `{r}` region, `{t}` token. */
export type Adverb =
  | 'where' | 'recipient' | 'slippage' | 'slippageBps' | 'within' | 'by' | 'partial'
  | 'perGpuHour' | 'perHour' | 'perMillion' | 'budget' | 'region' | 'payWith' | 'start' | 'interruptible' | 'confidential' | 'upTo';
export type Place = 'pre' | 'mid' | 'end' | 'tail';
export type Unit = 'minute' | 'hour' | 'day' | 'week';
export type Clock = { day: 'today' | 'tomorrow' | { month: number; date: number }; hour: number; minute: number };
/** Sentences whose right answer is a question or a refusal; `{s}` is a whole good sentence where it appears. */
export type Odd =
  | 'vague' | 'noAmount' | 'noBuy' | 'noSell' | 'noTarget' | 'person' | 'notHere' | 'noEnd' | 'totalOrEach' | 'anyGpu' | 'noDuration' | 'tooLong' | 'correction'
  | 'limits' | 'allBut' | 'negated' | 'gas' | 'event' | 'stake' | 'lend' | 'leverage' | 'stopLoss' | 'nft' | 'advice' | 'chat' | 'injection' | 'quoted' | 'and';

export type Tongue = {
  locale: Locale;
  /** Words that grow together where a slot begins with an article. */
  contracted?: [RegExp, string][];
  /** Between words; empty where words are not set apart. */
  space: string;
  /** Before adverbials that follow the clause. */
  comma: string;
  clauses: Record<Shape, string[]>;
  adverbs: Record<Adverb, Partial<Record<Place, string[]>>>;
  odd: Record<Odd, string[]>;
  legs: { plain: string[]; all: string[]; percent: string[]; fraction: string[]; fiat: string[]; on: string[] };
  /** Currencies that nobody lists as a token. */
  currencies: string[];
  /** What stands after the number. */
  percent: string[];
  /** `n/d` in words. */
  fractions: Record<'1/2' | '1/3' | '1/4' | '2/3' | '3/4', string[]>;
  money: Partial<Record<'USD' | 'EUR' | 'GBP' | 'JPY' | 'CNY' | 'BRL', string[]>>;
  gpus: { one: string[]; many: string[]; memory: string[]; atLeast: string[]; /** Where the machines are a place rather than an object. */ on?: string };
  regions: Record<string, string[]>;
  /** Decimal sign, grouping signs, and short forms: factor → templates of `{x}`. */
  numbers: { decimal: string; groups: string[]; short: Record<string, string[]>; words(n: number): string | undefined; half?: string[] };
  duration(n: number, unit: Unit, rng: Rng): string;
  instant(clock: Clock, rng: Rng): string;
  date(month: number, date: number, rng: Rng): string;
  /** ISO 8601 period, or a weekday (`MO`), to adverbs. */
  every: Record<string, string[]>;
  /** `!` before a manner that only an imperative can follow. */
  manners: { before: string[]; after: string[]; /** Sentences before the wish, with numbers that belong to nothing. */ asides: string[] };
};
