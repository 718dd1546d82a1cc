/** Intent → one canonical sentence, rendered by code, in English or by another phrasebook. It parses and grounds back to the same intent. */
import type { Intent, JobIntent, LeaseIntent, SwapIntent } from './intent.ts';
import { NATIVE } from './order.ts';
import { decimalsOf, fromUnits } from './parse/decimal.ts';
import { chainOf, type Registry } from './registry.ts';

/** How a locale says it; `{marks}` are filled in. Other phrasebooks are in `describe/`, so that they weigh nothing here. */
export type Phrasebook = {
  locale: string;
  /** The decimal mark is a comma. */
  comma: boolean;
  swap: Record<'sellAcross' | 'sellHere' | 'buyAcross' | 'buyHere' | 'to' | 'by' | 'times' | 'end', string>;
  lease: Record<'whole' | 'cpu' | 'ram' | 'disk' | 'vram' | 'image' | 'region', string>;
  job: Record<'whole' | 'input', string>;
  units: Record<'day' | 'hour' | 'minute' | 'second', readonly [one: string, many: string]>;
};
const english: Phrasebook = {
  locale: 'en',
  comma: false,
  swap: {
    sellAcross: 'Sell exactly {sold} on {from} for at least {bought} on {at}',
    sellHere: 'Sell exactly {sold} for at least {bought} on {at}',
    buyAcross: 'Buy exactly {bought} on {at} for at most {sold} on {from}',
    buyHere: 'Buy exactly {bought} for at most {sold} on {from}',
    to: ', to {to}',
    by: ', by {by}',
    times: ', taken by {taken}, delivered by {by}',
    end: '.',
  },
  lease: {
    whole: 'Rent {machine} for at most {duration}{region}, at most {rate} per hour in total, at most {total} in total, on {chain}, starting by {by}.',
    cpu: '{n} vCPU',
    ram: '{n} MiB RAM',
    disk: '{n} GiB disk',
    vram: ' {n} MiB VRAM',
    image: ' with image {image}',
    region: ' in {region}',
  },
  job: {
    whole: 'Run {command}{input} using at most {fuel} fuel, at most {rate} per billion fuel, at most {total} in total, on {chain}, by {by}.',
    input: ' with input "{input}"',
  },
  units: { day: ['day', 'days'], hour: ['hour', 'hours'], minute: ['minute', 'minutes'], second: ['second', 'seconds'] },
};

const fill = (phrase: string, marks: Record<string, string | number | bigint>) => phrase.replace(/\{(\w+)\}/g, (_mark, name: string) => String(marks[name]));
const chainName = (registry: Registry, id: number) => chainOf(registry, id)?.name ?? `chain ${id}`;
const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** A decimal as the locale writes it. Three places behind a comma could be thousands, so that they get a fourth. */
function decimal(text: string, { comma }: Phrasebook): string {
  return comma ? `${text.replace('.', ',')}${decimalsOf(text) === 3 ? '0' : ''}` : text;
}
const money = (units: bigint, { decimals, symbol }: { decimals: number; symbol: string }, book: Phrasebook) =>
  `${decimal(fromUnits(units, decimals), book)} ${symbol}`;

/** Everything that matters: amounts, limit, chains, recipient if it is not the user, deadlines, the most that can be spent. */
export function describe(intent: Intent, registry: Registry, book: Phrasebook = english): string {
  switch (intent.kind) {
    case 'swap':
      return describeSwap(intent, registry, book);
    case 'lease':
      return describeLease(intent, registry, book);
    case 'job':
      return describeJob(intent, registry, book);
  }
}

function describeSwap({ exact, sell, buy, user, to, takenBy, deliverBy }: SwapIntent, registry: Registry, book: Phrasebook): string {
  const { swap } = book;
  const across = sell.chainId !== buy.chainId;
  const deal = exact === 'in' ? (across ? swap.sellAcross : swap.sellHere) : across ? swap.buyAcross : swap.buyHere;
  // Under escrow the two times are two promises, even where they are equal.
  const fills = !across && sell.token.toLowerCase() !== NATIVE.toLowerCase() && takenBy === deliverBy;
  const own = to.toLowerCase() === user.toLowerCase();
  return fill(`${deal}${own ? '' : swap.to}${fills ? swap.by : swap.times}${swap.end}`, {
    sold: money(sell.amount, sell, book),
    bought: money(buy.amount, buy, book),
    from: chainName(registry, sell.chainId),
    at: chainName(registry, buy.chainId),
    to,
    taken: time(takenBy),
    by: time(deliverBy),
  });
}

/** The largest unit that divides the seconds. */
function duration(seconds: number, { units }: Phrasebook): string {
  const sizes = [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [name, size] = sizes.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${units[name][count === 1 ? 0 : 1]}`;
}

function describeLease({ pay, resources, place, workload, secondsAtMost, startBy }: LeaseIntent, registry: Registry, book: Phrasebook): string {
  const { cpuMilli, memoryMiB, diskGiB, gpus, gpuModel, gpuMemoryMiB } = resources;
  const { lease } = book;
  const parts = [
    fill(lease.cpu, { n: decimal(fromUnits(BigInt(cpuMilli), 3), book) }),
    fill(lease.ram, { n: memoryMiB }),
    fill(lease.disk, { n: diskGiB }),
    ...(gpus > 0 ? [`${gpus} ${gpuModel || 'GPU'}${gpuMemoryMiB ? fill(lease.vram, { n: gpuMemoryMiB }) : ''}`] : []),
  ];
  return fill(lease.whole, {
    machine: `${parts.join(', ')}${workload.image ? fill(lease.image, { image: workload.image }) : ''}`,
    duration: duration(secondsAtMost, book),
    region: place.regions ? fill(lease.region, { region: place.regions }) : '',
    rate: money(pay.perHourAtMost, pay, book),
    total: money(pay.totalAtMost, pay, book),
    chain: chainName(registry, pay.chainId),
    by: time(startBy),
  });
}

function describeJob({ pay, command, input, fuelAtMost, resultBy }: JobIntent, registry: Registry, book: Phrasebook): string {
  return fill(book.job.whole, {
    command,
    input: input === '' ? '' : fill(book.job.input, { input }),
    fuel: fuelAtMost,
    rate: money(pay.perBillionFuelAtMost, pay, book),
    total: money(pay.totalAtMost, pay, book),
    chain: chainName(registry, pay.chainId),
    by: time(resultBy),
  });
}

/** The most that the user can lose without getting anything for it, as a sentence. */
export function lossOf(intent: Intent): string {
  if (intent.kind === 'swap') return 'You get at least the limit, or your money back.';
  if (intent.kind === 'job')
    return `You pay for fuel that the judges confirm, and the judges, at most ${money(intent.pay.totalAtMost, intent.pay, english)} together; without a confirmed result all comes back.`;
  return `You pay only for seconds that your own client acknowledged, at most ${money(intent.pay.totalAtMost, intent.pay, english)}; the rest comes back.`;
}
