/** What a phrase of an edit may change in a rental or a job. */
import { secondsOf } from '../grammar/times.ts';
import type { Gpu, Quantity, Rate } from '../grammar/compute.ts';
import type { At, Leg, Money, Place } from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { resolve } from '../resolve.ts';
import type { Moment } from '../grammar/times.ts';
import type { Phrase } from './grammar.ts';
import { dropped, type Fields, get, instantOf, type Meaning, numbersOf, openMoney, product, type Setting, type State, type Timed } from './meanings.ts';

type Said<V> = { value: V; at: At };
/** Slots that hold a plain number, and whether it is kept as text. */
const NUMBERS: [slot: string, text: boolean][] = [
  ['gpu.count', false],
  ['cpu', false],
  ['ramGb', false],
  ['storageGb', true],
  ['budget.value', true],
  ['maxPrice.value', true],
  ['fuelAtMost', true],
];
const DURATIONS = ['duration', 'maxDuration'];

export function computed(phrase: Phrase, state: State): Meaning[] {
  const { said, context, text } = state;
  const { cat, value, at } = phrase;
  if (said.kind !== 'compute') return [];
  const isJob = said.task === 'job';
  const one = (slot: string, to: unknown, where: At = at): Meaning[] => [[{ slot, to, at: where }]];
  switch (cat) {
    case 'num':
      return bareNumber(value as Num, phrase, state);
    case 'times':
    case 'fraction':
      return scaled(value as string, at, said);
    case 'span':
      return lasting((value as Said<string>).value, at, said, isJob);
    case 'maxspan':
      return said.maxDuration !== undefined || isJob ? one('maxDuration', (value as Said<string>).value) : [];
    case 'deadline':
      return isJob ? finished(value as Timed, context) : [];
    case 'takenBy': {
      const instant = isJob || 'in' in (value as Timed).when ? undefined : instantOf((value as Timed).when as Moment, context);
      return isJob ? [] : instant === undefined ? [{ ask: 'deadline' }] : one('startBy', instant);
    }
    case 'start': {
      const moment = resolve((value as { moment: Moment }).moment, context);
      return !isJob && moment ? one('start', 'at' in moment ? moment.at : moment.date) : [];
    }
    case 'gpu':
    case 'askgpu':
      return isJob ? [] : graphics(value as Gpu, at);
    case 'cpu': {
      const { num } = value as { num: Num };
      return num.bad || num.options ? [{ reject: 'invalid_amount', at }] : one('cpu', Number(num.value));
    }
    case 'ram':
      return one('ramGb', Number((value as Quantity).value));
    case 'disk':
      return one('storageGb', (value as Quantity).value);
    case 'size':
      return sizes((value as Quantity).value, at, said);
    case 'region':
    case 'regionname':
    case 'place_region':
      return typeof value === 'string' ? one('region', value) : one('region', (value as Said<string>).value, (value as Said<string>).at);
    case 'image':
    case 'program':
      return isJob === (cat === 'program') ? one(isJob ? 'module' : 'image', (value as Said<string>).value, (value as Said<string>).at) : [];
    case 'input': {
      const input = value as { value?: string; at: At };
      return isJob ? one('input', input.value ?? text.slice(input.at.start, input.at.end), input.at) : [];
    }
    case 'flag':
      return isJob ? [] : one((value as { slot: string }).slot, true);
    case 'net':
      return isJob ? [] : one('interconnect', (value as Said<string>).value);
    case 'fuel':
      return isJob ? one('fuelAtMost', (value as Said<string>).value) : [];
    case 'budget':
      return money('budget', (value as { money: Money }).money, at);
    case 'maxprice':
      return rated(value as Rate, at, said);
    case 'leg':
    case 'mleg':
      return paid(value as Leg, at, said);
    case 'place':
    case 'bareplace':
      return located(value as Place, at);
    case 'currency':
      return state.asked === 'currency' ? openMoney(said, value as string, at) : [];
    case 'cap':
      return (value as Num).bad ? [{ reject: 'invalid_amount', at }] : sums(value as Num, at, said);
    case 'each':
    case 'totalword':
      return state.asked === 'maxPrice.per' ? one('maxPrice.per', cat === 'each' ? 'gpu-hour' : 'hour') : [];
    case 'drop':
      return dropped(value as string, at, said);
    default:
      return [];
  }
}

/** A number alone: any number that is there; of durations in their own unit. */
function bareNumber(num: Num, { at, slot }: Phrase, { said, asked }: State): Meaning[] {
  if (num.bad) return [{ reject: 'invalid_amount', at }];
  if (num.options) return [];
  const plain = NUMBERS.filter(([path]) => get(said, path) !== undefined || slot === path || asked === path);
  const lasting = DURATIONS.flatMap((path): Setting[] => {
    const unit = /^P(?:T\d+([HMS])|\d+(D))$/.exec((said[path] as string | undefined) ?? '');
    if (!unit) return [];
    return [{ slot: path, to: unit[2] ? `P${num.value}D` : `PT${num.value}${unit[1]}`, at }];
  });
  return [...plain.map(([path, text]) => [{ slot: path, to: text ? num.value : Number(num.value), at }]), ...lasting.map((setting) => [setting])];
}

function scaled(factor: string, at: At, said: Fields): Meaning[] {
  const numbers = NUMBERS.flatMap(([slot, text]): Setting[] => {
    const old = get(said, slot);
    const to = old === undefined ? undefined : product(String(old), factor);
    return to === undefined ? [] : [{ slot, to: text ? to : Number(to), at }];
  });
  const times = DURATIONS.flatMap((slot): Setting[] => {
    const seconds = said[slot] === undefined ? undefined : product(String(secondsOf(said[slot] as string)), factor);
    return seconds && /^\d+$/.test(seconds) ? [{ slot, to: isoOf(Number(seconds)), at }] : [];
  });
  return [...numbers, ...times].map((setting) => [setting]);
}
const isoOf = (seconds: number) =>
  seconds % 86_400 === 0 ? `P${seconds / 86_400}D` : seconds % 3_600 === 0 ? `PT${seconds / 3_600}H` : seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;

function lasting(value: string, at: At, said: Fields, isJob: boolean): Meaning[] {
  const there = DURATIONS.filter((slot) => said[slot] !== undefined);
  if (isJob && said.deadline !== undefined) return [[{ slot: 'deadline', to: { in: value }, at }]];
  const slots = there.length ? there : [isJob ? 'maxDuration' : 'duration'];
  return slots.map((slot) => [{ slot, to: value, at }]);
}

function finished({ when, at }: Timed, context: State['context']): Meaning[] {
  if ('in' in when) return [[{ slot: 'deadline', to: { in: when.in }, at }]];
  const instant = instantOf(when, context);
  return instant === undefined ? [{ ask: 'deadline' }] : [[{ slot: 'deadline', to: { at: instant }, at }]];
}

function graphics(gpu: Gpu, at: At): Meaning[] {
  const count = Number(gpu.count.value);
  if (gpu.word) return [];
  if (gpu.count.bad || gpu.count.options || !Number.isInteger(count) || count <= 0) return [{ reject: 'invalid_amount', at: gpu.countAt ?? at }];
  const settings: Setting[] = [
    ...(gpu.model === undefined ? [] : [{ slot: 'gpu.model', to: gpu.model, at: gpu.modelAt }]),
    ...(gpu.countAt ? [{ slot: 'gpu.count', to: count, at: gpu.countAt }] : []),
    ...(gpu.memory ? [{ slot: 'gpu.memoryGb', to: Number(gpu.memory), at: gpu.memoryAt as At }] : []),
    ...(gpu.min ? [{ slot: 'gpu.minMemoryGb', to: Number(gpu.min), at: gpu.minAt as At }] : []),
    ...(gpu.form ? [{ slot: 'gpu.formFactor', to: gpu.form, at: gpu.formAt as At }] : []),
  ];
  return settings.length ? [settings] : [];
}

const sizes = (value: string, at: At, said: Fields): Meaning[] =>
  ['gpu.memoryGb', 'gpu.minMemoryGb', 'ramGb', 'storageGb']
    .filter((slot) => get(said, slot) !== undefined)
    .map((slot) => [{ slot, to: slot === 'storageGb' ? value : Number(value), at }]);

function money(slot: 'budget' | 'maxPrice', sum: Money, at: At): Meaning[] {
  if ('ask' in sum) return [{ ask: sum.ask }];
  if (sum.num.bad || !/[1-9]/.test(sum.num.value)) return [{ reject: 'invalid_amount', at }];
  return numbersOf(sum.num).map((value) => [
    { slot: `${slot}.value`, to: value, at: sum.numAt },
    { slot: `${slot}.currency`, to: sum.currency, at: sum.currencyAt },
  ]);
}

function rated({ money: sum, per, perAt }: Rate, at: At, said: Fields): Meaning[] {
  const count = get(said, 'gpu.count');
  if (per === 'other' || (per === 'hour' && count !== undefined && count !== 1)) return [];
  const to = per === 'machine-hour' ? 'hour' : per === 'hour' && count === 1 ? 'gpu-hour' : per;
  return money('maxPrice', sum, at).map((meaning) => (Array.isArray(meaning) ? [...meaning, { slot: 'maxPrice.per', to, at: perAt }] : meaning));
}

/** `with USDC` is how it is paid; `50 USDC` is a sum that is there. */
function paid({ marker, token, tokenAt, amount, amountAt, chain }: Leg, at: At, said: Fields): Meaning[] {
  if ('reject' in token) return [{ reject: token.reject, at: tokenAt }];
  if (!('symbol' in token) || chain) return [];
  if (!amount) return marker === 'with' || marker === 'bare' ? [[{ slot: 'payWith', to: token.symbol, at: tokenAt }]] : [];
  if ('bad' in amount) return [{ reject: 'invalid_amount', at: amountAt ?? at }];
  const values = 'said' in amount ? [amount.said] : amount.options;
  return ['budget', 'maxPrice'].flatMap((slot) =>
    said[slot] === undefined
      ? []
      : values.flatMap((value): Meaning[] =>
          typeof value === 'string' && value !== 'max'
            ? [[{ slot: `${slot}.value`, to: value, at: amountAt ?? at }, { slot: `${slot}.currency`, to: token.symbol, at: tokenAt }]]
            : [],
        ),
  );
}
const sums = (num: Num, at: At, said: Fields): Meaning[] =>
  ['budget', 'maxPrice'].flatMap((slot) => (said[slot] === undefined ? [] : numbersOf(num).map((to) => [{ slot: `${slot}.value`, to, at }])));

function located({ marker, chain, chainAt }: Place, at: At): Meaning[] {
  if ('reject' in chain) return [{ reject: chain.reject, at: chainAt ?? at }];
  return marker === 'on' || marker === 'from' ? [[{ slot: 'chain', to: chain.chain, at: chainAt }]] : [];
}
