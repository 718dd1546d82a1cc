/** How often one caller may do what costs the network something. In memory: each replica limits for itself. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { TenderError } from '../../intents/errors.ts';

/** `burst` at once, then `rate` each second. */
export type Limit = { burst: number; rate: number };

const MOST_CALLERS = 10_000;

/** A bucket of tokens for each key. */
export function buckets({ burst, rate }: Limit, clock: () => number = () => performance.now()) {
  const known = new Map<string, { tokens: number; at: number }>();
  return (key: string): boolean => {
    const now = clock();
    const bucket = known.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * rate);
    // The oldest caller is forgotten, which only gives it a full bucket.
    known.delete(key);
    known.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (known.size > MOST_CALLERS) known.delete(known.keys().next().value as string);
    return tokens >= 1;
  };
}

/** Refuses with `too_many` (429). The caller is the address of the connection; a proxy must limit for itself. */
export function limited(limit: Limit): MiddlewareHandler {
  const take = buckets(limit);
  return async function limitedBy(context, next) {
    if (!take(callerOf(context))) throw new TenderError('too_many', 'Too many requests.', { hint: 'Wait a second and try again.' });
    await next();
  };
}

function callerOf(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? '';
  } catch {
    return '';
  }
}
