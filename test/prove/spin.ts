/** Asks Spin about timing.pml, case by case, and compares its verdict with the search in TypeScript. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GAP_SECONDS } from '../../api/local/deploy.ts';
import { type Case, searchTiming, type Timing, timingCases, type Verdict } from '../model/timing.ts';
import type { Row, Section } from './section.ts';
import { find, run } from './tools.ts';

const RULES = ['userSafe', 'solverSafe', 'settles'] as const;

export const spin: Section = async ({ match }, log) => {
  const tools = { spin: find('spin'), gcc: find('gcc') };
  const rows: Row[] = [];
  let states = 0;
  for (const one of timingCases(GAP_SECONDS).filter(({ name }) => name.includes(match))) {
    const asked = await askSpin(tools, one.bounds);
    states += asked.states;
    rows.push(row(one, asked.holds));
    log(`${one.name}: ${asked.states} states`);
  }
  const agreed = rows.filter(({ ok }) => ok).length;
  return { summary: `${agreed} of ${rows.length} configurations as predicted and as searched, ${states.toLocaleString('en-US')} states`, rows };
};

function row({ name, bounds, holds }: Case, spin: Verdict): Row {
  const { broken } = searchTiming(bounds);
  const searched = Object.fromEntries(RULES.map((rule) => [rule, !broken.has(rule)])) as Verdict;
  const ok = RULES.every((rule) => spin[rule] === holds[rule] && searched[rule] === holds[rule]);
  const fails = RULES.filter((rule) => !spin[rule]);
  return { name, ok, result: fails.length === 0 ? 'all hold' : `found: ${fails.join(', ')}`, ...(!ok && { note: 'Spin, the search and the prediction differ' }) };
}

async function askSpin(tools: { spin: string; gcc: string }, bounds: Timing): Promise<{ holds: Verdict; states: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tender-spin-'));
  try {
    await copyFile(join(import.meta.dirname, '../model/timing.pml'), join(folder, 'timing.pml'));
    const { finality, attestation, claim, drift, gap, waits, silent } = bounds;
    const defined = { F: finality, A: attestation, C: claim, DRIFT: drift, GAP: gap, WAITS: Number(waits), SILENT: Number(silent) };
    await must(run(tools.spin, ['-a', ...Object.entries(defined).map(([name, value]) => `-D${name}=${value}`), 'timing.pml'], { cwd: folder }));
    await must(run(tools.gcc, ['-O2', '-w', '-DNFAIR=3', '-o', 'pan', 'pan.c'], { cwd: folder }));
    const holds: Verdict = { userSafe: false, solverSafe: false, settles: false };
    let states = 0;
    for (const rule of RULES) {
      // Weak fairness for the one that says something happens.
      const { out } = await run(join(folder, 'pan'), ['-a', ...(rule === 'settles' ? ['-f'] : []), '-m1000000', '-N', rule], { cwd: folder, timeoutSeconds: 120 });
      const errors = /errors: (\d+)/.exec(out)?.[1];
      if (errors === undefined || /max search depth too small/.test(out)) throw new Error(`Spin did not finish:\n${out}`);
      holds[rule] = errors === '0';
      states += Number(/(\d+) states, stored/.exec(out)?.[1] ?? 0);
    }
    return { holds, states };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function must(running: ReturnType<typeof run>): Promise<void> {
  const { code, out } = await running;
  if (code !== 0) throw new Error(out.trim());
}
