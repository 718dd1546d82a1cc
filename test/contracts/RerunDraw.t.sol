// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./JobBase.sol";

/// @dev The lot: which block draws it, for how long it can be read, and what an unread one means.
contract RerunDrawTest is JobBase {
    uint256 private constant LOT = BLOCK + 2;
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    /// @dev The code that EIP-2935 puts there.
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    /// @dev A hash that draws this job at 10 %, or one that does not.
    function _hash(bool drawn) private returns (bytes32 hash) {
        hash = keccak256("lot");
        while ((uint256(keccak256(abi.encode(hash, id))) % 10_000 < 1_000) != drawn) {
            hash = keccak256(abi.encode(hash));
        }
    }

    /// @dev A chain that keeps old hashes: only `LOT` matters here.
    function _history(bytes32 hash) private {
        vm.etch(HISTORY, HISTORY_CODE);
        vm.store(HISTORY, bytes32(LOT % 8191), hash);
    }

    function _draws(bool audited) private {
        _advance(stranger, _act(JobAct.Draw));
        if (audited) _follow(_state(Phase.Audited, BLOCK, block.timestamp, FUEL, RESULT));
        else _follow(_state(Phase.Cleared, BLOCK, NOW, FUEL, RESULT));
    }

    function test_the_second_block_after_the_result_draws() public {
        _claimed(1_000);
        bytes memory early = abi.encodeWithSelector(IRerun.NotDrawnYet.selector, LOT);
        _refuses(stranger, _act(JobAct.Draw), early);
        vm.roll(LOT);
        _refuses(stranger, _act(JobAct.Draw), early);
        vm.warp(NOW + 901);
        _refuses(solver, _act(JobAct.Settle), early);
        vm.roll(LOT + 1);
        // Its neighbours' hashes say the opposite.
        vm.setBlockhash(LOT - 1, _hash(false));
        vm.setBlockhash(LOT, _hash(true));
        _refuses(solver, _act(JobAct.Settle), abi.encodeWithSelector(IRerun.MustBeAudited.selector));
        _draws(true);
    }

    function test_a_drawn_job_is_judged_from_the_draw_on() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(true));
        vm.warp(NOW + 5000);
        _draws(true);
        vm.warp(NOW + 5000 + 1200);
        _refuses(stranger, _act(JobAct.Lapse), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 6200));
        Purse memory before = _purse();
        _advance(stranger, _judge(WRONG, FUEL, 3));
        _closed(before, DEPOSIT + BOND, 0, BUDGET, BOND);
    }

    function test_no_quorum_after_a_draw_refunds() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(true));
        _draws(true);
        _refuses(user, _act(JobAct.Challenge), abi.encodeWithSelector(IRerun.WrongPhase.selector, Phase.Audited));
        vm.warp(NOW + 1201);
        Purse memory before = _purse();
        _advance(stranger, _act(JobAct.Lapse));
        _closed(before, DEPOSIT + BUDGET, 0, 0, 0);
    }

    /// @dev A recorded "no" stays: the hash need not be readable any more.
    function test_a_spared_job_is_recorded_and_settled_later() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(false));
        _draws(false);
        _refuses(stranger, _act(JobAct.Draw), abi.encodeWithSelector(IRerun.WrongPhase.selector, Phase.Cleared));
        _refuses(stranger, _act(JobAct.Settle), abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 900));
        vm.roll(LOT + 100_000);
        vm.warp(NOW + 901);
        Purse memory before = _purse();
        _advance(stranger, _act(JobAct.Settle));
        _closed(before, DEPOSIT - PAY + BUDGET, PAY, 0, 0);
    }

    function test_a_spared_job_can_still_be_challenged() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(false));
        _draws(false);
        _advance(user, _act(JobAct.Challenge));
        _follow(_state(Phase.Challenged, BLOCK, NOW, FUEL, RESULT));
        Purse memory before = _purse();
        _advance(stranger, _judge(WRONG, FUEL, 3));
        _closed(before, DEPOSIT + BOND, 0, BUDGET, BOND);
    }

    function test_a_spared_job_is_settled_without_a_record() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(false));
        vm.warp(NOW + 901);
        Purse memory before = _purse();
        _advance(stranger, _act(JobAct.Settle));
        _closed(before, DEPOSIT - PAY + BUDGET, PAY, 0, 0);
    }

    /* HOW LONG A HASH CAN BE READ */

    function _readableUntil(uint256 last) private {
        uint256 start = vm.snapshotState();
        vm.roll(last);
        _draws(false);
        vm.revertToState(start);
        d.state = _state(Phase.Claimed, BLOCK, NOW, FUEL, RESULT);
        vm.roll(last + 1);
        _draws(true); // unreadable: audited
    }

    function test_without_a_history_a_hash_is_read_for_256_blocks() public {
        _claimed(1_000);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, _hash(false));
        vm.etch(HISTORY, "");
        _readableUntil(LOT + 256);
    }

    function test_with_a_history_a_hash_is_read_for_8191_blocks() public {
        _claimed(1_000);
        _history(_hash(false));
        _readableUntil(LOT + 8191);
    }

    function test_the_history_s_hash_draws_too() public {
        _claimed(1_000);
        _history(_hash(true));
        vm.roll(LOT + 257);
        vm.warp(NOW + 901);
        _refuses(solver, _act(JobAct.Settle), abi.encodeWithSelector(IRerun.MustBeAudited.selector));
        _draws(true);
    }

    function test_a_history_that_answers_nothing_or_reverts_counts_as_unreadable() public {
        bytes[2] memory codes = [bytes(hex"00"), hex"5f5ffd"];
        for (uint256 i; i < 2; ++i) {
            uint256 start = vm.snapshotState();
            _claimed(1_000);
            vm.etch(HISTORY, codes[i]);
            vm.roll(LOT + 257);
            _draws(true);
            vm.revertToState(start);
        }
    }

    function test_an_unreadable_lot_cannot_be_settled() public {
        _claimed(1_000);
        vm.etch(HISTORY, "");
        vm.roll(LOT + 257);
        vm.warp(NOW + 901);
        _refuses(solver, _act(JobAct.Settle), abi.encodeWithSelector(IRerun.MustBeAudited.selector));
    }

    /// @dev A job that is never audited needs no block.
    function test_nothing_is_drawn_at_0() public {
        _claimed(0);
        _draws(false);
    }

    function testFuzz_the_draw_is_the_formula(bytes32 hash, uint16 auditBps) public {
        auditBps = auditBps % 10_000;
        vm.assume(hash != 0);
        _claimed(auditBps);
        vm.roll(LOT + 1);
        vm.setBlockhash(LOT, hash);
        _draws(uint256(keccak256(abi.encode(hash, id))) % 10_000 < auditBps);
    }

    /// @dev The rate holds over many jobs: 10 % of 400 within five standard deviations.
    function test_the_rate_is_the_signed_one() public {
        uint256 drawn;
        for (uint256 i; i < 400; ++i) {
            JobOrder memory o = _job();
            (o.nonce, o.auditBps) = (100 + i, 1_000);
            (Deal memory deal, Cold memory cold) = _dealOf(o, solver, PRICE, BOND);
            deal.state = _state(Phase.Claimed, BLOCK, NOW, FUEL, RESULT);
            vm.roll(LOT + 1);
            vm.setBlockhash(LOT, keccak256("one block for all"));
            uint256 state = rerun.step(_idOf(o), deal, cold, stranger, abi.encode(JobAct.Draw, _termsOf(o))).state;
            if (uint8(state) == uint8(Phase.Audited)) ++drawn;
        }
        vm.assertTrue(drawn > 10 && drawn < 70, "about 40");
    }
}
