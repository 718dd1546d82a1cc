/** The rows of the card: what would be signed, each value with where it came from. Rendered by code, never by a model. */
import { buyChainOf, timeOf } from '../../intents/amounts.ts';
import { lossOf } from '../../intents/describe.ts';
import type { Evidence, Intent, Leg, Rate, Source } from '../../intents/intent.ts';
import type { Order, UnixSeconds } from '../../intents/order.ts';
import { fromUnits } from '../../intents/parse/decimal.ts';
import { chainOf, type Registry, tokenAt } from '../../intents/registry.ts';
import type { CardRow } from '../client/shapes.ts';

const money = (units: bigint, { decimals, symbol }: Leg) => `${fromUnits(units, decimals)} ${symbol}`;

/** In the order in which a person reads them. */
export function cardOf(intent: Intent, order: Order, evidence: Evidence, registry: Registry, now: UnixSeconds): CardRow[] {
  const place = (id: number) => chainOf(registry, id)?.name ?? `chain ${id}`;
  const row = (label: string, value: string, source: Source = 'said', slot?: string): CardRow => ({
    label, value, source, ...(slot !== undefined && slot in evidence && { slot }),
  });
  const rows = rowsOf(intent, order, place, row);
  const rates = (intent.rates ?? []).map((rate) => row('Rate', rateText(rate, now), 'default'));
  const foreign = legsOf(intent).flatMap((leg) => listedBy(leg, registry)).map((text) => row('Token list', text, 'default'));
  return [...rows, ...rates, ...foreign, row('At worst', lossOf(intent), 'default')];
}

/** A token that the network itself does not list is shown with its address and whose word it is. */
function listedBy({ chainId, token, symbol }: Leg, registry: Registry): string[] {
  const chain = chainOf(registry, chainId);
  const list = chain && tokenAt(chain, token)?.list;
  return list === undefined ? [] : [`${symbol} is ${token} on ${chain?.name}, by ${list}`];
}
const legsOf = (intent: Intent): Leg[] => (intent.kind === 'swap' ? [intent.sell, intent.buy] : [intent.pay]);

type Row = (label: string, value: string, source?: Source, slot?: string) => CardRow;

function rowsOf(intent: Intent, order: Order, place: (id: number) => string, row: Row): CardRow[] {
  switch (intent.kind) {
    case 'swap': {
      const { sell, buy, exact, defaults, to, toName, user, takenBy, deliverBy, gasKept } = intent;
      const limit = defaults.limit ?? 'said';
      return [
        row(exact === 'in' ? 'You sell exactly' : 'You sell at most', `${money(sell.amount, sell)} on ${place(sell.chainId)}`, exact === 'in' ? 'said' : limit, 'sell.amount'),
        row(exact === 'in' ? 'You get at least' : 'You get exactly', `${money(buy.amount, buy)} on ${place(buyChainOf(order))}`, exact === 'in' ? limit : 'said', 'buy.amount'),
        ...(to.toLowerCase() === user.toLowerCase() ? [] : [row('To', toName ? `${toName} (${to})` : to, defaults.to ?? 'said', 'recipient')]),
        ...(takenBy === deliverBy ? [] : [row('Taken by', timeOf(takenBy), defaults.deadline, 'deadline')]),
        row('Delivered by', timeOf(deliverBy), defaults.deadline, 'deadline'),
        ...(gasKept ? [row('Left for gas', money(gasKept, sell), 'default')] : []),
      ];
    }
    case 'lease': {
      const { pay, resources, place: where, secondsAtMost, startBy, defaults } = intent;
      return [
        row('Machine', machineText(resources), defaults.resources ?? 'said'),
        ...(where.regions ? [row('Where', where.regions, 'said', 'region')] : []),
        row('For at most', `${secondsAtMost} seconds`, 'said', 'duration'),
        row('You pay at most', `${money(pay.totalAtMost, pay)} on ${place(pay.chainId)}`, defaults.budget ?? 'said', 'budget'),
        row('Per hour at most', money(pay.perHourAtMost, pay), defaults.budget ?? 'said', 'maxPrice'),
        row('Starts by', timeOf(startBy), defaults.start ?? 'default'),
      ];
    }
    case 'job': {
      const { pay, command, input, programSha256, fuelAtMost, resultBy, defaults } = intent;
      return [
        row('Program', `${command} (sha-256 ${programSha256})`, 'said', 'module'),
        ...(input === '' ? [] : [row('Input', input, 'said', 'input')]),
        row('Fuel at most', `${fuelAtMost}`, defaults.fuel ?? 'said', 'fuelAtMost'),
        row('You pay at most', `${money(pay.totalAtMost, pay)} on ${place(pay.chainId)}`, defaults.budget ?? 'said', 'budget'),
        row('Result by', timeOf(resultBy), defaults.deadline ?? 'default', 'deadline'),
      ];
    }
  }
}

function machineText({ cpuMilli, memoryMiB, diskGiB, gpus, gpuModel }: Extract<Intent, { kind: 'lease' }>['resources']): string {
  const parts = [`${fromUnits(BigInt(cpuMilli), 3)} vCPU`, `${memoryMiB} MiB memory`, `${diskGiB} GiB disk`];
  return [...parts, ...(gpus > 0 ? [`${gpus} × ${gpuModel || 'GPU'}`] : [])].join(', ');
}

/** How old a rate is stands beside it: nobody should have to subtract times. */
const rateText = ({ symbol, usd, asOf, by }: Rate, now: UnixSeconds) =>
  `1 ${symbol} = ${usd} USD as of ${timeOf(asOf)}, ${Math.max(0, now - asOf)} s ago${by === undefined ? '' : ` (${by})`}`;
