// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../interfaces/IAttesters.sol";
import {Attestations} from "./Attestations.sol";
import {Domain} from "./Domain.sol";
import {Hashes} from "./Hashes.sol";

/// @title A rotating set of signers, kept as one hash: what Attested and Rerun share.
abstract contract Attesters is IAttesters, Domain {
    struct Next {
        bytes32 set;
        uint40 effectiveAt;
    }

    /// @dev Longer than a token deal lives (Rules.MAX_DEAL): nobody's verifier changes under an open deal.
    uint40 private constant ROTATE_DELAY = 8 days;
    uint256 private constant MOST_SIGNERS = 32;

    /// @inheritdoc IAttesters
    bytes32 public set;
    /// @inheritdoc IAttesters
    uint64 public epoch;
    /// @inheritdoc IAttesters
    Next public next;

    constructor(address[] memory signers, uint8 k) Domain(address(this)) {
        _checkSet(signers, k);
        set = Attestations.hash(k, signers);
        emit SetAnnounced(0, signers, k, block.timestamp);
        emit SetActivated(0, set);
    }

    /// @inheritdoc IAttesters
    function rotate(address[] calldata signers, uint8 k, bytes calldata quorum) external {
        require(next.set == 0, RotationPending(next.effectiveAt));
        _checkSet(signers, k);
        uint64 epoch_ = epoch + 1;
        _requireQuorum(_digest(Hashes.rotate(signers, k, epoch_)), quorum);

        next = Next(Attestations.hash(k, signers), uint40(block.timestamp) + ROTATE_DELAY);
        emit SetAnnounced(epoch_, signers, k, next.effectiveAt);
    }

    /// @inheritdoc IAttesters
    function activate() external {
        Next memory waiting = next;
        require(waiting.set != 0, NoRotation());
        require(block.timestamp > waiting.effectiveAt, NotYet(waiting.effectiveAt));

        delete next;
        set = waiting.set;
        epoch += 1;
        emit SetActivated(epoch, waiting.set);
    }

    /// @inheritdoc IAttesters
    function setOf(address[] calldata signers, uint8 k) external pure returns (bytes32) {
        return Attestations.hash(k, signers);
    }

    function _requireQuorum(bytes32 digest, bytes calldata quorum) internal view {
        bytes32 present = set;
        require(Attestations.setOf(digest, quorum) == present, NotTheSet(present));
    }

    function _checkSet(address[] memory signers, uint8 k) private pure {
        require(k != 0 && k <= signers.length && signers.length <= MOST_SIGNERS, BadSet());
        for (uint256 i; i < signers.length; ++i) {
            require(signers[i] != address(0), BadSet());
            for (uint256 j; j < i; ++j) {
                require(signers[i] != signers[j], BadSet());
            }
        }
    }
}
