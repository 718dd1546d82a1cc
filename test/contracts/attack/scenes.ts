/** Valid calls, one for each entry that takes something signed or attested, ready to be sent: what attacks start from. */
import { type Address, encodeFunctionData, type Hex, keccak256, zeroHash } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { attestedAbi, bondsAbi, escrowAbi, fairnessAbi, settlementAbi } from '../../../contracts/client/abi.ts';
import { fillManyCall, packLines } from '../../../contracts/client/batch.ts';
import { type Deal, dealStruct, placeOf } from '../../../contracts/client/deal.ts';
import { attestedEvidence, attestedMany, attesterQuorum, leaseEvidence, recordKey } from '../../../contracts/client/evidence.ts';
import { fairnessCallsOf } from '../../../contracts/client/fairness.ts';
import type { Call } from '../../../contracts/client/ledger.ts';
import { inventoryPlan, limitsOf } from '../../../contracts/client/plan.ts';
import { orderRef } from '../../../contracts/client/reference.ts';
import { awardedStruct, optionsStruct, swapStruct, tokenStruct } from '../../../contracts/client/structs.ts';
import { type Awards, type Bid, foldAwards, marketDigest, marketTypedData, type MarketMessages, type MarketType } from '../../../intents/market.ts';
import { boundsOf, KIND, type Order, type OrderOf, orderId, settlementDomain, type SignedOrder } from '../../../intents/order.ts';
import { attestation, crossing, lease, swap } from '../../bench/gasCases.ts';
import { attesters, attesterSet, auctioneer, meter, solver, stranger, user, type World } from '../../bench/gasWorld.ts';

export type Scene = {
  name: string;
  from: PrivateKeyAccount;
  call: Call;
  /** Leaves that nothing signs, each with the reason why that harms nobody. */
  free?: Record<string, string>;
  /** What makes it impossible for good, if its user may withdraw it. */
  withdraw?: Call;
  /** The last second at which it is in time, if there is one. */
  until?: number;
  /** Sending it twice changes nothing. */
  again?: true;
};

const sign = <T extends MarketType>(account: PrivateKeyAccount, type: T, message: MarketMessages[T], at: { chainId: number; settlement: Address }) =>
  account.signTypedData(marketTypedData(type, message, at.chainId, at.settlement) as Parameters<PrivateKeyAccount['signTypedData']>[0]);

const withdrawalOf = (order: Order) =>
  user.signTypedData({
    domain: settlementDomain(order.chainId, order.settlement), types: { Cancel: [{ name: 'order', type: 'bytes32' }] }, primaryType: 'Cancel',
    message: { order: orderId(order) },
  });

/** Leaves that an entry does not read: the award where there is none, the options of an order without. */
const unread = (entry: 'fillWith' | 'cancelFor'): Record<string, string> => {
  const members = (name: string, list: string) => Object.fromEntries(list.split(' ').map((member) => [`${name}.${member}`, 'not read here']));
  if (entry === 'cancelFor') return members('options', 'smallestPart decayFrom decayUntil parts every start feeTo feeBps');
  return members('a', 'order part sell buy bond cutAt notBefore fillBy previous');
};

/** All scenes of `world`. They stand side by side: none disturbs another, and none has been sent. */
export async function scenes(world: World): Promise<Scene[]> {
  return [...(await fills(world)), ...(await openings(world)), ...(await payments(world)), ...(await leases(world)), ...(await bonds(world))];
}

async function fills(world: World): Promise<Scene[]> {
  const { calls } = world;
  const open = await world.signed(swap(world, await world.now(), 1n << 8n, false));
  const awarded = await world.signed(swap(world, await world.now(), 2n << 8n, true));
  const promise = await world.awarded(awarded);
  const until = (signed: SignedOrder) => (signed.order as OrderOf<'fillIn'>).message.terms.fillBy;
  const chosen = swap(world, await world.now(), 3n << 8n, false);
  chosen.message.options = { smallestPart: 0n, decayFrom: 0n, decayUntil: 0, parts: 0, every: 0, start: 0, feeTo: stranger.address, feeBps: 10 };
  const withOptions = await world.signed(chosen);
  const line = swap(world, await world.now(), 4n << 8n, true);
  line.message.buy.to = user.address;
  const inBatch = await world.signed(line);
  const { award } = await world.awarded(inBatch);
  const awards: Awards = { ...foldAwards([award]), solver: solver.address, bond: award.bond, cutAt: award.cutAt, notBefore: award.notBefore, fillBy: award.fillBy };
  const packed = await packLines([inBatch]);
  const batch = fillManyCall(packed, inventoryPlan(limitsOf(packed)), { awarded: { awards, signature: await sign(auctioneer, 'Awards', awards, line) } });
  const settlement = world.contracts.settlement;
  const nonces = { user: user.address, word: 77n, mask: 5n };
  const onSettlement = (name: string, data: Hex): Scene => ({ name, from: stranger, call: { chainId: world.chain.id, to: settlement, data, value: 0n, what: name } });
  const gone = swap(world, await world.now(), 5n << 8n, false);
  return [
    { name: 'fill', from: solver, call: calls.fillCall(open), withdraw: calls.cancelCall(open.order), until: until(open) },
    { name: 'fillAwarded', from: solver, call: calls.fillCall(awarded, promise), withdraw: calls.cancelCall(awarded.order), until: promise.award.fillBy },
    { name: 'fillWith', from: solver, call: calls.fillCall(withOptions), withdraw: calls.cancelCall(chosen), until: until(withOptions), free: unread('fillWith') },
    { name: 'fillMany', from: solver, call: batch, withdraw: calls.cancelCall(line), until: award.fillBy, free: { split: 'where the caller wants to be called back' } },
    {
      ...onSettlement('Settlement.cancelFor', encodeFunctionData({
        abi: settlementAbi, functionName: 'cancelFor', args: [KIND.fillIn, swapStruct(gone), optionsStruct(gone), await withdrawalOf(gone)],
      })),
      withdraw: calls.cancelCall(gone), free: unread('cancelFor'),
    },
    {
      ...onSettlement('cancelNoncesFor', encodeFunctionData({
        abi: settlementAbi, functionName: 'cancelNoncesFor',
        args: [nonces.user, nonces.word, nonces.mask, await user.signTypedData({
          domain: settlementDomain(world.chain.id, settlement), primaryType: 'CancelNonces', message: nonces,
          types: { CancelNonces: [{ name: 'user', type: 'address' }, { name: 'word', type: 'uint256' }, { name: 'mask', type: 'uint256' }] },
        })],
      })),
      again: true,
    },
  ];
}

async function openings(world: World): Promise<Scene[]> {
  const { calls, chain } = world;
  const scene = async (name: string, from: PrivateKeyAccount, order: Order, build: (signed: SignedOrder) => Promise<Hex | Call>, until: number): Promise<Scene> => {
    const signed = await world.signed(order);
    const built = await build(signed);
    const call = typeof built === 'string' ? { chainId: chain.id, to: order.settlement, data: built, value: 0n, what: name } : built;
    return { name, from, call, withdraw: calls.cancelCall(order), until };
  };
  const token = async () => crossing(world, await world.now());
  const signatureOf = ({ auth }: SignedOrder) => (auth.mode === 'signature' ? auth.signature : '0x');
  const [first, second, third] = [await token(), await token(), lease(world, await world.now())];
  const late = { ...(await token()) };
  late.message = { ...late.message, terms: { ...late.message.terms, exclusiveUntil: (await world.now()) - 1 } };
  const cancelled = await token();
  const withdrawal = encodeFunctionData({
    abi: escrowAbi, functionName: 'cancelFor', args: [KIND.openIn, orderRef(cancelled).order, await withdrawalOf(cancelled)],
  });
  const promised = async (signed: SignedOrder) => calls.openCall(signed, await world.awarded(signed));
  return [
    await scene('openWithAward', solver, first, promised, (await world.now()) + 300),
    { ...(await scene('openFor with the reply', stranger, second, async (signed) => {
      return encodeFunctionData({ abi: escrowAbi, functionName: 'openFor', args: [KIND.openIn, tokenStruct(second), signatureOf(signed), awardedStruct(await world.awarded(signed))] });
    }, (await world.now()) + 300)) },
    await scene('openLeaseByProvider', solver, third, promised, (await world.now()) + 300),
    await scene('openUnawardedOnBehalf', stranger, late, async (signed) =>
      encodeFunctionData({ abi: escrowAbi, functionName: 'openUnawardedOnBehalf', args: [KIND.openIn, tokenStruct(late), signatureOf(signed)] }), late.message.terms.openBy),
    { name: 'cancelFor', from: stranger, call: { chainId: chain.id, to: chain.contracts.escrow, data: withdrawal, value: 0n, what: 'cancelFor' }, withdraw: calls.cancelCall(cancelled) },
  ];
}

/** An order that the solver has opened. */
async function opened(world: World, order: OrderOf<'openIn'> | OrderOf<'lease'>) {
  const signed = await world.signed(order);
  const awarded = await world.awarded(signed);
  await world.run(solver, world.calls.openCall(signed, awarded));
  return world.dealOf(order, awarded, order.kind === 'lease' ? order.message.terms.noShowPenalty : awarded.award.bond);
}

const onEscrow = ({ chain }: World, data: Hex): Call => ({ chainId: chain.id, to: chain.contracts.escrow, data, value: 0n, what: 'escrow' });

async function payments(world: World): Promise<Scene[]> {
  const { calls } = world;
  const fresh = async () => {
    const order = crossing(world, await world.now());
    return { order, deal: await opened(world, order), place: placeOf(order) };
  };
  const [one, many, final, padded] = [await fresh(), await fresh(), await fresh(), await fresh()];
  const recorded = async ({ deal, place, order }: typeof one, part: bigint) => {
    const word = (BigInt(await world.now()) << 128n) | (boundsOf(order).buyAtLeast / part);
    return [{ key: recordKey({ ...place, dealId: deal.id, output: 0, solver: deal.solver }), word }];
  };
  const [single, whole, partly, same] = [await recorded(one, 1n), await recorded(many, 1n), await recorded(final, 2n), await recorded(padded, 1n)];
  const plain = [padded.deal.id, dealStruct(padded.deal), attestedEvidence({ leaves: same, index: 0, ...(await attestation(world, same)) })] as const;
  // As of a second after `deliverBy`: attesters sign the time of the block that they read.
  const after = { ...(await attestation(world, partly, final.place.deliverBy + 1)) };
  return [
    { name: 'claim', from: stranger, call: calls.claimCall(one.deal, attestedEvidence({ leaves: single, index: 0, ...(await attestation(world, single)) })) },
    { name: 'claim by the ABI', from: stranger, call: onEscrow(world, encodeFunctionData({ abi: escrowAbi, functionName: 'claim', args: plain })) },
    { name: 'claimMany', from: stranger, call: calls.claimManyCall([{ deal: many.deal, word: whole[0]!.word }], attestedMany(await attestation(world, whole))) },
    { name: 'closeFinal', from: stranger, call: calls.closeFinalCall(final.deal, final.place, attestedEvidence({ leaves: partly, index: 0, ...after })) },
  ];
}

async function leases(world: World): Promise<Scene[]> {
  const { calls } = world;
  const started = async () => {
    const order = lease(world, await world.now());
    const deal = await opened(world, order);
    await world.run(solver, calls.advanceCall(deal, leaseEvidence.start(order)));
    return { order, deal: { ...deal, state: BigInt(await world.now()) } };
  };
  const [paid, ended, padded] = [await started(), await started(), await started()];
  await world.passTo((await world.now()) + 40);
  await world.run(stranger, { chainId: world.chain.id, to: stranger.address, data: '0x', value: 0n, what: 'a second passes' });
  const both = async ({ order, deal }: { order: OrderOf<'lease'>; deal: Deal }, seconds: number, last: boolean) => {
    const message = { lease: deal.id, seconds, meter: keccak256('0x01'), last };
    return { seconds, meter: message.meter, meterSignature: await sign(meter, 'Voucher', message, order), providerSignature: await sign(solver, 'Voucher', message, order) };
  };
  const plain = [padded.deal.id, dealStruct(padded.deal), padded.deal.cold, leaseEvidence.voucher(padded.order, await both(padded, 30, false))] as const;
  return [
    { name: 'voucher by the ABI', from: stranger, call: onEscrow(world, encodeFunctionData({ abi: escrowAbi, functionName: 'advance', args: plain })) },
    { name: 'voucher', from: stranger, call: calls.advanceCall(paid.deal, leaseEvidence.voucher(paid.order, await both(paid, 30, false))) },
    { name: 'last voucher', from: stranger, call: calls.advanceCall(ended.deal, leaseEvidence.last(ended.order, await both(ended, 30, true))), free: { 'call@265': 'the act: with the same consent it ends as a stop does' } },
  ];
}

async function bonds(world: World): Promise<Scene[]> {
  const { calls, chain } = world;
  const now = await world.now();
  const missed = await world.signed(crossing(world, now));
  const promise = await world.awarded(missed, { fillBy: now + 30 });
  const beaten = await world.signed(crossing(world, now));
  const order = beaten.order as OrderOf<'openIn'>;
  const award = await world.awarded(beaten, { fillBy: now + 30 });
  const bid: Bid = {
    order: orderId(order), part: 0n, solver: stranger.address, sell: award.award.sell, buy: award.award.buy + 1n, bond: award.award.bond,
    validUntil: now + 100, salt: zeroHash,
  };
  const receipt = { order: bid.order, part: 0n, bid: marketDigest('Bid', bid, order.chainId, order.settlement), receivedAt: award.award.cutAt, index: 0 };
  const better = { bid, bidSignature: await sign(stranger, 'Bid', bid, order), receipt, receiptSignature: await sign(auctioneer, 'BidReceipt', receipt, order) };
  const challenge = fairnessCallsOf(chain).challengeCall(order, award, better);
  await world.run(stranger, calls.approveCall(chain.bondToken, chain.contracts.fairness, bid.bond));
  await world.run(solver, calls.bondCall(auctioneer.address, auctioneer.address, 2n * bid.bond));
  await world.passTo(now + 60);
  await world.run(stranger, { chainId: chain.id, to: stranger.address, data: '0x', value: 0n, what: 'a second passes' });
  const next = { signers: [user.address, solver.address], k: 1, epoch: 1n };
  const rotation = {
    domain: settlementDomain(chain.id, chain.contracts.attested), primaryType: 'Rotate' as const, message: next,
    types: { Rotate: [{ name: 'signers', type: 'address[]' }, { name: 'k', type: 'uint8' }, { name: 'epoch', type: 'uint64' }] },
  };
  const quorum = attesterQuorum(attesterSet, await Promise.all([0, 1].map(async (index) => ({ index, signature: await attesters[index]!.signTypedData(rotation) }))));
  const rotate = encodeFunctionData({ abi: attestedAbi, functionName: 'rotate', args: [next.signers, next.k, quorum] });
  return [
    { name: 'rotate', from: stranger, call: { chainId: chain.id, to: chain.contracts.attested, data: rotate, value: 0n, what: 'rotate' } },
    { name: 'slashNoShow', from: stranger, call: calls.slashCall(missed, promise), withdraw: calls.cancelCall(missed.order) },
    { name: 'challenge', from: stranger, call: challenge },
  ];
}

/** ABI of the contract at `address`, to take a call apart. */
export const abiAt = ({ contracts }: World['chain'], address: Address) => {
  const found = ([[contracts.settlement, settlementAbi], [contracts.escrow, escrowAbi], [contracts.bonds, bondsAbi], [contracts.fairness, fairnessAbi], [contracts.attested, attestedAbi]] as const)
    .find(([known]) => known.toLowerCase() === address.toLowerCase());
  return found?.[1];
};
