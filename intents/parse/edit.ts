/** A later message of a dialogue: it answers the open question, changes the draft, takes a change back, or is no edit at all. Pure. */
import { describeDraft } from '../describeDraft.ts';
import type { Before, Change, Draft, Edit, Evidence, Option, Question, Reading, RefusalCode, Said, Slot, Span, Understood } from '../intent.ts';
import { answer } from './answer.ts';
import type { ParseContext } from './context.ts';
import type { Phrase } from './edits/grammar.ts';
import { type Fields, get, type Meaning, meaningsOf, type Setting, type State } from './edits/meanings.ts';
import { difference } from './edits/difference.ts';
import { readEdit, saysWhat } from './edits/read.ts';
import { replaces } from './edits/replaces.ts';
import { canonical, parse } from './index.ts';
import type { At } from './meaning.ts';
import { questionOf, refusalOf } from './questions.ts';
import { settle } from './settle.ts';

/** What came of a message, and what it changed in the draft before it. `fresh`: it was read as a message of its own. */
export type Revision = { reading: Reading; changes: Change[]; fresh?: true };

/** More ways to understand one message than anybody would want to choose from. */
const MOST_CHOICES = 6;
const MOST_EDITS = 50;

/**
 * One message after `before`. A whole order is a new draft; what covers as an edit, and in one way only, changes the draft that is
 * there; in several ways it is a question; anything else is read as a message of its own. Never throws for a `before` made here.
 */
export function revise(before: Before, text: string, context: ParseContext): Revision {
  const fresh: Reading = parse(text, context);
  const alone = (reading: Reading): Revision => ({ reading: kept(before, reading), changes: [], fresh: true });
  if ('refusal' in fresh && CLOSED.has(fresh.refusal.code)) return alone(fresh);
  const edited = edit(before, text, context);
  if (!edited) return alone(fresh);
  return 'draft' in fresh ? either(before, fresh.draft, edited, text, context) : edited;
}

/**
 * Words that are a whole order and an edit too. With a verb they are the order; without one they are the edit if both say the
 * same, and else a question.
 */
function either(before: Before, fresh: Draft, edited: Revision, text: string, context: ParseContext): Revision {
  const old: Understood = 'question' in before ? before.question.draft : (before.draft as Understood);
  const kind = old.said.kind === fresh.said.kind;
  if (!kind || !('draft' in edited.reading) || saysWhat(old.text, text, context)) return { reading: { draft: fresh }, changes: [], fresh: true };
  if (canonical(edited.reading.draft.said) === canonical(fresh.said)) return edited;
  const message = (old.edits?.length ?? 0) + 1;
  const changes = difference(old.said, fresh.said as unknown as Fields, old.evidence, fresh.evidence, text);
  const anew: Edit = { text, changes: changes.map((change) => ({ ...change, at: { ...change.at, message } })) };
  const choices = [{ said: edited.reading.draft.said, edit: { text, changes: edited.changes } }, { said: fresh.said, edit: anew }];
  return { reading: { question: choiceOf(choices, before, old) }, changes: [] };
}
/** A question about a message that says nothing by itself leaves the draft where it is. */
export function kept(before: Before | undefined, reading: Reading): Reading {
  if (!before || !('question' in reading)) return reading;
  const { question } = reading;
  const { slots } = question;
  const isOrder = question.draft.said.kind !== undefined && slots.length < 3 && !(slots.includes('sell.token') && slots.includes('buy.token'));
  if (isOrder) return reading;
  const draft = 'question' in before ? before.question.draft : (before.draft as Understood);
  if (question.draft.said.kind === undefined) return { question: { ...question, draft } };
  return { question: { slots: ['intent'], sentence: NOT_UNDERSTOOD, options: [], draft } };
}
const NOT_UNDERSTOOD = 'I do not understand all of that. What did you mean?';
/** Refusals that no dialogue can turn into an edit. */
const CLOSED = new Set<string>(['hidden_characters', 'homoglyph', 'prompt_injection']);

/** The message as an edit or an answer of `before`, or undefined if it is none. */
export function edit(before: Before, text: string, context: ParseContext): Revision | undefined {
  const edited = phrased(before, text, context);
  const settled = edited && !('question' in edited.reading && edited.reading.question.choices);
  return (settled ? undefined : 'question' in before ? typed(before.question, text, context) : undefined) ?? edited;
}

function phrased(before: Before, text: string, context: ParseContext): Revision | undefined {
  const understood: Understood = 'question' in before ? before.question.draft : (before.draft as Understood);
  if (understood.said.kind === undefined || (understood.edits?.length ?? 0) >= MOST_EDITS) return undefined;
  const read = readEdit(understood.text, text, context);
  if (!read) return undefined;
  if ('alone' in read) return lone(read.alone.said, read.alone.at, before, understood, text, context);
  const asked = 'question' in before && !before.question.choices ? before.question.slots.filter((slot) => slot !== 'intent') : [];
  const candidates = read.lists.flatMap((list) => combine(list, understood, text, asked[0], context));
  if (!candidates.length) return undefined;
  return decide(candidates, before, understood, text, asked, context);
}

/** The words of an option, typed: as good as a tap. */
function typed(question: Question, text: string, context: ParseContext): Revision | undefined {
  const plain = (words: string) => words.trim().replace(/[.!。！]+$/, '').toLowerCase();
  const options = question.options.filter(({ label, answer: meant }) => [label, meant].some((words) => plain(words) === plain(text)));
  return options.length === 1 ? tap(question, (options[0] as Option).id, context) : undefined;
}

/** A tapped option, with what it changed. */
export function tap(question: Question, optionId: string, context: ParseContext): Revision {
  const reading = answer(question, optionId, context);
  const index = question.options.findIndex(({ id }) => id === optionId);
  const chosen = question.choices?.[index]?.changes;
  if (chosen) return { reading, changes: chosen };
  const now = 'draft' in reading ? (reading.draft as unknown as Understood) : 'question' in reading ? reading.question.draft : undefined;
  const said = question.options[index]?.answer ?? '';
  return { reading, changes: now ? difference(question.draft.said, now.said, question.draft.evidence, now.evidence, said) : [] };
}

function lone(said: string, at: At, before: Before, understood: Understood, text: string, context: ParseContext): Revision {
  const [only, ...others] = 'question' in before ? before.question.options : [];
  if (said === 'e_yes' && 'question' in before && only && !others.length) return tap(before.question, only.id, context);
  if (said === 'e_yes') return { reading: 'question' in before ? before : { refusal: refusalOf(text, 'nothing_changed', at) }, changes: [] };
  if (said === 'e_no' || said === 'e_stop') return { reading: { refusal: refusalOf(text, 'negated', at) }, changes: [] };
  const last = understood.edits?.at(-1);
  if (!last) return { reading: { refusal: refusalOf(text, 'nothing_to_undo', at) }, changes: [] };
  return undone(understood, last, text, at, context);
}

/** The draft as it was before its last edit. */
function undone(understood: Understood, last: Edit, text: string, at: At, context: ParseContext): Revision {
  const said = structuredClone(understood.said);
  const evidence: Evidence = { ...understood.evidence };
  for (const { slot, from, was } of last.changes) {
    put(said, slot, from);
    delete evidence[slot];
    if (was) evidence[slot] = was;
  }
  const edits = understood.edits?.slice(0, -1) ?? [];
  const back: Understood = { text: understood.text, said, evidence, ...(edits.length && { edits }) };
  const span = spanOf(text, at);
  const changes = last.changes.map(({ slot, from, to }): Change => ({ slot, ...(to !== undefined && { from: to }), ...(from !== undefined && { to: from }), at: span }));
  return { reading: settle(back, context) ?? { draft: back as unknown as Draft }, changes };
}

type Candidate = { settings: Setting[] } | { reject: RefusalCode; at: At } | { ask: Slot };

/** All ways to understand a list of phrases together; a slot that gets two values makes a contradiction. */
function combine(list: Phrase[], { said }: Understood, text: string, asked: Slot | undefined, context: ParseContext): Candidate[] {
  const verbs = list.filter(({ cat }) => cat === 'verb').map(({ value }) => value as string);
  if (verbs.length > 1 || !verbs.every((verb) => fits(verb, said))) return [];
  const verb = verbs.find((word) => word === 'sell' || word === 'buy' || word === 'need');
  const state: State = { said, asked, verb, context, text };
  let found: Candidate[] = [{ settings: [] }];
  for (const phrase of list) {
    if (phrase.cat === 'verb') continue;
    const meanings = meaningsOf(phrase, state).filter((meaning) => !phrase.was || replaces(phrase, meaning, state));
    found = found.flatMap((candidate) => meanings.map((meaning) => join(candidate, meaning))).slice(0, MOST_CHOICES * 4);
  }
  return found;
}

const VERBS: Record<string, Set<string>> = {
  tokens: new Set(['swap', 'sell', 'buy', 'need', 'bridge']),
  compute: new Set(['rent', 'run', 'need', 'store', 'buy']),
};
const fits = (verb: string, said: Fields) => (VERBS[said.kind === 'compute' ? 'compute' : 'tokens'] as Set<string>).has(verb);

function join(candidate: Candidate, meaning: Meaning): Candidate {
  if (!('settings' in candidate)) return candidate;
  if (!Array.isArray(meaning)) return meaning;
  const clash = meaning.find(({ slot, to }) => candidate.settings.some((set) => set.slot === slot && canonical(set.to) !== canonical(to)));
  return clash ? { reject: 'contradiction', at: clash.at } : { settings: [...candidate.settings, ...meaning] };
}

type Outcome = { understood: Understood; edit: Edit; reading: Reading | undefined };

function decide(candidates: Candidate[], before: Before, understood: Understood, text: string, asked: Slot[], context: ParseContext): Revision | undefined {
  const outcomes = new Map<string, Outcome>();
  for (const candidate of candidates) {
    if (!('settings' in candidate)) continue;
    const applied = apply(understood, candidate.settings, text);
    const key = canonical(applied.understood.said);
    if (!outcomes.has(key)) outcomes.set(key, { ...applied, reading: judged(applied, asked, context) });
  }
  const all = [...outcomes.values()].filter(({ reading }) => reading);
  if (all.length && all.every(({ edit: made }) => !made.changes.length)) return { reading: { refusal: refusalOf(text, 'nothing_changed') }, changes: [] };
  // A way to understand it that changes nothing is a way, too: `1.500` where it is 1.5 may be 1500 or the same again.
  const clean = all.filter(({ reading }) => reading && !('refusal' in reading));
  const whole = clean.filter(({ reading }) => reading && ('draft' in reading || asked.length > 0));
  const [only] = whole.length ? whole : clean.length ? clean : all;
  if (only && (whole.length || clean.length || all.length) === 1) return { reading: only.reading as Reading, changes: only.edit.changes };
  if (whole.length > 1 && whole.length <= MOST_CHOICES) return { reading: { question: choiceOf(whole.map((one) => ({ said: one.understood.said, edit: one.edit })), before, understood) }, changes: [] };
  if (only && !whole.length) return { reading: only.reading as Reading, changes: [] };
  const stop = candidates.find((candidate) => !('settings' in candidate));
  if (!stop || all.length) return undefined;
  if ('reject' in stop) return { reading: { refusal: refusalOf(text, stop.reject, stop.at) }, changes: [] };
  return 'ask' in stop ? { reading: { question: questionOf(understood.text, understood.said, understood.evidence, [{ slot: stop.ask }], context) }, changes: [] } : undefined;
}

/** What stays open after an answer, or the whole draft judged as one sentence. */
function judged({ understood, edit: { changes } }: Omit<Outcome, 'reading'>, asked: Slot[], context: ParseContext): Reading | undefined {
  const set = new Set(changes.map(({ slot }) => slot));
  const open = asked.filter((slot) => !answered(slot, set));
  if (!open.length) return settle(understood, context);
  const { text, said, evidence, edits } = understood;
  const question = questionOf(text, said, evidence, open.map((slot) => ({ slot })), context);
  return { question: { ...question, draft: { ...question.draft, ...(edits && { edits }) } } };
}
function answered(slot: Slot, set: Set<string>): boolean {
  if (set.has(slot)) return true;
  const also: Partial<Record<Slot, string[]>> = {
    'sell.amount': ['sell.amountPer', 'buy.amount'],
    duration: ['maxDuration'],
    'schedule.end': ['count', 'for', 'over'],
    direction: ['exact'],
    deadline: ['takenBy', 'startBy'],
    currency: ['budget.currency', 'maxPrice.currency', 'sell.amount', 'buy.amount'],
  };
  return (also[slot] ?? []).some((other) => set.has(other));
}

const spanOf = (text: string, { start, end }: At, message?: number): Span => ({ quote: text.slice(start, end), start, end, ...(message !== undefined && { message }) });

function put(said: Fields, path: string, value: unknown): void {
  const steps = path.split('.');
  let target = said;
  for (const step of steps.slice(0, -1)) target = (target[step] ??= {}) as Fields;
  if (value !== undefined) target[steps.at(-1) as string] = structuredClone(value);
  else {
    delete target[steps.at(-1) as string];
    const [head = ''] = steps;
    if (steps.length > 1 && !Object.keys(target).length && head !== 'sell' && head !== 'buy') delete said[head];
  }
}

/** The draft with the settings in it: each new value with its span in this message, each old one as it was. */
function apply(understood: Understood, settings: Setting[], text: string): { understood: Understood; edit: Edit } {
  const said = structuredClone(understood.said);
  const evidence: Evidence = { ...understood.evidence };
  const edits = understood.edits ?? [];
  const changes: Change[] = [];
  for (const { slot, to, at } of settings) {
    const from = get(said, slot);
    if (canonical(from) === canonical(to)) continue;
    put(said, slot, to);
    const was = evidence[slot];
    delete evidence[slot];
    const span = spanOf(text, at, edits.length + 1);
    if (to !== undefined) evidence[slot] = span;
    changes.push({ slot, ...(from !== undefined && { from }), ...(to !== undefined && { to }), at: span, ...(was && { was }) });
  }
  const edit: Edit = { text, changes };
  return { understood: { text: understood.text, said, evidence, edits: [...edits, edit] }, edit };
}

/** Which of several did the user mean? Each option is one of them, whole. */
function choiceOf(outcomes: { said: unknown; edit: Edit }[], before: Before, understood: Understood): Question {
  const options = outcomes.map(({ said }, index): Option => {
    const sentence = describeDraft(said as Said);
    return { id: `o${index}`, label: sentence, answer: sentence };
  });
  const slots: Slot[] = 'question' in before ? before.question.slots : ['intent'];
  return { slots, sentence: 'That can be meant in several ways. Which one?', options, draft: understood, choices: outcomes.map(({ edit: made }) => made) };
}
