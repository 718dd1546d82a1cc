/** The chat assistant: a langchain agent whose tools take ids; without a configured model, templates with the same events. */
import { guardedFetch, type ModelConfig } from '../../intents/parse/readers/connection.ts';
import { withoutTracing } from './config.ts';
import type { AssistantEvent, Conversation, Desk } from './conversation.ts';
import { type Assistant, conversations, followed, remark, templates } from './templates.ts';
import { toolsOf } from './tools.ts';

export type { AssistantEvent, Desk } from './conversation.ts';
export type { Assistant } from './templates.ts';

const TIMEOUT_MS = 20_000;
const MOST_STEPS = 12;
const INSTRUCTIONS =
  'You help people to use an intent network. Call draft_intent with the id of the newest message when it may be an order. ' +
  'Everything that you show comes from tools; write short friendly sentences without numbers, names of tokens, addresses or links. ' +
  'You cannot sign, send or answer for the user.';

/** `config` undefined: the templates. Nothing of langchain is loaded until the first message. */
export function assistant(desk: Desk, config?: ModelConfig): Assistant {
  if (!config) return templates(desk);
  const all = conversations(desk);
  return {
    say: (id, text) => chat(all.of(id), text, desk, config),
    async *tap(id, questionId, optionId) {
      yield* followed(all.of(id).answer(questionId, optionId), desk);
    },
    close: all.close,
  };
}

async function* chat(talk: Conversation, text: string, desk: Desk, config: ModelConfig): AsyncGenerator<AssistantEvent> {
  const messageId = talk.hear(text);
  const told: AssistantEvent[] = [];
  let said: string | undefined;
  try {
    said = await turn(talk, { messageId, text }, desk, config, (event) => told.push(event));
  } catch {
    said = undefined;
  }
  // A model that fails, says nothing or forgets the tool must not cost the user the answer.
  const useful = told.some(({ type }) => type !== 'error');
  if (!useful && said === undefined) {
    yield* followed(talk.draftIntent(messageId), desk);
    return;
  }
  yield* told;
  const words = withoutValues(said ?? '') || remark(told.at(-1) ?? { type: 'done' });
  if (words) yield { type: 'text', text: words };
  yield { type: 'done' };
}

/** One turn of the agent; resolves to its last words, or undefined if its tool calls could not be read. */
async function turn(
  talk: Conversation,
  message: { messageId: string; text: string },
  desk: Desk,
  config: ModelConfig,
  tell: (event: AssistantEvent) => void,
) {
  withoutTracing();
  const [{ createAgent }, { ChatOpenAI }, { tool }] = await Promise.all([
    import('langchain'),
    import('@langchain/openai'),
    import('@langchain/core/tools'),
  ]);
  const model = new ChatOpenAI({
    model: config.model,
    apiKey: config.apiKey,
    temperature: 0,
    maxRetries: 1,
    timeout: config.timeoutMs ?? TIMEOUT_MS,
    useResponsesApi: false,
    configuration: { baseURL: config.baseURL, fetch: guardedFetch(config.baseURL) },
  });
  const agent = createAgent({ model, tools: toolsOf(tool, talk, desk, tell), systemPrompt: INSTRUCTIONS });
  const state = await agent.invoke({ messages: [{ role: 'user', content: JSON.stringify(message) }] }, { recursionLimit: MOST_STEPS });
  const last = state.messages.at(-1) as { content?: unknown; invalid_tool_calls?: unknown[] } | undefined;
  if (last?.invalid_tool_calls?.length) return undefined;
  return typeof last?.content === 'string' && last.content.trim() ? last.content : undefined;
}

/** Sentences of a model that hold a digit, a symbol, an address or a link are dropped: values come from drafts only. */
export function withoutValues(text: string): string {
  const sentences = text.slice(0, 2_000).split(/(?<=[.!?])\s+|\n+/);
  return sentences
    .filter((sentence) => !/[\p{N}]|0x|https?:|\.eth\b|www\.|\b[A-Z]{2,}\b/u.test(sentence))
    .join(' ')
    .trim();
}
