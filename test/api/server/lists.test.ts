/** Lists from files: signed, remembered, compared with the contracts on anvil; whatever is not right keeps the API from starting or the token out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, getAddress, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiConfig } from '../../../api/config.ts';
import { joinLists } from '../../../api/server/lists.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { withTokens } from '../../../intents/ground/listing.ts';
import { type TokenList, typedDataOfList } from '../../../intents/ground/tokenList.ts';
import { contextOf, parse } from '../../../intents/parse/index.ts';
import type { Registry } from '../../../intents/registry.ts';
import { accounts, type Anvil, startAnvil } from '../../contracts/client/anvil.ts';
import { bareChain } from '../../contracts/client/bare.ts';
import { tokenCode } from '../../contracts/client/token.ts';

const publisher = privateKeyToAccount(`0x${'5b'.repeat(32)}`);
const dir = mkdtempSync(join(tmpdir(), 'tender-lists-'));
const file = join(dir, 'list.json');
const log: string[] = [];
let anvil: Anvil;
let registry: Registry;
let gho: Address;
let six: Address;

async function deployed(symbol: string, decimals: number): Promise<Address> {
  const from = accounts[0]?.address as Address;
  const hash = await anvil.rpc<Hex>('eth_sendTransaction', { from, data: tokenCode(symbol, decimals, from) });
  return getAddress((await clientOf(anvil.url).waitForTransactionReceipt({ hash, pollingInterval: 10 })).contractAddress as Address);
}
async function published(tokens: [symbol: string, address: Address, decimals: number][], version = [1, 0, 0] as [number, number, number], key = publisher) {
  const list: TokenList = {
    name: 'Test list', timestamp: '2026-11-22T12:00:00Z', version: { major: version[0], minor: version[1], patch: version[2] },
    tokens: tokens.map(([symbol, address, decimals]) => ({ chainId: anvil.chainId, address, symbol, name: `The ${symbol}`, decimals })),
  };
  writeFileSync(file, JSON.stringify(list));
  writeFileSync(`${file}.sig`, `${await key.signTypedData(typedDataOfList(list))}\n`);
}
const joined = () => joinLists(registry, { files: [file], publishers: [publisher.address] }, (event, detail) => void log.push(`${event} ${JSON.stringify(detail)}`));

beforeAll(async () => {
  anvil = await startAnvil();
  registry = { network: 'local', chains: [bareChain(anvil.chainId, anvil.url)], auctioneer: publisher.address, attesters: { signers: [], k: 0 } };
  gho = await deployed('GHO', 18);
  six = await deployed('SIXY', 6);
});
afterAll(async () => {
  await anvil?.stop();
  rmSync(dir, { recursive: true });
});

it('adds what the chain confirms, and says why the rest stays out', async () => {
  const nobody = getAddress(`0x${'77'.repeat(20)}`);
  await published([['GHO', gho, 18], ['SIXY', six, 18], ['GONE', nobody, 18], ['ALL', getAddress(`0x${'78'.repeat(20)}`), 18]]);
  const tokens = await joined();
  expect(tokens.map(({ token }) => [token.symbol, token.decimals, token.list])).toEqual([['GHO', 18, 'Test list 1.0.0']]);
  const refused = log.filter((line) => line.startsWith('token.refused'));
  expect(refused.length).toBe(3);
  expect(refused.filter((line) => line.includes('"decimals"')).length).toBe(2);
  expect(refused.filter((line) => line.includes('"reserved"')).length).toBe(1);
  const more = withTokens(registry, [...tokens, ...tokens.map(({ token }) => ({ chainId: anvil.chainId, token: { ...token, symbol: 'ETH', address: nobody } }))]);
  expect(parse('swap 1 ETH to GHO', contextOf(more, new Date()))).toMatchObject({ draft: { said: { buy: { token: 'GHO' } } } });
});
it('remembers the version across starts', async () => {
  await published([['GHO', gho, 18]], [0, 9, 0]);
  await expect(joined()).rejects.toMatchObject({ code: 'list_downgrade' });
  await published([['GHO', gho, 18], ['SIXY', six, 6]], [1, 0, 1]);
  await expect(joined()).rejects.toMatchObject({ code: 'list_version' });
  await published([['GHO', gho, 18], ['SIXY', six, 6]], [2, 0, 0]);
  expect((await joined()).length).toBe(2);
  expect((JSON.parse(readFileSync(`${file}.held`, 'utf8')) as TokenList).version.major).toBe(2);
});
it('stops at a list that a stranger signed, that was changed, or that is not there', async () => {
  await published([['GHO', gho, 18]], [3, 0, 0], privateKeyToAccount(`0x${'5c'.repeat(32)}`));
  await expect(joined()).rejects.toMatchObject({ code: 'bad_signature' });
  await published([['GHO', gho, 18]], [3, 0, 0]);
  writeFileSync(file, readFileSync(file, 'utf8').replace(gho, six));
  await expect(joined()).rejects.toMatchObject({ code: 'bad_signature' });
  writeFileSync(file, '{');
  await expect(joined()).rejects.toMatchObject({ code: 'bad_list' });
  rmSync(`${file}.sig`);
  await expect(joined()).rejects.toMatchObject({ code: 'bad_list' });
});
it('is configured by files and publishers', () => {
  const network = join(dir, 'network.json');
  writeFileSync(network, '{}');
  const env = { TENDER_DATABASE: 'postgres://u:p@127.0.0.1/d', TENDER_AUCTIONEER_KEY: `0x${'11'.repeat(32)}`, TENDER_NETWORK: network };
  expect(apiConfig(env).lists).toEqual({ files: [], publishers: [] });
  expect(apiConfig({ ...env, TENDER_TOKEN_LISTS: `${file}, ${file}`, TENDER_TOKEN_LIST_PUBLISHERS: publisher.address }).lists).toEqual({ files: [file, file], publishers: [publisher.address] });
  expect(() => apiConfig({ ...env, TENDER_TOKEN_LISTS: file })).toThrow('TENDER_TOKEN_LIST_PUBLISHERS');
  expect(() => apiConfig({ ...env, TENDER_TOKEN_LISTS: file, TENDER_TOKEN_LIST_PUBLISHERS: '0x1234' })).toThrow('TENDER_TOKEN_LIST_PUBLISHERS');
});
