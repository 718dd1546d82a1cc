/** The development set: exact match, nothing confidently wrong, and every draft with true evidence. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextFrom, parse, type ParseContext } from '../../intents/parse/index.ts';
import { casesOf, resultOf, score } from './score.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('context.json', import.meta.url), 'utf8')));
const cases = casesOf(new URL('cases.jsonl', import.meta.url));
const contexts = new Map<string, ParseContext>();
const inLocale = (locale: string) => {
  const known = contexts.get(locale) ?? { ...context, locale };
  contexts.set(locale, known);
  return known;
};

describe('the development set', () => {
  const result = score(cases, (text, locale) => resultOf(parse(text, inLocale(locale))));
  it('is read without one confidently wrong draft', () => {
    expect(result.wrong).toEqual([]);
    expect(result.n).toBe(120);
  });
  it('matches exactly', () => {
    expect(result.missed.map(({ id }) => id)).toEqual([]);
  });
  it('carries evidence that quotes the text', () => {
    for (const { text, locale } of cases) {
      const reading = parse(text, inLocale(locale));
      if (!('draft' in reading)) continue;
      const { said, evidence } = reading.draft;
      expect(Object.keys(evidence).length).toBeGreaterThan(0);
      for (const { quote, start, end } of Object.values(evidence)) expect(text.slice(start, end)).toBe(quote);
      for (const slot of ['sell.amount', 'sell.token', 'buy.token', 'buy.amount', 'buy.min', 'sell.chain', 'buy.chain', 'recipient'])
        if (slot.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], said) !== undefined)
          expect(evidence[slot], `${text}: ${slot}`).toBeDefined();
    }
  });
});
