/** One conversation: the user's own messages, and what they were read as. Tools and templates see it by ids only. */
import type { Before, Change, Draft, Question, Reading, Refusal } from '../../intents/intent.ts';
import { kept, revise, type Revision, tap } from '../../intents/parse/edit.ts';
import { parse, type ParseContext } from '../../intents/parse/index.ts';
import { localeOf, spoken } from '../../intents/speech/index.ts';

/** What the network tells an assistant. Results are shown as they are; a model never fills them. */
export type Desk = {
  context(): ParseContext;
  /** Where the grammar abstains, a model may point at words; absent: the grammar alone. */
  read?(text: string, context: ParseContext): Promise<Reading>;
  /** Indicative offers for a draft, as sentences and fields made by code. */
  quotes(draft: Draft): Promise<unknown>;
  orderStatus(orderId: string): Promise<unknown>;
  history(): Promise<unknown>;
};

/**
 * Everything that reaches the page. Numbers and addresses are in `draft`, `question`, `quotes` and `status` only, never in the text
 * of a model (`by: 'model'`), which is decoration and is to be shown as such.
 */
export type AssistantEvent =
  | { type: 'draft'; id: string; draft: Draft; changes?: Change[]; locale?: string }
  | { type: 'question'; id: string; question: Question; changes?: Change[] }
  | { type: 'refusal'; refusal: Refusal }
  | { type: 'quotes'; draftId: string; quotes: unknown }
  | { type: 'status'; orderId: string; status: unknown }
  | { type: 'history'; history: unknown }
  | { type: 'text'; text: string; by: 'model' | 'template' }
  | { type: 'error'; code: string; message: string }
  | { type: 'done' };

export type Heard = { messageId: string; text: string; read?: AssistantEvent };
export type Conversation = {
  id: string;
  /** Keeps a message of the user; its id is all that a tool may name. */
  hear(text: string): string;
  /** What a message is read as; the same again when it is asked again. */
  draftIntent(messageId: string): Promise<AssistantEvent>;
  answer(questionId: string, optionId: string): AssistantEvent;
  /** Whether the user's newest message says this option of this question, in its own words and nothing else. */
  chose(questionId: string, optionId: string): boolean;
  draft(draftId: string): Draft | undefined;
  /** The newest messages, oldest first. */
  recent(): Heard[];
};

const MOST_MESSAGES = 100;
const RECENT = 6;

const unknown = (what: string): AssistantEvent => ({
  type: 'error',
  code: 'unknown_id',
  message: `There is no ${what} of that id in this conversation.`,
});
const plain = (text: string) => text.trim().replace(/[.!?。！？]+$/u, '').toLowerCase();

export function conversation(id: string, desk: Desk): Conversation {
  const messages = new Map<string, Heard>();
  const drafts = new Map<string, Draft>();
  const questions = new Map<string, Question>();
  let heard = 0;
  let count = 0;
  // What the next message may change or answer. A refusal leaves it as it is.
  let before: Before | undefined;

  function told({ reading: read, changes: made }: Pick<Revision, 'reading' | 'changes'>, text = ''): AssistantEvent {
    const first = before && ('draft' in before ? before.draft : before.question.draft).text;
    const reading = spoken(read, text, desk.context(), first);
    if ('refusal' in reading) return { type: 'refusal', refusal: reading.refusal };
    count += 1;
    before = reading;
    const changes = made.length > 0 && { changes: made };
    const locale = localeOf(`${first ?? ''} ${text}`, desk.context());
    if ('draft' in reading) {
      drafts.set(`d${count}`, reading.draft);
      forget(drafts);
      return { type: 'draft', id: `d${count}`, draft: reading.draft, ...changes, ...(locale !== 'en' && { locale }) };
    }
    questions.set(`q${count}`, reading.question);
    forget(questions);
    return { type: 'question', id: `q${count}`, question: reading.question, ...changes };
  }

  /** The newest message may change what was shown before it; the model is heard only on what is no edit. */
  async function read({ messageId, text }: Heard): Promise<Pick<Revision, 'reading' | 'changes'>> {
    const context = desk.context();
    const revision = before && messageId === `m${heard}` ? revise(before, text, context) : undefined;
    if (revision && !revision.fresh) return revision;
    return { reading: kept(revision && before, desk.read ? await desk.read(text, context) : parse(text, context)), changes: [] };
  }

  return {
    id,
    hear(text) {
      const messageId = `m${++heard}`;
      messages.set(messageId, { messageId, text });
      forget(messages);
      return messageId;
    },
    async draftIntent(messageId) {
      const message = messages.get(messageId);
      if (!message) return unknown('message');
      if (!message.read) {
        const revision = await read(message);
        message.read ??= told(revision, message.text);
      }
      return message.read;
    },
    answer(questionId, optionId) {
      const question = questions.get(questionId);
      if (!question) return unknown('question');
      return question.options.some((option) => option.id === optionId)
        ? told(tap(question, optionId, desk.context()))
        : unknown('option');
    },
    chose(questionId, optionId) {
      const said = plain([...messages.values()].at(-1)?.text ?? '');
      // What the words themselves have answered is not open any more.
      const open = before && 'question' in before && before.question === questions.get(questionId) ? before.question : undefined;
      const named = open?.options.filter((option) => [option.label, option.answer].map(plain).includes(said)) ?? [];
      return named.length === 1 && named[0]?.id === optionId;
    },
    draft: (draftId) => drafts.get(draftId),
    recent: () => [...messages.values()].slice(-RECENT),
  };
}

/** The oldest makes room. */
function forget(map: Map<string, unknown>): void {
  if (map.size > MOST_MESSAGES) map.delete(map.keys().next().value as string);
}
