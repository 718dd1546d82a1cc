/** A tapped option refines the draft that the question holds; the tap is the user's own act and is marked as such. */
import type { Draft, Edit, Evidence, Question, Reading, Slot, Understood } from '../intent.ts';
import type { ParseContext } from './context.ts';
import { decimal, decimalsOf, print, wholeOf } from './decimal.ts';
import { secondsOf } from './grammar/times.ts';
import { parse } from './index.ts';
import { questionOf, refusalOf } from './questions.ts';
import { settle } from './settle.ts';

type Fields = Record<string, unknown>;
type Change = { said: Fields; slots: string[] } | { again: string };

/** The same draft with one slot answered: a Draft, or the next Question. An unknown option asks the same question again. */
export function answer(question: Question, optionId: string, context: ParseContext): Reading {
  const index = question.options.findIndex(({ id }) => id === optionId);
  const option = question.options[index];
  const [slot, ...rest] = question.slots;
  if (!option || !slot) return { question };
  const { text, evidence, edits } = question.draft;
  const choice = question.choices?.[index];
  if (question.choices) return choice ? chosen(question, choice, context) : { question };
  const change = apply(slot, option.answer, structuredClone(question.draft.said));
  if (!change) return { question };
  if ('again' in change) return marked(parse(change.again, context), option.answer);
  const tapped: Evidence = { ...evidence };
  for (const path of change.slots) tapped[path] = { quote: option.answer, start: 0, end: 0, by: 'tap' };
  const understood: Understood = { text, said: change.said, evidence: tapped, ...(edits && { edits }) };
  if (rest.length) return asking(understood, rest, context);
  const judged = settle(understood, context);
  if (judged) return judged;
  const wrong = check(change.said, context);
  return wrong ? { refusal: refusalOf(text, wrong) } : { draft: understood as unknown as Draft };
}

function asking(understood: Understood, slots: Slot[], context: ParseContext): Reading {
  const asks = slots.map((slot) => ({ slot }));
  return { question: { ...questionOf(understood.text, understood.said, understood.evidence, asks, context), draft: understood } };
}

/** One of several ways to understand an edit: its own words are the evidence, and the tap says which way. */
function chosen(question: Question, edit: Edit, context: ParseContext): Reading {
  const { draft, slots } = question;
  const said = structuredClone(draft.said);
  const evidence: Evidence = { ...draft.evidence };
  for (const { slot, to, at } of edit.changes) {
    set(said, slot, to);
    delete evidence[slot];
    if (to !== undefined) evidence[slot] = at;
  }
  const understood: Understood = { text: draft.text, said: JSON.parse(JSON.stringify(said)) as Fields, evidence, edits: [...(draft.edits ?? []), edit] };
  const open = slots.filter((slot) => slot !== 'intent' && !edit.changes.some((change) => change.slot === slot));
  return open.length ? asking(understood, open, context) : (settle(understood, context) ?? { question });
}

/** A tapped sentence stands for the whole text: all its evidence is the tap. */
function marked(reading: Reading, quote: string): Reading {
  if (!('draft' in reading)) return reading;
  const evidence = Object.fromEntries(
    Object.keys(reading.draft.evidence).map((path) => [path, { quote, start: 0, end: 0, by: 'tap' as const }]),
  );
  return { draft: { ...reading.draft, evidence } };
}

const set = (said: Fields, path: string, value: unknown): Change => {
  const steps = path.split('.');
  let target = said;
  for (const step of steps.slice(0, -1)) target = (target[step] ??= {}) as Fields;
  target[steps.at(-1) as string] = value;
  return { said, slots: [path] };
};
const leg = (said: Fields, side: 'sell' | 'buy') => (said[side] ??= {}) as Fields;

function apply(slot: Slot, value: string, said: Fields): Change | undefined {
  switch (slot) {
    case 'sell.amount':
      return amount(said, value);
    case 'sell.token':
    case 'buy.token':
    case 'sell.chain':
    case 'buy.chain':
    case 'recipient':
    case 'gpu.model':
    case 'maxPrice.per':
      return set(said, slot, value);
    case 'slippageBps':
      return set(said, slot, Number(value));
    case 'deadline':
      return set(said, slot, /^P/.test(value) ? { in: value } : { at: value });
    case 'duration':
      delete said.maxDuration;
      return set(said, slot, value);
    case 'schedule.end':
      return said.kind === 'twap' ? set(said, 'over', value) : set(said, 'count', Number(value));
    case 'direction':
      return direction(said, value);
    case 'intent':
      return { again: value };
    case 'currency':
      return currency(said, value);
    case 'amountScope':
      return scope(said, value);
  }
}

function amount(said: Fields, value: string): Change {
  const share = value.endsWith('%') ? { percent: value.slice(0, -1) } : value;
  const onBuy = said.exact === 'out' && leg(said, 'buy').amount === undefined && leg(said, 'sell').max !== undefined;
  if (said.kind === 'dca') return set(said, 'sell.amountPer', share);
  return set(said, onBuy ? 'buy.amount' : 'sell.amount', share);
}

/** Every amount whose currency was open gets it. */
function currency(said: Fields, value: string): Change {
  const slots: string[] = [];
  for (const side of ['sell', 'buy'] as const) {
    const open = (said[side] as Fields | undefined)?.amount as { fiat?: string } | undefined;
    if (open?.fiat !== '?') continue;
    open.fiat = value;
    slots.push(`${side}.amount`);
  }
  for (const money of ['budget', 'maxPrice'] as const) {
    const open = said[money] as { currency?: string } | undefined;
    if (open?.currency !== '?') continue;
    open.currency = value;
    slots.push(`${money}.currency`);
  }
  return { said, slots };
}

/** `total`: the amount is divided by the number of purchases, if that is exact in a token's decimals. */
function scope(said: Fields, value: string): Change | undefined {
  if (value === 'each') return { said, slots: ['sell.amountPer'] };
  const parts = secondsOf(said.for as string) / secondsOf(said.every as string);
  const total = leg(said, 'sell').amountPer;
  if (!Number.isInteger(parts) || typeof total !== 'string') return undefined;
  const { units, places } = decimal(total);
  const fine = units * 10n ** 18n;
  if (fine % BigInt(parts) !== 0n) return undefined;
  return set(said, 'sell.amountPer', print({ units: fine / BigInt(parts), places: places + 18 }));
}

/** Both amounts were said: one becomes the limit of the other. */
function direction(said: Fields, exact: string): Change {
  const [sell, buy] = [leg(said, 'sell'), leg(said, 'buy')];
  said.exact = exact;
  if (exact === 'in') {
    buy.min = buy.amount;
    delete buy.amount;
  } else {
    sell.max = sell.amount;
    delete sell.amount;
  }
  return { said, slots: ['exact'] };
}

/** What a tap could still get wrong; the grammar has checked the rest. */
function check(said: Fields, context: ParseContext): 'same_token' | 'invalid_amount' | undefined {
  const [sell, buy] = [(said.sell ?? {}) as Fields, (said.buy ?? {}) as Fields];
  if (sell.token !== undefined && sell.token === buy.token && sell.chain === buy.chain) return 'same_token';
  for (const { token, amount: said_ } of [sell, buy] as { token?: string; amount?: unknown }[]) {
    const listed = context.tokens.find(({ symbol }) => symbol === token);
    if (typeof said_ !== 'string' || said_ === 'max') continue;
    if (wholeOf(said_) === 0n || (listed && decimalsOf(said_) > listed.decimals)) return 'invalid_amount';
  }
  return undefined;
}
