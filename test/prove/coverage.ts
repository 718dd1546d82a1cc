/** Line and branch coverage of contracts/src by the Solidity tests, counted by marks of our own (see instrument.ts). */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachedBy, replace, units } from './bench.ts';
import { hasCode, HITS, instrument, MARKS, MARKS_FILE, type Place, viewed } from './instrument.ts';
import type { Row, Section } from './section.ts';
import { parse, readSources, type Sources } from './solidity.ts';
import { build, workspace } from './workspace.ts';

const LEAST = 0.98;
const FOLDERS = ['contracts/src', 'contracts/examples', 'test/contracts'] as const;

/** Numbers of lines, for branches with which one was not taken. */
type Counts = { found: number; hit: number; missing: string[] };
type FileCoverage = { file: string; lines: Counts; branches: Counts };

/**
 * A line has run if every statement that begins on it has; lines of assembly run with their block. Branches are both ways of `if`,
 * `require`, `?:` and loops, in assembly too, and each case of a `switch`. The marks cost gas: tests of gas limits fail here, and are named.
 */
export const coverage: Section = async ({ match }, log) => {
  const place = workspace(true);
  try {
    await build(place);
    const sources = readSources(place.root, FOLDERS);
    const trees = parse(sources);
    const marked: Sources = { ...sources, [MARKS_FILE]: { content: MARKS } };
    const places = new Map<string, Place[]>();
    let count = 0;
    for (const [file, tree] of Object.entries(trees)) {
      const { content } = sources[file] as { content: string };
      if (!file.startsWith('node_modules/')) marked[file] = { content: viewed(content, tree) };
      if (!file.startsWith('contracts/src/') || !hasCode(tree)) continue;
      const result = instrument(content, tree, count);
      marked[file] = { content: result.content };
      places.set(file, result.places);
      count += result.places.length;
    }
    log(`${count} places in ${places.size} files: compiling`);
    const code = replace(marked, reachedBy(trees, [...places.keys()]));
    place.swap(code);
    mkdirSync(join(place.root, HITS));
    const settings = join(place.root, 'foundry.toml');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('fs_permissions = [', `fs_permissions = [{ access = "read-write", path = "${HITS}" }, `));
    log(`${code.size} contracts replaced: running all tests but the campaigns`);
    const { out } = await units({ place, skipped: '' }, { runs: 16, seconds: 1800 });
    const hits = new Set(readdirSync(join(place.root, HITS)));
    if (hits.size === 0) throw new Error(out.trim().slice(-4000));
    const failing = [...new Set([...out.matchAll(/\[FAIL[^\n]*?\] (\w+)\(/g)].map(([, name]) => name))];
    log(`${/\d+ tests passed, \d+ failed/.exec(out)?.[0] ?? 'no sum'}${failing.length > 0 ? `; these fail, as marks cost gas: ${failing.join(', ')}` : ''}`);
    return report([...places].filter(([file]) => file.includes(match)).map(([file, its]) => counted(file, its, hits)), failing.length);
  } finally {
    place.dispose();
  }
};

function counted(file: string, places: readonly Place[], hits: ReadonlySet<string>): FileCoverage {
  const lines = new Map<number, boolean>();
  const branches: Counts = { found: 0, hit: 0, missing: [] };
  const take = (line: number, way: string, isHit: boolean) => {
    branches.found++;
    if (isHit) branches.hit++;
    else branches.missing.push(`${line}${way}`);
  };
  for (const { id, kind, line } of places) {
    if (kind === 'statement') lines.set(line, (lines.get(line) ?? true) && hits.has(id));
    else if (kind === 'case') take(line, ' case', hits.has(id));
    else for (const [letter, way] of [['t', ' true'], ['f', ' false']] as const) take(line, way, hits.has(`${id}${letter}`));
  }
  const missing = [...lines].filter(([, isHit]) => !isHit).map(([line]) => String(line));
  return { file, lines: { found: lines.size, hit: lines.size - missing.length, missing }, branches };
}

function report(files: readonly FileCoverage[], failing: number): { summary: string; rows: Row[]; ok: boolean } {
  const share = (of: (file: FileCoverage) => Counts) => {
    const [hit, found] = [files.reduce((sum, file) => sum + of(file).hit, 0), files.reduce((sum, file) => sum + of(file).found, 0)];
    return { hit, found, share: found === 0 ? 0 : hit / found };
  };
  const [lines, branches] = [share((file) => file.lines), share((file) => file.branches)];
  const rows = files.map(({ file, lines: l, branches: b }): Row => {
    const missing = [l.missing.length > 0 && `lines ${l.missing.join(' ')}`, b.missing.length > 0 && `branches ${b.missing.join(', ')}`].filter(Boolean);
    return { name: file.replace('contracts/src/', ''), ok: true, result: `lines ${l.hit}/${l.found}, branches ${b.hit}/${b.found}`, ...(missing.length > 0 && { note: missing.join('; ') }) };
  });
  const say = ({ hit, found, share: part }: typeof lines) => `${(part * 100).toFixed(1)} % (${hit} of ${found})`;
  const summary = `${say(lines)} of lines, ${say(branches)} of branches, at least ${LEAST * 100} %${failing > 0 ? `; ${failing} tests of gas limits fail under the marks` : ''}`;
  return { summary, rows, ok: lines.share >= LEAST && branches.share >= LEAST };
}
