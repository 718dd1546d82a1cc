/** The auctioneer's book: which bonds stand behind awards that may still be slashed. Built from events alone. */
import type { Address, Hex } from 'viem';
import type { OrderEvent } from '../../intents/lifecycle.ts';

export type ExposureBook = {
  /** Takes in an event of an order on `chainId`. The same event twice changes nothing. */
  take(event: OrderEvent, chainId: number): void;
  /** Sum of bonds of this solver on this chain that are behind live awards. */
  exposed(solver: Address, chainId: number): bigint;
};

type Entry = { order: Hex; solver: string; chainId: number; bond: bigint };
/** From here on the bond of a token order is not at stake, and that of a lease or job is locked on chain. */
const RELEASES: ReadonlySet<OrderEvent['type']> = new Set(['filled', 'opened', 'closed', 'cancelled', 'expired']);

export function createBook(): ExposureBook {
  const entries = new Map<Hex, Entry>();
  return {
    take(event, chainId) {
      if (event.type === 'awarded') entries.set(event.digest, { order: event.order, solver: event.award.solver.toLowerCase(), chainId, bond: event.award.bond });
      if (event.type === 'declined' || event.type === 'slashed') entries.delete(event.award);
      if (RELEASES.has(event.type)) for (const [digest, { order }] of entries) if (order === event.order) entries.delete(digest);
    },
    exposed(solver, chainId) {
      let sum = 0n;
      for (const entry of entries.values()) if (entry.chainId === chainId && entry.solver === solver.toLowerCase()) sum += entry.bond;
      return sum;
    },
  };
}
