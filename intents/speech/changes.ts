/** A change as people read it: "amount to pay: 2 ETH". */
import type { Change } from '../intent.ts';
import type { Speech } from './speech.ts';

type Leg = { token?: string } | undefined;
const UNITS: [mark: RegExp, unit: string][] = [
  [/^P(?:T.*)?(\d+)D/, 'day'],
  [/(\d+)H/, 'hour'],
  [/T.*?(\d+)M/, 'minute'],
  [/(\d+)S/, 'second'],
];

/** `PT1H30M` in words of the locale. */
function durationIn(iso: string, locale: string): string {
  const parts = UNITS.flatMap(([mark, unit]) => {
    const count = mark.exec(iso)?.[1];
    return count ? [new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(count))] : [];
  });
  return parts.join(' ') || iso;
}

function valueIn(slot: string, value: unknown, said: Record<string, unknown>, { locale, none }: Speech): string {
  if (value === undefined) return none;
  if (slot === 'slippageBps') return `${Number(value) / 100} %`;
  if (typeof value === 'object' && value !== null) {
    const { percent, fraction, fiat, value: sum, in: within, at } = value as Record<string, string | undefined>;
    return percent ? `${percent} %` : (fraction ?? (fiat ? `${sum} ${fiat}` : within ? durationIn(within, locale) : (at ?? '')));
  }
  if (typeof value === 'string' && /^P[\dT]/.test(value)) return durationIn(value, locale);
  const [side, part = ''] = slot.split('.');
  const token = /^(amount|amountPer|min|max)$/.test(part) ? (said[side as string] as Leg)?.token : undefined;
  return token ? `${String(value)} ${token}` : String(value);
}

/** All changes of an edit in one line. `said`: the draft before it. */
export function changesIn(changes: readonly Change[], said: Record<string, unknown>, speech: Speech): string {
  if (!changes.length) return speech.unchanged;
  const shown = changes.filter(({ slot }) => slot in speech.slots);
  return (shown.length ? shown : changes).map(({ slot, to }) => `${speech.slots[slot] ?? slot}: ${valueIn(slot, to, said, speech)}`).join(', ');
}
