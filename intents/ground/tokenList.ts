/** Token lists by the Uniswap schema, with a detached EIP-712 signature of the publisher and a version that only goes up. */
import { type Address, hashTypedData, type Hex, isAddressEqual, keccak256, stringToBytes } from 'viem';
import { recoverTypedDataAddress } from 'viem/utils';
import * as z from 'zod/mini';
import { TenderError } from '../errors.ts';

const text = (pattern: RegExp, most: number, least = 1) => z.string().check(z.regex(pattern), z.minLength(least), z.maxLength(most));
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => z.int().check(z.gte(least), z.lte(most));
const primitive = z.union([z.string().check(z.minLength(1), z.maxLength(42)), z.boolean(), z.number(), z.null()]);
const extensionKey = text(/^\w+$/, 40);
const few = <T extends z.core.SomeType>(value: T) =>
  z.record(extensionKey, value).check(z.refine((map) => Object.keys(map as object).length <= 10, 'more than ten properties'));
const extensions = few(z.union([primitive, few(z.union([primitive, few(primitive)]))]));
const uri = z.url();

const ListedTokenInfo = z.strictObject({
  chainId: whole(1),
  address: text(/^0x[a-fA-F0-9]{40}$/, 42),
  decimals: whole(0, 255),
  name: text(/^[ \w.'+\-%/À-ÖØ-öø-ÿ:]+$/, 40),
  symbol: text(/^[a-zA-Z0-9+\-%/$.]+$/, 20),
  logoURI: z.optional(uri),
  tags: z.optional(z.array(text(/^\w+$/, 10)).check(z.maxLength(10))),
  extensions: z.optional(extensions),
});
/** The published schema (`https://uniswap.org/tokenlist.schema.json`), strict as it is: unknown properties are refused. */
export const TokenList = z.strictObject({
  name: text(/^[\w ]+$/, 20),
  timestamp: z.iso.datetime({ offset: true }),
  version: z.strictObject({ major: whole(0), minor: whole(0), patch: whole(0) }),
  tokens: z.array(ListedTokenInfo).check(z.minLength(1), z.maxLength(10_000)),
  keywords: z.optional(
    z.array(text(/^[\w ]+$/, 20)).check(z.maxLength(20), z.refine((words) => new Set(words).size === words.length, 'a keyword twice')),
  ),
  tags: z.optional(
    z
      .record(text(/^\w+$/, 10), z.strictObject({ name: text(/^[ \w]+$/, 20), description: text(/^[ \w.,:]+$/, 200) }))
      .check(z.refine((map) => Object.keys(map).length <= 20, 'more than twenty tags')),
  ),
  logoURI: z.optional(uri),
});
export type TokenList = z.infer<typeof TokenList>;
export type ListedToken = TokenList['tokens'][number];
export type Version = TokenList['version'];

/** Throws `bad_list` with the first thing that is wrong and where. */
export function tokenListFrom(json: unknown): TokenList {
  const parsed = TokenList.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw listError('bad_list', `The token list is not one: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`, 'See the schema of Uniswap token lists.');
}

/** Sorted keys, no white space: the same list has the same text, however it was written. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

const TYPES = {
  TokenList: [
    { name: 'name', type: 'string' },
    { name: 'timestamp', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'tokens', type: 'Token[]' },
    { name: 'content', type: 'bytes32' },
  ],
  Token: [
    { name: 'chainId', type: 'uint256' },
    { name: 'token', type: 'address' },
    { name: 'symbol', type: 'string' },
    { name: 'decimals', type: 'uint8' },
  ],
} as const;

/** What the publisher signs: the tokens in plain sight, and a hash of the whole list with whatever else is in it. No chain: lists span chains. */
export const typedDataOfList = (list: TokenList) => ({
  domain: { name: 'Tender token list', version: '1' },
  types: TYPES,
  primaryType: 'TokenList' as const,
  message: {
    name: list.name,
    timestamp: list.timestamp,
    version: versionText(list.version),
    tokens: list.tokens.map(({ chainId, address, symbol, decimals }) => ({ chainId: BigInt(chainId), token: address.toLowerCase() as Address, symbol, decimals })),
    content: keccak256(stringToBytes(canonical(list))),
  },
});
export const digestOfList = (list: TokenList): Hex => hashTypedData(typedDataOfList(list));

export const versionText = ({ major, minor, patch }: Version) => `${major}.${minor}.${patch}`;
export const compareVersions = (a: Version, b: Version) => a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/** What a change of the tokens asks of the version: by the schema, removing or moving is major, adding minor, the rest patch. */
export function bumpNeeded(before: readonly ListedToken[], after: readonly ListedToken[]): keyof Version | undefined {
  const key = ({ chainId, address }: ListedToken) => `${chainId}:${address.toLowerCase()}`;
  const [old, fresh] = [before, after].map((tokens) => new Map(tokens.map((token) => [key(token), token]))) as [Map<string, ListedToken>, Map<string, ListedToken>];
  if ([...old.keys()].some((one) => !fresh.has(one))) return 'major';
  if (fresh.size > old.size) return 'minor';
  return [...old].some(([one, token]) => canonical(fresh.get(one)) !== canonical(token)) ? 'patch' : undefined;
}
const enough = (from: Version, to: Version, need: keyof Version | undefined) =>
  need === 'major' ? to.major > from.major : need === 'minor' ? to.major > from.major || to.minor > from.minor : true;

/** `held`: the list that was accepted last, if there is one. `publishers`: whose signature counts. */
export type Acceptance = { signature: Hex; publishers: readonly Address[]; held?: TokenList | undefined };

/** The list, if a publisher signed exactly it and it does not go back. Throws `bad_list`, `bad_signature`, `list_downgrade`, `list_version`. */
export async function acceptList(json: unknown, { signature, publishers, held }: Acceptance): Promise<TokenList> {
  const list = tokenListFrom(json);
  const signer = await recoverTypedDataAddress({ ...typedDataOfList(list), signature }).catch(() => undefined);
  if (!signer || !publishers.some((publisher) => isAddressEqual(publisher, signer)))
    throw listError('bad_signature', `The token list “${list.name}” ${versionText(list.version)} is not signed by its publisher.`, 'Fetch the list and its signature again.');
  if (!held) return list;
  const order = compareVersions(list.version, held.version);
  if (order < 0) throw listError('list_downgrade', `The token list went back from ${versionText(held.version)} to ${versionText(list.version)}.`, 'Use the newest list.');
  const same = canonical(list) === canonical(held);
  if (order === 0 && !same) throw listError('list_downgrade', `There are two different lists of version ${versionText(list.version)}.`, 'Ask the publisher for a new version.');
  if (!enough(held.version, list.version, bumpNeeded(held.tokens, list.tokens)))
    throw listError('list_version', `Version ${versionText(list.version)} hides a change of tokens since ${versionText(held.version)}.`, 'Removing a token needs a new major version, adding one a minor.');
  return list;
}

const listError = (code: string, message: string, hint: string) => new TenderError(code, message, { hint });
