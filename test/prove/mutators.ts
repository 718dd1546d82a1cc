/** Makes mutants of a Solidity source from its syntax tree: one small change each, never in comments, imports or types. */
import { type AstNode, isNode, span, walk } from './solidity.ts';

/** Bytes `start` to `end` of a file become `text`. */
export type Edit = { file: string; start: number; end: number; text: string };

export type Mutant = Edit & {
  operator: string;
  /** Declaration that holds it: function, modifier or variable. */
  owner: AstNode;
  line: number;
};

const RELATIONS: Record<string, string[]> = { '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '==': ['!='], '!=': ['=='] };
const ARITHMETIC: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '**': '*', '<<': '>>', '>>': '<<', '&': '|', '|': '&', '^': '&' };
const LOGIC: Record<string, string> = { '&&': '||', '||': '&&' };
const COMPOUND: Record<string, string> = { '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*=', '|=': '&=', '&=': '|=', '<<=': '>>=', '>>=': '<<=', '^=': '&=' };
const YUL: Record<string, string[]> = {
  add: ['sub'], sub: ['add'], mul: ['div'], div: ['mul'], lt: ['gt'], gt: ['lt'], slt: ['sgt'], sgt: ['slt'], and: ['or'], or: ['and'], shl: ['shr'], shr: ['shl'], eq: ['lt'], xor: ['or'],
};
const isFunction = ({ nodeType }: AstNode) => nodeType === 'FunctionDefinition' || nodeType === 'ModifierDefinition';

/** All mutants of one file, in the order of the source. */
export function mutantsOf(file: string, content: string, tree: AstNode): Mutant[] {
  const bytes = Buffer.from(content);
  const lineAt = (offset: number) => bytes.subarray(0, offset).toString().split('\n').length;
  const textOf = (node: AstNode) => bytes.subarray(...span(node)).toString();
  const found = new Map<string, Mutant>();

  walk(tree, (node, parents) => {
    const owner = parents.find(isFunction) ?? parents.find(({ nodeType }) => nodeType === 'VariableDeclaration');
    if (!owner) return;
    for (const { operator, start, end, text } of changes(node, parents, bytes, textOf)) {
      if (bytes.subarray(start, end).toString() === text) continue;
      found.set(`${start}:${end}:${text}`, { file, start, end, text, operator, owner, line: lineAt(start) });
    }
  });
  return [...found.values()].sort((a, b) => a.start - b.start || a.text.localeCompare(b.text));
}

type Change = { operator: string; start: number; end: number; text: string };

function changes(node: AstNode, parents: readonly AstNode[], bytes: Buffer, textOf: (node: AstNode) => string): Change[] {
  const [start, end] = span(node);
  const whole = (operator: string, text: string): Change => ({ operator, start, end, text });
  /** Replaces an operator that stands between two operands. */
  const between = (operator: string, left: AstNode, right: AstNode, from: string, to: string): Change[] => {
    const at = bytes.indexOf(from, span(left)[1]);
    return at >= 0 && at < span(right)[0] ? [{ operator, start: at, end: at + from.length, text: to }] : [];
  };
  switch (node.nodeType) {
    case 'BinaryOperation': {
      const [left, right, sign] = [node.leftExpression as AstNode, node.rightExpression as AstNode, node.operator as string];
      const to: [string, string][] = [
        ...(RELATIONS[sign] ?? []).map((text): [string, string] => ['relation', text]),
        ...(ARITHMETIC[sign] ? [['arithmetic', ARITHMETIC[sign]] as [string, string]] : []),
        ...(LOGIC[sign] ? [['logic', LOGIC[sign]] as [string, string]] : []),
      ];
      return to.flatMap(([operator, text]) => between(operator, left, right, sign, text));
    }
    case 'UnaryOperation': {
      const sub = node.subExpression as AstNode;
      if (node.operator === '!') return [whole('logic', textOf(sub))];
      if (node.operator === '++' || node.operator === '--') return [whole('arithmetic', textOf(node).replace(node.operator, node.operator === '++' ? '--' : '++'))];
      return [];
    }
    case 'Assignment': {
      const to = COMPOUND[node.operator as string];
      if (!to) return [];
      const pair = [node.leftHandSide as AstNode, node.rightHandSide as AstNode] as const;
      return [...between('assignment', ...pair, node.operator as string, to), ...between('assignment', ...pair, node.operator as string, '=')];
    }
    case 'ExpressionStatement': {
      const isRequire = isCallTo(node.expression as AstNode, 'require');
      return [whole(isRequire ? 'require removed' : 'statement removed', 'true')];
    }
    case 'EmitStatement':
    case 'RevertStatement':
      return [whole('statement removed', 'true')];
    case 'IfStatement': {
      const condition = node.condition as AstNode;
      const [from, to] = span(condition);
      return ['true', 'false'].map((text) => ({ operator: 'condition', start: from, end: to, text }));
    }
    case 'Conditional': {
      const [yes, no] = [node.trueExpression as AstNode, node.falseExpression as AstNode];
      return [{ operator: 'branches swapped', start: span(yes)[0], end: span(no)[1], text: `${textOf(no)} : ${textOf(yes)}` }];
    }
    case 'Literal':
      return literal(node, parents, whole, textOf(node));
    case 'Return': {
      const value = node.expression;
      return isNode(value) && isInteger(value) ? [{ operator: 'off by one', start: span(value)[1], end: span(value)[1], text: ' + 1' }] : [];
    }
    case 'FunctionCall':
      return swappedArguments(node, textOf);
    case 'ModifierInvocation':
      return (parents.at(-1)?.kind === 'constructor' && node.kind !== 'modifierInvocation') || node.kind === 'baseConstructorSpecifier' ? [] : [whole('modifier removed', '')];
    case 'YulFunctionCall': {
      const name = node.functionName as AstNode;
      const [from, to] = span(name);
      return (YUL[name.name as string] ?? []).map((text) => ({ operator: 'assembly', start: from, end: to, text }));
    }
    case 'YulExpressionStatement':
    case 'YulAssignment':
      return [whole('assembly', 'pop(0)')];
    case 'YulLiteral': {
      const text = textOf(node);
      return node.kind === 'number' && parents.at(-1)?.nodeType !== 'YulCase' ? [whole('assembly', text.startsWith('0x') ? `0x${(BigInt(text) + 1n).toString(16)}` : `${BigInt(text) + 1n}`)] : [];
    }
    default:
      return [];
  }
}

const isCallTo = (node: AstNode, name: string) => node.nodeType === 'FunctionCall' && (node.expression as AstNode).name === name;
const typeOf = (node: AstNode) => (node.typeDescriptions as { typeString?: string } | undefined)?.typeString ?? '';
const isInteger = (node: AstNode) => /^u?int\d+$/.test(typeOf(node));

function literal(node: AstNode, parents: readonly AstNode[], whole: (operator: string, text: string) => Change, text: string): Change[] {
  if (parents.some(({ nodeType }) => nodeType === 'ArrayTypeName' || nodeType === 'ElementaryTypeName')) return [];
  if (node.kind === 'bool') return [whole('constant', text === 'true' ? 'false' : 'true')];
  if (node.kind === 'string') return [whole('constant', text.replace(/.(["'])$/, '~$1'))];
  if (node.kind !== 'number' || /[eE]/.test(text.replace(/^0x.*/, ''))) return [];
  const [digits = '', unit = ''] = text.split(/\s+/);
  if (/^0x[0-9a-fA-F]{40}$/.test(digits)) return [];
  const value = BigInt(digits.replaceAll('_', ''));
  const near = value > 0n ? [value + 1n, value - 1n] : [1n];
  return near.map((next) => whole('constant', `${digits.startsWith('0x') ? `0x${next.toString(16).padStart(digits.length - 2, '0')}` : next}${unit && ` ${unit}`}`));
}

/** Neighbours of one type change places; in abi.encode any neighbours. */
function swappedArguments(node: AstNode, textOf: (node: AstNode) => string): Change[] {
  const given = node.arguments as AstNode[];
  if (node.kind === 'typeConversion' || (node.names as string[]).length > 0) return [];
  const callee = textOf(node.expression as AstNode);
  if (callee === 'require') return [];
  return given.slice(1).flatMap((right, index) => {
    const left = given[index] as AstNode;
    if (typeOf(left) !== typeOf(right) && !callee.startsWith('abi.encode')) return [];
    return [{ operator: 'arguments swapped', start: span(left)[0], end: span(right)[1], text: `${textOf(right)}, ${textOf(left)}` }];
  });
}

/** The source with the edit in it. */
export function apply(content: string, { start, end, text }: Edit): string {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(end)]).toString();
}

/** `File.sol function: line → mutated line`, which stays the same when code around it moves. */
export function describe(mutant: Mutant, content: string): string {
  const line = (text: string, at: number) => {
    const bytes = Buffer.from(text);
    const from = bytes.lastIndexOf('\n', at - 1) + 1;
    const to = bytes.indexOf('\n', at);
    return bytes.subarray(from, to < 0 ? undefined : to).toString().trim();
  };
  const place = `${mutant.file.replace('contracts/src/', '')} ${(mutant.owner.name as string) || (mutant.owner.kind as string)}`;
  return `${place}: ${line(content, mutant.start)}  →  ${line(apply(content, mutant), mutant.start)}`;
}

