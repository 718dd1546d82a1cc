/** "8 instead of 4": the old value must be the one that is there. */
import { canonical } from '../index.ts';
import type { Num } from '../numbers.ts';
import type { Phrase } from './grammar.ts';
import { get, type Meaning, meaningsOf, type State } from './meanings.ts';

/** True if the replaced phrase, understood for the same slots, is what the draft says now. */
export function replaces(phrase: Phrase, meaning: Meaning, state: State): boolean {
  const { was } = phrase;
  if (!was || !Array.isArray(meaning)) return true;
  const { said } = state;
  const slots = meaning.filter(({ slot, to }) => canonical(get(said, slot)) !== canonical(to)).map(({ slot }) => slot);
  // `instead of to me`: nobody else was named.
  if (was.cat === 'drop') return slots.includes(was.value as string) && get(said, was.value as string) === undefined;
  if (was.cat === 'num') return slots.some((slot) => numberIn(get(said, slot), meaning.find((one) => one.slot === slot)?.to) === (was.value as Num).value);
  const olds = meaningsOf({ ...was, ...(phrase.slot && { slot: phrase.slot }) }, state);
  return olds.some((old) => Array.isArray(old) && old.some(({ slot }) => slots.includes(slot)) && old.every(({ slot, to }) => canonical(get(said, slot)) === canonical(to)));
}

/** The number of a value, if it is in the unit of the new one. */
function numberIn(value: unknown, now: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) {
    const { percent, value: sum, in: lasting } = value as { percent?: string; value?: string; in?: string };
    return percent ?? sum ?? (lasting === undefined ? undefined : numberIn(lasting, (now as { in?: string }).in));
  }
  if (typeof value !== 'string') return undefined;
  const [old, unit] = iso(value);
  return old === undefined ? value : unit === iso(now)[1] ? old : undefined;
}
const iso = (text: unknown): [number: string | undefined, unit: string | undefined] => {
  const match = typeof text === 'string' ? /^P(T?)(\d+)([HMSD])$/.exec(text) : null;
  return [match?.[2], match ? `${match[1]}${match[3]}` : undefined];
};
