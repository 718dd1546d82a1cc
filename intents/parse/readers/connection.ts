/** One configured model endpoint: where it is, and a fetch that reaches no other host. */

/** Any OpenAI-compatible endpoint. `tokensAtMost`: the reader falls silent after so many tokens; absent: 1,000,000. */
export type ModelConfig = { baseURL: string; apiKey: string; model: string; timeoutMs?: number; tokensAtMost?: number };

/** From named settings, for example an environment; undefined without an endpoint, so that the module is absent. Throws on a bad URL. */
export function modelConfigFrom(settings: Record<string, string | undefined>): ModelConfig | undefined {
  const { TENDER_MODEL_URL: baseURL, TENDER_MODEL_KEY: apiKey, TENDER_MODEL: model } = settings;
  if (!baseURL || !model) return undefined;
  const { protocol } = new URL(baseURL);
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError('TENDER_MODEL_URL must be an http or https URL.');
  return { baseURL, apiKey: apiKey ?? 'none', model };
}

/** Refuses every origin but the configured one, and every redirect: the key never travels elsewhere. */
export function guardedFetch(baseURL: string, plain: typeof fetch = fetch): typeof fetch {
  const { origin } = new URL(baseURL);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (url.origin !== origin) throw new TypeError(`No requests to ${url.origin}: only ${origin} is configured.`);
    return plain(input, { ...init, redirect: 'error' });
  };
}
