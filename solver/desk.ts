/** The durable book of promises: what was accepted, what it holds, how it ended. Nothing is promised twice. */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Hex } from 'viem';
import { decodeAward, decodeReply, decodeSignedOrder, stringify } from '../intents/json.ts';
import type { Hold, Outcome, Pass, Promised } from './ports.ts';

/** A promise in the book, open until it has an outcome. */
export type Entry = Promised & { ended?: Outcome & { at: number } };

export interface Book {
  /** A point in time for `hold`: what was freed after it may not have been in the balances that a quote read. */
  mark(): number;
  /**
   * Holds capacities for a bid until `until` (Unix ms), all or none. Passes when a capacity is already promised, and with
   * `stale: true` when something was freed since `mark`, so that the caller reads balances again.
   */
  hold(order: Hex, holds: readonly Hold[], until: number, mark: number): undefined | (Pass & { stale?: true });
  /** What is held of something, by live bids and open promises. */
  held(of: string): bigint;
  /** Lets go of a bid's holds; does nothing for a promise. */
  drop(order: Hex): void;
  /** Writes an accepted award to disk, synced, before it returns. The bid's holds become the promise's. */
  promise(promised: Promised): void;
  /** The promised goods have left: holds are let go, the promise stays open. */
  free(order: Hex): void;
  /** Writes how a promise ended. */
  end(order: Hex, outcome: Outcome): void;
  get(order: Hex): Entry | undefined;
  open(): Entry[];
  /** Newest last, at most `n` that have ended. */
  ended(n: number): Entry[];
  close(): void;
}

type Line = { type: 'promised'; promised: unknown } | { type: 'ended'; id: Hex; outcome: Outcome & { at: number } };
type Held = { holds: readonly Hold[]; until: number };

/** How many ended promises are carried over when the book is rewritten at start; twice as many are held in memory. */
const KEEP = 1_000;

/** Opens (or makes) `book.jsonl` in `dir`. A torn last line, from a crash while writing, is left out. */
export function openBook(dir: string, clock: () => number = Date.now): Book {
  const path = join(dir, 'book.jsonl');
  const entries = existsSync(path) ? readBook(path) : new Map<Hex, Entry>();
  rewrite(path, entries);
  const file = openSync(path, 'a', 0o600);
  const held = new Map<Hex, Held>();
  for (const entry of entries.values()) if (!entry.ended) held.set(entry.id, { holds: entry.holds, until: Infinity });
  let freed = 0;

  const write = (line: Line) => {
    const before = fstatSync(file).size;
    try {
      writeWhole(file, `${stringify(line)}\n`);
      fsyncSync(file);
    } catch (error) {
      // A half line in the middle would damage the book for the next reader: a full disk must not.
      ftruncateSync(file, before);
      throw error;
    }
  };
  const release = (order: Hex) => {
    if (held.delete(order)) freed += 1;
  };
  const prune = () => {
    for (const [order, { until }] of held) if (until <= clock()) release(order);
  };
  const heldOf = (of: string) => {
    let sum = 0n;
    for (const { holds } of held.values()) for (const hold of holds) if (hold.of === of) sum += hold.amount;
    return sum;
  };

  return {
    mark: () => {
      prune();
      return freed;
    },
    hold(order, holds, until, mark) {
      prune();
      if (mark !== freed) return { pass: 'balances moved while this was priced', stale: true };
      if (held.has(order)) return { pass: 'this order already holds what it needs' };
      for (const { of, amount, capacity } of totals(holds)) {
        const promised = heldOf(of);
        if (promised + amount > capacity) return { pass: `${of}: needs ${amount}, has ${capacity}, ${promised} promised` };
      }
      held.set(order, { holds, until });
      return undefined;
    },
    held(of) {
      prune();
      return heldOf(of);
    },
    drop(order) {
      const entry = entries.get(order);
      if (!entry || entry.ended) release(order);
    },
    promise(promised) {
      write({ type: 'promised', promised });
      entries.set(promised.id, promised);
      held.set(promised.id, { holds: promised.holds, until: Infinity });
    },
    free: release,
    end(order, outcome) {
      const entry = entries.get(order);
      if (!entry || entry.ended) return;
      const ended = { ...outcome, at: clock() };
      write({ type: 'ended', id: order, outcome: ended });
      // Set anew, so that the oldest ends come first.
      entries.delete(order);
      entries.set(order, { ...entry, ended });
      release(order);
      forget(entries);
    },
    get: (order) => entries.get(order),
    open: () => [...entries.values()].filter((entry) => !entry.ended),
    ended: (n) => [...entries.values()].filter((entry) => entry.ended).slice(-n),
    close: () => closeSync(file),
  };
}

/** Reads a book without opening it for writing: for `status`, beside a running solver. */
export function readBook(path: string): Map<Hex, Entry> {
  const entries = new Map<Hex, Entry>();
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const [index, text] of lines.entries()) {
    if (text === '') continue;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (cause) {
      // Only the last write can be torn; anything else is damage that must not be papered over.
      if (index === lines.length - 1) break;
      throw new Error(`${path} is damaged at line ${index + 1}.`, { cause });
    }
    if (line.type === 'promised') {
      const promised = decodePromised(line.promised);
      entries.set(promised.id, promised);
    } else {
      const entry = entries.get(line.id);
      if (entry) entries.set(line.id, { ...entry, ended: line.outcome });
    }
  }
  return entries;
}

/** Drops the oldest ended promises once there are more than `most`. */
function forget(entries: Map<Hex, Entry>, most = 2 * KEEP) {
  if (entries.size <= most) return;
  const ended = [...entries.values()].filter((entry) => entry.ended);
  if (ended.length > most) for (const entry of ended.slice(0, -KEEP)) entries.delete(entry.id);
}

function rewrite(path: string, entries: Map<Hex, Entry>) {
  forget(entries, KEEP);
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  for (const { ended: outcome, ...promised } of entries.values()) {
    writeWhole(file, `${stringify({ type: 'promised', promised })}\n`);
    if (outcome) writeWhole(file, `${stringify({ type: 'ended', id: promised.id, outcome })}\n`);
  }
  fsyncSync(file);
  closeSync(file);
  renameSync(next, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function writeWhole(file: number, text: string) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

function decodePromised(value: unknown): Promised {
  const { id, venue, signed, awarded, holds, at } = value as Record<string, unknown> & {
    awarded?: Record<string, unknown>;
    holds: Record<string, string>[];
  };
  return {
    id: id as Hex,
    venue: venue as string,
    signed: decodeSignedOrder(signed),
    ...(awarded && {
      awarded: {
        award: decodeAward(awarded.award),
        signature: awarded.signature as Hex,
        reply: decodeReply(awarded.reply),
        replySignature: awarded.replySignature as Hex,
      },
    }),
    holds: holds.map((hold) => ({ of: hold.of as string, amount: BigInt(hold.amount ?? 0), capacity: BigInt(hold.capacity ?? 0) })),
    at: at as number,
  };
}

/** Two holds on the same thing count together. */
function totals(holds: readonly Hold[]): Hold[] {
  const sums = new Map<string, Hold>();
  for (const hold of holds) {
    const sum = sums.get(hold.of);
    sums.set(hold.of, sum ? { ...sum, amount: sum.amount + hold.amount } : hold);
  }
  return [...sums.values()];
}
