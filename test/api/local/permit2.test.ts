import { getContractAddress, keccak256 } from 'viem';
import { expect, it } from 'vitest';
import { CREATE2_DEPLOYER, PERMIT2, PERMIT2_SALT, permit2Creation } from '../../../api/local/permit2.ts';

it('is the canonical code: its hash and the address that CREATE2 gives it', () => {
  const bytecode = permit2Creation();
  expect(keccak256(bytecode)).toBe('0xe2be1e05eedf35dacd66c65c862f8150ff9ab4b6b24b9bbe62be71b6b16cf0f8');
  expect(getContractAddress({ opcode: 'CREATE2', from: CREATE2_DEPLOYER, salt: PERMIT2_SALT, bytecode })).toBe(PERMIT2);
});
