/** One order's events as they come: first those that are stored, then each new one, without gap or duplicate. */
import type { Hex } from 'viem';
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { Store } from '../store/index.ts';

/** Listens first and reads then, so that nothing falls between; `seq` drops what comes twice. Ends when the signal falls. */
export async function* follow(store: Pick<Store, 'events' | 'subscribe'>, order: Hex, after: number, signal: AbortSignal): AsyncGenerator<OrderEvent> {
  const queue: OrderEvent[] = [];
  let ring = () => {};
  const leave = store.subscribe((batch) => {
    const mine = batch.filter((event) => event.order === order);
    if (mine.length === 0) return;
    queue.push(...mine);
    ring();
  });
  const stop = () => ring();
  signal.addEventListener('abort', stop);
  try {
    let last = after;
    for (const event of await store.events.of(order, Math.max(0, after))) {
      last = event.seq;
      yield event;
      if (signal.aborted) return;
    }
    while (!signal.aborted) {
      const event = queue.shift();
      if (!event) await new Promise<void>((resolve) => (ring = resolve));
      else if (event.seq > last) {
        last = event.seq;
        yield event;
      }
    }
  } finally {
    leave();
    signal.removeEventListener('abort', stop);
  }
}
