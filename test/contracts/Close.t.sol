// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Planted.sol";
import {BlocklistToken} from "./Tokens.sol";

/// @dev How what was not delivered comes back: by the clock, or at once by a final record.
contract CloseTest is Planted {
    bytes32 private id;
    Deal private d;
    Cold private c;

    function setUp() public override {
        super.setUp();
        (bytes32 id_, Deal memory d_, Cold memory c_) = _planted();
        (id, d, c) = (id_, d_, c_);
        _bond(200e6);
        vm.warp(_place().deliverBy + 1);
    }

    function _final(uint256 word) private returns (bytes memory) {
        return _evidenceOf(_keyOf(id, d), word, 3);
    }

    function _closeFinal(uint256 word) private {
        bytes memory evidence = _final(word);
        (Deal memory deal, Cold memory cold, Place memory place) = (d, c, _place());
        vm.prank(stranger);
        escrow.closeFinal(id, deal, cold, place, evidence);
    }

    function _refuses(uint256 word, bytes memory why) private {
        bytes memory evidence = _final(word);
        (Deal memory deal, Cold memory cold, Place memory place) = (d, c, _place());
        vm.expectRevert(why);
        escrow.closeFinal(id, deal, cold, place, evidence);
    }

    function _bondLeft() private view returns (uint256 balance) {
        (balance,) = bonds.accounts(solver, auctioneer);
    }

    function test_closeFinal_of_nothing_delivered_refunds_all_and_takes_the_bond() public {
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(0, 0), _amounts(SELL, BOND));
        _closeFinal(0);
        _equal(usdc.balanceOf(user) - before, uint256(SELL) + BOND, "refund and bond");
        _equal(_bondLeft(), 200e6 - BOND, "taken");
        _isClosed(id);
        _refuses(0, abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(1))));
    }

    function test_closeFinal_of_a_part_pays_it_refunds_the_rest_and_takes_the_share_rounded_up() public {
        (uint256 solverBefore, uint256 userBefore) = (usdc.balanceOf(solver), usdc.balanceOf(user));
        uint256 paid = uint256(SELL) * (BUY / 3) / BUY;
        uint256 penalty = (uint256(BOND) * (BUY - BUY / 3) + BUY - 1) / BUY;
        _closeFinal(NOW << 128 | BUY / 3);
        _equal(usdc.balanceOf(solver) - solverBefore, paid, "paid");
        _equal(usdc.balanceOf(user) - userBefore, SELL - paid + penalty, "refund and share");
        _equal(_bondLeft(), 200e6 - penalty, "taken");
    }

    function test_closeFinal_of_all_pays_and_takes_nothing() public {
        uint256 before = usdc.balanceOf(solver);
        _closeFinal(NOW << 128 | BUY + 5);
        _equal(usdc.balanceOf(solver) - before, SELL, "paid");
        _equal(_bondLeft(), 200e6, "bond whole");
        _isClosed(id);
    }

    function test_closeFinal_after_a_claim_pays_the_difference() public {
        Deal memory deal = d;
        escrow.claim(id, deal, _final(NOW << 128 | BUY / 4));
        (d.delivered, d.released) = (BUY / 4, SELL / 4);
        _refuses(NOW << 128 | (BUY / 4 - 1), abi.encodeWithSelector(IEscrow.NothingNew.selector, BUY / 4));
        (uint256 solverBefore, uint256 userBefore) = (usdc.balanceOf(solver), usdc.balanceOf(user));
        _closeFinal(NOW << 128 | BUY / 2);
        _equal(usdc.balanceOf(solver) - solverBefore, SELL / 4, "the difference");
        _equal(usdc.balanceOf(user) - userBefore, SELL / 2 + BOND / 2, "the rest and half the bond");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
    }

    function test_closeFinal_with_nothing_more_than_claimed_refunds_the_rest() public {
        Deal memory deal = d;
        escrow.claim(id, deal, _final(NOW << 128 | BUY / 4));
        (d.delivered, d.released) = (BUY / 4, SELL / 4);
        _closeFinal(NOW << 128 | BUY / 4);
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
    }

    /// @dev D4: only a record of a later time is final; one of the last second is not.
    function test_closeFinal_needs_a_record_of_after_deliverBy() public {
        uint256 deliverBy = _place().deliverBy;
        vm.warp(deliverBy);
        _refuses(0, abi.encodeWithSelector(IErrors.NotYet.selector, deliverBy));
        vm.warp(deliverBy + 1);
        _closeFinal(0);
    }

    function test_closeFinal_takes_the_time_from_the_evidence_not_from_the_clock() public {
        uint256 deliverBy = _place().deliverBy;
        vm.warp(deliverBy);
        bytes memory evidence = _final(0);
        vm.warp(deliverBy + 500);
        (Deal memory deal, Cold memory cold, Place memory place) = (d, c, _place());
        _fails(IErrors.NotYet.selector, deliverBy);
        escrow.closeFinal(id, deal, cold, place, evidence);
    }

    function test_closeFinal_place_and_cold_are_the_signed_ones() public {
        bytes memory evidence = _final(0);
        (Deal memory deal, Cold memory cold, Place memory place) = (d, c, _place());
        place.deliverBy -= 1;
        _fails(IEscrow.WrongPlace.selector, deal.where);
        escrow.closeFinal(id, deal, cold, place, evidence);
        place = _place();
        place.to = stranger;
        _fails(IEscrow.WrongPlace.selector, deal.where);
        escrow.closeFinal(id, deal, cold, place, evidence);
        place = _place();
        place.token = address(usdc);
        _fails(IEscrow.WrongPlace.selector, deal.where);
        escrow.closeFinal(id, deal, cold, place, evidence);
        place = _place();
        cold.bond += 1;
        _fails(IEscrow.WrongDeal.selector, escrow.deals(id));
        escrow.closeFinal(id, deal, cold, place, evidence);
        cold.bond -= 1;
        cold.user = stranger;
        _fails(IEscrow.WrongDeal.selector, escrow.deals(id));
        escrow.closeFinal(id, deal, cold, place, evidence);
    }

    /// @dev The bond pays what is there; the refund does not wait for it.
    function test_closeFinal_with_too_small_a_bond_still_refunds() public {
        vm.prank(solver);
        bonds.requestExit(auctioneer, 195e6);
        vm.warp(block.timestamp + DELAY + 1);
        vm.prank(solver);
        bonds.exit(auctioneer);
        uint256 before = usdc.balanceOf(user);
        _closeFinal(0);
        _equal(usdc.balanceOf(user) - before, uint256(SELL) + 5e6, "refund and what was there");
        _equal(_bondLeft(), 0, "empty");
    }

    function test_closeFinal_reaches_a_bond_that_is_leaving() public {
        vm.prank(solver);
        bonds.requestExit(auctioneer, 200e6);
        uint256 before = usdc.balanceOf(user);
        _closeFinal(0);
        _equal(usdc.balanceOf(user) - before, uint256(SELL) + BOND, "refund and bond");
    }

    function test_closeFinal_is_for_tokens() public {
        Deal memory deal = d;
        (Cold memory cold, Place memory place) = (c, _place());
        deal.chain = 0;
        _store(id, deal);
        _fails(IEscrow.NotTokens.selector);
        escrow.closeFinal(id, deal, cold, place, "");
    }

    function test_closeFinal_of_a_race_without_winner_refunds_all() public {
        TokenOrder memory o = _token();
        o.nonce = 77;
        (bytes32 race, Deal memory deal, Cold memory cold) = _plant(o, address(0), SELL, BUY);
        bytes memory evidence = _evidenceOf(_raceKeyOf(race, deal), 0, 6);
        uint256 before = usdc.balanceOf(user);
        escrow.closeFinal(race, deal, cold, _place(), evidence);
        _equal(usdc.balanceOf(user) - before, SELL, "refund");
        _isClosed(race);
        _equal(_bondLeft(), 200e6, "nobody's bond");
    }

    function test_closeFinal_of_a_won_race_pays_the_winner() public {
        TokenOrder memory o = _token();
        o.nonce = 78;
        (bytes32 race, Deal memory deal, Cold memory cold) = _plant(o, address(0), SELL, BUY);
        bytes memory evidence = _evidenceOf(_raceKeyOf(race, deal), _won(stranger), 6);
        escrow.closeFinal(race, deal, cold, _place(), evidence);
        _equal(usdc.balanceOf(stranger), SELL, "paid");
    }

    function test_close_of_a_race_after_closeAfter() public {
        TokenOrder memory o = _token();
        o.nonce = 79;
        (bytes32 race, Deal memory deal, Cold memory cold) = _plant(o, address(0), SELL, BUY);
        vm.warp(cold.closeAfter + 1);
        uint256 before = usdc.balanceOf(user);
        escrow.close(race, deal, cold);
        _equal(usdc.balanceOf(user) - before, SELL, "refund");
    }

    /// @dev C2: neither side's trouble with the token stops the other's money.
    function test_closeFinal_of_blocklisted_parties_credits_both() public {
        BlocklistToken listed = new BlocklistToken();
        TokenOrder memory o = _token();
        o.sellToken = address(listed);
        (bytes32 other, Deal memory deal, Cold memory cold) = _plant(o, solver, SELL, BUY);
        listed.setBlocked(user, true);
        listed.setBlocked(solver, true);
        bytes memory evidence = _evidenceOf(_keyOf(other, deal), NOW << 128 | BUY / 2, 3);
        escrow.closeFinal(other, deal, cold, _place(), evidence);
        _equal(escrow.credits(address(listed), solver), SELL / 2, "solver");
        _equal(escrow.credits(address(listed), user), SELL / 2, "user");
    }

    /// @dev Inv. 1, 2, 30: whatever was delivered, the deposit is split exactly and the bond's share is rounded up.
    /// @custom:runs 1000
    function testFuzz_closeFinal_splits_everything(uint128 sell, uint128 units, uint128 claimed, uint128 delivered) public {
        sell = 1 + sell % 1e24;
        units = 1 + units % type(uint96).max;
        delivered = uint128(delivered % (uint256(units) * 2));
        uint128 counted = delivered < units ? delivered : units;
        usdc.burn(address(escrow), SELL); // the deal of setUp
        uint256[3] memory before = [usdc.balanceOf(solver), usdc.balanceOf(user), _bondLeft()];
        _splits(sell, units, claimed % (counted == units ? units : counted + 1), delivered);
        uint256 penalty = (uint256(BOND) * (units - counted) + units - 1) / units;
        uint256 paid = uint256(sell) * counted / units;
        _equal(usdc.balanceOf(solver) - before[0], paid, "paid");
        _equal(usdc.balanceOf(user) - before[1], sell - paid + penalty, "refunded, with the share");
        _equal(before[2] - _bondLeft(), penalty, "from the bond");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
    }

    function _splits(uint128 sell, uint128 units, uint128 claimed, uint128 delivered) private {
        TokenOrder memory o = _token();
        o.nonce = 80;
        (bytes32 other, Deal memory deal, Cold memory cold) = _plant(o, solver, sell, units);
        if (claimed != 0) {
            escrow.claim(other, deal, _evidenceOf(_keyOf(other, deal), claimed, 5));
            (deal.delivered, deal.released) = (claimed, uint128(uint256(sell) * claimed / units));
        }
        escrow.closeFinal(other, deal, cold, _place(), _evidenceOf(_keyOf(other, deal), delivered, 5));
    }
}
