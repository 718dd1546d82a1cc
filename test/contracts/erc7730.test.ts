/** Clear-signing descriptors: up to date, valid by the ERC's own schema, and about every field of every typed message. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TypedDataEncoder } from 'ethers';
import { describe, expect, it } from 'vitest';
import { deploymentsHere, type Descriptor, descriptors, encodeType, leavesOf } from '../../contracts/erc7730.ts';
import { MARKET_TYPES } from '../../intents/market.ts';
import { KIND, type KindName, type TypedData, typesOfKind } from '../../intents/order.ts';

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as unknown;
/** ethereum/ERCs, assets/erc-7730, commit 2528d6a (CC0): version 2.0.0, which never changes. */
const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(json('erc7730/erc7730-v2.schema.json') as object);
const written = descriptors(deploymentsHere());
const formats = Object.values(written).flatMap((one) => Object.entries(one.display.formats));

/** Every typed message of the protocol: its types and its primary type. */
const messages: [string, TypedData['types'], string][] = [
  ...(Object.keys(KIND) as KindName[]).map((kind): [string, TypedData['types'], string] => [kind, typesOfKind(kind, false), 'Order']),
  ...(['fillIn', 'fillOut'] as const).map((kind): [string, TypedData['types'], string] => [`${kind} with options`, typesOfKind(kind, true), 'Order']),
  ...Object.entries(MARKET_TYPES).map(([name, fields]): [string, TypedData['types'], string] => [name, { [name]: [...fields] }, name]),
];
const used = (types: TypedData['types'], primary: string) => {
  const names = [...encodeType(types, primary).matchAll(/([A-Za-z]+)\(/g)].map(([, name]) => name!);
  return Object.fromEntries(names.map((name) => [name, types[name]!]));
};

describe('descriptors', () => {
  it('are what the types give (npm run build:erc7730)', () => {
    for (const [name, content] of Object.entries(written)) expect(json(`../../contracts/erc7730/${name}`), name).toEqual(content);
    expect(readdirSync(new URL('../../contracts/erc7730', import.meta.url)).sort()).toEqual([...Object.keys(written), 'deployments.json'].sort());
  });
  it.each(Object.keys(written))('%s is valid by the schema', (name) => {
    expect(valid(json(`../../contracts/erc7730/${name}`)), JSON.stringify(valid.errors)).toBe(true);
  });
  it('would not be valid with a wrong key, a wrong format, a wrong parameter', () => {
    const change = (edit: (copy: Descriptor) => void) => {
      const copy = structuredClone(written['eip712-tender-orders.json']!);
      edit(copy);
      return valid(copy);
    };
    const field = (copy: Descriptor) => Object.values(copy.display.formats)[0]!.fields.find(({ format }) => format === 'tokenAmount')!;
    expect(change(() => {})).toBe(true);
    expect(change((copy) => Object.assign(copy, { more: 1 }))).toBe(false);
    expect(change((copy) => Object.assign(field(copy), { format: 'money' }))).toBe(false);
    expect(change((copy) => Object.assign(field(copy).params!, { tokenPath: 7 }))).toBe(false);
    expect(change((copy) => Object.assign(field(copy).params!, { token: '0x' }))).toBe(false); // both token and tokenPath
  });
  it('bind to the domain, and to the deployments that are given', () => {
    const deployments = [{ chainId: 1, address: '0x00000000000000000000000000000000000000A1' as const }];
    for (const one of Object.values(descriptors(deployments))) expect(one.context).toMatchObject({ eip712: { domain: { name: 'Tender', version: '1' }, deployments } });
  });
});

describe.each(messages)('%s', (_, types, primary) => {
  const key = TypedDataEncoder.from(used(types, primary)).encodeType(primary);
  const format = formats.find(([type]) => type === key)?.[1];
  const leaves = leavesOf(types, primary);
  const typeAt = (path: unknown) => leaves.find((leaf) => leaf.path === path)?.type;

  it('is described under the type that is hashed', () => expect(format).toBeDefined());
  it('shows every field once', () => expect(format!.fields.map(({ path }) => path).sort()).toEqual(leaves.map(({ path }) => path).sort()));
  it('labels each field its own way', () => expect(new Set(format!.fields.map(({ label }) => label)).size).toBe(format!.fields.length));
  it('hides nothing but nonce, salt, the own account and token tickers behind a request', () => {
    const optional = format!.fields.filter(({ visible }) => visible).map(({ path }) => path);
    expect(optional.filter((path) => !/(^|\.)(nonce|salt|user|token)$/.test(path))).toEqual([]);
  });
  it('formats by type, with parameters that exist', () => {
    for (const { path, format: how, params = {} } of format!.fields) {
      const type = typeAt(path)!;
      if (how === 'date') expect(type, path).toBe('uint40');
      if (['tokenAmount', 'duration', 'unit', 'chainId'].includes(how)) expect(type, path).toMatch(/^uint/);
      if (['addressName', 'tokenTicker'].includes(how)) expect(type, path).toBe('address');
      if (type === 'address') expect(how, path).not.toBe('raw');
      if (how === 'tokenAmount') expect(typeAt(params.tokenPath), path).toBe('address');
      if ('chainIdPath' in params) expect(typeAt(params.chainIdPath), path).toBe('uint256');
    }
  });
  it('interpolates only what is always visible', () => {
    for (const [, path] of (format!.interpolatedIntent ?? '').matchAll(/\{(.*?)\}/g)) {
      expect(format!.fields.find((field) => field.path === path && !field.visible), path).toBeDefined();
    }
  });
});

it.each(Object.keys(MARKET_TYPES))('%s has the type that the contracts hash', (name) => {
  const hashes = readFileSync(new URL('../../contracts/src/libraries/Hashes.sol', import.meta.url), 'utf8');
  expect(hashes).toContain(`"${encodeType(MARKET_TYPES as unknown as TypedData['types'], name)}"`);
});

it('describes nothing else', () => expect(formats.length).toBe(messages.length));
