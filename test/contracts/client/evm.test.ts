/** The EVM ledger against the contracts: every call builder, every fact, every state, deals rebuilt from logs, refusals decoded. */
import { maxUint256, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escrowAbi } from '../../../contracts/client/abi.ts';
import { type Deal, dealStruct } from '../../../contracts/client/deal.ts';
import { attestedEvidence, deliveriesRoot, leaseEvidence, localEvidence, recordKey } from '../../../contracts/client/evidence.ts';
import { evmLedger } from '../../../contracts/client/evm.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { NATIVE, type Order, orderId } from '../../../intents/order.ts';
import { attesters, attesterSet as SET, auctioneer, awarded, DAI, deployer, fillIn, job, K, lease, meter, openOut, signed, signMessage, solver, startWorld, USDC, user, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.anvil.stop());

const factsOf = async (order: Order) => {
  const all = await world.ledger.facts(0, (await world.ledger.head()).number);
  return all.filter((one) => one.order === orderId(order)).map(({ fact }) => fact);
};
const held = (token: `0x${string}`, who = user.address) => world.ledger.balanceOf(who, token);
/** The slot's own word on a rebuilt deal. */
async function checked(order: Order): Promise<Deal> {
  const deal = (await world.ledger.dealOf(order))!;
  const read = { address: world.chain.contracts.escrow, abi: escrowAbi } as const;
  const client = clientOf(world.anvil.url);
  const [stored, computed, cold] = await Promise.all([
    client.readContract({ ...read, functionName: 'deals', args: [deal.id] }),
    client.readContract({ ...read, functionName: 'commitmentOf', args: [dealStruct(deal)] }),
    client.readContract({ ...read, functionName: 'coldOf', args: [deal.cold] }),
  ]);
  expect(computed).toBe(stored);
  expect(cold).toBe(dealStruct(deal).cold);
  return deal;
}

describe('a fill', () => {
  it('with an award: filled, once', async () => {
    const order = await signed(await fillIn(world));
    expect(await world.ledger.stateOf(order.order)).toBe('fresh');
    const before = await held(world.dai);
    const call = world.ledger.fillCall(order, await awarded(order, await world.now(), { buy: 100n * DAI }));
    expect(await world.ledger.simulate(call, solver.address)).toMatchObject({ ok: true });
    await world.send(solver, call);
    expect((await held(world.dai)) - before).toBe(100n * DAI);
    expect(await world.ledger.stateOf(order.order)).toBe('filled');
    expect(await factsOf(order.order)).toMatchObject([{ type: 'filled', solver: solver.address, sold: 100n * USDC, bought: 100n * DAI, tx: { chainId: world.chain.id } }]);
    expect(await world.ledger.simulate(call, solver.address)).toMatchObject({ ok: false, error: { code: 'nonce_used', hint: expect.any(String) } });
  });
  it('to the native coin carries it', async () => {
    const order = await fillIn(world);
    order.message.buy = { token: NATIVE, atLeast: 7n, to: '0x00000000000000000000000000000000000000A1' };
    const both = await signed(order);
    const call = world.ledger.fillCall(both, await awarded(both, await world.now(), { buy: 9n }));
    expect(call.value).toBe(9n);
    await world.send(solver, call);
    expect(await held(NATIVE, order.message.buy.to)).toBe(9n);
  });
  it('without an award waits for the open window', async () => {
    const order = await fillIn(world);
    order.message.terms.exclusiveUntil = (await world.now()) - 1;
    await world.send(solver, world.ledger.fillCall(await signed(order)));
    expect(await world.ledger.stateOf(order)).toBe('filled');
    const exclusive = await signed(await fillIn(world));
    expect(await world.ledger.simulate(world.ledger.fillCall(exclusive), solver.address)).toMatchObject({ ok: false, error: { code: 'exclusive' } });
  });
  it('that is cancelled can never be', async () => {
    const order = await signed(await fillIn(world));
    await world.send(user, world.ledger.cancelCall(order.order));
    expect(await world.ledger.stateOf(order.order)).toBe('cancelled');
    expect(await factsOf(order.order)).toMatchObject([{ type: 'cancelled' }]);
  });
  it('that was promised and not done costs the bond', async () => {
    const order = await signed(await fillIn(world));
    const promise = await awarded(order, await world.now());
    await world.at(promise.award.fillBy + 1);
    const before = await held(world.usdc);
    await world.send(deployer, world.ledger.slashCall(order, promise));
    expect((await held(world.usdc)) - before).toBe((10n * USDC * 95n) / 100n);
    expect(await factsOf(order.order)).toMatchObject([{ type: 'slashed', amount: (10n * USDC * 95n) / 100n, award: promise.reply.award }]);
  });
});

describe('an escrow for tokens', () => {
  const dropOf = (order: Awaited<ReturnType<typeof openOut>>, amount: bigint): Drop => {
    const { token, to, deliverBy } = order.message.buy;
    return { dealId: orderId(order), output: 0, token, to, deliverBy, solver: solver.address, amount };
  };
  async function attested(drops: Drop[], index: number, who = [0, 2]) {
    const at = await world.ledger.head();
    const leaves = await Promise.all(drops.map(async (drop) => ({ key: recordKey(drop), word: await world.ledger.recordOf(drop, at.number) })));
    const { attested: verifier, delivery } = world.chain.contracts;
    const message = { chain: `0x${world.chain.id.toString(16).padStart(64, '0')}`, delivery, number: BigInt(at.number), asOf: at.at, root: deliveriesRoot(leaves) } as const;
    const signatures = await Promise.all(who.map(async (i) => ({ index: i, signature: await signMessage(attesters[i]!, 'Deliveries', message, world.chain.id, verifier) })));
    return attestedEvidence({ leaves, index, number: at.number, asOf: at.at, set: SET, signatures: signatures.reverse() });
  }

  it('is opened by the solver, delivered in parts, attested, paid', async () => {
    const both = await signed(await openOut(world));
    const order = both.order as Awaited<ReturnType<typeof openOut>>;
    const before = await held(world.usdc, solver.address);
    await world.send(solver, world.ledger.openCall(both, await awarded(both, await world.now(), { sell: 90n * USDC })));
    expect(await world.ledger.stateOf(order)).toBe('open');
    expect(await checked(order)).toMatchObject({ num: 90n * USDC, den: 99n * DAI, released: 0n, cold: { user: user.address, bond: 10n * USDC } });

    await world.send(solver, world.ledger.deliverCall([dropOf(order, 33n * DAI)]));
    expect(await world.ledger.deliveredOf(dropOf(order, 0n))).toBe(33n * DAI);
    await world.send(solver, world.ledger.claimCall(await checked(order), await attested([dropOf(order, 0n)], 0)));
    expect(await checked(order)).toMatchObject({ released: 30n * USDC, delivered: 33n * DAI });

    const other = { ...dropOf(order, 1n), dealId: zeroHash };
    await world.send(solver, world.ledger.deliverCall([other, dropOf(order, 66n * DAI), { ...other, output: 1 }]));
    const drops = [other, dropOf(order, 0n), { ...other, output: 1 }];
    await world.send(deployer, world.ledger.claimCall(await checked(order), await attested(drops, 1, [1, 2])));
    expect((await held(world.usdc, solver.address)) - before).toBe(90n * USDC);
    expect(await world.ledger.stateOf(order)).toBe('closed');
    expect(await world.ledger.dealOf(order)).toBeUndefined();
    expect(await factsOf(order)).toMatchObject([
      { type: 'opened', solver: solver.address, deposited: 90n * USDC, maxUnits: 99n * DAI },
      { type: 'delivered', amount: 33n * DAI },
      { type: 'advanced', delivered: 33n * DAI, released: 30n * USDC },
      { type: 'delivered', amount: 66n * DAI },
      { type: 'closed', released: 90n * USDC, refunded: 0n },
    ]);
  });
  it('of the native coin is opened by its user and proven locally', async () => {
    const order = await openOut(world);
    order.message.sell = { token: NATIVE, atMost: 10n ** 18n };
    order.message.terms.verifier = world.chain.contracts.local;
    const own = { order, auth: { mode: 'own' } } as const;
    const open = world.ledger.openCall(own, await awarded(own, await world.now(), { sell: 5n * 10n ** 17n }));
    expect(open).toMatchObject({ value: 5n * 10n ** 17n, what: 'open' });
    await world.send(user, open);
    await world.send(solver, world.ledger.deliverCall([dropOf(order, 99n * DAI)]));
    await world.send(solver, world.ledger.claimCall(await checked(order), localEvidence()));
    expect(await world.ledger.stateOf(order)).toBe('closed');
  });
  it('that nobody serves goes back to the user', async () => {
    const both = await signed(await openOut(world));
    await world.send(solver, world.ledger.openCall(both, await awarded(both, await world.now())));
    const deal = await checked(both.order);
    expect(await world.ledger.simulate(world.ledger.closeCall(deal), deployer.address)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
    await world.at(deal.cold.closeAfter + 1);
    await world.send(deployer, world.ledger.closeCall(deal));
    expect((await factsOf(both.order)).at(-1)).toMatchObject({ type: 'closed', released: 0n, refunded: 100n * USDC });
  });
  it('cancelled, or missed, before it opens', async () => {
    const gone = await openOut(world);
    await world.send(user, world.ledger.cancelCall(gone));
    expect(await world.ledger.stateOf(gone)).toBe('cancelled');
    const missed = await signed(await openOut(world));
    const promise = await awarded(missed, await world.now());
    await world.at(promise.award.fillBy + 1);
    await world.send(user, world.ledger.slashCall(missed, promise));
    expect(await factsOf(missed.order)).toMatchObject([{ type: 'slashed', amount: 10n * USDC }]);
  });
  it('cannot be built without what it needs', async () => {
    const order = await openOut(world);
    const own = { order, auth: { mode: 'own' } } as const;
    expect(world.ledger.openCall(own)).toMatchObject({ to: world.chain.contracts.escrow, what: 'open' });
    expect(() => world.ledger.fillCall(own)).toThrowError(expect.objectContaining({ code: 'wrong_kind' }));
    const fill = await fillIn(world);
    expect(() => world.ledger.fillCall({ order: fill, auth: { mode: 'own' } })).toThrowError(expect.objectContaining({ code: 'signature_needed' }));
  });
});

describe('a lease', () => {
  const ack = async (order: Awaited<ReturnType<typeof lease>>, seconds: number, last: boolean) => {
    const message = { lease: orderId(order), seconds, meter: zeroHash, last };
    const domain = [world.chain.id, world.chain.contracts.escrow] as const;
    return { seconds, meter: zeroHash, meterSignature: await signMessage(meter, 'Voucher', message, ...domain), providerSignature: await signMessage(solver, 'Voucher', message, ...domain) };
  };
  async function opened() {
    const both = await signed(await lease(world));
    await world.send(solver, world.ledger.openCall(both, await awarded(both, await world.now())));
    return both.order as Awaited<ReturnType<typeof lease>>;
  }
  const advance = async (from: typeof solver, order: Order, evidence: `0x${string}`) => world.send(from, world.ledger.advanceCall(await checked(order), evidence));

  it('runs by vouchers and ends by both signatures, the rest refunded at once', async () => {
    const order = await opened();
    expect((await world.ledger.bondOf(solver.address, auctioneer.address)).locked).toBe(5n * USDC);
    await advance(solver, order, leaseEvidence.start(order));
    const start = await world.now();
    await world.at(start + 100);
    await advance(deployer, order, leaseEvidence.voucher(order, await ack(order, 90, false)));
    await world.at(start + 200);
    await advance(deployer, order, leaseEvidence.last(order, await ack(order, 150, true)));
    expect((await world.ledger.bondOf(solver.address, auctioneer.address)).locked).toBe(0n);
    expect(await factsOf(order)).toMatchObject([
      { type: 'opened', deposited: 36n * USDC, maxUnits: 3_600n },
      { type: 'started' },
      { type: 'advanced', delivered: 90n, released: 900_000n },
      { type: 'closed', delivered: 150n, released: 1_500_000n, refunded: 34_500_000n },
    ]);
  });
  it('stopped by the buyer gives back the future at once; the total refund counts both', async () => {
    const order = await opened();
    await advance(solver, order, leaseEvidence.start(order));
    const start = await world.now();
    await world.at(start + 100);
    await advance(user, order, leaseEvidence.stop(order));
    expect(await checked(order)).toMatchObject({ delivered: 0n, cold: { maxUnits: 100n } });
    await advance(deployer, order, leaseEvidence.voucher(order, await ack(order, 40, false)));
    await world.at(start + 800);
    await advance(deployer, order, leaseEvidence.finish(order));
    expect(await factsOf(order)).toMatchObject([
      { type: 'opened' }, { type: 'started' }, { type: 'advanced', delivered: 0n, released: 0n }, { type: 'advanced', delivered: 40n },
      { type: 'closed', released: 400_000n, refunded: 36n * USDC - 400_000n },
    ]);
  });
  it('left by its provider ends at what was acknowledged', async () => {
    const order = await opened();
    await advance(solver, order, leaseEvidence.start(order));
    await advance(solver, order, leaseEvidence.quit(order));
    expect((await factsOf(order)).at(-1)).toMatchObject({ type: 'closed', released: 0n, refunded: 36n * USDC });
  });
  it('that never starts refunds all and takes the penalty', async () => {
    const order = await opened();
    await world.at(order.message.terms.startBy + 1);
    await advance(deployer, order, leaseEvidence.noShow(order));
    expect((await factsOf(order)).slice(1)).toMatchObject([{ type: 'closed', released: 0n, refunded: 36n * USDC }, { type: 'slashed', amount: 5n * USDC }]);
  });
  it('refuses evidence of the wrong person, in words', async () => {
    const order = await opened();
    const call = world.ledger.advanceCall(await checked(order), leaseEvidence.start(order));
    expect(await world.ledger.simulate(call, user.address)).toMatchObject({ ok: false, error: { code: 'only', message: `Only ${solver.address} may do this.` } });
    const gone = await lease(world);
    await world.send(user, world.ledger.cancelCall(gone));
    expect(await world.ledger.stateOf(gone)).toBe('cancelled');
  });
});

describe('a job', () => {
  it('cancelled before it opens, or missed', async () => {
    const gone = await job(world);
    await world.send(user, world.ledger.cancelCall(gone));
    expect(await world.ledger.stateOf(gone)).toBe('cancelled');
    const missed = await signed(await job(world));
    const promise = await awarded(missed, await world.now());
    await world.at(promise.award.fillBy + 1);
    await world.send(user, world.ledger.slashCall(missed, promise));
    expect(await factsOf(missed.order)).toMatchObject([{ type: 'slashed' }]);
  });
});

describe('reads', () => {
  it('know the head, what is final, and blocks that are not there', async () => {
    const [head, final] = await Promise.all([world.ledger.head(), world.ledger.finalised()]);
    expect(head.number - final.number).toBe(2);
    expect(await world.ledger.block(head.number)).toEqual(head);
    expect((await world.ledger.block(head.number))!.parent).toBe((await world.ledger.block(head.number - 1))!.hash);
    expect(await world.ledger.block(head.number + 1)).toBeUndefined();
  });
  it('know allowances and credits', async () => {
    expect(await world.ledger.allowanceOf(user.address, world.usdc)).toBeGreaterThan(maxUint256 / 2n);
    expect(await world.ledger.allowanceOf(user.address, world.usdc, world.chain.contracts.bonds)).toBe(0n);
    expect(await world.ledger.creditOf(user.address, world.usdc)).toBe(0n);
    const withdraw = world.ledger.withdrawCall(world.usdc, user.address, user.address);
    expect(await world.ledger.simulate(withdraw, user.address)).toMatchObject({ ok: false, error: { code: 'no_credit' } });
  });
  it('fail without naming the endpoint', async () => {
    const away = evmLedger({ chain: world.chain, rpc: 'http://127.0.0.1:9/secret-key' });
    const error = await away.head().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'rpc_failed' });
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain('secret-key');
  });
});
