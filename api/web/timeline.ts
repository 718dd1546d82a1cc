/** The life of an order as a list of steps for the eye: bids folded into one line, the award with its reason. Pure. */
import { rank, type ReceiptedBid } from '../../intents/award.ts';
import { type Life, type Mined, type OrderEvent, standing } from '../../intents/lifecycle.ts';
import { isEscrow, type Order, orderId, type UnixSeconds } from '../../intents/order.ts';
import { priceOf, short, tell } from '../../intents/receipt.ts';
import type { Registry } from '../../intents/registry.ts';

export type Tone = 'good' | 'plain' | 'bad';
export type Moment = { key: string; title: string; detail?: string; at: UnixSeconds; tx?: Mined; tone: Tone };

const TITLES: Partial<Record<OrderEvent['type'], [title: string, tone: Tone]>> = {
  posted: ['Posted', 'plain'],
  'no-bids': ['No bids', 'bad'],
  accepted: ['Accepted', 'plain'],
  declined: ['Declined', 'bad'],
  filled: ['Settled', 'good'],
  opened: ['In escrow', 'plain'],
  delivered: ['Delivered', 'good'],
  started: ['Started', 'good'],
  result: ['Result', 'good'],
  attested: ['Attested', 'plain'],
  'stop-requested': ['Stopping', 'plain'],
  advanced: ['Paid', 'good'],
  closed: ['Closed', 'good'],
  slashed: ['Bond paid you', 'good'],
  cancelled: ['Cancelled', 'plain'],
  expired: ['Ran out', 'bad'],
};

/** What has happened, oldest first. */
export function timelineOf(order: Order, events: readonly OrderEvent[], registry: Registry): Moment[] {
  const held = standing(events);
  const bids = held.filter((event) => event.type === 'bid');
  const lastBeat = held.findLast((event) => event.type === 'acknowledged');
  return held.flatMap((event): Moment[] => {
    const base = { key: `${event.key}#${event.seq}`, at: event.at, tone: 'plain' as const };
    switch (event.type) {
      case 'bid':
        return event === bids.at(-1) ? [{ ...base, title: bids.length === 1 ? '1 bid' : `${bids.length} bids`, detail: bidders(order, bids, registry) }] : [];
      case 'awarded':
        return [{ ...base, title: 'Awarded', detail: whyWon(order, bids, event.award, registry) }];
      case 'acknowledged':
        return event === lastBeat ? [{ ...base, title: 'Running', detail: `${event.seconds} seconds acknowledged.` }] : [];
      default: {
        const [title, tone] = TITLES[event.type] ?? [];
        const detail = tell(event, order, registry);
        return title && tone ? [{ ...base, title, tone, ...(detail && { detail }), ...('tx' in event && { tx: event.tx }) }] : [];
      }
    }
  });
}

type BidEvent = Extract<OrderEvent, { type: 'bid' }>;
const bidders = (order: Order, bids: readonly BidEvent[], registry: Registry) =>
  bids.map(({ bid }) => `${short(bid.solver)}: ${priceOf(order, registry, bid)}`).join(' · ');

/** Recomputes the ranking, as anyone can, and says by how much the winner was better. */
function whyWon(order: Order, bids: readonly BidEvent[], award: Extract<OrderEvent, { type: 'awarded' }>['award'], registry: Registry): string {
  const won = `${short(award.solver)} gives ${priceOf(order, registry, award)}`;
  const entries = bids.map(({ bid, bidSignature, receipt, receiptSignature }): ReceiptedBid => ({ bid, bidSignature, receipt, receiptSignature }));
  const { ranked } = rank(order, orderId(order), entries, award.cutAt, award.fillBy);
  const [first, second] = ranked;
  if (!first || first.bid.solver.toLowerCase() !== award.solver.toLowerCase()) return `${won}.`;
  if (!second) return `${won}: the only bid that counts.`;
  const better = (Number(first.bid.buy) * Number(second.bid.sell)) / (Number(second.bid.buy) * Number(first.bid.sell)) - 1;
  return better > 0 ? `${won}: ${percent(better)} better than the next of ${ranked.length} bids.` : `${won}: as good as the next bid, and earlier.`;
}
const percent = (part: number) => `${part < 0.0001 ? '< 0.01' : (part * 100).toFixed(2)} %`;

/** What is being waited for, as a sentence; undefined when it is over. */
export function waitingFor(order: Order, life: Life, events: readonly OrderEvent[]): string | undefined {
  const seen = (type: OrderEvent['type']) => events.some((event) => event.type === type);
  switch (life.status) {
    case 'posted':
      return seen('bid') ? 'Choosing the best bid …' : 'Collecting sealed bids …';
    case 'awarded':
      if (!seen('accepted')) return 'Waiting for the winner to accept …';
      return isEscrow(order) ? 'Putting the money into escrow …' : 'The winner is settling it …';
    case 'open':
      if (order.kind === 'lease') return seen('started') ? 'The machine is yours.' : 'Starting the machine …';
      if (order.kind === 'job') return seen('result') ? 'Attesters are running it again …' : 'The program is running …';
      return 'Waiting for the delivery …';
    case 'delivered':
      return 'It has arrived. The solver is being paid …';
    default:
      return undefined;
  }
}
