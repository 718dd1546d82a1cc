/** What a fill moves, by three implementations: the contract's own quote, `due()`, and the bids that `rank()` lets win. */
import { createHash } from 'node:crypto';
import { type Address, decodeFunctionResult, encodeAbiParameters, encodeFunctionData, getAbiItem, type Hex, zeroAddress, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settlementAbi } from '../../contracts/client/abi.ts';
import { optionsStruct, swapStruct } from '../../contracts/client/structs.ts';
import { isBetter, rank, type ReceiptedBid } from '../../intents/award.ts';
import { due } from '../../intents/due.ts';
import { kindOf, type Options, orderId, type OrderOf } from '../../intents/order.ts';
import { type Answer, askAll } from './asking.ts';
import { startWorld, type World } from './client/world.ts';

const ORDERS = 10_000;
const AT_ONCE = 1_000;
const START = 1_900_000_000;
const NONE: Options = { smallestPart: 0n, decayFrom: 0n, decayUntil: 0, parts: 0, every: 0, start: 0, feeTo: zeroAddress, feeBps: 0 };

type Fill = OrderOf<'fillIn' | 'fillOut'>;
type Case = { id: Hex; order: Fill; at: number; part: number; size?: bigint; bids: ReceiptedBid[] };

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world?.anvil.stop());

/** An order of any form, a second at which it is open, and two offers around its limit. */
function caseOf(n: number): Case {
  let counter = 0;
  const below = (end: bigint): bigint => BigInt(`0x${createHash('sha256').update(`${n}:${counter++}`).digest('hex')}`) % end;
  const upTo = (end: number) => Number(below(BigInt(end)));
  /** Any size: as many small ones as large ones. */
  const amount = () => 1n + below((1n << (1n + below(127n))) - 1n);
  const [sell, buy, exactIn] = [amount(), amount(), upTo(2) === 0];
  const [whole, limit] = exactIn ? [sell, buy] : [buy, sell];
  const open = upTo(4) === 0;
  const exclusiveUntil = START + upTo(1_000);
  const fillBy = exclusiveUntil + 2 + upTo(5_000);

  const options = { ...NONE };
  const form = upTo(4);
  if (form === 1) options.smallestPart = 1n + below(whole);
  if (form === 2) [options.parts, options.start, options.every] = [2 + upTo(255), START - upTo(100), Math.max(60, 7_000 + upTo(1_000))];
  if (upTo(2) === 0) {
    options.decayFrom = exactIn ? limit + below((1n << 128n) - limit) : 1n + below(limit);
    options.decayUntil = exclusiveUntil + 1 + upTo(fillBy - exclusiveUntil);
  }
  if (upTo(2) === 0) [options.feeTo, options.feeBps] = ['0x00000000000000000000000000000000000000fe', 1 + upTo(200)];
  const order = {
    kind: exactIn ? 'fillIn' : 'fillOut', chainId: world.anvil.chainId, settlement: world.chain.contracts.settlement,
    message: {
      sentence: `Order ${n}`, user: '0x00000000000000000000000000000000000000aa' as Address, nonce: BigInt(n),
      sell: { token: world.usdc, ...(exactIn ? { exactly: sell } : { atMost: sell }) },
      buy: { token: world.dai, to: '0x00000000000000000000000000000000000000bb' as Address, ...(exactIn ? { atLeast: buy } : { exactly: buy }) },
      terms: { auctioneer: open ? zeroAddress : ('0x00000000000000000000000000000000000000cc' as Address), exclusiveUntil, fillBy },
      ...((form !== 0 || options.decayFrom !== 0n || options.feeBps !== 0) && { options }),
    },
  } as Fill;

  const part = form === 2 ? upTo(options.parts) : 0;
  const early = open ? Math.max(START, options.start) : exclusiveUntil + 1;
  const at = early + upTo(fillBy - early + 1) + part * options.every;
  const divisible = form === 1 && whole >= 2n * options.smallestPart;
  const size = divisible ? options.smallestPart + below(whole - 2n * options.smallestPart + 1n) : form === 1 ? whole : undefined;

  const near = (value: bigint) => {
    const moved = value + below(7n) - 3n;
    return moved < 1n || moved >= 1n << 128n ? value : moved;
  };
  const id = orderId(order);
  const bids = [0, 1].map((index): ReceiptedBid => {
    const exactSide = upTo(8) === 0 ? near(whole) : whole;
    const [bidSell, bidBuy] = exactIn ? [exactSide, near(limit)] : [near(limit), exactSide];
    const bid = { order: id, part: 0n, solver: zeroAddress, sell: bidSell, buy: bidBuy, bond: 1n, validUntil: fillBy, salt: zeroHash };
    return { bid, bidSignature: '0x', receipt: { order: id, part: 0n, bid: zeroHash, receivedAt: START, index }, receiptSignature: '0x' };
  });
  return { id, order, at, part, ...(size !== undefined && { size }), bids };
}

const ofCase = ({ order }: Case) => [kindOf(order), swapStruct(order), optionsStruct(order)] as const;
function quoteData(one: Case) {
  const [kind, o, x] = ofCase(one);
  return encodeFunctionData({ abi: settlementAbi, functionName: 'quote', args: [kind, o, x, one.size ?? BigInt(one.part)] });
}
const QUOTE = getAbiItem({ abi: settlementAbi, name: 'quote' }).inputs;
function inspectData(one: Case, { bid }: ReceiptedBid) {
  const [kind, o, x] = ofCase(one);
  const encoded = one.order.message.options ? encodeAbiParameters([QUOTE[1], QUOTE[2]], [o, x]) : encodeAbiParameters([QUOTE[1]], [o]);
  return encodeFunctionData({ abi: settlementAbi, functionName: 'inspect', args: [kind, encoded, 0n, bid.sell, bid.buy, 2_000_000_000] });
}
const ZERO_AMOUNT = '0x1f2a2005';

describe(`${ORDERS} random orders`, () => {
  const seen = { zero: 0, curves: 0, parts: 0, recurring: 0, fees: 0, eligible: 0, refused: 0 };

  it.each(Array.from({ length: ORDERS / AT_ONCE }, (_, n) => n * AT_ONCE))('from %d on', async (from) => {
    const cases = Array.from({ length: AT_ONCE }, (_, n) => caseOf(from + n));
    const to = world.chain.contracts.settlement;
    const quotes = await askAll(world.anvil.url, cases.map((one) => ({ to, data: quoteData(one), at: one.at })));
    cases.forEach((one, n) => checkQuote(one, quotes[n]!));

    const verdicts = await askAll(world.anvil.url, cases.flatMap((one) => one.bids.map((entry) => ({ to, data: inspectData(one, entry) }))));
    cases.forEach((one, n) => checkOffers(one, one.bids.filter((_, index) => verdicts[n * one.bids.length + index]!.ok)));
  }, 60_000);

  function checkQuote(one: Case, { ok, data }: Answer) {
    const expected = due(one.order, one.at, { part: one.part, ...(one.size !== undefined && { size: one.size }) });
    if (expected.sell === 0n) {
      seen.zero++;
      return expect(data).toBe(ZERO_AMOUNT);
    }
    expect(ok, `${data} ${JSON.stringify(one, (_, value) => (typeof value === 'bigint' ? `${value}` : value))}`).toBe(true);
    const [id, sell, buy, fee] = decodeFunctionResult({ abi: settlementAbi, functionName: 'quote', data });
    expect({ id, sell, buy, fee }).toEqual({ id: one.id, ...expected });
    const { options } = one.order.message;
    if (options?.decayFrom) seen.curves++;
    if (options?.smallestPart) seen.parts++;
    if (options?.parts) seen.recurring++;
    if (options?.feeBps) seen.fees++;
  }

  /** The contract takes exactly the offers that can win, at their own amounts; the one that does win is the best of those. */
  function checkOffers({ order, id, bids }: Case, taken: ReceiptedBid[]) {
    const { ranked, ineligible } = rank(order, id, bids, START, order.message.terms.fillBy);
    expect(ranked.toSorted((a, b) => a.receipt.index - b.receipt.index)).toEqual(taken);
    expect(taken.filter(({ bid }) => isBetter(bid, ranked[0]!.bid))).toEqual([]);
    seen.eligible += ranked.length;
    seen.refused += ineligible.length;
  }

  it('were of every form', () => {
    for (const [name, count] of Object.entries(seen)) expect(count, name).toBeGreaterThan(name === 'zero' ? 0 : 500);
  });
});
