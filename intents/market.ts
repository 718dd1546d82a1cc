/** The messages of the market: bid, receipt, award, reply, deliveries, header, voucher, verdict. All EIP-712, all readable. */
import { type Address, concat, type Hex, hashTypedData, keccak256, numberToHex } from 'viem';
import { settlementDomain, type UnixSeconds } from './order.ts';

/** A solver's signed, expiring promise. Lease: `sell` per hour, `buy` seconds; job: per 10⁹ fuel, fuel. */
export type Bid = { order: Hex; part: bigint; solver: Address; sell: bigint; buy: bigint; bond: bigint; validUntil: UnixSeconds; salt: Hex };
/** The auctioneer's word that a bid is in the auction. */
export type BidReceipt = { order: Hex; part: bigint; bid: Hex; receivedAt: UnixSeconds; index: number };
/** The winning bid, signed by the auctioneer that the order names. `after`: digest of the previous award, or 0. */
export type Award = {
  order: Hex;
  part: bigint;
  solver: Address;
  sell: bigint;
  buy: bigint;
  bond: bigint;
  cutAt: UnixSeconds;
  notBefore: UnixSeconds;
  fillBy: UnixSeconds;
  after: Hex;
};
/**
 * Many awards to one solver in one signature: entry i is the award of order i (part 0, `after` 0) with these terms, and has its digest.
 * `orders` and `amounts`: keccak256 of the lists, ids and words `sell << 128 | buy`, in batch order.
 */
export type Awards = { orders: Hex; amounts: Hex; solver: Address; bond: bigint; cutAt: UnixSeconds; notBefore: UnixSeconds; fillBy: UnixSeconds };
/** The solver's countersignature. Only an accepted award is slashable. `authorisation` = keccak256 of the user's signature bytes (0x for `own`). */
export type Reply = { award: Hex; authorisation: Hex; accepted: boolean };
/** What k attesters say of finalised deliveries on one destination chain, as a Merkle root. Verifier's domain. */
export type Deliveries = { chain: Hex; delivery: Address; number: bigint; asOf: UnixSeconds; root: Hex };
/** What k attesters say of one final block of another chain. Domain of the source of block hashes. */
export type Header = { chain: Hex; number: bigint; hash: Hex };
/** Cumulative seconds of a lease. Meter key, provider, or both. Settlement's domain. */
export type Voucher = { lease: Hex; seconds: number; meter: Hex; last: boolean };
/** What an attester saw when it ran the job again. Verifier's domain. */
export type Verdict = { job: Hex; result: Hex; fuel: bigint };
/** The attesters or judges who follow: k of the present set name them. Domain of the contract whose set it is. */
export type Rotate = { signers: readonly Address[]; k: number; epoch: bigint };
/** The user withdraws an order; anyone may carry it. Domain of the contract that would execute the order. */
export type Cancel = { order: Hex };
/** The user withdraws every same-chain order whose nonce is a set bit of `mask` in `word`. Settlement's domain. */
export type CancelNonces = { user: Address; word: bigint; mask: bigint };

const fields = (text: string) =>
  text.split(',').map((part) => {
    const [type, name] = part.trim().split(' ') as [string, string];
    return { name, type };
  });

export const MARKET_TYPES = {
  Bid: fields('bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 validUntil,bytes32 salt'),
  BidReceipt: fields('bytes32 order,uint128 part,bytes32 bid,uint40 receivedAt,uint32 index'),
  Award: fields(
    'bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy,bytes32 after',
  ),
  Awards: fields('bytes32 orders,bytes32 amounts,address solver,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy'),
  Reply: fields('bytes32 award,bytes32 authorisation,bool accepted'),
  Deliveries: fields('bytes32 chain,address delivery,uint64 number,uint40 asOf,bytes32 root'),
  Header: fields('bytes32 chain,uint64 number,bytes32 hash'),
  Voucher: fields('bytes32 lease,uint32 seconds,bytes32 meter,bool last'),
  Verdict: fields('bytes32 job,bytes32 result,uint64 fuel'),
  Rotate: fields('address[] signers,uint8 k,uint64 epoch'),
  Cancel: fields('bytes32 order'),
  CancelNonces: fields('address user,uint256 word,uint256 mask'),
} as const;

export type MarketMessages = {
  Bid: Bid;
  BidReceipt: BidReceipt;
  Award: Award;
  Awards: Awards;
  Reply: Reply;
  Deliveries: Deliveries;
  Header: Header;
  Voucher: Voucher;
  Verdict: Verdict;
  Rotate: Rotate;
  Cancel: Cancel;
  CancelNonces: CancelNonces;
};
export type MarketType = keyof MarketMessages;

/** The two lists that `Awards` commits to, in batch order: keccak256 of the ids, and of the words sell << 128 | buy. */
export function foldAwards(entries: readonly Pick<Award, 'order' | 'sell' | 'buy'>[]): Pick<Awards, 'orders' | 'amounts'> {
  const words = entries.map(({ sell, buy }) => numberToHex((sell << 128n) | buy, { size: 32 }));
  return { orders: keccak256(concat(entries.map(({ order }) => order))), amounts: keccak256(concat(words)) };
}

/**
 * Typed data of a market message. `contract` is Settlement on the origin chain, except for `Deliveries` and
 * `Verdict`, whose domain is the verifier, and `Header`, whose domain is the source of block hashes (same name and version).
 */
export function marketTypedData<T extends MarketType>(type: T, message: MarketMessages[T], chainId: number, contract: Address) {
  return {
    domain: settlementDomain(chainId, contract),
    types: { [type]: MARKET_TYPES[type] } as Record<string, { name: string; type: string }[]>,
    primaryType: type as string,
    message: message as unknown as Record<string, unknown>,
  };
}

/** EIP-712 digest of a market message: the name under which contracts know it. */
export function marketDigest<T extends MarketType>(type: T, message: MarketMessages[T], chainId: number, contract: Address): Hex {
  return hashTypedData(marketTypedData(type, message, chainId, contract) as Parameters<typeof hashTypedData>[0]);
}
