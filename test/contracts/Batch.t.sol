// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import "./BatchBase.sol";
import {BlocklistToken, BombToken, FalseToken, FeeToken, SilentToken} from "./Tokens.sol";

/// @dev fillMany past the exclusive window: what it does, and every reason for which it refuses a line or a plan.
contract BatchTest is BatchBase {
    function setUp() public override {
        super.setUp();
        vm.warp(NOW + 61);
    }

    /* WHAT IT DOES */

    function test_inventory_pays_every_line_its_limit() public {
        Item[] memory items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 1, dai, 7, usdc, 9);
        bytes32[] memory ids = _ids(items);
        uint256 before = usdc.balanceOf(solver);
        Line[] memory lines = _lines(items);
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(ids[0], solver, uint256(SELL) << 128 | BUY);
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(ids[1], solver, 7 << 128 | 9);
        _fillMany(_open(), lines, _inventory(_limits(items)));

        _equal(weth.balanceOf(items[0].o.user), BUY, "bought 0");
        _equal(usdc.balanceOf(items[0].o.user), 0, "sold 0");
        _equal(usdc.balanceOf(items[1].o.user), 9, "bought 1");
        _equal(dai.balanceOf(items[1].o.user), 0, "sold 1");
        _equal(usdc.balanceOf(solver), before + SELL - 9, "solver");
        for (uint256 i; i < 2; ++i) {
            vm.assertTrue(settlement.isSpent(items[i].o.user, items[i].o.nonce), "spent");
        }
    }

    function test_pair_costs_one_transfer_per_order() public {
        Item[] memory items = _pair();
        Line[] memory lines = _lines(items);
        vm.recordLogs();
        _fillMany(_open(), lines, _ring(_limits(items)));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        _equal(_count(logs, TRANSFER), 2, "transfers");
        _equal(_count(logs, FILLED), 2, "fills");
        _equal(weth.balanceOf(items[0].o.user), BUY, "0 has what 1 had");
        _equal(usdc.balanceOf(items[1].o.user), SELL, "1 has what 0 had");
    }

    /// @dev Line i sells token i mod 2 to line i + 1; an odd ring needs a third token for its last line.
    function testFuzz_ring_of_any_length_costs_one_transfer_per_order(uint256 length, uint128 amount) public {
        length = 2 + length % 24;
        amount = uint128(1 + amount % 1e30);
        Item[] memory items = new Item[](length);
        for (uint256 i; i < length; ++i) {
            items[i] = _item(i, uint8(i % 2), _ringToken(i, length), amount + uint128(i), _ringToken((i + length - 1) % length, length), amount + uint128((i + length - 1) % length));
        }
        Line[] memory lines = _lines(items);
        vm.recordLogs();
        _fillMany(_open(), lines, _ring(_limits(items)));
        _equal(_count(vm.getRecordedLogs(), TRANSFER), length, "transfers");
        for (uint256 i; i < length; ++i) {
            _equal(PlainToken(items[i].o.buyToken).balanceOf(items[i].o.user), items[i].o.buy, "bought");
        }
    }

    function _ringToken(uint256 i, uint256 length) private view returns (PlainToken) {
        return _three()[i == length - 1 && length % 2 == 1 ? 2 : i % 2];
    }

    function test_surplus_of_a_pair_goes_where_the_plan_says() public {
        Item[] memory items = _pair();
        items[0].o.buy = BUY - 10;
        uint256[] memory plan = new uint256[](3);
        (plan[0], plan[1], plan[2]) = (_step(0, 1, SELL), _step(1, 0, BUY - 4), _step(1, CALLER, 4));
        uint256 before = weth.balanceOf(solver);
        _fillOpen(items, plan);
        _equal(weth.balanceOf(items[0].o.user), BUY - 4, "user's share");
        _equal(weth.balanceOf(solver), before + 4, "solver's share");
    }

    function test_exact_out_may_cost_less_than_its_ceiling() public {
        Item[] memory items = _one(_item(0, 1, usdc, SELL, weth, BUY));
        bytes32 id = _ids(items)[0];
        Line[] memory lines = _lines(items);
        vm.expectEmit(address(settlement));
        emit ISettlement.Filled(id, solver, 5 << 128 | BUY);
        _fillMany(_open(), lines, _steps(_step(0, CALLER, 5), _step(CALLER, 0, BUY)));
        _equal(usdc.balanceOf(items[0].o.user), SELL - 5, "kept");
    }

    function test_a_step_may_be_split_and_a_line_paid_by_several() public {
        Item[] memory items = new Item[](3);
        items[0] = _item(0, 0, usdc, 100, weth, 60);
        items[1] = _item(1, 0, weth, 40, usdc, 70);
        items[2] = _item(2, 0, weth, 20, usdc, 30);
        uint256[] memory plan = new uint256[](4);
        (plan[0], plan[1]) = (_step(0, 1, 70), _step(0, 2, 30));
        (plan[2], plan[3]) = (_step(1, 0, 40), _step(2, 0, 20));
        _fillOpen(items, plan);
        _equal(weth.balanceOf(items[0].o.user), 60, "from two");
    }

    function test_one_user_with_two_lines_trades_with_itself_only_by_its_own_signatures() public {
        Item[] memory items = _pair();
        (items[1].key, items[1].o.user, items[1].o.to) = (items[0].key, items[0].o.user, items[0].o.user);
        weth.mint(items[0].o.user, BUY);
        _approve(items[0].o.user, weth, address(settlement));
        _fillOpen(items, _ring(_limits(items)));
        _equal(weth.balanceOf(items[0].o.user), BUY, "weth");
        _equal(usdc.balanceOf(items[0].o.user), SELL, "usdc");
    }

    function test_no_auctioneer_no_window() public {
        vm.warp(NOW);
        Item[] memory items = _pair();
        (items[0].o.auctioneer, items[1].o.auctioneer) = (address(0), address(0));
        Batch memory b = _open();
        b.auctioneer = address(0);
        _fillMany(b, _lines(items), _ring(_limits(items)));
        _equal(weth.balanceOf(items[0].o.user), BUY, "filled");
    }

    function test_no_lines_do_nothing() public {
        vm.recordLogs();
        _fillMany(_open(), new Line[](0), new uint256[](0));
        _equal(vm.getRecordedLogs().length, 0, "logs");
    }

    function test_nothing_stays_in_the_contract() public {
        Item[] memory items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 1, dai, 7, usdc, 9);
        _fillOpen(items, _inventory(_limits(items)));
        for (uint256 i; i < 3; ++i) {
            _equal(_three()[i].balanceOf(address(settlement)), 0, "held");
        }
    }

    function test_value_is_refused() public {
        Line[] memory lines = _lines(_pair());
        uint256[] memory plan = _ring(_limits(_pair()));
        vm.deal(solver, 1);
        bytes memory data = abi.encodeCall(batches.fillMany, (_open(), lines, plan, 0, ""));
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(settlement).call{value: 1}(data);
        vm.assertTrue(!ok && reason.length == 0, "not payable");
    }

    /* LINES */

    function test_line_in_time_at_fillBy_and_late_after() public {
        Item[] memory items = _pair();
        vm.warp(NOW + 121);
        _refusedOpen(items, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 120));
        vm.warp(NOW + 120);
        _fillOpen(items, _ring(_limits(items)));
    }

    function test_one_late_line_spoils_the_batch() public {
        Item[] memory items = _pair();
        items[1].o.fillBy = uint40(NOW + 60);
        _refusedOpen(items, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 60));
    }

    function test_line_in_its_exclusive_window_is_refused_to_its_last_second() public {
        Item[] memory items = _pair();
        vm.warp(NOW + 60);
        _refusedOpen(items, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 60));
        items[1].o.exclusiveUntil = uint40(NOW + 62);
        vm.warp(NOW + 61);
        _refusedOpen(items, abi.encodeWithSelector(ISettles.Exclusive.selector, NOW + 62));
    }

    function test_unknown_kinds() public {
        for (uint256 kind = 2; kind < 256; kind += kind < 20 ? 1 : 47) {
            Item[] memory items = _pair();
            Line[] memory lines = _lines(items);
            lines[1].terms |= kind << 232;
            _refused(_open(), lines, _ring(_limits(items)), abi.encodeWithSelector(IErrors.BadKind.selector, uint8(kind)));
        }
    }

    function test_wrong_kind_is_another_digest() public {
        Item[] memory items = _pair();
        Line[] memory lines = _lines(items);
        lines[1].terms |= 1 << 232;
        _refused(_open(), lines, _ring(_limits(items)), abi.encodeWithSelector(IErrors.BadSignature.selector, lines[1].user));
    }

    function test_zero_amounts() public {
        for (uint256 i; i < 4; ++i) {
            Item[] memory items = _one(_item(0, uint8(i % 2), usdc, SELL, weth, BUY));
            if (i < 2) items[0].o.sell = 0;
            else items[0].o.buy = 0;
            _refusedOpen(items, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        }
    }

    function test_same_token_also_under_two_indices() public {
        Item[] memory items = _one(_item(0, 0, usdc, SELL, usdc, BUY));
        _refusedOpen(items, abi.encodeWithSelector(IErrors.SameToken.selector, address(usdc)));
        Batch memory b = _open();
        b.tokens[1] = address(usdc);
        Line[] memory lines = _lines(items);
        lines[0].terms |= 1 << 240;
        _refused(b, lines, _inventory(_limits(items)), abi.encodeWithSelector(IErrors.SameToken.selector, address(usdc)));
    }

    /// @dev An account whose delegate (EIP-7702) is a token cannot buy that token: its recipient would be the token.
    function test_user_that_is_the_bought_token() public {
        Item memory item = _item(0, 0, usdc, SELL, weth, BUY);
        vm.etch(item.o.user, address(weth).code);
        item.o.buyToken = item.o.user;
        Line[] memory lines = _lines(_one(item));
        lines[0].terms = lines[0].terms & ~(uint256(0xff) << 240) | 1 << 240;
        Batch memory b = _open();
        b.tokens[1] = item.o.user;
        _refused(b, lines, _inventory(_limits(_one(item))), abi.encodeWithSelector(IErrors.BadRecipient.selector, item.o.user));
    }

    /// @dev An index behind the table reads another word of the call. Whatever it is, the user signed another address, or this very one.
    function test_tokens_beyond_the_table() public {
        Item[] memory items = _pair();
        Line[] memory lines = _lines(items);
        bytes memory reason = abi.encodeWithSelector(IErrors.BadSignature.selector, lines[1].user);
        for (uint256 i = 3; i < 256; i += 36) {
            lines = _lines(items);
            lines[1].terms |= i << 248;
            _refused(_open(), lines, _ring(_limits(items)), reason);
            lines = _lines(items);
            lines[1].terms |= i << 240;
            _refused(_open(), lines, _ring(_limits(items)), reason);
        }
    }

    function test_bad_signatures() public {
        Item[] memory items = _pair();
        items[1].key = USER_KEY;
        _refusedOpen(items, abi.encodeWithSelector(IErrors.BadSignature.selector, items[1].o.user));

        items = _pair();
        Line[] memory lines = _lines(items);
        bytes memory reason = abi.encodeWithSelector(IErrors.BadSignature.selector, lines[0].user);
        lines[0].vs = bytes32(uint256(lines[0].vs) ^ 1 << 255);
        _refused(_open(), lines, _ring(_limits(items)), reason);
        (lines[0].r, lines[0].vs) = (0, 0);
        _refused(_open(), lines, _ring(_limits(items)), reason);
    }

    /// @dev A signature from which no key recovers must not pass for the zero address.
    function test_zero_user_is_refused() public {
        Item[] memory items = _pair();
        Line[] memory lines = _lines(items);
        lines[0].user = address(0);
        (lines[0].r, lines[0].vs) = (0, 0);
        _refused(_open(), lines, _ring(_limits(items)), abi.encodeWithSelector(IErrors.BadSignature.selector, address(0)));
    }

    /* REPLAY */

    function test_batch_twice() public {
        Item[] memory items = _pair();
        _fillOpen(items, _ring(_limits(items)));
        _refusedOpen(items, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 300));
    }

    function test_line_twice_in_one_batch() public {
        Item[] memory items = _pair();
        items[1] = items[0];
        _refusedOpen(items, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 300));
    }

    function test_line_after_its_cancellation() public {
        Item[] memory items = _pair();
        vm.prank(items[1].o.user);
        settlement.cancelNonces(301 >> 8, 1 << (301 & 0xff));
        _refusedOpen(items, abi.encodeWithSelector(ISettlement.NonceUsed.selector, 301));
    }

    function test_line_on_another_chain_and_in_another_contract() public {
        Item[] memory items = _pair();
        Line[] memory lines = _lines(items);
        bytes memory reason = abi.encodeWithSelector(IErrors.BadSignature.selector, lines[0].user);
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        _refused(_open(), lines, _ring(_limits(items)), reason);
        vm.chainId(chain);
        domain = _domainOf(address(escrow), chain);
        lines = _lines(items);
        domain = _domainOf(address(settlement), chain);
        _refused(_open(), lines, _ring(_limits(items)), reason);
    }

    function test_another_auctioneer_is_another_order() public {
        Item[] memory items = _pair();
        Batch memory b = _open();
        b.auctioneer = address(0);
        _refused(b, _lines(items), _ring(_limits(items)), abi.encodeWithSelector(IErrors.BadSignature.selector, items[0].o.user));
    }

    /* PLANS */

    function test_wrong_steps() public {
        Item[] memory items = _pair();
        uint256[5] memory wrong = [
            _step(2, 1, SELL), // no such payer
            _step(0, 2, SELL), // no such payee
            _step(CALLER, CALLER, SELL),
            _step(0, 0, SELL), // its own tokens differ
            _step(0, 1, SELL) | 1 << 160 // a bit that belongs to no field
        ];
        for (uint256 i; i < 5; ++i) {
            for (uint256 place; place < 2; ++place) {
                uint256[] memory plan = _ring(_limits(items));
                plan[place] = wrong[i];
                if (place == 1 && i == 4) plan[1] = _step(1, 0, BUY) | 1 << 255;
                _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.WrongStep.selector, place));
            }
        }
    }

    function test_step_between_lines_of_different_tokens() public {
        Item[] memory items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 0, usdc, SELL, dai, BUY);
        uint256[] memory plan = _inventory(_limits(items));
        plan[0] = _step(0, 1, BUY);
        _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.WrongStep.selector, 0));
    }

    function test_split_behind_the_end() public {
        Line[] memory lines = _lines(_pair());
        uint256[] memory plan = _ring(_limits(_pair()));
        vm.expectRevert(abi.encodeWithSelector(IBatches.WrongStep.selector, 3));
        vm.prank(solver);
        batches.fillMany(_open(), lines, plan, 3, "");
        vm.prank(solver);
        batches.fillMany(_open(), lines, plan, 2, "");
    }

    function test_plan_that_leaves_a_line_short_or_over() public {
        Item[] memory items = _pair();
        uint128[2][5] memory moved = [[SELL - 1, BUY], [SELL, BUY - 1], [uint128(0), BUY], [SELL, uint128(0)], [SELL + 1, BUY]];
        usdc.mint(items[0].o.user, 1);
        for (uint256 i; i < 5; ++i) {
            uint256[] memory plan = _steps(_step(0, 1, moved[i][0]), _step(1, 0, moved[i][1]));
            _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, moved[i][0], moved[i][1]));
        }
        _refusedPlan(items, new uint256[](0), abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, 0, 0));
    }

    function test_exact_out_is_exact_and_never_free() public {
        Item[] memory items = _one(_item(0, 1, usdc, SELL, weth, BUY));
        usdc.mint(items[0].o.user, 1);
        uint128[2][4] memory moved = [[SELL + 1, BUY], [SELL, BUY - 1], [SELL, BUY + 1], [uint128(0), BUY]];
        for (uint256 i; i < 4; ++i) {
            uint256[] memory plan = _steps(_step(0, CALLER, moved[i][0]), _step(CALLER, 0, moved[i][1]));
            _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, moved[i][0], moved[i][1]));
        }
    }

    /// @dev Line 0 is short by what line 1 has too much: sums over users do not exist.
    function test_no_line_is_paid_by_what_another_got() public {
        Item[] memory items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 0, usdc, SELL, weth, BUY);
        uint256[] memory plan = _inventory(_limits(items));
        (plan[2], plan[3]) = (_step(CALLER, 0, BUY - 1), _step(CALLER, 1, BUY + 1));
        _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, SELL, BUY - 1));
        (plan[0], plan[1]) = (_step(1, CALLER, SELL), _step(1, CALLER, SELL));
        (plan[2], plan[3]) = (_step(CALLER, 0, BUY), _step(CALLER, 1, BUY));
        usdc.mint(items[1].o.user, SELL);
        _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, 0, BUY));
    }

    /// @dev Sums are not cut to 128 bits: 2¹²⁸ + BUY is not BUY, and an exact-in line cannot report more than fits its event.
    function test_amounts_do_not_wrap() public {
        PlainToken[3] memory three = _three();
        for (uint8 kind; kind < 2; ++kind) {
            Item[] memory items = _one(_item(0, kind, usdc, SELL, weth, BUY));
            uint256[] memory plan = new uint256[](4);
            (plan[0], plan[1]) = (_step(0, CALLER, SELL), _step(CALLER, 0, BUY));
            (plan[2], plan[3]) = (_step(CALLER, 0, type(uint128).max), _step(CALLER, 0, 1));
            three[1].mint(solver, 1 << 129);
            _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, SELL, (1 << 128) + uint256(BUY)));
            (plan[1], plan[2], plan[3]) = (_step(0, CALLER, type(uint128).max), _step(0, CALLER, 1), _step(CALLER, 0, BUY));
            usdc.mint(items[0].o.user, 1 << 128);
            _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.LineNotMet.selector, 0, (1 << 128) + uint256(SELL), BUY));
        }
    }

    /* TOKENS */

    function test_poisoned_line_spoils_its_batch_and_can_be_found() public {
        Item[] memory items = new Item[](10);
        for (uint256 i; i < 10; ++i) {
            items[i] = _item(i, 0, usdc, SELL, weth, BUY);
        }
        vm.prank(items[6].o.user);
        usdc.approve(address(settlement), SELL - 1);
        uint256[] memory plan = _inventory(_limits(items));
        _refusedPlan(items, plan, abi.encodeWithSelector(IBatches.StepFailed.selector, 6));
        _equal(plan[6] >> 144, 6, "the step names the line");

        Item[] memory rest = new Item[](9);
        for (uint256 i; i < 9; ++i) {
            rest[i] = items[i < 6 ? i : i + 1];
        }
        _fillOpen(rest, _inventory(_limits(rest)));
        _equal(weth.balanceOf(items[9].o.user), BUY, "the others settle");
    }

    function test_caller_without_funds() public {
        Item[] memory items = _one(_item(0, 0, usdc, SELL, weth, BUY));
        vm.prank(solver);
        weth.approve(address(settlement), BUY - 1);
        _refusedOpen(items, abi.encodeWithSelector(IBatches.StepFailed.selector, 1));
    }

    function test_native_coin_and_addresses_without_code() public {
        address[2] memory none = [NATIVE, address(0xDEAD)];
        for (uint256 i; i < 2; ++i) {
            for (uint256 side; side < 2; ++side) {
                Item memory item = _item(0, 0, usdc, SELL, weth, BUY);
                if (side == 0) item.o.sellToken = none[i];
                else item.o.buyToken = none[i];
                Line[] memory lines = _lines(_one(item));
                lines[0].terms = uint256(side) << 240 | lines[0].terms & ~(uint256(0xffff) << 240) | (1 - side) * (1 << 240);
                Batch memory b = _open();
                b.tokens[side] = none[i];
                _refused(b, lines, _inventory(_limits(_one(item))), abi.encodeWithSelector(IBatches.StepFailed.selector, side));
            }
        }
    }

    function _replaceWeth(address code) private {
        vm.etch(address(weth), code.code);
    }

    function test_token_that_says_false_or_blocks_or_bombs() public {
        Item[] memory items = _one(_item(0, 0, usdc, SELL, weth, BUY));
        _replaceWeth(address(new FalseToken()));
        FalseToken(address(weth)).setRefuse(true);
        _refusedOpen(items, abi.encodeWithSelector(IBatches.StepFailed.selector, 1));
        _replaceWeth(address(new BlocklistToken()));
        BlocklistToken(address(weth)).setBlocked(items[0].o.user, true);
        _refusedOpen(items, abi.encodeWithSelector(IBatches.StepFailed.selector, 1));
        _replaceWeth(address(new BombToken()));
        BombToken(address(weth)).arm(true);
        _refusedOpen(items, abi.encodeWithSelector(IBatches.StepFailed.selector, 1));
    }

    function test_token_that_returns_nothing() public {
        Item[] memory items = _one(_item(0, 0, usdc, SELL, weth, BUY));
        _replaceWeth(address(new SilentToken()));
        _fillOpen(items, _inventory(_limits(items)));
        _equal(weth.balanceOf(items[0].o.user), BUY, "bought");
    }

    /// @dev As in `fill`: the promise is about what is transferred. The SDK refuses tokens that are not listed.
    function test_token_with_a_fee_gives_less_as_in_a_single_fill() public {
        Item memory item = _item(0, 0, usdc, SELL, weth, BUY);
        _replaceWeth(address(new FeeToken()));
        uint256 state = vm.snapshotState();
        bytes memory sig = _sign(item.key, _idOf(0, item.o));
        vm.prank(solver);
        settlement.fill(0, item.o, sig);
        uint256 alone = weth.balanceOf(item.o.user);
        vm.revertToState(state);
        _fillOpen(_one(item), _inventory(_limits(_one(item))));
        _equal(weth.balanceOf(item.o.user), alone, "the same");
        vm.assertTrue(alone < BUY, "less than transferred");
    }
}
