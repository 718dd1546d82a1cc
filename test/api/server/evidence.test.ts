/** Evidence that the contracts take: deliveries proven by k attesters, jobs run again; and what no attester is asked for. */
import { type Hex, type LocalAccount, sha256, stringToBytes, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveriesRoot, recordKey } from '../../../contracts/client/evidence.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { decodeSignedOrder, toJson } from '../../../intents/json.ts';
import { orderId, type SignedOrder } from '../../../intents/order.ts';
import { attesters, auctioneer, awarded, DAI, job, openOut, signed, signMessage, solver } from '../../contracts/client/world.ts';
import { openSession, type Place, type Session, startPlace } from './place.ts';

let place: Place;
let session: Session;
beforeAll(async () => {
  place = await startPlace();
  session = await openSession(place, solver);
});
afterAll(async () => {
  session.close();
  await place.stop();
});
const fresh = () => privateKeyToAccount(generatePrivateKey());

type Mind = { record?(word: bigint): bigint; result?: Hex; fuel?: bigint; by?: LocalAccount; decline?: true; silent?: true };
/** Attesters' sessions that read the chain like real ones, and may be made to lie. */
async function seat(minds: Mind[]): Promise<() => void> {
  const sessions = await Promise.all(minds.map(async (mind, n) => {
    const account = attesters[n]!;
    const one = await openSession(place, account, { role: 'attester' });
    one.socket.on('message', (data) => void answer(one, mind, account, JSON.parse(String(data))));
    return one;
  }));
  return () => sessions.forEach((one) => one.close());
}
async function answer(one: Session, mind: Mind, account: LocalAccount, frame: { type: string; id: string; number: number; drops: Drop[]; chainId: number; verifier: Hex; originChainId: number; signed: SignedOrder; result: Hex; fuel: string }) {
  if (mind.silent) return;
  if (mind.decline) return one.say({ type: 'declined', id: frame.id, code: 'no_quorum', message: 'my endpoints disagree' });
  const { world } = place;
  const by = mind.by ?? account;
  if (frame.type === 'attest') {
    const drop = { ...frame.drops[0]!, amount: BigInt(frame.drops[0]!.amount) };
    const block = (await world.ledger.block(frame.number))!;
    const word = (mind.record ?? ((w: bigint) => w))(await world.ledger.recordOf(drop, frame.number));
    const root = deliveriesRoot([{ key: recordKey(drop), word }]);
    const message = { chain: toHex(frame.chainId, { size: 32 }), delivery: world.chain.contracts.delivery, number: BigInt(frame.number), asOf: block.at, root };
    one.say({ type: 'attested', id: frame.id, root, asOf: block.at, values: [String(word)], signature: await signMessage(by, 'Deliveries', message, frame.originChainId, frame.verifier) });
  }
  if (frame.type === 'judge') {
    const { order } = decodeSignedOrder(frame.signed);
    const verdict = { job: orderId(order), result: mind.result ?? frame.result, fuel: mind.fuel ?? BigInt(frame.fuel) };
    one.say({ type: 'judged', id: frame.id, verdict: toJson(verdict), signature: await signMessage(by, 'Verdict', verdict, order.chainId, (order.message.terms as { verifier: Hex }).verifier) });
  }
}

/** An order that `solver` holds: stored, awarded, accepted. */
async function hold(one: SignedOrder) {
  const { store, world } = place;
  const id = orderId(one.order);
  const won = await awarded(one, await world.now());
  await store.orders.post(id, one, 1);
  await store.events.append([
    { order: id, key: 'w', at: 1, fact: { type: 'awarded', award: won.award, digest: won.reply.award, signature: won.signature } },
    { order: id, key: 'a', at: 1, fact: { type: 'accepted', award: won.reply.award, signature: won.replySignature } },
  ]);
  return { id, won };
}
async function delivered(deliver = true) {
  const { world } = place;
  const order = await openOut(world);
  const one = await signed(order);
  const { id, won } = await hold(one);
  await world.send(solver, world.ledger.openCall(one, won));
  const { buy } = order.message;
  const drop: Drop = { dealId: id, output: 0, token: buy.token, to: buy.to, deliverBy: buy.deliverBy, solver: solver.address, amount: 99n * DAI };
  if (deliver) await world.send(solver, world.ledger.deliverCall([drop]));
  await world.anvil.mine(3);
  return { order, id, drop };
}
const ask = async (from: Session, frame: object) => {
  const id = crypto.randomUUID();
  from.say({ ...frame, id });
  for (let n = 0; n < 600; n++) {
    const answer = from.heard.find((one) => 'id' in one && one.id === id);
    if (answer) return answer as unknown as { type: string; evidence: Hex; signers: number; error: { code: string } };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no answer');
};
const prove = (drops: Drop[], from = session, chainId = place.world.chain.id) => ask(from, { type: 'prove', chainId, drops: toJson(drops) });

describe('deliveries', () => {
  it('are proven by k attesters so that the contract pays', async () => {
    const leave = await seat([{}, {}, {}]);
    const { order, id, drop } = await delivered();
    const { type, evidence, signers } = await prove([drop]);
    expect([type, signers]).toEqual(['evidence', 2]);
    const { world } = place;
    const deal = (await world.ledger.dealOf(order))!;
    await world.send(solver, world.ledger.claimCall(deal, evidence));
    expect(await world.ledger.stateOf(order)).toBe('closed');
    expect((await place.store.events.of(id)).some((event) => event.type === 'attested' && event.signers === 2)).toBe(true);
    leave();
  });
  it.each<[string, Mind[], string]>([
    ['one that lies', [{ record: (word) => word + 1n }, {}, {}], 'evidence'],
    ['one that signs with another key', [{ by: fresh() }, {}, {}], 'evidence'],
    ['one that declines and one that lies', [{ decline: true }, { record: (word) => word - 1n }, {}], 'failed'],
    ['two that lie differently', [{ record: (word) => word + 1n }, { record: (word) => word + 2n }, {}], 'failed'],
    ['only one', [{}], 'failed'],
  ])('are proven only if k agree: with %s', async (_, minds, outcome) => {
    const leave = await seat(minds);
    const { order, drop } = await delivered();
    const answer = await prove([drop]);
    expect([answer.type, answer.error?.code ?? '']).toEqual([outcome, outcome === 'failed' ? 'no_quorum' : '']);
    if (answer.type === 'evidence') {
      const { world } = place;
      expect(await world.ledger.simulate(world.ledger.claimCall((await world.ledger.dealOf(order))!, answer.evidence), solver.address)).toMatchObject({ ok: true });
    }
    leave();
  });
  it('are asked for by the holder only, one at a time, on the order’s own chain', async () => {
    const stranger = await openSession(place, fresh());
    const { drop } = await delivered();
    expect((await prove([drop], stranger)).error.code).toBe('not_yours');
    expect((await prove([drop, drop])).error.code).toBe('one_drop');
    expect((await prove([drop], session, 5)).error.code).toBe('wrong_chain');
    expect((await prove([{ ...drop, dealId: `0x${'22'.repeat(32)}` }])).error.code).toBe('not_found');
    stranger.close();
  });
  it('wait until they are final', async () => {
    const leave = await seat([{}, {}, {}]);
    const { drop } = await delivered(false);
    const asked = prove([drop]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await place.world.send(solver, place.world.ledger.deliverCall([drop]));
    await place.world.anvil.mine(3);
    expect((await asked).type).toBe('evidence');
    leave();
  });
});

describe('jobs', () => {
  const RESULT = sha256(stringToBytes('result'));
  const held = async () => {
    const order = await job(place.world);
    const one = await signed(order);
    const { id, won } = await hold(one);
    await place.world.send(solver, place.world.ledger.openCall(one, won));
    return { order, id };
  };
  const judge = (order: Hex) => ask(session, { type: 'judge', order, result: RESULT, fuel: '1000000000' });

  it('are paid by the verdict of k attesters', async () => {
    const leave = await seat([{}, {}, {}]);
    const { order, id } = await held();
    const { type, evidence } = await judge(id);
    expect(type).toBe('evidence');
    const { world } = place;
    await world.send(solver, world.ledger.advanceCall((await world.ledger.dealOf(order))!, evidence));
    expect(await world.ledger.stateOf(order)).toBe('closed');
    leave();
  });
  it('are not when the attesters see another result, or each another', async () => {
    const other = sha256(stringToBytes('other'));
    const leave = await seat([{ result: other }, { result: other }, {}]);
    const { id } = await held();
    expect((await judge(id)).error.code).toBe('other_result');
    leave();
    await expect.poll(async () => (await (await fetch(`${place.served.url}/health`)).json() as { attesters: number }).attesters).toBe(0);
    const leaveAgain = await seat([{ fuel: 1n }, { fuel: 2n }, { fuel: 3n }]);
    expect((await judge(id)).error.code).toBe('no_quorum');
    leaveAgain();
  });
  it('are reported by their holder, once, without what cannot be stored', async () => {
    const { id } = await held();
    session.say({ type: 'report', order: id, fact: { type: 'result', result: RESULT, fuel: '7', exitCode: 0, output: `a\0b${'x'.repeat(5_000)}` } });
    await expect.poll(async () => (await place.store.events.of(id)).find(({ type }) => type === 'result')).toMatchObject({ fuel: 7n, output: expect.stringMatching(/^abx+$/) });
    session.say({ type: 'report', order: id, fact: { type: 'result', result: id, fuel: '9', exitCode: 0, output: '' } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await place.store.events.of(id)).filter(({ type }) => type === 'result')).toHaveLength(1);
    expect((await place.client.order(id)).receipt.job).toMatchObject({ fuel: '7' });
  });
});

it('has its auctioneer sign nothing of this', () => expect(attesters.map(({ address }) => address)).not.toContain(auctioneer.address));
