/** wagmi over the network's own chains: every wallet that announces itself, and nothing that phones home. */
import { type Chain as ViemChain, defineChain } from 'viem';
import { type Config, createConfig, http } from 'wagmi';
import type { Registry } from '../../intents/registry.ts';

/** The chains become known only with the registry, so that the configuration is made at run time. */
export function walletConfig(registry: Registry): Config {
  const chains = registry.chains.map(({ id, name, rpc }) =>
    defineChain({ id, name, nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 }, rpcUrls: { default: { http: rpc } }, testnet: registry.network === 'local' }),
  );
  const transports = Object.fromEntries(chains.map((chain) => [chain.id, http(chain.rpcUrls.default.http[0])]));
  return createConfig({ chains: chains as unknown as readonly [ViemChain, ...ViemChain[]], transports, multiInjectedProviderDiscovery: true }) as Config;
}
