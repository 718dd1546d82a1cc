/** The chat assistant: a langchain agent whose tools take ids; without a configured model, templates with the same events. */
import type { ModelConfig } from '../../intents/parse/readers/connection.ts';
import { breaker, PATIENCE, type Patience } from '../../intents/parse/readers/patience.ts';
import { type Purse, purse } from '../../intents/parse/readers/purse.ts';
import { agentOf, mayHear, type Run } from './agent.ts';
import type { AssistantEvent, Conversation, Desk } from './conversation.ts';
import { type Assistant, conversations, followed, quotesOf, remark, templates } from './templates.ts';
import { plainWords } from './words.ts';

export type { AssistantEvent, Desk } from './conversation.ts';
export type { Assistant } from './templates.ts';
/** `purse`: shared with the proposer, so that one cap holds for both. Absent: the assistant's own. */
export type Model = ModelConfig & { purse?: Purse; patience?: Patience };

/** `model` undefined: the templates. Nothing of langchain is loaded until the first message. */
export function assistant(desk: Desk, model?: Model): Assistant {
  if (!model) return templates(desk);
  const all = conversations(desk);
  const { purse: money = purse(model.tokensPerDay), patience = PATIENCE } = model;
  const run = agentOf(model, { money, patience, fuse: breaker(patience) });
  return {
    say: (id, text) => chat(all.of(id), text, desk, run),
    async *tap(id, questionId, optionId) {
      yield* followed(all.of(id).answer(questionId, optionId), desk);
    },
    close: all.close,
  };
}

/** What the grammar cannot place may be small talk: only then may the words of a model stand instead of it. */
const isSmallTalk = (event: AssistantEvent) => event.type === 'refusal' && event.refusal.code === 'not_an_intent';

/**
 * One turn. What the message was read as comes first and by itself: a model that is slow, fails or lies adds no draft and hides none.
 * It may add plain words and look things up; what it does not say, the template says.
 */
async function* chat(talk: Conversation, text: string, desk: Desk, run: Run): AsyncGenerator<AssistantEvent> {
  const messageId = talk.hear(text);
  const read = await talk.draftIntent(messageId);
  const small = isSmallTalk(read);
  let last = read;
  let quoted = false;
  let spoke = false;
  if (!small) yield read;
  const words = plainWords(desk.context());
  try {
    for await (const piece of mayHear({ messageId, text, read }) ? run(talk, desk) : []) {
      const events = 'text' in piece ? words.push(piece.text).map(sentence) : [piece.event];
      for (const event of events) {
        if (event.type === 'text') spoke = true;
        else last = event;
        quoted ||= event.type === 'quotes' && read.type === 'draft' && event.draftId === read.id;
        yield event;
      }
    }
    for (const rest of words.end()) {
      spoke = true;
      yield sentence(rest);
    }
  } catch {
    // A model that fails must not cost the user the answer: the template gives it.
  }
  if (small && !spoke && last === read) yield read;
  if (!spoke) yield { type: 'text', text: remark(last), by: 'template' };
  if (read.type === 'draft' && !quoted) yield await quotesOf(read.id, read.draft, desk);
  yield { type: 'done' };
}

const sentence = (text: string): AssistantEvent => ({ type: 'text', text, by: 'model' });
