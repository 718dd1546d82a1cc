/** A draft that taps or edits have changed is judged like any other: as the one sentence that says it, by the same grammar. */
import { describeDraft } from '../describeDraft.ts';
import type { Draft, Reading, Said, Understood } from '../intent.ts';
import type { ParseContext } from './context.ts';
import { canonical, parse } from './index.ts';
import { refusalOf } from './questions.ts';

/** A Draft if the sentence reads back as exactly this; what is open or wrong in it otherwise; undefined if no sentence says it. */
export function settle(understood: Understood, context: ParseContext): Reading | undefined {
  const reading = parse(describeDraft(understood.said as unknown as Said), { ...context, locale: 'en' });
  if ('draft' in reading)
    return canonical(reading.draft.said) === canonical(understood.said) ? { draft: understood as unknown as Draft } : undefined;
  if ('refusal' in reading) {
    const { code } = reading.refusal;
    return code === 'not_an_intent' || code === 'unsupported_condition' ? undefined : { refusal: refusalOf(understood.text, code as Parameters<typeof refusalOf>[1]) };
  }
  const { question } = reading;
  return question.slots.includes('intent') ? undefined : { question: { ...question, draft: understood } };
}
