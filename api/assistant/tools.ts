/** The tools of the assistant take ids and nothing else. There is no tool that submits, and none that takes an amount or an address. */
import type { DynamicStructuredTool } from '@langchain/core/tools';
import { z } from 'zod';
import type { AssistantEvent, Conversation, Desk } from './conversation.ts';
import { quotesOf } from './templates.ts';

const id = (letter: string) => z.string().regex(new RegExp(`^${letter}[0-9]{1,6}$`));
const MessageId = z.object({ messageId: id('m') });
const Answer = z.object({ questionId: id('q'), optionId: id('o') });
const DraftId = z.object({ draftId: id('d') });
const OrderId = z.object({ orderId: z.string().regex(/^0x[0-9a-f]{64}$/) });

const NOT_CHOSEN = 'Only the user can answer, and the newest message does not name this option: ask them to tap one.';

type Make = typeof import('@langchain/core/tools').tool;

/** Tools bound to one conversation. What they find goes to the page through `tell`; the model hears only what kind of thing it was. */
export function toolsOf(tool: Make, talk: Conversation, desk: Desk, tell: (event: AssistantEvent) => void): DynamicStructuredTool[] {
  const shown = (event: AssistantEvent): string => {
    tell(event);
    return JSON.stringify(outline(event));
  };
  const withDraft = async (draftId: string, work: (draft: NonNullable<ReturnType<Conversation['draft']>>) => Promise<AssistantEvent>) => {
    const draft = talk.draft(draftId);
    return shown(
      draft ? await work(draft) : { type: 'error', code: 'unknown_id', message: 'There is no draft of that id in this conversation.' },
    );
  };
  return [
    tool(async ({ messageId }) => JSON.stringify(outline(await talk.draftIntent(messageId))), {
      name: 'draft_intent',
      description: 'Says what a message of the user was read as: a draft, a question or a refusal. The user sees it already.',
      schema: MessageId,
    }),
    tool(async ({ questionId, optionId }) => (talk.chose(questionId, optionId) ? shown(talk.answer(questionId, optionId)) : NOT_CHOSEN), {
      name: 'answer',
      description: 'Takes the option of a question that the newest message of the user names. It never chooses for them.',
      schema: Answer,
    }),
    tool(async ({ draftId }) => withDraft(draftId, (draft) => quotesOf(draftId, draft, desk)), {
      name: 'get_quotes',
      description: 'Shows the offers for a draft.',
      schema: DraftId,
    }),
    tool(async ({ draftId }) => withDraft(draftId, async (draft) => ({ type: 'draft', id: draftId, draft })), {
      name: 'explain',
      description: 'Shows a draft again, with the words that each value came from.',
      schema: DraftId,
    }),
    tool(async ({ orderId }) => shown({ type: 'status', orderId, status: await desk.orderStatus(orderId) }), {
      name: 'order_status',
      description: 'Shows what happened to an order.',
      schema: OrderId,
    }),
    tool(async () => shown({ type: 'history', history: await desk.history() }), {
      name: 'list_history',
      description: 'Shows the orders of the user.',
      schema: z.object({}),
    }),
  ] as DynamicStructuredTool[];
}

/** What the model may know of an event: its kind and ids. Token names, amounts and texts of others stay out of the prompt. */
export function outline(event: AssistantEvent): Record<string, unknown> {
  switch (event.type) {
    case 'draft':
      return { shown: 'draft', draftId: event.id, kind: event.draft.said.kind };
    case 'question':
      return { shown: 'question', questionId: event.id, slots: event.question.slots };
    case 'refusal':
      return { shown: 'refusal', code: event.refusal.code };
    case 'error':
      return { shown: 'error', code: event.code };
    default:
      return { shown: event.type };
  }
}
