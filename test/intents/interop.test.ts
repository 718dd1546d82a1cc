/** Interoperable addresses: the ERC's own examples, everything that can be written, and what nobody may have written. */
import fc from 'fast-check';
import { getAddress, type Hex, size } from 'viem';
import { describe, expect, it } from 'vitest';
import { decodeEvmInterop, decodeInterop, encodeInterop, evmInterop, type InteropAddress } from '../../intents/interop.ts';

const VITALIK = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const SOLANA = '0x45296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef0';
const ACCOUNT = '0x05333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5';
const low = (address: Hex) => address.toLowerCase() as Hex;

/** ERC-7930, section Examples. */
const EXAMPLES: [string, Hex, InteropAddress][] = [
  ['Ethereum mainnet address', '0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045', { chainType: 0, chainReference: '0x01', address: low(VITALIK) }],
  ['Solana mainnet address', `0x0001000220${SOLANA.slice(2)}20${ACCOUNT.slice(2)}`, { chainType: 2, chainReference: SOLANA, address: ACCOUNT }],
  ['EVM address without chain', '0x000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045', { chainType: 0, chainReference: '0x', address: low(VITALIK) }],
  ['Solana mainnet itself', `0x0001000220${SOLANA.slice(2)}00`, { chainType: 2, chainReference: SOLANA, address: '0x' }],
];

describe('the examples of the ERC', () => {
  it.each(EXAMPLES)('%s', (_, bytes, parts) => {
    expect(encodeInterop(parts)).toBe(bytes);
    expect(decodeInterop(bytes)).toEqual(parts);
  });
});

describe('EVM chains', () => {
  it.each([[1, '0101'], [8453, '022105'], [42161, '02a4b1'], [31337, '027a69'], [0, '0100'], [256, '020100']] as const)('%i is written without leading zeros', (chainId, reference) => {
    expect(evmInterop({ chainId, address: VITALIK })).toBe(`0x00010000${reference}14${low(VITALIK).slice(2)}`);
  });
  it('round trip, with either part alone', () => {
    const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(`0x${Buffer.from(bytes).toString('hex')}`));
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 256n - 1n), address, (chainId, address) => {
      expect(decodeEvmInterop(evmInterop({ chainId, address }))).toEqual({ chainId, address });
      expect(decodeEvmInterop(evmInterop({ chainId }))).toEqual({ chainId });
      expect(decodeEvmInterop(evmInterop({ address }))).toEqual({ address });
    }));
  });
});

describe('what is refused', () => {
  const whole = evmInterop({ chainId: 8453, address: VITALIK });
  it.each([
    ['nothing named', '0x000100000000'],
    ['another version', `0x0002${whole.slice(6)}`],
    ['a version of the incompatible kind', `0x8001${whole.slice(6)}`],
    ['a spare byte', `${whole}00`],
    ['no bytes', '0x'],
    ['half a byte', `${whole}0`],
    ['no hex', 'vitalik.eth'],
  ])('%s', (_, bytes) => expect(() => decodeInterop(bytes as Hex)).toThrow(expect.objectContaining({ code: 'bad_interop_address' })));
  it('every shorter piece', () => {
    for (let length = 0; length < size(whole); length++) {
      expect(() => decodeInterop(whole.slice(0, 2 + 2 * length) as Hex)).toThrow(expect.objectContaining({ code: 'bad_interop_address' }));
    }
  });
  it.each([
    ['a padded chain id', `0x0001000003002105${'14'}${low(VITALIK).slice(2)}`],
    ['a chain id beyond 256 bits', `0x0001000021${'11'.repeat(33)}14${low(VITALIK).slice(2)}`],
    ['an address of 19 bytes', `0x000100000101${'13'}${low(VITALIK).slice(4)}`],
    ['another kind of chain', EXAMPLES[1]![1]],
  ])('for an EVM address: %s', (_, bytes) => expect(() => decodeEvmInterop(bytes as Hex)).toThrow(expect.objectContaining({ code: 'bad_interop_address' })));
  it('parts that cannot be written', () => {
    expect(() => encodeInterop({ chainType: 0, chainReference: '0x', address: '0x' })).toThrow(/neither/);
    expect(() => encodeInterop({ chainType: 0, chainReference: `0x${'11'.repeat(256)}`, address: '0x' })).toThrow(/too long/);
    expect(() => encodeInterop({ chainType: 0, chainReference: '0x01', address: `0x${'11'.repeat(256)}` })).toThrow(/too long/);
  });
});
