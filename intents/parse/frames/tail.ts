/** What may follow any exchange: recipient, slippage, deadline. */
import type { ParseContext } from '../context.ts';
import type { Moment } from '../grammar/times.ts';
import type { At, Recipient } from '../meaning.ts';
import { resolve } from '../resolve.ts';
import { type Args, ask, type Outcome, put } from './outcome.ts';

type Timed = { when: { in: string } | Moment; at: At };

/** False if something is said twice. */
export function tail(outcome: Outcome, args: Args, context: ParseContext): boolean {
  const recipients = args.of<Recipient & { at: At }>('recipient');
  const slippages = args.of<{ bps?: number; at: At }>('slippage');
  const deadlines = args.of<Timed>('deadline');
  const taken = args.of<Timed>('takenBy');
  if ([recipients, deadlines, taken].some((list) => list.length > 1)) return false;
  const recipient = recipients[0]?.value;
  if (recipient) {
    if ('reject' in recipient) outcome.rejects.push({ code: recipient.reject, at: recipient.at });
    else if ('ask' in recipient) ask(outcome, 'recipient');
    else put(outcome, 'recipient', recipient.value, recipient.at);
  }
  const slippage = slippages[0]?.value;
  if (slippage) {
    if (slippages.length > 1 || slippage.bps === undefined || slippage.bps > context.maxSlippageBps) ask(outcome, 'slippageBps');
    else put(outcome, 'slippageBps', slippage.bps, slippage.at);
  }
  return time(outcome, 'deadline', deadlines[0]?.value, context) && time(outcome, 'takenBy', taken[0]?.value, context);
}

function time(outcome: Outcome, slot: 'deadline' | 'takenBy', said: Timed | undefined, context: ParseContext): boolean {
  if (!said) return true;
  if (outcome.said.deadline && slot === 'deadline') return false;
  if (outcome.said.kind === 'twap' && 'in' in said.when && outcome.said.over === said.when.in) return true;
  if (outcome.said.kind === 'dca' || outcome.said.kind === 'twap') {
    ask(outcome, 'schedule.end');
    return true;
  }
  if ('in' in said.when) {
    put(outcome, slot, { in: said.when.in }, said.at);
    return true;
  }
  const resolved = resolve(said.when, context);
  if (!resolved || !('at' in resolved) || Date.parse(resolved.at) <= context.now.getTime()) ask(outcome, 'deadline');
  else put(outcome, slot, { at: resolved.at }, said.at);
  return true;
}
