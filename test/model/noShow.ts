/** One award and who may lose its bond: a user that toggles its funds and cancels at will, a solver that is honest or is not. */
import { search, type Found, type Model } from './search.ts';

/** What the protocol's slash rests on. Each can be taken away, and then somebody loses who should not. */
export type Protocol = {
  /** The fill and the void are one transaction; else the solver fills, and if that fails voids, if the contract then sees no funds. */
  oneTransaction: boolean;
  /** A void protects only under the authorisation that the solver acknowledged in its reply. */
  voidBound: boolean;
  /** Only an accepted award is slashable. */
  acceptance: boolean;
  /** Blocks between the award's end and the open window. */
  grace: number;
};
export const PROTOCOL: Protocol = { oneTransaction: true, voidBound: true, acceptance: true, grace: 1 };

type State = {
  now: number;
  solver: 'honest' | 'lazy';
  accepted: boolean;
  /** The user's funds, allowance and signature would carry a fill now. */
  able: boolean;
  /** They did all the time so far. */
  alwaysAble: boolean;
  order: 'fresh' | 'filled' | 'filled by another' | 'filled late' | 'cancelled';
  triedFill: boolean;
  triedVoid: boolean;
  voided: boolean;
  voidedOther: boolean;
  slashed: boolean;
};

const FILL_BY = 2;

export function noShow({ oneTransaction, voidBound, acceptance, grace }: Protocol): Model<State> {
  const exclusiveUntil = FILL_BY + grace;
  const last = exclusiveUntil + 2;
  const inTime = (s: State) => s.now <= FILL_BY;
  const isVoided = (s: State) => s.voided || (!voidBound && s.voidedOther);
  const isSlashable = (s: State) => !inTime(s) && s.order === 'fresh' && !isVoided(s) && (s.accepted || !acceptance) && !s.slashed;
  // Honest: one included transaction (or the pair of them) before the award ends.
  const isOwed = (s: State) =>
    s.solver === 'honest' && s.accepted && s.order === 'fresh' && !s.voided && (oneTransaction || !s.triedFill || !s.triedVoid);
  const fill = (s: State, order: State['order']): State | undefined => (s.order === 'fresh' && s.able ? { ...s, order } : undefined);

  const start: State = {
    now: 0, solver: 'honest', accepted: false, able: true, alwaysAble: true, order: 'fresh',
    triedFill: false, triedVoid: false, voided: false, voidedOther: false, slashed: false,
  };
  return {
    initial: [start, { ...start, solver: 'lazy' }],
    actions: {
      // Time waits for an honest solver at its last second, and for a slash that has been possible since this one.
      tick: (s) => (s.now < last && !(s.now === FILL_BY && isOwed(s)) && !isSlashable(s) ? { ...s, now: s.now + 1 } : undefined),
      accept: (s) => (s.now === 0 && !s.accepted ? { ...s, accepted: true } : undefined),
      'user takes away': (s) => (s.able ? { ...s, able: false, alwaysAble: false } : undefined),
      'user puts back': (s) => (s.able ? undefined : { ...s, able: true }),
      'user cancels': (s) => (s.order === 'fresh' ? { ...s, order: 'cancelled' } : undefined),
      fillOrVoid: (s) => (oneTransaction && s.accepted && inTime(s) ? (fill(s, 'filled') ?? { ...s, voided: true }) : undefined),
      fill: (s) => (!oneTransaction && s.accepted && inTime(s) ? (fill(s, 'filled') ?? { ...s, triedFill: true }) : undefined),
      'look and void': (s) =>
        !oneTransaction && s.triedFill && inTime(s) ? { ...s, triedVoid: true, voided: s.voided || !s.able || s.order !== 'fresh' } : undefined,
      'void with a broken signature': (s) => (s.solver === 'lazy' && s.accepted && inTime(s) ? { ...s, voidedOther: true } : undefined),
      'another award is filled': (s) => (inTime(s) ? fill(s, 'filled by another') : undefined),
      'fill in the open window': (s) => (s.solver === 'lazy' && s.now > exclusiveUntil ? fill(s, 'filled late') : undefined),
      slash: (s) => (isSlashable(s) ? { ...s, slashed: true } : undefined),
    },
  };
}

/** Searches all of it: `broken` holds those of honestSafe, unawareSafe and missCosts that do not hold. */
export function searchNoShow(protocol: Protocol): Found {
  const last = FILL_BY + protocol.grace + 2;
  return search(noShow(protocol), {
    never: {
      honestSafe: (s) => s.slashed && s.solver === 'honest' && s.accepted,
      unawareSafe: (s) => s.slashed && !s.accepted,
      // The user did its part all the time, the solver had accepted and never tried: it must not get away.
      missCosts: (s) =>
        s.accepted && s.alwaysAble && !s.voided && !s.slashed && (s.order === 'filled late' || (s.order === 'fresh' && s.now === last)),
    },
  });
}
