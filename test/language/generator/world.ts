/** What can be named: tokens with their chains, chains with their aliases, people, machines; and the draw among them. */
import { readFileSync } from 'node:fs';
import { getAddress } from 'viem';
import type { Rng } from './random.ts';

type World = { tokens: Record<string, { decimals: number; chains: string[] }>; gpuModels: string[]; now: string };
const world = JSON.parse(readFileSync(new URL('../context.json', import.meta.url), 'utf8')) as World;

export const NOW = Date.parse(world.now);
export const TOKENS = Object.keys(world.tokens);
export const chainsOf = (token: string) => world.tokens[token]?.chains ?? [];
export const decimalsOf = (token: string) => world.tokens[token]?.decimals ?? 18;

/** Dollars per unit, roughly: amounts are drawn so that a person could mean them. */
const WORTH: Record<string, number> = { ETH: 3000, WETH: 3000, WBTC: 60_000, UNI: 8, LINK: 15, ARB: 0.8, OP: 1.5, PEPE: 0.00001, POL: 0.5 };
export const worthOf = (token: string) => WORTH[token] ?? 1;
export const isStable = (token: string) => ['USDC', 'USDC.e', 'USDT', 'DAI'].includes(token);
export const isBridged = (token: string) => token === 'USDC.e';

export const CHAINS: Record<string, string[]> = {
  ethereum: ['Ethereum', 'Ethereum', 'mainnet', 'Ethereum mainnet'],
  base: ['Base'],
  arbitrum: ['Arbitrum', 'Arbitrum', 'Arbitrum One'],
  optimism: ['Optimism', 'Optimism', 'OP Mainnet'],
  polygon: ['Polygon', 'Polygon', 'Polygon PoS'],
};
export const FOREIGN_CHAINS = ['Solana', 'Avalanche', 'BNB Chain', 'Tron', 'Bitcoin', 'Cardano', 'Sui', 'Aptos'];

export const ENS = ['vitalik.eth', 'nick.eth', 'alice.eth', 'treasury.acme.eth', 'pay.bob.eth', 'studio7.eth', 'my-vault.eth', '3commas.eth', 'club99.eth', 'rent.eth'];
const HEX = '0123456789abcdef';
export function addressOf(rng: Rng): string {
  let hex = '0x';
  for (let digit = 0; digit < 40; digit++) hex += HEX[rng.int(0, 15)];
  return getAddress(hex as `0x${string}`);
}

/** Two listed tokens that share a chain; the wallet's chain is Ethereum, so without a chain both must be there. */
export function pair(rng: Rng, chain = 'ethereum'): [string, string] {
  const here = TOKENS.filter((token) => chainsOf(token).includes(chain));
  const sell = rng.pick(here);
  // Wrapping and moving between bridged variants are other trades than these.
  const other = here.filter((token) => token !== sell && !(['ETH', 'WETH'].includes(sell) && ['ETH', 'WETH'].includes(token)));
  return [sell, rng.pick(other)];
}

export const GPUS = world.gpuModels;
/** As people write them. */
export const GPU_NAMES: Record<string, string[]> = { RTX4090: ['RTX 4090', 'RTX4090', 'RTX 4090'], RTX3090: ['RTX 3090', 'RTX3090'] };
export const MEMORY: Record<string, number> = { A100: 80, H100: 80, H200: 141, B200: 192, L40S: 48, L4: 24 };
export const REGIONS: string[] = ['eu', 'us', 'us-east', 'us-west', 'asia', 'eu-frankfurt', 'ap-tokyo'];
export const IMAGES = [
  'ghcr.io/acme/render:1.2', 'docker.io/library/python:3.12', 'ghcr.io/team7/train:v4', 'registry.example.com/ml/base:2024.10', 'nvcr.io/nvidia/pytorch:24.05-py3',
];
export const MODELS = ['llama-3.1-70b', 'llama-3.1-8b', 'mixtral-8x7b', 'qwen2.5-72b', 'deepseek-v3', 'gemma-2-27b'];
export const MODULES = ['primes.wasm', 'matrix.wasm', 'sort.wasm', 'mandelbrot.wasm', 'sha256.wasm'];
