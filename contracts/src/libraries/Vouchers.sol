// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Cold, Deal} from "../interfaces/Types.sol";
import {Rules} from "./Rules.sol";

/// @title Evidence about a lease, packed, read where it stands (see ILease).
/// @dev `act u8 ‖ startBy u40 ‖ ackSeconds u32 ‖ windowSeconds u32 ‖ secondsAtMost u32 ‖ meterKey ‖ machine`, 70 bytes, and behind it
///      `seconds u32 ‖ meter ‖ (r, vs) of the meter key ‖ (r, vs) of the provider`. What is not there counts as zeros: an acknowledgement
///      of nothing, and no signature. Evidence is the last member of a call, so nothing else is read in its place.
library Vouchers {
    /// @notice The first word, which holds the act and the times of the terms, and the hash of the terms as it stands in `Deal.where`.
    function terms(bytes calldata evidence) internal pure returns (uint256 head, bytes32 where) {
        bytes32 tag = Rules.LEASE_WHERE;
        assembly ("memory-safe") {
            head := calldataload(evidence.offset)
            let m := mload(0x40)
            mstore(m, tag)
            mstore(add(m, 0x20), and(shr(208, head), 0xffffffffff))
            mstore(add(m, 0x40), and(shr(176, head), 0xffffffff))
            mstore(add(m, 0x60), and(shr(144, head), 0xffffffff))
            mstore(add(m, 0x80), and(shr(112, head), 0xffffffff))
            mstore(add(m, 0xa0), shr(96, calldataload(add(evidence.offset, 18))))
            calldatacopy(add(m, 0xc0), add(evidence.offset, 38), 0x20)
            where := keccak256(m, 0xe0)
        }
    }

    function act(uint256 head) internal pure returns (uint256) {
        return head >> 248;
    }

    function startBy(uint256 head) internal pure returns (uint256) {
        return uint40(head >> 208);
    }

    function windowSeconds(uint256 head) internal pure returns (uint256) {
        return uint32(head >> 144);
    }

    function secondsAtMost(uint256 head) internal pure returns (uint256) {
        return uint32(head >> 112);
    }

    function meterKey(bytes calldata evidence) internal pure returns (address key) {
        assembly ("memory-safe") {
            key := shr(96, calldataload(add(evidence.offset, 18)))
        }
    }

    /// @dev Words as they stand: Escrow has checked them, and anybody else learns nothing that it could use.
    function solverOf(Deal calldata d) internal pure returns (address solver) {
        assembly ("memory-safe") {
            solver := calldataload(add(d, 0x20))
        }
    }

    function maxUnitsOf(Cold calldata c) internal pure returns (uint256 units) {
        assembly ("memory-safe") {
            units := calldataload(add(c, 0x20))
        }
    }

    /// @notice What is acknowledged: cumulative seconds, and the meter's reading.
    function acknowledged(bytes calldata evidence) internal pure returns (uint256 secs, bytes32 meter) {
        assembly ("memory-safe") {
            secs := shr(224, calldataload(add(evidence.offset, 70)))
            meter := calldataload(add(evidence.offset, 74))
        }
    }

    function meterSignature(bytes calldata evidence) internal pure returns (bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            r := calldataload(add(evidence.offset, 106))
            vs := calldataload(add(evidence.offset, 138))
        }
    }

    function providerSignature(bytes calldata evidence) internal pure returns (bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            r := calldataload(add(evidence.offset, 170))
            vs := calldataload(add(evidence.offset, 202))
        }
    }
}
