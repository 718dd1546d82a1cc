/** Carries journal rows towards `final`: one look at the chain decides what each row needs now. */
import type { Hex, LocalAccount, PublicClient } from 'viem';
import type { Journal, JournalRow } from './journal.ts';
import type { Block, Ledger } from './ledger.ts';
import { rpcFailed, shortReason } from './rpc.ts';
import { feesNow, feesOf, feesToReplace, gasOf, isFilled, isFiller, type Signed, signCall, signFiller, withMargin } from './transaction.ts';

/** One account on one chain. */
export type Work = {
  ledger: Ledger;
  client: PublicClient;
  /** Endpoints that are told of a transaction. */
  doors: readonly PublicClient[];
  account: LocalAccount;
  journal: Journal;
  log: (event: string, detail?: Record<string, unknown>) => void;
  /** Unix milliseconds. */
  clock: () => number;
  stuckMs: number;
  /** When this process first saw a row with its newest transaction, or a gap. */
  since: Map<string, { hash: Hex; at: number }>;
  /** Head of the last pass: mined rows are looked at once per block. */
  seen?: Hex;
};
type Inclusion = NonNullable<JournalRow['mined']>;

/** At most so many fee rises of a quarter while the market did not move: 1.25¹⁰ ≈ 9. */
const MAX_RISES = 10;
const GAP = '(gap)';

export const ask = <T>({ ledger }: Work, request: Promise<T>) => request.catch((error: unknown) => Promise.reject(rpcFailed(ledger.chain.name, error)));

/** Looks at every row that is not final, in the order of their nonces. */
export async function carryAll(work: Work): Promise<void> {
  const { ledger, journal, account, client } = work;
  const rows = await journal.pending(ledger.chain.id, account.address);
  const last = rows.at(-1)?.nonce;
  if (last === undefined) return;
  const [head, final, used] = await Promise.all([ledger.head(), ledger.finalised(), ask(work, client.getTransactionCount({ address: account.address }))]);
  await fillGap(work, used, rows);
  for (const row of rows) {
    if (row.state === 'mined' && row.mined) {
      if (work.seen !== head.hash) await carryMined(work, row, row.mined, final);
      continue;
    }
    // What is not counted as used is in no block: only the others can have a receipt.
    const mined = used > row.nonce ? await receiptOf(work, row) : undefined;
    if (mined) await found(work, row, mined);
    else if (used > row.nonce) await carryTaken(work, row, final);
    else if (row.hashes.length === 0) await first(work, row, { later: row.nonce < last });
    else await carrySent(work, row, used);
  }
  work.seen = head.hash;
}

/** First transaction of a row. `gas` is its limit if a simulation has just said it; else the call is tried again. */
export async function first(work: Work, row: JournalRow, { gas, later }: { gas?: bigint; later: boolean }): Promise<void> {
  const { ledger, account, journal, log, client } = work;
  const tried = gas === undefined ? await ledger.simulate(row.call, account.address) : ({ ok: true, gas } as const);
  if (tried.ok) return publish(work, row, await signCall(account, row, gas ?? withMargin(tried.gas), await ask(work, feesNow(client))));
  const error = textOf(tried.error);
  log('send.abandoned', { key: row.key, nonce: row.nonce, error });
  // Nothing was ever signed under this nonce: without rows behind it, it is free again.
  if (!later) return void (await journal.update(row.key, { state: 'failed', error }));
  await publish(work, row, await signFiller(account, row, await ask(work, feesNow(client))), error);
}

/** Writes the signed transaction into the row, then broadcasts it. Never the other way round. */
async function publish(work: Work, row: JournalRow, signed: Signed, error?: string) {
  const next = await work.journal.update(row.key, {
    state: 'sent',
    hashes: [...row.hashes, signed.hash],
    raw: [...row.raw, signed.raw],
    ...(error !== undefined && { error }),
  });
  await broadcast(work, next, signed.raw);
}
/** Tells every endpoint. What a node answers decides nothing: the next pass looks at the chain. */
async function broadcast({ doors, log }: Work, row: JournalRow, raw: Hex) {
  const answers = await Promise.allSettled(doors.map((door) => door.sendRawTransaction({ serializedTransaction: raw })));
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused && !answers.some((answer) => answer.status === 'fulfilled')) {
    log('send.refused', { key: row.key, nonce: row.nonce, reason: shortReason(refused.reason) });
  }
}

async function receiptOf(work: Work, row: JournalRow): Promise<Inclusion | undefined> {
  for (const hash of row.hashes.toReversed()) {
    const receipt = await ask(work, work.client.getTransactionReceipt({ hash }).catch(missing));
    if (receipt) return { hash, block: Number(receipt.blockNumber), blockHash: receipt.blockHash, status: receipt.status };
  }
  return undefined;
}
async function found(work: Work, row: JournalRow, mined: Inclusion) {
  work.since.delete(row.key);
  const error = mined.status === 'reverted' ? await reasonOf(work, row, mined) : undefined;
  const next = await work.journal.update(row.key, { state: 'mined', mined, ...(error !== undefined && { error }) });
  work.log('send.mined', { key: row.key, hash: mined.hash, block: mined.block, ...(next.error !== undefined && { error: next.error }) });
}
/** Runs the call again on the state before its block: the receipt itself holds no reason. */
async function reasonOf({ ledger, account }: Work, row: JournalRow, mined: Inclusion): Promise<string> {
  const again = await ledger.simulate(row.call, account.address, mined.block - 1).catch(() => undefined);
  return again && !again.ok ? textOf(again.error) : 'reverted: The transaction was mined but had no effect.';
}

/** Final, still waiting for that, moved to another block, or gone in a reorg: then it is broadcast again. */
async function carryMined(work: Work, row: JournalRow, mined: Inclusion, final: Block) {
  const block = await work.ledger.block(mined.block);
  if (block?.hash === mined.blockHash) {
    if (final.number < mined.block) return;
    const failed = mined.status === 'reverted' || isFilled(row);
    await work.journal.update(row.key, failed ? { state: 'failed' } : { state: 'final', error: undefined });
    return;
  }
  work.log('send.reorg', { key: row.key, hash: mined.hash, block: mined.block });
  const again = await receiptOf(work, row);
  if (again) return found(work, row, again);
  const next = await work.journal.update(row.key, { state: 'sent', mined: undefined });
  await broadcast(work, next, next.raw.at(-1)!);
}

/** In the pool, dropped from it (then broadcast again), or stuck in it (then its fee rises). */
async function carrySent(work: Work, row: JournalRow, used: number) {
  const { since, clock, client, stuckMs } = work;
  const raw = row.raw.at(-1)!;
  const hash = row.hashes.at(-1)!;
  const known = since.get(row.key);
  if (known?.hash !== hash) since.set(row.key, { hash, at: clock() });
  const waited = known?.hash === hash ? clock() - known.at : 0;
  if (row.nonce === used && waited > stuckMs && (await raise(work, row, raw))) return;
  const pooled = await ask(work, client.getTransaction({ hash }).catch(missing));
  if (!pooled) await broadcast(work, row, raw);
}
/** Replaces a stuck transaction; false if its fee is high enough as it is. */
async function raise(work: Work, row: JournalRow, raw: Hex): Promise<boolean> {
  const { account, log } = work;
  const now = await ask(work, feesNow(work.client));
  if (row.raw.length > MAX_RISES && feesOf(raw).maxFeePerGas >= now.maxFeePerGas) return false;
  const fees = feesToReplace(raw, now);
  log('send.stuck', { key: row.key, nonce: row.nonce, rise: row.raw.length, maxFeePerGas: fees.maxFeePerGas });
  await publish(work, row, isFiller(raw, row) ? await signFiller(account, row, fees) : await signCall(account, row, gasOf(raw), fees));
  return true;
}

/** Another transaction used the nonce of this row. Certain only once that is final. */
async function carryTaken(work: Work, row: JournalRow, final: Block) {
  const { client, account, journal, log } = work;
  const usedForGood = await ask(work, client.getTransactionCount({ address: account.address, blockNumber: BigInt(final.number) }));
  if (usedForGood <= row.nonce || (await receiptOf(work, row))) return;
  log('send.taken', { key: row.key, nonce: row.nonce });
  await journal.update(row.key, { state: 'failed', error: `nonce_taken: Another transaction of ${account.address} used nonce ${row.nonce}.` });
}

/** Nonces before the first open row that no row holds (a chain that lost more than finality allows) would block it for ever. */
async function fillGap(work: Work, used: number, rows: readonly JournalRow[]) {
  const { since, clock, stuckMs, account, log, client } = work;
  const next = rows.find((row) => row.nonce >= used);
  if (!next || next.nonce === used) return void since.delete(GAP);
  const known = since.get(GAP);
  if (!known) return void since.set(GAP, { hash: '0x', at: clock() });
  if (clock() - known.at < stuckMs) return;
  log('send.gap', { used, next: next.nonce });
  const fees = await ask(work, feesNow(client));
  for (let nonce = used; nonce < next.nonce; nonce++) await broadcast(work, next, (await signFiller(account, { ...next, nonce }, fees)).raw);
}

const textOf = ({ code, message }: { code: string; message: string }) => `${code}: ${message}`;

/** viem throws for what is merely not there. */
function missing(error: unknown): undefined {
  if (error instanceof Error && /NotFoundError$/.test(error.name)) return undefined;
  throw error;
}
