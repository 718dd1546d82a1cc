// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IStorageProof} from "../../contracts/src/interfaces/IStorageProof.sol";
import {Trie} from "../../contracts/src/libraries/Trie.sol";
import {VM, Vm} from "./Vm.sol";

contract TrieHarness {
    function find(bytes32 root, bytes32 key, bytes[] memory nodes, bytes memory order) external pure returns (bytes memory) {
        return Trie.find(root, key, nodes, order);
    }
}

/// @dev Tries built by hand, for the forms that tries of hashed keys hold once in 2²⁰⁰ times or never: nodes inside their
///      parents, branches with values, paths of every length, and nodes that are none.
contract StorageProofTrieTest {
    Vm internal constant vm = VM;
    bytes32 internal constant KEY = 0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef;

    TrieHarness internal trie = new TrieHarness();

    /* BUILDING */

    /// @dev Hex-prefix encoding of nibbles `from` … `to − 1` of `key`.
    function _path(bytes32 key, uint256 from, uint256 to, bool leaf) internal pure returns (bytes memory path) {
        uint256 length = to - from;
        uint256 nibbles = length == 0 ? 0 : uint256(key) << (4 * from) >> (256 - 4 * length);
        uint256 head = leaf ? 0x20 : 0;
        if (length % 2 == 1) {
            head |= 0x10 | nibbles >> (4 * (length - 1));
            length -= 1;
        }
        path = new bytes(1 + length / 2);
        path[0] = bytes1(uint8(head));
        for (uint256 i; i < length / 2; ++i) {
            path[path.length - 1 - i] = bytes1(uint8(nibbles >> (8 * i)));
        }
    }

    function _pair(bytes memory first, bytes memory second) internal pure returns (bytes memory) {
        bytes[] memory items = new bytes[](2);
        (items[0], items[1]) = (first, second);
        return RLP.encode(items);
    }

    function _leaf(bytes32 key, uint256 from, bytes memory value) internal pure returns (bytes memory) {
        return _pair(RLP.encode(_path(key, from, 64, true)), RLP.encode(value));
    }

    function _extension(bytes32 key, uint256 from, uint256 to, bytes memory child) internal pure returns (bytes memory) {
        return _pair(RLP.encode(_path(key, from, to, false)), _reference(child));
    }

    /// @dev A child stands in its parent if it is shorter than a hash.
    function _reference(bytes memory node) internal pure returns (bytes memory) {
        return node.length < 32 ? node : RLP.encode(keccak256(node));
    }

    function _branch() internal pure returns (bytes[] memory items) {
        items = new bytes[](17);
        for (uint256 i; i < 17; ++i) {
            items[i] = hex"80";
        }
    }

    function _list(bytes memory a) internal pure returns (bytes[] memory all) {
        all = new bytes[](1);
        all[0] = a;
    }

    function _list(bytes memory a, bytes memory b) internal pure returns (bytes[] memory all) {
        all = new bytes[](2);
        (all[0], all[1]) = (a, b);
    }

    function _with(bytes32 key, uint256 nibble, uint256 value) internal pure returns (bytes32) {
        uint256 shift = 4 * (63 - nibble);
        return bytes32(uint256(key) & ~(uint256(15) << shift) | value << shift);
    }

    function _nibble(bytes32 key, uint256 nibble) internal pure returns (uint256) {
        return uint256(key) >> (4 * (63 - nibble)) & 15;
    }

    /* SAYING */

    function _finds(bytes[] memory nodes, bytes32 key, bytes memory value) internal view {
        vm.assertEq(keccak256(trie.find(keccak256(nodes[0]), key, nodes, "")), keccak256(value), "value");
    }

    function _bad(bytes[] memory nodes, bytes32 key, uint256 index) internal {
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadNode.selector, index));
        trie.find(keccak256(nodes[0]), key, nodes, "");
    }

    /* TRIES */

    function test_empty() external {
        vm.assertEq(keccak256(trie.find(keccak256(hex"80"), KEY, new bytes[](0), "")), keccak256(""), "value");
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.SpareNodes.selector, 0));
        trie.find(keccak256(hex"80"), KEY, _list(hex"80"), "");
    }

    function test_empty_orderOfNodes() external {
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.SpareNodes.selector, 0));
        trie.find(keccak256(hex"80"), KEY, new bytes[](0), hex"0000");
    }

    function testFuzz_oneLeaf(bytes32 key, bytes32 other, bytes memory value) external view {
        if (value.length == 0) value = "v";
        bytes[] memory nodes = _list(_leaf(key, 0, value));
        _finds(nodes, key, value);
        _finds(nodes, other, other == key ? value : bytes(""));
    }

    /// @dev Two keys that part after `depth` nibbles: extension (or none), branch, two leaves of any length.
    struct Fork {
        bytes32 key;
        bytes32 second;
        bytes32 third; // parts from both at the same place
        bytes value;
        bytes secondValue;
        bytes[] up; // nodes above the leaves
        bytes leaf;
        bytes secondLeaf;
    }

    function _fork(bytes32 key, uint256 depth, uint256 apart, uint256 a, uint256 b) private pure returns (Fork memory f) {
        uint256 nibble = _nibble(key, depth);
        uint256 beside = (nibble + 1 + apart % 14) % 16;
        (f.key, f.second, f.third) = (key, _with(key, depth, beside), _with(key, depth, (nibble + 15) % 16));
        (f.value, f.secondValue) = (_value(a), _value(b));
        (f.leaf, f.secondLeaf) = (_leaf(key, depth + 1, f.value), _leaf(f.second, depth + 1, f.secondValue));
        bytes[] memory items = _branch();
        (items[nibble], items[beside]) = (_reference(f.leaf), _reference(f.secondLeaf));
        bytes memory branch = RLP.encode(items);
        if (depth == 0) f.up = _list(branch);
        else if (branch.length < 32) f.up = _list(_extension(key, 0, depth, branch));
        else f.up = _list(_extension(key, 0, depth, branch), branch);
    }

    function testFuzz_twoLeaves(bytes32 key, uint256 depth, uint256 apart, uint256 a, uint256 b) external view {
        depth %= 64;
        Fork memory f = _fork(key, depth, apart, a, b);
        _finds(_down(f.up, f.leaf), f.key, f.value);
        _finds(_down(f.up, f.secondLeaf), f.second, f.secondValue);
        _finds(f.up, f.third, "");
        if (depth < 63) _finds(_down(f.up, f.leaf), _with(key, 63, (_nibble(key, 63) + 1) % 16), "");
    }

    function testFuzz_twoLeaves_besideTheExtension(bytes32 key, uint256 depth, uint256 where, uint256 apart) external view {
        depth = 1 + depth % 63;
        where %= depth;
        Fork memory f = _fork(key, depth, 0, 0, 0);
        _finds(_list(f.up[0]), _with(key, where, (_nibble(key, where) + 1 + apart % 15) % 16), "");
    }

    function _value(uint256 v) private pure returns (bytes memory) {
        return v % 3 == 0 ? abi.encodePacked(uint8(1 + v % 127)) : RLP.encode(v % 3 == 1 ? v % 60_000 + 1 : v | 1);
    }

    function _down(bytes[] memory up, bytes memory node) private pure returns (bytes[] memory nodes) {
        if (node.length < 32) return up;
        nodes = new bytes[](up.length + 1);
        for (uint256 i; i < up.length; ++i) {
            nodes[i] = up[i];
        }
        nodes[up.length] = node;
    }

    /// @dev extension(62) > branch > { leaf, branch > { leaf, leaf } }: all of it in one node.
    function test_nodesInsideNodes() external {
        bytes32 second = _with(KEY, 63, 1);
        bytes32 third = _with(KEY, 62, 0);
        bytes[] memory low = _branch();
        low[15] = _leaf(KEY, 64, "a");
        low[1] = _leaf(second, 64, "b");
        bytes[] memory high = _branch();
        high[14] = RLP.encode(low);
        vm.assertTrue(high[14].length < 32, "stands in its parent");
        high[0] = _leaf(third, 63, "c");
        bytes memory branch = RLP.encode(high);
        bytes memory root = _extension(KEY, 0, 62, branch);
        bytes[] memory nodes = branch.length < 32 ? _list(root) : _list(root, branch);

        _finds(nodes, KEY, "a");
        _finds(nodes, second, "b");
        _finds(nodes, third, "c");
        _finds(nodes, _with(KEY, 63, 2), "");
        _finds(nodes, _with(KEY, 62, 3), "");
        _finds(nodes, _with(third, 63, 3), "");
        _finds(_list(root), _with(KEY, 61, 3), "");

        // The inner node handed in once more, as some nodes do, is one too many.
        bytes[] memory more = _down(nodes, new bytes(32));
        more[nodes.length] = high[14];
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.SpareNodes.selector, nodes.length));
        trie.find(keccak256(root), KEY, more, "");
    }

    function test_branchValue_isNobodys() external {
        // At a depth where keys go on, a branch's value belongs to a shorter key.
        bytes[] memory items = _branch();
        items[16] = RLP.encode(bytes("value"));
        items[1] = RLP.encode(keccak256("child"));
        _finds(_list(RLP.encode(items)), KEY, "");
        // At the depth where keys end there is no branch.
        bytes memory branch = RLP.encode(items);
        bytes[] memory parent = _branch();
        parent[15] = RLP.encode(keccak256(branch));
        bytes memory above = RLP.encode(parent);
        bytes[] memory nodes = new bytes[](3);
        (nodes[0], nodes[1], nodes[2]) = (_extension(KEY, 0, 63, above), above, branch);
        _bad(nodes, KEY, 2);
    }

    /* NODES THAT ARE NONE */

    function _items(uint256 count) internal pure returns (bytes[] memory items) {
        items = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            items[i] = hex"80";
        }
    }

    function test_badNode_countOfItems() external {
        _bad(_list(RLP.encode(_items(0))), KEY, 0);
        _bad(_list(RLP.encode(_items(1))), KEY, 0);
        _bad(_list(RLP.encode(_items(18))), KEY, 0);
        _bad(_list(RLP.encode(_items(30))), KEY, 0);
        for (uint256 count = 3; count < 17; ++count) {
            bytes memory node = RLP.encode(_items(count));
            vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, node.length));
            trie.find(keccak256(node), KEY, _list(node), "");
        }
    }

    function test_badNode_insideAnother() external {
        for (uint256 count; count < 20; ++count) {
            if (count == 17) continue;
            bytes[] memory items = _branch();
            items[0] = RLP.encode(_items(count)); // the items after it are not its
            bytes memory node = RLP.encode(items);
            vm.expectRevert();
            trie.find(keccak256(node), KEY, _list(node), "");
        }
    }

    function test_badNode_tooLongToStandInItsParent() external {
        bytes[] memory items = _branch();
        items[0] = RLP.encode(_items(31));
        _bad(_list(RLP.encode(items)), KEY, 0);
    }

    function test_badNode_noList() external {
        bytes[] memory nodes = _list(RLP.encode(bytes("a string that is as long as a hash, or longer")));
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 0));
        trie.find(keccak256(nodes[0]), KEY, nodes, "");
    }

    function _badPath(bytes memory path) internal {
        _bad(_list(_pair(RLP.encode(path), RLP.encode(keccak256("child")))), KEY, 0);
    }

    function test_badNode_path() external {
        _badPath("");
        _badPath(bytes.concat(hex"20", KEY, hex"00")); // beyond any key
        _badPath(bytes.concat(hex"40", KEY)); // neither leaf nor extension
        _badPath(bytes.concat(hex"f0", KEY));
        _badPath(bytes.concat(hex"21", KEY)); // a nibble where none belongs
        _badPath(hex"0501"); // likewise in an extension
        _badPath(_path(KEY, 0, 63, true)); // a leaf that ends before the key
        _badPath(bytes.concat(hex"30", KEY)); // a leaf that ends behind it
        _badPath(hex"00"); // an extension over nothing
        _badPath(_path(KEY, 0, 64, false)); // an extension that leaves nothing
    }

    function test_badNode_pathAfterABranch() external {
        bytes[] memory items = _branch();
        bytes memory leaf = _leaf(KEY, 0, "value"); // as long as a whole key, but one nibble is behind us
        items[0] = RLP.encode(keccak256(leaf));
        _bad(_list(RLP.encode(items), leaf), KEY, 1);
    }

    function test_badNode_childOfAnotherSize() external {
        bytes[] memory items = _branch();
        items[0] = RLP.encode(new bytes(31));
        _bad(_list(RLP.encode(items)), KEY, 0);
        items[0] = RLP.encode(new bytes(33));
        _bad(_list(RLP.encode(items)), KEY, 0);
    }

    function test_badNode_root() external {
        bytes[] memory nodes = _list(_leaf(KEY, 0, "value"));
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadNode.selector, 0));
        trie.find(keccak256("another"), KEY, nodes, "");
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadNode.selector, 0));
        trie.find(keccak256(nodes[0]), KEY, new bytes[](0), "");
    }

    /* ORDER */

    function test_order_picksNodes() external {
        bytes memory leaf = _leaf(KEY, 1, "value that is long enough to stand outside its parent");
        bytes[] memory items = _branch();
        items[0] = _reference(leaf);
        bytes memory root = RLP.encode(items);
        bytes[] memory pool = new bytes[](3);
        (pool[0], pool[1], pool[2]) = (leaf, "unused", root);
        vm.assertEq(keccak256(trie.find(keccak256(root), KEY, pool, hex"00020000")), keccak256("value that is long enough to stand outside its parent"), "value");
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadNode.selector, 1));
        trie.find(keccak256(root), KEY, pool, hex"00020003"); // beyond the pool
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadNode.selector, 1));
        trie.find(keccak256(root), KEY, pool, hex"000200"); // half an index counts for none
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.SpareNodes.selector, 2));
        trie.find(keccak256(root), KEY, pool, hex"000200000001");
    }
}
