/** What verifiers are shown: records of deliveries under a signed root, verdicts on a job, vouchers of a lease. */
import {
  type AbiParameter, type Address, concat, encodeAbiParameters, type Hex, keccak256, numberToHex, pad, parseCompactSignature, parseSignature, signatureToCompactSignature, stringToHex, zeroAddress, zeroHash,
} from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { OrderOf, UnixSeconds } from '../../intents/order.ts';
import { JOB_TERMS_ABI, jobTermsOf, leaseTermsOf, placeHash } from './deal.ts';
import type { Drop } from './ledger.ts';

const types = (...names: string[]): AbiParameter[] => names.map((type) => ({ type }));

/* RECORDS */

/** Under which key Delivery records a drop. */
export function recordKey({ dealId, output, token, to, deliverBy, solver }: Omit<Drop, 'amount'>): Hex {
  const where = placeHash(token, to, deliverBy);
  return keccak256(encodeAbiParameters(types('uint256', 'bytes32', 'uint256', 'bytes32', 'address', 'uint256'), [0n, dealId, BigInt(output), where, solver, 0n]));
}
/** Under which key Delivery records who won a race for `amount`. */
export function raceKey({ dealId, output, token, to, deliverBy, amount }: Omit<Drop, 'solver'>): Hex {
  const where = placeHash(token, to, deliverBy);
  return keccak256(encodeAbiParameters(types('uint256', 'bytes32', 'uint256', 'bytes32', 'address', 'uint256'), [1n, dealId, BigInt(output), where, zeroAddress, amount]));
}
/** Where that record lies in Delivery's storage. */
export const recordSlot = (key: Hex): Hex => keccak256(encodeAbiParameters(types('bytes32', 'uint256'), [key, 0n]));

/** One record: its key, and the whole word that Delivery holds (amount in the low 128 bits, time above). */
export type Leaf = { key: Hex; word: bigint };
const LEAF = keccak256(stringToHex('Delivered(bytes32 key,uint256 word)'));
export const leafHash = ({ key, word }: Leaf): Hex => keccak256(encodeAbiParameters(types('bytes32', 'bytes32', 'uint256'), [LEAF, key, word]));
const nodeHash = (a: Hex, b: Hex): Hex => keccak256(BigInt(a) < BigInt(b) ? concat([a, b]) : concat([b, a]));

/** One level up: pairs are hashed in ascending order, an odd node moves up as it is. */
const above = (level: readonly Hex[]): Hex[] =>
  level.flatMap((node, i) => (i % 2 === 1 ? [] : [level[i + 1] === undefined ? node : nodeHash(node, level[i + 1]!)]));

/** Merkle root over records, in the order given. TenderError `no_records` if there is none. */
export function deliveriesRoot(leaves: readonly Leaf[]): Hex {
  if (leaves.length === 0) throw new TenderError('no_records', 'There is no record to attest.');
  let level = leaves.map(leafHash);
  while (level.length > 1) level = above(level);
  return level[0]!;
}
/** Siblings from leaf `index` up to the root. */
export function deliveriesProof(leaves: readonly Leaf[], index: number): Hex[] {
  if (!leaves[index]) throw new TenderError('no_records', `There is no record ${index}.`);
  const proof: Hex[] = [];
  let at = index;
  for (let level = leaves.map(leafHash); level.length > 1; level = above(level)) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) proof.push(sibling);
    at >>= 1;
  }
  return proof;
}

/* ATTESTED */

/** The keys of which `k` must sign, in the order in which the verifier's set names them. */
export type AttesterSet = { signers: readonly Address[]; k: number };
/** A signature and the index of its signer in the verifier's set. */
export type SignatureAt = { index: number; signature: Hex };

/** The name of a set, as `Attested` stores it. */
export const setHash = ({ signers, k }: AttesterSet): Hex =>
  keccak256(concat([numberToHex(k, { size: 32 }), ...signers.map((signer) => pad(signer, { size: 32 }))]));

/** The quorum as `Attested` and `AttestedHashes` take it: k, a bitmap of who signed, and for each member its (r, vs), or else its address. */
export function attesterQuorum({ signers, k }: AttesterSet, signatures: readonly SignatureAt[]): Hex {
  const by = new Map(signatures.map(({ index, signature }) => [index, signature]));
  if (by.size !== signatures.length) throw new TenderError('double_signature', 'An attester is named twice.');
  const who = [...by.keys()].reduce((bits, index) => bits + 2 ** index, 0);
  const members = signers.flatMap((signer, index) => (by.has(index) ? compact(by.get(index)) : [signer]));
  return concat([numberToHex(k, { size: 1 }), numberToHex(who, { size: 4 }), ...members]);
}

/** What the attesters signed about records at a final block: `number`, `asOf`, and the proof from a part of the tree to its root. */
export type Attestation = { number: number; asOf: UnixSeconds; set: AttesterSet; signatures: readonly SignatureAt[] };

/** Evidence for `claimMany`: all the records that were signed, in their order, or those under one node from which `proof` leads up. */
export function attestedMany({ number, asOf, set, signatures }: Attestation, proof: readonly Hex[] = []): Hex {
  const head = [numberToHex(number, { size: 8 }), numberToHex(asOf, { size: 5 }), numberToHex(proof.length, { size: 1 })];
  return concat([...head, ...proof, attesterQuorum(set, signatures)]);
}

/** Evidence for `claim`: leaf `index` of the records that the attesters signed at a final block. */
export function attestedEvidence({ leaves, index, ...attestation }: Attestation & { leaves: readonly Leaf[]; index: number }): Hex {
  const proof = deliveriesProof(leaves, index);
  return concat([numberToHex(leaves[index]!.word, { size: 32 }), attestedMany(attestation, proof)]);
}

/* LOCAL */

/** Evidence for `claim` where the destination is the origin: the record itself is read. */
export const localEvidence = (): Hex => '0x';

/* LEASE */

/** Cumulative seconds and the meter's reading; signatures over `Voucher` in Settlement's domain, where they are needed. */
export type Acknowledged = { seconds: number; meter: Hex; meterSignature?: Hex; providerSignature?: Hex };
const ACT = { start: 0, voucher: 1, last: 2, stop: 3, quit: 4, noShow: 5, finish: 6 } as const;

/** The terms packed, and behind them what is acknowledged and by whom; what is missing at the end counts as zeros. */
function lease(act: keyof typeof ACT, order: OrderOf<'lease'>, ack?: Acknowledged): Hex {
  const { startBy, ackSeconds, windowSeconds, secondsAtMost, meterKey, machine } = leaseTermsOf(order);
  const u32 = (value: number) => numberToHex(value, { size: 4 });
  const head = [numberToHex(ACT[act], { size: 1 }), numberToHex(startBy, { size: 5 }), u32(ackSeconds), u32(windowSeconds), u32(secondsAtMost), meterKey, machine];
  if (!ack) return concat(head);
  const { seconds, meter, meterSignature, providerSignature } = ack;
  const provider = providerSignature === undefined || providerSignature === '0x' ? [] : compact(providerSignature);
  return concat([...head, u32(seconds), meter, ...compact(meterSignature), ...provider]);
}

/** Evidence for `advance` of a lease. Who may bring which is the verifier's rule. */
export const leaseEvidence = {
  /** By the provider, until `startBy`. */
  start: (order: OrderOf<'lease'>) => lease('start', order),
  /** By the provider, or by anyone with its signature too: pays up to the seconds that the meter key signed (`last: false`). */
  voucher: (order: OrderOf<'lease'>, ack: Acknowledged) => lease('voucher', order, ack),
  /** By anyone with both signatures (`last: true`), or by one side with the other's: pays, refunds the rest, closes. */
  last: (order: OrderOf<'lease'>, ack: Acknowledged) => lease('last', order, ack),
  /** By user or meter key, or with its signature (`last: true`): refunds all beyond the elapsed time at once. Also "no ack". */
  stop: (order: OrderOf<'lease'>, ack: Acknowledged = { seconds: 0, meter: zeroHash }) => lease('stop', order, ack),
  /** By the provider: ends at what was acknowledged. */
  quit: (order: OrderOf<'lease'>) => lease('quit', order),
  /** By anyone after `startBy` of a lease that did not start: refund and penalty. */
  noShow: (order: OrderOf<'lease'>) => lease('noShow', order),
  /** By anyone after end or stop plus `windowSeconds`: refunds what was not acknowledged. */
  finish: (order: OrderOf<'lease'>) => lease('finish', order),
};

/* RERUN */

const JOB_ACT = { result: 0, proven: 1, draw: 2, challenge: 3, settle: 4, judge: 5, lapse: 6, noShow: 7 } as const;
const job = (act: keyof typeof JOB_ACT, order: OrderOf<'job'>): Hex => encodeAbiParameters([...types('uint8'), JOB_TERMS_ABI], [JOB_ACT[act], jobTermsOf(order)]);

/** What k judges signed about a job: `Verdict(job, result, fuel)` in the verifier's domain. */
export type Verdicts = { result: Hex; fuel: bigint; set: AttesterSet; signatures: readonly SignatureAt[] };
const claimOf = ({ result, fuel }: { result: Hex; fuel: bigint }): Hex => encodeAbiParameters(types('bytes32', 'uint64'), [result, fuel]);
const verdict = (act: 'proven' | 'judge', order: OrderOf<'job'>, verdicts: Verdicts): Hex =>
  concat([job(act, order), claimOf(verdicts), attesterQuorum(verdicts.set, verdicts.signatures)]);

/** Evidence for `advance` of a job. Who may bring which, and when, is the verifier's rule. */
export const jobEvidence = {
  /** By the provider, until `resultBy`: it claims this result. */
  result: (order: OrderOf<'job'>, claim: { result: Hex; fuel: bigint }) => concat([job('result', order), claimOf(claim)]),
  /** By the provider of a job with a full audit, until `resultBy`: result and verdicts at once. Pays. */
  proven: (order: OrderOf<'job'>, verdicts: Verdicts) => verdict('proven', order, verdicts),
  /** By anyone, three blocks after a claim: records whether the lot demands judging. */
  draw: (order: OrderOf<'job'>) => job('draw', order),
  /** By the user, within `challengeSeconds` of the claim: demands judging. */
  challenge: (order: OrderOf<'job'>) => job('challenge', order),
  /** By anyone, after the window of a job that nobody judges. Pays. */
  settle: (order: OrderOf<'job'>) => job('settle', order),
  /** By anyone, within `verdictSeconds`: pays if the claim stands, else refunds all and takes the bond. */
  judge: (order: OrderOf<'job'>, verdicts: Verdicts) => verdict('judge', order, verdicts),
  /** By anyone, after `verdictSeconds` without verdicts: refunds an audited job, pays a challenged one. */
  lapse: (order: OrderOf<'job'>) => job('lapse', order),
  /** By anyone after `resultBy` of a job without a result: refund and penalty. */
  noShow: (order: OrderOf<'job'>) => job('noShow', order),
};

/** A signature as its EIP-2098 pair; zeros if there is none. */
function compact(signature: Hex | undefined): [Hex, Hex] {
  if (signature === undefined || signature === '0x') return [zeroHash, zeroHash];
  const { r, yParityAndS } = signature.length === 130 ? parseCompactSignature(signature) : signatureToCompactSignature(parseSignature(signature));
  return [r, yParityAndS];
}
