/** Reads on whose answer money moves: every endpoint is asked, by block hash, and enough of them must say the same. */
import type { PublicClient } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Chain } from '../../intents/registry.ts';
import { deliveryAbi } from './abi.ts';
import { recordKey } from './evidence.ts';
import type { Block, Drop } from './ledger.ts';
import { clientOf, shortReason } from './rpc.ts';

export type Quorum = {
  /** The newest block that is final by the heads of enough endpoints. */
  finalised(): Promise<Block>;
  block(number: number): Promise<Block>;
  /** Delivery's records for drops at exactly this block: whole words, as attesters sign them. */
  recordsOf(drops: readonly Omit<Drop, 'amount'>[], at: Pick<Block, 'hash'>): Promise<bigint[]>;
};
export type QuorumOptions = {
  chain: Chain;
  /** Endpoints of operators that do not depend on each other. Default: the chain's. */
  rpc?: readonly string[];
  /** How many must agree. Default: more than half. */
  need?: number;
};

/** A quorum over a chain's endpoints. Its reads reject with TenderError `no_quorum`. */
export function quorumOf({ chain, rpc = chain.rpc, need = Math.floor(rpc.length / 2) + 1 }: QuorumOptions): Quorum {
  if (need < 1 || need > rpc.length) {
    throw new TenderError('bad_quorum', `${need} of ${rpc.length} endpoints cannot agree.`, { param: 'need', hint: 'Give more endpoints.' });
  }
  const clients = rpc.map(clientOf);
  const ask = <T>(what: string, read: (client: PublicClient) => Promise<T>) => agreed(`${what} of ${chain.name}`, clients, need, read);
  const block = (number: number) =>
    ask(`block ${number}`, async (client): Promise<Block> => {
      const { hash, parentHash, timestamp } = await client.getBlock({ blockNumber: BigInt(number) });
      return { number, hash, parent: parentHash, at: Number(timestamp) };
    });

  return {
    block,
    async finalised() {
      const heads = await Promise.all(clients.map((client) => client.getBlockNumber({ cacheTime: 0 }).then(Number, () => -1)));
      const reached = heads.sort((a, b) => b - a)[need - 1]!;
      if (reached < 0) throw noQuorum(`The head of ${chain.name}`, heads.filter((head) => head >= 0).length, need, clients.length);
      return block(Math.max(0, reached - chain.finality));
    },
    recordsOf: (drops, { hash }) =>
      ask('the records', (client) =>
        Promise.all(
          drops.map((drop) =>
            client.readContract({
              address: chain.contracts.delivery, abi: deliveryAbi, functionName: 'records', args: [recordKey(drop)], blockHash: hash, requireCanonical: true,
            }),
          ),
        ),
      ),
  };
}

/** The answer that at least `need` clients give. */
export async function agreed<T>(what: string, clients: readonly PublicClient[], need: number, read: (client: PublicClient) => Promise<T>): Promise<T> {
  const answers = await Promise.allSettled(clients.map(read));
  const votes = new Map<string, { value: T; count: number }>();
  for (const answer of answers) {
    if (answer.status === 'rejected') continue;
    const key = JSON.stringify(answer.value, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const vote = votes.get(key) ?? { value: answer.value, count: 0 };
    votes.set(key, { ...vote, count: vote.count + 1 });
  }
  const best = [...votes.values()].sort((a, b) => b.count - a.count)[0];
  if (best && best.count >= need) return best.value;
  const failed = answers.find((answer) => answer.status === 'rejected');
  throw noQuorum(what, best?.count ?? 0, need, clients.length, failed && shortReason(failed.reason));
}

const noQuorum = (what: string, agree: number, need: number, all: number, why?: string) =>
  new TenderError('no_quorum', `${what}: ${agree} of ${all} endpoints agree, ${need} must${why ? ` (${why})` : ''}.`, {
    hint: 'Try again; if it stays, one of the endpoints is behind or lies.',
  });
