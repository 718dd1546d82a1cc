/** A network as solvers see it, small but real: HTTP, WebSocket, signed receipts and awards, evidence by attesters' keys. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Hex, recoverMessageAddress, sha256, zeroHash } from 'viem';
import { type WebSocket, WebSocketServer } from 'ws';
import { challengeText, type FromSolver, type LeaseAnswer, type LeaseRequest, type ToSolver } from '../../api/client/wire.ts';
import type { Awarded, Drop } from '../../contracts/client/ledger.ts';
import { rank, type ReceiptedBid } from '../../intents/award.ts';
import { decodeBid, decodeReply, stringify, toJson } from '../../intents/json.ts';
import { type Award, marketDigest, marketTypedData } from '../../intents/market.ts';
import { type Order, orderId, type OrderOf, type SignedOrder, takenBy } from '../../intents/order.ts';
import { type Network, now } from './network.ts';

type Frame<T extends FromSolver['type']> = Extract<FromSolver, { type: T }>;
export type Auction = { awarded: Awarded | undefined; bids: ReceiptedBid[]; passes: string[]; declined?: string };
export type Market = {
  url: string;
  artifacts: Map<Hex, Uint8Array>;
  reports: Frame<'report'>[];
  /** Names of the solvers that are connected. */
  solvers(): string[];
  quote(order: Order): Promise<(Frame<'quoted'> | Frame<'pass'>)[]>;
  /** Bids for `ms`, then (after `between`) the award to the best and its reply. `silent`: drops the winner's reply, as if it had been lost. */
  auction(
    signed: SignedOrder,
    options?: { ms?: number; seconds?: number; silent?: boolean; between?: () => Promise<void> },
  ): Promise<Auction>;
  relay(order: Hex, request: LeaseRequest): Promise<LeaseAnswer>;
  disconnect(): void;
  close(): Promise<void>;
};

export async function openMarket(network: Network, port = 0): Promise<Market> {
  const artifacts = new Map<Hex, Uint8Array>();
  const sessions = new Map<WebSocket, { address: Hex; name: string }>();
  const orders = new Map<Hex, SignedOrder>();
  const reports: Frame<'report'>[] = [];
  const ears = new Set<(frame: FromSolver, from: WebSocket) => void>();
  const say = (socket: WebSocket, frame: ToSolver) => socket.send(stringify(frame));
  const all = (frame: ToSolver) => [...sessions.keys()].forEach((socket) => say(socket, frame));

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/network') return void response.end(stringify(network.registry));
      if (request.method === 'POST' && request.url === '/v1/artifacts') {
        const bytes = new Uint8Array(Buffer.concat(chunks));
        artifacts.set(sha256(bytes), bytes);
        return void response.end(stringify({ sha256: sha256(bytes), bytes: bytes.length }));
      }
      const found = artifacts.get(request.url?.split('/').at(-1) as Hex);
      if (found) return void response.end(found);
      response.writeHead(404).end('{}');
    });
  });
  const sockets = new WebSocketServer({ server, path: '/v1/solver' });
  sockets.on('connection', (socket) => {
    const nonce = crypto.randomUUID();
    say(socket, { type: 'challenge', nonce });
    socket.on('close', () => sessions.delete(socket));
    socket.on('message', async (data) => {
      const frame = JSON.parse(String(data)) as FromSolver;
      if (frame.type === 'hello') {
        const signer = await recoverMessageAddress({ message: challengeText('solver', nonce), signature: frame.signature });
        if (signer !== frame.address) return say(socket, { type: 'error', code: 'bad_signature', message: 'not your key' });
        sessions.set(socket, { address: frame.address, name: frame.name });
        return say(socket, { type: 'welcome', session: nonce, now: now() });
      }
      if (frame.type === 'report') reports.push(frame);
      if (frame.type === 'prove' || frame.type === 'judge') {
        const evidence =
          frame.type === 'prove'
            ? prove(frame)
            : network.verdict(orders.get(frame.order)!.order as OrderOf<'job'>, frame.result, BigInt(frame.fuel));
        await evidence.then(
          (found) => say(socket, { type: 'evidence', id: frame.id, evidence: found, signers: 2 }),
          (error: Error) => say(socket, { type: 'failed', id: frame.id, error: { code: 'not_final', message: error.message } }),
        );
      }
      for (const ear of ears) ear(frame, socket);
    });
  });
  const prove = (frame: Frame<'prove'>) => {
    const drops = frame.drops.map((drop) => ({ ...drop, amount: BigInt(drop.amount) }) as Drop);
    const origin = orders.get(drops[0]!.dealId)!.order.chainId;
    return network.prove(network.registry.chains.find(({ id }) => id === origin)!.name, drops, frame.chainId);
  };
  const listen = <T>(ms: number, each: (frame: FromSolver, from: WebSocket, done: (value: T) => void) => void) =>
    new Promise<T | undefined>((resolve) => {
      const end = (value?: T) => {
        clearTimeout(timer);
        ears.delete(ear);
        resolve(value);
      };
      const ear = (frame: FromSolver, from: WebSocket) => each(frame, from, end);
      const timer = setTimeout(end, ms);
      ears.add(ear);
    });
  const sign = (order: Order, type: 'Award' | 'BidReceipt', message: object) =>
    network.auctioneer.signTypedData(marketTypedData(type, message as never, order.chainId, order.settlement) as never);

  async function auction(
    signed: SignedOrder,
    { ms = 5_000, seconds = 600, silent = false, between = async () => {} } = {},
  ): Promise<Auction> {
    const { order } = signed;
    const id = orderId(order);
    orders.set(id, signed);
    const bids: (ReceiptedBid & { socket: WebSocket })[] = [];
    const passes: string[] = [];
    let answers = 0;
    const cutAt = Date.now() + ms;
    const heard = listen<true>(ms, (frame, socket, done) => {
      if (frame.type === 'pass' && frame.id === id) passes.push(frame.reason);
      else if (frame.type === 'bid' && frame.bid.order === id)
        bids.push({
          bid: decodeBid(frame.bid),
          bidSignature: frame.signature,
          socket,
          receipt: { order: id, part: 0n, bid: zeroHash, receivedAt: now(), index: bids.length },
          receiptSignature: '0x',
        });
      else return;
      if (++answers === sessions.size) done(true);
    });
    all({ type: 'order', id, signed: toJson(signed), cutAt });
    await heard;
    const { ranked } = rank(order, id, bids, Math.ceil(cutAt / 1_000), takenBy(order));
    const best = ranked[0] as (typeof bids)[number] | undefined;
    if (!best) return { awarded: undefined, bids, passes };
    await between();
    const { solver, sell, buy, bond, validUntil } = best.bid;
    const winner = [...sessions].find(([, { address }]) => address === solver)![0];
    const award: Award = {
      order: id,
      part: 0n,
      solver,
      sell,
      buy,
      bond,
      cutAt: now(),
      notBefore: 0,
      fillBy: Math.min(validUntil, now() + seconds),
      after: zeroHash,
    };
    const signature = await sign(order, 'Award', award);
    for (const { socket } of bids) {
      if (socket !== best.socket)
        say(socket, { type: 'lost', order: id, winner: toJson({ solver, sell, buy }), reason: 'another bid was better' });
    }
    const digest = marketDigest('Award', award, order.chainId, order.settlement);
    const replied = listen<Frame<'reply'>>(
      3_000,
      (frame, _, done) => frame.type === 'reply' && frame.reply.award === digest && done(frame),
    );
    say(winner, { type: 'award', id, signed: toJson(signed), award: toJson(award), signature, ms: 3_000 });
    const frame = await replied;
    if (!frame || silent) return { awarded: undefined, bids, passes };
    if (!frame.reply.accepted) return { awarded: undefined, bids, passes, declined: frame.reason ?? '' };
    return { awarded: { award, signature, reply: decodeReply(frame.reply), replySignature: frame.signature }, bids, passes };
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    artifacts,
    reports,
    solvers: () => [...sessions.values()].map(({ name }) => name),
    async quote(order) {
      const answers: (Frame<'quoted'> | Frame<'pass'>)[] = [];
      const id = crypto.randomUUID();
      const heard = listen<true>(1_500, (frame, _, done) => {
        if ((frame.type === 'quoted' || frame.type === 'pass') && frame.id === id && answers.push(frame) === sessions.size) done(true);
      });
      all({ type: 'quote', id, order: toJson(order) as never, ms: 1_500 });
      await heard;
      return answers;
    },
    auction,
    async relay(order, body) {
      const id = crypto.randomUUID();
      const heard = listen<LeaseAnswer>(10_000, (frame, _, done) => frame.type === 'answer' && frame.id === id && done(frame.body));
      all({ type: 'relay', id, order, body });
      const answer = await heard;
      if (!answer) throw new Error('no answer');
      return answer;
    },
    disconnect: () => sessions.forEach((_, socket) => socket.terminate()),
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Looks until `found` gives something, for at most `ms`. */
export async function until<T>(found: () => T | undefined | false | Promise<T | undefined | false>, ms = 20_000): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await found();
    if (value) return value;
  }
  throw new Error(`nothing within ${ms} ms: ${String(found)}`);
}
