/** Scores readings against gold: exact match, decision, coverage, over-asking, confidently wrong with its upper bound. */
import { readFileSync } from 'node:fs';
import type { Reading } from '../../intents/intent.ts';

export type Result = { kind: string; [slot: string]: unknown } | { clarify: string[] } | { reject: string };
export type Case = {
  id: string;
  text: string;
  locale: string;
  expect: Result;
  alt?: Result[];
  tags: string[];
  evidence?: Record<string, { start: number; end: number; quote: string }>;
};
export type Score = {
  n: number;
  exact: number;
  decision: number;
  parses: number;
  goldParses: number;
  covered: number;
  overAsked: number;
  overRefused: number;
  wrong: string[];
  missed: { id: string; got: Result }[];
  byTag: Record<string, [hit: number, of: number]>;
  byLocale: Record<string, [hit: number, of: number]>;
};

export const casesOf = (file: URL): Case[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);

/** The normal form that a reading stands for. */
export function resultOf(reading: Reading): Result {
  if ('draft' in reading) return reading.draft.said as unknown as Result;
  if ('question' in reading) return { clarify: reading.question.slots };
  return { reject: reading.refusal.code };
}

const canon = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) => {
    if (Array.isArray(inner)) return [...inner].sort();
    return inner && typeof inner === 'object' ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner;
  });
const decisionOf = (result: Result) => ('kind' in result ? 'parse' : 'clarify' in result ? 'clarify' : 'reject');

export function score(cases: readonly Case[], read: (text: string, locale: string) => Result): Score {
  const sum: Score = {
    n: 0,
    exact: 0,
    decision: 0,
    parses: 0,
    goldParses: 0,
    covered: 0,
    overAsked: 0,
    overRefused: 0,
    wrong: [],
    missed: [],
    byTag: {},
    byLocale: {},
  };
  for (const entry of cases) {
    const got = read(entry.text, entry.locale);
    const accepted = [entry.expect, ...(entry.alt ?? [])];
    const hit = accepted.some((result) => canon(result) === canon(got));
    const decision = decisionOf(got);
    sum.n++;
    if (hit) sum.exact++;
    else sum.missed.push({ id: entry.id, got });
    if (accepted.some((result) => decisionOf(result) === decision)) sum.decision++;
    if (decision === 'parse') sum.parses++;
    if (decision === 'parse' && !hit) sum.wrong.push(entry.id);
    if ('kind' in entry.expect) {
      sum.goldParses++;
      if (hit) sum.covered++;
      if (!hit && decision === 'clarify') sum.overAsked++;
      if (!hit && decision === 'reject') sum.overRefused++;
    }
    for (const tag of entry.tags) count(sum.byTag, tag, hit);
    count(sum.byLocale, entry.locale, hit);
  }
  return sum;
}

function count(table: Record<string, [number, number]>, key: string, hit: boolean): void {
  const [hits, of] = table[key] ?? [0, 0];
  table[key] = [hits + Number(hit), of + 1];
}

/** One-sided 95 % upper bound of a rate of `wrong` in `n` (exact for 0, Wilson otherwise). */
export function upperBound(wrong: number, n: number): number {
  if (wrong === 0) return 1 - 0.05 ** (1 / n);
  const z = 1.645;
  const rate = wrong / n;
  return (rate + (z * z) / (2 * n) + z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
}
