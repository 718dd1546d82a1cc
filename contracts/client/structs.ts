/** Orders and market messages in the form in which the contracts take them: flat, every string as its hash. */
import { type Hex, hashStruct, keccak256, parseSignature, signatureToCompactSignature, stringToHex, zeroAddress, zeroHash } from 'viem';
import type { Award } from '../../intents/market.ts';
import { boundsOf, type Options, ORDER_TYPES, type OrderOf } from '../../intents/order.ts';
import type { Awarded } from './ledger.ts';

const hashOf = (text: string): Hex => keccak256(stringToHex(text));
const structHash = (primaryType: string, types: object, data: object): Hex =>
  hashStruct({ primaryType, types, data } as unknown as Parameters<typeof hashStruct>[0]);

/** Kinds 0 and 1. */
export function swapStruct(order: OrderOf<'fillIn' | 'fillOut'>) {
  const { sentence, user, sell, buy, terms, nonce } = order.message;
  const { sellAtMost, buyAtLeast } = boundsOf(order);
  return { sentence: hashOf(sentence), user, sellToken: sell.token, sell: sellAtMost, buyToken: buy.token, buy: buyAtLeast, to: buy.to, ...terms, nonce };
}

const NO_OPTIONS: Options = { smallestPart: 0n, decayFrom: 0n, decayUntil: 0, parts: 0, every: 0, start: 0, feeTo: zeroAddress, feeBps: 0 };
/** Orders without options hand in zeros, which nobody reads. */
export const optionsStruct = (order: OrderOf<'fillIn' | 'fillOut'>): Options => order.message.options ?? NO_OPTIONS;

/** Kinds 2 and 3. */
export function tokenStruct(order: OrderOf<'openIn' | 'openOut'>) {
  const { sentence, user, sell, buy, terms, nonce } = order.message;
  const { sellAtMost, buyAtLeast } = boundsOf(order);
  const { chainId, to, deliverBy } = buy;
  return { sentence: hashOf(sentence), user, sellToken: sell.token, sell: sellAtMost, chainId, buyToken: buy.token, buy: buyAtLeast, to, deliverBy, ...terms, nonce };
}

/** Kind 8. The parts that only people read are EIP-712 struct hashes. */
export function leaseStruct({ message: { sentence, user, sell, buy, terms, nonce } }: OrderOf<'lease'>) {
  return {
    sentence: hashOf(sentence),
    user,
    sellToken: sell.token,
    perHourAtMost: sell.perHourAtMost,
    totalAtMost: sell.totalAtMost,
    resources: structHash('Resources', ORDER_TYPES.lease, buy.resources),
    place: structHash('Place', ORDER_TYPES.lease, buy.place),
    workload: structHash('Workload', ORDER_TYPES.lease, buy.workload),
    secondsAtMost: buy.secondsAtMost,
    ...terms,
    nonce,
  };
}

/** Kind 9. */
export function jobStruct({ message: { sentence, user, sell, buy, terms, nonce } }: OrderOf<'job'>) {
  return {
    ...buy,
    sentence: hashOf(sentence),
    user,
    sellToken: sell.token,
    perBillionFuelAtMost: sell.perBillionFuelAtMost,
    totalAtMost: sell.totalAtMost,
    auditBudget: sell.auditBudget,
    runtime: hashOf(buy.runtime),
    command: hashOf(buy.command),
    ...terms,
    nonce,
  };
}

/** Struct hash of what a lease or a job buys, as it stands in the verifier's terms. */
export const machineHash = (order: OrderOf<'lease'>): Hex => structHash('Machine', ORDER_TYPES.lease, order.message.buy);
export const jobHash = (order: OrderOf<'job'>): Hex => structHash('Job', ORDER_TYPES.job, order.message.buy);

/** `after` is a reserved word in Solidity. */
export const awardStruct = ({ after, ...award }: Award) => ({ ...award, previous: after });

/** An award as its solver hands it in: packed, and signed in 64 bytes (EIP-2098). */
export function packedAward({ award, signature }: Pick<Awarded, 'award' | 'signature'>) {
  const word = (...parts: [value: bigint, shift: number][]) => parts.reduce((sum, [value, shift]) => sum | (value << BigInt(shift)), 0n);
  const { r, yParityAndS: vs } = signatureToCompactSignature(parseSignature(signature));
  return {
    amounts: word([award.sell, 128], [award.buy, 0]),
    terms: word([award.bond, 120], [BigInt(award.cutAt), 80], [BigInt(award.notBefore), 40], [BigInt(award.fillBy), 0]),
    previous: award.after,
    r,
    vs,
  };
}

const NO_AWARD: Award = {
  order: zeroHash, part: 0n, solver: zeroAddress, sell: 0n, buy: 0n, bond: 0n, cutAt: 0, notBefore: 0, fillBy: 0, after: zeroHash,
};
/** What the escrow entries take; without an award its solver is zero. */
export function awardedStruct(awarded: Awarded | undefined) {
  if (!awarded) return { award: awardStruct(NO_AWARD), auctioneerSig: '0x', reply: { authorisation: zeroHash, accepted: false }, replySig: '0x' } as const;
  const { award, signature, reply, replySignature } = awarded;
  return { award: awardStruct(award), auctioneerSig: signature, reply: replyStruct(reply), replySig: replySignature };
}
export const replyStruct = ({ authorisation, accepted }: Awarded['reply']) => ({ authorisation, accepted });
