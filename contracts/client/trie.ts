/** Reads a Merkle-Patricia proof with 32-byte keys, as the contracts do: what lies under a key, or that nothing does. */
import { fromRlp, type Hex, hexToBytes, keccak256, size } from 'viem';
import { TenderError } from '../../intents/errors.ts';

/** Root of a trie without keys. */
export const EMPTY_TRIE: Hex = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
/** Nibbles of a key. */
const LENGTH = 64;

type Node = readonly (Hex | Node)[];

/**
 * The value under `key` (a hash: state and storage tries are keyed by hashes), `0x` if the trie has none. `nodes` stand from
 * the root down, no more than are needed. Throws TenderError `bad_proof`.
 */
export function trieValue(root: Hex, key: Hex, nodes: readonly Hex[]): Hex {
  let used = 0;
  const take = (hash: Hex): Node => {
    const raw = nodes[used];
    if (raw === undefined || keccak256(raw) !== hash) throw bad(used, 'is not the one that its parent names');
    const node = fromRlp(raw, 'hex') as Hex | Node;
    if (typeof node === 'string') throw bad(used, 'is no list');
    used += 1;
    return node;
  };
  const value = root === EMPTY_TRIE ? '0x' : descend(key.slice(2), take(root), take, () => used - 1);
  if (used !== nodes.length) throw new TenderError('bad_proof', `${used} nodes prove it, ${nodes.length} were given.`);
  return value;
}

function descend(key: string, root: Node, take: (hash: Hex) => Node, at: () => number): Hex {
  let node = root;
  for (let depth = 0; ; ) {
    let child: Hex | Node | undefined;
    if (node.length === 17 && depth < LENGTH) {
      child = node[Number.parseInt(key[depth]!, 16)];
      depth += 1;
    } else {
      const { leaf, nibbles } = pathOf(node, at());
      const rest = LENGTH - depth;
      if (leaf ? nibbles.length !== rest : nibbles.length === 0 || nibbles.length >= rest) throw bad(at(), 'has a path of a wrong length');
      if (!key.startsWith(nibbles, depth)) return '0x';
      child = node[1];
      if (leaf) return data(child, at());
      depth += nibbles.length;
    }
    if (typeof child === 'object') {
      node = child;
      continue;
    }
    const hash = data(child, at());
    if (hash === '0x') return '0x';
    if (size(hash) !== 32) throw bad(at(), 'names a child by something that is no hash');
    node = take(hash);
  }
}

/** A leaf's or an extension's path: its first nibble says which it is, and whether the number of nibbles is odd. */
function pathOf(node: Node, index: number): { leaf: boolean; nibbles: string } {
  const encoded = node.length === 2 ? data(node[0], index).slice(2) : '';
  const kind = Number.parseInt(encoded[0] ?? 'f', 16);
  if (kind > 3 || (kind % 2 === 0 && encoded[1] !== '0')) throw bad(index, 'is no node of such a trie');
  return { leaf: kind >= 2, nibbles: encoded.slice(kind % 2 === 1 ? 1 : 2) };
}

function data(item: Hex | Node | undefined, index: number): Hex {
  if (typeof item === 'string') return item;
  throw bad(index, 'holds a list where data belongs');
}

const bad = (index: number, why: string) => new TenderError('bad_proof', `Node ${index} of the proof ${why}.`, { hint: 'Ask another RPC endpoint.' });

/** An RLP integer that a storage trie holds; 0 for nothing. */
export function wordOf(value: Hex): bigint {
  if (value === '0x') return 0n;
  return hexToBytes(fromRlp(value, 'hex') as Hex).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n);
}
