/** One conversation: the user's own messages, and what they were read as. Tools and templates see it by ids only. */
import type { Draft, Question, Reading, Refusal } from '../../intents/intent.ts';
import { answer } from '../../intents/parse/answer.ts';
import { parse, type ParseContext } from '../../intents/parse/index.ts';

/** What the network tells an assistant. Results are shown as they are; a model never fills them. */
export type Desk = {
  context(): ParseContext;
  /** Indicative offers for a draft, as sentences and fields made by code. */
  quotes(draft: Draft): Promise<unknown>;
  orderStatus(orderId: string): Promise<unknown>;
  history(): Promise<unknown>;
};

/** Everything that reaches the page. Numbers and addresses are in `draft`, `question`, `quotes` and `status` only, never in `text`. */
export type AssistantEvent =
  | { type: 'draft'; id: string; draft: Draft }
  | { type: 'question'; id: string; question: Question }
  | { type: 'refusal'; refusal: Refusal }
  | { type: 'quotes'; draftId: string; quotes: unknown }
  | { type: 'status'; orderId: string; status: unknown }
  | { type: 'history'; history: unknown }
  | { type: 'text'; text: string }
  | { type: 'error'; code: string; message: string }
  | { type: 'done' };

export type Conversation = {
  id: string;
  /** Keeps a message of the user; its id is all that a tool may name. */
  hear(text: string): string;
  draftIntent(messageId: string): AssistantEvent;
  answer(questionId: string, optionId: string): AssistantEvent;
  draft(draftId: string): Draft | undefined;
  lastMessage(): string | undefined;
};

const unknown = (what: string): AssistantEvent => ({
  type: 'error',
  code: 'unknown_id',
  message: `There is no ${what} of that id in this conversation.`,
});

export function conversation(id: string, desk: Desk): Conversation {
  const messages = new Map<string, string>();
  const drafts = new Map<string, Draft>();
  const questions = new Map<string, Question>();
  let count = 0;
  let last: string | undefined;

  function told(reading: Reading): AssistantEvent {
    if ('refusal' in reading) return { type: 'refusal', refusal: reading.refusal };
    count += 1;
    if ('draft' in reading) {
      drafts.set(`d${count}`, reading.draft);
      return { type: 'draft', id: `d${count}`, draft: reading.draft };
    }
    questions.set(`q${count}`, reading.question);
    return { type: 'question', id: `q${count}`, question: reading.question };
  }

  return {
    id,
    hear(text) {
      last = `m${messages.size + 1}`;
      messages.set(last, text);
      return last;
    },
    lastMessage: () => last,
    draftIntent(messageId) {
      const text = messages.get(messageId);
      return text === undefined ? unknown('message') : told(parse(text, desk.context()));
    },
    answer(questionId, optionId) {
      const question = questions.get(questionId);
      if (!question) return unknown('question');
      return question.options.some((option) => option.id === optionId)
        ? told(answer(question, optionId, desk.context()))
        : unknown('option');
    },
    draft: (draftId) => drafts.get(draftId),
  };
}
