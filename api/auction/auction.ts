/**
 * The auctions of all living orders. Each is driven by `nextStep` over its stored events: broadcast, collect, cut, award,
 * answer. Nothing is kept that the store does not hold, so a process killed anywhere goes on at the next start.
 */
import { setMaxListeners } from 'node:events';
import type { Address, Hex, LocalAccount } from 'viem';
import type { ToSolver } from '../client/wire.ts';
import type { Ledger } from '../../contracts/client/ledger.ts';
import { pause } from '../../contracts/client/rpc.ts';
import { TenderError } from '../../intents/errors.ts';
import type { Bid, Reply } from '../../intents/market.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import type { Fence, Store } from '../store/index.ts';
import { createBook } from './book.ts';
import { createRunner, type Runner } from './runner.ts';

/** The solvers that are connected now. */
export type Floor = {
  connected(): Address[];
  /** False if that solver is not connected. */
  send(solver: Address, frame: ToSolver): boolean;
};
export type Log = (event: string, detail?: Record<string, unknown>) => void;
export type AuctionOptions = {
  store: Store;
  /** Epoch of this auctioneer: every event it appends carries it. */
  fence: Fence;
  account: LocalAccount;
  ledgerOf(chainId: number): Ledger | undefined;
  floor: Floor;
  /** The chain's time, never behind the wall clock. */
  now(chainId: number): UnixSeconds;
  log: Log;
  /** How long bids are taken, ms. It ends early when every connected solver has answered. */
  cutMs?: number;
  /** How long a winner may take to answer, ms. */
  replyMs?: number;
  /** How long an awarded solver that is not connected is waited for, ms. */
  reconnectMs?: number;
  /** Pause between two rounds without a winner: the first, and the longest, ms. */
  retryMs?: { first: number; most: number };
};
export type Settings = Required<Pick<AuctionOptions, 'cutMs' | 'replyMs' | 'reconnectMs' | 'retryMs'>>;
export type Auctions = {
  bid(from: Address, bid: Bid, signature: Hex): void;
  pass(from: Address, order: Hex): void;
  reply(from: Address, reply: Reply, signature: Hex, reason?: string): void;
  /** A solver has connected: it is told what is up for bids. */
  joined(solver: Address): void;
  /** Runs until the signal falls or the fence is lost. Rejects only if the store cannot be read at the start. */
  run(signal: AbortSignal): Promise<void>;
};

export function createAuctions(options: AuctionOptions): Auctions {
  const { store, floor, log, fence } = options;
  const settings: Settings = {
    cutMs: options.cutMs ?? 1_000,
    replyMs: options.replyMs ?? 1_500,
    reconnectMs: options.reconnectMs ?? 8_000,
    retryMs: options.retryMs ?? { first: 2_000, most: 30_000 },
  };
  const book = createBook();
  const runners = new Map<Hex, Runner>();
  const context = { ...options, settings, book, bondOf: cachedBonds(options) };
  const lost = new AbortController();

  async function start(id: Hex, signal: AbortSignal, resumed = false) {
    if (runners.has(id) || signal.aborted) return;
    const stored = await store.orders.get(id);
    if (!stored || runners.has(id) || signal.aborted) return;
    const runner = createRunner(context, stored, resumed);
    runners.set(id, runner);
    await runner.run(signal).catch((error: unknown) => {
      if (error instanceof TenderError && error.code === 'fenced') lost.abort();
      log('auction.stopped', { order: id, reason: error instanceof Error ? error.message : String(error) });
    });
    runners.delete(id);
    // What happened while the runner was ending would be lost otherwise.
    if (runner.stale() && !signal.aborted) void start(id, signal);
  }

  return {
    bid: (from, bid, signature) => {
      const runner = runners.get(bid.order);
      if (runner) return runner.bid(from, bid, signature);
      floor.send(from, { type: 'refused', order: bid.order, code: 'no_auction', message: 'There is no auction of this order now.' });
    },
    pass: (from, order) => runners.get(order)?.pass(from),
    reply(from, reply, signature, reason) {
      for (const runner of runners.values()) if (runner.reply(from, reply, signature, reason)) return;
    },
    joined: (solver) => {
      for (const runner of runners.values()) runner.joined(solver);
    },
    async run(outer) {
      const signal = AbortSignal.any([outer, lost.signal]);
      // One listener for each waiting order is no leak.
      setMaxListeners(0, signal);
      const from = await store.events.head();
      const alive = await store.orders.alive();
      for (const { id, signed } of await store.orders.getMany(alive)) {
        for (const event of await store.events.of(id)) book.take(event, signed.order.chainId);
        void start(id, signal, true);
      }
      log('auction.leading', { epoch: fence.epoch, alive: alive.length });
      while (!signal.aborted) {
        await follow(from, signal).catch(async (error: unknown) => {
          log('auction.waiting', { reason: error instanceof Error ? error.message : String(error) });
          await pause(500, signal);
        });
      }
    },
  };

  async function follow(from: number, signal: AbortSignal) {
    for await (const batch of store.tail(from, signal)) {
      for (const event of batch) {
        from = event.seq;
        const runner = runners.get(event.order);
        const chainId = runner?.chainId ?? (await store.orders.get(event.order))?.signed.order.chainId;
        if (chainId !== undefined) book.take(event, chainId);
        if (runner && !OWN.has(event.type)) runner.wake();
        else if (runner) continue;
        else if (STARTS.has(event.type)) void start(event.order, signal);
      }
    }
  }
}

/** After these there may be something to auction (again). */
const STARTS: ReadonlySet<string> = new Set(['posted', 'slashed', 'retracted']);

/** Written by an auction itself: it knows them already. */
const OWN: ReadonlySet<string> = new Set(['posted', 'bid', 'bid-refused', 'no-bids', 'awarded', 'accepted', 'declined']);

/** Bond accounts, read at most once in so many ms. */
const BOND_MS = 2_000;
export type BondOf = (solver: Address, chainId: number) => ReturnType<Ledger['bondOf']>;
function cachedBonds({ ledgerOf, account }: AuctionOptions): BondOf {
  const read = new Map<string, { at: number; value: ReturnType<Ledger['bondOf']> }>();
  return (solver, chainId) => {
    const key = `${chainId}:${solver}`;
    const known = read.get(key);
    if (known && performance.now() - known.at < BOND_MS) return known.value;
    const ledger = ledgerOf(chainId);
    if (!ledger) return Promise.resolve({ balance: 0n, locked: 0n, exitAt: 0 });
    const value = ledger.bondOf(solver, account.address);
    read.set(key, { at: performance.now(), value });
    value.catch(() => read.delete(key));
    return value;
  };
}
