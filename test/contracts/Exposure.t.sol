// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Act} from "../../contracts/src/interfaces/ILease.sol";
import "./Base.sol";

/// @dev Providers and solvers that open what they were awarded themselves, and what openOrVoid does not do for them.
contract ExposureTest is Base {
    uint128 private constant PER_HOUR = 1.8e6;
    uint128 private constant DEPOSIT = 3.6e6;

    function setUp() public override {
        super.setUp();
        _bond(100e6);
    }

    function _locked() private returns (uint256 locked) {
        (, locked) = bonds.accounts(solver, auctioneer);
    }

    /* LEASES BY THEIR PROVIDER */

    function _provide(LeaseOrder memory o, Award memory a) private returns (bytes32 id) {
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        PackedAward memory p = _packed(a);
        vm.prank(solver);
        return escrow.openLeaseByProvider(o, sig, p);
    }

    function test_a_provider_opens_the_lease_that_it_was_awarded() public {
        LeaseOrder memory o = _lease();
        bytes32 id = _idOf(o);
        Award memory a = _award(id, PER_HOUR, o.secondsAtMost);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(id, solver, uint256(PER_HOUR) << 128 | 3600, 7200 << 96 | 3e6);
        vm.assertEq(_provide(o, a), id, "id");
        (Deal memory d,) = _dealOf(o, solver, PER_HOUR);
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "commitment");
        _equal(usdc.balanceOf(address(escrow)), DEPOSIT, "deposit");
        _equal(_locked(), o.noShowPenalty, "the signed penalty is locked, whatever bond the award names");
    }

    function test_a_provider_opens_by_its_own_award_only() public {
        LeaseOrder memory o = _lease();
        bytes32 id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        PackedAward memory p = _packed(_award(id, PER_HOUR, o.secondsAtMost));
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(stranger);
        escrow.openLeaseByProvider(o, sig, p);
        Award memory a = _award(id, PER_HOUR, o.secondsAtMost);
        a.fillBy = uint40(NOW + 60 - MISS_GRACE + 1);
        p = _packed(a);
        _fails(IErrors.AwardTooLong.selector, o.exclusiveUntil);
        vm.prank(solver);
        escrow.openLeaseByProvider(o, sig, p);
    }

    function test_a_lease_without_penalty_locks_nothing_and_frees_nothing() public {
        LeaseOrder memory o = _lease();
        o.noShowPenalty = 0;
        bytes32 id = _provide(o, _award(_idOf(o), PER_HOUR, o.secondsAtMost));
        _equal(_locked(), 0, "nothing locked");
        (Deal memory d, Cold memory c) = _dealOf(o, solver, PER_HOUR);
        vm.warp(o.startBy + 1);
        escrow.advance(id, d, c, _leaseHead(Act.NoShow, o));
        vm.assertEq(escrow.deals(id), bytes32(uint256(1)), "closed");
        _equal(usdc.balanceOf(address(escrow)), 0, "refunded");
        _equal(_locked(), 0, "nothing freed");
    }

    /* TOKENS BY THEIR SOLVER */

    function test_a_solver_opens_what_it_was_awarded() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _award(id, SELL, BUY + 3);
        PackedAward memory p = _packed(a);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(id, solver, uint256(SELL) << 128 | (BUY + 3), uint256(BUY + 3) << 96 | BOND);
        vm.prank(solver);
        vm.assertEq(escrow.openWithAward(2, o, sig, p), id, "id");
        (Deal memory d,) = _dealOf(o, 2, a);
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "commitment");
        _equal(usdc.balanceOf(address(escrow)), SELL, "deposit");
        _equal(_locked(), 0, "a bond of tokens is promised, not locked");
    }

    function test_a_solver_opens_within_the_limits_and_by_its_own_award() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        PackedAward memory p = _packed(_award(id, SELL, BUY - 1));
        _fails(IErrors.LimitNotMet.selector, BUY);
        vm.prank(solver);
        escrow.openWithAward(2, o, sig, p);
        p = _packed(_award(id, SELL, BUY));
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(stranger);
        escrow.openWithAward(2, o, sig, p);
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        escrow.openWithAward(2, o, "", p);
    }

    /* ATTEMPTS THAT ARE NONE */

    function _refused(uint8 kind, bytes memory order, bytes memory sig, Award memory a, bytes memory reason) private {
        bytes memory auctioneerSig = _signAward(a);
        vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openOrVoid(kind, order, sig, a, auctioneerSig);
    }

    function test_an_attempt_is_the_awarded_solvers() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        Award memory a = _award(id, SELL, BUY);
        bytes memory auctioneerSig = _signAward(a);
        bytes memory sig = _sign(USER_KEY, id);
        _fails(ISettles.NotAwarded.selector, solver);
        vm.prank(stranger);
        escrow.openOrVoid(2, abi.encode(o), sig, a, auctioneerSig);
    }

    function test_an_order_that_is_over_is_neither_opened_nor_voided() public {
        TokenOrder memory o = _token();
        o.openBy = uint40(NOW + 10);
        bytes32 id = _idOf(2, o);
        vm.warp(NOW + 11);
        _refused(2, abi.encode(o), _sign(USER_KEY, id), _award(id, SELL, BUY), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 10));
    }

    function test_what_was_opened_or_cancelled_is_not_voided() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        vm.prank(user);
        escrow.cancelOpen(2, o);
        _refused(2, abi.encode(o), _sign(USER_KEY, id), _award(id, SELL, BUY), abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
    }

    function test_native_coin_comes_by_the_users_own_call() public {
        TokenOrder memory o = _token();
        o.sellToken = NATIVE;
        bytes32 id = _idOf(2, o);
        _refused(2, abi.encode(o), _sign(USER_KEY, id), _award(id, SELL, BUY), abi.encodeWithSelector(IErrors.Only.selector, user));
    }

    function test_only_the_contract_itself_enters() public {
        Bargain memory b = Bargain(solver, SELL, BUY, 0);
        _fails(IErrors.Only.selector, address(escrow));
        escrow.enter(2, abi.encode(_token()), bytes32(0), "", b);
    }

    function test_an_attempt_needs_its_gas() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        Award memory a = _award(id, SELL, BUY);
        bytes memory call = abi.encodeCall(escrow.openOrVoid, (2, abi.encode(o), _sign(USER_KEY, id), a, _signAward(a)));
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(escrow).call{gas: 900_000}(call);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "GasTooLow");
        vm.prank(solver);
        (ok,) = address(escrow).call{gas: 3_000_000}(call);
        vm.assertTrue(ok && escrow.deals(id) != 0, "opened");
    }

    /* COUNTED WORK */

    function _attempts(uint8 kind, bytes memory order, bytes memory sig, Award memory a) private returns (bool opened) {
        bytes memory auctioneerSig = _signAward(a);
        vm.prank(solver);
        (, opened) = escrow.openOrVoid(kind, order, sig, a, auctioneerSig);
    }

    function test_a_lease_is_opened_with_its_bond_or_voided_without() public {
        LeaseOrder memory o = _lease();
        bytes32 id = _idOf(o);
        Award memory a = _award(id, PER_HOUR, o.secondsAtMost);
        vm.prank(user);
        usdc.approve(address(escrow), 0);
        vm.assertTrue(!_attempts(LEASE, abi.encode(o), _sign(USER_KEY, id), a), "voided");
        _equal(_locked(), 0, "free again");
        vm.assertEq(escrow.deals(id), 0, "still fresh");
        _approve(user, usdc, address(escrow));
        a.cutAt += 1;
        vm.assertTrue(_attempts(LEASE, abi.encode(o), _sign(USER_KEY, id), a), "opened");
        _equal(_locked(), o.noShowPenalty, "locked");
        (Deal memory d,) = _dealOf(o, solver, PER_HOUR);
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "commitment");
    }

    function test_a_job_is_opened_with_the_greater_bond_or_voided_without() public {
        JobOrder memory o = _job();
        bytes32 id = _idOf(o);
        Award memory a = _award(id, 5e5, o.fuelAtMost);
        vm.prank(user);
        usdc.approve(address(escrow), 0);
        vm.assertTrue(!_attempts(JOB, abi.encode(o), _sign(USER_KEY, id), a), "voided");
        _equal(_locked(), 0, "free again");
        _approve(user, usdc, address(escrow));
        a.cutAt += 1;
        vm.assertTrue(_attempts(JOB, abi.encode(o), _sign(USER_KEY, id), a), "opened");
        _equal(_locked(), BOND, "the award's bond is the greater one");
        (Deal memory d,) = _dealOf(o, solver, 5e5, BOND);
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "commitment");
    }

    function test_a_stranger_cannot_open_what_its_solver_voided() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _award(id, SELL, BUY);
        vm.prank(user);
        usdc.approve(address(escrow), 0);
        vm.assertTrue(!_attempts(2, abi.encode(o), sig, a), "voided");
        _approve(user, usdc, address(escrow));
        Awarded memory awarded = _awarded(a, sig);
        _fails(IBonds.Voided.selector, _awardDigest(a));
        vm.prank(stranger);
        escrow.openFor(2, o, sig, awarded);
        vm.prank(solver);
        escrow.openFor(2, o, sig, awarded);
        vm.assertTrue(escrow.deals(id) != 0, "the solver itself may");
    }
}
