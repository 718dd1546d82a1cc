/** What was said → one plain English sentence that says exactly that: `parse` gives the same normal form back, or it is not whole. */
import type { AmountSaid, ComputeSaid, DcaSaid, DeadlineSaid, JobSaid, LegSaid, LimitSaid, Said, SwapSaid, TwapSaid } from './intent.ts';

/** `PT1H30M` → `1 hour 30 minutes`. Weeks are days here. */
export function durationWords(iso: string): string {
  const [date = '', time = ''] = iso.slice(1).split('T');
  const count = (text: string, letter: string) => Number(new RegExp(`(\\d+)${letter}`).exec(text)?.[1] ?? 0);
  const parts: [number, string][] = [
    [count(date, 'M'), 'month'],
    [count(date, 'W') * 7 + count(date, 'D'), 'day'],
    [count(time, 'H'), 'hour'],
    [count(time, 'M'), 'minute'],
    [count(time, 'S'), 'second'],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${number} ${name}${number === 1 ? '' : 's'}`)
    .join(' ');
}

const DAYS: Record<string, string> = {
  MO: 'monday',
  TU: 'tuesday',
  WE: 'wednesday',
  TH: 'thursday',
  FR: 'friday',
  SA: 'saturday',
  SU: 'sunday',
};

/** Never throws; what is missing is left out, so that a parse of the sentence asks for it. */
export function describeDraft(said: Said): string {
  switch (said.kind) {
    case 'swap':
    case 'limit':
    case 'dca':
    case 'twap':
      return exchange(said);
    case 'cancel':
      return said.ref === 'last' ? 'Cancel my last order' : `Cancel order ${said.ref}`;
    case 'compute':
      return said.task === 'job' ? job(said) : machine(said);
  }
}

const join = (...parts: (string | false | undefined)[]) => parts.filter(Boolean).join(' ');

function sum(amount: AmountSaid | undefined, token = ''): string {
  if (amount === undefined) return token;
  if (amount === 'max') return `all my ${token}`;
  if (typeof amount === 'string') return `${amount} ${token}`;
  if ('percent' in amount) return `${amount.percent}% of my ${token}`;
  if ('fraction' in amount) return `${amount.fraction} of my ${token}`;
  return `${amount.value} ${amount.fiat} worth of ${token}`;
}

type Exchange = SwapSaid | LimitSaid | DcaSaid | TwapSaid;
type Legs = { sell: LegSaid & { amountPer?: AmountSaid }; buy: LegSaid };

function exchange(said: Exchange): string {
  const { sell, buy } = said as Legs;
  const sold = sum(sell.amount ?? sell.amountPer, sell.token);
  const moves = sell.token !== undefined && sell.token === buy.token;
  const out = 'exact' in said && said.exact === 'out';
  const deal = moves
    ? `Move ${out ? sum(buy.amount, buy.token) : sold}`
    : out
      ? `Buy ${sum(buy.amount, buy.token)} for ${sell.max === undefined ? (sell.token ?? '') : `at most ${sum(sell.max, sell.token)}`}`
      : `Sell ${sold} for ${buy.min === undefined ? sum(buy.amount, buy.token) : `at least ${sum(buy.min, buy.token)}`}`;
  const least = moves && buy.min !== undefined ? `, at least ${sum(buy.min, buy.token)}` : '';
  return `${join(deal, chains(sell.chain, buy.chain), said.kind === 'limit' && priced(said), repeated(said))}${least}${tail(said)}`;
}

const chains = (sell: string | undefined, buy: string | undefined) =>
  sell !== undefined && sell === buy ? `on ${sell}` : join(sell !== undefined && `from ${sell}`, buy !== undefined && `to ${buy}`);

const priced = ({ price, partialFill }: LimitSaid) =>
  join(`at ${price.value} ${price.quote} per ${price.base}`, partialFill !== undefined && (partialFill ? 'partial fills ok' : 'no partial fills'));

function repeated(said: Exchange): string {
  if (said.kind === 'twap') return join(`over ${durationWords(said.over)}`, said.parts !== undefined && `in ${said.parts} parts`);
  if (said.kind !== 'dca') return '';
  const every = said.on ? `every ${DAYS[said.on] ?? said.on}` : said.every && `every ${durationWords(said.every)}`;
  return join(every, said.count !== undefined && `${said.count} times`, said.for !== undefined && `for ${durationWords(said.for)}`);
}

const when = (said: DeadlineSaid, by: string) => ('in' in said ? `within ${durationWords(said.in)}` : `${by} ${said.at}`);

function tail(said: Exchange): string {
  const { recipient, slippageBps } = said;
  const [deadline, takenBy] = 'exact' in said ? [said.deadline, said.takenBy] : [];
  return [
    recipient === undefined ? '' : `, send it to ${recipient}`,
    slippageBps === undefined ? '' : `, with at most ${slippageBps / 100}% slippage`,
    takenBy === undefined ? '' : `, ${when(takenBy, 'taken by')}`,
    deadline === undefined ? '' : `, ${when(deadline, 'by')}`,
  ].join('');
}

const PER: Record<string, string> = {
  'gpu-hour': 'gpu-hour',
  hour: 'hour in total',
  '1M-tokens': '1000000 tokens',
  '1B-fuel': 'billion fuel',
};
const costs = ({ maxPrice, budget }: ComputeSaid | JobSaid) =>
  join(
    maxPrice !== undefined && `, at most ${maxPrice.value} ${maxPrice.currency} per ${PER[maxPrice.per] ?? maxPrice.per}`,
    budget !== undefined && `, at most ${budget.value} ${budget.currency} in total`,
  );

function job(said: JobSaid): string {
  const { module, input, fuelAtMost, maxDuration, deadline, payWith, chain } = said;
  return (
    `Run ${module}${input === undefined ? '' : ` with input "${input}"`}` +
    `${fuelAtMost === undefined ? '' : ` using at most ${fuelAtMost} fuel`}${maxDuration === undefined ? '' : ` for ${durationWords(maxDuration)}`}` +
    `${costs(said)}${chain === undefined ? '' : `, on ${chain}`}${payWith === undefined ? '' : `, pay with ${payWith}`}` +
    `${deadline === undefined ? '' : `, ${when(deadline, 'by')}`}`
  );
}

function machine(said: ComputeSaid): string {
  const { task, duration, maxDuration, start, startBy, region, chain, payWith, image, interconnect, confidential, interruptible } = said;
  const head = {
    rental: 'Rent',
    batch: 'Run batch job on',
    training: 'Rent for training',
    inference: `Run ${said.model ?? ''} inference on ${said.tokens ?? ''} tokens`,
    storage: `Store ${said.storageGb ?? ''} GB`,
  }[task];
  const parts = [
    hardware(said),
    image !== undefined && `with image ${image}`,
    interconnect !== undefined && `with ${interconnect}`,
    duration !== undefined && `for ${durationWords(duration)}`,
    maxDuration !== undefined && `for at most ${durationWords(maxDuration)}`,
    region !== undefined && `in ${region}`,
    confidential && 'confidential',
    interruptible && 'interruptible',
  ].filter(Boolean);
  return (
    `${join(head, ...parts)}${costs(said)}${chain === undefined ? '' : `, on ${chain}`}${payWith === undefined ? '' : `, pay with ${payWith}`}` +
    `${start === undefined ? '' : `, starting ${start}`}${startBy === undefined ? '' : `, starting by ${startBy}`}`
  );
}

function hardware({ task, gpu, cpu, ramGb, storageGb }: ComputeSaid): string {
  const card =
    gpu &&
    join(
      gpu.model === 'any' ? 'any gpu' : `${gpu.count} ${gpu.model ?? 'gpu'}`,
      gpu.formFactor,
      gpu.memoryGb !== undefined && `${gpu.memoryGb} GB`,
      gpu.minMemoryGb !== undefined && `with at least ${gpu.minMemoryGb} GB vram`,
    );
  return [
    card,
    cpu !== undefined && `${cpu} vCPU`,
    ramGb !== undefined && `${ramGb} GB RAM`,
    task !== 'storage' && storageGb !== undefined && `${storageGb} GB disk`,
  ]
    .filter(Boolean)
    .join(', ');
}
