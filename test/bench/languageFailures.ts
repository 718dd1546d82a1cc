/** Groups sentences that are not read rightly by the form of the phrase tables that explains most of them. */
import type { Generated } from '../language/generator/index.ts';
import type { Result } from '../language/score.ts';

export type Failure = { sentence: Generated; got: Result };
export type Group = { locale: string; form: string; missed: number; of: number; examples: Failure[] };

/** Shares of failure that a form must reach, in turn: first what never works. */
const STEPS = [0.75, 0.5, 0.3, 0.15, 0];

/** Takes the form that explains most of what is left, again and again; a form is judged by the sentences not yet explained. */
export function groupsOf(all: readonly Generated[], failures: readonly Failure[], least = 2): Group[] {
  const byId = new Map(failures.map((failure) => [failure.sentence.id, failure]));
  let left = all.map((sentence) => ({ keys: sentence.forms.map((form) => `${sentence.locale}\t${form}`), failure: byId.get(sentence.id) }));
  const groups: Group[] = [];
  for (const step of STEPS) {
    for (;;) {
      const [best] = [...tally(left)].filter(([, { of, missed }]) => missed.length >= least && missed.length >= step * of).sort(([, a], [, b]) => b.missed.length - a.missed.length);
      if (!best) break;
      const [key, { of, missed }] = best;
      const [locale = '', form = ''] = key.split('\t');
      groups.push({ locale, form, missed: missed.length, of, examples: missed.slice(0, 2) });
      left = left.filter(({ keys, failure }) => !failure || !keys.includes(key));
    }
  }
  return groups;
}

function tally(left: readonly { keys: string[]; failure: Failure | undefined }[]) {
  const counts = new Map<string, { of: number; missed: Failure[] }>();
  for (const { keys, failure } of left)
    for (const key of keys) {
      const count = counts.get(key) ?? { of: 0, missed: [] };
      count.of++;
      if (failure) count.missed.push(failure);
      counts.set(key, count);
    }
  return counts;
}

export const markdown = (groups: readonly Group[]) =>
  groups
    .map(({ locale, form, missed, of, examples }) => {
      const lines = examples.map(({ sentence: { id, text, expect }, got }) => `  - ${id} ${JSON.stringify(text)}\n    want ${JSON.stringify(expect)}\n    got ${JSON.stringify(got)}`);
      return `- **${locale}** \`${form}\` ${missed} of ${of}\n${lines.join('\n')}`;
    })
    .join('\n');
