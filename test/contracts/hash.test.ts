/** One digest, three implementations: the contracts' library on a real chain, viem, and ethers. */
import { TypedDataEncoder } from 'ethers';
import {
  type Address, concatHex, createPublicClient, createWalletClient, encodeFunctionData, type Hex, http, isAddressEqual, keccak256, numberToHex, padHex,
  type PublicClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packLines } from '../../contracts/client/batch.ts';
import { awardStruct, jobHash, jobStruct, leaseStruct, machineHash, optionsStruct, swapStruct, tokenStruct } from '../../contracts/client/structs.ts';
import { foldAwards, marketDigest, marketTypedData } from '../../intents/market.ts';
import { KIND, type KindName, kindOf, NATIVE, type Order, orderId, type OrderOf, type SignedOrder, type TypedData, typedDataOf, typesOfKind } from '../../intents/order.ts';
import { askAll } from './asking.ts';
import { accounts, type Anvil, startAnvil } from './client/anvil.ts';
import { type Artefact, compiled } from './compiled.ts';
import { randomOf } from './random.ts';

const EACH = 200;
/** Of each of the eight order types: 10,000 together. */
const ORDERS = 1_250;
const CHAIN = 31_301;
const SETTLEMENT: Address = '0x5e771e5e771e5e771e5e771e5e771e5e771e5e77';

let anvil: Anvil;
let harness: Artefact;
let address: Address;
let client: PublicClient;

beforeAll(async () => {
  const [chain, artefacts] = await Promise.all([startAnvil({ chainId: CHAIN }), compiled('HashHarness.sol', ['HashHarness'])]);
  anvil = chain;
  harness = artefacts.HashHarness;
  client = createPublicClient({ transport: http(anvil.url, { batch: { batchSize: 100 } }) });
  const wallet = createWalletClient({ account: accounts[0]!, transport: http(anvil.url) });
  const hash = await wallet.deployContract({ ...harness, chain: null });
  address = (await client.waitForTransactionReceipt({ hash, pollingInterval: 20 })).contractAddress!;
}, 60_000);
afterAll(() => anvil?.stop());

const ask = (functionName: string, ...args: unknown[]) => client.readContract({ address, abi: harness.abi, functionName, args });
const ethersDigest = ({ domain, types, message }: TypedData) =>
  TypedDataEncoder.hash(domain as Parameters<typeof TypedDataEncoder.hash>[0], types, message) as Hex;
const times = <T>(make: (n: number) => T, length = EACH): T[] => Array.from({ length }, (_, n) => make(n));

function questionOf(order: Order): Hex {
  const call = (functionName: string, ...args: unknown[]) => encodeFunctionData({ abi: harness.abi, functionName, args });
  switch (order.kind) {
    case 'fillIn':
    case 'fillOut':
      if (order.message.options) return call('withOptions', kindOf(order), swapStruct(order), optionsStruct(order), SETTLEMENT);
      return call('swap', KIND[order.kind], swapStruct(order), SETTLEMENT);
    case 'openIn':
    case 'openOut':
      return call('tokens', KIND[order.kind], tokenStruct(order), SETTLEMENT);
    case 'lease':
      return call('lease', leaseStruct(order), SETTLEMENT);
    case 'job':
      return call('job', jobStruct(order), SETTLEMENT);
  }
}
function expected(order: Order, id: Hex): Hex {
  if (order.kind === 'lease') return concatHex([id, machineHash(order)]);
  return order.kind === 'job' ? concatHex([id, jobHash(order)]) : id;
}

const ORDER_KINDS: [name: string, kind: KindName, withOptions: boolean][] = [
  ...(Object.keys(KIND) as KindName[]).map((kind): [string, KindName, boolean] => [kind, kind, false]),
  ['fillIn with options', 'fillIn', true],
  ['fillOut with options', 'fillOut', true],
];
describe(`${ORDERS} random orders of each of ${ORDER_KINDS.length} types`, () => {
  it.each(ORDER_KINDS)('%s', async (name, kind, withOptions) => {
    const random = randomOf(`order ${name}`);
    const orders = times(() => {
      const order = random.order(kind, CHAIN, SETTLEMENT);
      return withOptions ? ({ ...order, message: { ...order.message, options: random.options() } } as Order) : order;
    }, ORDERS);
    const ids = orders.map(orderId);
    expect(new Set(ids).size).toBe(ORDERS);
    // What all have in common, ethers works out once.
    const encoder = TypedDataEncoder.from(typesOfKind(kind, withOptions));
    const domain = TypedDataEncoder.hashDomain(typedDataOf(orders[0]!).domain as Parameters<typeof TypedDataEncoder.hashDomain>[0]) as Hex;
    expect(orders.map(({ message }) => keccak256(concatHex(['0x1901', domain, encoder.hash(message) as Hex])))).toEqual(ids);
    const answers = await askAll(anvil.url, orders.map((order) => ({ to: address, data: questionOf(order) })));
    expect(answers.map(({ data }) => data)).toEqual(orders.map((order, n) => expected(order, ids[n]!)));
  }, 60_000);
});

describe(`${EACH} random orders that fit a line`, () => {
  it.each(['fillIn', 'fillOut'] as const)('%s', async (kind) => {
    const random = randomOf(`line ${kind}`);
    const signed = await Promise.all(
      times(async (n): Promise<SignedOrder> => {
        const owner = privateKeyToAccount(random.word());
        const order = random.order(kind, CHAIN, SETTLEMENT) as OrderOf<'fillIn' | 'fillOut'>;
        const { message } = order;
        Object.assign(message, { user: owner.address, nonce: message.nonce >> 104n, buy: { ...message.buy, to: owner.address } });
        for (const side of [message.sell, message.buy]) if (isAddressEqual(side.token, NATIVE)) side.token = padHex(numberToHex(n + 1), { size: 20 });
        return { order, auth: { mode: 'signature', signature: await owner.signTypedData(typedDataOf(order) as Parameters<typeof owner.signTypedData>[0]) } };
      }),
    );
    const ids = await Promise.all(
      signed.map(async (one) => {
        const { tokens, lines, auctioneer } = await packLines([one]);
        return ask('line', lines[0], tokens, auctioneer, SETTLEMENT);
      }),
    );
    expect(ids).toEqual(signed.map(({ order }) => orderId(order)));
  }, 30_000);
});

describe(`${EACH} random market messages of each type`, () => {
  const random = randomOf('market');
  const digestOf = <T extends Parameters<typeof marketDigest>[0]>(type: T, message: Parameters<typeof marketDigest<T>>[1]) => {
    const digest = marketDigest(type, message, CHAIN, SETTLEMENT);
    expect(ethersDigest(marketTypedData(type, message, CHAIN, SETTLEMENT) as TypedData)).toBe(digest);
    return digest;
  };

  it('Award', async () => {
    const all = times(() => random.award());
    expect(await Promise.all(all.map((a) => ask('award', awardStruct(a), SETTLEMENT)))).toEqual(all.map((a) => digestOf('Award', a)));
  }, 30_000);
  it('Awards', async () => {
    const all = times(() => {
      const { solver, bond, cutAt, notBefore, fillBy } = random.award();
      const entries = Array.from({ length: 1 + (cutAt % 5) }, () => random.award());
      return { entries, awards: { ...foldAwards(entries), solver, bond, cutAt, notBefore, fillBy } };
    });
    const digests = all.map(({ entries, awards }) => {
      const amounts = entries.map(({ sell, buy }) => (sell << 128n) | buy);
      return ask('awards', entries.map(({ order }) => order), amounts, { ...awardStruct(entries[0]!), ...awards }, SETTLEMENT);
    });
    expect(await Promise.all(digests)).toEqual(all.map(({ awards }) => digestOf('Awards', awards)));
  }, 30_000);
  it('Reply', async () => {
    const all = times(() => random.reply());
    expect(await Promise.all(all.map((r) => ask('reply', r.award, r, SETTLEMENT)))).toEqual(all.map((r) => digestOf('Reply', r)));
  }, 30_000);
  it('Voucher', async () => {
    const all = times(() => random.voucher());
    const digests = all.map((v) => ask('voucher', v.lease, v.seconds, v.meter, v.last, SETTLEMENT));
    expect(await Promise.all(digests)).toEqual(all.map((v) => digestOf('Voucher', v)));
  }, 30_000);
  it('Header', async () => {
    const all = times(() => random.header());
    const digests = all.map((h) => ask('header', BigInt(h.chain), h.number, h.hash, SETTLEMENT));
    expect(await Promise.all(digests)).toEqual(all.map((h) => digestOf('Header', h)));
  });
  it('Deliveries', async () => {
    const all = times(() => random.deliveries());
    const digests = all.map((d) => ask('deliveries', BigInt(d.chain), d.delivery, d.number, d.asOf, d.root, SETTLEMENT));
    expect(await Promise.all(digests)).toEqual(all.map((d) => digestOf('Deliveries', d)));
  }, 30_000);
  it('Verdict', async () => {
    const all = times(() => random.verdict());
    expect(await Promise.all(all.map((v) => ask('verdict', v.job, v.result, v.fuel, SETTLEMENT)))).toEqual(all.map((v) => digestOf('Verdict', v)));
  }, 30_000);
});

describe('a wrong kind', () => {
  it('is another digest', async () => {
    const random = randomOf('kinds');
    const order = random.order('fillIn', CHAIN, SETTLEMENT) as Extract<Order, { kind: 'fillIn' }>;
    expect(await ask('swap', KIND.fillOut, swapStruct(order), SETTLEMENT)).not.toBe(orderId(order));
  });
});
