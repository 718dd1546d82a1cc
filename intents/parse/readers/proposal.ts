/** What becomes of a model's proposal: an order of options, or a question that the user answers with one tap. Never a Draft. */
import * as z from 'zod/mini';
import type { Question, Reading } from '../../intent.ts';
import { type Candidate, MOST_CANDIDATES } from '../candidates.ts';
import type { ParseContext } from '../context.ts';
import { parse } from '../index.ts';

const ids = (letter: string) => Array.from({ length: MOST_CANDIDATES }, (_, index) => `${letter}${index}`);
const pointer = (letter: string) => z.nullable(z.enum(ids(letter)));
const leg = z.strictObject({ amount: pointer('N'), token: pointer('T'), chain: pointer('C') });

/** Pointers only: there is no field in which a model could write a number, a token, a chain or an address of its own. */
export const Proposal = z.strictObject({
  kind: z.enum(['swap', 'none']),
  exact: z.enum(['in', 'out']),
  sell: leg,
  buy: leg,
  recipient: pointer('A'),
});
export type Proposal = z.infer<typeof Proposal>;

const points = (letter: string) => ({ type: ['string', 'null'], enum: [...ids(letter), null] });
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const LEG = object({ amount: points('N'), token: points('T'), chain: points('C') });
/** The same in JSON Schema, for `response_format`. */
export const PROPOSAL_SCHEMA = object({
  kind: { type: 'string', enum: ['swap', 'none'] },
  exact: { type: 'string', enum: ['in', 'out'] },
  sell: LEG,
  buy: LEG,
  recipient: points('A'),
});

/** Readings on which a model may be heard: an open question, or a text that the grammar cannot place. A refusal with a span has a cause. */
export const isOpen = (reading: Reading) =>
  'question' in reading || ('refusal' in reading && reading.refusal.code === 'not_an_intent' && reading.refusal.span === undefined);

/** The reading that the user sees. Anything odd about a proposal leaves the grammar's own reading as it was. */
export function weigh(
  text: string,
  reading: Reading,
  proposal: Proposal,
  candidates: readonly Candidate[],
  context: ParseContext,
): Reading {
  if (!isOpen(reading) || proposal.kind === 'none') return reading;
  const value = (id: string | null) => candidates.find((candidate) => candidate.id === id)?.value;
  const pointed = [proposal.sell, proposal.buy].flatMap(({ amount, token, chain }) => [amount, token, chain]).concat(proposal.recipient);
  if (pointed.some((id) => id !== null && value(id) === undefined)) return reading;
  if ('question' in reading && reading.question.options.length) return { question: reordered(reading.question, pointed.map(value)) };
  if ('question' in reading && reading.question.slots.join() !== 'intent') return reading;
  if (dropsOne(candidates, pointed.map(value))) return reading;
  const sentence = sentenceOf(proposal, value);
  const meant = sentence === undefined ? undefined : parse(sentence, context);
  if (sentence === undefined || !meant || !('draft' in meant)) return reading;
  const option = { id: 'o0', label: sentence, answer: sentence };
  return {
    question: { slots: ['intent'], sentence: `Did you mean: ${sentence}?`, options: [option], draft: { text, said: {}, evidence: {} } },
  };
}

/** A number, token, chain or recipient of the text that the proposal leaves out would be lost on the way to a yes: then nothing is asked. */
const dropsOne = (candidates: readonly Candidate[], values: (string | undefined)[]) => candidates.some(({ value }) => !values.includes(value));

/** Options that were pointed at come first; none is added, removed or changed. */
function reordered(question: Question, values: (string | undefined)[]): Question {
  const rank = ({ answer }: { answer: string }) => (values.includes(answer) ? 0 : 1);
  return { ...question, options: [...question.options].sort((a, b) => rank(a) - rank(b)) };
}

type Value = (id: string | null) => string | undefined;
function sentenceOf({ exact, sell, buy, recipient }: Proposal, value: Value): string | undefined {
  const side = ({ amount, token, chain }: Proposal['sell']) =>
    [value(amount), value(token), chain && `on ${value(chain)}`].filter(Boolean).join(' ');
  if (!sell.token || !buy.token) return undefined;
  const to = recipient ? `, send it to ${value(recipient)}` : '';
  return exact === 'in' ? `Sell ${side(sell)} for ${side(buy)}${to}` : `Buy ${side(buy)} with ${side(sell)}${to}`;
}
