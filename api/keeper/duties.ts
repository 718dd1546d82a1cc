/** What the keeper owes an order at this moment, from its events and the chain's clock. Pure. */
import { type Deal, leaseStateOf } from '../../contracts/client/deal.ts';
import { type JobDue, jobDue, jobStateOf } from '../../contracts/client/job.ts';
import type { Awarded } from '../../contracts/client/ledger.ts';
import { lifeOf, type OrderEvent, TERMINAL } from '../../intents/lifecycle.ts';
import { type Order, type SignedOrder, takenBy, type UnixSeconds } from '../../intents/order.ts';
import { authorisationOf } from '../auction/sign.ts';
import { auctionOf } from '../auction/state.ts';

/** `head`, `number`: time and number of the newest block; `final`: time of the newest block that is final and indexed. */
export type ChainTime = { head: UnixSeconds; number: number; final: UnixSeconds };
export type Duty =
  | { do: 'nothing' }
  /** The money can no longer be taken. */
  | { do: 'expire' }
  /** An accepted award was not honoured: its bond is the user's. */
  | { do: 'slash'; awarded: Awarded; digest: `0x${string}` }
  /** The escrow's last deadline is over. */
  | { do: 'close' }
  /** A lease that did not start in time. */
  | { do: 'noShow' }
  /** A lease whose last window is over. */
  | { do: 'finish' }
  /** A job: no result in time; the lot is to be recorded; nobody asked for judging; judges were silent. */
  | { do: 'job'; act: Extract<JobDue, { act: string }>['act'] };

const NOTHING: Duty = { do: 'nothing' };

/** Whether an order in escrow needs its deal read: only then is the chain asked. */
export const mayBeDue = (order: Order, events: readonly OrderEvent[], { head }: ChainTime): boolean => {
  const { status } = lifeOf(events);
  if (TERMINAL.has(status) || (status !== 'open' && status !== 'delivered')) return false;
  return head > earliestPush(order, events);
};

function earliestPush(order: Order, events: readonly OrderEvent[]): UnixSeconds {
  switch (order.kind) {
    case 'openIn':
    case 'openOut':
      return order.message.terms.closeAfter;
    case 'job':
      // A job with a result is looked at until it ends: its lot can be drawn at once, and not for ever.
      return events.some(({ type }) => type === 'judging') ? 0 : order.message.terms.resultBy;
    case 'lease':
      return Math.min(order.message.terms.startBy, order.message.terms.openBy);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** The duty to an open deal. */
export function dealDuty(order: Order, deal: Deal, { head, number }: ChainTime): Duty {
  if (head > deal.cold.closeAfter) return { do: 'close' };
  if (order.kind === 'job') {
    const due = jobDue(order, jobStateOf(deal.state), { at: head, number });
    return 'act' in due ? { do: 'job', act: due.act } : NOTHING;
  }
  if (order.kind !== 'lease') return NOTHING;
  const { terms, buy } = order.message;
  const { startedAt, stoppedAt } = leaseStateOf(deal.state);
  if (startedAt === 0) return head > terms.startBy ? { do: 'noShow' } : NOTHING;
  const end = stoppedAt === 0 ? startedAt + buy.secondsAtMost : stoppedAt;
  return head > end + terms.windowSeconds ? { do: 'finish' } : NOTHING;
}

/** The duty to an order whose money was not taken (yet). `tried`: digests of awards whose slash the chain refused. */
export function waitingDuty(signed: SignedOrder, events: readonly OrderEvent[], { head, final }: ChainTime, tried: ReadonlySet<string>): Duty {
  const { order, auth } = signed;
  const { status } = lifeOf(events);
  if (status !== 'posted' && status !== 'awarded') return NOTHING;
  const last = auctionOf(events).attempts.findLast(({ outcome }) => outcome === 'accepted');
  if (last?.reply && auth.mode === 'signature' && last.award.bond > 0n && head > last.award.fillBy && !tried.has(last.digest)) {
    const reply = { award: last.digest, authorisation: authorisationOf(signed), accepted: true };
    return { do: 'slash', digest: last.digest, awarded: { award: last.award, signature: last.signature, reply, replySignature: last.reply } };
  }
  return final > takenBy(order) ? { do: 'expire' } : NOTHING;
}
