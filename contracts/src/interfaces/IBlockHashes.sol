// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A source of block hashes: what StorageProof believes about a chain.
/// @notice A source is trusted for one thing: that a hash it vouches for belongs to a final block of that chain.
interface IBlockHashes {
    /// @notice This source does not speak of the chain.
    error UnknownChain(uint256 chain);

    /// @notice Reverts unless `hash` is the hash of block `number` of `chain`.
    /// @param evidence What this source needs beside the hash itself.
    function requireHash(uint256 chain, uint64 number, bytes32 hash, bytes calldata evidence) external view;
}
