/** Repetition makes a DCA, spreading makes a TWAP; both must end. */
import type { At } from '../meaning.ts';
import { type Args, ask, type Outcome, put } from './outcome.ts';

type Said<V> = { value: V; at: At; phrase?: At; loose?: true };
type EveryItem = { every: string; on?: string; at: At };

/** Applies every / count / for / over / parts; false if they do not fit what was said. */
export function schedule(outcome: Outcome, args: Args): boolean {
  const modes = new Set(args.of<string>('mode').map(({ value }) => value));
  const every = args.of<EveryItem>('every');
  const count = args.of<Said<number>>('count');
  const over = args.of<Said<string>>('over');
  const parts = args.of<Said<number>>('parts');
  const span = args.of<Said<string>>('span');
  // `sell … within 6 hours in 12 parts`: the time to spread over, not only the latest moment.
  const within = args.of<{ when: { in?: string }; at: At }>('deadline')[0];
  const spread = within?.value.when.in !== undefined && (parts.length > 0 || modes.has('twap')) && !over.length && !span.length;
  if ([every, count, over, parts, span].some((list) => list.length > 1)) return false;
  if ([...count, ...parts].some(({ value }) => value.value === 0)) outcome.rejects.push({ code: 'invalid_amount' });
  if (over[0]?.value.loose && !parts.length && !modes.has('twap')) return false;
  const repeated = every.length > 0 || modes.has('dca');
  if (repeated)
    return dca(outcome, {
      every: every[0]?.value,
      count: count[0]?.value,
      over: over[0]?.value,
      span: span[0]?.value,
      parts: parts[0]?.value,
      each: args.of('scope').length > 0,
    });
  if (args.of('scope').length) return false;
  if (modes.has('twap') || over.length > 0 || spread) {
    if (count.length || (span.length && over.length)) return false;
    return twap(outcome, spread ? { value: within.value.when.in as string, at: within.value.at } : (over[0]?.value ?? span[0]?.value), parts[0]?.value);
  }
  if (count.length || parts.length) return false;
  if (!span[0]) return true;
  if (outcome.said.kind !== 'limit' || outcome.said.deadline) return false;
  put(outcome, 'deadline', { in: span[0].value.value }, span[0].value.phrase ?? span[0].value.at);
  return true;
}

type Parts = {
  every: EveryItem | undefined;
  count: Said<number> | undefined;
  over: Said<string> | undefined;
  span: Said<string> | undefined;
  parts: Said<number> | undefined;
  each: boolean;
};

function dca(outcome: Outcome, { every, count, over, span, parts, each }: Parts): boolean {
  if (outcome.said.kind !== 'swap' || parts) return false;
  const { sell, buy } = outcome.said as { sell: Record<string, unknown>; buy: Record<string, unknown> };
  // `buy $25 of ETH with USDC every week`: what is spent each time is worth that much.
  if (buy.amount !== undefined && typeof buy.amount === 'object' && sell.amount === undefined && 'fiat' in (buy.amount as object)) {
    put(outcome, 'sell.amount', buy.amount, outcome.evidence['buy.amount']);
    delete buy.amount;
    delete outcome.evidence['buy.amount'];
  }
  if (buy.amount !== undefined || buy.min !== undefined || sell.max !== undefined) ask(outcome, 'sell.amount');
  outcome.said.kind = 'dca';
  delete outcome.said.exact;
  if (sell.amount !== undefined) {
    sell.amountPer = sell.amount;
    delete sell.amount;
    outcome.evidence['sell.amountPer'] = outcome.evidence['sell.amount'] as At;
    delete outcome.evidence['sell.amount'];
  }
  if (every) {
    put(outcome, 'every', every.every, every.at);
    if (every.on) put(outcome, 'on', every.on, undefined);
  }
  if (count) put(outcome, 'count', count.value, count.at);
  if (span) put(outcome, 'for', span.value, span.phrase ?? span.at);
  if (over) {
    if (!each) ask(outcome, 'amountScope');
    put(outcome, 'for', over.value, over.phrase ?? over.at);
  } else if (!every || (!count && !span)) ask(outcome, 'schedule.end');
  return true;
}

function twap(outcome: Outcome, over: Said<string> | undefined, parts: Said<number> | undefined): boolean {
  if (outcome.said.kind !== 'swap') return false;
  const { buy } = outcome.said as { buy: Record<string, unknown> };
  if (buy.amount !== undefined) return false;
  outcome.said.kind = 'twap';
  delete outcome.said.exact;
  if (over) put(outcome, 'over', over.value, over.phrase ?? over.at);
  else ask(outcome, 'schedule.end');
  if (parts) put(outcome, 'parts', parts.value, parts.at);
  return true;
}
