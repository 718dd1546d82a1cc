// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Line} from "../interfaces/IBatches.sol";
import {Hashes} from "./Hashes.sol";

/// @title Packed orders in calldata: their fields, their hashes, and the lists that a batch's award commits to.
/// @dev Assembly because a batch reads a line's fields several times and hashes five structs per line: unchecked reads (an index is
///      checked once, where it comes from outside) and hashing in free memory, which is then forgotten, save 2,000 gas per order,
///      and memory grows by three words per line only. Values are cut to their fields; a dirty user is signed by nobody.
library Lines {
    /* FIELDS */

    /// @dev Line `i`, which must be below `lines.length`.
    function line(Line[] calldata lines, uint256 i) internal pure returns (Line calldata x) {
        assembly ("memory-safe") {
            x := add(lines.offset, mul(i, 0xc0))
        }
    }

    /// @dev The whole word, which is an address if `isSigned`: what a signature recovers to has no dirty bits.
    function userOf(Line calldata x) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := calldataload(add(x, 0x20))
        }
    }

    function sell(Line calldata x) internal pure returns (uint256) {
        return x.amounts >> 128;
    }

    function buy(Line calldata x) internal pure returns (uint256) {
        return uint128(x.amounts);
    }

    /// @dev One of the two amounts is zero. Their product fits a word.
    function hasZero(Line calldata x) internal pure returns (bool zero) {
        (uint256 a, uint256 b) = (sell(x), buy(x));
        assembly ("memory-safe") {
            zero := iszero(mul(a, b))
        }
    }

    function kind(Line calldata x) internal pure returns (uint8) {
        return uint8(x.terms >> 232);
    }

    function exclusiveUntil(Line calldata x) internal pure returns (uint256) {
        return uint40(x.terms >> 192);
    }

    function fillBy(Line calldata x) internal pure returns (uint256) {
        return uint40(x.terms >> 152);
    }

    function nonce(Line calldata x) internal pure returns (uint256) {
        return uint152(x.terms);
    }

    function sellIndex(Line calldata x) internal pure returns (uint256) {
        return x.terms >> 248;
    }

    function buyIndex(Line calldata x) internal pure returns (uint256) {
        return uint8(x.terms >> 240);
    }

    /// @dev The address that is word `i` of the list. Behind its end: another word of the call, which is as good. The table has no
    ///      authority, since the users sign the addresses.
    function token(address[] calldata list, uint256 i) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := shr(96, shl(96, calldataload(add(list.offset, shl(5, i)))))
        }
    }

    /// @dev Word `i` of the list; `i` must be below its length.
    function step(uint256[] calldata list, uint256 i) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(list.offset, shl(5, i)))
        }
    }

    /* LISTS IN MEMORY */

    /// @dev Adds to word `i` of the list; `i` must be below its length. Wraps: amounts are of 128 bits, so nobody can pay for 2¹²⁸ of them.
    function add(uint256[] memory list, uint256 i, uint256 amount) internal pure {
        assembly ("memory-safe") {
            let word := add(add(list, 0x20), shl(5, i))
            mstore(word, add(mload(word), amount))
        }
    }

    function get(uint256[] memory list, uint256 i) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(list, 0x20), shl(5, i)))
        }
    }

    function set(uint256[] memory list, uint256 i, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(list, 0x20), shl(5, i)), word)
        }
    }

    /* HASHING */

    /// @notice The EIP-712 struct hash of the order that `x` packs (kind 0 or 1, `to` = `user`). Its digest is the order's id.
    function hash(Line calldata x, address sellToken, address buyToken, address auctioneer) internal pure returns (bytes32) {
        (uint256 out, address user) = (kind(x), userOf(x));
        bytes32 sellHash = _hash(_pick(out, Hashes.SELL_EXACTLY, Hashes.SELL_AT_MOST), uint160(sellToken), sell(x));
        bytes32 buyHash = _hash(_pick(out, Hashes.TOKEN_AT_LEAST, Hashes.TOKEN_EXACTLY), uint160(buyToken), buy(x), uint160(user));
        bytes32 termsHash = _hash(Hashes.TERMS, uint160(auctioneer), exclusiveUntil(x), fillBy(x));
        return _hash(_pick(out, Hashes.FILL_IN_ORDER, Hashes.FILL_OUT_ORDER), x, sellHash, buyHash, termsHash);
    }

    /// @dev `zero` if `out` is 0, `one` if it is 1, without a jump.
    function _pick(uint256 out, bytes32 zero, bytes32 one) private pure returns (bytes32 picked) {
        assembly ("memory-safe") {
            picked := xor(mul(xor(zero, one), out), zero)
        }
    }

    function _hash(bytes32 typeHash, uint256 a, uint256 b) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            mstore(add(m, 0x20), a)
            mstore(add(m, 0x40), b)
            result := keccak256(m, 0x60)
        }
    }

    function _hash(bytes32 typeHash, uint256 a, uint256 b, uint256 c) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            mstore(add(m, 0x20), a)
            mstore(add(m, 0x40), b)
            mstore(add(m, 0x60), c)
            result := keccak256(m, 0x80)
        }
    }

    /// @dev typeHash, sentence, user, sell, buy, terms, nonce.
    function _hash(bytes32 typeHash, Line calldata x, bytes32 sellHash, bytes32 buyHash, bytes32 termsHash)
        private
        pure
        returns (bytes32 result)
    {
        uint256 salt = nonce(x);
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            calldatacopy(add(m, 0x20), x, 0x40)
            mstore(add(m, 0x60), sellHash)
            mstore(add(m, 0x80), buyHash)
            mstore(add(m, 0xa0), termsHash)
            mstore(add(m, 0xc0), salt)
            result := keccak256(m, 0xe0)
        }
    }

    /* SIGNATURE */

    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice True if the line's user is a key that signed `digest`: `Signatures.signer`, without the copying of ecrecover's words.
    function isSigned(Line calldata x, bytes32 digest) internal view returns (bool signed) {
        address account = userOf(x);
        assembly ("memory-safe") {
            let m := mload(0x40)
            let vs := calldataload(add(x, 0xa0))
            let s := shr(1, shl(1, vs))
            mstore(m, digest)
            mstore(add(m, 0x20), add(27, shr(255, vs)))
            mstore(add(m, 0x40), calldataload(add(x, 0x80)))
            mstore(add(m, 0x60), s)
            // Stays 0 if no key is found, which is nobody's address.
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, m, 0x80, 0x00, 0x20))
            signed := and(and(iszero(gt(s, HALF_ORDER)), eq(mload(0x00), account)), gt(account, 0))
        }
    }
}
