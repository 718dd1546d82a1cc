/** Escrow, delivery, attestation and refund of one deal as a state machine in seconds. timing.pml says the same to Spin. */
import { search, type Found, type Model } from './search.ts';

/** Bounds in ticks. `gap` = closeAfter − deliverBy, as the contract compares it. */
export type Timing = {
  /** Until a delivery can no longer be reorganised away. */
  finality: number;
  /** From finality to the attesters' signatures. */
  attestation: number;
  /** From signatures to a claim on the origin, under congestion. */
  claim: number;
  /** How far the origin's clock may be ahead of the destination's. */
  drift: number;
  gap: number;
  /** Attesters wait for finality. */
  waits: boolean;
  /** Attesters may stay silent for ever. */
  silent: boolean;
};

type State = {
  now: number;
  /** Origin's clock − destination's. */
  ahead: number;
  escrow: 'open' | 'paid' | 'refunded';
  /** When the delivery was included, or −1. */
  delivered: number;
  reorganised: boolean;
  /** When the attesters signed, or −1. */
  attested: number;
  gaveUp: boolean;
};

const DELIVER_BY = 3;

/** What the contracts demand: anything shorter is refused as GapTooShort. */
export const gapFor = ({ finality, attestation, claim, drift }: Pick<Timing, 'finality' | 'attestation' | 'claim' | 'drift'>): number =>
  finality + attestation + claim + drift;

export function timing({ finality, attestation, claim, drift, gap, waits, silent }: Timing): Model<State> {
  const closeAfter = DELIVER_BY + gap;
  const isFinal = (s: State) => s.delivered >= 0 && s.now - s.delivered >= finality;
  // Time does not pass over what its bound says has happened by now.
  const attestationDue = (s: State) => isFinal(s) && s.attested < 0 && !s.gaveUp && s.now - s.delivered >= finality + attestation;
  const claimDue = (s: State) => s.attested >= 0 && s.delivered >= 0 && s.escrow === 'open' && s.now - s.attested >= claim;
  return {
    initial: Array.from({ length: drift + 1 }, (_, ahead) => ({ now: 0, ahead, escrow: 'open', delivered: -1, reorganised: false, attested: -1, gaveUp: false })),
    actions: {
      tick: (s) => (s.now <= closeAfter + 1 && !attestationDue(s) && !claimDue(s) ? { ...s, now: s.now + 1 } : undefined),
      deliver: (s) => (s.delivered < 0 && s.now <= DELIVER_BY && s.escrow === 'open' ? { ...s, delivered: s.now } : undefined),
      reorganise: (s) => (s.delivered >= 0 && !isFinal(s) && !s.reorganised ? { ...s, delivered: -1, reorganised: true } : undefined),
      attest: (s) => (s.delivered >= 0 && s.attested < 0 && !s.gaveUp && (!waits || isFinal(s)) ? { ...s, attested: s.now } : undefined),
      'go silent': (s) => (silent && !s.gaveUp && s.attested < 0 ? { ...s, gaveUp: true } : undefined),
      claim: (s) => (s.attested >= 0 && s.escrow === 'open' ? { ...s, escrow: 'paid' } : undefined),
      refund: (s) => (s.now + s.ahead > closeAfter && s.escrow === 'open' ? { ...s, escrow: 'refunded' } : undefined),
    },
  };
}

/** Searches all of it. `broken` holds those of userSafe, solverSafe and settles that do not hold. */
export function searchTiming(bounds: Timing): Found {
  return search(timing(bounds), {
    never: {
      userSafe: (s) => s.escrow === 'paid' && s.delivered < 0,
      solverSafe: (s) => s.escrow === 'refunded' && s.delivered >= 0 && s.now - s.delivered >= bounds.finality,
    },
    always: { settles: (s) => s.escrow !== 'open' },
  });
}

export type Verdict = { userSafe: boolean; solverSafe: boolean; settles: boolean };
export type Case = { name: string; bounds: Timing; holds: Verdict };

/**
 * Every configuration that is checked, here by search and by `npm run prove` in Spin. `shipped`: the gap of the local chains,
 * seconds; what its bounds leave is room for drift.
 */
export function timingCases(shipped: number): Case[] {
  const local = { finality: 3, attestation: 5, claim: 20, drift: shipped - 28, gap: shipped, waits: true, silent: false };
  const small = { finality: 2, attestation: 2, claim: 1, drift: 0, gap: 5, waits: true, silent: false };
  const all = { userSafe: true, solverSafe: true, settles: true };
  return [
    { name: 'shipped constants', bounds: local, holds: all },
    { name: 'shipped constants, one second less', bounds: { ...local, gap: local.gap - 1 }, holds: { ...all, solverSafe: false } },
    { name: 'shipped constants, attesters do not wait for finality', bounds: { ...local, waits: false }, holds: { ...all, userSafe: false } },
    { name: 'shipped constants, attesters may be silent', bounds: { ...local, silent: true }, holds: { ...all, solverSafe: false } },
    { name: 'small, a tick of room', bounds: { ...small, gap: 6 }, holds: all },
    { name: 'small, exactly enough', bounds: small, holds: all },
    { name: 'small, one tick less', bounds: { ...small, gap: 4 }, holds: { ...all, solverSafe: false } },
    { name: 'small, drift that the gap does not contain', bounds: { ...small, drift: 1 }, holds: { ...all, solverSafe: false } },
    { name: 'small, drift that it contains', bounds: { ...small, drift: 2, gap: 7 }, holds: all },
    { name: 'small, no gap at all', bounds: { ...small, gap: 0 }, holds: { ...all, solverSafe: false } },
    { name: 'small, silent attesters and a long gap', bounds: { ...small, gap: 20, silent: true }, holds: { ...all, solverSafe: false } },
  ];
}
