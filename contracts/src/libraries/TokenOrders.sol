// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenOrder} from "../interfaces/Types.sol";

/// @title Members of a token order, read where it stands in calldata.
/// @dev Assembly, because the compiler checks a word again each time that it is read: `isFormed` checks all of them once and together.
///      What the others return is clean only for orders that are formed.
library TokenOrders {
    /// @notice Whether every word fits its member's type, the recipient is neither zero nor the token, nothing is zero that may not be,
    ///         `openBy` and `deliverBy` are not before `time`, `closeAfter` is at most `latest`, and Permit2 has no part in it. Orders._checkTokens says which
    ///         rule is broken.
    function isFormed(TokenOrder calldata o, uint256 time, uint256 latest) internal pure returns (bool ok) {
        assembly ("memory-safe") {
            let closeAfter := calldataload(add(o, 0x180))
            let openBy := calldataload(add(o, 0x160))
            let deliverBy := calldataload(add(o, 0x100))
            let bad := shr(40, or(or(deliverBy, calldataload(add(o, 0x140))), or(openBy, closeAfter)))
            bad := or(bad, or(or(lt(openBy, time), lt(deliverBy, time)), gt(closeAfter, latest)))
            let buyToken := calldataload(add(o, 0xa0))
            let to := calldataload(add(o, 0xe0))
            let accounts := or(calldataload(add(o, 0x20)), calldataload(add(o, 0x40)))
            accounts := or(or(accounts, or(buyToken, to)), or(calldataload(add(o, 0x120)), calldataload(add(o, 0x1a0))))
            bad := or(bad, or(shr(160, accounts), or(eq(to, buyToken), iszero(to))))
            let sell := calldataload(add(o, 0x60))
            let buy := calldataload(add(o, 0xc0))
            bad := or(bad, or(shr(128, or(sell, buy)), or(or(iszero(sell), iszero(buy)), iszero(calldataload(add(o, 0x80))))))
            bad := or(bad, shr(255, calldataload(add(o, 0x1c0))))
            ok := iszero(bad)
        }
    }

    function user(TokenOrder calldata o) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := calldataload(add(o, 0x20))
        }
    }

    function sellToken(TokenOrder calldata o) internal pure returns (address token) {
        assembly ("memory-safe") {
            token := calldataload(add(o, 0x40))
        }
    }

    function reserved(TokenOrder calldata o) internal pure returns (address auctioneer, uint256 exclusiveUntil) {
        assembly ("memory-safe") {
            auctioneer := calldataload(add(o, 0x120))
            exclusiveUntil := calldataload(add(o, 0x140))
        }
    }

    function amounts(TokenOrder calldata o) internal pure returns (uint256 sell, uint256 buy) {
        assembly ("memory-safe") {
            sell := calldataload(add(o, 0x60))
            buy := calldataload(add(o, 0xc0))
        }
    }

    function lastTimes(TokenOrder calldata o) internal pure returns (uint256 deliverBy, uint256 closeAfter) {
        assembly ("memory-safe") {
            deliverBy := calldataload(add(o, 0x100))
            closeAfter := calldataload(add(o, 0x180))
        }
    }
}
