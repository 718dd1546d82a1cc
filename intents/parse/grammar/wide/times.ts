/** Dates and times of other calendars' habits, ranges, schedules that stand behind what they repeat. */
import type { Item } from '../../chart.ts';
import { at, cover, type Word } from '../../meaning.ts';
import { type Num, withFraction } from '../../numbers.ts';
import { rule } from '../rule.ts';
import { clockOf, countOf, dated, dur, every, iso, type Moment } from '../times.ts';

/** `5 de la tarde`, `下午5点`: the half of the day of a bare hour up to twelve. */
function shifted(moment: Moment, half: Word): Moment | undefined {
  const hour = Number(moment.clock?.slice(0, 2));
  if (!moment.clock || hour < 1 || hour > 12) return undefined;
  const full = (hour % 12) + (half === 'pm' ? 12 : 0);
  return { ...moment, clock: `${String(full).padStart(2, '0')}${moment.clock.slice(2)}` };
}

export const wideTimes = () => [
  rule('when', 'hm', (item: Item<string>) => {
    const [hour, minute] = item.value.match(/\d+/g) as [string, string];
    const clock = clockOf(`${hour}:${minute.padStart(2, '0')}`);
    return clock && { clock };
  }),
  rule('when', 'num zone', (num: Item<Num>): Moment | undefined => {
    const clock = num.value.words ? undefined : clockOf(num.value.value);
    return clock ? { clock, zone: true } : undefined;
  }),
  rule('askspan', 'for? vague unit', (_for: unknown, some: Item, unit: Item) => ({ at: cover(some, unit) })),
  rule('askspan', 'atleast dur', (least: Item, value: Item) => ({ at: cover(least, value) })),
  rule('count', 'x num', (sign: Item, num: Item<Num>) => countOf(num, cover(sign, num))),
  rule('dur', 'num unit fraction', (num: Item<Num>, unit: Item<Word>, part: Item<Word>) =>
    num.value.bad || num.value.options ? undefined : iso(withFraction(num.value.value, part.value), unit.value),
  ),
  rule('dur', 'an unit fraction', (_an: Item, unit: Item<Word>, part: Item<Word>) => iso(withFraction('1', part.value), unit.value)),
  rule('dur', 'num counter unit', (num: Item<Num>, _c: Item, unit: Item<Word>) => dur(num.value, unit.value)),
  // `24-hour`
  rule('dur', 'num to_time unit', (num: Item<Num>, dash: Item<Word>, unit: Item<Word>) =>
    dash.value === '-' && dash.end === unit.start ? dur(num.value, unit.value) : undefined,
  ),
  rule('dur', 'fulldur', (word: Item<Word>) => word.value),
  rule('durrange', 'numrange unit', (_range: Item, unit: Item<Word>) => unit.value),
  rule('durrange', 'dur or dur', () => true),
  rule('durrange', 'dur to_time dur', () => true),
  rule('durrange', 'between dur anda dur', () => true),
  rule('when', 'monthday', (item: Item<string>): Moment | undefined => {
    const [month = '', day = '', year] = item.value.split('-');
    return dated(month, { value: day }, year);
  }),
  rule('when', 'month of? daynum', (month: Item<Word>, _of: unknown, day: Item<string>) => dated(month.value, { value: day.value })),
  rule('when', 'my? daynum of? month', (_the: unknown, day: Item<string>, _of: unknown, month: Item<Word>) =>
    dated(month.value, { value: day.value }),
  ),
  rule('when', 'my? daynum of? month of? digits', (_the: unknown, day: Item<string>, _of: unknown, month: Item<Word>, _o: unknown, year: Item<Num>) =>
    /^20\d\d$/.test(year.value.value) ? dated(month.value, { value: day.value }, year.value.value) : undefined,
  ),
  rule('when', 'num of? month of? digits', (day: Item<Num>, _of: unknown, month: Item<Word>, _o: unknown, year: Item<Num>) =>
    /^20\d\d$/.test(year.value.value) ? dated(month.value, day.value, year.value.value) : undefined,
  ),
  rule('when', 'month daynum skip? digits', (month: Item<Word>, day: Item<string>, _c: unknown, year: Item<Num>) =>
    /^20\d\d$/.test(year.value.value) ? dated(month.value, { value: day.value }, year.value.value) : undefined,
  ),
  rule('when', 'halfday when', (half: Item<Word>, item: Item<Moment>) => shifted(item.value, half.value)),
  rule('when', 'when of? halfday', (item: Item<Moment>, _of: unknown, half: Item<Word>) => shifted(item.value, half.value)),
  rule('when', 'clocktime hour', (item: Item<string>) => {
    const clock = clockOf(item.value);
    return clock && { clock };
  }),
  rule('when', 'num hour num', (num: Item<Num>, _h: Item, minute: Item<Num>) => {
    const clock = clockOf(`${num.value.value}:${minute.value.value.padStart(2, '0')}`);
    return clock && { clock };
  }),
  rule('when', 'num hour fraction', (num: Item<Num>, _h: Item, part: Item<Word>) => {
    const clock = part.value === '1/2' ? clockOf(`${num.value.value}:30`) : undefined;
    return clock && { clock };
  }),
  rule('every', 'everyword other unit', (word: Item, _o: Item, unit: Item<Word>) => every(iso('2', unit.value), cover(word, unit))),
  rule('every', 'on? dow weekly', (_on: unknown, dow: Item<Word>, word: Item) => ({ every: 'P7D', on: dow.value, at: cover(dow, word) })),
  rule('every', 'ondow', (dow: Item<Word>) => ({ every: 'P7D', on: dow.value, at: at(dow) })),
  rule('every', 'unit post_every', (unit: Item<Word>, word: Item) => every(iso('1', unit.value), cover(unit, word))),
  rule('every', 'num unit post_every', (num: Item<Num>, unit: Item<Word>, word: Item) => every(dur(num.value, unit.value), cover(num, word))),
  rule('every', 'num counter unit post_every', (num: Item<Num>, _c: Item, unit: Item<Word>, word: Item) =>
    every(dur(num.value, unit.value), cover(num, word)),
  ),
  rule('every', 'everyword num counter unit', (word: Item, num: Item<Num>, _c: Item, unit: Item<Word>) =>
    every(dur(num.value, unit.value), cover(word, unit)),
  ),
  rule('count', 'countword', (word: Item<Word>) => ({ value: Number(word.value), at: at(word) })),
  rule('over', 'dur post_over', (value: Item<string>, word: Item) => ({ value: value.value, at: cover(value, word) })),
  rule('span', 'for dur post_for', (_for: Item, value: Item<string>, word: Item) => ({ value: value.value, at: at(value), phrase: cover(value, word) })),
  rule('scope', 'each', (item: Item) => ({ at: at(item) })),
  rule('askspan', 'for? durrange', (_for: unknown, range: Item) => ({ at: at(range) })),
];
