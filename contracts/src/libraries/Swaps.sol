// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SwapOrder} from "../interfaces/Types.sol";

/// @title The members of a same-chain order, read where they stand in calldata.
/// @dev Assembly because Solidity checks a narrow member each time it is read, and branches on each condition: together that is one
///      part in thirty of a fill. Here all words are checked once (`isClean`, which `Hashes.swapOrder` asks): before that, nothing
///      here may be believed.
library Swaps {
    /// @notice False if any word holds more bits than its type: one order has one spelling.
    function isClean(SwapOrder calldata o) internal pure returns (bool clean) {
        assembly ("memory-safe") {
            let addresses := or(calldataload(add(o, 0x20)), calldataload(add(o, 0x40)))
            addresses := or(addresses, or(calldataload(add(o, 0x80)), calldataload(add(o, 0xc0))))
            addresses := or(addresses, calldataload(add(o, 0xe0)))
            let amounts := or(calldataload(add(o, 0x60)), calldataload(add(o, 0xa0)))
            let times := or(calldataload(add(o, 0x100)), calldataload(add(o, 0x120)))
            clean := iszero(or(shr(160, addresses), or(shr(128, amounts), shr(40, times))))
        }
    }

    /// @notice False if the recipient is zero, `settlement` or the buy token, if both tokens are one, or if an amount is zero.
    function isWellFormed(SwapOrder calldata o, address settlement) internal pure returns (bool wellFormed) {
        assembly ("memory-safe") {
            let buyToken_ := calldataload(add(o, 0x80))
            let to_ := calldataload(add(o, 0xc0))
            let bad := or(iszero(calldataload(add(o, 0x60))), iszero(calldataload(add(o, 0xa0))))
            bad := or(bad, eq(calldataload(add(o, 0x40)), buyToken_))
            bad := or(bad, or(iszero(to_), or(eq(to_, settlement), eq(to_, buyToken_))))
            wellFormed := iszero(bad)
        }
    }

    function user(SwapOrder calldata o) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x20))
        }
    }

    function sellToken(SwapOrder calldata o) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x40))
        }
    }

    function sell(SwapOrder calldata o) internal pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x60))
        }
    }

    function buyToken(SwapOrder calldata o) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x80))
        }
    }

    function buy(SwapOrder calldata o) internal pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0xa0))
        }
    }

    function to(SwapOrder calldata o) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0xc0))
        }
    }

    function auctioneer(SwapOrder calldata o) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0xe0))
        }
    }

    function exclusiveUntil(SwapOrder calldata o) internal pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x100))
        }
    }

    function fillBy(SwapOrder calldata o) internal pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x120))
        }
    }

    function nonce(SwapOrder calldata o) internal pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := calldataload(add(o, 0x140))
        }
    }
}
