/** The bids that stand, kept over a restart: an award may come for one that an earlier process made. */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from 'viem';
import { decodeBid, stringify } from '../intents/json.ts';
import type { Bid } from '../intents/market.ts';
import type { Hold } from './ports.ts';

/** `margin`: what is kept over cost, base units of the side that is not fixed. */
export type Made = { bid: Bid; signature: Hex; venue: string; holds: Hold[]; margin: bigint; note: string };

export interface Bids {
  get(order: Hex): Made | undefined;
  set(order: Hex, made: Made): void;
  delete(order: Hex): void;
  all(): [Hex, Made][];
  close(): void;
}

/** Lines after which the file is written anew with what still stands. */
const MOST_LINES = 4_000;

/**
 * Opens (or makes) `bids.jsonl` in `dir`. Lines are not synced: they outlive a killed process, and a power cut costs no
 * more than the award.
 */
export function openBids(dir: string, clock: () => number): Bids {
  const path = join(dir, 'bids.jsonl');
  const bids = read(path);
  let lines = 0;
  let file = rewrite();

  function rewrite() {
    for (const [order, { bid }] of bids) if (bid.validUntil * 1_000 <= clock()) bids.delete(order);
    writeFileSync(`${path}.next`, [...bids].map(([order, made]) => line(order, made)).join(''), { mode: 0o600 });
    renameSync(`${path}.next`, path);
    lines = bids.size;
    return openSync(path, 'a', 0o600);
  }
  const write = (text: string) => {
    writeSync(file, text);
    if (++lines <= MOST_LINES + bids.size) return;
    closeSync(file);
    file = rewrite();
  };
  return {
    get: (order) => bids.get(order),
    set(order, made) {
      bids.set(order, made);
      write(line(order, made));
    },
    delete(order) {
      if (bids.delete(order)) write(line(order));
    },
    all: () => [...bids],
    close: () => closeSync(file),
  };
}

const line = (order: Hex, made?: Made) => `${stringify({ order, made })}\n`;

function read(path: string): Map<Hex, Made> {
  const bids = new Map<Hex, Made>();
  if (!existsSync(path)) return bids;
  for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const { order, made } = JSON.parse(text) as { order: Hex; made?: Record<string, unknown> };
    if (made) bids.set(order, decodeMade(made));
    else bids.delete(order);
  }
  return bids;
}

function decodeMade({ bid, holds, margin, ...rest }: Record<string, unknown>): Made {
  return {
    ...(rest as Pick<Made, 'signature' | 'venue' | 'note'>),
    bid: decodeBid(bid),
    margin: BigInt(margin as string),
    holds: (holds as Record<keyof Hold, string>[]).map(({ of, amount, capacity }) => ({
      of,
      amount: BigInt(amount),
      capacity: BigInt(capacity),
    })),
  };
}
