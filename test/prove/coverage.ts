/** Line and branch coverage of contracts/src by the Solidity tests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Section } from './section.ts';
import { type AstNode, parse, readSources, span, walk } from './solidity.ts';
import { workspace } from './workspace.ts';

const LEAST = 0.98;
const MEASURED = /^contracts\/src\/(?!interfaces\/)/;

/** Assembly block with the name of the function around it, in lines. */
type Block = { function: string; from: number; to: number };
type Counts = { found: number; hit: number; missing: string[] };
type FileCoverage = { file: string; lines: Counts; branches: Counts; assembly: number };

/**
 * The compiler's IR keeps no place in the source for the two branches of `require(c, E())`, nor for statements of assembly. So the
 * copy that is measured says `if (!(c)) revert E()` on the same lines, and lines of assembly count as run if their function was:
 * such lines are told apart in the result.
 */
export const coverage: Section = async ({ match }, log) => {
  const place = workspace(false);
  try {
    const sources = readSources(place.root, ['contracts/src', 'contracts/examples', 'test/contracts']);
    const trees = parse(sources);
    const blocks = new Map<string, Block[]>();
    for (const [file, tree] of Object.entries(trees)) {
      if (!file.startsWith('contracts/src/')) continue;
      const { content } = sources[file] as { content: string };
      blocks.set(file, assemblyOf(content, tree));
      writeFileSync(join(place.root, file), unfolded(content, tree));
    }
    log('compiling without the optimiser and running all tests but the campaigns');
    const { out, code } = await place.forge(
      ['coverage', '--ir-minimum', '--allow-failure', '--report', 'lcov', '--report-file', 'lcov.info', '--no-match-path', 'test/contracts/Invariants*'],
      { env: { FOUNDRY_PROFILE: 'coverage', FOUNDRY_FUZZ_RUNS: '64', FOUNDRY_CODE_SIZE_LIMIT: '1000000' } },
    );
    if (code !== 0) throw new Error(out.trim().slice(-4000));
    const failing = [...out.matchAll(/\[FAIL[^\n]*?\] (\w+)\(/g)].map(([, name]) => name);
    if (failing.length > 0) log(`these need the optimiser and fail here: ${[...new Set(failing)].join(', ')}`);
    const files = read(readFileSync(join(place.root, 'lcov.info'), 'utf8'), blocks).filter(({ file }) => MEASURED.test(file) && file.includes(match));
    return report(files);
  } finally {
    place.dispose();
  }
};

/** The source with each `require` spelled as a branch, line by line the same. */
export function unfolded(content: string, tree: AstNode): string {
  const bytes = Buffer.from(content);
  const text = (node: AstNode) => bytes.subarray(...span(node)).toString();
  const changes: { start: number; end: number; to: string }[] = [];
  walk(tree, (node) => {
    const call = node.expression as AstNode | undefined;
    if (node.nodeType !== 'ExpressionStatement' || call?.nodeType !== 'FunctionCall' || (call.expression as AstNode).name !== 'require') return;
    const [condition, error] = call.arguments as AstNode[];
    if (!condition || !error || error.nodeType !== 'FunctionCall') return;
    const to = `if (!(${text(condition)})) revert ${text(error)}`;
    const lost = text(node).split('\n').length - to.split('\n').length;
    changes.push({ start: span(node)[0], end: span(node)[1], to: to + '\n'.repeat(lost) });
  });
  let result = bytes;
  for (const { start, end, to } of changes.sort((a, b) => b.start - a.start)) {
    result = Buffer.concat([result.subarray(0, start), Buffer.from(to), result.subarray(end)]);
  }
  return result.toString();
}

function assemblyOf(content: string, tree: AstNode): Block[] {
  const bytes = Buffer.from(content);
  const lineAt = (offset: number) => bytes.subarray(0, offset).toString().split('\n').length;
  const blocks: Block[] = [];
  walk(tree, (node, parents) => {
    if (node.nodeType !== 'InlineAssembly') return;
    const name = (parents.find(({ nodeType }) => nodeType === 'FunctionDefinition')?.name as string) ?? '';
    blocks.push({ function: name, from: lineAt(span(node)[0]), to: lineAt(span(node)[1]) });
  });
  return blocks;
}

function read(lcov: string, blocks: ReadonlyMap<string, Block[]>): FileCoverage[] {
  return lcov.split('end_of_record').flatMap((record) => {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (!file) return [];
    const called = new Set([...record.matchAll(/^FNDA:(\d+),(.+)$/gm)].filter(([, count]) => count !== '0').map(([, , name]) => (name as string).split('.').at(-1)));
    const inAssembly = (line: number) => blocks.get(file)?.find(({ from, to }) => from <= line && line <= to);
    const lines: Counts = { found: 0, hit: 0, missing: [] };
    let assembly = 0;
    for (const [, at, count] of record.matchAll(/^DA:(\d+),(\d+)/gm)) {
      const block = inAssembly(Number(at));
      if (block) assembly++;
      tally(lines, block ? called.has(block.function) : count !== '0', at as string);
    }
    const branches: Counts = { found: 0, hit: 0, missing: [] };
    for (const [, at, , , count] of record.matchAll(/^BRDA:(\d+),(\d+),(\d+),([^\n]+)/gm)) {
      const block = inAssembly(Number(at));
      tally(branches, block ? called.has(block.function) : count !== '0' && count !== '-', at as string);
    }
    return [{ file, lines, branches, assembly }];
  });
}

function tally(counts: Counts, isHit: boolean, at: string): void {
  counts.found++;
  if (isHit) counts.hit++;
  else if (counts.missing.at(-1) !== at) counts.missing.push(at);
}

function report(files: readonly FileCoverage[]): { summary: string; rows: Row[]; ok: boolean } {
  const sum = (of: (file: FileCoverage) => number) => files.reduce((total, file) => total + of(file), 0);
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  const lines = share(sum(({ lines: { hit } }) => hit), sum(({ lines: { found } }) => found));
  const branches = share(sum(({ branches: { hit } }) => hit), sum(({ branches: { found } }) => found));
  const rows = files.map(({ file, lines: l, branches: b, assembly }): Row => {
    const missing = [l.missing.length > 0 && `lines ${l.missing.join(' ')}`, b.missing.length > 0 && `branches at ${b.missing.join(' ')}`, assembly > 0 && `${assembly} lines of assembly count with their function`];
    return {
      name: file.replace('contracts/src/', ''), ok: true, result: `lines ${l.hit}/${l.found}, branches ${b.hit}/${b.found}`,
      ...(missing.some(Boolean) && { note: missing.filter(Boolean).join('; ') }),
    };
  });
  const summary = `${percent(lines)} of lines, ${percent(branches)} of branches, at least ${percent(LEAST)}; ${sum(({ assembly }) => assembly)} lines of assembly count with their function`;
  return { summary, rows, ok: files.length > 0 && lines >= LEAST && branches >= LEAST };
}

const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
