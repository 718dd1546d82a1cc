/** The assistant at this network's desk: what it may look up, in the words and for the wallet of whoever speaks. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Hex } from 'viem';
import { lifeOf } from '../../intents/lifecycle.ts';
import type { ParseContext } from '../../intents/parse/index.ts';
import { receiptOf } from '../../intents/receipt.ts';
import type { Registry } from '../../intents/registry.ts';
import { assistant, type AssistantEvent, type Model } from '../assistant/assistant.ts';
import type { AskContext } from '../client/shapes.ts';
import type { Store } from '../store/index.ts';
import type { Desk, DeskOptions } from './ask.ts';

export type Said = { text: string } | { questionId: string; optionId: string };
export type Chat = {
  /** One turn of a conversation: what follows from a message or a tap, as it happens. */
  turn(conversation: string, said: Said, wishes: AskContext): AsyncIterable<AssistantEvent>;
};
export type ChatOptions = { registry: Registry; store: Store; desk: Desk; model?: Model | undefined; read?: NonNullable<DeskOptions['read']> };

const ORDERS = 20;

export function createChat({ registry, store, desk, model, read }: ChatOptions): Chat {
  const speaking = new AsyncLocalStorage<{ context: ParseContext; wishes: AskContext }>();
  const speaker = () => {
    const now = speaking.getStore();
    if (!now) throw new Error('the assistant looked something up outside of a turn');
    return now;
  };
  const statusOf = async (id: Hex) => {
    const [stored, events] = await Promise.all([store.orders.get(id), store.events.of(id)]);
    return stored ? { status: lifeOf(events).status, receipt: receiptOf(stored.signed.order, events, registry) } : undefined;
  };
  const helper = assistant(
    {
      context: () => speaker().context,
      ...(read && { read }),
      // The offers come with the order that would be signed: the same draft, grounded in this wallet's world.
      quotes: (draft) => desk.offer(draft, speaker().wishes),
      orderStatus: (id) => (/^0x[0-9a-f]{64}$/i.test(id) ? statusOf(id.toLowerCase() as Hex) : Promise.resolve(undefined)),
      async history() {
        const { user } = speaker().wishes;
        const orders = user ? await store.orders.list({ user, limit: ORDERS }) : [];
        return Promise.all(orders.map(async ({ id }) => ({ id, ...(await statusOf(id)) })));
      },
    },
    model,
  );

  return {
    async *turn(conversation, said, wishes) {
      const context = await desk.context(wishes);
      const events = 'text' in said ? helper.say(conversation, said.text) : helper.tap(conversation, said.questionId, said.optionId);
      const steps = events[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = await speaking.run({ context, wishes }, () => steps.next());
          if (done) return;
          yield value;
        }
      } finally {
        // Whoever listens may leave in the middle: then nobody goes on asking a model for them.
        await steps.return?.(undefined);
      }
    },
  };
}
