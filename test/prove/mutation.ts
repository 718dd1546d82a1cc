/** Changes the contracts in small ways, one at a time, and counts how many changes the Solidity tests notice. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bench, campaigns, codeOf, failing, named, prepare, units } from './bench.ts';
import { describe, type Mutant, mutantsOf } from './mutators.ts';
import type { Row, Section } from './section.ts';
import type { AstNode } from './solidity.ts';
import { sample } from './tools.ts';
import { type Code, workspace } from './workspace.ts';

/** Money code: what holds, moves or counts it, and the verifiers that say how much. */
const MONEY = /^contracts\/src\/(libraries\/(Accounts|Amounts|Attestations|Attesters|Credits|Frames)|settlement\/|escrow\/|Delivery|Bonds|Fairness|verifiers\/)/;
const LEAST_SCORE = 0.9;

/** Mutants that mean the same as the original, each with its reason: `describe`d as in mutators.ts. */
export type Equivalent = { mutant: string; reason: string };
const EQUIVALENT = join(import.meta.dirname, 'equivalent.json');
/** Mutants that were killed, so that a run that was stopped goes on: they stay killed while their file stays, as tests only grow. */
const KILLED = join(import.meta.dirname, '../../.tender/prove/killed.txt');

/** Test contracts that are tried first, by file: what they miss, all others are asked. */
const SUBJECTS: readonly [RegExp, string][] = [
  [/settlement\/(Batches)/, 'BatchTest|BatchAwardsTest|BatchCallbackTest|BatchFuzzTest|BatchHashTest'],
  [/settlement\/(Cancelling|Spending|Fills)/, 'FillTest|CancelTest|OptionsTest|Permit2Test'],
  [/settlement\/Voids/, 'VoidTest|ReviewTest'],
  [/settlement\/|Amounts/, 'AmountsTest|OptionsTest|VoidTest|Permit2Test|ResolverTest|EdgesTest|CancelTest'],
  [/escrow\/(Opening|Orders)/, 'EscrowTest|ExposureTest|OpeningTest|ComputeTest|JobTest|GapsTest'],
  [/escrow\/|Frames/, 'ClaimTest|CloseTest|TerseTest|EscrowTest|ComputeTest|JobTest'],
  [/Delivery|Credits/, 'DeliveryTest|OptionsTest|CloseTest|TokensTest'],
  [/Bonds|Accounts/, 'BondsTest|KeysTest|FairnessTest'],
  [/Fairness/, 'FairnessTest'],
  [/Attest/, 'AttestedTest|GapsTest|RerunJudgesTest|AttestedHashesTest'],
  [/Local/, 'AttestedTest|GapsTest|LocalHashesTest'],
  [/Lease/, 'ComputeTest|TerseTest|KeysTest|GapsTest'],
  [/Rerun/, 'RerunTest|RerunDrawTest|RerunJudgesTest|JobTest|GapsTest'],
  [/StorageProof/, 'StorageProof\\w*Test'],
];

type Fate = 'killed' | 'survived' | 'equivalent' | 'does not compile';
type Tried = { mutant: Mutant; text: string; fate: Fate };

export const mutation: Section = async ({ seed, sample: perFile, minutes, match }, log) => {
  const equivalent = new Set((JSON.parse(readFileSync(EQUIVALENT, 'utf8')) as Equivalent[]).map(({ mutant }) => mutant));
  const place = workspace(true);
  const until = performance.now() + minutes * 60_000;
  try {
    const bench = await prepare(place, log);
    const files = Object.keys(bench.sources).filter((file) => MONEY.test(file) && match.split(',').some((part) => file.includes(part)));
    const all = files.map((file) => mutantsOf(file, bench.sources[file]?.content ?? '', bench.trees[file] as AstNode));
    const mutants = dealt(all.map((list) => sample(list, perFile, seed)));
    const total = all.reduce((sum, { length }) => sum + length, 0);
    log(`${mutants.length} of ${total} mutants`);
    return report(await tryAll(bench, mutants, equivalent, until, log), mutants.length, total);
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
  const killed = new Set(existsSync(KILLED) ? readFileSync(KILLED, 'utf8').split('\n') : []);
  mkdirSync(dirname(KILLED), { recursive: true });
  let running: Promise<void> = Promise.resolve();
  for (const mutant of mutants) {
    const content = bench.sources[mutant.file]?.content ?? '';
    const text = describe(mutant, content);
    const key = createHash('sha256').update(`${mutant.start}:${mutant.end}:${mutant.text}:${content}`).digest('hex');
    const note = (fate: Fate, by = '') => {
      tried.push({ mutant, text, fate });
      if (fate === 'killed' && !killed.has(key)) appendFileSync(KILLED, `${key}\n`);
      log(`${tried.length}/${mutants.length} ${fate}${by && ` by ${by}`}${fate === 'survived' ? `: ${mutant.file}:${mutant.line} ${mutant.operator}: ${text}` : ''}`);
    };
    if (equivalent.has(text)) note('equivalent');
    else if (killed.has(key)) note('killed', 'an earlier run');
    else if (performance.now() > until) break;
    else {
      const code = codeOf(bench, mutant, true);
      await running;
      if (!code) note('does not compile');
      else running = judge(bench, mutant, code).then(([fate, by]) => note(fate, by));
      // Lets forge start before the compiler takes this thread.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await running;
  return tried;
}

/** First the tests of its subject, then all, then the campaigns; what survives is compared with the original as it is really compiled. */
async function judge(bench: Bench, mutant: Mutant, code: Code): Promise<[Fate, string?]> {
  const subject = SUBJECTS.find(([files]) => files.test(mutant.file))?.[1];
  const restore = bench.place.swap(code);
  try {
    const tries = [...(subject ? [() => named(bench, subject)] : []), () => units(bench, { first: true, runs: 32 }), () => campaigns(bench)];
    for (const attempt of tries) {
      const ran = await attempt();
      if (ran.code !== 0) return ['killed', failing(ran.out).test ?? 'time'];
    }
  } finally {
    restore();
  }
  return [isSameCode(bench, mutant) ? 'equivalent' : 'survived'];
}

function isSameCode(bench: Bench, mutant: Mutant): boolean {
  const none = { ...mutant, text: Buffer.from(bench.sources[mutant.file]?.content ?? '').subarray(mutant.start, mutant.end).toString() };
  const [mutated, original] = [codeOf(bench, mutant, false), codeOf(bench, none, false)];
  return mutated !== undefined && original !== undefined && [...original].every(([name, object]) => mutated.get(name) === object);
}

function report(tried: readonly Tried[], chosen: number, total: number): { summary: string; rows: Row[]; ok: boolean } {
  const counted = tried.filter(({ fate }) => fate === 'killed' || fate === 'survived');
  const killedOf = (list: readonly Tried[]) => list.filter(({ fate }) => fate === 'killed').length;
  const rows = [...new Set(counted.map(({ mutant }) => mutant.file))].sort().map((file): Row => {
    const own = counted.filter(({ mutant }) => mutant.file === file);
    return { name: file.replace('contracts/src/', ''), ok: true, result: `${killedOf(own)} of ${own.length} killed` };
  });
  const survivors = counted.filter(({ fate }) => fate === 'survived').map(({ mutant, text }): Row => ({ name: `${mutant.file}:${mutant.line}`, ok: false, result: text, note: `${mutant.operator}, survived` }));
  const killed = killedOf(counted);
  const [from, to] = wilson(killed, counted.length);
  const same = tried.filter(({ fate }) => fate === 'equivalent').length;
  const late = tried.length < chosen ? `; time was up at ${tried.length} of ${chosen}` : '';
  const summary = `${percent(killed / counted.length)} (${killed} of ${counted.length}; 95 % interval ${percent(from)} to ${percent(to)}) of a sample of the ${total} mutants killed, ${same} equivalent left out${late}; at least ${percent(LEAST_SCORE)}`;
  return { summary, rows: [...rows, ...survivors], ok: counted.length > 0 && killed / counted.length >= LEAST_SCORE && tried.length === chosen };
}

/** Bounds of a share of which `hits` of `count` were seen, at 95 % (Wilson). */
export function wilson(hits: number, count: number): [number, number] {
  if (count === 0) return [0, 1];
  const [z, share] = [1.96, hits / count];
  const middle = share + z ** 2 / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return [(middle - half) / (1 + z ** 2 / count), (middle + half) / (1 + z ** 2 / count)];
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
