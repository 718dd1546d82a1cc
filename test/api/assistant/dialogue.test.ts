/** A dialogue through the assistant: the same events with a model and without, in the language of the user. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { assistant, type AssistantEvent, type Desk } from '../../../api/assistant/assistant.ts';
import { contextFrom } from '../../../intents/parse/index.ts';
import { type ModelServer, modelServer } from '../../intents/readers/server.ts';

const context = contextFrom(JSON.parse(readFileSync(new URL('../../language/context.json', import.meta.url), 'utf8')));
const offered: unknown[] = [];
const desk: Desk = {
  context: () => context,
  quotes: async ({ said }) => (offered.push(said), []),
  orderStatus: async () => undefined,
  history: async () => [],
};
const open: ModelServer[] = [];
afterEach(async () => {
  offered.length = 0;
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function all(events: AsyncIterable<AssistantEvent>): Promise<AssistantEvent[]> {
  const list: AssistantEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}
/** What is not decoration. */
const facts = (events: AssistantEvent[]) => events.filter(({ type }) => ['draft', 'question', 'refusal'].includes(type));
const TURNS = ['swap 1 ETH to USDC', 'make it 2', 'half', 'to base instead', 'undo', 'stake it', 'no', 'from arbitrum'];

describe('a dialogue', () => {
  it('has the same drafts, questions, refusals and changes with a model as without', async () => {
    const server = await modelServer(() => ({ content: 'Very well, one moment.' }));
    open.push(server);
    const [plain, modelled] = [assistant(desk), assistant(desk, { baseURL: server.baseURL, apiKey: 'secret-key', model: 'scripted', timeoutMs: 5_000 })];
    for (const text of TURNS) expect(facts(await all(modelled.say('c', text))), text).toEqual(facts(await all(plain.say('c', text))));
  }, 30_000);
  it('offers the draft that was changed, not the words that it began with', async () => {
    const chat = assistant(desk);
    await all(chat.say('c', 'swap 1 ETH to USDC'));
    const [draft] = await all(chat.say('c', 'make it 2'));
    expect(draft).toMatchObject({ type: 'draft', changes: [{ slot: 'sell.amount', from: '1', to: '2', at: { quote: '2', start: 8, end: 9, message: 1 } }] });
    expect(offered).toMatchObject([{ sell: { amount: '1' } }, { sell: { amount: '2' } }]);
  });
  it('speaks as it is spoken to', async () => {
    const chat = assistant(desk);
    const textOf = async (words: string) => (await all(chat.say('c', words))).find(({ type }) => type === 'text');
    expect(await textOf('tausche etwas ETH in USDC')).toMatchObject({ text: 'Wie viel ETH genau?' });
    expect(await textOf('0,5')).toMatchObject({ text: 'Das hast du geändert. Prüf es und unterschreib es dann in deiner Wallet.' });
    expect(await textOf('nein')).toMatchObject({ text: 'Du hast nein gesagt, deshalb geschieht nichts. Sag, was du stattdessen willst.' });
  });
});
