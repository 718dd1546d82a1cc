/**
 * Draft → Question | Refusal | Intent.
 * A Draft is what was said: strings and human units, each with the span of text it came from; it executes nothing.
 * An Intent is grounded: chains, assets, base units, limits and times resolved. It is complete or it does not exist.
 */
import type { Address, Hex } from 'viem';
import type { ErrorValue } from './errors.ts';
import type { Place, Resources, UnixSeconds, Workload } from './order.ts';

/**
 * UTF-16 offsets into the user's own text; `quote` is exactly `text.slice(start, end)`.
 * `by: 'tap'`: the user chose an option of a question; `quote` is then the option's answer and the offsets are 0.
 * `message`: which message of the dialogue it is, where it is not the first: `draft.edits[message - 1]`.
 */
export type Span = { quote: string; start: number; end: number; by?: 'tap'; message?: number };
/** Slot path (`sell.amount`, `buy.chain`, `budget` …) → where it stands in the text. */
export type Evidence = Record<string, Span>;

/** Decimal token units without trailing zeros; `max` is the whole spendable balance. */
export type AmountSaid = string | { percent: string } | { fraction: string } | { fiat: string; value: string };
/** `min` (buy side) and `max` (sell side) are limits that the user stated. */
export type LegSaid = { token?: string; amount?: AmountSaid; chain?: string; min?: string; max?: string };
/** Relative (`{in: ISO-8601 duration}`) or absolute (`{at: UTC instant}`). */
export type DeadlineSaid = { in: string } | { at: string };
export type PriceSaid = { value: string; currency: string; per: string };
export type BudgetSaid = { value: string; currency: string };

export type SwapSaid = {
  kind: 'swap';
  exact: 'in' | 'out';
  sell: LegSaid;
  buy: LegSaid;
  recipient?: string;
  /** When the buy side must have arrived. */
  deadline?: DeadlineSaid;
  /** When the money must have been taken, if the user says it apart from the deadline. */
  takenBy?: DeadlineSaid;
  slippageBps?: number;
};
/** Quote units per one base; `cmp` is `>=` when selling the base, `<=` when buying it. */
export type LimitPrice = { value: string; base: string; quote: string; cmp: '>=' | '<=' };
export type LimitSaid = Omit<SwapSaid, 'kind'> & { kind: 'limit'; price: LimitPrice; partialFill?: boolean };
export type DcaSaid = {
  kind: 'dca';
  sell: { token?: string; amountPer?: AmountSaid; chain?: string };
  buy: { token?: string; chain?: string };
  every: string;
  count?: number;
  for?: string;
  on?: string;
  recipient?: string;
  slippageBps?: number;
};
export type TwapSaid = {
  kind: 'twap';
  sell: LegSaid;
  buy: LegSaid;
  over: string;
  parts?: number;
  recipient?: string;
  slippageBps?: number;
};
export type CancelSaid = { kind: 'cancel'; ref: string };
export type GpuSaid = { model: string; count: number; memoryGb?: number; minMemoryGb?: number; formFactor?: string };
export type ComputeSaid = {
  kind: 'compute';
  task: 'rental' | 'batch' | 'training' | 'inference' | 'storage';
  cpu?: number;
  ramGb?: number;
  gpu?: GpuSaid;
  storageGb?: string;
  duration?: string;
  maxDuration?: string;
  tokens?: string;
  model?: string;
  image?: string;
  interconnect?: string;
  start?: string;
  maxPrice?: PriceSaid;
  budget?: BudgetSaid;
  region?: string;
  payWith?: string;
  /** Latest start, as an instant. */
  startBy?: string;
  confidential?: boolean;
  interruptible?: boolean;
  chain?: string;
};
export type JobSaid = {
  kind: 'compute';
  task: 'job';
  module: string;
  input?: string;
  budget?: BudgetSaid;
  maxDuration?: string;
  maxPrice?: PriceSaid;
  /** Whole units of fuel. */
  fuelAtMost?: string;
  deadline?: DeadlineSaid;
  payWith?: string;
  chain?: string;
};
/** The normal forms a parse may take. */
export type Said = SwapSaid | LimitSaid | DcaSaid | TwapSaid | CancelSaid | ComputeSaid | JobSaid;
/** One value that a later message changed. An absent `from` or `to` is a value that was not there. `at` is where the new one stands. */
export type Change = { slot: string; from?: unknown; to?: unknown; at: Span; was?: Span };
/** A message that changed the draft, and what it changed: enough to undo it. */
export type Edit = { text: string; changes: Change[] };
/** `text` is the first message; `edits` are those that changed it since. */
export type Draft = { text: string; said: Said; evidence: Evidence; edits?: Edit[] };

/** Closed list of what can be asked. */
export type Slot =
  | 'sell.token'
  | 'sell.amount'
  | 'sell.chain'
  | 'buy.token'
  | 'buy.chain'
  | 'recipient'
  | 'deadline'
  | 'slippageBps'
  | 'currency'
  | 'amountScope'
  | 'schedule.end'
  | 'gpu.model'
  | 'duration'
  | 'maxPrice.per'
  | 'direction'
  | 'intent';
/** A tap on an option is the user's own act: `answer` is text that stands for the slot, as if it had been typed. */
export type Option = { id: string; label: string; answer: string };
/** What is understood so far: a draft with holes. */
export type Understood = { text: string; said: Record<string, unknown>; evidence: Evidence; edits?: Edit[] };
/**
 * `options` answer the first of `slots`; `draft` is what is understood so far. `choices`: an edit that can be meant in several
 * ways; the option with the same index applies it to `draft`.
 */
export type Question = { slots: Slot[]; sentence: string; options: Option[]; draft: Understood; choices?: Edit[] };
/** What a message of a dialogue follows: a draft that was shown, or a question that is open. */
export type Before = { draft: Draft } | { question: Question };
/** Closed list of why something will not be done. `code` is one of these. */
export type RefusalCode =
  | 'unsupported_action'
  | 'unsupported_condition'
  | 'unsupported_chain'
  | 'homoglyph'
  | 'hidden_characters'
  | 'prompt_injection'
  | 'invalid_address'
  | 'invalid_amount'
  | 'negated'
  | 'contradiction'
  | 'not_an_intent'
  | 'advice'
  | 'multiple_intents'
  | 'same_token'
  | 'unsafe_slippage';
/** Why a later message of a dialogue does nothing. */
export type DialogueRefusal = 'nothing_changed' | 'nothing_to_undo';
/** Why a Draft cannot become an Intent: the world lacks something. */
export type WorldRefusal = 'insufficient_balance' | 'no_price' | 'no_quote' | 'no_attachment' | 'unlisted_token';
export type Refusal = ErrorValue & { code: RefusalCode | DialogueRefusal | WorldRefusal; span?: Span };

export type Reading = { draft: Draft } | { question: Question } | { refusal: Refusal };

/** Where a value on the card came from: typed by the user, or a grey, editable default. */
export type Source = 'said' | 'default';
export type Leg = { chainId: number; token: Address; symbol: string; decimals: number };
/** A rate that turned a fiat amount into tokens. Shown on the card with its age and source; never used silently. USD per unit, decimal. */
export type Rate = { symbol: string; usd: string; asOf: UnixSeconds; by?: string };

export type SwapIntent = {
  kind: 'swap';
  exact: 'in' | 'out';
  user: Address;
  /** `amount` is exact for exact-in, a ceiling for exact-out. Base units. */
  sell: Leg & { amount: bigint };
  /** `amount` is a floor for exact-in, exact for exact-out. Base units. */
  buy: Leg & { amount: bigint };
  to: Address;
  /** The name that was resolved to `to`, if the user typed one. */
  toName?: string;
  /** Last second for the money to be taken, for the buy side to arrive, and (escrow) before a refund is due. */
  takenBy: UnixSeconds;
  deliverBy: UnixSeconds;
  defaults: Partial<Record<'limit' | 'deadline' | 'chain' | 'to' | 'amount', Source>>;
  rates?: Rate[];
  /** Native coin left in the wallet for gas when `max`, a share or a fiat amount was asked. Base units. */
  gasKept?: bigint;
};
export type LeaseIntent = {
  kind: 'lease';
  user: Address;
  pay: Leg & { perHourAtMost: bigint; totalAtMost: bigint };
  resources: Resources;
  place: Place;
  workload: Workload;
  secondsAtMost: number;
  startBy: UnixSeconds;
  meterKey: Address;
  defaults: Partial<Record<'budget' | 'chain' | 'resources' | 'start', Source>>;
  rates?: Rate[];
};
export type JobIntent = {
  kind: 'job';
  user: Address;
  pay: Leg & { perBillionFuelAtMost: bigint; totalAtMost: bigint };
  runtime: string;
  command: string;
  programSha256: Hex;
  inputSha256: Hex;
  /** Standard input as text: its UTF-8 bytes are what `inputSha256` names. */
  input: string;
  fuelAtMost: bigint;
  memoryMiB: number;
  outputMiB: number;
  resultBy: UnixSeconds;
  defaults: Partial<Record<'budget' | 'chain' | 'fuel' | 'deadline', Source>>;
  rates?: Rate[];
};
export type Intent = SwapIntent | LeaseIntent | JobIntent;

/** A solver's indicative price for a grounded request: base units, unsigned. Lease and job: `sell` per hour / per 10⁹ fuel. */
export type Quote = { solver: Address; sell: bigint; buy: bigint; validUntil: UnixSeconds };
