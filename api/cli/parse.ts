/** `tender parse`: words to drafts, as JSON lines. Starts without network or server code, and no line can stop it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { TenderError } from '../../intents/errors.ts';
import type { Question, Reading, Said } from '../../intents/intent.ts';
import { answer as tap } from '../../intents/parse/answer.ts';
import { contextFrom } from '../../intents/parse/contextFile.ts';
import { parse, type ParseContext } from '../../intents/parse/index.ts';
import { type Arguments, usage } from './arguments.ts';
import { KNOWN } from './known.ts';
import { type Line, linesOf } from './lines.ts';

type Fields = { id?: unknown; text?: unknown; locale?: unknown; context?: unknown };
/** Why a line has no result. */
type LineFault = 'not_json' | 'not_an_object' | 'no_text' | 'too_long' | 'bad_context' | 'failed';
/** A line longer than this is not kept in memory; a text of a million characters still gets its refusal. UTF-16 units. */
const LONGEST_LINE = 8 * 1024 * 1024;

export async function run(args: Arguments): Promise<number> {
  const context = args.context === undefined ? contextFrom({ ...KNOWN, now: new Date().toISOString() }) : contextFile(args.context);
  if (args.positionals.length > 1) throw usage('tender parse takes one sentence; put it in quotes.');
  const [sentence] = args.positionals;
  if (sentence !== undefined) {
    process.stdout.write(`${answer({ text: sentence }, contextsOf(context))}\n`);
    return 0;
  }
  const contexts = contextsOf(context);
  for await (const lines of linesOf(process.stdin, LONGEST_LINE)) {
    const answers = lines.filter((line) => line === undefined || line.trim()).map((line) => `${answerIn(line, contexts)}\n`);
    // A reader that is slower than this writer is waited for.
    if (answers.length && !process.stdout.write(answers.join(''))) await once(process.stdout, 'drain');
  }
  return 0;
}

function contextFile(path: string): ParseContext {
  try {
    return contextFrom(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TenderError('bad_context', `The context file cannot be used: ${error instanceof Error ? error.message : String(error)}`, { param: 'context' });
  }
}

/** A context by locale, and by the context that a line brings: what is made from one is made once. */
type Contexts = (locale: string | undefined, own: unknown) => ParseContext;
const KEPT = 64;
function contextsOf(base: ParseContext): Contexts {
  const kept = new Map<string, ParseContext>();
  return (locale, own) => {
    const key = `${locale ?? ''}\n${own === undefined ? '' : JSON.stringify(own)}`;
    const known = kept.get(key);
    if (known) return known;
    const made = own === undefined ? base : contextFrom(own);
    const context = locale === undefined ? made : { ...made, locale };
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, context);
    return context;
  };
}

/** One line of JSON in, one line of JSON out, whatever it holds. */
export const answerLine = (line: string, context: ParseContext): string => answerIn(line, contextsOf(context));

function answerIn(line: Line, contexts: Contexts): string {
  if (line === undefined) return failed(null, 'too_long', `The line is longer than ${LONGEST_LINE} characters.`);
  let read: unknown;
  try {
    read = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return failed(null, 'not_json', 'The line is not JSON.');
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return failed(null, 'not_an_object', 'The line is not a JSON object.');
  return answer(read as Fields, contexts);
}

function answer({ id = null, text, locale, context: own }: Fields, contexts: Contexts): string {
  if (typeof text !== 'string') return failed(id, 'no_text', '`text` must be a string.');
  let context: ParseContext;
  try {
    context = contexts(typeof locale === 'string' && locale ? locale : undefined, own);
  } catch (error) {
    return failed(id, 'bad_context', error instanceof Error ? error.message : String(error));
  }
  try {
    return JSON.stringify({ id, ...told(parse(text, context), context) });
  } catch (error) {
    return failed(id, 'failed', error instanceof Error ? error.message : String(error));
  }
}

/** `result` is the normal form, `{clarify: slots}` or `{reject: code}`; the rest tells a person more. */
function told(reading: Reading, context: ParseContext) {
  if ('draft' in reading) return { result: reading.draft.said, evidence: reading.draft.evidence };
  if ('refusal' in reading) return { result: { reject: reading.refusal.code }, evidence: {}, refusal: reading.refusal };
  const { slots, sentence, options, draft } = reading.question;
  const readings = readingsOf(reading.question, context);
  return { result: { clarify: slots }, evidence: draft.evidence, question: { sentence, options }, ...(readings.length > 1 && { readings }) };
}

/** Slots that are asked about because the words can be read in more than one way, not because they are missing. */
const TWO_WAYS = new Set<string>(['amountScope', 'maxPrice.per', 'currency', 'direction', 'deadline']);
const digits = (text: string) => text.normalize('NFKC').replace(/\D/g, '').replace(/^0+|0+$/g, '');

/** What the words say in each of their readings; empty where options are only suggestions. */
function readingsOf(question: Question, context: ParseContext): Said[] {
  const [slot, ...more] = question.slots;
  if (slot === undefined || more.length) return [];
  const wordy = digits(question.draft.text);
  const read = question.options.filter(({ answer: said }) => TWO_WAYS.has(slot) || (slot === 'sell.amount' && digits(said) !== '' && wordy.includes(digits(said)) && !said.endsWith('%')));
  return read.flatMap(({ id }) => {
    const next = tap(question, id, context);
    return 'draft' in next ? [next.draft.said] : [];
  });
}

const failed = (id: unknown, code: LineFault, message: string) => JSON.stringify({ id, error: { code, message } });
