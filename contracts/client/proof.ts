/** Evidence for StorageProof: a block's header, and what `eth_getProof` says of Delivery's records after that block. */
import { type AbiParameter, type Address, encodeAbiParameters, fromRlp, type Hex, keccak256, numberToHex, type PublicClient, size, toRlp } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Chain } from '../../intents/registry.ts';
import { attesterQuorum, type AttesterSet, recordSlot, type SignatureAt } from './evidence.ts';
import type { Block } from './ledger.ts';
import { quorumOf, type QuorumOptions } from './quorum.ts';
import { clientOf, shortReason } from './rpc.ts';
import { EMPTY_TRIE, trieValue, wordOf } from './trie.ts';

/** Records of one chain after one block, proven against its header; checked here as the contract will check it. */
export type RecordsProof = { chainId: number; block: Block; header: Hex; account: Hex[]; records: RecordProof[] };
/** A record's key, the whole word that Delivery holds (0: it holds nothing), and the nodes that prove it. */
export type RecordProof = { key: Hex; word: bigint; nodes: Hex[] };
export type ProveOptions = QuorumOptions & {
  keys: readonly Hex[];
  /** Block number. Default: the newest that is final by the heads of enough endpoints. */
  at?: number;
};

/**
 * Proves records of a chain. The block is one that a quorum of endpoints agrees on; the proof is the first that holds, from
 * whichever endpoint: it proves itself. Rejects with TenderError `no_quorum`, `no_proof` (no endpoint gave one that holds:
 * few keep the state of old blocks).
 */
export async function proveRecords({ keys, at, ...options }: ProveOptions): Promise<RecordsProof> {
  const { chain, rpc = chain.rpc } = options;
  const quorum = quorumOf(options);
  const block = at === undefined ? await quorum.finalised() : await quorum.block(at);
  let why: unknown;
  for (const endpoint of rpc) {
    try {
      return await provenBy(clientOf(endpoint), chain, block, keys);
    } catch (error) {
      why = error;
    }
  }
  throw new TenderError('no_proof', `No endpoint of ${chain.name} proves its state at block ${block.number}: ${shortReason(why)}`, {
    hint: 'Ask sooner, or an archive node.',
  });
}

async function provenBy(client: PublicClient, { id, contracts: { delivery } }: Chain, block: Block, keys: readonly Hex[]): Promise<RecordsProof> {
  const slots = keys.map(recordSlot);
  const [header, answer] = await Promise.all([
    client.request({ method: 'eth_getBlockByHash', params: [block.hash, false] }).then((raw) => headerOf(raw as unknown as RawHeader)),
    client.request({ method: 'eth_getProof', params: [delivery, slots, numberToHex(block.number)] }),
  ]);
  const account = hashed(answer.accountProof);
  const root = storageRoot(header, delivery, account);
  const records = keys.map((key, i): RecordProof => {
    const proof = answer.storageProof.find((one) => BigInt(one.key) === BigInt(slots[i]!))?.proof ?? [];
    const nodes = root === EMPTY_TRIE ? [] : hashed(proof);
    return { key, word: wordOf(trieValue(root, keccak256(slots[i]!), nodes)), nodes };
  });
  return { chainId: id, block, header, account, records };
}

/** Nodes shorter than a hash stand inside their parents; some nodes list them once more. */
const hashed = (nodes: readonly Hex[]): Hex[] => nodes.filter((node, i) => i === 0 || size(node) >= 32);

/** Position of the state root among a header's members, and of the storage root among an account's. */
const STATE_ROOT = 3;
const STORAGE_ROOT = 2;

/** Root of an account's storage after the block of `header`. Throws TenderError `bad_proof`. */
export function storageRoot(header: Hex, address: Address, accountProof: readonly Hex[]): Hex {
  const account = trieValue((fromRlp(header, 'hex') as Hex[])[STATE_ROOT]!, keccak256(address), accountProof);
  return account === '0x' ? EMPTY_TRIE : (fromRlp(account, 'hex') as Hex[])[STORAGE_ROOT]!;
}

/* HEADER */

type RawHeader = Record<string, Hex | undefined> & { hash: Hex };
/** In the order of their encoding; later forks append. `q`: an integer, encoded without leading zeros. */
const MEMBERS = [
  'parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom', 'q difficulty', 'q number', 'q gasLimit',
  'q gasUsed', 'q timestamp', 'extraData', 'mixHash', 'nonce', 'q baseFeePerGas', 'withdrawalsRoot', 'q blobGasUsed', 'q excessBlobGas',
  'parentBeaconBlockRoot', 'requestsHash', 'blockAccessListHash',
];

/** RLP of a block's header, from `eth_getBlockBy…`. Throws TenderError `unknown_header` if it does not hash to the block's hash. */
export function headerOf(block: RawHeader): Hex {
  const values = MEMBERS.map((member) => {
    const integer = member.startsWith('q ');
    const value = block[integer ? member.slice(2) : member];
    return value !== undefined && integer ? minimal(value) : value;
  });
  const header = toRlp(values.filter((value) => value !== undefined));
  if (keccak256(header) === block.hash) return header;
  throw new TenderError('unknown_header', `The members of block ${Number(block.number)} do not hash to its hash.`, { hint: 'Its chain may have members that this client does not know.' });
}

const minimal = (quantity: Hex): Hex => (BigInt(quantity) === 0n ? '0x' : numberToHex(BigInt(quantity), { size: Math.ceil(BigInt(quantity).toString(16).length / 2) }));

/* ENCODING */

const types = (...names: string[]): AbiParameter[] => names.map((type) => ({ type }));

/** Evidence of one record, for `claim` and `closeFinal`. `hashEvidence`: what the verifier's source of block hashes needs. */
export function recordEvidence({ header, account, records }: RecordsProof, key: Hex, hashEvidence: Hex): Hex {
  const record = records.find((one) => one.key === key);
  if (!record) throw new TenderError('no_records', 'The proof does not hold this record.', { param: 'key' });
  return encodeAbiParameters(types('bytes', 'bytes', 'bytes[]', 'bytes[]'), [header, hashEvidence, account, record.nodes]);
}

/** Evidence of all its records at once, in their order, for `claimMany`: each node travels once, however many records share it. */
export function recordsEvidence({ header, account, records }: RecordsProof, hashEvidence: Hex): Hex {
  const index = new Map<Hex, number>();
  for (const node of records.flatMap(({ nodes }) => nodes)) if (!index.has(node)) index.set(node, index.size);
  if (index.size > 0xffff) throw new TenderError('too_many_records', 'These records need more nodes than one proof can hold.', { hint: 'Claim in two calls.' });
  const orders = records.map(({ nodes }): Hex => `0x${nodes.map((node) => index.get(node)!.toString(16).padStart(4, '0')).join('')}`);
  return encodeAbiParameters(types('bytes', 'bytes', 'bytes[]', 'bytes[]', 'bytes[]'), [header, hashEvidence, account, [...index.keys()], orders]);
}

/** What `LocalHashes` needs beside the hash: nothing. */
export const localHashEvidence = (): Hex => '0x';

/** What `AttestedHashes` needs: exactly k signatures of its set over `Header`, in that contract's domain. */
export const attestedHashEvidence = (set: AttesterSet, signatures: readonly SignatureAt[]): Hex => attesterQuorum(set, signatures);
