// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Act} from "../../contracts/src/interfaces/ILease.sol";
import {Reenterer} from "./Accounts.sol";

/// @dev Burns whatever gas native coin comes with.
contract Burner {
    receive() external payable {
        while (true) {}
    }
}

/// @dev Attacks of an adversarial review. The first three sections were bugs; the rest held and had no test of their own.
contract ReviewTest is Base {
    uint256 private constant ACCOMPLICE_KEY = 0xACC0;
    address private accomplice = VM.addr(ACCOMPLICE_KEY);

    /* A BOND IS NOT ITS HOLDER'S TO LOCK OR TO LOSE */

    /// @dev The provider orders from itself, as another user, without an award, and lets the deal fail: the penalty would
    ///      be an exit without the delay. Or it keeps the deal open: the lock would keep the bond from every slash.
    function test_a_provider_cannot_take_its_bond_out_through_a_deal_with_itself() public {
        _bond(50e6);
        LeaseOrder memory o = _lease();
        (o.user, o.noShowPenalty, o.exclusiveUntil, o.startBy) = (_fundedAccomplice(), 50e6, uint40(NOW - 1), uint40(NOW));
        bytes memory sig = _sign(ACCOMPLICE_KEY, _idOf(o));
        _fails(ISettles.AwardRequired.selector);
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());

        JobOrder memory j = _job();
        (j.user, j.bondAtLeast, j.exclusiveUntil) = (accomplice, 50e6, uint40(NOW - 1));
        sig = _sign(ACCOMPLICE_KEY, _idOf(j));
        _fails(ISettles.AwardRequired.selector);
        vm.prank(solver);
        escrow.openJob(j, sig, _noAward());

        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(balance, 50e6, "bond stays");
        _equal(locked, 0, "and within reach");
    }

    /// @dev Without an award, a deal that asks for no bond is free after the window; what it asks for comes from an account
    ///      that backs no auctioneer's awards.
    function test_without_an_award_only_a_bond_with_no_auctioneer_is_locked() public {
        _bond(50e6);
        LeaseOrder memory o = _lease();
        (o.noShowPenalty, o.exclusiveUntil) = (0, uint40(NOW - 1));
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());

        o = _lease();
        o.auctioneer = address(0);
        sig = _sign(USER_KEY, _idOf(o));
        _fails(IBonds.BondTooSmall.selector, uint256(0));
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());
        vm.prank(solver);
        bonds.deposit(solver, address(0), 3e6);
        vm.prank(solver);
        escrow.openLease(o, sig, _noAward());
        (, uint96 locked) = bonds.accounts(solver, address(0));
        _equal(locked, 3e6, "own account");
        (, locked) = bonds.accounts(solver, auctioneer);
        _equal(locked, 0, "not the auctioneer's");
    }

    function _fundedAccomplice() private returns (address) {
        usdc.mint(accomplice, 1e9);
        _approve(accomplice, usdc, address(escrow));
        return accomplice;
    }

    /* WHAT CAN NEVER BE OPENED IS NEVER SLASHED */

    function test_no_slash_of_a_lease_whose_end_is_beyond_all_time() public {
        _bond(50e6);
        LeaseOrder memory o = _lease();
        o.startBy = type(uint40).max;
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory x = _awarded(_award(_idOf(o), 2e6, 7200), sig);
        bytes memory overflow = abi.encodeWithSignature("Panic(uint256)", 0x11);
        vm.expectRevert(overflow);
        vm.prank(solver);
        escrow.openLease(o, sig, x);
        vm.warp(NOW + 31);
        vm.expectRevert(overflow);
        bonds.slashNoShow(address(escrow), LEASE, abi.encode(o), x.award, x.auctioneerSig, x.reply, x.replySig);
    }

    /* A BUYER CANNOT PULL THE STATE AWAY FROM UNDER A PROVIDER'S VOUCHER */

    /// @dev After its stop the buyer shows one voucher of one second more after another, each just ahead of the provider's:
    ///      every `advance` of the provider would meet another state until the window is over.
    function test_a_voucher_needs_the_providers_consent() public {
        (bytes32 id, Deal memory d, Cold memory c) = _running();
        address[3] memory others = [user, meter, stranger];
        bytes memory evidence = _voucher(id, 1);
        for (uint256 i; i < 3; ++i) {
            _fails(ILease.NoConsent.selector, solver);
            vm.prank(others[i]);
            escrow.advance(id, d, c, evidence);
        }
        evidence = _voucher(id, 500);
        vm.prank(solver);
        escrow.advance(id, d, c, evidence);
    }

    function _running() private returns (bytes32 id, Deal memory d, Cold memory c) {
        _bond(100e6);
        LeaseOrder memory o = _lease();
        id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, 2e6, 7200), sig);
        vm.prank(solver);
        escrow.openLease(o, sig, a);
        (d, c) = _dealOf(o, solver, 2e6);
        vm.prank(solver);
        escrow.advance(id, d, c, _leaseHead(Act.Start, o));
        d.state = NOW;
        vm.warp(NOW + 600);
    }

    /// @dev Signed by the meter key alone.
    function _voucher(bytes32 id, uint32 secs) private returns (bytes memory) {
        bytes32[2] memory none;
        bytes32[2] memory ofMeter = _pair(METER_KEY, _digestFor(id, _hashVoucher(id, secs, "meter", false)));
        return abi.encodePacked(_leaseHead(Act.Voucher, _lease()), secs, bytes32("meter"), ofMeter, none);
    }

    /* WORDS */

    function test_flipping_any_word_of_an_escrow_order_is_refused() public {
        _bond(100e6);
        TokenOrder memory t = _token();
        bytes memory sig = _sign(USER_KEY, _idOf(2, t));
        _flips(abi.encodeCall(escrow.openFor, (2, t, sig, _awarded(_award(_idOf(2, t), SELL, BUY), sig))), 1, 15);
        LeaseOrder memory l = _lease();
        sig = _sign(USER_KEY, _idOf(l));
        _flips(abi.encodeCall(escrow.openLease, (l, sig, _awarded(_award(_idOf(l), 2e6, 7200), sig))), 0, 18);
        JobOrder memory j = _job();
        sig = _sign(USER_KEY, _idOf(j));
        _flips(abi.encodeCall(escrow.openJob, (j, sig, _awarded(_award(_idOf(j), 1e6, 40e9), sig))), 0, 22);
    }

    function test_flipping_any_word_of_a_deal_or_its_cold_is_refused() public {
        _bond(100e6);
        LeaseOrder memory o = _lease();
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory a = _awarded(_award(_idOf(o), 2e6, 7200), sig);
        vm.prank(solver);
        escrow.openLease(o, sig, a);
        (Deal memory d, Cold memory c) = _dealOf(o, solver, 2e6);
        vm.warp(c.closeAfter + 1);
        _flips(abi.encodeCall(escrow.close, (_idOf(o), d, c)), 0, 17);
        _equal(usdc.balanceOf(address(escrow)), 0, "closed once");
    }

    /// @dev The lowest and the highest bit of each word from `first` to `last`; the clean call then succeeds.
    function _flips(bytes memory clean, uint256 first, uint256 last) private {
        vm.startPrank(solver);
        for (uint256 word = first; word <= last; ++word) {
            bytes memory data = bytes.concat(clean);
            data[4 + 32 * word + 31] ^= 0x01;
            (bool ok,) = address(escrow).call(data);
            vm.assertTrue(!ok, "flipped word accepted");
            data[4 + 32 * word + 31] ^= 0x01;
            data[4 + 32 * word] ^= 0x80;
            (ok,) = address(escrow).call(data);
            vm.assertTrue(!ok, "dirty word accepted");
        }
        (bool fine,) = address(escrow).call(clean);
        vm.assertTrue(fine, "clean call");
        vm.stopPrank();
    }

    /* RECEIVERS */

    /// @dev Nor can it make the fill dear: it burns what a payment is given, no more.
    function test_a_receiver_that_burns_all_gas_cannot_stop_a_fill() public {
        SwapOrder memory o = _swap();
        (o.buyToken, o.buy, o.auctioneer, o.to) = (NATIVE, 1 ether, address(0), address(new Burner()));
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        settlement.fillWith{value: 1 ether, gas: 600_000}(0, o, _noOptions(), sig, _noAward().award, "", 0, "");
        _equal(settlement.credits(NATIVE, o.to), 1 ether, "credit");
        _equal(usdc.balanceOf(solver), 1e15 + SELL, "sold");
    }

    /// @dev A recipient that is paid cannot claim with a record that is not yet written, nor twice.
    function test_a_claim_from_inside_a_delivery_finds_no_record() public {
        Reenterer to = new Reenterer();
        TokenOrder memory o = _token();
        (o.chainId, o.verifier, o.buyToken, o.to) = (block.chainid, address(local), NATIVE, address(to));
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, SELL, BUY), sig);
        vm.prank(solver);
        escrow.openFor(2, o, sig, a);
        (Deal memory d,) = _dealOf(o, 2, a.award);
        to.hook(address(escrow), abi.encodeCall(escrow.claim, (id, d, "")));
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        delivery.deliver{value: BUY}(Drop(id, 0, NATIVE, o.to, o.deliverBy, solver, BUY));
        vm.assertTrue(!to.reached(), "claimed from inside");
        vm.assertEq(bytes32(to.answer()), bytes32(IEscrow.NothingNew.selector), "reason");
        escrow.claim(id, d, "");
        _equal(usdc.balanceOf(address(escrow)), 0, "paid once");
    }
}
