/** Changes the contracts in small ways, one at a time, and counts how many changes the Solidity tests notice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, campaigns, codeOf, prepare, units } from './bench.ts';
import { describe, type Mutant, mutantsOf } from './mutators.ts';
import type { Row, Section } from './section.ts';
import type { AstNode } from './solidity.ts';
import { sample } from './tools.ts';
import { type Code, workspace } from './workspace.ts';

/** Money code, which must reach the score: all but the interfaces, which have no code. */
const MONEY = /^contracts\/src\/(?!interfaces\/)/;
const LEAST_SCORE = 0.9;

/** Mutants that mean the same as the original, each with its reason: `describe`d as in mutators.ts. */
export type Equivalent = { mutant: string; reason: string };
const EQUIVALENT = join(import.meta.dirname, 'equivalent.json');

type Fate = 'killed' | 'survived' | 'equivalent' | 'does not compile';
type Tried = { mutant: Mutant; text: string; fate: Fate };

export const mutation: Section = async ({ seed, sample: perFile, minutes, match }, log) => {
  const equivalent = new Set((JSON.parse(readFileSync(EQUIVALENT, 'utf8')) as Equivalent[]).map(({ mutant }) => mutant));
  const place = workspace(true);
  try {
    const bench = await prepare(place, log);
    const files = Object.keys(bench.sources).filter((file) => MONEY.test(file) && file.includes(match));
    const chosen = files.map((file) => sample(mutantsOf(file, bench.sources[file]?.content ?? '', bench.trees[file] as AstNode), perFile, seed));
    const mutants = dealt(chosen);
    log(`${mutants.length} mutants`);
    const tried = await tryAll(bench, mutants, equivalent, performance.now() + minutes * 60_000, log);
    return report(tried, mutants.length);
  } finally {
    place.dispose();
  }
};

/** One of each file in turn: whatever time there is, is shared by all. */
const dealt = <T>(lists: readonly (readonly T[])[]): T[] =>
  Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();

/** Tests one mutant while the next is compiled. */
async function tryAll(bench: Bench, mutants: readonly Mutant[], equivalent: ReadonlySet<string>, until: number, log: (line: string) => void): Promise<Tried[]> {
  const tried: Tried[] = [];
  let running: Promise<void> = Promise.resolve();
  for (const mutant of mutants) {
    if (performance.now() > until) break;
    const text = describe(mutant, bench.sources[mutant.file]?.content ?? '');
    if (equivalent.has(text)) {
      tried.push({ mutant, text, fate: 'equivalent' });
      continue;
    }
    const code = codeOf(bench, mutant, true);
    await running;
    if (!code) {
      tried.push({ mutant, text, fate: 'does not compile' });
      continue;
    }
    running = judge(bench, mutant, code).then((fate) => {
      tried.push({ mutant, text, fate });
      log(`${tried.length}/${mutants.length} ${fate}${fate === 'survived' ? `: ${mutant.file}:${mutant.line} ${mutant.operator}: ${text}` : ''}`);
    });
    // Lets forge start before the compiler takes this thread.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await running;
  return tried;
}

/** Unit tests, then the campaigns; what survives both is compared with the original as it is really compiled. */
async function judge(bench: Bench, mutant: Mutant, code: Code): Promise<Fate> {
  const restore = bench.place.swap(code);
  try {
    if ((await units(bench, true)).code !== 0) return 'killed';
    if ((await campaigns(bench)).code !== 0) return 'killed';
  } finally {
    restore();
  }
  return isSameCode(bench, mutant) ? 'equivalent' : 'survived';
}

function isSameCode(bench: Bench, mutant: Mutant): boolean {
  const none = { ...mutant, text: Buffer.from(bench.sources[mutant.file]?.content ?? '').subarray(mutant.start, mutant.end).toString() };
  const [mutated, original] = [codeOf(bench, mutant, false), codeOf(bench, none, false)];
  return mutated !== undefined && original !== undefined && [...original].every(([name, object]) => mutated.get(name) === object);
}

function report(tried: readonly Tried[], chosen: number): { summary: string; rows: Row[]; ok: boolean } {
  const counted = tried.filter(({ fate }) => fate === 'killed' || fate === 'survived');
  const rows = [...new Set(counted.map(({ mutant }) => mutant.file))].sort().map((file): Row => {
    const own = counted.filter(({ mutant }) => mutant.file === file);
    const killed = own.filter(({ fate }) => fate === 'killed').length;
    return { name: file.replace('contracts/src/', ''), ok: killed / own.length >= LEAST_SCORE, result: `${percent(killed / own.length)}  ${killed} of ${own.length}` };
  });
  const survivors = counted.filter(({ fate }) => fate === 'survived').map(({ mutant, text }): Row => ({ name: `${mutant.file}:${mutant.line}`, ok: true, result: text, note: `${mutant.operator}, survived` }));
  const killed = counted.filter(({ fate }) => fate === 'killed').length;
  const same = tried.filter(({ fate }) => fate === 'equivalent').length;
  const summary = `${percent(killed / counted.length)} of ${counted.length} mutants killed (${same} equivalent left out${tried.length < chosen ? `; time was up at ${tried.length} of ${chosen}` : ''}), least per file ${percent(LEAST_SCORE)}`;
  return { summary, rows: [...rows, ...survivors], ok: rows.length > 0 && rows.every(({ ok }) => ok) };
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
