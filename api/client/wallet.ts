/** The Wallet port: what carrying an order needs of whoever holds the keys; and its adapter for a viem account. */
import type { Address, Hex, LocalAccount } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import { TenderError } from '../../intents/errors.ts';
import type { TypedData } from '../../intents/order.ts';
import type { Registry } from '../../intents/registry.ts';
import { type Node, nodeOf } from './node.ts';

export type Wallet = {
  readonly address: Address;
  /** EIP-712 signature over exactly `data`. Rejects with `rejected` if its owner does not want to. */
  signTypedData(data: TypedData): Promise<Hex>;
  /** Sends a transaction; resolves with its hash once it is mined with success, rejects with what the contract said. */
  sendCall(call: Call): Promise<Hex>;
  /** What `spender` may pull of `token` from this wallet, base units. */
  allowanceOf(chainId: number, token: Address, spender: Address): Promise<bigint>;
};
type Account = Pick<LocalAccount, 'address' | 'signTypedData' | 'signTransaction'>;

/** A wallet that holds its key in this process. Transactions of one chain go out one after another. */
export function viemWallet(account: Account, registry: Registry): Wallet {
  const last = new Map<number, Promise<unknown>>();
  return {
    address: account.address,
    signTypedData: (data) => account.signTypedData(data as Parameters<Account['signTypedData']>[0]),
    sendCall(call) {
      const send = () => sendSigned(account, nodeOf(registry, call.chainId), call);
      const mine = (last.get(call.chainId) ?? Promise.resolve()).then(send, send);
      last.set(call.chainId, mine);
      return mine;
    },
    allowanceOf: (chainId, token, spender) => nodeOf(registry, chainId).allowanceOf(account.address, token, spender),
  };
}

async function sendSigned(account: Account, node: Node, call: Call): Promise<Hex> {
  const { to, data, value } = call;
  const [gas, fees, nonce] = await Promise.all([
    node.gasFor(call, account.address),
    node.fees(),
    node.request<Hex>('eth_getTransactionCount', [account.address, 'pending']),
  ]);
  const raw = await account.signTransaction({ type: 'eip1559', chainId: call.chainId, to, data, value, gas, nonce: Number(nonce), ...fees });
  return node.mined(await node.request<Hex>('eth_sendRawTransaction', [raw]), call, account.address);
}

/** A wallet's failure as an error with a code. EIP-1193's 4001 means that its owner said no. */
export function walletError(error: unknown): TenderError {
  if (error instanceof TenderError) return error;
  if (isRejection(error)) return new TenderError('rejected', 'You did not sign.', { hint: 'Nothing was sent and nothing moved. You can try again.' });
  const text = error instanceof Error ? error.message : String((error as { message?: unknown })?.message ?? error);
  return new TenderError('wallet_failed', `The wallet could not do that: ${text.split('\n')[0]?.slice(0, 200)}`, { hint: 'Nothing was signed. Try again.', cause: error });
}

function isRejection(error: unknown): boolean {
  for (let at = error; at && typeof at === 'object'; at = (at as { cause?: unknown }).cause) {
    if ((at as { code?: unknown }).code === 4001 || (at as { name?: unknown }).name === 'UserRejectedRequestError') return true;
  }
  return false;
}
