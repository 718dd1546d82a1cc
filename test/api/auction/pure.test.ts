/** The pure parts of an auction, over many orders and bids: times, admission, exposure, and what comes next. */
import fc from 'fast-check';
import type { Address, Hex } from 'viem';
import { describe, expect, it } from 'vitest';
import { type Application, inadmissible } from '../../../api/auction/admission.ts';
import { createBook } from '../../../api/auction/book.ts';
import { type Attempt, type AuctionState, auctionOf, hesitant, nextStep, spent } from '../../../api/auction/state.ts';
import { awardTimes, isOpen, latestFillBy } from '../../../api/auction/times.ts';
import { AWARD_MIN, ineligible, MISS_GRACE } from '../../../intents/award.ts';
import type { OrderEvent } from '../../../intents/lifecycle.ts';
import type { Award, Bid } from '../../../intents/market.ts';
import type { OrderOf } from '../../../intents/order.ts';
import { SETTLEMENT, token } from './market.ts';

const NOW = 1_800_000_000;
const hex = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
const order = (left: number, exclusive: number): OrderOf<'fillIn'> => ({
  kind: 'fillIn', chainId: 31301, settlement: SETTLEMENT,
  message: {
    sentence: '', user: token(9), nonce: 0n, sell: { token: token(1), exactly: 1_000n }, buy: { token: token(2), atLeast: 100n, to: token(9) },
    terms: { auctioneer: token(7), exclusiveUntil: NOW + exclusive, fillBy: NOW + left },
  },
});
const awardOf = (over: Partial<Award> = {}): Award => ({
  order: hex(1), part: 0n, solver: token(3), sell: 1_000n, buy: 100n, bond: 5n, cutAt: NOW, notBefore: 0, fillBy: NOW + 20, after: hex(0), ...over,
});
const outcomes = fc.constantFrom<Attempt['outcome']>('declined', 'silent', 'missed', 'accepted');
const attempts = fc.option(
  fc.record({ outcome: outcomes, age: fc.nat(60), length: fc.integer({ min: 1, max: 60 }) }).map(({ outcome, age, length }): Attempt => ({
    award: awardOf({ cutAt: NOW - age, fillBy: NOW - age + length }), digest: hex(5), signature: '0x', outcome,
  })),
  { nil: undefined },
);
const orders = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: -50, max: 400 })).map(([left, exclusive]) => order(left, exclusive));

describe('award times', () => {
  it('leave the grace before the open window, never outlive bid or order, never overlap an award that may still be used', () => {
    fc.assert(fc.property(orders, attempts, fc.integer({ min: 0, max: 400 }), fc.boolean(), fc.integer({ min: 1, max: 12 }), (one, last, valid, own, blockSeconds) => {
      const times = awardTimes(one, { cutAt: NOW, validUntil: NOW + valid, last, own, blockSeconds });
      if (!times) return;
      const { notBefore, fillBy, after } = times;
      expect(fillBy + MISS_GRACE).toBeLessThanOrEqual(one.message.terms.exclusiveUntil);
      expect(fillBy).toBeLessThanOrEqual(Math.min(one.message.terms.fillBy, NOW + valid));
      expect(after).toBe(last?.digest ?? hex(0));
      if (last && last.outcome !== 'declined') {
        expect(notBefore).toBeGreaterThanOrEqual(last.award.fillBy);
        expect(notBefore).toBeLessThanOrEqual(fillBy - AWARD_MIN);
      }
    }));
  });
  it('keep the ranking that anyone recomputes with the award’s own fillBy', () => {
    const valid = fc.integer({ min: 0, max: 100 });
    fc.assert(fc.property(orders, valid, valid, (one, winner, other) => {
      const bid = (until: number): Bid => ({ order: hex(1), part: 0n, solver: token(3), sell: 1_000n, buy: 200n, bond: 1n, validUntil: NOW + until, salt: hex(2) });
      const judged = (until: number, fillBy: number) => ineligible(one, hex(1), bid(until), NOW, NOW, fillBy);
      const times = awardTimes(one, { cutAt: NOW, validUntil: NOW + winner });
      if (!times || judged(winner, latestFillBy(one))) return;
      for (const until of [winner, other]) expect(judged(until, times.fillBy)).toBe(judged(until, latestFillBy(one)));
    }));
  });
});

describe('what comes next', () => {
  it('never awards outside the window, beside a live award, or before a slash', () => {
    fc.assert(fc.property(orders, attempts, fc.integer({ min: -100, max: 500 }), fc.boolean(), (one, last, shift, own) => {
      const state: AuctionState = { bids: [], attempts: last ? [last] : [], over: false };
      const now = NOW + shift;
      const step = nextStep(one, state, now, own);
      if (step.do === 'round') {
        expect(now + MISS_GRACE).toBeLessThan(one.message.terms.exclusiveUntil);
        if (last?.outcome === 'silent') expect(now).toBeGreaterThanOrEqual(last.award.fillBy);
        if (last?.outcome === 'accepted') expect(own && now > last.award.fillBy).toBe(true);
      }
      if (step.do === 'open') expect(isOpen(one, now)).toBe(true);
      if (step.do === 'wait') expect(step.until).toBeGreaterThan(now);
    }));
  });
  it('rests when it is over, whatever came before', () => {
    fc.assert(fc.property(orders, attempts, (one, last) => {
      expect(nextStep(one, { bids: [], attempts: last ? [last] : [], over: true }, NOW, false)).toEqual({ do: 'rest' });
    }));
  });
});

describe('the fold', () => {
  const event = (fact: object, key: string): OrderEvent => ({ ...fact, order: hex(1), key, at: NOW, seq: 1 }) as OrderEvent;
  const awarded = (digest: Hex) => event({ type: 'awarded', award: awardOf(), digest, signature: '0x' }, `awarded:${digest}`);
  const tx = { chainId: 1, hash: hex(1), block: 1, blockHash: hex(2), logIndex: 0 };
  it('believes the first answer to an award', () => {
    const events = [awarded(hex(5)), event({ type: 'declined', award: hex(5), reason: '' }, 'd'), event({ type: 'accepted', award: hex(5), signature: '0x' }, 'a')];
    expect(auctionOf(events).attempts.map(({ outcome }) => outcome)).toEqual(['silent']);
    expect(auctionOf(events.toSpliced(1, 1)).attempts.map(({ outcome }) => outcome)).toEqual(['accepted']);
  });
  it('takes an accepted award that was slashed as missed, and a fill that a reorg took back as none', () => {
    const missed = [awarded(hex(5)), event({ type: 'accepted', award: hex(5), signature: '0x' }, 'a'), event({ type: 'slashed', tx, amount: 1n, award: hex(5) }, 's')];
    expect(auctionOf(missed).attempts[0]!.outcome).toBe('missed');
    const filled = [event({ type: 'filled', tx, solver: token(3), sold: 1n, bought: 1n }, 'f')];
    expect(auctionOf(filled).over).toBe(true);
    expect(auctionOf([...filled, event({ type: 'retracted', of: 'f', why: '' }, 'retracted:f')]).over).toBe(false);
  });
});

describe('admission', () => {
  const application = (over: Partial<Application> = {}, bid: Partial<Bid> = {}): Application => ({
    order: order(120, 90), id: hex(1), signer: token(3), from: token(3), now: NOW, cutAt: NOW + 1, account: { balance: 100n, locked: 10n, exitAt: 0 },
    exposed: 20n, earlier: [], spent: false, ...over,
    bid: { order: hex(1), part: 0n, solver: token(3), sell: 1_000n, buy: 100n, bond: 70n, validUntil: NOW + 60, salt: hex(3), ...bid },
  });
  it('takes a good bid', () => expect(inadmissible(application())).toBeUndefined());
  it.each<[string, Partial<Application>, Partial<Bid>]>([
    ['wrong_solver', { from: token(4) }, {}],
    ['bad_signature', { signer: token(4) }, {}],
    ['bad_signature', { signer: undefined }, {}],
    ['had_its_chance', { spent: true }, {}],
    ['late', { now: NOW + 2 }, {}],
    ['wrong_order', {}, { order: hex(2) }],
    ['wrong_order', {}, { part: 1n }],
    ['expired', {}, { validUntil: NOW + 10 }],
    ['sell_above_limit', {}, { sell: 1_001n }],
    ['buy_below_limit', {}, { buy: 99n }],
    ['exact_side_differs', {}, { sell: 999n }],
    ['bond_short', {}, { bond: 71n }],
    ['bond_too_small', {}, { bond: 0n }],
    ['bond_leaving', { account: { balance: 100n, locked: 0n, exitAt: NOW + 7 * 86_400 } }, {}],
    ['too_many_bids', { earlier: Array.from({ length: 4 }, () => ({ bid: { solver: token(3) } }) as Application['earlier'][number]) }, {}],
  ])('refuses with %s', (code, over, bid) => expect(inadmissible(application(over, bid))?.code).toBe(code));
  it('never admits a bid that the shared ranking would throw out', () => {
    const amount = fc.bigInt({ min: 0n, max: 2_000n });
    fc.assert(fc.property(amount, amount, fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 5 }), (sell, buy, valid, cut) => {
      const one = application({ cutAt: NOW + cut }, { sell, buy, validUntil: NOW + valid });
      if (!inadmissible(one)) expect(ineligible(one.order, hex(1), one.bid, NOW, NOW + cut, latestFillBy(one.order))).toBeUndefined();
    }));
  });
});

describe('the book', () => {
  it('holds a bond from the award until it cannot be slashed any more', () => {
    const solvers: Address[] = [token(3), token(4)];
    const acts = fc.array(fc.record({ order: fc.integer({ min: 1, max: 3 }), digest: fc.integer({ min: 1, max: 6 }), solver: fc.nat(1), act: fc.constantFrom('awarded', 'declined', 'slashed', 'filled', 'accepted') }), { maxLength: 30 });
    fc.assert(fc.property(acts, (list) => {
      const book = createBook();
      const live = new Map<number, { order: number; solver: number }>();
      for (const { order: n, digest, solver, act } of list) {
        if (act === 'awarded') live.set(digest, { order: n, solver });
        if (act === 'declined' || act === 'slashed') live.delete(digest);
        if (act === 'filled') for (const [key, entry] of live) if (entry.order === n) live.delete(key);
        const fact = act === 'awarded' ? { award: awardOf({ solver: solvers[solver]!, bond: 7n }), digest: hex(digest) } : { award: hex(digest) };
        book.take({ type: act, ...fact, order: hex(n), key: '', at: 0, seq: 0 } as unknown as OrderEvent, 1);
      }
      for (const [index, solver] of solvers.entries()) {
        expect(book.exposed(solver, 1)).toBe(BigInt([...live.values()].filter((entry) => entry.solver === index).length) * 7n);
        expect(book.exposed(solver, 2)).toBe(0n);
      }
    }));
  });
});

describe('a winner that does not answer', () => {
  const attempt = (solver: Hex, outcome: 'silent' | 'declined' | 'missed' | 'accepted') =>
    ({ award: { solver } as Award, digest: '0x01', signature: '0x02', outcome }) as const;
  const state = (...attempts: ReturnType<typeof attempt>[]) => ({ bids: [], over: false, attempts });
  const one = '0x00000000000000000000000000000000000000AA';
  const other = '0x00000000000000000000000000000000000000bb';

  it('has one more chance after all others, and no third', () => {
    expect(spent(state(attempt(one, 'silent')))).toEqual(new Set());
    expect(hesitant(state(attempt(one, 'silent'), attempt(other, 'accepted')))).toEqual(new Set([one.toLowerCase()]));
    expect(spent(state(attempt(one, 'silent'), attempt(one, 'silent')))).toEqual(new Set([one.toLowerCase()]));
  });
  it('has none when it declined or did not honour', () => {
    expect(spent(state(attempt(one, 'declined'), attempt(other, 'missed')))).toEqual(new Set([one.toLowerCase(), other]));
  });
});
