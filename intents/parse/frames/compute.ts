/** Rental, batch, training, inference, storage, job: a machine or a program, for how long, at what most. */
import type { Item } from '../chart.ts';
import type { ParseContext } from '../context.ts';
import type { Gpu, Quantity, Rate } from '../grammar/compute.ts';
import { type Moment, secondsOf } from '../grammar/times.ts';
import type { At, Leg, Money, Place } from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { resolve } from '../resolve.ts';
import { type Args, ask, newOutcome, only, type Outcome, put, verbsOf } from './outcome.ts';

const KNOWN = new Set(
  (
    'verb mleg place gpu askgpu cpu ram disk size machine region place_region task image program input llm llmtokens flag net nogpu start range ' +
    'maxprice budget span maxspan askspan badspan deadline takenBy fuel'
  ).split(' '),
);
const VERBS = new Set(['rent', 'run', 'need', 'store', 'buy']);
type Said<V> = { value: V; at: At };
type Budget = { money: Money; firm?: true };

/** The reading of a cover as a purchase of computing, or undefined if it is none. */
export function computeFrame(args: Args, context: ParseContext, text: string): Outcome | undefined {
  if (!only(args, KNOWN) || !verbsOf(args).every((verb) => VERBS.has(verb)) || twice(args)) return undefined;
  const outcome = newOutcome({ kind: 'compute', task: 'rental' });
  const substance = args.of('program').length ? job(outcome, args, text) : other(outcome, args);
  if (!substance) return undefined;
  if (!time(outcome, args, context) || !cost(outcome, args) || !payment(outcome, args)) return undefined;
  required(outcome);
  return outcome;
}

const ONCE =
  'gpu askgpu cpu ram disk size region place_region task image program input llm llmtokens net start range maxprice budget span maxspan place mleg deadline takenBy fuel'.split(
    ' ',
  );
const twice = (args: Args) =>
  ONCE.some((cat) => args.of(cat).length > 1) ||
  (args.of('gpu').length > 0 && args.of('askgpu').length > 0) ||
  args.of('region').length + args.of('place_region').length > 1;

function job(outcome: Outcome, args: Args, text: string): boolean {
  if (
    ['gpu', 'askgpu', 'cpu', 'ram', 'disk', 'size', 'task', 'llm', 'llmtokens', 'image', 'machine', 'region'].some(
      (cat) => args.of(cat).length,
    )
  )
    return false;
  if (verbsOf(args).some((verb) => verb === 'store' || verb === 'rent')) return false;
  const program = args.of<Said<string>>('program')[0]?.value as Said<string>;
  outcome.said.task = 'job';
  put(outcome, 'module', program.value, program.at);
  const input = args.of<{ value?: string; at: At }>('input')[0]?.value;
  if (input) put(outcome, 'input', input.value ?? text.slice(input.at.start, input.at.end), input.at);
  const fuel = args.of<Said<string>>('fuel')[0]?.value;
  if (fuel) put(outcome, 'fuelAtMost', fuel.value, fuel.at);
  return true;
}

function other(outcome: Outcome, args: Args): boolean {
  if (args.of('input').length || args.of('fuel').length) return false;
  const task = args.of<Said<string>>('task')[0]?.value;
  if (task) put(outcome, 'task', task.value, task.at);
  if (alone(args)) return spaceOnly(outcome, args);
  const isStorage = verbsOf(args).includes('store');
  const size = args.of<Quantity>('size')[0]?.value;
  if (isStorage !== (size !== undefined) || (isStorage && task)) return false;
  if (isStorage && size) {
    const verb = args.of<string>('verb').find(({ value }) => value === 'store') as Item;
    put(outcome, 'task', 'storage', { start: verb.start, end: verb.end });
    put(outcome, 'storageGb', size.value, size.at);
  }
  if (!hardware(outcome, args)) return false;
  const image = args.of<Said<string>>('image')[0]?.value;
  if (image) put(outcome, 'image', image.value, image.at);
  const net = args.of<Said<string>>('net')[0]?.value;
  if (net) put(outcome, 'interconnect', net.value, net.at);
  for (const { value } of args.of<{ slot: string; at: At }>('flag'))
    put(outcome, value.slot, true, outcome.evidence[value.slot] ?? value.at);
  return inference(outcome, args);
}

/** `500 GB of storage`: a disk without a machine is storage. */
const alone = (args: Args) =>
  args.of('disk').length > 0 && !['gpu', 'askgpu', 'cpu', 'ram', 'size', 'machine', 'task', 'image', 'llm'].some((cat) => args.of(cat).length);
function spaceOnly(outcome: Outcome, args: Args): boolean {
  const disk = args.of<Quantity>('disk')[0]?.value as Quantity;
  put(outcome, 'task', 'storage', disk.at);
  put(outcome, 'storageGb', disk.value, disk.at);
  return true;
}

function inference(outcome: Outcome, args: Args): boolean {
  const model = args.of<Said<string>>('llm')[0]?.value;
  const tokens = args.of<Said<string>>('llmtokens')[0]?.value;
  if ((model || tokens) && outcome.said.task !== 'inference') {
    if (!model || !tokens) return false;
    outcome.said.task = 'inference';
  }
  if (model) put(outcome, 'model', model.value, model.at);
  if (tokens) put(outcome, 'tokens', tokens.value, tokens.at);
  return true;
}

function hardware(outcome: Outcome, args: Args): boolean {
  const gpu = args.of<Gpu>('gpu')[0]?.value ?? args.of<Gpu>('askgpu')[0]?.value;
  const cpu = args.of<{ num: Num; at: At }>('cpu')[0]?.value;
  const [ram, disk] = [args.of<Quantity>('ram')[0]?.value, args.of<Quantity>('disk')[0]?.value];
  if (args.of('nogpu').length && gpu) return false;
  if (gpu) graphics(outcome, gpu);
  if (cpu) {
    const value = Number(cpu.num.value);
    if (cpu.num.bad || cpu.num.options || value <= 0) outcome.rejects.push({ code: 'invalid_amount', at: cpu.at });
    else put(outcome, 'cpu', value, cpu.at);
  }
  if (ram) put(outcome, 'ramGb', Number(ram.value), ram.at);
  if (disk) put(outcome, 'storageGb', disk.value, disk.at);
  const anything = gpu || cpu || ram || disk || outcome.said.task !== 'rental' || args.of('machine').length;
  return Boolean(anything);
}

function graphics(outcome: Outcome, gpu: Gpu): void {
  if (gpu.model === undefined) ask(outcome, 'gpu.model', gpu.word ? { word: gpu.word } : {});
  else put(outcome, 'gpu.model', gpu.model, gpu.modelAt);
  const count = Number(gpu.count.value);
  if (gpu.count.bad || gpu.count.options || !Number.isInteger(count) || count <= 0)
    outcome.rejects.push({ code: 'invalid_amount', ...(gpu.countAt && { at: gpu.countAt }) });
  put(outcome, 'gpu.count', count, gpu.countAt ?? gpu.modelAt);
  if (gpu.memory) put(outcome, 'gpu.memoryGb', Number(gpu.memory), gpu.memoryAt);
  if (gpu.min) put(outcome, 'gpu.minMemoryGb', Number(gpu.min), gpu.minAt);
  if (gpu.form) put(outcome, 'gpu.formFactor', gpu.form, gpu.formAt);
}

function time(outcome: Outcome, args: Args, context: ParseContext): boolean {
  const span = args.of<Said<string>>('span')[0]?.value;
  const most = args.of<Said<string>>('maxspan')[0]?.value;
  const start = args.of<{ moment: Moment; at: At }>('start')[0]?.value;
  const range = args.of<{ from: Moment; fromAt: At; to: Moment; toAt: At }>('range')[0]?.value;
  for (const { value } of args.of<{ at: At }>('badspan')) outcome.rejects.push({ code: 'invalid_amount', at: value.at });
  if (args.of('askspan').length) ask(outcome, 'duration');
  if ((range && (span || start)) || !limits(outcome, args, context)) return false;
  if (span) put(outcome, outcome.said.task === 'job' ? 'maxDuration' : 'duration', span.value, span.at);
  if (most) {
    if (span && secondsOf(most.value) < secondsOf(span.value)) ask(outcome, 'duration');
    put(outcome, 'maxDuration', most.value, most.at);
  }
  if (start) {
    const resolved = resolve(start.moment, context);
    if (!resolved) return false;
    put(outcome, 'start', 'at' in resolved ? resolved.at : resolved.date, start.at);
  }
  return range ? between(outcome, range, context) : true;
}

type Timed = { when: { in: string } | Moment; at: At };

/** A job may have a deadline, a machine a latest start. */
function limits(outcome: Outcome, args: Args, context: ParseContext): boolean {
  const isJob = outcome.said.task === 'job';
  const deadline = args.of<Timed>('deadline')[0]?.value;
  const latest = args.of<Timed>('takenBy')[0]?.value;
  if (latest && isJob) return false;
  // A machine until a moment: how long that is depends on when it starts.
  if (deadline && !isJob) {
    ask(outcome, args.of('span').length + args.of('maxspan').length ? 'deadline' : 'duration');
    return true;
  }
  const said = deadline ?? latest;
  if (!said) return true;
  if ('in' in said.when) {
    if (isJob) put(outcome, 'deadline', { in: said.when.in }, said.at);
    return isJob;
  }
  const resolved = resolve(said.when, context);
  if (!resolved || !('at' in resolved) || Date.parse(resolved.at) <= context.now.getTime()) ask(outcome, 'deadline');
  else put(outcome, isJob ? 'deadline' : 'startBy', isJob ? { at: resolved.at } : resolved.at, said.at);
  return true;
}

function between(outcome: Outcome, range: { from: Moment; fromAt: At; to: Moment; toAt: At }, context: ParseContext): boolean {
  const { day, date, dow } = range.to;
  const dayless = range.from.day === undefined && !range.from.date && !range.from.dow && !range.from.instant;
  // `from 10am to 4pm tomorrow`: the day belongs to both ends.
  const shared = { ...(day !== undefined && { day }), ...(date && { date }), ...(dow && { dow }) };
  const from = resolve(dayless ? { ...range.from, ...shared } : range.from, context);
  const to = resolve(range.to, context, from && 'at' in from ? from.at.slice(0, 10) : undefined);
  if (!from || !to || !('at' in from) || !('at' in to)) {
    ask(outcome, 'duration');
    return true;
  }
  const minutes = (Date.parse(to.at) - Date.parse(from.at)) / 60_000;
  if (minutes <= 0) return false;
  put(outcome, 'start', from.at, range.fromAt);
  put(
    outcome,
    'duration',
    minutes % 1440 === 0 ? `P${minutes / 1440}D` : minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`,
    range.toAt,
  );
  return true;
}

function money(outcome: Outcome, slot: 'maxPrice' | 'budget', value: Money): void {
  if ('ask' in value) {
    ask(outcome, value.ask, { options: ['JPY', 'CNY'] });
    put(outcome, slot, { value: value.num.value, currency: '?' }, value.numAt);
  } else if (value.num.options) ask(outcome, 'currency');
  else if (value.num.bad || !/[1-9]/.test(value.num.value)) outcome.rejects.push({ code: 'invalid_amount', at: value.numAt });
  else {
    put(outcome, `${slot}.value`, value.num.value, value.numAt);
    put(outcome, `${slot}.currency`, value.currency, value.currencyAt);
  }
}

function cost(outcome: Outcome, args: Args): boolean {
  const price = args.of<Rate>('maxprice')[0]?.value;
  const budget = args.of<Budget>('budget')[0]?.value;
  if (price) {
    const count = (outcome.said.gpu as { count?: number } | undefined)?.count;
    if (price.per === 'gpu-hour' && count === undefined) return false;
    if (price.per === '1M-tokens' && outcome.said.task !== 'inference') return false;
    if ((price.per === '1B-fuel') !== (outcome.said.task === 'job')) return false;
    money(outcome, 'maxPrice', price.money);
    if (price.per === 'machine-hour') put(outcome, 'maxPrice.per', 'hour', price.perAt);
    else if (price.per === 'other') ask(outcome, 'maxPrice.per');
    else if (price.per === 'hour' && count !== undefined && count > 1) ask(outcome, 'maxPrice.per');
    else put(outcome, 'maxPrice.per', price.per === 'hour' && count === 1 ? 'gpu-hour' : price.per, price.perAt);
  }
  if (budget) money(outcome, 'budget', budget.money);
  return true;
}

function payment(outcome: Outcome, args: Args): boolean {
  const leg = args.of<Leg>('mleg')[0]?.value;
  if (leg) {
    if ((leg.marker !== 'with' && leg.marker !== 'by') || leg.amount || leg.chain) return false;
    if ('symbol' in leg.token) put(outcome, 'payWith', leg.token.symbol, leg.tokenAt);
    else if ('reject' in leg.token) outcome.rejects.push({ code: leg.token.reject, at: leg.tokenAt });
    else ask(outcome, 'sell.token', { word: leg.token.ask });
  }
  const region = args.of<Said<string>>('region')[0]?.value ?? args.of<Said<string>>('place_region')[0]?.value;
  if (region) put(outcome, 'region', region.value, region.at);
  const place = args.of<Place>('place')[0]?.value;
  if (!place) return true;
  if (place.marker === 'to' || place.marker === 'not') return false;
  if ('reject' in place.chain) outcome.rejects.push({ code: place.chain.reject, at: place.chainAt });
  else put(outcome, 'chain', place.chain.chain, place.chainAt);
  return true;
}

function required(outcome: Outcome): void {
  const { task, gpu, cpu, ramGb, duration, maxDuration, model, tokens, storageGb } = outcome.said;
  const lasting = duration !== undefined || maxDuration !== undefined;
  if (task === 'rental' && !gpu && cpu === undefined && ramGb === undefined) ask(outcome, 'gpu.model');
  if ((task === 'rental' || task === 'storage' || task === 'training') && !lasting) ask(outcome, 'duration');
  if (task === 'storage' && storageGb === undefined) ask(outcome, 'intent');
  if (task === 'inference' && (model === undefined || tokens === undefined)) ask(outcome, 'intent');
  if (task === 'batch' && !gpu && cpu === undefined) ask(outcome, 'gpu.model');
  if (task === 'training' && !gpu && cpu === undefined) ask(outcome, 'gpu.model');
}
