/** What the API takes and answers: the one place where server, SDK, page and CLI agree on the shape of its JSON. */
import type { Address, Hex } from 'viem';
import type { Awarded } from '../../contracts/client/ledger.ts';
import type { ReceiptedBid } from '../../intents/award.ts';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Before, Change, Draft, Evidence, Intent, Question, Refusal, Source } from '../../intents/intent.ts';
import type { Json } from '../../intents/json.ts';
import type { Life, OrderEvent } from '../../intents/lifecycle.ts';
import type { Award } from '../../intents/market.ts';
import type { Order, TypedData, UnixSeconds } from '../../intents/order.ts';
import type { Receipt } from '../../intents/receipt.ts';

/** What the network may know of whoever speaks. `chain`: name of the wallet's chain; `meterKey`: for leases. */
export type AskContext = {
  user?: Address;
  chain?: string;
  timeZone?: string;
  locale?: string;
  meterKey?: Address;
  attachments?: { name: string; sha256: Hex }[];
};
/** `before`: the draft or the open question that the text may change or answer, as it came. */
export type AskRequest = AskContext & { text: string; before?: Before };
/** The question as it was asked, and the option that the user tapped. */
export type AnswerRequest = AskContext & { question: Question; optionId: string };

/** One line of the card. `slot` names the evidence that it came from. */
export type CardRow = { label: string; value: string; source: Source; slot?: string };
/** An order ready to be signed, and all that a person needs to judge it. */
export type Prepared = {
  sentence: string;
  intent: Json<Intent>;
  order: Json<Order>;
  id: Hex;
  typedData: Json<TypedData>;
  /** Solvers that quoted. */
  quotes: number;
  /** Needed before the order can be taken: exactly `amount` base units for `spender`. */
  approval?: { token: Address; spender: Address; amount: string };
  /** The user sends `open` itself (native sells). */
  own: boolean;
  card: CardRow[];
  evidence: Evidence;
  /** What was said: the next message may change it. */
  draft: Draft;
};
/** `changes`: what the message changed in the draft before it. */
export type Asked = ({ kind: 'question'; question: Question } | { kind: 'refusal'; refusal: Refusal } | { kind: 'ready'; prepared: Prepared }) & { changes?: Change[] };

/** An order and its life. `order` alone is enough to rebuild everything from the chains. */
export type OrderView = { id: Hex; order: Json<Order>; life: Json<Life>; receipt: Receipt };
/** Newest first; `next` is the cursor of the next page. */
export type OrderList = { orders: OrderView[]; next?: string };
/** Events as SSE sends them: `id:` is `seq`, `data:` is this. With `accept: application/json`: `{events}`. */
export type EventJson = Json<OrderEvent>;
export type AwardJson = Json<Awarded>;
/** Everything that `rank()` needs to recompute the winner. Empty `bids` before the cut. */
export type Transcript = {
  order: Hex;
  cutAt?: UnixSeconds;
  /** `fillBy` of the award that the ranking was for. */
  fillBy?: UnixSeconds;
  bids: Json<ReceiptedBid>[];
  awards: { award: Json<Award>; digest: Hex; signature: Hex }[];
};
export type Artifact = { sha256: Hex; bytes: number };
export type FaucetAnswer = { txs: { chain: string; hash: Hex; what: string }[] };
export type ErrorBody = { error: ErrorValue };
