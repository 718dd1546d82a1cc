/** Chains, tokens and contracts that a network knows: plain data, served by the API, held by wallets. */
import type { Address } from 'viem';

export type Contracts = {
  /** Same-chain swaps. */
  settlement: Address;
  /** Whatever ends elsewhere or later: tokens on other chains, leases, jobs. */
  escrow: Address;
  delivery: Address;
  bonds: Address;
  /** Takes an auctioneer's bond when it passed over a better bid. */
  fairness: Address;
  attested: Address;
  /** Reads Delivery of the same chain directly: native sells. */
  local: Address;
  lease: Address;
  /** Judges jobs by running them again; its judges are the attesters. */
  rerun: Address;
  permit2: Address;
};
export type Uniswap = { factory: Address; router: Address; quoter: Address; positionManager: Address };
/** `list`: the token list and version that it came from; absent: the network's own. */
export type Token = { symbol: string; name: string; decimals: number; address: Address; native?: true; list?: string };
export type Chain = {
  name: string;
  aliases: string[];
  id: number;
  /** RPC endpoints a reader may use; money-moving reads ask a quorum of them. */
  rpc: string[];
  /** Blocks until a block counts as final. */
  finality: number;
  blockSeconds: number;
  /**
   * Least seconds between the last delivery on this chain and a refund elsewhere: finality, attestation and the claim.
   * Must not be below the verifier's own gap. Absent: 60.
   */
  gapSeconds?: number;
  /** First block that can hold an event of the contracts. */
  deployedAt: number;
  contracts: Contracts;
  weth: Address;
  /** The token in which bonds and compute are paid. */
  bondToken: Address;
  uniswap?: Uniswap;
  /** The registry of the Ethereum Name Service, where this chain has one. */
  ens?: Address;
  tokens: Token[];
};
export type Registry = {
  /** `local` networks have chain ids of their own: a local signature is worth nothing elsewhere. */
  network: string;
  chains: Chain[];
  auctioneer: Address;
  attesters: { signers: Address[]; k: number };
  /** Dated prices in USD, decimal strings, for fiat amounts and seeding; never silently used. */
  prices?: { asOf: string; usd: Record<string, string> };
};

export const chainNamed = (registry: Registry, name: string): Chain | undefined =>
  registry.chains.find((chain) => chain.name === name || chain.aliases.includes(name));
export const chainOf = (registry: Registry, id: number | bigint): Chain | undefined =>
  registry.chains.find((chain) => chain.id === Number(id));
export const tokenNamed = (chain: Chain, symbol: string): Token | undefined =>
  chain.tokens.find((token) => token.symbol.toLowerCase() === symbol.toLowerCase());
export const tokenAt = (chain: Chain, address: Address): Token | undefined =>
  chain.tokens.find((token) => token.address.toLowerCase() === address.toLowerCase());
