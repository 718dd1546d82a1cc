/** Dialogues of several turns: what each message changed, the words that it stands on, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Before, Change, Evidence } from '../../intents/intent.ts';
import { revise, type Revision, tap } from '../../intents/parse/edit.ts';
import { difference } from '../../intents/parse/edits/difference.ts';
import { canonical, contextFrom, parse } from '../../intents/parse/index.ts';

/**
 * One turn: a message, or the option that is tapped (its label or answer). `changes`: slot → [from, to, quote], complete; `said`: the
 * whole draft; `ask`: slots of the question, with how many `options`; `refuse`: the code; `stays`: any of these, and the draft stays as it
 * is; `fresh`: a draft of its own.
 */
type Turn = {
  say?: string;
  tap?: string;
  changes?: Record<string, [from: unknown, to: unknown, quote?: string]>;
  said?: Record<string, unknown>;
  ask?: string[];
  options?: number;
  refuse?: string;
  stays?: true;
  fresh?: true;
};
type Dialogue = { id: string; locale?: string; turns: Turn[] };

const FOLDER = new URL('./dialogues/', import.meta.url);
const context = contextFrom(JSON.parse(readFileSync(new URL('./context.json', import.meta.url), 'utf8')));
const dialogues: Dialogue[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as Dialogue);

type Understood = { text: string; said: Record<string, unknown>; evidence: Evidence; edits?: { text: string }[] };
const understoodIn = (before: Before | undefined): Understood | undefined =>
  before && ('draft' in before ? (before.draft as unknown as Understood) : before.question.draft);

/** Every value stands on a span of a message of this dialogue, word for word. */
function standsOnWords({ text, evidence, edits = [] }: Understood): void {
  for (const [slot, { quote, start, end, by, message }] of Object.entries(evidence)) {
    if (by === 'tap') continue;
    const words = message === undefined ? text : edits[message - 1]?.text;
    expect(words?.slice(start, end), slot).toBe(quote);
  }
}
/** What was said to change is what changed. */
function changesExactly(before: Understood, after: Understood, changes: Change[]): void {
  const differing = difference(before.said, after.said, {}, {}, '').map(({ slot }) => slot);
  expect([...new Set(changes.map(({ slot }) => slot))].sort()).toEqual(differing.sort());
}

function take(turn: Turn, before: Before | undefined, locale: string | undefined): Revision {
  const own = { ...context, ...(locale && { locale }) };
  if (turn.say !== undefined) return before ? revise(before, turn.say, own) : { reading: parse(turn.say, own), changes: [], fresh: true };
  if (!before || !('question' in before)) throw new Error('there is no question to tap');
  const option = before.question.options.find(({ label, answer }) => label === turn.tap || answer === turn.tap);
  if (!option) throw new Error(`no option “${turn.tap}” among ${before.question.options.map(({ label }) => label).join(' / ')}`);
  return tap(before.question, option.id, own);
}

function check(turn: Turn, before: Before | undefined, { reading, changes, fresh }: Revision): void {
  const shown = JSON.stringify(reading);
  if (turn.stays) {
    expect('draft' in reading, shown).toBe(false);
    return expect('question' in reading && before ? canonical(reading.question.draft.said) : '').toBe('question' in reading && before ? canonical(understoodIn(before)?.said) : '');
  }
  if (turn.refuse !== undefined) return expect('refusal' in reading ? reading.refusal.code : shown).toBe(turn.refuse);
  if (turn.ask) {
    expect('question' in reading ? reading.question.slots : shown).toEqual(turn.ask);
    if ('question' in reading && turn.options !== undefined) expect(reading.question.options.map(({ label }) => label)).toHaveLength(turn.options);
  } else expect('draft' in reading, shown).toBe(true);
  const after = understoodIn('refusal' in reading ? undefined : reading) as Understood;
  standsOnWords(after);
  if (turn.said) expect(JSON.parse(canonical(after.said))).toEqual(turn.said);
  if (turn.fresh) expect(fresh).toBe(true);
  if (before && !fresh && changes.length) changesExactly(understoodIn(before) as Understood, after, changes);
  if (!turn.changes) return;
  const told = Object.fromEntries(changes.map(({ slot, from, to, at }) => [slot, [from ?? null, to ?? null, at.quote]]));
  const wanted = Object.fromEntries(Object.entries(turn.changes).map(([slot, [from, to, quote]]) => [slot, [from, to, quote ?? told[slot]?.[2]]]));
  expect(told, shown).toEqual(wanted);
}

describe('dialogues', () => {
  it('are forty-five or more, in seven locales', () => {
    expect(dialogues.length).toBeGreaterThanOrEqual(45);
    expect(new Set(dialogues.map(({ locale = 'en' }) => locale)).size).toBe(7);
    expect(new Set(dialogues.map(({ id }) => id)).size).toBe(dialogues.length);
  });
  it.each(dialogues.map((dialogue) => [dialogue.id, dialogue] as const))('%s', (_id, { locale, turns }) => {
    let before: Before | undefined;
    for (const turn of turns) {
      const revision = take(turn, before, locale);
      check(turn, before, revision);
      if (!('refusal' in revision.reading)) before = revision.reading;
    }
  });
});
