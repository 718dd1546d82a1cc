/** Durations as ISO 8601, moments as far as words fix them, schedules. The clock itself is applied later, in `resolve`. */
import type { Item } from '../chart.ts';
import { decimal, print, times as product } from '../decimal.ts';
import { at, cover, type Word } from '../meaning.ts';
import { type Num, withFraction } from '../numbers.ts';
import { rule } from './rule.ts';

/** A moment in parts; what is absent was not said. */
export type Moment = { instant?: string; day?: number; date?: string; dow?: string; clock?: string; zone?: true; vague?: true };

const SECONDS: Record<string, number> = { S: 1, M: 60, H: 3600, D: 86400, W: 604800 };

/** `PT90M`, `P14D`; fractions go to the next smaller unit that makes them whole. */
export function iso(value: string, unit: string): string | undefined {
  if (unit === 'MO' || unit === 'Y') return /^\d+$/.test(value) ? `P${value}${unit[0]}` : halfYears(value, unit);
  if (/^\d+$/.test(value)) return unit === 'W' ? `P${Number(value) * 7}D` : unit === 'D' ? `P${value}D` : `PT${value}${unit}`;
  const seconds = print(product(decimal(value), decimal(String(SECONDS[unit]))));
  if (!/^\d+$/.test(seconds)) return undefined;
  const whole = Number(seconds);
  return whole % 3600 === 0 ? `PT${whole / 3600}H` : whole % 60 === 0 ? `PT${whole / 60}M` : `PT${whole}S`;
}

/** Half a year is six months; half a month is no number of days. */
function halfYears(value: string, unit: string): string | undefined {
  const months = unit === 'Y' ? print(product(decimal(value), decimal('12'))) : '';
  return /^\d+$/.test(months) ? `P${months}M` : undefined;
}

/** Seconds of an ISO 8601 duration; months count 30 days, years 365. */
export function secondsOf(duration: string): number {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match) return Number.NaN;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return years * 31536000 + months * 2592000 + weeks * 604800 + days * 86400 + hours * 3600 + minutes * 60 + seconds;
}

export const dur = (num: Num, unit: string) => (num.bad || num.options || !/[1-9]/.test(num.value) ? undefined : iso(num.value, unit));
const glue = (a: string, b: string): string | undefined => {
  if (!a.includes('T') && !b.includes('T')) return undefined;
  const [left, right] = [a.split('T')[1], b.split('T')[1]];
  if (
    left &&
    right &&
    a.startsWith('PT') &&
    b.startsWith('PT') &&
    /[HM]$/.test(left) &&
    left.slice(-1) !== right.slice(-1) &&
    !/H/.test(right)
  )
    return `PT${left}${right}`;
  return !a.includes('T') && b.startsWith('PT') ? `${a}T${right}` : undefined;
};

export const durations = [
  rule('dur', 'num unit', (num: Item<Num>, unit: Item<Word>) => dur(num.value, unit.value)),
  rule('dur', 'an unit', (_an: Item, unit: Item<Word>) => iso('1', unit.value)),
  rule('dur', 'fraction an? unit', (part: Item<Word>, _an: unknown, unit: Item<Word>) => iso(withFraction('0', part.value), unit.value)),
  rule('dur', 'an unit anda fraction', (_an: Item, unit: Item<Word>, _and: Item, part: Item<Word>) =>
    iso(withFraction('1', part.value), unit.value),
  ),
  rule('dur', 'num unit anda fraction', (num: Item<Num>, unit: Item<Word>, _and: Item, part: Item<Word>) =>
    num.value.bad || num.value.options ? undefined : iso(withFraction(num.value.value, part.value), unit.value),
  ),
  rule('dur', 'dur and? dur', (a: Item<string>, and: Item<Word> | undefined, b: Item<string>) =>
    and && /[,，、]/.test(and.value) ? undefined : glue(a.value, b.value),
  ),
  rule('dur', 'hm', (item: Item<string>) => {
    const [hours, minutes] = item.value.match(/\d+/g) as [string, string];
    return Number(minutes) < 60 ? `PT${hours}H${Number(minutes)}M` : undefined;
  }),
];

export const clockOf = (text: string): string | undefined => {
  const match = /^(\d{1,2})(?::(\d\d))? ?(?:(a|p)\.?m\.?)?$/.exec(text);
  if (!match) return undefined;
  const hour = Number(match[1]);
  const minute = match[2] ?? '00';
  if (Number(minute) > 59 || hour > (match[3] ? 12 : 24) || (match[3] && hour === 0)) return undefined;
  const full = match[3] ? (hour % 12) + (match[3] === 'p' ? 12 : 0) : hour;
  return `${String(full).padStart(2, '0')}:${minute}`;
};
const join = (a: Item<Moment>, b: Item<Moment>): Moment | undefined =>
  Object.keys(a.value).some((key) => key in b.value) ? undefined : { ...a.value, ...b.value };
export const dated = (month: string, day: Num, year?: string): Moment | undefined => {
  const date = Number(day.value);
  if (day.bad || !Number.isInteger(date) || date < 1 || date > 31) return undefined;
  return { date: `${year ?? ''}-${month.padStart(2, '0')}-${String(date).padStart(2, '0')}` };
};

export const moments = [
  rule('moment', 'instant', (item: Item<string>): Moment => ({ instant: item.value })),
  rule('when', 'day', (item: Item<Word>): Moment => ({ day: Number(item.value) })),
  rule('when', 'isodate', (item: Item<string>): Moment => ({ date: item.value })),
  rule('when', 'slashdate', (item: Item<string>): Moment => {
    const [a = 0, b = 0, year = ''] = item.value.split(/[/.]/).map((part, index) => (index === 2 ? part : Number(part))) as [
      number,
      number,
      string,
    ];
    const long = year.length === 2 ? `20${year}` : year;
    const [day, month] = a > 12 ? [a, b] : b > 12 ? [b, a] : [0, 0];
    return day && month ? { date: `${long}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` } : { vague: true };
  }),
  rule('when', 'my? next? dow', (_the: unknown, next: Item | undefined, dow: Item<Word>): Moment | undefined =>
    next ? { vague: true } : { dow: dow.value },
  ),
  rule('when', 'month num', (month: Item<Word>, day: Item<Num>) => dated(month.value, day.value)),
  rule('when', 'month num skip? digits', (month: Item<Word>, day: Item<Num>, _c: unknown, year: Item<Num>) =>
    /^20\d\d$/.test(year.value.value) ? dated(month.value, day.value, year.value.value) : undefined,
  ),
  rule('when', 'num of? month', (day: Item<Num>, _of: unknown, month: Item<Word>) => dated(month.value, day.value)),
  rule('when', 'clocktime', (item: Item<string>) => {
    const clock = clockOf(item.value);
    return clock && { clock };
  }),
  rule('when', 'num hour', (num: Item<Num>) => {
    const clock = clockOf(num.value.value);
    return clock && { clock };
  }),
  rule('when', 'clock', (item: Item<Word>): Moment => ({ clock: item.value === '24' ? '24:00' : `${item.value.padStart(2, '0')}:00` })),
  rule('when', 'vaguetime', (): Moment => ({ vague: true })),
  rule('when', 'zone', (): Moment => ({ zone: true })),
  rule('when', 'when at? when', (a: Item<Moment>, _at: unknown, b: Item<Moment>) => join(a, b)),
  rule('when', 'at when', (_at: Item, item: Item<Moment>) => (item.value.clock ? item.value : undefined)),
  rule('moment', 'when', (item: Item<Moment>) => (Object.keys(item.value).join() === 'zone' ? undefined : item.value)),
];

/** Words that say by when rather than over which time, unless parts are named. */
const LATEST = /^(?:innerhalb|im laufe? |dans|d'ici|dentro|en|em|在)(?: |$)/;

export type Every = { every: string; on?: string };
export const schedules = [
  rule('every', 'everyword unit', (word: Item, unit: Item<Word>) => every(iso('1', unit.value), cover(word, unit))),
  rule('every', 'everyword num unit', (word: Item, num: Item<Num>, unit: Item<Word>) =>
    every(dur(num.value, unit.value), cover(word, unit)),
  ),
  rule('every', 'everyword dow', (word: Item, dow: Item<Word>) => ({ every: 'P7D', on: dow.value, at: cover(word, dow) })),
  ...Object.entries({ hourly: 'PT1H', daily: 'P1D', weekly: 'P7D', biweekly: 'P14D', monthly: 'P1M', yearly: 'P1Y' }).map(([word, value]) =>
    rule('every', word, (item: Item) => ({ every: value, at: at(item) })),
  ),
  rule('every', 'weekly on? dow', (word: Item, _on: unknown, dow: Item<Word>) => ({ every: 'P7D', on: dow.value, at: cover(word, dow) })),
  rule('count', 'for? totalword? num times totalword?', (_for: unknown, _t: unknown, num: Item<Num>, word: Item) =>
    // `uma vez por semana` is how often, not how many.
    num.value.words && num.value.value === '1' ? undefined : countOf(num, cover(num, word)),
  ),
  rule('over', 'overword my? next? dur', (word: Item<Word>, _my: unknown, _n: unknown, value: Item<string>) => ({
    value: value.value,
    at: cover(word, value),
    ...(LATEST.test(word.value) && { loose: true }),
  })),
  rule('parts', 'intoparts? num partsword', (_in: unknown, num: Item<Num>, word: Item) => countOf(num, cover(num, word))),
  rule('span', 'for? my? next? dur', (word: Item | undefined, _my: unknown, _n: unknown, value: Item<string>) => ({
    value: value.value,
    at: at(value),
    phrase: cover(word ?? value, value),
  })),
  rule('span', 'dur post_for', (value: Item<string>, word: Item) => ({ value: value.value, at: at(value), phrase: cover(value, word) })),
  rule('badspan', 'for? badnum? num unit', (_for: unknown, minus: Item | undefined, num: Item<Num>) =>
    minus || num.value.bad || !/[1-9]/.test(num.value.value) ? { at: at(num) } : undefined,
  ),
  rule('badspan', 'everyword badnum? num unit', (_for: unknown, minus: Item | undefined, num: Item<Num>) =>
    minus || num.value.bad || !/[1-9]/.test(num.value.value) ? { at: at(num) } : undefined,
  ),
];
export function every(value: string | undefined, where: { start: number; end: number }) {
  return value && { every: value, at: where };
}
export function countOf(num: Item<Num>, where: { start: number; end: number }) {
  return num.value.bad || num.value.options || !/^\d{1,6}$/.test(num.value.value) ? undefined : { value: Number(num.value.value), at: where };
}
