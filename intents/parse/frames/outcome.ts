/** What a frame makes of a cover: a normal form with evidence, and what is still open or wrong in it. */
import type { RefusalCode, Slot } from '../../intent.ts';
import type { Item } from '../chart.ts';
import type { At } from '../meaning.ts';

export type Ask = { slot: Slot; options?: string[]; word?: string };
export type Reject = { code: RefusalCode; at?: At };
export type Outcome = { said: Record<string, unknown>; evidence: Record<string, At>; asks: Ask[]; rejects: Reject[] };

/** Phrases of a cover by category, in order of the text. */
export type Args = { all: Item[]; of: <V = never>(cat: string) => Item<V>[] };
export const argsOf = (items: Item[]): Args => ({
  all: items,
  of: <V>(cat: string) => items.filter((item) => item.cat === cat) as Item<V>[],
});

/** True if every phrase is of a category that the frame knows. */
export const only = (args: Args, known: ReadonlySet<string>) => args.all.every((item) => known.has(item.cat));
export const verbsOf = (args: Args) => args.of<string>('verb').map((item) => item.value);

export function newOutcome(said: Record<string, unknown>): Outcome {
  return { said, evidence: {}, asks: [], rejects: [] };
}
export function ask(outcome: Outcome, slot: Slot, extra: Omit<Ask, 'slot'> = {}): void {
  const same = outcome.asks.find((entry) => entry.slot === slot);
  if (!same) outcome.asks.push({ slot, ...extra });
}
export function put(outcome: Outcome, slot: string, value: unknown, at: At | undefined): void {
  const path = slot.split('.');
  let target = outcome.said;
  for (const step of path.slice(0, -1)) target = (target[step] ??= {}) as Record<string, unknown>;
  target[path.at(-1) as string] = value;
  if (at) outcome.evidence[slot] = at;
}
