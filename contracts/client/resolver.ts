/** Payloads for Resolver: an order as it is offered to solvers that know only ERC-7683. */
import { type Address, encodeAbiParameters, getAbiItem, type Hex, zeroAddress } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { SignedOrder } from '../../intents/order.ts';
import { resolverAbi } from './abi.ts';
import type { Awarded } from './ledger.ts';
import { orderRef } from './reference.ts';
import { awardedStruct } from './structs.ts';

/** What a payload holds, in the contract's form. */
export function offerOf(signed: SignedOrder, awarded?: Awarded, solver: Address = zeroAddress) {
  if (signed.auth.mode !== 'signature') {
    throw new TenderError('signature_needed', 'This order is the user’s own transaction: no solver can begin it.', { param: 'auth' });
  }
  const { kind, order } = orderRef(signed.order);
  const { award, auctioneerSig } = awardedStruct(awarded);
  return { kind, order, userSig: signed.auth.signature, award, auctioneerSig, solver };
}

const OFFER = getAbiItem({ abi: resolverAbi, name: 'describe' }).inputs;

/**
 * The payload of an order, for `IResolver.resolve`. With an award only its solver can use it; without one an
 * order across chains is a race, and `solver` is who is paid if it is won. Throws TenderError `signature_needed`.
 */
export const offerPayload = (signed: SignedOrder, awarded?: Awarded, solver?: Address): Hex => encodeAbiParameters(OFFER, [offerOf(signed, awarded, solver)]);
