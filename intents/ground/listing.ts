/** Which tokens of a list join a registry: not those that could be taken for another token, for a word, or for money. */
import { type Address, getAddress, zeroAddress } from 'viem';
import { NATIVE } from '../order.ts';
import { FIAT, NOT_ASSETS } from '../parse/context.ts';
import { COMMON } from '../parse/lexicon/common.ts';
import { en } from '../parse/lexicon/en.ts';
import { expanded, type Lexicon } from '../parse/lexicon/lexicon.ts';
import { LOCALES } from '../parse/locales.ts';
import { type Chain, chainOf, type Registry, type Token, tokenAt } from '../registry.ts';
import { type ListedToken, type TokenList, versionText } from './tokenList.ts';

/**
 * `other_chain`: not served here. `no_token`: zero or the native coin's place. `checksum`: EIP-55 does not hold. `duplicate`: an address
 * or a symbol twice on a chain. `imitates`: could be taken for `like`. `reserved`: a word of the language, a currency or a chain.
 * `decimals`: more than can be handled, or not what the contract says.
 */
export type Fault = 'other_chain' | 'no_token' | 'checksum' | 'duplicate' | 'imitates' | 'reserved' | 'decimals';
export type Refused = { token: ListedToken; fault: Fault; like?: string };
/** `joined`: new tokens by chain id, with where they came from. */
export type Listing = { registry: Registry; joined: { chainId: number; token: Token }[]; refused: Refused[] };

const MOST_DECIMALS = 36;
const LIKE: Record<string, string> = { '0': 'o', '1': 'l', i: 'l', '2': 'z', '5': 's', '8': 'b', '9': 'g', q: 'g' };

/** What is left of a symbol or name at a glance: case, look-alikes and marks apart. A variant such as `.e` stays one. */
export function glance(text: string): string {
  const plain = text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9.]/g, '').replace(/^\.+|\.+$/g, '');
  return plain.replaceAll('rn', 'm').replaceAll('vv', 'w').replace(/[01i2589q]/g, (letter) => LIKE[letter] as string);
}
/** `USDC` of `USDC.e`: a bridged variant is another token under a name of its own. */
const stem = (symbol: string) => glance(symbol).split('.')[0] as string;

const words = new Set<string>();
function isWord(symbol: string): boolean {
  if (!words.size) {
    const all = [COMMON, ...[en, ...LOCALES].map(({ words: own }: Lexicon) => own)].flatMap((table) => Object.values(table));
    for (const phrase of all.flatMap(expanded)) words.add(phrase);
    for (const { numbers } of [en, ...LOCALES]) for (const pair of `${numbers.units} ${numbers.scales}`.split(' ')) words.add(pair.slice(0, pair.indexOf(':')));
    for (const name of [...FIAT, ...Object.keys(NOT_ASSETS)]) words.add(name.toLowerCase());
  }
  return words.has(symbol.toLowerCase()) || /^\W*[\d.]/.test(symbol);
}

/** Tokens that the registry has are left as they are; a list only adds. */
export function listed(registry: Registry, list: TokenList): Listing {
  const source = `${list.name} ${versionText(list.version)}`;
  const known = registry.chains.flatMap((chain) => chain.tokens);
  const refused: Refused[] = [];
  const joined: Listing['joined'] = [];
  for (const token of list.tokens) {
    const chain = chainOf(registry, token.chainId);
    if (chain && tokenAt(chain, token.address as Address)) continue;
    const fault = chain ? faultOf(token, chain, registry, list.tokens, known) : { fault: 'other_chain' as const };
    if (fault) refused.push({ token, ...fault });
    else joined.push({ chainId: token.chainId, token: { symbol: token.symbol, name: token.name, decimals: token.decimals, address: getAddress(token.address), list: source } });
  }
  return { registry: withTokens(registry, joined), joined, refused };
}

export const withTokens = (registry: Registry, joined: Listing['joined']): Registry => ({
  ...registry,
  chains: registry.chains.map((chain) => ({ ...chain, tokens: [...chain.tokens, ...joined.filter(({ chainId }) => chainId === chain.id).map(({ token }) => token)] })),
});

function faultOf(token: ListedToken, chain: Chain, registry: Registry, list: readonly ListedToken[], known: readonly Token[]): Omit<Refused, 'token'> | undefined {
  const { address, symbol, decimals } = token;
  const lower = address.toLowerCase();
  if (lower === zeroAddress || lower === NATIVE.toLowerCase()) return { fault: 'no_token' };
  if (address !== lower && address.slice(2) !== address.slice(2).toUpperCase() && getAddress(lower) !== address) return { fault: 'checksum' };
  if (decimals > MOST_DECIMALS) return { fault: 'decimals' };
  if (isWord(symbol) || registry.chains.some(({ name }) => name === symbol.toLowerCase())) return { fault: 'reserved' };
  const beside = list.filter((other) => other !== token && other.chainId === token.chainId);
  if (beside.some((other) => other.address.toLowerCase() === lower || other.symbol.toLowerCase() === symbol.toLowerCase())) return { fault: 'duplicate' };
  const twin = beside.find((other) => glance(other.symbol) === glance(symbol));
  if (twin) return { fault: 'imitates', like: twin.symbol };
  const like = imitated(token, chain, known);
  return like === undefined ? undefined : { fault: 'imitates', like };
}

/** The symbol of a known token that this one could be taken for: by its symbol on this chain or at a glance anywhere, or by its name. */
function imitated({ symbol, name }: ListedToken, chain: Chain, known: readonly Token[]): string | undefined {
  const same = (other: Token) => other.symbol.toLowerCase() === symbol.toLowerCase();
  const bySymbol = chain.tokens.find(same) ?? known.find((other) => !same(other) && glance(other.symbol) === glance(symbol));
  const byName = known.find((other) => glance(other.name) === glance(name) && !same(other) && stem(other.symbol) !== stem(symbol));
  // A variant of a token is fine; a name that says it is the token itself is not.
  return (bySymbol ?? byName)?.symbol;
}
