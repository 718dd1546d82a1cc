/** Intent → Order: which kind of order it is, and terms in which an auction, a delivery and a refund all fit. */
import { type Address, zeroAddress } from 'viem';
import { AWARD_MIN, MISS_GRACE } from './award.ts';
import { TenderError } from './errors.ts';
import type { Intent, JobIntent, LeaseIntent, SwapIntent } from './intent.ts';
import { NATIVE, type Order, type UnixSeconds } from './order.ts';
import { type Chain, chainOf, type Registry } from './registry.ts';

export type Composition = {
  registry: Registry;
  auctioneer: Address;
  sentence: string;
  nonce: bigint;
  now: UnixSeconds;
  /** Asks for prices only: such an order demands no bond or penalty, whatever its loose limits come to. */
  indicative?: true;
};

/** Seconds for signing, posting and the auction itself, before an award's own time begins. */
const AUCTION = 15;
/** Smallest time in which an auction, a slashable award and the grace after it fit. */
export const AUCTION_MIN = AUCTION + AWARD_MIN + MISS_GRACE;
/** Claims on the same chain need no attestation, only time to land. */
const LOCAL_CLAIM = 30;
const DEFAULT_GAP = 60;
/** A lease's heartbeat, and how long its last vouchers may still be shown, seconds. */
const ACK_SECONDS = 60;
const WINDOW_SECONDS = 600;
/** Every job is run again by the judges, so nobody need challenge it; they have this long, and share this part of its total. */
const FULL_AUDIT = 10_000;
const CHALLENGE_SECONDS = 600;
const VERDICT_SECONDS = 600;
const AUDIT_SHARE = 10n;
const UINT96 = 2n ** 96n - 1n;

const chainIn = (registry: Registry, id: number): Chain => {
  const chain = chainOf(registry, id);
  if (!chain) throw new TenderError('unsupported_chain', `Chain ${id} is not in this network.`);
  return chain;
};

/**
 * Until when only an awarded solver may act: three quarters of the time that is left, never less than an auction needs.
 * With less time than that the answer depends on `escrow`. Without: 0, so that anyone may fill at the signed limit at once
 * and no award can delay it. With: deals open by award only, so the window reaches past `takenBy` by the grace, which
 * makes awards possible until `takenBy` itself.
 */
export function exclusiveUntil(now: UnixSeconds, takenBy: UnixSeconds, escrow: boolean): UnixSeconds {
  const left = takenBy - now;
  if (left >= AUCTION_MIN) return now + Math.max(AUCTION_MIN, Math.floor((left * 3) / 4));
  return escrow ? takenBy + MISS_GRACE : 0;
}

/** Least seconds between the last delivery on `destination` and the refund on `origin`. */
export const gapBetween = (origin: Chain, destination: Chain) =>
  origin.id === destination.id ? Math.max(LOCAL_CLAIM, origin.gapSeconds ?? 0) : (destination.gapSeconds ?? DEFAULT_GAP);

/** Throws `unsupported_chain` if the intent was grounded in another registry. */
export function compose(intent: Intent, wishes: Composition): Order {
  switch (intent.kind) {
    case 'swap':
      return composeSwap(intent, wishes);
    case 'lease':
      return composeLease(intent, wishes);
    case 'job':
      return composeJob(intent, wishes);
  }
}

function composeSwap(intent: SwapIntent, { registry, auctioneer, sentence, nonce, now }: Composition): Order {
  const { sell, buy, exact, user, to, takenBy, deliverBy } = intent;
  const origin = chainIn(registry, sell.chainId);
  const destination = chainIn(registry, buy.chainId);
  const common = { sentence, user, nonce };
  const sellIn = { token: sell.token, exactly: sell.amount };
  const sellOut = { token: sell.token, atMost: sell.amount };
  const escrow = origin.id !== destination.id || sell.token.toLowerCase() === NATIVE.toLowerCase();
  const head = { chainId: origin.id, settlement: escrow ? origin.contracts.escrow : origin.contracts.settlement };
  if (!escrow) {
    const terms = { auctioneer, exclusiveUntil: exclusiveUntil(now, takenBy, false), fillBy: takenBy };
    return exact === 'in'
      ? { kind: 'fillIn', ...head, message: { ...common, sell: sellIn, buy: { token: buy.token, atLeast: buy.amount, to }, terms } }
      : { kind: 'fillOut', ...head, message: { ...common, sell: sellOut, buy: { token: buy.token, exactly: buy.amount, to }, terms } };
  }
  const terms = {
    auctioneer,
    exclusiveUntil: exclusiveUntil(now, takenBy, true),
    openBy: takenBy,
    closeAfter: deliverBy + gapBetween(origin, destination),
    verifier: origin.id === destination.id ? origin.contracts.local : origin.contracts.attested,
  };
  const there = { chainId: BigInt(destination.id), token: buy.token, to, deliverBy };
  return exact === 'in'
    ? { kind: 'openIn', ...head, message: { ...common, sell: sellIn, buy: { ...there, atLeast: buy.amount }, terms } }
    : { kind: 'openOut', ...head, message: { ...common, sell: sellOut, buy: { ...there, exactly: buy.amount }, terms } };
}

function composeLease(intent: LeaseIntent, { registry, auctioneer, sentence, nonce, now, indicative }: Composition): Order {
  const { user, pay, resources, place, workload, secondsAtMost, startBy, meterKey } = intent;
  const chain = chainIn(registry, pay.chainId);
  // The price of an hour or of a tenth of the term, whichever is less; in the pay token, which is the bond token by default.
  const penalty = (pay.perHourAtMost * BigInt(Math.min(3600, Math.ceil(secondsAtMost / 10)))) / 3600n;
  return {
    kind: 'lease',
    chainId: chain.id,
    settlement: chain.contracts.escrow,
    message: {
      sentence,
      user,
      sell: { token: pay.token, perHourAtMost: pay.perHourAtMost, totalAtMost: pay.totalAtMost },
      buy: { resources, place, workload, secondsAtMost },
      terms: {
        auctioneer,
        exclusiveUntil: exclusiveUntil(now, startBy, true),
        openBy: startBy,
        startBy,
        ackSeconds: Math.min(ACK_SECONDS, secondsAtMost),
        windowSeconds: WINDOW_SECONDS,
        noShowPenalty: !indicative && bonded(chain, pay.token) ? clamp(penalty) : 0n,
        meterKey,
        verifier: chain.contracts.lease,
      },
      nonce,
    },
  };
}

function composeJob(intent: JobIntent, { registry, auctioneer, sentence, nonce, now, indicative }: Composition): Order {
  const { user, pay, runtime, command, programSha256, inputSha256, fuelAtMost, memoryMiB, outputMiB, resultBy } = intent;
  const chain = chainIn(registry, pay.chainId);
  // Half of the time for taking the job, so that the other half is left for running and judging it.
  const openBy = now + Math.max(1, Math.floor((resultBy - now) / 2));
  return {
    kind: 'job',
    chainId: chain.id,
    settlement: chain.contracts.escrow,
    message: {
      sentence,
      user,
      sell: { token: pay.token, perBillionFuelAtMost: pay.perBillionFuelAtMost, totalAtMost: pay.totalAtMost, auditBudget: auditBudgetOf(pay.totalAtMost) },
      buy: { runtime, command, programSha256, inputSha256, fuelAtMost, memoryMiB, outputMiB },
      terms: {
        auctioneer,
        exclusiveUntil: exclusiveUntil(now, openBy, true),
        openBy,
        resultBy,
        challengeSeconds: CHALLENGE_SECONDS,
        verdictSeconds: VERDICT_SECONDS,
        auditBps: FULL_AUDIT,
        bondAtLeast: !indicative && bonded(chain, pay.token) ? clamp(pay.totalAtMost) : 0n,
        verifier: chain.contracts.rerun,
      },
      nonce,
    },
  };
}

/** What the judges of a job share at most, out of the most that it may cost in total. */
export const auditBudgetOf = (totalAtMost: bigint): bigint => totalAtMost / AUDIT_SHARE;
/** The least total that leaves `price` for the provider. */
export const totalFor = (price: bigint): bigint => ((price - 1n) * AUDIT_SHARE) / (AUDIT_SHARE - 1n) + 1n;

/** Penalties and bonds are in the bond token; amounts in another token say nothing about it. */
const bonded = (chain: Chain, token: Address) => chain.bondToken !== zeroAddress && chain.bondToken.toLowerCase() === token.toLowerCase();
const clamp = (amount: bigint) => (amount > UINT96 ? UINT96 : amount);
