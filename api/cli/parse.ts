/** `tender parse`: words to drafts, as JSON lines. Starts without network or server code, and no line can stop it. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TenderError } from '../../intents/errors.ts';
import type { Reading } from '../../intents/intent.ts';
import { contextFrom } from '../../intents/parse/contextFile.ts';
import { parse, type ParseContext } from '../../intents/parse/index.ts';
import { spoken } from '../../intents/speech/index.ts';
import { type Arguments, usage } from './arguments.ts';
import { KNOWN } from './known.ts';

type Line = { id?: unknown; text?: unknown; locale?: unknown; context?: unknown };

export async function run(args: Arguments): Promise<number> {
  const context = args.context === undefined ? contextFrom({ ...KNOWN, now: new Date().toISOString() }) : contextFile(args.context);
  if (args.positionals.length > 1) throw usage('tender parse takes one sentence; put it in quotes.');
  const [sentence] = args.positionals;
  if (sentence !== undefined) {
    process.stdout.write(`${answer({ text: sentence }, context)}\n`);
    return 0;
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim()) process.stdout.write(`${answerLine(line, context)}\n`);
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

/** One line of JSON in, one line of JSON out, whatever it holds. */
export function answerLine(line: string, context: ParseContext): string {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return failed(null, 'invalid', 'The line is not JSON.');
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return failed(null, 'invalid', 'The line is not a JSON object.');
  return answer(read as Line, context);
}

function answer({ id = null, text, locale, context: own }: Line, context: ParseContext): string {
  if (typeof text !== 'string') return failed(id, 'invalid', '`text` must be a string.');
  try {
    const base = own === undefined ? context : contextFrom(own);
    const here = { ...base, ...(typeof locale === 'string' && locale && { locale }) };
    return JSON.stringify({ id, ...told(spoken(parse(text, here), text, here)) });
  } catch (error) {
    return failed(id, 'invalid', error instanceof Error ? error.message : String(error));
  }
}

/** `result` is the normal form, `{clarify: slots}` or `{reject: code}`; the rest tells a person more. */
function told(reading: Reading) {
  if ('draft' in reading) return { result: reading.draft.said, evidence: reading.draft.evidence };
  if ('refusal' in reading) return { result: { reject: reading.refusal.code }, evidence: {}, refusal: reading.refusal };
  const { slots, sentence, options, draft } = reading.question;
  return { result: { clarify: slots }, evidence: draft.evidence, question: { sentence, options } };
}

const failed = (id: unknown, code: string, message: string) => JSON.stringify({ id, error: { code, message } });
