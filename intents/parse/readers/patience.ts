/** Retry with jitter, and a breaker that stops asking an endpoint that keeps failing. */

export type Patience = { retries: number; baseMs: number; failuresToOpen: number; openMs: number };
export const PATIENCE: Patience = { retries: 2, baseMs: 200, failuresToOpen: 5, openMs: 30_000 };

/** After `openMs` one request may try again; until it has succeeded, one more failure opens the breaker again. */
export type Breaker = { closed(): boolean; succeeded(): void; failed(): void };
export function breaker({ failuresToOpen, openMs }: Patience, now: () => number = Date.now): Breaker {
  let failures = 0;
  let openUntil = 0;
  return {
    closed() {
      if (now() < openUntil) return false;
      // Whoever comes first tries; the others wait for what becomes of it.
      if (failures >= failuresToOpen) openUntil = now() + openMs;
      return true;
    },
    succeeded() {
      failures = 0;
      openUntil = 0;
    },
    failed() {
      failures += 1;
      if (failures >= failuresToOpen) openUntil = now() + openMs;
    },
  };
}

/** Runs `attempt` again while `worth(error)` holds: waits base × 2ⁿ, half of it random. Rejects with the last error. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  worth: (error: unknown) => boolean,
  { retries, baseMs }: Patience,
  signal?: AbortSignal,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= retries || signal?.aborted || !worth(error)) throw error;
      const wait = baseMs * 2 ** tries;
      await new Promise((resolve) => setTimeout(resolve, wait / 2 + (Math.random() * wait) / 2));
      if (signal?.aborted) throw error;
    }
  }
}
