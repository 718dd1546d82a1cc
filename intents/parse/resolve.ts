/** Moments → UTC instants by the context's clock and zone. A moment that words do not fix is not guessed. */
import type { ParseContext } from './context.ts';
import type { Moment } from './grammar/times.ts';

/** `at`: an instant; `date`: a day without a time; neither: ask. */
export type Resolved = { at: string } | { date: string } | undefined;

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY_MS = 86_400_000;

/** The calendar day of `moment`, or undefined. `base`: the day a bare clock time belongs to (range ends). */
function dayOf(moment: Moment, now: Date, base: string | undefined): string | undefined {
  const today = now.toISOString().slice(0, 10);
  const plus = (days: number) => new Date(Date.parse(`${today}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
  if (moment.date?.startsWith('-')) {
    const thisYear = `${now.getUTCFullYear()}${moment.date}`;
    return real(thisYear >= today ? thisYear : `${now.getUTCFullYear() + 1}${moment.date}`);
  }
  if (moment.date) return real(moment.date);
  if (moment.day !== undefined) return plus(moment.day);
  if (moment.dow) return plus(((DAYS.indexOf(moment.dow) - now.getUTCDay() + 6) % 7) + 1);
  return base ?? today;
}
const real = (date: string) => (new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) === date ? date : undefined);

export function resolve(moment: Moment, context: ParseContext, base?: string): Resolved {
  if (moment.vague) return undefined;
  if (moment.instant) return { at: second(new Date(moment.instant)) };
  const local = moment.zone ? 'UTC' : context.timeZone;
  const now = new Date(context.now.getTime() + offset(context.now, local));
  const day = safely(() => dayOf(moment, now, base));
  if (!day) return undefined;
  if (!moment.clock) return moment.zone ? undefined : { date: day };
  const [hours = '0', minutes = '0'] = moment.clock.split(':');
  const wall = Date.parse(`${day}T00:00:00Z`) + Number(hours) * 3_600_000 + Number(minutes) * 60_000;
  const guess = wall - offset(new Date(wall), local);
  return { at: second(new Date(wall - offset(new Date(guess), local))) };
}

const second = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Milliseconds that wall clocks of `zone` are ahead of UTC at `date`. */
function offset(date: Date, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(date);
  const part = (type: string) => Number(parts.find((entry) => entry.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(date.getTime() / 1000) * 1000;
}
