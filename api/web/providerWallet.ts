/** The Wallet port over any EIP-1193 provider: moves it to the right chain, adds local chains, and says plainly what went wrong. */
import type { Address, Hex } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import { TenderError } from '../../intents/errors.ts';
import { stringify } from '../../intents/json.ts';
import type { TypedData } from '../../intents/order.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';
import { nodeOf } from '../client/node.ts';
import { type Wallet, walletError } from '../client/wallet.ts';

export type Eip1193 = { request(request: { method: string; params?: unknown }): Promise<unknown> };

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];

/** A wallet whose keys the provider holds. Transactions are tried on a node first, so that nobody is asked to sign one that fails. */
export function providerWallet(provider: Eip1193, address: Address, registry: Registry): Wallet {
  const ask = <T>(method: string, params: unknown) => provider.request({ method, params }).catch((error: unknown) => Promise.reject(walletError(error))) as Promise<T>;
  return {
    address,
    async signTypedData(data: TypedData) {
      await moveTo(provider, Number(data.domain.chainId), registry);
      return ask<Hex>('eth_signTypedData_v4', [address, stringify({ ...data, types: { EIP712Domain: DOMAIN_FIELDS, ...data.types } })]);
    },
    async sendCall(call: Call) {
      const node = nodeOf(registry, call.chainId);
      const gas = await node.gasFor(call, address);
      await moveTo(provider, call.chainId, registry);
      const { to, data, value } = call;
      const hash = await ask<Hex>('eth_sendTransaction', [{ from: address, to, data, value: hex(value), gas: hex(gas) }]);
      return node.mined(hash, call, address);
    },
    allowanceOf: (chainId, token, spender) => nodeOf(registry, chainId).allowanceOf(address, token, spender),
  };
}

const hex = (value: bigint | number): Hex => `0x${value.toString(16)}`;

/** Switches the wallet to a chain of the registry; a chain that it does not know is added first. */
export async function moveTo(provider: Eip1193, chainId: number, registry: Registry): Promise<void> {
  const chain = chainOf(registry, chainId);
  if (!chain) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`);
  const current = await provider.request({ method: 'eth_chainId' }).catch(() => undefined);
  if (Number(current) === chainId) return;
  const switching = () => provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: hex(chainId) }] });
  try {
    await switching().catch(async (error: unknown) => {
      const known = walletError(error);
      if (known.code === 'rejected') throw known;
      const local = registry.network === 'local';
      await provider.request({
        method: 'wallet_addEthereumChain',
        params: [{ chainId: hex(chainId), chainName: local ? `${chain.name} (local)` : chain.name, rpcUrls: chain.rpc, nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 } }],
      });
      await switching();
    });
  } catch (error) {
    const known = walletError(error);
    throw new TenderError(known.code === 'rejected' ? 'rejected' : 'wrong_chain', `The wallet did not change to ${chain.name}.`, {
      hint: `Change to ${chain.name} in the wallet, then try again. Nothing moved.`,
      cause: error,
    });
  }
}
