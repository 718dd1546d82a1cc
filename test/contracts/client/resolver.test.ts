/** Our orders, filled by a solver that knows only ERC-7683: on one chain, and across two by a storage proof. */
import { encodeAbiParameters, encodeFunctionData, type Hex, numberToHex, pad, slice } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryAbi, escrowAbi, resolverAbi } from '../../../contracts/client/abi.ts';
import { dealStruct } from '../../../contracts/client/deal.ts';
import { deployResolver, deployStorageProof } from '../../../contracts/client/deploy.ts';
import { recordKey } from '../../../contracts/client/evidence.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { attestedHashEvidence, proveRecords, recordEvidence } from '../../../contracts/client/proof.ts';
import { offerOf, offerPayload } from '../../../contracts/client/resolver.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { decodeEvmInterop, evmInterop } from '../../../intents/interop.ts';
import { type OrderOf, orderId, type SignedOrder } from '../../../intents/order.ts';
import { decoded, solve, type Stranger, TAGS, unframed, wordsOf } from './stranger.ts';
import { tokenAbi } from './token.ts';
import { attesters, awarded, DAI, deployer, fillIn, openOut, signed, signMessage, solver, startWorld, USDC, user, type World } from './world.ts';

const FAR = 31302;
let home: World;
let far: World;
let resolver: Hex;
let attested: { source: Hex; verifier: Hex };

beforeAll(async () => {
  [home, far] = await Promise.all([startWorld(), startWorld({ chainId: FAR })]);
  resolver = await deployResolver({ rpc: home.anvil.url, deployer, contracts: home.chain.contracts });
  attested = await deployStorageProof({ rpc: home.anvil.url, deployer, config: { source: { attesters: [attesters[0]!.address], k: 1 }, gaps: { [FAR]: 60 } } });
});
afterAll(async () => void (await Promise.all([home?.anvil.stop(), far?.anvil.stop()])));

const account = (data: Hex, index: number) => decodeEvmInterop(wordsOf(['uint256', 'bytes'], data)[index] as Hex).address;
const framed = (type: { type: string; components?: readonly unknown[] }, value: unknown) =>
  encodeAbiParameters([{ type: 'string' }, type as { type: string }], ['', value]);

/** A solver that has vetted our resolver and its verifier, and knows how to get its two witnesses. */
const stranger = (change: Partial<Stranger> = {}): Stranger => ({
  resolver: { anvil: home.anvil, address: resolver },
  chains: [home.anvil, far.anvil],
  account: solver,
  assumptions: {
    'tender.caller': (data) => account(data, 1) === solver.address,
    'tender.payee': (data) => account(data, 1) === solver.address,
    'tender.payee.caller': (data) => wordsOf(['uint256', 'uint256'], data)[0] === 0n,
    'tender.plain': (data) => [home.usdc, home.dai, far.dai].map((token) => token.toLowerCase()).includes(decodeEvmInterop(wordsOf(['bytes'], data)[0] as Hex).address!.toLowerCase()),
    'tender.verifier': (data) => decodeEvmInterop(wordsOf(['bytes', 'uint256'], data)[0] as Hex).address!.toLowerCase() === attested.verifier.toLowerCase(),
    'tender.again': (data, steps) => wordsOf(['uint256'], data)[0] === BigInt(steps - 1),
  },
  witnesses: {
    async 'tender.deal'(data) {
      const [, id] = wordsOf(['bytes', 'bytes32'], data) as [Hex, Hex];
      const order = orders.get(id)!;
      const claim = escrowAbi.find((item) => item.type === 'function' && item.name === 'claim')! as { inputs: readonly { type: string }[] };
      return framed(claim.inputs[1]!, dealStruct((await home.ledger.dealOf(order))!));
    },
    async 'tender.record'(data, [block]) {
      const [, , , key] = wordsOf(['bytes', 'uint256', 'bytes', 'bytes32'], data) as [Hex, bigint, Hex, Hex];
      return framed({ type: 'bytes' }, await evidence(key, Number(BigInt(slice(block!, 32, 64)))));
    },
  },
  ...change,
});

const orders = new Map<Hex, OrderOf<'openOut'>>();
async function evidence(key: Hex, at: number): Promise<Hex> {
  const proof = await proveRecords({ chain: far.chain, keys: [key], at });
  const message = { chain: pad(numberToHex(FAR), { size: 32 }), number: BigInt(at), hash: proof.block.hash };
  const signature = await signMessage(attesters[0]!, 'Header', message, home.chain.id, attested.source);
  return recordEvidence(proof, key, attestedHashEvidence({ signers: [attesters[0]!.address], k: 1 }, [{ index: 0, signature }]));
}
async function across(): Promise<SignedOrder> {
  const order = await openOut(home);
  const later = Math.max(await far.now(), await home.now()) + 600;
  order.message.buy = { ...order.message.buy, chainId: BigInt(FAR), token: far.dai, deliverBy: later };
  order.message.terms = { ...order.message.terms, verifier: attested.verifier, closeAfter: later + 1_000 };
  orders.set(orderId(order), order);
  return signed(order);
}
const dropOf = ({ order }: SignedOrder): Drop => {
  const { token, to, deliverBy } = (order as OrderOf<'openOut'>).message.buy;
  return { dealId: orderId(order), output: 0, token, to, deliverBy, solver: solver.address, amount: 99n * DAI };
};
const describeOffer = (offer: ReturnType<typeof offerOf>) => clientOf(home.anvil.url).readContract({ address: resolver, abi: resolverAbi, functionName: 'describe', args: [offer] });

describe('a solver that knows only ERC-7683', () => {
  it('fills an open order at its limit', async () => {
    const order = await fillIn(home);
    order.message.terms.exclusiveUntil = (await home.now()) - 1;
    const before = await home.ledger.balanceOf(user.address, home.dai);
    expect(await solve(stranger(), offerPayload(await signed(order)))).toEqual({ done: 'paid', steps: ['sent'], paid: 100n * USDC, promised: 100n * USDC });
    expect((await home.ledger.balanceOf(user.address, home.dai)) - before).toBe(99n * DAI);
    expect(await home.ledger.stateOf(order)).toBe('filled');
  });
  it('waits until the order is anyone’s', async () => {
    const order = await fillIn(home);
    expect(await solve(stranger(), offerPayload(await signed(order)))).toMatchObject({ done: 'paid', paid: 100n * USDC });
    expect(await home.now()).toBe(order.message.terms.exclusiveUntil + 1);
  });
  it('fills its award, and does not touch another’s', async () => {
    const order = await signed(await fillIn(home));
    const award = await awarded(order, await home.now(), { buy: 100n * DAI });
    expect(await solve(stranger({ account: user }), offerPayload(order, award))).toMatchObject({ done: 'aborted', paid: 0n });
    expect(await solve(stranger({ assumptions: { ...stranger().assumptions, 'tender.caller': () => false } }), offerPayload(order, award))).toMatchObject({ done: 'refused', why: 'tender.caller' });
    expect(await solve(stranger(), offerPayload(order, award))).toMatchObject({ done: 'paid', paid: 100n * USDC, promised: 100n * USDC });
  });
  it('fills a part at the curve of the moment, and leaves the partner its fee', async () => {
    const order = await fillIn(home);
    const now = await home.now();
    order.message.terms = { ...order.message.terms, exclusiveUntil: now - 100, fillBy: now + 1_000 };
    order.message.options = {
      smallestPart: 10n * USDC, decayFrom: 198n * DAI, decayUntil: now + 900, parts: 0, every: 0, start: 0, feeTo: '0x00000000000000000000000000000000000000f1', feeBps: 100,
    };
    const both = await signed(order);
    for (const part of [40n * USDC, 60n * USDC]) {
      const before = await home.ledger.balanceOf(user.address, home.dai);
      expect(await solve(stranger(), offerPayload(both, undefined, { part }))).toMatchObject({ done: 'paid', paid: (part * 99n) / 100n, promised: (part * 99n) / 100n });
      const bought = (await home.ledger.balanceOf(user.address, home.dai)) - before;
      expect(bought).toBeGreaterThan((99n * DAI * part) / (100n * USDC));
      expect(bought).toBeLessThan((198n * DAI * part) / (100n * USDC));
    }
    await expect(describeOffer(offerOf(both, undefined, { part: 10n * USDC }))).rejects.toThrow(/reverted/);
  });
  it('aborts without loss when someone was quicker', async () => {
    const order = await fillIn(home);
    order.message.terms.exclusiveUntil = (await home.now()) - 1;
    const both = await signed(order);
    const payload = offerPayload(both);
    const outcome = await solve(stranger({ before: async () => home.send(solver, home.ledger.fillCall(both)) }), payload);
    expect(outcome).toMatchObject({ done: 'aborted', paid: 0n });
    await expect(solve(stranger(), payload)).rejects.toThrow(/reverted/);
  });
  it('opens, delivers on the other chain, proves it and is paid', async () => {
    const order = await across();
    const payload = offerPayload(order, await awarded(order, await home.now(), { sell: 90n * USDC }));
    const before = await far.ledger.balanceOf(user.address, far.dai);
    expect(await solve(stranger(), payload)).toEqual({ done: 'paid', steps: ['sent', 'sent', 'sent'], paid: 90n * USDC, promised: 90n * USDC });
    expect((await far.ledger.balanceOf(user.address, far.dai)) - before).toBe(99n * DAI);
    expect(await home.ledger.stateOf(order.order)).toBe('closed');
  });
  it('wins a race', async () => {
    const order = await across();
    const outcome = await solve(stranger(), offerPayload(order, undefined, { solver: solver.address }));
    expect(outcome).toEqual({ done: 'paid', steps: ['sent', 'sent', 'sent'], paid: 100n * USDC, promised: 100n * USDC });
    expect(await home.ledger.stateOf(order.order)).toBe('closed');
  });
  it('spends nothing on a race that is lost', async () => {
    const order = await across();
    const before = await far.ledger.balanceOf(solver.address, far.dai);
    let won = 0n;
    const outrun = async (step: number) => {
      if (step !== 1) return;
      const { dealId, output, token, to, deliverBy, amount } = dropOf(order);
      const drop = { dealId, output: BigInt(output), token, to, deliverBy, solver: deployer.address, amount };
      await far.send(deployer, { chainId: FAR, to: far.dai, value: 0n, what: 'mint', data: encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [deployer.address, amount] }) });
      await far.send(deployer, far.ledger.approveCall(far.dai, far.chain.contracts.delivery, amount));
      await far.send(deployer, { chainId: FAR, to: far.chain.contracts.delivery, value: 0n, what: 'race', data: encodeFunctionData({ abi: deliveryAbi, functionName: 'race', args: [drop] }) });
      won = amount;
    };
    expect(await solve(stranger({ before: outrun }), offerPayload(order, undefined, { solver: solver.address }))).toMatchObject({ done: 'aborted', paid: 0n, steps: ['sent'] });
    expect(won).toBe(99n * DAI);
    expect(await far.ledger.balanceOf(solver.address, far.dai)).toBe(before);
  });
  it('takes up a deal that is open already', async () => {
    const order = await across();
    const award = await awarded(order, await home.now());
    await home.send(solver, home.ledger.openCall(order, award));
    expect(await solve(stranger(), offerPayload(order, award))).toEqual({ done: 'paid', steps: ['sent', 'sent'], paid: 100n * USDC, promised: 100n * USDC });
  });
  it('is paid when a stranger claims for it', async () => {
    const order = await across();
    const before = await home.ledger.balanceOf(solver.address, home.usdc);
    let seen: Hex = '0x'; // the deal as the solver saw it before the stranger's claim
    const interfere = async (step: number) => {
      if (step !== 2) return;
      const deal = (await home.ledger.dealOf(order.order))!;
      seen = await stranger().witnesses['tender.deal']!(encodeAbiParameters([{ type: 'bytes' }, { type: 'bytes32' }], ['0x', orderId(order.order)]), []);
      await home.send(deployer, home.ledger.claimCall(deal, await evidence(recordKey(dropOf(order)), (await far.ledger.head()).number)));
    };
    const witnesses = { ...stranger().witnesses, 'tender.deal': async () => seen };
    const outcome = await solve(stranger({ before: interfere, witnesses }), offerPayload(order, await awarded(order, await home.now())));
    expect(outcome).toMatchObject({ done: 'paid', steps: ['sent', 'sent', 'ignored'] });
    expect((await home.ledger.balanceOf(solver.address, home.usdc)) - before).toBe(100n * USDC);
  });
  it('refuses what it has not vetted', async () => {
    const order = await across();
    const payload = offerPayload(order, await awarded(order, await home.now()));
    for (const name of ['tender.verifier', 'tender.plain', 'tender.payee', 'tender.again', 'tender.caller']) {
      const { [name]: _, ...assumptions } = stranger().assumptions;
      expect(await solve(stranger({ assumptions }), payload)).toMatchObject({ done: 'refused', why: name, steps: [] });
    }
  });
});

describe('what the resolver writes', () => {
  it('is well formed: every argument a variable or a framed value, every tag known', async () => {
    const order = await across();
    const { steps, variables, payments } = await describeOffer(offerOf(order, await awarded(order, await home.now())));
    expect(variables.map(decoded).map(({ functionName }) => functionName)).toEqual(['PaymentRecipient', 'ExecutionOutput', 'Witness', 'Witness']);
    expect(payments.map(decoded).map(({ functionName }) => functionName)).toEqual(['ERC20']);
    for (const step of steps.map(decoded)) {
      if (step.functionName !== 'Call') throw new Error('no call');
      const [target, , args, attributes] = step.args;
      expect([home.chain.contracts.escrow, home.chain.contracts.delivery].map((one) => one.toLowerCase())).toContain(decodeEvmInterop(target).address!.toLowerCase());
      for (const argument of args) if (argument.length !== 66) expect(() => unframed(argument)).not.toThrow();
      for (const attribute of attributes) expect(TAGS.map(({ name }) => name)).toContain(decoded(attribute).functionName);
    }
  });
  it('names chains and contracts as ERC-7930 does', async () => {
    const order = await across();
    const { steps } = await describeOffer(offerOf(order, await awarded(order, await home.now())));
    const targets = steps.map(decoded).map((step) => (step as { args: readonly Hex[] }).args[0]);
    const { escrow, delivery } = home.chain.contracts;
    expect(targets).toEqual([evmInterop({ chainId: home.chain.id, address: escrow }), evmInterop({ chainId: FAR, address: delivery }), evmInterop({ chainId: home.chain.id, address: escrow })]);
  });
});
