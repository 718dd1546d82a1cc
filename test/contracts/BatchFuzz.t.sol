// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import "./BatchBase.sol";

/// @dev A batch equals its lines done one by one, and no plan takes from a user what it did not sign away.
contract BatchFuzzTest is BatchBase {
    uint256 private random;
    address private bystander = address(0xB157);

    function setUp() public override {
        super.setUp();
        PlainToken[3] memory three = _three();
        for (uint256 i; i < 3; ++i) {
            three[i].mint(bystander, 1e30);
            _approve(bystander, three[i], address(settlement));
        }
    }

    /* RANDOM BATCHES */

    function _next(uint256 below) private returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % below;
    }

    function _items(uint256 seed) private returns (Item[] memory items) {
        random = seed;
        items = new Item[](1 + _next(6));
        PlainToken[3] memory three = _three();
        for (uint256 i; i < items.length; ++i) {
            uint256 from = _next(3);
            uint256 to = (from + 1 + _next(2)) % 3;
            (uint128 sell, uint128 buy) = (uint128(1 + _next(1e24)), uint128(1 + _next(1e24)));
            items[i] = _item(_next(4) == 0 ? 0 : i, uint8(_next(2)), three[from], sell, three[to], buy);
            items[i].o.sentence = bytes32(random);
            items[i].o.nonce = i << 8 | _next(4);
        }
    }

    /// @dev Amounts that an auctioneer may award: at least as good for the user as its limits.
    function _better(Item[] memory items) private returns (uint256[] memory amounts) {
        amounts = new uint256[](items.length);
        for (uint256 i; i < items.length; ++i) {
            (uint256 sold, uint256 bought) = (items[i].o.sell, items[i].o.buy);
            if (items[i].kind == 0) bought += _next(1e20);
            else sold = 1 + _next(sold);
            amounts[i] = sold << 128 | bought;
        }
    }

    /* WHAT IS COMPARED */

    /// @dev Every balance, every nonce word, and what was told.
    function _outcome(Item[] memory items, Vm.Log[] memory logs) private view returns (bytes32 all) {
        for (uint256 t; t < 3; ++t) {
            all = keccak256(abi.encode(all, _three()[t].balanceOf(solver), _three()[t].balanceOf(bystander)));
            for (uint256 i; i < items.length; ++i) {
                address owner = items[i].o.user;
                all = keccak256(abi.encode(all, _three()[t].balanceOf(owner), settlement.nonces(owner, items[i].o.nonce >> 8)));
            }
        }
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == FILLED) all = keccak256(abi.encode(all, logs[i].emitter, logs[i].topics, logs[i].data));
        }
    }

    function testFuzz_batch_equals_its_lines_past_the_window(uint256 seed) public {
        Item[] memory items = _items(seed);
        Line[] memory lines = _lines(items);
        vm.warp(NOW + 61);
        uint256 state = vm.snapshotState();
        vm.recordLogs();
        for (uint256 i; i < items.length; ++i) {
            bytes memory sig = _sign(items[i].key, _idOf(items[i].kind, items[i].o));
            vm.prank(solver);
            settlement.fill(items[i].kind, items[i].o, sig);
        }
        bytes32 alone = _outcome(items, vm.getRecordedLogs());
        vm.revertToState(state);

        vm.recordLogs();
        _fillMany(_open(), lines, _inventory(_limits(items)));
        vm.assertEq(_outcome(items, vm.getRecordedLogs()), alone, "outcome");
    }

    function testFuzz_batch_equals_its_lines_under_awards(uint256 seed) public {
        Item[] memory items = _items(seed);
        uint256[] memory amounts = _better(items);
        Batch memory b = _awardedBatch(items, amounts);
        Line[] memory lines = _lines(items);
        uint256 state = vm.snapshotState();
        vm.recordLogs();
        for (uint256 i; i < items.length; ++i) {
            bytes32 id = _idOf(items[i].kind, items[i].o);
            Award memory a = _award(id, uint128(amounts[i] >> 128), uint128(amounts[i]));
            bytes memory sig = _sign(items[i].key, id);
            PackedAward memory packed = _packed(a);
            vm.prank(solver);
            settlement.fillAwarded(items[i].kind, items[i].o, sig, packed);
        }
        bytes32 alone = _outcome(items, vm.getRecordedLogs());
        vm.revertToState(state);

        vm.recordLogs();
        _fillMany(b, lines, _inventory(amounts));
        vm.assertEq(_outcome(items, vm.getRecordedLogs()), alone, "outcome");
    }

    /* SPOILED LINES */

    /// @dev One line is spoiled in one way: the batch fails for the very reason for which that line fails alone.
    function testFuzz_spoiled_line_fails_as_it_does_alone(uint256 seed) public {
        Item[] memory items = _items(seed);
        vm.warp(NOW + 61);
        uint256 spoiled = _next(items.length);
        bytes memory sig = _spoil(items, spoiled, _next(8));
        vm.prank(solver);
        (bool ok, bytes memory alone) =
            address(settlement).call(abi.encodeCall(settlement.fill, (items[spoiled].kind, items[spoiled].o, sig)));
        vm.assertTrue(!ok, "spoiled");

        Line[] memory lines = _lines(items);
        (lines[spoiled].r, lines[spoiled].vs) = abi.decode(sig, (bytes32, bytes32));
        vm.prank(solver);
        (bool done, bytes memory reason) =
            address(settlement).call(abi.encodeCall(batches.fillMany, (_open(), lines, _inventory(_limits(items)), 0, "")));
        vm.assertTrue(!done && keccak256(reason) == keccak256(alone), "the same reason");
    }

    /// @dev Returns the compact signature of the spoiled order.
    function _spoil(Item[] memory items, uint256 i, uint256 how) private returns (bytes memory sig) {
        SwapOrder memory o = items[i].o;
        if (how == 0) o.fillBy = uint40(NOW + 60 - _next(1000));
        if (how == 1) o.exclusiveUntil = uint40(NOW + 61 + _next(1000));
        if (how == 2) o.sell = 0;
        if (how == 3) o.buy = 0;
        if (how == 4) o.buyToken = o.sellToken;
        sig = _compact(items[i].key, _idOf(items[i].kind, o));
        if (how == 5) sig = _compact(0xBAD, _idOf(items[i].kind, o));
        if (how == 6) items[i].kind ^= 1;
        if (how == 7) {
            vm.prank(o.user);
            settlement.cancelNonces(o.nonce >> 8, 1 << (o.nonce & 0xff));
        }
    }

    function _compact(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encode(r, vs);
    }

    /* ANY PLAN */

    /// @dev Two crossing pairs with room between their limits, and any plan of up to eight steps over few amounts: it fails and
    ///      moves nothing, or every user got what it signed. What others hold, approvals included, is never touched.
    function testFuzz_any_plan_keeps_every_signature(uint256 seed, uint8 length) public {
        random = seed;
        Item[] memory items = _crossing();
        uint256[] memory plan = _anyPlan(length % 9);
        _runAndCheck(items, plan);
    }

    /// @dev The same from a plan that works, with some steps replaced, halved, doubled or dropped.
    function testFuzz_damaged_plans_keep_every_signature(uint256 seed) public {
        random = seed;
        Item[] memory items = _crossing();
        uint256[] memory plan = new uint256[](8);
        (plan[0], plan[1]) = (_step(0, 1, 100), _step(1, 0, 55));
        (plan[2], plan[3]) = (_step(2, 3, 100), _step(3, 2, 55));
        (plan[4], plan[5]) = (_step(1, CALLER, 5), _step(CALLER, 2, 1));
        (plan[6], plan[7]) = (_step(3, CALLER, 5), _step(CALLER, 0, 0));
        for (uint256 damage = _next(3); damage > 0; --damage) {
            plan[_next(8)] = _anyPlan(1)[0];
        }
        _runAndCheck(items, plan);
    }

    /// @dev 0, 2: 100 USDC for at least 50 WETH. 1: 60 WETH for at least 90 USDC; 3: at most 60 WETH for exactly 100 USDC.
    function _crossing() private returns (Item[] memory items) {
        vm.warp(NOW + 61);
        items = new Item[](4);
        items[0] = _item(0, 0, usdc, 100, weth, 50);
        items[1] = _item(1, 0, weth, 60, usdc, 90);
        items[2] = _item(2, 0, usdc, 100, weth, 50);
        items[3] = _item(3, 1, weth, 60, usdc, 100);
        for (uint256 i; i < 4; ++i) {
            // More of everything, approved: only the signatures hold the plan back.
            usdc.mint(items[i].o.user, 1000);
            weth.mint(items[i].o.user, 1000);
            _approve(items[i].o.user, usdc, address(settlement));
            _approve(items[i].o.user, weth, address(settlement));
        }
    }

    function _anyPlan(uint256 length) private returns (uint256[] memory plan) {
        uint8[10] memory amounts = [0, 1, 5, 40, 50, 55, 60, 90, 99, 100];
        plan = new uint256[](length);
        for (uint256 k; k < length; ++k) {
            (uint256 from, uint256 to) = (_next(5), _next(5));
            plan[k] = _step(from == 4 ? CALLER : from, to == 4 ? CALLER : to, amounts[_next(10)]);
        }
    }

    function _runAndCheck(Item[] memory items, uint256[] memory plan) private {
        uint256[2][4] memory before = _holdings(items);
        bool ok = _try(_lines(items), plan);
        uint256[2][4] memory afterwards = _holdings(items);
        for (uint256 i; i < 4; ++i) {
            _checkUser(items[i], before[i], afterwards[i], ok);
        }
        _equal(usdc.balanceOf(bystander) + weth.balanceOf(bystander), 2e30, "a bystander paid");
        _equal(usdc.balanceOf(address(settlement)) + weth.balanceOf(address(settlement)), 0, "held");
        _equal(usdc.allowance(bystander, address(settlement)), type(uint256).max, "allowance");
    }

    function _try(Line[] memory lines, uint256[] memory plan) private returns (bool ok) {
        vm.prank(solver);
        (ok,) = address(settlement).call(abi.encodeCall(batches.fillMany, (_open(), lines, plan, 0, "")));
    }

    function _checkUser(Item memory item, uint256[2] memory before, uint256[2] memory afterwards, bool ok) private view {
        (uint256 sells, uint256 buys) = item.o.sellToken == address(usdc) ? (0, 1) : (1, 0);
        uint256 sold = before[sells] - afterwards[sells];
        uint256 bought = afterwards[buys] - before[buys];
        if (!ok) vm.assertTrue(sold == 0 && bought == 0, "a failed plan moved something");
        else if (item.kind == 0) vm.assertTrue(sold == item.o.sell && bought >= item.o.buy, "exact in");
        else vm.assertTrue(sold <= item.o.sell && bought == item.o.buy, "exact out");
        vm.assertTrue(settlement.isSpent(item.o.user, item.o.nonce) == ok, "nonce");
    }

    function _holdings(Item[] memory items) private view returns (uint256[2][4] memory held) {
        for (uint256 i; i < 4; ++i) {
            held[i] = [usdc.balanceOf(items[i].o.user), weth.balanceOf(items[i].o.user)];
        }
    }

    /// @dev The control of the two tests above: the plan that they damage works.
    function test_the_undamaged_plan_works() public {
        Item[] memory items = _crossing();
        uint256[] memory plan = new uint256[](7);
        (plan[0], plan[1]) = (_step(0, 1, 100), _step(1, 0, 55));
        (plan[2], plan[3]) = (_step(2, 3, 100), _step(3, 2, 55));
        (plan[4], plan[5], plan[6]) = (_step(1, CALLER, 5), _step(CALLER, 2, 1), _step(3, CALLER, 5));
        _runAndCheck(items, plan);
        vm.assertTrue(settlement.isSpent(items[0].o.user, items[0].o.nonce), "filled");
        _equal(weth.balanceOf(items[2].o.user), 1056, "with a gift of the caller");
    }
}
