/** test/prove/results.json: the newest result of each section, with the date and the commit that it is true of. */
import { readFileSync } from 'node:fs';
import type { Result, Row } from './section.ts';
import { run } from './tools.ts';

type Kept = { ok: boolean; summary: string; date: string; commit: string; seconds: number; failing: Row[] };
export type Results = Record<string, Kept>;

export function readResults(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch {
    return {};
  }
}

/** The commit that is checked out, to be asked before anything runs. With changes on top it is marked "+". */
export async function commitNow(): Promise<string> {
  const [head, dirty] = await Promise.all([run('git', ['rev-parse', '--short', 'HEAD']), run('git', ['status', '--porcelain', '--', 'contracts', 'test/contracts'])]);
  return `${head.out.trim()}${dirty.out.trim() ? '+' : ''}`;
}

/** The old results with those of this run in their place. */
export function merge(old: Results, results: readonly Result[], commit: string): Results {
  const date = new Date().toISOString().slice(0, 10);
  const fresh = results.map(({ section, ok, summary, rows, seconds }) => [section, { ok, summary, date, commit, seconds, failing: rows.filter((row) => !row.ok) }]);
  return { ...old, ...(Object.fromEntries(fresh) as Results) };
}
