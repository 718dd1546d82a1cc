// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./FillBase.sol";
import {Refuser, SmartAccount} from "./Accounts.sol";
import {BlocklistToken, BombToken, FalseToken, FeeToken, GasToken, HookToken} from "./Tokens.sol";

/// @dev fillOrVoid: a solver with its own amount in hand ends its exposure in one transaction, whatever the user does.
contract VoidTest is FillBase {
    uint96 private constant STAKE = 100e6;

    SwapOrder internal o;
    Award internal a;
    bytes internal sig;

    function setUp() public override {
        super.setUp();
        _bond(STAKE);
        _prepare(_swap());
    }

    function _prepare(SwapOrder memory order) private {
        o = order;
        a = _award(_idOf(0, o), o.sell, o.buy);
        sig = _userSig(0, o, _noOptions());
    }

    function _try() private returns (bool) {
        return _tryAs(0, o, _noOptions(), sig, a);
    }

    /// @dev Nothing of the solver is left behind, and nobody can slash it for the acceptance that names `sig`.
    function _assertVoided() private {
        uint256 before = weth.balanceOf(solver);
        vm.expectEmit(address(settlement));
        emit ISettles.AwardVoided(a.order, _awardDigest(a), solver, keccak256(sig));
        vm.assertTrue(!_try(), "void");
        vm.assertTrue(settlement.voided(_awardDigest(a), keccak256(sig)), "recorded");
        _equal(weth.balanceOf(solver), before, "buy came back");
        _equal(weth.balanceOf(address(settlement)), 0, "nothing held");
        vm.assertTrue(!settlement.isSpent(user, o.nonce), "nonce kept");
        _assertNoSlash(sig, true);
    }

    function _assertNoSlash(bytes memory authorisation, bool safe) private {
        Reply memory reply = Reply(keccak256(authorisation), true);
        bytes memory data = abi.encodeCall(
            bonds.slashNoShow, (address(settlement), 0, abi.encode(o), a, _signAward(a), reply, _signReply(a, reply))
        );
        uint256 snapshot = vm.snapshotState();
        vm.warp(a.fillBy + 1);
        (bool ok,) = address(bonds).call(data);
        vm.assertTrue(ok != safe, safe ? "slashed" : "not slashable");
        vm.revertToState(snapshot);
    }

    /* FILLING */

    function test_a_funded_user_is_filled() public {
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(a.order, solver, uint256(SELL) << 128 | BUY);
        vm.assertTrue(_try(), "filled");
        _equal(usdc.balanceOf(solver), 1e15 - STAKE + SELL, "sold");
        _equal(weth.balanceOf(recipient), BUY + 1, "bought");
        _equal(usdc.balanceOf(address(settlement)), 0, "nothing held");
        vm.assertTrue(settlement.isSpent(user, o.nonce), "spent");
        vm.assertTrue(!settlement.voided(_awardDigest(a), keccak256(sig)), "not voided");
    }

    function test_options_are_filled_as_in_fillWith() public {
        Options memory x;
        (x.smallestPart, x.feeTo, x.feeBps) = (1, stranger, 100);
        SwapOrder memory order = _swap();
        Award memory award = _award(_idOf(17, order, x), SELL / 2, BUY / 2);
        vm.assertTrue(_tryAs(17, order, x, _userSig(17, order, x), award), "filled");
        _equal(usdc.balanceOf(stranger), SELL / 200, "fee");
        _equal(usdc.balanceOf(solver), 1e15 - STAKE + SELL / 2 - SELL / 200, "rest");
        _equal(settlement.progress(award.order), BUY / 2, "progress");
        // The award is for the beginning of the order: now it can only be voided.
        vm.assertTrue(!_tryAs(17, order, x, _userSig(17, order, x), award), "void");
        _equal(settlement.progress(award.order), BUY / 2, "progress kept");
    }

    function test_recurring_part_is_filled_or_voided() public {
        Options memory x;
        (x.parts, x.every, x.start) = (3, 1 days, uint40(NOW));
        SwapOrder memory order = _swap();
        Award memory award = _award(_idOf(16, order, x), SELL, BUY);
        (award.part, award.fillBy) = (2, uint40(NOW + 2 days + 30));
        vm.warp(NOW + 2 days + 1);
        vm.assertTrue(_tryAs(16, order, x, _userSig(16, order, x), award), "filled");
        _equal(settlement.progress(award.order), 4, "part 2");
        vm.assertTrue(!_tryAs(16, order, x, _userSig(16, order, x), award), "void");
    }

    function test_native_buy() public {
        SwapOrder memory order = _swap();
        (order.buyToken, order.to) = (NATIVE, address(0xCAFE));
        _prepare(order);
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(solver, BUY);
        vm.prank(solver);
        vm.assertTrue(settlement.fillOrVoid{value: BUY}(0, o, _noOptions(), sig, a, auctioneerSig), "filled");
        _equal(address(0xCAFE).balance, BUY, "arrived");
    }

    function test_native_buy_is_credited_to_a_recipient_that_refuses_it() public {
        SwapOrder memory order = _swap();
        (order.buyToken, order.to) = (NATIVE, address(new Refuser()));
        _prepare(order);
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(solver, BUY);
        vm.prank(solver);
        vm.assertTrue(settlement.fillOrVoid{value: BUY}(0, o, _noOptions(), sig, a, auctioneerSig), "filled");
        _equal(settlement.credits(NATIVE, order.to), BUY, "credit");
    }

    function test_native_buy_comes_back_when_voided() public {
        SwapOrder memory order = _swap();
        (order.buyToken, order.to) = (NATIVE, address(0xCAFE));
        _prepare(order);
        usdc.burn(user, 1e15);
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(solver, BUY);
        vm.prank(solver);
        vm.assertTrue(!settlement.fillOrVoid{value: BUY}(0, o, _noOptions(), sig, a, auctioneerSig), "void");
        _equal(solver.balance, BUY, "back");
    }

    /// @dev A solver that cannot take its coin back gets it as a credit.
    function test_native_buy_is_credited_to_a_solver_that_refuses_it() public {
        SwapOrder memory order = _swap();
        (order.buyToken, order.to) = (NATIVE, address(0xCAFE));
        _prepare(order);
        Refuser refuser = new Refuser();
        a.solver = address(refuser);
        usdc.burn(user, 1e15);
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(address(refuser), BUY);
        vm.prank(address(refuser));
        vm.assertTrue(!settlement.fillOrVoid{value: BUY}(0, o, _noOptions(), sig, a, auctioneerSig), "void");
        _equal(settlement.credits(NATIVE, address(refuser)), BUY, "credit");
    }

    /* THE USER'S SIDE FAILS */

    function test_void_without_funds() public {
        usdc.burn(user, 1e15);
        _assertVoided();
    }

    function test_void_without_allowance() public {
        vm.prank(user);
        usdc.approve(address(settlement), 0);
        _assertVoided();
    }

    function test_void_after_an_erc1271_account_changed_its_mind() public {
        SmartAccount account = new SmartAccount();
        usdc.mint(address(account), SELL);
        account.approve(address(usdc), address(settlement));
        SwapOrder memory order = _swap();
        order.user = address(account);
        _prepare(order);
        sig = hex"1234";
        account.accept(a.order);
        account.accept(keccak256("nothing"));
        _assertVoided();
        account.accept(a.order);
        vm.assertTrue(_try(), "a voided award can still be executed in time");
    }

    function test_void_when_the_nonce_is_spent() public {
        vm.prank(user);
        settlement.cancelNonces(0, 1 << 7);
        vm.assertTrue(!_try(), "void");
    }

    function test_void_when_the_user_is_blocklisted() public {
        BlocklistToken token = new BlocklistToken();
        _sells(PlainToken(address(token)));
        token.setBlocked(user, true);
        _assertVoided();
    }

    /// @dev The recipient is the user's choice.
    function test_void_when_the_recipient_is_blocklisted() public {
        BlocklistToken token = new BlocklistToken();
        token.mint(solver, BUY);
        _approve(solver, token, address(settlement));
        SwapOrder memory order = _swap();
        order.buyToken = address(token);
        _prepare(order);
        token.setBlocked(recipient, true);
        vm.assertTrue(!_try(), "void");
        _equal(token.balanceOf(solver), BUY, "back");
    }

    function test_void_when_the_sell_token_takes_a_fee() public {
        _sells(new FeeToken());
        _assertVoided();
    }

    function test_void_when_the_sell_token_says_false() public {
        FalseToken token = new FalseToken();
        _sells(token);
        token.setRefuse(true);
        _assertVoided();
    }

    function test_void_when_the_sell_token_has_no_code() public {
        SwapOrder memory order = _swap();
        order.sellToken = address(0xDEAD);
        _prepare(order);
        _assertVoided();
    }

    /// @dev Native coin cannot be pulled. Bonds slashes nobody for it.
    function test_void_when_native_coin_is_to_be_sold() public {
        SwapOrder memory order = _swap();
        order.sellToken = NATIVE;
        _prepare(order);
        vm.assertTrue(!_try(), "void");
    }

    /// @dev C1: neither a megabyte of return data nor all the gas of the attempt keeps the solver from its void.
    function test_void_when_the_sell_token_is_a_bomb() public {
        BombToken token = new BombToken();
        _sells(token);
        token.arm(true);
        _assertVoided();
    }

    function test_void_when_the_sell_token_burns_all_gas() public {
        GasToken token = new GasToken();
        _sells(token);
        token.burnFrom(true);
        _assertVoided();
    }

    /// @dev A sell token that can be pulled but not pushed must not undo the fill either: the solver is owed it.
    function test_a_sell_token_that_burns_all_gas_on_the_way_out_becomes_a_credit() public {
        GasToken token = new GasToken();
        _sells(token);
        token.burnOut(true);
        vm.assertTrue(_try(), "filled");
        _equal(settlement.credits(address(token), solver), SELL, "credit");
        token.burnOut(false);
        settlement.withdraw(address(token), solver, solver);
        _equal(token.balanceOf(solver), SELL, "withdrawn");
    }

    function test_a_bomb_on_the_way_out_becomes_a_credit_too() public {
        BombToken token = new BombToken();
        _sells(token);
        token.armOut(true);
        vm.assertTrue(_try(), "filled");
        _equal(settlement.credits(address(token), solver), SELL, "credit");
    }

    /// @dev A fee's receiver that the token refuses cannot stop the fill: it has a credit.
    function test_a_blocked_fee_receiver_gets_a_credit() public {
        BlocklistToken token = new BlocklistToken();
        _sells(token);
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 100);
        token.setBlocked(stranger, true);
        Award memory award = _award(_idOf(16, o, x), SELL, BUY);
        vm.assertTrue(_tryAs(16, o, x, _userSig(16, o, x), award), "filled");
        _equal(settlement.credits(address(token), stranger), SELL / 100, "credit");
    }

    function _sells(PlainToken token) private {
        token.mint(user, SELL);
        _approve(user, token, address(settlement));
        SwapOrder memory order = _swap();
        order.sellToken = address(token);
        _prepare(order);
    }

    /* WHAT A VOID IS WORTH */

    /// @dev A solver that hands in another signature than it accepted is not protected: it could make the attempt fail at will.
    function test_a_void_under_another_signature_protects_nobody() public {
        bytes memory accepted = sig;
        sig = new bytes(65);
        vm.assertTrue(!_try(), "void under rubbish");
        vm.assertTrue(settlement.voided(_awardDigest(a), keccak256(sig)), "recorded");
        _assertNoSlash(accepted, false);
        _assertNoSlash(sig, true);
    }

    function test_without_a_void_the_same_award_is_slashed() public {
        _assertNoSlash(sig, false);
    }

    function test_voided_award_can_still_be_filled_and_then_only_once() public {
        usdc.burn(user, 1e15);
        _assertVoided();
        usdc.mint(user, SELL);
        vm.assertTrue(_try(), "filled");
        vm.assertTrue(!_try(), "once");
    }

    /// @dev Toggling funds around each attempt ends with the first attempt (4.3, row 10).
    function testFuzz_the_user_toggles_at_will(uint8 moves) public {
        if (moves & 1 == 1) usdc.burn(user, 1e15);
        if (moves & 2 == 2) {
            vm.prank(user);
            usdc.approve(address(settlement), 0);
        }
        if (moves & 4 == 4) {
            vm.prank(user);
            settlement.cancelNonces(0, 1 << 7);
        }
        uint256 before = weth.balanceOf(solver);
        bool filled = _try();
        vm.assertTrue(filled == (moves & 7 == 0), "filled if it could be");
        _equal(weth.balanceOf(solver), filled ? before - BUY : before, "paid only for a fill");
        usdc.mint(user, 1e15);
        _approve(user, usdc, address(settlement));
        _assertNoSlash(sig, true);
    }

    /* THE SOLVER'S SIDE FAILS */

    function _refuses(bytes memory reason) private {
        bytes memory auctioneerSig = _signAward(a);
        vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fillOrVoid(0, o, _noOptions(), sig, a, auctioneerSig);
    }

    function test_no_void_without_the_solvers_own_funds() public {
        usdc.burn(user, 1e15);
        weth.burn(solver, 1e24);
        _refuses(abi.encodeWithSelector(IErrors.TransferFailed.selector, address(weth)));
    }

    function test_no_void_with_a_buy_token_that_takes_a_fee() public {
        FeeToken token = new FeeToken();
        token.mint(solver, BUY);
        _approve(solver, token, address(settlement));
        SwapOrder memory order = _swap();
        order.buyToken = address(token);
        _prepare(order);
        uint256 arrives = BUY - BUY / 100;
        _refuses(abi.encodeWithSelector(IErrors.ShortDeposit.selector, uint256(BUY), arrives));
    }

    function test_no_void_out_of_hours_or_beyond_the_limits() public {
        a.notBefore = uint40(NOW + 1);
        _refuses(abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1));
        a.notBefore = uint40(NOW);
        a.buy = BUY - 1;
        _refuses(abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY));
        a.buy = BUY;
        a.part = 1;
        _refuses(abi.encodeWithSelector(IErrors.WrongAward.selector, a.order));
        a.part = 0;
        a.order = keccak256("other");
        _refuses(abi.encodeWithSelector(IErrors.WrongAward.selector, a.order));
        a.order = _idOf(0, o);
        a.solver = stranger;
        _refuses(abi.encodeWithSelector(ISettles.NotAwarded.selector, stranger));
        a.solver = solver;
        a.fillBy = uint40(NOW + 37);
        _refuses(abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        a.fillBy = uint40(NOW + 30);
        vm.warp(NOW + 31);
        _refuses(abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30));
    }

    function test_no_void_of_an_award_that_the_auctioneer_did_not_make() public {
        bytes memory forged = _sign(SOLVER_KEY, _awardDigest(a));
        usdc.burn(user, 1e15);
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(solver);
        settlement.fillOrVoid(0, o, _noOptions(), sig, a, forged);
    }

    function test_no_void_with_the_wrong_value() public {
        bytes memory auctioneerSig = _signAward(a);
        vm.deal(solver, 1 ether);
        _fails(IErrors.WrongValue.selector, uint256(0));
        vm.prank(solver);
        settlement.fillOrVoid{value: 1}(0, o, _noOptions(), sig, a, auctioneerSig);
        SwapOrder memory order = _swap();
        (order.buyToken, order.to) = (NATIVE, address(0xCAFE));
        _prepare(order);
        auctioneerSig = _signAward(a);
        _fails(IErrors.WrongValue.selector, uint256(BUY));
        vm.prank(solver);
        settlement.fillOrVoid{value: BUY - 1}(0, o, _noOptions(), sig, a, auctioneerSig);
    }

    /// @dev B10: whatever gas the solver gives, it cannot make a good user's side fail.
    function testFuzz_no_void_by_starving_the_attempt(uint256 gas) public {
        gas = 100_000 + gas % 2_400_000;
        bytes memory data = abi.encodeCall(settlement.fillOrVoid, (0, o, _noOptions(), sig, a, _signAward(a)));
        vm.prank(solver);
        (bool ok, bytes memory result) = address(settlement).call{gas: gas}(data);
        if (ok) vm.assertTrue(abi.decode(result, (bool)), "voided for want of gas");
        vm.assertTrue(!settlement.voided(_awardDigest(a), keccak256(sig)), "voided");
    }

    function test_too_little_gas_is_said() public {
        bytes memory data = abi.encodeCall(settlement.fillOrVoid, (0, o, _noOptions(), sig, a, _signAward(a)));
        vm.prank(solver);
        (bool ok, bytes memory result) = address(settlement).call{gas: 1_600_000}(data);
        uint256 least = uint256(900_000) * 64 / 63 + 2 * (uint256(300_000) * 64 / 63 + 35_000) + 60_000;
        vm.assertTrue(!ok && keccak256(result) == keccak256(abi.encodeWithSelector(IErrors.GasTooLow.selector, least)), "gas too low");
    }

    function test_only_the_contract_itself_attempts() public {
        // attempt(Take, SwapOrder, bytes) of anyone else: nine words, eleven, an empty signature.
        bytes4 selector = bytes4(
            keccak256(
                "attempt((uint8,uint8,bytes32,bytes32,uint128,uint128,uint128,uint128,uint128),(bytes32,address,address,uint128,address,uint128,address,address,uint40,uint40,uint256),bytes)"
            )
        );
        bytes memory data = bytes.concat(selector, new bytes(20 * 32), bytes32(uint256(21 * 32)), bytes32(0));
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(settlement).call(data);
        vm.assertTrue(!ok, "attempted");
        vm.assertEq(keccak256(reason), keccak256(abi.encodeWithSelector(IErrors.Only.selector, address(settlement))), "Only");
    }

    /* REENTRY */

    /// @dev A token of either side that calls back finds everything locked, and changes no one's fate.
    function test_hooks_find_everything_locked() public {
        HookToken token = new HookToken();
        _sells(token);
        SwapOrder memory other = _open();
        other.nonce = 99;
        bytes memory otherSig = _userSig(0, other, _noOptions());
        bytes[3] memory calls;
        calls[0] = abi.encodeCall(settlement.fill, (0, other, otherSig));
        calls[1] = abi.encodeCall(settlement.fillWith, (0, other, _noOptions(), otherSig, _noAward().award, "", 0, ""));
        calls[2] = abi.encodeCall(settlement.withdraw, (address(usdc), user, user));
        for (uint256 i; i < 3; ++i) {
            uint256 snapshot = vm.snapshotState();
            token.hook(address(settlement), calls[i]);
            vm.assertTrue(_try(), "filled");
            vm.assertTrue(!token.reached() && bytes4(token.answer()) == IErrors.Reentered.selector, "locked");
            vm.revertToState(snapshot);
        }
    }

    /// @dev The user cancels from inside its own token: the order is taken already, nothing changes.
    function test_cancelling_from_inside_the_attempt_is_too_late() public {
        HookToken token = new HookToken();
        _sells(token);
        token.hook(address(settlement), abi.encodeCall(settlement.cancel, (0, o, _noOptions())));
        vm.assertTrue(_try(), "filled");
        vm.assertTrue(!token.reached(), "refused");
        _equal(token.balanceOf(solver), SELL, "sold");
    }

    /// @dev Others' credits lie in the contract: an attempt that brings less than it says cannot be paid out of them.
    function test_credits_of_others_are_not_spent() public {
        FeeToken token = new FeeToken();
        token.mint(address(settlement), 1e12);
        _sells(token);
        uint256 before = token.balanceOf(address(settlement));
        vm.assertTrue(!_try(), "void");
        _equal(token.balanceOf(address(settlement)), before, "untouched");
    }
}
