// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A storage slot by itself.
struct Slot {
    bytes32 value;
}

/// @title The slot of a mapping's entry, found once for reading and writing.
library Slots {
    function entry(mapping(bytes32 => bytes32) storage map, bytes32 key) internal pure returns (Slot storage slot) {
        assembly ("memory-safe") {
            mstore(0x00, key)
            mstore(0x20, map.slot)
            slot.slot := keccak256(0x00, 0x40)
        }
    }
}
