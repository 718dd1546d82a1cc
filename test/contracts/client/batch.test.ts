/** Batches as clients pack, plan and send them: the same ids, the same verdict on every plan, on a real chain. */
import fc from 'fast-check';
import { type Address, concat, encodeFunctionData, getAddress, type Hex, keccak256, maxUint256, numberToHex, zeroAddress, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settlementAbi } from '../../../contracts/client/abi.ts';
import { compact, fillManyCall, LINE_NONCES, type Packed, packLines } from '../../../contracts/client/batch.ts';
import type { Call } from '../../../contracts/client/ledger.ts';
import { type Amounts, checkPlan, inventoryPlan, limitsOf, nettedPlan, packStep, type Party, type Plan, type Step } from '../../../contracts/client/plan.ts';
import { foldAwards, marketTypedData } from '../../../intents/market.ts';
import { NATIVE, type Order, orderId, type OrderOf, type SignedOrder, typedDataOf } from '../../../intents/order.ts';
import { auctioneer, DAI, deployer, solver, startWorld, USDC, type World } from './world.ts';
import { tokenAbi } from './token.ts';

type Swap = OrderOf<'fillIn' | 'fillOut'>;
const users = Array.from({ length: 6 }, (_, n) => privateKeyToAccount(keccak256(numberToHex(0xba7c4 + n))));
const CHAIN = 31_301;
const SETTLEMENT: Address = '0x5e771e5e771e5e771e5e771e5e771e5e771e5e77';
const TOKENS = [1, 2, 3].map((n): Address => getAddress(numberToHex(n, { size: 20 })));

type Wanted = { user?: number; out?: boolean; from?: Address; to?: Address; sell?: bigint; buy?: bigint };
function swap({ user = 0, out = false, from = TOKENS[0]!, to = TOKENS[1]!, sell = 100n, buy = 50n }: Wanted, chainId = CHAIN, settlement = SETTLEMENT): Swap {
  const { address } = users[user]!;
  const terms = { auctioneer: auctioneer.address, exclusiveUntil: 1_900_000_000, fillBy: 1_900_000_100 };
  const common = { sentence: `Sell ${sell} for ${buy}.`, user: address, nonce: 7n, terms };
  return out
    ? { kind: 'fillOut', chainId, settlement, message: { ...common, sell: { token: from, atMost: sell }, buy: { token: to, exactly: buy, to: address } } }
    : { kind: 'fillIn', chainId, settlement, message: { ...common, sell: { token: from, exactly: sell }, buy: { token: to, atLeast: buy, to: address } } };
}
async function signedBy(user: number, order: Order): Promise<SignedOrder> {
  const signature = await users[user]!.signTypedData(typedDataOf(order) as Parameters<(typeof users)[0]['signTypedData']>[0]);
  return { order, auth: { mode: 'signature', signature } };
}
const signedSwap = (wanted: Wanted) => signedBy(wanted.user ?? 0, swap(wanted));
/** What `fillManyCall` would refuse to encode. */
function uncheckedCall({ chainId, settlement, auctioneer: by, tokens, lines }: Packed, { steps, split }: Plan): Call {
  const batch = { tokens, auctioneer: by, award: 0n, r: zeroHash, vs: zeroHash };
  const data = encodeFunctionData({ abi: settlementAbi, functionName: 'fillMany', args: [batch, lines, steps.map(packStep), BigInt(split), '0x'] });
  return { chainId, to: settlement, data, value: 0n, what: 'fillMany' };
}
/** Lines without signatures: enough for plans. */
function unsigned(orders: readonly Wanted[]): Pick<Packed, 'lines' | 'tokens'> {
  const lines = orders.map(({ out = false, from = TOKENS[0]!, to = TOKENS[1]!, sell = 100n, buy = 50n }) => {
    const head = (BigInt(TOKENS.indexOf(from)) << 16n) | (BigInt(TOKENS.indexOf(to)) << 8n) | (out ? 1n : 0n);
    return { sentence: '0x', user: zeroAddress, amounts: (sell << 128n) | buy, terms: head << 232n, r: '0x', vs: '0x' } as const;
  });
  return { lines, tokens: TOKENS };
}

describe('packing', () => {
  const refused = async (order: Order, code: string, param: string, user = 0) =>
    expect(packLines([await signedSwap({ user: 1 }), await signedBy(user, order)])).rejects.toMatchObject({ name: 'TenderError', code, param });
  const changed = (change: (order: Swap) => void, wanted: Wanted = {}) => {
    const order = structuredClone(swap(wanted));
    change(order);
    return order;
  };

  it('refuses what a line cannot say', async () => {
    await refused(changed(({ message }) => (message.buy.to = users[3]!.address)), 'line_recipient', '1.buy.to');
    await refused(changed(({ message }) => (message.nonce = LINE_NONCES)), 'line_nonce', '1.nonce');
    await refused(swap({ from: NATIVE }), 'line_native', '1.sell.token');
    await refused(swap({ to: NATIVE, out: true }), 'line_native', '1.buy.token');
    const options = { smallestPart: 0n, decayFrom: 0n, decayUntil: 0, parts: 0, every: 0, start: 0, feeTo: zeroAddress, feeBps: 0 };
    await refused(changed(({ message }) => (message.options = options)), 'line_options', '1.options');
  });

  it('refuses orders of another kind', async () => {
    const order = { ...swap({}), kind: 'lease' } as unknown as Order;
    await expect(packLines([{ order, auth: { mode: 'own' } }])).rejects.toMatchObject({ code: 'wrong_kind', param: '0.kind' });
  });

  it('takes the largest nonce', async () => {
    const order = changed(({ message }) => (message.nonce = LINE_NONCES - 1n));
    expect((await packLines([await signedBy(0, order)])).lines[0]!.terms % LINE_NONCES).toBe(LINE_NONCES - 1n);
  });

  it('refuses signatures that are not by the user’s key', async () => {
    const order = swap({});
    const good = await signedBy(0, order);
    const bad = async (auth: SignedOrder['auth']) => expect(packLines([{ order, auth }])).rejects.toMatchObject({ code: 'line_signature', param: '0.auth' });
    await bad({ mode: 'own' });
    await bad((await signedBy(1, order)).auth);
    await bad({ mode: 'signature', signature: '0x' });
    await bad({ mode: 'signature', signature: `0x${'00'.repeat(65)}` });
    await bad({ mode: 'signature', signature: concat([good.auth.mode === 'signature' ? good.auth.signature : '0x', '0x00']) });
  });

  it('refuses to mix chains, contracts and auctioneers', async () => {
    const others = [swap({}, 1), swap({}, CHAIN, TOKENS[2]), changed(({ message }) => (message.terms.auctioneer = zeroAddress))];
    for (const order of others) await refused(order, 'batch_mixed', '1.terms.auctioneer');
  });

  it('refuses no orders and more than 256 tokens', async () => {
    await expect(packLines([])).rejects.toMatchObject({ code: 'batch_size' });
    const token = (n: number) => getAddress(numberToHex(n + 1, { size: 20 }));
    const many = await Promise.all(Array.from({ length: 129 }, (_, n) => signedSwap({ from: token(2 * n), to: token(2 * n + 1) })));
    await expect(packLines(many)).rejects.toMatchObject({ code: 'batch_size' });
    expect((await packLines(many.slice(1))).tokens).toHaveLength(256);
  });

  it('names each token once, however it is spelled', async () => {
    const odd: Address = '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd';
    const orders = [await signedSwap({ from: odd }), await signedSwap({ user: 1, from: getAddress(odd) })];
    expect((await packLines(orders)).tokens).toEqual([odd, TOKENS[1]]);
  });

  it('turns signatures into EIP-2098, and takes them as such', async () => {
    for (let nonce = 0n; nonce < 8n; nonce++) {
      const { auth } = await signedBy(0, changed(({ message }) => (message.nonce = nonce)));
      const long = auth.mode === 'signature' ? auth.signature : '0x';
      const pair = compact(long)!;
      expect(compact(concat([pair.r, pair.vs]))).toEqual(pair);
      const s = BigInt(`0x${long.slice(66, 130)}`);
      const high = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n - s;
      const flipped = long.endsWith('1b') ? '0x1c' : '0x1b';
      expect(compact(concat([pair.r, numberToHex(high, { size: 32 }), flipped]))).toBeUndefined();
      expect(compact(concat([long.slice(0, 130) as Hex, '0x01']))).toBeUndefined();
    }
  });
});

describe('plans', () => {
  const pair = [{ sell: 100n, buy: 50n }, { user: 1, from: TOKENS[1], to: TOKENS[0], sell: 50n, buy: 100n }] satisfies Wanted[];

  it('a pair costs one transfer per order', () => {
    const trade = unsigned(pair);
    const plan = nettedPlan(trade, limitsOf(trade));
    expect(plan).toEqual({ steps: [{ from: 0, to: 1, amount: 100n }, { from: 1, to: 0, amount: 50n }], split: 2 });
  });

  it.each([3, 4, 7, 30])('a ring of %i costs one transfer per order', (length) => {
    const token = (n: number) => (n === length - 1 && length % 2 === 1 ? TOKENS[2]! : TOKENS[n % 2]!);
    const trade = unsigned(Array.from({ length }, (_, n) => ({ from: token(n), to: token((n + length - 1) % length), sell: 100n + BigInt(n), buy: 100n + BigInt((n + length - 1) % length) })));
    const amounts = limitsOf(trade);
    const plan = nettedPlan(trade, amounts);
    expect(plan.steps).toHaveLength(length);
    expect(plan.split).toBe(length);
    expect(checkPlan(trade, plan)).toEqual(amounts);
  });

  it('the caller takes the surplus before the split and pays what is missing after it', () => {
    const trade = unsigned([pair[0]!, { ...pair[1]!, sell: 60n, buy: 90n }]);
    const plan = nettedPlan(trade, [{ sold: 100n, bought: 50n }, { sold: 60n, bought: 110n }]);
    expect(plan.steps.slice(0, plan.split)).toContainEqual({ from: 1, to: 'caller', amount: 10n });
    expect(plan.steps.slice(plan.split)).toEqual([{ from: 'caller', to: 1, amount: 10n }]);
  });

  const small = fc.bigInt(1n, 12n);
  const wanted = fc.record({ out: fc.boolean(), pair: fc.constantFrom([0, 1], [1, 0], [0, 2], [2, 0], [1, 2], [2, 1]), sell: small, buy: small });
  const trades = fc.array(wanted, { minLength: 1, maxLength: 12 }).map((all) => unsigned(all.map(({ pair: [from, to], ...rest }) => ({ ...rest, from: TOKENS[from!]!, to: TOKENS[to!]! }))));

  it('every plan that is made passes the check, with exactly the amounts, in at most two transfers per order', () => {
    fc.assert(
      fc.property(trades, (trade) => {
        const amounts = limitsOf(trade);
        for (const plan of [nettedPlan(trade, amounts), inventoryPlan(amounts)]) {
          expect(checkPlan(trade, plan)).toEqual(amounts);
          expect(plan.steps.length).toBeLessThanOrEqual(2 * amounts.length);
          expect(plan.steps.every(({ amount }) => amount > 0n)).toBe(true);
          // The caller is given everything before it has to pay anything.
          expect(plan.steps.slice(0, plan.split).some(({ from }) => from === 'caller')).toBe(false);
          expect(plan.steps.slice(plan.split).every(({ from }) => from === 'caller')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses wrong steps', () => {
    const trade = unsigned([...pair, { to: TOKENS[2] }]);
    const good = nettedPlan(trade, limitsOf(trade));
    const wrong: Step[] = [
      { from: 3, to: 1, amount: 1n }, { from: 0, to: -1, amount: 1n }, { from: 0, to: 0.5, amount: 1n }, { from: 'caller', to: 'caller', amount: 1n },
      { from: 0, to: 2, amount: 1n }, { from: 0, to: 0, amount: 1n }, { from: 0, to: 1, amount: -1n }, { from: 0, to: 1, amount: 1n << 128n },
    ];
    for (const step of wrong) expect(() => checkPlan(trade, { ...good, steps: [good.steps[0]!, step] , split: 0 })).toThrowError(expect.objectContaining({ code: 'wrong_step', param: 'steps.1' }));
    for (const split of [-1, good.steps.length + 1, 0.5]) expect(() => checkPlan(trade, { ...good, split })).toThrowError(expect.objectContaining({ code: 'wrong_step', param: 'split' }));
  });

  it('refuses what a line did not sign', () => {
    const trade = unsigned([pair[0]!, { ...pair[1]!, out: true }]);
    const refused = (line: number, zero: Amounts, one: Amounts) =>
      expect(() => checkPlan(trade, nettedPlan(trade, [zero, one]))).toThrowError(expect.objectContaining({ code: 'line_not_met', param: `lines.${line}` }));
    const limits = { zero: { sold: 100n, bought: 50n }, one: { sold: 50n, bought: 100n } };
    refused(0, { sold: 99n, bought: 50n }, limits.one);
    refused(0, { sold: 101n, bought: 50n }, limits.one);
    refused(0, { sold: 100n, bought: 49n }, limits.one);
    refused(1, limits.zero, { sold: 51n, bought: 100n });
    refused(1, limits.zero, { sold: 50n, bought: 101n });
    refused(1, limits.zero, { sold: 0n, bought: 100n });
  });
});

describe('awards of a batch', () => {
  it('fold to the hashes of ids and of words of two amounts', () => {
    const orders = [keccak256('0x01'), keccak256('0x02')];
    const amounts = [{ sell: 1n, buy: 2n }, { sell: 3n, buy: (1n << 128n) - 1n }];
    const folded = foldAwards(orders.map((order, index) => ({ order, ...amounts[index]! })));
    expect(folded.orders).toBe(keccak256(concat(orders)));
    expect(folded.amounts).toBe(keccak256(`0x${'0'.repeat(31)}1${'0'.repeat(31)}2${'0'.repeat(31)}3${'f'.repeat(32)}`));
  });
});

describe('on a chain', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ chainId: CHAIN });
    await world.anvil.rpc('anvil_autoImpersonateAccount', true);
    for (const user of [...users, solver]) {
      await world.anvil.rpc('anvil_setBalance', user.address, '0xde0b6b3a7640000');
      for (const token of [world.usdc, world.dai]) {
        await world.send(user, world.ledger.approveCall(token, world.chain.contracts.settlement, maxUint256));
        await world.send(deployer, { chainId: CHAIN, to: token, data: encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [user.address, 1_000_000n * DAI] }), value: 0n, what: 'mint' });
      }
    }
  }, 60_000);
  afterAll(() => world?.anvil.stop());

  let nonce = 1n;
  /** Orders of users 0, 1, 2 … in this world; past their windows unless `exclusive`. */
  async function orders(all: readonly Wanted[], exclusive = false): Promise<SignedOrder[]> {
    const now = await world.now();
    return Promise.all(
      all.map((wanted, user) => {
        const order = swap({ user, ...wanted }, CHAIN, world.chain.contracts.settlement);
        Object.assign(order.message, { nonce: nonce++, terms: { auctioneer: auctioneer.address, exclusiveUntil: exclusive ? now + 1_000 : now - 1, fillBy: now + 2_000 } });
        return signedBy(wanted.user ?? user, order);
      }),
    );
  }
  const crossing = (): Wanted[] => [
    { from: world.usdc, to: world.dai, sell: 100n * USDC, buy: 50n * DAI },
    { out: true, from: world.dai, to: world.usdc, sell: 60n * DAI, buy: 100n * USDC },
    { from: world.usdc, to: world.dai, sell: 7n * USDC, buy: 3n * DAI },
  ];
  const holdings = async () => Promise.all([...users.slice(0, 3), solver].flatMap(({ address }) => [world.usdc, world.dai].map((token) => world.ledger.balanceOf(address, token))));

  it('fills a pair and an order from inventory, and tells each under the order’s id', async () => {
    const signed = await orders(crossing());
    const packed = await packLines(signed);
    expect(packed.ids).toEqual(signed.map(({ order }) => orderId(order)));
    const before = await holdings();
    const amounts = [{ sold: 100n * USDC, bought: 55n * DAI }, { sold: 55n * DAI, bought: 100n * USDC }, { sold: 7n * USDC, bought: 3n * DAI }];
    const plan = nettedPlan(packed, amounts);
    expect(plan.steps).toHaveLength(4);
    await world.send(solver, fillManyCall(packed, plan));
    const change = (await holdings()).map((held, index) => held - before[index]!);
    expect(change).toEqual([-100n * USDC, 55n * DAI, 100n * USDC, -55n * DAI, -7n * USDC, 3n * DAI, 7n * USDC, -3n * DAI]);
    const { number } = await world.ledger.head();
    const facts = await world.ledger.facts(number, number);
    expect(facts.map(({ order, fact }) => [order, fact.type, 'bought' in fact && fact.bought])).toEqual(packed.ids.map((id, index) => [id, 'filled', amounts[index]!.bought]));
    for (const { order } of signed) expect(await world.ledger.stateOf(order)).toBe('filled');
  });

  it('fills under one signature of the auctioneer, and only as awarded', async () => {
    const packed = await packLines(await orders(crossing(), true));
    const amounts = [{ sold: 100n * USDC, bought: 55n * DAI }, { sold: 55n * DAI, bought: 100n * USDC }, { sold: 7n * USDC, bought: 3n * DAI }];
    const now = await world.now();
    const awards = {
      ...foldAwards(packed.ids.map((order, index) => ({ order, sell: amounts[index]!.sold, buy: amounts[index]!.bought }))),
      solver: solver.address, bond: 5n, cutAt: now, notBefore: now, fillBy: now + 300,
    };
    const signature = await auctioneer.signTypedData(marketTypedData('Awards', awards, CHAIN, world.chain.contracts.settlement) as Parameters<typeof auctioneer.signTypedData>[0]);
    const plan = nettedPlan(packed, amounts);
    const better = nettedPlan(packed, [amounts[0]!, { sold: 54n * DAI, bought: 100n * USDC }, amounts[2]!]);
    const awarded = { awards, signature };
    expect(() => fillManyCall(packed, better, { awarded })).toThrowError(expect.objectContaining({ code: 'wrong_awards', param: 'awards.amounts' }));
    expect(() => fillManyCall(packed, plan, { awarded: { awards: { ...awards, orders: awards.amounts }, signature } })).toThrowError(expect.objectContaining({ code: 'wrong_awards', param: 'awards.orders' }));
    expect(() => fillManyCall(packed, plan, { awarded: { awards, signature: '0x12' } })).toThrowError(expect.objectContaining({ code: 'awards_signature' }));
    expect(await world.ledger.simulate(fillManyCall(packed, plan), solver.address)).toMatchObject({ ok: false, error: { code: 'exclusive' } });
    expect(await world.ledger.simulate(fillManyCall(packed, plan, { awarded }), users[5]!.address)).toMatchObject({ ok: false, error: { code: 'bad_signature' } });
    const call = fillManyCall(packed, plan, { awarded });
    await world.send(solver, call);
    expect(await world.ledger.simulate(call, solver.address)).toMatchObject({ ok: false, error: { code: 'nonce_used' } });
  });

  it('says which step the token refused', async () => {
    const packed = await packLines(await orders([...crossing().slice(0, 2), { from: world.usdc, to: world.dai, sell: 10n ** 30n, buy: 1n }]));
    const plan = nettedPlan(packed, limitsOf(packed));
    const at = plan.steps.findIndex(({ from }) => from === 2);
    const simulation = await world.ledger.simulate(fillManyCall(packed, plan), solver.address);
    expect(simulation).toMatchObject({ ok: false, error: { code: 'step_failed', message: `The token refused the transfer of step ${at} of the plan.` } });
  });

  it('the contract’s verdict on any plan is checkPlan’s', async () => {
    const packed = await packLines(await orders(crossing()));
    const verdict = async (plan: Plan): Promise<string> => {
      let mine = 'ok';
      try {
        checkPlan(packed, plan);
      } catch (error) {
        mine = (error as { code: string }).code;
      }
      const call = mine === 'ok' ? fillManyCall(packed, plan) : uncheckedCall(packed, plan);
      const simulation = await world.ledger.simulate(call, solver.address);
      expect(simulation.ok ? 'ok' : simulation.error.code).toBe(mine);
      return mine;
    };
    const party = fc.constantFrom<Party>(0, 1, 2, 'caller', 3);
    const amount = fc.constantFrom(0n, 45n * DAI, 55n * DAI, 60n * DAI, 3n * DAI, 7n * USDC, 93n * USDC, 100n * USDC);
    const good = nettedPlan(packed, limitsOf(packed)).steps;
    const step = fc.record({ from: party, to: party, amount });
    const damage = fc.array(fc.record({ at: fc.nat(good.length - 1), step }), { maxLength: 2 });
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(damage, async (all) => {
        const steps = [...good];
        for (const one of all) steps[one.at] = one.step;
        const mine = await verdict({ steps, split: 0 });
        seen[mine] = (seen[mine] ?? 0) + 1;
      }),
      { numRuns: 120, seed: 7 },
    );
    expect(Object.keys(seen).sort()).toEqual(['line_not_met', 'ok', 'wrong_step']);
  }, 60_000);
});
