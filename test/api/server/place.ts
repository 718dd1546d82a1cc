/** A whole API on real parts: PostgreSQL, a chain with Tender on it, HTTP and WebSockets; and solvers that speak its wire. */
import { decodeSignedOrder, toJson } from '../../../intents/json.ts';
import { NATIVE, orderId, type OrderOf, type SignedOrder, typedDataOf } from '../../../intents/order.ts';
import type { Registry } from '../../../intents/registry.ts';
import { sentenceOf } from '../../../intents/intentOf.ts';
import { type Built, build, type Parts } from '../../../api/server/build.ts';
import { type Served, serveApp } from '../../../api/server/serve.ts';
import { openStore, type Store } from '../../../api/store/index.ts';
import { createClient, type Client } from '../../../api/client/client.ts';
import { challengeText, type ToSolver } from '../../../api/client/wire.ts';
import { type Hex, type LocalAccount, keccak256 } from 'viem';
import WebSocket from 'ws';
import { attesters, auctioneer, fillIn, K, signMessage, startWorld, user, type World } from '../../contracts/client/world.ts';
import { startDatabase, type TestDatabase } from '../database.ts';
import { marketDigest } from '../../../intents/market.ts';

export type Place = {
  world: World; registry: Registry; store: Store; built: Built; served: Served; client: Client; database: TestDatabase; log: string[];
  /** The served API goes away and comes back over the same store, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startPlace(parts: Partial<Parts> = {}): Promise<Place> {
  const [world, database] = await Promise.all([startWorld(), startDatabase()]);
  const registry: Registry = {
    network: 'local',
    chains: [{
      ...world.chain, gapSeconds: 60,
      tokens: [
        { symbol: 'USDC', name: 'USD Coin', decimals: 6, address: world.usdc }, { symbol: 'DAI', name: 'Dai', decimals: 18, address: world.dai },
        { symbol: 'ETH', name: 'Ether', decimals: 18, address: NATIVE, native: true },
      ],
    }],
    auctioneer: auctioneer.address,
    attesters: { signers: attesters.map(({ address }) => address), k: K },
    prices: { asOf: '2026-11-22', usd: { USDC: '1', DAI: '1', ETH: '3000' } },
  };
  const url = await database.fresh();
  const log: string[] = [];
  const begin = async (port: number) => {
    const store = await openStore(url);
    const built = await build({
      registry, store, auctioneer, log: (event, detail) => void log.push(`${event} ${JSON.stringify(detail ?? {}, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`),
      times: { cutMs: 500, replyMs: 500, reconnectMs: 1_000, retryMs: { first: 200, most: 500 } }, ...parts,
    });
    const served = await serveApp(built.app, { host: '127.0.0.1', port });
    const stop = new AbortController();
    const running = built.run(stop.signal);
    return { store, built, served, end: async () => (stop.abort(), await running, built.close(), await served.close(), await store.close()) };
  };
  let now = await begin(0);
  const place: Place = {
    world, registry, database, log, client: createClient(now.served.url), ...now,
    async restart() {
      await now.end();
      now = await begin(now.served.port);
      Object.assign(place, now);
    },
    async stop() {
      await now.end();
      await Promise.all([world.anvil.stop(), database.stop()]);
    },
  };
  return place;
}

/** A same-chain order whose sentence is what its fields say, signed by the user. */
export async function saleOf({ world, registry }: Place, change: Partial<OrderOf<'fillIn'>['message']> = {}, by: LocalAccount = user): Promise<SignedOrder> {
  const now = Math.max(await world.now(), Math.floor(Date.now() / 1_000));
  const order = await fillIn(world, { nonce: BigInt(keccak256(crypto.getRandomValues(new Uint8Array(8)))) >> 8n, terms: { auctioneer: auctioneer.address, exclusiveUntil: now + 90, fillBy: now + 120 }, ...change });
  if (change.sentence === undefined) order.message.sentence = sentenceOf(order, registry);
  return sign(order, by);
}
export async function sign<O extends SignedOrder['order']>(order: O, by: LocalAccount = user): Promise<{ order: O; auth: { mode: 'signature'; signature: Hex } }> {
  const signature = await by.signTypedData(typedDataOf(order) as Parameters<LocalAccount['signTypedData']>[0]);
  return { order, auth: { mode: 'signature', signature } };
}

export const post = (place: Place, body: unknown) =>
  fetch(`${place.served.url}/v1/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) });
export const refusalOf = async (answer: Response | Promise<Response>) => ((await (await answer).json()) as { error: { code: string; message: string; hint?: string; param?: string } }).error;

export type Session = { socket: WebSocket; heard: ToSolver[]; say(frame: object): void; next<T extends ToSolver['type']>(type: T): Promise<Extract<ToSolver, { type: T }>>; close(): void };
/** A session that has proven its key (or, with `as`, tried to). */
export async function openSession(place: Place, account: LocalAccount, options: { role?: 'solver' | 'attester'; text?: (nonce: string) => string; address?: Hex; welcome?: boolean } = {}): Promise<Session> {
  const { role = 'solver', welcome = true } = options;
  const socket = new WebSocket(`${place.served.url.replace('http', 'ws')}/v1/${role}`);
  const heard: ToSolver[] = [];
  const taken = new Set<ToSolver>();
  socket.on('message', (data) => void heard.push(JSON.parse(String(data)) as ToSolver));
  socket.on('error', () => {});
  const session: Session = {
    socket, heard,
    say: (frame) => socket.send(JSON.stringify(frame)),
    async next(type) {
      for (let n = 0; n < 300; n++) {
        const frame = heard.find((one) => one.type === type && !taken.has(one));
        if (frame) return taken.add(frame), frame as never;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`no ${type}; heard ${heard.map((frame) => frame.type).join(' ')}`);
    },
    close: () => socket.terminate(),
  };
  const { nonce } = await session.next('challenge');
  const signature = await account.signMessage({ message: (options.text ?? ((fresh) => challengeText(role, fresh)))(nonce) });
  session.say({ type: 'hello', address: options.address ?? account.address, signature, name: 'test' });
  if (welcome) await session.next('welcome');
  return session;
}

/** A solver that bids `buy` for everything, quotes the same, and accepts what it wins. */
export async function trade(place: Place, account: LocalAccount, buy: bigint): Promise<Session> {
  const session = await openSession(place, account);
  const { usdc: _ } = place.world;
  session.socket.on('message', (data) => void answer(JSON.parse(String(data)) as ToSolver));
  async function answer(frame: ToSolver) {
    if (frame.type === 'quote') {
      const { order } = decodeSignedOrder({ order: frame.order, auth: { mode: 'own' } });
      const sell = 'exactly' in order.message.sell ? order.message.sell.exactly : 0n;
      session.say({ type: 'quoted', id: frame.id, sell: String(sell), buy: String(buy), validUntil: Math.floor(Date.now() / 1_000) + 30 });
    }
    if (frame.type === 'order') {
      const { order } = decodeSignedOrder(frame.signed);
      const sell = order.kind === 'fillIn' ? order.message.sell.exactly : 0n;
      const bid = { order: frame.id, part: 0n, solver: account.address, sell, buy, bond: 1_000_000n, validUntil: Math.ceil(frame.cutAt / 1_000) + 60, salt: keccak256(crypto.getRandomValues(new Uint8Array(8))) };
      session.say({ type: 'bid', bid: toJson(bid), signature: await signMessage(account, 'Bid', bid, order.chainId, order.settlement) });
    }
    if (frame.type === 'award') {
      const { order, auth } = decodeSignedOrder(frame.signed);
      const award = { ...frame.award, part: 0n, sell: BigInt(frame.award.sell), buy: BigInt(frame.award.buy), bond: BigInt(frame.award.bond) };
      const reply = { award: marketDigest('Award', award, order.chainId, order.settlement), authorisation: keccak256(auth.mode === 'signature' ? auth.signature : '0x'), accepted: true };
      session.say({ type: 'reply', reply, signature: await signMessage(account, 'Reply', reply, order.chainId, order.settlement) });
    }
  }
  return session;
}
export { orderId };
