/** `tender refund`: takes back what an order left in escrow. Needs only a node of its chain and the order: no API, no permission. */
import { jobEvidence, leaseEvidence } from '../../contracts/client/evidence.ts';
import { type Deal, leaseStateOf } from '../../contracts/client/deal.ts';
import { evmLedger } from '../../contracts/client/evm.ts';
import { type JobDue, jobDue, jobStateOf } from '../../contracts/client/job.ts';
import type { Call, Ledger } from '../../contracts/client/ledger.ts';
import { amountOf, timeOf } from '../../intents/amounts.ts';
import { TenderError } from '../../intents/errors.ts';
import { type Order, type OrderOf, orderId, takenBy, type UnixSeconds } from '../../intents/order.ts';
import type { Registry } from '../../intents/registry.ts';
import { pause } from '../client/pause.ts';
import { createClient } from '../client/client.ts';
import { viemWallet } from '../client/wallet.ts';
import { type Arguments, onlyPositional, usage } from './arguments.ts';
import { nodesBy, registryOf } from './chains.ts';
import { ownAccount } from './home.ts';
import { findOrder } from './orderFile.ts';
import { type Print, printer } from './print.ts';

export async function run(args: Arguments): Promise<number> {
  const order = await findOrder(onlyPositional(args, 'order file or id'), args.api);
  const print = printer(args.json);
  const registry = await registryOf(order, await nodesBy(await nodesFor(args, order)), args.fromBlock);
  const [chain] = registry.chains;
  if (!chain) throw usage('No node serves the order’s chain.');
  const ledger = evmLedger({ chain });
  for (;;) {
    const next = await nextStep(ledger, order, args.cancel);
    if ('call' in next) return await send(next.call, next.says, ledger, order, registry, print);
    if ('due' in next) {
      print.value({ order: orderId(order), state: 'waiting', due: next.due, says: next.says });
      print.line(next.says);
      if (!args.wait) return 1;
      const { at } = await ledger.head();
      await pause(Math.min(30, Math.max(1, next.due - at + 1)) * 1000);
    } else {
      print.value({ order: orderId(order), state: next.state, says: next.says });
      print.line(next.says);
      return 0;
    }
  }
}

async function nodesFor({ rpc, api }: Arguments, order: Order): Promise<string[]> {
  if (rpc.length > 0) return rpc;
  const { chains } = await createClient(api).network();
  return chains.find(({ id }) => id === order.chainId)?.rpc ?? [];
}

type Next = { call: Call; says: string } | { due: UnixSeconds; says: string } | { state: string; says: string };

/** What can be done now for the user's money, or since when it will be possible, or that nothing is left to do. */
async function nextStep(ledger: Ledger, order: Order, cancel: boolean): Promise<Next> {
  const { user, sell } = order.message;
  const state = await ledger.stateOf(order);
  if (state === 'open') return fromEscrow(ledger, order);
  const credit = await ledger.creditOf(user, sell.token);
  if (credit > 0n) return { call: ledger.withdrawCall(sell.token, user, user), says: 'A payment to you had failed; it is sent again.' };
  if (state === 'fresh' && cancel) return { call: ledger.cancelCall(order), says: 'The order is cancelled: nobody can take it any more.' };
  const { at } = await ledger.head();
  const live = state === 'fresh' && at <= takenBy(order);
  return { state, says: live ? `Nothing is in escrow. The order can be taken until ${timeOf(takenBy(order))}; --cancel ends it now.` : SAYS[state] };
}
const SAYS = {
  fresh: 'Nothing is in escrow: nobody took the order in time, and the money never left the wallet.',
  filled: 'Nothing is in escrow: the order was filled in one transaction.',
  closed: 'Nothing is in escrow: the deal is closed, and what was not paid came back.',
  cancelled: 'Nothing is in escrow: the order was cancelled.',
} as const;

async function fromEscrow(ledger: Ledger, order: Order): Promise<Next> {
  const [deal, { at, number }] = await Promise.all([ledger.dealOf(order), ledger.head()]);
  if (!deal) return { state: 'closed', says: SAYS.closed };
  if (order.kind === 'job' && at <= deal.cold.closeAfter) return endOfJob(ledger, order, deal, { at, number });
  if (order.kind === 'lease') {
    const early = endOfLease(ledger, order, deal, at);
    if (early) return early;
  }
  const { closeAfter } = deal.cold;
  if (at > closeAfter) return { call: ledger.closeCall(deal), says: 'What was not paid comes back.' };
  return { due: closeAfter + 1, says: `The rest comes back from ${timeOf(closeAfter + 1)} on; until then it may still be delivered.` };
}

const JOB_ENDS: Record<Extract<JobDue, { act: string }>['act'], string> = {
  noShow: 'No result came in time: everything comes back, with the provider’s bond.',
  draw: 'The lot is drawn: it decides whether the judges run it again. Ask once more after that.',
  settle: 'Nobody contests the result: it is paid, and the rest comes back.',
  lapse: 'The judges were silent: what was only drawn comes back, what you challenged is paid.',
};
/** A job need not wait for the last deadline either. */
function endOfJob(ledger: Ledger, order: OrderOf<'job'>, deal: Deal, head: { at: UnixSeconds; number: number }): Next {
  const due = jobDue(order, jobStateOf(deal.state), head);
  if ('act' in due) return { call: ledger.advanceCall(deal, jobEvidence[due.act](order)), says: JOB_ENDS[due.act] };
  return { due: due.from, says: `The job may still be run and judged; whatever it does not cost comes back from ${timeOf(due.from)} on.` };
}

/** A lease need not wait for the last deadline: no-shows, stopped and finished leases end sooner. */
function endOfLease(ledger: Ledger, order: OrderOf<'lease'>, deal: Deal, at: UnixSeconds): Next | undefined {
  const { startBy, windowSeconds } = order.message.terms;
  const { startedAt, stoppedAt } = leaseStateOf(deal.state);
  if (startedAt === 0) {
    if (at > startBy) return { call: ledger.advanceCall(deal, leaseEvidence.noShow(order)), says: 'The machine never started: everything comes back, with the penalty.' };
    return { due: startBy + 1, says: `The machine may still start until ${timeOf(startBy)}.` };
  }
  const end = (stoppedAt || startedAt + order.message.buy.secondsAtMost) + windowSeconds;
  if (at > end) return { call: ledger.advanceCall(deal, leaseEvidence.finish(order)), says: 'What was not acknowledged comes back.' };
  return { due: end + 1, says: `The provider may show its last acknowledgement until ${timeOf(end)}; the rest comes back after.` };
}

async function send(call: Call, says: string, ledger: Ledger, order: Order, registry: Registry, print: Print): Promise<number> {
  const { account } = ownAccount();
  if (call.what === 'cancel' && account.address.toLowerCase() !== order.message.user.toLowerCase()) {
    throw new TenderError('only_user', 'Only the order’s own user can cancel it.', { hint: `Send it from ${order.message.user}.` });
  }
  const { user, sell } = order.message;
  const before = await ledger.balanceOf(user, sell.token);
  const hash = await viemWallet(account, registry).sendCall(call);
  const gained = (await ledger.balanceOf(user, sell.token)) - before;
  const back = gained > 0n ? amountOf(registry, order.chainId, sell.token, gained) : undefined;
  print.value({ order: orderId(order), state: 'sent', what: call.what, hash, says, ...(back && { back }) });
  print.line(`${says}${back ? ` ${back} came back to ${user}.` : ''}\n${hash}`);
  return 0;
}
