/** Slashes, challenges and answers as clients send them, on a real chain. */
import { type Hex, keccak256, maxUint256, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchProof, challengeId, fairnessCallsOf, type ProvenAward, stakeOf } from '../../../contracts/client/fairness.ts';
import type { ReceiptedBid } from '../../../intents/award.ts';
import { type Award, type Bid, foldAwards, marketDigest } from '../../../intents/market.ts';
import { type Order, orderId, type SignedOrder } from '../../../intents/order.ts';
import { auctioneer, awarded, deployer, fillIn, job, lease, openOut, signed, signMessage, solver, startWorld, USDC, user, type World } from './world.ts';

let world: World;
let calls: ReturnType<typeof fairnessCallsOf>;
beforeAll(async () => {
  world = await startWorld({ chainId: 31301 });
  calls = fairnessCallsOf(world.chain);
  await world.send(solver, world.ledger.bondCall(auctioneer.address, auctioneer.address, 1_000n * USDC));
  await world.send(solver, world.ledger.approveCall(world.usdc, world.chain.contracts.fairness, maxUint256));
}, 60_000);
afterAll(() => world?.anvil.stop());

const held = (who: Hex) => world.ledger.balanceOf(who, world.usdc);
const ownBond = async () => (await world.ledger.bondOf(auctioneer.address, auctioneer.address)).balance;
const sign = <T extends 'Award' | 'Bid' | 'BidReceipt' | 'Reply' | 'Awards'>(who: typeof solver, type: T, message: never, { order }: SignedOrder) =>
  signMessage(who, type, message, order.chainId, order.settlement);
const prove = async (award: Award, both: SignedOrder): Promise<ProvenAward> => ({ award, signature: await sign(auctioneer, 'Award', award as never, both) });

/** A bid that gives the user a little more than the order's limit, with its receipt. */
async function betterBid({ order }: SignedOrder, award: Award, now: number): Promise<ReceiptedBid> {
  const exactOut = order.kind !== 'fillIn' && order.kind !== 'openIn';
  const bid: Bid = {
    order: orderId(order), part: 0n, solver: solver.address, sell: exactOut ? award.sell - 1n : award.sell, buy: exactOut ? award.buy : award.buy + 1n,
    bond: 25n * USDC, validUntil: now + 60, salt: zeroHash,
  };
  const receipt = { order: bid.order, part: 0n, bid: marketDigest('Bid', bid, order.chainId, order.settlement), receivedAt: now, index: 0 };
  const both = { order } as SignedOrder;
  return { bid, bidSignature: await sign(solver, 'Bid', bid as never, both), receipt, receiptSignature: await sign(auctioneer, 'BidReceipt', receipt as never, both) };
}

async function passedOver(order: Order, change: Partial<Award> = {}) {
  const both = await signed(order);
  const now = await world.now();
  const { award } = await awarded(both, now, { solver: deployer.address, ...change });
  return { both, now, passed: await prove(award, both), better: await betterBid(both, award, now) };
}

describe('a challenge', () => {
  it.each([['fillIn', fillIn], ['openOut', openOut], ['lease', lease], ['job', job]] as const)('of an award for %s, that nobody answers', async (_, make) => {
    const { both, passed, better } = await passedOver(await make(world));
    const before = [await held(user.address), await held(solver.address), await ownBond()] as const;
    await world.send(solver, calls.challengeCall(both.order, passed, better));
    expect(await held(solver.address)).toBe(before[1] - stakeOf(better.bid));
    const judge = calls.judgeCall(challengeId(both.order, passed.award, better.bid));
    expect(await world.ledger.simulate(judge, deployer.address)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
    await world.at((await world.now()) + 24 * 3_600 + 1);
    await world.send(deployer, judge);
    expect([await held(user.address), await held(solver.address), await ownBond()]).toEqual([before[0] + 20n * USDC, before[1] + 5n * USDC, before[2] - 50n * USDC]);
    expect(await world.ledger.simulate(judge, deployer.address)).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  it('is answered by the offer that was refused', async () => {
    const { both, now, better } = await passedOver(await fillIn(world));
    const terms = { part: 0n, solver: solver.address, sell: better.bid.sell, buy: better.bid.buy, bond: better.bid.bond };
    const offer = await prove({ order: better.bid.order, ...terms, cutAt: now, notBefore: 0, fillBy: now + 20, after: zeroHash }, both);
    const after = marketDigest('Award', offer.award, both.order.chainId, both.order.settlement);
    const passed = await prove({ ...offer.award, solver: deployer.address, buy: better.bid.buy - 1n, notBefore: now + 1, after }, both);
    await world.send(solver, calls.challengeCall(both.order, passed, better));
    const reply = { award: after, authorisation: keccak256('0x'), accepted: false };
    const refusal = { reply, signature: await sign(solver, 'Reply', reply as never, both) };
    const silent = calls.answerCall(both.order, passed.award, better.bid, [offer]);
    expect(await world.ledger.simulate(silent, auctioneer.address)).toMatchObject({ ok: false, error: { code: 'offer_cut_short' } });
    const before = [await held(auctioneer.address), await ownBond()] as const;
    await world.send(auctioneer, calls.answerCall(both.order, passed.award, better.bid, [offer], refusal));
    expect([await held(auctioneer.address), await ownBond()]).toEqual([before[0] + stakeOf(better.bid), before[1]]);
  });

  it('is answered by an offer in a batch that ran out', async () => {
    const { both, now, better } = await passedOver(await fillIn(world));
    const terms = { solver: solver.address, bond: better.bid.bond, cutAt: now, notBefore: 0, fillBy: now + 20 };
    const entries = [{ order: keccak256('0x01'), sell: 1n, buy: 2n }, better.bid];
    const signature = await sign(auctioneer, 'Awards', { ...foldAwards(entries), ...terms } as never, both);
    const offer = { award: { order: better.bid.order, part: 0n, ...terms, sell: better.bid.sell, buy: better.bid.buy, after: zeroHash }, signature: batchProof({ entries, signature }, 1) };
    const after = marketDigest('Award', offer.award, both.order.chainId, both.order.settlement);
    const passed = await prove({ ...offer.award, solver: deployer.address, buy: better.bid.buy - 1n, notBefore: now + 20, fillBy: now + 40, after }, both);
    await world.send(solver, calls.challengeCall(both.order, passed, better));
    await world.send(auctioneer, calls.answerCall(both.order, passed.award, better.bid, [offer]));
  });
});

it('two awards of one place are slashed at once', async () => {
  const { both, passed } = await passedOver(await lease(world));
  const other = await prove({ ...passed.award, solver: solver.address, bond: 12n * USDC }, both);
  const before = [await held(user.address), await ownBond()] as const;
  await world.send(deployer, calls.equivocationCall(both.order, passed, other));
  expect([await held(user.address), await ownBond()]).toEqual([before[0] + 4_800_000n, before[1] - 12n * USDC]);
  expect(await world.ledger.simulate(calls.equivocationCall(both.order, passed, other), deployer.address)).toMatchObject({ ok: false, error: { code: 'already_penalised' } });
});

it.each([['fillIn', fillIn], ['openOut', openOut], ['lease', lease], ['job', job]] as const)('an accepted award for %s that was missed is slashed, alone or as an entry of a batch', async (_, make) => {
  const both = await signed(await make(world));
  const now = await world.now();
  const promise = await awarded(both, now, { notBefore: 0 });
  const { solver: winner, bond, cutAt, notBefore, fillBy } = promise.award;
  const entries = [promise.award, { order: keccak256('0x02'), sell: 5n, buy: 6n }];
  const signature = await sign(auctioneer, 'Awards', { ...foldAwards(entries), solver: winner, bond, cutAt, notBefore, fillBy } as never, both);
  await world.at(fillBy + 1);
  const before = await held(user.address);
  await world.send(user, world.ledger.slashCall(both, { ...promise, signature: batchProof({ entries, signature }, 0) }));
  expect(await held(user.address)).toBe(before + bond);
  expect(await world.ledger.simulate(world.ledger.slashCall(both, promise), user.address)).toMatchObject({ ok: false, error: { code: 'already_slashed' } });
});
