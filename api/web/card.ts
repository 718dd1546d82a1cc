/** The card: everything that a signature would mean, read from the order itself, with where each value came from. Pure. */
import { amountOf, buyChainOf, unitsOf } from '../../intents/amounts.ts';
import type { Intent } from '../../intents/intent.ts';
import type { Json } from '../../intents/json.ts';
import { boundsOf, NATIVE, type Order, type OrderOf, type UnixSeconds } from '../../intents/order.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';
import { clock, group, rateOf, short, span } from './format.ts';

/** Words that say a value: put behind the sentence for editing; `select` is the part to overwrite. */
export type Edit = { phrase: string; select: string };
export type Row = {
  label: string;
  value: string;
  /** Smaller, behind the value. */
  note?: string;
  /** Evidence slots that belong to it. */
  slots?: string[];
  /** True if the user did not say it. */
  byDefault?: boolean;
  edit?: Edit;
};
export type Side = { title: string; bound: string; amount: string; chain?: string; chainByDefault?: boolean; slots: string[]; byDefault: boolean; edit?: Edit };
export type Card = { sell: Side; buy: Side; rows: Row[]; loss: string; takenBy: UnixSeconds };
type Quoted = { order: Order; intent: Json<Intent>; quotes: number; now: UnixSeconds };

export function cardOf(quoted: Quoted, registry: Registry): Card {
  const { order } = quoted;
  if (order.kind === 'lease') return leaseCard(order, quoted, registry);
  if (order.kind === 'job') return jobCard(order, quoted, registry);
  return tokenCard(order, quoted, registry);
}

const nameOf = (registry: Registry, id: number) => chainOf(registry, id)?.name ?? `chain ${id}`;
const isDefault = (intent: Json<Intent>, what: string) => (intent.defaults as Record<string, string | undefined>)[what] === 'default';
const quotesRow = (quotes: number, what: string): Row => ({
  label: 'Who delivers',
  value: quotes === 0 ? 'Whoever bids best' : quotes === 1 ? '1 solver quoted' : `Best of ${quotes} solvers that quoted`,
  note: `Sealed bids; the winner answers with its bond for ${what}.`,
});
const deadlineRow = (label: string, at: UnixSeconds, now: UnixSeconds, byDefault: boolean): Row => ({
  label,
  value: clock(at),
  note: `in ${span(at - now)}`,
  slots: ['deadline', 'takenBy', 'maxDuration', 'startBy', 'start'],
  byDefault,
  edit: { phrase: ' within 5 minutes', select: '5 minutes' },
});

/** A latest start can only be said as an instant, so that it is not offered for typing. */
function startRow(at: UnixSeconds, now: UnixSeconds, byDefault: boolean): Row {
  const { edit: _, ...row } = deadlineRow('Starts by', at, now, byDefault);
  return row;
}

type TokenOrder = OrderOf<'fillIn' | 'fillOut' | 'openIn' | 'openOut'>;

function tokenCard(order: TokenOrder, { intent, quotes, now }: Quoted, registry: Registry): Card {
  const { message, chainId } = order;
  const { sellAtMost, buyAtLeast, exact } = boundsOf(order);
  const sellAmount = amountOf(registry, chainId, message.sell.token, sellAtMost);
  const buyAmount = unitsOf(order, registry, buyAtLeast);
  const [limit, chain] = [isDefault(intent, 'limit'), isDefault(intent, 'chain')];
  const destination = buyChainOf(order);
  return {
    sell: {
      title: 'You pay',
      bound: exact === 'sell' ? 'exactly' : 'at most',
      amount: sellAmount,
      chain: nameOf(registry, chainId),
      chainByDefault: chain,
      slots: ['sell.amount', 'sell.token', 'sell.chain', 'sell.max'],
      byDefault: exact === 'buy' && limit,
      ...(exact === 'buy' && { edit: { phrase: ` for at most ${sellAmount}`, select: sellAmount } }),
    },
    buy: {
      title: 'You get',
      bound: exact === 'sell' ? 'at least' : 'exactly',
      amount: buyAmount,
      chain: nameOf(registry, destination),
      chainByDefault: chain && destination === chainId,
      slots: ['buy.amount', 'buy.token', 'buy.chain', 'buy.min', 'price'],
      byDefault: exact === 'sell' && limit,
      ...(exact === 'sell' && { edit: { phrase: ` for at least ${buyAmount}`, select: buyAmount } }),
    },
    rows: [
      { label: 'Worst rate', value: rateOf(sellAmount, buyAmount), note: 'Solvers may only do better.', slots: ['price', 'slippageBps'], byDefault: limit },
      ...tokenTerms(order, now, isDefault(intent, 'deadline'), nameOf(registry, chainId)),
      quotesRow(quotes, 'what it promised'),
      ...priceRows(intent, now),
    ],
    loss: 'You get at least this, or your money stays yours.',
    takenBy: 'fillBy' in message.terms ? message.terms.fillBy : message.terms.openBy,
  };
}

/** Deadline, recipient, fees, and what happens if nobody delivers. */
function tokenTerms({ message }: TokenOrder, now: UnixSeconds, byDefault: boolean, chain: string): Row[] {
  const { buy, terms, user } = message;
  const own = message.sell.token.toLowerCase() === NATIVE.toLowerCase();
  const deliverBy = 'deliverBy' in buy ? buy.deliverBy : 'fillBy' in terms ? terms.fillBy : now;
  return [
    deadlineRow('Delivered by', deliverBy, now, byDefault),
    buy.to.toLowerCase() === user.toLowerCase()
      ? { label: 'Goes to', value: 'Your wallet', note: short(user), byDefault: true, edit: { phrase: ' to 0x…', select: '0x…' } }
      : { label: 'Goes to', value: buy.to, note: 'Not your wallet: check every character.', slots: ['recipient'] },
    {
      label: 'Fees',
      value: 'None on top',
      note: own ? `The rate includes the solver’s costs. You pay the gas of one transaction on ${chain}.` : 'The rate includes the solver’s costs and its gas.',
    },
    'closeAfter' in terms
      ? { label: 'If it fails', value: `Back after ${clock(terms.closeAfter)}`, note: 'From escrow, and anyone can send it back.' }
      : { label: 'If it fails', value: 'Nothing moves', note: 'Both sides change hands in one transaction, or neither does.' },
  ];
}

function leaseCard(order: OrderOf<'lease'>, { intent, quotes, now }: Quoted, registry: Registry): Card {
  const { sell, buy, terms } = order.message;
  const pay = (amount: bigint) => amountOf(registry, order.chainId, sell.token, amount);
  const { cpuMilli, memoryMiB, diskGiB, gpus, gpuModel } = buy.resources;
  const machine = [`${cpuMilli / 1000} vCPU`, `${memoryMiB} MiB memory`, `${diskGiB} GiB disk`, ...(gpus > 0 ? [`${gpus} × ${gpuModel || 'GPU'}`] : [])].join(', ');
  const budget = isDefault(intent, 'budget');
  return {
    sell: {
      title: 'You pay',
      bound: 'at most',
      amount: pay(sell.totalAtMost),
      chain: nameOf(registry, order.chainId),
      chainByDefault: isDefault(intent, 'chain'),
      slots: ['budget', 'maxPrice', 'payWith'],
      byDefault: budget,
      edit: { phrase: ' for at most 0.10 USDC', select: '0.10' },
    },
    buy: { title: 'You get', bound: 'up to', amount: span(buy.secondsAtMost), slots: ['duration', 'maxDuration'], byDefault: false },
    rows: [
      { label: 'Machine', value: machine, slots: ['cpu', 'ramGb', 'gpu', 'gpu.model', 'storageGb'], byDefault: isDefault(intent, 'resources'), edit: { phrase: ' with 2 GB RAM', select: '2 GB' } },
      ...(buy.place.regions ? [{ label: 'Where', value: buy.place.regions, slots: ['region'] }] : []),
      { label: 'Price', value: `at most ${pay(sell.perHourAtMost)} an hour`, note: 'Counted by the second.', slots: ['maxPrice', 'budget'], byDefault: budget },
      startRow(terms.startBy, now, isDefault(intent, 'start')),
      { label: 'When you stop', value: 'The rest comes back', note: 'In the transaction that pays for the seconds used.' },
      { label: 'If it never starts', value: 'Everything comes back', ...(terms.noShowPenalty > 0n && { note: `And the provider’s bond pays you ${pay(terms.noShowPenalty)}.` }) },
      quotesRow(quotes, 'a start in time'),
      ...priceRows(intent, now),
    ],
    loss: 'Largest loss: nothing beyond the seconds that this page acknowledged for you.',
    takenBy: terms.openBy,
  };
}

function jobCard(order: OrderOf<'job'>, { intent, quotes, now }: Quoted, registry: Registry): Card {
  const { sell, buy, terms } = order.message;
  const pay = (amount: bigint) => amountOf(registry, order.chainId, sell.token, amount);
  const bond = (amount: bigint) => amountOf(registry, order.chainId, chainOf(registry, order.chainId)?.bondToken, amount);
  const input = intent.kind === 'job' ? intent.input : '';
  return {
    sell: {
      title: 'You pay',
      bound: 'at most',
      amount: pay(sell.totalAtMost),
      chain: nameOf(registry, order.chainId),
      chainByDefault: isDefault(intent, 'chain'),
      slots: ['budget', 'maxPrice', 'payWith'],
      byDefault: isDefault(intent, 'budget'),
      edit: { phrase: ' for at most 0.05 USDC', select: '0.05' },
    },
    buy: { title: 'You get', bound: 'the result of', amount: buy.command, slots: ['module'], byDefault: false },
    rows: [
      { label: 'Program', value: buy.command, note: `SHA-256 ${short(buy.programSha256)}, ${buy.runtime}`, slots: ['module'] },
      ...(input ? [{ label: 'Input', value: input, slots: ['input'] }] : []),
      {
        label: 'Work',
        value: `at most ${group(buy.fuelAtMost)} fuel`,
        note: `At most ${pay(sell.perBillionFuelAtMost)} per billion; you pay for what is used.`,
        slots: ['fuelAtMost'],
        byDefault: isDefault(intent, 'fuel'),
      },
      { label: 'Memory', value: `${buy.memoryMiB} MiB`, byDefault: true },
      deadlineRow('Result by', terms.resultBy, now, isDefault(intent, 'deadline')),
      { label: 'Who checks', value: `${registry.attesters.k} of ${registry.attesters.signers.length} attesters`, note: `They run it again and sign its result and fuel, for at most ${pay(sell.auditBudget)} of the total.` },
      { label: 'If it fails', value: `Back after ${clock(terms.resultBy + terms.verdictSeconds)}`, note: 'Without a confirmed result nothing is paid.' },
      ...(terms.bondAtLeast > 0n ? [{ label: 'If it is wrong', value: 'Everything comes back', note: `And the provider’s bond pays you at least ${bond(terms.bondAtLeast)}.` }] : []),
      quotesRow(quotes, 'a result in time'),
      ...priceRows(intent, now),
    ],
    loss: 'Largest loss: nothing. Without a confirmed result your money comes back; for a wrong one the bond pays you.',
    takenBy: terms.openBy,
  };
}

/** Prices that turned money into tokens are shown with their age, never used silently. */
function priceRows({ rates = [] }: Json<Intent>, now: UnixSeconds): Row[] {
  return rates.map(({ symbol, usd, asOf }) => ({ label: 'Price used', value: `1 ${symbol} = ${usd} USD`, note: asOf < now ? `${span(now - asOf)} old` : 'from now' }));
}
