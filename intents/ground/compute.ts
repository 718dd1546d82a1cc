/** A rental or a job in the world: what is paid in, the ceilings, the resources, the times. */
import { type Hex, sha256, stringToBytes } from 'viem';
import { auditBudgetOf, compose, totalFor } from '../compose.ts';
import type { BudgetSaid, ComputeSaid, Draft, Intent, JobIntent, JobSaid, Leg, LeaseIntent, PriceSaid, Rate } from '../intent.ts';
import { secondsOf } from '../parse/grammar/times.ts';
import { chainOf } from '../registry.ts';
import { askFor, chainSaid, isStop, legOn, payUnits, refuse, type Stop, type World } from './world.ts';

const NOTHING: Hex = `0x${'00'.repeat(32)}`;
const DEFAULT_PAY = 'USDC';
/** A machine when nothing else is said: memory in MiB, disk in GiB, seconds until it must have started. */
const MEMORY_MIB = 512;
const DISK_GIB = 1;
const START_WITHIN = 120;
/** A job when nothing else is said: fuel, memory and output in MiB, seconds until the result. */
const FUEL = 10_000_000_000n;
const JOB_MEMORY_MIB = 128;
const JOB_OUTPUT_MIB = 4;
const RESULT_WITHIN = 300;
const BILLION = 1_000_000_000n;
const LOOSEST = 2n ** 100n;
/** On top of a quote that sets the ceiling, in 1/100 %. */
const MARGIN_BPS = 50n;

type Ceiling = { rate: bigint; total: bigint; rates: Rate[]; source: 'said' | 'default' };

async function payLeg(draft: Draft, said: ComputeSaid | JobSaid, world: World): Promise<Leg | Stop> {
  const chain = chainSaid(world, said.chain ?? world.chain);
  if (isStop(chain)) return chain;
  const listed = said.budget && chain.tokens.some(({ symbol }) => symbol === said.budget?.currency) ? said.budget.currency : undefined;
  return legOn(draft, world, chain, said.payWith ?? listed ?? DEFAULT_PAY, 'sell');
}

/**
 * Ceilings of the rate (per `unit` of the counted thing) and of the whole, from a budget, a price, both, or a quote.
 * The rate never lets `floor(rate × units / unit)` pass the total less what of it is set aside: `aside` of a total, and the
 * least total that leaves `price`.
 */
async function ceiling(
  world: World,
  leg: Leg,
  money: { budget?: BudgetSaid; price?: bigint; rates?: Rate[] },
  units: bigint,
  unit: bigint,
  ask: () => Promise<bigint | undefined>,
  { aside, totalOf } = { aside: (_: bigint) => 0n, totalOf: (price: bigint) => price },
): Promise<Ceiling | Stop> {
  const rates = money.rates ?? [];
  let rate = money.price;
  let total: bigint | undefined;
  if (money.budget) {
    const most = await payUnits(world, leg, money.budget.value, money.budget.currency);
    if (isStop(most)) return most;
    total = most.amount;
    rates.push(...most.rates);
    const fromTotal = ((total - aside(total)) * unit) / units;
    rate = rate === undefined || fromTotal < rate ? fromTotal : rate;
  }
  const source = rate === undefined ? 'default' : 'said';
  if (rate === undefined) {
    const quoted = await ask();
    if (quoted === undefined)
      return refuse(
        'no_quote',
        'No provider offers a price for this now.',
        'Say the most you would pay (“for at most 0.10 USDC”) or try again in a moment.',
      );
    rate = (quoted * (10_000n + MARGIN_BPS) + 9_999n) / 10_000n;
  }
  total ??= totalOf((rate * units + unit - 1n) / unit);
  if (rate <= 0n || total <= 0n)
    return refuse('invalid_amount', 'That is too little to pay for anything.', 'Say a larger budget.', 'budget');
  const balance = await world.balanceOf(leg.chainId, leg.token);
  if (balance < total)
    return refuse(
      'insufficient_balance',
      `There is not enough ${leg.symbol} on ${chainOf(world.registry, leg.chainId)?.name ?? 'that chain'}.`,
      'Use a smaller budget.',
      'budget',
    );
  return { rate, total, rates, source };
}

const ordered = (world: World, intent: Intent) =>
  world.quote(
    compose(intent, {
      registry: world.registry,
      auctioneer: world.registry.auctioneer,
      sentence: '',
      nonce: 0n,
      now: world.now(),
      indicative: true,
    }),
  );

export async function groundLease(draft: Draft, said: ComputeSaid, world: World): Promise<{ intent: LeaseIntent } | Stop> {
  if (said.task !== 'rental')
    return refuse(
      'unsupported_action',
      `No provider of this network takes ${said.task} orders yet.`,
      'Rent a machine (“rent 1 vCPU for 2 hours”) or run a WebAssembly program.',
    );
  if (said.confidential)
    return refuse(
      'unsupported_action',
      'No provider of this network offers confidential machines yet.',
      'Leave that condition out to rent an ordinary machine.',
    );
  const leg = await payLeg(draft, said, world);
  if (isStop(leg)) return leg;
  if (!world.meterKey)
    return refuse(
      'unsupported_action',
      'This client has no meter key, so it cannot count the seconds of a lease.',
      'Use the page, the command line or the SDK of this network.',
    );
  const seconds = secondsOf((said.duration ?? said.maxDuration) as string);
  if (!(seconds > 0) || seconds > 2 ** 31) return askFor(draft, 'duration', 'For how long?', ['PT1H', 'PT4H', 'P1D']);
  const now = world.now();
  const start = said.start ?? said.startBy;
  const startBy = start ? Math.floor(Date.parse(start.includes('T') ? start : `${start}T00:00:00Z`) / 1000) : now + START_WITHIN;
  if (startBy <= now) return askFor(draft, 'deadline', 'That start has passed. When should it start?', []);
  const base: LeaseIntent = {
    kind: 'lease',
    user: world.user,
    pay: { ...leg, perHourAtMost: LOOSEST, totalAtMost: LOOSEST },
    resources: resourcesOf(said),
    place: { regions: said.region ?? '', level: '' },
    workload: { runtime: 'sandbox', image: said.image ?? '', command: '', artifactSha256: NOTHING, sealedInputs: NOTHING },
    secondsAtMost: seconds,
    startBy,
    meterKey: world.meterKey,
    defaults: {
      chain: said.chain ? 'said' : 'default',
      resources: said.ramGb === undefined || said.storageGb === undefined ? 'default' : 'said',
      start: start ? 'said' : 'default',
    },
  };
  const price = said.maxPrice && (await perHour(world, leg, said.maxPrice, base.resources.gpus));
  if (price && isStop(price)) return price;
  const most = await ceiling(
    world,
    leg,
    { ...(said.budget && { budget: said.budget }), ...(price && { price: price.amount, rates: price.rates }) },
    BigInt(seconds),
    3600n,
    async () => (await ordered(world, base))?.sell,
  );
  if (isStop(most)) return most;
  return {
    intent: {
      ...base,
      pay: { ...leg, perHourAtMost: most.rate, totalAtMost: most.total },
      defaults: { ...base.defaults, budget: most.source },
      ...(most.rates.length && { rates: most.rates }),
    },
  };
}

async function perHour(world: World, leg: Leg, price: PriceSaid, gpus: number): Promise<{ amount: bigint; rates: Rate[] } | Stop> {
  const each = await payUnits(world, leg, price.value, price.currency);
  if (isStop(each) || price.per === 'hour') return each;
  return { ...each, amount: each.amount * BigInt(Math.max(1, gpus)) };
}

function resourcesOf({ cpu, ramGb, storageGb, gpu }: ComputeSaid): LeaseIntent['resources'] {
  return {
    cpuMilli: Math.round((cpu ?? 1) * 1000),
    memoryMiB: ramGb === undefined ? MEMORY_MIB : Math.round(ramGb * 1024),
    diskGiB: storageGb === undefined ? DISK_GIB : Math.ceil(Number(storageGb)),
    gpus: gpu?.count ?? 0,
    gpuModel: gpu && gpu.model !== 'any' ? gpu.model : '',
    gpuMemoryMiB: Math.round((gpu?.memoryGb ?? gpu?.minMemoryGb ?? 0) * 1024),
  };
}

export async function groundJob(draft: Draft, said: JobSaid, world: World): Promise<{ intent: JobIntent } | Stop> {
  const program = world.attachment(said.module);
  if (!program)
    return refuse(
      'no_attachment',
      `There is no file ${said.module} with this message.`,
      `Attach ${said.module} and say it again.`,
      'module',
    );
  const leg = await payLeg(draft, said, world);
  if (isStop(leg)) return leg;
  const now = world.now();
  const within = said.maxDuration ? secondsOf(said.maxDuration) : RESULT_WITHIN;
  const resultBy = !said.deadline
    ? now + within
    : 'in' in said.deadline
      ? now + secondsOf(said.deadline.in)
      : Math.floor(Date.parse(said.deadline.at) / 1000);
  if (!(resultBy > now)) return askFor(draft, 'deadline', 'That time has passed. By when?', ['PT10M', 'PT1H']);
  const fuelAtMost = said.fuelAtMost === undefined ? FUEL : BigInt(said.fuelAtMost);
  const input = said.input ?? '';
  const base: JobIntent = {
    kind: 'job',
    user: world.user,
    pay: { ...leg, perBillionFuelAtMost: LOOSEST, totalAtMost: LOOSEST },
    runtime: 'wasi',
    command: said.module,
    programSha256: program.sha256,
    inputSha256: sha256(stringToBytes(input)),
    input,
    fuelAtMost,
    memoryMiB: JOB_MEMORY_MIB,
    outputMiB: JOB_OUTPUT_MIB,
    resultBy,
    defaults: {
      chain: said.chain ? 'said' : 'default',
      fuel: said.fuelAtMost === undefined ? 'default' : 'said',
      deadline: said.deadline || said.maxDuration ? 'said' : 'default',
    },
  };
  const price = said.maxPrice && (await payUnits(world, leg, said.maxPrice.value, said.maxPrice.currency));
  if (price && isStop(price)) return price;
  const most = await ceiling(
    world,
    leg,
    { ...(said.budget && { budget: said.budget }), ...(price && { price: price.amount, rates: price.rates }) },
    fuelAtMost,
    BILLION,
    async () => (await ordered(world, base))?.sell,
    { aside: auditBudgetOf, totalOf: totalFor },
  );
  if (isStop(most)) return most;
  return {
    intent: {
      ...base,
      pay: { ...leg, perBillionFuelAtMost: most.rate, totalAtMost: most.total },
      defaults: { ...base.defaults, budget: most.source },
      ...(most.rates.length && { rates: most.rates }),
    },
  };
}
