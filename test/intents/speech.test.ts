/** Questions and refusals in seven languages: complete, with the same marks, and true: what a hint proposes can be done. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../intents/intent.ts';
import { revise } from '../../intents/parse/edit.ts';
import { contextFrom, parse } from '../../intents/parse/index.ts';
import { SPEECH, spoken } from '../../intents/speech/index.ts';
import { en } from '../../intents/speech/en.ts';
import type { Code, Speech } from '../../intents/speech/speech.ts';
import { marksOf, translate } from '../../intents/speech/translate.ts';

const file = JSON.parse(readFileSync(new URL('../language/context.json', import.meta.url), 'utf8')) as { rejectReasons: string[]; clarifySlots: string[] };
const context = contextFrom(file);
const marks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const others = SPEECH.filter(({ locale }) => locale !== 'en');

/** Every sentence of a table under a name. */
const sentencesOf = ({ refusals, questions, others: whole, labels, slots }: Speech): Map<string, string> =>
  new Map([
    ...Object.entries(refusals).flatMap(([code, pairs]) => pairs.flatMap(([message, hint], i) => [[`${code} ${i}`, message], [`${code} ${i} hint`, hint]] as [string, string][])),
    ...Object.entries(questions).flatMap(([slot, list]) => list.map((text, i): [string, string] => [`${slot} ${i}`, text])),
    ...whole.map((text, i): [string, string] => [`other ${i}`, text]),
    ...labels.map((text, i): [string, string] => [`label ${i}`, text]),
    ...Object.entries(slots).map(([slot, text]): [string, string] => [`label ${slot}`, text]),
  ]);

describe('every sentence', () => {
  it('is there in seven locales', () => expect(SPEECH.map(({ locale }) => locale).sort()).toEqual(['de', 'en', 'es', 'fr', 'ja', 'pt', 'zh']));
  it('covers the closed lists of codes and slots', () => {
    const more = ['insufficient_balance', 'no_price', 'no_quote', 'no_attachment', 'unlisted_token', 'nothing_changed', 'nothing_to_undo'];
    expect(Object.keys(en.refusals).sort()).toEqual([...file.rejectReasons, ...more].sort());
    expect(Object.keys(en.questions).sort()).toEqual([...file.clarifySlots].sort());
  });
  it.each(others.map((speech) => [speech.locale, speech] as const))('has its like in %s, with the same marks', (_locale, speech) => {
    const [english, own] = [sentencesOf(en), sentencesOf(speech)];
    expect([...own.keys()]).toEqual([...english.keys()]);
    for (const [name, text] of english) {
      expect(own.get(name)?.trim(), name).toBeTruthy();
      // A hint may do without what its message has said already.
      const allowed = name.endsWith('hint') ? [...marks(text), ...marks(english.get(name.replace(' hint', '')) as string)] : marks(text);
      if (name.endsWith('hint')) expect(marks(own.get(name) as string).every((mark) => allowed.includes(mark)), name).toBe(true);
      else expect(marks(own.get(name) as string), name).toEqual(allowed);
      if (!name.startsWith('label')) expect(own.get(name), name).not.toBe(text);
    }
  });
  it.each(SPEECH.map((speech) => [speech.locale, speech] as const))('starts each code with one that needs no mark (%s)', (_locale, { refusals, questions }) => {
    for (const [code, [first]] of Object.entries(refusals)) expect([...marks(first?.[0] ?? '{}'), ...marks(first?.[1] ?? '{}')], code).toEqual([]);
    for (const [slot, [first]] of Object.entries(questions)) expect(marks(first ?? '{}'), slot).toEqual([]);
  });
  it('is known for every sentence that the sources make', () => {
    const templates = [...sentencesOf(en).values()];
    const sources = ['parse/questions.ts', 'parse/hygiene.ts', 'parse/edit.ts', 'parse/readers/proposal.ts', 'ground.ts', 'ground/swap.ts', 'ground/compute.ts', 'ground/world.ts'];
    const unknown = sources.flatMap((name) => {
      const source = readFileSync(new URL(`../../intents/${name}`, import.meta.url), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
      const literals = [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map(([, plain, template]) => plain ?? (template as string).replace(/\$\{[^}]*\}/g, 'X'));
      const sentences = literals.filter((text) => /^[\p{Lu}“].* .*[.?!]$/u.test(text));
      return sentences.filter((text) => !templates.some((known) => marksOf(known, text))).map((text) => `${name}: ${text}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe('hints', () => {
  const quoted = /[“„«「]\s?([^”“»」]+?)\s?[”“»」]/g;
  it.each(SPEECH.map((speech) => [speech.locale, speech] as const))('propose sentences that are orders (%s)', (locale, { refusals }) => {
    const examples = (['unsupported_action', 'unsupported_condition', 'not_an_intent'] as Code[]).flatMap((code) =>
      refusals[code].flatMap(([, hint]) => [...hint.matchAll(quoted)].map(([, text]) => text as string)).filter((text) => text !== 'cancel'),
    );
    expect(examples.length).toBeGreaterThanOrEqual(6);
    for (const text of examples) expect(parse(text, { ...context, locale }), text).toHaveProperty('draft');
  });
});

describe('translation', () => {
  it('fills in what the English sentence says', () => {
    const refusal: Reading = { refusal: { code: 'insufficient_balance', message: 'There is not enough ETH on base: about 0.5 ETH. It all stays in your wallet.', hint: 'Use a smaller amount, or “all my …”.' } };
    expect(translate(refusal, 'de-CH', SPEECH)).toMatchObject({ refusal: { code: 'insufficient_balance', message: 'Auf base ist nicht genug ETH: etwa 0.5 ETH. Alles bleibt in deiner Wallet.' } });
  });
  it('has a sentence for a cause that no table knows', () => {
    const refusal: Reading = { refusal: { code: 'no_quote', message: 'Something quite new.' } };
    expect(translate(refusal, 'fr', SPEECH)).toMatchObject({ refusal: { message: 'Personne n’offre de prix pour cela maintenant.' } });
  });
  it('names what each choice of an edit would change', () => {
    const german = { ...context, locale: 'de' };
    const first = parse('miete 4 A100 für 4 Stunden', german);
    if (!('draft' in first)) throw new Error(JSON.stringify(first));
    const asked = spoken(revise(first, 'mach daraus 8', german).reading, 'mach daraus 8', german);
    expect(asked).toMatchObject({ question: { sentence: 'Das kann man verschieden verstehen. Was meinst du?', options: [{ label: 'Anzahl der GPUs: 8' }, { label: 'Dauer: 8 Stunden' }] } });
  });
  it('takes the language of the text where none is declared', () => {
    const text = 'tausche etwas ETH in USDC';
    expect(spoken(parse(text, context), text, context)).toMatchObject({ question: { sentence: 'Wie viel ETH genau?', options: [{ answer: '0.05' }, {}, {}, { label: '25 % meiner ETH' }, {}] } });
  });
});
