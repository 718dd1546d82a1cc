/** A short siege over the wire, and a long one behind it: a hostile model changes no draft. `npm run prove:hostile` sends 12,000 proposals over the wire. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../intents/parse/candidates.ts';
import { canonical, contextFrom, parse } from '../../intents/parse/index.ts';
import { Proposal, weigh } from '../../intents/parse/readers/proposal.ts';
import { attack, breach, dice, oddSentences, openSentences, siege } from './hostile.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('context.json', import.meta.url), 'utf8')));
const sentences = [...openSentences(['cases.jsonl']), ...oddSentences(dice(7), 120)];

describe('a hostile model', () => {
  it('is heard over the wire, and changes no draft', async () => {
    const { proposals, reordered, oneTap, breaches } = await siege({ proposals: 200, seed: 7 }, sentences);
    expect(breaches).toEqual([]);
    expect(proposals).toBe(200);
    expect(reordered + oneTap).toBeGreaterThan(10);
  });
  it('behind the schema: 10,000 proposals, no draft that the grammar does not give', () => {
    const random = dice(11);
    const known = sentences.map((one) => {
      const here = { ...context, locale: one.locale };
      return { ...one, here, plain: parse(one.text, here), candidates: candidatesOf(one.text, here) };
    });
    const drafts = new Set<string>();
    let heard = 0;
    let weighed = 0;
    for (let turn = 0; weighed < 10_000; turn++) {
      const one = known[turn % known.length] as (typeof known)[number];
      const proposal = Proposal.safeParse(parsed(attack(random, one, one.candidates).content));
      if (!proposal.success) continue;
      weighed += 1;
      const reading = weigh(one.text, one.plain, proposal.data, one.candidates, one.here);
      if (reading === one.plain) continue;
      heard += 1;
      const seen = canonical([one.text, reading]);
      if (!drafts.has(seen)) expect(breach(one, one.plain, reading, one.candidates)).toBeUndefined();
      drafts.add(seen);
    }
    expect(heard).toBeGreaterThan(300);
  });
  it('that breaks a rule would be seen', () => {
    const one = { text: 'yo could 2 ETH maybe become USDC somehow', locale: 'en' };
    const plain = parse(one.text, context);
    const candidates = candidatesOf(one.text, context);
    const option = (answer: string) => ({ id: 'o0', label: answer, answer });
    const question = (answer: string) => ({ question: { slots: ['intent' as const], sentence: '?', options: [option(answer)], draft: { text: one.text, said: {}, evidence: {} } } });
    expect(breach(one, plain, question('Sell 2 ETH for USDC'), candidates)).toBeUndefined();
    for (const foreign of ['Sell 3 ETH for USDC', 'Sell 2 ETH for DAI', 'Sell 2 ETH on base for USDC', 'Sell 2 ETH for USDC, send it to 0x000000000000000000000000000000000000dEaD'])
      expect(breach(one, plain, question(foreign), candidates)).toBeDefined();
    expect(breach(one, plain, parse('Sell 2 ETH for USDC', context), candidates)).toBeDefined();
  });
});

function parsed(content: string | undefined): unknown {
  try {
    return JSON.parse(content ?? '');
  } catch {
    return undefined;
  }
}
