// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {Awards} from "../libraries/Awards.sol";
import {Credits} from "../libraries/Credits.sol";

/// @title Which orders were filled or cancelled, and until when they can be: what every way of filling shares.
abstract contract Spending is ISettlement, Credits, Awards {
    /// @inheritdoc ISettlement
    mapping(address user => mapping(uint256 word => uint256 bits)) public nonces;

    /// @dev Reverts NonceUsed unless the bit was 0.
    function _spendNonce(address user, uint256 nonce) internal {
        mapping(uint256 word => uint256 bits) storage words = nonces[user];
        uint256 word = nonce >> 8;
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = words[word];
        require(bits & bit == 0, NonceUsed(nonce));
        words[word] = bits | bit;
    }

    /// @dev The hours of an order that is filled without an award.
    function _checkOpen(address auctioneer, uint256 exclusiveUntil, uint256 fillBy) internal view {
        require(block.timestamp <= fillBy, Expired(fillBy));
        require(block.timestamp > exclusiveUntil || auctioneer == address(0), Exclusive(exclusiveUntil));
    }
}
