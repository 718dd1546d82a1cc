/** Every failure as JSON with a code; what nobody expected says nothing about itself to strangers. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../auction/auction.ts';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';

const STATUS: Record<string, ContentfulStatusCode> = {
  not_found: 404, no_route: 404, too_large: 413, too_many: 429, bad_signature: 401, not_yours: 403, stale: 401, replayed: 409, order_over: 409,
  rpc_failed: 502, bad_answer: 502, no_answer: 504, provider_away: 503, no_auctioneer: 503, unavailable: 503, internal: 500,
};

export const bodyOf = (error: ErrorValue) => ({ error });

/** Hono's last resort. Anything that is not a TenderError is logged and becomes `internal`. */
export function answerFailure(error: unknown, context: Context, log: Log): Response {
  const known = asTenderError(error);
  if (!known) log('http.error', { path: context.req.path, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  const value = known?.toJSON() ?? { code: 'internal', message: 'Something went wrong here; it was logged.', hint: 'Try again in a moment.' };
  return context.json(bodyOf(value), STATUS[value.code] ?? 400);
}

function asTenderError(error: unknown): TenderError | undefined {
  if (error instanceof TenderError) return error;
  if (error instanceof HTTPException && error.status === 413) return new TenderError('too_large', 'The request is too large.', { hint: 'See GET /openapi.json for the limits.' });
  // Order types are checked by viem where addresses are hashed: a wrong checksum is the sender's mistake.
  if (error instanceof Error && error.name === 'InvalidAddressError') return new TenderError('invalid', 'An address has a wrong checksum.', { hint: 'Use the checksum form, or lower case.' });
  if (isDatabaseDown(error)) return new TenderError('unavailable', 'The database does not answer.', { hint: 'Try again in a moment.' });
  return undefined;
}

/** Lost or refused connections, and a server that starts or stops. */
function isDatabaseDown(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^(CONNECTION_|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|57P0|08)/.test(code)) return true;
  }
  return false;
}
