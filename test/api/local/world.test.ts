import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, createPublicClient, formatUnits, http, parseAbi, parseEther, parseUnits } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fund } from '../../../api/local/faucet.ts';
import { addressOf, type Keys, loadKeys } from '../../../api/local/keys.ts';
import { eraseWorld, holdsWorld, openWorld, type World } from '../../../api/local/network.ts';
import { PERMIT2 } from '../../../api/local/permit2.ts';
import { freePorts } from '../../../api/local/ports.ts';
import { unitsWorthDown } from '../../../api/local/prices.ts';
import { poolsOn, type ChainName } from '../../../api/local/tokens.ts';
import type { ChainContext } from '../../../api/local/world.ts';
import { type Chain, chainNamed, tokenNamed } from '../../../intents/registry.ts';

const QUOTER = parseAbi([
  'struct Ask { address tokenIn; address tokenOut; uint256 amountIn; uint24 fee; uint160 sqrtPriceLimitX96; }',
  'function quoteExactInputSingle(Ask ask) returns (uint256 amountOut, uint160 price, uint32 ticks, uint256 gas)',
]);
const ERC20 = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
]);
const SOMEONE: Address = '0x00000000000000000000000000000000000000aa';

let dir: string;
let keys: Keys;
let world: World;
const deployments: ChainContext[] = [];

/** Stands where Tender's own deployment stands: takes what the world gives and puts code on the chain. */
async function deployTender(context: ChainContext) {
  deployments.push(context);
  const hash = await context.client.sendTransaction({ data: '0x600a600c600039600a6000f3602a60005260206000f3' });
  const { contractAddress } = await context.client.waitForTransactionReceipt({ hash });
  const at = contractAddress as Address;
  await context.fund(SOMEONE, { USDC: 5n, WETH: 6n, ETH: 7n });
  return { settlement: at, escrow: at, delivery: at, bonds: at, fairness: at, attested: at, local: at, lease: at, rerun: at };
}

const open = async (fingerprint = 'one') => openWorld({ dir, ports: await freePorts(), keys, deployTender, fingerprint });
const chain = (name: ChainName): Chain => chainNamed(world.registry, name) as Chain;
const reader = (name: ChainName) => createPublicClient({ transport: http(chain(name).rpc[0]), pollingInterval: 20 });
const at = (name: ChainName, symbol: string) => ({ address: tokenNamed(chain(name), symbol)?.address as Address });
const balance = (name: ChainName, symbol: string, of: Address) =>
  reader(name).readContract({ ...at(name, symbol), abi: ERC20, functionName: 'balanceOf', args: [of] });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tender-test-'));
  keys = loadKeys(dir);
  world = await open();
});
afterAll(async () => {
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('the registry', () => {
  it('describes three chains with their tokens as these describe themselves', async () => {
    expect(world.fresh).toBe(true);
    expect(world.registry.chains.map(({ name, id }) => [name, id])).toEqual([['ethereum', 31301], ['base', 31302], ['arbitrum', 31303]]);
    expect(world.registry.auctioneer).toBe(addressOf(keys, 'auctioneer'));
    expect(world.registry.attesters).toMatchObject({ k: 2, signers: { length: 3 } });
    for (const { name, tokens, weth, bondToken } of world.registry.chains) {
      for (const token of tokens.filter(({ native }) => !native)) {
        const read = { address: token.address, abi: ERC20 } as const;
        expect(await reader(name as ChainName).readContract({ ...read, functionName: 'symbol' })).toBe(token.symbol);
        expect(await reader(name as ChainName).readContract({ ...read, functionName: 'decimals' })).toBe(token.decimals);
      }
      expect(tokens[0]).toMatchObject({ symbol: 'ETH', native: true });
      expect(tokens.find(({ symbol }) => symbol === 'WETH')?.address).toBe(weth);
      expect(tokens.find(({ symbol }) => symbol === 'USDC')?.address).toBe(bondToken);
    }
  });

  it('names contracts that have code, Permit2 at its canonical address', async () => {
    for (const { name, contracts, uniswap, deployedAt } of world.registry.chains) {
      expect(contracts.permit2).toBe(PERMIT2);
      for (const address of [...Object.values(contracts), ...Object.values(uniswap ?? {})]) {
        expect((await reader(name as ChainName).getCode({ address }))?.length ?? 0, `${name} ${address}`).toBeGreaterThan(2);
      }
      expect(deployedAt).toBeGreaterThan(1);
      expect(deployedAt).toBeLessThanOrEqual(Number(await reader(name as ChainName).getBlockNumber()));
    }
    expect(deployments).toHaveLength(3);
  });
});

describe('the pools', () => {
  const quote = async (name: ChainName, from: string, to: string, fee: number, amountIn: bigint): Promise<bigint> => {
    const { result } = await reader(name).simulateContract({
      address: chain(name).uniswap?.quoter as Address,
      abi: QUOTER,
      functionName: 'quoteExactInputSingle',
      args: [{ tokenIn: at(name, from).address, tokenOut: at(name, to).address, amountIn, fee, sqrtPriceLimitX96: 0n }],
    });
    return result[0];
  };

  it.each(['ethereum', 'base', 'arbitrum'] as const)('on %s give the table\'s price, less fee and depth, both ways', async (name) => {
    const decimals = (symbol: string) => tokenNamed(chain(name), symbol)?.decimals as number;
    for (const { symbols, fee } of poolsOn(name)) {
      for (const [from, to] of [symbols, [...symbols].reverse() as typeof symbols]) {
        const out = await quote(name, from, to, fee, unitsWorthDown(from, decimals(from), 3_000n));
        const fair = unitsWorthDown(to, decimals(to), 3_000n);
        const received = Number((out * 1_000_000n) / fair) / 1_000_000;
        expect(received, `${from} → ${to}`).toBeLessThanOrEqual(1 - fee / 1e6);
        expect(received, `${from} → ${to}`).toBeGreaterThan(1 - fee / 1e6 - 0.001);
      }
    }
  });

  it('are as deep as planned: 100 ETH move the price as x · y = k says for 60 million dollars on each side', async () => {
    const [x, y, dx] = [20_000, 60_000_000, 100 * 0.9995];
    const received = await quote('base', 'WETH', 'USDC', 500, parseEther('100'));
    expect(Number(formatUnits(received, 6))).toBeCloseTo((y * dx) / (x + dx), 2);
  });
});

describe('the chains afterwards', () => {
  it('mine a block every second on their own', async () => {
    const from = await reader('base').getBlock();
    await expect.poll(async () => (await reader('base').getBlock()).number, { timeout: 5_000, interval: 100 }).toBeGreaterThanOrEqual(from.number + 2n);
    const to = await reader('base').getBlock({ blockNumber: from.number + 2n });
    // Whole seconds of a clock that a busy machine may read late, by one at each end.
    expect(Math.abs(Number(to.timestamp - from.timestamp) - 2)).toBeLessThanOrEqual(1);
  });

  it('give money to whom it is due, to the unit', async () => {
    expect(await balance('arbitrum', 'USDC', SOMEONE)).toBe(5n);
    const to: Address = '0x00000000000000000000000000000000000000bb';
    await Promise.all([
      fund(chain('base'), keys.minter, to, { USDC: parseUnits('100', 6), ETH: parseEther('2'), WETH: parseEther('3'), DAI: 0n }),
      fund(chain('base'), keys.minter, to, { USDC: 1n, LINK: 9n }),
    ]);
    expect(await balance('base', 'USDC', to)).toBe(100_000_001n);
    expect(await balance('base', 'WETH', to)).toBe(parseEther('3'));
    expect(await balance('base', 'LINK', to)).toBe(9n);
    expect(await balance('base', 'DAI', to)).toBe(0n);
    expect(await reader('base').getBalance({ address: to })).toBe(parseEther('2'));
    await expect(fund(chain('base'), keys.minter, to, { PEPE: 1n })).rejects.toMatchObject({ code: 'unknown_token' });
  });

  it('give gas to those who send, and to nobody else', async () => {
    expect(await reader('ethereum').getBalance({ address: addressOf(keys, 'solver-amm') })).toBe(parseEther('1000'));
    expect(await reader('ethereum').getBalance({ address: addressOf(keys, 'attester-1') })).toBe(0n);
  });
});

describe('a second start', () => {
  it('finds everything as it was, deploys nothing, and may use other ports', async () => {
    const before = world.registry;
    await world.stop();
    expect(statSync(join(dir, 'network.json')).isFile()).toBe(true);
    expect(holdsWorld(dir, 'one')).toBe(true);
    world = await open();
    expect(world.fresh).toBe(false);
    expect(deployments).toHaveLength(3);
    const withoutPorts = (registry: typeof before) => ({ ...registry, chains: registry.chains.map(({ rpc: _, ...rest }) => rest) });
    expect(withoutPorts(world.registry)).toEqual(withoutPorts(before));
    expect(world.registry.chains[0]?.rpc).not.toEqual(before.chains[0]?.rpc);
    expect(await balance('arbitrum', 'USDC', SOMEONE)).toBe(5n);
    const height = await reader('ethereum').getBlockNumber();
    await expect.poll(() => reader('ethereum').getBlockNumber(), { timeout: 5_000 }).toBeGreaterThan(height);
  });

  it('with other contracts begins with new chains', async () => {
    await world.stop();
    expect(holdsWorld(dir, 'two')).toBe(false);
    eraseWorld(dir);
    expect(holdsWorld(dir, 'one')).toBe(false);
    world = await open('two');
    expect(world.fresh).toBe(true);
    expect(deployments).toHaveLength(6);
    expect(world.registry.auctioneer).toBe(addressOf(keys, 'auctioneer'));
  });
});
