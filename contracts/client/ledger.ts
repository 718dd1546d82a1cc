/**
 * The Ledger port: what the network needs of a chain, whatever its family. `evm.ts` is the EVM family.
 * Reads answer from the chain; `*Call` builders are pure and send nothing; sending is `sender.ts`.
 */
import type { Address, Hex } from 'viem';
import type { ErrorValue } from '../../intents/errors.ts';
import type { Fact, Mined } from '../../intents/lifecycle.ts';
import type { Award, Reply } from '../../intents/market.ts';
import type { Order, SignedOrder, UnixSeconds } from '../../intents/order.ts';
import type { Chain } from '../../intents/registry.ts';
import type { Claim } from './claims.ts';
import type { Deal, Place } from './deal.ts';

export type Block = { number: number; hash: Hex; parent: Hex; at: UnixSeconds };
/** A transaction that someone may send: nothing is signed or sent yet. `what` is for journals and people. */
export type Call = { chainId: number; to: Address; data: Hex; value: bigint; what: string };
/** An award with everything a contract checks. */
export type Awarded = { award: Award; signature: Hex; reply: Reply; replySignature: Hex };
export type OrderState = 'fresh' | 'filled' | 'open' | 'closed' | 'cancelled';
/** A fact read from a chain, with the order (or deal) it belongs to. */
export type ChainFact = { order: Hex; fact: Extract<Fact, { tx: Mined }> };
/** What a delivery pays for: the key of its record on the destination. */
export type Drop = { dealId: Hex; output: number; token: Address; to: Address; deliverBy: UnixSeconds; solver: Address; amount: bigint };
export type Simulation = { ok: true; gas: bigint } | { ok: false; error: ErrorValue };

export interface Ledger {
  readonly chain: Chain;

  head(): Promise<Block>;
  /** The newest block that counts as final on this chain. */
  finalised(): Promise<Block>;
  block(number: number): Promise<Block | undefined>;
  balanceOf(account: Address, token: Address): Promise<bigint>;
  /** What Settlement (default) or another spender may pull of `token` from `owner`. */
  allowanceOf(owner: Address, token: Address, spender?: Address): Promise<bigint>;
  stateOf(order: Order): Promise<OrderState>;
  /** The open deal of an order, rebuilt from its logs and checked against the commitment on chain. */
  dealOf(order: Order): Promise<Deal | undefined>;
  /** Amount recorded by Delivery on this chain for a drop, at a block (default: head). */
  deliveredOf(drop: Omit<Drop, 'amount'>, at?: number): Promise<bigint>;
  /** The whole word of that record, as attesters sign it: amount in the low 128 bits, time of the last delivery above. */
  recordOf(drop: Omit<Drop, 'amount'>, at?: number): Promise<bigint>;
  /** What Settlement holds for an account because a payment to it failed. */
  creditOf(account: Address, token: Address): Promise<bigint>;
  bondOf(holder: Address, auctioneer: Address): Promise<{ balance: bigint; locked: bigint; exitAt: UnixSeconds }>;
  /** All facts in blocks from..to (inclusive), in log order. `closed.refunded` is the total, including refunds on the way. */
  facts(from: number, to: number): Promise<ChainFact[]>;
  /** Runs a call without sending it (at a block; default: head); contract errors come back decoded, with a hint. */
  simulate(call: Call, from: Address, at?: number): Promise<Simulation>;

  approveCall(token: Address, spender: Address, amount: bigint): Call;
  fillCall(signed: SignedOrder, awarded?: Awarded): Call;
  /**
   * By the user itself (`auth.mode` own), else by the award's solver. Without an award, tokens open as a race, for whoever delivers
   * first; leases and jobs for the caller.
   */
  openCall(signed: SignedOrder, awarded?: Awarded): Call;
  /** By the award's solver: takes the order, or, if the user's side fails, voids the award in the same transaction. */
  voidCall(signed: SignedOrder, awarded: Awarded): Call;
  /** `from`: who will send it, if known. A solver that sends its own drop needs fewer bytes; anybody else must not send such a call. */
  deliverCall(drops: readonly Drop[], from?: Address): Call;
  claimCall(deal: Deal, evidence: Hex): Call;
  /**
   * Many deals of one solver, token, verifier and chain, each with the word of its record, in the order in which the words were
   * attested. One whose deal has moved meanwhile is skipped.
   */
  claimManyCall(claims: readonly Claim[], evidence: Hex): Call;
  /** By anyone, with evidence of a time after `deliverBy`: pays what was delivered, refunds the rest, takes the bond's share. */
  closeFinalCall(deal: Deal, place: Place, evidence: Hex): Call;
  advanceCall(deal: Deal, evidence: Hex): Call;
  closeCall(deal: Deal): Call;
  cancelCall(order: Order): Call;
  /** Takes the bond behind an accepted award that was not honoured. The user's signature plays no part. */
  slashCall(signed: Pick<SignedOrder, 'order'>, awarded: Awarded): Call;
  bondCall(holder: Address, auctioneer: Address, amount: bigint): Call;
  /** Pays out a credit. Anyone may pay it to the account itself; only the account may name another `to`. */
  withdrawCall(token: Address, account: Address, to: Address): Call;
}
