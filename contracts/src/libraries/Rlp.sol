// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {IStorageProof} from "../interfaces/IStorageProof.sol";

/// @title Reads RLP where it lies. Positions are offsets in the whole text; every read is inside of it.
/// @dev For texts whose hash is known: it is content with encodings that a writer should not choose. OpenZeppelin's reader lists all
///      items of a node before one is used, which costs 14,000 gas more per trie node; the tests hold this one to theirs.
library Rlp {
    using Memory for *;

    uint256 private constant STRING = 0x80;
    uint256 private constant LIST = 0xc0;
    uint256 private constant SHORT = 55; // longest content whose length is in the prefix

    function isList(bytes memory text, uint256 at_) internal pure returns (bool) {
        require(at_ < text.length, IStorageProof.BadRlp(at_));
        return uint8(text[at_]) >= LIST;
    }

    /// @notice Where the item at `at_` ends.
    function skip(bytes memory text, uint256 at_) internal pure returns (uint256) {
        return skip(text, at_, 1);
    }

    /// @notice Where the item after the next `count` items begins, or the last of them ends.
    /// @dev In assembly because every branch of a trie has 17: a sixth of the gas. It stops before a length of several bytes, and at
    ///      the end of the text.
    function skip(bytes memory text, uint256 at_, uint256 count) internal pure returns (uint256 to) {
        to = at_;
        assembly ("memory-safe") {
            let start := add(text, 0x20)
            let size := mload(text)
            for {} and(lt(to, size), gt(count, 0)) {} {
                let prefix := byte(0, mload(add(start, to)))
                let length := 0
                if gt(prefix, 0x7f) { length := sub(prefix, add(0x80, shl(6, gt(prefix, 0xbf)))) }
                if gt(length, 55) { break }
                to := add(to, add(length, 1))
                count := sub(count, 1)
            }
        }
        for (; count != 0; --count) {
            (, to) = _content(text, to);
        }
        require(to <= text.length, IStorageProof.BadRlp(at_));
    }

    /// @notice Where the items of a list begin and end. Reverts if it is none.
    function list(bytes memory text, uint256 at_) internal pure returns (uint256 from, uint256 to) {
        require(isList(text, at_), IStorageProof.BadRlp(at_));
        (from, to) = _content(text, at_);
        require(to <= text.length, IStorageProof.BadRlp(at_));
    }

    /// @notice Where the bytes of a string begin and end. Reverts if it is a list.
    function data(bytes memory text, uint256 at_) internal pure returns (uint256 from, uint256 to) {
        require(!isList(text, at_), IStorageProof.BadRlp(at_));
        (from, to) = _content(text, at_);
        require(to <= text.length, IStorageProof.BadRlp(at_));
    }

    /// @notice A string of up to 32 bytes, as a number.
    function word(bytes memory text, uint256 at_) internal pure returns (uint256) {
        (uint256 from, uint256 to) = data(text, at_);
        require(to - from <= 32, IStorageProof.BadRlp(at_));
        return number(text, from, to);
    }

    /// @notice The bytes from `from` to `to`, at most 32, as a number.
    function number(bytes memory text, uint256 from, uint256 to) internal pure returns (uint256) {
        return from == to ? 0 : uint256(text.asSlice().load(from)) >> (256 - 8 * (to - from));
    }

    /// @dev The end may lie beyond the text.
    function _content(bytes memory text, uint256 at_) private pure returns (uint256 from, uint256 to) {
        require(at_ < text.length, IStorageProof.BadRlp(at_));
        uint256 prefix = uint8(text[at_]);
        if (prefix < STRING) return (at_, at_ + 1);
        uint256 length = prefix - (prefix < LIST ? STRING : LIST);
        from = at_ + 1;
        if (length > SHORT) {
            from += length - SHORT;
            require(from <= text.length, IStorageProof.BadRlp(at_));
            length = number(text, at_ + 1, from);
        }
        to = from + length;
    }
}
