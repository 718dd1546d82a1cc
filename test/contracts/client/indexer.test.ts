/** The indexer on a real node: no fact lost, none twice, reorgs noticed by parent hash, crashes between steps harmless. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cursor, factKey, follow, type IndexStep, nextStep } from '../../../contracts/client/indexer.ts';
import type { Drop, Ledger } from '../../../contracts/client/ledger.ts';
import { DAI, solver, startWorld, user, type World } from './world.ts';

let world: World;
let deal = 1;
beforeAll(async () => void (world = await startWorld()));
afterAll(() => world.anvil.stop());

/** A store as small as can be: facts by key, and the cursor. */
function createStore(cursor?: Cursor) {
  const facts = new Map<string, string>();
  const retracted: string[] = [];
  return {
    facts,
    retracted,
    cursor,
    load: async () => structuredClone(cursor),
    async apply(step: IndexStep) {
      for (const hash of step.retracted) {
        retracted.push(hash);
        for (const key of facts.keys()) if (key.split(':')[1] === hash) facts.delete(key);
      }
      for (const { key, order } of step.facts) {
        expect(facts.has(key)).toBe(false);
        facts.set(key, order);
      }
      cursor = structuredClone(step.cursor);
      this.cursor = cursor;
    },
  };
}
type Store = ReturnType<typeof createStore>;
const LIMITS = { batch: 200, keep: 128 };
/** Takes steps until there is nothing new. */
async function catchUp(store: Store, limits = LIMITS, ledger: Ledger = world.ledger) {
  for (;;) {
    const step = await nextStep(ledger, await store.load(), limits);
    if (!step) return;
    await store.apply(step);
  }
}
const drop = (): Drop => ({ dealId: `0x${(deal++).toString(16).padStart(64, '0')}`, output: 0, token: world.dai, to: user.address, deliverBy: 2 ** 39, solver: solver.address, amount: DAI });
const deliver = async () => {
  const one = drop();
  await world.send(solver, world.ledger.deliverCall([one]));
  return one.dealId;
};
/** What the chain says now. */
async function truth() {
  const facts = await world.ledger.facts(0, (await world.ledger.head()).number);
  return new Map(facts.map((fact) => [factKey(fact), fact.order]));
}

describe('following', () => {
  let store: Store;
  beforeEach(() => void (store = createStore()));

  it('reads the past in batches and then what is new', async () => {
    for (let i = 0; i < 5; i++) await deliver();
    await catchUp(store, { batch: 4, keep: 8 });
    expect(store.facts).toEqual(await truth());
    expect(store.cursor!.blocks.length).toBe(8);
    await deliver();
    await catchUp(store);
    expect(store.facts).toEqual(await truth());
    expect(await nextStep(world.ledger, store.cursor, LIMITS)).toBeUndefined();
  });
  it('gives each fact the time of its block', async () => {
    const order = await deliver();
    const head = await world.ledger.head();
    const step = await nextStep(world.ledger, { blocks: [{ number: head.number - 1, hash: head.parent }] }, LIMITS);
    expect(step).toMatchObject({ retracted: [], facts: [{ order, at: head.at, key: expect.stringContaining(head.hash) }], cursor: { blocks: [{}, { number: head.number, hash: head.hash }] } });
  });
  it.each([1, 3, 6])('a reorg of %i blocks retracts exactly what is gone', async (depth) => {
    for (let i = 0; i < 6; i++) await deliver();
    await catchUp(store);
    const before = new Map(store.facts);
    await world.anvil.rpc('anvil_reorg', depth, []);
    await catchUp(store);
    expect(before.size - store.facts.size).toBe(depth);
    expect(store.retracted.length).toBe(depth);
    expect(store.facts).toEqual(await truth());
    await deliver();
    await catchUp(store);
    expect(store.facts).toEqual(await truth());
  });
  it('a transaction that a reorg moves to another block is one fact, retracted and told again', async () => {
    const [transaction] = [await world.anvil.rpc<string>('eth_getRawTransactionByHash', await world.send(solver, world.ledger.deliverCall([drop()])))];
    await catchUp(store);
    const before = new Set(store.facts.keys());
    await world.anvil.rpc('anvil_reorg', 1, [[transaction, 0]]);
    await catchUp(store);
    expect(store.facts).toEqual(await truth());
    expect([...store.facts.keys()].filter((key) => !before.has(key)).length).toBe(1);
  });
  it('a reorg while it reads makes no mixed step', async () => {
    for (let i = 0; i < 3; i++) await deliver();
    let pulled = false;
    const unsteady: Ledger = { ...world.ledger, async facts(from, to) {
      const facts = await world.ledger.facts(from, to);
      if (!pulled) await world.anvil.rpc('anvil_reorg', 2, []);
      pulled = true;
      return facts;
    } };
    expect(await nextStep(unsteady, undefined, LIMITS)).toBeUndefined();
    await catchUp(store, LIMITS, unsteady);
    expect(store.facts).toEqual(await truth());
  });
  it('a step that was not saved is taken again', async () => {
    await catchUp(store);
    for (let i = 0; i < 3; i++) await deliver();
    await nextStep(world.ledger, store.cursor, LIMITS);
    await catchUp(store);
    await world.anvil.rpc('anvil_reorg', 2, []);
    await nextStep(world.ledger, store.cursor, LIMITS);
    await catchUp(store);
    expect(store.facts).toEqual(await truth());
  });
  it('a node that is behind is no reorg', async () => {
    await catchUp(store);
    const head = await world.ledger.head();
    const behind: Ledger = { ...world.ledger, head: async () => (await world.ledger.block(head.number - 1))! };
    expect(await nextStep(behind, store.cursor, LIMITS)).toBeUndefined();
    const forgetful: Ledger = { ...world.ledger, block: async () => undefined };
    expect(await nextStep(forgetful, store.cursor, LIMITS)).toBeUndefined();
  });
  it('a chain that is another one is refused', async () => {
    const foreign: Cursor = { blocks: [1, 2, 3].map((number) => ({ number, hash: `0x${'ab'.repeat(32)}` })) };
    await expect(nextStep(world.ledger, foreign, LIMITS)).rejects.toMatchObject({ code: 'reorg_too_deep' });
  });
});

describe('the loop', () => {
  it('follows through reorgs and failures until it is told to stop', async () => {
    const store = createStore();
    const stop = new AbortController();
    let failures = 2;
    const shaky: Ledger = { ...world.ledger, head: async () => (failures-- > 0 ? Promise.reject(new Error('no route')) : world.ledger.head()) };
    const log: string[] = [];
    const loop = follow({ ledger: shaky, load: store.load, apply: (step) => store.apply(step), signal: stop.signal, pollMs: 10, log: (event) => log.push(event) });
    for (let i = 0; i < 4; i++) {
      await deliver();
      if (i % 2) await world.anvil.rpc('anvil_reorg', 1, []);
    }
    const same = async () => {
      const now = await truth();
      return now.size === store.facts.size && [...now.keys()].every((key) => store.facts.has(key));
    };
    for (let i = 0; i < 300 && !(await same()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.facts).toEqual(await truth());
    stop.abort();
    await loop;
    expect(log).toContain('index.waiting');
  });
  it('ends with what the store threw', async () => {
    const store = createStore();
    const apply = () => Promise.reject(new Error('disk full'));
    await expect(follow({ ledger: world.ledger, load: store.load, apply, signal: new AbortController().signal, pollMs: 10 })).rejects.toThrow('disk full');
  });
});
