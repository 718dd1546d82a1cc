/** The receipt: the life of an order told to a person in sentences and to a program in fields. Pure: order and events in, receipt out. */
import type { Address, Hex } from 'viem';
import { amountOf, timeOf, unitsOf } from './amounts.ts';
import { feeBudgetOf } from './due.ts';
import { type Life, lifeOf, type OrderEvent, standing, type Status, TERMINAL } from './lifecycle.ts';
import { isEscrow, type KindName, type Order, orderId, type UnixSeconds } from './order.ts';
import { chainOf, type Registry } from './registry.ts';

/** How it ended for the user's money; `pending` while it may still change. */
export type Outcome = 'settled' | 'refunded' | 'unopened' | 'cancelled' | 'pending';
export type ReceiptTx = { chain: string; hash: Hex; what: string };
/** Amounts are decimal strings with their symbol: "0.0301 ETH", "20 seconds", "1204551 fuel". */
export type Receipt = {
  order: Hex;
  kind: KindName;
  sentence: string;
  user: Address;
  status: Status;
  outcome: Outcome;
  sold?: string;
  bought?: string;
  deposited?: string;
  refund?: { amount: string; chain: string; why: string };
  /** What the judges of a job got together. */
  checking?: string;
  /** What a bond paid to the user. */
  penalty?: string;
  solver?: Address;
  bids: number;
  /** `output`: SHA-256 of what the program printed, an artifact of the network. */
  job?: { result: Hex; fuel: string; exitCode: number; output?: string };
  txs: ReceiptTx[];
  postedAt?: UnixSeconds;
  endedAt?: UnixSeconds;
  /** The story, one sentence per thing that matters, oldest first. */
  story: string[];
};

/** The receipt of an order from its events in store order (any part of its life). */
export function receiptOf(order: Order, events: readonly OrderEvent[], registry: Registry): Receipt {
  const life = lifeOf(events);
  const held = standing(events);
  const posted = held.find((event) => event.type === 'posted');
  const result = held.findLast((event) => event.type === 'result');
  const end = TERMINAL.has(life.status) ? held.findLast((event) => ENDS.has(event.type)) : undefined;
  return {
    order: orderId(order),
    kind: order.kind,
    sentence: order.message.sentence,
    user: order.message.user,
    status: life.status,
    outcome: outcomeOf(life.status),
    ...moneyOf(order, life, registry),
    ...(life.solver && { solver: life.solver }),
    bids: life.bids,
    ...(result && {
      job: { result: result.result, fuel: result.fuel.toString(), exitCode: result.exitCode, ...(result.output !== undefined && { output: result.output }) },
    }),
    txs: life.txs.map(({ chainId, hash, what }) => ({ chain: chainName(registry, chainId), hash, what })),
    ...(posted && { postedAt: posted.at }),
    ...(end && { endedAt: end.at }),
    story: held.flatMap((event) => tell(event, order, registry) ?? []),
  };
}

const ENDS: ReadonlySet<OrderEvent['type']> = new Set(['filled', 'closed', 'cancelled', 'expired']);
const OUTCOMES: Partial<Record<Status, Outcome>> = { settled: 'settled', refunded: 'refunded', expired: 'unopened', cancelled: 'cancelled' };
export const outcomeOf = (status: Status): Outcome => OUTCOMES[status] ?? 'pending';

const chainName = (registry: Registry, id: number | bigint) => chainOf(registry, id)?.name ?? `chain ${id}`;

function moneyOf(order: Order, life: Life, registry: Registry): Partial<Receipt> {
  const sell = (amount: bigint) => amountOf(registry, order.chainId, order.message.sell.token, amount);
  const bond = (amount: bigint) => amountOf(registry, order.chainId, chainOf(registry, order.chainId)?.bondToken, amount);
  const why = life.released > 0n ? 'not used' : 'not delivered in time';
  return {
    ...(life.sold > 0n && { sold: sell(life.sold) }),
    ...(life.bought > 0n && { bought: unitsOf(order, registry, life.bought) }),
    ...(isEscrow(order) && life.deposited > 0n && { deposited: sell(life.deposited + feeBudgetOf(order)) }),
    ...(life.fees > 0n && { checking: sell(life.fees) }),
    ...(life.refunded > 0n && { refund: { amount: sell(life.refunded), chain: chainName(registry, order.chainId), why } }),
    ...(life.slashed > 0n && { penalty: bond(life.slashed) }),
  };
}

/** One sentence for what happened, or nothing where a person would not miss it. */
export function tell(event: OrderEvent, order: Order, registry: Registry): string | undefined {
  const sell = (amount: bigint) => amountOf(registry, order.chainId, order.message.sell.token, amount);
  const units = (amount: bigint) => unitsOf(order, registry, amount);
  const on = 'tx' in event ? ` on ${chainName(registry, event.tx.chainId)}` : '';
  switch (event.type) {
    case 'posted':
      return event.own ? 'The order was posted; its owner opens it.' : 'The signed order was posted.';
    case 'bid':
      return `${short(event.bid.solver)} bid ${priceOf(order, registry, event.bid)}.`;
    case 'bid-refused':
      return `A bid of ${short(event.solver)} did not count: ${event.reason}`;
    case 'no-bids':
      return `Nobody bid: ${event.reason}`;
    case 'awarded':
      return `${short(event.award.solver)} won: ${priceOf(order, registry, event.award)}, due by ${timeOf(event.award.fillBy)}.`;
    case 'accepted':
      return 'The winner accepted and answers for it with its bond.';
    case 'declined':
      return `The winner declined: ${event.reason}`;
    case 'filled':
      return `${sell(event.sold)} went out and ${units(event.bought)} came in, in one transaction${on}.`;
    case 'opened':
      return `${sell(event.deposited + feeBudgetOf(order))} went into escrow${on}.`;
    case 'delivered':
      return `${units(event.amount)} arrived${on}.`;
    case 'started':
      return 'The machine started.';
    case 'result':
      return `The job ended with exit code ${event.exitCode} after ${event.fuel} fuel.`;
    case 'attested':
      return `${event.signers} attesters confirmed it.`;
    case 'acknowledged':
      return `${plural(event.seconds, 'second')} acknowledged.`;
    case 'stop-requested':
      return `Stop was asked for at ${plural(event.seconds, 'second')}.`;
    case 'advanced':
      return `${sell(event.released)} paid so far, for ${units(event.delivered)}${on}.`;
    case 'judging':
      return `${JUDGING[event.phase]}${on}.`;
    case 'fees':
      return `The judges got ${sell(event.amount)} for running it again${on}.`;
    case 'closed':
      return closing(sell(event.released), sell(event.refunded), event);
    case 'slashed':
      return `The winner did not deliver: its bond paid ${amountOf(registry, event.tx.chainId, chainOf(registry, event.tx.chainId)?.bondToken, event.amount)}${on}.`;
    case 'cancelled':
      return `The order was cancelled${on}; no money moved.`;
    case 'expired':
      return 'The order ran out before anyone could take it; no money moved.';
    case 'retracted':
      return undefined;
  }
}

const JUDGING: Record<Extract<OrderEvent, { type: 'judging' }>['phase'], string> = {
  open: 'The job moved',
  claimed: 'The provider put its result on record',
  cleared: 'The lot spared the result from judging',
  audited: 'The result goes to the judges',
  challenged: 'You sent the result to the judges',
};

function closing(paid: string, back: string, { released, refunded }: { released: bigint; refunded: bigint }): string {
  if (released === 0n) return `Nothing was paid; ${back} came back.`;
  return refunded === 0n ? `${paid} was paid in full.` : `${paid} was paid and ${back} came back, in one transaction.`;
}

/** What a bid or award offers, in the order's own terms. */
export function priceOf(order: Order, registry: Registry, offer: { sell: bigint; buy: bigint }): string {
  const sell = amountOf(registry, order.chainId, order.message.sell.token, offer.sell);
  if (order.kind === 'lease') return `${sell} an hour`;
  if (order.kind === 'job') return `${sell} per billion fuel`;
  return `${unitsOf(order, registry, offer.buy)} for ${sell}`;
}
export const short = (text: string) => `${text.slice(0, 6)}…${text.slice(-4)}`;
const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
