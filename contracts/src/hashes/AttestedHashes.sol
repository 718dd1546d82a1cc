// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttestedHashes} from "../interfaces/IAttestedHashes.sol";
import {IBlockHashes} from "../interfaces/IBlockHashes.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {Domain} from "../libraries/Domain.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title AttestedHashes
contract AttestedHashes is IAttestedHashes, Domain {
    /// @inheritdoc IAttestedHashes
    uint256 public immutable k;
    /// @inheritdoc IAttestedHashes
    uint256 public immutable n;
    /// @inheritdoc IAttestedHashes
    mapping(uint256 index => address) public signers;

    constructor(address[] memory signers_, uint256 k_) Domain(address(this)) {
        require(k_ != 0 && k_ <= signers_.length && signers_.length <= 256, BadSet());
        k = k_;
        n = signers_.length;
        for (uint256 i; i < signers_.length; ++i) {
            require(signers_[i] != address(0), BadSet());
            for (uint256 j; j < i; ++j) {
                require(signers_[i] != signers_[j], BadSet());
            }
            signers[i] = signers_[i];
        }
    }

    /// @inheritdoc IBlockHashes
    function requireHash(uint256 chain, uint64 number, bytes32 hash, bytes calldata evidence) external view {
        (uint256 who, bytes32[] memory signatures) = abi.decode(evidence, (uint256, bytes32[]));
        _requireQuorum(_digest(Hashes.header(chain, number, hash)), who, signatures);
    }

    /// @dev One signature per set bit, in ascending order: nobody counts twice.
    function _requireQuorum(bytes32 digest, uint256 who, bytes32[] memory signatures) private view {
        require(signatures.length == 2 * k, WrongQuorum(k));
        uint256 counted;
        for (uint256 i; who != 0; ++i) {
            if (who & 1 == 1) {
                require(counted < k, WrongQuorum(k));
                address expected = signers[i];
                address actual = Signatures.signer(digest, signatures[2 * counted], signatures[2 * counted + 1]);
                require(actual == expected && expected != address(0), IErrors.BadSignature(expected));
                ++counted;
            }
            who >>= 1;
        }
        require(counted == k, WrongQuorum(k));
    }
}
