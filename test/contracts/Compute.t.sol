// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Act} from "../../contracts/src/interfaces/ILease.sol";
import {BlocklistToken} from "./Tokens.sol";

/// @dev Leases.
contract ComputeTest is Base {
    uint128 private constant PER_HOUR = 1.8e6;
    uint128 private constant DEPOSIT = 3.6e6;

    bytes32 private id;
    Deal private d;
    Cold private c;
    LeaseTerms private terms;

    /* HELPERS */

    function _openLease(LeaseOrder memory o) private {
        _bond(100e6);
        _openLeaseBonded(o);
    }

    function _openLeaseBonded(LeaseOrder memory o) private {
        id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, PER_HOUR, o.secondsAtMost), sig);
        vm.prank(solver);
        escrow.openLease(o, sig, a);
        (Deal memory deal, Cold memory cold) = _dealOf(o, solver, PER_HOUR);
        (d, c, terms) = (deal, cold, _termsOf(o));
    }

    function _running() private {
        _openLease(_lease());
        _advance(solver, _head(Act.Start));
        d.state = block.timestamp;
    }

    function _refusedLease(LeaseOrder memory o, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory a = _awarded(_award(_idOf(o), PER_HOUR, o.secondsAtMost), sig);
        vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openLease(o, sig, a);
    }

    function _head(Act act) private view returns (bytes memory) {
        LeaseTerms memory t = terms;
        return abi.encodePacked(uint8(act), t.startBy, t.ackSeconds, t.windowSeconds, t.secondsAtMost, t.meterKey, t.machine);
    }

    function _ack(Act act, uint32 secs, uint256 meterKey, uint256 providerKey) private returns (bytes memory) {
        bytes32 digest = _digestFor(id, _hashVoucher(id, secs, "meter", act != Act.Voucher));
        bytes32[2] memory none;
        bytes32[2] memory meterSig = meterKey == 0 ? none : _pair(meterKey, digest);
        bytes32[2] memory providerSig = providerKey == 0 ? none : _pair(providerKey, digest);
        return abi.encodePacked(_head(act), secs, bytes32("meter"), meterSig, providerSig);
    }

    function _advance(address caller, bytes memory evidence) private {
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.prank(caller);
        escrow.advance(id, deal, cold, evidence);
    }

    function _refuses(address caller, bytes memory evidence, bytes memory reason) private {
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.expectRevert(reason);
        vm.prank(caller);
        escrow.advance(id, deal, cold, evidence);
    }

    /// @dev Follows an Advanced event, as a client does.
    function _follow(uint128 delivered, uint128 maxUnits, uint256 state) private {
        (d.delivered, d.released, d.state, c.maxUnits) = (delivered, _price(delivered), state, maxUnits);
        Cold memory cold = c;
        d.cold = keccak256(abi.encode(cold));
        Deal memory deal = d;
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(deal), "followed");
    }

    function _price(uint256 secs) private pure returns (uint128) {
        return uint128(PER_HOUR * secs / 3600);
    }

    function _locked() private returns (uint256 locked) {
        (, locked) = bonds.accounts(solver, auctioneer);
    }

    function _closed() private {
        vm.assertEq(escrow.deals(id), bytes32(uint256(1)), "closed");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
        _equal(_locked(), 0, "bond free");
    }

    /* OPENING A LEASE */

    function test_openLease_deposits_locks_and_commits() public {
        LeaseOrder memory o = _lease();
        _bond(100e6);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(_idOf(o), solver, uint256(PER_HOUR) << 128 | 3600, 7200 << 96 | 3e6);
        _openLeaseBonded(o);
        Deal memory deal = d;
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(deal), "commitment");
        _equal(usdc.balanceOf(address(escrow)), DEPOSIT, "deposit");
        _equal(_locked(), 3e6, "locked");
    }

    function test_openLease_form_and_times() public {
        LeaseOrder memory o = _lease();
        o.openBy = uint40(NOW - 1);
        _refusedLease(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _lease();
        o.startBy = uint40(NOW - 1);
        _refusedLease(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _lease();
        o.windowSeconds = 599;
        _refusedLease(o, abi.encodeWithSelector(IErrors.WindowTooShort.selector, 600));
        o = _lease();
        o.nonce = 1 << 255;
        _refusedLease(o, abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
        o = _lease();
        o.totalAtMost = DEPOSIT - 1;
        _refusedLease(o, abi.encodeWithSelector(IErrors.TotalTooHigh.selector, DEPOSIT));
        o = _lease();
        o.perHourAtMost = PER_HOUR - 1;
        _refusedLease(o, abi.encodeWithSelector(IErrors.LimitNotMet.selector, PER_HOUR - 1));
        o = _lease();
        o.secondsAtMost = 0;
        _refusedLease(o, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        _refusedLease(_lease(), abi.encodeWithSelector(IBonds.BondTooSmall.selector, 0));
    }

    function test_openLease_award_must_be_for_the_signed_seconds() public {
        LeaseOrder memory o = _lease();
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory a = _awarded(_award(_idOf(o), PER_HOUR, 7199), sig);
        _fails(IErrors.LimitNotMet.selector, 7200);
        vm.prank(solver);
        escrow.openLease(o, sig, a);
    }

    function test_openLease_by_a_stranger_binds_only_a_provider_that_accepted() public {
        _bond(100e6);
        LeaseOrder memory o = _lease();
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory a = _awarded(_award(_idOf(o), PER_HOUR, 7200), sig);
        a.reply.accepted = false;
        _fails(ISettles.NotAwarded.selector, solver);
        vm.prank(stranger);
        escrow.openLease(o, sig, a);
        a.reply.accepted = true;
        vm.prank(stranger);
        escrow.openLease(o, sig, a);
        _equal(_locked(), 3e6, "locked");
    }

    function test_openLease_without_award_after_the_window_makes_the_caller_the_provider() public {
        LeaseOrder memory o = _lease();
        o.noShowPenalty = 0;
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        vm.warp(NOW + 60);
        _fails(ISettles.Exclusive.selector, NOW + 60);
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());
        vm.warp(NOW + 61);
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());
        _equal(usdc.balanceOf(address(escrow)), 4e6, "at the ceiling");
        (Deal memory deal,) = _dealOf(o, solver, o.perHourAtMost);
        vm.assertEq(escrow.deals(_idOf(o)), escrow.commitmentOf(deal), "the caller's deal");
    }

    function test_openLease_opens_once_and_not_after_cancel() public {
        _openLease(_lease());
        _refusedLease(_lease(), abi.encodeWithSelector(IEscrow.WrongDeal.selector, escrow.deals(id)));
        LeaseOrder memory o = _lease();
        o.nonce = 77;
        _fails(IErrors.Only.selector, user);
        escrow.cancelLease(o);
        vm.prank(user);
        escrow.cancelLease(o);
        _refusedLease(o, abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
    }

    function test_openLease_bad_user_signature() public {
        LeaseOrder memory o = _lease();
        Awarded memory a = _awarded(_award(_idOf(o), PER_HOUR, 7200), "");
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        escrow.openLease(o, _sign(SOLVER_KEY, _idOf(o)), a);
    }

    /* RUNNING A LEASE */

    function test_start_by_the_provider_once_in_time() public {
        _openLease(_lease());
        _refuses(user, _head(Act.Start), abi.encodeWithSelector(IErrors.Only.selector, solver));
        vm.warp(NOW + 301);
        _refuses(solver, _head(Act.Start), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 300));
        vm.warp(NOW + 300);
        _advance(solver, _head(Act.Start));
        _follow(0, 7200, NOW + 300);
        _refuses(solver, _head(Act.Start), abi.encodeWithSelector(ILease.Started.selector, NOW + 300));
        _refuses(user, _head(Act.NoShow), abi.encodeWithSelector(ILease.Started.selector, NOW + 300));
    }

    function test_voucher_pays_acknowledged_seconds_cumulatively() public {
        _running();
        vm.warp(NOW + 100);
        uint256 before = usdc.balanceOf(solver);
        _advance(stranger, _ack(Act.Voucher, 60, METER_KEY, SOLVER_KEY));
        _equal(usdc.balanceOf(solver) - before, _price(60), "first");
        _follow(60, 7200, NOW);
        _advance(stranger, _ack(Act.Voucher, 100, METER_KEY, SOLVER_KEY));
        _equal(usdc.balanceOf(solver) - before, _price(100), "difference");
        _follow(100, 7200, NOW);
    }

    function test_voucher_bounds() public {
        _running();
        vm.warp(NOW + 100);
        bytes memory late = _ack(Act.Voucher, 101, METER_KEY, 0);
        _refuses(solver, late, abi.encodeWithSelector(ILease.TooManySeconds.selector, 100));
        _refuses(solver, _ack(Act.Voucher, 0, METER_KEY, 0), abi.encodeWithSelector(ILease.TooFewSeconds.selector, 0));
        bytes memory noConsent = abi.encodeWithSelector(ILease.NoConsent.selector, meter);
        _refuses(solver, _ack(Act.Voucher, 50, SOLVER_KEY, SOLVER_KEY), noConsent);
        // Calling is no voucher: only the meter key's signature pays.
        _refuses(user, _ack(Act.Voucher, 50, 0, 0), noConsent);
        _advance(solver, _ack(Act.Voucher, 50, METER_KEY, 0));
        _follow(50, 7200, NOW);
        _refuses(solver, _ack(Act.Voucher, 50, METER_KEY, 0), abi.encodeWithSelector(ILease.TooFewSeconds.selector, 50));
    }

    /// @dev The provider's signature may be by a key that it registered, as long as it is one.
    function test_voucher_by_a_registered_key_of_the_provider() public {
        _running();
        vm.warp(NOW + 100);
        uint256 key = 0x4E7;
        bytes memory evidence = _ack(Act.Voucher, 50, METER_KEY, key);
        bytes memory noConsent = abi.encodeWithSelector(ILease.NoConsent.selector, solver);
        _refuses(stranger, evidence, noConsent);
        vm.prank(solver);
        bonds.setKey(vm.addr(key));
        uint256 snapshot = vm.snapshotState();
        _advance(stranger, evidence);
        _follow(50, 7200, NOW);
        vm.revertToState(snapshot);
        // It signs for its solver only, and never for the buyer.
        _refuses(stranger, _ack(Act.Voucher, 50, key, key), abi.encodeWithSelector(ILease.NoConsent.selector, meter));
        vm.prank(solver);
        bonds.removeKey(vm.addr(key));
        vm.warp(NOW + 100 + DELAY + 1);
        _refuses(stranger, _ack(Act.Last, 60, METER_KEY, key), noConsent);
    }

    function test_no_signature_is_nobodys() public {
        _running();
        vm.warp(NOW + 100);
        bytes memory head = abi.encodePacked(_head(Act.Last), uint32(50), bytes32("meter"));
        _refuses(stranger, head, abi.encodeWithSelector(ILease.NoConsent.selector, meter));
        _refuses(user, head, abi.encodeWithSelector(ILease.NoConsent.selector, solver));
        // What is missing at the end counts as zeros: a stop at nothing, by the buyer's call alone.
        _advance(user, _head(Act.Stop));
        _follow(0, 100, NOW | (NOW + 100) << 40);
    }

    /// @dev A3: every byte of the evidence counts. Terms, seconds and reading are signed or hashed, signatures name their signers.
    function testFuzz_voucher_with_any_bit_flipped_is_refused(uint256 bit) public {
        _running();
        vm.warp(NOW + 100);
        bytes memory evidence = _ack(Act.Voucher, 50, METER_KEY, SOLVER_KEY);
        bit = 8 + bit % (8 * evidence.length - 8);
        evidence[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.expectRevert();
        vm.prank(stranger);
        escrow.advance(id, deal, cold, evidence);
    }

    /// @dev F6, F2: pre-signed vouchers are capped by elapsed time and by the signed seconds.
    function test_voucher_never_pays_beyond_the_signed_seconds() public {
        _running();
        vm.warp(NOW + 7200);
        _refuses(solver, _ack(Act.Voucher, 7201, METER_KEY, 0), abi.encodeWithSelector(ILease.TooManySeconds.selector, 7200));
        vm.warp(NOW + 9000);
        _refuses(solver, _ack(Act.Voucher, 7201, METER_KEY, 0), abi.encodeWithSelector(ILease.TooManySeconds.selector, 7200));
        _advance(solver, _ack(Act.Voucher, 7200, METER_KEY, 0));
        _follow(7200, 7200, NOW);
    }

    /// @dev F2: a voucher of another lease or flag is worth nothing.
    function test_voucher_is_bound_to_lease_and_flag() public {
        _running();
        vm.warp(NOW + 100);
        bytes32[2] memory none;
        bytes32[2] memory other = _pair(METER_KEY, _digestFor(id, _hashVoucher(keccak256("other"), 50, "meter", false)));
        bytes memory noConsent = abi.encodeWithSelector(ILease.NoConsent.selector, meter);
        _refuses(solver, abi.encodePacked(_head(Act.Voucher), uint32(50), bytes32("meter"), other, none), noConsent);
        other = _pair(METER_KEY, _digestFor(id, _hashVoucher(id, 50, "meter", false)));
        _refuses(solver, abi.encodePacked(_head(Act.Last), uint32(50), bytes32("meter"), other, none), noConsent);
        _refuses(stranger, abi.encodePacked(_head(Act.Stop), uint32(50), bytes32("meter"), other, none), noConsent);
        other = _pair(METER_KEY, _digestFor(id, _hashVoucher(id, 50, "meter", true)));
        _refuses(solver, abi.encodePacked(_head(Act.Voucher), uint32(50), bytes32("meter"), other, none), noConsent);
    }

    function test_last_cosigned_pays_refunds_and_closes_in_one_transaction() public {
        _running();
        vm.warp(NOW + 20);
        uint256 userBefore = usdc.balanceOf(user);
        uint256 solverBefore = usdc.balanceOf(solver);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(_price(20), 20), _amounts(DEPOSIT - _price(20), 0));
        _advance(stranger, _ack(Act.Last, 20, METER_KEY, SOLVER_KEY));
        _equal(usdc.balanceOf(solver) - solverBefore, _price(20), "paid");
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT - _price(20), "refunded");
        _closed();
    }

    function test_last_by_one_as_caller() public {
        address[3] memory callers = [solver, user, meter];
        for (uint256 i; i < 3; ++i) {
            uint256 snapshot = vm.snapshotState();
            _running();
            vm.warp(NOW + 20);
            _advance(callers[i], i == 0 ? _ack(Act.Last, 20, METER_KEY, 0) : _ack(Act.Last, 20, 0, SOLVER_KEY));
            _closed();
            vm.revertToState(snapshot);
        }
    }

    function test_last_needs_both_sides() public {
        _running();
        vm.warp(NOW + 20);
        _refuses(user, _ack(Act.Last, 20, 0, 0), abi.encodeWithSelector(ILease.NoConsent.selector, solver));
        _refuses(stranger, _ack(Act.Last, 20, METER_KEY, 0), abi.encodeWithSelector(ILease.NoConsent.selector, solver));
        _refuses(solver, _ack(Act.Last, 20, 0, SOLVER_KEY), abi.encodeWithSelector(ILease.NoConsent.selector, meter));
        _refuses(solver, _ack(Act.Last, 21, METER_KEY, 0), abi.encodeWithSelector(ILease.TooManySeconds.selector, 20));
        _advance(solver, _ack(Act.Voucher, 15, METER_KEY, 0));
        _follow(15, 7200, NOW);
        _refuses(solver, _ack(Act.Last, 14, METER_KEY, 0), abi.encodeWithSelector(ILease.TooFewSeconds.selector, 15));
        _advance(solver, _ack(Act.Last, 15, METER_KEY, 0));
        _closed();
    }

    function test_stop_returns_everything_beyond_elapsed_at_once() public {
        _running();
        vm.warp(NOW + 600);
        uint256 userBefore = usdc.balanceOf(user);
        _advance(user, _ack(Act.Stop, 400, 0, 0));
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT - _price(600), "beyond elapsed");
        _equal(usdc.balanceOf(address(escrow)), _price(600) - _price(400), "disputed rest waits");
        _follow(400, 600, NOW | (NOW + 600) << 40);
        _refuses(user, _ack(Act.Stop, 500, 0, 0), abi.encodeWithSelector(ILease.Stopped.selector, NOW + 600));

        // A newer voucher within the window still wins; never beyond the stop.
        vm.warp(NOW + 900);
        _refuses(solver, _ack(Act.Voucher, 601, METER_KEY, 0), abi.encodeWithSelector(ILease.TooManySeconds.selector, 600));
        _advance(solver, _ack(Act.Voucher, 550, METER_KEY, 0));
        _follow(550, 600, NOW | (NOW + 600) << 40);
        vm.warp(NOW + 1200);
        _refuses(stranger, _head(Act.Finish), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1200));
        vm.warp(NOW + 1201);
        userBefore = usdc.balanceOf(user);
        _advance(stranger, _head(Act.Finish));
        _equal(usdc.balanceOf(user) - userBefore, _price(600) - _price(550), "rest");
        _closed();
    }

    function test_stop_by_the_meter_key_or_its_signature() public {
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            _running();
            vm.warp(NOW + 10);
            _advance(i == 0 ? meter : stranger, _ack(Act.Stop, 4, i == 0 ? 0 : METER_KEY, 0));
            _follow(4, 10, NOW | (NOW + 10) << 40);
            vm.revertToState(snapshot);
        }
        _running();
        vm.warp(NOW + 10);
        _refuses(stranger, _ack(Act.Stop, 4, 0, 0), abi.encodeWithSelector(ILease.NoConsent.selector, meter));
        _refuses(solver, _ack(Act.Stop, 4, SOLVER_KEY, SOLVER_KEY), abi.encodeWithSelector(ILease.NoConsent.selector, meter));
    }

    function test_stop_at_all_elapsed_seconds_closes_at_once() public {
        _running();
        vm.warp(NOW + 30);
        _advance(user, _ack(Act.Stop, 30, 0, 0));
        _closed();
    }

    /// @dev Row 23: a provider that started falsely is never paid; the buyer gets all but price(elapsed) at once, then that.
    function test_false_start_is_stopped_with_zero_and_costs_nothing() public {
        _running();
        vm.warp(NOW + 61);
        uint256 userBefore = usdc.balanceOf(user);
        _advance(user, _ack(Act.Stop, 0, 0, 0));
        _follow(0, 61, NOW | (NOW + 61) << 40);
        vm.warp(NOW + 662);
        _advance(stranger, _head(Act.Finish));
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT, "all back");
        _closed();
    }

    function test_stop_after_the_end_counts_to_the_end() public {
        _running();
        vm.warp(NOW + 8000);
        _advance(user, _ack(Act.Stop, 100, 0, 0));
        _follow(100, 7200, NOW | (NOW + 7200) << 40);
    }

    function test_acknowledgements_need_a_start() public {
        _openLease(_lease());
        bytes memory notStarted = abi.encodeWithSelector(ILease.NotStarted.selector);
        _refuses(user, _ack(Act.Stop, 0, 0, 0), notStarted);
        _refuses(solver, _ack(Act.Voucher, 1, METER_KEY, 0), notStarted);
        _refuses(solver, _ack(Act.Last, 0, METER_KEY, 0), notStarted);
        _refuses(solver, _head(Act.Quit), notStarted);
        _refuses(stranger, _head(Act.Finish), notStarted);
    }

    function test_quit_by_the_provider_ends_at_what_was_acknowledged() public {
        _running();
        vm.warp(NOW + 100);
        _advance(solver, _ack(Act.Voucher, 60, METER_KEY, 0));
        _follow(60, 7200, NOW);
        _refuses(user, _head(Act.Quit), abi.encodeWithSelector(IErrors.Only.selector, solver));
        uint256 userBefore = usdc.balanceOf(user);
        _advance(solver, _head(Act.Quit));
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT - _price(60), "refund");
        _closed();
    }

    /// @dev F1: everything back and the penalty on top, without the provider's help.
    function test_noShow_refunds_and_pays_the_penalty() public {
        _openLease(_lease());
        vm.warp(NOW + 300);
        _refuses(stranger, _head(Act.NoShow), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 300));
        vm.warp(NOW + 301);
        uint256 userBefore = usdc.balanceOf(user);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(0, 0), _amounts(DEPOSIT, 3e6));
        vm.expectEmit(address(bonds));
        emit IBonds.Penalised(solver, auctioneer, user, 3e6);
        _advance(stranger, _head(Act.NoShow));
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT + 3e6, "refund and penalty");
        (uint256 balance,) = bonds.accounts(solver, auctioneer);
        _equal(balance, 97e6, "bond");
        _closed();
    }

    /// @dev F5, inv. 36: with everybody silent, a stranger and time end it.
    function test_silent_lease_is_finished_by_anyone() public {
        _running();
        vm.warp(NOW + 7200 + 600);
        _refuses(stranger, _head(Act.Finish), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 7800));
        vm.warp(NOW + 7801);
        uint256 userBefore = usdc.balanceOf(user);
        _advance(stranger, _head(Act.Finish));
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT, "all back");
        _closed();
    }

    function test_close_of_a_lease_frees_the_bond() public {
        _running();
        vm.warp(c.closeAfter + 1);
        (Deal memory deal, Cold memory cold) = (d, c);
        escrow.close(id, deal, cold);
        _closed();
    }

    function test_lease_terms_must_be_the_signed_ones() public {
        _running();
        vm.warp(NOW + 100);
        terms.meterKey = solver;
        bytes memory evidence = _ack(Act.Voucher, 100, SOLVER_KEY, 0);
        _refuses(solver, evidence, abi.encodeWithSelector(IVerifier.WrongTerms.selector, d.where));
        terms.meterKey = meter;
        terms.windowSeconds = 0;
        _refuses(solver, _head(Act.Finish), abi.encodeWithSelector(IVerifier.WrongTerms.selector, d.where));
    }

    function test_unknown_acts_revert() public {
        _running();
        (Deal memory deal, Cold memory cold) = (d, c);
        bytes memory evidence = _ack(Act.Voucher, 1, METER_KEY, SOLVER_KEY);
        evidence[0] = 0x07;
        vm.expectRevert();
        escrow.advance(id, deal, cold, evidence);
    }

    function test_a_lease_cannot_be_claimed() public {
        _running();
        Deal memory deal = d;
        _fails(IEscrow.NotTokens.selector);
        escrow.claim(id, deal, "");
        vm.expectRevert(abi.encodeWithSelector(IVerifier.UnknownChain.selector, 5));
        lease.record(5, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IVerifier.UnknownChain.selector, 5));
        lease.gap(5);
    }

    /// @dev C2: the token refuses the provider; the buyer's stop still goes through.
    function test_blocklisted_provider_gets_a_credit() public {
        BlocklistToken listed = new BlocklistToken();
        listed.mint(user, 1e12);
        _approve(user, listed, address(escrow));
        LeaseOrder memory o = _lease();
        o.sellToken = address(listed);
        _openLease(o);
        _advance(solver, _head(Act.Start));
        d.state = block.timestamp;
        listed.setBlocked(solver, true);
        vm.warp(NOW + 20);
        _advance(user, _ack(Act.Last, 20, 0, SOLVER_KEY));
        _equal(escrow.credits(address(listed), solver), _price(20), "credit");
        vm.prank(solver);
        escrow.withdraw(address(listed), solver, stranger);
        _equal(listed.balanceOf(stranger), _price(20), "elsewhere");
    }

    /// @dev Inv. 31: whatever the acknowledgements, pay = floor(perHour × acked / 3600), rounded once, and all leaves.
    function testFuzz_lease_pays_what_was_acknowledged(uint32[5] memory secs, uint256 ending) public {
        _running();
        uint256 userBefore = usdc.balanceOf(user);
        uint256 solverBefore = usdc.balanceOf(solver);
        uint256 time = NOW;
        for (uint256 i; i < 5; ++i) {
            time += secs[i] % 1500;
            vm.warp(time);
            uint32 elapsed = uint32(time - NOW < 7200 ? time - NOW : 7200);
            uint32 s = elapsed == 0 ? 0 : uint32(d.delivered + (elapsed - d.delivered) * (secs[i] % 101) / 100);
            if (s <= d.delivered) continue;
            _advance(stranger, _ack(Act.Voucher, s, METER_KEY, SOLVER_KEY));
            _follow(s, 7200, NOW);
        }
        uint32 acked = uint32(d.delivered);
        if (ending % 3 == 0) {
            _advance(solver, _head(Act.Quit));
        } else if (ending % 3 == 1) {
            _advance(user, _ack(Act.Last, acked, 0, SOLVER_KEY));
        } else {
            vm.warp(NOW + 7801);
            _advance(stranger, _head(Act.Finish));
        }
        _equal(usdc.balanceOf(solver) - solverBefore, _price(acked), "paid");
        _equal(usdc.balanceOf(user) - userBefore, DEPOSIT - _price(acked), "refunded");
        _closed();
    }
}
