/** Which deployable contracts hold the code of a declaration: only those are compiled again when it changes. */
import { type AstNode, children, isNode, walk } from './solidity.ts';

const DECLARATIONS = new Set(['FunctionDefinition', 'ModifierDefinition', 'VariableDeclaration']);

/** Declaration id → `path/File.sol:Contract` of every contract whose bytecode may change with it. */
export function reach(trees: Readonly<Record<string, AstNode>>): (id: number) => string[] {
  const contracts = new Map<number, { name: string; path: string; node: AstNode }>();
  const uses = new Map<number, Set<number>>();
  for (const [path, tree] of Object.entries(trees)) {
    for (const node of children(tree)) if (node.nodeType === 'ContractDefinition') contracts.set(node.id, { name: node.name as string, path, node });
    walk(tree, (node, parents) => {
      const holder = parents.find(isFunction) ?? parents.find(({ nodeType }) => nodeType === 'VariableDeclaration');
      if (!holder) return;
      const used = uses.get(holder.id) ?? new Set<number>();
      for (const id of referenced(node)) used.add(id);
      uses.set(holder.id, used);
    });
  }

  const reached = new Map<number, Set<number>>();
  for (const [id, { node }] of contracts) {
    if (node.contractKind !== 'contract' || node.abstract === true) continue;
    const seen = new Set<number>();
    const queue = (node.linearizedBaseContracts as number[]).flatMap((base) => [base, ...members(contracts.get(base)?.node)]);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(uses.get(next) ?? []));
      // `new X` and X's own code.
      const created = contracts.get(next);
      if (created && created.node.contractKind === 'contract') queue.push(...(created.node.linearizedBaseContracts as number[]).flatMap((base) => members(contracts.get(base)?.node)));
    }
    reached.set(id, seen);
  }
  return (id) =>
    [...reached].flatMap(([contract, seen]) => {
      const { path, name } = contracts.get(contract) as { path: string; name: string };
      return seen.has(id) ? [`${path}:${name}`] : [];
    });
}

const isFunction = ({ nodeType }: AstNode) => nodeType === 'FunctionDefinition' || nodeType === 'ModifierDefinition';
const members = (node: AstNode | undefined): number[] => (node ? children(node).filter(({ nodeType }) => DECLARATIONS.has(nodeType)).map(({ id }) => id) : []);

function referenced(node: AstNode): number[] {
  const ids: number[] = [];
  if (typeof node.referencedDeclaration === 'number') ids.push(node.referencedDeclaration);
  if (node.nodeType === 'InlineAssembly') for (const { declaration } of node.externalReferences as { declaration: number }[]) ids.push(declaration);
  const path = node.pathNode;
  if (isNode(path) && typeof path.referencedDeclaration === 'number') ids.push(path.referencedDeclaration);
  return ids;
}
