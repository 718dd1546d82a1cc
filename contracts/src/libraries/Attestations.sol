// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Signatures} from "./Signatures.sol";

/// @title What k of n keys signed, in packed form: read from calldata where it stands.
/// @dev A set of keys is named by its hash, keccak256(k ‖ signers), a word each. A quorum brings the whole set
///      along: `k u8 ‖ who u32 ‖ members`, where member i is (r, vs) of EIP-2098 if bit i of `who` is set, else 20 bytes of address.
///      Whoever signed is recovered, so a signature by anybody else, a change of order, or another k gives the hash of another set:
///      one comparison with the hash checks all keys. A set has no zero address, so a failed recovery matches none.
library Attestations {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice The name of a set.
    function hash(uint256 k, address[] memory signers) internal pure returns (bytes32 set) {
        assembly ("memory-safe") {
            // k in the place of their number, which comes back.
            let n := mload(signers)
            mstore(signers, k)
            set := keccak256(signers, shl(5, add(n, 1)))
            mstore(signers, n)
        }
    }

    /// @notice The set that signed `digest` with exactly k signatures; 0 if `quorum` is malformed or holds another number of them.
    function setOf(bytes32 digest, bytes calldata quorum) internal view returns (bytes32 set) {
        assembly ("memory-safe") {
            let at := quorum.offset
            let end := add(at, quorum.length)
            let who := shr(216, calldataload(at))
            let left := shr(32, who)
            who := and(who, 0xffffffff)
            at := add(at, 5)
            // Four words for the recovery, then k and the members.
            let m := mload(0x40)
            let list := add(m, 0x80)
            mstore(m, digest)
            mstore(list, left)
            let to := add(list, 0x20)
            for {} lt(at, end) { to := add(to, 0x20) } {
                switch and(who, 1)
                case 0 {
                    mstore(to, shr(96, calldataload(at)))
                    at := add(at, 20)
                }
                default {
                    let vs := calldataload(add(at, 0x20))
                    let s := shr(1, shl(1, vs))
                    mstore(add(m, 0x20), add(27, shr(255, vs)))
                    calldatacopy(add(m, 0x40), at, 0x20)
                    mstore(add(m, 0x60), s)
                    // A failed recovery writes nothing, and this memory is not clean.
                    mstore(to, 0)
                    if iszero(gt(s, HALF_ORDER)) { pop(staticcall(gas(), 1, m, 0x80, to, 0x20)) }
                    left := sub(left, 1)
                    at := add(at, 0x40)
                }
                who := shr(1, who)
            }
            if iszero(or(or(left, who), xor(at, end))) { set := keccak256(list, sub(to, list)) }
        }
    }

    /// @notice Who signed, in order, of a quorum that `setOf` has found to be well formed.
    function signersOf(bytes32 digest, bytes calldata quorum) internal pure returns (address[] memory signed) {
        signed = new address[](uint8(quorum[0]));
        uint256 found;
        uint256 at = 5;
        for (uint256 who = uint32(bytes4(quorum[1:5])); who != 0; who >>= 1) {
            bool here = who & 1 == 1;
            if (here) signed[found++] = Signatures.signer(digest, bytes32(quorum[at:at + 32]), bytes32(quorum[at + 32:at + 64]));
            at += here ? 64 : 20;
        }
    }

    /// @notice The head of an attestation of records, `number u64 ‖ asOf u40 ‖ steps u8 ‖ proof ‖ quorum`: what was signed about
    ///         the tree of which `node` is a part, and by whom. `whole` is false if `evidence` is shorter than it says.
    function read(bytes calldata evidence, bytes32 node)
        internal
        pure
        returns (bool whole, uint64 height, uint40 asOf, bytes32 root, bytes calldata quorum)
    {
        assembly ("memory-safe") {
            let head := shr(144, calldataload(evidence.offset))
            height := shr(48, head)
            asOf := and(shr(8, head), 0xffffffffff)
            root := node
            let at := add(evidence.offset, 14)
            for { let end := add(at, shl(5, and(head, 0xff))) } lt(at, end) { at := add(at, 0x20) } {
                let sibling := calldataload(at)
                let second := shl(5, gt(root, sibling))
                mstore(second, root)
                mstore(xor(second, 0x20), sibling)
                root := keccak256(0x00, 0x40)
            }
            let end := add(evidence.offset, evidence.length)
            whole := iszero(gt(at, end))
            quorum.offset := at
            quorum.length := mul(whole, sub(end, at))
        }
    }
}
