/** `npm start` on this machine: it serves, keeps what it knows, ends whole however it is ended, and says what is in its way. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ports } from '../../api/local/ports.ts';
import { recorded } from '../../api/local/pids.ts';
import { isRunning } from '../../api/local/processes.ts';
import { until } from '../api/local/place.ts';
import { npmStart, portsFor, remains, type Started } from './started.ts';

const NEWCOMER = '0x00000000000000000000000000000000000a11ce';
const PARTS = ['api', 'keeper', 'attester-1', 'attester-2', 'attester-3', 'solver-amm', 'solver-inventory', 'solver-rack', 'postgres', 'tender'];
const isRoot = process.getuid?.() === 0;
// What is left running is looked up in /proc.
const linux = process.platform === 'linux';

const folder = () => mkdtempSync(join(tmpdir(), 'tender-start-'));
const json = async <T>(url: string, init?: RequestInit) => (await (await fetch(url, init)).json()) as T;
const post = (body: string | Uint8Array, type: string) => ({ method: 'POST', headers: { 'content-type': type }, body: body as BodyInit });
const onChain = async (port: number, method: string, params: unknown[] = []) =>
  BigInt((await json<{ result: string }>(`http://127.0.0.1:${port}`, post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), 'application/json'))).result);

async function isGone(dir: string, ports: Ports, withinMs: number): Promise<void> {
  const left = () => [...remains(dir, ports), ...Object.entries(recorded(dir)).flatMap(([name, process]) => (isRunning(process) ? [name] : []))];
  await until(() => left().length === 0, withinMs, () => `these still run: ${left().join(' | ')}`);
  expect(left()).toEqual([]);
}

describe.runIf(linux)('npm start', () => {
  const dir = folder();
  let ports: Ports;
  let program: string | undefined;
  let before: { height: bigint; wei: bigint };
  let current: Started;

  beforeAll(async () => void (ports = await portsFor()));
  afterAll(async () => {
    if (remains(dir, ports).length > 0) current.ctrlC();
    await until(() => remains(dir, ports).length === 0, 15_000);
    rmSync(dir, { recursive: true, force: true });
  }, 20_000);

  it('serves the API, the network and the page, with every process on its list', async () => {
    current = npmStart({ dir, ports });
    await current.ready;
    expect(await json(`${current.url}/health`)).toMatchObject({ ok: true });
    const network = await json<{ chains: { name: string; id: number; rpc: string[] }[] }>(`${current.url}/v1/network`);
    expect(network.chains.map(({ name, id, rpc }) => [name, id, rpc[0]])).toEqual([
      ['ethereum', 31301, `http://127.0.0.1:${ports.ethereum}`],
      ['base', 31302, `http://127.0.0.1:${ports.base}`],
      ['arbitrum', 31303, `http://127.0.0.1:${ports.arbitrum}`],
    ]);
    const page = await (await fetch(`${current.url}/`)).text();
    const script = /src="([^"]+\.js)"/.exec(page)?.[1];
    expect((await fetch(new URL(script ?? 'missing', `${current.url}/`))).status).toBe(200);
    expect(Object.keys(recorded(dir))).toEqual(expect.arrayContaining([...PARTS, 'chain-ethereum', 'chain-base', 'chain-arbitrum']));
  }, 120_000);

  it('ends whole at Ctrl-C', async () => {
    await fetch(`${current.url}/v1/faucet`, post(JSON.stringify({ address: NEWCOMER }), 'application/json'));
    program = (await json<{ sha256: string }>(`${current.url}/v1/artifacts`, post(new TextEncoder().encode(`kept in ${dir}`), 'application/octet-stream'))).sha256;
    before = { height: await onChain(ports.base, 'eth_blockNumber'), wei: await onChain(ports.base, 'eth_getBalance', [NEWCOMER, 'latest']) };
    expect(before.wei).toBeGreaterThan(0n);
    current.ctrlC();
    const { code, signal } = await current.ended;
    // npm ends as its shell does, which Ctrl-C reaches too.
    expect([0, 130, 'SIGINT']).toContain(signal ?? code);
    await isGone(dir, ports, 1_000);
    expect(current.complained()).toBe('');
  }, 30_000);

  it('starts again with the chains and the database as they were, and leaves no orphan at kill −9', async () => {
    current = npmStart({ dir, ports });
    await current.ready;
    expect(await onChain(ports.base, 'eth_blockNumber')).toBeGreaterThanOrEqual(before.height);
    expect(await onChain(ports.base, 'eth_getBalance', [NEWCOMER, 'latest'])).toBe(before.wei);
    expect(await (await fetch(`${current.url}/v1/artifacts/${program}`)).text()).toBe(`kept in ${dir}`);
    process.kill(current.node(), 'SIGKILL');
    await isGone(dir, ports, 5_000);
  }, 90_000);

  it('starts again after kill −9, and ends whole at SIGTERM', async () => {
    current = npmStart({ dir, ports, args: ['--solvers', 'rack'] });
    await current.ready;
    expect(await onChain(ports.base, 'eth_getBalance', [NEWCOMER, 'latest'])).toBe(before.wei);
    process.kill(current.node(), 'SIGTERM');
    expect(await current.ended).toEqual({ code: 0, signal: null });
    await isGone(dir, ports, 1_000);
  }, 90_000);

  it('ends whole when npm is killed, also while it still starts', async () => {
    current = npmStart({ dir, ports });
    await until(() => recorded(dir).postgres && recorded(dir)['chain-base'], 60_000, () => `it did not start: ${current.complained()}`);
    process.kill(current.npm, 'SIGKILL');
    await isGone(dir, ports, 10_000);
    expect(current.said()).not.toContain('ready in');
  }, 90_000);
});

describe.runIf(linux)('what is in the way is one sentence and exit code 1', () => {
  async function refusal(options: Omit<Parameters<typeof npmStart>[0], 'ports'> & { ports?: Ports }): Promise<string> {
    const ports = options.ports ?? (await portsFor());
    const start = npmStart({ ...options, ports });
    void start.ready.then(start.ctrlC, () => undefined);
    expect((await start.ended).code).toBe(1);
    await isGone(options.dir, ports, 3_000);
    const lines = start.complained().trim().split('\n').filter((line) => !line.startsWith('npm '));
    expect(lines).toHaveLength(1);
    return lines[0] as string;
  }

  it.each(['api', 'arbitrum'] as const)('the port of %s is taken', async (part) => {
    const dir = folder();
    const ports = await portsFor();
    const stranger = createServer().listen(ports[part], '127.0.0.1');
    expect(await refusal({ dir, ports })).toMatch(new RegExp(`^Port ${ports[part]}, which "${part}" listens on, is taken by another program\\. .*TENDER_PORT_${part.toUpperCase()}`));
    await new Promise((resolve) => stranger.close(resolve));
    rmSync(dir, { recursive: true });
  }, 30_000);

  it('the data folder is a file', async () => {
    const dir = folder();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(await refusal({ dir: file })).toMatch(/^The data folder cannot be written: .*file/);
    rmSync(dir, { recursive: true });
  }, 30_000);

  it('the data folder may not be written', async () => {
    const dir = folder();
    chmodSync(dir, 0o555);
    const as = { uid: 65534, gid: 65534 };
    if (isRoot) chownSync(dir, 0, 0);
    expect(await refusal({ dir, ...(isRoot && { as, env: { HOME: '/', TMPDIR: '/tmp' } }) })).toMatch(/^The data folder cannot be written: .*TENDER_DATA/);
    chmodSync(dir, 0o755);
    rmSync(dir, { recursive: true });
  }, 30_000);

  it('there is no anvil for this machine', async () => {
    const dir = folder();
    const preload = join(dir, 'without.cjs');
    writeFileSync(preload, WITHOUT_ANVIL);
    const data = join(dir, 'data');
    mkdirSync(data);
    const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !existsSync(join(entry, 'anvil')));
    const env = { NODE_OPTIONS: `--require ${preload}`, TENDER_ANVIL: '', PATH: path.join(delimiter) };
    expect(await refusal({ dir: data, env, bare: true })).toMatch(/^There is no anvil for this machine \(linux \w+\)\. .*TENDER_ANVIL/);
    rmSync(dir, { recursive: true });
  }, 30_000);

  it.runIf(isRoot && canMount())('the disk is full', async () => {
    const dir = folder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir]);
    try {
      expect(await refusal({ dir })).toMatch(/^The disk that holds .* is full\. .*TENDER_DATA/);
    } finally {
      execFileSync('umount', [dir]);
      rmSync(dir, { recursive: true });
    }
  }, 30_000);
});

/** Loaded first: no package of anvil is found, as on a platform that has none. */
const WITHOUT_ANVIL = `const { Module } = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (name.startsWith('@foundry-rs/anvil')) throw Object.assign(new Error('no ' + name), { code: 'MODULE_NOT_FOUND' });
  return resolve(name, ...rest);
};`;

function canMount(): boolean {
  const dir = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
