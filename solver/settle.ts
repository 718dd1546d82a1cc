/** The step engine: carries a promise to its end, from whatever the chain and the journal say, as often as it takes. */
import type { Hex } from 'viem';
import { TenderError } from '../intents/errors.ts';
import { reasonOf } from './log.ts';
import { type Outcome, type Promised, type Step, type Steps, termsOf, type Venue, type World } from './ports.ts';

export type Engine = {
  /** Takes up a promise, unless it is already being carried. */
  take(promised: Promised): void;
  /** Something happened to this order: a waiting promise looks again at once. */
  wake(order: Hex): void;
  /** What each open promise waits for. */
  waits(): Map<Hex, string>;
  /** Resolves when no promise is being carried any more (all ended, or the signal fell). */
  idle(): Promise<void>;
};

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/** Makes an engine over the desk's venues. `signal` stops it between two steps; nothing is lost by stopping. */
export function createEngine(world: World, venues: readonly Venue[], signal: AbortSignal): Engine {
  const carried = new Map<Hex, Promise<void>>();
  const wakers = new Map<Hex, () => void>();
  const waits = new Map<Hex, string>();

  const sleep = (order: Hex, ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        wakers.delete(order);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
      wakers.set(order, end);
      if (signal.aborted) end();
    });

  const perform = async (order: Hex, step: Step) => {
    if ('free' in step) return world.book.free(order);
    if ('wait' in step) {
      if (waits.get(order) !== step.wait) world.log('settle.wait', { order, why: step.wait });
      waits.set(order, step.wait);
      return sleep(order, step.ms);
    }
    const door = world.on(step.send.chainId);
    if (!door) throw new TenderError('unknown_chain', `No chain ${step.send.chainId} in this network.`);
    waits.set(order, step.send.what);
    const row = await door.send(step.key, step.send);
    world.log('settle.sent', { order, key: step.key, what: step.send.what, state: row.state, hash: row.mined?.hash, error: row.error });
    return row;
  };

  const carry = async (promised: Promised, venue: Venue) => {
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      try {
        const outcome = await drive(venue.settle(promised), (step) => perform(promised.id, step), signal);
        if (outcome) world.book.end(promised.id, outcome);
        if (outcome) world.log('settle.end', { order: promised.id, venue: venue.name, ...outcome, ...termsOf(promised) });
        return;
      } catch (error) {
        if (signal.aborted) return;
        world.log('settle.error', { order: promised.id, reason: reasonOf(error), retryMs });
        waits.set(promised.id, `trying again after: ${reasonOf(error)}`);
        await sleep(promised.id, retryMs);
      }
    }
  };

  return {
    take(promised) {
      if (carried.has(promised.id) || signal.aborted) return;
      const venue = venues.find(({ name }) => name === promised.venue);
      if (!venue) return world.log('settle.orphan', { order: promised.id, venue: promised.venue });
      carried.set(
        promised.id,
        carry(promised, venue).finally(() => {
          carried.delete(promised.id);
          waits.delete(promised.id);
        }),
      );
    },
    wake: (order) => wakers.get(order)?.(),
    waits: () => waits,
    async idle() {
      while (carried.size > 0) await Promise.all(carried.values());
    },
  };
}

/** Runs steps to their outcome; undefined when the signal fell first. */
export async function drive(steps: Steps, perform: (step: Step) => Promise<unknown>, signal?: AbortSignal): Promise<Outcome | undefined> {
  let answer: Awaited<ReturnType<typeof perform>>;
  for (;;) {
    if (signal?.aborted) {
      await steps.return(undefined as unknown as Outcome);
      return undefined;
    }
    const next = await steps.next(answer as never);
    if (next.done) return next.value;
    answer = await perform(next.value);
  }
}
