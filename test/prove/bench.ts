/** Contracts compiled in this process and put in place of what forge built, so that a changed contract is tested in seconds. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apply, type Edit } from './mutators.ts';
import { reach } from './reach.ts';
import { type AstNode, children, compile, parse, readSources, settings, type Sources, span, walk } from './solidity.ts';
import type { Ran } from './tools.ts';
import { build, type Code, type Workspace } from './workspace.ts';

export const CAMPAIGNS = 'test/contracts/Invariants*';
/** Far beyond what tests take on a busy machine: no mutant runs for ever, as gas ends. */
const TEST_SECONDS = 900;
/** What `prepare` found out about the newest sources, so that a run that was stopped goes on at once. */
const PREPARED = join(import.meta.dirname, '../../.tender/prove/prepared.json');

export type Bench = {
  place: Workspace;
  sources: Sources;
  trees: Readonly<Record<string, AstNode>>;
  /** Contracts whose code may change with a declaration. */
  reached: (declaration: number) => string[];
  /** Tests that fail without any change, as a pattern; empty if none. */
  skipped: string;
};

/** Builds everything, puts quickly compiled code in place of all contracts, and keeps to the tests that pass with it. */
export async function prepare(place: Workspace, log: (line: string) => void): Promise<Bench> {
  await build(place);
  const sources = readSources(place.root, ['contracts/src', 'contracts/examples', 'test/contracts']);
  const trees = parse(sources);
  const bench: Bench = { place, sources, trees, reached: reach(trees), skipped: '' };
  const state = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
  const known = preparedFor(state);
  if (known) {
    place.swap(new Map(known.code));
    return { ...bench, skipped: known.skipped };
  }
  const quick = new Map<string, string>();
  if (!collect(sources, deployable(trees), true, true, quick)) throw new Error('contracts/src does not compile without the optimiser');
  place.swap(quick);
  const { code, out } = await units(bench);
  const failed = code === 0 ? [] : [...new Set([...out.matchAll(/\[FAIL[^\n]*?\] (\w+)\(/g)].map((match) => match[1] as string))];
  if (code !== 0 && (failed.length === 0 || failed.includes('setUp'))) throw new Error(out.trim().slice(-4000));
  if (failed.length > 0) log(`these fail without any change and are left out: ${failed.join(', ')}`);
  const skipped = failed.length > 0 ? `^(${failed.join('|')})$` : '';
  mkdirSync(dirname(PREPARED), { recursive: true });
  writeFileSync(PREPARED, JSON.stringify({ state, skipped, code: [...quick] } satisfies Prepared));
  return { ...bench, skipped };
}

type Prepared = { state: string; skipped: string; code: [string, string][] };

function preparedFor(state: string): Prepared | undefined {
  if (!existsSync(PREPARED)) return undefined;
  const known = JSON.parse(readFileSync(PREPARED, 'utf8')) as Prepared;
  return known.state === state ? known : undefined;
}

/** Quickly compiled code is larger than may be deployed. */
const ENV = { FOUNDRY_FUZZ_RUNS: '64', FOUNDRY_FUZZ_SEED: '0x1', FOUNDRY_CODE_SIZE_LIMIT: '1000000', FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0' };

const test = ({ place, skipped }: Pick<Bench, 'place' | 'skipped'>, args: readonly string[], env: Readonly<Record<string, string>> = {}, timeoutSeconds = TEST_SECONDS): Promise<Ran> =>
  place.forge(['test', ...args, ...(skipped && !args.includes('--no-match-test') ? ['--no-match-test', skipped] : [])], { env: { ...ENV, ...env }, timeoutSeconds });

/** All tests but the campaigns; `first`: stops at the first that fails. */
export const units = (bench: Pick<Bench, 'place' | 'skipped'>, { first = false, runs = 64, seconds = TEST_SECONDS } = {}): Promise<Ran> =>
  test(bench, [...(first ? ['--fail-fast'] : []), '--no-match-path', CAMPAIGNS], { FOUNDRY_FUZZ_RUNS: String(runs) }, seconds);

/** The campaigns, with few calls each. */
export const campaigns = (bench: Bench): Promise<Ran> => test(bench, ['--fail-fast', '--match-path', CAMPAIGNS], { FOUNDRY_INVARIANT_RUNS: '1', FOUNDRY_INVARIANT_DEPTH: '3000' });

/** Tests of the contracts that match as a whole, stopping at the first that fails. */
export const named = (bench: Bench, contracts: string): Promise<Ran> => test(bench, ['--fail-fast', '--match-contract', `^(${contracts})$`], { FOUNDRY_FUZZ_RUNS: '32' });

/** The first test that failed, and the test contract that holds it. */
export function failing(out: string): { contract?: string; test?: string } {
  const test = /\[FAIL[^\n]*?\] (\w+)\(/.exec(out)?.[1];
  const contract = /^Encountered \d+ failing tests? in [^\n]*:(\w+)$/m.exec(out)?.[1];
  return { ...(test && { test }), ...(contract && { contract }) };
}

/** Creation code of every contract that an edit can change, or of one of them; undefined if it does not compile. */
export function codeOf({ sources, trees, reached }: Bench, edit: Edit, quick: boolean, only?: string): Code | undefined {
  const edited: Sources = { ...sources, [edit.file]: { content: apply(sources[edit.file]?.content ?? '', edit) } };
  const code = new Map<string, string>();
  const names = [...new Set(ownersAt(trees[edit.file] as AstNode, edit).flatMap(reached))].filter((name) => !only || name.endsWith(`:${only}`));
  for (const viaIR of [true, false]) {
    const part = names.filter((name) => name.startsWith('contracts/src/') === viaIR);
    if (!collect(edited, part, viaIR, quick, code)) return undefined;
  }
  return code;
}

/** Functions, modifiers, constants and state variables that an edit touches. */
function ownersAt(tree: AstNode, { start, end }: Edit): number[] {
  const owners: number[] = [];
  walk(tree, (node, parents) => {
    const isOwner = node.nodeType === 'FunctionDefinition' || node.nodeType === 'ModifierDefinition' || (node.nodeType === 'VariableDeclaration' && !parents.some(({ nodeType }) => nodeType === 'FunctionDefinition'));
    const [from, to] = span(node);
    if (isOwner && from <= end && start <= to) owners.push(node.id);
  });
  return owners;
}

/** Creation code of contracts from other sources, quickly compiled. Throws the compiler's first error. */
export function replace(sources: Sources, names: readonly string[]): Code {
  const code = new Map<string, string>();
  for (const viaIR of [true, false]) collect(sources, names.filter((name) => name.startsWith('contracts/src/') === viaIR), viaIR, true, code, true);
  return code;
}

/** `path/File.sol:Contract` of every contract whose code may change with these files. */
export function reachedBy(trees: Bench['trees'], files: readonly string[]): string[] {
  const owners: number[] = [];
  for (const file of files) walk(trees[file] as AstNode, (node) => isDeclaration(node) && owners.push(node.id));
  return [...new Set(owners.flatMap(reach(trees)))];
}

/** `path/File.sol:Contract` of every contract of contracts/src that can be deployed. */
const deployable = (trees: Bench['trees']): string[] =>
  Object.entries(trees)
    .filter(([path]) => path.startsWith('contracts/src/'))
    .flatMap(([path, tree]) =>
      children(tree)
        .filter((node) => node.nodeType === 'ContractDefinition' && node.contractKind === 'contract' && node.abstract !== true)
        .map(({ name }) => `${path}:${name as string}`),
    );

const isDeclaration = ({ nodeType }: AstNode) => nodeType === 'FunctionDefinition' || nodeType === 'ModifierDefinition';

function collect(sources: Sources, names: readonly string[], viaIR: boolean, quick: boolean, code: Map<string, string>, strict = false): boolean {
  if (names.length === 0) return true;
  const selection: Record<string, Record<string, string[]>> = {};
  for (const name of names) {
    const [path, contract] = name.split(':') as [string, string];
    selection[path] = { ...selection[path], [contract]: ['evm.bytecode.object'] };
  }
  const { errors = [], contracts = {} } = compile({ language: 'Solidity', sources, settings: settings(selection, { viaIR, quick }) });
  if (errors.some(({ severity }) => severity === 'error')) {
    const deep = errors.some(({ message }) => /stack too deep/i.test(message));
    if (deep && !viaIR) return collect(sources, names, true, quick, code, strict);
    if (strict) throw new Error(errors.find(({ severity }) => severity === 'error')?.formattedMessage);
    return false;
  }
  for (const name of names) {
    const [path, contract] = name.split(':') as [string, string];
    // Without its optimiser the compiler names libraries whose address nothing uses.
    code.set(name, (contracts[path]?.[contract]?.evm.bytecode.object ?? '').replaceAll(/__\$[0-9a-f]{34}\$__/g, '0'.repeat(40)));
  }
  return true;
}
