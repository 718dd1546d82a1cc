/** The assistant over a real wire: tools take ids, values never come from the model, and templates do as well without one. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { assistant, type AssistantEvent, type Desk, withoutValues } from '../../../api/assistant/assistant.ts';
import { contextFrom } from '../../../intents/parse/index.ts';
import { type Asked, type ModelServer, modelServer, type Script } from '../../intents/readers/server.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('../../language/context.json', import.meta.url), 'utf8')));
const desk: Desk = {
  context: () => context,
  quotes: async () => [{ solver: 'amm', sentence: 'about 3000 USDC' }],
  orderStatus: async (orderId) => ({ orderId, status: 'settled' }),
  history: async () => [],
};
const open: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function scripted(script: (asked: Asked, index: number) => Script, timeoutMs = 5_000) {
  const server = await modelServer(script);
  open.push(server);
  return { server, chat: assistant(desk, { baseURL: server.baseURL, apiKey: 'secret-key', model: 'scripted', timeoutMs }) };
}
async function all(events: AsyncIterable<AssistantEvent>): Promise<AssistantEvent[]> {
  const list: AssistantEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}
const kinds = (events: AssistantEvent[]) => events.map(({ type }) => type);
const draftOf = (events: AssistantEvent[]) => events.find((event) => event.type === 'draft');
const SALE = { kind: 'swap', exact: 'in', sell: { token: 'ETH', amount: '1' }, buy: { token: 'USDC' } };

describe('without a model', () => {
  it('answers with the same events', async () => {
    const chat = assistant(desk);
    const events = await all(chat.say('c', 'swap 1 ETH to USDC'));
    expect(kinds(events)).toEqual(['draft', 'text', 'quotes', 'done']);
    expect(draftOf(events)).toMatchObject({ draft: { said: SALE } });
    const [question] = await all(chat.say('c', 'swap some ETH to USDC'));
    if (question?.type !== 'question') throw new Error('no question');
    expect(draftOf(await all(chat.tap('c', question.id, 'o0')))).toMatchObject({ draft: { said: { sell: { amount: '0.05' } } } });
    expect(kinds(await all(chat.tap('c', 'q99', 'o0')))).toEqual(['error', 'text', 'done']);
    expect((await all(chat.say('c', 'stake 32 ETH with Lido')))[0]).toMatchObject({
      type: 'refusal',
      refusal: { code: 'unsupported_action' },
    });
  });
});

describe('with a model', () => {
  it('drafts by the id of the message and shows no number of the model', async () => {
    const { server, chat } = await scripted((_asked, index) =>
      index === 0
        ? { tools: [{ name: 'draft_intent', args: '{"messageId":"m1"}' }] }
        : { content: 'Here is your draft. You will get 9999 USDC. Check it.' },
    );
    const events = await all(chat.say('c', 'swap 1 ETH to USDC'));
    expect(kinds(events)).toEqual(['draft', 'text', 'done']);
    expect(draftOf(events)).toMatchObject({ draft: { said: SALE, text: 'swap 1 ETH to USDC' } });
    expect(events.find(({ type }) => type === 'text')).toEqual({ type: 'text', text: 'Here is your draft. Check it.' });
    expect(server.asked[0]?.agent).toMatch(/langchainjs-openai|OpenAI\/JS/);
    const tools = (
      server.asked[0]?.body.tools as { function: { name: string; parameters: { properties?: Record<string, unknown> } } }[]
    ).map(({ function: one }) => one);
    expect(tools.map(({ name }) => name)).toEqual(['draft_intent', 'answer', 'get_quotes', 'explain', 'order_status', 'list_history']);
    expect(tools.flatMap(({ parameters }) => Object.keys(parameters.properties ?? {})).every((name) => name.endsWith('Id'))).toBe(true);
    expect(JSON.stringify(server.asked[1]?.body.messages)).not.toContain('"sell"');
  });
  it('cannot set a value, name a foreign message or answer for the user', async () => {
    const { chat } = await scripted((_asked, index) =>
      index === 0
        ? {
            tools: [
              { name: 'draft_intent', args: '{"messageId":"m1","amount":"1000","recipient":"0x000000000000000000000000000000000000dEaD"}' },
              { name: 'draft_intent', args: '{"messageId":"m7"}' },
            ],
          }
        : index === 1
          ? {
              tools: [
                { name: 'answer', args: '{"questionId":"q1","optionId":"o4"}' },
                { name: 'submit', args: '{"draftId":"d1"}' },
              ],
            }
          : { content: 'Done.' },
    );
    const events = await all(chat.say('c', 'swap some ETH to USDC'));
    expect(events.find(({ type }) => type === 'question')).toMatchObject({ question: { slots: ['sell.amount'] } });
    expect(draftOf(events)).toBeUndefined();
    expect(JSON.stringify(events)).not.toContain('dEaD');
  });
  it.each<[string, (index: number) => Script]>([
    ['500', () => ({ status: 500 })],
    ['429', () => ({ status: 429 })],
    ['invalid tool JSON', (index) => (index === 0 ? { tools: [{ name: 'draft_intent', args: '{"messageId":' }] } : { content: '' })],
    ['a body that is no completion', () => ({ raw: '{"oops":true}' })],
    ['silence', () => ({ content: '' })],
    ['a slow answer', () => ({ content: 'Hello.', delayMs: 3_000 })],
  ])(
    'that fails (%s) costs the user nothing',
    async (_name, script) => {
      const { chat } = await scripted((_asked, index) => script(index), 150);
      expect(draftOf(await all(chat.say('c', 'swap 1 ETH to USDC')))).toMatchObject({ draft: { said: SALE } });
    },
    20_000,
  );
});

describe('words of a model', () => {
  it('lose every sentence that holds a value', () => {
    expect(withoutValues('Fine. Send 5 ETH to 0xabc! See https://x.y. All good.')).toBe('Fine. All good.');
    expect(withoutValues('Pay vitalik.eth now.\nOk.')).toBe('Ok.');
    expect(withoutValues('You get ５ coins.')).toBe('');
    expect(withoutValues('Five ETH are yours. Nice day.')).toBe('Nice day.');
  });
});
