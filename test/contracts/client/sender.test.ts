/** The sender on a real node: exactly one effect per key, through crashes, drops, fee rises, reverts and reorgs. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, encodeFunctionData, erc20Abi, type Hex, type LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evmLedger } from '../../../contracts/client/evm.ts';
import type { Journal, JournalRow } from '../../../contracts/client/journal.ts';
import type { Call } from '../../../contracts/client/ledger.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { createSender, type SenderOptions } from '../../../contracts/client/sender.ts';
import { TenderError } from '../../../intents/errors.ts';
import { type FileJournal, openJournal } from '../../../solver/journal.ts';
import { accounts, type Anvil, startAnvil } from './anvil.ts';
import { bareChain } from './bare.ts';
import { tokenAbi, tokenCode } from './token.ts';

let anvil: Anvil;
let dir: string;
let journal: FileJournal;
let account: LocalAccount;
let n = 0;
const minter = accounts[0]!;

beforeAll(async () => {
  anvil = await startAnvil();
  dir = await mkdtemp(join(tmpdir(), 'tender-sender-'));
});
afterAll(async () => {
  await anvil.stop();
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  await anvil.rpc('evm_setAutomine', true);
  account = privateKeyToAccount(generatePrivateKey());
  await anvil.rpc('anvil_setBalance', account.address, '0x56bc75e2d63100000');
  journal = await openJournal(join(dir, `${n++}.jsonl`));
  return () => journal.close();
});

const ledger = () => evmLedger({ chain: bareChain(anvil.chainId, anvil.url) });
const senderWith = (change: Partial<SenderOptions> = {}) =>
  createSender({ ledger: ledger(), rpc: anvil.url, account, journal, pollMs: 20, stuckMs: 60_000, ...change });
const payTo = (to: Address, value = 1n): Call => ({ chainId: anvil.chainId, to, data: '0x', value, what: 'pay' });
const someone = () => privateKeyToAccount(generatePrivateKey()).address;
const balance = (address: Address) => clientOf(anvil.url).getBalance({ address });
const used = () => clientOf(anvil.url).getTransactionCount({ address: account.address });
const until = async (check: () => Promise<unknown>) => {
  for (let i = 0; i < 500; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came true');
};
const stateOf = async (key: string) => (await journal.get(key))?.state;
/** Lets the sender work while `body` runs. */
async function watching<T>(sender: ReturnType<typeof senderWith>, body: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const watch = sender.watch(end.signal);
  try {
    return await body();
  } finally {
    end.abort();
    await watch;
  }
}
async function deployToken(): Promise<Address> {
  const hash = await anvil.rpc<Hex>('eth_sendTransaction', { from: minter.address, data: tokenCode('TST', 18, minter.address) });
  const { contractAddress } = await clientOf(anvil.url).waitForTransactionReceipt({ hash });
  const data = encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [account.address, 100n] });
  await anvil.rpc('eth_sendTransaction', { from: minter.address, to: contractAddress, data });
  return contractAddress!;
}
const transfer = (token: Address, to: Address, amount: bigint): Call => ({
  chainId: anvil.chainId, to: token, value: 0n, what: 'transfer', data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] }),
});

describe('an ordinary transaction', () => {
  it('is mined, then final', async () => {
    const to = someone();
    const sender = senderWith();
    const row = await sender.send('pay:1', payTo(to));
    expect(row).toMatchObject({ key: 'pay:1', state: 'mined', nonce: 0, mined: { status: 'success' } });
    expect(await balance(to)).toBe(1n);
    await anvil.mine(2);
    await sender.step();
    expect(await stateOf('pay:1')).toBe('final');
  });
  it('asked for twice under one key is sent once', async () => {
    const to = someone();
    const sender = senderWith();
    const [a, b] = await Promise.all([sender.send('pay', payTo(to)), sender.send('pay', payTo(to))]);
    const c = await sender.send('pay', payTo(to));
    expect(new Set([a.mined?.hash, b.mined?.hash, c.mined?.hash]).size).toBe(1);
    expect(await balance(to)).toBe(1n);
  });
  it('among many at once: nonces without gaps', async () => {
    const to = someone();
    const sender = senderWith();
    const rows = await Promise.all(Array.from({ length: 20 }, (_, i) => sender.send(`pay:${i}`, payTo(to))));
    expect(rows.map(({ nonce }) => nonce).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await balance(to)).toBe(20n);
  });
  it('belongs to one chain and one account', async () => {
    await expect(senderWith().send('pay', { ...payTo(someone()), chainId: 1 })).rejects.toMatchObject({ code: 'wrong_chain' });
    await senderWith().send('pay', payTo(someone()));
    const other = privateKeyToAccount(generatePrivateKey());
    await expect(senderWith({ account: other }).send('pay', payTo(someone()))).rejects.toMatchObject({ code: 'key_in_use' });
  });
});

describe('a transaction that fails', () => {
  it('is not sent when it would revert, and takes no nonce', async () => {
    const token = await deployToken();
    const sender = senderWith();
    await expect(sender.send('t', transfer(token, someone(), 101n))).rejects.toMatchObject({ code: 'insufficient_balance' });
    await expect(sender.send('p', payTo(someone(), 10n ** 30n))).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(journal.rows()).toEqual([]);
    expect((await sender.send('t', transfer(token, someone(), 100n))).nonce).toBe(0);
  });
  it('comes back as failed, with the reason, when it reverts in its block', async () => {
    const token = await deployToken();
    const sender = senderWith();
    const to = someone();
    await anvil.rpc('evm_setAutomine', false);
    const sends = [sender.send('a', transfer(token, to, 100n)), sender.send('b', transfer(token, to, 100n))];
    await until(async () => (await stateOf('a')) === 'sent' && (await stateOf('b')) === 'sent');
    await anvil.mine();
    const rows = (await Promise.all(sends)).sort((x, y) => x.nonce - y.nonce);
    expect(rows.map(({ state }) => state)).toEqual(['mined', 'failed']);
    expect(rows[1]!.mined?.status).toBe('reverted');
    expect(rows[1]!.error).toMatch(/^(insufficient_balance|reverted): /);
    expect(await stateOf(rows[1]!.key)).toBe('mined');
    await anvil.mine(2);
    await sender.step();
    expect([await stateOf(rows[0]!.key), await stateOf(rows[1]!.key)]).toEqual(['final', 'failed']);
  });
  it('that was only intended gives its nonce back', async () => {
    const token = await deployToken();
    await journal.intend('t', account.address, transfer(token, someone(), 101n), 0);
    await senderWith().recover();
    expect(await journal.get('t')).toMatchObject({ state: 'failed', hashes: [] });
    expect((await senderWith().send('p', payTo(someone()))).nonce).toBe(0);
  });
  it('does not hold up what stands behind it', async () => {
    const token = await deployToken();
    const to = someone();
    await journal.intend('t', account.address, transfer(token, someone(), 101n), 0);
    await journal.intend('p', account.address, payTo(to), 0);
    const sender = senderWith();
    await sender.recover();
    expect((await sender.send('p', payTo(to))).nonce).toBe(1);
    expect(await sender.send('t', transfer(token, to, 101n))).toMatchObject({ state: 'failed', error: expect.stringContaining('insufficient_balance') });
    await anvil.mine(2);
    await sender.step();
    expect([await stateOf('t'), await stateOf('p')]).toEqual(['failed', 'final']);
  });
  it('whose nonce another process used fails when that is final, and can be sent under another key', async () => {
    const to = someone();
    await journal.intend('p', account.address, payTo(to), 0);
    const raw = await account.signTransaction({ type: 'eip1559', chainId: anvil.chainId, nonce: 0, to: someone(), value: 1n, gas: 21_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n });
    await anvil.rpc('eth_sendRawTransaction', raw);
    const sender = senderWith();
    await sender.recover();
    expect(await stateOf('p')).toBe('intended');
    await anvil.mine(2);
    await sender.recover();
    expect(await journal.get('p')).toMatchObject({ state: 'failed', error: expect.stringContaining('nonce_taken') });
    expect(await sender.send('p#2', payTo(to))).toMatchObject({ nonce: 1, state: 'mined' });
    expect(await balance(to)).toBe(1n);
  });
});

describe('a transaction that gets lost', () => {
  it('is broadcast again when the pool drops it', async () => {
    const to = someone();
    const sender = senderWith();
    await anvil.rpc('evm_setAutomine', false);
    const sent = sender.send('p', payTo(to));
    await until(async () => (await stateOf('p')) === 'sent');
    await anvil.rpc('anvil_dropTransaction', (await journal.get('p'))!.hashes[0]);
    await until(async () => (await anvil.rpc('eth_getTransactionByHash', (await journal.get('p'))!.hashes[0])) !== null);
    await anvil.mine();
    expect((await sent).hashes.length).toBe(1);
    expect(await balance(to)).toBe(1n);
  });
  it('pays more when it is stuck, and counts whichever of its forms is mined', async () => {
    const to = someone();
    let now = 0;
    const sender = senderWith({ stuckMs: 1_000, clock: () => now });
    await anvil.rpc('evm_setAutomine', false);
    const sent = sender.send('p', payTo(to));
    await until(async () => (await stateOf('p')) === 'sent');
    await anvil.rpc('anvil_setNextBlockBaseFeePerGas', '0x174876e800');
    await anvil.mine();
    await until(async () => {
      now += 100;
      return (await journal.get('p'))!.hashes.length === 3;
    });
    await anvil.mine();
    const row = await sent;
    expect(row.mined?.hash).toBe(row.hashes.at(-1));
    expect(await balance(to)).toBe(1n);
    expect(await used()).toBe(1);
  });
  it('fills nonces that a shortened chain forgot', async () => {
    const to = someone();
    let now = 0;
    await journal.intend('p', account.address, payTo(to), 2);
    const sender = senderWith({ stuckMs: 1_000, clock: () => now });
    await sender.step();
    now += 2_000;
    await sender.step();
    expect(await sender.send('p', payTo(to))).toMatchObject({ nonce: 2, state: 'mined' });
  });
});

describe('a reorg', () => {
  it.each([1, 2, 3])('of %i blocks takes mined rows back, and they are mined again', async (depth) => {
    const recipients = Array.from({ length: 3 }, someone);
    const slow = evmLedger({ chain: bareChain(anvil.chainId, anvil.url, { finality: 10 }) });
    const sender = senderWith({ ledger: slow });
    for (const [i, to] of recipients.entries()) await sender.send(`p:${i}`, payTo(to));
    const before = await Promise.all(recipients.map((_, i) => journal.get(`p:${i}`)));
    await anvil.rpc('anvil_reorg', depth, []);
    expect(await used()).toBe(3 - depth);
    await watching(sender, () => until(async () => (await used()) === 3));
    await sender.step();
    for (const [i, to] of recipients.entries()) {
      const row = (await journal.get(`p:${i}`))!;
      expect(row.state).toBe('mined');
      expect(row.hashes).toEqual(before[i]!.hashes);
      expect(row.mined!.blockHash === before[i]!.mined!.blockHash).toBe(i < 3 - depth);
      expect(await balance(to)).toBe(1n);
    }
    await anvil.mine(10);
    await sender.step();
    expect(await Promise.all(recipients.map((_, i) => stateOf(`p:${i}`)))).toEqual(['final', 'final', 'final']);
  });
  it('that replays the transaction in another block only moves it', async () => {
    const to = someone();
    const sender = senderWith();
    const first = await sender.send('p', payTo(to));
    await anvil.rpc('anvil_reorg', 1, [[first.raw[0], 0]]);
    await sender.step();
    const row = (await journal.get('p'))!;
    expect(row).toMatchObject({ state: 'mined', mined: { hash: first.mined!.hash } });
    expect(row.mined!.blockHash).not.toBe(first.mined!.blockHash);
  });
});

describe('a crash', () => {
  class Crash extends Error {}
  /** Throws at the n-th point: each journal write has one before and one after, each signature one. */
  function crashing(at: number): { journal: Journal; account: LocalAccount; points(): number } {
    let seen = 0;
    const point = () => {
      if (++seen === at) throw new Crash(`point ${at}`);
    };
    const around = async (write: () => Promise<JournalRow>) => {
      point();
      const row = await write();
      point();
      return row;
    };
    return {
      points: () => seen,
      journal: { ...journal, intend: (...args) => around(() => journal.intend(...args)), update: (...args) => around(() => journal.update(...args)) },
      account: { ...account, signTransaction: (async (...args: Parameters<LocalAccount['signTransaction']>) => {
        point();
        return account.signTransaction(...args);
      }) as LocalAccount['signTransaction'] },
    };
  }
  it.each([1, 2, 3, 4, 5, 6, 7])('at point %i leaves one effect, found again', async (at) => {
    const to = someone();
    await expect(senderWith(crashing(at)).send('p', payTo(to))).rejects.toThrow(Crash);
    const sender = senderWith();
    await sender.recover();
    const row = await sender.send('p', payTo(to));
    expect(row).toMatchObject({ state: 'mined', nonce: 0 });
    expect(await balance(to)).toBe(1n);
    expect(await used()).toBe(1);
  });
  it('has no further points', async () => {
    const never = crashing(0);
    await senderWith(never).send('p', payTo(someone()));
    expect(never.points()).toBe(7);
  });

  it('by SIGKILL at each point leaves one effect', async () => {
    const child = (at: number, key: Hex, path: string, to: Address) =>
      new Promise<NodeJS.Signals | null>((resolve) => {
        const script = join(import.meta.dirname, 'killed.ts');
        const process_ = spawn(process.execPath, ['bin/run.mjs', script, anvil.url, `${anvil.chainId}`, path, to, `${at}`], { stdio: ['pipe', 'inherit', 'inherit'] });
        process_.stdin.end(key);
        process_.once('exit', (_, signal) => resolve(signal));
      });
    const runs = await Promise.all([2, 3, 4, 5].map(async (at) => {
      const key = generatePrivateKey();
      const run = { at, account: privateKeyToAccount(key), path: join(dir, `killed-${at}.jsonl`), to: someone() };
      await anvil.rpc('anvil_setBalance', run.account.address, '0x56bc75e2d63100000');
      return { ...run, signal: await child(at, key, run.path, run.to) };
    }));
    for (const run of runs) {
      expect(run.signal).toBe('SIGKILL');
      const file = await openJournal(run.path);
      const sender = senderWith({ journal: file, account: run.account });
      await sender.recover();
      expect(await sender.send('p', payTo(run.to))).toMatchObject({ mined: { status: 'success' }, nonce: 0 });
      expect(await balance(run.to)).toBe(1n);
      await file.close();
    }
  }, 60_000);
});

describe('a bad day', () => {
  it('of reorgs and drops while fifty transactions are under way: each happens once', async () => {
    const stormy = await startAnvil({ chainId: 4243, blockTime: 0.1 });
    try {
      await stormy.rpc('anvil_setBalance', account.address, '0x56bc75e2d63100000');
      const far = evmLedger({ chain: bareChain(4243, stormy.url, { finality: 30 }) });
      const sender = createSender({ ledger: far, rpc: stormy.url, account, journal, pollMs: 20, stuckMs: 500 });
      const recipients = Array.from({ length: 50 }, someone);
      const ended = new AbortController();
      const weather = (async () => {
        for (let i = 0; i < 12; i++) {
          await new Promise((resolve) => setTimeout(resolve, 60 + ((i * 37) % 80)));
          const rows = await journal.pending(4243, account.address);
          const victim = rows.find(({ state }) => state === 'sent');
          if (i % 2 && victim) await stormy.rpc('anvil_dropTransaction', victim.hashes.at(-1)).catch(() => {});
          else await stormy.rpc('anvil_reorg', 1 + (i % 3), []).catch(() => {});
        }
      })();
      const watch = sender.watch(ended.signal);
      await Promise.all(recipients.map(async (to, i) => {
        await new Promise((resolve) => setTimeout(resolve, i * 15));
        await sender.send(`p:${i}`, { ...payTo(to), chainId: 4243 });
      }));
      await weather;
      const { rpc } = stormy;
      const paid = () => Promise.all(recipients.map((to) => rpc<Hex>('eth_getBalance', to, 'latest')));
      await until(async () => (await paid()).every((wei) => BigInt(wei) === 1n));
      await until(async () => journal.rows().every(({ state }) => state === 'final'));
      expect(await paid()).toEqual(recipients.map(() => '0x1'));
      expect(new Set(journal.rows().map(({ nonce }) => nonce)).size).toBe(50);
      expect(Number(await rpc('eth_getTransactionCount', account.address, 'latest'))).toBe(50);
      ended.abort();
      await watch;
    } finally {
      await stormy.stop();
    }
  }, 60_000);
});

describe('a node that is away', () => {
  it('is waited for: the row stays, and stopping says where it is', async () => {
    const lonely = await startAnvil({ chainId: 4242 });
    await lonely.rpc('anvil_setBalance', account.address, '0x56bc75e2d63100000');
    await lonely.rpc('evm_setAutomine', false);
    const stop = new AbortController();
    const log: string[] = [];
    const sender = createSender({
      ledger: evmLedger({ chain: bareChain(4242, lonely.url) }), rpc: [lonely.url], account, journal, pollMs: 20, signal: stop.signal, log: (event) => log.push(event),
    });
    const sent = sender.send('p', { ...payTo(someone()), chainId: 4242 });
    const ended = sent.catch((error: unknown) => error);
    await until(async () => (await stateOf('p')) === 'sent');
    await lonely.stop();
    await until(async () => log.includes('send.waiting'));
    stop.abort();
    const error = (await ended) as TenderError;
    expect(error).toMatchObject({ code: 'stopped' });
    expect(await stateOf('p')).toBe('sent');
    await expect(sender.send('q', { ...payTo(someone()), chainId: 4242 })).rejects.toSatisfy(
      (failure: TenderError) => failure.code === 'rpc_failed' && !/127\.0\.0\.1/.test(failure.message),
    );
  });
});
