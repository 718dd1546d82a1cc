/** One request to the API: JSON in and out, every failure a TenderError with the API's code and hint. */
import { TenderError } from '../../intents/errors.ts';
import { stringify } from '../../intents/json.ts';
import type { ErrorBody } from './shapes.ts';

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;
export type Send = <T>(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal) => Promise<T>;

/** `url` without a trailing slash. */
export const jsonOver = (url: string, fetch: Fetch): Send => async <T>(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal) => {
  const bytes = body instanceof Uint8Array;
  const response = await reach(fetch, url + path, {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }) },
    ...(body !== undefined && { body: bytes ? (body as Uint8Array<ArrayBuffer>) : stringify(body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw await failure(response);
  return (await response.json().catch(() => {
    throw new TenderError('bad_answer', 'The network answered with something that is not JSON.', { hint: 'Is this the address of a Tender API?' });
  })) as T;
};

/** Sends a request; an unreachable network is a TenderError `unreachable`, an abort stays an abort. */
export async function reach(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new TenderError('unreachable', 'The network does not answer.', { hint: 'Check that it runs and that its address is right; then try again.', cause });
  }
}

/** What the API said, as an error to throw. */
export async function failure(response: Response): Promise<TenderError> {
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  const { code = `http_${response.status}`, message = `The network answered with status ${response.status}.`, hint, param } = body?.error ?? {};
  return new TenderError(code, message, { ...(hint !== undefined && { hint }), ...(param !== undefined && { param }) });
}
