/** The `./contracts` door: ABIs, the Ledger port with its EVM family, evidence, sender and indexer. */
export * from './abi.ts';
export { fillManyCall, type Line, type Packed, packLines, type SignedAwards } from './batch.ts';
export { closeAfterOf, type Cold, commitmentOf, type Deal, dealStruct, leaseStateOf } from './deal.ts';
export { codeOf, type ContractError, explainRevert } from './errors.ts';
export {
  type Acknowledged, attestedEvidence, deliveriesProof, deliveriesRoot, jobEvidence, type Leaf, leaseEvidence, localEvidence, recordKey, recordSlot, type SignatureAt, type Verdicts,
} from './evidence.ts';
export { evmLedger } from './evm.ts';
export { batchProof, challengeId, fairnessCallsOf, type ProvenAward, type SignedBatch, stakeOf } from './fairness.ts';
export { type Cursor, factKey, follow, type FollowOptions, type IndexStep, type KeyedFact } from './indexer.ts';
export { type JobDue, jobDue, type JobState, jobStateOf } from './job.ts';
export type { Journal, JournalRow, JournalState } from './journal.ts';
export type { Awarded, Block, Call, ChainFact, Drop, Ledger, OrderState, Simulation } from './ledger.ts';
export { guarded, isGuarded, PERMIT2, permit2TypedData } from './permit2.ts';
export { type Amounts, checkPlan, inventoryPlan, limitsOf, nettedPlan, type Party, type Plan, type Step } from './plan.ts';
export { attestedHashEvidence, headerOf, localHashEvidence, type ProveOptions, proveRecords, recordEvidence, type RecordProof, recordsEvidence, type RecordsProof } from './proof.ts';
export { type Quorum, quorumOf } from './quorum.ts';
export { type OrderRef, orderRef } from './reference.ts';
export { offerOf, offerPayload } from './resolver.ts';
export { clientOf, type Rpc } from './rpc.ts';
export { createSender, type Sender, type SenderOptions } from './sender.ts';
