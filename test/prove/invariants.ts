/** The campaigns of test/contracts/Invariants*.t.sol at length: many calls under each of many seeds. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Row, Section } from './section.ts';
import { readSources } from './solidity.ts';
import { build, workspace, type Workspace } from './workspace.ts';

const CAMPAIGNS = 'test/contracts/Invariants*';
/** Calls of one run; the campaigns share the calls of a seed. */
const DEPTH = 20_000;
/** Walks that are done, so that a run that was stopped goes on: each is true of the very sources that are hashed into its name. */
const WALKED = join(import.meta.dirname, '../../.tender/prove/walked.json');

type Walk = { calls: number; broken: string[]; seconds: number };

export const invariants: Section = async ({ calls, seeds, seed, minutes, match }, log) => {
  const place = workspace(true);
  const until = performance.now() + minutes * 60_000;
  try {
    await build(place);
    const campaigns = await list(place, match);
    if (campaigns.length === 0) throw new Error(`no invariant in ${CAMPAIGNS}`);
    const runs = Math.max(1, Math.ceil(calls / campaigns.length / DEPTH));
    const state = createHash('sha256').update(JSON.stringify(readSources(place.root, ['contracts/src', 'contracts/examples', 'test/contracts']))).digest('hex').slice(0, 16);
    const walked = read();
    const rows: Row[] = [];
    for (let next = seed; next < seed + seeds; next++) {
      const walks: Walk[] = [];
      for (const campaign of campaigns) {
        const name = `${state} ${campaign} seed ${next} runs ${runs} depth ${DEPTH}`;
        if (!walked[name] && performance.now() < until) {
          walked[name] = await walk(place, campaign, next, runs);
          write(walked);
          const { calls: made, broken, seconds } = walked[name];
          log(`${campaign} seed ${next}: ${made} calls in ${seconds.toFixed(0)} s (${Math.round(made / seconds)} a second), ${broken.length} violations`);
        }
        if (walked[name]) walks.push(walked[name]);
      }
      if (walks.length > 0) rows.push(row(next, walks, campaigns.length));
    }
    return summed(rows, { campaigns: campaigns.length, seeds, calls: runs * DEPTH * campaigns.length });
  } finally {
    place.dispose();
  }
};

type Summed = Row & { made: number; held: boolean };

function row(seed: number, walks: readonly Walk[], campaigns: number): Summed {
  const made = walks.reduce((sum, { calls }) => sum + calls, 0);
  const broken = walks.flatMap((one) => one.broken);
  const held = broken.length === 0 && walks.length === campaigns;
  const partly = walks.length < campaigns ? `, ${walks.length} of ${campaigns} campaigns` : '';
  return { name: `seed ${seed}`, made, held, ok: held, result: `${made.toLocaleString('en-US')} calls${partly}, ${broken.length} violations`, ...(broken.length > 0 && { note: broken.join('; ') }) };
}

function summed(rows: readonly Row[], { campaigns, seeds, calls }: { campaigns: number; seeds: number; calls: number }): { summary: string; rows: Row[]; ok: boolean } {
  const done = rows as readonly Summed[];
  const made = done.reduce((sum, one) => sum + one.made, 0);
  const held = done.filter((one) => one.held).length;
  const violated = done.filter(({ note }) => note).length;
  const summary = `${made.toLocaleString('en-US')} handler calls in ${campaigns} campaigns: ${held} of ${seeds} seeds of ${calls.toLocaleString('en-US')} calls walked whole without violation, ${violated} with one`;
  return { summary, rows: [...rows], ok: held === seeds };
}

/** Contracts of the campaigns, each with one invariant function. */
async function list({ forge }: Workspace, match: string): Promise<string[]> {
  const { out } = await forge(['test', '--list', '--json', '--match-path', CAMPAIGNS, '--match-test', '^invariant_', '--match-contract', match || '.']);
  const listed = JSON.parse(out.slice(out.indexOf('{'))) as Record<string, Record<string, string[]>>;
  return Object.values(listed).flatMap((contracts) => Object.entries(contracts).flatMap(([contract, tests]) => tests.map(() => contract))).sort();
}

/** Reads forge's text: its JSON holds all that a walk logged, which no string can. */
async function walk({ forge }: Workspace, campaign: string, seed: number, runs: number): Promise<Walk> {
  const { out, code, seconds } = await forge(['test', '--color', 'never', '--threads', '1', '--match-path', CAMPAIGNS, '--match-test', '^invariant_', '--match-contract', `^${campaign}$`, '--fuzz-seed', String(seed)], {
    env: { FOUNDRY_INVARIANT_RUNS: String(runs), FOUNDRY_INVARIANT_DEPTH: String(DEPTH) },
  });
  const calls = [...out.matchAll(/\(runs: \d+, calls: (\d+), reverts: \d+\)/g)].reduce((sum, [, made]) => sum + Number(made), 0);
  const broken = [...new Set(out.match(/^\[FAIL.*$/gm))].map((line) => `${campaign}: ${line.slice(0, 500)}`);
  if (calls === 0 || (code !== 0 && broken.length === 0)) throw new Error(out.trim().slice(-4000));
  return { calls, broken, seconds };
}

function read(): Record<string, Walk> {
  try {
    return JSON.parse(readFileSync(WALKED, 'utf8')) as Record<string, Walk>;
  } catch {
    return {};
  }
}

function write(walked: Readonly<Record<string, Walk>>): void {
  mkdirSync(dirname(WALKED), { recursive: true });
  writeFileSync(WALKED, JSON.stringify(walked, null, 1));
}
