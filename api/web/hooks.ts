/** React hooks over the SDK: a conversation that ends in orders, and one order followed live. */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { Address, Hex } from 'viem';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';
import type { Before, Question } from '../../intents/intent.ts';
import { decodeOrder } from '../../intents/json.ts';
import { type Life, lifeOf, type OrderEvent } from '../../intents/lifecycle.ts';
import type { Order } from '../../intents/order.ts';
import { type Receipt, receiptOf } from '../../intents/receipt.ts';
import { carry, pursue, type Step } from '../client/carry.ts';
import type { Client } from '../client/client.ts';
import type { AskContext, Asked, Prepared } from '../client/shapes.ts';
import type { Wallet } from '../client/wallet.ts';
import { type Attached, beforeIn, reduce, type Turn } from './turns.ts';

/** Any failure as a value that can be shown. */
export const errorValue = (error: unknown): ErrorValue =>
  error instanceof TenderError ? error.toJSON() : { code: 'failed', message: error instanceof Error ? error.message : String(error), hint: 'Nothing was signed by this step. Try again.' };

export type TenderOptions = {
  client: Client;
  wallet: Wallet | undefined;
  /** Name of the wallet's chain. */
  chain?: string;
  /** Address of a meter key for leases; asked for when a sentence is sent. */
  meterKey?(): Promise<Address>;
  /** Told when an order was posted, before its first event. */
  onPosted?(order: Order, id: Hex): void;
};
export type Tender = {
  turns: readonly Turn[];
  say(text: string, files?: Attached[]): void;
  answer(turn: Turn, question: Question, optionId: string): void;
  /** Checks, approves, signs, posts and follows the order of a turn that is ready. */
  sign(turn: Turn): void;
  /** Asks the same sentence once more. */
  again(turn: Turn): void;
  /** Takes up an order that was posted before. */
  resume(order: Order): void;
  forget(turn: Turn): void;
};

/** A conversation. Sentences said without a wallet wait for one. Orders are followed until the component goes. */
export function useTender({ client, wallet, chain, meterKey, onPosted }: TenderOptions): Tender {
  const [turns, dispatch] = useReducer(reduce, [] as Turn[]);
  const nextKey = useRef(1);
  const over = useRef<AbortController>(undefined);
  // What was sent along with each sentence, to be found again in its order.
  const contexts = useRef(new Map<number, AskContext>());
  useEffect(() => {
    over.current = new AbortController();
    return () => over.current?.abort();
  }, []);

  // The draft or question that each sentence followed.
  const befores = useRef(new Map<number, { key: number; before: Before } | undefined>());

  const settle = useCallback(async (key: number, asked: Promise<Asked>) => {
    try {
      const answer = await asked;
      const { changes } = answer;
      const set = { do: 'set', key, changes, of: befores.current.get(key)?.key } as const;
      if (answer.kind === 'question') dispatch({ ...set, state: { at: 'question', question: answer.question } });
      else if (answer.kind === 'refusal') dispatch({ ...set, state: { at: 'refused', refusal: answer.refusal } });
      else dispatch({ ...set, state: { at: 'ready', prepared: answer.prepared } });
    } catch (error) {
      dispatch({ do: 'set', key, state: { at: 'failed', error: errorValue(error) } });
    }
  }, []);
  const contextFor = useCallback(
    async (key: number, user: Address, files: readonly Attached[]): Promise<AskContext> => {
      const context = {
        user,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
        ...(chain && { chain }),
        ...(meterKey && { meterKey: await meterKey() }),
        ...(files.length > 0 && { attachments: files.map(({ name, sha256 }) => ({ name, sha256 })) }),
      };
      contexts.current.set(key, context);
      return context;
    },
    [chain, meterKey],
  );
  const ask = useCallback(
    (key: number, text: string, files: readonly Attached[], user: Address) =>
      settle(key, contextFor(key, user, files).then((context) => {
        const before = befores.current.get(key)?.before;
        return client.ask({ ...context, text, ...(before && { before }) });
      })),
    [client, contextFor, settle],
  );

  // What was said before there was a wallet.
  useEffect(() => {
    if (!wallet) return;
    for (const { key, text, files, state } of turns) {
      if (state.at !== 'needs-wallet') continue;
      dispatch({ do: 'set', key, state: { at: 'thinking' } });
      void ask(key, text, files, wallet.address);
    }
  }, [wallet, turns, ask]);

  const follow = async (key: number, steps: AsyncGenerator<Step>) => {
    let order: Order | undefined;
    try {
      for await (const step of steps) {
        if (step.step === 'checked') order = step.order;
        if (step.step === 'posted' && order) onPosted?.(order, step.id);
        dispatch({ do: 'step', key, step });
      }
    } catch (error) {
      if (!over.current?.signal.aborted) dispatch({ do: 'trouble', key, error: errorValue(error) });
    }
  };
  const options = () => (over.current ? { signal: over.current.signal } : {});
  return {
    turns,
    say(text, files = []) {
      const key = nextKey.current++;
      befores.current.set(key, beforeIn(turns));
      dispatch({ do: 'say', key, text, files, connected: wallet !== undefined });
      if (wallet) void ask(key, text, files, wallet.address);
    },
    answer({ key, files }, question, optionId) {
      const option = question.options.find(({ id }) => id === optionId);
      if (!option || !wallet) return;
      dispatch({ do: 'tap', key, sentence: question.sentence, label: option.label });
      void settle(key, contextFor(key, wallet.address, files).then((context) => client.answer(question, optionId, context)));
    },
    sign({ key, state }) {
      if (state.at === 'ready' && wallet) void follow(key, carry(client, wallet, state.prepared, { ...options(), expected: contexts.current.get(key) ?? {} }));
    },
    again({ key, text, files }) {
      if (!wallet) return;
      dispatch({ do: 'set', key, state: { at: 'thinking' } });
      void ask(key, text, files, wallet.address);
    },
    resume(order) {
      const key = nextKey.current++;
      dispatch({ do: 'open', key, order });
      void follow(key, pursue(client, wallet, order, options()));
    },
    forget: ({ key }) => dispatch({ do: 'forget', key }),
  };
}

export type OrderState = { order?: Order; events: OrderEvent[]; life: Life; receipt?: Receipt; error?: ErrorValue };

/** One order, followed live until it is over. Signs and sends nothing. */
export function useOrder(client: Client, id: Hex | undefined): OrderState {
  const empty = useMemo<OrderState>(() => ({ events: [], life: lifeOf([]) }), []);
  const [state, setState] = useState<OrderState>(empty);
  useEffect(() => {
    setState(empty);
    if (!id) return;
    const over = new AbortController();
    void (async () => {
      try {
        const [registry, view] = await Promise.all([client.network(), client.order(id)]);
        const order = decodeOrder(view.order);
        const events: OrderEvent[] = [];
        for await (const event of client.events(id, { signal: over.signal })) {
          events.push(event);
          if (!over.signal.aborted) setState({ order, events: [...events], life: lifeOf(events), receipt: receiptOf(order, events, registry) });
        }
      } catch (error) {
        if (!over.signal.aborted) setState((before) => ({ ...before, error: errorValue(error) }));
      }
    })();
    return () => over.abort();
  }, [client, id, empty]);
  return state;
}

export type { Attached, Prepared, Turn };
