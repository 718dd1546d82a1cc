// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {HookToken} from "./Tokens.sol";

/// @dev The usual order: fill and fillAwarded.
contract FillTest is Base {
    function _openFill(uint8 kind, SwapOrder memory o) private {
        bytes memory sig = _sign(USER_KEY, _idOf(kind, o));
        vm.prank(solver);
        settlement.fill(kind, o, sig);
    }

    function _refused(uint8 kind, SwapOrder memory o, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(kind > 1 ? 0 : kind, o));
        vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fill(kind, o, sig);
    }

    function _fillAwarded(uint8 kind, SwapOrder memory o, Award memory a) private {
        bytes memory sig = _sign(USER_KEY, _idOf(kind, o));
        PackedAward memory packed = _packed(a);
        vm.prank(solver);
        settlement.fillAwarded(kind, o, sig, packed);
    }

    function _refusedAwarded(SwapOrder memory o, Award memory a, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        PackedAward memory packed = _packed(a);
        vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, packed);
    }

    /* OPEN WINDOW */

    function test_fill_exchanges_at_the_limit_and_says_so() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(_idOf(0, o), solver, uint256(SELL) << 128 | BUY);
        _openFill(0, o);
        _equal(usdc.balanceOf(solver) - before, SELL, "sold");
        _equal(weth.balanceOf(recipient), BUY + 1, "bought");
        vm.assertTrue(settlement.isSpent(user, o.nonce), "done");
        _equal(settlement.nonces(user, 0), 1 << 7, "nonce bit");
    }

    function test_fill_exact_out() public {
        vm.warp(NOW + 61);
        _openFill(1, _swap());
        _equal(weth.balanceOf(recipient), BUY + 1, "bought");
    }

    function test_fill_without_auctioneer_needs_no_window() public {
        SwapOrder memory o = _swap();
        o.auctioneer = address(0);
        _openFill(0, o);
    }

    function test_fill_in_the_exclusive_window_is_refused_to_its_last_second() public {
        vm.warp(NOW + 60);
        _refused(0, _swap(), abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 60));
    }

    function test_fill_is_in_time_at_fillBy_and_late_after() public {
        vm.warp(NOW + 121);
        _refused(0, _swap(), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 120));
        vm.warp(NOW + 120);
        _openFill(0, _swap());
    }

    function test_fill_twice_is_refused() public {
        vm.warp(NOW + 61);
        _openFill(0, _swap());
        _refused(0, _swap(), abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
    }

    function test_fill_of_two_orders_with_one_nonce_takes_one() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        _openFill(0, o);
        o.sentence = keccak256("another");
        _refused(0, o, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
    }

    function test_fill_wrong_kind_is_another_digest() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        settlement.fill(1, o, sig);
    }

    function test_fill_unknown_kinds() public {
        vm.warp(NOW + 61);
        for (uint8 kind = 2; kind < 12; ++kind) {
            _refused(kind, _swap(), abi.encodeWithSelector(IErrors.BadKind.selector, kind));
        }
    }

    function test_fill_refuses_bad_recipients() public {
        vm.warp(NOW + 61);
        address[3] memory bad = [address(0), address(settlement), address(weth)];
        for (uint256 i; i < 3; ++i) {
            SwapOrder memory o = _swap();
            o.to = bad[i];
            _refused(0, o, abi.encodeWithSelector(IErrors.BadRecipient.selector, bad[i]));
        }
    }

    function test_fill_refuses_zero_amounts_and_one_token() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        o.sell = 0;
        _refused(0, o, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        o = _swap();
        o.buy = 0;
        _refused(0, o, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        o = _swap();
        o.buyToken = o.sellToken;
        _refused(0, o, abi.encodeWithSelector(IErrors.SameToken.selector, o.sellToken));
    }

    function test_fill_refuses_native_sells_and_tokens_without_code() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        o.sellToken = NATIVE;
        _refused(0, o, abi.encodeWithSelector(IErrors.TransferFailed.selector, NATIVE));
        o.sellToken = address(0xDEAD);
        _refused(0, o, abi.encodeWithSelector(IErrors.TransferFailed.selector, address(0xDEAD)));
    }

    function test_fill_without_funds_moves_nothing() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        o.buy = 1e25;
        _refused(0, o, abi.encodeWithSelector(IErrors.TransferFailed.selector, address(weth)));
        _equal(settlement.nonces(user, 0), 0, "nonce kept");
    }

    /* AWARDED */

    function test_fillAwarded_exact_in_pays_the_awarded_amount() public {
        SwapOrder memory o = _swap();
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(_idOf(0, o), solver, uint256(SELL) << 128 | BUY + 5);
        _fillAwarded(0, o, _award(_idOf(0, o), SELL, BUY + 5));
        _equal(weth.balanceOf(recipient), BUY + 6, "bought");
    }

    function test_fillAwarded_exact_out_takes_the_awarded_amount() public {
        SwapOrder memory o = _swap();
        uint256 before = usdc.balanceOf(user);
        _fillAwarded(1, o, _award(_idOf(1, o), SELL - 9, BUY));
        _equal(before - usdc.balanceOf(user), SELL - 9, "sold");
    }

    /// @dev The packed form does not name its solver: another caller's award is another digest.
    function test_fillAwarded_only_by_its_solver() public {
        SwapOrder memory o = _swap();
        PackedAward memory packed = _packed(_award(_idOf(0, o), SELL, BUY));
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(stranger);
        settlement.fillAwarded(0, o, sig, packed);
    }

    function test_fillAwarded_hours() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        a.notBefore = uint40(NOW + 1);
        _refusedAwarded(o, a, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1));
        vm.warp(NOW + 31);
        _refusedAwarded(o, a, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30));
        vm.warp(NOW + 30);
        _fillAwarded(0, o, a);
    }

    function test_fillAwarded_must_leave_grace_before_the_open_window() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        a.fillBy = uint40(NOW + 37);
        _refusedAwarded(o, a, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        a.fillBy = uint40(NOW + 36);
        _fillAwarded(0, o, a);
    }

    function test_fillAwarded_must_be_for_this_order_and_part() public {
        SwapOrder memory o = _swap();
        bytes memory reason = abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer);
        _refusedAwarded(o, _award(keccak256("other"), SELL, BUY), reason);
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        a.part = 1;
        _refusedAwarded(o, a, reason);
    }

    function test_fillAwarded_holds_the_users_limits() public {
        SwapOrder memory o = _swap();
        bytes32 id = _idOf(0, o);
        _refusedAwarded(o, _award(id, SELL, BUY - 1), abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY));
        _refusedAwarded(o, _award(id, SELL - 1, BUY), abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
        _refusedAwarded(o, _award(id, SELL + 1, BUY), abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
    }

    function test_fillAwarded_exact_out_holds_the_users_limits() public {
        SwapOrder memory o = _swap();
        bytes32 id = _idOf(1, o);
        bytes memory sig = _sign(USER_KEY, id);
        uint128[2][4] memory wrong = [[SELL + 1, BUY], [SELL, BUY + 1], [SELL, BUY - 1], [uint128(0), BUY]];
        for (uint256 i; i < 4; ++i) {
            Award memory a = _award(id, wrong[i][0], wrong[i][1]);
            PackedAward memory packed = _packed(a);
            if (i < 3) _fails(IErrors.LimitNotMet.selector, i == 0 ? SELL : BUY);
            else _fails(IErrors.ZeroAmount.selector);
            vm.prank(solver);
            settlement.fillAwarded(1, o, sig, packed);
        }
    }

    function test_fillAwarded_needs_the_named_auctioneer() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        bytes32[2] memory forged = _pair(SOLVER_KEY, _awardDigest(a));
        PackedAward memory packed = _packed(a, forged[0], forged[1]);
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, packed);
    }

    /// @dev B2: an order without auctioneer has no awards, whatever an empty signature recovers to.
    function test_fillAwarded_without_auctioneer_is_refused() public {
        SwapOrder memory o = _swap();
        o.auctioneer = address(0);
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        PackedAward memory packed = _packed(_award(_idOf(0, o), SELL, BUY), 0, 0);
        _fails(IErrors.BadSignature.selector, address(0));
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, packed);
    }

    /// @dev Bits of the packed words that belong to no member change nothing: one award has one digest.
    function test_fillAwarded_ignores_bits_that_belong_to_no_member() public {
        SwapOrder memory o = _swap();
        PackedAward memory packed = _packed(_award(_idOf(0, o), SELL, BUY));
        packed.terms |= uint256(0xffffffffff) << 216;
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, packed);
        _equal(weth.balanceOf(recipient), BUY + 1, "bought");
    }

    function test_fill_takes_no_native_coin() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        (bool ok,) = address(settlement).call{value: 1}(abi.encodeCall(settlement.fill, (0, o, sig)));
        vm.assertTrue(!ok, "value taken");
        o.buyToken = NATIVE;
        _refused(0, o, abi.encodeWithSelector(IErrors.TransferFailed.selector, NATIVE));
    }

    /// @dev D15: what a token calls back into is locked only while the contract holds or measures; a fill inside a fill is another fill.
    function test_fill_inside_a_fill_is_its_own() public {
        vm.warp(NOW + 61);
        HookToken hooked = new HookToken();
        hooked.mint(user, SELL);
        _approve(user, hooked, address(settlement));
        SwapOrder memory o = _swap();
        o.sellToken = address(hooked);
        SwapOrder memory again = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        hooked.hook(address(settlement), abi.encodeCall(settlement.fill, (0, o, sig)));
        vm.prank(solver);
        settlement.fill(0, o, sig);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == ISettlement.NonceUsed.selector, "once");
        _refused(0, again, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
    }

    /* FUZZ */

    /// @custom:runs 1000
    function testFuzz_fillAwarded_moves_exactly_what_was_awarded(uint128 sell, uint128 buy, uint128 more, uint248 nonce) public {
        sell = uint128(1 + sell % 1e15);
        buy = uint128(1 + buy % 1e23);
        more = uint128(more % 1e23);
        SwapOrder memory o = _swap();
        (o.sell, o.buy, o.nonce) = (sell, buy, nonce);
        uint256 userBefore = usdc.balanceOf(user);
        uint256 recipientBefore = weth.balanceOf(recipient);
        _fillAwarded(0, o, _award(_idOf(0, o), sell, buy + more));
        _equal(userBefore - usdc.balanceOf(user), sell, "sold");
        _equal(weth.balanceOf(recipient) - recipientBefore, uint256(buy) + more, "bought");
        _refusedAwarded(o, _award(_idOf(0, o), sell, buy + more), abi.encodeWithSelector(ISettlement.NonceUsed.selector, nonce));
    }

    /// @dev B9: a word with dirty upper bits is no second spelling of one order. Whatever word is soiled, the call reverts.
    function testFuzz_fill_dirty_words_revert(uint8 index, uint96 dirt) public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
                bytes memory data = abi.encodeCall(settlement.fill, (0, o, sig));
        uint256 position = 4 + 32 + 32 * (1 + uint256(index) % 9);
        uint256 word = uint256(uint96(dirt) | 1) << 160;
        assembly {
            let p := add(add(data, 0x20), position)
            mstore(p, or(mload(p), word))
        }
        vm.prank(solver);
        (bool ok,) = address(settlement).call(data);
        vm.assertTrue(!ok, "dirty word accepted");
    }
}
