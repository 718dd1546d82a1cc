/** The conversation as a value: what was said, what came back, and where each order stands. Pure. */
import type { Hex } from 'viem';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Before, Change, Evidence, Question, Refusal, Understood } from '../../intents/intent.ts';
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
/** `changes`: what this turn changed in the one before; `changed`: a later turn did so to this one, which is no longer to be signed. */
export type Turn = {
  key: number; text: string; files: Attached[]; taps: { sentence: string; label: string }[]; state: TurnState;
  changes?: readonly Change[]; changed?: true;
};

export type Action =
  | { do: 'say'; key: number; text: string; files: Attached[]; connected: boolean }
  | { do: 'tap'; key: number; sentence: string; label: string }
  | { do: 'set'; key: number; state: TurnState; changes?: readonly Change[] | undefined; of?: number | undefined }
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
      return change(({ changes: _, ...turn }) => ({ ...turn, state: action.state, ...(action.changes && { changes: action.changes }) })).map((turn) =>
        action.changes && turn.key === action.of ? { ...turn, changed: true } : turn,
      );
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

/** What the next sentence may change or answer: the newest draft or question that nobody signed. */
export function beforeIn(turns: readonly Turn[]): { key: number; before: Before } | undefined {
  for (const { key, state } of [...turns].reverse()) {
    if (state.at === 'question') return { key, before: { question: state.question } };
    if (state.at === 'ready') return { key, before: { draft: state.prepared.draft } };
    if (state.at === 'running') return undefined;
  }
  return undefined;
}

/** Where each understood piece stands in the text of this turn; a draft may hold pieces of several. */
export function evidenceOf({ state, text }: Turn): Evidence {
  if (state.at === 'refused' && state.refusal.span) return { refused: state.refusal.span };
  const draft = state.at === 'question' ? state.question.draft : state.at === 'ready' || state.at === 'running' ? state.prepared?.draft : undefined;
  if (!draft) return {};
  const { evidence, edits = [] }: Pick<Understood, 'evidence' | 'edits'> = draft;
  const message = [draft.text, ...edits.map((edit) => edit.text)].lastIndexOf(text);
  return Object.fromEntries(Object.entries(evidence).filter(([, span]) => (span.message ?? 0) === message));
}
