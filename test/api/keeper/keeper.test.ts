/** The keeper on a real chain and database: what it reads, what it pushes, what it takes back, and who may do so. */
import type { Hex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reign } from '../../../api/keeper/keeper.ts';
import { openStore, type Store } from '../../../api/store/index.ts';
import type { Awarded, Drop } from '../../../contracts/client/ledger.ts';
import { leaseEvidence } from '../../../contracts/client/evidence.ts';
import { lifeOf } from '../../../intents/lifecycle.ts';
import { orderId, type SignedOrder } from '../../../intents/order.ts';
import type { Registry } from '../../../intents/registry.ts';
import { attesters, auctioneer, awarded, DAI, deployer, fillIn, K, lease, meter, openOut, signed, solver, startWorld, USDC, user, type World } from '../../contracts/client/world.ts';
import { startDatabase, type TestDatabase } from '../database.ts';

let world: World;
let database: TestDatabase;
let store: Store;
let url: string;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => void ([world, database] = await Promise.all([startWorld(), startDatabase()])));
afterAll(() => Promise.all([world.anvil.stop(), database.stop()]));
beforeEach(async () => void (store = await openStore((url = await database.fresh()))));
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await store.close();
});

async function keep(over: Store = store) {
  const leadership = (await over.lead('keeper', AbortSignal.timeout(15_000)))!;
  const registry: Registry = { network: 'local', chains: [world.chain], auctioneer: auctioneer.address, attesters: { signers: attesters.map(({ address }) => address), k: K } };
  const log: string[] = [];
  const reigning = reign({ registry, store: over, account: deployer, log: (event, detail) => void log.push(`${event} ${JSON.stringify(detail)}`) }, leadership).catch((error: Error) => void log.push(`over: ${error.message}`));
  const end = async () => (await leadership.resign(), await reigning);
  stops.push(end);
  return { end, log, fence: leadership.fence };
}
async function post(one: SignedOrder, won?: Awarded): Promise<Hex> {
  const id = orderId(one.order);
  await store.orders.post(id, one, await world.now());
  if (won) {
    await store.events.append([
      { order: id, key: 'w', at: 1, fact: { type: 'awarded', award: won.award, digest: won.reply.award, signature: won.signature } },
      { order: id, key: 'a', at: 1, fact: { type: 'accepted', award: won.reply.award, signature: won.replySignature } },
    ]);
  }
  return id;
}
const life = async (id: Hex) => lifeOf(await store.events.of(id));
const becomes = (id: Hex, status: string) => expect.poll(async () => (await life(id)).status, { timeout: 12_000, interval: 50 }).toBe(status);
/** Blocks go on by themselves, as on a real chain. */
const pass = async (seconds: number) => {
  await world.at((await world.now()) + seconds);
  await world.anvil.mine(4);
};

describe('reading', () => {
  it('settles an order by its fill, once it is mined, and takes that back when a reorg does', async () => {
    const one = await signed(await fillIn(world));
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    await keep();
    await world.send(solver, world.ledger.fillCall(one, won));
    await becomes(id, 'settled');
    expect(await life(id)).toMatchObject({ solver: solver.address, sold: 100n * USDC, bought: 99n * DAI });
    await world.anvil.rpc('anvil_reorg', 1, []);
    await world.anvil.mine(2);
    await becomes(id, 'awarded');
    expect((await store.events.of(id)).map(({ type }) => type).slice(-2)).toEqual(['filled', 'retracted']);
  });
  it('goes on where it was after a restart, without a fact twice', async () => {
    const one = await signed(await fillIn(world));
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    const first = await keep();
    await world.anvil.mine(2);
    await first.end();
    await world.send(solver, world.ledger.fillCall(one, won));
    await keep();
    await becomes(id, 'settled');
    expect((await store.events.of(id)).filter(({ type }) => type === 'filled')).toHaveLength(1);
  });
  it('believes no delivery that Delivery did not record for this very order', async () => {
    const order = await openOut(world);
    const one = await signed(order);
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    await world.send(solver, world.ledger.openCall(one, won));
    const { buy } = order.message;
    const real: Drop = { dealId: id, output: 0, token: buy.token, to: buy.to, deliverBy: buy.deliverBy, solver: solver.address, amount: 99n * DAI };
    // Another token, another recipient, and somebody who is not its solver: anyone can make Delivery say so.
    for (const fake of [{ ...real, token: world.usdc, amount: 500n * USDC }, { ...real, to: deployer.address, amount: 1n }, { ...real, solver: user.address, amount: 1n }]) {
      await world.send(solver, world.ledger.deliverCall([fake]));
    }
    await keep();
    await becomes(id, 'open');
    await world.anvil.mine(2);
    await world.send(solver, world.ledger.deliverCall([real]));
    await becomes(id, 'delivered');
    expect(await life(id)).toMatchObject({ bought: 99n * DAI });
  });
});

describe('pushing', () => {
  it('lets an order that nobody took expire, and no sooner', async () => {
    const id = await post(await signed(await fillIn(world)));
    await keep();
    await pass(500);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await life(id)).status).toBe('posted');
    await pass(200);
    await becomes(id, 'expired');
  });
  it('ends an order whose nonce was spent otherwise', async () => {
    const order = await fillIn(world);
    const twin = { ...order, message: { ...order.message, sentence: 'The same nonce.' } };
    const id = await post(await signed(order));
    await keep();
    const other = await signed(twin);
    await world.send(solver, world.ledger.fillCall(other, await awarded(other, await world.now())));
    await pass(700);
    await becomes(id, 'expired');
  });
  it('takes the bond of an accepted award that was not honoured, for the user', async () => {
    const one = await signed(await fillIn(world));
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    const before = await world.ledger.balanceOf(user.address, world.usdc);
    await keep();
    await pass(40);
    await expect.poll(async () => (await life(id)).slashed, { timeout: 12_000 }).toBeGreaterThan(0n);
    expect((await world.ledger.balanceOf(user.address, world.usdc)) - before).toBe((await life(id)).slashed);
  });
  it('brings escrow back when its last deadline is over', async () => {
    const order = await openOut(world);
    const one = await signed(order);
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    await world.send(solver, world.ledger.openCall(one, won));
    const before = await world.ledger.balanceOf(user.address, world.usdc);
    await keep();
    await becomes(id, 'open');
    await pass(1_100);
    await becomes(id, 'refunded');
    expect((await world.ledger.balanceOf(user.address, world.usdc)) - before).toBe(100n * USDC);
  });
  it('ends a lease that did not start, with its penalty, and one whose buyer fell silent', async () => {
    const idle = await signed(await lease(world));
    const idleWon = await awarded(idle, await world.now());
    const idleId = await post(idle, idleWon);
    await world.send(solver, world.ledger.openCall(idle, idleWon));
    const run = await lease(world);
    const runOne = await signed(run);
    const runWon = await awarded(runOne, await world.now());
    const runId = await post(runOne, runWon);
    await world.send(solver, world.ledger.openCall(runOne, runWon));
    await world.send(solver, world.ledger.advanceCall((await world.ledger.dealOf(run))!, leaseEvidence.start(run)));
    expect(meter.address).toBe(run.message.terms.meterKey);
    await keep();
    await becomes(runId, 'open');
    await pass(700);
    await becomes(idleId, 'refunded');
    expect((await life(idleId)).slashed).toBe(5n * USDC);
    await pass(3_600 + 700);
    await becomes(runId, 'refunded');
  }, 40_000);
});

describe('two keepers', () => {
  it('never send one effect twice, and the later one takes over', async () => {
    const order = await openOut(world);
    const one = await signed(order);
    const won = await awarded(one, await world.now());
    const id = await post(one, won);
    await world.send(solver, world.ledger.openCall(one, won));
    const first = await keep();
    await becomes(id, 'open');
    const other = await openStore(url);
    stops.push(() => other.close());
    await pass(1_100);
    await first.end();
    await keep(other);
    await becomes(id, 'refunded');
    expect((await store.events.of(id)).filter(({ type }) => type === 'closed')).toHaveLength(1);
  }, 40_000);
});
