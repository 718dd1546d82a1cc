/** The assistant without a model: the same events, with sentences from templates. */
import { besideDraft } from '../../intents/speech/index.ts';
import { type AssistantEvent, conversation, type Conversation, type Desk } from './conversation.ts';

/** Says one message, or taps one option, and streams what follows. `close` forgets the conversation. */
export type Assistant = {
  say(conversationId: string, text: string): AsyncIterable<AssistantEvent>;
  tap(conversationId: string, questionId: string, optionId: string): AsyncIterable<AssistantEvent>;
  close(conversationId: string): void;
};

const MOST_CONVERSATIONS = 1_000;

/** Conversations by id; the oldest is forgotten when there are too many. */
export function conversations(desk: Desk): { of(id: string): Conversation; close(id: string): void } {
  const open = new Map<string, Conversation>();
  return {
    of(id) {
      const known = open.get(id) ?? conversation(id, desk);
      open.delete(id);
      open.set(id, known);
      if (open.size > MOST_CONVERSATIONS) open.delete(open.keys().next().value as string);
      return known;
    },
    close: (id) => void open.delete(id),
  };
}

/** What is said beside an event; it holds no number and no address. */
export function remark(event: AssistantEvent): string {
  switch (event.type) {
    case 'draft':
      return besideDraft(event.locale ?? 'en', event.changes !== undefined);
    case 'question':
      return event.question.sentence;
    case 'refusal':
      return [event.refusal.message, event.refusal.hint].filter(Boolean).join(' ');
    case 'error':
      return event.message;
    default:
      return '';
  }
}

export function templates(desk: Desk): Assistant {
  const all = conversations(desk);
  return {
    async *say(id, text) {
      const talk = all.of(id);
      yield* followed(await talk.draftIntent(talk.hear(text)), desk);
    },
    async *tap(id, questionId, optionId) {
      yield* followed(all.of(id).answer(questionId, optionId), desk);
    },
    close: all.close,
  };
}

/** An event, its remark, and for a draft the offers that there are for it. */
export async function* followed(event: AssistantEvent, desk: Desk): AsyncGenerator<AssistantEvent> {
  yield event;
  yield { type: 'text', text: remark(event), by: 'template' };
  if (event.type === 'draft') yield await quotesOf(event.id, event.draft, desk);
  yield { type: 'done' };
}

export async function quotesOf(draftId: string, draft: Parameters<Desk['quotes']>[0], desk: Desk): Promise<AssistantEvent> {
  try {
    return { type: 'quotes', draftId, quotes: await desk.quotes(draft) };
  } catch {
    return { type: 'error', code: 'no_quote', message: 'No solver answers now. Nothing was sent; try again in a moment.' };
  }
}
