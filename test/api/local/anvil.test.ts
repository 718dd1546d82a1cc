import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startChain } from '../../../api/local/anvil.ts';
import { recorded } from '../../../api/local/pids.ts';
import { freePortList } from '../../../api/local/ports.ts';
import { identify, isRunning } from '../../../api/local/processes.ts';
import { place, runSource, until } from './place.ts';

const RICH = '0x00000000000000000000000000000000000000aa';
type Block = { number: string; timestamp: string; hash: string };

async function chainIn(dir: string, port?: number) {
  const chain = await startChain({ id: 31301, name: 'ethereum', port: port ?? ((await freePortList(1))[0] as number), dir });
  onTestFinished(() => chain.stop());
  const block = (tag: string) => chain.rpc<Block>('eth_getBlockByNumber', [tag, false]);
  return { ...chain, block, height: async () => Number((await block('latest')).number) };
}

describe('a local chain', () => {
  it('starts under its id without unlocked accounts, and is final after two blocks', async () => {
    const chain = await chainIn(place());
    expect(chain.fresh).toBe(true);
    expect(await chain.rpc('eth_chainId')).toBe('0x7a45');
    expect(await chain.rpc('eth_accounts')).toEqual([]);
    await chain.rpc('anvil_mine', ['0x5']);
    expect(Number((await chain.block('finalized')).number)).toBe(3);
  });

  it('goes on where it was stopped: state, blocks of one second, clock of this machine', async () => {
    const dir = place();
    const first = await chainIn(dir);
    await first.rpc('anvil_setBalance', [RICH, '0x123']);
    await first.rpc('anvil_mine', ['0x3']);
    const third = await first.block('0x3');
    await first.stop();
    expect(recorded(dir)).toEqual({});

    const second = await chainIn(dir);
    expect(second.fresh).toBe(false);
    expect(await second.rpc('eth_getBalance', [RICH, 'latest'])).toBe('0x123');
    expect((await second.block('0x3')).hash).toBe(third.hash);
    await second.mineEverySecond();
    const from = await second.height();
    await until(async () => (await second.height()) >= from + 2, 5_000);
    const [last, before] = await Promise.all([second.block('latest'), second.block(`0x${from.toString(16)}`)]);
    expect(Number(last.timestamp)).toBeGreaterThan(Number(before.timestamp));
    expect(Math.abs(Number(last.timestamp) - Date.now() / 1000)).toBeLessThan(3);
  });

  it('survives kill −9 of anvil: what was mined a second ago is kept', async () => {
    const dir = place();
    const first = await chainIn(dir);
    await first.rpc('anvil_setBalance', [RICH, '0x5']);
    await first.save();
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await chainIn(dir);
    expect(await second.rpc('eth_getBalance', [RICH, 'latest'])).toBe('0x5');
  });

  it('saves by itself after a block with a transaction, and not after an empty one', async () => {
    const dir = place();
    const chain = await chainIn(dir);
    const file = join(dir, 'chains/ethereum.json');
    const savedHeight = () => (existsSync(file) ? Number(JSON.parse(readFileSync(file, 'utf8')).best_block_number) : -1);
    await until(() => savedHeight() >= 0, 5_000);
    await chain.rpc('anvil_mine', ['0x2']);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(savedHeight()).toBe(0);
    await chain.rpc('anvil_setBalance', [RICH, '0xffffffffffffffff']);
    await chain.rpc('anvil_impersonateAccount', [RICH]);
    await chain.rpc('eth_sendTransaction', [{ from: RICH, to: RICH, value: '0x1' }]);
    await until(() => savedHeight() === 3, 5_000, () => `saved at ${savedHeight()}`);
  });

  it('ignores a state that a kill cut in half and takes the whole one before it', async () => {
    const dir = place();
    const first = await chainIn(dir);
    await first.rpc('anvil_setBalance', [RICH, '0x7']);
    await first.save();
    await first.stop();
    writeFileSync(join(dir, 'chains/ethereum.json.exit'), '{"block":{"number":"0x9","acc');
    const second = await chainIn(dir);
    expect(await second.rpc('eth_getBalance', [RICH, 'latest'])).toBe('0x7');
  });
});

describe('a chain that cannot start', () => {
  it('says which port is taken, what wants it, and how to choose another', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const error = await startChain({ id: 31302, name: 'base', port, dir: place() }).catch((thrown) => thrown);
    expect(error.toJSON()).toEqual({
      code: 'port_taken',
      message: `Port ${port}, which "base" listens on, is taken by another program.`,
      hint: 'Stop that program, or choose another port with TENDER_PORT_BASE=PORT.',
      param: String(port),
    });
  });
});

describe('when the parent is killed −9', () => {
  const parent = (dir: string, port: number) => runSource(`
    import { startChain } from './api/local/anvil.ts';
    const chain = await startChain({ id: 31301, name: 'ethereum', port: ${port}, dir: '${dir}' });
    await chain.rpc('anvil_setBalance', ['${RICH}', '0x9']);
    console.log('pid', chain.pid);
    setInterval(() => undefined, 1000);
  `);
  const pidSaidBy = (child: ReturnType<typeof parent>) =>
    until(() => /pid (\d+)/.exec(child.said())?.[1], 15_000, child.said).then((pid) => identify(Number(pid)));

  it('the chain ends by itself and leaves its state', async () => {
    const dir = place();
    const [port] = (await freePortList(1)) as [number];
    const child = parent(dir, port);
    const chain = await pidSaidBy(child);
    child.kill('SIGKILL');
    await until(() => chain && !isRunning(chain), 3_000);
    expect(await (await chainIn(dir, port)).rpc('eth_getBalance', [RICH, 'latest'])).toBe('0x9');
  });

  it('a new start at once stops the old chain and takes its port', async () => {
    const dir = place();
    const [port] = (await freePortList(1)) as [number];
    const child = parent(dir, port);
    const chain = await pidSaidBy(child);
    child.kill('SIGKILL');
    const again = await chainIn(dir, port);
    expect(again.pid).not.toBe(chain?.pid);
    expect(await again.rpc('eth_getBalance', [RICH, 'latest'])).toBe('0x9');
  });
}, 30_000);
