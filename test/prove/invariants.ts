/** The campaigns of test/contracts/Invariants*.t.sol at length: many calls under each of many seeds. */
import type { Row, Section } from './section.ts';
import { build, workspace } from './workspace.ts';

const CAMPAIGNS = 'test/contracts/Invariants*';
/** Calls of one run; the campaigns share the calls of a seed. */
const DEPTH = 20_000;

type Suites = Record<string, { test_results: Record<string, { status: string; reason?: string | null; kind: { Invariant?: { runs: number; calls: number; reverts: number } } }> }>;

export const invariants: Section = async ({ calls, seeds, seed, minutes, match }, log) => {
  const place = workspace(true);
  const until = performance.now() + minutes * 60_000;
  try {
    await build(place);
    const rows: Row[] = [];
    const campaigns = await countCampaigns(place, match);
    if (campaigns === 0) throw new Error(`no invariant in ${CAMPAIGNS}`);
    const runs = Math.max(1, Math.ceil(calls / campaigns / DEPTH));
    let total = 0;
    for (let next = seed; next < seed + seeds && performance.now() < until; next++) {
      const { out } = await place.forge(['test', '--json', '--match-path', CAMPAIGNS, '--match-test', '^invariant_', '--match-contract', match || '.', '--fuzz-seed', String(next)], {
        env: { FOUNDRY_INVARIANT_RUNS: String(runs), FOUNDRY_INVARIANT_DEPTH: String(DEPTH) },
      });
      const { made, broken } = summed(out);
      total += made;
      log(`seed ${next}: ${made} calls, ${broken.length} violations`);
      rows.push({ name: `seed ${next}`, ok: broken.length === 0, result: `${made.toLocaleString('en-US')} calls, ${broken.length} violations`, ...(broken.length > 0 && { note: broken.join('; ') }) });
    }
    const held = rows.filter(({ ok }) => ok).length;
    return { summary: `${total.toLocaleString('en-US')} handler calls in ${campaigns} campaigns under ${rows.length} seeds, ${rows.length - held} seeds with a violation`, rows, ok: held === seeds };
  } finally {
    place.dispose();
  }
};

async function countCampaigns({ forge }: ReturnType<typeof workspace>, match: string): Promise<number> {
  const { out } = await forge(['test', '--list', '--json', '--match-path', CAMPAIGNS, '--match-test', '^invariant_', '--match-contract', match || '.']);
  const listed = JSON.parse(out.slice(out.indexOf('{'))) as Record<string, Record<string, string[]>>;
  return Object.values(listed).flatMap((contracts) => Object.values(contracts).flat()).length;
}

function summed(out: string): { made: number; broken: string[] } {
  const start = out.indexOf('{');
  if (start < 0) throw new Error(out.trim());
  const suites = JSON.parse(out.slice(start, out.lastIndexOf('}') + 1)) as Suites;
  const results = Object.entries(suites).flatMap(([suite, { test_results }]) => Object.entries(test_results).map(([name, result]) => ({ name: `${suite.split(':')[1]} ${name}`, ...result })));
  const broken = results.filter(({ status }) => status !== 'Success').map(({ name, reason }) => `${name}: ${reason ?? 'no reason given'}`);
  return { made: results.reduce((sum, { kind }) => sum + (kind.Invariant?.calls ?? 0), 0), broken };
}
