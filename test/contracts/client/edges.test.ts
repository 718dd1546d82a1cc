/** The edges of the client: deployment in one go, quorum reads, ethers signers, and a sentence for every contract error. */
import { JsonRpcProvider, Wallet } from 'ethers';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeErrorResult, type Hex, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorsAbi, settlementAbi } from '../../../contracts/client/abi.ts';
import type { Wallet as WalletPort } from '../../../api/client/wallet.ts';
import { deliveryAddress, deployTender } from '../../../contracts/client/deploy.ts';
import { codeOf, explainRevert } from '../../../contracts/client/errors.ts';
import { ethersWallet } from '../../../contracts/client/ethers.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { quorumOf } from '../../../contracts/client/quorum.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { typedDataOf } from '../../../intents/order.ts';
import { accounts, startAnvil } from './anvil.ts';
import { DAI, fillIn, job, lease, openOut, solver, startWorld, user, type World } from './world.ts';

const KEY: Hex = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
let world: World;
beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.anvil.stop());

describe('deployment', () => {
  it('works where blocks come by the clock, in as few as they hold', async () => {
    const anvil = await startAnvil({ chainId: 31301, blockTime: 0.5 });
    try {
      const config = { attesters: [solver.address], k: 1, gaps: { 31301: 60 }, localGap: 30, bondToken: world.usdc, bondDelay: 864_000 };
      const contracts = await deployTender({ rpc: [anvil.url], deployer: accounts[0]!, config });
      expect(contracts.delivery).toBe(deliveryAddress());
      const bonds = await clientOf(anvil.url).readContract({ address: contracts.settlement, abi: settlementAbi, functionName: 'bonds' });
      expect(bonds).toBe(contracts.bonds);
      const blocks = await clientOf(anvil.url).getBlockNumber();
      const again = await deployTender({ rpc: anvil.url, deployer: accounts[1]!, config: { ...config, attesters: [] } }).catch((error: unknown) => error);
      expect(again).toMatchObject({ code: 'deploy_failed', param: 'Attested' });
      expect(blocks).toBeLessThan(8n);
    } finally {
      await anvil.stop();
    }
  });
});

describe('a quorum', () => {
  let liar: Server;
  let lie = false;
  /** A node that tells another amount when `lie` is set. */
  beforeAll(async () => {
    liar = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method } = JSON.parse(body) as { method: string };
      const answer = await (await fetch(world.anvil.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();
      response.setHeader('content-type', 'application/json');
      response.end(lie && method === 'eth_call' ? answer.replace(/"result":"0x.{10}/, `"result":"0x${'f'.repeat(10)}`) : answer);
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => liar.close(resolve)));
  const liarUrl = () => `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const away = 'http://127.0.0.1:9/';

  it('reads records at one block hash', async () => {
    const drop: Drop = { dealId: `0x${'01'.repeat(32)}`, output: 0, token: world.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: DAI };
    const before = await world.ledger.head();
    await world.send(solver, world.ledger.deliverCall([drop]));
    const quorum = quorumOf({ chain: world.chain, rpc: [world.anvil.url, liarUrl()], need: 2 });
    expect(await quorum.recordsOf([drop], before)).toEqual([0n]);
    expect(await quorum.recordsOf([drop, drop], await world.ledger.head())).toEqual([await world.ledger.recordOf(drop), await world.ledger.recordOf(drop)]);
    expect(await quorum.finalised()).toEqual(await world.ledger.finalised());
    await world.anvil.mine();
    const gone = await world.ledger.head();
    await world.anvil.rpc('anvil_reorg', 1, []);
    await expect(quorum.recordsOf([drop], gone)).rejects.toMatchObject({ code: 'no_quorum' });
  });
  it('is not swayed by one liar or one dead node, and stops at two', async () => {
    const drop: Drop = { dealId: `0x${'01'.repeat(32)}`, output: 0, token: world.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: DAI };
    const head = await world.ledger.head();
    lie = true;
    try {
      const honest = await world.ledger.recordOf(drop);
      expect(await quorumOf({ chain: world.chain, rpc: [liarUrl(), world.anvil.url, world.anvil.url] }).recordsOf([drop], head)).toEqual([honest]);
      expect(await quorumOf({ chain: world.chain, rpc: [away, world.anvil.url, world.anvil.url] }).recordsOf([drop], head)).toEqual([honest]);
      await expect(quorumOf({ chain: world.chain, rpc: [liarUrl(), world.anvil.url] }).recordsOf([drop], head)).rejects.toMatchObject({ code: 'no_quorum' });
      await expect(quorumOf({ chain: world.chain, rpc: [away, away] }).finalised()).rejects.toMatchObject({ code: 'no_quorum' });
    } finally {
      lie = false;
    }
    expect(() => quorumOf({ chain: world.chain, need: 2 })).toThrowError(expect.objectContaining({ code: 'bad_quorum' }));
  });
});

describe('an ethers signer', () => {
  it('signs every kind of order exactly as viem does', async () => {
    const wallet = await ethersWallet(new Wallet(KEY));
    expect(wallet.address).toBe(user.address);
    for (const order of [await fillIn(world), await openOut(world), await lease(world), await job(world)]) {
      const typedData = typedDataOf(order);
      expect(await wallet.signTypedData(typedData)).toBe(await user.signTypedData(typedData as Parameters<typeof user.signTypedData>[0]));
    }
  });
  it('sends calls on the right chain only', async () => {
    const provider = new JsonRpcProvider(world.anvil.url, undefined, { pollingInterval: 20 });
    try {
      const wallet: WalletPort = await ethersWallet(new Wallet(KEY, provider));
      const call = world.ledger.approveCall(world.usdc, solver.address, 5n);
      const hash = await wallet.sendCall(call);
      expect((await clientOf(world.anvil.url).waitForTransactionReceipt({ hash })).status).toBe('success');
      expect(await world.ledger.allowanceOf(user.address, world.usdc, solver.address)).toBe(5n);
      expect(await wallet.allowanceOf(world.chain.id, world.usdc, solver.address)).toBe(5n);
      await expect(wallet.allowanceOf(1, world.usdc, solver.address)).rejects.toMatchObject({ code: 'wrong_chain' });
      const early = await lease(world);
      early.message.user = solver.address;
      await expect(wallet.sendCall(world.ledger.cancelCall(early))).rejects.toMatchObject({ code: 'only', message: expect.stringContaining(solver.address) });
      await expect(wallet.sendCall({ ...call, chainId: 1 })).rejects.toMatchObject({ code: 'wrong_chain' });
      await expect((await ethersWallet(new Wallet(KEY))).sendCall(call)).rejects.toMatchObject({ code: 'wrong_chain' });
    } finally {
      provider.destroy();
    }
  });
  it('that says no is a refusal', async () => {
    const signer = new Wallet(KEY);
    signer.signTypedData = () => Promise.reject(Object.assign(new Error('user rejected'), { code: 'ACTION_REJECTED' }));
    await expect((await ethersWallet(signer)).signTypedData(typedDataOf(await fillIn(world)))).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe('contract errors', () => {
  const sample: Record<string, unknown> = { uint256: 1_700_000_000n, address: privateKeyToAccount(KEY).address, bytes32: `0x${'ab'.repeat(32)}`, uint8: 3, uint64: 9n };
  it.each(errorsAbi.map((error) => [error.name, error] as const))('%s has a code, a sentence and a hint', (name, error) => {
    const args = error.inputs.map(({ type }) => sample[type]);
    const data = encodeErrorResult({ abi: [error], args } as unknown as Parameters<typeof encodeErrorResult>[0]);
    const value = explainRevert(data);
    expect(value.code).toBe(codeOf(name));
    expect(value.code).toMatch(/^[a-z0-9_]+$/);
    expect(value.message).toMatch(/^[A-Z0].*\.$/s);
    expect(value.message).not.toMatch(/undefined|NaN|\[object/);
    expect(value.hint).toMatch(/\.$/);
  });
  it('of others are told as they are', () => {
    expect(explainRevert('0x')).toMatchObject({ code: 'reverted' });
    expect(explainRevert('0x12345678')).toMatchObject({ code: 'reverted', message: expect.stringContaining('0x12345678') });
    const plain = encodeErrorResult({ abi: parseAbi(['error Error(string)']), args: ['STF'] });
    expect(explainRevert(plain)).toMatchObject({ code: 'reverted', message: expect.stringContaining('STF') });
    const panic = encodeErrorResult({ abi: parseAbi(['error Panic(uint256)']), args: [0x11n] });
    expect(explainRevert(panic)).toMatchObject({ code: 'panic' });
    const token = encodeErrorResult({ abi: parseAbi(['error ERC20InsufficientBalance(address,uint256,uint256)']), args: [user.address, 1n, 2n] });
    expect(explainRevert(token)).toMatchObject({ code: 'insufficient_balance' });
  });
});
