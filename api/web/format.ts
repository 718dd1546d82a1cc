/** Small words for people: times, spans, short addresses, rates. Display only: nothing here is signed. */
import type { UnixSeconds } from '../../intents/order.ts';

/** "14:05:09" today, with the date otherwise; the reader's own time zone. */
export function clock(at: UnixSeconds): string {
  const date = new Date(at * 1000);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;
/** "1 min 30 s", "2 h", "3 d 4 h"; never negative. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const index = UNITS.findIndex(([size]) => whole >= size);
  const unit = UNITS[index];
  if (!unit) return '0 s';
  const next = UNITS[index + 1];
  const rest = next ? Math.floor((whole % unit[0]) / next[0]) : 0;
  return `${Math.floor(whole / unit[0])} ${unit[1]}${next && rest > 0 ? ` ${rest} ${next[1]}` : ''}`;
}

/** A value that was said, as people read it: "2", "25 %", "100 USD", "8 h", "2026-12-01T09:00:00Z". */
export function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { percent, fraction, fiat, value: sum, in: within, at } = value as Record<string, string | undefined>;
    return percent ? `${percent} %` : fraction ? `${fraction} of all` : fiat ? `${sum} ${fiat}` : within ? `within ${valueText(within)}` : (at ?? '');
  }
  const text = value === 'max' ? 'all' : String(value);
  const [whole, ...parts] = /^P(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  return whole ? parts.flatMap((part, index) => (part ? [`${part} ${['months', 'd', 'h', 'min', 's'][index]}`] : [])).join(' ') : text;
}

export const short = (text: string): string => (text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text);

/** At most six decimals, cut and never rounded up; the whole amount belongs into a title. */
export const shortAmount = (amount: string): string => amount.replace(/(\.\d{6})\d+/, '$1…');

/** Thin spaces between thousands. */
export const group = (value: bigint | number): string => value.toString().replaceAll(/\B(?=(\d{3})+$)/g, ' ');

/** "1 ETH = 3325.4 USDC" from two amounts with symbols: the dearer one is the unit. Six significant digits. */
export function rateOf(sell: string, buy: string): string {
  const [sold = '', sellSymbol = ''] = sell.split(' ');
  const [bought = '', buySymbol = ''] = buy.split(' ');
  const [a, b] = [Number(sold), Number(bought)];
  if (!(a > 0) || !(b > 0)) return `${sell} for ${buy}`;
  return a >= b ? `1 ${buySymbol} = ${digits(a / b)} ${sellSymbol}` : `1 ${sellSymbol} = ${digits(b / a)} ${buySymbol}`;
}

/** Six significant digits. */
export const digits = (value: number): string => Number(value.toPrecision(6)).toLocaleString('en-US', { maximumSignificantDigits: 6 });
