/** The client over real HTTP: errors with their hints, events that survive every way in which a stream can break. */
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../api/client/client.ts';
import { serverEvents } from '../../../api/client/sse.ts';
import { stringify } from '../../../intents/json.ts';
import type { OrderEvent } from '../../../intents/lifecycle.ts';

const ID = `0x${'ab'.repeat(32)}` as const;
const SOLVER = '0x5050505050505050505050505050505050505050' as const;
const tx = { chainId: 31301, hash: ID, block: 9, blockHash: ID, logIndex: 0 };
const FACTS = [
  { type: 'posted', own: false },
  { type: 'opened', tx, solver: SOLVER, deposited: 10n ** 20n, maxUnits: 7n },
  { type: 'acknowledged', seconds: 5 },
  { type: 'closed', tx, released: 6n, refunded: 4n, delivered: 5n },
] as const;
const EVENTS = FACTS.map((fact, index) => ({ ...fact, order: ID, key: `k${index}`, at: 1_000 + index, seq: 10 + index })) as unknown as OrderEvent[];

let server: ServerType | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));
function serving(app: Hono): Promise<string> {
  return new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) => resolve(`http://127.0.0.1:${info.port}`));
  });
}
async function all(events: AsyncGenerator<OrderEvent>): Promise<OrderEvent[]> {
  const seen: OrderEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('answers', () => {
  it('become errors with code, hint and parameter', async () => {
    const app = new Hono()
      .post('/v1/orders', (c) => c.json({ error: { code: 'insufficient_balance', message: 'Too little.', hint: 'Get more.', param: 'sell' } }, 422))
      .get('/v1/network', (c) => c.text('gone', 502))
      .get('/v1/orders/:id', (c) => c.text('not json'))
      .get('/v1/orders/:id/award', (c) => c.json({ error: { code: 'not_found', message: 'None.' } }, 404));
    const client = createClient(`${await serving(app)}/`);
    await expect(client.post({} as never, { mode: 'own' })).rejects.toMatchObject({ code: 'insufficient_balance', hint: 'Get more.', param: 'sell', message: 'Too little.' });
    await expect(client.network()).rejects.toMatchObject({ code: 'http_502' });
    await expect(client.order(ID)).rejects.toMatchObject({ code: 'bad_answer' });
    expect(await client.award(ID)).toBeUndefined();
  });
  it('that do not come are an error too', async () => {
    const url = await serving(new Hono());
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(createClient(url).order(ID)).rejects.toMatchObject({ code: 'unreachable' });
  });
  it('keep the network once it was fetched, never a failure', async () => {
    let calls = 0;
    const client = createClient(await serving(new Hono().get('/v1/network', (c) => (++calls === 1 ? c.text('no', 503) : c.json({ network: 'local' })))));
    await expect(client.network()).rejects.toMatchObject({ code: 'http_503' });
    expect(await client.network()).toEqual({ network: 'local' });
    await client.network();
    expect(calls).toBe(2);
  });
  it('with bytes must have the hash that was asked for', async () => {
    const client = createClient(await serving(new Hono().get('/v1/artifacts/:hash', (c) => c.body('hello'))));
    const hello = '0x2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    expect(new TextDecoder().decode(await client.artifact(hello))).toBe('hello');
    await expect(client.artifact(ID)).rejects.toMatchObject({ code: 'bad_artifact' });
  });
});

describe('events', () => {
  it('come once each and in order, with bigints, over lost connections, repetitions and failures', async () => {
    const cursors: (string | undefined)[] = [];
    const app = new Hono().get('/v1/orders/:id/events', (c) => {
      const after = c.req.query('after');
      cursors.push(after);
      if (cursors.length === 2) return c.json({ error: { code: 'unavailable', message: 'Restarting.' } }, 503);
      // The second stream begins before the cursor; each ends after two events.
      const from = after === undefined ? 0 : Math.max(0, EVENTS.findIndex(({ seq }) => seq === Number(after)));
      return streamSSE(c, async (stream) => {
        await stream.write(': hello\n\n');
        for (const event of EVENTS.slice(from, from + 2)) await stream.writeSSE({ id: String(event.seq), event: 'fact', data: stringify(event) });
      });
    });
    expect(await all(createClient(await serving(app)).events(ID))).toEqual(EVENTS);
    expect(cursors[0]).toBeUndefined();
    expect(cursors.slice(1)).toEqual(['11', '11', '12'].slice(0, cursors.length - 1));
  });
  it('end with an error where the API says that there is no such order', async () => {
    const client = createClient(await serving(new Hono().get('/v1/orders/:id/events', (c) => c.json({ error: { code: 'not_found', message: 'No.' } }, 404))));
    await expect(all(client.events(ID))).rejects.toMatchObject({ code: 'not_found' });
  });
  it('end when they are not wanted any more, also between two tries', async () => {
    const over = new AbortController();
    const client = createClient(await serving(new Hono().get('/v1/orders/:id/events', (c) => c.text('', 500))));
    const seen = all(client.events(ID, { signal: over.signal }));
    setTimeout(() => over.abort(), 100);
    expect(await seen).toEqual([]);
  });
  it('from a cursor know of the past when to end', async () => {
    const app = new Hono().get('/v1/orders/:id/events', (c) => {
      if (c.req.header('accept')?.includes('json')) return c.json({ events: JSON.parse(stringify(EVENTS)) as unknown });
      const after = Number(c.req.query('after'));
      return streamSSE(c, async (stream) => {
        for (const event of EVENTS.filter(({ seq }) => seq > after)) await stream.writeSSE({ id: String(event.seq), data: stringify(event) });
        await new Promise((resolve) => stream.onAbort(() => resolve(undefined)));
      });
    });
    expect(await all(createClient(await serving(app)).events(ID, { after: 12 }))).toEqual(EVENTS.slice(3));
  });
});

describe('the reader of server-sent events', () => {
  const read = async (...chunks: string[]) => {
    const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => (bytes.length > 0 ? controller.enqueue(bytes.shift() as Uint8Array<ArrayBuffer>) : controller.close()) });
    const events = [];
    for await (const event of serverEvents(body)) events.push(event);
    return events;
  };
  it.each([
    ['one event', ['id: 1\ndata: a\n\n'], [{ id: '1', data: 'a' }]],
    ['lines of every kind', ['data: a\r\n\r\ndata: b\r\rdata: c\n\n'], [{ data: 'a' }, { data: 'b' }, { data: 'c' }]],
    ['a break within a break', ['data: a\r', '\n\r', '\ndata: b\n\n'], [{ data: 'a' }, { data: 'b' }]],
    ['several data lines', ['data: a\ndata:b\ndata\n\n'], [{ data: 'a\nb\n' }]],
    ['comments and strangers', [': x\n\nretry: 5\nfoo: bar\n\ndata: a\n\n'], [{ data: 'a' }]],
    ['no event without its empty line', ['data: a\n'], []],
  ])('reads %s', async (_, chunks, events) => expect(await read(...chunks)).toEqual(events));
  it('reads letters that fall apart between two chunks', async () => {
    const bytes = new TextEncoder().encode('data: ü€😀\n\n');
    const body = new ReadableStream<Uint8Array>({ start(controller) { for (const byte of bytes) controller.enqueue(new Uint8Array([byte])); controller.close(); } });
    const events = [];
    for await (const event of serverEvents(body)) events.push(event);
    expect(events).toEqual([{ data: 'ü€😀' }]);
  });
});
