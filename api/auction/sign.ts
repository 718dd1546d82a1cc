/** The auctioneer's key at work: receipts and awards; and whose signature stands under a bid or a reply. */
import { type Address, type Hex, keccak256, type LocalAccount, recoverTypedDataAddress } from 'viem';
import { type MarketMessages, type MarketType, marketDigest, marketTypedData } from '../../intents/market.ts';
import type { Order, SignedOrder } from '../../intents/order.ts';

type Signed<T extends MarketType> = { message: MarketMessages[T]; digest: Hex; signature: Hex };

/** Signs a message of the market in the domain of the order's Settlement. */
export async function signMarket<T extends MarketType>(account: LocalAccount, order: Order, type: T, message: MarketMessages[T]): Promise<Signed<T>> {
  const typed = marketTypedData(type, message, order.chainId, order.settlement);
  const signature = await account.signTypedData(typed as Parameters<LocalAccount['signTypedData']>[0]);
  return { message, digest: marketDigest(type, message, order.chainId, order.settlement), signature };
}

/** Who signed; undefined if the signature is none. */
export function signerOf<T extends MarketType>(order: Order, type: T, message: MarketMessages[T], signature: Hex): Promise<Address | undefined> {
  const typed = { ...marketTypedData(type, message, order.chainId, order.settlement), signature };
  return recoverTypedDataAddress(typed as Parameters<typeof recoverTypedDataAddress>[0]).catch(() => undefined);
}

/** What a `Reply` must name: the hash of the user's signature as the solver was shown it. */
export const authorisationOf = ({ auth }: Pick<SignedOrder, 'auth'>): Hex => keccak256(auth.mode === 'signature' ? auth.signature : '0x');
