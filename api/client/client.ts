/** The API's client: typed calls, and events that survive a lost connection. */
import { type Address, type Hex, sha256 } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Question } from '../../intents/intent.ts';
import { lifeOf, type OrderEvent, TERMINAL } from '../../intents/lifecycle.ts';
import type { Auth, Order } from '../../intents/order.ts';
import type { Registry } from '../../intents/registry.ts';
import { eventFrom } from './events.ts';
import { type Fetch, failure, jsonOver, reach, type Send } from './http.ts';
import { pause } from './pause.ts';
import type {
  AnswerRequest, Artifact, AskContext, Asked, AskRequest, AwardJson, EventJson, FaucetAnswer, OrderList, OrderView, Transcript,
} from './shapes.ts';
import { isPassing, RETRY } from './patience.ts';
import { serverEvents } from './sse.ts';
import type { LeaseAnswer, SignedLeaseRequest } from './wire.ts';

export type EventOptions = {
  /** Cursor: events after this `seq`. */
  after?: number;
  signal?: AbortSignal;
  /** Go on after a terminal event (a reorg may still take it back). */
  forever?: boolean;
};
export type Client = {
  readonly url: string;
  /** Fetched once and kept; a failed fetch is not kept. */
  network(): Promise<Registry>;
  ask(request: AskRequest): Promise<Asked>;
  answer(question: Question, optionId: string, context?: AskContext): Promise<Asked>;
  /** Idempotent: the same order twice has the same id. `own` orders carry the user's signature too: it shows who posts. */
  post(order: Order, auth: Auth, signature?: Hex): Promise<{ id: Hex }>;
  order(id: Hex): Promise<OrderView>;
  orders(user: Address, cursor?: string): Promise<OrderList>;
  /** Every event of an order, past and to come, once each and in order, until it is over. Reconnects by itself. */
  events(id: Hex, options?: EventOptions): AsyncGenerator<OrderEvent>;
  auction(id: Hex): Promise<Transcript>;
  /** The accepted award, or undefined as long as there is none. */
  award(id: Hex): Promise<AwardJson | undefined>;
  attach(bytes: Uint8Array): Promise<Artifact>;
  /** The bytes with this hash; anything else is a TenderError `bad_artifact`. */
  artifact(sha256: Hex): Promise<Uint8Array>;
  lease(id: Hex, request: SignedLeaseRequest): Promise<LeaseAnswer>;
  /** Local networks only. */
  faucet(address: Address): Promise<FaucetAnswer>;
};

/** A client of the API at `url`. Every method rejects with a TenderError that has a code and, where one helps, a hint. */
export function createClient(url: string, options: { fetch?: Fetch } = {}): Client {
  const base = url.replace(/\/+$/, '');
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const send = jsonOver(base, fetch);
  let network: Promise<Registry> | undefined;
  return {
    url: base,
    network: () => (network ??= send<Registry>('GET', '/v1/network').catch((error: unknown) => ((network = undefined), Promise.reject(error)))),
    ask: (request) => send('POST', '/v1/ask', request),
    answer: (question, optionId, context = {}) => send('POST', '/v1/answer', { ...context, question, optionId } satisfies AnswerRequest),
    post: (order, auth, signature) => send('POST', '/v1/orders', { order, auth, ...(signature && { signature }) }),
    order: (id) => send('GET', `/v1/orders/${id}`),
    orders: (user, cursor) => send('GET', `/v1/orders?${new URLSearchParams({ user, ...(cursor && { cursor }) })}`),
    events: (id, eventOptions) => eventsOf(fetch, base, send, id, eventOptions),
    auction: (id) => send('GET', `/v1/orders/${id}/auction`),
    award: (id) => send<AwardJson>('GET', `/v1/orders/${id}/award`).catch(orUndefined),
    attach: (bytes) => send('POST', '/v1/artifacts', bytes),
    artifact: (hash) => artifactOf(fetch, `${base}/v1/artifacts/${hash}`, hash),
    lease: (id, request) => send('POST', `/v1/orders/${id}/lease`, request),
    faucet: (address) => send('POST', '/v1/faucet', { address }),
  };
}

async function artifactOf(fetch: Fetch, url: string, hash: Hex): Promise<Uint8Array> {
  const response = await reach(fetch, url, {});
  if (!response.ok) throw await failure(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (sha256(bytes) !== hash.toLowerCase()) throw new TenderError('bad_artifact', 'The network sent other bytes than were asked for.', { hint: 'Do not use them.' });
  return bytes;
}

function orUndefined(error: unknown): undefined {
  if (error instanceof TenderError && (error.code === 'not_found' || error.code === 'http_404')) return undefined;
  throw error;
}


async function* eventsOf(fetch: Fetch, base: string, send: Send, id: Hex, { after = -1, signal, forever = false }: EventOptions = {}): AsyncGenerator<OrderEvent> {
  const seen: OrderEvent[] = [];
  // A watcher that starts in the middle needs the past to know when the order is over.
  if (after >= 0 && !forever) {
    const past = await send<{ events: EventJson[] }>('GET', `/v1/orders/${id}/events`, undefined, signal);
    seen.push(...past.events.map(eventFrom).filter((event) => event.seq <= after));
  }
  let cursor = after;
  let wait = RETRY.first;
  while (!signal?.aborted) {
    try {
      const response = await reach(fetch, `${base}/v1/orders/${id}/events${cursor >= 0 ? `?after=${cursor}` : ''}`, {
        headers: { accept: 'text/event-stream', ...(cursor >= 0 && { 'last-event-id': String(cursor) }) },
        ...(signal && { signal }),
      });
      if (!response.ok && !mayPass(response.status)) throw await failure(response);
      for await (const { data } of response.ok && response.body ? serverEvents(response.body) : []) {
        const event = eventFrom(JSON.parse(data) as EventJson);
        if (event.seq <= cursor) continue;
        cursor = event.seq;
        wait = RETRY.first;
        seen.push(event);
        yield event;
        if (!forever && TERMINAL.has(lifeOf(seen).status)) return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof TenderError && error.code !== 'unreachable') throw error;
    }
    await pause(wait, signal);
    wait = Math.min(RETRY.most, wait * 2);
  }
}

/** True for what may be over in a moment: a network that restarts, a proxy that gives up, too many requests. */
const mayPass = (status: number) => status >= 500 || status === 429;
