/** A job through every act of its verifier, on a real chain: evidence as it is built here, state and facts as they are read here. */
import { keccak256, stringToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobEvidence, type Verdicts } from '../../../contracts/client/evidence.ts';
import { type JobState, jobDue, jobStateOf } from '../../../contracts/client/job.ts';
import { feeBudgetOf } from '../../../intents/due.ts';
import { lifeOf, type OrderEvent } from '../../../intents/lifecycle.ts';
import { orderId, type OrderOf } from '../../../intents/order.ts';
import { attesters, attesterSet as SET, awarded, job, signed, signMessage, solver, startWorld, USDC, user, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.anvil.stop());

type JobOrder = OrderOf<'job'>;
const RESULT = keccak256(stringToHex('the right result'));
const FUEL = 1_500_000_001n;
const PAY = 1_500_000n;
const claim = { result: RESULT, fuel: FUEL };
const DEPOSIT = 10n * USDC;

/** An open job at 1 USDC per 10⁹ fuel. */
async function opened(auditBps: number): Promise<JobOrder> {
  const base = await job(world);
  const order: JobOrder = { ...base, message: { ...base.message, terms: { ...base.message.terms, auditBps } } };
  const both = await signed(order);
  await world.send(solver, world.ledger.openCall(both, await awarded(both, await world.now(), { sell: USDC })));
  return order;
}
async function verdicts(order: JobOrder, { result, fuel } = claim, by: readonly number[] = [1, 0]): Promise<Verdicts> {
  const message = { job: orderId(order), result, fuel };
  const signatures = await Promise.all(by.map(async (index) => ({ index, signature: await signMessage(attesters[index]!, 'Verdict', message, world.chain.id, order.message.terms.verifier) })));
  return { result, fuel, set: SET, signatures };
}
const callOf = async (order: JobOrder, evidence: `0x${string}`) => world.ledger.advanceCall((await world.ledger.dealOf(order))!, evidence);
const advance = async (who: typeof user, order: JobOrder, evidence: `0x${string}`) => void (await world.send(who, await callOf(order, evidence)));
const stateOf = async (order: JobOrder) => jobStateOf((await world.ledger.dealOf(order))!.state);
const head = async () => world.ledger.head();
async function factsOf(order: JobOrder) {
  const all = await world.ledger.facts(0, (await head()).number);
  return all.filter((one) => one.order === orderId(order)).map(({ fact }) => fact);
}
/** The facts' own account: what went in came out, to whom they say. */
async function balanced(order: JobOrder) {
  const facts = await factsOf(order);
  const life = lifeOf(facts.map((fact, seq) => ({ ...fact, order: orderId(order), key: `${seq}`, at: 0, seq }) as OrderEvent));
  expect(life.released + life.refunded + life.fees).toBe(life.deposited + feeBudgetOf(order));
  return life;
}
const moved = async (play: () => Promise<void>) => {
  const purse = () => Promise.all([user, solver].map(({ address }) => world.ledger.balanceOf(address, world.usdc)));
  const before = await purse();
  await play();
  const after = await purse();
  return { user: after[0]! - before[0]!, solver: after[1]! - before[1]! };
};

describe('a fully audited job', () => {
  it('is paid in one call that brings result and verdicts', async () => {
    const order = await opened(10_000);
    const few = await verdicts(order, claim, [1]);
    expect(await world.ledger.simulate(await callOf(order, jobEvidence.proven(order, few)), solver.address)).toMatchObject({
      ok: false, error: { code: 'not_the_set' },
    });
    const proven = jobEvidence.proven(order, await verdicts(order));
    expect(await world.ledger.simulate(await callOf(order, proven), user.address)).toMatchObject({ ok: false, error: { code: 'only' } });
    expect(await moved(() => advance(solver, order, proven))).toEqual({ user: DEPOSIT - PAY, solver: PAY });
    expect(await factsOf(order)).toMatchObject([
      { type: 'opened', deposited: DEPOSIT }, { type: 'fees', amount: USDC }, { type: 'closed', released: PAY, refunded: DEPOSIT - PAY, delivered: FUEL },
    ]);
    expect(await balanced(order)).toMatchObject({ status: 'settled', fees: USDC });
  });
  it('is refunded with the bond if the judges see something else', async () => {
    const order = await opened(10_000);
    await advance(solver, order, jobEvidence.result(order, claim));
    expect(await stateOf(order)).toMatchObject({ phase: 'audited', fuel: FUEL, result: RESULT.slice(0, 28) });
    const judge = jobEvidence.judge(order, await verdicts(order, { result: RESULT, fuel: FUEL - 1n }));
    expect(await moved(() => advance(user, order, judge))).toEqual({ user: DEPOSIT + 10n * USDC, solver: 0n });
    expect(await factsOf(order)).toMatchObject([
      { type: 'opened' }, { type: 'judging', phase: 'audited', fuel: FUEL }, { type: 'fees' }, { type: 'closed', released: 0n, refunded: DEPOSIT }, { type: 'slashed', amount: 10n * USDC },
    ]);
    expect(await balanced(order)).toMatchObject({ status: 'refunded', slashed: 10n * USDC });
  });
  it('is refunded without verdicts, and without a result', async () => {
    const silent = await opened(10_000);
    await advance(solver, silent, jobEvidence.result(silent, claim));
    const last = (await stateOf(silent)).since + silent.message.terms.verdictSeconds;
    expect(await world.ledger.simulate(await callOf(silent, jobEvidence.lapse(silent)), user.address)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
    await world.at(last + 1);
    expect(await moved(() => advance(user, silent, jobEvidence.lapse(silent)))).toEqual({ user: DEPOSIT + USDC, solver: 0n });
    const none = await opened(10_000);
    await world.at(none.message.terms.resultBy + 1);
    expect(await moved(() => advance(user, none, jobEvidence.noShow(none)))).toEqual({ user: DEPOSIT + USDC + 10n * USDC, solver: 0n });
    await balanced(silent);
    await balanced(none);
  });
});

describe('a job without an audit', () => {
  it('is paid after the buyer’s window', async () => {
    const order = await opened(0);
    await advance(solver, order, jobEvidence.result(order, claim));
    await world.at((await stateOf(order)).since + order.message.terms.challengeSeconds + 1);
    expect(await moved(() => advance(user, order, jobEvidence.settle(order)))).toEqual({ user: DEPOSIT + USDC - PAY, solver: PAY });
    expect(await balanced(order)).toMatchObject({ status: 'settled', fees: 0n });
  });
  it('is judged if the buyer asks, and paid if the judges stay silent', async () => {
    const order = await opened(0);
    await advance(solver, order, jobEvidence.result(order, claim));
    await advance(user, order, jobEvidence.challenge(order));
    expect(await world.ledger.simulate(await callOf(order, jobEvidence.challenge(order)), user.address)).toMatchObject({
      ok: false, error: { code: 'wrong_phase', message: expect.stringContaining('challenged') },
    });
    await world.at((await stateOf(order)).since + order.message.terms.verdictSeconds + 1);
    expect(await moved(() => advance(user, order, jobEvidence.lapse(order)))).toEqual({ user: DEPOSIT + USDC - PAY, solver: PAY });
    expect(await factsOf(order)).toMatchObject([{ type: 'opened' }, { phase: 'claimed' }, { phase: 'challenged' }, { type: 'closed' }]);
  });
});

describe('a job with a lot', () => {
  it('is drawn by the second block after its result, and goes on as drawn', async () => {
    const order = await opened(5_000);
    await advance(solver, order, jobEvidence.result(order, claim));
    const { number, since } = await stateOf(order);
    expect(await world.ledger.simulate(await callOf(order, jobEvidence.draw(order)), user.address)).toMatchObject({ ok: false, error: { code: 'not_drawn_yet' } });
    await world.anvil.mine(2);
    const { hash } = (await world.ledger.block(number + 2))!;
    const drawn = BigInt(keccak256(`${hash}${orderId(order).slice(2)}`)) % 10_000n < 5_000n;
    await advance(user, order, jobEvidence.draw(order));
    const state = await stateOf(order);
    expect(state.phase).toBe(drawn ? 'audited' : 'cleared');
    if (drawn) await advance(user, order, jobEvidence.judge(order, await verdicts(order)));
    else {
      await world.at(since + order.message.terms.challengeSeconds + 1);
      await advance(user, order, jobEvidence.settle(order));
    }
    expect(await balanced(order)).toMatchObject({ status: 'settled', fees: drawn ? USDC : 0n });
  });
});

describe('what is due', () => {
  const state = (change: Partial<JobState>): JobState => ({ phase: 'open', number: 100, since: 1_000, fuel: 1n, result: '0x', ...change });
  const order = (auditBps: number) => ({ message: { terms: { resultBy: 2_000, challengeSeconds: 100, verdictSeconds: 300, auditBps } } }) as JobOrder;
  it('follows phase, clock and block', () => {
    const due = (auditBps: number, change: Partial<JobState>, at: number, number = 103) => jobDue(order(auditBps), state(change), { at, number });
    expect(due(0, {}, 2_000)).toEqual({ from: 2_001 });
    expect(due(0, {}, 2_001)).toEqual({ act: 'noShow' });
    expect(due(0, { phase: 'claimed' }, 1_100)).toEqual({ from: 1_101 });
    expect(due(0, { phase: 'claimed' }, 1_101)).toEqual({ act: 'settle' });
    expect(due(1, { phase: 'claimed' }, 1_000, 102)).toEqual({ from: 1_001 });
    expect(due(1, { phase: 'claimed' }, 1_000, 103)).toEqual({ act: 'draw' });
    expect(due(1, { phase: 'cleared' }, 1_101)).toEqual({ act: 'settle' });
    for (const phase of ['audited', 'challenged'] as const) {
      expect(due(10_000, { phase }, 1_300)).toEqual({ from: 1_301 });
      expect(due(10_000, { phase }, 1_301)).toEqual({ act: 'lapse' });
    }
  });
});
