/** A compute provider: leases and jobs on this machine's real hardware, never more of it than there is. */
import { meter } from '../../intents/job/meter.ts';
import type { Order, OrderOf, Resources } from '../../intents/order.ts';
import { chainOf, type Token, tokenAt } from '../../intents/registry.ts';
import { decimal } from '../bond.ts';
import { nowOf } from '../bid.ts';
import { reasonOf } from '../log.ts';
import { type Hold, isPass, type Offer, type Pass, type Steps, type Promised, type Venue, type World } from '../ports.ts';
import { lacking } from '../rack/hardware.ts';
import { settleJob, type Take } from '../rack/job.ts';
import { openLeases } from '../rack/lease.ts';
import { ceilDiv } from '../strategies/spread.ts';

export type RackOptions = {
  /** What may be leased at one time. */
  has: Resources;
  /** Prices in the pay token, decimal strings: one vCPU, one GiB of memory, one GiB of disk for an hour; 10⁹ fuel. */
  cpuHour: string;
  memoryGiBHour: string;
  diskGiBHour: string;
  billionFuel: string;
  region: string;
  /** Jobs that run at the same time. */
  jobs: number;
};
export type Rack = Venue & { close(): Promise<void> };

/** Paid in dollars, since its costs are. */
const PAY = ['USDC', 'USDT', 'DAI'];
/** What this provider can say of itself. `detected`: it measured its own hardware. */
const LEVELS = ['', 'self-declared', 'detected'];
/** Fuel that the slowest machine worth renting burns in a second; jobs that might not end in time are passed. */
const FUEL_PER_SECOND = 100_000_000n;
/** Seconds that opening, finality, judging and payment take besides the run. */
const OVERHEAD_SECONDS = 20n;
const JOB_MEMORY_MIB = 192;

/** Sells this machine. Everything sold is held until its lease or job has ended. */
export function rack(world: World, options: RackOptions): Rack {
  const leases = openLeases(world);
  const take = places(options.jobs);
  return {
    name: 'rack',
    async quote(order, firm) {
      if (order.kind === 'lease') return priceLease(world, order, options);
      if (order.kind === 'job') return priceJob(world, order, options, firm);
      return { pass: 'sells compute, not tokens' };
    },
    settle: (promised): Steps =>
      promised.signed.order.kind === 'lease' ? leases.settle(promised) : settleJob(world, promised as Promised, take),
    relay: leases.relay,
    close: leases.close,
  };
}

function priceLease(
  world: World,
  order: OrderOf<'lease'>,
  { has, region, cpuHour, memoryGiBHour, diskGiBHour }: RackOptions,
): Offer | Pass {
  const token = payToken(world, order);
  if (isPass(token)) return token;
  const { resources, place, secondsAtMost } = order.message.buy;
  const missing = lacking(has, resources);
  if (missing.length > 0) return { pass: missing.join('; ') };
  if (!LEVELS.includes(place.level)) return { pass: `proof level "${place.level}" is not offered` };
  const regions = place.regions
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'any');
  if (regions.length > 0 && !regions.includes(region)) return { pass: `this machine is in "${region}"` };
  if (resources.cpuMilli === 0) return { pass: 'a machine has at least a part of a processor' };

  const unit = 10n ** BigInt(token.decimals);
  const share = (price: string, amount: number, of: number) => ceilDiv(decimal(price) * BigInt(amount) * unit, BigInt(of) * 10n ** 18n);
  const sell =
    share(cpuHour, resources.cpuMilli, 1_000) + share(memoryGiBHour, resources.memoryMiB, 1_024) + share(diskGiBHour, resources.diskGiB, 1);
  const holds = [
    hold('cpuMilli', resources.cpuMilli, has.cpuMilli),
    hold('memoryMiB', resources.memoryMiB, has.memoryMiB),
    hold('diskGiB', resources.diskGiB, has.diskGiB),
  ];
  return {
    sell,
    buy: BigInt(secondsAtMost),
    holds,
    note: `${resources.cpuMilli / 1_000} vCPU, ${resources.memoryMiB} MiB, ${resources.diskGiB} GiB`,
  };
}

/** What the network stores of one job's output. */
const MOST_OUTPUT_MIB = 8;

/** Why the program cannot be run by anybody, or undefined. */
function inadmissible(program: Uint8Array, memoryMiB: number): string | undefined {
  try {
    meter(program, memoryMiB);
    return undefined;
  } catch (error) {
    return `the program cannot be run: ${reasonOf(error)}`;
  }
}

async function priceJob(
  world: World,
  order: OrderOf<'job'>,
  { has, billionFuel, jobs }: RackOptions,
  firm: boolean,
): Promise<Offer | Pass> {
  const token = payToken(world, order);
  if (isPass(token)) return token;
  const { buy, terms } = order.message;
  const memory = buy.memoryMiB + JOB_MEMORY_MIB;
  if (memory > has.memoryMiB) return { pass: `needs ${memory} MiB of memory, has ${has.memoryMiB} MiB` };
  if (buy.outputMiB > MOST_OUTPUT_MIB) return { pass: `wants ${buy.outputMiB} MiB of output; the network keeps ${MOST_OUTPUT_MIB} MiB` };
  const seconds = buy.fuelAtMost / FUEL_PER_SECOND + OVERHEAD_SECONDS;
  if (BigInt(nowOf(world)) + seconds > BigInt(terms.resultBy)) return { pass: `may take ${seconds} s, longer than there is` };
  for (const hash of firm ? [buy.programSha256, buy.inputSha256] : []) {
    const there = await world.artifacts.get(hash).catch(() => undefined);
    if (!there) return { pass: `the network does not have ${hash}` };
    // A bid is a promise under bond: a program that no attester would run must not be promised.
    const fault = hash === buy.programSha256 ? inadmissible(there, buy.memoryMiB) : undefined;
    if (fault) return { pass: fault };
  }
  const sell = ceilDiv(decimal(billionFuel) * 10n ** BigInt(token.decimals), 10n ** 18n);
  const holds = [hold('jobs', 1, QUEUE * jobs), hold('memoryMiB', memory, has.memoryMiB)];
  return { sell, buy: buy.fuelAtMost, holds, note: `${billionFuel} ${token.symbol} per 10⁹ fuel` };
}

/** Jobs that may wait for each place. */
const QUEUE = 8;

const hold = (of: string, amount: number, capacity: number): Hold => ({
  of: `rack:${of}`,
  amount: BigInt(amount),
  capacity: BigInt(capacity),
});

function payToken(world: World, order: Order): Token | Pass {
  const chain = chainOf(world.registry, order.chainId);
  const token = chain && tokenAt(chain, order.message.sell.token);
  return token && PAY.includes(token.symbol) ? token : { pass: `is paid in ${PAY.join(', ')}` };
}

/** At most `n` at a time, in order. */
function places(n: number): Take {
  let free = n;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
