// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Cold, Deal, Group, Item, Place, TokenOrder} from "../interfaces/Types.sol";
import {Work} from "./Frames.sol";

/// @title What one storage slot stands for: a deal by its commitment, a delivery by the key of its record; and trees of records.
/// @dev Assembly, because all of it is hashed as it lies in calldata.
library States {
    /// @dev First word of a Merkle leaf: a leaf has three words, a node two, so neither can pass for the other.
    bytes32 internal constant LEAF = keccak256("Delivered(bytes32 key,uint256 word)");

    /* DEALS */

    function cold(Cold memory c) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(c, 0xc0)
        }
    }

    function commitment(bytes32 group_, uint256 amounts, uint256 progress, uint256 state, bytes32 where_, bytes32 cold_)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(group_, amounts, progress, state, where_, cold_));
    }

    /// @dev The commitment of a deal that is being made.
    function firstCommitment(Deal memory d) internal pure returns (bytes32) {
        bytes32 group_ = keccak256(abi.encode(d.sellToken, d.solver, d.verifier, d.chain));
        uint256 progress = uint256(d.released) << 128 | d.delivered;
        return commitment(group_, uint256(d.num) << 128 | d.den, progress, d.state, d.where, d.cold);
    }

    /// @dev The commitment of a token deal that is being made: nothing released, nothing delivered, state 0. Words of the order are
    ///      hashed as they stand: whoever opens has read each of them as what it is.
    function tokenCommitment(TokenOrder calldata o, address solver, uint256 sell, uint256 buy, uint256 bond)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            // Cold: user, maxUnits, closeAfter, auctioneer, bond, feeBudget.
            mstore(m, calldataload(add(o, 0x20)))
            mstore(add(m, 0x20), buy)
            mstore(add(m, 0x40), calldataload(add(o, 0x180)))
            mstore(add(m, 0x60), calldataload(add(o, 0x120)))
            mstore(add(m, 0x80), bond)
            mstore(add(m, 0xa0), 0)
            let cold_ := keccak256(m, 0xc0)
            // Where: token, to, deliverBy.
            mstore(m, calldataload(add(o, 0xa0)))
            calldatacopy(add(m, 0x20), add(o, 0xe0), 0x40)
            let where_ := keccak256(m, 0x60)
            // Group: sellToken, solver, verifier, chain.
            mstore(m, calldataload(add(o, 0x40)))
            mstore(add(m, 0x20), solver)
            mstore(add(m, 0x40), calldataload(add(o, 0x1a0)))
            mstore(add(m, 0x60), calldataload(add(o, 0x80)))
            mstore(m, keccak256(m, 0x80))
            mstore(add(m, 0x20), or(shl(128, sell), buy))
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x60), 0)
            mstore(add(m, 0x80), where_)
            mstore(add(m, 0xa0), cold_)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @dev The commitment of a deal as it was handed in, hashed in the six words at `room`, where it can be changed for the deal's next
    ///      state. Four dirty amounts revert; other dirty words match no commitment.
    function commitment(Work d, uint256 room) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let num := mload(add(d, 0x80))
            let den := mload(add(d, 0xa0))
            let released := mload(add(d, 0xc0))
            let delivered := mload(add(d, 0xe0))
            if shr(128, or(or(num, den), or(released, delivered))) { revert(0x00, 0x00) }
            mstore(room, keccak256(d, 0x80))
            mstore(add(room, 0x20), or(shl(128, num), den))
            mstore(add(room, 0x40), or(shl(128, released), delivered))
            mcopy(add(room, 0x60), add(d, 0x100), 0x60)
            hash := keccak256(room, 0xc0)
        }
    }

    /// @dev The hash of the Cold behind a deal. Dirty words match no stored hash.
    function cold(Work d) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(d, 0x160), 0xc0)
        }
    }

    /// @dev The same with another `maxUnits`, which stays.
    function cold(Work d, uint256 maxUnits) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(add(d, 0x180), maxUnits)
            hash := keccak256(add(d, 0x160), 0xc0)
        }
    }

    /// @dev The commitment whose six words are at `room`, in another state.
    function next(uint256 room, uint256 progress, uint256 state, bytes32 cold_) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(add(room, 0x40), progress)
            mstore(add(room, 0x60), state)
            mstore(add(room, 0xa0), cold_)
            hash := keccak256(room, 0xc0)
        }
    }

    /// @dev The commitment of a deal of a group, with another `progress`. Token deals have no state.
    function commitment(bytes32 group_, Item calldata item, uint256 progress) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, group_)
            calldatacopy(add(m, 0x20), add(item, 0x20), 0x20)
            mstore(add(m, 0x40), progress)
            mstore(add(m, 0x60), 0)
            calldatacopy(add(m, 0x80), add(item, 0x60), 0x40)
            hash := keccak256(m, 0xc0)
        }
    }

    function group(Group calldata g) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, g, 0x80)
            hash := keccak256(m, 0x80)
        }
    }

    /// @dev `items[i]`, i below their number: the caller's loop keeps it.
    function itemAt(Item[] calldata items, uint256 i) internal pure returns (Item calldata item) {
        assembly ("memory-safe") {
            item := add(items.offset, mul(i, 0xc0))
        }
    }

    /* DELIVERY */

    function where(address token, address to, uint256 deliverBy) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, shr(96, shl(96, token)))
            mstore(add(m, 0x20), shr(96, shl(96, to)))
            mstore(add(m, 0x40), deliverBy)
            hash := keccak256(m, 0x60)
        }
    }

    function where(Place calldata p) internal pure returns (bytes32) {
        return where(p.token, p.to, p.deliverBy);
    }

    /// @dev The record that pays for a token deal: its solver's or, without a solver, the race for all its units. Of a deal that
    ///      matches its commitment, so no word is dirty.
    function recordKey(bytes32 dealId, Work d) internal pure returns (bytes32 key) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            let solver := mload(add(d, 0x20))
            let race := iszero(solver)
            mstore(m, race)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x60), mload(add(d, 0x120)))
            mstore(add(m, 0x80), solver)
            mstore(add(m, 0xa0), mul(race, mload(add(d, 0xa0))))
            key := keccak256(m, 0xc0)
        }
    }

    /// @dev Mode 0: a named solver, cumulative amounts (units 0).
    function recordKey(bytes32 dealId, uint256 output, bytes32 where_, address solver) internal pure returns (bytes32) {
        return _recordKey(0, dealId, output, where_, solver, 0);
    }

    /// @dev Mode 1: a race. Whoever delivers all `units` first is in the record, so nobody is in its key.
    function raceKey(bytes32 dealId, uint256 output, bytes32 where_, uint128 units) internal pure returns (bytes32) {
        return _recordKey(1, dealId, output, where_, address(0), units);
    }

    function _recordKey(uint256 mode, bytes32 dealId, uint256 output, bytes32 where_, address solver, uint128 units)
        private
        pure
        returns (bytes32 key)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, mode)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), output)
            mstore(add(m, 0x60), where_)
            mstore(add(m, 0x80), shr(96, shl(96, solver)))
            mstore(add(m, 0xa0), shr(128, shl(128, units)))
            key := keccak256(m, 0xc0)
        }
    }

    function leaf(bytes32 key, uint256 word) internal pure returns (bytes32 hash) {
        bytes32 tag = LEAF;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, tag)
            mstore(add(m, 0x20), key)
            mstore(add(m, 0x40), word)
            hash := keccak256(m, 0x60)
        }
    }

    function node(bytes32 a, bytes32 b) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let second := shl(5, gt(a, b))
            mstore(second, a)
            mstore(xor(second, 0x20), b)
            hash := keccak256(0x00, 0x40)
        }
    }

    /// @dev Root over the leaves (keys[i], words[i]), in the order given. There must be as many words as keys, and at least one.
    function rootOf(bytes32[] calldata keys, uint256[] calldata words) internal pure returns (bytes32 hash) {
        bytes32 tag = LEAF;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let level := add(m, 0x60)
            let n := keys.length
            mstore(m, tag)
            for { let i := 0 } lt(i, shl(5, n)) { i := add(i, 0x20) } {
                mstore(add(m, 0x20), calldataload(add(keys.offset, i)))
                mstore(add(m, 0x40), calldataload(add(words.offset, i)))
                mstore(add(level, i), keccak256(m, 0x60))
            }
            for {} gt(n, 1) {} {
                let to := level
                let from := level
                for { let end := add(level, shl(6, shr(1, n))) } lt(from, end) { from := add(from, 0x40) } {
                    let a := mload(from)
                    let b := mload(add(from, 0x20))
                    let second := shl(5, gt(a, b))
                    mstore(second, a)
                    mstore(xor(second, 0x20), b)
                    mstore(to, keccak256(0x00, 0x40))
                    to := add(to, 0x20)
                }
                // An odd node moves up.
                if and(n, 1) { mstore(to, mload(from)) }
                n := shr(1, add(n, 1))
            }
            hash := mload(level)
        }
    }
}
