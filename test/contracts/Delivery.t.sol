// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Line} from "../../contracts/src/interfaces/IDelivery.sol";
import {Reenterer, Refuser} from "./Accounts.sol";
import {BlocklistToken, FeeToken, HookToken} from "./Tokens.sol";

/// @dev The destination: what is recorded is what arrived, in time, under the right key.
contract DeliveryTest is Base {
    bytes32 private constant ID = keccak256("deal");

    function _drop(uint128 amount) private returns (Drop memory) {
        return Drop(ID, 0, address(weth), recipient, uint40(NOW + 600), solver, amount);
    }

    function _word(uint128 amount) private returns (uint256) {
        return block.timestamp << 128 | amount;
    }

    function test_deliver_moves_and_records_cumulatively() public {
        Drop memory d = _drop(BUY);
        vm.expectEmit(address(delivery));
        emit IDelivery.Delivered(ID, solver, BUY);
        vm.prank(solver);
        delivery.deliver(d);
        _equal(delivery.records(delivery.keyOf(d)), _word(BUY), "record");
        vm.warp(NOW + 5);
        d.amount = 3;
        vm.prank(solver);
        delivery.deliver(d);
        _equal(delivery.records(delivery.keyOf(d)), _word(BUY + 3), "sum, with the last time");
        _equal(weth.balanceOf(recipient), BUY + 4, "arrived");
    }

    function test_record_key_and_storage_position_are_as_specified() public {
        Drop memory d = _drop(BUY);
        vm.prank(solver);
        delivery.deliver(d);
        bytes32 where = keccak256(abi.encode(d.token, d.to, d.deliverBy));
        bytes32 key = keccak256(abi.encode(uint256(0), ID, uint256(0), where, solver, uint256(0)));
        vm.assertEq(delivery.keyOf(d), key, "key");
        bytes32 stored = vm.load(address(delivery), keccak256(abi.encode(key, uint256(0))));
        _equal(uint256(stored), _word(BUY), "slot 0");
    }

    /// @dev D1, inv. 21: each part of a drop but its amount is in the key.
    function test_keys_differ_by_every_part() public {
        Drop memory d = _drop(BUY);
        bytes32 key = delivery.keyOf(d);
        d.amount = 1;
        vm.assertEq(delivery.keyOf(d), key, "amount is not in the key");
        Drop[6] memory others;
        for (uint256 i; i < 6; ++i) {
            others[i] = _drop(BUY);
        }
        others[0].dealId = keccak256("other");
        others[1].output = 1;
        others[2].token = address(usdc);
        others[3].to = stranger;
        others[4].deliverBy += 1;
        others[5].solver = stranger;
        for (uint256 i; i < 6; ++i) {
            vm.assertTrue(delivery.keyOf(others[i]) != key, "same key");
        }
    }

    function test_deliver_in_time_and_late() public {
        vm.warp(NOW + 600);
        vm.prank(solver);
        delivery.deliver(_drop(1));
        vm.warp(NOW + 601);
        _fails(IErrors.Expired.selector, NOW + 600);
        vm.prank(solver);
        delivery.deliver(_drop(1));
    }

    function test_deliver_form() public {
        Drop memory d = _drop(0);
        _fails(IErrors.ZeroAmount.selector);
        delivery.deliver(d);
        address[3] memory bad = [address(0), address(delivery), address(weth)];
        for (uint256 i; i < 3; ++i) {
            d = _drop(1);
            d.to = bad[i];
            _fails(IErrors.BadRecipient.selector, bad[i]);
            delivery.deliver(d);
        }
        d = _drop(1);
        vm.deal(solver, 1);
        _fails(IErrors.WrongValue.selector, uint256(0));
        vm.prank(solver);
        delivery.deliver{value: 1}(d);
        _fails(IErrors.TransferFailed.selector, address(weth));
        vm.prank(stranger);
        delivery.deliver(d);
        d.token = address(0xDEAD);
        _fails(IErrors.TransferFailed.selector, address(0xDEAD));
        delivery.deliver(d);
    }

    function test_deliver_to_oneself_records_nothing() public {
        Drop memory d = _drop(BUY);
        d.to = solver;
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        delivery.deliver(d);
    }

    /// @dev C1, A5: the recipient's gain counts, not the declared amount.
    function test_deliver_records_what_a_taxed_token_lets_arrive() public {
        FeeToken taxed = new FeeToken();
        taxed.mint(solver, 1e18);
        _approve(solver, taxed, address(delivery));
        Drop memory d = _drop(1000);
        d.token = address(taxed);
        vm.prank(solver);
        delivery.deliver(d);
        _equal(uint128(delivery.records(delivery.keyOf(d))), 990, "gained");
        vm.prank(solver);
        delivery.deliverHeld(d);
        _equal(uint128(delivery.records(delivery.keyOf(d))), 1980, "gained again");
    }

    /// @dev C1, D1: a hook cannot count one transfer for two records.
    function test_deliver_cannot_be_reentered() public {
        HookToken hooked = new HookToken();
        hooked.mint(solver, 1e18);
        _approve(solver, hooked, address(delivery));
        Drop memory d = _drop(1000);
        d.token = address(hooked);
        Drop[] memory many = new Drop[](1);
        many[0] = d;
        bytes[4] memory calls = [
            abi.encodeCall(delivery.deliver, (d)),
            abi.encodeCall(delivery.deliverMany, (many)),
            abi.encodeCall(delivery.deliverHeld, (d)),
            abi.encodeCall(delivery.withdraw, (address(hooked), solver, solver))
        ];
        for (uint256 i; i < 4; ++i) {
            hooked.hook(address(delivery), calls[i]);
            vm.prank(solver);
            delivery.deliver(d);
            vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
        }
    }

    function test_deliver_native() public {
        Drop memory d = _drop(1 ether);
        d.token = NATIVE;
        d.to = address(0xCAFE);
        vm.deal(solver, 3 ether);
        _fails(IErrors.WrongValue.selector, 1 ether);
        vm.prank(solver);
        delivery.deliver{value: 1 ether - 1}(d);
        vm.prank(solver);
        delivery.deliver{value: 1 ether}(d);
        _equal(address(0xCAFE).balance, 1 ether, "arrived");
        _equal(uint128(delivery.records(delivery.keyOf(d))), 1 ether, "record");
    }

    function test_deliver_native_to_a_refusing_contract_reverts_but_can_be_held() public {
        Refuser refuser = new Refuser();
        Drop memory d = _drop(1 ether);
        (d.token, d.to) = (NATIVE, address(refuser));
        vm.deal(solver, 2 ether);
        _fails(IErrors.TransferFailed.selector, NATIVE);
        vm.prank(solver);
        delivery.deliver{value: 1 ether}(d);
        vm.prank(solver);
        delivery.deliverHeld{value: 1 ether}(d);
        _equal(delivery.credits(NATIVE, address(refuser)), 1 ether, "credit");
        _equal(uint128(delivery.records(delivery.keyOf(d))), 1 ether, "record");
        vm.prank(address(refuser));
        delivery.withdraw(NATIVE, address(refuser), stranger);
        _equal(stranger.balance, 1 ether, "withdrawn elsewhere");
    }

    function test_deliver_native_receiver_cannot_reenter() public {
        Reenterer receiver = new Reenterer();
        Drop memory d = _drop(1 ether);
        (d.token, d.to) = (NATIVE, address(receiver));
        receiver.hook(address(delivery), abi.encodeCall(delivery.deliver, (d)));
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        delivery.deliver{value: 1 ether}(d);
        vm.assertTrue(!receiver.reached() && bytes4(receiver.answer()) == IErrors.Reentered.selector, "locked");
    }

    /// @dev C2: a blocklisted recipient cannot stop a delivery.
    function test_deliverHeld_of_a_blocklisted_recipient_is_its_credit() public {
        BlocklistToken listed = new BlocklistToken();
        listed.mint(solver, 1e18);
        listed.setBlocked(recipient, true);
        _approve(solver, listed, address(delivery));
        Drop memory d = _drop(1000);
        d.token = address(listed);
        _fails(IErrors.TransferFailed.selector, address(listed));
        vm.prank(solver);
        delivery.deliver(d);
        vm.prank(solver);
        delivery.deliverHeld(d);
        _equal(delivery.credits(address(listed), recipient), 1000, "credit");
        _equal(uint128(delivery.records(delivery.keyOf(d))), 1000, "record");
        vm.prank(recipient);
        delivery.withdraw(address(listed), recipient, stranger);
        _equal(listed.balanceOf(stranger), 1000, "withdrawn");
    }

    function test_deliverHeld_pushes_where_it_can_and_takes_exact_value() public {
        Drop memory d = _drop(1000);
        vm.prank(solver);
        delivery.deliverHeld(d);
        _equal(weth.balanceOf(recipient), 1001, "arrived");
        _fails(IErrors.WrongValue.selector, uint256(0));
        vm.deal(solver, 1);
        vm.prank(solver);
        delivery.deliverHeld{value: 1}(d);
        _fails(IErrors.TransferFailed.selector, address(weth));
        vm.prank(stranger);
        delivery.deliverHeld(d);
    }

    function test_deliverHeld_needs_gas_for_the_push() public {
        bytes memory data = abi.encodeCall(delivery.deliverHeld, (_drop(1000)));
        vm.prank(solver);
        (bool ok, bytes memory why) = address(delivery).call{gas: 330_000}(data);
        bytes memory least = abi.encodeWithSelector(IErrors.GasTooLow.selector, uint256(300_000) * 64 / 63 + 35_000);
        vm.assertTrue(!ok && keccak256(why) == keccak256(least), "gas");
    }

    function test_deliverMany_all_or_none_with_the_exact_sum() public {
        Drop[] memory drops = new Drop[](3);
        drops[0] = _drop(BUY);
        drops[1] = _drop(1 ether);
        (drops[1].token, drops[1].to) = (NATIVE, address(0xCAFE));
        drops[2] = _drop(2 ether);
        (drops[2].token, drops[2].to) = (NATIVE, address(0xCAFE));
        vm.deal(solver, 9 ether);
        for (uint256 i; i < 2; ++i) {
            _fails(IErrors.WrongValue.selector, 3 ether);
            vm.prank(solver);
            delivery.deliverMany{value: i == 0 ? 2 ether : 4 ether}(drops);
        }
        vm.prank(solver);
        delivery.deliverMany{value: 3 ether}(drops);
        _equal(address(0xCAFE).balance, 3 ether, "native");
        _equal(weth.balanceOf(recipient), BUY + 1, "token");
        drops[2].deliverBy = uint40(NOW - 1);
        _fails(IErrors.Expired.selector, NOW - 1);
        vm.prank(solver);
        delivery.deliverMany{value: 3 ether}(drops);
    }

    function test_deliverMany_with_two_equal_drops_counts_both() public {
        Drop[] memory drops = new Drop[](2);
        (drops[0], drops[1]) = (_drop(10), _drop(10));
        vm.prank(solver);
        delivery.deliverMany(drops);
        _equal(uint128(delivery.records(delivery.keyOf(drops[0]))), 20, "sum");
    }

    function test_record_cannot_overflow() public {
        weth.mint(solver, type(uint128).max);
        vm.prank(solver);
        delivery.deliver(_drop(type(uint128).max));
        weth.burn(recipient, type(uint128).max);
        weth.mint(solver, 10);
        vm.expectRevert();
        vm.prank(solver);
        delivery.deliver(_drop(1));
    }

    /* RACES */

    function test_race_is_won_by_the_first_whole_delivery() public {
        Drop memory d = _drop(BUY);
        bytes32 where = keccak256(abi.encode(d.token, d.to, d.deliverBy));
        bytes32 key = keccak256(abi.encode(uint256(1), ID, uint256(0), where, address(0), uint256(BUY)));
        vm.assertEq(delivery.raceKeyOf(d), key, "key");
        vm.expectEmit(address(delivery));
        emit IDelivery.Delivered(ID, solver, BUY);
        vm.prank(solver);
        delivery.race(d);
        _equal(delivery.records(key), block.timestamp << 160 | uint160(solver), "winner and time");
        _equal(delivery.records(delivery.keyOf(d)), 0, "no record in the other mode");
        d.solver = stranger;
        _fails(IDelivery.AlreadyWon.selector, solver);
        vm.prank(solver);
        delivery.race(d);
        // Another amount is another race.
        d.amount = 1;
        vm.prank(solver);
        delivery.race(d);
        _equal(uint160(delivery.records(delivery.raceKeyOf(d))), uint160(stranger), "its own winner");
    }

    function test_race_form() public {
        Drop memory d = _drop(BUY);
        d.solver = address(0);
        _fails(IErrors.BadRecipient.selector, address(0));
        delivery.race(d);
        d = _drop(0);
        _fails(IErrors.ZeroAmount.selector);
        delivery.race(d);
        d = _drop(BUY);
        d.to = address(delivery);
        _fails(IErrors.BadRecipient.selector, address(delivery));
        delivery.race(d);
        d = _drop(BUY);
        _fails(IErrors.TransferFailed.selector, address(weth));
        vm.prank(stranger);
        delivery.race(d);
        vm.deal(solver, 1);
        _fails(IErrors.WrongValue.selector, uint256(0));
        vm.prank(solver);
        delivery.race{value: 1}(d);
        vm.warp(NOW + 601);
        _fails(IErrors.Expired.selector, NOW + 600);
        delivery.race(d);
    }

    /// @dev All of it or nothing: a taxed token wins no race.
    function test_race_is_not_won_by_a_part() public {
        FeeToken taxed = new FeeToken();
        taxed.mint(solver, 1e18);
        _approve(solver, taxed, address(delivery));
        Drop memory d = _drop(1000);
        d.token = address(taxed);
        vm.expectRevert(abi.encodeWithSelector(IDelivery.ShortDelivery.selector, 1000, 990));
        vm.prank(solver);
        delivery.race(d);
    }

    function test_race_in_native_coin() public {
        Drop memory d = _drop(1 ether);
        (d.token, d.to) = (NATIVE, address(0xCAFE));
        vm.deal(solver, 1 ether);
        vm.prank(solver);
        delivery.race{value: 1 ether}(d);
        _equal(address(0xCAFE).balance, 1 ether, "arrived");
        _equal(uint160(delivery.records(delivery.raceKeyOf(d))), uint160(solver), "winner");
    }

    /* LINES */

    /// @dev Lines record exactly what the same drops record one by one.
    function testFuzz_lines_equal_drops(uint128[4] memory amounts, uint88[4] memory outputs, uint8 same) public {
        Line[] memory lines = new Line[](4);
        Drop[] memory drops = new Drop[](4);
        for (uint256 i; i < 4; ++i) {
            Drop memory d = _drop(1 + amounts[i] % 1e20);
            (d.output, d.to) = (outputs[i], address(uint160(0xA000 + (same & 1 == 0 ? i : 0))));
            drops[i] = d;
            lines[i] = Line(d.dealId, d.to, uint256(d.amount) << 128 | uint256(d.output) << 40 | d.deliverBy);
        }
        uint256 snapshot = vm.snapshotState();
        vm.prank(solver);
        delivery.deliverMany(drops);
        uint256[4] memory words;
        for (uint256 i; i < 4; ++i) {
            words[i] = delivery.records(delivery.keyOf(drops[i]));
        }
        vm.revertToState(snapshot);
        vm.prank(solver);
        delivery.deliverLines(address(weth), solver, lines);
        for (uint256 i; i < 4; ++i) {
            _equal(delivery.records(delivery.keyOf(drops[i])), words[i], "same record");
        }
    }

    function test_lines_in_native_coin_take_the_exact_sum() public {
        Line[] memory lines = new Line[](2);
        lines[0] = Line(ID, address(0xCAFE), uint256(1 ether) << 128 | (NOW + 600));
        lines[1] = Line(ID, address(0xCAFF), uint256(2 ether) << 128 | (NOW + 600));
        vm.deal(solver, 9 ether);
        _fails(IErrors.WrongValue.selector, 3 ether);
        vm.prank(solver);
        delivery.deliverLines{value: 4 ether}(NATIVE, solver, lines);
        vm.prank(solver);
        delivery.deliverLines{value: 3 ether}(NATIVE, solver, lines);
        _equal(address(0xCAFF).balance, 2 ether, "arrived");
        lines[1].terms = uint256(2 ether) << 128 | (NOW - 1);
        _fails(IErrors.Expired.selector, NOW - 1);
        vm.prank(solver);
        delivery.deliverLines{value: 3 ether}(NATIVE, solver, lines);
    }
}
