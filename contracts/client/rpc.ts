/** The way to a chain's RPC endpoints: fail-over between them, and errors that name no endpoint. */
import { BaseError, createPublicClient, fallback, http, type PublicClient } from 'viem';
import { TenderError } from '../../intents/errors.ts';

/** One endpoint, several (the next is asked when one fails: fail-over, not a quorum), or a client that is there already. */
export type Rpc = string | readonly string[] | PublicClient;

/** A client over `rpc`. It caches nothing: a block number that is a second old is wrong. */
export function clientOf(rpc: Rpc): PublicClient {
  if (typeof rpc === 'object' && 'request' in rpc) return rpc;
  const urls = typeof rpc === 'string' ? [rpc] : rpc;
  const transports = urls.map((url) => http(url, { retryCount: 1, retryDelay: 100, timeout: 8_000 }));
  return createPublicClient({ transport: transports.length === 1 ? transports[0]! : fallback(transports), pollingInterval: 100, cacheTime: 0 });
}

/** One sentence of whatever failed, without the URL, the key in it, or the request. */
export function shortReason(error: unknown): string {
  const text = error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replaceAll(/\b(https?|wss?):\/\/[^\s"')]+/g, '<endpoint>').slice(0, 300);
}

/** What a failed request becomes at the edge of this folder. */
export const rpcFailed = (chain: string, error: unknown): TenderError =>
  error instanceof TenderError ? error : new TenderError('rpc_failed', `The node of ${chain} did not answer: ${shortReason(error)}`, { hint: 'Try again; check the RPC endpoint.' });

/** Waits `ms`, or less if the signal falls. */
export const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
