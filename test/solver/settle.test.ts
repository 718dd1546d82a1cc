/** The step engine on real chains: every promise reaches its end, also when the solver is killed at any step. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderId, type SignedOrder } from '../../intents/order.ts';
import { tokenNamed } from '../../intents/registry.ts';
import type { Promised, Step, Steps } from '../../solver/ports.ts';
import { prepare } from '../../solver/prepare.ts';
import { drive } from '../../solver/settle.ts';
import { settleTokens } from '../../solver/steps.ts';
import type { Built } from '../../solver/world.ts';
import { awardTo, ETHER, type Network, orderOf, type Said, startNetwork, USDC, type User } from './network.ts';

let network: Network;
let user: User;
beforeAll(async () => {
  network = await startNetwork();
  user = await network.user();
});
afterAll(() => network.stop());

/** A solver whose world can be thrown away and made again, as by a crash. */
async function openSolver() {
  const key = await network.solver();
  const dir = network.folder();
  let signal = new AbortController();
  const begin = async (): Promise<Built> => {
    signal = new AbortController();
    const world = await network.world(key, dir, { signal: signal.signal });
    world.connect({
      prove: (chainId, drops) => network.prove(chainId === 31301 ? 'base' : 'ethereum', drops, chainId),
      judge: () => Promise.reject(new Error('no jobs here')),
      report: () => {},
    });
    await world.start();
    return world;
  };
  let world = await begin();
  await prepare(world, world.doors, { bondTarget: 100, sellsTokens: true });
  return {
    world: () => world,
    async crash() {
      signal.abort();
      await world.close();
      world = await begin();
    },
    async close() {
      signal.abort();
      await world.close();
    },
  };
}

async function promise(world: Built, signed: SignedOrder, sell: bigint, buy: bigint): Promise<Promised> {
  const promised = {
    id: orderId(signed.order),
    venue: 'inventory',
    signed,
    awarded: await awardTo(network, world.account as never, signed, sell, buy),
    holds: [],
    at: Date.now(),
  };
  world.book.promise(promised);
  return promised;
}

const performer = (world: Built) => async (step: Step) => {
  if ('free' in step) return world.book.free('0x');
  if ('wait' in step) return new Promise((resolve) => setTimeout(resolve, step.ms));
  return world.on(step.send.chainId)!.send(step.key, step.send);
};
const balance = (chain: string, symbol: string, account: `0x${string}`) => {
  const at = network.registry.chains.find(({ name }) => name === chain)!;
  return network.ledger(chain).balanceOf(account, tokenNamed(at, symbol)!.address);
};

const CASES: { what: string; said: Said; sell: bigint; buy: bigint }[] = [
  {
    what: 'a fill',
    said: { from: 'base', sell: ['USDC', 100n * USDC], buy: ['DAI', 99n * ETHER] },
    sell: 100n * USDC,
    buy: 99n * ETHER + 1n,
  },
  {
    what: 'a fill for native coin',
    said: { from: 'base', sell: ['USDC', 90n * USDC], buy: ['ETH', ETHER / 40n] },
    sell: 90n * USDC,
    buy: ETHER / 40n,
  },
  {
    what: 'an exact-out fill',
    said: { from: 'base', sell: ['DAI', 60n * ETHER], buy: ['USDC', 50n * USDC], exact: 'out' },
    sell: 51n * ETHER,
    buy: 50n * USDC,
  },
  {
    what: 'an order across chains',
    said: { from: 'ethereum', to: 'base', sell: ['DAI', 255n * ETHER], buy: ['USDC', 250n * USDC], exact: 'out' },
    sell: 251n * ETHER,
    buy: 250n * USDC,
  },
];

describe('settles', { timeout: 90_000, concurrent: true }, () => {
  it.each(CASES)('$what, to the last unit', async ({ said, sell, buy }) => {
    const me = await network.user();
    const solver = await openSolver();
    const world = solver.world();
    const signed = await me.sign(orderOf(network, me.account.address, said));
    const before = await Promise.all([
      balance(said.from, said.sell[0], me.account.address),
      balance(said.to ?? said.from, said.buy[0], me.account.address),
    ]);
    const outcome = await drive(settleTokens(world, await promise(world, signed, sell, buy)), performer(world));
    expect(outcome).toMatchObject({ outcome: 'settled' });
    const after = await Promise.all([
      balance(said.from, said.sell[0], me.account.address),
      balance(said.to ?? said.from, said.buy[0], me.account.address),
    ]);
    expect(before[0] - after[0]).toBe(sell);
    expect(after[1] - before[1]).toBe(buy);
    await solver.close();
  });

  it('native coin that the user opens itself, on one chain and across two', async () => {
    const solver = await openSolver();
    const world = solver.world();
    await Promise.all(
      (['ethereum', 'base'] as const).map(async (to) => {
        const me = await network.user();
        const order = orderOf(network, me.account.address, {
          from: 'ethereum',
          to,
          sell: ['ETH', ETHER / 20n],
          buy: ['USDC', 140n * USDC],
        });
        const signed = await me.sign(order);
        const promised = await promise(world, signed, ETHER / 20n, 149n * USDC);
        const before = await balance(to, 'USDC', me.account.address);
        const settled = drive(settleTokens(world, promised), performer(world));
        await me.send(network.ledger('ethereum').openCall(signed, promised.awarded));
        expect(await settled).toMatchObject({ outcome: 'settled' });
        expect((await balance(to, 'USDC', me.account.address)) - before).toBe(149n * USDC);
      }),
    );
    await solver.close();
  });

  it('lets go of what the user never opened, and of what another has filled', async () => {
    const solver = await openSolver();
    const other = await openSolver();
    const world = solver.world();
    const own = await user.sign(orderOf(network, user.account.address, { from: 'ethereum', sell: ['ETH', ETHER], buy: ['USDC', USDC] }));
    const promised = {
      id: orderId(own.order),
      venue: 'inventory',
      signed: own,
      awarded: await awardTo(network, world.account as never, own, ETHER, 2n * USDC, 2),
      holds: [],
      at: 0,
    };
    expect(await drive(settleTokens(world, promised), performer(world))).toMatchObject({ outcome: 'unopened' });

    const signed = await user.sign(orderOf(network, user.account.address, CASES[0]!.said));
    expect(
      await drive(settleTokens(other.world(), await promise(other.world(), signed, 100n * USDC, 99n * ETHER)), performer(other.world())),
    ).toMatchObject({ outcome: 'settled' });
    expect(await drive(settleTokens(world, await promise(world, signed, 100n * USDC, 99n * ETHER)), performer(world))).toMatchObject({
      outcome: 'lost',
    });
    await Promise.all([solver.close(), other.close()]);
  });

  it.each([CASES[0]!, CASES[1]!, CASES[3]!])('$what that the user made impossible: the award is void, and nobody can slash it', async ({ said, sell, buy }) => {
    const me = await network.user();
    const solver = await openSolver();
    const world = solver.world();
    const signed = await me.sign(orderOf(network, me.account.address, said));
    const chain = network.registry.chains.find(({ name }) => name === said.from)!;
    const ledger = network.ledger(said.from);
    const awarded = await awardTo(network, world.account as never, signed, sell, buy, 25);
    const promised = { ...(await promise(world, signed, sell, buy)), awarded };
    await me.send(ledger.approveCall(tokenNamed(chain, said.sell[0])!.address, signed.order.settlement, 0n));
    const before = await balance(said.from, said.buy[0], world.account.address);
    expect(await drive(settleTokens(world, promised), performer(world))).toMatchObject({ outcome: 'voided' });
    // What the solver put in came back (gas aside), and the user's funds coming back change nothing.
    if (said.buy[0] !== 'ETH') expect(await balance(said.from, said.buy[0], world.account.address)).toBe(before);
    await me.send(ledger.approveCall(tokenNamed(chain, said.sell[0])!.address, signed.order.settlement, 2n ** 200n));
    while ((await ledger.head()).at <= awarded.award.fillBy) await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await ledger.simulate(ledger.slashCall(signed, awarded), me.account.address)).toMatchObject({ ok: false, error: { message: expect.stringContaining('tried to honour') } });
    await solver.close();
  });

  // The generator is dropped before, or right after, the effect of its n-th step; the world is made anew from its files.
  const POINTS = [0, 1, 2, 3, 4, 5].flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })));
  it('once, and is paid, when killed before or after any step of an order across chains', async () => {
    const ends = await Promise.all(
      POINTS.map(async ({ step, when }) => {
        const solver = await openSolver();
        const me = await network.user();
        const said: Said = { from: 'ethereum', to: 'base', sell: ['USDC', 100n * USDC], buy: ['DAI', 98n * ETHER] };
        const promised = await promise(solver.world(), await me.sign(orderOf(network, me.account.address, said)), 100n * USDC, 99n * ETHER);
        const purse = () =>
          Promise.all([
            balance('ethereum', 'USDC', solver.world().account.address),
            balance('base', 'DAI', solver.world().account.address),
          ]);
        const before = await purse();
        await runTo(settleTokens(solver.world(), promised), performer(solver.world()), step, when);
        await solver.crash();
        const open = solver.world().book.open()[0]!;
        const outcome = await drive(settleTokens(solver.world(), open), performer(solver.world()));
        const after = await purse();
        await solver.close();
        return `${when} ${step}: ${outcome?.outcome}, earned ${after[0] - before[0]}, paid ${before[1] - after[1]}`;
      }),
    );
    expect(ends).toEqual(POINTS.map(({ step, when }) => `${when} ${step}: settled, earned ${100n * USDC}, paid ${99n * ETHER}`));
  });
});

describe('a reorg', { timeout: 90_000 }, () => {
  it('that takes back each transaction as it is mined changes nothing in the end', async () => {
    const solver = await openSolver();
    const world = solver.world();
    const me = await network.user();
    const order = orderOf(network, me.account.address, {
      from: 'ethereum',
      to: 'base',
      sell: ['USDC', 70n * USDC],
      buy: ['DAI', 68n * ETHER],
    });
    const promised = await promise(world, await me.sign(order), 70n * USDC, 69n * ETHER);
    // What became final before, as users' approvals, stays.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const purse = () => Promise.all([balance('ethereum', 'USDC', world.account.address), balance('base', 'DAI', world.account.address)]);
    const before = await purse();
    const taken: string[] = [];
    const perform = performer(world);
    const outcome = await drive(settleTokens(world, promised), async (step) => {
      const row = await perform(step);
      if ('send' in step && !taken.includes(step.key)) {
        taken.push(step.key);
        await network.chains.find(({ id }) => id === step.send.chainId)!.rpc('anvil_reorg', [1, []]);
      }
      return row;
    });
    expect(taken.map((key) => key.split(':')[0])).toEqual(['open', 'deliver', 'claim']);
    expect(outcome).toMatchObject({ outcome: 'settled' });
    const after = await purse();
    expect([after[0] - before[0], before[1] - after[1]]).toEqual([70n * USDC, 69n * ETHER]);
    await solver.close();
  });
});

/** Takes steps up to number `last`, and gives up before or after its effect; `after` a send means: broadcast, not waited for. */
async function runTo(steps: Steps, perform: (step: Step) => Promise<unknown>, last: number, when: 'before' | 'after') {
  let answer: unknown;
  for (let n = 0; ; n++) {
    const next = await steps.next(answer as never);
    if (next.done || (n === last && when === 'before')) return;
    const done = perform(next.value);
    if (n === last) return void done.catch(() => {});
    answer = await done;
  }
}
