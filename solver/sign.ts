/** Signing and recovering the messages of the market, in Settlement's domain on the order's chain. */
import { type Address, type Hex, type LocalAccount, recoverTypedDataAddress } from 'viem';
import { marketDigest, type MarketMessages, type MarketType, marketTypedData } from '../intents/market.ts';
import { type Order, type TypedData, typedDataOf } from '../intents/order.ts';

type Where = Pick<Order, 'chainId' | 'settlement'>;

export function signMarket<T extends MarketType>(account: LocalAccount, at: Where, type: T, message: MarketMessages[T]): Promise<Hex> {
  return account.signTypedData(marketTypedData(type, message, at.chainId, at.settlement) as Parameters<LocalAccount['signTypedData']>[0]);
}
/** Undefined for what is no signature. */
export function signerOf<T extends MarketType>(
  at: Where,
  type: T,
  message: MarketMessages[T],
  signature: Hex,
): Promise<Address | undefined> {
  return recover(marketTypedData(type, message, at.chainId, at.settlement), signature);
}
export const digestOf = <T extends MarketType>(at: Where, type: T, message: MarketMessages[T]): Hex =>
  marketDigest(type, message, at.chainId, at.settlement);

/** Whose key signed an order; undefined if none did. */
export const orderSignerOf = (order: Order, signature: Hex): Promise<Address | undefined> => recover(typedDataOf(order), signature);

const recover = (typed: TypedData, signature: Hex) =>
  recoverTypedDataAddress({ ...typed, signature } as Parameters<typeof recoverTypedDataAddress>[0]).catch(() => undefined);

export const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
