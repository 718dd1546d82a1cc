/** Payloads for Resolver: an order as it is offered to solvers that know only ERC-7683. */
import { type Address, encodeAbiParameters, getAbiItem, type Hex, zeroAddress } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { SignedOrder } from '../../intents/order.ts';
import { resolverAbi } from './abi.ts';
import type { Awarded } from './ledger.ts';
import { orderRef } from './reference.ts';
import { awardedStruct } from './structs.ts';

export type OfferOptions = {
  /** Who is paid if a race is won: an order across chains without an award. */
  solver?: Address;
  /** Without an award: the part of a recurring order, or how much of a partial fill is offered, in units of the exact side. */
  part?: bigint;
};

/** What a payload holds, in the contract's form. */
export function offerOf(signed: SignedOrder, awarded?: Awarded, { solver = zeroAddress, part }: OfferOptions = {}) {
  if (signed.auth.mode !== 'signature') {
    throw new TenderError('signature_needed', 'This order is the user’s own transaction: no solver can begin it.', { param: 'auth' });
  }
  const { kind, order } = orderRef(signed.order);
  const { award, auctioneerSig } = awardedStruct(awarded);
  return { kind, order, userSig: signed.auth.signature, award: { ...award, part: part ?? award.part }, auctioneerSig, solver };
}

const OFFER = getAbiItem({ abi: resolverAbi, name: 'describe' }).inputs;

/**
 * The payload of an order, for `IResolver.resolve`. With an award only its solver can use it. Throws TenderError
 * `signature_needed`.
 */
export const offerPayload = (signed: SignedOrder, awarded?: Awarded, options?: OfferOptions): Hex => encodeAbiParameters(OFFER, [offerOf(signed, awarded, options)]);
