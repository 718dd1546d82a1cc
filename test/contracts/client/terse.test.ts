/** Calls without padding: which deals fit, and what is sent for those that do not. */
import { decodeFunctionData, type Hex, keccak256, size, slice, toFunctionSelector } from 'viem';
import { describe, expect, it } from 'vitest';
import { deliveryAbi, escrowAbi } from '../../../contracts/client/abi.ts';
import { callsOf } from '../../../contracts/client/calls.ts';
import { coldHash, type Deal } from '../../../contracts/client/deal.ts';
import type { Drop } from '../../../contracts/client/ledger.ts';
import { myDelivery, straightAdvance, tightClaim } from '../../../contracts/client/terse.ts';
import { NATIVE } from '../../../intents/order.ts';
import type { Chain } from '../../../intents/registry.ts';
import { accounts } from './anvil.ts';

const [user, solver, token, verifier, contract] = accounts.map(({ address }) => address) as [Hex, Hex, Hex, Hex, Hex];
const evidence: Hex = '0x0102030405';
const lease: Deal = {
  id: keccak256('0x01'), sellToken: token, solver, verifier, chain: 0n, num: 18n * 10n ** 17n, den: 3600n, released: 9n * 10n ** 17n, delivered: 1800n, state: 7n, where: keccak256('0x02'),
  cold: { user, maxUnits: 7200n, closeAfter: 1_900_000_000, auctioneer: contract, bond: 5n, feeBudget: 0n },
};
const tokens: Deal = { ...lease, chain: 8453n, den: 3600n, state: 0n };
const drop: Drop = { dealId: lease.id, output: 0, token, to: user, deliverBy: 1_900_000_000, solver, amount: 5n };
const calls = callsOf({ id: 1, contracts: { escrow: contract, delivery: contract } } as Chain);
const entryOf = (abi: typeof escrowAbi | typeof deliveryAbi, data: Hex) => decodeFunctionData({ abi, data: size(data) > 4 && terse(data) ? slice(data, 0, 4) : data }).functionName;
const terse = (data: Hex) => ['claimTightly()', 'advanceStraight()', 'deliverMine()'].some((name) => toFunctionSelector(name) === slice(data, 0, 4));

describe('a call without padding', () => {
  it('has the lengths that the contracts read', () => {
    expect(size(tightClaim(tokens, evidence)!)).toBe(216 + 5);
    expect(size(straightAdvance(lease, evidence)!)).toBe(269 + 5);
    expect(size(myDelivery(drop)!)).toBe(97);
    expect(slice(tightClaim(tokens, evidence)!, 184, 216)).toBe(coldHash(tokens.cold));
  });
  it('is what is sent', () => {
    expect(entryOf(escrowAbi, calls.claimCall(tokens, evidence).data)).toBe('claimTightly');
    expect(entryOf(escrowAbi, calls.advanceCall(lease, evidence).data)).toBe('advanceStraight');
    expect(entryOf(deliveryAbi, calls.deliverCall([drop], solver).data)).toBe('deliverMine');
    expect(calls.deliverCall([{ ...drop, token: NATIVE }], solver).value).toBe(5n);
  });
  it.each([
    ['a chain beyond 64 bits', { chain: 1n << 64n }],
    ['a state', { state: 1n }],
    ['a payment that does not follow from what was delivered', { released: 1n }],
    ['no units', { den: 0n }],
  ])('is not that of a claim with %s', (_, change) => expect(entryOf(escrowAbi, calls.claimCall({ ...tokens, ...change }, evidence).data)).toBe('claim'));
  it.each([
    ['a chain', { chain: 1n }],
    ['a unit beyond 32 bits', { den: 1n << 32n, released: (lease.num * 1800n) >> 32n }],
    ['units beyond 64 bits', { cold: { ...lease.cold, maxUnits: 1n << 64n } }],
    ['a payment that does not follow from what was delivered', { released: 1n }],
  ])('is not that of a step with %s', (_, change) => expect(entryOf(escrowAbi, calls.advanceCall({ ...lease, ...change }, evidence).data)).toBe('advance'));
  it('delivers in nobody else’s name: by another sender, or one that is not known, the drop names its solver', () => {
    for (const from of [undefined, user]) expect(entryOf(deliveryAbi, calls.deliverCall([drop], from).data)).toBe('deliver');
    expect(entryOf(deliveryAbi, calls.deliverCall([{ ...drop, output: 1 }], solver).data)).toBe('deliver');
    expect(entryOf(deliveryAbi, calls.deliverCall([drop, drop], solver).data)).toBe('deliverLines');
  });
});
