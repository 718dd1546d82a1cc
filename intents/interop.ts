/**
 * Interoperable addresses (ERC-7930, version 1): an address together with its chain, as bytes. The contracts' twin is
 * OpenZeppelin's InteroperableAddress; this reader is stricter and takes only what a writer may have written.
 */
import { type Address, concat, getAddress, type Hex, isHex, numberToHex, size, slice } from 'viem';
import { TenderError } from './errors.ts';

/** `chainType` as in CAIP-350 (0 eip155, 2 solana); an empty `chainReference` or `address` is `0x`, not both. */
export type InteropAddress = { chainType: number; chainReference: Hex; address: Hex };

const VERSION = '0x0001';
export const EIP155 = 0;

/** The bytes of an interoperable address. Throws TenderError `bad_interop_address`. */
export function encodeInterop({ chainType, chainReference, address }: InteropAddress): Hex {
  if (size(chainReference) === 0 && size(address) === 0) throw bad('names neither a chain nor an address');
  if (size(chainReference) > 255 || size(address) > 255) throw bad('is too long');
  const counted = (part: Hex) => concat([numberToHex(size(part), { size: 1 }), part]);
  return concat([VERSION, numberToHex(chainType, { size: 2 }), counted(chainReference), counted(address)]).toLowerCase() as Hex;
}

/** Its parts. Throws TenderError `bad_interop_address` for another version, missing or spare bytes, or nothing named. */
export function decodeInterop(bytes: Hex): InteropAddress {
  if (!isHex(bytes) || bytes.length % 2 !== 0 || size(bytes) < 6) throw bad('is too short');
  if (slice(bytes, 0, 2) !== VERSION) throw bad('has another version than 1');
  const reference = counted(bytes, 4);
  const address = counted(bytes, 5 + size(reference));
  if (size(bytes) !== 6 + size(reference) + size(address)) throw bad('has spare bytes');
  if (reference === '0x' && address === '0x') throw bad('names neither a chain nor an address');
  return { chainType: Number(slice(bytes, 2, 4)), chainReference: reference, address };
}

/** An account on an EVM chain; without `address` the chain itself, without `chainId` an address on any. */
export function evmInterop({ chainId, address }: { chainId?: number | bigint; address?: Address }): Hex {
  return encodeInterop({ chainType: EIP155, chainReference: chainId === undefined ? '0x' : reference(BigInt(chainId)), address: address ?? '0x' });
}

/** The parts of an EVM one. Throws TenderError `bad_interop_address`, also for other kinds of chains and for padded chain ids. */
export function decodeEvmInterop(bytes: Hex): { chainId?: bigint; address?: Address } {
  const { chainType, chainReference, address } = decodeInterop(bytes);
  if (chainType !== EIP155) throw bad('is not of an EVM chain');
  if (size(chainReference) > 32 || (chainReference !== '0x' && chainReference !== reference(BigInt(chainReference)))) throw bad('has a chain id with leading zeros');
  if (address !== '0x' && size(address) !== 20) throw bad('has an address that is not 20 bytes long');
  return { ...(chainReference !== '0x' && { chainId: BigInt(chainReference) }), ...(address !== '0x' && { address: getAddress(address) }) };
}

/** A chain id without leading zeros. */
const reference = (chainId: bigint): Hex => numberToHex(chainId, { size: Math.max(1, Math.ceil(chainId.toString(16).length / 2)) });

/** What stands behind a length at byte `at`. */
function counted(bytes: Hex, at: number): Hex {
  if (at >= size(bytes)) throw bad('is too short');
  const length = Number(slice(bytes, at, at + 1));
  if (at + 1 + length > size(bytes)) throw bad('is too short');
  return length === 0 ? '0x' : slice(bytes, at + 1, at + 1 + length);
}

const bad = (why: string) => new TenderError('bad_interop_address', `This interoperable address ${why}.`, { hint: 'Write it as ERC-7930 says.' });
