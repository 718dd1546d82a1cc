/** Intent → one canonical English sentence, rendered by code. It parses and grounds back to the same intent. */
import type { Intent, JobIntent, LeaseIntent, SwapIntent } from './intent.ts';
import { NATIVE } from './order.ts';
import { fromUnits } from './parse/decimal.ts';
import { chainOf, type Registry } from './registry.ts';

const chainName = (registry: Registry, id: number) => chainOf(registry, id)?.name ?? `chain ${id}`;
const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
const money = (units: bigint, { decimals, symbol }: { decimals: number; symbol: string }) => `${fromUnits(units, decimals)} ${symbol}`;

/** Everything that matters: amounts, limit, chains, recipient if it is not the user, deadlines, the most that can be spent. */
export function describe(intent: Intent, registry: Registry): string {
  switch (intent.kind) {
    case 'swap':
      return describeSwap(intent, registry);
    case 'lease':
      return describeLease(intent, registry);
    case 'job':
      return describeJob(intent, registry);
  }
}

function describeSwap({ exact, sell, buy, user, to, takenBy, deliverBy }: SwapIntent, registry: Registry): string {
  const [from, at] = [chainName(registry, sell.chainId), chainName(registry, buy.chainId)];
  const [sold, bought] = [money(sell.amount, sell), money(buy.amount, buy)];
  const across = sell.chainId !== buy.chainId;
  const deal =
    exact === 'in'
      ? `Sell exactly ${sold}${across ? ` on ${from}` : ''} for at least ${bought} on ${at}`
      : `Buy exactly ${bought}${across ? ` on ${at}` : ''} for at most ${sold} on ${from}`;
  const recipient = to.toLowerCase() === user.toLowerCase() ? '' : `, to ${to}`;
  // Under escrow the two times are two promises, even where they are equal.
  const fill = !across && sell.token.toLowerCase() !== NATIVE.toLowerCase();
  const times = fill && takenBy === deliverBy ? `, by ${time(deliverBy)}` : `, taken by ${time(takenBy)}, delivered by ${time(deliverBy)}`;
  return `${deal}${recipient}${times}.`;
}

/** The largest unit that divides the seconds. */
function duration(seconds: number): string {
  const [name, size] = (
    [
      ['day', 86400],
      ['hour', 3600],
      ['minute', 60],
      ['second', 1],
    ] as const
  ).find(([, length]) => seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function describeLease({ pay, resources, place, workload, secondsAtMost, startBy }: LeaseIntent, registry: Registry): string {
  const { cpuMilli, memoryMiB, diskGiB, gpus, gpuModel, gpuMemoryMiB } = resources;
  const parts = [
    `${fromUnits(BigInt(cpuMilli), 3)} vCPU`,
    `${memoryMiB} MiB RAM`,
    `${diskGiB} GiB disk`,
    ...(gpus > 0 ? [`${gpus} ${gpuModel || 'GPU'}${gpuMemoryMiB ? ` ${gpuMemoryMiB} MiB VRAM` : ''}`] : []),
  ];
  const region = place.regions ? ` in ${place.regions}` : '';
  const image = workload.image ? ` with image ${workload.image}` : '';
  return (
    `Rent ${parts.join(', ')}${image} for at most ${duration(secondsAtMost)}${region}, at most ${money(pay.perHourAtMost, pay)} per hour in total, ` +
    `at most ${money(pay.totalAtMost, pay)} in total, on ${chainName(registry, pay.chainId)}, starting by ${time(startBy)}.`
  );
}

function describeJob({ pay, command, input, fuelAtMost, resultBy }: JobIntent, registry: Registry): string {
  const given = input === '' ? '' : ` with input "${input}"`;
  return (
    `Run ${command}${given} using at most ${fuelAtMost} fuel, at most ${money(pay.perBillionFuelAtMost, pay)} per billion fuel, ` +
    `at most ${money(pay.totalAtMost, pay)} in total, on ${chainName(registry, pay.chainId)}, by ${time(resultBy)}.`
  );
}

/** The most that the user can lose without getting anything for it, as a sentence. */
export function lossOf(intent: Intent): string {
  if (intent.kind === 'swap') return 'You get at least the limit, or your money back.';
  if (intent.kind === 'job')
    return `You pay for fuel that the judges confirm, and the judges, at most ${money(intent.pay.totalAtMost, intent.pay)} together; without a confirmed result all comes back.`;
  return `You pay only for seconds that your own client acknowledged, at most ${money(intent.pay.totalAtMost, intent.pay)}; the rest comes back.`;
}
