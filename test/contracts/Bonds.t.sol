// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {SmartAccount} from "./Accounts.sol";
import {BlocklistToken, FeeToken, HookToken} from "./Tokens.sol";

/// @dev Deposits, exits, locks, and the slash of an accepted award that was not honoured.
contract BondsTest is Base {
    /// @dev All that a slash takes; tests change one thing.
    struct Case {
        SwapOrder o;
        bytes userSig;
        Award a;
        bytes auctioneerSig;
        Reply r;
        bytes replySig;
    }

    function _case() private returns (Case memory s) {
        return _caseOf(_swap());
    }

    function _caseOf(SwapOrder memory o) private returns (Case memory s) {
        s.o = o;
        s.userSig = _sign(USER_KEY, _idOf(0, o));
        s.a = _award(_idOf(0, o), SELL, BUY);
        _resign(s);
    }

    function _resign(Case memory s) private {
        s.auctioneerSig = _signAward(s.a);
        s.r = Reply(keccak256(s.userSig), true);
        s.replySig = _signReply(s.a, s.r);
    }

    function _slash(address caller, Case memory s) private {
        vm.prank(caller);
        bonds.slashFill(0, s.o, s.userSig, s.a, s.auctioneerSig, s.r, s.replySig);
    }

    function _refuses(Case memory s, bytes memory reason) private {
        vm.expectRevert(reason);
        bonds.slashFill(0, s.o, s.userSig, s.a, s.auctioneerSig, s.r, s.replySig);
    }

    /// @dev The award of `_case` is over, nobody filled, the solver has a bond.
    function _missed() private {
        _bond(100e6);
        vm.warp(NOW + 31);
    }

    /* HOLDERS */

    function test_deposit_for_anyone_counts_what_arrived() public {
        vm.expectEmit(address(bonds));
        emit IBonds.Deposited(stranger, auctioneer, 5e6);
        vm.prank(solver);
        bonds.deposit(stranger, auctioneer, 5e6);
        (uint96 balance, uint96 locked) = bonds.accounts(stranger, auctioneer);
        _equal(balance, 5e6, "balance");
        _equal(locked, 0, "locked");
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        bonds.deposit(stranger, auctioneer, 0);
        _fails(IErrors.TransferFailed.selector, address(usdc));
        vm.prank(stranger);
        bonds.deposit(stranger, auctioneer, 1);
    }

    function test_deposit_of_a_taxed_or_reentrant_token() public {
        FeeToken taxed = new FeeToken();
        IBonds other = IBonds(vm.deployCode("Bonds.sol:Bonds", abi.encode(address(settlement), address(escrow), taxed, DELAY)));
        taxed.mint(address(this), 1000);
        taxed.approve(address(other), 1000);
        other.deposit(address(this), auctioneer, 1000);
        (uint96 balance,) = other.accounts(address(this), auctioneer);
        _equal(balance, 990, "what arrived");

        HookToken hooked = new HookToken();
        other = IBonds(vm.deployCode("Bonds.sol:Bonds", abi.encode(address(settlement), address(escrow), hooked, DELAY)));
        hooked.mint(address(this), 1000);
        hooked.approve(address(other), 1000);
        hooked.hook(address(other), abi.encodeCall(other.deposit, (address(this), auctioneer, 1)));
        other.deposit(address(this), auctioneer, 1000);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
    }

    function test_exit_after_the_delay() public {
        _bond(100e6);
        vm.expectEmit(address(bonds));
        emit IBonds.ExitRequested(solver, auctioneer, 40e6, NOW + DELAY);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 40e6);
        (uint96 balance,) = bonds.accounts(solver, auctioneer);
        _equal(balance, 60e6, "backs nothing new");
        vm.warp(NOW + DELAY);
        _fails(IErrors.NotYet.selector, NOW + DELAY);
        vm.prank(solver);
        bonds.exit(auctioneer);
        vm.warp(NOW + DELAY + 1);
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(bonds));
        emit IBonds.Exited(solver, auctioneer, 40e6);
        vm.prank(solver);
        bonds.exit(auctioneer);
        _equal(usdc.balanceOf(solver) - before, 40e6, "paid");
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        bonds.exit(auctioneer);
    }

    function test_second_request_adds_and_restarts_the_delay() public {
        _bond(100e6);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 40e6);
        vm.warp(NOW + DELAY + 1);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 10e6);
        (uint96 amount, uint40 exitAt) = bonds.exits(solver, auctioneer);
        _equal(amount, 50e6, "sum");
        _equal(exitAt, NOW + 2 * DELAY + 1, "anew");
        _fails(IErrors.NotYet.selector, exitAt);
        vm.prank(solver);
        bonds.exit(auctioneer);
    }

    function test_requestExit_only_of_free_bond() public {
        _bond(100e6);
        vm.prank(address(escrow));
        bonds.lock(solver, auctioneer, 70e6);
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 0);
        _fails(IBonds.BondTooSmall.selector, 30e6);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 30e6 + 1);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 30e6);
        _fails(IBonds.BondTooSmall.selector, uint256(0));
        vm.prank(address(escrow));
        bonds.lock(solver, auctioneer, 1);
    }

    function test_a_blocklisted_holder_keeps_its_exit() public {
        BlocklistToken listed = new BlocklistToken();
        IBonds other = IBonds(vm.deployCode("Bonds.sol:Bonds", abi.encode(address(settlement), address(escrow), listed, DELAY)));
        listed.mint(solver, 1000);
        _approve(solver, listed, address(other));
        vm.startPrank(solver);
        other.deposit(solver, auctioneer, 1000);
        other.requestExit(auctioneer, 1000);
        vm.stopPrank();
        vm.warp(NOW + DELAY + 1);
        listed.setBlocked(solver, true);
        _fails(IErrors.TransferFailed.selector, address(listed));
        vm.prank(solver);
        other.exit(auctioneer);
        listed.setBlocked(solver, false);
        vm.prank(solver);
        other.exit(auctioneer);
        _equal(listed.balanceOf(solver), 1000, "paid later");
    }

    function test_settlement_only() public {
        _bond(100e6);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.lock(solver, auctioneer, 1);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.release(solver, auctioneer, 1);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.slash(solver, auctioneer, 1, 1, user);
    }

    function test_settlement_knows_its_own_bonds_only() public {
        _fails(IErrors.Only.selector, address(bonds));
        vm.deployCode("Settlement.sol:Settlement", abi.encode(bonds));
    }

    function test_slash_pays_a_blocklisted_user_by_credit() public {
        BlocklistToken listed = new BlocklistToken();
        IBonds other = IBonds(vm.deployCode("Bonds.sol:Bonds", abi.encode(address(settlement), address(this), listed, DELAY)));
        listed.mint(solver, 1000);
        _approve(solver, listed, address(other));
        vm.prank(solver);
        other.deposit(solver, auctioneer, 1000);
        other.lock(solver, auctioneer, 600);
        listed.setBlocked(user, true);
        other.slash(solver, auctioneer, 600, 500, user);
        _equal(other.credits(address(listed), user), 500, "credit");
        (uint96 balance, uint96 locked) = other.accounts(solver, auctioneer);
        _equal(balance, 500, "balance");
        _equal(locked, 0, "locked");
    }

    /* NO-SHOW */

    function test_slash_by_a_stranger_pays_the_user_and_a_twentieth_to_the_caller() public {
        _missed();
        Case memory s = _case();
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(bonds));
        emit IBonds.NoShow(_idOf(0, s.o), _awardDigest(s.a), solver, 47.5e6, 2.5e6);
        _slash(stranger, s);
        _equal(usdc.balanceOf(user) - before, 47.5e6, "user");
        _equal(usdc.balanceOf(stranger), 2.5e6, "caller");
        (uint96 balance,) = bonds.accounts(solver, auctioneer);
        _equal(balance, 50e6, "bond");
    }

    function test_slash_by_the_user_pays_all_to_the_user() public {
        _missed();
        uint256 before = usdc.balanceOf(user);
        _slash(user, _case());
        _equal(usdc.balanceOf(user) - before, 50e6, "user");
    }

    /// @dev E7: once per award.
    function test_slash_once() public {
        _missed();
        Case memory s = _case();
        _slash(user, s);
        _refuses(s, abi.encodeWithSelector(IBonds.AlreadySlashed.selector, _awardDigest(s.a)));
    }

    function test_slash_takes_what_is_free_then_what_is_leaving_never_what_is_locked() public {
        _bond(60e6);
        vm.prank(address(escrow));
        bonds.lock(solver, auctioneer, 30e6);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 15e6);
        vm.warp(NOW + 31);
        uint256 before = usdc.balanceOf(user);
        _slash(user, _case());
        _equal(usdc.balanceOf(user) - before, 30e6, "15 free + 15 leaving");
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(balance, 30e6, "locked part stays");
        _equal(locked, 30e6, "locked");
        (uint96 leaving,) = bonds.exits(solver, auctioneer);
        _equal(leaving, 0, "leaving");
    }

    /// @dev E6: an exit that could already be paid is still slashable.
    function test_leaving_bond_is_slashable_until_paid() public {
        _bond(50e6);
        vm.prank(solver);
        bonds.requestExit(auctioneer, 50e6);
        vm.warp(NOW + 31);
        _slash(user, _case());
        vm.warp(NOW + DELAY + 1);
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        bonds.exit(auctioneer);
    }

    function test_slash_of_an_empty_bond_is_refused_and_can_be_repeated() public {
        vm.warp(NOW + 31);
        Case memory s = _case();
        _refuses(s, abi.encodeWithSelector(IBonds.BondTooSmall.selector, 0));
        _bond(1e6);
        _slash(user, s);
    }

    function test_slash_only_after_the_award_is_over() public {
        _missed();
        vm.warp(NOW + 30);
        _refuses(_case(), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 30));
    }

    function test_no_slash_after_fill_or_cancel() public {
        _bond(100e6);
        Case memory s = _case();
        uint256 snapshot = vm.snapshotState();
        vm.prank(solver);
        settlement.fillAwarded(0, s.o, s.userSig, s.a, s.auctioneerSig);
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, _idOf(0, s.o)));
        vm.revertToState(snapshot);
        vm.prank(user);
        settlement.cancelFill(0, s.o);
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, _idOf(0, s.o)));
    }

    /// @dev Inv. 27: a promise binds only who gave it.
    function test_no_slash_without_acceptance() public {
        _missed();
        Case memory s = _case();
        s.r.accepted = false;
        s.replySig = _signReply(s.a, s.r);
        _refuses(s, abi.encodeWithSelector(IBonds.NotAccepted.selector));
        s.r.accepted = true;
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
    }

    function test_no_slash_for_another_authorisation() public {
        _missed();
        Case memory s = _case();
        s.r.authorisation = keccak256("another signature");
        s.replySig = _signReply(s.a, s.r);
        _refuses(s, abi.encodeWithSelector(IBonds.WrongAuthorisation.selector, s.r.authorisation));
        s = _case();
        s.userSig = _sign(SOLVER_KEY, _idOf(0, s.o));
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, user));
    }

    function test_no_slash_while_the_user_is_not_funded() public {
        _missed();
        vm.prank(user);
        usdc.approve(address(settlement), SELL - 1);
        _refuses(_case(), abi.encodeWithSelector(IBonds.UserNotFunded.selector, SELL - 1));
        _approve(user, usdc, address(settlement));
        usdc.burn(user, usdc.balanceOf(user) - 5);
        _refuses(_case(), abi.encodeWithSelector(IBonds.UserNotFunded.selector, 5));
    }

    function test_no_slash_of_awards_that_are_short_late_without_bond_or_not_of_the_auctioneer() public {
        _missed();
        Case memory s = _case();
        s.a.bond = 0;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IBonds.NoBond.selector));
        s = _case();
        s.a.notBefore = uint40(NOW + 21);
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IBonds.AwardTooShort.selector, 10));
        s = _case();
        s.a.fillBy = uint40(NOW + 37);
        _resign(s);
        vm.warp(NOW + 38);
        _refuses(s, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        s = _case();
        s.a.order = keccak256("other");
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, keccak256("other")));
        s = _case();
        s.auctioneerSig = _sign(SOLVER_KEY, _awardDigest(s.a));
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
    }

    function test_no_slash_of_what_could_not_have_been_filled() public {
        _missed();
        SwapOrder memory o = _swap();
        o.fillBy = uint40(NOW + 29);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        o = _swap();
        o.to = address(settlement);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.BadRecipient.selector, address(settlement)));
        o = _swap();
        o.sellToken = NATIVE;
        _refuses(_caseOf(o), abi.encodeWithSelector(IBonds.NativeSell.selector));
        o = _swap();
        o.buy = BUY + 1;
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY + 1));
        o = _swap();
        o.nonce = 1 << 255;
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
    }

    function test_no_slash_while_a_smart_account_disowns_its_signature() public {
        SmartAccount account = new SmartAccount();
        usdc.mint(address(account), SELL);
        account.approve(address(usdc), address(settlement));
        SwapOrder memory o = _swap();
        o.user = address(account);
        _missed();
        Case memory s = _caseOf(o);
        s.userSig = "any bytes";
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, address(account)));
        account.accept(_idOf(0, o));
        _slash(stranger, s);
    }

    function test_slash_needs_gas_for_its_payments() public {
        _missed();
        Case memory s = _case();
        bytes memory data = abi.encodeCall(bonds.slashFill, (0, s.o, s.userSig, s.a, s.auctioneerSig, s.r, s.replySig));
        (bool ok, bytes memory reason) = address(bonds).call{gas: 380_000}(data);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "gas");
    }

    /* ESCROW ORDERS */

    function _slashOpen(TokenOrder memory o, Award memory a, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(2, o));
        Awarded memory x = _awarded(a, sig);
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(user);
        bonds.slashOpen(2, o, sig, a, x.auctioneerSig, x.reply, x.replySig);
    }

    function test_slashOpen_of_an_order_that_was_never_opened() public {
        _missed();
        TokenOrder memory o = _token();
        uint256 before = usdc.balanceOf(user);
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), "");
        _equal(usdc.balanceOf(user) - before, 50e6, "user");
    }

    function test_slashOpen_not_after_open_or_cancel() public {
        _bond(100e6);
        TokenOrder memory o = _token();
        bytes memory sig = _sign(USER_KEY, _idOf(2, o));
        Award memory a = _award(_idOf(2, o), SELL, BUY);
        Awarded memory x = _awarded(a, sig);
        uint256 snapshot = vm.snapshotState();
        vm.prank(solver);
        escrow.openFor(2, o, sig, x);
        vm.warp(NOW + 31);
        _slashOpen(o, a, abi.encodeWithSelector(IBonds.NotMissed.selector, _idOf(2, o)));
        vm.revertToState(snapshot);
        vm.prank(user);
        escrow.cancelOpen(2, o);
        vm.warp(NOW + 31);
        _slashOpen(o, a, abi.encodeWithSelector(IBonds.NotMissed.selector, _idOf(2, o)));
    }

    function test_slashOpen_not_of_what_could_not_have_been_opened() public {
        _missed();
        TokenOrder memory o = _token();
        o.sellToken = NATIVE;
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), abi.encodeWithSelector(IBonds.NativeSell.selector));
        o = _token();
        o.closeAfter = o.deliverBy + GAP - 1;
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), abi.encodeWithSelector(IErrors.GapTooShort.selector, GAP));
        o = _token();
        o.closeAfter = uint40(NOW + 7 days + 1);
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), abi.encodeWithSelector(IErrors.DealTooLong.selector, NOW + 7 days));
        o = _token();
        o.deliverBy = uint40(NOW + 29);
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        o = _token();
        o.openBy = uint40(NOW + 28);
        _slashOpen(o, _award(_idOf(2, o), SELL, BUY), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 28));
    }

    function test_slashLease_and_slashJob() public {
        _missed();
        LeaseOrder memory l = _lease();
        bytes memory sig = _sign(USER_KEY, _idOf(l));
        Awarded memory x = _awarded(_award(_idOf(l), 2e6, 7200), sig);
        uint256 before = usdc.balanceOf(user);
        vm.prank(user);
        bonds.slashLease(l, sig, x.award, x.auctioneerSig, x.reply, x.replySig);
        _equal(usdc.balanceOf(user) - before, 50e6, "lease");

        JobOrder memory j = _job();
        sig = _sign(USER_KEY, _idOf(j));
        x = _awarded(_award(_idOf(j), 1e6, 40e9), sig);
        vm.prank(user);
        bonds.slashJob(j, sig, x.award, x.auctioneerSig, x.reply, x.replySig);
        _equal(usdc.balanceOf(user) - before, 100e6, "job");
    }

    function test_slashLease_and_slashJob_not_of_what_could_not_have_been_opened() public {
        _missed();
        LeaseOrder memory l = _lease();
        l.windowSeconds = 1;
        _failsLease(l, 2e6, abi.encodeWithSelector(IErrors.WindowTooShort.selector, 600));
        l = _lease();
        l.startBy = uint40(NOW + 29);
        _failsLease(l, 2e6, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        l = _lease();
        _failsLease(l, 2e6 + 1, abi.encodeWithSelector(IErrors.LimitNotMet.selector, 2e6));
        l.totalAtMost = 4e6 - 1;
        _failsLease(l, 2e6, abi.encodeWithSelector(IErrors.TotalTooHigh.selector, 4e6));
        JobOrder memory j = _job();
        j.closeAfter = j.resultBy;
        _failsJob(j, abi.encodeWithSelector(IErrors.GapTooShort.selector, 120));
        j = _job();
        j.resultBy = uint40(NOW + 29);
        _failsJob(j, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
    }

    function _failsLease(LeaseOrder memory l, uint128 perHour, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(l));
        Awarded memory x = _awarded(_award(_idOf(l), perHour, 7200), sig);
        vm.expectRevert(reason);
        bonds.slashLease(l, sig, x.award, x.auctioneerSig, x.reply, x.replySig);
    }

    function _failsJob(JobOrder memory j, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(j));
        Awarded memory x = _awarded(_award(_idOf(j), 1e6, 40e9), sig);
        vm.expectRevert(reason);
        bonds.slashJob(j, sig, x.award, x.auctioneerSig, x.reply, x.replySig);
    }
}
