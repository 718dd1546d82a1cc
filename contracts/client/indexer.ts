/**
 * Follows a ledger's facts block by block and notices every reorg by parent hash (nodes do not always say `removed`).
 * Each step is handed over whole, so that a store can save facts and cursor in one transaction.
 */
import type { Hex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import type { Block, ChainFact, Ledger } from './ledger.ts';
import { pause, shortReason } from './rpc.ts';

/** The newest blocks that were read, oldest first: how far, and what a reorg is measured against. Plain JSON. */
export type Cursor = { blocks: { number: number; hash: Hex }[] };
/** `key` is the fact's natural key: `<chainId>:<blockHash>:<logIndex>`. `at`: time of its block. */
export type KeyedFact = ChainFact & { key: string; at: UnixSeconds };
/** What to do in one transaction, in this order: retract the facts of `retracted` blocks, add `facts`, save `cursor`. */
export type IndexStep = { retracted: Hex[]; facts: KeyedFact[]; cursor: Cursor };
export type FollowOptions = {
  ledger: Ledger;
  load(): Promise<Cursor | undefined>;
  /** Must be atomic, and may see a step again after a crash. */
  apply(step: IndexStep): Promise<void>;
  signal: AbortSignal;
  log?: (event: string, detail?: Record<string, unknown>) => void;
  /** Time between two looks at the head, ms. Default: a quarter of a block, at most 1 s. */
  pollMs?: number;
  /** Most blocks in one step. */
  batch?: number;
  /** Blocks kept in the cursor: no deeper reorg can be followed. */
  keep?: number;
};

export const factKey = ({ fact: { tx } }: ChainFact) => `${tx.chainId}:${tx.blockHash}:${tx.logIndex}`;

/** Follows until the signal falls. Rejects only with TenderError `reorg_too_deep`, or with what `load` or `apply` threw. */
export async function follow({ ledger, load, apply, signal, log = () => {}, ...options }: FollowOptions): Promise<void> {
  const { chain } = ledger;
  const pollMs = options.pollMs ?? Math.min(1_000, Math.max(50, chain.blockSeconds * 250));
  const limits = { batch: options.batch ?? 200, keep: options.keep ?? 128 };
  let cursor = await load();
  while (!signal.aborted) {
    const step = await nextStep(ledger, cursor, limits).catch((error: unknown) => {
      if (error instanceof TenderError && error.code === 'reorg_too_deep') throw error;
      log('index.waiting', { chain: chain.name, reason: shortReason(error) });
      return undefined;
    });
    if (!step) {
      await pause(pollMs, signal);
      continue;
    }
    if (step.retracted.length > 0) log('index.reorg', { chain: chain.name, depth: step.retracted.length });
    await apply(step);
    cursor = step.cursor;
  }
}

/** The next step, or undefined when there is nothing new (or the chain moved while it was read). */
export async function nextStep(ledger: Ledger, cursor: Cursor | undefined, { batch, keep }: { batch: number; keep: number }): Promise<IndexStep | undefined> {
  const head = await ledger.head();
  const last = cursor?.blocks.at(-1);
  if (cursor && last) {
    const number = Math.min(last.number, head.number);
    const now = await ledger.block(number);
    if (!now) return undefined;
    if (now.hash !== cursor.blocks.find((block) => block.number === number)?.hash) return retract(ledger, cursor, head.number);
  }
  const from = last ? last.number + 1 : ledger.chain.deployedAt;
  if (from > head.number) return undefined;

  const to = Math.min(head.number, from + batch - 1);
  const end = to === head.number ? head : await ledger.block(to);
  const facts = await ledger.facts(from, to);
  const blocks = await blocksOf(ledger, facts, from, to, head.number - keep);
  if (last && blocks.get(from)?.parent !== last.hash) return undefined;
  // Facts and headers came from several requests: they are of one chain only if the last block is still the same.
  if (!end || blocks.get(to)?.hash !== end.hash || (await ledger.block(to))?.hash !== end.hash) return undefined;
  if (facts.some(({ fact }) => blocks.get(fact.tx.block)?.hash !== fact.tx.blockHash)) return undefined;

  const recent = [...blocks.values()].filter(({ number }) => number === to || number > head.number - keep).sort((a, b) => a.number - b.number);
  return {
    retracted: [],
    facts: facts.map((fact) => ({ ...fact, key: factKey(fact), at: blocks.get(fact.fact.tx.block)!.at })),
    cursor: { blocks: [...(cursor?.blocks ?? []), ...recent.map(({ number, hash }) => ({ number, hash }))].slice(-keep) },
  };
}

/** Walks back to the newest block that both sides know. */
async function retract(ledger: Ledger, cursor: Cursor, head: number): Promise<IndexStep | undefined> {
  const retracted: Hex[] = [];
  for (let i = cursor.blocks.length - 1; i >= 0; i--) {
    const { number, hash } = cursor.blocks[i]!;
    const now = number > head ? undefined : await ledger.block(number);
    if (!now && number <= head) return undefined;
    if (now?.hash === hash) return { retracted, facts: [], cursor: { blocks: cursor.blocks.slice(0, i + 1) } };
    retracted.push(hash);
  }
  const oldest = cursor.blocks[0]?.number;
  throw new TenderError('reorg_too_deep', `${ledger.chain.name} is another chain than the one that was read: block ${oldest} differs.`, {
    hint: 'If the chain was reset on purpose, reset the event store as well.',
  });
}

/** Headers of the blocks that matter: first, last, those with facts, and all that a reorg may still reach. */
async function blocksOf(ledger: Ledger, facts: readonly ChainFact[], from: number, to: number, deep: number): Promise<Map<number, Block>> {
  const wanted = new Set([from, to, ...facts.map(({ fact }) => fact.tx.block)]);
  for (let number = Math.max(from, deep + 1); number <= to; number++) wanted.add(number);
  const numbers = [...wanted];
  const blocks = new Map<number, Block>();
  for (let i = 0; i < numbers.length; i += 16) {
    const read = await Promise.all(numbers.slice(i, i + 16).map((number) => ledger.block(number)));
    for (const block of read) if (block) blocks.set(block.number, block);
  }
  return blocks;
}
