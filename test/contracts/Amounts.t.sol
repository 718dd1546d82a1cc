// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Amounts} from "../../contracts/src/libraries/Amounts.sol";
import {VM, Vm} from "./Vm.sol";

/// @dev What Amounts promises, over all inputs that orders can hold. The same sentences are proved by `npm run prove`.
contract AmountsTest {
    Vm private constant vm = VM;

    function _less(uint256 a, uint256 b, string memory what) private pure {
        vm.assertTrue(a < b, what);
    }

    function test_price_by_hand() external pure {
        vm.assertEq(Amounts.price(2_000_000, 5400, 3600), 3_000_000, "an hour and a half");
        vm.assertEq(Amounts.price(2_000_000, 1, 3600), 555, "a second, down");
        vm.assertEq(Amounts.price(type(uint128).max, type(uint128).max, 1), uint256(type(uint128).max) ** 2, "no overflow");
    }

    /// @custom:runs 10000
    function testFuzz_price_is_the_floor_and_never_above_the_deposit(uint128 num, uint128 units, uint128 den) external pure {
        vm.assume(den != 0);
        uint256 price = Amounts.price(num, units, den);
        vm.assertLe(price * den, uint256(num) * units, "down");
        _less(uint256(num) * units, (price + 1) * den, "by less than one");
        if (units <= den) vm.assertLe(price, num, "at most the whole");
        vm.assertEq(Amounts.price(num, den, den), num, "the whole for all");
    }

    /// @custom:runs 10000
    function testFuzz_price_of_parts_never_exceeds_that_of_the_whole(uint128 num, uint128 a, uint128 b, uint128 den) external pure {
        vm.assume(den != 0 && uint256(a) + b <= type(uint128).max);
        vm.assertLe(Amounts.price(num, a, den) + Amounts.price(num, b, den), Amounts.price(num, a + b, den), "cumulative is most");
    }

    function test_parts_by_hand() external pure {
        vm.assertEq(Amounts.least(10, 1, 3), 4, "buy up");
        vm.assertEq(Amounts.most(10, 1, 3), 3, "sell down");
        vm.assertEq(Amounts.least(10, 0, 3), 0, "nothing");
        vm.assertEq(Amounts.least(9, 1, 3), 3, "exact");
    }

    /// @custom:runs 10000
    function testFuzz_parts_bring_at_least_and_take_at_most_the_whole(uint128 limit, uint128 part, uint128 whole) external pure {
        vm.assume(whole != 0);
        part = uint128(part % (uint256(whole) + 1));
        uint256 least = Amounts.least(limit, part, whole);
        uint256 most = Amounts.most(limit, part, whole);
        vm.assertLe(uint256(limit) * part, least * whole, "buy up");
        if (least != 0) _less((least - 1) * whole, uint256(limit) * part, "by less than one");
        vm.assertLe(most * whole, uint256(limit) * part, "sell down");
        _less(uint256(limit) * part, (most + 1) * whole, "by less than one");
        vm.assertLe(least, limit, "at most the limit");
        vm.assertLe(limit, least + Amounts.least(limit, whole - part, whole), "two parts bring the limit");
        vm.assertLe(most + Amounts.most(limit, whole - part, whole), limit, "two parts take at most the limit");
    }

    function test_curve_by_hand() external pure {
        vm.assertEq(Amounts.decayed(100, 90, 1000, 1003, 1000), 100, "start");
        vm.assertEq(Amounts.decayed(100, 90, 1000, 1003, 1001), 97, "buy: 96.67 up");
        vm.assertEq(Amounts.decayed(100, 90, 1000, 1003, 1002), 94, "buy: 93.33 up");
        vm.assertEq(Amounts.decayed(100, 90, 1000, 1003, 1003), 90, "end");
        vm.assertEq(Amounts.decayed(90, 100, 1000, 1003, 1001), 93, "sell: 93.33 down");
        vm.assertEq(Amounts.decayed(90, 100, 1000, 1003, 1002), 96, "sell: 96.67 down");
        vm.assertEq(Amounts.decayed(90, 100, 1000, 1003, 0), 90, "before");
        vm.assertEq(Amounts.decayed(90, 100, 1000, 1003, type(uint256).max), 100, "for ever after");
    }

    /// @custom:runs 10000
    function testFuzz_curve_stays_inside_and_is_monotone(uint128 from, uint128 to, uint40 start, uint40 end, uint64 t, uint64 u)
        external
        pure
    {
        vm.assume(start < end && t <= u);
        uint256 early = Amounts.decayed(from, to, start, end, t);
        uint256 late = Amounts.decayed(from, to, start, end, u);
        (uint256 low, uint256 high) = from < to ? (from, to) : (to, from);
        vm.assertTrue(low <= early && early <= high, "inside");
        vm.assertTrue(from >= to ? early >= late : early <= late, "one way");
        if (t <= start) vm.assertEq(early, from, "not before");
        if (u >= end) vm.assertEq(late, to, "arrived");
    }

    /// @custom:runs 10000
    function testFuzz_curve_is_never_better_than_the_line(uint128 from, uint128 to, uint40 start, uint40 end, uint40 second)
        external
        pure
    {
        vm.assume(start < end);
        (uint256 span, uint256 into) = (end - start, second % (end - start));
        uint256 limit = Amounts.decayed(from, to, start, end, start + into);
        uint256 line = uint256(from) * (span - into) + uint256(to) * into;
        if (from >= to) {
            vm.assertLe(line, limit * span, "buy at least");
            _less(limit * span, line + span, "by less than one");
        } else {
            vm.assertLe(limit * span, line, "sell at most");
            _less(line, (limit + 1) * span, "by less than one");
        }
    }

    /// @custom:runs 10000
    function testFuzz_fee_is_the_floor(uint128 sold, uint16 bps) external pure {
        bps %= 201;
        uint256 fee = Amounts.fee(sold, bps);
        vm.assertLe(fee * 10_000, uint256(sold) * bps, "down");
        _less(uint256(sold) * bps, (fee + 1) * 10_000, "by less than one");
        vm.assertLe(fee * 50, sold, "two percent at most");
    }

    /// @custom:runs 10000
    function testFuzz_forfeit_is_the_undelivered_share_up(uint96 bond, uint128 delivered, uint128 units) external pure {
        vm.assume(units != 0);
        delivered = uint128(delivered % (uint256(units) + 1));
        uint256 lost = Amounts.forfeit(bond, delivered, units);
        vm.assertLe(lost, bond, "at most the bond");
        vm.assertLe(uint256(bond) * (units - delivered), lost * units, "up");
        if (lost != 0) _less((lost - 1) * units, uint256(bond) * (units - delivered), "by less than one");
        vm.assertEq(Amounts.forfeit(bond, 0, units), bond, "all for nothing");
        vm.assertEq(Amounts.forfeit(bond, units, units), 0, "nothing for all");
    }
}
