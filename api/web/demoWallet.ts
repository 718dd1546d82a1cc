/** The demo wallet: an EIP-1193 provider whose key lies in this browser's storage. For local networks only, where nothing is worth anything. */
import type { Address, Hex } from 'viem';
import type { Chain, Registry } from '../../intents/registry.ts';
import { walletIcon } from './walletIcon.ts';

type Request = { method: string; params?: readonly unknown[] | object };
type Listener = (...args: unknown[]) => void;
export type Provider = { request(request: Request): Promise<unknown>; on(event: string, listener: Listener): void; removeListener(event: string, listener: Listener): void };

/** The ids that local networks have. A signature for them is worth nothing elsewhere; no other id is ever signed for. */
export const LOCAL_CHAIN_IDS: ReadonlySet<number> = new Set([31301, 31302, 31303]);
export const DEMO_RDNS = 'local.tender.demo';
const STORE = 'tender.demo-key';
/** Set while the page may see the account: a wallet shows nothing before it is asked. */
const ALLOWED = 'tender.demo-allowed';

class ProviderError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Announces the demo wallet by EIP-6963, if every chain of the network is local. */
export function announceDemoWallet(registry: Registry): void {
  if (registry.network !== 'local' || registry.chains.some(({ id }) => !LOCAL_CHAIN_IDS.has(id))) return;
  const info = Object.freeze({ uuid: crypto.randomUUID(), name: 'Demo wallet', icon: walletIcon, rdns: DEMO_RDNS });
  const detail = Object.freeze({ info, provider: demoProvider(registry.chains) });
  const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
}

// Signing code is loaded when the wallet is first used.
async function account() {
  const { generatePrivateKey, privateKeyToAccount } = await import('viem/accounts');
  const kept = localStorage.getItem(STORE);
  const key = kept && /^0x[0-9a-f]{64}$/.test(kept) ? (kept as Hex) : generatePrivateKey();
  if (key !== kept) localStorage.setItem(STORE, key);
  return privateKeyToAccount(key);
}

/** The provider over these chains; the first one is its chain until it is switched. */
export function demoProvider(chains: readonly Chain[]): Provider {
  const listeners = new Map<string, Set<Listener>>();
  const emit = (event: string, value: unknown) => listeners.get(event)?.forEach((listener) => listener(value));
  let current = chains[0] as Chain;

  const byId = (hex: unknown): Chain => {
    const id = Number(hex);
    const chain = chains.find((each) => each.id === id);
    if (!chain || !LOCAL_CHAIN_IDS.has(id)) throw new ProviderError(4902, `The demo wallet signs for local chains only, not for chain ${id}.`);
    return chain;
  };
  async function request({ method, params }: Request): Promise<unknown> {
    const [first, second] = Array.isArray(params) ? params : [];
    switch (method) {
      case 'eth_requestAccounts':
        localStorage.setItem(ALLOWED, 'yes');
        return [(await account()).address];
      case 'eth_accounts':
        return localStorage.getItem(ALLOWED) ? [(await account()).address] : [];
      case 'wallet_requestPermissions':
        localStorage.setItem(ALLOWED, 'yes');
        return [{ parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: [(await account()).address] }] }];
      case 'wallet_revokePermissions':
        localStorage.removeItem(ALLOWED);
        return null;
      case 'eth_chainId':
        return `0x${current.id.toString(16)}`;
      case 'wallet_addEthereumChain':
      case 'wallet_switchEthereumChain':
        current = byId((first as { chainId: string }).chainId);
        emit('chainChanged', `0x${current.id.toString(16)}`);
        return null;
      case 'eth_signTypedData_v4':
        return signTypedData(JSON.parse(second as string));
      case 'personal_sign':
        return (await account()).signMessage({ message: { raw: first as Hex } });
      case 'eth_sendTransaction':
        return send(first as Transaction, current);
      default:
        return forward(current, method, params);
    }
  }
  async function signTypedData(data: { domain: { chainId: unknown }; types: Record<string, unknown> }): Promise<Hex> {
    byId(data.domain.chainId);
    const { EIP712Domain: _, ...types } = data.types;
    const signer = await account();
    return signer.signTypedData({ ...data, types } as unknown as Parameters<typeof signer.signTypedData>[0]);
  }
  return {
    request,
    on: (event, listener) => void listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    removeListener: (event, listener) => void listeners.get(event)?.delete(listener),
  };
}

type Transaction = { from?: Address; to: Address; data?: Hex; value?: Hex; gas?: Hex };
async function send({ to, data = '0x', value = '0x0', gas }: Transaction, chain: Chain): Promise<unknown> {
  const signer = await account();
  const ask = (method: string, params: unknown[]) => forward(chain, method, params) as Promise<Hex>;
  const [nonce, limit, block] = await Promise.all([
    ask('eth_getTransactionCount', [signer.address, 'pending']),
    gas ?? ask('eth_estimateGas', [{ from: signer.address, to, data, value }]).then((needed) => `0x${((BigInt(needed) * 4n) / 3n).toString(16)}` as Hex),
    forward(chain, 'eth_getBlockByNumber', ['latest', false]) as Promise<{ baseFeePerGas?: Hex }>,
  ]);
  const tip = 1_000_000n;
  const raw = await signer.signTransaction({
    type: 'eip1559', chainId: chain.id, to, data, value: BigInt(value), gas: BigInt(limit), nonce: Number(nonce),
    maxFeePerGas: BigInt(block.baseFeePerGas ?? '0x0') * 2n + tip, maxPriorityFeePerGas: tip,
  });
  return forward(chain, 'eth_sendRawTransaction', [raw]);
}

async function forward(chain: Chain, method: string, params: unknown): Promise<unknown> {
  const response = await fetch(chain.rpc[0] as string, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { code: number; message: string; data?: unknown } };
  if (error) throw Object.assign(new ProviderError(error.code, error.message), { data: error.data });
  return result;
}
