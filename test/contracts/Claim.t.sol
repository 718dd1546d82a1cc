// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import "./Planted.sol";
import {BlocklistToken, HookToken} from "./Tokens.sol";

/// @dev Answers a claim with too little, as an address without code answers with nothing.
contract Mumbler {
    fallback() external {
        assembly ("memory-safe") {
            mstore(0x00, 1)
            return(0x00, 0x1f)
        }
    }
}

/// @dev Answers a step with the words it was told, whatever they mean.
contract Speaker {
    uint256[] private told;

    function tell(uint256[] calldata words) external {
        told = words;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes memory answer;
        for (uint256 i; i < told.length; ++i) {
            answer = bytes.concat(answer, bytes32(told[i]));
        }
        return answer;
    }
}

/// @dev How solvers are paid for deliveries: many deals at once, races, and everything that must not pay.
contract ClaimTest is Planted {
    struct Batch {
        bytes32[] ids;
        Deal[] deals;
        Cold[] colds;
        Item[] items;
        Group group;
    }

    /* HELPERS */

    function _item(bytes32 id, Deal memory d, uint256 word) private pure returns (Item memory) {
        return Item(id, uint256(d.num) << 128 | d.den, uint256(d.released) << 128 | d.delivered, d.where, d.cold, word);
    }

    function _groupOf(Deal memory d) private pure returns (Group memory) {
        return Group(d.sellToken, d.solver, d.verifier, d.chain);
    }

    function _word(uint128 amount) private view returns (uint256) {
        return block.timestamp << 128 | amount;
    }

    /// @dev `count` open deals of one group, each delivered in full.
    function _batch(uint256 count) private returns (Batch memory b) {
        b.ids = new bytes32[](count);
        b.deals = new Deal[](count);
        b.colds = new Cold[](count);
        b.items = new Item[](count);
        for (uint256 i; i < count; ++i) {
            (b.ids[i], b.deals[i], b.colds[i]) = _planted(1000 + i);
            b.items[i] = _item(b.ids[i], b.deals[i], _word(BUY));
        }
        b.group = _groupOf(b.deals[0]);
    }

    /// @dev The attesters' evidence for exactly these items, in their order.
    function _proof(Group memory g, Item[] memory items) private returns (bytes memory) {
        bytes32[] memory level = new bytes32[](items.length);
        for (uint256 i; i < items.length; ++i) {
            bytes32 key = keccak256(abi.encode(uint256(0), items[i].dealId, uint256(0), items[i].where, g.solver, uint256(0)));
            level[i] = _leaf(key, items[i].word);
        }
        while (level.length > 1) {
            bytes32[] memory up = new bytes32[]((level.length + 1) / 2);
            for (uint256 i; i < up.length; ++i) {
                if (2 * i + 1 == level.length) {
                    up[i] = level[2 * i];
                } else {
                    (bytes32 a, bytes32 b) = (level[2 * i], level[2 * i + 1]);
                    up[i] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
                }
            }
            level = up;
        }
        return _attestation(level[0], new bytes32[](0), 5);
    }

    function _claimMany(Batch memory b) private {
        bytes memory evidence = _proof(b.group, b.items);
        vm.prank(stranger);
        escrow.claimMany(b.group, b.items, evidence);
    }

    function _refusesMany(Batch memory b, bytes memory why) private {
        bytes memory evidence = _proof(b.group, b.items);
        vm.expectRevert(why);
        escrow.claimMany(b.group, b.items, evidence);
    }

    function _nothingNew(uint256 delivered) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrow.NothingNew.selector, delivered);
    }

    function _transfersOf(address token) private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == token) ++count;
        }
    }

    /* MANY */

    function test_claimMany_pays_all_deals_in_one_transfer_and_closes_them() public {
        Batch memory b = _batch(7);
        uint256 before = usdc.balanceOf(solver);
        bytes memory evidence = _proof(b.group, b.items);
        for (uint256 i; i < 7; ++i) {
            vm.expectEmit(address(escrow));
            emit IEscrow.Closed(b.ids[i], _amounts(SELL, BUY), _amounts(0, 0));
        }
        vm.recordLogs();
        vm.prank(stranger);
        escrow.claimMany(b.group, b.items, evidence);
        _equal(_transfersOf(address(usdc)), 1, "one transfer");
        _equal(usdc.balanceOf(solver) - before, 7 * uint256(SELL), "paid");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
        for (uint256 i; i < 7; ++i) {
            _isClosed(b.ids[i]);
        }
        _refusesMany(b, _nothingNew(0));
    }

    function test_claimMany_pays_parts_and_then_the_rest() public {
        Batch memory b = _batch(3);
        (b.items[0].word, b.items[2].word) = (_word(BUY / 3), _word(BUY / 7));
        uint128 first = uint128(uint256(SELL) * (BUY / 3) / BUY);
        uint256 before = usdc.balanceOf(solver);
        bytes memory evidence = _proof(b.group, b.items);
        vm.expectEmit(address(escrow));
        emit IEscrow.Advanced(b.ids[0], _amounts(first, BUY / 3), BUY, 0);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(b.ids[1], _amounts(SELL, BUY), _amounts(0, 0));
        escrow.claimMany(b.group, b.items, evidence);
        uint128 third = uint128(uint256(SELL) * (BUY / 7) / BUY);
        _equal(usdc.balanceOf(solver) - before, uint256(first) + SELL + third, "paid");
        (b.deals[0].delivered, b.deals[0].released) = (BUY / 3, first);
        (b.deals[2].delivered, b.deals[2].released) = (BUY / 7, third);
        _isOpen(b.ids[0], b.deals[0]);
        _isOpen(b.ids[2], b.deals[2]);

        b.items[0] = _item(b.ids[0], b.deals[0], _word(BUY));
        b.items[2] = _item(b.ids[2], b.deals[2], _word(BUY - 1));
        _claimMany(b);
        _isClosed(b.ids[0]);
        uint256 most = uint256(SELL) * (BUY - 1) / BUY;
        _equal(usdc.balanceOf(solver) - before, 2 * uint256(SELL) + most, "rounded once, on the total");
    }

    /// @dev §0.2.6: whoever was quicker with one deal does not stop the others.
    function test_claimMany_skips_a_deal_that_moved_but_counts_its_leaf() public {
        Batch memory b = _batch(4);
        bytes memory evidence = _proof(b.group, b.items);
        escrow.claim(b.ids[2], b.deals[2], _evidenceOf(_keyOf(b.ids[2], b.deals[2]), b.items[2].word, 3));
        uint256 before = usdc.balanceOf(solver);
        escrow.claimMany(b.group, b.items, evidence);
        _equal(usdc.balanceOf(solver) - before, 3 * uint256(SELL), "the others");
    }

    function test_claimMany_pays_a_deal_once_that_is_named_twice() public {
        Batch memory b = _batch(2);
        b.items[1] = b.items[0];
        uint256 before = usdc.balanceOf(solver);
        _claimMany(b);
        _equal(usdc.balanceOf(solver) - before, SELL, "once");
        _equal(usdc.balanceOf(address(escrow)), SELL, "the other deal is whole");
    }

    function test_claimMany_pays_no_more_than_is_owed() public {
        Batch memory b = _batch(2);
        b.items[0].word = _word(BUY * 9);
        _claimMany(b);
        _equal(usdc.balanceOf(address(escrow)), 0, "two deposits");
    }

    function test_claimMany_without_anything_new_reverts() public {
        Batch memory b = _batch(2);
        (b.items[0].word, b.items[1].word) = (0, 0);
        _refusesMany(b, _nothingNew(0));
        (b.items[0].word, b.items[1].word) = (_word(BUY / 2), 0);
        _claimMany(b);
        (b.deals[0].delivered, b.deals[0].released) = (BUY / 2, SELL / 2);
        b.items[0] = _item(b.ids[0], b.deals[0], _word(BUY / 2));
        _refusesMany(b, _nothingNew(0));
        // Less than before takes nothing back.
        b.items[0].word = _word(BUY / 4);
        _refusesMany(b, _nothingNew(0));
        _isOpen(b.ids[0], b.deals[0]);
    }

    /// @dev D16: an empty list proves nothing, and pays nothing.
    function test_claimMany_of_nothing_reverts() public {
        Batch memory b = _batch(1);
        _fails(IVerifier.WrongCount.selector, uint256(0));
        escrow.claimMany(b.group, new Item[](0), "");
    }

    /// @dev A3: every word of an item and of the group is in the commitment or in the evidence.
    /// @custom:runs 1000
    function testFuzz_claimMany_with_any_word_flipped_pays_nothing(uint256 word, uint256 bit) public {
        Batch memory b = _batch(1);
        bytes memory clean = abi.encodeCall(escrow.claimMany, (b.group, b.items, _proof(b.group, b.items)));
        // Words: group 0–3, offsets 4 and 5, length 6, item 7–12.
        word = word % 10;
        uint256 at_ = 4 + 32 * (word < 4 ? word : word + 3);
        bytes memory data = bytes.concat(clean);
        data[at_ + bit / 8 % 32] ^= bytes1(uint8(1 << (bit % 8)));
        (bool ok,) = address(escrow).call(data);
        vm.assertTrue(!ok, "flipped word accepted");
        (ok,) = address(escrow).call(clean);
        vm.assertTrue(ok, "clean call");
    }

    function test_claimMany_of_another_group_pays_nobody() public {
        Batch memory b = _batch(2);
        b.group.solver = stranger;
        _refusesMany(b, _nothingNew(0));
        b.group.solver = solver;
        b.group.sellToken = address(weth);
        _refusesMany(b, _nothingNew(0));
    }

    function test_claimMany_is_for_tokens_of_a_named_solver() public {
        Batch memory b = _batch(1);
        bytes memory evidence = _proof(b.group, b.items);
        b.group.solver = address(0);
        _fails(IErrors.BadRecipient.selector, address(0));
        escrow.claimMany(b.group, b.items, evidence);
        (b.group.solver, b.group.chain) = (solver, 0);
        _fails(IEscrow.NotTokens.selector);
        escrow.claimMany(b.group, b.items, evidence);
    }

    function test_claimMany_passes_on_what_the_verifier_says() public {
        Batch memory b = _batch(2);
        bytes memory evidence = _proof(b.group, b.items);
        b.items[1].word += 1;
        _fails(IAttesters.NotTheSet.selector, attested.set());
        escrow.claimMany(b.group, b.items, evidence);
    }

    function test_a_verifier_that_does_not_answer_pays_nobody() public {
        address[2] memory silent = [address(new Mumbler()), address(0xDEAD)];
        for (uint256 i; i < 2; ++i) {
            TokenOrder memory o = _token();
            (o.verifier, o.nonce) = (silent[i], 50 + i);
            (bytes32 id, Deal memory d,) = _plant(o, solver, SELL, BUY);
            _fails(IEscrow.BadStep.selector);
            escrow.claim(id, d, "");
            Item[] memory items = new Item[](1);
            items[0] = _item(id, d, _word(BUY));
            _fails(IEscrow.BadStep.selector);
            escrow.claimMany(_groupOf(d), items, "");
        }
    }

    function test_claimMany_needs_gas_for_the_push() public {
        Batch memory b = _batch(2);
        bytes memory data = abi.encodeCall(escrow.claimMany, (b.group, b.items, _proof(b.group, b.items)));
        (bool ok, bytes memory reason) = address(escrow).call{gas: 360_000}(data);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "gas");
    }

    /// @dev C2: what the token refuses waits, all of it.
    function test_claimMany_of_a_blocklisted_solver_is_one_credit() public {
        BlocklistToken listed = new BlocklistToken();
        Item[] memory items = new Item[](2);
        Deal memory d;
        for (uint256 i; i < 2; ++i) {
            TokenOrder memory o = _token();
            (o.sellToken, o.nonce) = (address(listed), 70 + i);
            bytes32 id;
            (id, d,) = _plant(o, solver, SELL, BUY);
            items[i] = _item(id, d, _word(BUY));
        }
        listed.setBlocked(solver, true);
        Group memory g = _groupOf(d);
        bytes memory evidence = _proof(g, items);
        vm.expectEmit(address(escrow));
        emit ICredits.Credited(address(listed), solver, 2 * uint256(SELL));
        escrow.claimMany(g, items, evidence);
        _equal(escrow.credits(address(listed), solver), 2 * uint256(SELL), "credit");
    }

    function test_claimMany_cannot_be_reentered() public {
        HookToken hooked = new HookToken();
        TokenOrder memory o = _token();
        o.sellToken = address(hooked);
        (bytes32 id, Deal memory d, Cold memory c) = _plant(o, solver, SELL, BUY);
        Item[] memory items = new Item[](1);
        items[0] = _item(id, d, _word(BUY / 2));
        Group memory g = _groupOf(d);
        bytes memory evidence = _proof(g, items);
        Place memory place = _place();
        bytes[2] memory calls = [
            abi.encodeCall(escrow.claimMany, (g, items, evidence)),
            abi.encodeCall(escrow.closeFinal, (id, d, c, place, evidence))
        ];
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            hooked.hook(address(escrow), calls[i]);
            escrow.claimMany(g, items, evidence);
            vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
            vm.revertToState(snapshot);
        }
    }

    /// @dev Inv. 2, 22: a batch pays exactly what its deals would be paid one by one.
    function testFuzz_claimMany_equals_single_claims(uint256 count, uint256 seed) public {
        count = 1 + count % 12;
        Batch memory b = _batch(count);
        for (uint256 i; i < count; ++i) {
            b.items[i].word = _word(uint128(uint256(keccak256(abi.encode(seed, i))) % (2 * uint256(BUY))));
        }
        b.items[seed % count].word = _word(BUY / 5);
        uint256 snapshot = vm.snapshotState();
        uint256 before = usdc.balanceOf(solver);
        for (uint256 i; i < count; ++i) {
            if (uint128(b.items[i].word) == 0) continue;
            escrow.claim(b.ids[i], b.deals[i], _evidenceOf(_keyOf(b.ids[i], b.deals[i]), b.items[i].word, 6));
        }
        uint256 paid = usdc.balanceOf(solver) - before;
        bytes32[] memory slots = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            slots[i] = escrow.deals(b.ids[i]);
        }
        vm.revertToState(snapshot);
        _claimMany(b);
        _equal(usdc.balanceOf(solver) - before, paid, "same money");
        for (uint256 i; i < count; ++i) {
            vm.assertEq(escrow.deals(b.ids[i]), slots[i], "same state");
        }
    }

    /* STEPS */

    /// @dev delivered, maxUnits, where payees stand, feeEach, state, penalty, done, number of payees.
    function _answer() private pure returns (uint256[] memory words) {
        words = new uint256[](9);
        (words[0], words[1], words[2], words[3]) = (0x20, 5, 10, 0xe0);
    }

    /// @dev An answer is a Step in exactly the form that the compiler gives it: nothing is read beyond it, no width is exceeded.
    function test_a_step_out_of_form_is_refused() public {
        Speaker speaker = new Speaker();
        Deal memory d;
        Cold memory c;
        (c.user, c.maxUnits) = (user, 10);
        (d.sellToken, d.solver, d.verifier, d.num, d.den) = (address(usdc), solver, address(speaker), 1, 1);
        d.cold = escrow.coldOf(c);
        bytes32 id = keccak256("work");
        _store(id, d);
        usdc.mint(address(escrow), 10);
        uint256[2][9] memory bad = [
            [uint256(0), 0x40], [uint256(1), 1 << 128], [uint256(2), 1 << 128], [uint256(3), 0x100], [uint256(3), 1 << 255],
            [uint256(4), 1 << 128], [uint256(6), 1 << 96], [uint256(7), 2], [uint256(8), 1]
        ];
        for (uint256 i; i < 9; ++i) {
            uint256[] memory words = _answer();
            words[bad[i][0]] = bad[i][1];
            speaker.tell(words);
            _fails(IEscrow.BadStep.selector);
            escrow.advance(id, d, c, "");
        }
        uint256[] memory short = new uint256[](8);
        (short[0], short[2], short[3]) = (0x20, 10, 0xe0);
        speaker.tell(short);
        _fails(IEscrow.BadStep.selector);
        escrow.advance(id, d, c, "");
        d.verifier = address(0xDEAD);
        _store(id, d);
        _fails(IEscrow.BadStep.selector);
        escrow.advance(id, d, c, "");
        d.verifier = address(speaker);
        _store(id, d);
        speaker.tell(_answer());
        uint256 before = usdc.balanceOf(solver);
        escrow.advance(id, d, c, "");
        _equal(usdc.balanceOf(solver) - before, 5, "paid");
    }

    /* RACES */

    function test_race_pays_the_recorded_winner_and_closes() public {
        (bytes32 id, Deal memory d,) = _race();
        bytes memory evidence = _evidenceOf(_raceKeyOf(id, d), _won(recipient), 3);
        vm.expectEmit(address(escrow));
        emit IEscrow.RaceWon(id, recipient);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(SELL, BUY), _amounts(0, 0));
        vm.prank(stranger);
        escrow.claim(id, d, evidence);
        _equal(usdc.balanceOf(recipient), SELL, "paid");
        _isClosed(id);
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        escrow.claim(id, d, evidence);
    }

    function test_race_without_a_winner_pays_nobody() public {
        (bytes32 id, Deal memory d,) = _race();
        bytes memory evidence = _evidenceOf(_raceKeyOf(id, d), 0, 3);
        _fails(IEscrow.NothingNew.selector, uint256(0));
        escrow.claim(id, d, evidence);
    }

    /// @dev A delivery "by nobody" in the other mode is another record, and other units are another race.
    function test_race_is_not_won_by_another_record() public {
        (bytes32 id, Deal memory d,) = _race();
        bytes32 set = attested.set();
        bytes memory evidence = _evidenceOf(_keyOf(id, d), _word(BUY), 3);
        _fails(IAttesters.NotTheSet.selector, set);
        escrow.claim(id, d, evidence);
        bytes32 other = keccak256(abi.encode(uint256(1), id, uint256(0), d.where, address(0), uint256(BUY) - 1));
        evidence = _evidenceOf(other, _won(recipient), 3);
        _fails(IAttesters.NotTheSet.selector, set);
        escrow.claim(id, d, evidence);
    }

    /// @dev From delivery to payment on one chain, by the record itself.
    function test_race_on_one_chain_from_delivery_to_payment() public {
        TokenOrder memory o = _token();
        (o.chainId, o.verifier) = (block.chainid, address(local));
        (bytes32 id, Deal memory d,) = _plant(o, address(0), SELL, BUY);
        Drop memory drop = Drop(id, 0, o.buyToken, o.to, o.deliverBy, stranger, BUY);
        vm.prank(solver);
        delivery.race(drop);
        escrow.claim(id, d, "");
        _equal(usdc.balanceOf(stranger), SELL, "the named winner, not the payer");
    }

    /* ONE BLOCK, BOTH ORDERS */

    /// @dev D3, inv. 17: of a payment and a refund in one block, one moves the rest.
    function testFuzz_payment_and_refund_in_one_block(bool refundFirst, uint8 way, uint128 delivered) public {
        (bytes32 id, Deal memory d, Cold memory c) = _planted();
        // At least what one unit of the sell token pays for.
        delivered = BUY / 1000 + delivered % (BUY - BUY / 1000);
        vm.warp(c.closeAfter + 1);
        (bytes memory first, bytes memory second) = (_payment(id, d, delivered, way & 1 == 0), _refund(id, d, c, delivered, way & 2 == 0));
        if (refundFirst) (first, second) = (second, first);
        (uint256 solverBefore, uint256 userBefore) = (usdc.balanceOf(solver), usdc.balanceOf(user));
        (bool one,) = address(escrow).call(first);
        (bool two,) = address(escrow).call(second);
        vm.assertTrue(one && !two, "one of the two");
        uint256 paid = usdc.balanceOf(solver) - solverBefore;
        uint256 refunded = usdc.balanceOf(user) - userBefore;
        _equal(paid + refunded + usdc.balanceOf(address(escrow)), SELL, "conserved");
        vm.assertLe(paid, uint256(SELL) * delivered / BUY, "paid at most for what was delivered");
    }

    function _payment(bytes32 id, Deal memory d, uint128 delivered, bool single) private returns (bytes memory) {
        if (single) return abi.encodeCall(escrow.claim, (id, d, _evidenceOf(_keyOf(id, d), _word(delivered), 3)));
        Item[] memory items = new Item[](1);
        items[0] = _item(id, d, _word(delivered));
        return abi.encodeCall(escrow.claimMany, (_groupOf(d), items, _proof(_groupOf(d), items)));
    }

    function _refund(bytes32 id, Deal memory d, Cold memory c, uint128 delivered, bool byClock) private returns (bytes memory) {
        if (byClock) return abi.encodeCall(escrow.close, (id, d, c));
        return abi.encodeCall(escrow.closeFinal, (id, d, c, _place(), _evidenceOf(_keyOf(id, d), _word(delivered), 3)));
    }
}
