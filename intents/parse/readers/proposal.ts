/** What becomes of a model's proposal: an order of options, or a question that the user answers with one tap. Never a Draft. */
import * as z from 'zod/mini';
import { describeDraft } from '../../describeDraft.ts';
import type { Question, Reading } from '../../intent.ts';
import { type Candidate, MOST_CANDIDATES } from '../candidates.ts';
import type { ParseContext } from '../context.ts';
import { LONGEST_TEXT } from '../hygiene.ts';
import { canonical, parse } from '../index.ts';
import { saidOf } from './said.ts';
import { saysMore } from './unsaid.ts';

const ids = (letter: string) => Array.from({ length: MOST_CANDIDATES }, (_, index) => `${letter}${index}`);
const KINDS = ['swap', 'limit', 'dca', 'twap', 'rental', 'none'] as const;
const ROLES = { exact: ['in', 'out'], priceOf: ['sell', 'buy'], per: ['gpu-hour', 'hour'] } as const;
const LEG = { amount: 'N', token: 'T', chain: 'C' } as const;
/** Where a candidate may be pointed at, and of which letter it must be. */
const POINTERS = { recipient: 'A', within: 'D', every: 'D', over: 'D', count: 'N', price: 'N', gpu: 'G', gpus: 'N', budget: 'N', pay: 'T', region: 'R' } as const;

const pointer = (letter: string) => z.nullable(z.enum(ids(letter)));
const leg = z.strictObject({ amount: pointer('N'), token: pointer('T'), chain: pointer('C') });
/**
 * Pointers and roles only: there is no field in which a model could write a number, a token, a chain or an address of its own.
 * `within`: a deadline, or for how long a machine is rented. `every`, `over`, `count`: a schedule. `price`: a limit per unit of `priceOf`, or at most `per` for a machine.
 */
export const Proposal = z.strictObject({
  kind: z.enum(KINDS),
  exact: z.enum(ROLES.exact),
  sell: leg,
  buy: leg,
  recipient: pointer('A'),
  within: pointer('D'),
  every: pointer('D'),
  over: pointer('D'),
  count: pointer('N'),
  price: pointer('N'),
  priceOf: z.enum(ROLES.priceOf),
  per: z.enum(ROLES.per),
  gpu: pointer('G'),
  gpus: pointer('N'),
  budget: pointer('N'),
  pay: pointer('T'),
  region: pointer('R'),
});
export type Proposal = z.infer<typeof Proposal>;

const points = (letter: string) => ({ type: ['string', 'null'], enum: [...ids(letter), null] });
const words = (list: readonly string[]) => ({ type: 'string', enum: [...list] });
const object = (properties: Record<string, unknown>) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
const all = (letters: Record<string, string>) => Object.fromEntries(Object.entries(letters).map(([name, letter]) => [name, points(letter)]));
/** The same in JSON Schema, for `response_format`; static, so that a server compiles it once. */
export const PROPOSAL_SCHEMA = object({
  kind: words(KINDS),
  ...Object.fromEntries(Object.entries(ROLES).map(([name, list]) => [name, words(list)])),
  sell: object(all(LEG)),
  buy: object(all(LEG)),
  ...all(POINTERS),
});

/** Readings on which a model may be heard: an open question, or a text that the grammar cannot place. A refusal with a span has a cause. */
export const isOpen = (reading: Reading) =>
  'question' in reading || ('refusal' in reading && reading.refusal.code === 'not_an_intent' && reading.refusal.span === undefined);

/** Options can be put in order; where there are none, only an order that can be said whole is worth asking about. */
export function mayHelp(text: string, reading: Reading, context: ParseContext): boolean {
  if (!isOpen(reading) || text.length > LONGEST_TEXT) return false;
  return ('question' in reading && reading.question.options.length > 0) || !saysMore(text, context, true);
}

/** The reading that the user sees. Anything odd about a proposal leaves the grammar's own reading as it was. */
export function weigh(text: string, reading: Reading, proposal: Proposal, candidates: readonly Candidate[], context: ParseContext): Reading {
  if (!isOpen(reading) || proposal.kind === 'none') return reading;
  const value = (id: string | null) => candidates.find((candidate) => candidate.id === id)?.value;
  const pointed = pointersOf(proposal);
  if (pointed.some((id) => value(id) === undefined)) return reading;
  const values = pointed.map(value);
  if ('question' in reading && reading.question.options.length) return { question: reordered(reading.question, values) };
  if ('question' in reading && reading.question.slots.join() !== 'intent') return reading;
  if (dropsOne(candidates, values) || saysMore(text, context, proposal.kind === 'limit')) return reading;
  const said = saidOf(proposal, value);
  if (!said) return reading;
  const sentence = describeDraft(said);
  const meant = parse(sentence, { ...context, locale: 'en' });
  // The sentence must say what was pointed at, all of it and nothing else.
  if (!('draft' in meant) || canonical(meant.draft.said) !== canonical(said)) return reading;
  const option = { id: 'o0', label: sentence, answer: sentence };
  return { question: { slots: ['intent'], sentence: `Did you mean: ${sentence}?`, options: [option], draft: { text, said: {}, evidence: {} } } };
}

function pointersOf(proposal: Proposal): string[] {
  const alone = (Object.keys(POINTERS) as (keyof typeof POINTERS)[]).map((name) => proposal[name]);
  return [...Object.values(proposal.sell), ...Object.values(proposal.buy), ...alone].filter((id) => id !== null);
}

/**
 * A number, token, chain, recipient, duration or GPU of the text that the proposal leaves out would be lost on the way to a yes: then
 * nothing is asked. Regions are also everyday words (“us”), so they may be left out.
 */
const dropsOne = (candidates: readonly Candidate[], values: (string | undefined)[]) =>
  candidates.some(({ id, value }) => !id.startsWith('R') && !values.includes(value));

/** Options that were pointed at come first; none is added, removed or changed. */
function reordered(question: Question, values: (string | undefined)[]): Question {
  const rank = ({ answer }: { answer: string }) => (values.includes(answer) ? 0 : 1);
  return { ...question, options: [...question.options].sort((a, b) => rank(a) - rank(b)) };
}
