/** The conversation as a value: what was said, what came back, and where each order stands. Pure. */
import type { Hex } from 'viem';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Evidence, Question, Refusal } from '../../intents/intent.ts';
import { type Life, lifeOf, type OrderEvent } from '../../intents/lifecycle.ts';
import type { Order } from '../../intents/order.ts';
import type { Receipt } from '../../intents/receipt.ts';
import type { Step } from '../client/carry.ts';
import type { Prepared } from '../client/shapes.ts';

export type Attached = { name: string; sha256: Hex; bytes: number };
/** What the page is doing for an order right now; `following`: the network works, nothing is asked of the user. */
export type Doing = 'checking' | 'approving' | 'signing' | 'following' | 'opening' | 'over';
export type Running = {
  order: Order;
  id?: Hex;
  doing: Doing;
  events: OrderEvent[];
  life: Life;
  /** Transactions that the user sent itself: approvals and `open`. */
  own: { what: string; hash: Hex }[];
  trouble?: ErrorValue;
  receipt?: Receipt;
};
export type TurnState =
  | { at: 'needs-wallet' }
  | { at: 'thinking' }
  | { at: 'question'; question: Question }
  | { at: 'refused'; refusal: Refusal }
  | { at: 'failed'; error: ErrorValue }
  | { at: 'ready'; prepared: Prepared; trouble?: ErrorValue }
  | { at: 'running'; prepared?: Prepared; run: Running };
export type Turn = { key: number; text: string; files: Attached[]; taps: { sentence: string; label: string }[]; state: TurnState };

export type Action =
  | { do: 'say'; key: number; text: string; files: Attached[]; connected: boolean }
  | { do: 'tap'; key: number; sentence: string; label: string }
  | { do: 'set'; key: number; state: TurnState }
  | { do: 'step'; key: number; step: Step }
  | { do: 'trouble'; key: number; error: ErrorValue }
  | { do: 'open'; key: number; order: Order }
  | { do: 'forget'; key: number };

export function reduce(turns: readonly Turn[], action: Action): Turn[] {
  const change = (next: (turn: Turn) => Turn) => turns.map((turn) => (turn.key === action.key ? next(turn) : turn));
  switch (action.do) {
    case 'say':
      return [...turns, { key: action.key, text: action.text, files: action.files, taps: [], state: { at: action.connected ? 'thinking' : 'needs-wallet' } }];
    case 'open':
      return [...turns, { key: action.key, text: action.order.message.sentence, files: [], taps: [], state: { at: 'running', run: begin(action.order, 'following') } }];
    case 'tap':
      return change((turn) => ({ ...turn, taps: [...turn.taps, { sentence: action.sentence, label: action.label }], state: { at: 'thinking' } }));
    case 'set':
      return change((turn) => ({ ...turn, state: action.state }));
    case 'step':
      return change((turn) => ({ ...turn, state: stepped(turn.state, action.step) }));
    case 'trouble':
      return change((turn) => ({ ...turn, state: troubled(turn.state, action.error) }));
    case 'forget':
      return turns.filter((turn) => turn.key !== action.key);
  }
}

export const begin = (order: Order, doing: Doing): Running => ({ order, doing, events: [], life: lifeOf([]), own: [] });

function stepped(state: TurnState, step: Step): TurnState {
  if (step.step === 'checked' && state.at === 'ready') return { at: 'running', prepared: state.prepared, run: { ...begin(step.order, 'checking'), id: step.id } };
  if (state.at !== 'running') return state;
  return { ...state, run: advanced(state.run, step) };
}

function advanced({ trouble, ...run }: Running, step: Step): Running {
  switch (step.step) {
    case 'approving':
      return { ...run, doing: 'approving' };
    case 'approved':
      return { ...run, own: [...run.own, { what: 'approve', hash: step.hash }] };
    case 'signing':
      return { ...run, doing: 'signing' };
    case 'posted':
      return { ...run, doing: 'following', id: step.id };
    case 'opening':
      return { ...run, doing: 'opening' };
    case 'opened':
      return { ...run, doing: 'following', own: [...run.own, { what: 'open', hash: step.hash }] };
    case 'not-opened':
      return { ...run, doing: 'following', trouble: step.error };
    case 'event':
      return { ...run, events: [...run.events, step.event], life: step.life, ...(trouble && { trouble }) };
    case 'done':
      return { ...run, doing: 'over', receipt: step.receipt, life: step.life };
    default:
      return run;
  }
}

/** Before the order is posted nothing happened: the card comes back. After it, the order goes on without this page. */
function troubled(state: TurnState, error: ErrorValue): TurnState {
  if (state.at === 'ready') return { ...state, trouble: error };
  if (state.at !== 'running') return { at: 'failed', error };
  const posted = state.run.doing === 'following' || state.run.doing === 'opening';
  return !posted && state.prepared ? { at: 'ready', prepared: state.prepared, trouble: error } : { ...state, run: { ...state.run, doing: 'following', trouble: error } };
}

/** Where each understood piece stands in the user's own text. */
export function evidenceOf({ state }: Turn): Evidence {
  if (state.at === 'question') return state.question.draft.evidence;
  if (state.at === 'ready') return state.prepared.evidence;
  if (state.at === 'running' && state.prepared) return state.prepared.evidence;
  if (state.at === 'refused' && state.refusal.span) return { refused: state.refusal.span };
  return {};
}
