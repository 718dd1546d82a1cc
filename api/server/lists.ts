/** Token lists of a network: read from files, checked against their publishers and their chains, remembered so that none goes back. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Address, erc20Abi, type Hex } from 'viem';
import { clientOf } from '../../contracts/client/rpc.ts';
import { TenderError } from '../../intents/errors.ts';
import { type Listing, listed, type Refused, withTokens } from '../../intents/ground/listing.ts';
import { acceptList, tokenListFrom } from '../../intents/ground/tokenList.ts';
import { type Chain, chainOf, type Registry } from '../../intents/registry.ts';
import type { Log } from '../auction/auction.ts';

/** `files`: each with its signature beside it, as hex in `FILE.sig`; what was accepted last is kept in `FILE.held`. */
export type ListsConfig = { files: readonly string[]; publishers: readonly Address[] };

const AT_ONCE = 20;

/** The tokens that lists add, in the order of the files: what an earlier one has, a later one can neither change nor imitate. Throws as `acceptList` does. */
export async function joinLists(registry: Registry, { files, publishers }: ListsConfig, log: Log): Promise<Listing['joined']> {
  const all: Listing['joined'] = [];
  for (const file of files) {
    const keep = `${file}.held`;
    const json: unknown = jsonIn(file);
    const held = existsSync(keep) ? tokenListFrom(jsonIn(keep)) : undefined;
    const list = await acceptList(json, { signature: textOf(`${file}.sig`).trim() as Hex, publishers, held });
    const listing = listed(withTokens(registry, all), list);
    const { joined, wrong } = await onChain(registry, listing);
    // Written whole or not at all: half a file would forget what was held.
    writeFileSync(`${keep}.new`, JSON.stringify(list));
    renameSync(`${keep}.new`, keep);
    for (const { token, fault, like } of [...listing.refused, ...wrong].filter((one) => one.fault !== 'other_chain'))
      log('token.refused', { list: list.name, chain: token.chainId, address: token.address, fault, ...(like !== undefined && { like }) });
    log('list.accepted', { list: list.name, tokens: joined.length });
    all.push(...joined);
  }
  return all;
}

/** Decimals that differ from the contract's would move every amount by powers of ten: such a token is refused, and one that does not answer. */
async function onChain(registry: Registry, { joined }: Listing): Promise<{ joined: Listing['joined']; wrong: Refused[] }> {
  const right: Listing['joined'] = [];
  const wrong: Refused[] = [];
  for (let first = 0; first < joined.length; first += AT_ONCE) {
    const some = joined.slice(first, first + AT_ONCE);
    const found = await Promise.all(some.map(({ chainId, token }) => decimalsOf(chainOf(registry, chainId) as Chain, token.address)));
    for (const [index, one] of some.entries()) {
      if (found[index] === one.token.decimals) right.push(one);
      else wrong.push({ token: { ...one.token, chainId: one.chainId }, fault: 'decimals' });
    }
  }
  return { joined: right, wrong };
}
const decimalsOf = (chain: Chain, address: Address): Promise<number | undefined> =>
  clientOf(chain.rpc).readContract({ address, abi: erc20Abi, functionName: 'decimals' }).catch(() => undefined);

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new TenderError('bad_list', `${file} cannot be read.`, { hint: 'A token list needs its signature beside it, in FILE.sig.' });
  }
}
function jsonIn(file: string): unknown {
  const text = textOf(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new TenderError('bad_list', `${file} is not JSON.`, { hint: 'Fetch the list again.' });
  }
}
