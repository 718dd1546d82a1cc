/** A registry of three chains and a world with balances and quotes, for tests of the language. Nothing here is on any chain. */
import { type Address, getAddress, sha256, stringToBytes } from 'viem';
import type { World } from '../../intents/ground.ts';
import type { Quote } from '../../intents/intent.ts';
import { boundsOf, NATIVE, type Order } from '../../intents/order.ts';
import { type Chain, chainOf, type Registry, tokenAt } from '../../intents/registry.ts';

export const NOW = Date.parse('2026-11-22T12:00:00Z') / 1000;
export const USER = getAddress('0x1111111111111111111111111111111111111111');
export const METER = getAddress('0x2222222222222222222222222222222222222222');

const address = (...bytes: number[]): Address =>
  getAddress(
    `0x${bytes
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .padStart(40, '0')}`,
  );
const DECIMALS: Record<string, number> = { ETH: 18, WETH: 18, USDC: 6, USDT: 6, DAI: 18, WBTC: 8, LINK: 18, UNI: 18, ARB: 18, PEPE: 18 };
const LISTED: Record<string, string[]> = {
  ethereum: ['ETH', 'WETH', 'USDC', 'USDT', 'DAI', 'WBTC', 'UNI', 'LINK', 'ARB', 'PEPE'],
  base: ['ETH', 'WETH', 'USDC', 'DAI', 'LINK'],
  arbitrum: ['ETH', 'WETH', 'USDC', 'USDT', 'DAI', 'WBTC', 'LINK', 'ARB'],
};

function chain(name: string, id: number, aliases: string[]): Chain {
  const at = (slot: number) => address(id % 256, 0xcc, slot);
  const tokens = (LISTED[name] as string[]).map((symbol, index) => ({
    symbol,
    name: symbol,
    decimals: DECIMALS[symbol] as number,
    address: symbol === 'ETH' ? NATIVE : address(id % 256, 0xaa, index + 1),
    ...(symbol === 'ETH' && { native: true as const }),
  }));
  const usdc = tokens.find(({ symbol }) => symbol === 'USDC') as (typeof tokens)[number];
  const weth = tokens.find(({ symbol }) => symbol === 'WETH') as (typeof tokens)[number];
  return {
    name,
    aliases,
    id,
    rpc: [],
    finality: 2,
    blockSeconds: 1,
    gapSeconds: 60,
    deployedAt: 1,
    contracts: { settlement: at(1), escrow: at(8), delivery: at(2), bonds: at(3), fairness: at(9), attested: at(4), local: at(5), lease: at(6), permit2: at(7), rerun: at(10) },
    weth: weth.address,
    bondToken: usdc.address,
    tokens,
  };
}

export const registry: Registry = {
  network: 'local',
  chains: [
    chain('ethereum', 31301, ['mainnet', 'eth mainnet']),
    chain('base', 31302, []),
    chain('arbitrum', 31303, ['arb', 'arbitrum one']),
  ],
  auctioneer: address(0xa0),
  attesters: { signers: [address(0xb1), address(0xb2), address(0xb3)], k: 2 },
};

const USD: Record<string, number> = {
  ETH: 3000,
  WETH: 3000,
  USDC: 1,
  USDT: 1,
  DAI: 1,
  WBTC: 90000,
  LINK: 14,
  UNI: 9,
  ARB: 1,
  PEPE: 0.00001,
};

/** What the quoting order is worth at the table above; leases cost 2 USDC an hour, jobs 0.001 USDC per 10⁹ fuel. */
export function fairQuote(order: Order): Quote {
  const base = { solver: address(0x50), validUntil: NOW + 30 };
  if (order.kind === 'lease') return { ...base, sell: 2_000_000n, buy: BigInt(order.message.buy.secondsAtMost) };
  if (order.kind === 'job') return { ...base, sell: 1_000n, buy: order.message.buy.fuelAtMost };
  const { sellToken, sellAtMost, buyAtLeast, exact } = boundsOf(order);
  const destination = order.kind === 'openIn' || order.kind === 'openOut' ? Number(order.message.buy.chainId) : order.chainId;
  const sell = tokenAt(chainOf(registry, order.chainId) as Chain, sellToken) as { symbol: string; decimals: number };
  const buy = tokenAt(chainOf(registry, destination) as Chain, order.message.buy.token) as { symbol: string; decimals: number };
  const cents = (symbol: string) => BigInt(Math.round((USD[symbol] as number) * 1e6));
  const [unitSell, unitBuy] = [10n ** BigInt(sell.decimals), 10n ** BigInt(buy.decimals)];
  return exact === 'sell'
    ? { ...base, sell: sellAtMost, buy: (sellAtMost * cents(sell.symbol) * unitBuy) / (cents(buy.symbol) * unitSell) }
    : { ...base, sell: (buyAtLeast * cents(buy.symbol) * unitSell) / (cents(sell.symbol) * unitBuy), buy: buyAtLeast };
}

export const PROGRAM = { sha256: sha256(stringToBytes('program')), bytes: 1000 };

/** A rich user on `ethereum` who has attached `primes.wasm`. */
export function world(changes: Partial<World> = {}): World {
  return {
    registry,
    now: () => NOW,
    user: USER,
    chain: 'ethereum',
    balanceOf: async () => 10n ** 60n,
    quote: async (order) => fairQuote(order),
    price: async (symbol) =>
      symbol === 'EUR' ? { usd: '1.1', asOf: NOW - 60 } : symbol in USD ? { usd: String(USD[symbol]), asOf: NOW - 60 } : undefined,
    meterKey: METER,
    attachment: (name) => (name.endsWith('.wasm') ? PROGRAM : undefined),
    ...changes,
  };
}
