/** The steps of a job: open, run the program, store its output, have it judged, be paid. */
import type { Hex } from 'viem';
import type { Deal } from '../../contracts/client/deal.ts';
import { jobEvidence } from '../../contracts/client/evidence.ts';
import { FULL_AUDIT, jobDue, jobStateOf } from '../../contracts/client/job.ts';
import { TenderError } from '../../intents/errors.ts';
import { argsOf } from '../../intents/job/run.ts';
import { runJobIsolated } from '../../intents/job/sandbox.ts';
import type { OrderOf } from '../../intents/order.ts';
import { nowOf } from '../bid.ts';
import type { Door, Outcome, Promised, Steps, World } from '../ports.ts';
import { again, closedDeal, doorOf, isError, openDeal, ownDeal, type Sure, transact } from '../steps.ts';
import { type JobRecord, readJob, writeJob } from './records.ts';

/** A result whose judges have not answered this long before `resultBy` is claimed without them: longer than they are asked. */
const CLAIM_SECONDS = 75;

/** Runs a job when a place is free. */
export type Take = <T>(run: () => Promise<T>) => Promise<T>;

/** Carries a job to its end. */
export async function* settleJob(world: World, promised: Promised, take: Take): Steps {
  const order = promised.signed.order as OrderOf<'job'>;
  const origin = doorOf(world, order.chainId);
  const sure = { open: false };
  for (;;) {
    const state = await origin.ledger.stateOf(order);
    sure.open &&= state === 'open';
    const end =
      state === 'fresh'
        ? yield* openDeal(world, origin, promised)
        : state === 'open'
          ? yield* runAndProve(world, promised, order, sure, take)
          : yield* closedDeal(world, origin, promised, state, [`paid:${promised.id}`]);
    if (end) return end;
  }
}

async function* runAndProve(world: World, { id }: Promised, order: OrderOf<'job'>, sure: Sure, take: Take): Steps<Outcome | undefined> {
  const origin = doorOf(world, order.chainId);
  const deal = yield* ownDeal(world, origin, order, sure);
  if (!deal || 'outcome' in deal) return deal;
  const known = readJob(world.dir, id);
  if (jobStateOf(deal.state).phase === 'open' && nowOf(world) > order.message.terms.resultBy)
    return { outcome: 'abandoned', note: 'no result in time; escrow and bond go to the user' };
  const done = known ?? (await take(() => run(world, order)).catch(unrunnable));
  if ('outcome' in done) return done;
  if (!known) await writeJob(world.dir, id, done);
  world.market.report(id, { type: 'result', result: done.result, fuel: String(done.fuel), exitCode: done.exitCode, output: done.output });
  const next = await nextProof(world, origin, order, deal, done);
  if ('wait' in next) return yield* again(origin, next.wait);
  const sent = yield* transact(world, origin, `${next.key}:${id}`, origin.ledger.advanceCall(deal, next.evidence));
  return isError(sent) ? yield* again(origin, `${next.key} would fail: ${sent.message}`) : undefined;
}

/** What brings a finished job nearer to its pay: a claim, the lot, the end of the buyer's window, the judges. */
async function nextProof(
  world: World,
  origin: Door,
  order: OrderOf<'job'>,
  deal: Deal,
  { result, fuel }: JobRecord,
): Promise<{ key: string; evidence: Hex } | { wait: string }> {
  const { resultBy, auditBps } = order.message.terms;
  const state = jobStateOf(deal.state);
  if (state.phase === 'open' && (auditBps < FULL_AUDIT || nowOf(world) + CLAIM_SECONDS > resultBy))
    return { key: 'result', evidence: jobEvidence.result(order, { result, fuel }) };
  const due = jobDue(order, state, await origin.ledger.head());
  if ('act' in due && due.act === 'draw') return { key: 'draw', evidence: jobEvidence.draw(order) };
  if ('act' in due && due.act !== 'noShow')
    return { key: state.phase === 'audited' ? 'lapse' : 'paid', evidence: jobEvidence[due.act](order) };
  if (state.phase === 'claimed' || state.phase === 'cleared') return { wait: 'waiting for the lot or the buyer’s window' };
  return { key: 'paid', evidence: await world.market.judge(deal.id, result, fuel) };
}

async function run(world: World, { message: { buy, terms } }: OrderOf<'job'>): Promise<JobRecord> {
  const [module, input] = await Promise.all([world.artifacts.get(buy.programSha256), world.artifacts.get(buy.inputSha256)]);
  const { fuelAtMost, memoryMiB, outputMiB } = buy;
  const timeoutMs = Math.max(1_000, terms.resultBy * 1_000 - world.clock());
  const { result, fuel, exitCode, output } = await runJobIsolated(
    { module, input, args: argsOf(buy.command), fuelAtMost, memoryMiB, outputMiB },
    { timeoutMs, signal: world.signal },
  );
  return { result, fuel, exitCode, output: await world.artifacts.put(output) };
}

/** A program that no machine may run has no result; whatever else goes wrong is worth another try. */
function unrunnable(error: unknown): Outcome {
  if (!(error instanceof TenderError) || !/^(wasm_|job_too_large)/.test(error.code)) throw error;
  return { outcome: 'abandoned', note: `the program cannot be run: ${error.message}` };
}
