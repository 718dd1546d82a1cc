/** Draws values a person could mean: amounts, prices, periods, instants. All are decided before any word is written. */
import { addressOf, ENS, isStable, NOW, worthOf } from './world.ts';
import type { Rng } from './random.ts';
import type { Clock, Unit } from './tongue.ts';

const ROUND = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 100, 120, 150, 200, 250, 300, 350, 400, 500, 600, 750, 800, 1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 100_000];

/** A decimal string in token units. Three decimals only below one: elsewhere a comma would be read two ways. */
export function amount(token: string, rng: Rng): string {
  const worth = worthOf(token);
  if (worth < 0.001) return `${rng.pick([1, 2, 2.5, 3, 5, 10, 12, 25, 50, 100]) * 1_000_000}`;
  const fits = ROUND.filter((units) => units * worth >= 2 && units * worth <= 400_000);
  const odd = (low: number, high: number) => String(rng.int(low, high));
  return rng.weigh<() => string>([
    [6, () => String(rng.pick(fits))],
    [3, () => trimmed(`${rng.pick(fits)}.${rng.pick(['5', '25', '75', odd(1, 9), `${odd(0, 9)}${odd(1, 9)}`])}`)],
    [worth > 100 ? 4 : 0.5, () => trimmed(`0.${rng.pick(['0', ''])}${odd(1, 9)}${rng.pick(['', '5', odd(1, 9)])}`)],
    [1, () => String(rng.int(2, Math.max(9, Math.min(9999, Math.floor(40_000 / worth)))))],
    [0.7, () => (worth > 100 ? `${odd(0, 9)}.${odd(1000, 9999)}` : `${odd(10, 9999)}.${odd(1, 9)}`)],
  ])().replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}
const trimmed = (text: string) => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);

/** A price of `base` in a stable quote, near enough to be meant. */
export function price(base: string, rng: Rng): string {
  const near = worthOf(base) * (0.5 + rng.next() * 1.2);
  if (near >= 100) return String(Math.max(1, Math.round(near / 50) * 50));
  if (near >= 5) return trimmed(near.toFixed(rng.int(0, 1)));
  return trimmed(near.toFixed(2));
}
export const isPriced = (token: string) => !isStable(token) && worthOf(token) >= 0.01;

export type Span = { n: number; unit: Unit; iso: string };
export function span(rng: Rng, units: readonly Unit[] = ['minute', 'hour', 'day', 'week']): Span {
  const unit = rng.pick(units);
  const n = rng.pick({ minute: [5, 10, 15, 20, 30, 45, 90], hour: [1, 2, 3, 4, 6, 8, 12, 24, 36, 48, 72], day: [1, 2, 3, 4, 5, 7, 10, 14, 30], week: [1, 2, 3, 4] }[unit]);
  return { n, unit, iso: isoOf(n, unit) };
}
export const isoOf = (n: number, unit: Unit) => (unit === 'minute' ? `PT${n}M` : unit === 'hour' ? `PT${n}H` : `P${unit === 'week' ? 7 * n : n}D`);

/** An instant after now, within two months; never at an hour that twelve-hour clocks write two ways. */
export function clock(rng: Rng): { clock: Clock; at: string } {
  const day = rng.weigh<'today' | 'tomorrow' | number>([[2, 'today'], [3, 'tomorrow'], [3, rng.int(2, 55)]]);
  const hour = day === 'today' ? rng.int(13, 23) : rng.pick([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
  const minute = rng.pick([0, 0, 0, 30, 15, 45]);
  const days = day === 'today' ? 0 : day === 'tomorrow' ? 1 : day;
  const date = new Date(NOW + days * 86_400_000);
  date.setUTCHours(hour, minute, 0, 0);
  const named = typeof day === 'string' ? day : { month: date.getUTCMonth() + 1, date: date.getUTCDate() };
  return { clock: { day: named, hour, minute }, at: date.toISOString().replace('.000', '') };
}
/** An hour of today that is over. */
export const past = (rng: Rng): Clock => ({ day: 'today', hour: rng.pick([6, 7, 8, 9, 10, 11]), minute: rng.pick([0, 30]) });
/** A calendar day within two months. */
export function date(rng: Rng): { month: number; date: number; iso: string } {
  const day = new Date(NOW + rng.int(2, 55) * 86_400_000);
  return { month: day.getUTCMonth() + 1, date: day.getUTCDate(), iso: day.toISOString().slice(0, 10) };
}
export const person = (rng: Rng) => (rng.chance(0.6) ? rng.pick(ENS) : addressOf(rng));
