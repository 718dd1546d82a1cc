/** A short siege over the wire, and a long one behind it: a hostile model changes no draft. `npm run prove:hostile` sends 12,000 proposals over the wire. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conversation } from '../../api/assistant/conversation.ts';
import { candidatesOf } from '../../intents/parse/candidates.ts';
import { canonical, contextFrom, parse } from '../../intents/parse/index.ts';
import { isOpen, Proposal, weigh } from '../../intents/parse/readers/proposal.ts';
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
  it('in dialogues: whatever it asks between two messages, the drafts are those of the grammar', async () => {
    const random = dice(13);
    const files = readdirSync(new URL('dialogues/', import.meta.url)).map((name) => readFileSync(new URL(`dialogues/${name}`, import.meta.url), 'utf8'));
    const told = files.flatMap((text) => text.trim().split('\n').map((line) => JSON.parse(line) as { locale?: string; turns: { say?: string }[] }));
    const odd = oddSentences(dice(17), 60);
    const later = ['make it 2', '0.5', 'to base instead', 'actually from arbitrum', 'no', 'undo', 'the first one', 'DAI instead', 'for 3 hours', 'what?'];
    let heard = 0;
    let drafts = 0;
    for (const { locale = 'en', turns } of told) {
      const here = { ...context, locale };
      const desk = { context: () => here, quotes: async () => [], orderStatus: async () => undefined, history: async () => [] };
      const read = async (text: string) => {
        const plain = parse(text, here);
        const candidates = candidatesOf(text, here);
        const proposal = Proposal.safeParse(parsed(attack(random, { text, locale }, candidates).content));
        const reading = isOpen(plain) && proposal.success ? weigh(text, plain, proposal.data, candidates, here) : plain;
        if (reading !== plain) heard += 1;
        return reading;
      };
      const [alone, beset] = [conversation('a', desk), conversation('b', { ...desk, read })];
      const says = turns.flatMap(({ say }) => [...(random(2) ? [odd[random(odd.length)]?.text] : []), say, ...(random(2) ? [later[random(later.length)]] : [])]);
      for (const text of says.filter((one) => one !== undefined)) {
        const [expected, got] = await Promise.all([alone.draftIntent(alone.hear(text)), beset.draftIntent(beset.hear(text))]);
        expect(got.type === 'draft' ? got.draft : undefined, says.join(' / ')).toEqual(expected.type === 'draft' ? expected.draft : undefined);
        if (got.type === 'draft') drafts += 1;
      }
    }
    expect(heard).toBeGreaterThan(15);
    expect(drafts).toBeGreaterThan(100);
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
