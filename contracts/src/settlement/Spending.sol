// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {Awards} from "../libraries/Awards.sol";
import {Credits} from "../libraries/Credits.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title Who consented, and which orders were filled or cancelled: what every way of filling shares.
abstract contract Spending is ISettlement, Credits, Awards {
    /// @dev A struct, so that its place is computed once for reading and writing.
    struct Word {
        uint256 bits;
    }

    /// @inheritdoc ISettlement
    mapping(address user => mapping(uint256 word => Word)) public nonces;
    /// @inheritdoc ISettlement
    mapping(bytes32 order => uint256) public progress;

    /// @dev Progress of an order with parts that was cancelled (or of whose 256 parts all were filled).
    uint256 internal constant CANCELLED = type(uint256).max;

    /// @inheritdoc ISettlement
    function isSpent(address user, uint256 nonce) public view returns (bool) {
        return Permit2.isGuard(nonce) ? Permit2.isSpent(user, nonce) : nonces[user][nonce >> 8].bits >> (nonce & 0xff) & 1 == 1;
    }

    /// @dev Reverts NonceUsed unless the bit was 0.
    function _spendNonce(address user, uint256 nonce) internal {
        Word storage word = nonces[user][nonce >> 8];
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = word.bits;
        if (bits & bit != 0) revert NonceUsed(nonce);
        word.bits = bits | bit;
    }

    /// @dev A user that calls needs no signature; else a key, else ERC-1271.
    function _requireConsent(address user, bytes32 id, bytes calldata userSig) internal view {
        if (userSig.length == 0 && msg.sender == user) return;
        Signatures.requireUser(user, id, userSig);
    }

    /// @dev The hours of an order that is filled without an award.
    function _checkOpen(address auctioneer, uint256 exclusiveUntil, uint256 fillBy) internal view {
        if (block.timestamp > fillBy) revert Expired(fillBy);
        if (block.timestamp <= exclusiveUntil && auctioneer != address(0)) revert Exclusive(exclusiveUntil);
    }
}
