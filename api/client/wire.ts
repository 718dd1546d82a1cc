/**
 * What solvers and attesters say to the network over their WebSocket, one JSON object per frame.
 * They connect outwards; every session begins with a signed challenge; bigints travel as decimal strings.
 */
import type { Address, Hex } from 'viem';
import type { Refusal } from '../../intents/intent.ts';
import type { Award, Bid, BidReceipt, Reply, Verdict } from '../../intents/market.ts';
import type { Order, SignedOrder, UnixSeconds } from '../../intents/order.ts';
import type { Json } from '../../intents/json.ts';
import type { Drop } from '../../contracts/client/ledger.ts';

/** First frames of every session. The peer signs `challengeText(nonce)` (EIP-191) with its key. */
export const challengeText = (role: 'solver' | 'attester', nonce: string) => `Tender ${role} session ${nonce}`;
export type Hello = { type: 'hello'; address: Address; signature: Hex; name: string };
export type Greeting = { type: 'challenge'; nonce: string } | { type: 'welcome'; session: string; now: UnixSeconds } | { type: 'error'; code: string; message: string; hint?: string };

/** Network → solver. */
export type ToSolver =
  | Greeting
  /** Indicative price for an order that nobody has signed yet. Answer `quote` or `pass` with the same `id` within `ms`. */
  | { type: 'quote'; id: string; order: Json<Order>; ms: number }
  /** A signed order is up for bids until `cutAt` (Unix milliseconds). `own`: the user will send `open` itself. */
  | { type: 'order'; id: Hex; signed: Json<SignedOrder>; cutAt: number }
  | { type: 'receipt'; receipt: Json<BidReceipt>; signature: Hex }
  | { type: 'refused'; order: Hex; code: string; message: string; hint?: string }
  /** You won. Answer with `reply` within `ms`, or the award goes on. */
  | { type: 'award'; id: Hex; signed: Json<SignedOrder>; award: Json<Award>; signature: Hex; ms: number }
  | { type: 'lost'; order: Hex; winner: Json<Pick<Bid, 'solver' | 'sell' | 'buy'>>; reason: string }
  /** Something happened to an order that this solver won (mined facts, reorgs, terminal states). */
  | { type: 'fact'; order: Hex; fact: unknown }
  /** The buyer of a lease speaks to its provider; answer with `answer` and the same `id`. */
  | { type: 'relay'; id: string; order: Hex; body: LeaseRequest }
  | { type: 'evidence'; id: string; evidence: Hex; signers: number }
  | { type: 'failed'; id: string; error: { code: string; message: string; hint?: string } };

/** Solver → network. */
export type FromSolver =
  | Hello
  | { type: 'quoted'; id: string; sell: string; buy: string; validUntil: UnixSeconds }
  | { type: 'pass'; id: string; reason: string }
  | { type: 'bid'; bid: Json<Bid>; signature: Hex }
  | { type: 'reply'; reply: Json<Reply>; signature: Hex; reason?: string }
  /** Asks k attesters for evidence of deliveries (finalised block of the destination) or of a job's result. */
  | { type: 'prove'; id: string; chainId: number; drops: Json<Drop>[] }
  | { type: 'judge'; id: string; order: Hex; result: Hex; fuel: string }
  /** Tells the world about a result, an acknowledgement, a stop: shown on the order's page, never trusted by contracts. */
  | { type: 'report'; order: Hex; fact: ReportedFact }
  | { type: 'answer'; id: string; body: LeaseAnswer };
export type ReportedFact =
  | { type: 'result'; result: Hex; fuel: string; exitCode: number; output: string }
  | { type: 'acknowledged'; seconds: number }
  | { type: 'stop-requested'; seconds: number };

/** Buyer's client → provider, through the network. Signed by the lease's meter key; see `leaseText`. */
export type LeaseRequest =
  | { type: 'run'; command: string; timeoutMs: number }
  /** Fresh nonce for the machine's heartbeat; the answer proposes the voucher to co-sign. */
  | { type: 'heartbeat'; nonce: string }
  | { type: 'acknowledge'; seconds: number; meter: Hex; signature: Hex }
  | { type: 'stop' }
  /** Meter key's signature over the last voucher that the provider proposed in answer to `stop`. */
  | { type: 'last'; seconds: number; meter: Hex; signature: Hex };
export type LeaseAnswer =
  | { type: 'ran'; exitCode: number; stdout: string; stderr: string; truncated: boolean }
  | { type: 'beat'; nonce: string; seconds: number; meter: Hex; isolation: string }
  | { type: 'acknowledged'; seconds: number }
  | { type: 'stopped'; seconds: number; meter: Hex; signature: Hex }
  | { type: 'closing'; hash?: Hex }
  | { type: 'refused'; code: string; message: string; hint?: string };
/** What the meter key signs (EIP-191) for every relayed request. `sha256` is of the request's JSON. */
export const leaseText = (order: Hex, at: UnixSeconds, sha256: Hex) => `Tender lease ${order} ${at} ${sha256}`;
export type SignedLeaseRequest = { request: LeaseRequest; at: UnixSeconds; signature: Hex };

/** Network → attester. */
export type ToAttester =
  | Greeting
  /** Read these records at the finalised block `number` with your own RPC; sign `Deliveries` if it all holds. */
  | { type: 'attest'; id: string; originChainId: number; verifier: Address; chainId: number; number: number; drops: Json<Drop>[] }
  /** Run the job again; sign what you saw. */
  | { type: 'judge'; id: string; signed: Json<SignedOrder>; result: Hex; fuel: string };
/** Attester → network. `value`: amounts it read, in the order of the drops. */
export type FromAttester =
  | Hello
  | { type: 'attested'; id: string; root: Hex; asOf: UnixSeconds; values: string[]; signature: Hex }
  | { type: 'judged'; id: string; verdict: Json<Verdict>; signature: Hex }
  | { type: 'declined'; id: string; code: string; message: string };

export type { Refusal };
