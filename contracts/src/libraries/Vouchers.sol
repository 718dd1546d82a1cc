// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LeaseTerms} from "../interfaces/Types.sol";
import {Rules} from "./Rules.sol";

/// @title Evidence about a lease, packed, read where it stands (see ILease).
/// @dev `act u8 ‖ startBy u40 ‖ ackSeconds u32 ‖ windowSeconds u32 ‖ secondsAtMost u32 ‖ meterKey ‖ machine`, 70 bytes, and behind it
///      `seconds u32 ‖ meter ‖ (r, vs) of the meter key ‖ (r, vs) of the provider`. What is not there counts as zeros: an acknowledgement
///      of nothing, and no signature. Evidence is the last member of a call, so nothing else is read in its place.
library Vouchers {
    /// @notice The act, the terms, and their hash as it stands in `Deal.where`.
    function terms(bytes calldata evidence) internal pure returns (uint8 act, LeaseTerms memory t, bytes32 where) {
        bytes32 tag = Rules.LEASE_WHERE;
        assembly ("memory-safe") {
            let head := calldataload(evidence.offset)
            act := byte(0, head)
            let m := mload(0x40)
            mstore(0x40, add(m, 0xe0))
            mstore(m, tag)
            t := add(m, 0x20)
            mstore(t, and(shr(208, head), 0xffffffffff))
            mstore(add(t, 0x20), and(shr(176, head), 0xffffffff))
            mstore(add(t, 0x40), and(shr(144, head), 0xffffffff))
            mstore(add(t, 0x60), and(shr(112, head), 0xffffffff))
            mstore(add(t, 0x80), shr(96, calldataload(add(evidence.offset, 18))))
            mstore(add(t, 0xa0), calldataload(add(evidence.offset, 38)))
            where := keccak256(m, 0xe0)
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
