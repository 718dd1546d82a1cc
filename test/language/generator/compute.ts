/** Machines, jobs and storage: the normal form first, then its words. */
import { date, clock, span, type Span } from './draw.ts';
import type { Rng } from './random.ts';
import { clause, duration, durations, instant, money, number, type Phrase, type Voice } from './speak.ts';
import { choose, expand } from './template.ts';
import type { Adverb } from './tongue.ts';
import type { Made } from './trades.ts';
import { GPU_NAMES, GPUS, IMAGES, MEMORY, MODELS, MODULES, REGIONS } from './world.ts';

type Form = { kind: 'compute'; task: string; [slot: string]: unknown };
type Wish = { phrase: Phrase; slot: [name: string, value: unknown]; tag: string };

export type Machines = { model: string; count: number; memoryGb?: number; minMemoryGb?: number };
export function machines(rng: Rng, named = false): Machines {
  if (!named && rng.chance(0.06)) return { model: 'any', count: 1, minMemoryGb: rng.pick([16, 24, 40, 48, 80]) };
  const model = rng.pick(GPUS);
  const memoryGb = MEMORY[model];
  return { model, count: rng.weigh([[4, 1], [2, 2], [2, 4], [3, 8], [1, 16], [1, 3], [0.5, 64]]), ...(memoryGb && rng.chance(0.12) && { memoryGb }) };
}
/** The noun phrase; `on`: as the place where a job runs. */
export function machinesInWords({ model, count, memoryGb, minMemoryGb }: Machines, voice: Voice, on = false): string {
  const { tongue, rng } = voice;
  const pick = (forms: string[], slots: Record<string, string>) => {
    const form = choose(rng.pick(forms), rng);
    voice.forms.add(form);
    return expand(form, rng, (name) => slots[name] ?? '');
  };
  if (minMemoryGb) return pick(tongue.gpus.atLeast, { gb: String(minMemoryGb) });
  const name = rng.pick(GPU_NAMES[model] ?? [model]);
  const g = memoryGb ? pick(tongue.gpus.memory, { g: name, gb: String(memoryGb) }) : name;
  // A plural ending after a memory size would belong to the size, and L40Ss is no word.
  const many = memoryGb || /S$/.test(name) ? tongue.gpus.many.filter((form) => !form.endsWith('{g}s')) : tongue.gpus.many;
  const slots = { g, n: String(count), w: tongue.numbers.words(count) ?? String(count), a: /^[AHLMR]/.test(name) ? 'an' : 'a' };
  if (on && tongue.gpus.on) return pick([tongue.gpus.on], slots);
  return pick(count === 1 ? tongue.gpus.one : many, slots);
}

const priceOf = (rng: Rng) => rng.pick(['0.25', '0.4', '0.5', '0.75', '0.8', '0.9', '1', '1.2', '1.5', '1.75', '2', '2.25', '2.5', '3', '3.5', '4']);
/** Fiat only in currencies that a price per hour may have here. */
export const currency = (voice: Voice) => voice.rng.weigh<string>([[3, 'USD'], [3, 'USDC'], [1, 'DAI'], [1, 'USDT'], ...(voice.tongue.money.EUR ? ([[1, 'EUR']] as const) : [])]);

function perHour(count: number, voice: Voice): Wish {
  const [value, unit] = [priceOf(voice.rng), currency(voice)];
  const adverb: Adverb = count === 1 && voice.rng.chance(0.6) ? 'perHour' : 'perGpuHour';
  return { phrase: [adverb, { m: money(value, unit, voice) }], slot: ['maxPrice', { value, currency: unit, per: 'gpu-hour' }], tag: 'price' };
}
function budget(voice: Voice, values = [20, 30, 50, 100, 150, 250, 500, 1000, 2500, 5000, 10_000]): Wish {
  const [value, unit] = [String(voice.rng.pick(values)), currency(voice)];
  return { phrase: ['budget', { m: money(value, unit, voice) }], slot: ['budget', { value, currency: unit }], tag: 'budget' };
}
function region(voice: Voice): Wish {
  const name = voice.rng.pick(REGIONS);
  const r = voice.rng.pick(voice.tongue.regions[name] ?? [name]);
  voice.forms.add(r);
  return { phrase: ['region', { r }], slot: ['region', name], tag: 'region' };
}
function payWith({ rng }: Voice): Wish {
  const token = rng.pick(['ETH', 'DAI', 'USDT', 'WETH', 'USDC']);
  return { phrase: ['payWith', { t: token }], slot: ['payWith', token], tag: 'pay-with' };
}
function start(voice: Voice): Wish {
  if (voice.rng.chance(0.5)) {
    const day = date(voice.rng);
    return { phrase: ['start', { at: voice.tongue.date(day.month, day.date, voice.rng) }], slot: ['start', day.iso], tag: 'start' };
  }
  const from = clock(voice.rng);
  return { phrase: ['start', { at: instant(from.clock, voice) }], slot: ['start', from.at], tag: 'start' };
}
const interruptible = (): Wish => ({ phrase: ['interruptible', {}], slot: ['interruptible', true], tag: 'interruptible' });
const confidential = (): Wish => ({ phrase: ['confidential', {}], slot: ['confidential', true], tag: 'tee' });
function upTo(voice: Voice): Wish {
  const most = span(voice.rng, ['hour', 'hour', 'day']);
  return { phrase: ['upTo', durations(most, voice)], slot: ['maxDuration', most.iso], tag: 'max-duration' };
}

/** At most one price, one budget, one place …; a cap and a means of payment in other units are not mixed. */
function wishes(possible: (() => Wish)[], voice: Voice): Wish[] {
  const count = voice.rng.weigh([[4, 0], [6, 1], [4, 2], [2, 3]]);
  const chosen = voice.rng.shuffle(possible).slice(0, count).map((make) => make());
  const paid = chosen.find(({ slot }) => slot[0] === 'payWith');
  const capped = chosen.find(({ slot }) => slot[0] === 'budget' || slot[0] === 'maxPrice');
  return paid && capped ? chosen.filter((wish) => wish !== paid) : chosen;
}

function finish(form: Form, wanted: Wish[], words: (phrases: Phrase[]) => string, tags: string[]): Made {
  for (const { slot } of wanted) form[slot[0]] = slot[1];
  return { text: words(wanted.map(({ phrase }) => phrase)), expect: form, tags: [...tags, ...wanted.map(({ tag }) => tag)] };
}

const gpuOf = ({ model, count, memoryGb, minMemoryGb }: Machines) => ({ model, count, ...(memoryGb && { memoryGb }), ...(minMemoryGb && { minMemoryGb }) });
const LEASE = ['hour', 'hour', 'day', 'week'] as const;

export function lease(voice: Voice): Made {
  const { rng } = voice;
  const time = span(rng, LEASE);
  if (rng.chance(0.08)) {
    const [cpu, ram] = [rng.pick([2, 4, 8, 16, 32, 64]), rng.pick([8, 16, 32, 64, 128, 256])];
    const form: Form = { kind: 'compute', task: 'rental', cpu, ramGb: ram, duration: time.iso };
    const slots = { cpu: String(cpu), ram: String(ram), d: duration(time, voice) };
    return finish(form, wishes([() => region(voice), () => budget(voice), () => payWith(voice)], voice), (phrases) => clause('rentCpu', slots, phrases, voice), ['lease', 'cpu']);
  }
  const what = machines(rng);
  const form: Form = { kind: 'compute', task: 'rental', gpu: gpuOf(what), duration: time.iso };
  const slots = { gpus: machinesInWords(what, voice), d: duration(time, voice) };
  const cap = rng.chance(0.6) ? () => perHour(what.count, voice) : () => budget(voice);
  const wanted = wishes([cap, cap, () => region(voice), () => payWith(voice), () => start(voice), interruptible, confidential].slice(1), voice);
  const made = finish(form, wanted, (phrases) => clause('rent', slots, phrases, voice), ['lease']);
  // Any machine with so much memory, or which one? Asking is no fault.
  return what.minMemoryGb ? { ...made, alt: [{ clarify: ['gpu.model'] }] } : made;
}

export function workload(voice: Voice): Made {
  const { rng } = voice;
  const task = rng.pick(['batch', 'training'] as const);
  const what = machines(rng, true);
  const time = span(rng, ['hour', 'hour', 'day']);
  const image = rng.pick(IMAGES);
  const form: Form = { kind: 'compute', task, gpu: gpuOf(what), ...(task === 'batch' ? { image } : { duration: time.iso }) };
  const slots = { gpus: machinesInWords(what, voice, true), on: machinesInWords(what, voice, true), image, d: duration(time, voice) };
  const wanted = wishes([() => budget(voice), () => region(voice), () => payWith(voice), interruptible], voice);
  if (task === 'batch') wanted.push(upTo(voice));
  return finish(form, wanted, (phrases) => clause(task, slots, phrases, voice), ['training', task]);
}

export function inference(voice: Voice): Made {
  const { rng } = voice;
  const [model, tokens] = [rng.pick(MODELS), `${rng.pick([1, 2, 5, 10, 20, 50, 100])}000000`];
  const form: Form = { kind: 'compute', task: 'inference', model, tokens };
  const [value, unit] = [rng.pick(['0.2', '0.25', '0.4', '0.5', '0.8', '1', '1.5']), currency(voice)];
  const cap: Wish = { phrase: ['perMillion', { m: money(value, unit, voice) }], slot: ['maxPrice', { value, currency: unit, per: '1M-tokens' }], tag: 'price' };
  const wanted = wishes([() => cap, () => budget(voice, [5, 10, 20, 50, 100])], voice).slice(0, 1);
  return finish(form, wanted, (phrases) => clause('inference', { model, x: number(tokens, voice) }, phrases, voice), ['inference']);
}

export function storage(voice: Voice): Made {
  const { rng } = voice;
  const [gb, time] = [String(rng.pick([10, 50, 100, 200, 250, 500, 750])), span(rng, ['day', 'day', 'week']) as Span];
  const form: Form = { kind: 'compute', task: 'storage', storageGb: gb, duration: time.iso };
  const wanted = wishes([() => budget(voice, [5, 10, 20, 40, 80]), () => region(voice), () => payWith(voice)], voice);
  return finish(form, wanted, (phrases) => clause('storage', { gb, d: duration(time, voice) }, phrases, voice), ['storage']);
}

export function job(voice: Voice): Made {
  const { rng } = voice;
  const [module, input] = [rng.pick(MODULES), String(rng.pick([7, 42, 100, 512, 1000, 20_000, 65_536]))];
  const form: Form = { kind: 'compute', task: 'job', module, input };
  const small = () => {
    const [value, unit] = [rng.pick(['0.05', '0.1', '0.25', '0.5', '1', '2']), rng.pick(['USDC', 'DAI', 'USDC'])];
    return { phrase: ['budget', { m: money(value, unit, voice) }], slot: ['budget', { value, currency: unit }], tag: 'budget' } as Wish;
  };
  return finish(form, wishes([small, () => upTo(voice)], voice), (phrases) => clause('job', { module, input }, phrases, voice), ['job']);
}
