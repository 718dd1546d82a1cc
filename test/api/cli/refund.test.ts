/** `tender refund` and `tender verify` with nothing but a node and the order: no API, no help from whoever took it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyReceipt } from '../../../api/cli/verify.ts';
import { nodesBy, registryOf } from '../../../api/cli/chains.ts';
import { evmLedger } from '../../../contracts/client/evm.ts';
import { sentenceOf } from '../../../intents/intentOf.ts';
import { stringify } from '../../../intents/json.ts';
import { type Order, orderId } from '../../../intents/order.ts';
import { awarded, DAI, fillIn, lease, openOut, signed, solver, startWorld, USDC, user, type World } from '../../contracts/client/world.ts';
import { ownAccount } from '../../../api/cli/home.ts';
import { tender } from './tender.ts';

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'tender-refund-'));
const home = join(folder, 'home');
beforeAll(async () => {
  world = await startWorld();
  await world.anvil.rpc('anvil_setBalance', ownAccount(home).account.address, '0xde0b6b3a7640000');
}, 60_000);
afterAll(async () => {
  await world?.anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(order: Order, more: object = {}): string {
  const path = join(folder, `${orderId(order)}.json`);
  writeFileSync(path, stringify({ order, ...more }));
  return path;
}
async function opened(order: Order): Promise<void> {
  const by = await signed(order);
  await world.send(solver, world.ledger.openCall(by, await awarded(by, await world.now())));
}
const refund = (order: Order, ...more: string[]) => tender(['refund', fileOf(order), '--rpc', world.anvil.url, '--json', ...more], { home });

describe('tender refund', () => {
  it('says that nothing was taken', async () => {
    expect(await refund(await openOut(world))).toMatchObject({ code: 0, json: [{ state: 'fresh' }] });
  });
  it('waits for the deadline, then sends everything back to the user, from any account', async () => {
    const order = await openOut(world);
    await opened(order);
    const { closeAfter } = order.message.terms;
    expect(await refund(order)).toMatchObject({ code: 1, json: [{ state: 'waiting', due: closeAfter + 1 }] });
    await world.at(closeAfter + 5);
    await world.anvil.mine();
    const before = await world.ledger.balanceOf(user.address, world.usdc);
    const { code, json } = await refund(order);
    expect({ code, json }).toMatchObject({ code: 0, json: [{ state: 'sent', what: 'close', back: '100 USDC' }] });
    expect((await world.ledger.balanceOf(user.address, world.usdc)) - before).toBe(100n * USDC);
    expect(await refund(order)).toMatchObject({ code: 0, json: [{ state: 'closed' }] });
  });
  it('takes back a lease that never started, with its penalty, long before the last deadline', async () => {
    const order = await lease(world);
    await opened(order);
    expect(await refund(order)).toMatchObject({ code: 1, json: [{ state: 'waiting', due: order.message.terms.startBy + 1 }] });
    await world.at(order.message.terms.startBy + 2);
    await world.anvil.mine();
    expect(await refund(order)).toMatchObject({ code: 0, json: [{ state: 'sent', what: 'advance', back: '41 USDC' }] });
  });
  it('cancels for the user only', async () => {
    expect(await refund(await openOut(world), '--cancel')).toMatchObject({ code: 1, json: [{ error: { code: 'only_user' } }] });
  });
  it('does not take another contract for Settlement, nor another chain for the order’s', async () => {
    const order = await openOut(world);
    expect(await refund({ ...order, settlement: world.usdc })).toMatchObject({ code: 1, json: [{ error: { code: 'no_settlement' } }] });
    expect(await refund({ ...order, chainId: 1 })).toMatchObject({ code: 2, json: [{ error: { code: 'usage' } }] });
  });
});

describe('tender verify', () => {
  async function filled() {
    const order = await fillIn(world, { buy: { token: world.dai, atLeast: 99n * DAI, to: user.address } });
    const registry = await registryOf(order, await nodesBy([world.anvil.url]), 0);
    order.message.sentence = sentenceOf(order, registry);
    const by = await signed(order);
    await world.send(solver, world.ledger.fillCall(by, await awarded(by, await world.now(), { buy: 100n * DAI })));
    const ledgers = registry.chains.map((chain) => evmLedger({ chain }));
    const { receipt } = await verifyReceipt(undefined, order, ledgers, registry);
    return { order, receipt, ledgers, registry };
  }
  it('recomputes a receipt from the chain alone', async () => {
    const { order, receipt } = await filled();
    expect(receipt).toMatchObject({ outcome: 'settled', sold: '100 USDC', bought: '100 DAI', solver: solver.address });
    const { code, json } = await tender(['verify', fileOf(order, { receipt }), '--rpc', world.anvil.url, '--json'], { home });
    expect({ code, json }).toMatchObject({ code: 0, json: [{ ok: true }] });
  });
  it('finds every lie', async () => {
    const { order, receipt, ledgers, registry } = await filled();
    const lies = [
      { sold: '99 USDC' }, { bought: '100.5 DAI' }, { outcome: 'refunded' }, { solver: user.address }, { refund: { amount: '1 USDC', chain: 'x', why: '' } },
      { penalty: '5 USDC' }, { txs: [] }, { txs: [...receipt.txs, { chain: 'x', hash: `0x${'1'.repeat(64)}`, what: 'filled' }] }, { sentence: 'Sell nothing.' }, { order: `0x${'2'.repeat(64)}` },
    ] as object[];
    for (const lie of lies) expect((await verifyReceipt({ ...receipt, ...lie }, order, ledgers, registry)).ok, JSON.stringify(lie)).toBe(false);
    expect((await verifyReceipt(receipt, order, ledgers, registry)).ok).toBe(true);
    expect((await verifyReceipt(receipt, { ...order, message: { ...order.message, sentence: 'Sell nothing.' } }, ledgers, registry)).ok).toBe(false);
  });
  it('does not pass what it could not see: a destination without a node', async () => {
    const order = await openOut(world, { buy: { chainId: 31302n, token: world.dai, exactly: 99n * DAI, to: user.address, deliverBy: (await world.now()) + 600 } });
    const { code, json } = await tender(['verify', fileOf(order), '--rpc', world.anvil.url, '--json'], { home });
    expect(code).toBe(1);
    expect(json[0]).toMatchObject({ ok: false });
  });
});
