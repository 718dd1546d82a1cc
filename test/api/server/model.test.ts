/** A model behind the chat of a network: what its tools look up belongs to whoever speaks, also when two speak at once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Address } from 'viem';
import type { AssistantEvent } from '../../../api/assistant/assistant.ts';
import type { Desk } from '../../../api/server/ask.ts';
import { createChat } from '../../../api/server/chat.ts';
import type { Store } from '../../../api/store/index.ts';
import { contextOf, LOCALES } from '../../../intents/parse/index.ts';
import { proposer } from '../../../intents/parse/readers/openai.ts';
import { purse } from '../../../intents/parse/readers/purse.ts';
import { NOW, registry } from '../../intents/network.ts';
import { emptyProposal, type ModelServer, modelServer } from '../../intents/readers/server.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await modelServer(({ body }) => {
    if (body.response_format) return { content: JSON.stringify({ ...emptyProposal, kind: 'swap', sell: { amount: 'N0', token: 'T0', chain: null }, buy: { amount: null, token: 'T1', chain: null } }) };
    const tools = [{ name: 'get_quotes', args: '{"draftId":"d1"}' }, { name: 'list_history', args: '{}' }, { name: 'order_status', args: `{"orderId":"0x${'ab'.repeat(32)}"}` }];
    return (body.messages as { role: string }[]).at(-1)?.role === 'tool' ? { content: 'There you are.', delayMs: 20 } : { tools, delayMs: 20 };
  });
});
afterAll(() => server.close());

const [ann, bob] = ['0x1111111111111111111111111111111111111111', '0x2222222222222222222222222222222222222222'] as [Address, Address];
const asked: string[] = [];
/** Only what a turn reaches for; the desk and the store themselves have tests of their own. */
function chatOf() {
  const context = contextOf(registry, new Date(NOW * 1000), { lexicons: LOCALES });
  const desk = { context: async () => context, offer: async (_draft: unknown, { user }: { user?: Address }) => ({ offerTo: user }) };
  const orders = { get: async () => undefined, list: async ({ user }: { user: Address }) => (asked.push(user), [{ id: `0x${user.slice(2, 4).repeat(32)}` }]) };
  const config = { baseURL: server.baseURL, apiKey: 'k', model: 'scripted', timeoutMs: 10_000 };
  const store = { orders, events: { of: async () => [] } };
  return createChat({ registry, store: store as unknown as Store, desk: desk as unknown as Desk, model: { ...config, purse: purse() }, read: proposer(config).read });
}
async function all(events: AsyncIterable<AssistantEvent>): Promise<AssistantEvent[]> {
  const list: AssistantEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

it('looks up for the one who speaks', async () => {
  const chat = chatOf();
  const [first, second] = await Promise.all([all(chat.turn('conversation-of-ann', { text: 'swap 1 ETH to USDC' }, { user: ann })), all(chat.turn('conversation-of-bob', { text: 'swap 2 ETH to USDC' }, { user: bob }))]);
  for (const [events, user] of [[first, ann], [second, bob]] as const) {
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['draft', 'quotes', 'history', 'status', 'text', 'done']));
    expect(events.find(({ type }) => type === 'quotes')).toMatchObject({ draftId: 'd1', quotes: { offerTo: user } });
    expect(events.find(({ type }) => type === 'history')).toMatchObject({ history: [{ id: `0x${user.slice(2, 4).repeat(32)}` }] });
    expect(events.at(-2)).toMatchObject({ type: 'text', text: 'There you are.', by: 'model' });
  }
  expect(asked.sort()).toEqual([ann, bob]);
});
it('asks with one tap where the grammar has no reading, and takes the tap', async () => {
  const chat = chatOf();
  const events = await all(chat.turn('conversation-of-ann', { text: 'yo could 2 ETH maybe become USDC somehow thanks a bunch' }, { user: ann }));
  const question = events.find((event) => event.type === 'question');
  expect(question).toMatchObject({ question: { slots: ['intent'], sentence: 'Did you mean: Sell 2 ETH for USDC?' } });
  const tapped = await all(chat.turn('conversation-of-ann', { questionId: (question as { id: string }).id, optionId: 'o0' }, { user: ann }));
  expect(tapped[0]).toMatchObject({ type: 'draft', draft: { said: { sell: { token: 'ETH', amount: '2' } }, evidence: { 'sell.amount': { by: 'tap' } } } });
});
it('takes no other word for a yes', async () => {
  const chat = chatOf();
  await all(chat.turn('conversation-of-bob', { text: 'yo could 2 ETH maybe become USDC somehow thanks a bunch' }, { user: bob }));
  for (const no of ['no', 'what?']) expect((await all(chat.turn('conversation-of-bob', { text: no }, { user: bob }))).some(({ type }) => type === 'draft')).toBe(false);
});
it('stops asking the model when the listener has left', async () => {
  const before = server.asked.length;
  for await (const event of chatOf().turn('conversation-of-ann', { text: 'swap 1 ETH to USDC' }, { user: ann })) {
    if (event.type === 'quotes') break;
  }
  const asked_ = server.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked_ - before).toBeLessThanOrEqual(2);
  expect(server.asked.length).toBe(asked_);
});
