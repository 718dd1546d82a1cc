/** What an attester does: reads finalised deliveries with its own endpoints, runs jobs again, and signs what it saw. */
import { type Address, concat, isAddressEqual, keccak256, type LocalAccount, sha256, toHex } from 'viem';
import { evmLedger } from '../../contracts/client/evm.ts';
import { deliveriesRoot, recordKey } from '../../contracts/client/evidence.ts';
import type { Drop } from '../../contracts/client/ledger.ts';
import { quorumOf } from '../../contracts/client/quorum.ts';
import { TenderError } from '../../intents/errors.ts';
import { argsOf } from '../../intents/job/run.ts';
import { runJobIsolated } from '../../intents/job/sandbox.ts';
import { decodeSignedOrder, type Json, toJson } from '../../intents/json.ts';
import { type MarketMessages, type MarketType, marketTypedData } from '../../intents/market.ts';
import { orderId } from '../../intents/order.ts';
import { type Chain, chainOf, type Registry } from '../../intents/registry.ts';
import type { Client } from '../client/client.ts';
import type { FromAttester, ToAttester } from '../client/wire.ts';
import type { Memory } from './memory.ts';

export type AttesterOptions = { registry: Registry; account: LocalAccount; client: Client; memory: Memory };
type Ask<T extends ToAttester['type']> = Extract<ToAttester, { type: T }>;
export type Attester = {
  /** Rejects with a TenderError when it will not sign. */
  attest(ask: Ask<'attest'>): Promise<FromAttester>;
  judge(ask: Ask<'judge'>): Promise<FromAttester>;
};

/** Longest run of one job, whatever its order says. */
const LONGEST_JOB_MS = 120_000;
/** Most records in one answer. */
const MOST_DROPS = 1_000;

export function createAttester({ registry, account, client, memory }: AttesterOptions): Attester {
  const sign = <T extends MarketType>(type: T, message: MarketMessages[T], chainId: number, contract: Address) =>
    account.signTypedData(marketTypedData(type, message, chainId, contract) as Parameters<LocalAccount['signTypedData']>[0]);
  // One job at a time: a judge that is overrun would time out on all of them.
  let turn: Promise<unknown> = Promise.resolve();

  return {
    async attest({ id, originChainId, verifier, chainId, number, drops: given }) {
      const origin = known(registry, originChainId, 'attested', verifier);
      const destination = chainIn(registry, chainId);
      const drops = given.map(dropFrom);
      if (drops.length === 0 || drops.length > MOST_DROPS) throw new TenderError('no_records', `Between 1 and ${MOST_DROPS} records can be attested at once.`);
      const quorum = quorumOf({ chain: destination });
      const [final, block] = await Promise.all([quorum.finalised(), quorum.block(number)]);
      if (block.number > final.number) throw new TenderError('not_final', `Block ${number} of ${destination.name} is not final yet.`, { hint: `Final: ${final.number}.` });
      const words = await quorum.recordsOf(drops, block);
      const leaves = drops.map((drop, index) => ({ key: recordKey(drop), word: words[index] as bigint }));
      const root = deliveriesRoot(leaves);
      const keys = keccak256(concat(leaves.map(({ key }) => key)));
      memory.commit(`deliveries ${originChainId} ${verifier} ${chainId} ${number} ${keys}`, `${block.at} ${root}`);
      const message = { chain: toHex(chainId, { size: 32 }), delivery: destination.contracts.delivery, number: BigInt(number), asOf: block.at, root };
      return { type: 'attested', id, root, asOf: block.at, values: words.map(String), signature: await sign('Deliveries', message, origin.id, verifier) };
    },

    async judge({ id, signed }) {
      const { order } = decodeSignedOrder(signed);
      if (order.kind !== 'job') throw new TenderError('not_a_job', 'Only jobs are run again.');
      const { verifier } = order.message.terms;
      const origin = known(registry, order.chainId, 'rerun', verifier);
      const job = orderId(order);
      // The escrow is what makes judging worth anybody's while; without it, anyone could have programs run for nothing.
      if ((await evmLedger({ chain: origin }).stateOf(order)) !== 'open') throw new TenderError('not_open', 'This job has no open escrow.');
      const { buy } = order.message;
      const [module, input] = await Promise.all([fetched(client, buy.programSha256), fetched(client, buy.inputSha256)]);
      const { fuelAtMost, memoryMiB, outputMiB } = buy;
      const run = () => runJobIsolated({ module, input, args: argsOf(buy.command), fuelAtMost, memoryMiB, outputMiB }, { timeoutMs: LONGEST_JOB_MS });
      const done = turn.then(run, run);
      turn = done.catch(() => undefined);
      const { result, fuel } = await done;
      const verdict = { job, result, fuel };
      memory.commit(`verdict ${order.chainId} ${verifier} ${job}`, `${result} ${fuel}`);
      return { type: 'judged', id, verdict: toJson(verdict), signature: await sign('Verdict', verdict, order.chainId, verifier) };
    },
  };
}

function chainIn(registry: Registry, id: number): Chain {
  const chain = chainOf(registry, id);
  if (!chain) throw new TenderError('unknown_chain', `Chain ${id} is not served here.`, { param: 'chainId' });
  return chain;
}

/** The origin, if `verifier` is its own of that kind: signatures for any other contract are not given. */
function known(registry: Registry, originChainId: number, kind: 'attested' | 'rerun', verifier: Address): Chain {
  const origin = chainIn(registry, originChainId);
  if (!isAddressEqual(origin.contracts[kind], verifier)) throw new TenderError('wrong_verifier', `${verifier} is not the verifier of ${origin.name}.`, { param: 'verifier' });
  return origin;
}

async function fetched(client: Client, hash: `0x${string}`): Promise<Uint8Array> {
  const bytes = await client.artifact(hash);
  if (sha256(bytes) !== hash) throw new TenderError('wrong_artifact', `What is stored under ${hash} is something else.`);
  return bytes;
}

const dropFrom = (drop: Json<Drop>): Drop => ({ ...drop, amount: BigInt(drop.amount) });
