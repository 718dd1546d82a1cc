/** Plants known bugs, one at a time: the named tests must find each within a minute. */
import { type Bench, codeOf, failing, named, prepare } from './bench.ts';
import { type Bug, BUGS } from './bugs.ts';
import type { Edit } from './mutators.ts';
import type { Row, Section } from './section.ts';
import { workspace } from './workspace.ts';

const SECONDS = 60;

export const seeded: Section = async ({ match }, log) => {
  const place = workspace(true);
  try {
    const bench = await prepare(place, log);
    const rows: Row[] = [];
    for (const bug of BUGS.filter(({ name }) => match.split(',').some((part) => name.includes(part)))) {
      const row = await hunt(bench, bug);
      log(`${bug.name}: ${row.result}${row.note ? ` (${row.note})` : ''}`);
      rows.push(row);
    }
    // Nothing found among nothing planted is no proof.
    if (rows.length === 0) rows.push({ name: 'planted bugs', ok: false, result: 'none is planted', note: 'fill test/prove/bugs.ts' });
    return { summary: `${rows.filter(({ ok }) => ok).length} of ${rows.length} planted bugs found, each within ${SECONDS} s`, rows };
  } finally {
    place.dispose();
  }
};

/** Throws if the text that the bug replaces is not there exactly once: the list must follow the contracts. */
export function edits({ name, file, from, to }: Bug, content: string): Edit {
  if (content.split(from).length !== 2) throw new Error(`${file} no longer holds, once, what the bug "${name}" changes: ${from}`);
  const start = Buffer.byteLength(content.slice(0, content.indexOf(from)));
  return { file, start, end: start + Buffer.byteLength(from), text: to };
}

async function hunt(bench: Bench, bug: Bug): Promise<Row> {
  const startedAt = performance.now();
  const code = codeOf(bench, edits(bug, bench.sources[bug.file]?.content ?? ''), true, bug.only);
  if (!code) return { name: bug.name, ok: false, result: 'does not compile' };
  const restore = bench.place.swap(code);
  try {
    const { code: exit, out } = await named(bench, bug.tests);
    const seconds = (performance.now() - startedAt) / 1000;
    const by = failing(out).test;
    const found = exit !== 0 && by !== undefined;
    return { name: bug.name, ok: found && seconds < SECONDS, result: found ? `found in ${seconds.toFixed(1)} s` : 'NOT found', note: by ?? (exit === 0 ? bug.tests : out.trim().slice(-300)) };
  } finally {
    restore();
  }
}
