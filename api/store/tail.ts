/** New events as they are committed, whoever committed them: woken by NOTIFY, and by a slow poll in case one is lost. */
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { Connections } from './connect.ts';
import type { Events } from './events.ts';

export type Tail = {
  /** Calls `hear` with each batch of new events, in order, from now on. Returns the way to stop. */
  subscribe(hear: (events: readonly OrderEvent[]) => void): () => void;
  /** Every event after `after`, then every new one, without gap or duplicate, until the signal falls. */
  tail(after: number, signal: AbortSignal): AsyncGenerator<OrderEvent[]>;
  /** Tells this process and the others that something was committed. Coalesced; never fails. */
  announce(): void;
  close(): void;
};

const CHANNEL = 'tender_events';
const BATCH = 500;
const POLL_MS = 1_000;
/** One notification for all commits of so many ms: a notification in each transaction would end group commit. */
const COALESCE_MS = 5;

/** Starts at the newest event. Rejects if the database cannot be reached now; later losses are waited out. */
export async function openTail(connections: Connections, events: Events, pollMs = POLL_MS): Promise<Tail> {
  const subscribers = new Set<(events: readonly OrderEvent[]) => void>();
  let seen = await events.head();
  let closed = false;
  let woken = false;
  let reading: Promise<void> | undefined;
  let announcing: NodeJS.Timeout | undefined;

  async function read() {
    do {
      woken = false;
      const batch = await events.after(seen, BATCH).catch(() => undefined);
      if (!batch || closed) return;
      if (batch.length === BATCH) woken = true;
      if (batch.length === 0) continue;
      seen = batch.at(-1)!.seq;
      for (const hear of subscribers) hear(batch);
    } while (woken && !closed);
  }
  function wake() {
    woken = true;
    reading ??= read().finally(() => (reading = undefined));
  }
  const timer = setInterval(wake, pollMs);
  // Without notifications the poll carries on alone, so a failure here is no failure.
  void connections.listen(CHANNEL, wake).catch(() => {});

  const subscribe: Tail['subscribe'] = (hear) => {
    subscribers.add(hear);
    return () => void subscribers.delete(hear);
  };
  return {
    subscribe,
    announce() {
      wake();
      announcing ??= setTimeout(() => {
        announcing = undefined;
        void connections.run((db) => db.execute(`select pg_notify('${CHANNEL}', '')`)).catch(() => {});
      }, COALESCE_MS);
    },
    async *tail(after, signal) {
      const queue: OrderEvent[] = [];
      let ring = () => {};
      const leave = subscribe((batch) => (queue.push(...batch), ring()));
      const stop = () => ring();
      signal.addEventListener('abort', stop, { once: true });
      try {
        let last = after;
        for (;;) {
          const old = await events.after(last, BATCH);
          if (signal.aborted) return;
          if (old.length === 0) break;
          last = old.at(-1)!.seq;
          yield old;
        }
        while (!signal.aborted) {
          const fresh = queue.splice(0).filter(({ seq }) => seq > last);
          if (fresh.length > 0) {
            last = fresh.at(-1)!.seq;
            yield fresh;
          } else await new Promise<void>((resolve) => (ring = resolve));
        }
      } finally {
        leave();
        signal.removeEventListener('abort', stop);
      }
    },
    close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(announcing);
    },
  };
}
