// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {IStorageProof} from "../interfaces/IStorageProof.sol";
import {Rlp} from "./Rlp.sol";

/// @title What a Merkle-Patricia trie holds under a 32-byte key, or that it holds nothing there.
/// @dev OpenZeppelin's TrieProof proves presence only; deals also need absence.
///      Every key has 64 nibbles, so a value lies only in a leaf that ends at nibble 64, never in a branch.
library Trie {
    /// @dev Root of a trie without keys: keccak256(0x80).
    bytes32 internal constant EMPTY = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;
    uint256 private constant KEY_NIBBLES = 64;
    uint256 private constant BRANCH = 17;
    uint256 private constant HASH = 32;

    /// @dev Where a walk along a key is.
    struct Walk {
        bytes32 key;
        uint256 depth; // nibbles of the key that are behind us
        bytes[] nodes;
        bytes order; // two-byte indices into `nodes`; empty: as they stand
        uint256 used; // nodes taken so far
        bytes text; // the node that we are in, or that holds it ...
        uint256 at_; // ... from here
    }

    /// @notice The value under `key`, empty if the trie has none.
    /// @param order Which nodes, as two-byte indices from the root down; empty: all, as they stand.
    function find(bytes32 root, bytes32 key, bytes[] memory nodes, bytes memory order) internal pure returns (bytes memory value) {
        Walk memory w;
        (w.key, w.nodes, w.order) = (key, nodes, order);
        if (root != EMPTY) {
            _take(w, root);
            value = _descend(w);
        }
        require(w.used == _count(w), IStorageProof.SpareNodes(w.used));
    }

    function _descend(Walk memory w) private pure returns (bytes memory) {
        uint256 child;
        do {
            (uint256 from, uint256 to) = Rlp.list(w.text, w.at_);
            require(from < to, IStorageProof.BadNode(w.used - 1));
            child = Rlp.skip(w.text, from);
            require(child < to, IStorageProof.BadNode(w.used - 1));
            if (Rlp.skip(w.text, child) == to) {
                (bool leaf, bool matches) = _follow(w, from);
                if (!matches) return "";
                if (leaf) return _data(w.text, child);
            } else {
                child = _choose(w, from, to);
            }
        } while (_enter(w, child));
        return "";
    }

    /// @dev The child of a branch on the key's way.
    function _choose(Walk memory w, uint256 from, uint256 to) private pure returns (uint256 child) {
        require(w.depth < KEY_NIBBLES, IStorageProof.BadNode(w.used - 1));
        uint256 nibble = _nibbles(w, 1);
        child = Rlp.skip(w.text, from, nibble);
        require(Rlp.skip(w.text, child, BRANCH - nibble) == to, IStorageProof.BadNode(w.used - 1));
        ++w.depth;
    }

    /// @dev Goes to a child: one that is shorter than a hash stands in its parent. False if there is none.
    function _enter(Walk memory w, uint256 child) private pure returns (bool) {
        if (Rlp.isList(w.text, child)) {
            require(Rlp.skip(w.text, child) - child < HASH, IStorageProof.BadNode(w.used - 1));
            w.at_ = child;
            return true;
        }
        (uint256 from, uint256 to) = Rlp.data(w.text, child);
        if (from == to) return false;
        require(to - from == HASH, IStorageProof.BadNode(w.used - 1));
        _take(w, bytes32(Rlp.number(w.text, from, to)));
        return true;
    }

    /// @dev Goes to the next node of the proof, which must have this hash.
    function _take(Walk memory w, bytes32 hash) private pure {
        uint256 step = w.used;
        require(step < _count(w), IStorageProof.BadNode(step));
        uint256 index = w.order.length == 0 ? step : Rlp.number(w.order, 2 * step, 2 * step + 2);
        require(index < w.nodes.length && keccak256(w.nodes[index]) == hash, IStorageProof.BadNode(step));
        (w.text, w.at_, w.used) = (w.nodes[index], 0, step + 1);
    }

    /// @dev Goes along a leaf's or an extension's path, if the key does. The first nibble says which it is and whether the
    ///      number of nibbles that follow is odd; if it is even, a zero nibble comes between.
    function _follow(Walk memory w, uint256 path) private pure returns (bool leaf, bool matches) {
        (uint256 from, uint256 to) = Rlp.data(w.text, path);
        require(from < to && to - from <= 1 + KEY_NIBBLES / 2, IStorageProof.BadNode(w.used - 1));
        uint256 head = uint8(w.text[from]);
        bool odd = head & 0x10 != 0;
        leaf = head & 0x20 != 0;
        require(head < 0x40 && (odd || head & 0x0f == 0), IStorageProof.BadNode(w.used - 1));

        uint256 tail = to - from - 1;
        uint256 length = 2 * tail + (odd ? 1 : 0);
        uint256 rest = KEY_NIBBLES - w.depth;
        require(leaf ? length == rest : length != 0 && length < rest, IStorageProof.BadNode(w.used - 1));
        if (length == 0) return (leaf, true);

        uint256 nibbles = Rlp.number(w.text, from + 1, to);
        if (odd) nibbles |= (head & 0x0f) << (8 * tail);
        matches = nibbles == _nibbles(w, length);
        w.depth += length;
    }

    /// @dev The next `length` nibbles of the key, 1 … all that is left.
    function _nibbles(Walk memory w, uint256 length) private pure returns (uint256) {
        return uint256(w.key) << (4 * w.depth) >> (256 - 4 * length);
    }

    function _data(bytes memory text, uint256 at_) private pure returns (bytes memory) {
        (uint256 from, uint256 to) = Rlp.data(text, at_);
        return Bytes.slice(text, from, to);
    }

    function _count(Walk memory w) private pure returns (uint256) {
        return w.order.length == 0 ? w.nodes.length : w.order.length / 2;
    }
}
