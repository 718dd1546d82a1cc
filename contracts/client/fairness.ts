/** Builders of the calls by which an auctioneer is held to its word: pure, nothing is signed or sent. */
import {
  encodeAbiParameters, encodeFunctionData, type Hex, keccak256, parseAbiParameters, parseCompactSignature, parseSignature,
  signatureToCompactSignature, zeroHash,
} from 'viem';
import type { ReceiptedBid } from '../../intents/award.ts';
import { type Award, type Bid, foldAwards, marketDigest, type Reply } from '../../intents/market.ts';
import type { Order } from '../../intents/order.ts';
import type { Chain } from '../../intents/registry.ts';
import { fairnessAbi } from './abi.ts';
import type { Call } from './ledger.ts';
import { orderRef } from './reference.ts';
import { awardStruct, replyStruct } from './structs.ts';

/** An award with what proves it: its own signature, or `batchProof`. */
export type ProvenAward = { award: Award; signature: Hex };
/** What an auctioneer signed for a whole batch: its entries in batch order, and one signature under `Awards` (see `foldAwards`). */
export type SignedBatch = { entries: readonly Pick<Award, 'order' | 'sell' | 'buy'>[]; signature: Hex };

const BATCH_ENTRY = parseAbiParameters('(bytes32[] orders, uint256[] amounts, uint256 index, bytes32 r, bytes32 vs)');

/** Shows that an award is entry `index` of a batch: stands where the signature of an award does, in slashes and challenges. */
export function batchProof({ entries, signature }: SignedBatch, index: number): Hex {
  const { r, yParityAndS: vs } = signature.length === 130 ? parseCompactSignature(signature) : signatureToCompactSignature(parseSignature(signature));
  const [orders, amounts] = [entries.map(({ order }) => order), entries.map(({ sell, buy }) => (sell << 128n) | buy)];
  return encodeAbiParameters(BATCH_ENTRY, [{ orders, amounts, index: BigInt(index), r, vs }]);
}

/** What a challenger must stake (and approve Fairness for), in the bond token: a tenth of the bid's bond, rounded up. */
export const stakeOf = ({ bond }: Pick<Bid, 'bond'>): bigint => (bond + 9n) / 10n;

/** The name of a challenge on chain. */
export function challengeId(order: Order, award: Award, bid: Bid): Hex {
  const domain = [order.chainId, order.settlement] as const;
  const digests = [marketDigest('Bid', bid, ...domain), marketDigest('Award', award, ...domain)] as const;
  return keccak256(encodeAbiParameters(parseAbiParameters('bytes32, uint128, bytes32, bytes32'), [bid.order, bid.part, ...digests]));
}

const NO_REPLY = { authorisation: zeroHash, accepted: false };
const signedAward = ({ award, signature }: ProvenAward) => ({ award: awardStruct(award), proof: signature });

/** Builders for one chain. */
export function fairnessCallsOf({ id: chainId, contracts }: Chain) {
  const call = (data: Hex, what: string): Call => ({ chainId, to: contracts.fairness, data, value: 0n, what });
  const encode = { abi: fairnessAbi } as const;
  return {
    /** Claims that `passed` was awarded although `better` was in the auction. Pulls the stake. */
    challengeCall(order: Order, passed: ProvenAward, { bid, bidSignature, receipt, receiptSignature }: ReceiptedBid): Call {
      const claimed = { bid, bidSig: bidSignature, receipt, receiptSig: receiptSignature };
      return call(encodeFunctionData({ ...encode, functionName: 'challenge', args: [orderRef(order), signedAward(passed), claimed] }), 'challenge');
    },
    /**
     * Shows that the bid had its turn. `offers`: from the award before the challenged one back to the award to the bid.
     * `refusal`: its solver's signed `Reply(false)`; without it, the offer had run out before the next award began.
     */
    answerCall(order: Order, challenged: Award, bid: Bid, offers: readonly ProvenAward[], refusal?: { reply: Reply; signature: Hex }): Call {
      const reply = refusal ? replyStruct(refusal.reply) : NO_REPLY;
      const args = [order.settlement, awardStruct(challenged), bid, offers.map(signedAward), reply, refusal?.signature ?? '0x'] as const;
      return call(encodeFunctionData({ ...encode, functionName: 'answer', args }), 'answer');
    },
    /** Ends a challenge that nobody answered in time. */
    judgeCall: (challenge: Hex): Call => call(encodeFunctionData({ ...encode, functionName: 'judge', args: [challenge] }), 'judge'),
    /** Shows two different awards with the same order, part and `after`. */
    equivocationCall: (order: Order, one: ProvenAward, other: ProvenAward): Call =>
      call(encodeFunctionData({ ...encode, functionName: 'slashEquivocation', args: [orderRef(order), signedAward(one), signedAward(other)] }), 'equivocation'),
  };
}
