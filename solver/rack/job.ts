/** The steps of a job: open, run the program, store its output, have it judged, be paid. */
import { TenderError } from '../../intents/errors.ts';
import { argsOf } from '../../intents/job/run.ts';
import { runJobIsolated } from '../../intents/job/sandbox.ts';
import type { OrderOf } from '../../intents/order.ts';
import { nowOf } from '../bid.ts';
import type { Outcome, Promised, Steps, World } from '../ports.ts';
import { again, closedDeal, doorOf, isError, openDeal, ownDeal, type Sure, transact } from '../steps.ts';
import { type JobRecord, readJob, writeJob } from './records.ts';

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
  if (!known && nowOf(world) >= order.message.terms.resultBy)
    return { outcome: 'abandoned', note: 'no result in time; the escrow goes back to the user' };
  const done = known ?? (await take(() => run(world, order)).catch(unrunnable));
  if ('outcome' in done) return done;
  if (!known) await writeJob(world.dir, id, done);
  world.market.report(id, { type: 'result', result: done.result, fuel: String(done.fuel), exitCode: done.exitCode, output: done.output });
  const evidence = await world.market.judge(id, done.result, done.fuel);
  const sent = yield* transact(world, origin, `paid:${id}`, origin.ledger.advanceCall(deal, evidence));
  return isError(sent) ? yield* again(origin, `payment would fail: ${sent.message}`) : undefined;
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
