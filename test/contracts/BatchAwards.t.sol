// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import "./BatchBase.sol";

/// @dev fillMany within the exclusive window: one signature of the auctioneer for all lines.
contract BatchAwardsTest is BatchBase {
    /// @dev Pair with a surplus of one on each side; line 1 fixes what it buys.
    function _awardedPair() private returns (Item[] memory items, uint256[] memory amounts) {
        items = _pair();
        items[0].o.buy = BUY - 1;
        items[1].kind = 1;
        items[1].o.sell = BUY + 1;
        amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (uint256(SELL) << 128 | BUY, uint256(BUY) << 128 | SELL);
    }

    function _refusedAwards(Batch memory b, Item[] memory items, uint256[] memory amounts, bytes memory reason) private {
        _refused(b, _lines(items), _ring(amounts), reason);
    }

    function _badSignature() private view returns (bytes memory) {
        return abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer);
    }

    function test_awarded_amounts_exactly() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        Line[] memory lines = _lines(items);
        bytes32 id = _ids(items)[0];
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(id, solver, uint256(SELL) << 128 | BUY);
        _fillMany(b, lines, _ring(amounts));
        _equal(weth.balanceOf(items[0].o.user), BUY, "0");
        _equal(usdc.balanceOf(items[1].o.user), SELL, "1");
    }

    /// @dev More for the user, less from it: whatever differs from the award is refused, even what its signature would allow.
    function test_other_amounts_than_awarded() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        weth.mint(items[1].o.user, 1);
        uint256[] memory less = _steps(_step(0, 1, SELL), _step(1, 0, BUY - 1));
        _refused(b, _lines(items), less, _badSignature());
        uint256[] memory more = _steps(_step(0, 1, SELL), _step(1, 0, BUY + 1));
        _refused(b, _lines(items), more, _badSignature());
    }

    function test_award_below_a_limit_is_refused_whoever_signed() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        amounts[0] -= 2;
        amounts[1] -= 2 << 128;
        Batch memory b = _awardedBatch(items, amounts);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, SELL, BUY - 2));
    }

    function test_only_its_solver() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        Line[] memory lines = _lines(items);
        vm.expectRevert(_badSignature());
        vm.prank(stranger);
        batches.fillMany(b, lines, _ring(amounts), 0, "");
    }

    function test_hours() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        vm.warp(NOW - 1);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.NotYet.selector, NOW));
        vm.warp(NOW + 31);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30));
        vm.warp(NOW + 30);
        _fillMany(b, _lines(items), _ring(amounts));
    }

    /// @dev The award must end 24 s before the exclusive window of every line.
    function test_grace_of_every_line() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        items[1].o.exclusiveUntil = uint40(NOW + 53);
        Batch memory b = _awardedBatch(items, amounts);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 53));
        items[1].o.exclusiveUntil = uint40(NOW + 54);
        b = _awardedBatch(items, amounts);
        _fillMany(b, _lines(items), _ring(amounts));
    }

    /// @dev An award that ends in the last second of time does not wrap around.
    function test_grace_at_the_end_of_time() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        b.award |= type(uint40).max;
        (b.r, b.vs) = vm.signCompact(AUCTIONEER_KEY, _awardsDigest(b.award, _ids(items), amounts, solver));
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
    }

    function test_late_line_within_an_award() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        items[1].o.fillBy = uint40(NOW + 10);
        Batch memory b = _awardedBatch(items, amounts);
        vm.warp(NOW + 11);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 10));
    }

    function test_without_the_signature_lines_wait_for_their_windows() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        _refusedAwards(_open(), items, amounts, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 60));
    }

    function test_after_the_window_no_award_holds() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        vm.warp(NOW + 61);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30));
    }

    function test_auctioneer_zero_cannot_award() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        (items[0].o.auctioneer, items[1].o.auctioneer) = (address(0), address(0));
        Batch memory b = _awardedBatch(items, amounts);
        (b.auctioneer, b.r, b.vs) = (address(0), 0, 0);
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(IErrors.BadSignature.selector, address(0)));
    }

    /// @dev Dropping, adding, or exchanging lines makes other lists.
    function test_awards_are_for_these_lines_in_this_order() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        uint256[] memory one = new uint256[](1);
        one[0] = amounts[0];
        _refused(b, _lines(_one(items[0])), _inventory(one), _badSignature());
        (items[0], items[1], amounts[0], amounts[1]) = (items[1], items[0], amounts[1], amounts[0]);
        _refusedAwards(b, items, amounts, _badSignature());
    }

    function test_awards_twice() public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        _fillMany(b, _lines(items), _ring(amounts));
        _refusedAwards(b, items, amounts, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 300));
    }

    /// @dev `Awards` is another type than `Award`: neither signature passes for the other.
    function test_single_award_is_no_batch_award() public {
        Item[] memory items = _one(_item(0, 0, usdc, SELL, weth, BUY));
        bytes32 id = _ids(items)[0];
        Batch memory b = _awardedBatch(items, _limits(items));
        Award memory a = _award(id, SELL, BUY);
        (bytes32 r, bytes32 vs) = (b.r, b.vs);
        (b.r, b.vs) = vm.signCompact(AUCTIONEER_KEY, _awardDigest(a));
        _refused(b, _lines(items), _inventory(_limits(items)), _badSignature());

        bytes memory userSig = _sign(items[0].key, id);
        vm.expectRevert(_badSignature());
        vm.prank(solver);
        settlement.fillAwarded(0, items[0].o, userSig, _packed(a, r, vs));
    }

    /// @dev Every bit of the packed terms is signed; the 40 bits above them belong to no field and are not read.
    /// @custom:runs 1000
    function testFuzz_any_bit_of_the_award(uint256 bit) public {
        (Item[] memory items, uint256[] memory amounts) = _awardedPair();
        Batch memory b = _awardedBatch(items, amounts);
        Line[] memory lines = _lines(items);
        bit %= 768;
        if (bit < 256) b.award ^= 1 << bit;
        else if (bit < 512) b.r ^= bytes32(1 << bit % 256);
        else b.vs ^= bytes32(1 << bit % 256);
        vm.prank(solver);
        (bool ok,) = address(settlement).call(abi.encodeCall(batches.fillMany, (b, lines, _ring(amounts), 0, "")));
        vm.assertTrue(ok == (bit >= 216 && bit < 256), "bit");
    }
}
