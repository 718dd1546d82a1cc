/** A wallet that a page finds by EIP-6963 and whose key stays in Node: the page sees an EIP-1193 provider and nothing else. */
import type { Page } from 'playwright-core';
import { type Hex, type LocalAccount } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import type { Registry } from '../../intents/registry.ts';
import { nodeOf } from '../../api/client/node.ts';

export const WALLET_NAME = 'Node Wallet';
type Request = { method: string; params?: unknown[] };
/** What the wallet was asked to sign or send, in order. */
export type Asked = { method: string; chainId: number; typedData?: { primaryType: string; message: Record<string, unknown> } };

/** `reject` says which requests its owner declines. Starts on a chain that the network does not know. */
export async function injectWallet(page: Page, account: LocalAccount, registry: Registry, reject: (request: Asked) => boolean = () => false): Promise<Asked[]> {
  const asked: Asked[] = [];
  const known = new Set<number>();
  let chainId = 1;
  // As real wallets do: a page sees nothing before it asked.
  let allowed = false;
  const decide = (request: Asked) => {
    asked.push(request);
    if (reject(request)) throw Object.assign(new Error('User rejected the request.'), { code: 4001 });
  };
  async function answer({ method, params = [] }: Request): Promise<unknown> {
    const [first, second] = params as [Record<string, string>, string];
    switch (method) {
      case 'eth_requestAccounts':
        allowed = true;
        return [account.address];
      case 'eth_accounts':
        return allowed ? [account.address] : [];
      case 'eth_chainId':
        return `0x${chainId.toString(16)}`;
      case 'wallet_addEthereumChain':
        known.add(Number(first.chainId));
        asked.push({ method, chainId: Number(first.chainId) });
        return null;
      case 'wallet_switchEthereumChain':
        if (!known.has(Number(first.chainId))) throw Object.assign(new Error('Unrecognized chain ID.'), { code: 4902 });
        chainId = Number(first.chainId);
        return null;
      case 'eth_signTypedData_v4': {
        const { domain, types, primaryType, message } = JSON.parse(second) as { domain: { chainId: number }; types: Record<string, unknown>; primaryType: string; message: Record<string, unknown> };
        // As real wallets do.
        if (Number(domain.chainId) !== chainId) throw new Error('Provided chainId must match the active chainId.');
        decide({ method, chainId, typedData: { primaryType, message } });
        const { EIP712Domain: _, ...rest } = types;
        return account.signTypedData({ domain, types: rest, primaryType, message } as unknown as Parameters<LocalAccount['signTypedData']>[0]);
      }
      case 'eth_sendTransaction': {
        decide({ method, chainId });
        return send(first as unknown as { to: Hex; data: Hex; value?: Hex }, chainId);
      }
      default:
        return registry.chains.some(({ id }) => id === chainId) ? nodeOf(registry, chainId).request(method, params) : null;
    }
  }
  async function send({ to, data, value = '0x0' }: { to: Hex; data: Hex; value?: Hex }, on: number): Promise<Hex> {
    const node = nodeOf(registry, on);
    const call: Call = { chainId: on, to, data, value: BigInt(value), what: 'wallet' };
    const [gas, fees, nonce] = await Promise.all([node.gasFor(call, account.address), node.fees(), node.request<Hex>('eth_getTransactionCount', [account.address, 'pending'])]);
    const raw = await account.signTransaction({ type: 'eip1559', chainId: on, to, data, value: BigInt(value), gas, nonce: Number(nonce), ...fees });
    return node.request<Hex>('eth_sendRawTransaction', [raw]);
  }

  await page.exposeFunction('__wallet', (request: Request) => answer(request).then((result) => ({ result }), (error: { message: string; code?: number }) => ({ error: { message: error.message, code: error.code ?? -32603 } })));
  await page.addInitScript({ content: PROVIDER });
  return asked;
}

/** Runs in the page before its own scripts. Text, so that no compiler puts anything into it. */
const PROVIDER = `(() => {
  const provider = {
    async request(request) {
      const { result, error } = await window.__wallet(request);
      if (error) throw Object.assign(new Error(error.message), { code: error.code });
      return result;
    },
    on() {},
    removeListener() {},
  };
  const icon = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="%23555"/></svg>';
  const info = Object.freeze({ uuid: '350670db-19fa-4704-a166-e52e178b59d2', name: '${WALLET_NAME}', icon, rdns: 'test.node' });
  const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
})();`;
