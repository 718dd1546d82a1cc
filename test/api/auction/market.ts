/** Solvers without a network: real keys and signatures, the network's frames, and a will of their own. */
import { type Address, type Hex, keccak256, type LocalAccount, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Auctions, Floor } from '../../../api/auction/auction.ts';
import type { ToSolver } from '../../../api/client/wire.ts';
import { decodeAward, decodeSignedOrder } from '../../../intents/json.ts';
import { type Award, type Bid, marketDigest, marketTypedData, type MarketMessages, type MarketType } from '../../../intents/market.ts';
import { type Order, orderId, type SignedOrder, typedDataOf } from '../../../intents/order.ts';

export const token = (n: number): Address => `0x${n.toString(16).padStart(40, '0')}`;
export const SETTLEMENT = token(0x5e);
export const CHAIN = 31301;

export const signMessage = <T extends MarketType>(account: LocalAccount, order: Order, type: T, message: MarketMessages[T]): Promise<Hex> =>
  account.signTypedData(marketTypedData(type, message, order.chainId, order.settlement) as Parameters<LocalAccount['signTypedData']>[0]);

export type Wishes = { auctioneer: Address; now: number; fillBy?: number; exclusiveUntil?: number; atLeast?: bigint; nonce?: bigint };
export async function newOrder(user: LocalAccount, { auctioneer, now, fillBy = now + 120, exclusiveUntil = now + 90, atLeast = 100n, nonce = BigInt(keccak256(toHex(crypto.getRandomValues(new Uint8Array(8))))) >> 1n }: Wishes): Promise<SignedOrder> {
  const order: Order = {
    kind: 'fillIn', chainId: CHAIN, settlement: SETTLEMENT,
    message: {
      sentence: 'Sell exactly 1000 A for at least 100 B.', user: user.address, nonce,
      sell: { token: token(1), exactly: 1_000n }, buy: { token: token(2), atLeast, to: user.address },
      terms: { auctioneer, exclusiveUntil, fillBy },
    },
  };
  const signature = await user.signTypedData(typedDataOf(order) as Parameters<LocalAccount['signTypedData']>[0]);
  return { order, auth: { mode: 'signature', signature } };
}

export type Will = { buy: bigint; bond?: bigint; answer?: 'accept' | 'decline' | 'silent' | 'other-authorisation'; bid?: boolean; validFor?: number };
export type Trader = { account: LocalAccount; will: Will; heard: ToSolver[]; bids: Map<Hex, Bid>; replies: Map<Hex, () => void> };

/** A floor of solvers that bid and answer as they will. They remember what they accepted, as real ones do on disk. */
export function createFloor(now: () => number) {
  const traders = new Map<string, Trader>();
  const connected = new Set<string>();
  let auctions: Auctions | undefined;
  const hear = async (trader: Trader, frame: ToSolver) => {
    const { account, will } = trader;
    if (frame.type === 'refused') trader.bids.delete(frame.order);
    if (frame.type === 'order') {
      const { order } = decodeSignedOrder(frame.signed);
      const id = orderId(order);
      if (trader.bids.has(id)) return;
      if (will.bid === false) return auctions?.pass(account.address, id);
      const bid: Bid = { order: id, part: 0n, solver: account.address, sell: 1_000n, buy: will.buy, bond: will.bond ?? 5n, validUntil: now() + (will.validFor ?? 60), salt: keccak256(toHex(crypto.getRandomValues(new Uint8Array(8)))) };
      trader.bids.set(id, bid);
      auctions?.bid(account.address, bid, await signMessage(account, order, 'Bid', bid));
    }
    if (frame.type === 'award') await reply(trader, decodeSignedOrder(frame.signed), decodeAward(frame.award));
  };
  async function reply(trader: Trader, signed: SignedOrder, award: Award) {
    const { account, will } = trader;
    if (will.answer === 'silent') return;
    const authorisation = will.answer === 'other-authorisation' ? keccak256('0x99') : keccak256(signed.auth.mode === 'signature' ? signed.auth.signature : '0x');
    const message = { award: marketDigest('Award', award, signed.order.chainId, signed.order.settlement), authorisation, accepted: will.answer !== 'decline' };
    const signature = await signMessage(account, signed.order, 'Reply', message);
    const say = () => auctions?.reply(account.address, message, signature, message.accepted ? undefined : 'no longer');
    if (message.accepted) trader.replies.set(message.award, say);
    say();
  }
  const floor: Floor = {
    connected: () => [...connected].map((key) => traders.get(key)!.account.address),
    send(solver, frame) {
      const key = solver.toLowerCase();
      const trader = traders.get(key);
      if (!trader || !connected.has(key)) return false;
      trader.heard.push(frame);
      setImmediate(() => connected.has(key) && void hear(trader, frame));
      return true;
    },
  };
  return {
    floor,
    add(will: Will): Trader {
      const account = privateKeyToAccount(generatePrivateKey());
      const trader: Trader = { account, will, heard: [], bids: new Map(), replies: new Map() };
      traders.set(account.address.toLowerCase(), trader);
      connected.add(account.address.toLowerCase());
      return trader;
    },
    leave: (trader: Trader) => void connected.delete(trader.account.address.toLowerCase()),
    join(trader: Trader) {
      connected.add(trader.account.address.toLowerCase());
      auctions?.joined(trader.account.address);
      for (const say of trader.replies.values()) say();
    },
    attend: (to: Auctions | undefined) => void (auctions = to),
  };
}
