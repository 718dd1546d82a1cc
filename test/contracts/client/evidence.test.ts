/** Evidence against the contracts: every hash that both sides compute, and every leaf of trees of many sizes. */
import fc from 'fast-check';
import { type Hex, keccak256, numberToHex, pad, zeroHash } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attestedAbi, deliveryAbi } from '../../../contracts/client/abi.ts';
import { dropStruct } from '../../../contracts/client/calls.ts';
import { attestedEvidence, deliveriesProof, deliveriesRoot, type Leaf, leafHash, localEvidence, recordKey, recordSlot } from '../../../contracts/client/evidence.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { attesters, attesterSet as SET, DAI, signMessage, solver, startWorld, user, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.anvil.stop());

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => keccak256(bytes));
const address = hash.map((text) => `0x${text.slice(26)}` as const);
const leaves = (count: number): Leaf[] => Array.from({ length: count }, (_, i) => ({ key: keccak256(numberToHex(i + 1)), word: BigInt(i) << 100n }));

describe('a record', () => {
  it('has the key that Delivery computes', async () => {
    const drops = fc.record({ dealId: hash, output: fc.nat(), token: address, to: address, deliverBy: fc.nat({ max: 2 ** 31 }), solver: address, amount: fc.bigInt(1n, 2n ** 128n - 1n) });
    await fc.assert(
      fc.asyncProperty(drops, async (drop: Drop) => {
        const theirs = await clientOf(world.anvil.url).readContract({ address: world.chain.contracts.delivery, abi: deliveryAbi, functionName: 'keyOf', args: [dropStruct(drop)] });
        expect(recordKey(drop)).toBe(theirs);
      }),
      { numRuns: 30 },
    );
  });
  it('lies at the slot that the protocol names', async () => {
    const drop: Drop = { dealId: zeroHash, output: 0, token: world.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: 5n * DAI };
    await world.send(solver, world.ledger.deliverCall([drop]));
    const word = await clientOf(world.anvil.url).getStorageAt({ address: world.chain.contracts.delivery, slot: recordSlot(recordKey(drop)) });
    expect(BigInt(word!)).toBe(await world.ledger.recordOf(drop));
    expect(BigInt(word!) & (2n ** 128n - 1n)).toBe(5n * DAI);
    expect(BigInt(word!) >> 128n).toBe(BigInt(await world.now()));
  });
});

describe('attested records', () => {
  const set = [0, 2];
  async function evidence(all: Leaf[], index: number, change: { who?: number[]; form?: 'compact' } = {}) {
    const message = { chain: pad(numberToHex(31302), { size: 32 }), delivery: world.chain.contracts.delivery, number: 7n, asOf: 1_000, root: deliveriesRoot(all) };
    const signatures = await Promise.all((change.who ?? set).map(async (i) => {
      const signature = await signMessage(attesters[i]!, 'Deliveries', message, world.chain.id, world.chain.contracts.attested);
      return { index: i, signature: change.form ? shorten(signature) : signature };
    }));
    return attestedEvidence({ leaves: all, index, number: 7, asOf: 1_000, set: SET, signatures });
  }
  const record = (key: Hex, proof: Hex) =>
    clientOf(world.anvil.url).readContract({ address: world.chain.contracts.attested, abi: attestedAbi, functionName: 'record', args: [31302n, key, proof] });

  it.each([1, 2, 3, 4, 5, 6, 7, 9])('of %i leaves are believed leaf by leaf', async (count) => {
    const all = leaves(count);
    for (const [index, { key, word }] of all.entries()) expect(await record(key, await evidence(all, index))).toEqual([word, 1_000]);
  });
  it('are signed in either form, in any order of collection', async () => {
    const all = leaves(3);
    expect(await record(all[1]!.key, await evidence(all, 1, { who: [2, 1], form: 'compact' }))).toEqual([all[1]!.word, 1_000]);
  });
  it('are refused for another key, another word, another signer, too few', async () => {
    const all = leaves(3);
    await expect(record(all[0]!.key, await evidence(all, 1))).rejects.toThrow(/NotTheSet/);
    const signed = await evidence(all, 1);
    const index = signed.indexOf(all[1]!.word.toString(16));
    await expect(record(all[1]!.key, `${signed.slice(0, index)}2${signed.slice(index + 1)}` as Hex)).rejects.toThrow(/NotTheSet/);
    await expect(record(all[1]!.key, await evidence(all, 1, { who: [0] }))).rejects.toThrow(/NotTheSet/);
    await expect(evidence(all, 1, { who: [0, 0] })).rejects.toMatchObject({ code: 'double_signature' });
    expect(() => deliveriesRoot([])).toThrowError(expect.objectContaining({ code: 'no_records' }));
    expect(() => deliveriesProof(all, 3)).toThrowError(expect.objectContaining({ code: 'no_records' }));
  });
  it('of one leaf are the leaf itself', () => {
    const [leaf] = leaves(1) as [Leaf];
    expect(deliveriesRoot([leaf])).toBe(leafHash(leaf));
    expect(deliveriesProof([leaf], 0)).toEqual([]);
    expect(localEvidence()).toBe('0x');
  });
  it('by strangers are refused', async () => {
    const all = leaves(2);
    const stranger = privateKeyToAccount(generatePrivateKey());
    const message = { chain: pad(numberToHex(31302), { size: 32 }), delivery: world.chain.contracts.delivery, number: 7n, asOf: 1_000, root: deliveriesRoot(all) };
    const signature = await signMessage(stranger, 'Deliveries', message, world.chain.id, world.chain.contracts.attested);
    const bad = attestedEvidence({ leaves: all, index: 0, number: 7, asOf: 1_000, set: SET, signatures: [0, 1].map((index) => ({ index, signature })) });
    await expect(record(all[0]!.key, bad)).rejects.toThrow(/NotTheSet/);
  });
});

/** 65 bytes → 64 bytes (EIP-2098). */
function shorten(signature: Hex): Hex {
  const r = signature.slice(2, 66);
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const odd = signature.endsWith('1c') || signature.endsWith('01');
  return `0x${r}${((odd ? 1n << 255n : 0n) | s).toString(16).padStart(64, '0')}`;
}
