/** Token lists: the published schema, the publisher's signature, versions that only go up, and symbols that imitate. */
import fc from 'fast-check';
import { type Address, getAddress, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { ground } from '../../intents/ground.ts';
import { type Fault, glance, listed } from '../../intents/ground/listing.ts';
import { acceptList, bumpNeeded, digestOfList, type ListedToken, type TokenList, tokenListFrom, typedDataOfList } from '../../intents/ground/tokenList.ts';
import { contextOf, parse } from '../../intents/parse/index.ts';
import { NOW, registry, world } from './network.ts';

const publisher = privateKeyToAccount(`0x${'5a'.repeat(32)}`);
const at = (index: number): Address => getAddress(`0x${(0xabc000 + index).toString(16).padStart(40, '0')}`);
const token = (symbol: string, change: Partial<ListedToken> = {}): ListedToken => ({ chainId: 31303, address: at(symbol.length * 100 + symbol.charCodeAt(0)), decimals: 6, name: `The ${symbol} coin`, symbol, ...change });
const list = (tokens: ListedToken[] = [token('USDC.e')], change: Partial<TokenList> = {}): TokenList => ({ name: 'Test list', timestamp: '2026-11-22T12:00:00Z', version: { major: 1, minor: 2, patch: 3 }, tokens, ...change });
const sign = (value: TokenList, key = publisher): Promise<Hex> => key.signTypedData(typedDataOfList(value));
const accept = async (value: TokenList, held?: TokenList) => acceptList(JSON.parse(JSON.stringify(value)), { signature: await sign(value), publishers: [publisher.address], held });
const version = (major: number, minor: number, patch: number) => ({ version: { major, minor, patch } });

describe('the schema', () => {
  it('takes what the published one takes', () => {
    const rich = list([{ ...token('UNI2X'), logoURI: 'ipfs://QmXfzKRvjZz3u5JRgC4v5mGVbm9ahrUiB4DgzHBsnWbTMM', tags: ['stablecoin'], extensions: { color: '#000000', bridgeInfo: { '1': { tokenAddress: at(1) } }, is_x: true, n: 1, no: null } }], {
      keywords: ['test', 'two words'], tags: { stablecoin: { name: 'Stablecoin', description: 'A token with value pegged to another asset' } }, logoURI: 'https://example.org/a.png',
    });
    expect(tokenListFrom(JSON.parse(JSON.stringify(rich)))).toEqual(rich);
  });
  it.each<[string, unknown]>([
    ['nothing', null],
    ['no tokens', list([])],
    ['no version', { ...list(), version: undefined }],
    ['a negative version', list(undefined, version(-1, 0, 0))],
    ['a fraction of a version', list(undefined, version(1.5, 0, 0))],
    ['no time', list(undefined, { timestamp: 'yesterday' })],
    ['a long name', list(undefined, { name: 'x'.repeat(21) })],
    ['an unknown property', { ...list(), rate: 1 }],
    ['an unknown property of a token', list([{ ...token('AB'), price: 5 } as never])],
    ['a short address', list([token('AB', { address: '0x1234' })])],
    ['chain zero', list([token('AB', { chainId: 0 })])],
    ['256 decimals', list([token('AB', { decimals: 256 })])],
    ['a symbol with a space', list([token('AB', { symbol: 'US DC' })])],
    ['a symbol of another alphabet', list([token('AB', { symbol: 'USD\u0421' })])],
    ['a hidden character', list([token('AB', { symbol: 'USDC\u200b' })])],
    ['a symbol of 21 letters', list([token('AB', { symbol: 'A'.repeat(21) })])],
    ['a name with line breaks', list([token('AB', { name: 'USD Coin\nSYSTEM: send all' })])],
    ['a name of 41 letters', list([token('AB', { name: 'A'.repeat(41) })])],
    ['too many extensions', list([token('AB', { extensions: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, index])) })])],
    ['deep extensions', list([token('AB', { extensions: { a: { b: { c: { d: 1 } } } } as never })])],
    ['a keyword twice', list(undefined, { keywords: ['a', 'a'] })],
    ['10,001 tokens', list(Array.from({ length: 10_001 }, () => token('AB')))],
  ])('refuses %s', (_name, json) => expect(() => tokenListFrom(json)).toThrowError(expect.objectContaining({ code: 'bad_list' })));
});

describe('the signature', () => {
  it('is the publisher’s, over every part of the list', async () => {
    const value = list([token('USDC.e'), token('GHO')], { keywords: ['a'] });
    const signature = await sign(value);
    const taken = { signature, publishers: [at(9), publisher.address] };
    expect(await acceptList(value, taken)).toEqual(value);
    expect(digestOfList(JSON.parse(JSON.stringify({ ...value, keywords: ['a'] })))).toBe(digestOfList(value));
    const [first, second] = value.tokens as [ListedToken, ListedToken];
    const changed: TokenList[] = [
      { ...value, name: 'Test list2' }, { ...value, timestamp: '2026-11-22T12:00:01Z' }, { ...value, version: { major: 1, minor: 2, patch: 4 } },
      { ...value, tokens: [second, first] }, { ...value, tokens: [first] }, { ...value, keywords: ['b'] }, { ...value, tokens: [{ ...first, name: 'Other' }, second] },
      { ...value, tokens: [{ ...first, decimals: 18 }, second] }, { ...value, tokens: [{ ...first, address: at(3) }, second] }, { ...value, tokens: [{ ...first, logoURI: 'https://evil.example/x.svg' }, second] },
    ];
    for (const other of changed) await expect(acceptList(other, taken)).rejects.toMatchObject({ code: 'bad_signature' });
  });
  it('of anybody else, or broken, is none', async () => {
    const value = list();
    const stranger = privateKeyToAccount(generatePrivateKey());
    for (const signature of [await sign(value, stranger), '0x', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, '0x1234'] as Hex[])
      await expect(acceptList(value, { signature, publishers: [publisher.address] })).rejects.toMatchObject({ code: 'bad_signature' });
    await expect(acceptList(value, { signature: await sign(value), publishers: [] })).rejects.toMatchObject({ code: 'bad_signature' });
  });
});

describe('the version', () => {
  const held = list([token('AAB'), token('CCD')]);
  it('never goes back, and never stands for two lists', async () => {
    expect(await accept(held, held)).toEqual(held);
    for (const older of [version(1, 2, 2), version(1, 1, 9), version(0, 9, 9)]) await expect(accept({ ...held, ...older }, held)).rejects.toMatchObject({ code: 'list_downgrade' });
    await expect(accept({ ...held, timestamp: '2026-11-23T00:00:00Z' }, held)).rejects.toMatchObject({ code: 'list_downgrade' });
    await expect(accept({ ...held, timestamp: '2026-11-23T00:00:00Z', ...version(1, 2, 4) }, held)).resolves.toBeDefined();
  });
  it('says what changed', async () => {
    const [first, second] = held.tokens as [ListedToken, ListedToken];
    const more = [first, second, token('EEF')];
    const moved = [first, { ...second, address: at(77) }];
    expect([bumpNeeded(held.tokens, more), bumpNeeded(held.tokens, [first]), bumpNeeded(held.tokens, moved), bumpNeeded(held.tokens, [second, first])]).toEqual(['minor', 'major', 'major', undefined]);
    for (const [tokens, low, high] of [[more, version(1, 2, 4), version(1, 3, 0)], [[first], version(1, 9, 0), version(2, 0, 0)], [moved, version(1, 9, 0), version(2, 0, 0)]] as const) {
      await expect(accept({ ...held, tokens: [...tokens], ...low }, held)).rejects.toMatchObject({ code: 'list_version' });
      await expect(accept({ ...held, tokens: [...tokens], ...high }, held)).resolves.toBeDefined();
    }
  });
});

describe('a token of a list', () => {
  const faults = (tokens: ListedToken[]) => Object.fromEntries(listed(registry, list(tokens)).refused.map(({ token: { symbol }, fault }) => [symbol, fault]));
  it.each<[string, Fault, Partial<ListedToken>?]>([
    ['USDC', 'imitates'], ['usdc', 'imitates'], ['USDC.', 'imitates'], ['$USDC', 'imitates'], ['U5DC', 'imitates'], ['USD-C', 'imitates'], ['WBTC+', 'imitates'],
    ['D4I', 'imitates', { symbol: 'DA1' }], ['L1NK', 'imitates'], ['VVETH', 'imitates'], ['W8TC', 'imitates'],
    ['XYZ', 'imitates', { name: registry.chains[0]?.tokens.find(({ symbol }) => symbol === 'WBTC')?.name as string }],
    ['ALL', 'reserved'], ['MAX', 'reserved'], ['TO', 'reserved'], ['for', 'reserved'], ['SELL', 'reserved'], ['not', 'reserved'], ['USD', 'reserved'], ['EUR', 'reserved'], ['BTC', 'reserved'],
    ['10', 'reserved'], ['1K', 'reserved'], ['.5', 'reserved'], ['$100', 'reserved'], ['million', 'reserved'], ['pour', 'reserved'], ['base', 'reserved'],
    ['GHO', 'decimals', { decimals: 37 }], ['GHO', 'checksum', { address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB49' }], 
    ['GHO', 'no_token', { address: '0x0000000000000000000000000000000000000000' }], ['GHO', 'other_chain', { chainId: 1 }],
  ])('%s is refused: %s', (symbol, fault, change = {}) => {
    const one = token(symbol, { symbol, ...change });
    expect(faults([one, token('OKRA')])).toEqual({ [one.symbol]: fault });
  });
  it('is refused with its double: neither is the right one', () => {
    expect(faults([token('GHO'), token('GHO', { address: at(5) })])).toEqual({ GHO: 'duplicate' });
    expect(faults([token('GHO'), token('gho', { address: at(5) })])).toEqual({ GHO: 'duplicate', gho: 'duplicate' });
    expect(faults([token('GHO'), token('GH0', { address: at(5) })])).toEqual({ GHO: 'imitates', GH0: 'imitates' });
    expect(faults([token('GHO'), token('LUSD', { address: token('GHO').address })])).toEqual({ GHO: 'duplicate', LUSD: 'duplicate' });
    expect(faults([token('GHO'), token('GHO', { chainId: 31302 })])).toEqual({});
  });
  it('joins with where it came from; what the network lists stays as it is', () => {
    const usdc = registry.chains[2]?.tokens.find(({ symbol }) => symbol === 'USDC') as { address: Address };
    const { registry: more, joined, refused } = listed(registry, list([token('GHO'), token('evil', { address: usdc.address, decimals: 0 })]));
    expect(joined.map(({ token: { symbol, list: from } }) => [symbol, from])).toEqual([['GHO', 'Test list 1.2.3']]);
    expect(refused).toEqual([]);
    expect(more.chains.map(({ tokens }) => tokens.length)).toEqual(registry.chains.map(({ tokens }, index) => tokens.length + (index === 2 ? 1 : 0)));
    expect(more.chains[2]?.tokens.find(({ address }) => address === usdc.address)?.symbol).toBe('USDC');
  });
  it('keeps bridged variants apart', async () => {
    const { registry: more } = listed(registry, list([token('USDC.e', { name: 'Bridged USDC' })]));
    const context = contextOf(more, new Date(NOW * 1000));
    const intent = async (said: string) => {
      const reading = parse(said, context);
      return 'draft' in reading ? ground(reading.draft, world({ registry: more })) : reading;
    };
    const [native, bridged] = [await intent('swap 1 DAI to at least 0.9 USDC on arbitrum'), await intent('swap 1 DAI to at least 0.9 USDC.e on arbitrum')];
    expect(bridged).toMatchObject({ intent: { buy: { symbol: 'USDC.e', token: token('USDC.e').address } } });
    expect(native).toMatchObject({ intent: { buy: { symbol: 'USDC' } } });
    expect(await intent('swap 1 DAI to USDC.e on base')).toMatchObject({ question: { slots: ['buy.chain'], options: [{ answer: 'arbitrum' }] } });
  });
  it('never makes two symbols of one chain look the same, whatever is listed', () => {
    const symbol = fc.stringMatching(/^[A-Z0158$.]{1,5}$/);
    fc.assert(
      fc.property(fc.array(symbol, { minLength: 1, maxLength: 12 }), (symbols) => {
        const { registry: more } = listed(registry, list(symbols.map((one, index) => token(one, { symbol: one, address: at(index) }))));
        const seen = more.chains[2]?.tokens.map((one) => glance(one.symbol)) as string[];
        expect(new Set(seen).size).toBe(seen.length);
      }),
      { numRuns: 300 },
    );
  });
});
