/** Logs of Settlement, Delivery and Bonds as facts of the lifecycle, one fact per log. */
import { type Abi, type Hex, type Log, type ParseEventLogsReturnType, parseEventLogs, zeroHash } from 'viem';
import type { Mined } from '../../intents/lifecycle.ts';
import type { Chain } from '../../intents/registry.ts';
import { bondsAbi, deliveryAbi, escrowAbi, settlementAbi } from './abi.ts';
import { amountsIn, depositedOf, leaseStateOf, openingOf } from './deal.ts';
import { isJobState, jobStateOf } from './job.ts';
import type { ChainFact } from './ledger.ts';

type MinedLog = Log<bigint, number, false>;
type Parsed<A extends Abi> = ParseEventLogsReturnType<A, undefined, true>[number];
/** Deposits of leases, by deal id: they alone may have had refunds before `Closed`, which does not repeat them. */
export type Deposits = ReadonlyMap<Hex, bigint>;

const minedOf = (chain: Chain, log: Pick<MinedLog, 'transactionHash' | 'blockNumber' | 'blockHash' | 'logIndex'>): Mined => ({
  chainId: chain.id, hash: log.transactionHash, block: Number(log.blockNumber), blockHash: log.blockHash, logIndex: log.logIndex,
});

/** Deal ids of the `Closed` logs among `logs`. */
export const closedDeals = (chain: Chain, logs: readonly MinedLog[]): Hex[] =>
  logsOf(chain, logs).escrow.flatMap((log) => (log.eventName === 'Closed' ? [log.args.dealId] : []));

function logsOf(chain: Chain, logs: readonly MinedLog[]) {
  const at = <const A extends Abi>(address: string, abi: A) =>
    parseEventLogs({ abi, logs: logs.filter((log) => log.address.toLowerCase() === address.toLowerCase()) });
  const { settlement, escrow, delivery, bonds } = chain.contracts;
  return { settlement: at(settlement, settlementAbi), escrow: at(escrow, escrowAbi), delivery: at(delivery, deliveryAbi), bonds: at(bonds, bondsAbi) };
}

/** Facts in log order. Logs that are no fact of an order (credits, bonds put in) are left out. */
export function factsOf(chain: Chain, logs: readonly MinedLog[], deposits: Deposits): ChainFact[] {
  const { settlement, escrow, delivery, bonds } = logsOf(chain, logs);
  const penalised = new Map<Hex, Hex[]>();
  for (const log of escrow) {
    if (log.eventName !== 'Closed' || amountsIn(log.args.rest)[1] === 0n) continue;
    penalised.set(log.transactionHash, [...(penalised.get(log.transactionHash) ?? []), log.args.dealId]);
  }
  const facts = [
    ...[...settlement, ...escrow].flatMap((log) => settled(log, minedOf(chain, log as unknown as MinedLog), deposits) ?? []),
    ...delivery.flatMap((log) => delivered(log, minedOf(chain, log as unknown as MinedLog)) ?? []),
    ...bonds.flatMap((log) => slashed(log, minedOf(chain, log as unknown as MinedLog), penalised) ?? []),
  ];
  return facts.sort((a, b) => a.fact.tx.block - b.fact.tx.block || a.fact.tx.logIndex - b.fact.tx.logIndex);
}

const MAX_UINT128 = (1n << 128n) - 1n;

function settled(log: Parsed<typeof settlementAbi> | Parsed<typeof escrowAbi>, tx: Mined, deposits: Deposits): ChainFact | undefined {
  switch (log.eventName) {
    case 'Filled':
      return { order: log.args.order, fact: { type: 'filled', tx, solver: log.args.solver, sold: log.args.amounts >> 128n, bought: log.args.amounts & MAX_UINT128 } };
    case 'Opened': {
      const { dealId: order, solver, ...opening } = openingOf(log.args);
      return { order, fact: { type: 'opened', tx, solver, deposited: depositedOf(opening), maxUnits: opening.maxUnits } };
    }
    case 'Advanced': {
      const { dealId, progress, state } = log.args;
      if (isJobState(state)) {
        const { phase, fuel } = jobStateOf(state);
        return { order: dealId, fact: { type: 'judging', tx, phase, fuel } };
      }
      const [released, amount] = amountsIn(progress);
      const { startedAt, stoppedAt } = leaseStateOf(state);
      const started = startedAt !== 0 && stoppedAt === 0 && amount === 0n;
      return { order: dealId, fact: started ? { type: 'started', tx } : { type: 'advanced', tx, delivered: amount, released } };
    }
    case 'Closed': {
      const { dealId, progress, rest } = log.args;
      const [released, amount] = amountsIn(progress);
      const deposited = deposits.get(dealId);
      const refunded = deposited === undefined ? amountsIn(rest)[0] : deposited - released;
      return { order: dealId, fact: { type: 'closed', tx, released, refunded, delivered: amount } };
    }
    case 'FeesPaid':
      return { order: log.args.dealId, fact: { type: 'fees', tx, amount: log.args.each * BigInt(log.args.payees.length) } };
    case 'AwardVoided':
      return { order: log.args.order, fact: { type: 'voided', tx, solver: log.args.solver, award: log.args.award } };
    case 'Cancelled':
      return { order: log.args.order, fact: { type: 'cancelled', tx } };
    default:
      return undefined;
  }
}

function delivered(log: Parsed<typeof deliveryAbi>, tx: Mined): ChainFact | undefined {
  if (log.eventName !== 'Delivered') return undefined;
  return { order: log.args.dealId, fact: { type: 'delivered', tx, solver: log.args.solver, amount: amountsIn(log.args.delivered)[1] } };
}

/** A deal's penalty names no order: it belongs to the deal that closed with a penalty in the same transaction. */
function slashed(log: Parsed<typeof bondsAbi>, tx: Mined, penalised: Map<Hex, Hex[]>): ChainFact | undefined {
  if (log.eventName === 'NoShow') return { order: log.args.order, fact: { type: 'slashed', tx, amount: log.args.toUser, award: log.args.award } };
  if (log.eventName !== 'Penalised') return undefined;
  const order = penalised.get(tx.hash)?.shift();
  return order && { order, fact: { type: 'slashed', tx, amount: log.args.penalty, award: zeroHash } };
}
