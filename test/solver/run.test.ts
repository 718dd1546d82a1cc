/** Solvers in a market: they quote, compete, countersign, settle, and go on after a kill. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundsOf, orderId } from '../../intents/order.ts';
import { tokenNamed } from '../../intents/registry.ts';
import type { SolverConfig } from '../../solver/config.ts';
import { readConfig } from '../../solver/config.ts';
import { deskFrom, desks } from '../../solver/desks/index.ts';
import type { DeskOf } from '../../solver/ports.ts';
import { startSolver } from '../../solver/start.ts';
import { type Market, openMarket, until } from './market.ts';
import { ETHER, type Network, orderOf, startNetwork, USDC, type User } from './network.ts';

let network: Network;
let market: Market;
let user: User;
const running: Started[] = [];
beforeAll(async () => {
  network = await startNetwork();
  [market, user] = await Promise.all([openMarket(network), network.user()]);
  await Promise.all([start('amm'), start('inventory')]);
});
afterAll(async () => {
  await Promise.all(running.map((solver) => solver.stop()));
  await market.close();
  await network.stop();
});

type Line = Record<string, unknown> & { event: string; order?: Hex; reason?: string };
type Started = { name: string; lines: Line[]; key: Hex; dir: string; address: Hex; stop(): Promise<void> };

function configFor(key: Hex, dir: string, change: Partial<SolverConfig> = {}): SolverConfig {
  const read = readConfig(undefined, { TENDER_SOLVER_KEY: key, TENDER_API: market.url, TENDER_SOLVER_DIR: dir });
  if ('problems' in read) throw new Error(read.problems.join());
  return { ...read.config, bondTarget: 200, ...change };
}

async function start(
  name: string,
  {
    key,
    dir = network.folder(),
    deskOf,
    change,
  }: { key?: Hex; dir?: string; deskOf?: (config: SolverConfig) => DeskOf; change?: Partial<SolverConfig> } = {},
): Promise<Started> {
  const secret = key ?? (await network.solver());
  const lines: Line[] = [];
  const signal = new AbortController();
  const config = configFor(secret, dir, { name, ...change });
  let done: Promise<void>;
  await new Promise<void>((resolve, reject) => {
    done = startSolver({
      config,
      deskOf: (deskOf ?? desks[name]!)(config),
      log: (event, detail) => lines.push({ event, ...detail }),
      signal: signal.signal,
      onReady: () => resolve(),
    });
    done.catch(reject);
  });
  const started: Started = {
    name,
    lines,
    key: secret,
    dir,
    address: privateKeyToAccount(secret).address,
    async stop() {
      signal.abort();
      await done;
    },
  };
  running.push(started);
  return started;
}
async function stop(name: string) {
  const index = running.findIndex((solver) => solver.name === name);
  await running.splice(index, 1)[0]!.stop();
}
const balance = (chain: string, symbol: string, account: Hex) =>
  network.ledger(chain).balanceOf(account, tokenNamed(network.registry.chains.find(({ name }) => name === chain)!, symbol)!.address);
const swap = async (sell: bigint, least: bigint) =>
  user.sign(orderOf(network, user.account.address, { from: 'base', sell: ['USDC', sell], buy: ['ETH', least] }));
const ends = (order: Hex) => running.flatMap(({ lines }) => lines.filter((line) => line.event === 'settle.end' && line.order === order));

describe('a market of two solvers', { timeout: 60_000 }, () => {
  it('quotes without limits, and says why not', async () => {
    const order = orderOf(network, user.account.address, { from: 'base', sell: ['USDC', 100n * USDC], buy: ['ETH', ETHER] });
    const quotes = await market.quote(order);
    const bought = quotes.map((quote) => (quote.type === 'quoted' ? Number(BigInt(quote.buy)) / 1e18 : 0));
    expect(bought).toHaveLength(2);
    for (const ether of bought) (expect(ether).toBeGreaterThan(0.033), expect(ether).toBeLessThan(0.03334));
    const across = orderOf(network, user.account.address, {
      from: 'base',
      to: 'ethereum',
      sell: ['USDC', 100n * USDC],
      buy: ['DAI', ETHER],
    });
    expect((await market.quote(across)).find(({ type }) => type === 'pass')).toMatchObject({ reason: 'swaps on one chain only' });
  });

  it('wins, fills and restocks; the loser is told and lets go', async () => {
    const signed = await swap(3_000n * USDC, ETHER / 2n);
    const before = await balance('base', 'ETH', user.account.address);
    const { awarded, bids } = await market.auction(signed);
    expect(bids).toHaveLength(2);
    for (const { bid } of bids) expect(bid.buy).toBeGreaterThanOrEqual(boundsOf(signed.order).buyAtLeast);
    const id = orderId(signed.order);
    const [end] = await until(() => ends(id).length > 0 && ends(id));
    expect(end).toMatchObject({ outcome: 'settled' });
    expect((await balance('base', 'ETH', user.account.address)) - before).toBe(awarded!.award.buy);
    const loser = running.find(({ address }) => address !== awarded!.award.solver)!;
    expect(loser.lines.find((line) => line.event === 'lost' && line.order === id)?.reason).toBe('another bid was better');
  });

  it('restocks the amm’s working capital from the pool', async () => {
    const amm = running.find(({ name }) => name === 'amm')!;
    const signed = await user.sign(
      orderOf(network, user.account.address, { from: 'base', sell: ['USDC', 20_000n * USDC], buy: ['DAI', 1n], exact: 'in' }),
    );
    const [dai, usdc] = [await balance('base', 'DAI', amm.address), await balance('base', 'USDC', amm.address)];
    await stop('inventory');
    const { awarded } = await market.auction(signed);
    const [end] = await until(() => ends(orderId(signed.order)).length > 0 && ends(orderId(signed.order)));
    expect(end!.note).toMatch(/restocked by 0x/);
    expect(await balance('base', 'USDC', amm.address)).toBe(usdc);
    const earned = (await balance('base', 'DAI', amm.address)) - dai;
    expect(earned).toBeGreaterThan(0n);
    expect(earned).toBeLessThan(awarded!.award.buy / 1_000n);
    await start('inventory');
  });

  it('bids on nothing that it cannot do at the limit', async () => {
    const signed = await swap(100n * USDC, 3_000_000n * ETHER);
    const { bids, passes } = await market.auction(signed);
    expect(bids).toEqual([]);
    for (const pass of passes) expect(pass).toMatch(/the limit is/);
  });

  it('declines an award that cannot be executed, and says why', async () => {
    const poor = await network.user();
    const signed = await poor.sign(
      orderOf(network, poor.account.address, { from: 'base', sell: ['DAI', 150_000n * ETHER], buy: ['USDC', USDC] }),
    );
    const { declined, bids } = await market.auction(signed);
    expect(bids.length).toBeGreaterThan(0);
    expect(declined).toMatch(/would fail/);
  });

  it('goes on when the session breaks, and promises no balance twice', async () => {
    market.disconnect();
    await until(() => market.solvers().length === 2);
    const small = await start('small', {
      key: await network.solver({ ETH: ETHER, USDC: 500n * USDC, DAI: 150n * ETHER }),
      deskOf: desks.inventory!,
      change: { largestShareBps: 10_000, spreadBps: 0 },
    });
    const orders = await Promise.all(
      [1n, 2n, 3n].map(async (n) =>
        user.sign(orderOf(network, user.account.address, { from: 'base', sell: ['USDC', 60n * USDC + n], buy: ['DAI', ETHER] })),
      ),
    );
    await Promise.all(orders.map((signed) => market.auction(signed)));
    const [bids, passes] = ['bid', 'pass'].map((event) => small.lines.filter((line) => line.event === event));
    expect([bids!.length, passes!.length]).toEqual([2, 1]);
    expect(passes![0]!.reason).toMatch(/promised/);
    await stop('small');
  });
});

describe('the example desk', { timeout: 60_000 }, () => {
  it('is thirty lines, loads from its file, and wins an order', async () => {
    const file = new URL('../../solver/desks/example.ts', import.meta.url).pathname;
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    const desk = await start('example', { deskOf: await deskFrom(file) });
    const signed = await swap(30n * USDC, ETHER / 200n);
    const { bids, awarded } = await market.auction(signed);
    expect(bids.map(({ bid }) => bid.solver)).toContain(desk.address);
    expect(awarded).toBeDefined();
    await until(() => ends(orderId(signed.order)).length > 0);
    await stop('example');
  });
});

describe('the command', { timeout: 60_000 }, () => {
  it('is killed after its bid, and again after it accepted, and pays once', async () => {
    await Promise.all(running.splice(0).map((solver) => solver.stop()));
    const key = await network.solver();
    const dir = network.folder();
    const first = runCommand(key, dir);
    await first.ready;
    const order = orderOf(network, user.account.address, {
      from: 'ethereum',
      to: 'base',
      sell: ['USDC', 1_000n * USDC],
      buy: ['DAI', 900n * ETHER],
    });
    const signed = await user.sign(order);
    const [dai, usdc] = [
      await balance('base', 'DAI', user.account.address),
      await balance('ethereum', 'USDC', privateKeyToAccount(key).address),
    ];
    // Killed between its bid and the award: the bid stands all the same, and what it holds.
    let second = first;
    const again = async () => {
      second.child.kill('SIGKILL');
      await second.exit;
      second = runCommand(key, dir);
      await second.ready;
    };
    const { awarded } = await market.auction(signed, { between: again });
    await again();
    expect(second.words()).toMatch(/^ready inventory 0x[0-9a-fA-F]{40}\n$/);
    await until(async () => (await network.ledger('ethereum').stateOf(order)) === 'closed');
    expect((await balance('base', 'DAI', user.account.address)) - dai).toBe(awarded!.award.buy);
    expect((await balance('ethereum', 'USDC', privateKeyToAccount(key).address)) - usdc).toBe(1_000n * USDC);
    const status = await statusOf(key, dir);
    expect(status).toMatchObject({ problems: [] });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    expect(second.logs()).not.toContain(key.slice(2));
  });
});

function runCommand(key: Hex, dir: string, args = ['run', '--venue', 'inventory']) {
  const env = { PATH: process.env['PATH'], TENDER_SOLVER_KEY: key, TENDER_API: market.url, TENDER_SOLVER_DIR: dir };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/tender-solver.mjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  let logs = '';
  child.stderr.on('data', (chunk: Buffer) => (logs += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => (words += chunk.toString()).startsWith('ready') && resolve());
    child.on('exit', () => reject(new Error(logs)));
  });
  ready.catch(() => {});
  return { child, exit, ready, words: () => words, logs: () => logs };
}
async function statusOf(key: Hex, dir: string): Promise<Record<string, unknown>> {
  const command = runCommand(key, dir, ['status', '--json']);
  await command.exit;
  return JSON.parse(command.words()) as Record<string, unknown>;
}
