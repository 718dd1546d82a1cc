/** An order under escrow: the state that its one storage slot commits to, rebuilt from the signed order and the logs. */
import { type AbiParameter, type Address, concat, encodeAbiParameters, type Hex, keccak256, numberToHex, stringToHex } from 'viem';
import { feeBudgetOf } from '../../intents/due.ts';
import type { OrderOf, UnixSeconds } from '../../intents/order.ts';
import { escrowAbi } from './abi.ts';
import { jobHash, machineHash } from './structs.ts';

/** The part of a deal that only `advance` and `close` need; the slot holds its hash. `bond` in the bond token. */
export type Cold = {
  user: Address; maxUnits: bigint; closeAfter: UnixSeconds; auctioneer: Address; bond: bigint;
  /** Deposited beside the price, for a job's judges; what they do not get comes back. */
  feeBudget: bigint;
};
/**
 * The contract's `Deal`, with the preimage of its `cold` and its name. Paid in total: floor(num × delivered / den).
 * `delivered` and `cold.maxUnits` count units (tokens, seconds, fuel); `state` is the verifier's own word.
 */
export type Deal = {
  id: Hex;
  sellToken: Address;
  solver: Address;
  verifier: Address;
  /** Tokens: where they arrive. Leases and jobs: 0. */
  chain: bigint;
  num: bigint;
  den: bigint;
  released: bigint;
  delivered: bigint;
  state: bigint;
  where: Hex;
  cold: Cold;
};
export type EscrowOrder = OrderOf<'openIn' | 'openOut' | 'lease' | 'job'>;
export type Opening = { dealId: Hex; solver: Address; num: bigint; den: bigint; maxUnits: bigint; bond: bigint };
/** What an `Advanced` log says; `progress` holds two amounts. */
export type Advance = { progress: bigint; maxUnits: bigint; state: bigint };

/** The two amounts of a word: high and low 128 bits. */
export const amountsIn = (word: bigint): [bigint, bigint] => [word >> 128n, BigInt.asUintN(128, word)];

const DAY = 86_400;
const U128 = (1n << 128n) - 1n;
const U96 = (1n << 96n) - 1n;
export const LEASE_TERMS = keccak256(stringToHex('Tender lease terms'));
export const JOB_TERMS = keccak256(stringToHex('Tender job terms'));

/** What `Lease` judges by, as signed. */
export const leaseTermsOf = (order: OrderOf<'lease'>) => {
  const { terms, buy } = order.message;
  const { startBy, ackSeconds, windowSeconds, meterKey } = terms;
  return { startBy, ackSeconds, windowSeconds, secondsAtMost: buy.secondsAtMost, meterKey, machine: machineHash(order) };
};
/** What `Rerun` judges by, as signed. */
export const jobTermsOf = (order: OrderOf<'job'>) => {
  const { resultBy, challengeSeconds, verdictSeconds, auditBps } = order.message.terms;
  return { resultBy, challengeSeconds, verdictSeconds, auditBps, job: jobHash(order) };
};

const tuple = (text: string): AbiParameter => ({
  type: 'tuple',
  components: text.split(',').map((member) => {
    const [type, name] = member.trim().split(' ') as [string, string];
    return { type, name };
  }),
});
export const LEASE_TERMS_ABI = tuple('uint40 startBy,uint32 ackSeconds,uint32 windowSeconds,uint32 secondsAtMost,address meterKey,bytes32 machine');
export const JOB_TERMS_ABI = tuple('uint40 resultBy,uint32 challengeSeconds,uint32 verdictSeconds,uint16 auditBps,bytes32 job');
const [COLD_ABI] = escrowAbi.find((entry) => entry.type === 'function' && entry.name === 'coldOf')!.inputs as unknown as [AbiParameter];

/** Where a token deal must arrive, and until when by the destination's time. */
export type Place = { token: Address; to: Address; deliverBy: UnixSeconds };
export const placeOf = ({ message: { buy: { token, to, deliverBy } } }: OrderOf<'openIn' | 'openOut'>): Place => ({ token, to, deliverBy });

/** Hash of where a token deal must arrive: part of its record's key. */
export const placeHash = (token: Address, to: Address, deliverBy: UnixSeconds): Hex =>
  keccak256(encodeAbiParameters([{ type: 'address' }, { type: 'address' }, { type: 'uint40' }], [token, to, deliverBy]));

function whereOf(order: EscrowOrder): Hex {
  if (order.kind === 'lease') return keccak256(encodeAbiParameters([{ type: 'bytes32' }, LEASE_TERMS_ABI], [LEASE_TERMS, leaseTermsOf(order)]));
  if (order.kind === 'job') return keccak256(encodeAbiParameters([{ type: 'bytes32' }, JOB_TERMS_ABI], [JOB_TERMS, jobTermsOf(order)]));
  const { token, to, deliverBy } = order.message.buy;
  return placeHash(token, to, deliverBy);
}

/** The last second before the refund opens to anyone. */
export function closeAfterOf(order: EscrowOrder): UnixSeconds {
  if (order.kind === 'job') {
    const { resultBy, challengeSeconds, verdictSeconds } = order.message.terms;
    return resultBy + challengeSeconds + verdictSeconds + DAY;
  }
  if (order.kind !== 'lease') return order.message.terms.closeAfter;
  const { terms, buy } = order.message;
  return terms.startBy + buy.secondsAtMost + 3 * terms.windowSeconds + DAY;
}

/** The `Opened` log, unpacked. */
export const openingOf = ({ order, solver, price, terms }: { order: Hex; solver: Address; price: bigint; terms: bigint }): Opening => ({
  dealId: order, solver, num: price >> 128n, den: price & U128, maxUnits: terms >> 96n, bond: terms & U96,
});

/** The deal as it opened. */
export function openedDeal(order: EscrowOrder, { dealId, solver, num, den, maxUnits, bond }: Opening): Deal {
  const { user, sell, terms } = order.message;
  const chain = order.kind === 'lease' || order.kind === 'job' ? 0n : order.message.buy.chainId;
  const cold = { user, maxUnits, closeAfter: closeAfterOf(order), auctioneer: terms.auctioneer, bond, feeBudget: feeBudgetOf(order) };
  const { token: sellToken } = sell;
  return { id: dealId, sellToken, solver, verifier: terms.verifier, chain, num, den, released: 0n, delivered: 0n, state: 0n, where: whereOf(order), cold };
}
/** The deal after one `Advanced` log. */
export function advancedDeal(deal: Deal, { progress, maxUnits, state }: Advance): Deal {
  const [released, delivered] = amountsIn(progress);
  return { ...deal, released, delivered, state, cold: { ...deal.cold, maxUnits } };
}

export const coldHash = (cold: Cold): Hex => keccak256(encodeAbiParameters([COLD_ABI], [cold]));

/** The commitment that the deal's storage slot holds while it is in this state. */
export function commitmentOf(deal: Deal): Hex {
  const group = encodeAbiParameters(
    [{ type: 'address' }, { type: 'address' }, { type: 'address' }, { type: 'uint256' }],
    [deal.sellToken, deal.solver, deal.verifier, deal.chain],
  );
  const pair = (high: bigint, low: bigint) => numberToHex((high << 128n) | low, { size: 32 });
  return keccak256(
    concat([keccak256(group), pair(deal.num, deal.den), pair(deal.released, deal.delivered), numberToHex(deal.state, { size: 32 }), deal.where, coldHash(deal.cold)]),
  );
}

/** The struct that the contract takes. */
export const dealStruct = ({ id: _, cold, ...deal }: Deal) => ({ ...deal, cold: coldHash(cold) });

/** What the user put in for the price: floor(num × maxUnits / den) at open. */
export const depositedOf = ({ num, den, maxUnits }: Pick<Opening, 'num' | 'den' | 'maxUnits'>): bigint => (num * maxUnits) / den;

/** `startedAt` and `stoppedAt` of a lease's state word; 0: not yet. */
export const leaseStateOf = (state: bigint) => ({ startedAt: Number(state & 0xff_ffff_ffffn), stoppedAt: Number((state >> 40n) & 0xff_ffff_ffffn) });
