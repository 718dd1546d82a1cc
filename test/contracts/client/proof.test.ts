/** Two chains: deliver on one, prove it on the other by the chain's own state. Presence, absence, many at once, and lies. */
import fc from 'fast-check';
import { encodeFunctionData, type Hex, keccak256, numberToHex, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageProofAbi } from '../../../contracts/client/abi.ts';
import { placeOf } from '../../../contracts/client/deal.ts';
import { deployStorageProof } from '../../../contracts/client/deploy.ts';
import { recordKey, recordSlot } from '../../../contracts/client/evidence.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { attestedHashEvidence, headerOf, localHashEvidence, proveRecords, recordEvidence, recordsEvidence, type RecordsProof } from '../../../contracts/client/proof.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { trieValue, wordOf } from '../../../contracts/client/trie.ts';
import { type OrderOf, orderId } from '../../../intents/order.ts';
import { attesters, awarded, DAI, deployer, K, openOut, signed, signMessage, solver, startWorld, USDC, user, type World } from './world.ts';

const FAR = 31302;
let home: World;
let far: World;
let attested: { source: Hex; verifier: Hex };
let local: { source: Hex; verifier: Hex };

beforeAll(async () => {
  [home, far] = await Promise.all([startWorld(), startWorld({ chainId: FAR })]);
  const deploy = { rpc: home.anvil.url, deployer };
  attested = await deployStorageProof({ ...deploy, config: { source: { attesters: attesters.map(({ address }) => address), k: K }, gaps: { [FAR]: 60 } } });
  local = await deployStorageProof({ ...deploy, config: { source: 'local', gaps: { [home.chain.id]: 60 } } });
});
afterAll(async () => void (await Promise.all([home?.anvil.stop(), far?.anvil.stop()])));

/** An order at home whose buy side arrives on `world`, opened by the solver; and the drop that pays for it. */
async function opened(world: World, verifier: Hex): Promise<{ order: OrderOf<'openOut'>; drop: Drop }> {
  const order = await openOut(home);
  const later = (await world.now()) + 600;
  order.message.buy = { ...order.message.buy, chainId: BigInt(world.chain.id), token: world.dai, deliverBy: later };
  order.message.terms = { ...order.message.terms, verifier, closeAfter: Math.max(later, await home.now()) + 1_000 };
  const both = await signed(order);
  await home.send(solver, home.ledger.openCall(both, await awarded(both, await home.now())));
  return { order, drop: { dealId: orderId(order), output: 0, token: world.dai, to: user.address, deliverBy: later, solver: solver.address, amount: 99n * DAI } };
}

const set = { signers: attesters.map(({ address }) => address), k: K };
/** What k attesters of headers say, as evidence. */
async function vouched({ block, chainId }: RecordsProof, who = [0, 2]): Promise<Hex> {
  const message = { chain: pad(numberToHex(chainId), { size: 32 }), number: BigInt(block.number), hash: block.hash };
  return attestedHashEvidence(set, await Promise.all(who.map(async (index) => ({ index, signature: await signMessage(attesters[index]!, 'Header', message, home.chain.id, attested.source) }))));
}
const proofOf = async (world: World, drops: Omit<Drop, 'amount'>[]) =>
  proveRecords({ chain: world.chain, keys: drops.map(recordKey), at: (await world.ledger.head()).number });
const record = (verifier: Hex, chain: number, key: Hex, evidence: Hex) =>
  clientOf(home.anvil.url).readContract({ address: verifier, abi: storageProofAbi, functionName: 'record', args: [BigInt(chain), key, evidence] });
const claim = async (order: OrderOf<'openOut'>, evidence: Hex) => home.ledger.claimCall((await home.ledger.dealOf(order))!, evidence);
const earned = async (work: () => Promise<unknown>) => {
  const before = await home.ledger.balanceOf(solver.address, home.usdc);
  await work();
  return (await home.ledger.balanceOf(solver.address, home.usdc)) - before;
};

describe('a delivery on another chain', () => {
  it('is paid for its proof under an attested header', async () => {
    const { order, drop } = await opened(far, attested.verifier);
    await far.send(solver, far.ledger.deliverCall([drop]));
    const proof = await proofOf(far, [drop]);
    expect(proof.records[0]!.word).toBe(await far.ledger.recordOf(drop));
    const evidence = recordEvidence(proof, recordKey(drop), await vouched(proof));
    expect(await earned(async () => home.send(deployer, await claim(order, evidence)))).toBe(100n * USDC);
    expect(await home.ledger.stateOf(order)).toBe('closed');
  });

  it('pays part by part, each proof once', async () => {
    const { order, drop } = await opened(far, attested.verifier);
    await far.send(solver, far.ledger.deliverCall([{ ...drop, amount: 33n * DAI }]));
    const first = await proofOf(far, [drop]);
    const evidence = recordEvidence(first, recordKey(drop), await vouched(first));
    expect(await earned(async () => home.send(deployer, await claim(order, evidence)))).toBe((100n * USDC * 33n) / 99n);
    expect(await home.ledger.simulate(await claim(order, evidence), deployer.address)).toMatchObject({ ok: false, error: { code: 'nothing_new' } });
    await far.send(solver, far.ledger.deliverCall([{ ...drop, amount: 66n * DAI }]));
    expect(await home.ledger.simulate(await claim(order, evidence), deployer.address)).toMatchObject({ ok: false, error: { code: 'nothing_new' } });
    const second = await proofOf(far, [drop]);
    await home.send(deployer, await claim(order, recordEvidence(second, recordKey(drop), await vouched(second))));
    expect(await home.ledger.stateOf(order)).toBe('closed');
  });

  it('is not paid before it is there, nor by too few attesters, nor under another chain’s name', async () => {
    const { order, drop } = await opened(far, attested.verifier);
    const before = await proofOf(far, [drop]);
    expect(before.records[0]!.word).toBe(0n);
    const empty = recordEvidence(before, recordKey(drop), await vouched(before));
    expect(await home.ledger.simulate(await claim(order, empty), deployer.address)).toMatchObject({ ok: false, error: { code: 'nothing_new' } });
    await far.send(solver, far.ledger.deliverCall([drop]));
    const after = await proofOf(far, [drop]);
    for (const [hashEvidence, code] of [[await vouched(after, [1]), 'not_the_set'], [await vouched(before), 'not_the_set'], [await vouched({ ...after, chainId: 1 }), 'not_the_set']] as const) {
      const evidence = recordEvidence(after, recordKey(drop), hashEvidence);
      expect(await home.ledger.simulate(await claim(order, evidence), deployer.address)).toMatchObject({ ok: false, error: { code } });
    }
    const good = recordEvidence(after, recordKey(drop), await vouched(after));
    expect(await home.ledger.simulate(await claim(order, good), deployer.address)).toMatchObject({ ok: true });
  });
});

describe('absence', () => {
  it('is proven as exactly as presence', async () => {
    const there: Drop = { dealId: keccak256('0x01'), output: 0, token: far.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: 1n };
    await far.send(solver, far.ledger.deliverCall(Array.from({ length: 20 }, (_, output) => ({ ...there, output }))));
    const drops = Array.from({ length: 40 }, (_, output) => ({ ...there, output }));
    const proof = await proofOf(far, drops);
    const hashEvidence = await vouched(proof);
    for (const [i, { key, word }] of proof.records.entries()) {
      expect(await record(attested.verifier, FAR, key, recordEvidence(proof, key, hashEvidence))).toEqual([word, proof.block.at]);
      expect(word & (2n ** 128n - 1n)).toBe(i < 20 ? 1n : 0n);
    }
    // One absent record's proof says nothing of a present one.
    const lie = { ...proof, records: [{ ...proof.records[30]!, key: proof.records[3]!.key }] };
    await expect(record(attested.verifier, FAR, proof.records[3]!.key, recordEvidence(lie, proof.records[3]!.key, hashEvidence))).rejects.toThrow(/BadNode/);
  });
  it('of the whole contract is absence of each record', async () => {
    const bare = await startWorld({ chainId: 31303 });
    try {
      const { verifier, source } = await deployStorageProof({
        rpc: home.anvil.url, deployer, config: { source: { attesters: [attesters[0]!.address], k: 1 }, gaps: { 31303: 1 } },
      });
      const at = await clientOf(bare.anvil.url).getBlock({ blockNumber: 1n });
      const proof = await proveRecords({ chain: bare.chain, keys: [keccak256('0x02')], at: 1 });
      const message = { chain: pad(numberToHex(31303), { size: 32 }), number: 1n, hash: at.hash };
      const evidence = attestedHashEvidence({ signers: [attesters[0]!.address], k: 1 }, [{ index: 0, signature: await signMessage(attesters[0]!, 'Header', message, home.chain.id, source) }]);
      expect(await record(verifier, 31303, keccak256('0x02'), recordEvidence(proof, keccak256('0x02'), evidence))).toEqual([0n, Number(at.timestamp)]);
    } finally {
      await bare.anvil.stop();
    }
  });
});

describe('a final proof', () => {
  it('of absence gives all back at once, with the bond', async () => {
    const { order, drop } = await opened(far, attested.verifier);
    const deal = (await home.ledger.dealOf(order))!;
    const proofNow = await proofOf(far, [drop]);
    const close = async (proof: RecordsProof) => home.ledger.closeFinalCall(deal, placeOf(order), recordEvidence(proof, recordKey(drop), await vouched(proof)));
    expect(await home.ledger.simulate(await close(proofNow), deployer.address)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
    await far.at(drop.deliverBy); // the last second in which a delivery would count
    await far.anvil.mine();
    expect(await home.ledger.simulate(await close(await proofOf(far, [drop])), deployer.address)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
    await far.at(drop.deliverBy + 1);
    await far.anvil.mine();
    const before = await home.ledger.balanceOf(user.address, home.usdc);
    await home.send(deployer, await close(await proofOf(far, [drop])));
    expect((await home.ledger.balanceOf(user.address, home.usdc)) - before).toBe(110n * USDC);
    expect(await home.ledger.stateOf(order)).toBe('closed');
  });
  it('of a part pays the part and gives the rest back', async () => {
    const { order, drop } = await opened(far, attested.verifier);
    await far.send(solver, far.ledger.deliverCall([{ ...drop, amount: 33n * DAI }]));
    await far.at(drop.deliverBy + 1);
    await far.anvil.mine();
    const proof = await proofOf(far, [drop]);
    const evidence = recordEvidence(proof, recordKey(drop), await vouched(proof));
    const before = await home.ledger.balanceOf(user.address, home.usdc);
    const paid = await earned(async () => home.send(deployer, home.ledger.closeFinalCall((await home.ledger.dealOf(order))!, placeOf(order), evidence)));
    expect(paid).toBe((100n * USDC * 33n) / 99n);
    expect((await home.ledger.balanceOf(user.address, home.usdc)) - before).toBeGreaterThanOrEqual(100n * USDC - paid + (10n * USDC * 66n) / 99n);
  });
});

describe('many records', () => {
  it('share one header, one account proof and their common nodes', async () => {
    const drops = Array.from({ length: 24 }, (_, i): Drop => ({ dealId: keccak256(numberToHex(1_000 + i)), output: 0, token: far.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: BigInt(i + 1) }));
    await far.send(solver, far.ledger.deliverCall(drops));
    const proof = await proofOf(far, [...drops, { ...drops[0]!, output: 1 }]);
    const evidence = recordsEvidence(proof, await vouched(proof));
    const alone = proof.records.reduce((bytes, { key }) => bytes + recordEvidence(proof, key, '0x').length, 0);
    expect(evidence.length).toBeLessThan(alone / 2);
    const records = (words: bigint[]) =>
      clientOf(home.anvil.url).readContract({
        address: attested.verifier, abi: storageProofAbi, functionName: 'records', args: [BigInt(FAR), proof.records.map(({ key }) => key), words, evidence],
      });
    const words = proof.records.map(({ word }) => word);
    expect(words.map((word) => Number(word & (2n ** 128n - 1n)))).toEqual([...drops.map((_, i) => i + 1), 0]);
    expect(await records(words)).toBe(proof.block.at);
    for (const i of [0, 11, 24]) await expect(records(words.with(i, words[i]! + 1n))).rejects.toThrow(/WrongWord/);
  });
  it('pay for many deals in one call', async () => {
    const deals = [await opened(far, attested.verifier), await opened(far, attested.verifier), await opened(far, attested.verifier)];
    await far.send(solver, far.ledger.deliverCall(deals.map(({ drop }, i) => (i === 1 ? { ...drop, amount: 33n * DAI } : drop))));
    const proof = await proofOf(far, deals.map(({ drop }) => drop));
    const claims = await Promise.all(deals.map(async ({ order }, i) => ({ deal: (await home.ledger.dealOf(order))!, word: proof.records[i]!.word })));
    const evidence = recordsEvidence(proof, await vouched(proof));
    const wrong = claims.with(1, { ...claims[1]!, word: claims[1]!.word + 1n });
    expect(await home.ledger.simulate(home.ledger.claimManyCall(wrong, evidence), deployer.address)).toMatchObject({ ok: false, error: { code: 'wrong_word' } });
    const paid = await earned(() => home.send(deployer, home.ledger.claimManyCall(claims, evidence)));
    expect(paid).toBe(200n * USDC + (100n * USDC * 33n) / 99n);
    expect(await Promise.all(deals.map(({ order }) => home.ledger.stateOf(order)))).toEqual(['closed', 'open', 'closed']);
  });
});

describe('one chain', () => {
  it('believes its own hashes, as far back as it remembers', async () => {
    const { order, drop } = await opened(home, local.verifier);
    await home.send(solver, home.ledger.deliverCall([drop]));
    const proof = await proofOf(home, [drop]);
    const evidence = recordEvidence(proof, recordKey(drop), localHashEvidence());
    expect(await home.ledger.simulate(await claim(order, evidence), deployer.address)).toMatchObject({ ok: true });
    await home.anvil.mine(300); // beyond BLOCKHASH: the history contract
    expect(await earned(async () => home.send(deployer, await claim(order, evidence)))).toBe(100n * USDC);
    expect(await home.ledger.simulate({ ...(await claimCallTo(far.chain.id, drop, evidence)), chainId: home.chain.id }, deployer.address)).toMatchObject({ ok: false, error: { code: 'unknown_chain' } });
  });
  const claimCallTo = async (chain: number, drop: Drop, evidence: Hex) => ({
    chainId: home.chain.id, to: local.verifier, value: 0n, what: 'record',
    data: encodeFunctionData({ abi: storageProofAbi, functionName: 'record', args: [BigInt(chain), recordKey(drop), evidence] }),
  });
});

describe('what an endpoint says', () => {
  const drop = (): Omit<Drop, 'amount'> => ({ dealId: keccak256('0x77'), output: 0, token: far.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address });
  it('is taken only with a quorum behind the block', async () => {
    const at = (await far.ledger.head()).number;
    await expect(proveRecords({ chain: far.chain, rpc: [far.anvil.url, home.anvil.url], keys: [recordKey(drop())], at })).rejects.toMatchObject({ code: 'no_quorum' });
  });
  it('is passed over if it does not hold, for one that does', async () => {
    const at = (await far.ledger.head()).number;
    const honest = clientOf(far.anvil.url);
    const liar = { ...honest, request: async (args: { method: string; params?: unknown }) => {
      const answer = await honest.request(args as Parameters<typeof honest.request>[0]);
      return args.method === 'eth_getProof' ? { ...(answer as object), accountProof: [...(answer as { accountProof: Hex[] }).accountProof].reverse() } : answer;
    } } as typeof honest;
    const ask = (rpc: readonly unknown[]) => proveRecords({ chain: far.chain, rpc: rpc as string[], keys: [recordKey(drop())], at });
    await expect(ask([liar])).rejects.toMatchObject({ code: 'no_proof' });
    expect((await ask([liar, far.anvil.url])).records).toMatchObject([{ key: recordKey(drop()), word: 0n }]);
  });
  it('must hash to the hash that was agreed on', async () => {
    const raw = await far.anvil.rpc<Parameters<typeof headerOf>[0]>('eth_getBlockByNumber', 'latest', false);
    expect(keccak256(headerOf(raw))).toBe(raw.hash);
    expect(() => headerOf({ ...raw, gasUsed: '0x7' })).toThrow(/do not hash/);
  });
  it('is final by default', async () => {
    await far.anvil.mine(5);
    const proof = await proveRecords({ chain: far.chain, keys: [] });
    expect(proof.block.number).toBe((await far.ledger.head()).number - far.chain.finality);
    expect(() => recordEvidence(proof, keccak256('0x01'), '0x')).toThrow(/does not hold/);
  });
});

describe('the client and the contract', () => {
  it('agree on every damaged proof', async () => {
    const drop: Drop = { dealId: keccak256('0x0a'), output: 3, token: far.dai, to: user.address, deliverBy: 2 ** 38, solver: solver.address, amount: 5n };
    await far.send(solver, far.ledger.deliverCall([drop]));
    const proof = await proofOf(far, [drop]);
    const hashEvidence = await vouched(proof);
    const { key, nodes } = proof.records[0]!;
    const root = keccak256(nodes[0]!);
    const damage = fc.oneof(
      fc.record({ node: fc.nat(), byte: fc.nat(), to: fc.nat({ max: 255 }) }).map(({ node, byte, to }) => nodes.with(node % nodes.length, changed(nodes[node % nodes.length]!, byte, to))),
      fc.subarray(nodes),
      fc.shuffledSubarray([...nodes, ...proof.account]),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (damaged) => {
        const mine = attempt(() => wordOf(trieValue(root, keccak256(recordSlot(key)), damaged)));
        const theirs = await record(attested.verifier, FAR, key, recordEvidence({ ...proof, records: [{ key, word: 0n, nodes: damaged }] }, key, hashEvidence)).then(([word]) => word, () => undefined);
        expect(mine).toBe(theirs);
      }),
      { numRuns: 150 },
    );
    expect(attempt(() => wordOf(trieValue(root, keccak256(recordSlot(key)), nodes)))).toBe(proof.records[0]!.word);
  });
  const changed = (node: Hex, byte: number, to: number): Hex => {
    const at = 2 + 2 * (byte % ((node.length - 2) / 2));
    return `0x${node.slice(2, at)}${to.toString(16).padStart(2, '0')}${node.slice(at + 2)}`;
  };
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      return undefined;
    }
  };
});
