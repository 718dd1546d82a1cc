/** The two ports of a solver, where it gets what it sells (Venue) and how it prices (Strategy), and what both speak of. */
import type { Hex, LocalAccount, PublicClient } from 'viem';
import type { LeaseAnswer, LeaseRequest, ReportedFact } from '../api/client/wire.ts';
import type { JournalRow } from '../contracts/client/journal.ts';
import type { Awarded, Call, Drop, Ledger } from '../contracts/client/ledger.ts';
import { boundsOf, type Order, type SignedOrder, takenBy, type UnixSeconds } from '../intents/order.ts';
import type { Chain, Registry } from '../intents/registry.ts';
import type { Book } from './desk.ts';
import type { Log } from './log.ts';

/** A refusal is a value: `pass` says why. */
export type Pass = { pass: string };
/** Something that can be promised only once: `of` names it (`tokenKey`, `bondKey`, `rack:cpuMilli`), `capacity` is all there is of it. */
export type Hold = { of: string; amount: bigint; capacity: bigint };
/**
 * Terms in an order's own units: tokens in base units; a lease's price per hour and seconds; a job's price per 10⁹ fuel
 * and fuel. From a venue it is the cost (no profit, no loss); from a strategy it is what is bid.
 */
export type Offer = { sell: bigint; buy: bigint; holds: Hold[]; note: string };

/**
 * What this solver has bound itself to: an award that it accepted, written to disk before the acceptance left. Without an
 * award: an order in its open window, which whoever comes first may fill at the signed limit.
 */
export type Promised = { id: Hex; venue: string; signed: SignedOrder; awarded?: Awarded; holds: Hold[]; at: number };

/** `send`: a journalled transaction under a natural key. `wait`: look again later. `free`: what was held has left the house. */
export type Step = { send: Call; key: string } | { wait: string; ms: number } | { free: true };
export type Outcome = {
  outcome: 'settled' | 'lost' | 'missed' | 'unopened' | 'refunded' | 'cancelled' | 'abandoned' | 'voided';
  note: string;
};
/**
 * What is left to do for a promise. A crash forgets the generator, never the work: it is made anew from the promise and
 * reads the chain and the journal to find where it stands.
 */
export type Steps<R = Outcome> = AsyncGenerator<Step, R, JournalRow | undefined>;

export interface Venue {
  readonly name: string;
  /**
   * What delivering this order would cost, or why it cannot. Ignores the order's limits: those are the run loop's.
   * `firm`: a bid will be made of it; otherwise it only tells a price.
   */
  quote(order: Order, firm: boolean): Promise<Offer | Pass>;
  settle(promised: Promised): Steps;
  /** Answers the buyer of a lease. Only venues that lease machines have it. */
  relay?(order: Hex, request: LeaseRequest): Promise<LeaseAnswer>;
}

export interface Strategy {
  readonly name: string;
  /** Turns a venue's cost into the terms to bid. */
  price(order: Order, cost: Offer): Offer | Pass;
}

/** What an operator puts together: venues, and a strategy over them. */
export type Desk = {
  name: string;
  venues: Venue[];
  strategy: Strategy;
  /** What must be ended when the solver stops. */
  close?(): Promise<void>;
};
export type DeskOf = (world: World) => Desk | Promise<Desk>;

/** One chain as a solver sees it. */
export type Door = {
  chain: Chain;
  ledger: Ledger;
  rpc: PublicClient;
  /** Sends once per key, resolves when mined (or failed); the row is on disk before the broadcast. */
  send(key: string, call: Call): Promise<JournalRow>;
};

/** What the network does for a solver over its session. Rejects with a TenderError when it cannot. */
export type Market = {
  prove(chainId: number, drops: readonly Drop[]): Promise<Hex>;
  judge(order: Hex, result: Hex, fuel: bigint): Promise<Hex>;
  report(order: Hex, fact: ReportedFact): void;
};
/** The network's store of programs, inputs and outputs, by SHA-256. */
export type Artifacts = { get(sha256: Hex): Promise<Uint8Array>; put(bytes: Uint8Array): Promise<Hex> };

/** Everything that venues and the engine stand on; put together in `world.ts`, by hand. */
export type World = {
  registry: Registry;
  account: LocalAccount;
  on(chainId: number | bigint): Door | undefined;
  rowOf(key: string): Promise<JournalRow | undefined>;
  market: Market;
  artifacts: Artifacts;
  book: Book;
  /** Folder of everything that must survive a crash. */
  dir: string;
  log: Log;
  /** Unix milliseconds. */
  clock(): number;
  /** Falls when the solver is to stop. */
  signal: AbortSignal;
};

/** The terms of a promise, and until when they can be carried out: the award's, or the signed limit's. */
export function termsOf({ signed: { order }, awarded }: Promised): { sell: bigint; buy: bigint; by: UnixSeconds } {
  if (awarded) return { sell: awarded.award.sell, buy: awarded.award.buy, by: awarded.award.fillBy };
  const { sellAtMost, buyAtLeast } = boundsOf(order);
  return { sell: sellAtMost, buy: buyAtLeast, by: takenBy(order) };
}

export const isPass = <T extends object>(value: T | Pass): value is Pass => 'pass' in value;
export const tokenKey = (chainId: number | bigint, token: string) => `${chainId}:${token.toLowerCase()}`;
export const bondKey = (chainId: number | bigint) => `${chainId}:bond`;
