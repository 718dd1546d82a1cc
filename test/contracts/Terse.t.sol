// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Planted.sol";
import {Step} from "../../contracts/src/interfaces/IVerifier.sol";
import {FeeToken, HookToken} from "./Tokens.sol";

/// @dev A verifier that steps as its evidence says.
contract Parrot {
    function step(bytes32, Deal calldata, Cold calldata, address, bytes calldata evidence) external pure returns (Step memory s) {
        (s.delivered, s.maxUnits, s.state, s.done) = abi.decode(evidence, (uint128, uint128, uint256, bool));
        s.payees = new address[](0);
    }
}

/// @dev The calls without padding: each does what the ABI's call does, to the last word, and has one reading.
contract TerseTest is Planted {
    /// @dev Bytes of a call before its evidence.
    uint256 private constant CLAIM_HEAD = 216;
    uint256 private constant STEP_HEAD = 269;
    uint256 private constant DELIVERY = 97;

    struct Outcome {
        bool ok;
        bytes answer;
        bytes32 state;
        bytes32 logs;
        bytes32 money;
    }

    /* CALLS */

    function _tight(bytes32 id, Deal memory d, bytes memory evidence) private pure returns (bytes memory) {
        bytes memory parties = abi.encodePacked(IEscrow.claimTightly.selector, id, d.sellToken, d.solver, d.verifier, uint64(d.chain));
        return abi.encodePacked(parties, d.num, d.den, d.delivered, d.where, d.cold, evidence);
    }

    function _straight(bytes32 id, Deal memory d, Cold memory c, bytes memory evidence) private pure returns (bytes memory) {
        bytes memory parties = abi.encodePacked(IEscrow.advanceStraight.selector, id, d.sellToken, d.solver, d.verifier);
        bytes memory amounts = abi.encodePacked(d.num, uint32(d.den), uint64(d.delivered), d.state, d.where);
        bytes memory cold = abi.encodePacked(c.user, uint64(c.maxUnits), c.closeAfter, c.auctioneer, c.bond, c.feeBudget);
        return bytes.concat(parties, amounts, cold, evidence);
    }

    function _mine(Drop memory d) private pure returns (bytes memory) {
        return abi.encodePacked(IDelivery.deliverMine.selector, d.dealId, d.to, d.deliverBy, d.token, d.amount);
    }

    function _plain(bytes32 id, Deal memory d, Cold memory c, bytes memory evidence) private pure returns (bytes memory) {
        return abi.encodeCall(IEscrow.advance, (id, d, c, evidence));
    }

    /* EFFECTS */

    /// @dev What `data` does to deal `id`, from a state that is there again afterwards.
    function _try(address caller, bytes memory data, bytes32 id) private returns (Outcome memory o) {
        uint256 snapshot = vm.snapshotState();
        vm.recordLogs();
        vm.prank(caller);
        (o.ok, o.answer) = address(escrow).call(data);
        o.state = escrow.deals(id);
        o.logs = keccak256(abi.encode(vm.getRecordedLogs()));
        o.money = keccak256(abi.encode(usdc.balanceOf(address(escrow)), usdc.balanceOf(solver), usdc.balanceOf(user)));
        vm.revertToState(snapshot);
    }

    function _same(Outcome memory a, Outcome memory b) private pure {
        vm.assertTrue(a.ok == b.ok, "both or neither");
        vm.assertEq(keccak256(a.answer), keccak256(b.answer), "answer");
        vm.assertEq(a.state, b.state, "state");
        vm.assertEq(a.logs, b.logs, "logs");
        vm.assertEq(a.money, b.money, "money");
    }

    function _calls(address target, bytes memory data) private returns (bool ok, bytes memory answer) {
        return target.call(data);
    }

    /// @dev Every call that ends before its evidence reverts without data.
    function _refusesShort(address target, bytes memory data, uint256 head) private {
        for (uint256 size = 4; size < head; ++size) {
            bytes memory short = new bytes(size);
            for (uint256 i; i < size; ++i) {
                short[i] = data[i];
            }
            (bool ok, bytes memory answer) = _calls(target, short);
            vm.assertTrue(!ok && answer.length == 0, "too short");
        }
    }

    /* CLAIMS */

    function test_claimTightly_pays_and_closes() public {
        (bytes32 id, Deal memory d,) = _planted();
        bytes memory data = _tight(id, d, _evidence(_keyOf(id, d), BUY, 3));
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(SELL, BUY), 0);
        (bool ok,) = _calls(address(escrow), data);
        vm.assertTrue(ok, "claimed");
        _isClosed(id);
        _equal(usdc.balanceOf(solver) - before, SELL, "paid");
        (ok, data) = _calls(address(escrow), data);
        vm.assertEq(keccak256(data), keccak256(abi.encodeWithSelector(IEscrow.WrongDeal.selector, uint256(1))), "once");
    }

    function testFuzz_claimTightly_does_what_claim_does(uint128 sell, uint128 units, uint128 before, uint128 recorded, bool race) public {
        if (sell == 0) sell = 1;
        if (units == 0) units = 1;
        usdc.burn(user, usdc.balanceOf(user));
        (bytes32 id, Deal memory d,) = _plant(_token(), race ? address(0) : solver, sell, units);
        d.delivered = race ? 0 : before % units;
        d.released = uint128(uint256(sell) * d.delivered / units);
        _store(id, d);
        uint256 word = race ? _won(solver) : block.timestamp << 128 | recorded;
        bytes memory evidence = _evidenceOf(race ? _raceKeyOf(id, d) : _keyOf(id, d), word, 3);
        Outcome memory plain = _try(stranger, abi.encodeCall(escrow.claim, (id, d, evidence)), id);
        _same(plain, _try(stranger, _tight(id, d, evidence), id));
        vm.assertTrue(plain.ok == (race || recorded > d.delivered), "paid for what is new");
    }

    /// @dev Any other deal, any other evidence: nothing is paid.
    function testFuzz_claimTightly_with_one_bit_flipped(uint256 bit) public {
        (bytes32 id, Deal memory d,) = _planted();
        bytes memory data = _tight(id, d, _evidence(_keyOf(id, d), BUY, 3));
        bit = 32 + bit % (8 * data.length - 32);
        data[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool ok,) = _calls(address(escrow), data);
        vm.assertTrue(!ok, "accepted");
    }

    function test_claimTightly_too_short_or_of_a_lease() public {
        (bytes32 id, Deal memory d,) = _planted();
        bytes memory data = _tight(id, d, _evidence(_keyOf(id, d), BUY, 3));
        _refusesShort(address(escrow), data, CLAIM_HEAD);
        // Just the members: the evidence is empty, which this verifier refuses, and nothing is read behind the call.
        (bool ok, bytes memory answer) = _calls(address(escrow), _tight(id, d, ""));
        vm.assertTrue(!ok && bytes4(answer) == IAttested.BadEvidence.selector, "no evidence");
        d.chain = 0;
        _store(id, d);
        (ok, answer) = _calls(address(escrow), _tight(id, d, ""));
        vm.assertTrue(!ok && bytes4(answer) == IEscrow.NotTokens.selector, "a deal of no chain");
    }

    /// @dev A record of this chain needs no evidence: the call ends with its members.
    function test_claimTightly_without_evidence_where_none_is_needed() public {
        TokenOrder memory o = _token();
        (o.chainId, o.verifier) = (block.chainid, address(local));
        (bytes32 id, Deal memory d,) = _plant(o, solver, SELL, BUY);
        vm.prank(solver);
        (bool ok,) = _calls(address(delivery), _mine(Drop(id, 0, o.buyToken, o.to, o.deliverBy, solver, BUY)));
        vm.assertTrue(ok, "delivered");
        (ok,) = _calls(address(escrow), _tight(id, d, ""));
        vm.assertTrue(ok, "claimed");
        _isClosed(id);
    }

    /* STEPS */

    function _work(address verifier, uint128 num, uint32 den, uint64 most, uint64 delivered)
        private
        returns (bytes32 id, Deal memory d, Cold memory c)
    {
        id = keccak256("work");
        (c.user, c.maxUnits, c.closeAfter, c.auctioneer, c.feeBudget) = (user, most, uint40(NOW + 1000), auctioneer, 5);
        (d.sellToken, d.solver, d.verifier, d.num, d.den, d.delivered) = (address(usdc), solver, verifier, num, den, delivered);
        d.released = uint128(uint256(num) * delivered / den);
        (d.state, d.where, d.cold) = (77, keccak256("terms"), keccak256(abi.encode(c)));
        _store(id, d);
        usdc.mint(address(escrow), uint256(num) * most / den + 5);
    }

    /// @dev Whatever a verifier says, in bounds or not. Widths under which no price is beyond 128 bits: no order could be opened at one.
    function testFuzz_advanceStraight_does_what_advance_does(uint64 num, uint32 den, uint64 most, uint64 delivered, uint128[2] calldata said, uint256 state, bool done)
        public
    {
        if (den == 0) den = 1;
        if (delivered > most) delivered = most;
        (bytes32 id, Deal memory d, Cold memory c) = _work(address(new Parrot()), num, den, most, delivered);
        // Half of the time in bounds, so that both sides are met.
        uint128 next = said[0] % 2 == 0 ? said[0] : uint128(delivered + said[0] % (uint256(most) - delivered + 1));
        uint128 left = said[1] % 2 == 0 ? said[1] : uint128(next + said[1] % (most >= next ? uint256(most) - next + 1 : 1));
        bytes memory evidence = abi.encode(next, left, state, done);
        Outcome memory plain = _try(stranger, _plain(id, d, c, evidence), id);
        _same(plain, _try(stranger, _straight(id, d, c, evidence), id));
        vm.assertTrue(plain.ok == (next >= delivered && next <= left && left <= most), "in bounds");
    }

    function _leased() private returns (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) {
        o = _lease();
        id = _idOf(o);
        (d, c) = _dealOf(o, solver, 1.8e6);
        _bond(100e6);
        vm.prank(address(escrow));
        bonds.lock(solver, auctioneer, o.noShowPenalty);
        _store(id, d);
        usdc.mint(address(escrow), 3.6e6);
    }

    function _voucher(bytes32 id, Act act, LeaseOrder memory o, uint32 secs) private returns (bytes memory) {
        bytes32 digest = _digestFor(id, _hashVoucher(id, secs, "meter", act != Act.Voucher));
        return abi.encodePacked(_leaseHead(act, o), secs, bytes32("meter"), _pair(METER_KEY, digest), _pair(SOLVER_KEY, digest));
    }

    /// @dev With the real verifier: each act, in time and out of time, by the provider and by a stranger.
    function testFuzz_advanceStraight_of_a_lease(uint8 act, uint32 secs, uint16 passed, bool started, bool byProvider) public {
        (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) = _leased();
        if (started) d.state = NOW;
        _store(id, d);
        vm.warp(NOW + passed);
        bytes memory evidence = _voucher(id, Act(act % 7), o, secs % 8000);
        address caller = byProvider ? solver : stranger;
        _same(_try(caller, _plain(id, d, c, evidence), id), _try(caller, _straight(id, d, c, evidence), id));
    }

    function test_advanceStraight_carries_a_lease_from_start_to_end() public {
        (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) = _leased();
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(escrow));
        emit IEscrow.Advanced(id, 0, 7200, NOW);
        vm.prank(solver);
        (bool ok,) = _calls(address(escrow), _straight(id, d, c, _leaseHead(Act.Start, o)));
        vm.assertTrue(ok, "started");
        d.state = NOW;
        vm.warp(NOW + 3600);
        vm.prank(solver);
        (ok,) = _calls(address(escrow), _straight(id, d, c, _voucher(id, Act.Voucher, o, 1801)));
        vm.assertTrue(ok, "paid");
        (d.delivered, d.released) = (1801, uint128(1.8e6) * 1801 / 3600);
        _isOpen(id, d);
        vm.prank(stranger);
        (ok,) = _calls(address(escrow), _straight(id, d, c, _voucher(id, Act.Last, o, 3600)));
        vm.assertTrue(ok, "closed");
        _isClosed(id);
        _equal(usdc.balanceOf(solver) - before, 1.8e6, "an hour");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
    }

    function test_advanceStraight_takes_the_penalty_of_a_no_show() public {
        (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) = _leased();
        vm.warp(o.startBy + 1);
        uint256 before = usdc.balanceOf(user);
        (bool ok,) = _calls(address(escrow), _straight(id, d, c, _leaseHead(Act.NoShow, o)));
        vm.assertTrue(ok, "no show");
        _equal(usdc.balanceOf(user) - before, 3.6e6 + uint256(o.noShowPenalty), "refund and penalty");
    }

    /// @dev Every member is in the commitment, or names the deal.
    function testFuzz_advanceStraight_with_one_bit_flipped(uint256 bit) public {
        (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) = _leased();
        bytes memory data = _straight(id, d, c, _leaseHead(Act.Start, o));
        // To the end of the terms; the act itself may be another one.
        bit = 32 + bit % (8 * data.length - 32);
        if (bit / 8 == STEP_HEAD) bit = 32;
        data[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.prank(solver);
        (bool ok,) = _calls(address(escrow), data);
        vm.assertTrue(!ok, "accepted");
    }

    function test_advanceStraight_too_short_or_of_tokens() public {
        (bytes32 id, Deal memory d, Cold memory c, LeaseOrder memory o) = _leased();
        _refusesShort(address(escrow), _straight(id, d, c, _leaseHead(Act.Start, o)), STEP_HEAD);
        // Just the members: nothing is read behind the call.
        (bool ok, bytes memory answer) = _calls(address(escrow), _straight(id, d, c, ""));
        vm.assertTrue(!ok && bytes4(answer) == IVerifier.WrongTerms.selector, "no evidence");
        (id, d, c) = _planted();
        bytes32 stored = escrow.deals(id);
        (ok, answer) = _calls(address(escrow), _straight(id, d, c, ""));
        vm.assertEq(keccak256(answer), keccak256(abi.encodeWithSelector(IEscrow.WrongDeal.selector, stored)), "a deal of a chain");
        (ok, answer) = _calls(address(escrow), _plain(id, d, c, ""));
        vm.assertEq(keccak256(answer), keccak256(abi.encodeWithSelector(IEscrow.NotWork.selector)), "said so by the ABI's entry");
    }

    /// @dev D15: nothing that pays can be called back from a token that escrow pays out. A step that moves no money could.
    function test_no_payment_can_be_reentered_from_a_token() public {
        HookToken hooked = new HookToken();
        (bytes32 work, Deal memory w, Cold memory cold) = _work(address(new Parrot()), 100, 1, 10, 0);
        for (uint256 i; i < 5; ++i) {
            TokenOrder memory o = _token();
            (o.sellToken, o.nonce) = (address(hooked), 50 + i);
            (bytes32 id, Deal memory d,) = _plant(o, solver, SELL, BUY);
            bytes memory evidence = _evidence(_keyOf(id, d), BUY, 3);
            bytes memory step = abi.encode(5, i < 3 ? 10 : 7, 0, i == 4);
            hooked.hook(address(escrow), i == 0 ? _tight(id, d, evidence) : i == 1 ? _plain(work, w, cold, step) : _straight(work, w, cold, step));
            (bool ok,) = _calls(address(escrow), _tight(id, d, evidence));
            vm.assertTrue(ok && !hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "while paying");
        }
    }

    /* DELIVERIES */

    function _drop(address to, uint128 amount) private returns (Drop memory) {
        return Drop(keccak256("deal"), 0, address(weth), to, uint40(NOW + 600), solver, amount);
    }

    function _deliver(bytes memory data, uint256 value) private returns (bool ok, bytes memory answer) {
        vm.prank(solver);
        return address(delivery).call{value: value}(data);
    }

    function _refuses(Drop memory d, uint256 value, bytes memory reason) private {
        (bool ok, bytes memory answer) = _deliver(_mine(d), value);
        vm.assertTrue(!ok, "delivered");
        vm.assertEq(keccak256(answer), keccak256(reason), "reason");
    }

    function testFuzz_deliverMine_does_what_deliver_does(bytes32 id, address to, uint40 deliverBy, uint96 amount, bool native, uint8 twice) public {
        Drop memory d = Drop(id, 0, native ? NATIVE : address(weth), to, deliverBy, solver, amount);
        vm.assume(to != solver && to != NATIVE && to.code.length == 0 && uint160(to) > 0xffff);
        weth.mint(solver, amount);
        uint256 value = native ? amount : 0;
        bytes32[2] memory effect;
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            vm.deal(solver, type(uint128).max);
            vm.recordLogs();
            (bool ok, bytes memory answer) = _deliver(i == 0 ? abi.encodeCall(delivery.deliver, d) : _mine(d), value);
            bytes32 logs = keccak256(abi.encode(vm.getRecordedLogs()));
            if (twice % 2 == 0) _deliver(i == 0 ? abi.encodeCall(delivery.deliver, d) : _mine(d), value);
            uint256 arrived = native ? to.balance : weth.balanceOf(to);
            effect[i] = keccak256(abi.encode(ok, answer, logs, delivery.records(delivery.keyOf(d)), arrived, address(delivery).balance));
            vm.assertTrue(ok == (deliverBy >= NOW && amount != 0), "in time and not nothing");
            vm.revertToState(snapshot);
        }
        vm.assertEq(effect[0], effect[1], "effect");
    }

    /// @dev Whoever sends it is the solver that the record names.
    function test_deliverMine_records_for_its_sender() public {
        Drop memory d = _drop(recipient, BUY);
        weth.mint(stranger, BUY);
        _approve(stranger, weth, address(delivery));
        vm.prank(stranger);
        (bool ok,) = _calls(address(delivery), _mine(d));
        vm.assertTrue(ok, "delivered");
        _equal(delivery.records(delivery.keyOf(d)), 0, "not the solver's");
        d.solver = stranger;
        _equal(delivery.records(delivery.keyOf(d)), block.timestamp << 128 | BUY, "the sender's");
    }

    function test_deliverMine_refuses_what_deliver_refuses() public {
        Drop memory d = _drop(recipient, BUY);
        d.deliverBy = uint40(NOW - 1);
        _refuses(d, 0, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        _refuses(_drop(address(0), BUY), 0, abi.encodeWithSelector(IErrors.BadRecipient.selector, address(0)));
        _refuses(_drop(address(delivery), BUY), 0, abi.encodeWithSelector(IErrors.BadRecipient.selector, delivery));
        _refuses(_drop(address(weth), BUY), 0, abi.encodeWithSelector(IErrors.BadRecipient.selector, weth));
        _refuses(_drop(recipient, 0), 0, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        vm.deal(solver, 10);
        _refuses(_drop(recipient, BUY), 1, abi.encodeWithSelector(IErrors.WrongValue.selector, 0));
        d = _drop(recipient, 5);
        d.token = NATIVE;
        _refuses(d, 4, abi.encodeWithSelector(IErrors.WrongValue.selector, 5));
        d.token = address(0xDEAD);
        _refuses(d, 0, abi.encodeWithSelector(IErrors.TransferFailed.selector, d.token));
        d = _drop(recipient, type(uint128).max);
        _refuses(d, 0, abi.encodeWithSelector(IErrors.TransferFailed.selector, weth));
    }

    function test_deliverMine_counts_what_arrived_and_never_beyond_its_word() public {
        FeeToken fee = new FeeToken();
        fee.mint(solver, 1000);
        vm.prank(solver);
        fee.approve(address(delivery), type(uint256).max);
        Drop memory d = _drop(recipient, 1000);
        d.token = address(fee);
        (bool ok,) = _deliver(_mine(d), 0);
        vm.assertTrue(ok, "delivered");
        _equal(uint128(delivery.records(delivery.keyOf(d))), 990, "what arrived");
        weth.burn(solver, weth.balanceOf(solver));
        weth.mint(solver, type(uint128).max);
        d = _drop(recipient, type(uint128).max - 1);
        (ok,) = _deliver(_mine(d), 0);
        vm.assertTrue(ok, "nearly all");
        weth.mint(solver, 2);
        _refuses(_drop(recipient, 2), 0, abi.encodeWithSignature("Panic(uint256)", 0x11));
    }

    function test_deliverMine_of_another_length() public {
        bytes memory data = _mine(_drop(recipient, BUY));
        _equal(data.length, DELIVERY, "length");
        _refusesShort(address(delivery), data, DELIVERY);
        (bool ok, bytes memory answer) = _deliver(bytes.concat(data, hex"00"), 0);
        vm.assertTrue(!ok && answer.length == 0, "too long");
        (ok,) = _deliver(data, 0);
        vm.assertTrue(ok, "as it should be");
    }

    function test_deliverMine_cannot_be_reentered() public {
        HookToken hooked = new HookToken();
        hooked.mint(solver, 2 * BUY);
        vm.prank(solver);
        hooked.approve(address(delivery), type(uint256).max);
        Drop memory d = _drop(recipient, BUY);
        d.token = address(hooked);
        hooked.hook(address(delivery), _mine(d));
        (bool ok,) = _deliver(_mine(d), 0);
        vm.assertTrue(ok && !hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "while delivering");
    }
}
