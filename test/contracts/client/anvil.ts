/** A private anvil on a free port, for the tests in this folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { anvilProgram } from '../../../api/local/binaries.ts';

export type Anvil = { url: string; chainId: number; rpc<T = unknown>(method: string, ...params: unknown[]): Promise<T>; mine(blocks?: number): Promise<void>; stop(): Promise<void> };

/** `blockTime` in seconds (fractions allowed); without it every transaction gets its block at once. `genesis`: time of the first block. */
export async function startAnvil({ chainId = 31337, blockTime, genesis }: { chainId?: number; blockTime?: number; genesis?: number } = {}): Promise<Anvil> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--chain-id', `${chainId}`, '--hardfork', 'prague', '--slots-in-an-epoch', '1', '--quiet', ...(blockTime ? ['--block-time', `${blockTime}`] : []), ...(genesis ? ['--timestamp', `${genesis}`] : [])];
  const child = spawn(anvilProgram(), args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const rpc = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
    const body = (await answer.json()) as { result: T; error?: { message: string } };
    if (body.error) throw new Error(`${method}: ${body.error.message}`);
    return body.result;
  };
  for (let n = 0; ; n++) {
    const up = await rpc('eth_chainId').catch(() => undefined);
    if (up) break;
    if (n > 400) throw new Error('anvil did not start');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url, chainId, rpc, mine: async (blocks = 1) => void (await rpc('anvil_mine', `0x${blocks.toString(16)}`)), stop: () => ended(child) };
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** anvil's well-known funded accounts (mnemonic "test test … junk"). */
const KEYS: Hex[] = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
  '0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a',
  '0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba',
  '0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e',
  '0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356',
];
export const accounts = KEYS.map((key) => privateKeyToAccount(key));
