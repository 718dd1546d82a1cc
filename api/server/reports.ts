/** What a solver tells about its own order: shown to people, believed by nobody. Only from whoever holds the award or the deal. */
import type { Address, Hex } from 'viem';
import { auctionOf } from '../auction/state.ts';
import { TenderError } from '../../intents/errors.ts';
import { type Fact, lifeOf, type OrderEvent, TERMINAL } from '../../intents/lifecycle.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import type { Store } from '../store/index.ts';
import { type decodeReport, plainText } from './frames.ts';

export type Report = ReturnType<typeof decodeReport>['fact'];
export type Reports = { take(from: Address, order: Hex, report: Report): Promise<void> };

const MOST_OUTPUT = 4_096;
/** Acknowledgements come every minute; more often nobody reads them. */
const ACK_EVERY_SECONDS = 5;

/** Who holds the order: the solver of its deal or fill, else of its accepted award. */
export function holderOf(events: readonly OrderEvent[]): Address | undefined {
  const { solver } = lifeOf(events);
  return solver ?? auctionOf(events).attempts.findLast(({ outcome }) => outcome === 'accepted')?.award.solver;
}

export function createReports({ store, now }: { store: Store; now(chainId?: number): UnixSeconds }): Reports {
  return {
    async take(from, order, report) {
      const events = await store.events.of(order);
      if (holderOf(events)?.toLowerCase() !== from.toLowerCase()) {
        throw new TenderError('not_yours', 'Only the solver that holds an order reports on it.', { param: 'order' });
      }
      const { status } = lifeOf(events);
      if (TERMINAL.has(status) && report.type !== 'result') return;
      const at = now();
      if (report.type === 'acknowledged') {
        const last = events.findLast((event) => event.type === 'acknowledged');
        if (last && (at - last.at < ACK_EVERY_SECONDS || report.seconds <= last.seconds)) return;
      }
      await store.events.append([{ order, at, ...entryOf(report) }]);
    },
  };
}

function entryOf(report: Report): { key: string; fact: Fact } {
  switch (report.type) {
    case 'result':
      // A solver has one result for each job; a second, other one would only confuse.
      return { key: 'result', fact: { ...report, output: plainText(report.output, MOST_OUTPUT) } };
    case 'acknowledged':
      return { key: `acknowledged:${report.seconds}`, fact: report };
    case 'stop-requested':
      return { key: 'stop-requested', fact: report };
  }
}
