/** The steps of a lease: open, start a real machine, serve while the buyer acknowledges, and end it with a refund. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hex, sha256, stringToBytes } from 'viem';
import type { LeaseAnswer, LeaseRequest } from '../../api/client/wire.ts';
import { type Deal, leaseStateOf } from '../../contracts/client/deal.ts';
import { leaseEvidence } from '../../contracts/client/evidence.ts';
import type { Voucher } from '../../intents/market.ts';
import type { OrderOf } from '../../intents/order.ts';
import { nowOf } from '../bid.ts';
import { reasonOf } from '../log.ts';
import type { Door, Outcome, Promised, Steps, World } from '../ports.ts';
import { again, closedDeal, doorOf, isError, openDeal, ownDeal, type Sure, transact } from '../steps.ts';
import { type Machine, openMachine } from './machine.ts';
import { sameAddress, signerOf, signMarket } from '../sign.ts';
import { type Acknowledged, type LeaseRecord, readLease, writeLease } from './records.ts';

type LeaseOrder = OrderOf<'lease'>;
/** A machine that this process runs. `startedAt` (chain time) is 0 until the lease's clock runs. */
type Live = { order: LeaseOrder; machine: Machine; startedAt: number; ended: boolean };

/** Requests of the buyer wake the lease; between them it only watches the clock. */
const SERVING_LOOK_MS = 2_000;
/** How long after a stop the buyer's last signature is waited for, seconds. */
const LAST_WORD_SECONDS = 30;
const LONGEST_COMMAND_MS = 120_000;
/** Kept of a command’s output: in JSON a byte may take six, and frames have a limit. */
const OUTPUT_BYTES = 100 * 1_024;

export type Leases = {
  settle(promised: Promised): Steps;
  relay(id: Hex, request: LeaseRequest): Promise<LeaseAnswer>;
  close(): Promise<void>;
};

/** Leases of one provider. Machines die with the process; what they earned is in the records. */
export function openLeases(world: World): Leases {
  const live = new Map<Hex, Live>();
  const machines = join(world.dir, 'machines');
  // Left by a process that was killed; nothing in it can run any more.
  const cleared = rm(machines, { recursive: true, force: true }).then(() => mkdir(machines, { recursive: true }));

  const record = (id: Hex): LeaseRecord => readLease(world.dir, id) ?? {};
  // One write after another: an acknowledgement must not overwrite a stop, nor the other way round.
  let writing: Promise<void> = Promise.resolve();
  const write = (id: Hex, change: LeaseRecord) => {
    const task = () => writeLease(world.dir, id, { ...record(id), ...change });
    return (writing = writing.then(task, task));
  };
  const finish = async (id: Hex, why: string, seconds?: number) => {
    const { over } = record(id);
    if (!over) {
      await write(id, { over: { why, at: nowOf(world), seconds } });
      world.log('lease.over', { order: id, why });
    }
    await live
      .get(id)
      ?.machine.dispose()
      .catch((error: unknown) => world.log('lease.wipe', { order: id, reason: reasonOf(error) }));
    live.delete(id);
  };

  async function* settle(promised: Promised): Steps {
    const order = promised.signed.order as LeaseOrder;
    const { id } = promised;
    const origin = doorOf(world, order.chainId);
    const sure = { open: false };
    for (;;) {
      const state = await origin.ledger.stateOf(order);
      sure.open &&= state === 'open';
      if (state !== 'open') await finishIfLive(id);
      const end =
        state === 'fresh'
          ? yield* openDeal(world, origin, promised)
          : state === 'open'
            ? yield* serve(origin, promised, order, sure)
            : yield* closedDeal(world, origin, promised, state, payingKeys(id, record(id)));
      if (end) return end;
    }
  }
  const finishIfLive = async (id: Hex) => {
    if (live.has(id)) await finish(id, 'the lease has ended on chain');
  };

  /** One look at an open lease. */
  async function* serve(origin: Door, { id }: Promised, order: LeaseOrder, sure: Sure): Steps<Outcome | undefined> {
    const deal = yield* ownDeal(world, origin, order, sure);
    if (!deal || 'outcome' in deal) return deal;
    const { startedAt, stoppedAt } = leaseStateOf(deal.state);
    if (startedAt === 0) return yield* start(origin, id, order, deal);
    const here = live.get(id);
    if (here) here.startedAt = startedAt;
    const why = stoppedAt > 0 ? 'the buyer stopped it' : whyOver(here, record(id), order, nowOf(world) - startedAt);
    if (why) await finish(id, why);
    const now = record(id);
    if (!now.over) return yield* again(origin, 'serving', SERVING_LOOK_MS);
    if (now.over.why === STOPPED && !now.last && nowOf(world) < now.over.at + LAST_WORD_SECONDS)
      return yield* again(origin, 'waiting for the buyer’s last signature');
    return yield* pay(origin, id, order, deal, now);
  }

  /** The machine first, then the clock: seconds are sold only of what is there. */
  async function* start(origin: Door, id: Hex, order: LeaseOrder, deal: Deal): Steps<Outcome | undefined> {
    if ((await origin.ledger.head()).at > order.message.terms.startBy)
      return { outcome: 'abandoned', note: 'not started in time; refund and penalty go to the buyer' };
    await cleared;
    const { resources, secondsAtMost } = order.message.buy;
    // A lease that the buyer stopped before its clock ran is started all the same: only then can it be ended without a penalty.
    if (!live.has(id) && !record(id).over) {
      const { cpuMilli, memoryMiB, diskGiB } = resources;
      const machine = await openMachine({
        cpuMilli,
        memoryMiB,
        diskGiB,
        seconds: secondsAtMost + order.message.terms.ackSeconds,
        dir: machines,
      });
      const entry: Live = { order, machine, startedAt: 0, ended: false };
      void machine.ended.then(() => (entry.ended = true));
      live.set(id, entry);
      world.log('lease.machine', { order: id, isolation: machine.isolation, limits: machine.limits });
    }
    const sent = yield* transact(world, origin, `start:${id}`, origin.ledger.advanceCall(deal, leaseEvidence.start(order)));
    return isError(sent) ? yield* again(origin, `start would fail: ${sent.message}`) : undefined;
  }

  /** Ends a lease on chain: by the last voucher if there is one, else at the newest acknowledgement. Both refund the rest. */
  async function* pay(
    origin: Door,
    id: Hex,
    order: LeaseOrder,
    deal: Deal,
    { last, acknowledged }: LeaseRecord,
  ): Steps<Outcome | undefined> {
    const owed = acknowledged && BigInt(acknowledged.seconds) > deal.delivered ? acknowledged : undefined;
    const [key, evidence] = last
      ? ([`last:${id}`, leaseEvidence.last(order, shown(last))] as const)
      : owed
        ? ([`voucher:${id}:${owed.seconds}`, leaseEvidence.voucher(order, shown(owed))] as const)
        : ([`quit:${id}`, leaseEvidence.quit(order)] as const);
    const sent = yield* transact(world, origin, key, origin.ledger.advanceCall(deal, evidence));
    return isError(sent) ? yield* again(origin, `ending would fail: ${sent.message}`) : undefined;
  }

  const signedByMeter = async (order: LeaseOrder, voucher: Voucher, signature: Hex) => {
    const signer = await signerOf(order, 'Voucher', voucher, signature);
    return signer !== undefined && sameAddress(signer, order.message.terms.meterKey);
  };
  const elapsed = ({ order, startedAt }: Live) =>
    startedAt === 0 ? 0 : Math.max(0, Math.min(order.message.buy.secondsAtMost, nowOf(world) - startedAt));
  const measure = async (here: Live, nonce: string) => {
    const beat = await here.machine.heartbeat(nonce);
    return { seconds: Math.min(elapsed(here), Math.floor(beat.seconds)), meter: sha256(stringToBytes(JSON.stringify(beat))) };
  };

  async function relay(id: Hex, request: LeaseRequest): Promise<LeaseAnswer> {
    const entry = world.book.get(id);
    const here = live.get(id);
    if (request.type === 'last' && entry) return lastWord(id, entry.signed.order as LeaseOrder, request);
    if (!here) return refused('lease_over', record(id).over?.why ?? 'The machine is not running.');
    switch (request.type) {
      case 'run': {
        const timeoutMs = Math.max(1, Math.min(request.timeoutMs, LONGEST_COMMAND_MS));
        const { exitCode, stdout, stderr, truncated } = await here.machine.run(request.command, { timeoutMs, outputBytes: OUTPUT_BYTES });
        return { type: 'ran', exitCode, stdout, stderr, truncated };
      }
      case 'heartbeat':
        return { type: 'beat', nonce: request.nonce, ...(await measure(here, request.nonce)), isolation: here.machine.isolation };
      case 'acknowledge':
        return acknowledge(id, here, request);
      case 'stop': {
        const final = await measure(here, crypto.randomUUID());
        await finish(id, STOPPED, final.seconds);
        world.market.report(id, { type: 'stop-requested', seconds: final.seconds });
        return {
          type: 'stopped',
          ...final,
          signature: await signMarket(world.account, here.order, 'Voucher', { lease: id, ...final, last: true }),
        };
      }
      case 'last':
        return refused('unknown_lease', 'This provider holds no such lease.');
    }
  }
  const acknowledge = async (id: Hex, here: Live, { seconds, meter, signature }: Acknowledged): Promise<LeaseAnswer> => {
    const before = record(id).acknowledged?.seconds ?? 0;
    if (seconds <= before) return { type: 'acknowledged', seconds: before };
    if (seconds > elapsed(here)) return refused('too_many_seconds', `Only ${elapsed(here)} seconds have passed.`);
    if (!(await signedByMeter(here.order, { lease: id, seconds, meter, last: false }, signature)))
      return refused('bad_signature', 'The meter key did not sign this voucher.');
    await write(id, { acknowledged: { seconds, meter, signature } });
    world.market.report(id, { type: 'acknowledged', seconds });
    return { type: 'acknowledged', seconds };
  };
  const lastWord = async (id: Hex, order: LeaseOrder, { seconds, meter, signature }: Acknowledged): Promise<LeaseAnswer> => {
    const { acknowledged, over } = record(id);
    if (!over) return refused('not_stopped', 'Stop the lease first.');
    const least = acknowledged?.seconds ?? 0;
    const most = Math.max(least, over.seconds ?? 0);
    if (seconds < least || seconds > most)
      return refused('wrong_seconds', `The last voucher must name between ${least} and ${most} seconds.`);
    if (!(await signedByMeter(order, { lease: id, seconds, meter, last: true }, signature)))
      return refused('bad_signature', 'The meter key did not sign this voucher.');
    await write(id, { last: { seconds, meter, signature } });
    return { type: 'closing' };
  };

  return {
    settle,
    relay: (id, request) => relay(id, request).catch((error: unknown) => refused('machine_failed', reasonOf(error))),
    close: async () => void (await Promise.all([...live.values()].map(({ machine }) => machine.dispose().catch(() => {})))),
  };
}

const STOPPED = 'the buyer asked to stop';

/** Why a started lease must end now, if it must. */
function whyOver(here: Live | undefined, record: LeaseRecord, order: LeaseOrder, elapsed: number): string | undefined {
  if (record.over) return record.over.why;
  if (!here) return 'the machine was lost with the process that ran it';
  if (here.ended) return 'the machine has ended';
  if (elapsed >= order.message.buy.secondsAtMost) return 'the time is over';
  const { ackSeconds } = order.message.terms;
  return elapsed - (record.acknowledged?.seconds ?? 0) >= ackSeconds ? `no acknowledgement for ${ackSeconds} s` : undefined;
}

/** As the verifier takes it: this provider sends it, so its own signature is not needed. */
const shown = ({ seconds, meter, signature }: Acknowledged) => ({ seconds, meter, meterSignature: signature });
const payingKeys = (id: Hex, { acknowledged }: LeaseRecord) => [
  `last:${id}`,
  ...(acknowledged ? [`voucher:${id}:${acknowledged.seconds}`] : []),
];
const refused = (code: string, message: string): LeaseAnswer => ({ type: 'refused', code, message });
