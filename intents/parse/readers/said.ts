/** The order that a proposal's pointers say, with values of the user's own text only; undefined where it says none. */
import type { ComputeSaid, DcaSaid, LegSaid, LimitSaid, Said, SwapSaid, TwapSaid } from '../../intent.ts';
import type { Proposal } from './proposal.ts';

/** The value of the candidate with this id. */
export type Value = (id: string | null) => string | undefined;

export function saidOf(proposal: Proposal, value: Value): Said | undefined {
  if (proposal.kind === 'none') return undefined;
  return proposal.kind === 'rental' ? rental(proposal, value) : exchange(proposal, value);
}

const wholeOf = (text: string | undefined): number | undefined => (text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined);

function legOf({ amount, token, chain }: Proposal['sell'], value: Value): LegSaid {
  const [many, symbol, place] = [value(amount), value(token), value(chain)];
  return { ...(symbol !== undefined && { token: symbol }), ...(many !== undefined && { amount: many }), ...(place !== undefined && { chain: place }) };
}

/** Pointers that do not belong to the kind make it no order: what they point at would be left unsaid. */
const strays = (proposal: Proposal, kind: Record<string, true>) =>
  (['recipient', 'within', 'every', 'over', 'count', 'price', 'gpu', 'gpus', 'budget', 'pay', 'region'] as const).some((name) => proposal[name] !== null && !kind[name]);
const MAY: Record<string, Record<string, true>> = {
  swap: { recipient: true, within: true },
  limit: { recipient: true, within: true, price: true },
  dca: { recipient: true, every: true, over: true, count: true },
  twap: { recipient: true, over: true, count: true },
  rental: { within: true, price: true, gpu: true, gpus: true, budget: true, pay: true, region: true },
};

function exchange(proposal: Proposal, value: Value): SwapSaid | LimitSaid | DcaSaid | TwapSaid | undefined {
  const { kind, exact } = proposal;
  const [sell, buy] = [legOf(proposal.sell, value), legOf(proposal.buy, value)];
  if (!sell.token || !buy.token || strays(proposal, MAY[kind] as Record<string, true>)) return undefined;
  const to = value(proposal.recipient);
  const recipient = to !== undefined && { recipient: to };
  if (kind === 'swap' || kind === 'limit') {
    const within = value(proposal.within);
    const limits = exact === 'in' ? floor(buy) : ceiling(sell);
    const [sold, bought] = exact === 'in' ? [sell, limits] : [limits, buy];
    const swap: Omit<SwapSaid, 'kind'> = { exact, sell: sold, buy: bought, ...recipient, ...(within !== undefined && { deadline: { in: within } }) };
    return kind === 'swap' ? { kind, ...swap } : limit(proposal, swap, value);
  }
  const [over, every, count] = [value(proposal.over), value(proposal.every), wholeOf(value(proposal.count))];
  if (proposal.count !== null && count === undefined) return undefined;
  if (kind === 'twap') return over === undefined ? undefined : { kind, sell, buy, over, ...(count !== undefined && { parts: count }), ...recipient };
  if (every === undefined || (count === undefined) === (over === undefined) || buy.amount !== undefined) return undefined;
  const { amount, ...rest } = sell;
  return { kind: 'dca', sell: { ...rest, ...(amount !== undefined && { amountPer: amount }) }, buy: buy as DcaSaid['buy'], every, ...(count !== undefined ? { count } : { for: over as string }), ...recipient };
}

/** A second amount is the limit of the side that is not exact. */
const floor = ({ amount, ...leg }: LegSaid): LegSaid => (typeof amount === 'string' ? { ...leg, min: amount } : leg);
const ceiling = ({ amount, ...leg }: LegSaid): LegSaid => (typeof amount === 'string' ? { ...leg, max: amount } : leg);

function limit({ price, priceOf }: Proposal, swap: Omit<SwapSaid, 'kind'>, value: Value): LimitSaid | undefined {
  const per = value(price);
  const [base, quote] = priceOf === 'sell' ? [swap.sell.token, swap.buy.token] : [swap.buy.token, swap.sell.token];
  if (per === undefined || base === undefined || quote === undefined) return undefined;
  return { kind: 'limit', ...swap, price: { value: per, base, quote, cmp: priceOf === 'sell' ? '>=' : '<=' } };
}

function rental(proposal: Proposal, value: Value): ComputeSaid | undefined {
  const { sell, buy, gpu, gpus, within, price, per, budget, pay, region } = proposal;
  const [model, duration, token] = [value(gpu), value(within), value(pay)];
  const count = gpus === null ? 1 : wholeOf(value(gpus));
  const [most, ceil] = [value(price), value(budget)];
  const legs = [...Object.values(sell), ...Object.values(buy)].some((id) => id !== null);
  if (!model || !duration || !count || legs || strays(proposal, MAY.rental as Record<string, true>)) return undefined;
  if ((most !== undefined || ceil !== undefined) && token === undefined) return undefined;
  const place = value(region);
  const money = most === undefined && ceil === undefined;
  return {
    kind: 'compute', task: 'rental', gpu: { model, count }, duration,
    ...(most !== undefined && { maxPrice: { value: most, currency: token as string, per: count === 1 ? 'gpu-hour' : per } }),
    ...(ceil !== undefined && { budget: { value: ceil, currency: token as string } }),
    ...(money && token !== undefined && { payWith: token }),
    ...(place !== undefined && { region: place }),
  };
}
