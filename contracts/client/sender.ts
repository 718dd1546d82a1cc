/**
 * Sends transactions of one account on one chain, each through a journal row that is written before the broadcast: a crash
 * at any line, a dropped or stuck transaction, and a reorg are all found again by one pass over the rows that are not final.
 */
import type { LocalAccount } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { ask, carryAll, first, type Work } from './carry.ts';
import type { Journal, JournalRow } from './journal.ts';
import type { Call, Ledger } from './ledger.ts';
import { clientOf, pause, type Rpc } from './rpc.ts';
import { feesNow, isFilled, withMargin } from './transaction.ts';

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
   * `mined` in the journal until that is final, since a reorg may run it again. Rejects also with TenderErrors
   * `insufficient_funds`, `wrong_chain`, `key_in_use`, `stopped`, `rpc_failed` (before there is a row), and the journal's.
   */
  send(key: string, call: Call): Promise<JournalRow>;
  /** To be called once at start: takes up whatever an earlier process left. */
  recover(): Promise<void>;
  /** Carries rows to `final` (or `failed`) until the signal falls. Rejects only when the journal fails. */
  watch(signal: AbortSignal): Promise<void>;
  /** One pass over all rows that are not final. */
  step(): Promise<void>;
};

/** Makes the sender of `account` on the ledger's chain. There must be only one per (chain, account) at a time. */
export function createSender({ ledger, rpc, account, journal, log = () => {}, clock = Date.now, signal, ...times }: SenderOptions): Sender {
  const blockMs = ledger.chain.blockSeconds * 1000;
  const pollMs = times.pollMs ?? Math.min(1_000, Math.max(50, blockMs / 4));
  const client = clientOf(rpc);
  const doors = typeof rpc === 'object' && !('request' in rpc) ? rpc.map(clientOf) : [client];
  const work: Work = { ledger, client, doors, account, journal, log, clock, stuckMs: times.stuckMs ?? Math.max(5_000, 4 * blockMs), since: new Map() };
  const exclusive = createLock();

  let running: Promise<void> | undefined;
  const step = () => (running ??= exclusive(() => carryAll(work)).finally(() => (running = undefined)));
  /** A silent node is not an error once there is a row: the next pass asks again. */
  const patiently = (task: Promise<void>) =>
    task.catch((error: unknown) => {
      if (!(error instanceof TenderError) || error.code !== 'rpc_failed') throw error;
      log('send.waiting', { chain: ledger.chain.name, reason: error.message });
    });

  return {
    async send(key, call) {
      if (!(await journal.get(key))) await begin(work, exclusive, patiently, key, call);
      for (;;) {
        const row = await journal.get(key);
        if (row) checkOwn(work, row);
        if (row && isOver(row)) return failed(row) ? { ...row, state: 'failed' } : row;
        if (signal?.aborted) throw new TenderError('stopped', `Stopped while ${call.what} was under way.`, { hint: 'It is found again at the next start.' });
        await patiently(step());
        const now = await journal.get(key);
        if (now && !isOver(now)) await pause(pollMs, signal);
      }
    },
    recover: () => patiently(step()),
    async watch(until) {
      while (!until.aborted) {
        await patiently(step());
        await pause(pollMs, until);
      }
    },
    step,
  };
}

type Lock = ReturnType<typeof createLock>;

/** Makes the row and its first transaction. Until the row is there, whatever fails is the caller's to know. */
async function begin(work: Work, exclusive: Lock, patiently: (task: Promise<void>) => Promise<void>, key: string, call: Call) {
  const { ledger, client, account, journal } = work;
  const { address } = account;
  if (call.chainId !== ledger.chain.id) {
    throw new TenderError('wrong_chain', `This sender is for ${ledger.chain.name} (${ledger.chain.id}), the call for ${call.chainId}.`);
  }
  const [tried, fees, funds] = await Promise.all([ledger.simulate(call, address), ask(work, feesNow(client)), ask(work, client.getBalance({ address }))]);
  if (!tried.ok) throw new TenderError(tried.error.code, tried.error.message, tried.error);
  const gas = withMargin(tried.gas);
  const cost = call.value + gas * fees.maxFeePerGas;
  if (cost > funds) throw new TenderError('insufficient_funds', `${address} has ${funds} wei, ${call.what} may need ${cost}.`, { hint: 'Send it some of the native coin.' });
  await exclusive(async () => {
    const next = await ask(work, client.getTransactionCount({ address, blockTag: 'pending' }));
    const row = await journal.intend(key, address, call, next);
    if (row.state === 'intended' && row.hashes.length === 0) await patiently(first(work, row, { gas, later: true }));
  });
}

function checkOwn({ ledger, account }: Work, { key, call, from }: JournalRow) {
  if (call.chainId === ledger.chain.id && from.toLowerCase() === account.address.toLowerCase()) return;
  throw new TenderError('key_in_use', `The journal holds ${key} for chain ${call.chainId} and ${from}.`, { param: 'key' });
}

const isOver = (row: JournalRow) => row.state === 'mined' || row.state === 'final' || row.state === 'failed';
const failed = (row: JournalRow) => row.state === 'failed' || (row.state === 'mined' && (row.mined?.status === 'reverted' || isFilled(row)));

/** Runs tasks one after another. */
function createLock() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const mine = last.then(task, task);
    last = mine.catch(() => {});
    return mine;
  };
}
