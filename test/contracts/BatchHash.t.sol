// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import {Hashes} from "../../contracts/src/libraries/Hashes.sol";
import {Lines} from "../../contracts/src/libraries/Lines.sol";
import "./BatchBase.sol";

contract LinesHarness {
    function isSigned(Line calldata x, bytes32 digest) external view returns (bool) {
        return Lines.isSigned(x, digest);
    }

    function id(bytes32 separator, Line calldata x, address sellToken, address buyToken, address auctioneer)
        external
        pure
        returns (bytes32)
    {
        return Hashes.digest(separator, Lines.hash(x, sellToken, buyToken, auctioneer));
    }

    function fold(uint256[] memory list) external pure returns (bytes32) {
        return Hashes.fold(list);
    }
}

/// @dev Lines: one order has one id and one spelling; signatures; what a flipped bit does.
contract BatchHashTest is BatchBase {
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    LinesHarness private harness;

    function setUp() public override {
        super.setUp();
        harness = new LinesHarness();
        vm.warp(NOW + 61);
    }

    /* IDS */

    /// @dev Against the plain EIP-712 of Eip712.sol, over the whole range of every field.
    /// @custom:runs 10000
    function testFuzz_id_is_the_digest_of_the_order(bool out, SwapOrder memory o) public {
        o.to = o.user;
        o.nonce = uint152(o.nonce);
        uint8 kind = out ? 1 : 0;
        Line memory x = Line(o.sentence, o.user, uint256(o.sell) << 128 | o.buy, _terms(kind, o), 0, 0);
        vm.assertEq(harness.id(domain, x, o.sellToken, o.buyToken, o.auctioneer), _idOf(kind, o), "id");
    }

    function testFuzz_fold_is_the_hash_of_the_words(uint256[] memory words) public view {
        vm.assertEq(harness.fold(words), keccak256(abi.encodePacked(words)), "fold");
    }

    /* SIGNATURES */

    /// @custom:runs 10000
    function testFuzz_signed_by_its_user_only(bytes32 digest, uint256 key, address other) public {
        key = 1 + key % (N - 1);
        Line memory x;
        x.user = vm.addr(key);
        (x.r, x.vs) = vm.signCompact(key, digest);
        vm.assertTrue(harness.isSigned(x, digest), "signed");
        vm.assertTrue(!harness.isSigned(x, keccak256(abi.encode(digest))), "another digest");
        vm.assume(other != x.user);
        x.user = other;
        vm.assertTrue(!harness.isSigned(x, digest), "another user");
    }

    /// @dev A digest, made backwards, for which the largest low s and the smallest high s are both right.
    /// @custom:runs 10000
    function testFuzz_high_s_is_refused(uint256 key, uint256 k) public {
        key = 1 + key % (N - 1);
        Vm.Wallet memory point = vm.createWallet(1 + k % (N - 1));
        vm.assume(point.publicKeyX < N);
        Line memory x;
        x.user = vm.addr(key);
        x.r = bytes32(point.publicKeyX);
        for (uint256 above; above < 2; ++above) {
            uint256 s = N / 2 + above;
            bytes32 digest = bytes32(addmod(mulmod(s, point.privateKey, N), N - mulmod(point.publicKeyX, key, N), N));
            x.vs = bytes32((point.publicKeyY & 1) << 255 | s);
            vm.assertEq(ecrecover(digest, uint8(27 + (point.publicKeyY & 1)), x.r, bytes32(s)), x.user, "right");
            vm.assertTrue(harness.isSigned(x, digest) == (above == 0), "only if low");
        }
    }

    /// @custom:runs 10000
    function testFuzz_nothing_is_signed_by_the_zero_address(bytes32 digest, bytes32 r, bytes32 vs) public view {
        vm.assertTrue(!harness.isSigned(Line(0, address(0), 0, 0, r, vs), digest), "zero");
        vm.assertTrue(!harness.isSigned(Line(0, address(0), 0, 0, 0, 0), digest), "zero");
    }

    /* BITS */

    /// @dev Every bit of a line is signed, or is the signature: whichever flips, the batch reverts.
    function testFuzz_any_bit_of_a_line(uint256 bit) public {
        (bytes memory data, uint256 lineAt) = _pairCall();
        bit %= 6 * 256;
        _flip(data, lineAt + 32 * (bit / 256), bit % 256);
        vm.prank(solver);
        (bool ok,) = address(settlement).call(data);
        vm.assertTrue(!ok, "a flipped bit was accepted");
        _equal(usdc.balanceOf(vm.addr(FIRST_KEY)), SELL, "nothing moved");
    }

    /// @dev Bits that belong to no field, in the table, the auctioneer and the plan: refused, or without any effect.
    function testFuzz_bits_of_no_field(uint256 where, uint256 bit) public {
        (bytes memory data,) = _pairCall();
        uint256[5] memory words = [_tokenAt(0), _tokenAt(1), _headAt() + 32, _planAt(), _planAt() + 32];
        _flip(data, words[where % 5], 160 + bit % 96);
        vm.prank(solver);
        (bool ok,) = address(settlement).call(data);
        if (!ok) return;
        _equal(weth.balanceOf(vm.addr(FIRST_KEY)), BUY, "the same effect");
        _equal(usdc.balanceOf(vm.addr(FIRST_KEY + 1)), SELL, "the same effect");
    }

    /// @dev A user's word with dirty upper bits is no second spelling.
    function testFuzz_dirty_user(uint96 dirt) public {
        vm.assume(dirt != 0);
        (bytes memory data, uint256 lineAt) = _pairCall();
        uint256 word = uint256(dirt) << 160;
        assembly {
            let p := add(add(add(data, 0x20), lineAt), 0x20)
            mstore(p, or(mload(p), word))
        }
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(settlement).call(data);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.BadSignature.selector, "dirty user");
    }

    /* CALLDATA */

    bytes private pairCall;

    /// @dev A call that works, and where its first line begins.
    function _pairCall() private returns (bytes memory data, uint256 lineAt) {
        Item[] memory items = _pair();
        data = abi.encodeCall(batches.fillMany, (_open(), _lines(items), _ring(_limits(items)), 0, ""));
        uint256 state = vm.snapshotState();
        vm.prank(solver);
        (bool ok,) = address(settlement).call(data);
        vm.assertTrue(ok, "works");
        vm.revertToState(state);
        pairCall = data;
        lineAt = 4 + _word(data, 4 + 32) + 32;
    }

    function _headAt() private view returns (uint256) {
        return 4 + _word(pairCall, 4);
    }

    function _tokenAt(uint256 i) private view returns (uint256) {
        return _headAt() + _word(pairCall, _headAt()) + 32 * (1 + i);
    }

    function _planAt() private view returns (uint256) {
        return 4 + _word(pairCall, 4 + 64) + 32;
    }

    function _word(bytes memory data, uint256 at_) private pure returns (uint256 word) {
        assembly {
            word := mload(add(add(data, 0x20), at_))
        }
    }

    function _flip(bytes memory data, uint256 at_, uint256 bit) private pure {
        assembly {
            let p := add(add(data, 0x20), at_)
            mstore(p, xor(mload(p), shl(bit, 1)))
        }
    }
}
