/** The app behind a port: HTTP with bounded times and connections, WebSockets on the same server. */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { TenderError } from '../../intents/errors.ts';
import type { App } from './app.ts';
import { MOST_FRAME_BYTES } from './peer.ts';

export type Served = { url: string; port: number; close(): Promise<void> };

const MOST_CONNECTIONS = 5_000;

/** Port 0: any that is free. Throws `port_taken`. */
export function serveApp(app: App, { host, port }: { host: string; port: number }): Promise<Served> {
  const websocket = { server: new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false }) };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port, websocket, serverOptions: { requestTimeout: 15_000, headersTimeout: 10_000 } }, (info) => {
      const shown = host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${shown}:${info.port}`,
        port: info.port,
        close: () => new Promise((done) => (server.close(() => done()), server.closeAllConnections())),
      });
    }) as Server;
    server.maxConnections = MOST_CONNECTIONS;
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new TenderError('port_taken', `Port ${port} is taken.`, { hint: 'Set TENDER_PORT to another.' }) : error),
    );
  });
}
