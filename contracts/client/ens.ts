/** Names of the Ethereum Name Service → addresses, as a quorum of endpoints sees them in a final block. It asks no other host. */
import {
  type Abi, type Address, BaseError, type ContractFunctionArgs, type ContractFunctionName, createPublicClient, decodeFunctionResult, encodeFunctionData, getAddress,
  type Hex, http, isAddressEqual, parseAbi, type PublicClient, RpcRequestError, HttpRequestError, size, slice, stringToBytes, TimeoutError, toHex, zeroAddress,
} from 'viem';
import { namehash, normalize } from 'viem/ens';
import type { Chain } from '../../intents/registry.ts';
import { agreed, type Quorum, quorumOf } from './quorum.ts';

/** A name as ENSIP-15 writes it, and its address on one chain. */
export type Named = { name: string; address: Address };
export type Names = {
  /**
   * Undefined: not a name, without a record, or with one that must be fetched from elsewhere (CCIP-read is not followed).
   * Rejects with TenderError `no_quorum` when the endpoints do not agree.
   */
  resolve(name: string, chainId: number): Promise<Named | undefined>;
};

const registryAbi = parseAbi(['function resolver(bytes32 node) view returns (address)']);
const recordsAbi = parseAbi([
  'function supportsInterface(bytes4 id) view returns (bool)',
  // As a word: what is not an address must not become one by cutting it.
  'function addr(bytes32 node) view returns (bytes32)',
  'function resolve(bytes name, bytes data) view returns (bytes)',
]);
const coinsAbi = parseAbi(['function addr(bytes32 node, uint256 coinType) view returns (bytes)']);
/** ENSIP-10: a resolver for names below its own. */
const WILDCARD: Hex = '0x9061b923';
/** ENSIP-11. */
const coinTypeOf = (chainId: number) => BigInt(chainId) + 0x8000_0000n;
/** An account that delegates by EIP-7702 is still the key's. */
const DELEGATED = /^0xef0100/i;
const MOST_LABELS = 10;

/** `chain`: where ENS is deployed; `ens`: its registry. `rpc`, `need` as in `quorumOf`. */
export function namesOf({ chain, ens, rpc = chain.rpc, need }: { chain: Chain; ens: Address; rpc?: readonly string[]; need?: number }): Names {
  const quorum: Quorum = quorumOf({ chain, rpc, ...(need !== undefined && { need }) });
  const clients = rpc.map((url) => createPublicClient({ transport: http(url, { retryCount: 1, retryDelay: 100, timeout: 8_000 }), cacheTime: 0, ccipRead: false }));
  return {
    async resolve(said, chainId) {
      const name = normal(said);
      if (name === undefined) return undefined;
      const { hash } = await quorum.finalised();
      const enough = need ?? Math.floor(rpc.length / 2) + 1;
      const found = await agreed(`${name} on ${chain.name}`, clients, enough, (client) => addressOf({ client, hash, ens }, name, chainId, chain.id));
      return found === zeroAddress ? undefined : { name, address: found };
    },
  };
}

function normal(said: string): string | undefined {
  try {
    const name = normalize(said);
    return name.includes('.') && name.split('.').length <= MOST_LABELS ? name : undefined;
  } catch {
    return undefined;
  }
}

type At = { client: PublicClient; hash: Hex; ens: Address };

/** The zero address where there is none, so that endpoints can agree on that too. */
async function addressOf(at: At, name: string, chainId: number, home: number): Promise<Address> {
  const resolver = await resolverOf(at, name);
  if (!resolver) return zeroAddress;
  const node = namehash(name);
  if (chainId !== home) {
    const own = await record(at, resolver, name, coinsAbi, 'addr', [node, coinTypeOf(chainId)]);
    if (own !== undefined && size(own) === 20 && !isAddressEqual(own, zeroAddress)) return getAddress(own);
  }
  const word = await record(at, resolver, name, recordsAbi, 'addr', [node]);
  if (!word || !/^0x0{24}/.test(word) || BigInt(word) === 0n) return zeroAddress;
  const address = slice(word, 12);
  // A contract there is nobody, or somebody else, here.
  const code = chainId === home ? undefined : await at.client.getCode({ address, blockHash: at.hash, requireCanonical: true });
  return code && !DELEGATED.test(code) ? zeroAddress : getAddress(address);
}

type Resolver = { address: Address; wildcard: boolean };

/** The name's own resolver, or the nearest parent's if that one speaks for names below it (ENSIP-10). */
async function resolverOf(at: At, name: string): Promise<Resolver | undefined> {
  const labels = name.split('.');
  for (let depth = 0; depth < labels.length; depth++) {
    const address = await read(at, at.ens, registryAbi, 'resolver', [namehash(labels.slice(depth).join('.'))]);
    if (!address || isAddressEqual(address, zeroAddress)) continue;
    const wildcard = (await read(at, address, recordsAbi, 'supportsInterface', [WILDCARD])) ?? false;
    return depth === 0 || wildcard ? { address, wildcard } : undefined;
  }
  return undefined;
}

/** A record, asked for directly or through `resolve`. */
async function record<const A extends Abi, F extends ContractFunctionName<A, 'view'>>(
  at: At, { address, wildcard }: Resolver, name: string, abi: A, functionName: F, args: ContractFunctionArgs<A, 'view', F>,
): Promise<Hex | undefined> {
  if (!wildcard) return (await read(at, address, abi, functionName, args)) as Hex | undefined;
  const data = encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
  const packed = await read(at, address, recordsAbi, 'resolve', [dnsName(name), data]);
  if (packed === undefined) return undefined;
  try {
    return decodeFunctionResult({ abi, functionName, data: packed } as Parameters<typeof decodeFunctionResult>[0]) as Hex;
  } catch {
    return undefined;
  }
}

/** What a contract answers in the block; undefined if it reverts or talks nonsense. Rejects only if the endpoint does not answer. */
async function read<const A extends Abi, F extends ContractFunctionName<A, 'view'>>({ client, hash }: At, address: Address, abi: A, functionName: F, args: ContractFunctionArgs<A, 'view', F>) {
  try {
    return await client.readContract({ address, abi, functionName, args, blockHash: hash, requireCanonical: true } as Parameters<typeof client.readContract<A, F, typeof args>>[0]);
  } catch (error) {
    if (isFailure(error)) throw error;
    return undefined;
  }
}

/** A revert comes as an RPC error as well (code 3, or −32000 with data). */
function isFailure(error: unknown): boolean {
  if (!(error instanceof BaseError)) return true;
  if (error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError)) return true;
  const rpc = error.walk((cause) => cause instanceof RpcRequestError) as RpcRequestError | null;
  return rpc !== null && rpc.code !== 3 && rpc.data === undefined;
}

/** Length-prefixed labels, as in DNS. */
const dnsName = (name: string): Hex => {
  const labels = name.split('.').map((label) => stringToBytes(label));
  return toHex(Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]));
};
