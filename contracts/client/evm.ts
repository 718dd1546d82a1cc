/** The EVM family of the Ledger port, on viem. */
import { type Address, erc20Abi, type Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { isEscrow, NATIVE, type Order, orderId } from '../../intents/order.ts';
import type { Chain } from '../../intents/registry.ts';
import { bondsAbi, deliveryAbi, escrowAbi, settlementAbi } from './abi.ts';
import { callsOf } from './calls.ts';
import { advancedDeal, commitmentOf, type Deal, depositedOf, type EscrowOrder, openedDeal, openingOf } from './deal.ts';
import { refusalOf } from './errors.ts';
import { recordKey } from './evidence.ts';
import { closedDeals, factsOf } from './facts.ts';
import type { Block, ChainFact, Drop, Ledger, OrderState, Simulation } from './ledger.ts';
import { clientOf, type Rpc, rpcFailed } from './rpc.ts';

const DEAL_STATES = ['fresh', 'open', 'closed', 'cancelled'] as const;
const DEAL_TRIES = 3;
/** What a lease's price is per. */
const LEASE_UNIT = 3_600n;
const isNative = (token: Address) => token.toLowerCase() === NATIVE.toLowerCase();

/**
 * The ledger of one EVM chain. `rpc` (default: the chain's endpoints) is asked with fail-over; what moves money on the word
 * of a node is read through `quorum.ts`. Failing requests reject with TenderError `rpc_failed`, which names no endpoint.
 */
export function evmLedger({ chain, rpc = chain.rpc }: { chain: Chain; rpc?: Rpc }): Ledger {
  const client = clientOf(rpc);
  const { settlement, escrow, delivery, bonds } = chain.contracts;
  const first = BigInt(chain.deployedAt);
  const at = (block?: number) => (block === undefined ? {} : { blockNumber: BigInt(block) });
  const onSettlement = { address: settlement, abi: settlementAbi } as const;
  const onEscrow = { address: escrow, abi: escrowAbi } as const;

  async function block(number: number): Promise<Block | undefined> {
    const found = await client.getBlock({ blockNumber: BigInt(number) }).catch(notThere);
    return found && blockOf(found);
  }
  const head = async () => blockOf(await client.getBlock({ blockTag: 'latest' }));

  async function stateOf(order: Order): Promise<OrderState> {
    const id = orderId(order);
    if (isEscrow(order)) {
      const index = await client.readContract({ ...onEscrow, functionName: 'dealState', args: [id] });
      const state = DEAL_STATES[index];
      if (state === undefined) throw new TenderError('unknown_state', `Escrow answered state ${index}.`);
      return state;
    }
    const { user, nonce } = order.message;
    if (!(await client.readContract({ ...onSettlement, functionName: 'isSpent', args: [user, nonce] }))) return 'fresh';
    // The nonce is spent; only the log says by what.
    const filled = await client.getContractEvents({ ...onSettlement, eventName: 'Filled', args: { order: id }, fromBlock: first });
    return filled.length > 0 ? 'filled' : 'cancelled';
  }

  async function rebuild(order: EscrowOrder, id: Hex): Promise<Deal | undefined> {
    const [openings, advances] = await Promise.all([
      client.getContractEvents({ ...onEscrow, eventName: 'Opened', args: { order: id }, fromBlock: first, strict: true }),
      client.getContractEvents({ ...onEscrow, eventName: 'Advanced', args: { dealId: id }, fromBlock: first, strict: true }),
    ]);
    const opening = openings.at(-1);
    const advance = advances.at(-1);
    const deal = opening && openedDeal(order, openingOf(opening.args));
    return deal && advance ? advancedDeal(deal, advance.args) : deal;
  }
  async function dealOf(order: Order): Promise<Deal | undefined> {
    if (!isEscrow(order)) return undefined;
    const id = orderId(order);
    for (let n = 0; n < DEAL_TRIES; n++) {
      const stored = await client.readContract({ ...onEscrow, functionName: 'deals', args: [id] });
      if (BigInt(stored) <= 2n) return undefined;
      const deal = await rebuild(order as EscrowOrder, id);
      // Slot and logs are two reads: the deal may have moved between them.
      if (deal && commitmentOf(deal) === stored) return deal;
    }
    throw new TenderError('deal_mismatch', `The deal ${id} on ${chain.name} is not what its logs say.`, {
      hint: 'The node may be behind, or may hide logs: ask another RPC endpoint.',
    });
  }

  const recordOf = (drop: Omit<Drop, 'amount'>, number?: number) =>
    client.readContract({ address: delivery, abi: deliveryAbi, functionName: 'records', args: [recordKey(drop)], ...at(number) });

  async function facts(from: number, to: number): Promise<ChainFact[]> {
    const logs = await client.getLogs({ address: [settlement, escrow, delivery, bonds], fromBlock: BigInt(from), toBlock: BigInt(to) });
    const closed = closedDeals(chain, logs);
    const openings = closed.length === 0 ? [] : await client.getContractEvents({
      ...onEscrow, eventName: 'Opened', args: { order: closed }, fromBlock: first, toBlock: BigInt(to), strict: true,
    });
    const leases = openings.map(({ args }) => openingOf(args)).filter(({ den }) => den === LEASE_UNIT);
    return factsOf(chain, logs, new Map(leases.map((opening) => [opening.dealId, depositedOf(opening)])));
  }

  async function simulate(call: Parameters<Ledger['simulate']>[0], from: Address, number?: number): Promise<Simulation> {
    const { to, data, value } = call;
    try {
      const gas = await client.estimateGas({ account: from, to, data, value, ...at(number) });
      return { ok: true, gas };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return { ok: false, error: refusal };
      throw error;
    }
  }

  return guarded(chain.name, {
    chain,
    head,
    block,
    async finalised() {
      const newest = await head();
      return (await block(Math.max(0, newest.number - chain.finality))) ?? newest;
    },
    balanceOf: (account, token) =>
      isNative(token)
        ? client.getBalance({ address: account })
        : client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] }),
    allowanceOf: (owner, token, spender = settlement) =>
      client.readContract({ address: token, abi: erc20Abi, functionName: 'allowance', args: [owner, spender] }),
    stateOf,
    dealOf,
    recordOf,
    deliveredOf: async (drop, number) => BigInt.asUintN(128, await recordOf(drop, number)),
    creditOf: (account, token) => client.readContract({ ...onEscrow, functionName: 'credits', args: [token, account] }),
    async bondOf(holder, auctioneer) {
      const read = { address: bonds, abi: bondsAbi, args: [holder, auctioneer] } as const;
      const [[balance, locked], [, exitAt]] = await Promise.all([
        client.readContract({ ...read, functionName: 'accounts' }),
        client.readContract({ ...read, functionName: 'exits' }),
      ]);
      return { balance, locked, exitAt };
    },
    facts,
    simulate,
    ...callsOf(chain),
  });
}

const blockOf = (block: { number: bigint; hash: Hex; parentHash: Hex; timestamp: bigint }): Block => ({
  number: Number(block.number), hash: block.hash, parent: block.parentHash, at: Number(block.timestamp),
});

function notThere(error: unknown): undefined {
  if (error instanceof Error && error.name === 'BlockNotFoundError') return undefined;
  throw error;
}

/** Makes every failing read a TenderError. Builders throw their own. */
function guarded(chain: string, ledger: Ledger): Ledger {
  const entries = Object.entries(ledger).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    const guard = (...args: unknown[]) => {
      const result = (member as (...args: unknown[]) => unknown)(...args);
      return result instanceof Promise ? result.catch((error: unknown) => Promise.reject(rpcFailed(chain, error))) : result;
    };
    return [name, guard];
  });
  return Object.fromEntries(entries) as Ledger;
}
