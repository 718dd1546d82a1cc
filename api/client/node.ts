/** A chain's node by plain JSON-RPC over fetch: the few reads and the one write that a user's wallet needs. */
import type { Address, Hex } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import { TenderError } from '../../intents/errors.ts';
import { type Chain, chainOf, type Registry } from '../../intents/registry.ts';
import { pause } from './pause.ts';
import { reasonOf } from './reasons.ts';

type RpcError = { code?: number; message?: string; data?: unknown };
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };
export type Node = {
  readonly chain: Chain;
  /** Any method. Endpoints are asked in turn until one answers. */
  request<T>(method: string, params: unknown[]): Promise<T>;
  /** Runs a call without sending it; rejects with what the contract said. */
  call(call: Pick<Call, 'to' | 'data' | 'value'>, from?: Address, block?: number): Promise<Hex>;
  /** What `spender` may pull of `token` from `owner`, base units. */
  allowanceOf(owner: Address, token: Address, spender: Address): Promise<bigint>;
  balanceOf(owner: Address, token: Address): Promise<bigint>;
  /** Gas of a call, with a third of head room. Rejects with what the contract said. */
  gasFor(call: Call, from: Address): Promise<bigint>;
  fees(): Promise<Fees>;
  /** Waits until `hash` is mined; a revert rejects with the contract's reason. */
  mined(hash: Hex, call: Call, from: Address): Promise<Hex>;
};

const ALLOWANCE = '0xdd62ed3e';
const BALANCE = '0x70a08231';
const word = (address: Address) => address.slice(2).toLowerCase().padStart(64, '0');
const quantity = (value: bigint | number): Hex => `0x${value.toString(16)}`;
const NATIVE = /^0xe{40}$/i;
/** How long a transaction may wait to be mined, ms. */
const PATIENCE = 180_000;

/** The node of a chain of the registry. Throws TenderError `unknown_chain`. */
export function nodeOf(registry: Registry, chainId: number): Node {
  const chain = chainOf(registry, chainId);
  if (!chain) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`, { param: 'chainId' });

  async function request<T>(method: string, params: unknown[]): Promise<T> {
    for (const url of chain?.rpc ?? []) {
      const answer = await post(url, { jsonrpc: '2.0', id: 1, method, params }).catch(() => undefined);
      if (!answer) continue;
      if (answer.error) throw refused(answer.error);
      return answer.result as T;
    }
    throw new TenderError('rpc_failed', `No node of ${chain?.name} answers.`, { hint: 'Nothing was sent by this step. Check the connection and try again.' });
  }
  const call: Node['call'] = ({ to, data, value }, from, block) =>
    request('eth_call', [{ ...(from && { from }), to, data, value: quantity(value) }, block === undefined ? 'latest' : quantity(block)]);
  const read = async (to: Address, data: Hex) => BigInt((await call({ to, data, value: 0n })) || '0x0');

  return {
    chain,
    request,
    call,
    allowanceOf: (owner, token, spender) => read(token, `${ALLOWANCE}${word(owner)}${word(spender)}`),
    balanceOf: async (owner, token) => (NATIVE.test(token) ? BigInt(await request<Hex>('eth_getBalance', [owner, 'latest'])) : read(token, `${BALANCE}${word(owner)}`)),
    async gasFor({ to, data, value }, from) {
      const gas = BigInt(await request<Hex>('eth_estimateGas', [{ from, to, data, value: quantity(value) }]));
      return gas + gas / 3n;
    },
    async fees() {
      const [block, tip] = await Promise.all([
        request<{ baseFeePerGas?: Hex }>('eth_getBlockByNumber', ['latest', false]),
        request<Hex>('eth_maxPriorityFeePerGas', []).then(BigInt, () => 1_000_000n),
      ]);
      return { maxFeePerGas: BigInt(block.baseFeePerGas ?? '0x0') * 2n + tip, maxPriorityFeePerGas: tip };
    },
    async mined(hash, sent, from) {
      const until = Date.now() + PATIENCE;
      while (Date.now() < until) {
        const receipt = await request<{ status: Hex; transactionHash: Hex; blockNumber: Hex } | null>('eth_getTransactionReceipt', [hash]);
        if (receipt?.status === '0x1') return receipt.transactionHash;
        if (receipt) {
          await call(sent, from, Number(receipt.blockNumber) - 1);
          throw new TenderError('reverted', `The transaction “${sent.what}” was refused on ${chain.name}.`, { hint: 'Only its gas was spent.' });
        }
        await pause(Math.min(1_000, chain.blockSeconds * 250));
      }
      throw new TenderError('not_mined', `The transaction ${hash} is not mined yet.`, { hint: 'It may still be: look at it in the wallet before you try again.' });
    },
  };
}

async function post(url: string, body: object): Promise<{ result?: unknown; error?: RpcError }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  return (await response.json()) as { result?: unknown; error?: RpcError };
}

/** What a node's error means: the contract's own reason where it carries one. */
export function refused({ message = '', data }: RpcError): TenderError {
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data;
  if (typeof inner === 'string' && /^0x([0-9a-f]{2})*$/i.test(inner) && inner !== '0x') return reasonOf(inner as Hex);
  if (/insufficient funds|exceeds the balance/i.test(message)) {
    return new TenderError('insufficient_funds', 'The account cannot pay the value and the gas of this transaction.', { hint: 'Send it some of the native coin.' });
  }
  return new TenderError('reverted', `The node refused: ${message.split('\n')[0]?.slice(0, 200)}`, { hint: 'Nothing was sent by this step.' });
}
