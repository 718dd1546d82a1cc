/** The Wallet port: what carrying an order needs of whoever holds the keys; and its adapter for a viem account. */
import { type Address, createClient, encodeFunctionData, erc20Abi, fallback, type Hex, http, hexToBigInt, type LocalAccount } from 'viem';
import { call as ethCall, getTransactionCount, sendTransaction, waitForTransactionReceipt } from 'viem/actions';
import { refusalOf } from '../../contracts/client/errors.ts';
import type { Call } from '../../contracts/client/ledger.ts';
import { shortReason } from '../../contracts/client/rpc.ts';
import { TenderError } from '../../intents/errors.ts';
import type { TypedData } from '../../intents/order.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';

export type Wallet = {
  readonly address: Address;
  /** EIP-712 signature over exactly `data`. Rejects with `rejected` if its owner does not want to. */
  signTypedData(data: TypedData): Promise<Hex>;
  /** Sends a transaction; resolves with its hash once it is mined with success, rejects with what the contract said. */
  sendCall(call: Call): Promise<Hex>;
  /** What `spender` may pull of `token` from this wallet, base units. */
  allowanceOf(chainId: number, token: Address, spender: Address): Promise<bigint>;
};

/** Reads of a chain and waiting for its receipts, over the registry's endpoints. */
export function chainReader(registry: Registry, chainId: number) {
  const chain = chainOf(registry, chainId);
  if (!chain) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`, { param: 'chainId' });
  const client = createClient({
    chain: { id: chain.id, name: chain.name, nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 }, rpcUrls: { default: { http: chain.rpc } } },
    transport: fallback(chain.rpc.map((url) => http(url, { retryCount: 1, timeout: 10_000 }))),
    pollingInterval: Math.min(1_000, chain.blockSeconds * 250),
    cacheTime: 0,
  });
  return {
    client,
    async allowanceOf(owner: Address, token: Address, spender: Address): Promise<bigint> {
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'allowance', args: [owner, spender] });
      const answer = await ethCall(client, { to: token, data }).catch((error: unknown) => Promise.reject(asTenderError(error)));
      return hexToBigInt(answer.data ?? '0x0');
    },
    /** Waits until `hash` is mined; a revert rejects with the contract's reason. */
    async mined(hash: Hex, call: Call, from: Address): Promise<Hex> {
      const receipt = await waitForTransactionReceipt(client, { hash, timeout: 120_000 }).catch((error: unknown) => Promise.reject(asTenderError(error)));
      if (receipt.status === 'success') return receipt.transactionHash;
      const again = await ethCall(client, { account: from, to: call.to, data: call.data, value: call.value, blockNumber: receipt.blockNumber - 1n }).catch(asTenderError);
      throw again instanceof TenderError ? again : new TenderError('reverted', `The transaction “${call.what}” was refused on ${chain.name}.`, { hint: 'Nothing moved.' });
    },
  };
}
type Reader = ReturnType<typeof chainReader>;

/** A wallet that holds its key in this process. Transactions of one chain go out one after another. */
export function viemWallet(account: LocalAccount, registry: Registry): Wallet {
  const readers = new Map<number, Reader>();
  const last = new Map<number, Promise<unknown>>();
  const readerOf = (chainId: number) => {
    const reader = readers.get(chainId) ?? chainReader(registry, chainId);
    readers.set(chainId, reader);
    return reader;
  };
  async function send(call: Call): Promise<Hex> {
    const reader = readerOf(call.chainId);
    const { to, data, value } = call;
    try {
      const nonce = await getTransactionCount(reader.client, { address: account.address, blockTag: 'pending' });
      const hash = await sendTransaction(reader.client, { account, to, data, value, nonce } as Parameters<typeof sendTransaction>[1]);
      return await reader.mined(hash, call, account.address);
    } catch (error) {
      throw asTenderError(error);
    }
  }
  return {
    address: account.address,
    signTypedData: (data) => account.signTypedData(data as Parameters<LocalAccount['signTypedData']>[0]),
    sendCall(call) {
      const mine = (last.get(call.chainId) ?? Promise.resolve()).then(() => send(call), () => send(call));
      last.set(call.chainId, mine);
      return mine;
    },
    allowanceOf: (chainId, token, spender) => readerOf(chainId).allowanceOf(account.address, token, spender),
  };
}

/** A wallet's or node's failure as an error with a code: what the contract said, a refusal by the owner, or no answer. */
export function asTenderError(error: unknown): TenderError {
  if (error instanceof TenderError) return error;
  if (isRejection(error)) return new TenderError('rejected', 'You did not sign.', { hint: 'Nothing was sent and nothing moved. You can try again.' });
  const refusal = refusalOf(error);
  if (refusal) return new TenderError(refusal.code, refusal.message, { ...(refusal.hint !== undefined && { hint: refusal.hint }), cause: error });
  return new TenderError('wallet_failed', `The wallet or its node did not answer: ${shortReason(error)}`, { hint: 'Nothing was signed. Try again.', cause: error });
}

/** EIP-1193 code 4001, wherever a library wraps it. */
function isRejection(error: unknown): boolean {
  for (let at = error; at && typeof at === 'object'; at = (at as { cause?: unknown }).cause) {
    if ((at as { code?: unknown }).code === 4001 || (at as { name?: unknown }).name === 'UserRejectedRequestError') return true;
  }
  return false;
}
