/** Cancelling refers to an order; it changes none. */
import { type Args, newOutcome, only, type Outcome, put, verbsOf } from './outcome.ts';

const KNOWN = new Set(['verb', 'ref']);

export function cancelFrame(args: Args): Outcome | undefined {
  const refs = args.of<string>('ref');
  const [ref] = refs;
  if (!only(args, KNOWN) || verbsOf(args).join() !== 'cancel' || refs.length !== 1 || !ref) return undefined;
  const outcome = newOutcome({ kind: 'cancel' });
  put(outcome, 'ref', ref.value, { start: ref.start, end: ref.end });
  return outcome;
}
