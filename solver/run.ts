/**
 * The run loop: hears orders, bids, countersigns what it won, and carries every promise to its end, which is a call of
 * `contracts/src/Settlement.sol`.
 */
import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import type { FromSolver } from '../api/client/wire.ts';
import type { Awarded, Drop } from '../contracts/client/ledger.ts';
import { decodeAward, decodeOrder, decodeSignedOrder, toJson } from '../intents/json.ts';
import type { Award, Reply } from '../intents/market.ts';
import { orderId, type SignedOrder } from '../intents/order.ts';
import { authorisationOf, faulty, isOpen, signedByUser } from './admit.ts';
import { type BidOptions, HOLD_ON_MS, makeBid, nowOf, priced } from './bid.ts';
import { type Bids, type Made, openBids } from './bids.ts';
import type { Entry } from './desk.ts';
import { reasonOf } from './log.ts';
import { type Desk, isPass, type Market, type Pass, type World } from './ports.ts';
import { openSession, type Session, type Work } from './session.ts';
import { createEngine, type Engine } from './settle.ts';
import { digestOf, signMarket } from './sign.ts';

export type RunOptions = BidOptions & { api: string; name: string; signal: AbortSignal; onReady?: () => void };

/** A quote stands for as long as a person needs to read it. */
const QUOTE_SECONDS = 30;
const EVIDENCE_MS = 60_000;

/** Runs until the signal falls. Promises that are open then are taken up by the next run. */
export async function runSolver(world: World & { connect(market: Market): void }, desk: Desk, options: RunOptions): Promise<void> {
  const { signal, name, api } = options;
  const engine = createEngine(world, desk.venues, signal);
  const bids = openBids(world.dir, world.clock);
  holdAgain(world, bids);
  let session: Session;
  const say = (frame: FromSolver) => session.say(frame);
  const hear = createEars({ world, desk, options, engine, bids, say });

  session = openSession({
    api,
    name,
    account: world.account,
    log: world.log,
    onWork: (frame) => void hear(frame).catch((error: unknown) => world.log('frame.error', { type: frame.type, reason: reasonOf(error) })),
    onWelcome() {
      world.log('session.open', { name, address: world.account.address });
      // An acceptance may have been written but never sent.
      for (const { awarded } of world.book.open()) if (awarded && awarded.award.fillBy > nowOf(world)) say(replyFrame(awarded));
      options.onReady?.();
    },
  });
  world.connect(marketOver(session));
  for (const promised of world.book.open()) engine.take(promised);

  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  session.close();
  await engine.idle();
  bids.close();
}

type Ears = { world: World; desk: Desk; options: RunOptions; engine: Engine; bids: Bids; say(frame: FromSolver): boolean };

function createEars({ world, desk, options, engine, bids, say }: Ears) {
  const { log, book } = world;
  const quote = async (frame: Extract<Work, { type: 'quote' }>) => {
    const found = await priced(world, desk, decodeOrder(frame.order), false);
    if (isPass(found)) return say({ type: 'pass', id: frame.id, reason: found.pass });
    const { sell, buy } = found.offer;
    return say({ type: 'quoted', id: frame.id, sell: String(sell), buy: String(buy), validUntil: nowOf(world) + QUOTE_SECONDS });
  };
  const bid = async (frame: Extract<Work, { type: 'order' }>) => {
    const signed = decodeSignedOrder(frame.signed);
    const id = orderId(signed.order);
    if (id !== frame.id) return log('pass', { order: frame.id, reason: 'the order is not the one that its id names' });
    if (isTaken(book.get(id))) return undefined;
    const known = bids.get(id);
    if (known && known.bid.validUntil > nowOf(world)) return say(bidFrame(known));
    if (frame.cutAt <= world.clock()) return pass(id, 'heard after the cut');
    const made = await makeBid(world, desk, id, signed, frame.cutAt / 1_000, options);
    if (isPass(made)) return pass(id, made.pass);
    if (isOpen(signed.order, nowOf(world))) return fillOpen(id, signed, made);
    bids.set(id, made);
    if (!say(bidFrame(made))) return drop(id, 'the session was lost before the bid was sent');
    return log('bid', {
      order: id,
      venue: made.venue,
      sell: made.bid.sell,
      buy: made.bid.buy,
      bond: made.bid.bond,
      margin: made.margin,
      note: made.note,
    });
  };
  /** Nobody's order: the bid becomes a promise to oneself, at the signed limit. */
  const fillOpen = (id: Hex, signed: SignedOrder, { venue, holds }: Made) => {
    const promised = { id, venue, signed, holds, at: world.clock() };
    book.promise(promised);
    log('open', { order: id, venue });
    return engine.take(promised);
  };
  const pass = (order: Hex, reason: string) => {
    log('pass', { order, reason });
    say({ type: 'pass', id: order, reason });
  };
  const drop = (order: Hex, reason: string, detail: Record<string, unknown> = {}) => {
    bids.delete(order);
    book.drop(order);
    log('lost', { order, reason, ...detail });
  };
  const award = async (frame: Extract<Work, { type: 'award' }>) => {
    const signed = decodeSignedOrder(frame.signed);
    const won = decodeAward(frame.award);
    const id = orderId(signed.order);
    const entry = book.get(id);
    const known = isTaken(entry) ? entry : undefined;
    if (known?.awarded && known.awarded.reply.award === digestOf(signed.order, 'Award', won)) return say(replyFrame(known.awarded));
    const decision = known
      ? { pass: 'this order is already promised under another award' }
      : await accept(world, signed, won, frame.signature, bids.get(id));
    if ('pass' in decision) {
      drop(id, `declined: ${decision.pass}`);
      return say({ ...replyFrame(await replyTo(world, signed, won, frame.signature, false)), reason: decision.pass });
    }
    // A second frame of the same award may have been accepted while this one was checked.
    if (isTaken(book.get(id))) return undefined;
    const made = bids.get(id) as Made;
    const promised = { id, venue: made.venue, signed, awarded: decision, holds: made.holds, at: world.clock() };
    book.promise(promised);
    bids.delete(id);
    log('won', { order: id, venue: made.venue, sell: won.sell, buy: won.buy, fillBy: won.fillBy });
    say(replyFrame(decision));
    return engine.take(promised);
  };
  const relay = async (frame: Extract<Work, { type: 'relay' }>) => {
    const entry = book.get(frame.order);
    const venue = desk.venues.find(({ name }) => name === entry?.venue);
    const body = await (venue?.relay?.(frame.order, frame.body) ?? {
      type: 'refused' as const,
      code: 'unknown_lease',
      message: 'This solver holds no such lease.',
    });
    say({ type: 'answer', id: frame.id, body });
    return engine.wake(frame.order);
  };

  return async (frame: Work): Promise<unknown> => {
    switch (frame.type) {
      case 'quote':
        return quote(frame);
      case 'order':
        return bid(frame);
      case 'receipt':
        return log('receipt', { order: frame.receipt.order, index: frame.receipt.index });
      case 'refused':
        return drop(frame.order, `refused: ${frame.message}`, { code: frame.code });
      case 'award':
        return award(frame);
      case 'lost':
        return drop(frame.order, frame.reason, { winner: frame.winner });
      case 'fact':
        return engine.wake(frame.order);
      case 'relay':
        return relay(frame);
      default:
        return undefined;
    }
  };
}

/** Checks an award to the last: it must be ours, as bid, and executable now. Signs the acceptance; sends nothing. */
async function accept(world: World, signed: SignedOrder, award: Award, signature: Hex, made: Made | undefined): Promise<Awarded | Pass> {
  if (!made) return { pass: 'no bid that stands is behind the award' };
  const fault = await faulty(world.registry, signed, award, signature, made.bid, nowOf(world));
  if (fault) return fault;
  const awarded = await replyTo(world, signed, award, signature, true);
  if (signed.auth.mode === 'own') return awarded;
  const door = world.on(signed.order.chainId);
  if (!door) return { pass: 'unknown chain' };
  const call =
    signed.order.kind === 'fillIn' || signed.order.kind === 'fillOut'
      ? door.ledger.fillCall(signed, awarded)
      : door.ledger.openCall(signed, awarded);
  const simulated = await door.ledger.simulate(call, world.account.address);
  // An award after an earlier one begins later; the steps wait for it.
  if (simulated.ok || simulated.error.code === 'not_yet') return awarded;
  const forged = (await signedByUser(signed)) ? '' : ' (the signature is not the user’s key)';
  return { pass: `would fail: ${simulated.error.message}${forged}` };
}

async function replyTo(world: World, signed: SignedOrder, award: Award, signature: Hex, accepted: boolean): Promise<Awarded> {
  const { order } = signed;
  const reply: Reply = { award: digestOf(order, 'Award', award), authorisation: authorisationOf(signed), accepted };
  return { award, signature, reply, replySignature: await signMarket(world.account, order, 'Reply', reply) };
}

/** An order that its user did not open in time may come up again; any other promise is kept once. */
const isTaken = (entry: Entry | undefined) => entry !== undefined && entry.ended?.outcome !== 'unopened';
const bidFrame = ({ bid, signature }: Made) => ({ type: 'bid' as const, bid: toJson(bid), signature });
const replyFrame = ({ reply, replySignature }: Awarded) => ({ type: 'reply' as const, reply: toJson(reply), signature: replySignature });

/** What bids of an earlier process had held is held again, or the bid is let go. */
function holdAgain(world: World, bids: Bids) {
  for (const [id, { bid, holds }] of bids.all()) {
    const refused = isTaken(world.book.get(id)) || world.book.hold(id, holds, bid.validUntil * 1_000 + HOLD_ON_MS, world.book.mark());
    if (refused) bids.delete(id);
  }
}

/** The network's services over a session. */
const marketOver = (session: Session): Market => ({
  prove: (chainId, drops: readonly Drop[]) =>
    session.ask({ type: 'prove', id: randomUUID(), chainId, drops: drops.map((drop) => toJson(drop)) }, EVIDENCE_MS),
  judge: (order, result, fuel) => session.ask({ type: 'judge', id: randomUUID(), order, result, fuel: String(fuel) }, EVIDENCE_MS),
  report: (order, fact) => void session.say({ type: 'report', order, fact }),
});
