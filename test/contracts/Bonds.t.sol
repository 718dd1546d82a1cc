// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Deployer} from "./Deployer.sol";
import {BlocklistToken, FeeToken, HookToken, ModelToken} from "./Tokens.sol";

/// @dev Whoever receives finds one unit more.
contract GenerousToken is ModelToken {
    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount);
        balanceOf[to] += 1;
    }
}

/// @dev Deposits, exits, locks, and the slash of an accepted award that was not honoured.
contract BondsTest is Base {
    /// @dev All that a slash takes; tests change one thing.
    struct Case {
        address settler;
        uint8 kind;
        bytes order;
        Award a;
        bytes auctioneerSig;
        Reply r;
        bytes replySig;
    }

    bytes32 private constant AUTHORISATION = keccak256("the user's signature bytes");

    function _case() private returns (Case memory) {
        return _caseOf(_swap());
    }

    function _caseOf(SwapOrder memory o) private returns (Case memory s) {
        (s.settler, s.kind, s.order) = (address(settlement), FILL_IN, abi.encode(o));
        s.a = _award(_idOf(FILL_IN, o), SELL, BUY);
        _resign(s);
    }

    function _caseOf(TokenOrder memory o) private returns (Case memory s) {
        (s.settler, s.kind, s.order) = (address(escrow), OPEN_IN, abi.encode(o));
        s.a = _award(_idOf(OPEN_IN, o), SELL, BUY);
        _resign(s);
    }

    function _caseOf(LeaseOrder memory o) private returns (Case memory s) {
        (s.settler, s.kind, s.order) = (address(escrow), LEASE, abi.encode(o));
        s.a = _award(_idOf(o), o.perHourAtMost, o.secondsAtMost);
        _resign(s);
    }

    function _caseOf(JobOrder memory o) private returns (Case memory s) {
        (s.settler, s.kind, s.order) = (address(escrow), JOB, abi.encode(o));
        s.a = _award(_idOf(o), o.perBillionFuelAtMost, o.fuelAtMost);
        _resign(s);
    }

    function _resign(Case memory s) private {
        s.auctioneerSig = _signAward(s.a);
        s.r = Reply(AUTHORISATION, true);
        s.replySig = _signReply(s.a, s.r);
    }

    function _data(Case memory s) private view returns (bytes memory) {
        return abi.encodeCall(bonds.slashNoShow, (s.settler, s.kind, s.order, s.a, s.auctioneerSig, s.r, s.replySig));
    }

    function _slash(address caller, Case memory s) private {
        vm.prank(caller);
        bonds.slashNoShow(s.settler, s.kind, s.order, s.a, s.auctioneerSig, s.r, s.replySig);
    }

    function _refuses(Case memory s, bytes memory reason) private {
        vm.expectRevert(reason);
        bonds.slashNoShow(s.settler, s.kind, s.order, s.a, s.auctioneerSig, s.r, s.replySig);
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
        IBonds other = _newBonds(address(settlement), address(escrow), address(fairness), address(taxed));
        taxed.mint(address(this), 1000);
        taxed.approve(address(other), 1000);
        other.deposit(address(this), auctioneer, 1000);
        (uint96 balance,) = other.accounts(address(this), auctioneer);
        _equal(balance, 990, "what arrived");

        HookToken hooked = new HookToken();
        other = _newBonds(address(settlement), address(escrow), address(fairness), address(hooked));
        hooked.mint(address(this), 1000);
        hooked.approve(address(other), 1000);
        hooked.hook(address(other), abi.encodeCall(other.deposit, (address(this), auctioneer, 1)));
        other.deposit(address(this), auctioneer, 1000);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
    }

    /// @dev What comes on top belongs to nobody: it must not become somebody's bond.
    function test_deposit_counts_no_more_than_was_asked_for() public {
        GenerousToken generous = new GenerousToken();
        IBonds other = _newBonds(address(settlement), address(escrow), address(fairness), address(generous));
        generous.mint(address(this), 1000);
        generous.approve(address(other), 1000);
        other.deposit(solver, auctioneer, 1000);
        (uint96 balance,) = other.accounts(solver, auctioneer);
        _equal(generous.balanceOf(address(other)), 1001, "arrived");
        _equal(balance, 1000, "counted");
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
        IBonds other = _newBonds(address(settlement), address(escrow), address(fairness), address(listed));
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

    function test_escrow_and_fairness_only() public {
        _bond(100e6);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.lock(solver, auctioneer, 1);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.release(solver, auctioneer, 1);
        _fails(IErrors.Only.selector, address(escrow));
        bonds.slash(solver, auctioneer, 1, 1, user);
        _fails(IErrors.Only.selector, address(fairness));
        bonds.slashAuctioneer(auctioneer, 1, user, stranger);
        _fails(IErrors.Only.selector, address(fairness));
        vm.prank(address(escrow));
        bonds.slashAuctioneer(auctioneer, 1, user, stranger);
    }

    function test_each_contract_knows_its_own_bonds_only() public {
        Deployer deployer = new Deployer();
        string[3] memory names = ["Settlement.sol:Settlement", "Escrow.sol:Escrow", "Fairness.sol:Fairness"];
        for (uint256 i; i < 3; ++i) {
            _fails(IErrors.Only.selector, address(bonds));
            deployer.deploy(names[i], abi.encode(bonds));
        }
    }

    function test_slash_pays_a_blocklisted_user_by_credit() public {
        BlocklistToken listed = new BlocklistToken();
        IBonds other = _newBonds(address(settlement), address(this), address(fairness), address(listed));
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

    function test_a_deployment_cannot_be_hasty() public {
        Deployer deployer = new Deployer();
        uint40[3][4] memory times = [[uint40(8 days), 10, 24], [uint40(8 days - 1), 10, 24], [uint40(8 days), 9, 24], [uint40(8 days), 10, 23]];
        uint256[4] memory least = [uint256(0), 8 days, 10, 24];
        for (uint256 i; i < 4; ++i) {
            (uint40 delay, uint40 awardMin, uint40 missGrace) = (times[i][0], times[i][1], times[i][2]);
            if (i != 0) _fails(IBonds.TooShort.selector, least[i]);
            deployer.deploy("Bonds.sol:Bonds", abi.encode(settlement, escrow, fairness, usdc, delay, awardMin, missGrace));
        }
        IBonds other = IBonds(deployer.deploy("Bonds.sol:Bonds", abi.encode(settlement, escrow, fairness, usdc, 9 days, 30, 40)));
        vm.assertTrue(other.delay() == 9 days && other.awardMin() == 30 && other.missGrace() == 40, "as given");
    }

    /* LOCKS AND PENALTIES OF DEALS */

    function test_lock_and_release() public {
        _bond(100e6);
        vm.startPrank(address(escrow));
        bonds.lock(solver, auctioneer, 60e6);
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(balance, 100e6, "balance");
        _equal(locked, 60e6, "locked");
        _fails(IBonds.BondTooSmall.selector, 40e6);
        bonds.lock(solver, auctioneer, 40e6 + 1);
        bonds.release(solver, auctioneer, 60e6);
        (, locked) = bonds.accounts(solver, auctioneer);
        _equal(locked, 0, "released");
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        bonds.release(solver, auctioneer, 1);
    }

    /// @dev §0.2.19: a penalty is what is there: free, then leaving, never what another deal locked; lack of money stops no deal.
    function test_a_penalty_is_what_is_there_and_touches_no_other_lock() public {
        _bond(100e6);
        vm.startPrank(address(escrow));
        bonds.lock(solver, auctioneer, 40e6);
        bonds.lock(solver, auctioneer, 30e6);
        vm.stopPrank();
        vm.prank(solver);
        bonds.requestExit(auctioneer, 20e6);
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(bonds));
        emit IBonds.Penalised(solver, auctioneer, user, 70e6);
        vm.prank(address(escrow));
        bonds.slash(solver, auctioneer, 40e6, 500e6, user);
        _equal(usdc.balanceOf(user) - before, 70e6, "40 freed + 10 free + 20 leaving");
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(balance, 30e6, "the other deal's");
        _equal(locked, 30e6, "stays locked");
        (uint96 leaving,) = bonds.exits(solver, auctioneer);
        _equal(leaving, 0, "leaving");

        vm.prank(address(escrow));
        bonds.slash(solver, auctioneer, 0, 500e6, user);
        _equal(usdc.balanceOf(user) - before, 70e6, "nothing there, nothing reverts");
    }

    function test_a_penalty_below_the_lock_frees_the_rest() public {
        _bond(100e6);
        vm.startPrank(address(escrow));
        bonds.lock(solver, auctioneer, 100e6);
        bonds.slash(solver, auctioneer, 100e6, 1, user);
        vm.stopPrank();
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(balance, 100e6 - 1, "balance");
        _equal(locked, 0, "locked");
    }

    /// @custom:runs 1000
    function testFuzz_penalties_never_exceed_deposits_nor_touch_locks(uint96 in_, uint96 lockA, uint96 lockB, uint96 out, uint96 penalty) public {
        in_ = 1 + in_ % 1e15;
        lockA %= in_ + 1;
        lockB %= in_ - lockA + 1;
        out %= in_ - lockA - lockB + 1;
        usdc.mint(solver, in_);
        _bond(in_);
        vm.startPrank(address(escrow));
        bonds.lock(solver, auctioneer, lockA);
        bonds.lock(solver, auctioneer, lockB);
        vm.stopPrank();
        vm.prank(solver);
        if (out != 0) bonds.requestExit(auctioneer, out);
        uint256 before = usdc.balanceOf(user);
        vm.prank(address(escrow));
        bonds.slash(solver, auctioneer, lockA, penalty, user);
        uint256 there = in_ - lockB;
        uint256 paid = usdc.balanceOf(user) - before;
        _equal(paid, penalty < there ? penalty : there, "the lesser of penalty and what is there");
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        (uint96 leaving,) = bonds.exits(solver, auctioneer);
        _equal(locked, lockB, "the other lock");
        vm.assertLe(locked, balance, "locked <= balance");
        _equal(paid + balance + leaving, in_, "to the unit");
    }

    /* NO-SHOW */

    function test_slash_by_a_stranger_pays_the_user_and_a_twentieth_to_the_caller() public {
        _missed();
        Case memory s = _case();
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(bonds));
        emit IBonds.NoShow(s.a.order, _awardDigest(s.a), solver, 47.5e6, 2.5e6);
        _slash(stranger, s);
        _equal(usdc.balanceOf(user) - before, 47.5e6, "user");
        _equal(usdc.balanceOf(stranger), 2.5e6, "caller");
        (uint96 balance,) = bonds.accounts(solver, auctioneer);
        _equal(balance, 50e6, "bond");
        vm.assertTrue(bonds.slashed(_awardDigest(s.a)), "marked");
    }

    function test_slash_by_the_user_pays_all_to_the_user() public {
        _missed();
        Case memory s = _case();
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(bonds));
        emit IBonds.NoShow(s.a.order, _awardDigest(s.a), solver, 50e6, 0);
        _slash(user, s);
        _equal(usdc.balanceOf(user) - before, 50e6, "user");
    }

    /// @custom:runs 1000
    function testFuzz_the_callers_share_is_rounded_down(uint96 bond, uint96 there) public {
        bond = 1 + bond % 1e15;
        there = 1 + there % 1e15;
        usdc.mint(solver, there);
        _bond(there);
        vm.warp(NOW + 31);
        Case memory s = _case();
        s.a.bond = bond;
        _resign(s);
        uint256 before = usdc.balanceOf(user);
        _slash(stranger, s);
        uint256 taken = bond < there ? bond : there;
        _equal(usdc.balanceOf(stranger), taken * 5 / 100, "caller");
        _equal(usdc.balanceOf(user) - before, taken - taken * 5 / 100, "user");
        (uint96 left,) = bonds.accounts(solver, auctioneer);
        _equal(left, there - taken, "left");
    }

    function test_slash_of_every_kind() public {
        _missed();
        Case[4] memory all = [_case(), _caseOf(_token()), _caseOf(_lease()), _caseOf(_job())];
        for (uint256 i; i < 4; ++i) {
            _bond(50e6);
            uint256 before = usdc.balanceOf(user);
            _slash(user, all[i]);
            _equal(usdc.balanceOf(user) - before, 50e6, "user");
        }
        SwapOrder memory o = _swap();
        o.nonce = 77;
        Case memory s = _caseOf(o);
        (s.kind, s.a.order) = (FILL_OUT, _idOf(FILL_OUT, o));
        _resign(s);
        _slash(user, s);
        TokenOrder memory t = _token();
        t.nonce = 77;
        s = _caseOf(t);
        (s.kind, s.a.order) = (OPEN_OUT, _idOf(OPEN_OUT, t));
        _resign(s);
        _slash(user, s);
    }

    /// @dev The first award of an order has `notBefore` 0: deals are measured from its cut.
    function test_slash_of_a_first_award_without_notBefore() public {
        _missed();
        Case[4] memory all = [_case(), _caseOf(_token()), _caseOf(_lease()), _caseOf(_job())];
        for (uint256 i; i < 4; ++i) {
            _bond(50e6);
            all[i].a.notBefore = 0;
            _resign(all[i]);
            _slash(user, all[i]);
        }
    }

    function test_slash_of_an_entry_of_a_batch() public {
        _missed();
        for (uint256 i; i < 3; ++i) {
            SwapOrder memory o = _swap();
            o.nonce = 100 + i;
            Case memory s = _caseOf(o);
            s.auctioneerSig = _entry(s.a, i, 3);
            uint256 snapshot = vm.snapshotState();
            uint256 before = usdc.balanceOf(user);
            _slash(user, s);
            _equal(usdc.balanceOf(user) - before, 50e6, "user");
            // The entry is the award: signed alone it is the same, and slashed.
            s.auctioneerSig = _signAward(s.a);
            _refuses(s, abi.encodeWithSelector(IBonds.AlreadySlashed.selector, _awardDigest(s.a)));
            vm.revertToState(snapshot);
        }
    }

    function test_no_slash_of_what_is_not_in_the_batch() public {
        _missed();
        Case memory s = _case();
        bytes memory entry = _entry(s.a, 1, 3);
        s.a.sell += 1;
        s.auctioneerSig = entry;
        s.replySig = _signReply(s.a, s.r);
        SwapOrder memory o = _swap();
        (s.kind, s.order) = (FILL_OUT, abi.encode(o));
        s.a.order = _idOf(FILL_OUT, o);
        _refuses(s, abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
        s = _case();
        s.a.buy += 1;
        (s.auctioneerSig, s.replySig) = (entry, _signReply(s.a, s.r));
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, s.a.order));
        s = _case();
        s.auctioneerSig = _entry(s.a, 1, 3);
        BatchEntry memory e = abi.decode(s.auctioneerSig, (BatchEntry));
        e.index = 2;
        s.auctioneerSig = abi.encode(e);
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, e.orders[2]));
        e.index = 3;
        s.auctioneerSig = abi.encode(e);
        _refuses(s, abi.encodeWithSignature("Panic(uint256)", 0x32));
        (e.index, e.amounts[0]) = (1, e.amounts[0] + 1);
        s.auctioneerSig = abi.encode(e);
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
        (e.amounts[0], e.orders[0]) = (e.amounts[0] - 1, "another");
        s.auctioneerSig = abi.encode(e);
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
        s.auctioneerSig = new bytes(66);
        vm.expectRevert();
        bonds.slashNoShow(s.settler, s.kind, s.order, s.a, s.auctioneerSig, s.r, s.replySig);
    }

    /// @dev An entry has no predecessor: it is the first award of its order, in the whole.
    function test_no_slash_of_an_entry_with_a_predecessor() public {
        _missed();
        Case memory s = _case();
        s.a.previous = "an earlier award";
        (s.auctioneerSig, s.replySig) = (_entry(s.a, 0, 1), _signReply(s.a, s.r));
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, s.a.order));
    }

    /// @dev E7: once per award.
    function test_slash_once() public {
        _missed();
        Case memory s = _case();
        _slash(user, s);
        _refuses(s, abi.encodeWithSelector(IBonds.AlreadySlashed.selector, _awardDigest(s.a)));
        // The same signature in its other form, and another acceptance of the same award.
        (bytes32 r, bytes32 vs) = vm.signCompact(AUCTIONEER_KEY, _awardDigest(s.a));
        s.auctioneerSig = abi.encodePacked(r, vs);
        s.r.authorisation = "another";
        s.replySig = _signReply(s.a, s.r);
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
        vm.warp(NOW + DELAY + 1);
        _slash(user, _case());
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
        bytes memory userSig = _sign(USER_KEY, s.a.order);
        PackedAward memory packed = _packed(s.a);
        uint256 snapshot = vm.snapshotState();
        vm.prank(solver);
        settlement.fillAwarded(0, _swap(), userSig, packed);
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, s.a.order));
        vm.revertToState(snapshot);
        vm.prank(user);
        settlement.cancel(0, _swap(), _noOptions());
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, s.a.order));
    }

    function test_no_slash_after_open_or_cancel() public {
        _bond(100e6);
        Case memory s = _caseOf(_token());
        bytes memory sig = _sign(USER_KEY, s.a.order);
        uint256 snapshot = vm.snapshotState();
        Awarded memory x = _awarded(s.a, sig);
        vm.prank(solver);
        escrow.openFor(OPEN_IN, _token(), sig, x);
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, s.a.order));
        vm.revertToState(snapshot);
        vm.prank(user);
        escrow.cancelOpen(OPEN_IN, _token());
        vm.warp(NOW + 31);
        _refuses(s, abi.encodeWithSelector(IBonds.NotMissed.selector, s.a.order));
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
        s.replySig = _sign(AUCTIONEER_KEY, _digestFor(s.a.order, _hashReply(_awardDigest(s.a), s.r)));
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
        s.replySig = "";
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
        // An acceptance of another award.
        s.a.fillBy -= 1;
        s.replySig = _signReply(s.a, s.r);
        s.a.fillBy += 1;
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
    }

    /// @custom:runs 1000
    function testFuzz_only_the_accepting_bytes_slash(uint256 flip) public {
        _missed();
        Case memory s = _case();
        // 65 bytes of the signature, the authorisation, and the whole award.
        flip %= (65 + 32 + 320) * 8;
        (uint256 at, bytes1 bit) = (flip / 8, bytes1(uint8(1 << (flip % 8))));
        bytes memory data = _data(s);
        uint256 from = at < 65 ? data.length - 96 + at : at < 97 ? 4 + 14 * 32 + at - 65 : 4 + 3 * 32 + at - 97;
        data[from] ^= bit;
        (bool ok,) = address(bonds).call(data);
        vm.assertTrue(!ok, "flipped bit accepted");
        data[from] ^= bit;
        (ok,) = address(bonds).call(data);
        vm.assertTrue(ok, "clean call");
    }

    function test_no_slash_of_awards_that_are_short_late_without_bond_or_not_of_the_auctioneer() public {
        _missed();
        Case memory s = _case();
        s.a.bond = 0;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.NoBond.selector));
        s = _case();
        s.a.notBefore = uint40(NOW + 21);
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.AwardTooShort.selector, 10));
        s.a.notBefore = uint40(NOW + 20);
        _resign(s);
        uint256 snapshot = vm.snapshotState();
        _slash(user, s);
        vm.revertToState(snapshot);
        s = _case();
        s.a.fillBy = uint40(NOW + 37);
        _resign(s);
        vm.warp(NOW + 38);
        _refuses(s, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        s.a.fillBy = type(uint40).max;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        s = _case();
        s.a.order = keccak256("other");
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, keccak256("other")));
        s = _case();
        s.a.part = 1;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.WrongAward.selector, s.a.order));
        s = _case();
        s.auctioneerSig = _sign(SOLVER_KEY, _awardDigest(s.a));
        _refuses(s, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
    }

    function test_no_slash_of_what_could_not_have_been_filled() public {
        _missed();
        SwapOrder memory o = _swap();
        o.fillBy = uint40(NOW + 29);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        o.fillBy = uint40(NOW + 30);
        uint256 snapshot = vm.snapshotState();
        _slash(user, _caseOf(o));
        vm.revertToState(snapshot);
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
        o.auctioneer = address(0);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.BadSignature.selector, address(0)));
        Case memory s = _case();
        s.kind = 4;
        _refuses(s, abi.encodeWithSelector(IErrors.BadKind.selector, 4));
        s.kind = OPEN_IN;
        _refuses(s, abi.encodeWithSelector(IErrors.BadKind.selector, OPEN_IN));
        s = _case();
        s.order = bytes.concat(s.order, new bytes(32));
        _refuses(s, abi.encodeWithSelector(IErrors.BadLength.selector, 384));
        s = _case();
        s.settler = address(bonds);
        _refuses(s, abi.encodeWithSelector(IErrors.UnknownSettler.selector, address(bonds)));
        // An escrow order has no id at Settlement, nor the other way round.
        s = _caseOf(_token());
        s.settler = address(settlement);
        vm.expectRevert();
        bonds.slashNoShow(s.settler, s.kind, s.order, s.a, s.auctioneerSig, s.r, s.replySig);
    }

    function test_no_slash_of_what_could_not_have_been_opened() public {
        _missed();
        TokenOrder memory o = _token();
        o.sellToken = NATIVE;
        _refuses(_caseOf(o), abi.encodeWithSelector(IBonds.NativeSell.selector));
        o = _token();
        o.closeAfter = o.deliverBy + GAP - 1;
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.GapTooShort.selector, GAP));
        o = _token();
        o.closeAfter = uint40(NOW + 20 + 7 days + 1);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.DealTooLong.selector, NOW + 20 + 7 days));
        o = _token();
        o.deliverBy = uint40(NOW + 29);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        o = _token();
        o.openBy = uint40(NOW + 28);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 28));
        Case memory s = _caseOf(_token());
        s.order = abi.encode(_swap());
        _refuses(s, abi.encodeWithSelector(IErrors.BadLength.selector, 352));
    }

    /// @dev With the last ten seconds as the measure, no `cutAt` makes slashable what the solver could have opened for a moment only.
    function test_no_slash_of_an_order_that_could_be_opened_for_a_moment_only() public {
        _missed();
        TokenOrder memory o = _token();
        o.closeAfter = uint40(NOW + 21 + 7 days);
        Case memory s = _caseOf(o);
        (s.a.notBefore, s.a.cutAt) = (0, uint40(NOW + 10 days));
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.DealTooLong.selector, NOW + 20 + 7 days));
        o.closeAfter = uint40(NOW + 20 + 7 days);
        _slash(user, _caseOf(o));
    }

    /// @dev Inv. 14, 15: after the award nobody can fill in time to escape, neither under it nor without any.
    function test_a_late_fill_is_no_escape() public {
        _bond(100e6);
        Case memory s = _case();
        bytes memory userSig = _sign(USER_KEY, s.a.order);
        s.a.fillBy = uint40(NOW + 36);
        _resign(s);
        PackedAward memory packed = _packed(s.a);
        for (uint256 at = NOW + 37; at <= NOW + 60; ++at) {
            vm.warp(at);
            _fails(IErrors.Expired.selector, NOW + 36);
            vm.prank(solver);
            settlement.fillAwarded(FILL_IN, _swap(), userSig, packed);
            _fails(ISettles.Exclusive.selector, NOW + 60);
            vm.prank(solver);
            settlement.fill(FILL_IN, _swap(), userSig);
        }
        _slash(stranger, s);
    }

    /// @dev Inv. 26: a void counts for the authorisation that the solver acknowledged, and for no other.
    function test_no_slash_of_an_award_that_was_voided_under_the_replys_authorisation() public {
        _missed();
        Case[2] memory both = [_case(), _caseOf(_token())];
        for (uint256 i; i < 2; ++i) {
            Case memory s = both[i];
            bytes memory asked = abi.encodeCall(ISettles.voided, (_awardDigest(s.a), AUTHORISATION));
            vm.mockCall(s.settler, asked, abi.encode(true));
            _refuses(s, abi.encodeWithSelector(IBonds.Voided.selector, _awardDigest(s.a)));
            s.r.authorisation = "another";
            s.replySig = _signReply(s.a, s.r);
            _slash(user, s);
        }
    }

    /// @dev The same with the real thing: one transaction of the solver ends it, for the authorisation that it acknowledged.
    function test_openOrVoid_in_time_ends_the_exposure() public {
        _bond(100e6);
        Case memory s = _caseOf(_token());
        bytes memory userSig = _sign(USER_KEY, s.a.order);
        s.r.authorisation = keccak256(userSig);
        s.replySig = _signReply(s.a, s.r);
        vm.prank(user);
        usdc.approve(address(escrow), 0);
        vm.prank(solver);
        (, bool opened) = escrow.openOrVoid(OPEN_IN, s.order, userSig, s.a, s.auctioneerSig);
        vm.assertTrue(!opened, "void");
        vm.warp(NOW + 31);
        _approve(user, usdc, address(escrow));
        _refuses(s, abi.encodeWithSelector(IBonds.Voided.selector, _awardDigest(s.a)));
        s.r.authorisation = "of another signature";
        s.replySig = _signReply(s.a, s.r);
        _slash(user, s);
    }

    /// @dev E1: whoever walks away from what it accepted pays more for it than it could have gained: the whole bond, whatever the user does.
    function test_no_slash_depends_on_the_users_funds_or_signature() public {
        _missed();
        usdc.burn(user, usdc.balanceOf(user));
        vm.prank(user);
        usdc.approve(address(settlement), 0);
        _slash(user, _case());
        _equal(usdc.balanceOf(user), 50e6, "paid");
    }

    function test_no_slash_of_a_lease_or_job_that_could_not_have_been_opened() public {
        _missed();
        LeaseOrder memory l = _lease();
        l.windowSeconds = 1;
        _refuses(_caseOf(l), abi.encodeWithSelector(IErrors.WindowTooShort.selector, 600));
        l = _lease();
        l.startBy = uint40(NOW + 29);
        _refuses(_caseOf(l), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        l = _lease();
        Case memory s = _caseOf(l);
        s.a.sell += 1;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.LimitNotMet.selector, 2e6));
        s = _caseOf(l);
        s.a.buy -= 1;
        _resign(s);
        _refuses(s, abi.encodeWithSelector(IErrors.LimitNotMet.selector, 7200));
        l.totalAtMost = 4e6 - 1;
        _refuses(_caseOf(l), abi.encodeWithSelector(IErrors.TotalTooHigh.selector, 4e6));
        s = _caseOf(_lease());
        s.order = bytes.concat(s.order, new bytes(32));
        _refuses(s, abi.encodeWithSelector(IErrors.BadLength.selector, s.order.length));
        JobOrder memory j = _job();
        j.resultBy = uint40(NOW + 29);
        _refuses(_caseOf(j), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 29));
        s = _caseOf(_job());
        s.order = bytes.concat(s.order, new bytes(32));
        _refuses(s, abi.encodeWithSelector(IErrors.BadLength.selector, s.order.length));
    }

    function test_slash_needs_gas_for_its_payments() public {
        _missed();
        (bool ok, bytes memory reason) = address(bonds).call{gas: 360_000}(_data(_case()));
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "gas");
    }

    /// @dev The token calls back from inside the payment.
    function test_no_slash_from_inside_a_slash() public {
        HookToken hooked = new HookToken();
        IBonds other = _newBonds(address(settlement), address(this), address(fairness), address(hooked));
        hooked.mint(address(this), 1000);
        hooked.approve(address(other), 1000);
        other.deposit(solver, auctioneer, 1000);
        hooked.hook(address(other), abi.encodeCall(other.exit, (auctioneer)));
        other.slash(solver, auctioneer, 0, 500, user);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
    }
}
