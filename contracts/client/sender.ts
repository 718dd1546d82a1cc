/**
 * Sends transactions of one account on one chain, each through a journal row that is written before the broadcast: a crash
 * at any line, a dropped or stuck transaction, and a reorg are all found again by one pass over the rows that are not final.
 */
import type { Hex, LocalAccount } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Journal, JournalRow } from './journal.ts';
import type { Block, Call, Ledger } from './ledger.ts';
import { clientOf, pause, type Rpc, rpcFailed, shortReason } from './rpc.ts';
import { feesNow, feesOf, feesToReplace, gasOf, isFilled, type Signed, signCall, signFiller, withMargin } from './transaction.ts';

export type SenderLog = (event: string, detail?: Record<string, unknown>) => void;
export type SenderOptions = {
  ledger: Ledger;
  /** Every endpoint is told of a transaction; reads ask the first that answers. */
  rpc: Rpc;
  account: LocalAccount;
  journal: Journal;
  log?: SenderLog;
  /** Unix milliseconds. */
  clock?: () => number;
  /** Time between two looks at the chain, ms. Default: a quarter of a block, at most 1 s. */
  pollMs?: number;
  /** How long the next transaction in line may wait before its fee is raised, ms. Default: four blocks, at least 5 s. */
  stuckMs?: number;
  /** Ends waiting; every row stays as it is and is found by `recover`. */
  signal?: AbortSignal;
};
export type Sender = {
  /**
   * Sends `call` once per `key` and resolves when it is mined. A call that would revert is not sent: TenderError with the
   * contract's code, no row, no nonce. One that reverts when mined comes back as `failed` with `error`; its row stays
   * `mined` in the journal until that is final, since a reorg may run it again.
   */
  send(key: string, call: Call): Promise<JournalRow>;
  /** To be called once at start: takes up whatever an earlier process left. */
  recover(): Promise<void>;
  /** Carries rows to `final` (or `failed`) until the signal falls. */
  watch(signal: AbortSignal): Promise<void>;
  /** One pass over all rows that are not final. */
  step(): Promise<void>;
};

/** At most so many fee rises of a quarter while the market did not move: 1.25¹⁰ ≈ 9. */
const MAX_RISES = 10;
const GAP = '(gap)';

/** Makes the sender of `account` on the ledger's chain. There must be only one per (chain, account) at a time. */
export function createSender({ ledger, rpc, account, journal, log = () => {}, clock = Date.now, signal, ...times }: SenderOptions): Sender {
  const { chain } = ledger;
  const from = account.address;
  const client = clientOf(rpc);
  const doors = typeof rpc === 'object' && !('request' in rpc) ? rpc.map(clientOf) : [client];
  const blockMs = chain.blockSeconds * 1000;
  const pollMs = times.pollMs ?? Math.min(1_000, Math.max(50, blockMs / 4));
  const stuckMs = times.stuckMs ?? Math.max(5_000, 4 * blockMs);
  /** When this process first saw a row with its newest transaction. */
  const since = new Map<string, { hash: Hex; at: number }>();
  const exclusive = createLock();
  const ask = <T>(request: Promise<T>) => request.catch((error: unknown) => Promise.reject(rpcFailed(chain.name, error)));

  /** Tells every endpoint. What a node answers decides nothing: the next pass looks at the chain. */
  async function broadcast(row: JournalRow, raw: Hex) {
    const answers = await Promise.allSettled(doors.map((door) => door.sendRawTransaction({ serializedTransaction: raw })));
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused && !answers.some((answer) => answer.status === 'fulfilled')) {
      log('send.refused', { key: row.key, nonce: row.nonce, reason: shortReason(refused.reason) });
    }
  }
  /** Writes the signed transaction into the row, then broadcasts it. Never the other way round. */
  async function publish(row: JournalRow, signed: Signed, error?: string) {
    const next = await journal.update(row.key, {
      state: 'sent',
      hashes: [...row.hashes, signed.hash],
      raw: [...row.raw, signed.raw],
      ...(error !== undefined && { error }),
    });
    await broadcast(next, signed.raw);
  }

  /** First transaction of a row. `gas` is the limit if a simulation has just said it; without it the call is tried again. */
  async function first(row: JournalRow, later: boolean, gas?: bigint) {
    const tried = gas === undefined ? await ledger.simulate(row.call, from) : ({ ok: true, gas } as const);
    if (tried.ok) return publish(row, await signCall(account, row, gas ?? withMargin(tried.gas), await ask(feesNow(client))));
    const error = textOf(tried.error);
    log('send.abandoned', { key: row.key, nonce: row.nonce, error });
    // Nothing was ever signed under this nonce: without rows behind it, it is free again.
    if (!later) return void (await journal.update(row.key, { state: 'failed', error }));
    await publish(row, await signFiller(account, row, await ask(feesNow(client))), error);
  }

  async function receiptOf(row: JournalRow): Promise<JournalRow['mined']> {
    for (const hash of row.hashes.toReversed()) {
      const receipt = await ask(client.getTransactionReceipt({ hash }).catch(missing));
      if (receipt) return { hash, block: Number(receipt.blockNumber), blockHash: receipt.blockHash, status: receipt.status };
    }
    return undefined;
  }
  async function found(row: JournalRow, mined: NonNullable<JournalRow['mined']>) {
    since.delete(row.key);
    const error = mined.status === 'reverted' ? await reasonOf(row, mined) : undefined;
    const next = await journal.update(row.key, { state: 'mined', mined, ...(error !== undefined && { error }) });
    log('send.mined', { key: row.key, hash: mined.hash, block: mined.block, ...(next.error !== undefined && { error: next.error }) });
  }
  /** Runs the call again on the state before its block: the receipt itself holds no reason. */
  async function reasonOf(row: JournalRow, mined: NonNullable<JournalRow['mined']>): Promise<string> {
    const again = await ledger.simulate(row.call, from, mined.block - 1).catch(() => undefined);
    return again && !again.ok ? textOf(again.error) : 'reverted: The transaction was mined but had no effect.';
  }

  async function carryMined(row: JournalRow, mined: NonNullable<JournalRow['mined']>, final: Block) {
    const block = await ledger.block(mined.block);
    if (block?.hash === mined.blockHash) {
      if (final.number < mined.block) return;
      const failed = mined.status === 'reverted' || isFilled(row);
      await journal.update(row.key, failed ? { state: 'failed' } : { state: 'final', error: undefined });
      return;
    }
    log('send.reorg', { key: row.key, hash: mined.hash, block: mined.block });
    const again = await receiptOf(row);
    if (again) return found(row, again);
    const next = await journal.update(row.key, { state: 'sent', mined: undefined });
    await broadcast(next, next.raw.at(-1)!);
  }

  async function carrySent(row: JournalRow, used: number) {
    const raw = row.raw.at(-1)!;
    const hash = row.hashes.at(-1)!;
    const known = since.get(row.key);
    if (known?.hash !== hash) since.set(row.key, { hash, at: clock() });
    const waited = known?.hash === hash ? clock() - known.at : 0;
    if (row.nonce === used && waited > stuckMs && (await raise(row, raw))) return;
    const pooled = await ask(client.getTransaction({ hash }).catch(missing));
    if (!pooled) await broadcast(row, raw);
  }
  /** Replaces a stuck transaction; false if its fee is high enough as it is. */
  async function raise(row: JournalRow, raw: Hex): Promise<boolean> {
    const now = await ask(feesNow(client));
    if (row.raw.length > MAX_RISES && feesOf(raw).maxFeePerGas >= now.maxFeePerGas) return false;
    const fees = feesToReplace(raw, now);
    log('send.stuck', { key: row.key, nonce: row.nonce, rise: row.raw.length, maxFeePerGas: fees.maxFeePerGas });
    const filler = row.error !== undefined && row.error !== '';
    await publish(row, filler ? await signFiller(account, row, fees) : await signCall(account, row, gasOf(raw), fees));
    return true;
  }
  /** Another transaction used the nonce of this row. Certain only once that is final. */
  async function carryTaken(row: JournalRow, final: Block) {
    const usedForGood = await ask(client.getTransactionCount({ address: from, blockNumber: BigInt(final.number) }));
    if (usedForGood <= row.nonce || (await receiptOf(row))) return;
    const error = `nonce_taken: Another transaction of ${from} used nonce ${row.nonce}.`;
    log('send.taken', { key: row.key, nonce: row.nonce });
    await journal.update(row.key, { state: 'failed', error });
  }

  /** Nonces before the first open row that no row holds (a chain that lost more than finality allows) would block it for ever. */
  async function fillGap(used: number, rows: readonly JournalRow[]) {
    const next = rows.find((row) => row.nonce >= used);
    if (!next || next.nonce === used) return void since.delete(GAP);
    const known = since.get(GAP);
    if (!known) return void since.set(GAP, { hash: '0x', at: clock() });
    if (clock() - known.at < stuckMs) return;
    log('send.gap', { used, next: next.nonce });
    const fees = await ask(feesNow(client));
    for (let nonce = used; nonce < next.nonce; nonce++) await broadcast(next, (await signFiller(account, { ...next, nonce }, fees)).raw);
  }

  let seen: Hex | undefined;
  async function pass() {
    const rows = await journal.pending(chain.id, from);
    if (rows.length === 0) return;
    const [head, final, used] = await Promise.all([ledger.head(), ledger.finalised(), ask(client.getTransactionCount({ address: from }))]);
    const last = rows.at(-1)!.nonce;
    await fillGap(used, rows);
    for (const row of rows) {
      if (row.state === 'mined' && row.mined) {
        if (seen !== head.hash) await carryMined(row, row.mined, final);
        continue;
      }
      // What is not counted as used is in no block: only the others can have a receipt.
      const mined = used > row.nonce ? await receiptOf(row) : undefined;
      if (mined) await found(row, mined);
      else if (used > row.nonce) await carryTaken(row, final);
      else if (row.hashes.length === 0) await first(row, row.nonce < last);
      else await carrySent(row, used);
    }
    seen = head.hash;
  }
  let running: Promise<void> | undefined;
  const step = () => (running ??= exclusive(pass).finally(() => (running = undefined)));
  /** A pass in which a silent node is not an error: the next one asks again. */
  const patiently = () =>
    step().catch((error: unknown) => {
      if (!(error instanceof TenderError) || error.code !== 'rpc_failed') throw error;
      log('send.waiting', { reason: error.message });
    });

  async function begin(key: string, call: Call) {
    const [tried, fees, funds] = await Promise.all([ledger.simulate(call, from), ask(feesNow(client)), ask(client.getBalance({ address: from }))]);
    if (!tried.ok) throw new TenderError(tried.error.code, tried.error.message, tried.error);
    const gas = withMargin(tried.gas);
    const cost = call.value + gas * fees.maxFeePerGas;
    if (cost > funds) throw new TenderError('insufficient_funds', `${from} has ${funds} wei, ${call.what} may need ${cost}.`, { hint: 'Send it some of the native coin.' });
    await exclusive(async () => {
      const next = await ask(client.getTransactionCount({ address: from, blockTag: 'pending' }));
      const row = await journal.intend(key, from, call, next);
      if (row.state !== 'intended' || row.hashes.length > 0) return;
      await first(row, true, gas).catch((error: unknown) => {
        if (!(error instanceof TenderError) || error.code !== 'rpc_failed') throw error;
        log('send.waiting', { key, reason: error.message });
      });
    });
  }

  return {
    async send(key, call) {
      if (call.chainId !== chain.id) throw new TenderError('wrong_chain', `This sender is for ${chain.name} (${chain.id}), the call for ${call.chainId}.`);
      if (!(await journal.get(key))) await begin(key, call);
      for (;;) {
        const row = await journal.get(key);
        if (row && (row.call.chainId !== chain.id || row.from.toLowerCase() !== from.toLowerCase())) {
          throw new TenderError('key_in_use', `The journal holds ${key} for chain ${row.call.chainId} and ${row.from}.`, { param: 'key' });
        }
        if (row && isOver(row)) return failed(row) ? { ...row, state: 'failed' } : row;
        if (signal?.aborted) throw new TenderError('stopped', `Stopped while ${call.what} was under way.`, { hint: 'It is found again at the next start.' });
        await patiently();
        const now = await journal.get(key);
        if (now && !isOver(now)) await pause(pollMs, signal);
      }
    },
    recover: step,
    async watch(until) {
      while (!until.aborted) {
        await patiently();
        await pause(pollMs, until);
      }
    },
    step,
  };
}

const isOver = (row: JournalRow) => row.state === 'mined' || row.state === 'final' || row.state === 'failed';
const failed = (row: JournalRow) => row.state === 'failed' || (row.state === 'mined' && (row.mined?.status === 'reverted' || isFilled(row)));
const textOf = ({ code, message }: { code: string; message: string }) => `${code}: ${message}`;

/** viem throws for what is merely not there. */
function missing(error: unknown): undefined {
  if (error instanceof Error && /NotFoundError$/.test(error.name)) return undefined;
  throw error;
}

/** Runs tasks one after another. */
function createLock() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const mine = last.then(task, task);
    last = mine.catch(() => {});
    return mine;
  };
}
