// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestedHashes} from "../interfaces/IAttestedHashes.sol";
import {IBlockHashes} from "../interfaces/IBlockHashes.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {Domain} from "../libraries/Domain.sol";
import {Hashes} from "../libraries/Hashes.sol";

/// @title AttestedHashes
contract AttestedHashes is IAttestedHashes, Domain {
    uint256 private constant MOST_SIGNERS = 32;

    /// @inheritdoc IAttestedHashes
    bytes32 public immutable set;

    constructor(address[] memory signers, uint8 k) Domain(address(this)) {
        require(k != 0 && k <= signers.length && signers.length <= MOST_SIGNERS, BadSet());
        for (uint256 i; i < signers.length; ++i) {
            require(signers[i] != address(0), BadSet());
            for (uint256 j; j < i; ++j) {
                require(signers[i] != signers[j], BadSet());
            }
        }
        set = Attestations.hash(k, signers);
        emit SetFixed(signers, k);
    }

    /// @inheritdoc IBlockHashes
    function requireHash(uint256 chain, uint64 number, bytes32 hash, bytes calldata evidence) external view {
        require(Attestations.setOf(_digest(Hashes.header(chain, number, hash)), evidence) == set, NotTheSet(set));
    }
}
