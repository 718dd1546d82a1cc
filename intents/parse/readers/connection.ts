/** One configured model endpoint: where it is, and a fetch that reaches no other host. */

/** Any OpenAI-compatible endpoint. `timeoutMs`: for a whole answer, retries included. `tokensPerDay`: absent, 1,000,000. */
export type ModelConfig = { baseURL: string; apiKey: string; model: string; timeoutMs?: number; tokensPerDay?: number };

/** Refuses every origin but the configured one, and every redirect: the key never travels elsewhere. */
export function guardedFetch(baseURL: string, plain: typeof fetch = fetch): typeof fetch {
  const { origin } = new URL(baseURL);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (url.origin !== origin) throw new TypeError(`No requests to ${url.origin}: only ${origin} is configured.`);
    return plain(input, { ...init, redirect: 'error' });
  };
}
