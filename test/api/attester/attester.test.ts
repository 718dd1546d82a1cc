/** An attester on a real chain: what it signs, what it declines, and that it never says two things about the same. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hex, recoverTypedDataAddress, sha256, stringToBytes, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attester, createAttester } from '../../../api/attester/attester.ts';
import { openMemory } from '../../../api/attester/memory.ts';
import type { Client } from '../../../api/client/client.ts';
import type { FromAttester } from '../../../api/client/wire.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { toJson } from '../../../intents/json.ts';
import { marketTypedData } from '../../../intents/market.ts';
import { orderId } from '../../../intents/order.ts';
import type { Registry } from '../../../intents/registry.ts';
import { attesters, auctioneer, awarded, DAI, job, K, openOut, signed, solver, startWorld, type World } from '../../contracts/client/world.ts';

const account = attesters[0]!;
const program = new Uint8Array(readFileSync(new URL('../../programs/primes.wasm', import.meta.url)));
const input = stringToBytes('2000');
const stored = new Map<Hex, Uint8Array>([program, input].map((bytes) => [sha256(bytes), bytes]));
let world: World;
let dir: string;
let registry: Registry;
beforeAll(async () => {
  world = await startWorld();
  dir = mkdtempSync(join(tmpdir(), 'tender-attester-'));
  registry = { network: 'local', chains: [world.chain], auctioneer: auctioneer.address, attesters: { signers: attesters.map(({ address }) => address), k: K } };
});
afterAll(async () => {
  await world.anvil.stop();
  rmSync(dir, { recursive: true, force: true });
});
let count = 0;
const make = (over: Partial<Registry['chains'][number]> = {}, folder = join(dir, `m${++count}`)): Attester =>
  createAttester({
    registry: { ...registry, chains: [{ ...world.chain, ...over }] }, account, memory: openMemory(folder),
    client: { artifact: (hash: Hex) => (stored.has(hash) ? Promise.resolve(stored.get(hash)!) : Promise.reject(new Error('not found'))) } as Pick<Client, 'artifact'> as Client,
  });
const dropOf = (n: number): Drop => ({
  dealId: toHex(n, { size: 32 }), output: 0, token: world.dai, to: auctioneer.address, deliverBy: 4_000_000_000, solver: solver.address, amount: BigInt(n) * DAI,
});
async function delivered(n: number) {
  const drop = dropOf(n);
  await world.send(solver, world.ledger.deliverCall([drop]));
  await world.anvil.mine(3);
  return { drop, number: (await world.ledger.finalised()).number };
}
const ask = (drop: Drop, number: number, over: object = {}) =>
  ({ type: 'attest' as const, id: 'q', originChainId: world.chain.id, verifier: world.chain.contracts.attested, chainId: world.chain.id, number, drops: [toJson(drop)], ...over });

describe('deliveries', () => {
  it('are signed as they stand in a final block', async () => {
    const { drop, number } = await delivered(1);
    const answer = (await make().attest(ask(drop, number))) as Extract<FromAttester, { type: 'attested' }>;
    expect(BigInt.asUintN(128, BigInt(answer.values[0]!))).toBe(drop.amount);
    const message = { chain: toHex(world.chain.id, { size: 32 }), delivery: world.chain.contracts.delivery, number: BigInt(number), asOf: answer.asOf, root: answer.root };
    const typed = { ...marketTypedData('Deliveries', message, world.chain.id, world.chain.contracts.attested), signature: answer.signature };
    expect(await recoverTypedDataAddress(typed as Parameters<typeof recoverTypedDataAddress>[0])).toBe(account.address);
  });
  it('are not signed before they are final, for other contracts, or of unknown chains', async () => {
    const { drop } = await delivered(2);
    const head = (await world.ledger.head()).number;
    await expect(make().attest(ask(drop, head))).rejects.toMatchObject({ code: 'not_final' });
    await expect(make().attest(ask(drop, 1, { verifier: world.chain.contracts.local }))).rejects.toMatchObject({ code: 'wrong_verifier' });
    await expect(make().attest(ask(drop, 1, { chainId: 5 }))).rejects.toMatchObject({ code: 'unknown_chain' });
    await expect(make().attest(ask(drop, 1, { drops: [] }))).rejects.toMatchObject({ code: 'no_records' });
  });
  it('are not signed when its endpoints do not agree', async () => {
    const { drop, number } = await delivered(3);
    const attester = make({ rpc: [world.anvil.url, 'http://127.0.0.1:1'] });
    await expect(attester.attest(ask(drop, number))).rejects.toMatchObject({ code: 'no_quorum' });
  });
  it('are never signed in two ways, not even over a restart with a torn log', async () => {
    const { drop, number } = await delivered(4);
    const folder = join(dir, 'kept');
    await make({}, folder).attest(ask(drop, number));
    appendFileSync(join(folder, 'signed.jsonl'), '\n["half');
    await expect(make({}, folder).attest(ask(drop, number))).resolves.toMatchObject({ type: 'attested' });
    // The chain is rewritten below a block that counted as final: the same block number now says something else.
    await world.anvil.rpc('anvil_reorg', 4, []);
    await world.anvil.mine(6);
    await expect(make({}, folder).attest(ask(drop, number))).rejects.toMatchObject({ code: 'equivocation' });
  });
});

describe('jobs', () => {
  const ordered = async (change: { programSha256?: Hex } = {}) => {
    const base = await job(world);
    const order = { ...base, message: { ...base.message, buy: { ...base.message.buy, command: 'primes', programSha256: sha256(program), inputSha256: sha256(input), ...change } } };
    const one = await signed(order);
    return { order, one };
  };
  const open = async (change: { programSha256?: Hex } = {}) => {
    const { order, one } = await ordered(change);
    await world.send(solver, world.ledger.openCall(one, await awarded(one, await world.now())));
    return { order, one };
  };
  const judge = (one: Awaited<ReturnType<typeof ordered>>['one'], attester = make()) => attester.judge({ type: 'judge', id: 'q', signed: toJson(one), result: toHex(1, { size: 32 }), fuel: '1' });

  it('are run again; what is signed is what was seen, not what was claimed', async () => {
    const { order, one } = await open();
    const first = (await judge(one)) as Extract<FromAttester, { type: 'judged' }>;
    const second = (await judge(one)) as typeof first;
    expect(first.verdict).toEqual(second.verdict);
    expect(first.verdict).toMatchObject({ job: orderId(order) });
    expect(BigInt(first.verdict.fuel)).toBeGreaterThan(1n);
  });
  it('are not run for nothing, for other contracts, or from bytes that are not what was ordered', async () => {
    await expect(judge((await ordered()).one)).rejects.toMatchObject({ code: 'not_open' });
    await expect(judge(await signed(await openOut(world)) as never)).rejects.toMatchObject({ code: 'not_a_job' });
    const { order } = await ordered();
    const strange = await signed({ ...order, message: { ...order.message, terms: { ...order.message.terms, verifier: world.chain.contracts.local } } });
    await expect(judge(strange as never)).rejects.toMatchObject({ code: 'wrong_verifier' });
    const hash = sha256(stringToBytes('another program'));
    stored.set(hash, program);
    await expect(judge((await open({ programSha256: hash })).one)).rejects.toMatchObject({ code: 'wrong_artifact' });
  });
});
