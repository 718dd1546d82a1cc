// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestedHashes} from "../interfaces/IAttestedHashes.sol";
import {IBlockHashes} from "../interfaces/IBlockHashes.sol";
import {Attesters} from "../libraries/Attesters.sol";
import {Hashes} from "../libraries/Hashes.sol";

/// @title AttestedHashes
contract AttestedHashes is IAttestedHashes, Attesters {
    constructor(address[] memory signers, uint8 k) Attesters(signers, k) {}

    /// @inheritdoc IBlockHashes
    function requireHash(uint256 chain, uint64 number, bytes32 hash, bytes calldata evidence) external view {
        _requireQuorum(_digest(Hashes.header(chain, number, hash)), evidence);
    }
}
