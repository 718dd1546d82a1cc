/**
 * Words → Draft, Question or Refusal. Pure and deterministic: same text and context, same reading.
 * `intents/ground.ts` makes an Intent of a Draft.
 */
import type { Evidence, Reading, Refusal, Said } from '../intent.ts';
import { fillChart, type Item } from './chart.ts';
import { type Cover, covers } from './clause.ts';
import type { ParseContext } from './context.ts';
import { diagnose, injection } from './diagnose.ts';
import { cancelFrame } from './frames/cancel.ts';
import { computeFrame } from './frames/compute.ts';
import { argsOf, type Ask, type Outcome } from './frames/outcome.ts';
import { swapFrame } from './frames/swap.ts';
import { GRAMMAR } from './grammar/index.ts';
import { hygiene } from './hygiene.ts';
import { lex, type Lexer } from './lexer.ts';
import { lexersInTurn, namesOf } from './lexicon/index.ts';
import type { At } from './meaning.ts';
import { questionOf, refusalOf } from './questions.ts';

export { type Attachment, contextOf, type ParseContext } from './context.ts';
export { contextFrom } from './contextFile.ts';
export { LOCALES } from './locales.ts';

/**
 * Reads one text. A Draft comes out only if the grammar covers every content word and all readings agree;
 * otherwise a Question with options, or a Refusal with a code of the closed list. Never throws.
 */
export function parse(text: string, context: ParseContext): Reading {
  const dirty = hygiene(text, namesOf(context));
  if (dirty) return { refusal: dirty };
  if (!text.trim()) return { refusal: refusalOf(text, 'not_an_intent') };
  let first: Attempt | undefined;
  for (const lexer of lexersInTurn(text, context)) {
    const attempt = read(text, lexer, context);
    if (attempt.covered) return attempt.reading;
    first ??= attempt;
  }
  return (first as Attempt).reading;
}

/** `covered`: every word was explained, so that no other locale needs to be tried. */
type Attempt = { reading: Reading; covered: boolean };

function read(text: string, lexer: Lexer, context: ParseContext): Attempt {
  const { items, begin } = lex(text, lexer);
  if (injection(text, items)) return { reading: { refusal: refusalOf(text, 'prompt_injection') }, covered: true };
  const chart = fillChart(items, text.length, lexer.lexicon.grammar ?? GRAMMAR);
  if (chart.overflow) return { reading: { refusal: refusalOf(text, 'not_an_intent') }, covered: false };
  let nearest: Cover | undefined;
  for (const level of covers(chart, items, begin, text.length)) {
    nearest ??= level[0];
    if (!level.length || (level[0] as Cover).leftover.length) break;
    const outcomes = level.flatMap(({ args }) => frames(args, context, text));
    if (outcomes.length) return { reading: decide(text, outcomes, context), covered: true };
  }
  return { reading: explain(text, items, nearest, context), covered: false };
}

function frames(items: Cover['args'], context: ParseContext, text: string): Outcome[] {
  const args = argsOf(items);
  return [swapFrame(args, context), computeFrame(args, context, text), cancelFrame(args)].filter((outcome) => outcome !== undefined);
}

const spans = (text: string, evidence: Record<string, At>): Evidence =>
  Object.fromEntries(Object.entries(evidence).map(([slot, { start, end }]) => [slot, { quote: text.slice(start, end), start, end }]));
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Unique clean reading → Draft. Several → a question about what they differ in. None → what is open or wrong in the best one. */
function decide(text: string, outcomes: Outcome[], context: ParseContext): Reading {
  const clean = distinct(outcomes.filter(({ asks, rejects }) => !asks.length && !rejects.length));
  const [only] = clean;
  if (only && clean.length === 1) return { draft: { text, said: only.said as Said, evidence: spans(text, only.evidence) } };
  if (only) return { question: questionOf(text, only.said, spans(text, only.evidence), differences(clean), context) };
  const faults = ({ asks, rejects }: Outcome) => asks.length + rejects.length;
  const best = outcomes.reduce((a, b) => (faults(b) < faults(a) ? b : a));
  const [reject] = best.rejects;
  if (reject) return { refusal: refusalOf(text, reject.code, reject.at) };
  return { question: questionOf(text, best.said, spans(text, best.evidence), best.asks, context) };
}

function distinct(outcomes: Outcome[]): Outcome[] {
  const seen = new Map<string, Outcome>();
  for (const outcome of outcomes) if (!seen.has(canonical(outcome.said))) seen.set(canonical(outcome.said), outcome);
  return [...seen.values()];
}

/** Slots in which readings differ, as far as they are askable; else the intent as a whole. */
function differences(outcomes: Outcome[]): Ask[] {
  const value = ({ said }: Outcome, path: string) =>
    path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], said);
  const slots = (
    ['sell.token', 'buy.token', 'sell.amount', 'sell.chain', 'buy.chain', 'recipient', 'deadline', 'duration', 'maxPrice.per'] as const
  ).filter((slot) => new Set(outcomes.map((outcome) => canonical(value(outcome, slot)))).size > 1);
  return slots.length ? slots.map((slot) => ({ slot })) : [{ slot: 'intent' }];
}

function explain(text: string, items: readonly Item[], nearest: Cover | undefined, context: ParseContext): Reading {
  const diagnosis = diagnose(items, nearest);
  if ('reject' in diagnosis) return { refusal: refusalOf(text, diagnosis.reject, diagnosis.at) as Refusal };
  const without = diagnosis.ask === 'intent' ? withoutUnknown(text, items, context) : undefined;
  return { question: questionOf(text, {}, {}, [{ slot: diagnosis.ask, ...(without && { options: [without] }) }], context) };
}

/** The text without its unknown words, if it then is a draft: offered as an option, never taken for granted. */
function withoutUnknown(text: string, items: readonly Item[], context: ParseContext): string | undefined {
  const unknown = items.filter(({ cat }) => cat === 'unk').sort((a, b) => a.start - b.start);
  if (!unknown.length || unknown.length > 4 || !items.some(({ cat }) => cat === 'verb')) return undefined;
  const shorter = unknown.reduceRight((rest, { start, next }) => rest.slice(0, start) + rest.slice(next), text).trim();
  return 'draft' in parse(shorter, context) ? shorter : undefined;
}
