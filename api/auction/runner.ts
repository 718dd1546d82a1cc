/** One order's auction: one step after another, each step written down before anybody is told. Those who bid: `solver/run.ts`. */
import type { Address, Hex } from 'viem';
import { pause } from '../../contracts/client/rpc.ts';
import { isBetter, rank, type ReceiptedBid } from '../../intents/award.ts';
import { type ErrorValue, TenderError } from '../../intents/errors.ts';
import { toJson } from '../../intents/json.ts';
import type { Fact } from '../../intents/lifecycle.ts';
import type { Award, Bid, Reply } from '../../intents/market.ts';
import { marketDigest } from '../../intents/market.ts';
import { takenBy } from '../../intents/order.ts';
import type { StoredOrder } from '../store/index.ts';
import { inadmissible } from './admission.ts';
import type { AuctionOptions, BondOf, Settings } from './auction.ts';
import type { ExposureBook } from './book.ts';
import { authorisationOf, signerOf, signMarket } from './sign.ts';
import { type Attempt, type AuctionState, auctionOf, hesitant, losers, nextStep, spent } from './state.ts';
import { awardTimes, isOpen, latestFillBy } from './times.ts';
import { deferred } from './wait.ts';

export type RunnerContext = AuctionOptions & { settings: Settings; book: ExposureBook; bondOf: BondOf };
export type Runner = {
  chainId: number;
  /** Until there is nothing to do for this order now. Rejects with `fenced` when a newer auctioneer leads. */
  run(signal: AbortSignal): Promise<void>;
  bid(from: Address, bid: Bid, signature: Hex): void;
  pass(from: Address): void;
  /** True if the reply is to an award of this order. */
  reply(from: Address, reply: Reply, signature: Hex, reason?: string): boolean;
  joined(solver: Address): void;
  wake(): void;
  /** Something happened after the last look. */
  stale(): boolean;
};

type Round = { cutAtMs: number; answered: Set<string>; end(): void; ended: Promise<void> };
const AT_A_TIME_MS = 60_000;

/** `resumed`: the order was up for bids before this process led. */
export function createRunner(context: RunnerContext, { id, signed }: StoredOrder, resumed: boolean): Runner {
  const { store, fence, account, floor, log, settings, book, bondOf } = context;
  const { order, auth } = signed;
  const own = auth.mode === 'own';
  const now = () => context.now(order.chainId);
  let state: AuctionState = { bids: [], attempts: [], over: false };
  let round: Round | undefined;
  let asked: { attempt: Attempt; answer(reply: { accepted: boolean; signature: Hex; reason: string }): void } | undefined;
  let admitting: Promise<void> = Promise.resolve();
  let ring = () => {};
  let rung = false;
  let idleMs = settings.retryMs.first;
  let lastRound = 0;

  const append = (entries: { key: string; fact: Fact }[]) => store.events.append(entries.map((entry) => ({ ...entry, order: id, at: now() })), fence);
  const orderFrame = (cutAtMs: number) => ({ type: 'order', id, signed: toJson(signed), cutAt: cutAtMs }) as const;
  const clockMs = () => Math.max(Date.now(), now() * 1_000);

  /** Waits until woken, or at most so long. */
  async function idle(ms: number, signal: AbortSignal) {
    if (rung) return;
    const woken = new AbortController();
    ring = () => woken.abort();
    signal.addEventListener('abort', ring);
    await pause(Math.max(0, Math.min(ms, AT_A_TIME_MS)), woken.signal);
    signal.removeEventListener('abort', ring);
    ring = () => {};
  }

  async function collect(signal: AbortSignal) {
    const answered = new Set<string>();
    const { promise: ended, resolve: end } = deferred<void>();
    round = { cutAtMs: clockMs() + settings.cutMs, answered, end, ended };
    for (const solver of floor.connected()) invite(solver, round);
    settleIfAnswered();
    await Promise.race([ended, pause(settings.cutMs, signal)]);
    round = undefined;
    lastRound = performance.now();
    // Bids that came before the cut are still being checked; theirs is a place in the auction.
    await admitting;
  }
  /** A solver with a bid that stands is not asked again; one whose bid has run out is told so first, or it would not bid anew. */
  function invite(solver: Address, { answered, cutAtMs }: Round) {
    const mine = state.bids.filter(({ bid }) => bid.solver.toLowerCase() === solver.toLowerCase());
    const horizon = Math.min(latestFillBy(order), Math.ceil(cutAtMs / 1_000) + 10);
    if (spent(state).has(solver.toLowerCase()) || mine.some(({ bid }) => bid.validUntil >= horizon)) return void answered.add(solver.toLowerCase());
    // After a restart a solver may believe in a bid that was never written down.
    if (mine.length > 0 || resumed) floor.send(solver, { type: 'refused', order: id, code: 'expired', message: 'No bid of yours stands; the order is up for bids again.' });
    floor.send(solver, orderFrame(cutAtMs));
  }
  function settleIfAnswered() {
    if (round && floor.connected().every((solver) => round!.answered.has(solver.toLowerCase()))) round.end();
  }
  const answer = (from: Address) => {
    round?.answered.add(from.toLowerCase());
    settleIfAnswered();
  };

  async function admit(from: Address, bid: Bid, signature: Hex, receivedAt: number, during: Round | undefined) {
    const refusal = await check(from, bid, signature, receivedAt, during).catch((error: unknown): ErrorValue => {
      log('auction.unchecked', { order: id, reason: error instanceof Error ? error.message : String(error) });
      return { code: 'try_again', message: 'The bid could not be checked now.', hint: 'Send it again.' };
    });
    if (refusal) return refuse(from, refusal);
    const digest = marketDigest('Bid', bid, order.chainId, order.settlement);
    const receipt = await signMarket(account, order, 'BidReceipt', { order: id, part: 0n, bid: digest, receivedAt, index: state.bids.length });
    const entry: ReceiptedBid = { bid, bidSignature: signature, receipt: receipt.message, receiptSignature: receipt.signature };
    const added = await append([{ key: `bid:${bid.solver.toLowerCase()}:${digest}`, fact: { type: 'bid', ...entry } }]);
    if (added.length === 0) return;
    state.bids.push(entry);
    floor.send(from, { type: 'receipt', receipt: toJson(receipt.message), signature: receipt.signature });
  }
  async function refuse(solver: Address, { code, message, hint }: ErrorValue) {
    floor.send(solver, { type: 'refused', order: id, code, message, ...(hint !== undefined && { hint }) });
    if (TOLD.has(code)) await append([{ key: `refused:${solver.toLowerCase()}:${code}`, fact: { type: 'bid-refused', solver, code, reason: message } }]);
  }
  async function check(from: Address, bid: Bid, signature: Hex, receivedAt: number, during: Round | undefined): Promise<ErrorValue | undefined> {
    if (isOpen(order, now())) return { code: 'open_window', message: 'No award is needed: anyone may fill this order at its limit.', hint: 'Send `fill` yourself.' };
    if (!during) return { code: 'late', message: 'The bid came after the cut.', hint: 'Wait for the next round of this order.' };
    const [signer, bond] = await Promise.all([signerOf(order, 'Bid', bid, signature), bondOf(from, order.chainId)]);
    const exposed = book.exposed(from, order.chainId);
    const cutAt = Math.ceil(during.cutAtMs / 1_000);
    return inadmissible({ order, id, bid, signer, from, now: receivedAt, cutAt, account: bond, exposed, earlier: state.bids, spent: spent(state).has(from.toLowerCase()) });
  }

  /** Cuts the round and writes the award down. False: no bid can win. */
  async function award(): Promise<boolean> {
    const cutAt = Math.max(now(), ...state.bids.map(({ receipt }) => receipt.receivedAt));
    const last = state.attempts.at(-1);
    const fallen = spent(state);
    const { ranked } = rank(order, id, state.bids, cutAt, latestFillBy(order));
    const blockSeconds = context.ledgerOf(order.chainId)?.chain.blockSeconds ?? 1;
    const late = hesitant(state);
    const eligible = ranked.filter(({ bid }) => !fallen.has(bid.solver.toLowerCase()));
    const inTurn = [...eligible.filter(({ bid }) => !late.has(bid.solver.toLowerCase())), ...eligible.filter(({ bid }) => late.has(bid.solver.toLowerCase()))];
    for (const { bid } of inTurn) {
      const times = awardTimes(order, { cutAt, validUntil: bid.validUntil, last, own, blockSeconds });
      if (!times) continue;
      const message: Award = { order: id, part: 0n, solver: bid.solver, sell: bid.sell, buy: bid.buy, bond: bid.bond, cutAt, ...times };
      const { digest, signature } = await signMarket(account, order, 'Award', message);
      const { balance, locked } = await bondOf(bid.solver, order.chainId);
      // Other auctions may have awarded this solver since its bid came in. From here to `take` nothing is awaited.
      if (bid.bond > balance - locked - book.exposed(bid.solver, order.chainId)) continue;
      const fact = { type: 'awarded', award: message, digest, signature } as const;
      book.take({ ...fact, order: id, key: digest, at: cutAt, seq: 0 }, order.chainId);
      // The key is the place in the chain of awards: the database itself refuses a second award after the same one.
      const added = await append([{ key: `awarded:${times.after}`, fact }]).catch((error: unknown) => (forget(digest), Promise.reject(error)));
      if (added.length === 0) forget(digest);
      return true;
    }
    return false;
  }

  const forget = (award: Hex) => book.take({ type: 'declined', award, reason: '', order: id, key: '', at: 0, seq: 0 }, order.chainId);

  async function ask(attempt: Attempt, signal: AbortSignal) {
    const { award: won, signature, digest } = attempt;
    const { promise, resolve } = deferred<{ accepted: boolean; signature: Hex; reason: string }>();
    asked = { attempt, answer: resolve };
    const frame = { type: 'award', id, signed: toJson(signed), award: toJson(won), signature, ms: settings.replyMs } as const;
    // Said again until its time is up: the frame may have reached a process that died with it. Nothing is lost by waiting,
    // since the award after a silent one cannot begin before that one has run out.
    const until = performance.now() + settings.reconnectMs;
    let reply: Awaited<typeof promise> | undefined;
    do {
      const heard = floor.send(won.solver, frame);
      reply = await Promise.race([promise, pause(heard ? settings.replyMs : 100, signal).then(() => undefined)]);
    } while (!reply && performance.now() < until && !signal.aborted);
    asked = undefined;
    if (signal.aborted && !reply) return;
    if (reply?.accepted) {
      await append([{ key: `accepted:${digest}`, fact: { type: 'accepted', award: digest, signature: reply.signature } }]);
      return tellLosers(won);
    }
    const reason = reply?.reason ?? 'No answer in time.';
    await append([{ key: `declined:${digest}`, fact: { type: 'declined', award: digest, reason, ...(reply && { signature: reply.signature }) } }]);
  }
  function tellLosers(won: Award) {
    const winner = toJson({ solver: won.solver, sell: won.sell, buy: won.buy });
    const best = new Map<string, Bid>();
    for (const { bid } of state.bids) {
      const known = best.get(bid.solver.toLowerCase());
      if (!known || isBetter(bid, known)) best.set(bid.solver.toLowerCase(), bid);
    }
    for (const solver of losers(state.bids, won.solver)) {
      const bid = best.get(solver.toLowerCase())!;
      const reason = spent(state).has(solver.toLowerCase()) ? 'You did not take the award.' : isBetter(won, bid) ? 'Another bid gives the user more.' : 'An equal bid came first.';
      floor.send(solver, { type: 'lost', order: id, winner, reason });
    }
  }

  async function act(signal: AbortSignal): Promise<'go' | 'rest'> {
    rung = false;
    state = auctionOf(await store.events.of(id));
    const step = nextStep(order, state, now(), own);
    switch (step.do) {
      case 'rest':
        return 'rest';
      case 'ask':
        await ask(step.attempt, signal);
        return 'go';
      case 'wait':
        await idle(step.until * 1_000 - clockMs(), signal);
        return 'go';
      case 'open':
        for (const solver of floor.connected()) floor.send(solver, orderFrame(clockMs() + settings.cutMs));
        await idle(Math.min(takenBy(order) * 1_000 - clockMs() + 1_000, settings.retryMs.most), signal);
        return 'go';
      case 'round':
        await collect(signal);
        if (signal.aborted) return 'rest';
        if (await award()) return 'go';
        await append([{ key: 'no-bids', fact: { type: 'no-bids', reason: whyNobody(state, floor.connected().length) } }]);
        rung = false;
        await idle(idleMs, signal);
        idleMs = Math.min(idleMs * 1.5, settings.retryMs.most);
        return 'go';
    }
  }

  return {
    chainId: order.chainId,
    async run(signal) {
      while (!signal.aborted) {
        const done = await act(signal).catch(async (error: unknown): Promise<'go'> => {
          if (error instanceof TenderError && error.code === 'fenced') throw error;
          log('auction.error', { order: id, reason: error instanceof Error ? error.message : String(error) });
          await pause(500, signal);
          return 'go';
        });
        if (done === 'rest') return;
      }
    },
    bid(from, bid, signature) {
      const [receivedAt, during] = [now(), round];
      admitting = admitting
        .then(() => admit(from, bid, signature, receivedAt, during))
        .catch((error: unknown) => log('auction.error', { order: id, reason: error instanceof Error ? error.message : String(error) }))
        .then(() => answer(from));
    },
    pass: answer,
    reply(from, reply, signature, reason = '') {
      if (asked?.attempt.digest !== reply.award) return state.attempts.some(({ digest }) => digest === reply.award);
      const { attempt, answer: give } = asked;
      void signerOf(order, 'Reply', reply, signature).then((signer) => {
        if (signer?.toLowerCase() !== attempt.award.solver.toLowerCase() || from.toLowerCase() !== attempt.award.solver.toLowerCase()) return;
        // Accepting another authorisation than the one that was sent would not be slashable: it counts as a refusal.
        const same = reply.authorisation === authorisationOf(signed);
        give({ accepted: reply.accepted && same, signature, reason: (same ? reason : 'The reply names another authorisation.').replaceAll('\0', '').slice(0, 300) || 'Declined.' });
      });
      return true;
    },
    joined(solver) {
      if (round) invite(solver, round);
      // A solver that comes and goes must not make every waiting order run round after round.
      else if (!asked && performance.now() - lastRound > settings.retryMs.first) ring();
    },
    wake() {
      rung = true;
      ring();
    },
    stale: () => rung,
  };
}

function whyNobody(state: AuctionState, connected: number): string {
  if (connected === 0) return 'No solver is connected.';
  if (state.attempts.length > 0) return 'No other solver takes this order.';
  return state.bids.length > 0 ? 'All bids have expired.' : 'No solver offers this order’s limit now.';
}

/** Refusals that are part of the order's story; the others are between the solver and us. */
const TOLD: ReadonlySet<string> = new Set(['bond_too_small', 'bond_short', 'bond_leaving', 'total_above_limit', 'sell_above_limit', 'buy_below_limit']);
