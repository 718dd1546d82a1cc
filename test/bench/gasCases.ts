/** The cases of `npm run bench:gas` that are one transaction each: fills, escrow across chains, leases. */
import { numberToHex, padHex, parseEther } from 'viem';
import type { Deal } from '../../contracts/client/deal.ts';
import { type Attestation, attestedEvidence, deliveriesRoot, type Leaf, leaseEvidence, recordKey } from '../../contracts/client/evidence.ts';
import { guarded } from '../../contracts/client/permit2.ts';
import { marketTypedData, type Voucher } from '../../intents/market.ts';
import { type OrderOf, orderId } from '../../intents/order.ts';
import { attesters, attesterSet, auctioneer, FAR, meter, type Receipt, recipient, solver, stranger, user, type World } from './gasWorld.ts';

const SELL = parseEther('1000');
export const BUY = parseEther('0.4');
let salt = 0n;
/** Nonces are 64 random-looking bits: a word of its own each, unless `bit` is given. */
export const freshNonce = () => (0xa1b2c3d4e5f6n + ++salt) << 8n;

export function swap(world: World, now: number, nonce: bigint, exclusive: boolean): OrderOf<'fillIn'> {
  return {
    kind: 'fillIn', chainId: world.chain.id, settlement: world.contracts.settlement,
    message: {
      sentence: 'Sell exactly 1000 AAA to buy at least 0.4 BBB.', user: user.address, nonce,
      sell: { token: world.sold, exactly: SELL },
      buy: { token: world.bought, atLeast: BUY, to: recipient.address },
      terms: { auctioneer: auctioneer.address, exclusiveUntil: exclusive ? now + 1000 : now - 1, fillBy: now + 2000 },
    },
  };
}
export function crossing(world: World, now: number): OrderOf<'openIn'> {
  return {
    kind: 'openIn', chainId: world.chain.id, settlement: world.contracts.escrow,
    message: {
      sentence: 'Sell exactly 1000 AAA to buy at least 0.4 BBB on base.', user: user.address, nonce: freshNonce(),
      sell: { token: world.sold, exactly: SELL },
      buy: { chainId: FAR, token: world.bought, atLeast: BUY, to: recipient.address, deliverBy: now + 3000 },
      terms: { auctioneer: auctioneer.address, exclusiveUntil: now + 1000, openBy: now + 2000, closeAfter: now + 4000, verifier: world.contracts.attested },
    },
  };
}
export function lease(world: World, now: number): OrderOf<'lease'> {
  return {
    kind: 'lease', chainId: world.chain.id, settlement: world.contracts.escrow,
    message: {
      sentence: 'Rent 1 vCPU for 1 hour.', user: user.address, nonce: freshNonce(),
      sell: { token: world.sold, perHourAtMost: parseEther('2'), totalAtMost: parseEther('2') },
      buy: {
        resources: { cpuMilli: 1000, memoryMiB: 2048, diskGiB: 10, gpus: 0, gpuModel: '', gpuMemoryMiB: 0 },
        place: { regions: 'eu', level: 'probed' },
        workload: { runtime: 'sandbox', image: '', command: '', artifactSha256: padHex('0x00', { size: 32 }), sealedInputs: padHex('0x00', { size: 32 }) },
        secondsAtMost: 3600,
      },
      terms: {
        auctioneer: auctioneer.address, exclusiveUntil: now + 1000, openBy: now + 2000, startBy: now + 2000, ackSeconds: 60, windowSeconds: 600,
        noShowPenalty: parseEther('1'), meterKey: meter.address, verifier: world.contracts.lease,
      },
    },
  };
}

export async function fills(world: World) {
  const nonce = freshNonce();
  const fill = async (bit: bigint) => world.run(solver, world.calls.fillCall(await world.signed(swap(world, await world.now(), nonce + bit, false))));
  const result: Record<string, Receipt> = { 'fill.fresh': await fill(0n), 'fill.used': await fill(1n) };
  const other = freshNonce();
  for (const [bit, name] of ['fill.award.fresh', 'fill.award.used'].entries()) {
    const signed = await world.signed(swap(world, await world.now(), other + BigInt(bit), true));
    result[name] = await world.run(solver, world.calls.fillCall(signed, await world.awarded(signed)));
  }
  const third = guarded(freshNonce());
  for (const [bit, name] of ['fill.permit2.fresh', 'fill.permit2.used'].entries()) {
    result[name] = await world.run(solver, world.calls.fillCall(await world.signed(swap(world, await world.now(), third + BigInt(bit), false))));
  }
  return result;
}

export async function crossChain(world: World) {
  const { run, calls } = world;
  const result: Record<string, Receipt> = {};
  const late = async () => {
    const order = crossing(world, await world.now());
    return { ...order, message: { ...order.message, terms: { ...order.message.terms, exclusiveUntil: (await world.now()) - 1 } } };
  };
  // Escrow asks a verifier for its gap once for each chain: the first order pays 23,000 for that, no other one does.
  await run(user, calls.openCall({ order: await late(), auth: { mode: 'own' } }));
  result.open = await run(user, calls.openCall({ order: await late(), auth: { mode: 'own' } }));
  result.openFor = await run(solver, calls.openCall(await world.signed(await late())));

  const signed = await world.signed(crossing(world, await world.now()));
  const awarded = await world.awarded(signed);
  result['openFor.award'] = await run(solver, calls.openCall(signed, awarded));
  const order = signed.order as OrderOf<'openIn'>;
  const { token, to, deliverBy } = order.message.buy;
  const drop = { dealId: orderId(order), output: 0, token, to, deliverBy, solver: solver.address, amount: BUY };
  result.deliver = await run(solver, calls.deliverCall([drop], solver.address));
  const leaves = [{ key: recordKey(drop), word: (BigInt(await world.now()) << 128n) | BUY }];
  result.claim = await run(solver, calls.claimCall(world.dealOf(order, awarded), attestedEvidence({ leaves, index: 0, ...(await attestation(world, leaves)) })));

  const lapsed = await world.signed(crossing(world, await world.now()));
  const promise = await world.awarded(lapsed);
  await run(solver, calls.openCall(lapsed, promise));
  await world.passTo(lapsed.order.kind === 'openIn' ? lapsed.order.message.terms.closeAfter + 1 : 0);
  result.close = await run(stranger, calls.closeCall(world.dealOf(lapsed.order as OrderOf<'openIn'>, promise)));
  return result;
}

/** What two of three attesters sign about these records. */
export async function attestation(world: World, leaves: readonly Leaf[], time?: number): Promise<Attestation> {
  const [number, asOf] = [21_000_000, time ?? (await world.now())];
  const chain = padHex(numberToHex(FAR), { size: 32 });
  const message = { chain, delivery: world.contracts.delivery, number: BigInt(number), asOf, root: deliveriesRoot(leaves) };
  const data = marketTypedData('Deliveries', message, world.chain.id, world.contracts.attested);
  const signatures = await Promise.all([0, 1].map(async (index) => ({ index, signature: await attesters[index]!.signTypedData(data) })));
  return { number, asOf, set: attesterSet, signatures };
}

export async function leases(world: World) {
  const { run, calls } = world;
  const result: Record<string, Receipt> = {};
  const opened = async () => {
    const signed = await world.signed(lease(world, await world.now()));
    const awarded = await world.awarded(signed);
    const receipt = await run(solver, calls.openCall(signed, awarded));
    const order = signed.order as OrderOf<'lease'>;
    return { order, receipt, deal: world.dealOf(order, awarded, order.message.terms.noShowPenalty) };
  };
  const acknowledged = async (deal: Deal, seconds: number, last: boolean) => {
    const voucher: Voucher = { lease: deal.id, seconds, meter: deal.where, last };
    return { seconds, meter: voucher.meter, meterSignature: await meter.signTypedData(marketTypedData('Voucher', voucher, world.chain.id, world.contracts.escrow)) };
  };
  // Two leases first, so that the provider's account and the measured ones start alike.
  await opened();
  const { order, receipt, deal } = await opened();
  result['lease.open'] = receipt;
  result['lease.start'] = await run(solver, calls.advanceCall(deal, leaseEvidence.start(order)));
  const startedAt = await world.now();
  const running = { ...deal, state: BigInt(startedAt) };
  await world.passTo(startedAt + 600);
  result['lease.voucher'] = await run(solver, calls.advanceCall(running, leaseEvidence.voucher(order, await acknowledged(deal, 600, false))));
  const paid = { ...running, delivered: 600n, released: (deal.num * 600n) / deal.den };
  await world.passTo(startedAt + 1200);
  result['lease.close'] = await run(solver, calls.advanceCall(paid, leaseEvidence.last(order, await acknowledged(deal, 1200, true))));

  const missed = await opened();
  await world.passTo(missed.order.message.terms.startBy + 1);
  result['lease.noshow'] = await run(stranger, calls.advanceCall(missed.deal, leaseEvidence.noShow(missed.order)));
  return result;
}
