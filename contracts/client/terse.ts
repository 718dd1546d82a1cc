/** Calls without padding, beside the ABI's: what a solver sends most often, in the bytes that are needed. */
import { type Address, concat, type Hex, numberToHex, toFunctionSelector } from 'viem';
import { coldHash, type Deal } from './deal.ts';
import type { Drop } from './ledger.ts';

const [CLAIM, ADVANCE, DELIVER] = ['claimTightly()', 'advanceStraight()', 'deliverMine()'].map((name) => toFunctionSelector(name)) as [Hex, Hex, Hex];

/** A value and its width in bytes; hex stands as it is. */
type Member = Hex | [value: bigint | number, bytes: number];
const fits = (members: readonly Member[]) => members.every((member) => typeof member === 'string' || BigInt(member[0]) >> BigInt(8 * member[1]) === 0n);
const packed = (members: readonly Member[]): Hex => concat(members.map((member) => (typeof member === 'string' ? member : numberToHex(member[0], { size: member[1] }))));

/** Paid so far, as the contract derives it. */
const followed = ({ num, den, delivered, released }: Deal) => den !== 0n && released === (num * delivered) / den;

/** The call of `claimTightly`; undefined for a deal that only `claim` can take (a chain id beyond 64 bits). */
export function tightClaim(deal: Deal, evidence: Hex): Hex | undefined {
  const { id, sellToken, solver, verifier, chain, num, den, delivered, where, cold, state } = deal;
  const members: Member[] = [id, sellToken, solver, verifier, [chain, 8], [num, 16], [den, 16], [delivered, 16], where, coldHash(cold)];
  return fits(members) && followed(deal) && state === 0n ? concat([CLAIM, packed(members), evidence]) : undefined;
}

/** The call of `advanceStraight`; undefined for a deal that only `advance` can take. Every lease and job that opened fits. */
export function straightAdvance(deal: Deal, evidence: Hex): Hex | undefined {
  const { id, sellToken, solver, verifier, chain, num, den, delivered, state, where, cold } = deal;
  const members: Member[] = [
    id, sellToken, solver, verifier, [num, 16], [den, 4], [delivered, 8], [state, 32], where,
    cold.user, [cold.maxUnits, 8], [cold.closeAfter, 5], cold.auctioneer, [cold.bond, 12], [cold.feeBudget, 16],
  ];
  return fits(members) && followed(deal) && chain === 0n ? concat([ADVANCE, packed(members), evidence]) : undefined;
}

/** The call of `deliverMine`, which records the drop for whoever sends it: its solver must. Undefined for another output than 0. */
export function myDelivery({ dealId, output, to, deliverBy, token, amount }: Drop): Hex | undefined {
  const members: Member[] = [dealId, to, [deliverBy, 5], token, [amount, 16]];
  return output === 0 && fits(members) ? concat([DELIVER, packed(members)]) : undefined;
}

/** Whose address it is, if somebody's. */
export const isSender = (from: Address | undefined, solver: Address): boolean => from !== undefined && from.toLowerCase() === solver.toLowerCase();
