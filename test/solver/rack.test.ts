/** The compute provider on real chains: a job judged and paid, leases that end with a refund, also after the provider was killed. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Hex, sha256, stringToBytes, zeroHash } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { marketTypedData } from '../../intents/market.ts';
import { orderId, type OrderOf } from '../../intents/order.ts';
import { readConfig } from '../../solver/config.ts';
import { desks } from '../../solver/desks/index.ts';
import { startSolver } from '../../solver/start.ts';
import { type Market, openMarket, until } from './market.ts';
import { type Network, now, startNetwork, USDC, type User } from './network.ts';

let network: Network;
let market: Market;
let user: User;
let key: Hex;
let dir: string;
let solver: { stop(): Promise<void>; lines: { event: string; [name: string]: unknown }[] };
const meter = privateKeyToAccount(generatePrivateKey());

beforeAll(async () => {
  network = await startNetwork({ ticking: false });
  [market, user, key] = await Promise.all([openMarket(network), network.user(), network.solver()]);
  dir = network.folder();
  solver = await start();
});
afterAll(async () => {
  await solver.stop();
  await market.close();
  await network.stop();
});

async function start() {
  const read = readConfig(undefined, { TENDER_SOLVER_KEY: key, TENDER_API: market.url, TENDER_SOLVER_DIR: dir });
  if ('problems' in read) throw new Error(read.problems.join());
  const config = { ...read.config, bondTarget: 100 };
  const lines: { event: string }[] = [];
  const signal = new AbortController();
  let done: Promise<void>;
  await new Promise<void>((resolve, reject) => {
    done = startSolver({
      config,
      deskOf: desks.rack!(config),
      log: (event, detail) => lines.push({ event, ...detail }),
      signal: signal.signal,
      onReady: () => resolve(),
    });
    done.catch(reject);
  });
  return { lines, stop: () => (signal.abort(), done) };
}

const base = () => network.registry.chains.find(({ name }) => name === 'base')!;
const purse = (account: Hex) => network.ledger('base').balanceOf(account, base().bondToken);
const head = () => ({ chainId: base().id, settlement: base().contracts.escrow });
const common = () => ({ sentence: 'a test', user: user.account.address, nonce: BigInt(Math.floor(Math.random() * 2 ** 48)) });

function leaseOrder(change: { cpuMilli?: number; ackSeconds?: number; secondsAtMost?: number; memoryMiB?: number } = {}): OrderOf<'lease'> {
  const { cpuMilli = 1_000, ackSeconds = 30, secondsAtMost = 120, memoryMiB = 128 } = change;
  return {
    kind: 'lease',
    ...head(),
    message: {
      ...common(),
      sell: { token: base().bondToken, perHourAtMost: 3n * USDC, totalAtMost: USDC / 10n },
      buy: {
        resources: { cpuMilli, memoryMiB, diskGiB: 1, gpus: 0, gpuModel: '', gpuMemoryMiB: 0 },
        place: { regions: '', level: '' },
        workload: { runtime: 'sandbox', image: '', command: '', artifactSha256: zeroHash, sealedInputs: zeroHash },
        secondsAtMost,
      },
      terms: {
        auctioneer: network.auctioneer.address,
        exclusiveUntil: now() + 150,
        openBy: now() + 120,
        startBy: now() + 120,
        ackSeconds,
        windowSeconds: 600,
        noShowPenalty: USDC / 100n,
        meterKey: meter.address,
        verifier: base().contracts.lease,
      },
    },
  };
}
function jobOrder(program: Uint8Array, input: string, auditBps = 10_000): OrderOf<'job'> {
  return {
    kind: 'job',
    ...head(),
    message: {
      ...common(),
      sell: { token: base().bondToken, perBillionFuelAtMost: 4_500n, totalAtMost: USDC / 20n, auditBudget: USDC / 200n },
      buy: {
        runtime: 'wasi',
        command: 'primes.wasm',
        programSha256: sha256(program),
        inputSha256: sha256(stringToBytes(input)),
        fuelAtMost: 10_000_000_000n,
        memoryMiB: 64,
        outputMiB: 1,
      },
      terms: {
        auctioneer: network.auctioneer.address,
        exclusiveUntil: now() + 180,
        openBy: now() + 150,
        resultBy: now() + 300,
        challengeSeconds: 60,
        verdictSeconds: 600,
        auditBps,
        bondAtLeast: USDC / 20n,
        verifier: base().contracts.rerun,
      },
    },
  };
}
const voucher = (lease: Hex, seconds: number, machine: Hex, last: boolean) =>
  meter.signTypedData(
    marketTypedData('Voucher', { lease, seconds, meter: machine, last }, base().id, base().contracts.escrow) as never,
  );
/** Wins the lease for the provider and waits until its clock runs. */
async function rent(order: OrderOf<'lease'>) {
  const id = orderId(order);
  const signed = await user.sign(order);
  // What the lease before it held is given back a moment after it closed.
  const awarded = await until(async () => (await market.auction(signed)).awarded, 5_000);
  await until(async () => {
    const beat = await market.relay(id, { type: 'heartbeat', nonce: 'first' });
    return beat.type === 'beat' && beat.seconds > 0;
  });
  return { id, perHour: awarded.award.sell };
}
/** One heartbeat, acknowledged. */
async function acknowledge(id: Hex): Promise<number> {
  const beat = await market.relay(id, { type: 'heartbeat', nonce: crypto.randomUUID() });
  if (beat.type !== 'beat') throw new Error(JSON.stringify(beat));
  const answer = await market.relay(id, {
    type: 'acknowledge',
    seconds: beat.seconds,
    meter: beat.meter,
    signature: await voucher(id, beat.seconds, beat.meter, false),
  });
  expect(answer).toMatchObject({ type: 'acknowledged' });
  return beat.seconds;
}
const closed = (order: OrderOf<'lease' | 'job'>) => until(async () => (await network.ledger('base').stateOf(order)) === 'closed', 30_000);
const bond = async () => network.ledger('base').bondOf(privateKeyToAccount(key).address, network.auctioneer.address);

describe('the rack', { timeout: 90_000 }, () => {
  it('runs a job, has it judged, and is paid for its fuel alone', async () => {
    const program = new Uint8Array(readFileSync(new URL('../programs/primes.wasm', import.meta.url)));
    const input = '20000';
    for (const bytes of [program, stringToBytes(input)]) market.artifacts.set(sha256(bytes), bytes);
    const order = jobOrder(program, input);
    const before = await purse(user.account.address);
    const { awarded, passes } = await market.auction(await user.sign(order));
    expect(passes).toEqual([]);
    await closed(order);
    const report = market.reports.find((frame) => frame.order === orderId(order))!.fact as {
      fuel: string;
      output: string;
      exitCode: number;
    };
    expect(report.exitCode).toBe(0);
    expect(new TextDecoder().decode(market.artifacts.get((report as { output: string }).output as Hex))).toMatch(/2262/);
    const pay = (awarded!.award.sell * BigInt(report.fuel)) / 1_000_000_000n;
    expect(before - (await purse(user.account.address))).toBe(pay + order.message.sell.auditBudget);
  });

  it('leases a machine, and ends it at the agreed second with a refund in the same transaction', async () => {
    const order = leaseOrder();
    const before = await purse(user.account.address);
    const { id, perHour } = await rent(order);
    expect((await bond()).locked).toBe(USDC / 100n);
    expect(await market.relay(id, { type: 'run', command: 'echo $((6 * 7))', timeoutMs: 5_000 })).toMatchObject({
      type: 'ran',
      exitCode: 0,
      stdout: '42\n',
    });
    const seconds = await acknowledge(id);
    expect(
      await market.relay(id, { type: 'acknowledge', seconds: 100, meter: zeroHash, signature: await voucher(id, 100, zeroHash, false) }),
    ).toMatchObject({ type: 'refused', code: 'too_many_seconds' });
    expect(
      await market.relay(id, { type: 'acknowledge', seconds: seconds + 1, meter: zeroHash, signature: `0x${'11'.repeat(65)}` }),
    ).toMatchObject({ type: 'refused' });
    const stopped = await market.relay(id, { type: 'stop' });
    if (stopped.type !== 'stopped') throw new Error(JSON.stringify(stopped));
    expect(stopped.seconds).toBeGreaterThanOrEqual(seconds);
    expect(await market.relay(id, { type: 'run', command: 'true', timeoutMs: 1_000 })).toMatchObject({ type: 'refused' });
    const last = { seconds: stopped.seconds, meter: stopped.meter };
    expect(await market.relay(id, { type: 'last', ...last, signature: await voucher(id, last.seconds, last.meter, true) })).toEqual({
      type: 'closing',
    });
    await closed(order);
    expect(before - (await purse(user.account.address))).toBe((perHour * BigInt(stopped.seconds)) / 3_600n);
    expect((await bond()).locked).toBe(0n);
  });

  it('stops a machine that nobody acknowledges, for what was acknowledged', async () => {
    const order = leaseOrder({ ackSeconds: 4 });
    const before = await purse(user.account.address);
    const { id, perHour } = await rent(order);
    const seconds = await acknowledge(id);
    await closed(order);
    expect(before - (await purse(user.account.address))).toBe((perHour * BigInt(seconds)) / 3_600n);
    expect(solver.lines.find((line) => line.event === 'lease.over' && line.order === id)).toMatchObject({
      why: 'no acknowledgement for 4 s',
    });
  });

  it('ends a lease whose machine died with it, at the last acknowledgement', async () => {
    const order = leaseOrder({ ackSeconds: 60 });
    const before = await purse(user.account.address);
    const { id, perHour } = await rent(order);
    const seconds = await acknowledge(id);
    await solver.stop();
    solver = await start();
    await closed(order);
    expect(before - (await purse(user.account.address))).toBe((perHour * BigInt(seconds)) / 3_600n);
    expect(solver.lines.find((line) => line.event === 'lease.over')).toMatchObject({
      why: 'the machine was lost with the process that ran it',
    });
  });

  it('never sells more than there is', async () => {
    const order = leaseOrder({ cpuMilli: availableParallelism() * 1_000 });
    const { id } = await rent(order);
    const { passes, bids } = await market.auction(await user.sign(leaseOrder({ cpuMilli: 500 })));
    expect(bids).toEqual([]);
    expect(passes[0]).toMatch(/rack:cpuMilli: needs 500/);
    expect((await market.auction(await user.sign(leaseOrder({ memoryMiB: 2 ** 30 })))).passes[0]).toMatch(/memory: needs/);
    const stopped = await market.relay(id, { type: 'stop' });
    if (stopped.type !== 'stopped') throw new Error(JSON.stringify(stopped));
    await market.relay(id, {
      type: 'last',
      seconds: stopped.seconds,
      meter: stopped.meter,
      signature: await voucher(id, stopped.seconds, stopped.meter, true),
    });
    await closed(order);
    const next = await user.sign(leaseOrder({ cpuMilli: 500 }));
    await until(async () => (await market.auction(next)).bids.length === 1, 5_000);
  });
});
