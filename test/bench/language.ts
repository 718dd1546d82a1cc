/**
 * Measures the language: what is read rightly, what is asked too often, what is wrong in silence, and how fast.
 * `npm run bench:language -- [--json] [--seed N] [--count N] [--failures FILE]`; ends with 1 when a limit is missed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { contextFrom, parse, type ParseContext } from '../../intents/parse/index.ts';
import { generate } from '../language/generator/index.ts';
import { type Case, casesOf, resultOf, score, type Score } from '../language/score.ts';
import { upper95 } from './bound.ts';
import { groupsOf, markdown } from './languageFailures.ts';
import { measureLong, measureParse, measureSentences } from './languageSpeed.ts';

const LANGUAGE = new URL('../language/', import.meta.url);
export const contextJson = () => JSON.parse(readFileSync(new URL('context.json', LANGUAGE), 'utf8')) as Record<string, unknown>;

/** Reads in each locale with a context of its own, made once. */
export function readerOf(context: ParseContext) {
  const contexts = new Map<string, ParseContext>();
  return (text: string, locale: string) => {
    const known = contexts.get(locale) ?? { ...context, locale };
    contexts.set(locale, known);
    return resultOf(parse(text, known));
  };
}

export type Figure = { what: string; value: number; limit: number; atLeast: boolean; unit: '%' | '' | 'ms' | '/s' };
export const holds = ({ value, limit, atLeast }: Figure) => (atLeast ? value >= limit : value <= limit);
const least = (what: string, value: number, limit: number, unit: Figure['unit'] = '%'): Figure => ({ what, value, limit, atLeast: true, unit });
const most = (what: string, value: number, limit: number, unit: Figure['unit'] = '%'): Figure => ({ what, value, limit, atLeast: false, unit });

const percent = (part: number, of: number) => (of === 0 ? 100 : (100 * part) / of);
/** Of all: exact, decision, confidently wrong. Of those whose answer is a parse: covered, asked about instead, refused instead. */
export const rates = (result: Score) => ({
  n: result.n,
  exact: percent(result.exact, result.n),
  decision: percent(result.decision, result.n),
  coverage: percent(result.covered, result.goldParses),
  overAsking: result.goldParses ? percent(result.overAsked, result.goldParses) : 0,
  overRefusing: result.goldParses ? percent(result.overRefused, result.goldParses) : 0,
  wrong: result.wrong.length,
  wrongUpper95: 100 * upper95(result.wrong.length, result.n),
});

/** All files of the folder, as one set; empty where there is none. */
function authors(): Case[] {
  const folder = new URL('authors/', LANGUAGE);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => casesOf(new URL(name, folder)));
}

const ONE_IN = 10_000;
function limitsOf(set: string, result: Score): Figure[] {
  const { exact, coverage, overAsking, wrong, n } = rates(result);
  if (set === 'development') return [least(`${set}: exact match`, exact, 97), most(`${set}: confidently wrong`, wrong, 0, '')];
  if (set === 'authors') return [least(`${set}: coverage`, coverage, 90), most(`${set}: over-asking`, overAsking, 8), most(`${set}: confidently wrong`, wrong, Math.max(1, Math.floor(n / 440)), '')];
  // Another answer could be defended in these: told, not held.
  if (set !== 'generator') return [];
  return [least(`${set}: coverage`, coverage, 90), most(`${set}: confidently wrong`, wrong, Math.max(1, Math.floor(n / ONE_IN)), '')];
}

const shown = ({ value, unit }: Pick<Figure, 'value' | 'unit'>) =>
  unit === '%' ? `${value.toFixed(2)} %` : unit === 'ms' ? `${value.toFixed(3)} ms` : unit === '/s' ? `${Math.round(value)}/s` : String(value);
const table = (title: string, groups: Score['byTag']) => {
  const rows = Object.entries(groups).sort(([, a], [, b]) => a[0] / a[1] - b[0] / b[1]);
  return `  ${title}: ${rows.map(([name, [hit, of]]) => `${name} ${hit}/${of} ${percent(hit, of).toFixed(1)} %`).join(' · ')}`;
};

async function main() {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, seed: { type: 'string' }, count: { type: 'string' }, failures: { type: 'string' } } });
  const [seed, count] = [Number(values.seed ?? 1), Number(values.count ?? 20_000)];
  const context = contextFrom(contextJson());
  const read = readerOf(context);
  const development = casesOf(new URL('cases.jsonl', LANGUAGE));
  const generated = generate(seed, count);
  const others = authors();
  const doubtful = ({ tags }: Case) => tags.includes('doubtful');
  const sets = { development, authors: others.filter((one) => !doubtful(one)), 'authors (doubtful)': others.filter(doubtful), generator: generated as Case[] };
  const figures: Figure[] = [];
  for (const [set, cases] of Object.entries(sets)) {
    if (cases.length === 0) {
      console.log(values.json ? JSON.stringify({ set, n: 0 }) : `${set}: no cases`);
      continue;
    }
    const result = score(cases, read);
    figures.push(...limitsOf(set, result));
    if (set === 'generator' && values.failures) {
      const by = new Map(generated.map((sentence) => [sentence.id, sentence]));
      const failures = result.missed.flatMap(({ id, got }) => ({ sentence: by.get(id) as (typeof generated)[number], got }));
      writeFileSync(values.failures, `${markdown(groupsOf(generated, failures))}\n`);
    }
    const told = rates(result);
    if (values.json) console.log(JSON.stringify({ set, ...told, ...(set === 'generator' && { seed }), wrongIds: result.wrong, byTag: result.byTag, byLocale: result.byLocale }));
    else {
      const { n, exact, decision, coverage, overAsking, overRefusing, wrong, wrongUpper95 } = told;
      console.log(`\n${set} (${n}${set === 'generator' ? `, seed ${seed}` : ''})`);
      console.log(`  exact match ${exact.toFixed(2)} % · decision ${decision.toFixed(2)} % · coverage ${coverage.toFixed(2)} % · over-asking ${overAsking.toFixed(2)} % · over-refusing ${overRefusing.toFixed(2)} %`);
      console.log(`  confidently wrong ${wrong} of ${n}, at most ${wrongUpper95.toFixed(4)} % (95 %, Clopper-Pearson)${wrong ? `: ${result.wrong.slice(0, 20).join(' ')}` : ''}`);
      console.log(table('by locale', result.byLocale));
      console.log(table('by tag', result.byTag));
    }
  }
  const { p50, p99 } = measureSentences(development, context);
  const long = measureLong(context);
  const longest = measureLong(context, 690);
  const lines = await measureParse(generated.slice(0, 20_000) as Case[]);
  figures.push(most('sentence p50', p50, 0.5, 'ms'), most('sentence p99', p99, 3, 'ms'), most('10,000 characters', long.worst, 5, 'ms'), most('690 characters', longest.worst, 10, 'ms'), most('10,000 characters read as a draft', long.drafts, 0, ''), least('tender parse, lines', lines.cpu, 2000, '/s'));
  if (!values.json) console.log(`\nspeed, in processor time of one process; slowest texts: ${long.name} (10,000 characters), ${longest.name} (690); tender parse by the wall clock: ${Math.round(lines.wall)}/s`);
  for (const figure of figures) {
    if (values.json) console.log(JSON.stringify({ ...figure, ok: holds(figure) }));
    else console.log(`${holds(figure) ? 'ok    ' : 'MISSED'} ${figure.what.padEnd(36)} ${shown(figure).padStart(12)}   limit ${figure.atLeast ? '≥' : '≤'} ${shown({ value: figure.limit, unit: figure.unit })}`);
  }
  process.exitCode = figures.every(holds) ? 0 : 1;
}

if (process.argv[1] && relative(process.argv[1], import.meta.filename) === '') await main();
