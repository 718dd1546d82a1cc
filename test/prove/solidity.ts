/** The compiler in this process: sources with their imports, syntax trees, bytecode. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type AstNode = { id: number; nodeType: string; src: string; [member: string]: unknown };
export type CompilerError = { severity: string; errorCode?: string; message: string; formattedMessage: string };
export type Output = {
  errors?: CompilerError[];
  sources?: Record<string, { id: number; ast: AstNode }>;
  contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
};
export type Sources = Record<string, { content: string }>;
type Input = { language: 'Solidity'; sources: Sources; settings: Record<string, unknown> };
type Callbacks = { smtSolver?: (query: string) => { contents: string } };

const solc = createRequire(import.meta.url)('solc') as { compile: (input: string, callbacks: object) => string };

export const compile = (input: Input, callbacks: Callbacks = {}): Output => JSON.parse(solc.compile(JSON.stringify(input), callbacks)) as Output;

const REMAPPINGS: readonly [string, string][] = [['solady/', 'node_modules/solady/src/'], ['@openzeppelin/contracts/', 'node_modules/@openzeppelin/contracts/']];

/** All Solidity below the given folders of `root`, and what it imports from packages. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources: Sources = {};
  const add = (path: string) => {
    if (sources[path]) return;
    const content = readFileSync(join(root, path), 'utf8');
    sources[path] = { content };
    for (const [, to] of content.matchAll(/^\s*(?:import|\})[^'";]*["']([^"']+)["'];/gm)) {
      const file = resolveImport(path, to as string);
      if (file.startsWith('node_modules/')) add(file);
    }
  };
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) if (entry.endsWith('.sol')) add(join(folder, entry));
  }
  return sources;
}

function resolveImport(from: string, to: string): string {
  if (to.startsWith('.')) return join(from, '..', to);
  const mapped = REMAPPINGS.find(([prefix]) => to.startsWith(prefix));
  return mapped ? mapped[1] + to.slice(mapped[0].length) : to;
}

/** foundry.toml's settings for contracts (via IR). `quick`: almost no optimiser, for code that only has to behave the same. */
export function settings(outputSelection: object, { viaIR, quick }: { viaIR: boolean; quick: boolean }): Record<string, unknown> {
  const small = {
    enabled: true, runs: 1,
    details: {
      orderLiterals: false, inliner: false, jumpdestRemover: false, peephole: false, deduplicate: false, cse: false, constantOptimizer: false,
      yul: true, yulDetails: { stackAllocation: true, optimizerSteps: ':' },
    },
  };
  return {
    viaIR,
    optimizer: quick && viaIR ? small : { enabled: true, runs: 1_000_000 },
    evmVersion: 'prague',
    metadata: { appendCBOR: false, bytecodeHash: 'none' },
    remappings: REMAPPINGS.map(([prefix, path]) => `${prefix}=${path}`),
    outputSelection,
  };
}

/** Syntax trees with types of all sources. Throws the compiler's first error. */
export function parse(sources: Sources): Record<string, AstNode> {
  const { errors = [], sources: trees = {} } = compile({ language: 'Solidity', sources, settings: settings({ '*': { '': ['ast'] } }, { viaIR: false, quick: false }) });
  const error = errors.find(({ severity }) => severity === 'error');
  if (error) throw new Error(error.formattedMessage);
  return Object.fromEntries(Object.entries(trees).map(([path, { ast }]) => [path, ast]));
}

export const isNode = (value: unknown): value is AstNode => typeof value === 'object' && value !== null && typeof (value as AstNode).nodeType === 'string';

/** Children of a node, in no promised order. */
export function children(node: AstNode): AstNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
}

/** Calls `visit` for a node and all below it, parents first; `parents` are its ancestors, nearest last. */
export function walk(node: AstNode, visit: (node: AstNode, parents: readonly AstNode[]) => void, parents: readonly AstNode[] = []): void {
  visit(node, parents);
  const below = [...parents, node];
  for (const child of children(node)) walk(child, visit, below);
}

/** [start, end) of a node in the bytes of its source. */
export function span({ src }: Pick<AstNode, 'src'>): [number, number] {
  const [start, length] = src.split(':').map(Number) as [number, number];
  return [start, start + length];
}
