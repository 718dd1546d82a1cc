/** English sentences of the language → the same in another locale. As in gettext, the English text with its marks is the key. */
import type { Option, Question, Reading, Refusal, Slot } from '../intent.ts';
import { changesIn } from './changes.ts';
import { en } from './en.ts';
import type { Code, Speech } from './speech.ts';

const MARK = /\{(\w+)\}/g;
const patterns = new Map<string, { match: RegExp; names: string[] }>();

function patternOf(template: string): { match: RegExp; names: string[] } {
  const known = patterns.get(template);
  if (known) return known;
  const names = [...template.matchAll(MARK)].map(([, name]) => name as string);
  const source = template
    .split(MARK)
    .map((piece, index) => (index % 2 ? '([^]+?)' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const made = { match: new RegExp(`^${source}$`), names };
  patterns.set(template, made);
  return made;
}

/** What fills the marks of `template` in `text`, or undefined if it is another sentence. */
export function marksOf(template: string, text: string): Record<string, string> | undefined {
  const { match, names } = patternOf(template);
  const found = match.exec(text);
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] as string])) : undefined;
}
const fill = (template: string, marks: Record<string, string>) => template.replace(MARK, (whole, name: string) => marks[name] ?? whole);

/** The sentence of `table` that says what `text` says in English; the text itself if there is none. */
function said(text: string, english: readonly string[], table: readonly string[]): string {
  for (const [index, template] of english.entries()) {
    const marks = marksOf(template, text);
    if (marks) return fill(table[index] as string, marks);
  }
  return text;
}

export function translateRefusal(refusal: Refusal, speech: Speech): Refusal {
  const [english, table] = [en.refusals[refusal.code as Code], speech.refusals[refusal.code as Code]];
  if (!english || !table) return refusal;
  for (const [index, [message, hint]] of english.entries()) {
    const marks = marksOf(message, refusal.message);
    const more = marks && refusal.hint !== undefined ? marksOf(hint, refusal.hint) : {};
    if (!marks || !more) continue;
    const [own, advice] = table[index] as readonly [string, string];
    return { ...refusal, message: fill(own, marks), hint: fill(advice, { ...marks, ...more }) };
  }
  // A cause that no table knows: the sentence of the code always fits.
  const [[message, hint] = ['', '']] = table;
  return { ...refusal, message, hint };
}

export function translateQuestion(question: Question, speech: Speech): Question {
  const slot = question.slots[0] as Slot;
  const english = [...(en.questions[slot] ?? []), ...en.others];
  const table = [...(speech.questions[slot] ?? []), ...speech.others];
  const { choices, draft } = question;
  const label = (option: Option, index: number): Option => {
    const choice = choices?.[index];
    return { ...option, label: choice ? changesIn(choice.changes, draft.said, speech) : said(option.label, en.labels, speech.labels) };
  };
  return { ...question, sentence: said(question.sentence, english, table), options: question.options.map(label) };
}

/** `locale`: BCP 47; English and unknown ones leave the reading as it is. */
export function translate(reading: Reading, locale: string | undefined, tables: readonly Speech[]): Reading {
  const speech = tables.find((table) => table.locale === locale?.slice(0, 2).toLowerCase());
  if (!speech || speech.locale === 'en' || 'draft' in reading) return reading;
  return 'question' in reading ? { question: translateQuestion(reading.question, speech) } : { refusal: translateRefusal(reading.refusal, speech) };
}
