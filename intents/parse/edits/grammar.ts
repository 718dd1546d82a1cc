/** The rules of an edit: a list of phrases that covers the whole message, over the same phrases that orders are made of. */
import { compile, type Item } from '../chart.ts';
import { RULES } from '../grammar/index.ts';
import { type Amount, type At, at, cover, type Place, type Recipient, type Word } from '../meaning.ts';
import type { Num } from '../numbers.ts';
import { rule } from '../grammar/rule.ts';

/** One thing that an edit says. `cost` is higher where less is said of what it is; `was`: the value that it replaces. */
export type Phrase = { cat: string; value: unknown; at: At; cost: number; slot?: string; was?: Phrase };

/** Phrases that orders are made of too. */
const SHARED =
  'leg mleg place recipient slippage deadline takenBy price partialFill every count over parts span maxspan gpu cpu ram disk size region ' +
  'place_region regionname route task image program input flag net start maxprice budget fuel verb bareplace askgpu each totalword';
const COSTS: Record<string, number> = { askgpu: 2, verb: 0, size: 2, each: 2, totalword: 2 };

/** `von base`: where one word may say where it is and where it comes from, the latter says more. */
const vague = (cat: string, value: unknown) => (/place$/.test(cat) && (value as Place).marker === 'on' ? 0.1 : 0);
const phrase = (cat: string, item: Item, value: unknown = item.value): Phrase => ({ cat, value, at: at(item), cost: (COSTS[cat] ?? 1) + vague(cat, value) });
const open = (cat: string, item: Item, value: unknown): Phrase => ({ cat, value, at: at(item), cost: 2 });
const named = (slot: Item<Word>, value: Item<Phrase>): Phrase | undefined => {
  const { cat } = value.value;
  if (cat === 'verb' || cat === 'drop' || value.value.slot) return undefined;
  // `half the amount` is half of what it was.
  return { ...value.value, ...(cat === 'fraction' && { cat: 'times' }), slot: slot.value, cost: 1 };
};
const relative = (factor: string, item: Item): Phrase => ({ cat: 'times', value: factor, at: at(item), cost: 1 });

const phrases = [
  ...SHARED.split(' ').map((cat) => rule('ph', cat, (item: Item) => phrase(cat, item))),
  rule('ph', 'num counter?', (item: Item<Num>) => open('num', item, item.value)),
  rule('ph', 'pctamount', (item: Item<Amount>) => open('share', item, item.value)),
  rule('ph', 'pct', (item: Item<Num>) => open('pct', item, item.value)),
  rule('ph', 'fraction', (item: Item<Word>) => open('fraction', item, item.value)),
  rule('ph', 'e_half', (item: Item<Word>) => open('fraction', item, '1/2')),
  rule('ph', 'fraction e_same', (part: Item<Word>, same: Item) => relative(part.value, { ...part, end: same.end })),
  rule('ph', 'e_same fraction', (same: Item, part: Item<Word>) => relative(part.value, { ...same, end: part.end })),
  rule('ph', 'pctamount e_same', (part: Item<Amount>, same: Item) => {
    const said = 'said' in part.value ? part.value.said : undefined;
    return typeof said === 'object' && 'percent' in said ? relative(`${said.percent}/100`, { ...part, end: same.end }) : undefined;
  }),
  rule('ph', 'e_double', (item: Item) => relative('2', item)),
  rule('ph', 'all e_same?', (item: Item, same: Item | undefined) => ({
    ...open('share', item, { said: 'max' } satisfies Amount),
    at: cover(item, same ?? item),
  })),
  rule('ph', 'who', (item: Item<Recipient>) => phrase('recipient', item)),
  rule('ph', 'e_self', (item: Item) => ({ cat: 'drop', value: 'recipient', at: at(item), cost: 1 })),
  rule('ph', 'e_drop my? e_slot', (word: Item, _my: unknown, slot: Item<Word>) => ({ cat: 'drop', value: slot.value, at: cover(word, slot), cost: 1 })),
  rule('ph', 'atleast num', (word: Item, num: Item<Num>) => ({ cat: 'floor', value: num.value, at: cover(word, num), cost: 1 })),
  rule('ph', 'atmost num', (word: Item, num: Item<Num>) => ({ cat: 'cap', value: num.value, at: cover(word, num), cost: 1 })),
  rule('ph', 'with? atmost? tolerance of slip', (_w: unknown, _m: unknown, item: Item) => phrase('slippage', item)),
  rule('ph', 'currency', (item: Item<Word>) => open('currency', item, item.value)),
  rule('ph', 'my? e_slot e_be? ph', (_my: unknown, slot: Item<Word>, _be: unknown, value: Item<Phrase>) => named(slot, value)),
  rule('ph', 'ph my? e_slot', (value: Item<Phrase>, _my: unknown, slot: Item<Word>) => named(slot, value)),
  ...['e_from', 'e_change'].flatMap((word) =>
    ['e_be', 'e_by'].map((to) => rule('ph', `${word} my? ph ${to} ph`, (_w: Item, _my: unknown, old: Item<Phrase>, _to: Item, now: Item<Phrase>) => instead(now, old))),
  ),
  rule('ph', 'ph skip? e_instead my? ph', (now: Item<Phrase>, _s: unknown, _w: Item, _my: unknown, old: Item<Phrase>) => instead(now, old)),
  rule('ph', 'e_instead my? ph skip? ph', (_w: Item, _my: unknown, old: Item<Phrase>, _s: unknown, now: Item<Phrase>) => instead(now, old)),
  rule('ph', 'ph e_post_instead ph', (old: Item<Phrase>, _w: Item, now: Item<Phrase>) => instead(now, old)),
];
function instead(now: Item<Phrase>, old: Item<Phrase>): Phrase | undefined {
  if (now.value.was || old.value.was || now.value.cat === 'verb' || old.value.cat === 'verb') return undefined;
  return { ...now.value, was: old.value, cost: 1 };
}

const FILLERS = ['skip', 'and', 'then', 'correct', 'e_lead'];
const edits = [
  ...FILLERS.map((cat) => rule('edits', `${cat} edits`, (_word: Item, rest: Item<Phrase[]>) => rest.value)),
  rule('edits', 'e_no fill edits', (_no: Item, _fill: Item, rest: Item<Phrase[]>) => rest.value),
  ...FILLERS.map((cat) => rule('fill', cat, () => true)),
  rule('edits', 'ph edits', (item: Item<Phrase>, rest: Item<Phrase[]>) => (rest.value.length < MOST_PHRASES ? [item.value, ...rest.value] : undefined)),
  rule('edits', 'e_end', () => []),
  ...['e_no', 'e_stop', 'e_yes', 'e_undo'].flatMap((cat) => [
    rule('alone', cat, (item: Item) => ({ said: cat, at: at(item) })),
    ...FILLERS.map((fill) => rule('alone', `${fill} alone`, (_word: Item, item: Item<Alone>) => item.value)),
    ...FILLERS.map((fill) => rule('alone', `alone ${fill}`, (item: Item<Alone>) => item.value)),
  ]),
];
const MOST_PHRASES = 6;

/** A message that is one word of its own: no, yes, undo. */
export type Alone = { said: string; at: At };
export const EDITS = compile([...RULES, ...phrases, ...edits]);
