// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";

/// @dev Keys that solvers register to sign bids, replies and vouchers: what they bind, and for how long.
contract KeysTest is Base {
    uint256 private constant KEY = 0x5E7;
    uint256 private constant OTHER_KEY = 0x07E4;
    address private key = VM.addr(KEY);
    address private other = VM.addr(OTHER_KEY);

    /* REGISTERING */

    function test_a_key_counts_from_its_registration_until_the_delay_after_its_removal() public {
        vm.assertTrue(!bonds.isKey(solver, key), "not yet");
        vm.expectEmit(address(bonds));
        emit IBonds.KeySet(solver, key);
        vm.prank(solver);
        bonds.setKey(key);
        vm.assertTrue(bonds.isKey(solver, key), "at once");
        _equal(bonds.keys(solver, key), type(uint40).max, "until it is removed");
        vm.assertTrue(!bonds.isKey(other, key), "of its solver only");
        vm.assertTrue(!bonds.isKey(key, solver), "one way");

        vm.warp(NOW + 365 days);
        vm.expectEmit(address(bonds));
        emit IBonds.KeyRemoved(solver, key, NOW + 365 days + DELAY);
        vm.prank(solver);
        bonds.removeKey(key);
        vm.warp(NOW + 365 days + DELAY);
        vm.assertTrue(bonds.isKey(solver, key), "last second");
        vm.warp(NOW + 365 days + DELAY + 1);
        vm.assertTrue(!bonds.isKey(solver, key), "over");
    }

    function test_only_a_registered_key_can_be_removed_once() public {
        _fails(IBonds.BadKey.selector, key);
        vm.prank(solver);
        bonds.removeKey(key);
        vm.startPrank(solver);
        bonds.setKey(key);
        bonds.removeKey(key);
        // A second removal would set the end anew.
        vm.warp(NOW + 1 days);
        _fails(IBonds.BadKey.selector, key);
        bonds.removeKey(key);
        _equal(bonds.keys(solver, key), NOW + DELAY, "the first removal's end");
        vm.stopPrank();
        _fails(IBonds.BadKey.selector, key);
        vm.prank(other);
        bonds.removeKey(key);
    }

    function test_a_key_can_come_back() public {
        vm.startPrank(solver);
        bonds.setKey(key);
        bonds.removeKey(key);
        bonds.setKey(key);
        vm.warp(NOW + DELAY + 1);
        vm.assertTrue(bonds.isKey(solver, key), "set again");
        bonds.removeKey(key);
        vm.warp(NOW + 3 * DELAY);
        vm.assertTrue(!bonds.isKey(solver, key), "gone");
        bonds.setKey(key);
        vm.assertTrue(bonds.isKey(solver, key), "set once more");
    }

    /// @dev An invalid signature recovers to zero: zero must never be anybody's key.
    function test_zero_is_no_key() public {
        _fails(IBonds.BadKey.selector, address(0));
        vm.prank(solver);
        bonds.setKey(address(0));
        vm.assertTrue(!bonds.isKey(solver, address(0)), "never");
    }

    /// @custom:runs 10000
    function testFuzz_a_key_signs_iff_set_and_not_yet_gone(uint40 removedAfter, uint40 lookAfter) public {
        removedAfter %= 1000 days;
        lookAfter %= 3000 days;
        vm.prank(solver);
        bonds.setKey(key);
        vm.warp(NOW + removedAfter);
        vm.prank(solver);
        bonds.removeKey(key);
        vm.warp(NOW + removedAfter + lookAfter);
        vm.assertTrue(bonds.isKey(solver, key) == (lookAfter <= DELAY), "until the delay after the removal");
    }

    /* BINDING */

    function _acceptedBy(uint256 signer) private returns (Award memory a, Reply memory r, bytes memory replySig) {
        a = _award(_idOf(FILL_IN, _swap()), SELL, BUY);
        r = Reply("authorisation", true);
        replySig = _sign(signer, _digestFor(a.order, _hashReply(_awardDigest(a), r)));
    }

    function _slash(uint256 signer) private {
        (Award memory a, Reply memory r, bytes memory replySig) = _acceptedBy(signer);
        bytes memory auctioneerSig = _signAward(a);
        bonds.slashNoShow(address(settlement), FILL_IN, abi.encode(_swap()), a, auctioneerSig, r, replySig);
    }

    function test_an_acceptance_by_a_key_binds_its_solver() public {
        _bond(100e6);
        vm.warp(NOW + 31);
        _fails(IErrors.BadSignature.selector, solver);
        _slash(KEY);
        vm.prank(solver);
        bonds.setKey(key);
        uint256 before = usdc.balanceOf(user);
        _slash(KEY);
        _equal(usdc.balanceOf(user) - before, 47.5e6, "slashed");
    }

    /// @dev A key cannot be taken back under a promise: only after the delay, when bonds may leave too.
    function test_a_removed_key_still_binds_for_the_delay() public {
        _bond(100e6);
        vm.startPrank(solver);
        bonds.setKey(key);
        bonds.removeKey(key);
        vm.stopPrank();
        vm.warp(NOW + DELAY);
        uint256 snapshot = vm.snapshotState();
        _slash(KEY);
        vm.revertToState(snapshot);
        vm.warp(NOW + DELAY + 1);
        _fails(IErrors.BadSignature.selector, solver);
        _slash(KEY);
        // The solver's own key needs no registration and cannot be removed.
        _slash(SOLVER_KEY);
    }

    function test_a_key_does_not_bind_another_solver() public {
        _bond(100e6);
        vm.prank(other);
        bonds.setKey(key);
        vm.warp(NOW + 31);
        _fails(IErrors.BadSignature.selector, solver);
        _slash(KEY);
    }

    /// @dev Who names another's address as its key gives that other power over itself, and gains none.
    function test_naming_anothers_address_as_a_key_gives_no_power_over_it() public {
        _bond(100e6);
        vm.prank(other);
        bonds.setKey(solver);
        vm.warp(NOW + 31);
        _fails(IErrors.BadSignature.selector, solver);
        _slash(OTHER_KEY);
    }

    function test_an_order_opens_with_an_acceptance_by_a_key() public {
        vm.prank(solver);
        bonds.setKey(key);
        TokenOrder memory o = _token();
        bytes memory sig = _sign(USER_KEY, _idOf(OPEN_IN, o));
        Awarded memory a = _awarded(_award(_idOf(OPEN_IN, o), SELL, BUY), sig);
        a.replySig = _sign(KEY, _digestFor(a.award.order, _hashReply(_awardDigest(a.award), a.reply)));
        uint256 snapshot = vm.snapshotState();
        vm.prank(stranger);
        escrow.openFor(OPEN_IN, o, sig, a);
        vm.revertToState(snapshot);
        a.replySig = _sign(OTHER_KEY, _digestFor(a.award.order, _hashReply(_awardDigest(a.award), a.reply)));
        _fails(IErrors.BadSignature.selector, solver);
        vm.prank(stranger);
        escrow.openFor(OPEN_IN, o, sig, a);
    }
}
