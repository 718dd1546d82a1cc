/** Puts together what a solver stands on, by hand: chains, senders, journal, book, and the network's services. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { type Hex, sha256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { evmLedger } from '../contracts/client/evm.ts';
import { clientOf } from '../contracts/client/rpc.ts';
import { createSender, type Sender } from '../contracts/client/sender.ts';
import { TenderError } from '../intents/errors.ts';
import type { Registry } from '../intents/registry.ts';
import { openBook } from './desk.ts';
import { type FileJournal, openJournal } from './journal.ts';
import type { Log } from './log.ts';
import type { Artifacts, Door, Market, World } from './ports.ts';

export type WorldOptions = {
  registry: Registry;
  key: Hex;
  dir: string;
  /** Chain id → endpoints; the registry's where none are given. */
  rpc: Record<string, string[]>;
  artifacts: Artifacts;
  log: Log;
  signal: AbortSignal;
  clock?: () => number;
};
export type Built = World & {
  doors: Door[];
  journal: FileJournal;
  /** Gives the world its session's services; until then every one of them refuses. */
  connect(market: Market): void;
  /** Takes up what an earlier run left, and carries every transaction to its final block until the signal falls. */
  start(): Promise<void>;
  /** Resolves with what makes going on pointless: the journal cannot be written. */
  broken: Promise<Error>;
  /** After the signal has fallen: waits for what is under way and lets go of the folder. */
  close(): Promise<void>;
};

/** Errors: `journal_in_use` when another solver runs on this folder, `journal_damaged`. */
export async function buildWorld({ registry, key, dir, rpc, artifacts, log, signal, clock = Date.now }: WorldOptions): Promise<Built> {
  const account = privateKeyToAccount(key);
  // Every transaction that is waited for listens to it.
  setMaxListeners(0, signal);
  const journal = await openJournal(join(dir, 'journal.jsonl'), { clock });
  const book = openBook(dir, clock);
  const senders: Sender[] = [];
  const doors = registry.chains.map((chain): Door => {
    const endpoints = rpc[String(chain.id)] ?? chain.rpc;
    const ledger = evmLedger({ chain, rpc: endpoints });
    const sender = createSender({ ledger, rpc: endpoints, account, journal, log, clock, signal });
    senders.push(sender);
    return { chain, ledger, rpc: clientOf(endpoints), send: sender.send };
  });
  const byId = new Map(doors.map((door) => [door.chain.id, door]));
  let market: Market = { prove: offline, judge: offline, report: () => {} };
  let watching: Promise<unknown> = Promise.resolve();
  let fail: (error: Error) => void;
  const broken = new Promise<Error>((resolve) => (fail = resolve));

  return {
    registry,
    account,
    book,
    dir,
    log,
    clock,
    signal,
    artifacts,
    journal,
    doors,
    on: (chainId) => byId.get(Number(chainId)),
    rowOf: (name) => journal.get(name),
    market: {
      prove: (chainId, drops) => market.prove(chainId, drops),
      judge: (order, result, fuel) => market.judge(order, result, fuel),
      report: (order, fact) => market.report(order, fact),
    },
    connect: (services) => void (market = services),
    async start() {
      await Promise.all(senders.map((sender) => sender.recover()));
      watching = Promise.all(senders.map((sender) => sender.watch(signal)));
      watching.catch(fail);
    },
    broken,
    async close() {
      await watching.catch(() => {});
      await journal.close();
      book.close();
    },
  };
}

const offline = () => Promise.reject(new TenderError('session_lost', 'There is no session with the network yet.'));

/** Programs and inputs from the network, checked against the hash they were asked by. */
export function checked(artifacts: Artifacts): Artifacts {
  return {
    async get(hash) {
      const bytes = await artifacts.get(hash);
      if (sha256(bytes) === hash.toLowerCase()) return bytes;
      throw new TenderError('artifact_damaged', `What came for ${hash} has another hash.`);
    },
    async put(bytes) {
      const hash = await artifacts.put(bytes);
      if (hash.toLowerCase() === sha256(bytes)) return hash;
      throw new TenderError('artifact_damaged', 'The network stored something else than was sent.');
    },
  };
}
