// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./FillBase.sol";
import {BrokenAccount, Refuser, Reenterer, SmartAccount} from "./Accounts.sol";
import {ITenderCallback} from "../../contracts/src/interfaces/ITenderCallback.sol";
import {FeeToken, HookToken} from "./Tokens.sol";

/// @dev fillWith: options, consents, native coin, callback.
contract OptionsTest is FillBase {
    uint128 private constant LEAST = 100e6;

    function _partial() private pure returns (Options memory x) {
        x.smallestPart = LEAST;
    }

    /// @dev Four parts, one a day; each may be filled in its first two minutes.
    function _recurring() private pure returns (Options memory x) {
        (x.parts, x.every, x.start) = (4, 1 days, uint40(NOW));
    }

    function _curve(uint128 from) private pure returns (Options memory x) {
        (x.decayFrom, x.decayUntil) = (from, uint40(NOW + 110));
    }

    /* WITHOUT OPTIONS */

    function test_fillWith_is_the_long_form_of_fill() public {
        vm.warp(NOW + 61);
        SwapOrder memory o = _swap();
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(_idOf(0, o), solver, uint256(SELL) << 128 | BUY);
        _fillOpen(0, o, _noOptions(), 0);
        _equal(weth.balanceOf(recipient), BUY + 1, "bought");
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 7));
    }

    function test_fillWith_is_the_long_form_of_fillAwarded() public {
        SwapOrder memory o = _swap();
        _fillAs(1, o, _noOptions(), _award(_idOf(1, o), SELL - 3, BUY));
        _equal(usdc.balanceOf(solver), 1e15 + SELL - 3, "sold");
    }

    /// @dev Options that nobody signed are not read.
    function test_fillWith_does_not_read_options_of_kinds_without() public {
        SwapOrder memory o = _open();
        Options memory x = _curve(2 * BUY);
        x.feeBps = 200;
        (x.feeTo, x.parts) = (stranger, 9);
        _fillOpen(0, o, x, 0);
        _equal(weth.balanceOf(recipient), BUY + 1, "the signed limit");
        _equal(usdc.balanceOf(solver), 1e15 + SELL, "no fee");
    }

    function test_fillWith_hours_and_windows() public {
        SwapOrder memory o = _swap();
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 60));
        vm.warp(NOW + 60);
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 60));
        vm.warp(NOW + 121);
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 120));
        vm.warp(NOW + 120);
        _fillOpen(0, o, _noOptions(), 0);
    }

    function test_fillWith_refuses_unknown_kinds_and_parts_of_whole_orders() public {
        uint8[5] memory kinds = [2, 15, 18, 19, 255];
        for (uint256 i; i < kinds.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IErrors.BadKind.selector, kinds[i]));
            settlement.fillWith(kinds[i], _open(), _noOptions(), "", _noAward().award, "", 0, "");
        }
        _refusedOpen(0, _open(), _noOptions(), 1, abi.encodeWithSelector(IErrors.WrongAward.selector, _idOf(0, _open())));
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        a.part = 1;
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.WrongAward.selector, a.order));
    }

    function test_fillWith_refuses_bad_forms() public {
        SwapOrder memory o = _open();
        o.to = address(settlement);
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(IErrors.BadRecipient.selector, settlement));
        o = _open();
        o.sell = 0;
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        o = _open();
        o.sellToken = o.buyToken;
        _refusedOpen(0, o, _noOptions(), 0, abi.encodeWithSelector(IErrors.SameToken.selector, o.buyToken));
    }

    function test_fillWith_checks_the_award() public {
        SwapOrder memory o = _swap();
        bytes32 id = _idOf(0, o);
        Award memory a = _award(id, SELL, BUY - 1);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY));
        a = _award(id, SELL - 1, BUY);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
        a = _award(id, SELL, BUY);
        a.notBefore = uint40(NOW + 1);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1));
        a = _award(id, SELL, BUY);
        a.fillBy = uint40(NOW + 37);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        a = _award(keccak256("other"), SELL, BUY);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.WrongAward.selector, keccak256("other")));
        a = _award(id, SELL, BUY);
        a.solver = stranger;
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(ISettles.NotAwarded.selector, stranger));
        a = _award(id, SELL, BUY);
        vm.warp(NOW + 31);
        _refusedAs(0, o, _noOptions(), a, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30));
    }

    function test_fillWith_needs_the_auctioneers_signature_and_the_awards_part() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        bytes memory sig = _userSig(0, o, _noOptions());
        bytes memory forged = _sign(SOLVER_KEY, _awardDigest(a));
        bytes memory right = _signAward(a);
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), sig, a, forged, 0, "");
        _fails(IErrors.WrongAward.selector, a.order);
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), sig, a, right, 1, "");
    }

    /* THE FORM OF OPTIONS */

    function _badOption(uint8 kind, Options memory x, uint256 member) private {
        _refusedOpen(kind, _open(), x, 0, abi.encodeWithSelector(ISettlement.BadOption.selector, member));
    }

    function test_options_that_contradict_each_other_are_refused() public {
        Options memory x = _recurring();
        x.smallestPart = 1;
        _badOption(16, x, 0);
        _badOption(16, _curve(BUY - 1), 1);
        _badOption(17, _curve(SELL + 1), 1);
        x = _curve(BUY);
        x.decayUntil = uint40(NOW + 60);
        _badOption(16, x, 2);
        x.decayUntil = uint40(NOW + 121);
        _badOption(16, x, 2);
        x = _noOptions();
        x.decayUntil = 1;
        _badOption(16, x, 2);
        x = _recurring();
        x.parts = 1;
        _badOption(16, x, 3);
        x.parts = 257;
        _badOption(16, x, 3);
        x = _recurring();
        x.every = 59;
        _badOption(16, x, 4);
        x = _noOptions();
        x.every = 60;
        _badOption(16, x, 4);
        x = _noOptions();
        x.start = 1;
        _badOption(16, x, 5);
        x = _recurring();
        x.start = uint40(NOW + 121);
        _badOption(16, x, 5);
        (x.start, x.every) = (uint40(NOW), 119);
        _badOption(16, x, 5);
        x = _noOptions();
        x.feeTo = stranger;
        _badOption(16, x, 6);
        x.feeBps = 201;
        _badOption(16, x, 7);
    }

    function test_a_fee_needs_a_receiver_that_can_have_it() public {
        Options memory x;
        x.feeBps = 1;
        address[3] memory bad = [address(0), address(settlement), address(usdc)];
        for (uint256 i; i < 3; ++i) {
            x.feeTo = bad[i];
            _badOption(16, x, 6);
        }
    }

    function testFuzz_dirty_options_revert(uint8 index, uint96 dirt) public {
        Options memory x = _partial();
        (x.feeTo, x.feeBps) = (stranger, 1);
        bytes memory sig = _userSig(16, _open(), x);
        bytes memory data = abi.encodeCall(settlement.fillWith, (16, _open(), x, sig, _noAward().award, "", SELL, ""));
        uint256 position = 4 + 32 * 12 + 32 * (uint256(index) % 8);
        uint256 word = uint256(uint96(dirt) | 1) << 160;
        assembly {
            let p := add(add(data, 0x20), position)
            mstore(p, or(mload(p), word))
        }
        vm.prank(solver);
        (bool ok,) = address(settlement).call(data);
        vm.assertTrue(!ok, "dirty word accepted");
    }

    /* PARTIAL FILLS */

    function test_partial_fills_add_up_to_the_whole_and_no_more() public {
        SwapOrder memory o = _open();
        Options memory x = _partial();
        bytes32 id = _idOf(16, o, x);
        uint256 before = usdc.balanceOf(user);
        _fillOpen(16, o, x, 600e6);
        _equal(settlement.progress(id), 600e6, "progress");
        _equal(weth.balanceOf(recipient), 1 + 0.24e18, "pro rata");
        _refusedOpen(16, o, x, 400e6 + 1, abi.encodeWithSelector(ISettlement.PartTooBig.selector, 400e6));
        _refusedOpen(16, o, x, LEAST - 1, abi.encodeWithSelector(ISettlement.PartTooSmall.selector, LEAST));
        _refusedOpen(16, o, x, 300e6 + 1, abi.encodeWithSelector(ISettlement.PartTooSmall.selector, LEAST));
        _fillOpen(16, o, x, 300e6);
        _fillOpen(16, o, x, 100e6);
        _equal(before - usdc.balanceOf(user), SELL, "all sold");
        _equal(weth.balanceOf(recipient), 1 + BUY, "all bought");
        _refusedOpen(16, o, x, LEAST, abi.encodeWithSelector(ISettlement.PartTooBig.selector, 0));
        vm.assertTrue(!settlement.isSpent(user, o.nonce), "the nonce is salt");
    }

    function test_partial_fills_of_the_bought_side() public {
        SwapOrder memory o = _open();
        Options memory x;
        x.smallestPart = 0.1e18;
        _fillOpen(17, o, x, 0.1e18 + 1);
        _equal(usdc.balanceOf(solver), 1e15 + 250e6, "rounded down: the user pays no more than its share");
        _equal(weth.balanceOf(recipient), 0.1e18 + 2, "exactly");
        _equal(settlement.progress(_idOf(17, o, x)), 0.1e18 + 1, "progress");
    }

    function test_partial_award_is_for_what_was_taken_before() public {
        SwapOrder memory o = _swap();
        Options memory x = _partial();
        bytes32 id = _idOf(16, o, x);
        Award memory a = _award(id, 200e6, 0.08e18);
        _fillAs(16, o, x, a);
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTaken.selector, 200e6));
        a = _award(id, 800e6, 0.32e18 - 1);
        a.part = 200e6;
        _refusedAs(16, o, x, a, abi.encodeWithSelector(IErrors.LimitNotMet.selector, 0.32e18));
        a.buy += 5;
        _fillAs(16, o, x, a);
        _equal(weth.balanceOf(recipient), 1 + BUY + 4, "as awarded");
        _equal(settlement.progress(id), SELL, "done");
    }

    function test_partial_award_with_other_sizes() public {
        SwapOrder memory o = _swap();
        Options memory x = _partial();
        Award memory a = _award(_idOf(16, o, x), LEAST - 1, BUY);
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTooSmall.selector, LEAST));
        a.sell = SELL + 1;
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTooBig.selector, SELL));
        (a.sell, a.part) = (200e6, 900e6);
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTooBig.selector, 100e6));
        a.part = type(uint128).max;
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.PartTooBig.selector, 0));
    }

    function test_partial_fills_too_small_to_cost_anything_are_refused() public {
        SwapOrder memory o = _open();
        (o.sell, o.buy) = (3, 1000);
        Options memory x;
        x.smallestPart = 1;
        _refusedOpen(17, o, x, 333, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        _fillOpen(17, o, x, 334);
        _equal(usdc.balanceOf(solver), 1e15 + 1, "one: floor of 334 times 3 by 1000");
    }

    /// @dev C7, invariant 7: however an order is cut, each part brings at least its share, and all of them no less than the whole.
    /// @custom:runs 1000
    function testFuzz_parts_never_give_the_user_less(uint128 sell, uint128 buy, uint128 first, bool exactIn) public {
        SwapOrder memory o = _open();
        (o.sell, o.buy) = (uint128(1 + sell % 1e15), uint128(1 + buy % 1e23));
        Options memory x;
        x.smallestPart = 1;
        uint8 kind = exactIn ? 16 : 17;
        uint128 whole = exactIn ? o.sell : o.buy;
        first = uint128(1 + first % whole);
        (uint256 paid, uint256 got) = (usdc.balanceOf(user), weth.balanceOf(recipient));
        _fillPart(kind, o, x, first);
        if (first != whole) _fillPart(kind, o, x, whole - first);
        if (settlement.progress(_idOf(kind, o, x)) != whole) return;
        vm.assertTrue(paid - usdc.balanceOf(user) <= o.sell, "sold too much");
        vm.assertTrue(weth.balanceOf(recipient) - got >= o.buy, "bought too little");
    }

    function _fillPart(uint8 kind, SwapOrder memory o, Options memory x, uint128 size) private {
        bytes memory sig = _userSig(kind, o, x);
        (uint256 paid, uint256 got) = (usdc.balanceOf(user), weth.balanceOf(recipient));
        vm.prank(solver);
        try settlement.fillWith(kind, o, x, sig, _noAward().award, "", size, "") {
            (paid, got) = (paid - usdc.balanceOf(user), weth.balanceOf(recipient) - got);
            vm.assertTrue(got * o.sell >= paid * o.buy, "worse than the limit");
        } catch (bytes memory reason) {
            vm.assertTrue(kind == 17 && bytes4(reason) == IErrors.ZeroAmount.selector, "only a part that costs nothing is refused");
        }
    }

    /* RECURRING */

    function test_recurring_parts_have_their_hours_and_are_filled_once() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        bytes32 id = _idOf(16, o, x);
        vm.warp(NOW - 1);
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(IErrors.NotYet.selector, NOW));
        vm.warp(NOW);
        _fillOpen(16, o, x, 0);
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(ISettlement.PartTaken.selector, 1));
        _refusedOpen(16, o, x, 1, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1 days));
        _refusedOpen(16, o, x, 4, abi.encodeWithSelector(ISettlement.NoSuchPart.selector, 4));
        vm.warp(NOW + 2 days - 1);
        _refusedOpen(16, o, x, 2, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 2 days));
        _refusedOpen(16, o, x, 1, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 1 days + 120));
        vm.warp(NOW + 2 days);
        _fillOpen(16, o, x, 2);
        vm.warp(NOW + 3 days + 120);
        _fillOpen(16, o, x, 3);
        _equal(settlement.progress(id), 13, "bits 0, 2, 3");
        _equal(weth.balanceOf(recipient), 1 + 3 * BUY, "three parts; the missed one is lost");
    }

    function test_recurring_windows_are_each_parts_own() public {
        SwapOrder memory o = _swap();
        Options memory x = _recurring();
        vm.warp(NOW + 1 days + 60);
        _refusedOpen(16, o, x, 1, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 1 days + 60));
        Award memory a = _award(_idOf(16, o, x), SELL, BUY);
        (a.part, a.notBefore, a.fillBy) = (1, uint40(NOW + 1 days), uint40(NOW + 1 days + 36));
        vm.warp(NOW + 1 days + 36);
        a.fillBy += 1;
        _refusedAs(16, o, x, a, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 1 days + 60));
        a.fillBy -= 1;
        _fillAs(16, o, x, a);
        _equal(settlement.progress(_idOf(16, o, x)), 2, "part 1");
    }

    function test_recurring_award_before_its_part_begins() public {
        SwapOrder memory o = _swap();
        Options memory x = _recurring();
        Award memory a = _award(_idOf(16, o, x), SELL, BUY);
        a.part = 1;
        a.fillBy = uint40(NOW + 1 days);
        _refusedAs(16, o, x, a, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1 days));
        a.part = 4;
        _refusedAs(16, o, x, a, abi.encodeWithSelector(ISettlement.NoSuchPart.selector, 4));
        vm.warp(NOW + 1 days + 121);
        (a.part, a.fillBy) = (1, uint40(NOW + 1 days + 130));
        _refusedAs(16, o, x, a, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 1 days + 120));
    }

    function test_recurring_for_256_parts_and_for_ages() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        (x.parts, x.every) = (256, type(uint32).max);
        vm.warp(NOW + 255 * uint256(type(uint32).max) + 120);
        _fillOpen(16, o, x, 255);
        _equal(settlement.progress(_idOf(16, o, x)), 1 << 255, "last bit");
    }

    /* CURVE */

    function test_curve_moves_from_its_start_to_the_signed_limit() public {
        SwapOrder memory o = _swap();
        Options memory x = _curve(2 * BUY);
        // From second 60 to 110: 0.8 falls to 0.4.
        uint256[5] memory at = [uint256(61), 85, 109, 110, 120];
        uint256[5] memory due = [2 * BUY - uint256(BUY) / 50, 0.6e18, BUY + BUY / 50, BUY, BUY];
        for (uint256 i; i < 5; ++i) {
            vm.warp(NOW + at[i]);
            o.nonce = 100 + i;
            uint256 before = weth.balanceOf(recipient);
            _fillOpen(16, o, x, 0);
            _equal(weth.balanceOf(recipient) - before, due[i], "due");
        }
    }

    function test_curve_without_auctioneer_rests_at_its_start_before_the_window_ends() public {
        SwapOrder memory o = _open();
        _fillOpen(16, o, _curve(2 * BUY), 0);
        _equal(weth.balanceOf(recipient), 1 + 2 * BUY, "start");
    }

    function test_curve_of_the_sold_side_rises() public {
        SwapOrder memory o = _open();
        vm.warp(NOW + 85);
        _fillOpen(17, o, _curve(SELL / 2), 0);
        _equal(usdc.balanceOf(solver), 1e15 + SELL * 3 / 4, "half way");
    }

    function test_curve_binds_no_award() public {
        SwapOrder memory o = _swap();
        Options memory x = _curve(2 * BUY);
        _fillAs(16, o, x, _award(_idOf(16, o, x), SELL, BUY));
        _equal(weth.balanceOf(recipient), 1 + BUY, "the signed limit");
    }

    function test_curve_moves_with_the_part() public {
        SwapOrder memory o = _open();
        Options memory x = _recurring();
        (x.decayFrom, x.decayUntil) = (2 * BUY, uint40(NOW + 110));
        vm.warp(NOW + 3 days + 85);
        _fillOpen(16, o, x, 3);
        _equal(weth.balanceOf(recipient), 1 + 0.6e18, "half way through part 3's curve");
    }

    /// @dev C8, invariant 40: monotone, and never outside [limit, start].
    /// @custom:runs 10000
    function testFuzz_curve_is_monotone_and_bounded(uint128 limit, uint128 more, uint40 span, uint40 a, uint40 b) public {
        limit = uint128(1 + limit % 1e30);
        more = uint128(more % 1e30);
        SwapOrder memory o = _open();
        (o.buy, o.exclusiveUntil) = (limit, uint40(NOW));
        o.fillBy = uint40(NOW + 1 + span % 1e9);
        Options memory x;
        (x.decayFrom, x.decayUntil) = (limit + more, o.fillBy);
        (a, b) = a < b ? (a, b) : (b, a);
        uint256 early = _quoted(o, x, NOW + a % (1 + span % 1e9));
        uint256 late = _quoted(o, x, NOW + b % (1 + span % 1e9));
        if (a % (1 + span % 1e9) > b % (1 + span % 1e9)) (early, late) = (late, early);
        vm.assertTrue(late <= early && late >= limit && early <= limit + more, "curve");
    }

    function _quoted(SwapOrder memory o, Options memory x, uint256 time) private returns (uint256 bought) {
        vm.warp(time);
        (,, bought,) = settlement.quote(16, o, x, 0);
    }

    function test_quote_says_what_fillWith_moves() public {
        SwapOrder memory o = _open();
        Options memory x = _partial();
        (x.feeTo, x.feeBps, x.decayFrom, x.decayUntil) = (stranger, 150, 2 * BUY, uint40(NOW + 110));
        vm.warp(NOW + 77);
        (bytes32 id, uint128 sold, uint128 bought, uint128 fee) = settlement.quote(16, o, x, 333e6);
        vm.assertEq(id, _idOf(16, o, x), "id");
        _fillOpen(16, o, x, 333e6);
        _equal(sold, 333e6, "sold");
        _equal(usdc.balanceOf(stranger), fee, "fee");
        _equal(weth.balanceOf(recipient), 1 + uint256(bought), "bought");
    }

    /* FEE */

    function test_fee_comes_out_of_what_is_sold() public {
        SwapOrder memory o = _open();
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 200);
        uint256 before = usdc.balanceOf(user);
        _fillOpen(16, o, x, 0);
        _equal(before - usdc.balanceOf(user), SELL, "no more than signed");
        _equal(usdc.balanceOf(stranger), SELL / 50, "fee");
        _equal(usdc.balanceOf(solver), 1e15 + SELL - SELL / 50, "rest");
    }

    function test_fee_rounds_down_to_nothing() public {
        SwapOrder memory o = _open();
        (o.sell, o.buy) = (49, 1);
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 200);
        _fillOpen(16, o, x, 0);
        _equal(usdc.balanceOf(stranger), 0, "two percent of 49");
        _equal(usdc.balanceOf(solver), 1e15 + 49, "all");
    }

    function test_fee_on_an_awarded_fill() public {
        SwapOrder memory o = _swap();
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 10);
        _fillAs(17, o, x, _award(_idOf(17, o, x), 500e6, BUY));
        _equal(usdc.balanceOf(stranger), 0.5e6, "of the awarded amount");
    }

    /* CONSENT */

    function test_the_users_own_call_needs_no_signature() public {
        SwapOrder memory o = _open();
        (o.user, o.to) = (solver, recipient);
        vm.prank(solver);
        usdc.approve(address(settlement), SELL);
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), "", _noAward().award, "", 0, "");
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
        vm.assertTrue(settlement.isSpent(solver, o.nonce), "spent");
    }

    function test_an_empty_signature_is_no_strangers_consent() public {
        SwapOrder memory o = _open();
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), "", _noAward().award, "", 0, "");
    }

    /// @dev A user that calls with a wrong signature did not say yes by calling.
    function test_a_wrong_signature_of_the_caller_is_refused() public {
        SwapOrder memory o = _open();
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(user);
        settlement.fillWith(0, o, _noOptions(), new bytes(65), _noAward().award, "", 0, "");
    }

    function test_smart_accounts_sign_orders_with_options() public {
        SmartAccount account = new SmartAccount();
        usdc.mint(address(account), SELL);
        account.approve(address(usdc), address(settlement));
        SwapOrder memory o = _open();
        o.user = address(account);
        Options memory x = _partial();
        account.accept(_idOf(16, o, x));
        vm.prank(solver);
        settlement.fillWith(16, o, x, hex"1234", _noAward().award, "", 600e6, "");
        account.accept(keccak256("other"));
        _fails(IErrors.BadSignature.selector, address(account));
        vm.prank(solver);
        settlement.fillWith(16, o, x, hex"1234", _noAward().award, "", 400e6, "");
    }

    function test_7702_account_signs_by_its_key_whatever_its_code_says() public {
        vm.etch(user, abi.encodePacked(hex"ef0100", address(new BrokenAccount())));
        SwapOrder memory o = _open();
        _fillOpen(16, o, _partial(), SELL);
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
    }

    /// @dev A solver that fills an order of Settlement itself would be selling others' credits.
    function test_settlement_is_nobodys_user() public {
        SwapOrder memory o = _open();
        o.user = address(settlement);
        _fails(IErrors.BadSignature.selector, address(settlement));
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), "", _noAward().award, "", 0, "");
    }

    /* NATIVE */

    function _native(address to) private returns (SwapOrder memory o) {
        o = _open();
        (o.buyToken, o.to) = (NATIVE, to);
    }

    function _fillNative(SwapOrder memory o, uint256 value, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.deal(solver, 10 ether);
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fillWith{value: value}(0, o, _noOptions(), sig, _noAward().award, "", 0, "");
    }

    function test_native_buy_is_the_value_that_was_sent() public {
        _fillNative(_native(address(0xCAFE)), BUY, "");
        _equal(address(0xCAFE).balance, BUY, "arrived");
        _equal(address(settlement).balance, 0, "nothing stays");
    }

    function test_native_needs_the_exact_value() public {
        bytes memory reason = abi.encodeWithSelector(IErrors.WrongValue.selector, BUY);
        _fillNative(_native(address(0xCAFE)), BUY - 1, reason);
        _fillNative(_native(address(0xCAFE)), BUY + 1, reason);
        _fillNative(_open(), 1, abi.encodeWithSelector(IErrors.WrongValue.selector, 0));
    }

    function test_native_awarded() public {
        SwapOrder memory o = _native(address(0xCAFE));
        o.auctioneer = auctioneer;
        Award memory a = _award(_idOf(0, o), SELL, BUY + 1);
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        settlement.fillWith{value: BUY + 1}(0, o, _noOptions(), sig, a, auctioneerSig, 0, "");
        _equal(address(0xCAFE).balance, BUY + 1, "arrived");
    }

    function test_native_to_a_refusing_contract_becomes_its_credit() public {
        Refuser refuser = new Refuser();
        vm.expectEmit(address(settlement));
        emit ICredits.Credited(NATIVE, address(refuser), BUY);
        _fillNative(_native(address(refuser)), BUY, "");
        _equal(settlement.credits(NATIVE, address(refuser)), BUY, "credit");

        vm.prank(stranger);
        _fails(IErrors.Only.selector, address(refuser));
        settlement.withdraw(NATIVE, address(refuser), stranger);
        _fails(IErrors.TransferFailed.selector, NATIVE);
        settlement.withdraw(NATIVE, address(refuser), address(refuser));
        refuser.setOpen(true);
        vm.prank(stranger);
        settlement.withdraw(NATIVE, address(refuser), address(refuser));
        _equal(address(refuser).balance, BUY, "withdrawn by a stranger, to its owner");
        vm.expectRevert(abi.encodeWithSelector(ICredits.NoCredit.selector, NATIVE, address(refuser)));
        settlement.withdraw(NATIVE, address(refuser), address(refuser));
    }

    function test_withdraw_to_another_address_by_the_account_only() public {
        Refuser refuser = new Refuser();
        _fillNative(_native(address(refuser)), BUY, "");
        address[2] memory bad = [address(0), address(settlement)];
        for (uint256 i; i < 2; ++i) {
            _fails(IErrors.BadRecipient.selector, bad[i]);
            vm.prank(address(refuser));
            settlement.withdraw(NATIVE, address(refuser), bad[i]);
        }
        vm.prank(address(refuser));
        settlement.withdraw(NATIVE, address(refuser), address(0xF00D));
        _equal(address(0xF00D).balance, BUY, "elsewhere");
    }

    function test_native_with_little_gas_cannot_be_turned_into_a_credit() public {
        SwapOrder memory o = _native(address(0xCAFE));
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.deal(solver, BUY);
        bytes memory data =
            abi.encodeCall(settlement.fillWith, (0, o, _noOptions(), sig, _noAward().award, "", 0, ""));
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(settlement).call{value: BUY, gas: 380_000}(data);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "gas too low");
    }

    /* CALLBACK */

    function test_callback_comes_between_sell_and_buy() public {
        Swapper swapper = new Swapper(settlement);
        weth.mint(address(swapper), BUY);
        SwapOrder memory o = _open();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        swapper.fill(o, sig, abi.encode(address(usdc), address(weth)));
        vm.assertEq(swapper.seenId(), _idOf(0, o), "id");
        _equal(swapper.seenSell(), SELL, "sell was there");
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
    }

    /// @dev D15: neither a fill, nor a withdrawal, nor a void gets in while one runs.
    function test_callback_cannot_reenter() public {
        Swapper swapper = new Swapper(settlement);
        weth.mint(address(swapper), BUY);
        SwapOrder memory other = _open();
        other.nonce = 77;
        bytes memory otherSig = _sign(USER_KEY, _idOf(0, other));
        bytes[4] memory calls;
        calls[0] = abi.encodeCall(settlement.fill, (0, other, otherSig));
        calls[1] = abi.encodeCall(settlement.fillWith, (0, other, _noOptions(), otherSig, _noAward().award, "", 0, ""));
        calls[2] = abi.encodeCall(settlement.fillOrVoid, (0, other, _noOptions(), otherSig, _noAward().award, ""));
        calls[3] = abi.encodeCall(settlement.withdraw, (address(usdc), user, user));
        for (uint256 i; i < 4; ++i) {
            swapper.reenter(calls[i]);
            SwapOrder memory o = _open();
            o.nonce = i;
            bytes memory sig = _sign(USER_KEY, _idOf(0, o));
            weth.mint(address(swapper), BUY);
            swapper.fill(o, sig, abi.encode(address(usdc), address(weth)));
            vm.assertTrue(bytes4(swapper.answer()) == IErrors.Reentered.selector, "locked");
        }
    }

    function test_a_callback_that_reverts_takes_everything_back() public {
        Swapper swapper = new Swapper(settlement);
        SwapOrder memory o = _open();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.expectRevert("sorry");
        swapper.fill(o, sig, hex"00");
        vm.assertTrue(!settlement.isSpent(user, o.nonce), "nonce kept");
        _equal(usdc.balanceOf(address(swapper)), 0, "sell kept");
    }

    function test_a_solver_that_cannot_pay_after_its_callback_keeps_nothing() public {
        Swapper swapper = new Swapper(settlement);
        SwapOrder memory o = _open();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        _fails(IErrors.TransferFailed.selector, address(weth));
        swapper.fill(o, sig, abi.encode(address(usdc), address(weth)));
    }

    /* TOKENS */

    /// @dev The lock holds while a token runs.
    function test_a_hooked_token_cannot_reenter_fillWith() public {
        HookToken hooked = new HookToken();
        hooked.mint(user, SELL);
        _approve(user, hooked, address(settlement));
        SwapOrder memory o = _open();
        o.sellToken = address(hooked);
        SwapOrder memory other = _open();
        other.nonce = 99;
        bytes memory otherSig = _sign(USER_KEY, _idOf(0, other));
        hooked.hook(address(settlement), abi.encodeCall(settlement.fill, (0, other, otherSig)));
        _fillOpen(0, o, _noOptions(), 0);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
    }
}

/// @dev A solver that is a contract, and gets its buy tokens between.
contract Swapper is ITenderCallback {
    ISettlement private immutable SETTLEMENT;
    bytes32 public seenId;
    uint256 public seenSell;
    bytes private inner;
    bytes public answer;

    constructor(ISettlement settlement) {
        SETTLEMENT = settlement;
    }

    function reenter(bytes calldata data) external {
        inner = data;
    }

    function fill(SwapOrder calldata o, bytes calldata sig, bytes calldata data) external {
        Options memory x;
        Award memory none;
        SETTLEMENT.fillWith(0, o, x, sig, none, "", 0, data);
    }

    function tenderFill(bytes32 id, bytes calldata data) external {
        require(msg.sender == address(SETTLEMENT), "who?");
        require(data.length == 64, "sorry");
        (address sold, address bought) = abi.decode(data, (address, address));
        (seenId, seenSell) = (id, PlainToken(sold).balanceOf(address(this)));
        PlainToken(bought).approve(address(SETTLEMENT), type(uint256).max);
        if (inner.length == 0) return;
        (, answer) = address(SETTLEMENT).call(inner);
    }
}
