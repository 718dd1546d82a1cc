// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {IStorageProof} from "../../contracts/src/interfaces/IStorageProof.sol";
import {Rlp} from "../../contracts/src/libraries/Rlp.sol";
import {VM, Vm} from "./Vm.sol";

contract RlpHarness {
    function skip(bytes memory text, uint256 at_, uint256 count) external pure returns (uint256) {
        return Rlp.skip(text, at_, count);
    }

    function list(bytes memory text, uint256 at_) external pure returns (uint256 from, uint256 to) {
        return Rlp.list(text, at_);
    }

    function data(bytes memory text, uint256 at_) external pure returns (uint256 from, uint256 to) {
        return Rlp.data(text, at_);
    }

    function word(bytes memory text, uint256 at_) external pure returns (uint256) {
        return Rlp.word(text, at_);
    }

    function isList(bytes memory text, uint256 at_) external pure returns (bool) {
        return Rlp.isList(text, at_);
    }
}

/// @dev The reader against what OpenZeppelin's library writes, and against its reader.
contract StorageProofRlpTest {
    using Memory for *;

    Vm private constant vm = VM;
    RlpHarness private rlp = new RlpHarness();

    /// @dev Strings and lists of every length class, some in one another.
    function _item(uint256 seed) private pure returns (bytes memory) {
        uint256 length = seed >> 8 & 0xff;
        if (seed >> 16 & 7 == 0) length = 300 + length;
        if (seed >> 16 & 7 == 1) length = 54 + length % 4;
        bytes memory content = new bytes(length);
        for (uint256 i; i < length; i += 32) {
            content[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i)))));
        }
        if (seed & 3 == 0) return RLP.encode(uint256(keccak256(abi.encode(seed))) >> (seed >> 24 & 0xff));
        if (seed & 3 == 1) return RLP.encode(content);
        bytes[] memory items = new bytes[](seed >> 32 & 3);
        for (uint256 i; i < items.length; ++i) {
            items[i] = RLP.encode(i == 0 ? content : bytes("x"));
        }
        return RLP.encode(items);
    }

    function testFuzz_sameAsOpenZeppelin(uint256[] memory seeds) external view {
        uint256 count = seeds.length < 6 ? seeds.length : 6;
        bytes[] memory items = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            items[i] = _item(seeds[i]);
        }
        bytes memory text = RLP.encode(items);
        Memory.Slice[] memory theirs = RLP.decodeList(text);
        (uint256 at_, uint256 end) = rlp.list(text, 0);
        vm.assertEq(end, text.length, "end of the list");
        for (uint256 i; i < count; ++i) {
            vm.assertEq(rlp.skip(text, at_, 1) - at_, theirs[i].length(), "length of an item");
            vm.assertEq(rlp.skip(text, at_, count - i), end, "several at once");
            _sameContent(text, at_, theirs[i]);
            at_ = rlp.skip(text, at_, 1);
        }
        vm.assertEq(at_, end, "end of the items");
    }

    function _sameContent(bytes memory text, uint256 at_, Memory.Slice item) private view {
        if (rlp.isList(text, at_)) return;
        (uint256 from, uint256 to) = rlp.data(text, at_);
        bytes memory theirs = RLP.readBytes(item);
        vm.assertEq(keccak256(Bytes.slice(text, from, to)), keccak256(theirs), "content");
        if (theirs.length <= 32) vm.assertEq(rlp.word(text, at_), RLP.readUint256(item), "number");
    }

    /// @dev Whatever the bytes, nothing is read beyond them: an answer lies inside, or there is none.
    function testFuzz_anyBytes(bytes memory text, uint256 at_, uint256 count) external view {
        at_ %= text.length + 2;
        count %= 20;
        try rlp.skip(text, at_, count) returns (uint256 to) {
            vm.assertLe(at_ + count, to, "an item of no length");
            vm.assertTrue(to <= text.length, "beyond the text");
        } catch (bytes memory why) {
            vm.assertTrue(bytes4(why) == IStorageProof.BadRlp.selector, "another error");
        }
        try rlp.list(text, at_) returns (uint256 from, uint256 to) {
            vm.assertTrue(from <= to && to <= text.length, "beyond the text");
        } catch (bytes memory why) {
            vm.assertTrue(bytes4(why) == IStorageProof.BadRlp.selector, "another error");
        }
        try rlp.data(text, at_) returns (uint256 from, uint256 to) {
            vm.assertTrue(from <= to && to <= text.length, "beyond the text");
        } catch (bytes memory why) {
            vm.assertTrue(bytes4(why) == IStorageProof.BadRlp.selector, "another error");
        }
    }

    function _bad(bytes memory text, uint256 at_) private {
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, at_));
        rlp.skip(text, at_, 1);
    }

    function test_badRlp() external {
        _bad("", 0);
        _bad(hex"80", 1); // behind the end
        _bad(hex"01", type(uint256).max);
        _bad(hex"81", 0); // a byte is missing
        _bad(hex"b7", 0);
        _bad(hex"b8", 0); // its length is missing
        _bad(hex"b80102", 3);
        _bad(hex"b838", 0); // 56 bytes are missing
        _bad(hex"bfffffffffffffffff", 0);
        _bad(hex"c101c2", 2);
        _bad(hex"f8", 0);
        _bad(hex"ffffffffffffffffff", 0);
    }

    function test_badRlp_ofAnotherKind() external {
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 1));
        rlp.list(hex"c180", 1);
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 0));
        rlp.data(hex"c180", 0);
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 0));
        rlp.list(hex"c2", 0);
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 0));
        rlp.data(hex"83aabb", 0);
        vm.expectRevert(abi.encodeWithSelector(IStorageProof.BadRlp.selector, 0));
        rlp.word(bytes.concat(hex"a1", new bytes(33)), 0);
    }

    function test_skipNothing() external view {
        vm.assertEq(rlp.skip(hex"80", 1, 0), 1, "the end itself");
    }
}
