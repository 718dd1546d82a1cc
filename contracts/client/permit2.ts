/** What a user signs for an order that Permit2 funds and guards: bit 255 of its nonce says so. */
import type { Address } from 'viem';
import { boundsOf, type OrderOf, type TypedData, typesOf } from '../../intents/order.ts';

/** The same address on every chain. */
export const PERMIT2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
const GUARDED = 1n << 255n;

/** True if Permit2 moves the sell token of this order and remembers its nonce. */
export const isGuarded = (nonce: bigint): boolean => nonce >> 255n === 1n;
/** The nonce under Permit2's guard that has these low bits. */
export const guarded = (nonce: bigint): bigint => GUARDED | nonce;

/** Permit2's typed data, with the whole readable order as its witness. The order's id is still its own digest. */
export function permit2TypedData(order: OrderOf<'fillIn' | 'fillOut'>): TypedData {
  const { sell, terms, nonce } = order.message;
  return {
    domain: { name: 'Permit2', chainId: order.chainId, verifyingContract: PERMIT2 },
    types: {
      PermitWitnessTransferFrom: [
        { name: 'permitted', type: 'TokenPermissions' },
        { name: 'spender', type: 'address' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
        { name: 'witness', type: 'Order' },
      ],
      TokenPermissions: [
        { name: 'token', type: 'address' },
        { name: 'amount', type: 'uint256' },
      ],
      ...typesOf(order),
    },
    primaryType: 'PermitWitnessTransferFrom',
    message: {
      permitted: { token: sell.token, amount: boundsOf(order).sellAtMost },
      spender: order.settlement,
      nonce,
      deadline: BigInt(terms.fillBy),
      witness: order.message,
    },
  };
}
