// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlockHashes} from "./IBlockHashes.sol";

/// @title LocalHashes: the blocks of this very chain, as the chain itself knows them. Trusts nobody.
/// @notice Reaches back 256 blocks by `blockhash`, and 8,191 where the chain has the history contract of EIP-2935.
/// @dev Not for chains whose `block.number` counts another chain's blocks: there every call reverts, nothing is believed.
interface ILocalHashes is IBlockHashes {
    /// @notice The chain does not know this block's hash: it is too old, or not mined yet.
    error UnknownBlock(uint64 number);
    /// @notice Block `number` has another hash, `actual`.
    error WrongHash(bytes32 actual);
}
