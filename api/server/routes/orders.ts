/** Orders: post, list, look, follow, and what was decided about them. What is posted goes to auction: `api/auction/runner.ts`. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Address, Hex } from 'viem';
import { TenderError } from '../../../intents/errors.ts';
import { schemas, stringify, toJson, decode } from '../../../intents/json.ts';
import { lifeOf, type OrderEvent } from '../../../intents/lifecycle.ts';
import { orderId } from '../../../intents/order.ts';
import { receiptOf } from '../../../intents/receipt.ts';
import { auctionOf } from '../../auction/state.ts';
import { authorisationOf } from '../../auction/sign.ts';
import type { AwardJson, EventJson, OrderList, OrderView, Transcript } from '../../client/shapes.ts';
import type { StoredOrder } from '../../store/index.ts';
import { admit } from '../admit.ts';
import { cursorOf, decodePost, idOf, readJson } from '../body.ts';
import { follow } from '../follow.ts';
import { limited } from '../limits.ts';
import type { Network } from '../network.ts';

const PAGE = 50;
/** A comment keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000;
const MOST_STREAMS = 2_000;

export const orders = (network: Network) => {
  const { store, registry, admission, relay, log } = network;
  let streams = 0;

  const stored = async (id: Hex): Promise<StoredOrder> => {
    const order = await store.orders.get(id);
    if (!order) throw new TenderError('not_found', 'There is no such order here.', { param: 'id', hint: 'Was it posted to this network?' });
    return order;
  };
  const viewOf = ({ id, signed: { order } }: StoredOrder, events: readonly OrderEvent[]): OrderView => ({
    id, order: toJson(order), life: toJson(lifeOf(events)), receipt: receiptOf(order, events, registry),
  });

  return new Hono()
    .post('/orders', limited({ burst: 200, rate: 50 }), async (c) => {
      const { signed, signature } = decodePost(await readJson(c));
      const id = orderId(signed.order);
      if (!(await store.orders.get(id))) {
        await admit(signed, signature, admission);
        await store.orders.post(id, signed, admission.now(signed.order.chainId));
      }
      return c.json({ id }, 201);
    })
    .get('/orders', async (c) => {
      const user = c.req.query('user');
      const before = cursorOf(c.req.query('cursor'));
      const found = await store.orders.list({
        ...(user !== undefined && { user: decode(schemas.address, user, 'The user') as Address }), ...(before !== undefined && { before }), limit: PAGE,
      });
      const events = await store.events.ofMany(found.map(({ id }) => id));
      const last = found.length === PAGE ? found.at(-1) : undefined;
      return c.json<OrderList>({ orders: found.map((order) => viewOf(order, events.get(order.id) ?? [])), ...(last && { next: String(last.place) }) });
    })
    .get('/orders/:id', async (c) => {
      const order = await stored(idOf(c.req.param('id'), 'The id'));
      return c.json<OrderView>(viewOf(order, await store.events.of(order.id)));
    })
    .get('/orders/:id/events', async (c) => {
      const { id } = await stored(idOf(c.req.param('id'), 'The id'));
      const after = cursorOf(c.req.header('last-event-id') ?? c.req.query('after')) ?? -1;
      if (c.req.header('accept')?.includes('application/json')) {
        return c.json({ events: (await store.events.of(id, Math.max(0, after))).map((event) => toJson(event) as EventJson) });
      }
      if (streams >= MOST_STREAMS) throw new TenderError('unavailable', 'Too many are watching.', { hint: 'Ask with accept: application/json.' });
      c.header('x-accel-buffering', 'no');
      return streamSSE(c, async (stream) => {
        const stop = new AbortController();
        stream.onAbort(() => stop.abort());
        const beat = setInterval(() => void stream.write(': still here\n\n').catch(() => stop.abort()), KEEP_ALIVE_MS);
        streams++;
        try {
          for await (const event of follow(store, id, after, stop.signal)) await stream.writeSSE({ id: String(event.seq), data: stringify(event) });
        } catch (error) {
          // The stream ends; its reader comes back with a cursor.
          log('events.ended', { order: id, reason: error instanceof Error ? error.message : String(error) });
        } finally {
          streams--;
          clearInterval(beat);
        }
      });
    })
    .get('/orders/:id/award', async (c) => {
      const { id, signed } = await stored(idOf(c.req.param('id'), 'The id'));
      const accepted = auctionOf(await store.events.of(id)).attempts.findLast(({ outcome }) => outcome === 'accepted');
      if (!accepted?.reply) throw new TenderError('not_found', 'No award of this order is accepted.', { param: 'id', hint: 'Follow GET /v1/orders/:id/events.' });
      const { award, signature, digest, reply } = accepted;
      const countersigned = { award: digest, authorisation: authorisationOf(signed), accepted: true };
      return c.json<AwardJson>(toJson({ award, signature, reply: countersigned, replySignature: reply }));
    })
    .get('/orders/:id/auction', async (c) => {
      const { id } = await stored(idOf(c.req.param('id'), 'The id'));
      const { bids, attempts, over } = auctionOf(await store.events.of(id));
      const last = attempts.at(-1)?.award;
      return c.json<Transcript>({
        order: id,
        ...(last && { cutAt: last.cutAt, fillBy: last.fillBy }),
        // Sealed until the cut: who sees bids before can undercut them.
        bids: last || over ? toJson(bids) : [],
        awards: attempts.map(({ award, digest, signature }) => ({ award: toJson(award), digest, signature })),
      });
    })
    .post('/orders/:id/lease', limited({ burst: 200, rate: 20 }), async (c) => c.json(await relay.carry(idOf(c.req.param('id'), 'The id'), await readJson(c))));
};
