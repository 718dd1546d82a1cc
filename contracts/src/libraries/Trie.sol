// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IStorageProof} from "../interfaces/IStorageProof.sol";

/// @title What a Merkle-Patricia trie holds under a 32-byte key, or that it holds nothing there.
/// @dev OpenZeppelin's TrieProof proves presence only; deals also need absence. RLP is theirs.
///      Every key has 64 nibbles, so a value lies only in a leaf that ends at nibble 64, never in a branch.
library Trie {
    using Memory for *;
    using RLP for *;

    /// @dev Root of a trie without keys: keccak256(0x80).
    bytes32 internal constant EMPTY = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;
    uint256 private constant KEY_NIBBLES = 64;
    uint256 private constant BRANCH = 17;
    uint256 private constant PATH_NODE = 2;

    struct Walk {
        bytes32 key;
        uint256 depth; // nibbles of the key that are behind us
        bytes[] nodes;
        bytes order; // two-byte indices into `nodes`; empty: as they stand
        uint256 used; // nodes taken so far
    }

    /// @notice The value under `key`, empty if the trie has none.
    /// @param order Which nodes, as two-byte indices from the root down; empty: all, as they stand.
    function find(bytes32 root, bytes32 key, bytes[] memory nodes, bytes memory order) internal pure returns (bytes memory value) {
        Walk memory w = Walk(key, 0, nodes, order, 0);
        if (root != EMPTY) value = _descend(w, _take(w, root));
        require(w.used == _count(w), IStorageProof.SpareNodes(w.used));
    }

    function _descend(Walk memory w, Memory.Slice[] memory node) private pure returns (bytes memory) {
        while (node.length == BRANCH || node.length == PATH_NODE) {
            Memory.Slice child;
            if (node.length == BRANCH) {
                require(w.depth < KEY_NIBBLES, IStorageProof.BadNode(w.used - 1));
                child = node[_nibbles(w, 1)];
                ++w.depth;
            } else {
                (bool leaf, bool matches) = _follow(w, node[0].readBytes());
                if (!matches) return "";
                if (leaf) return node[1].readBytes();
                child = node[1];
            }
            if (_isList(child)) {
                node = child.readList(); // shorter than a hash: stands in its parent
            } else {
                bytes memory hash = child.readBytes();
                if (hash.length == 0) return "";
                require(hash.length == 32, IStorageProof.BadNode(w.used - 1));
                node = _take(w, bytes32(hash));
            }
        }
        revert IStorageProof.BadNode(w.used - 1);
    }

    /// @dev The next node of the proof, which must have this hash.
    function _take(Walk memory w, bytes32 hash) private pure returns (Memory.Slice[] memory) {
        uint256 step = w.used;
        require(step < _count(w), IStorageProof.BadNode(step));
        uint256 index = w.order.length == 0 ? step : uint256(uint8(w.order[2 * step])) << 8 | uint8(w.order[2 * step + 1]);
        require(index < w.nodes.length && keccak256(w.nodes[index]) == hash, IStorageProof.BadNode(step));
        w.used = step + 1;
        return w.nodes[index].decodeList();
    }

    /// @dev Goes along a leaf's or an extension's path, if the key does. The first nibble of `path` says which it is and
    ///      whether the number of nibbles that follow is odd; if it is even, a zero nibble comes between.
    function _follow(Walk memory w, bytes memory path) private pure returns (bool leaf, bool matches) {
        require(path.length != 0 && path.length <= 33, IStorageProof.BadNode(w.used - 1));
        uint256 head = uint8(path[0]);
        uint256 tail = path.length - 1;
        bool odd = head & 0x10 != 0;
        leaf = head & 0x20 != 0;
        require(head < 0x40 && (odd || head & 0x0f == 0), IStorageProof.BadNode(w.used - 1));

        uint256 length = 2 * tail + (odd ? 1 : 0);
        uint256 rest = KEY_NIBBLES - w.depth;
        require(leaf ? length == rest : length != 0 && length < rest, IStorageProof.BadNode(w.used - 1));
        if (length == 0) return (leaf, true);

        uint256 nibbles = tail == 0 ? 0 : uint256(path.asSlice().load(1)) >> (256 - 8 * tail);
        if (odd) nibbles |= (head & 0x0f) << (8 * tail);
        matches = nibbles == _nibbles(w, length);
        w.depth += length;
    }

    /// @dev The next `length` nibbles of the key, 1 … all that is left.
    function _nibbles(Walk memory w, uint256 length) private pure returns (uint256) {
        return uint256(w.key) << (4 * w.depth) >> (256 - 4 * length);
    }

    function _isList(Memory.Slice item) private pure returns (bool) {
        return uint8(bytes1(item.load(0))) >= RLP.LONG_OFFSET;
    }

    function _count(Walk memory w) private pure returns (uint256) {
        return w.order.length == 0 ? w.nodes.length : w.order.length / 2;
    }
}
