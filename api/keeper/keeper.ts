/** The keeper's reign: indexes every chain into the store, and pushes what is due, for as long as it leads. */
import type { Hex, LocalAccount } from 'viem';
import { jobEvidence, leaseEvidence } from '../../contracts/client/evidence.ts';
import { evmLedger } from '../../contracts/client/evm.ts';
import { follow } from '../../contracts/client/indexer.ts';
import type { Call, Ledger } from '../../contracts/client/ledger.ts';
import { pause, shortReason } from '../../contracts/client/rpc.ts';
import { createSender, type Sender } from '../../contracts/client/sender.ts';
import { TenderError } from '../../intents/errors.ts';
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { OrderOf } from '../../intents/order.ts';
import type { Registry } from '../../intents/registry.ts';
import type { Log } from '../process.ts';
import type { Leadership, Store, StoredOrder } from '../store/index.ts';
import { type ChainTime, dealDuty, mayBeDue, waitingDuty } from './duties.ts';
import { genuine } from './genuine.ts';

export type KeeperOptions = { registry: Registry; store: Store; account: LocalAccount; log: Log };

/** Time between two looks at all live orders, ms. */
const LOOK_MS = 1_000;
const MOST_AT_ONCE = 200;

type Post = { ledger: Ledger; sender: Sender };

/** Rules until leadership is lost. Rejects when the store fails: the process then starts again as a follower. */
export async function reign({ registry, store, account, log }: KeeperOptions, { fence, lost }: Leadership): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([lost, over.signal]);
  const journal = store.journal(fence);
  const posts = new Map<number, Post>(
    registry.chains.map((chain) => {
      const ledger = evmLedger({ chain });
      return [chain.id, { ledger, sender: createSender({ ledger, rpc: chain.rpc, account, journal, log, signal }) }];
    }),
  );
  const works = [...posts.values()].flatMap(({ ledger, sender }) => [
    follow({
      ledger,
      load: () => store.events.cursorOf(ledger.chain.id),
      apply: async (step) => {
        const facts = await genuine(store, ledger, step.facts);
        await store.events.applyIndex(ledger.chain.id, { ...step, facts }, now(), fence);
      },
      signal,
      log,
    }),
    sender.recover().then(() => sender.watch(signal)),
  ]);
  try {
    await Promise.all([...works, push(store, posts, fence, signal, log)]);
  } finally {
    over.abort();
    await Promise.allSettled(works);
  }
}

const now = () => Math.floor(Date.now() / 1000);

/** Looks at every live order again and again. One order that cannot be served does not hold up the others. */
async function push(store: Store, posts: ReadonlyMap<number, Post>, fence: Leadership['fence'], signal: AbortSignal, log: Log): Promise<void> {
  const refused = new Set<string>();
  const busy = new Set<Hex>();
  const serve = async (stored: StoredOrder, events: readonly OrderEvent[], time: ChainTime, post: Post) => {
    busy.add(stored.id);
    try {
      await tend(store, stored, events, time, post, fence, refused, log);
    } catch (error) {
      if (error instanceof TenderError && error.code === 'fenced') throw error;
      log('push.failed', { order: stored.id, reason: shortReason(error) });
    } finally {
      busy.delete(stored.id);
    }
  };
  while (!signal.aborted) {
    const times = new Map<number, ChainTime>();
    for (const [id, { ledger }] of posts) {
      const time = await timeOf(store, ledger).catch(() => undefined);
      if (time) times.set(id, time);
    }
    const ids = (await store.orders.alive()).filter((id) => !busy.has(id));
    for (let at = 0; at < ids.length && !signal.aborted; at += MOST_AT_ONCE) {
      const some = ids.slice(at, at + MOST_AT_ONCE);
      const [orders, events] = await Promise.all([store.orders.getMany(some), store.events.ofMany(some)]);
      for (const stored of orders) {
        const time = times.get(stored.signed.order.chainId);
        const post = posts.get(stored.signed.order.chainId);
        // Not awaited: a transaction takes blocks, and the next order must not wait for it.
        if (time && post) serve(stored, events.get(stored.id) ?? [], time, post).catch(() => undefined);
      }
    }
    await pause(LOOK_MS, signal);
  }
}

/** Final means: final on the chain and read by our index, so that a fill in time has been seen. */
async function timeOf(store: Store, ledger: Ledger): Promise<ChainTime> {
  const [head, finalised, cursor] = await Promise.all([ledger.head(), ledger.finalised(), store.events.cursorOf(ledger.chain.id)]);
  const indexed = cursor?.blocks.at(-1)?.number ?? -1;
  return { head: head.at, number: head.number, final: indexed >= finalised.number ? finalised.at : 0 };
}

async function tend(
  store: Store, { id, signed }: StoredOrder, events: readonly OrderEvent[], time: ChainTime, { ledger, sender }: Post,
  fence: Leadership['fence'], refused: Set<string>, log: Log,
): Promise<void> {
  const { order } = signed;
  const waiting = waitingDuty(signed, events, time, refused);
  if (waiting.do === 'expire') {
    // The store may be behind the chain by a block: the chain has the last word. A nonce that was spent otherwise is no event of this order.
    const state = await ledger.stateOf(order);
    if (state === 'fresh' || state === 'cancelled') await store.events.append([{ order: id, key: 'expired', at: now(), fact: { type: 'expired' } }], fence);
    return;
  }
  if (waiting.do === 'slash') {
    const sent = await attempt(sender, `slash:${waiting.digest}`, ledger.slashCall(signed, waiting.awarded), log);
    if (!sent) refused.add(waiting.digest);
    return;
  }
  if (!mayBeDue(order, events, time)) return;
  const deal = await ledger.dealOf(order);
  if (!deal) return;
  const duty = dealDuty(order, deal, time);
  if (duty.do === 'close') await attempt(sender, `close:${id}`, ledger.closeCall(deal), log);
  if (duty.do === 'job') await attempt(sender, `${duty.act}:${id}`, ledger.advanceCall(deal, jobEvidence[duty.act](order as OrderOf<'job'>)), log);
  if (duty.do === 'noShow') await attempt(sender, `no-show:${id}`, ledger.advanceCall(deal, leaseEvidence.noShow(order as OrderOf<'lease'>)), log);
  if (duty.do === 'finish') await attempt(sender, `finish:${id}`, ledger.advanceCall(deal, leaseEvidence.finish(order as OrderOf<'lease'>)), log);
}

/** False if the chain would refuse it: somebody else was faster, or it is not due by the chain's own rules. */
async function attempt(sender: Sender, key: string, call: Call, log: Log): Promise<boolean> {
  try {
    const row = await sender.send(key, call);
    if (row.state === 'failed') log('push.reverted', { key, error: row.error });
    return row.state !== 'failed';
  } catch (error) {
    if (!(error instanceof TenderError) || error.code === 'fenced' || error.code === 'rpc_failed') throw error;
    log('push.refused', { key, code: error.code, message: error.message });
    return false;
  }
}
