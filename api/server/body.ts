/** What a request brings: bounded, not too deep, and checked before it becomes a type. */
import type { Context } from 'hono';
import * as z from 'zod/mini';
import { TenderError } from '../../intents/errors.ts';
import type { Before, Question } from '../../intents/intent.ts';
import { decode, decodeSignedOrder, schemas } from '../../intents/json.ts';
import type { SignedOrder } from '../../intents/order.ts';
import type { AskContext } from '../client/shapes.ts';
import type { Said } from './chat.ts';

const text = (most: number) => z.string().check(z.maxLength(most));
const attachment = z.strictObject({ name: text(200), sha256: schemas.bytes32 });
const wishes = {
  user: z.optional(schemas.address),
  chain: z.optional(text(64)),
  timeZone: z.optional(text(64)),
  locale: z.optional(text(35)),
  meterKey: z.optional(schemas.address),
  attachments: z.optional(z.array(attachment).check(z.maxLength(10))),
};
const option = z.strictObject({ id: text(80), label: text(500), answer: text(4_000) });
const edit = z.strictObject({ text: text(4_000), changes: z.array(z.record(text(64), z.unknown())).check(z.maxLength(50)) });
const draft = z.strictObject({
  text: text(4_000), said: z.record(text(64), z.unknown()), evidence: z.record(text(64), z.unknown()), edits: z.optional(z.array(edit).check(z.maxLength(50))),
});
const question = z.strictObject({
  slots: z.array(text(40)).check(z.maxLength(20)), sentence: text(2_000), options: z.array(option).check(z.maxLength(50)), draft,
  choices: z.optional(z.array(edit).check(z.maxLength(50))),
});
export const ask = z.strictObject({ ...wishes, text: text(4_000), before: z.optional(z.union([z.strictObject({ draft }), z.strictObject({ question })])) });
export const answer = z.strictObject({ ...wishes, question, optionId: text(80) });
/** A conversation's name is whatever its client made up, long enough that nobody else guesses it. */
const conversation = z.string().check(z.regex(/^[A-Za-z0-9_-]{16,80}$/, '16 to 80 letters, digits, - and _'));
export const chat = z.strictObject({
  ...wishes, conversation, text: z.optional(text(4_000)), questionId: z.optional(text(20)), optionId: z.optional(text(80)),
});
export const post = z.strictObject({ order: z.unknown(), auth: z.unknown(), signature: z.optional(schemas.hex) });
export const faucet = z.strictObject({ address: schemas.address });

export const decodeAsk = (value: unknown) => decode(ask, value, 'The request') as unknown as AskContext & { text: string; before?: Before };
export const decodeAnswer = (value: unknown) => decode(answer, value, 'The request') as AskContext & { question: unknown; optionId: string } as AskContext & { question: Question; optionId: string };
export function decodeChat(value: unknown): { conversation: string; said: Said; wishes: AskContext } {
  const { conversation: name, text: words, questionId, optionId, ...context } = decode(chat, value, 'The request');
  if (words !== undefined && questionId === undefined && optionId === undefined) return { conversation: name, said: { text: words }, wishes: context as AskContext };
  if (words === undefined && questionId !== undefined && optionId !== undefined) return { conversation: name, said: { questionId, optionId }, wishes: context as AskContext };
  throw new TenderError('invalid', 'Say something, or tap an option: `text`, or `questionId` with `optionId`.', { param: 'text' });
}
export const decodeFaucet = (value: unknown) => decode(faucet, value, 'The request');
export function decodePost(value: unknown): { signed: SignedOrder; signature?: `0x${string}` | undefined } {
  const { order, auth, signature } = decode(post, value, 'The request');
  return { signed: decodeSignedOrder({ order, auth }), signature };
}

/** Deeper JSON than any request of this API needs. */
const MOST_DEPTH = 24;

/** The request's JSON. Throws `invalid`. */
export async function readJson(context: Context): Promise<unknown> {
  const body = await context.req.text();
  if (depthOf(body) > MOST_DEPTH) throw new TenderError('invalid', `The request is nested deeper than ${MOST_DEPTH} levels.`);
  try {
    return JSON.parse(body, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    throw new TenderError('invalid', 'The request is not JSON.', { hint: 'See GET /openapi.json for the form.' });
  }
}

/** Upper bound of the nesting, without parsing. */
function depthOf(json: string): number {
  let [depth, most, quoted] = [0, 0, false];
  for (let i = 0; i < json.length; i++) {
    const letter = json[i];
    if (quoted) {
      if (letter === '\\') i++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{' || letter === '[') most = Math.max(most, ++depth);
    else if (letter === '}' || letter === ']') depth--;
  }
  return most;
}

/** A path or query member that must be 32 bytes in hex. Lower case: ids are names. */
export const idOf = (value: string | undefined, what: string): `0x${string}` => decode(schemas.bytes32, value, what).toLowerCase() as `0x${string}`;

/** A cursor: a whole number, or undefined if absent. */
export function cursorOf(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw new TenderError('invalid', 'A cursor is a whole number.', { param: 'cursor' });
  return Number(value);
}
