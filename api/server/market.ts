/** The network's side of the solvers' sessions: quotes, bids, replies, evidence, reports, and the line to a lease's provider. */
import type { Address, Hex } from 'viem';
import type { Auctions, Floor, Log } from '../auction/auction.ts';
import { isBetter } from '../../intents/award.ts';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';
import type { Quote } from '../../intents/intent.ts';
import { decodeBid, decodeReply, toJson } from '../../intents/json.ts';
import { boundsOf, type Order } from '../../intents/order.ts';
import type { LeaseAnswer, LeaseRequest, ToSolver } from '../client/wire.ts';
import type { Evidence } from './evidence.ts';
import { decodeAnswer, decodeJudge, decodeProve, decodeQuoted, decodeReport, plainText, readHex } from './frames.ts';
import { createPeers, type Frame, type Peers } from './peers.ts';
import type { Peer } from './peer.ts';
import type { Reports } from './reports.ts';

export type Market = {
  peers: Peers;
  floor: Floor;
  /** Asks every connected solver; the best price that came in time, and how many gave one. */
  quote(order: Order): Promise<{ best?: Quote; count: number }>;
  /** Speaks to a lease's provider. Throws `provider_away`, `no_answer`, `bad_answer`. */
  relay(provider: Address, order: Hex, request: LeaseRequest): Promise<LeaseAnswer>;
};
export type MarketOptions = {
  now(): number;
  /** The auctions, while this process leads. */
  auctions(): Auctions | undefined;
  evidence: Evidence;
  reports: Reports;
  log: Log;
  quoteMs?: number;
};

const QUOTE_MS = 500;
/** Commands in a leased machine may run for a while. */
const RELAY_MS = 70_000;
const MOST_SOLVERS = 500;
/** Questions of one solver that may be under way; each costs attesters work. */
const MOST_ASKED = 32;

export function createMarket({ now, auctions, evidence, reports, log, quoteMs = QUOTE_MS }: MarketOptions): Market {
  const asking = new Map<string, number>();
  const peers: Peers = createPeers({
    role: 'solver', now, most: MOST_SOLVERS,
    onOpen(peer) {
      log('solver.joined', { solver: peer.address, name: peer.name });
      auctions()?.joined(peer.address);
    },
    onFrame: (peer, frame) =>
      void hear(peer, frame).catch((error: unknown) => {
        const { code, message } = valueOf(error, log);
        peer.send({ type: 'error', code, message } satisfies ToSolver);
      }),
  });

  async function hear(peer: Peer, frame: Frame): Promise<unknown> {
    const from = peer.address;
    switch (frame.type) {
      case 'bid':
        return auctions()?.bid(from, decodeBid(frame.bid), readHex(frame.signature, 'signature'));
      case 'pass':
        return auctions()?.pass(from, readHex(frame.id, 'id'));
      case 'reply':
        return auctions()?.reply(from, decodeReply(frame.reply), readHex(frame.signature, 'signature'), plainText(frame.reason, 300));
      case 'prove':
        return answered(peer, frame, () => evidence.prove(from, decodeProve(frame)));
      case 'judge':
        return answered(peer, frame, () => evidence.judge(from, decodeJudge(frame)));
      case 'report': {
        const { order, fact } = decodeReport(frame);
        return reports.take(from, order, fact);
      }
      // Too late to answer anything.
      case 'quoted':
      case 'answer':
        return undefined;
      default:
        throw new TenderError('bad_frame', 'Frames of this type are not understood.');
    }
  }

  async function answered(peer: Peer, frame: Frame, work: () => Promise<{ evidence: Hex; signers: number }>) {
    const id = plainText(frame.id, 80);
    const busy = asking.get(peer.session) ?? 0;
    if (busy >= MOST_ASKED) return peer.send({ type: 'failed', id, error: { code: 'too_many', message: 'Too many questions at once.', hint: 'Wait for the answers.' } } satisfies ToSolver);
    asking.set(peer.session, busy + 1);
    try {
      peer.send({ type: 'evidence', id, ...(await work()) } satisfies ToSolver);
    } catch (error) {
      const { code, message, hint } = valueOf(error, log);
      peer.send({ type: 'failed', id, error: { code, message, ...(hint !== undefined && { hint }) } } satisfies ToSolver);
    } finally {
      const left = (asking.get(peer.session) ?? 1) - 1;
      if (left > 0) asking.set(peer.session, left);
      else asking.delete(peer.session);
    }
  }

  return {
    peers,
    floor: { connected: peers.connected, send: peers.send },
    async quote(order) {
      const question = { type: 'quote', order: toJson(order), ms: quoteMs } as const;
      const solvers = peers.connected();
      const frames = await Promise.all(solvers.map((solver) => peers.ask(solver, (id) => ({ ...question, id }), quoteMs)));
      const quotes = frames.flatMap((frame, index) => (frame?.type === 'quoted' ? (fitting(order, frame, solvers[index]!, now()) ?? []) : []));
      const best = quotes.reduce<Quote | undefined>((a, b) => (a && !isBetter(b, a) ? a : b), undefined);
      return { count: quotes.length, ...(best && { best }) };
    },
    async relay(provider, order, request) {
      if (!peers.connected().some((address) => address.toLowerCase() === provider.toLowerCase())) {
        throw new TenderError('provider_away', 'The provider of this lease is not connected.', { hint: 'Try again; only acknowledged seconds are paid.' });
      }
      const frame = await peers.ask(provider, (id) => ({ type: 'relay', id, order, body: request }) satisfies ToSolver, RELAY_MS);
      if (!frame) throw new TenderError('no_answer', 'The provider of this lease did not answer.', { hint: 'Try again; only acknowledged seconds are paid.' });
      try {
        return decodeAnswer(frame);
      } catch {
        throw new TenderError('bad_answer', 'The provider of this lease answered with something else than an answer.', { hint: 'Stop the lease if this goes on.' });
      }
    },
  };
}

/** A quote with the side that the user fixes set to the user's; undefined if it cannot be that. */
function fitting(order: Order, frame: Frame, solver: Address, now: number): Quote | undefined {
  const quoted = decodeQuoted(frame);
  const limit = boundsOf(order);
  if (!quoted || quoted.validUntil < now || quoted.sell <= 0n || quoted.buy <= 0n) return undefined;
  if (limit.exact === 'sell') return quoted.sell <= limit.sellAtMost ? { ...quoted, solver, sell: limit.sellAtMost } : undefined;
  return quoted.buy >= limit.buyAtLeast ? { ...quoted, solver, buy: limit.buyAtLeast } : undefined;
}

function valueOf(error: unknown, log: Log): ErrorValue {
  if (error instanceof TenderError) return error.toJSON();
  log('market.error', { reason: error instanceof Error ? error.message : String(error) });
  return { code: 'internal', message: 'Something went wrong here; it was logged.' };
}
