// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenOrder} from "../interfaces/Types.sol";

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

    /// @dev The slot of what the order's verifier says of its chain. Three words are hashed: no mapping's entry can lie there.
    function route(mapping(bytes32 => bytes32) storage map, TokenOrder calldata o) internal pure returns (Slot storage slot) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, calldataload(add(o, 0x1a0)))
            mstore(add(m, 0x20), calldataload(add(o, 0x80)))
            mstore(add(m, 0x40), map.slot)
            slot.slot := keccak256(m, 0x60)
        }
    }
}
