/** Programs, inputs and outputs by their SHA-256; and the faucet of a local network. */
import { Hono } from 'hono';
import { TenderError } from '../../../intents/errors.ts';
import { decodeFaucet, idOf, readJson } from '../body.ts';
import { limited } from '../limits.ts';
import type { Network } from '../network.ts';

export const artifacts = ({ store }: Network) =>
  new Hono()
    .post('/artifacts', limited({ burst: 60, rate: 5 }), async (c) => {
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      return c.json(await store.artifacts.put(bytes), 201);
    })
    .get('/artifacts/:sha256', async (c) => {
      const hash = idOf(c.req.param('sha256'), 'The hash');
      const bytes = await store.artifacts.get(hash);
      if (!bytes) throw new TenderError('not_found', 'There is nothing of this hash here.', { param: 'sha256' });
      // Whatever a stranger uploaded: never shown as a page of this origin.
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
        'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'cache-control': 'public, max-age=31536000, immutable', etag: `"${hash}"`,
      });
    });

export const faucet = (network: Network) =>
  new Hono().post('/faucet', limited({ burst: 20, rate: 1 }), async (c) => {
    if (!network.faucet) throw new TenderError('no_faucet', 'This network has no faucet.', { hint: 'Only local networks have one.' });
    const { address } = decodeFaucet(await readJson(c));
    return c.json(await network.faucet.give(address));
  });
