/** What the contracts' sources must not hold: the short list by which a reader knows what cannot happen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../contracts/src');
const ASSEMBLY = [
  'libraries/Accounts.sol', 'libraries/Attestations.sol', 'libraries/Calls.sol', 'libraries/Drops.sol', 'libraries/Frames.sol', 'libraries/Hashes.sol',
  'libraries/Lines.sol', 'libraries/Rlp.sol', 'libraries/Signatures.sol', 'libraries/Slots.sol', 'libraries/States.sol', 'libraries/Swaps.sol', 'libraries/TokenOrders.sol', 'libraries/Verifiers.sol',
  'libraries/Vouchers.sol',
];
const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name.endsWith('.sol'))
  .map((entry) => join(entry.parentPath, entry.name));
const code = (file: string) => readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
const holding = (pattern: RegExp) => files.filter((file) => pattern.test(code(file))).map((file) => relative(SRC, file)).sort();

describe('contracts/src', () => {
  it('is there', () => expect(files.length).toBeGreaterThan(15));
  it('keeps assembly in a few libraries', () => expect(holding(/\bassembly\b/)).toEqual(ASSEMBLY));
  it.each(['tx\\.origin', 'delegatecall', 'callcode', 'selfdestruct', 'unchecked', 'encodePacked', '\\bowner\\b\\s*\\(\\)'])('has no %s', (word) =>
    expect(holding(new RegExp(word))).toEqual([]));
  it('makes raw calls only in Calls', () => expect(holding(/(?<!\bCalls)\.(?:call|staticcall|send|transfer)\s*[({]/)).toEqual([]));
});
