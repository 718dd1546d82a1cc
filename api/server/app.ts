/** The HTTP and WebSocket surface of a network. `App` is its type, for typed clients. */
import { upgradeWebSocket } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { WebSocket } from 'ws';
import { TenderError } from '../../intents/errors.ts';
import { answerFailure, bodyOf } from './failures.ts';
import type { Network } from './network.ts';
import { openApi } from './openapi.ts';
import type { Peers } from './peers.ts';
import { artifacts, faucet } from './routes/artifacts.ts';
import { asks } from './routes/asks.ts';
import { chat } from './routes/chat.ts';
import { orders } from './routes/orders.ts';
import { page } from './routes/page.ts';

export const MOST_JSON_BYTES = 64 * 1024;
export const MOST_ARTIFACT_BYTES = 8 * 1024 * 1024;
const LOCAL_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export function createApp(network: Network) {
  const { registry, store, market, attesters, log } = network;
  const small = bodyLimit({ maxSize: MOST_JSON_BYTES, onError: () => tooLarge('64 KiB') });
  const large = bodyLimit({ maxSize: MOST_ARTIFACT_BYTES, onError: () => tooLarge('8 MiB') });

  const app = new Hono()
    // Pages on this machine may speak to it (the page under development); others only as themselves.
    .use('/v1/*', cors({ origin: (origin) => (LOCAL_ORIGIN.test(origin) ? origin : undefined), exposeHeaders: ['etag'], maxAge: 600 }))
    .use(secureHeaders({ crossOriginResourcePolicy: 'cross-origin', strictTransportSecurity: false }))
    .use('/v1/*', (c, next) => (c.req.path === '/v1/artifacts' ? large(c, next) : small(c, next)))
    .get('/health', async (c) => {
      await store.ping();
      return c.json({ ok: true, solvers: market.peers.connected().length, attesters: attesters.connected().length });
    })
    .get('/openapi.json', (c) => c.json(openApi(registry.network)))
    .get('/v1/network', (c) => c.json(registry))
    .get('/v1/solver', upgrade(market.peers))
    .get('/v1/attester', upgrade(attesters))
    .route('/v1', asks(network))
    .route('/v1', chat(network))
    .route('/v1', orders(network))
    .route('/v1', artifacts(network))
    .route('/v1', faucet(network))
    .route('/', page());

  app.onError((error, c) => answerFailure(error, c, log));
  app.notFound((c) => c.json(bodyOf({ code: 'no_route', message: 'There is nothing at this address.', hint: 'See GET /openapi.json.' }), 404));
  return app;
}
export type App = ReturnType<typeof createApp>;

const upgrade = (peers: Peers) => upgradeWebSocket(() => ({ onOpen: (_, ws) => peers.accept(ws.raw as WebSocket) }));

function tooLarge(most: string): never {
  throw new TenderError('too_large', `The request is larger than ${most}.`, { hint: 'Send less at once.' });
}
