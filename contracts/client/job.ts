/** How far a job's deal is, read from its state word as `Rerun` packs it, and what is due to it. */
import { type Hex, numberToHex } from 'viem';
import type { OrderOf, UnixSeconds } from '../../intents/order.ts';

/** `open`: no result yet; `claimed`: a result stands; `cleared`: and the lot spared it. */
export const JOB_PHASES = ['open', 'claimed', 'cleared', 'audited', 'challenged'] as const;
export type JobState = {
  phase: (typeof JOB_PHASES)[number];
  /** Block of the result. */
  number: number;
  /** When the phase began; of `cleared`: when the result came. */
  since: UnixSeconds;
  fuel: bigint;
  /** The first 13 bytes of the claimed result. */
  result: Hex;
};

/** Every job is judged, without a draw. */
export const FULL_AUDIT = 10_000;
/** The lot is the hash of this many blocks after the result's. */
const LOT = 2;

export function jobStateOf(state: bigint): JobState {
  const bits = (from: number, count: number) => BigInt.asUintN(count, state >> BigInt(from));
  const phase = JOB_PHASES[Number(bits(0, 8))] ?? 'open';
  return { phase, number: Number(bits(8, 40)), since: Number(bits(48, 40)), fuel: bits(88, 64), result: numberToHex(bits(152, 104), { size: 13 }) };
}
/** Whether a state word is that of a job with a result: a lease's has 80 bits. */
export const isJobState = (state: bigint): boolean => state >> 88n !== 0n;

/** What anybody can do for a job now, or from which second on there will be something. */
export type JobDue = { act: 'noShow' | 'draw' | 'settle' | 'lapse' } | { from: UnixSeconds };
/** `at` and `number`: of the newest block. */
export function jobDue(order: OrderOf<'job'>, { phase, number: claimed, since }: JobState, { at, number }: { at: UnixSeconds; number: number }): JobDue {
  const { resultBy, challengeSeconds, verdictSeconds, auditBps } = order.message.terms;
  const after = (last: UnixSeconds, act: 'noShow' | 'settle' | 'lapse'): JobDue => (at > last ? { act } : { from: last + 1 });
  if (phase === 'open') return after(resultBy, 'noShow');
  if (phase === 'audited' || phase === 'challenged') return after(since + verdictSeconds, 'lapse');
  if (phase === 'claimed' && auditBps > 0) return number > claimed + LOT ? { act: 'draw' } : { from: at + 1 };
  return after(since + challengeSeconds, 'settle');
}
