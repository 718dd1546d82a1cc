// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./FillBase.sol";
import {SmartAccount} from "./Accounts.sol";

/// @dev Cancelling orders of one chain: by the user's own transaction, or by its signature.
contract CancelTest is FillBase {
    function _partial() private pure returns (Options memory x) {
        x.smallestPart = 100e6;
    }

    function _recurring() private pure returns (Options memory x) {
        (x.parts, x.every, x.start) = (4, 1 days, uint40(NOW));
    }

    function _cancelSig(uint256 key, bytes32 id) private returns (bytes memory) {
        return _sign(key, _digest(keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), id))));
    }

    function _noncesSig(uint256 key, address owner, uint256 word, uint256 mask) private returns (bytes memory) {
        bytes32 typeHash = keccak256("CancelNonces(address user,uint256 word,uint256 mask)");
        return _sign(key, _digest(keccak256(abi.encode(typeHash, owner, word, mask))));
    }

    /* OWN */

    function test_cancel_then_fill_never_succeeds() public {
        SwapOrder memory o = _open();
        vm.expectEmit(address(settlement));
        emit ISettles.Cancelled(_idOf(0, o));
        vm.prank(user);
        settlement.cancel(0, o, _noOptions());
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
        bytes memory sig = _userSig(0, o, _noOptions());
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
        vm.prank(solver);
        settlement.fill(0, o, sig);
    }

    /// @dev B8: of both in one block the order of inclusion decides, and exactly one succeeds.
    function test_cancel_after_fill_is_refused() public {
        SwapOrder memory o = _open();
        _fillOpen(0, o, _noOptions(), 0);
        _fails(ISettlement.NonceUsed.selector, 7);
        vm.prank(user);
        settlement.cancel(0, o, _noOptions());
    }

    function test_cancel_by_the_user_only_and_of_possible_orders() public {
        SwapOrder memory o = _open();
        _fails(IErrors.Only.selector, user);
        vm.prank(stranger);
        settlement.cancel(0, o, _noOptions());
        _fails(IErrors.BadKind.selector, 2);
        vm.prank(user);
        settlement.cancel(2, o, _noOptions());
        o.buy = 0;
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(user);
        settlement.cancel(0, o, _noOptions());
    }

    function test_cancel_what_is_left_of_a_partial_order() public {
        SwapOrder memory o = _open();
        Options memory x = _partial();
        _fillOpen(16, o, x, 300e6);
        vm.prank(user);
        settlement.cancel(16, o, x);
        _equal(settlement.progress(_idOf(16, o, x)), type(uint256).max, "cancelled");
        _refusedOpen(16, o, x, 100e6, abi.encodeWithSelector(ISettlement.PartTaken.selector, type(uint256).max));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.PartTaken.selector, type(uint256).max));
        vm.prank(user);
        settlement.cancel(16, o, x);
    }

    function test_cancel_of_a_partial_order_that_is_done() public {
        SwapOrder memory o = _open();
        Options memory x = _partial();
        _fillOpen(16, o, x, SELL);
        _fails(ISettlement.PartTaken.selector, uint256(SELL));
        vm.prank(user);
        settlement.cancel(16, o, x);
    }

    /// @dev An award for what was taken before does not bring a cancelled order back.
    function test_awards_of_cancelled_orders_with_parts_are_dead() public {
        SwapOrder memory o = _swap();
        Options memory x = _partial();
        Award memory a = _award(_idOf(16, o, x), SELL, BUY);
        vm.prank(user);
        settlement.cancel(16, o, x);
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTaken.selector, type(uint256).max));
    }

    function test_cancel_the_parts_to_come() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        _fillOpen(16, o, x, 0);
        vm.prank(user);
        settlement.cancel(16, o, x);
        vm.warp(NOW + 1 days);
        _refusedOpen(16, o, x, 1, abi.encodeWithSelector(ISettlement.PartTaken.selector, type(uint256).max));
    }

    function test_cancel_of_a_recurring_order_that_is_done() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        for (uint128 part; part < 4; ++part) {
            vm.warp(NOW + part * 1 days);
            _fillOpen(16, o, x, part);
        }
        _fails(ISettlement.PartTaken.selector, uint256(15));
        vm.prank(user);
        settlement.cancel(16, o, x);
    }

    function test_cancel_of_an_order_under_permit2_says_where() public {
        SwapOrder memory o = _open();
        o.nonce = GUARDED | 0x1234;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.CancelInPermit2.selector, o.nonce >> 8, 1 << 0x34));
        vm.prank(user);
        settlement.cancel(0, o, _noOptions());
    }

    /* RELAYED */

    function test_cancelFor_by_anyone_with_the_users_signature() public {
        SwapOrder memory o = _open();
        bytes memory sig = _cancelSig(USER_KEY, _idOf(0, o));
        vm.expectEmit(address(settlement));
        emit ISettles.Cancelled(_idOf(0, o));
        vm.prank(stranger);
        settlement.cancelFor(0, o, _noOptions(), sig);
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
        settlement.cancelFor(0, o, _noOptions(), sig);
    }

    function test_cancelFor_of_an_order_with_options() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        settlement.cancelFor(16, o, x, _cancelSig(USER_KEY, _idOf(16, o, x)));
        _equal(settlement.progress(_idOf(16, o, x)), type(uint256).max, "cancelled");
    }

    function test_cancelFor_needs_the_signature_of_this_order() public {
        SwapOrder memory o = _open();
        bytes[3] memory wrong;
        wrong[0] = _cancelSig(SOLVER_KEY, _idOf(0, o));
        wrong[1] = _cancelSig(USER_KEY, keccak256("other"));
        wrong[2] = _sign(USER_KEY, _idOf(0, o));
        for (uint256 i; i < 3; ++i) {
            _fails(IErrors.BadSignature.selector, user);
            settlement.cancelFor(0, o, _noOptions(), wrong[i]);
        }
        bytes memory none = "";
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(user);
        settlement.cancelFor(0, o, _noOptions(), none);
    }

    /// @dev A cancellation is no order, and an order is no cancellation.
    function test_a_cancellation_fills_nothing() public {
        SwapOrder memory o = _open();
        bytes memory sig = _cancelSig(USER_KEY, _idOf(0, o));
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        settlement.fill(0, o, sig);
    }

    function test_cancelFor_a_smart_account() public {
        SmartAccount account = new SmartAccount();
        SwapOrder memory o = _open();
        o.user = address(account);
        account.accept(_digest(keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), _idOf(0, o)))));
        settlement.cancelFor(0, o, _noOptions(), hex"01");
        vm.assertTrue(settlement.isSpent(address(account), o.nonce), "spent");
    }

    /* NONCES */

    function test_cancelNonces_spends_the_bits_of_the_caller_only() public {
        vm.expectEmit(address(settlement));
        emit ISettlement.NoncesCancelled(stranger, 0, type(uint256).max);
        vm.prank(stranger);
        settlement.cancelNonces(0, type(uint256).max);
        _fillOpen(0, _open(), _noOptions(), 0);
        vm.prank(user);
        settlement.cancelNonces(0, 3);
        _equal(settlement.nonces(user, 0), 1 << 7 | 3, "bits add up");
    }

    function test_cancelNoncesFor_by_anyone_with_the_users_signature() public {
        bytes memory sig = _noncesSig(USER_KEY, user, 0, 1 << 7);
        vm.expectEmit(address(settlement));
        emit ISettlement.NoncesCancelled(user, 0, 1 << 7);
        vm.prank(stranger);
        settlement.cancelNoncesFor(user, 0, 1 << 7, sig);
        _refusedOpen(0, _open(), _noOptions(), 0, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
    }

    /// @dev B5: the message names its account, so that one owner's signature cannot travel to its other accounts.
    function test_cancelNoncesFor_needs_the_signature_of_these_nonces() public {
        bytes[4] memory wrong;
        wrong[0] = _noncesSig(SOLVER_KEY, user, 0, 1);
        wrong[1] = _noncesSig(USER_KEY, stranger, 0, 1);
        wrong[2] = _noncesSig(USER_KEY, user, 1, 1);
        wrong[3] = _noncesSig(USER_KEY, user, 0, 3);
        for (uint256 i; i < 4; ++i) {
            _fails(IErrors.BadSignature.selector, user);
            settlement.cancelNoncesFor(user, 0, 1, wrong[i]);
        }
    }

    /// @dev B7: for any sequence each nonce is spent at most once, at word boundaries too.
    function testFuzz_each_nonce_at_most_once(uint256[8] memory picks) public {
        uint256[8] memory used;
        for (uint256 i; i < 8; ++i) {
            // Five nonces around two word boundaries, and the last one that Settlement guards.
            uint256[6] memory few = [uint256(255), 256, 511, 512, 0, (1 << 255) - 1];
            uint256 which = picks[i] % 6;
            SwapOrder memory o = _open();
            (o.nonce, o.sentence) = (few[which], bytes32(i));
            if (used[which] == 0) _fillOpen(0, o, _noOptions(), 0);
            else _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettlement.NonceUsed.selector, o.nonce));
            used[which] = 1;
        }
        for (uint256 which; which < 6; ++which) {
            uint256[6] memory few = [uint256(255), 256, 511, 512, 0, (1 << 255) - 1];
            vm.assertTrue(settlement.isSpent(user, few[which]) == (used[which] == 1), "isSpent");
        }
    }
}
