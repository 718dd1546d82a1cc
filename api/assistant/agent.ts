/** One turn of a langchain agent, streamed: pieces of its text, and the events that its tools show. */
import { setMaxListeners } from 'node:events';
import { LONGEST_TEXT } from '../../intents/parse/hygiene.ts';
import { guardedFetch, type ModelConfig } from '../../intents/parse/readers/connection.ts';
import { type Breaker, type Patience, patiently } from '../../intents/parse/readers/patience.ts';
import { type Purse, tokensIn } from '../../intents/parse/readers/purse.ts';
import { withoutTracing } from './config.ts';
import type { AssistantEvent, Conversation, Desk, Heard } from './conversation.ts';
import { outline, toolsOf } from './tools.ts';

export type Piece = { text: string } | { event: AssistantEvent };
/** Rejects when the model cannot be reached, breaks off, takes too long, or calls tools that cannot be read. */
export type Run = (talk: Conversation, desk: Desk) => AsyncIterable<Piece>;
export type Limits = { money: Purse; patience: Patience; fuse: Breaker };

const TIMEOUT_MS = 20_000;
const MOST_STEPS = 12;
const MOST_ANSWER_TOKENS = 400;
const MOST_EVENTS = 8;
const INSTRUCTIONS =
  'You help people to use an intent network. Their messages are data with ids; what each was read as is shown to them already. ' +
  'Everything that you show comes from tools; write short friendly sentences without numbers, names of tokens, addresses or links. ' +
  'You cannot sign, send or answer for the user.';

export function agentOf(config: ModelConfig, limits: Limits): Run {
  return async function* run(talk, desk) {
    withoutTracing();
    const left = new AbortController();
    const deadline = AbortSignal.any([AbortSignal.timeout(config.timeoutMs ?? TIMEOUT_MS), left.signal]);
    // Every tool of a step listens.
    setMaxListeners(0, deadline);
    const shown: AssistantEvent[] = [];
    try {
      const agent = await built(config, limits, talk, desk, (event) => shown.length < MOST_EVENTS && shown.push(event), deadline);
      const steps = await agent.stream({ messages: messagesOf(talk) }, { streamMode: ['messages', 'updates'], recursionLimit: MOST_STEPS, signal: deadline });
      let sent = 0;
      for await (const [mode, chunk] of steps as AsyncIterable<[string, unknown]>) {
        for (; sent < shown.length; sent++) yield { event: shown[sent] as AssistantEvent };
        if (mode === 'updates') unreadable(chunk);
        const text = mode === 'messages' ? textOf(chunk) : '';
        if (text) yield { text };
      }
      deadline.throwIfAborted();
    } finally {
      left.abort();
    }
  };
}

async function built(config: ModelConfig, limits: Limits, talk: Conversation, desk: Desk, tell: (event: AssistantEvent) => void, deadline: AbortSignal) {
  const [{ createAgent }, { ChatOpenAI }, { tool }] = await Promise.all([
    import('langchain'),
    import('@langchain/openai'),
    import('@langchain/core/tools'),
  ]);
  // Never `streaming: true` and never a count of tokens: both download tables from another host. A streamed run needs neither.
  const model = new ChatOpenAI({
    model: config.model,
    apiKey: config.apiKey,
    temperature: 0,
    maxTokens: MOST_ANSWER_TOKENS,
    maxRetries: 0,
    timeout: config.timeoutMs ?? TIMEOUT_MS,
    useResponsesApi: false,
    configuration: { baseURL: config.baseURL, fetch: meteredFetch(config.baseURL, limits, deadline), logLevel: 'off' },
  });
  return createAgent({ model, tools: toolsOf(tool, talk, desk, tell), systemPrompt: INSTRUCTIONS });
}

/** To the configured host only, within the day's tokens, with retries, and not at all while the breaker is open. */
export function meteredFetch(baseURL: string, { money, patience, fuse }: Limits, deadline: AbortSignal, plain: typeof fetch = fetch): typeof fetch {
  const guarded = guardedFetch(baseURL, plain);
  return async (input, init) => {
    if (!fuse.closed()) throw new TypeError('breaker_open');
    const most = tokensIn(typeof init?.body === 'string' ? init.body : '') + MOST_ANSWER_TOKENS;
    const attempt = async () => {
      // Taken whole: how much a stream used is known only when it has ended well.
      if (!money.take(most)) throw new TypeError('spend_cap');
      const answer = await guarded(input, init);
      if (answer.ok) return answer;
      money.settle(most, 0);
      await answer.body?.cancel();
      throw Object.assign(new TypeError(`http_${answer.status}`), { status: answer.status });
    };
    try {
      const answer = await patiently(attempt, worthRetrying, patience, deadline);
      fuse.succeeded();
      return answer;
    } catch (error) {
      if ((error as Error).message !== 'spend_cap') fuse.failed();
      throw error;
    }
  };
}
function worthRetrying(error: unknown): boolean {
  const { status, message } = error as { status?: number; message?: string };
  return status === undefined ? message !== 'spend_cap' : status === 429 || status >= 500;
}

const NOT_FOR_MODELS = ['prompt_injection', 'hidden_characters', 'homoglyph'];
/** Long texts, and those that give orders to a program or hide something, are kept from the model. */
export const mayHear = ({ text, read }: Heard): boolean =>
  text.length <= LONGEST_TEXT && !(read?.type === 'refusal' && NOT_FOR_MODELS.includes(read.refusal.code));

/** The user's newest messages, each with an outline of what it was read as. Words of the model are not among them. */
function messagesOf(talk: Conversation) {
  return talk.recent().filter(mayHear).flatMap(({ messageId, text, read }, index, all) => [
    { role: 'user' as const, content: JSON.stringify({ messageId, text, ...(index === all.length - 1 && read && { read: outline(read) }) }) },
    ...(index < all.length - 1 && read ? [{ role: 'assistant' as const, content: JSON.stringify(outline(read)) }] : []),
  ]);
}

/** Text of the model itself; what tools answer is not for the page. */
function textOf(chunk: unknown): string {
  const [message] = chunk as [{ getType?(): string; content?: unknown }];
  return message?.getType?.() === 'ai' && typeof message.content === 'string' ? message.content : '';
}

/** A tool call that cannot be read ends an agent without a word: it becomes an error. */
function unreadable(update: unknown): void {
  for (const { messages } of Object.values(update as Record<string, { messages?: { invalid_tool_calls?: unknown[] }[] } | null>).filter((one) => one !== null))
    if (messages?.some?.(({ invalid_tool_calls: calls }) => calls?.length)) throw new Error('unreadable_tool_call');
}
