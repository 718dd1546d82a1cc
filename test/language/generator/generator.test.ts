/** The generator itself: repeatable, varied, with answers of the closed lists. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generate, TONGUES } from './index.ts';

const context = JSON.parse(readFileSync(new URL('../context.json', import.meta.url), 'utf8')) as { clarifySlots: string[]; rejectReasons: string[]; tokens: object };
const sample = generate(7, 3000);

describe('generated sentences', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(generate(7, 200)).toEqual(sample.slice(0, 200));
    expect(generate(8, 200).map(({ text }) => text)).not.toEqual(sample.slice(0, 200).map(({ text }) => text));
  });
  it('differ, in every locale and of every kind', () => {
    expect(new Set(sample.map(({ text }) => text)).size).toBe(sample.length);
    for (const { locale } of TONGUES) expect(sample.filter((one) => one.locale === locale).length).toBeGreaterThan(300);
    const kinds = new Set(sample.flatMap(({ expect: gold }) => ('kind' in gold ? [gold.kind === 'compute' ? String(gold.task) : gold.kind] : [])));
    expect([...kinds].sort()).toEqual(['batch', 'cancel', 'dca', 'inference', 'job', 'limit', 'rental', 'storage', 'swap', 'training', 'twap']);
  });
  it('are answered from the closed lists', () => {
    const answers = sample.flatMap(({ expect: gold, alt }) => [gold, ...(alt ?? [])]);
    for (const answer of answers) {
      if ('clarify' in answer) for (const slot of answer.clarify as string[]) expect(context.clarifySlots).toContain(slot);
      if ('reject' in answer) expect(context.rejectReasons).toContain(answer.reject);
    }
    expect(answers.filter((answer) => 'clarify' in answer).length).toBeGreaterThan(200);
    expect(answers.filter((answer) => 'reject' in answer).length).toBeGreaterThan(200);
  });
  it('carry no mark of their templates', () => {
    for (const { text } of sample) expect(text).not.toMatch(/[{}|\u0001\u0002]|undefined|\[|\]/);
  });
});
