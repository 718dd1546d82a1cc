// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./JobBase.sol";
import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";

/// @dev A job from its result to its end: who may do what and when, and who gets what.
contract RerunTest is JobBase {
    function _wrongPhase(Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRerun.WrongPhase.selector, phase);
    }

    /* RESULT */

    function test_result_is_the_provider_s_in_time_and_below_the_ceiling() public {
        _openWith(1_000);
        _refuses(stranger, _result(RESULT, FUEL), abi.encodeWithSelector(IErrors.Only.selector, solver));
        _refuses(user, _result(RESULT, FUEL), abi.encodeWithSelector(IErrors.Only.selector, solver));
        _refuses(solver, _result(RESULT, 40e9 + 1), abi.encodeWithSelector(IRerun.TooMuchFuel.selector, 40e9));
        vm.warp(NOW + 301);
        _refuses(solver, _result(RESULT, FUEL), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 300));
        vm.warp(NOW + 300);
        uint256 state = _state(Phase.Claimed, BLOCK, NOW + 300, 40e9, RESULT);
        vm.expectEmit(address(escrow));
        emit IEscrow.Advanced(id, 0, 40e9, state);
        _advance(solver, _result(RESULT, 40e9));
        _follow(state);
        _refuses(solver, _result(RESULT, FUEL), _wrongPhase(Phase.Claimed));
        _equal(usdc.balanceOf(address(escrow)), DEPOSIT + BUDGET, "all stays");
    }

    function test_result_of_a_fully_audited_job_is_audited_at_once() public {
        _claimed(10_000);
        vm.assertEq(uint256(uint8(d.state)), uint256(Phase.Audited), "audited");
    }

    /// @dev The state word says all that the next act needs, for every claim.
    function testFuzz_result_is_readable_from_the_state(bytes32 result, uint64 fuel, uint32 later, uint32 number, uint16 auditBps) public {
        auditBps = auditBps % 10_001;
        fuel = fuel % (40e9 + 1);
        JobOrder memory o = _job();
        (o.auditBps, o.resultBy) = (auditBps, uint40(NOW) + type(uint32).max);
        _open(o);
        vm.warp(NOW + later);
        vm.roll(number);
        _advance(solver, _result(result, fuel));
        Phase phase = auditBps == 10_000 ? Phase.Audited : Phase.Claimed;
        _follow(_state(phase, number, NOW + later, fuel, result));
        _equal(uint64(d.state >> 88), fuel, "fuel");
        vm.assertEq(bytes32(bytes13(bytes32(d.state))), bytes32(bytes13(result)), "result");
    }

    /* NO-SHOW */

    /// @dev F1: everything back and the whole bond on top, without the provider's help.
    function test_no_result_in_time_costs_the_bond() public {
        _openWith(10_000);
        _refuses(stranger, _act(JobAct.NoShow), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 300));
        vm.warp(NOW + 300);
        _refuses(stranger, _act(JobAct.NoShow), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 300));
        vm.warp(NOW + 301);
        Purse memory before = _purse();
        _expectClosed(0, 0, DEPOSIT + BUDGET, BOND);
        vm.expectEmit(address(bonds));
        emit IBonds.Penalised(solver, auctioneer, user, BOND);
        _advance(stranger, _act(JobAct.NoShow));
        _closed(before, DEPOSIT + BUDGET + BOND, 0, 0, BOND);
    }

    function test_a_result_is_no_no_show() public {
        _claimed(1_000);
        vm.warp(NOW + 301);
        _refuses(stranger, _act(JobAct.NoShow), _wrongPhase(Phase.Claimed));
    }

    function test_nothing_but_a_result_moves_an_open_job() public {
        _openWith(1_000);
        vm.roll(BLOCK + 10);
        _refuses(user, _act(JobAct.Challenge), _wrongPhase(Phase.Open));
        _refuses(stranger, _act(JobAct.Draw), _wrongPhase(Phase.Open));
        _refuses(stranger, _act(JobAct.Settle), _wrongPhase(Phase.Open));
        _refuses(stranger, _act(JobAct.Lapse), _wrongPhase(Phase.Open));
        _refuses(stranger, _judge(RESULT, FUEL, 3), _wrongPhase(Phase.Open));
    }

    /* FULL AUDIT IN ONE CALL */

    function test_result_and_verdicts_in_one_call_pay() public {
        _openWith(10_000);
        Purse memory before = _purse();
        _expectClosed(PAY, FUEL, DEPOSIT - PAY, 0);
        _advance(solver, _proven(RESULT, FUEL, 5));
        _closed(before, DEPOSIT - PAY, PAY, BUDGET, 0);
        _equal(usdc.balanceOf(vm.addr(_attesterKey(0))), BUDGET / 2, "first judge");
        _equal(usdc.balanceOf(vm.addr(_attesterKey(1))), 0, "did not sign");
        _equal(usdc.balanceOf(vm.addr(_attesterKey(2))), BUDGET / 2, "third judge");
    }

    function test_proven_is_the_provider_s_once_in_time_and_below_the_ceiling() public {
        _openWith(10_000);
        _refuses(stranger, _proven(RESULT, FUEL, 3), abi.encodeWithSelector(IErrors.Only.selector, solver));
        _refuses(solver, _proven(RESULT, 40e9 + 1, 3), abi.encodeWithSelector(IRerun.TooMuchFuel.selector, 40e9));
        _refuses(solver, _proven(RESULT, FUEL, 1), abi.encodeWithSelector(IAttesters.NotTheSet.selector, rerun.set()));
        vm.warp(NOW + 301);
        _refuses(solver, _proven(RESULT, FUEL, 3), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 300));
        vm.warp(NOW + 300);
        _advance(solver, _result(RESULT, FUEL));
        _follow(_state(Phase.Audited, BLOCK, NOW + 300, FUEL, RESULT));
        _refuses(solver, _proven(RESULT, FUEL, 3), _wrongPhase(Phase.Audited));
    }

    /// @dev Else a provider could make its buyer pay for judges whom nobody asked.
    function test_proven_needs_an_order_that_demands_a_full_audit() public {
        _openWith(9_999);
        _refuses(solver, _proven(RESULT, FUEL, 3), abi.encodeWithSelector(IRerun.NotFullyAudited.selector, 9_999));
    }

    /* SETTLING WITHOUT JUDGES */

    function test_unaudited_and_unchallenged_is_paid_after_the_window_by_anyone() public {
        _claimed(0);
        uint256 last = NOW + 900;
        vm.warp(last);
        _refuses(solver, _act(JobAct.Settle), abi.encodeWithSelector(IErrors.NotYet.selector, last));
        vm.warp(last + 1);
        Purse memory before = _purse();
        _expectClosed(PAY, FUEL, DEPOSIT - PAY + BUDGET, 0);
        _advance(stranger, _act(JobAct.Settle));
        _closed(before, DEPOSIT - PAY + BUDGET, PAY, 0, 0);
    }

    function test_a_job_that_is_to_be_judged_cannot_be_settled() public {
        _claimed(10_000);
        vm.warp(NOW + 2000);
        _refuses(solver, _act(JobAct.Settle), _wrongPhase(Phase.Audited));
    }

    function testFuzz_settle_pays_the_price_of_the_fuel_rounded_once(uint64 fuel, uint96 price, uint96 budget) public {
        JobOrder memory o = _job();
        (o.auditBps, o.fuelAtMost, o.auditBudget) = (0, fuel, budget);
        (o.perBillionFuelAtMost, o.totalAtMost) = (price, type(uint128).max);
        usdc.mint(user, type(uint128).max);
        uint256 deposit = uint256(price) * fuel / 1e9;
        vm.assume(deposit != 0 && deposit + budget <= type(uint128).max);
        id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, price, fuel), sig);
        vm.prank(solver);
        escrow.openJob(o, sig, a);
        (Deal memory deal, Cold memory cold) = _dealOf(o, solver, price, BOND);
        (d, c, terms) = (deal, cold, _termsOf(o));
        uint64 used = uint64(uint256(keccak256(abi.encode(fuel, price))) % (uint256(fuel) + 1));
        Purse memory before = _purse();
        _advance(solver, _result(RESULT, used));
        _follow(_state(Phase.Claimed, BLOCK, NOW, used, RESULT));
        vm.warp(NOW + 901);
        _advance(stranger, _act(JobAct.Settle));
        uint256 pay = uint256(price) * used / 1e9;
        _closed(before, deposit - pay + budget, pay, 0, 0);
    }

    /* CHALLENGE */

    function test_challenge_is_the_buyer_s_within_the_window() public {
        _claimed(0);
        _refuses(stranger, _act(JobAct.Challenge), abi.encodeWithSelector(IErrors.Only.selector, user));
        _refuses(solver, _act(JobAct.Challenge), abi.encodeWithSelector(IErrors.Only.selector, user));
        vm.warp(NOW + 901);
        _refuses(user, _act(JobAct.Challenge), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 900));
        vm.warp(NOW + 900);
        _advance(user, _act(JobAct.Challenge));
        _follow(_state(Phase.Challenged, BLOCK, NOW + 900, FUEL, RESULT));
        _refuses(user, _act(JobAct.Challenge), _wrongPhase(Phase.Challenged));
        vm.warp(NOW + 901);
        _refuses(solver, _act(JobAct.Settle), _wrongPhase(Phase.Challenged));
        _refuses(stranger, _act(JobAct.Draw), _wrongPhase(Phase.Challenged));
    }

    function _challenged() private {
        _claimed(0);
        vm.warp(NOW + 900);
        _advance(user, _act(JobAct.Challenge));
        _follow(_state(Phase.Challenged, BLOCK, NOW + 900, FUEL, RESULT));
    }

    function test_a_challenge_costs_the_budget_if_the_result_stands() public {
        _challenged();
        Purse memory before = _purse();
        _advance(stranger, _judge(RESULT, FUEL, 6));
        _closed(before, DEPOSIT - PAY, PAY, BUDGET, 0);
    }

    function test_a_right_challenge_gets_all_back_and_the_bond() public {
        _challenged();
        Purse memory before = _purse();
        _expectClosed(0, 0, DEPOSIT, BOND);
        _advance(stranger, _judge(WRONG, FUEL, 3));
        _closed(before, DEPOSIT + BOND, 0, BUDGET, BOND);
    }

    /// @dev A challenge must not be free computing: with judges silent, the provider is paid as if nobody had asked.
    function test_no_quorum_after_a_challenge_pays() public {
        _challenged();
        uint256 last = NOW + 900 + 1200;
        vm.warp(last);
        _refuses(solver, _act(JobAct.Lapse), abi.encodeWithSelector(IErrors.NotYet.selector, last));
        vm.warp(last + 1);
        Purse memory before = _purse();
        _refuses(stranger, _judge(WRONG, FUEL, 3), abi.encodeWithSelector(IErrors.Expired.selector, last));
        _advance(stranger, _act(JobAct.Lapse));
        _closed(before, DEPOSIT - PAY + BUDGET, PAY, 0, 0);
    }

    /* VERDICTS */

    function test_an_audited_result_that_stands_is_paid() public {
        _claimed(10_000);
        Purse memory before = _purse();
        vm.warp(NOW + 1200);
        _advance(stranger, _judge(RESULT, FUEL, 3));
        _closed(before, DEPOSIT - PAY, PAY, BUDGET, 0);
    }

    /// @dev F4: another result, or the right one for more fuel than it takes, is paid nothing and costs the bond.
    function test_a_wrong_result_or_fuel_is_refunded_and_costs_the_bond() public {
        for (uint256 i; i < 3; ++i) {
            uint256 start = vm.snapshotState();
            _claimed(10_000);
            Purse memory before = _purse();
            _advance(stranger, i == 0 ? _judge(WRONG, FUEL, 3) : _judge(RESULT, i == 1 ? FUEL - 1 : FUEL + 1, 3));
            _closed(before, DEPOSIT + BOND, 0, BUDGET, BOND);
            vm.revertToState(start);
        }
    }

    /// @dev Inv. 34: no quorum after an audit neither pays nor slashes.
    function test_no_quorum_after_an_audit_refunds_and_frees_the_bond() public {
        _claimed(10_000);
        uint256 last = NOW + 1200;
        vm.warp(last);
        _refuses(user, _act(JobAct.Lapse), abi.encodeWithSelector(IErrors.NotYet.selector, last));
        vm.warp(last + 1);
        _refuses(stranger, _judge(RESULT, FUEL, 3), abi.encodeWithSelector(IErrors.Expired.selector, last));
        Purse memory before = _purse();
        _advance(stranger, _act(JobAct.Lapse));
        _closed(before, DEPOSIT + BUDGET, 0, 0, 0);
    }

    function test_lapse_and_verdict_need_a_judging() public {
        _claimed(1_000);
        _refuses(stranger, _act(JobAct.Lapse), _wrongPhase(Phase.Claimed));
        _refuses(stranger, _judge(RESULT, FUEL, 3), _wrongPhase(Phase.Claimed));
    }

    /// @dev Inv. 35: what a judge gets depends on the budget and k, not on what it says.
    function testFuzz_judges_are_paid_the_same_whatever_they_say(bytes32 said, uint64 fuel, uint96 budget, uint8 pick, bool asked) public {
        JobOrder memory o = _job();
        (o.auditBudget, o.totalAtMost, o.auditBps) = (budget, type(uint128).max, asked ? 0 : 10_000);
        usdc.mint(user, budget);
        _open(o);
        Purse memory before = _purse();
        _advance(solver, _result(RESULT, FUEL));
        _follow(_state(asked ? Phase.Claimed : Phase.Audited, BLOCK, NOW, FUEL, RESULT));
        if (asked) {
            _advance(user, _act(JobAct.Challenge));
            _follow(_state(Phase.Challenged, BLOCK, NOW, FUEL, RESULT));
        }
        if (pick % 2 == 0) (said, fuel) = (RESULT, FUEL);
        uint256 who = [uint256(3), 5, 6][pick % 3];
        _advance(stranger, _judge(said, fuel, who));
        uint256 each = budget / 2;
        for (uint256 i; i < 3; ++i) {
            _equal(usdc.balanceOf(vm.addr(_attesterKey(i))), who >> i & 1 == 1 ? each : 0, "flat fee");
        }
        bool stands = bytes13(said) == bytes13(RESULT) && fuel == FUEL;
        uint256 pay = stands ? PAY : 0;
        uint256 penalty = stands ? 0 : BOND;
        _closed(before, DEPOSIT + budget - pay - 2 * each + penalty, pay, 2 * each, penalty);
    }

    /// @dev A state word keeps 13 bytes of the result: a difference in any of them is one, and the rest decides nothing.
    function testFuzz_results_are_compared_by_their_first_13_bytes(uint8 bit) public {
        _claimed(10_000);
        bytes32 flipped = RESULT ^ bytes32(uint256(1) << bit);
        Purse memory before = _purse();
        _advance(stranger, _judge(flipped, FUEL, 3));
        if (bit < 152) _closed(before, DEPOSIT - PAY, PAY, BUDGET, 0);
        else _closed(before, DEPOSIT + BOND, 0, BUDGET, BOND);
    }

    function test_job_terms_must_be_the_signed_ones() public {
        _claimed(1_000);
        bytes memory wrong = abi.encodeWithSelector(IVerifier.WrongTerms.selector, d.where);
        terms.verdictSeconds = 0;
        _refuses(stranger, _act(JobAct.Lapse), wrong);
        (terms.verdictSeconds, terms.challengeSeconds) = (1200, 0);
        _refuses(stranger, _act(JobAct.Settle), wrong);
        (terms.challengeSeconds, terms.auditBps) = (900, 0);
        _refuses(stranger, _act(JobAct.Settle), wrong);
        (terms.auditBps, terms.resultBy) = (1_000, 0);
        _refuses(stranger, _act(JobAct.NoShow), wrong);
        (terms.resultBy, terms.job) = (uint40(NOW + 300), 0);
        _refuses(stranger, _act(JobAct.Draw), wrong);
    }

    function test_unknown_acts_and_phases_revert() public {
        _openWith(1_000);
        (Deal memory deal, Cold memory cold) = (d, c);
        bytes memory evidence = _act(JobAct.NoShow);
        evidence[31] = 0x08;
        vm.expectRevert();
        escrow.advance(id, deal, cold, evidence);
        deal.state = 5;
        vm.expectRevert();
        rerun.step(id, deal, cold, user, _act(JobAct.NoShow));
    }

    /* EVERY STATE ENDS */

    /// @dev Inv. 36: from every state, calls by a stranger and time close the job and conserve the money.
    function testFuzz_a_stranger_ends_every_job(uint8 path, uint16 auditBps, uint32 wait, bytes32 hash) public {
        auditBps = auditBps % 10_001;
        _openWith(auditBps);
        Purse memory before = _purse();
        if (path & 1 == 0) {
            vm.warp(c.closeAfter + 1);
            _advance(stranger, _act(JobAct.NoShow));
            return _closed(before, DEPOSIT + BUDGET + BOND, 0, 0, BOND);
        }
        _advance(solver, _result(RESULT, FUEL));
        Phase phase = auditBps == 10_000 ? Phase.Audited : Phase.Claimed;
        _follow(_state(phase, BLOCK, NOW, FUEL, RESULT));
        if (path & 2 == 0 && phase == Phase.Claimed) {
            _advance(user, _act(JobAct.Challenge));
            _follow(_state(phase = Phase.Challenged, BLOCK, NOW, FUEL, RESULT));
        }
        vm.warp(NOW + 1201 + wait % 1 days);
        vm.roll(BLOCK + 3);
        vm.setBlockhash(BLOCK + 2, hash);
        if (phase == Phase.Claimed) {
            bool audited = hash == 0 || uint256(keccak256(abi.encode(hash, id))) % 10_000 < auditBps;
            if (!audited) _advance(stranger, _act(JobAct.Settle));
            else if (auditBps == 0) _advance(stranger, _act(JobAct.Settle));
            else {
                _advance(stranger, _act(JobAct.Draw));
                phase = Phase.Audited;
                _follow(_state(phase, BLOCK, block.timestamp, FUEL, RESULT));
                vm.warp(NOW + 1201 + wait % 1 days + 1201);
            }
        }
        if (phase != Phase.Claimed) _advance(stranger, _act(JobAct.Lapse));
        uint256 pay = phase == Phase.Audited ? 0 : PAY;
        _closed(before, DEPOSIT + BUDGET - pay, pay, 0, 0);
    }
}
