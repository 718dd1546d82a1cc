/** A fixed sample of generated sentences, read by the parser: how much is understood, and that nothing is wrong in silence. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextFrom, parse, type ParseContext } from '../../../intents/parse/index.ts';
import type { Draft } from '../../../intents/intent.ts';
import { resultOf, score } from '../score.ts';
import { generate } from './index.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('../context.json', import.meta.url), 'utf8')));
const contexts = new Map<string, ParseContext>();
const inLocale = (locale: string) => {
  const known = contexts.get(locale) ?? { ...context, locale };
  contexts.set(locale, known);
  return known;
};
/** `npm run bench:language` reads ten times as many, of another seed, and holds the whole bound. */
const sample = generate(2, 2000);

describe('2,000 generated sentences', () => {
  const drafts: [text: string, draft: Draft][] = [];
  const result = score(sample, (text, locale) => {
    const reading = parse(text, inLocale(locale));
    if ('draft' in reading) drafts.push([text, reading.draft]);
    return resultOf(reading);
  });
  it('are understood', () => expect(result.covered / result.goldParses).toBeGreaterThan(0.87));
  it('are not wrong in silence', () => expect(result.wrong.length).toBeLessThanOrEqual(1));
  it('leave evidence that quotes the text', () => {
    expect(drafts.length).toBeGreaterThan(500);
    for (const [text, { evidence }] of drafts) {
      expect(Object.keys(evidence).length).toBeGreaterThan(0);
      for (const { quote, start, end } of Object.values(evidence)) expect(text.slice(start, end)).toBe(quote);
    }
  });
});
