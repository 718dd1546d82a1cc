/**
 * Marks in a copy of a Solidity source where it runs. Before each statement stands `__hit(id)`, each condition is `__mark(id, …)`; both
 * leave an empty file named after the place, by a cheatcode: that outlives reverts, and is allowed in static calls.
 */
import { type AstNode, children, isNode, span, walk } from './solidity.ts';

/** A statement has run if its file is there; of a condition, `id`t and `id`f are the two branches, each case of a switch has its own id. */
export type Place = { id: string; kind: 'statement' | 'condition' | 'case'; line: number };
export type Instrumented = { content: string; places: Place[] };

/** Folder of the files, in the root of the workspace. */
export const HITS = 'hits';
/** Declares `__hit` and `__mark`; imported by every instrumented source. */
export const MARKS_FILE = 'contracts/src/marks.sol';

/** keccak256("writeFile(string,string)") of the cheatcode contract. */
const SELECTOR = '0x897e0a97';
const VM = '0x7109709ECfa91a80626fF3989D68f67F5b1DD12D';
/** `hits/` and six digits; t or f follows for a condition. */
const word = (id: string) => `0x${Buffer.from(`${HITS}/${id}`).toString('hex')}`;

/**
 * Far above the free memory, since assembly uses what is next to it, and with the return data put back as it was: code after a call
 * reads that. (What no test returns, more than 4 KB, is lost.)
 */
const WRITE = `
        let __m := add(mload(0x40), 0x3000)
        let __n := returndatasize()
        if gt(__n, 0x1000) { __n := 0 }
        returndatacopy(add(__m, 0x100), 0, __n)
        mstore(__m, shl(224, ${SELECTOR}))
        mstore(add(__m, 0x04), 0x40)
        mstore(add(__m, 0x24), 0x80)
        mstore(add(__m, 0x44), __length)
        mstore(add(__m, 0x64), shl(sub(256, shl(3, __length)), __name))
        mstore(add(__m, 0x84), 0)
        pop(staticcall(gas(), ${VM}, __m, 0xa4, 0, 0))
        pop(staticcall(gas(), 4, add(__m, 0x100), __n, 0, 0))`;

export const MARKS = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

function __write(uint256 __name, uint256 __length) view {
    assembly ("memory-safe") {${WRITE}
    }
}

function __hit(uint256 name) view {
    __write(name, ${HITS.length + 7});
}

function __mark(uint256 name, bool condition) view returns (bool) {
    __write(name << 8 | (condition ? 0x74 : 0x66), ${HITS.length + 8});
    return condition;
}
`;

/** The same in an assembly block, which cannot call Solidity. */
const IN_ASSEMBLY = `
    function __leave(__name, __length) {${WRITE}
    }
    function __at(__name) { __leave(__name, ${HITS.length + 7}) }
    function __when(__name, __condition) -> __same {
        __same := __condition
        let __letter := 0x66
        if __condition { __letter := 0x74 }
        __leave(or(shl(8, __name), __letter), ${HITS.length + 8})
    }
`;

const LOOPS = new Set(['ForStatement', 'WhileStatement', 'DoWhileStatement']);
const SIMPLE = new Set(['ExpressionStatement', 'VariableDeclarationStatement', 'Return', 'RevertStatement', 'EmitStatement', 'PlaceholderStatement', 'InlineAssembly', 'Continue', 'Break']);

/** The source with its pure functions called view, for marks make them so; nothing moves. */
export function viewed(content: string, tree: AstNode): string {
  const bytes = Buffer.from(content);
  walk(tree, (node) => {
    if (node.stateMutability !== 'pure' || (node.nodeType !== 'FunctionDefinition' && node.nodeType !== 'FunctionTypeName')) return;
    const at = bytes.indexOf('pure', span((node.parameters ?? node.parameterTypes) as AstNode)[1]);
    bytes.write('view', at);
  });
  return bytes.toString();
}

/** `first`: number of the first place; ids are those of all sources together. */
export function instrument(content: string, tree: AstNode, first: number): Instrumented {
  const bytes = Buffer.from(viewed(content, tree));
  const lineAt = (offset: number) => bytes.subarray(0, offset).toString().split('\n').length;
  const places: Place[] = [];
  /** Where two are put at one place, those that open stand in the order of the walk, those that close in the other. */
  const opening: { at: number; text: string }[] = [];
  const closing: { at: number; text: string }[] = [];
  const place = (kind: Place['kind'], at: number): string => {
    const id = String(first + places.length).padStart(6, '0');
    places.push({ id, kind, line: lineAt(at) });
    return word(id);
  };
  const around = (node: AstNode, kind: Place['kind']) => {
    const [start, end] = span(node);
    opening.push({ at: start, text: `${node.nodeType.startsWith('Yul') ? '__when' : '__mark'}(${place(kind, start)}, ` });
    closing.push({ at: end, text: ')' });
  };
  /** The end with its semicolon, which the compiler counts as part of a bare `return` only. */
  const endOf = (statement: AstNode): number => {
    if (statement.nodeType === 'Block' || statement.nodeType === 'UncheckedBlock' || statement.nodeType === 'InlineAssembly') return span(statement)[1];
    if (statement.nodeType === 'IfStatement') return endOf((statement.falseBody ?? statement.trueBody) as AstNode);
    if (statement.nodeType === 'ForStatement' || statement.nodeType === 'WhileStatement') return endOf(statement.body as AstNode);
    return bytes.indexOf(';', span(statement)[1] - 1) + 1;
  };

  walk(tree, (node, parents) => {
    const parent = parents.at(-1);
    const isBody = parent !== undefined && (LOOPS.has(parent.nodeType) ? parent.body === node : parent.nodeType === 'IfStatement' && (parent.trueBody === node || parent.falseBody === node));
    const isListed = parent?.nodeType === 'Block' || parent?.nodeType === 'UncheckedBlock';
    const isStatement = SIMPLE.has(node.nodeType) || LOOPS.has(node.nodeType) || node.nodeType === 'IfStatement';
    if (isStatement && (isBody || isListed)) {
      const [start] = span(node);
      opening.push({ at: start, text: `${isBody ? '{ ' : ''}__hit(${place('statement', start)}); ` });
      if (isBody) closing.push({ at: endOf(node), text: ' }' });
    }
    const condition = conditionOf(node);
    if (condition) around(condition, 'condition');
    if (node.nodeType === 'InlineAssembly') opening.push({ at: span(node.AST as AstNode)[0] + 1, text: IN_ASSEMBLY });
    if (node.nodeType === 'YulCase') {
      const [start] = span(node.body as AstNode);
      opening.push({ at: start + 1, text: ` __at(${place('case', start)})` });
    }
    if (node.nodeType === 'PragmaDirective' && (node.literals as string[])[0] === 'solidity') closing.push({ at: span(node)[1], text: ` import {__hit, __mark} from "${MARKS_FILE}";` });
  });
  return { content: inserted(bytes, opening, closing), places };
}

/** What decides which way a node goes on; undefined if nothing does. */
function conditionOf(node: AstNode): AstNode | undefined {
  const isRequire = node.nodeType === 'FunctionCall' && (node.expression as AstNode).name === 'require';
  const condition = isRequire ? (node.arguments as AstNode[])[0] : node.condition;
  return isNode(condition) ? condition : undefined;
}

function inserted(bytes: Buffer, opening: readonly { at: number; text: string }[], closing: readonly { at: number; text: string }[]): string {
  // What closes at an offset stands before what opens there.
  const all = [...[...closing].reverse(), ...opening].map((insertion, order) => ({ ...insertion, order })).sort((a, b) => a.at - b.at || a.order - b.order);
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, text } of all) {
    parts.push(bytes.subarray(from, at), Buffer.from(text));
    from = at;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]).toString();
}

/** Whether a source has anything that runs. */
export const hasCode = (tree: AstNode): boolean => children(tree).some((node) => node.nodeType === 'ContractDefinition' && children(node).some((member) => member.nodeType === 'FunctionDefinition' && isNode(member.body)));
