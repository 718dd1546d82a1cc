/** The wallet over a real chain: approvals, the opening of a native sell, and what a refusal says; its light ABIs against the generated ones. */
import { type Abi, decodeFunctionData, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveCall, openAbi, openNativeCall } from '../../../api/client/calls.ts';
import { nodeOf } from '../../../api/client/node.ts';
import { REASONS, reasonOf } from '../../../api/client/reasons.ts';
import { viemWallet, walletError } from '../../../api/client/wallet.ts';
import { errorsAbi, escrowAbi } from '../../../contracts/client/abi.ts';
import { awardStruct } from '../../../contracts/client/structs.ts';
import { NATIVE, type OrderOf, type SignedOrder } from '../../../intents/order.ts';
import type { Registry } from '../../../intents/registry.ts';
import { awarded, openOut, startWorld, user, type World } from '../../contracts/client/world.ts';

let world: World;
let registry: Registry;
beforeAll(async () => {
  world = await startWorld();
  registry = { network: 'local', chains: [world.chain], auctioneer: user.address, attesters: { signers: [], k: 0 } };
}, 60_000);
afterAll(() => world?.anvil.stop());

async function nativeSell(): Promise<OrderOf<'openOut'>> {
  const order = await openOut(world);
  const { attested } = world.chain.contracts;
  return { ...order, message: { ...order.message, sell: { token: NATIVE, atMost: 10n ** 17n }, terms: { ...order.message.terms, verifier: attested } } };
}
const own = (order: OrderOf<'openOut'>): SignedOrder => ({ order, auth: { mode: 'own' } });

describe('the light ABIs', () => {
  it('equal the generated one', async () => {
    const generated = escrowAbi.filter((entry) => entry.type === 'function' && entry.name === 'open') as Abi;
    const [light, full] = [openAbi[0], generated[0]];
    if (light?.type !== 'function' || full?.type !== 'function') throw new Error('no open');
    expect(toFunctionSelector(light)).toBe(toFunctionSelector(full));
    const order = await nativeSell();
    const award = await awarded(own(order), await world.now());
    const { args } = decodeFunctionData({ abi: escrowAbi, data: openNativeCall(order, award).data });
    expect(args?.[2]).toMatchObject({ award: awardStruct(award.award), auctioneerSig: award.signature, replySig: award.replySignature });
  });
  it('explain only errors that exist', () => {
    const known = new Set([...errorsAbi.map((error) => `${error.name}(${error.inputs.map(({ type }) => type).join(',')})`), 'InsufficientBalance()', 'InsufficientAllowance()']);
    expect(Object.keys(REASONS).filter((signature) => !known.has(signature))).toEqual([]);
    expect(reasonOf(`${toFunctionSelector('Expired(uint256)')}${'0'.repeat(64)}`)).toMatchObject({ code: 'expired' });
    expect(reasonOf('0xdeadbeef')).toMatchObject({ code: 'reverted' });
  });
});

describe('a wallet', () => {
  it('approves exactly, and sees it', async () => {
    const wallet = viemWallet(user, registry);
    const { escrow } = world.chain.contracts;
    await wallet.sendCall(approveCall(world.chain.id, world.dai, escrow, 123n));
    expect(await wallet.allowanceOf(world.chain.id, world.dai, escrow)).toBe(123n);
  });
  it('sends several transactions at once, one after another', async () => {
    const wallet = viemWallet(user, registry);
    const hashes = await Promise.all([1n, 2n, 3n].map((amount) => wallet.sendCall(approveCall(world.chain.id, world.dai, world.chain.contracts.delivery, amount))));
    expect(new Set(hashes).size).toBe(3);
    expect(await wallet.allowanceOf(world.chain.id, world.dai, world.chain.contracts.delivery)).toBe(3n);
  });
  it('opens a native sell with its value, once', async () => {
    const order = await nativeSell();
    const call = openNativeCall(order, await awarded(own(order), await world.now()));
    const wallet = viemWallet(user, registry);
    const before = await world.ledger.balanceOf(world.chain.contracts.escrow, NATIVE);
    await wallet.sendCall(call);
    expect((await world.ledger.balanceOf(world.chain.contracts.escrow, NATIVE)) - before).toBe(10n ** 17n);
    await expect(wallet.sendCall(call)).rejects.toMatchObject({ code: expect.stringMatching(/wrong_deal|nonce_used/) as string, hint: expect.any(String) as string });
  });
  it('says what the contract said when it is too late', async () => {
    const order = await nativeSell();
    const award = await awarded(own(order), (await world.now()) - 3_600);
    await expect(viemWallet(user, registry).sendCall(openNativeCall(order, award))).rejects.toMatchObject({ code: 'expired' });
  });
  it('names no endpoint when no node answers', async () => {
    const deaf = { ...registry, chains: [{ ...world.chain, rpc: ['http://127.0.0.1:9/secret-key'] }] };
    const error = await nodeOf(deaf, world.chain.id).balanceOf(user.address, NATIVE).then(() => undefined, (failure: Error) => failure);
    expect(error).toMatchObject({ code: 'rpc_failed' });
    expect(JSON.stringify(error)).not.toContain('secret-key');
    expect(() => nodeOf(registry, 1)).toThrow(/not in this network/);
  });
  it('tells an owner’s no from a failure', () => {
    expect(walletError({ code: 4001, message: 'User rejected' }).code).toBe('rejected');
    expect(walletError(new Error('wrapped', { cause: { code: 4001 } })).code).toBe('rejected');
    expect(walletError(new Error('boom')).code).toBe('wallet_failed');
  });
});
