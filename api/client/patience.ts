/** Waits out what passes by itself: a network that restarts, a database that comes back, a provider that dials in again. */
import { TenderError } from '../../intents/errors.ts';
import { pause } from './pause.ts';

/** First pause, and the longest one, milliseconds. */
export const RETRY = { first: 250, most: 5_000 };
/** How long a step that is safe to repeat is repeated, milliseconds. */
const PATIENCE_MS = 45_000;

/** True for what may be over in a moment. */
export const isPassing = (error: unknown): boolean =>
  error instanceof TenderError && (error.code === 'unreachable' || /^http_5|^internal|^unavailable|^busy|^provider_(away|silent)/.test(error.code));

/** Repeats `work`, which must be safe to repeat, until it succeeds, fails for good, or patience is out. */
export async function patiently<T>(work: () => Promise<T>, { ms = PATIENCE_MS, signal }: { ms?: number; signal?: AbortSignal } = {}): Promise<T> {
  const until = Date.now() + ms;
  for (let wait = RETRY.first; ; wait = Math.min(2_000, wait * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || signal?.aborted || Date.now() + wait > until) throw error;
      await pause(wait, signal);
    }
  }
}
