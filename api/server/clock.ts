/** The time that counts: each chain's own, as far as it is ahead of this machine's. */
import type { Ledger } from '../../contracts/client/ledger.ts';
import { pause } from '../../contracts/client/rpc.ts';
import type { UnixSeconds } from '../../intents/order.ts';

export type ChainClock = {
  /** The chain's time now, never behind the wall clock. */
  now(chainId?: number): UnixSeconds;
  /** Looks at the chains once. */
  read(): Promise<void>;
  /** Keeps looking until the signal falls. */
  follow(signal: AbortSignal): Promise<void>;
};

const EVERY_MS = 3_000;

/** A chain that does not answer keeps the last known difference; one that is behind counts as the wall clock. */
export function createClock(ledgers: ReadonlyMap<number, Ledger>, wall: () => number = Date.now): ChainClock {
  const ahead = new Map<number, number>();
  const read = async () => {
    await Promise.all(
      [...ledgers].map(async ([id, ledger]) => {
        const head = await ledger.head().catch(() => undefined);
        if (head) ahead.set(id, Math.max(0, head.at - Math.floor(wall() / 1_000)));
      }),
    );
  };
  return {
    now: (chainId) => Math.floor(wall() / 1_000) + (chainId === undefined ? Math.max(0, ...ahead.values()) : (ahead.get(chainId) ?? 0)),
    read,
    async follow(signal) {
      while (!signal.aborted) {
        await pause(EVERY_MS, signal);
        await read();
      }
    },
  };
}
