/** Which slots two normal forms differ in, and where the new values stand. */
import type { Change, Evidence } from '../../intent.ts';
import { canonical } from '../index.ts';
import type { Fields } from './meanings.ts';

/** Objects that are made of slots; any other object is one value. */
const GROUPS = new Set(['sell', 'buy', 'gpu', 'budget', 'maxPrice', 'price']);

function leaves(said: Fields): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(said)) {
    if (GROUPS.has(key) && typeof value === 'object' && value !== null)
      for (const [part, inner] of Object.entries(value)) found.set(`${key}.${part}`, inner);
    else found.set(key, value);
  }
  return found;
}

/** In the order of the new form; values that are gone come last. A slot without evidence of its own has that of the whole message. */
export function difference(from: Fields, to: Fields, was: Evidence, now: Evidence, text: string): Change[] {
  const [old, fresh] = [leaves(from), leaves(to)];
  const whole = { quote: text, start: 0, end: text.length };
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .filter((slot) => canonical(old.get(slot)) !== canonical(fresh.get(slot)))
    .map((slot) => ({
      slot,
      ...(old.has(slot) && { from: old.get(slot) }),
      ...(fresh.has(slot) && { to: fresh.get(slot) }),
      at: now[slot] ?? whole,
      ...(was[slot] && { was: was[slot] }),
    }));
}
