// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Drop, Line} from "../interfaces/IDelivery.sol";

/// @title Reads drops and names their records.
/// @dev Assembly, because it runs for every delivery: one test for all dirty words of a drop instead of one each, no bounds that the
///      caller's loop keeps anyway, one piece of memory for both hashes of a key.
library Drops {
    /// @notice The members of a drop. Reverts if a word has dirty upper bits, as the compiler's own reading would.
    function read(Drop calldata d)
        internal
        pure
        returns (bytes32 dealId, uint256 output, address token, address to, uint256 deliverBy, address solver, uint256 amount)
    {
        assembly ("memory-safe") {
            dealId := calldataload(d)
            output := calldataload(add(d, 0x20))
            token := calldataload(add(d, 0x40))
            to := calldataload(add(d, 0x60))
            deliverBy := calldataload(add(d, 0x80))
            solver := calldataload(add(d, 0xa0))
            amount := calldataload(add(d, 0xc0))
            if or(shr(160, or(or(token, to), solver)), or(shr(40, deliverBy), shr(128, or(output, amount)))) { revert(0x00, 0x00) }
        }
    }

    /// @notice The members of the drop of `deliverMine`, which fill its call: `dealId ‖ to ‖ deliverBy u40 ‖ token ‖ amount u128`. Reverts
    ///         if it is longer or shorter.
    function readMine() internal pure returns (bytes32 dealId, address token, address to, uint256 deliverBy, uint256 amount) {
        assembly ("memory-safe") {
            if xor(calldatasize(), 97) { revert(0x00, 0x00) }
            dealId := calldataload(4)
            to := shr(96, calldataload(36))
            deliverBy := shr(216, calldataload(56))
            token := shr(96, calldataload(61))
            amount := shr(128, calldataload(81))
        }
    }

    /// @notice The members of `lines[i]`, i below their number. Reverts if the recipient's word has dirty upper bits.
    function read(Line[] calldata lines, uint256 i)
        internal
        pure
        returns (bytes32 dealId, uint256 output, address to, uint256 deliverBy, uint256 amount)
    {
        assembly ("memory-safe") {
            let line := add(lines.offset, mul(i, 0x60))
            dealId := calldataload(line)
            to := calldataload(add(line, 0x20))
            if shr(160, to) { revert(0x00, 0x00) }
            let terms := calldataload(add(line, 0x40))
            output := shr(168, shl(128, terms))
            deliverBy := and(terms, 0xffffffffff)
            amount := shr(128, terms)
        }
    }

    /// @notice In time, and to somebody: neither nobody, nor this contract, nor the token itself.
    function isTimely(address to, address token, uint256 deliverBy) internal view returns (bool ok) {
        assembly ("memory-safe") {
            let bad := or(iszero(to), or(eq(to, address()), eq(to, token)))
            ok := iszero(or(bad, gt(timestamp(), deliverBy)))
        }
    }

    /// @notice Where the record of a drop stands in mode 0 (see IDelivery).
    function key(bytes32 dealId, uint256 output, address token, address to, uint256 deliverBy, address solver)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, token)
            mstore(add(m, 0x20), to)
            mstore(add(m, 0x40), deliverBy)
            mstore(add(m, 0x60), keccak256(m, 0x60))
            mstore(m, 0)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), output)
            mstore(add(m, 0x80), solver)
            mstore(add(m, 0xa0), 0)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @notice Adds `arrived` to the record at `key`, now. Reverts with Panic(0x11) if the sum is beyond 128 bits.
    function add(mapping(bytes32 => uint256) storage records, bytes32 key, uint256 arrived) internal {
        assembly ("memory-safe") {
            mstore(0x00, key)
            mstore(0x20, records.slot)
            let slot := keccak256(0x00, 0x40)
            let sum := add(shr(128, shl(128, sload(slot))), arrived)
            if shr(128, sum) {
                mstore(0x00, 0x4e487b7100000000000000000000000000000000000000000000000000000000)
                mstore(0x04, 0x11)
                revert(0x00, 0x24)
            }
            sstore(slot, or(shl(128, timestamp()), sum))
        }
    }
}
