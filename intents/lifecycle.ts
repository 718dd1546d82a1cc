/** The life of an order is its events; a status is a fold over them and is never stored. */
import type { Address, Hex } from 'viem';
import type { Award, Bid, BidReceipt } from './market.ts';
import type { UnixSeconds } from './order.ts';

/** Where on a chain something happened. `blockHash` is what a reorg invalidates. */
export type Mined = { chainId: number; hash: Hex; block: number; blockHash: Hex; logIndex: number };

/** One fact about an order. On-chain facts carry `tx`. Amounts are base units (seconds, fuel) as bigint. */
export type Fact =
  | { type: 'posted'; own: boolean }
  | { type: 'bid'; bid: Bid; bidSignature: Hex; receipt: BidReceipt; receiptSignature: Hex }
  | { type: 'bid-refused'; solver: Address; code: string; reason: string }
  | { type: 'no-bids'; reason: string }
  | { type: 'awarded'; award: Award; digest: Hex; signature: Hex }
  | { type: 'accepted'; award: Hex; signature: Hex }
  /** `signature`: of the solver's `Reply(false)`; absent if it was silent. */
  | { type: 'declined'; award: Hex; reason: string; signature?: Hex }
  | { type: 'filled'; tx: Mined; solver: Address; sold: bigint; bought: bigint }
  | { type: 'opened'; tx: Mined; solver: Address; deposited: bigint; maxUnits: bigint }
  | { type: 'delivered'; tx: Mined; solver: Address; amount: bigint }
  | { type: 'started'; tx: Mined }
  | { type: 'result'; result: Hex; fuel: bigint; exitCode: number; output?: string }
  | { type: 'attested'; signers: number }
  | { type: 'acknowledged'; seconds: number }
  | { type: 'stop-requested'; seconds: number }
  | { type: 'advanced'; tx: Mined; delivered: bigint; released: bigint }
  /** A job moved on chain: its result was claimed, spared by the lot, sent to the judges by the lot, or challenged. */
  | { type: 'judging'; tx: Mined; phase: 'open' | 'claimed' | 'cleared' | 'audited' | 'challenged'; fuel: bigint }
  /** What a job's judges got together, out of its audit budget. */
  | { type: 'fees'; tx: Mined; amount: bigint }
  | { type: 'closed'; tx: Mined; released: bigint; refunded: bigint; delivered?: bigint }
  /** The award's solver tried in time and the user's side failed: this award can no longer cost it its bond. */
  | { type: 'voided'; tx: Mined; solver: Address; award: Hex }
  | { type: 'slashed'; tx: Mined; amount: bigint; award: Hex }
  | { type: 'cancelled'; tx: Mined }
  | { type: 'expired' }
  | { type: 'retracted'; of: string; why: string };

/** A stored fact: `key` is its natural key (at-least-once in, exactly-once out), `seq` the cursor within the store. */
export type OrderEvent = Fact & { order: Hex; key: string; at: UnixSeconds; seq: number };

/** `quiet` = nobody can do anything more and no money moved; `refunded` = escrow came back whole. */
export type Status = 'posted' | 'awarded' | 'open' | 'delivered' | 'settled' | 'refunded' | 'expired' | 'cancelled';
export const TERMINAL: ReadonlySet<Status> = new Set(['settled', 'refunded', 'expired', 'cancelled']);

export type Life = {
  status: Status;
  bids: number;
  solver?: Address;
  award?: Award;
  sold: bigint;
  bought: bigint;
  deposited: bigint;
  released: bigint;
  refunded: bigint;
  /** Paid to judges. */
  fees: bigint;
  slashed: bigint;
  txs: { chainId: number; hash: Hex; what: string }[];
};

const NEW: Life = { status: 'posted', bids: 0, sold: 0n, bought: 0n, deposited: 0n, released: 0n, refunded: 0n, fees: 0n, slashed: 0n, txs: [] };

/** Folds one event. A retraction is handled by `lifeOf`, which drops the retracted event before folding. */
export function advance(life: Life, event: Fact): Life {
  const mined = 'tx' in event ? { txs: [...life.txs, { chainId: event.tx.chainId, hash: event.tx.hash, what: event.type }] } : {};
  const next = { ...life, ...mined };
  if (TERMINAL.has(life.status) && event.type !== 'slashed' && event.type !== 'advanced') return next;
  switch (event.type) {
    case 'bid':
      return { ...next, bids: life.bids + 1 };
    case 'awarded':
      return { ...next, award: event.award, status: life.status === 'posted' ? 'awarded' : life.status };
    case 'declined':
      return { ...next, status: life.status === 'awarded' ? 'posted' : life.status };
    case 'filled':
      return { ...next, status: 'settled', solver: event.solver, sold: event.sold, bought: event.bought };
    case 'opened':
      return { ...next, status: 'open', solver: event.solver, deposited: event.deposited };
    case 'delivered':
      return { ...next, status: 'delivered', bought: life.bought + event.amount };
    case 'advanced':
      return { ...next, bought: event.delivered, released: event.released, sold: event.released };
    case 'closed':
      return {
        ...next,
        status: event.released > 0n ? 'settled' : 'refunded',
        released: event.released,
        sold: event.released,
        refunded: event.refunded,
        // A delivery that was never claimed still reached the user.
        bought: event.delivered !== undefined && event.delivered > life.bought ? event.delivered : life.bought,
      };
    case 'fees':
      return { ...next, fees: life.fees + event.amount };
    case 'slashed':
      return { ...next, slashed: life.slashed + event.amount };
    case 'cancelled':
      return { ...next, status: 'cancelled' };
    case 'expired':
      return { ...next, status: 'expired' };
    default:
      return next;
  }
}

/** The events that still hold, in store order: without retractions and what they retract (the newest event of that key before them). */
export function standing(events: readonly OrderEvent[]): Exclude<OrderEvent, { type: 'retracted' }>[] {
  const gone = new Set<number>();
  for (const [index, event] of events.entries()) {
    if (event.type !== 'retracted') continue;
    gone.add(index);
    for (let i = index - 1; i >= 0; i--) {
      if (events[i]?.key === event.of && !gone.has(i)) {
        gone.add(i);
        break;
      }
    }
  }
  return events.filter((_, index) => !gone.has(index)) as Exclude<OrderEvent, { type: 'retracted' }>[];
}

/** The life of one order from its events in store order, retractions applied. */
export const lifeOf = (events: readonly OrderEvent[]): Life => standing(events).reduce<Life>(advance, NEW);
