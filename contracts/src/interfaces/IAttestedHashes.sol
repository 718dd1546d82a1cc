// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlockHashes} from "./IBlockHashes.sol";

/// @title AttestedHashes: k of n named keys say which blocks of other chains are final.
/// @notice One signed hash serves every deal that was recorded up to that block. The set is fixed at deployment: an order
///         names its set by naming the verifier that reads this source, and no key can be added to it later.
/// @dev Domain of its signatures: ("Tender", "1", this chain id, this contract), so no other contract's signature is one here.
///      Signed: Header(bytes32 chain, uint64 number, bytes32 hash).
///      Evidence: abi.encode(uint256 signers, bytes32[] signatures). `signers` is a bitmap of indices, exactly k bits;
///      `signatures` holds (r, vs) pairs (EIP-2098) by ascending index.
interface IAttestedHashes is IBlockHashes {
    /// @notice k is 0 or above n, n is above 256, or a signer is zero or named twice.
    error BadSet();
    /// @notice Exactly `k` signatures are needed.
    error WrongQuorum(uint256 k);

    /// @notice Signer by index; 0 beyond the set.
    function signers(uint256 index) external view returns (address);
    /// @notice Signatures needed.
    function k() external view returns (uint256);
    /// @notice Signers there are.
    function n() external view returns (uint256);
}
