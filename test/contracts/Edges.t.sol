// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import {Line} from "../../contracts/src/interfaces/IDelivery.sol";
import {Refuser} from "./Accounts.sol";
import "./FillBase.sol";
import {PlainToken} from "./Tokens.sol";

/// @dev Takes from whoever receives all that it had before.
contract DevouringToken is PlainToken {
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] = amount / 2;
        return true;
    }
}

/// @dev The last second, the last bit and the last wei of fills and deliveries, and words that no type can hold.
contract EdgesTest is FillBase {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /* FILLS */

    function test_an_award_does_not_outlast_its_order() public {
        SwapOrder memory o = _swap();
        o.fillBy = uint40(NOW + 5);
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        PackedAward memory p = _packed(_award(_idOf(0, o), SELL, BUY));
        vm.warp(NOW + 6);
        _fails(IErrors.Expired.selector, NOW + 5);
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, p);
        vm.warp(NOW + 5);
        vm.prank(solver);
        settlement.fillAwarded(0, o, sig, p);
        _equal(weth.balanceOf(recipient), BUY + 1, "in the last second");
    }

    function test_a_signature_has_one_form_only_for_auctioneers_too() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(AUCTIONEER_KEY, _awardDigest(a));
        bytes memory high = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        bytes memory sig = _userSig(0, o, _noOptions());
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(solver);
        settlement.fillWith(0, o, _noOptions(), sig, a, high, 0, "");
    }

    /// @dev The curve of a part begins in the order's own hours, at their very first second too.
    function test_a_part_can_be_priced_in_the_first_second_of_all_time() public {
        SwapOrder memory o = _open();
        Options memory x;
        (x.parts, x.every, x.start) = (2, uint32(NOW), 0);
        (o.exclusiveUntil, o.fillBy) = (0, 100);
        (x.decayFrom, x.decayUntil) = (2 * BUY, 100);
        (, uint128 sold, uint128 bought,) = settlement.quote(16, o, x, 1);
        vm.assertTrue(sold == SELL && bought == 2 * BUY, "the whole of the curve is still to come");
    }

    function test_partial_fills_are_fresh_while_the_next_begins_where_the_last_ended() public {
        SwapOrder memory o = _open();
        Options memory x;
        x.smallestPart = 100e6;
        bytes memory order = abi.encode(o, x);
        uint128 fifth = SELL / 5;
        vm.assertTrue(settlement.inspect(16, order, 0, fifth, BUY / 5, uint40(NOW)).fresh, "nothing taken");
        vm.assertTrue(!settlement.inspect(16, order, fifth, fifth, BUY / 5, uint40(NOW)).fresh, "not there yet");
        _fillOpen(16, o, x, fifth);
        vm.assertTrue(!settlement.inspect(16, order, 0, fifth, BUY / 5, uint40(NOW)).fresh, "taken");
        vm.assertTrue(settlement.inspect(16, order, fifth, fifth, BUY / 5, uint40(NOW)).fresh, "the next");
    }

    function test_a_token_that_takes_from_who_receives_it_serves_no_other_with_what_lies_here() public {
        DevouringToken token = new DevouringToken();
        token.mint(address(settlement), 1e12);
        token.mint(user, 1e12);
        _installPermit2();
        SwapOrder memory o = _open();
        o.sellToken = address(token);
        (o.sell, o.nonce) = (1e6, GUARDED | 5);
        Options memory x;
        (x.feeTo, x.feeBps) = (address(0xFEE), 100);
        vm.prank(user);
        token.approve(PERMIT2, type(uint256).max);
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(IErrors.ShortDeposit.selector, 1e6, 0));
    }

    /* DELIVERIES */

    function _drop(address token, address to) private returns (Drop memory) {
        return Drop(keccak256("deal"), 0, token, to, uint40(NOW + 600), solver, 1e6);
    }

    function test_a_race_in_native_coin_is_not_won_where_it_is_refused() public {
        Refuser refuser = new Refuser();
        vm.deal(solver, 1 ether);
        Drop memory d = _drop(NATIVE, address(refuser));
        _fails(IErrors.TransferFailed.selector, NATIVE);
        vm.prank(solver);
        delivery.race{value: 1e6}(d);
        refuser.setOpen(true);
        vm.prank(solver);
        delivery.race{value: 1e6}(d);
        _equal(delivery.records(delivery.raceKeyOf(d)), block.timestamp << 160 | uint160(solver), "won");
    }

    function test_a_recipient_that_has_less_than_before_got_nothing() public {
        DevouringToken token = new DevouringToken();
        token.mint(solver, 1e12);
        token.mint(recipient, 1e12);
        vm.prank(solver);
        token.approve(address(delivery), type(uint256).max);
        Drop memory d = _drop(address(token), recipient);
        vm.expectRevert(abi.encodeWithSelector(IDelivery.ShortDelivery.selector, 1e6, 0));
        vm.prank(solver);
        delivery.race(d);
        _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        delivery.deliver(d);
    }

    function test_words_that_their_types_cannot_hold_deliver_nothing() public {
        bytes memory clean = abi.encodeCall(delivery.deliver, (_drop(address(weth), recipient)));
        // output, token, to, deliverBy, solver, amount: one bit above each.
        uint8[6] memory widths = [128, 160, 160, 40, 160, 128];
        for (uint256 i; i < 6; ++i) {
            bytes memory dirty = bytes.concat(clean);
            uint256 place = 4 + 32 * (i + 2) - widths[i] / 8;
            dirty[place - 1] = 0x01;
            vm.prank(solver);
            (bool ok, bytes memory reason) = address(delivery).call(dirty);
            vm.assertTrue(!ok && reason.length == 0, "dirty");
        }
        vm.prank(solver);
        (bool fine,) = address(delivery).call(clean);
        vm.assertTrue(fine, "clean");
    }

    function test_a_line_to_a_word_that_is_no_address_delivers_nothing() public {
        Line[] memory lines = new Line[](1);
        lines[0] = Line(keccak256("deal"), recipient, uint256(1e6) << 128 | (NOW + 600));
        bytes memory dirty = abi.encodeCall(delivery.deliverLines, (address(weth), solver, lines));
        // Behind the selector: token, solver, offset, length, dealId, and the recipient's twelve empty bytes.
        dirty[4 + 32 * 5 + 11] = 0x01;
        vm.prank(solver);
        (bool ok, bytes memory reason) = address(delivery).call(dirty);
        vm.assertTrue(!ok && reason.length == 0, "dirty");
    }

    /* QUORUMS */

    function test_an_attester_has_one_form_of_signature() public {
        bytes32 set = attested.set();
        bytes32 key = keccak256("key");
        bytes memory evidence = _evidenceOf(key, 1, 3);
        // Of the first signature (evidence: word, head of 14 bytes, k and who of 5): s one above half of the order.
        bytes32 vs = bytes32(HALF_ORDER + 1);
        uint256 place = 32 + 14 + 5 + 32;
        for (uint256 i; i < 32; ++i) {
            evidence[place + i] = vs[i];
        }
        _fails(IAttesters.NotTheSet.selector, set);
        attested.record(FAR, key, evidence);
    }
}
