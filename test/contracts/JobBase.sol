// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {JobAct, Phase} from "../../contracts/src/interfaces/IRerun.sol";

/// @dev An open job, followed as a client follows it, and the evidence that its acts take.
abstract contract JobBase is Base {
    uint128 internal constant PRICE = 0.9e6; // per 10⁹ fuel
    uint128 internal constant DEPOSIT = 36e6;
    uint128 internal constant BUDGET = 1e6;
    uint64 internal constant FUEL = 10e9;
    uint128 internal constant PAY = 9e6; // for FUEL
    bytes32 internal constant RESULT = keccak256("the right result");
    bytes32 internal constant WRONG = keccak256("another result");
    uint256 internal constant BLOCK = 1_000_000;

    bytes32 internal id;
    Deal internal d;
    Cold internal c;
    JobTerms internal terms;

    function setUp() public virtual override {
        super.setUp();
        vm.roll(BLOCK);
        vm.prank(solver);
        bonds.deposit(solver, auctioneer, 100e6);
    }

    /* OPENING */

    function _open(JobOrder memory o) internal {
        id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, PRICE, o.fuelAtMost), sig);
        vm.prank(solver);
        escrow.openJob(o, sig, a);
        (Deal memory deal, Cold memory cold) = _dealOf(o, solver, PRICE, BOND);
        (d, c, terms) = (deal, cold, _termsOf(o));
    }

    function _openWith(uint16 auditBps) internal {
        JobOrder memory o = _job();
        o.auditBps = auditBps;
        _open(o);
    }

    function _claimed(uint16 auditBps) internal {
        _openWith(auditBps);
        _advance(solver, _result(RESULT, FUEL));
        _follow(_state(auditBps == 10_000 ? Phase.Audited : Phase.Claimed, block.number, block.timestamp, FUEL, RESULT));
    }

    /* EVIDENCE */

    function _act(JobAct act) internal returns (bytes memory) {
        return abi.encode(act, terms);
    }

    function _result(bytes32 result, uint64 fuel) internal returns (bytes memory) {
        return abi.encode(JobAct.Result, terms, result, fuel);
    }

    function _judge(bytes32 result, uint64 fuel, uint256 who) internal returns (bytes memory) {
        return _verdict(JobAct.Judge, result, fuel, who);
    }

    function _proven(bytes32 result, uint64 fuel, uint256 who) internal returns (bytes memory) {
        return _verdict(JobAct.Proven, result, fuel, who);
    }

    function _verdict(JobAct act, bytes32 result, uint64 fuel, uint256 who) internal returns (bytes memory) {
        return _shown(act, result, fuel, _quorum(address(rerun), _hashVerdict(id, result, fuel), who, 3, 2));
    }

    function _shown(JobAct act, bytes32 result, uint64 fuel, bytes memory quorum) internal returns (bytes memory) {
        return bytes.concat(_act(act), abi.encode(result, fuel), quorum);
    }

    /* MOVING */

    function _advance(address caller, bytes memory evidence) internal {
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.prank(caller);
        escrow.advance(id, deal, cold, evidence);
    }

    function _refuses(address caller, bytes memory evidence, bytes memory reason) internal {
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.expectRevert(reason);
        vm.prank(caller);
        escrow.advance(id, deal, cold, evidence);
    }

    function _follow(uint256 state) internal {
        d.state = state;
        Deal memory deal = d;
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(deal), "followed");
    }

    function _state(Phase phase, uint256 number, uint256 since, uint64 fuel, bytes32 result) internal pure returns (uint256) {
        return uint256(result) >> 152 << 152 | uint256(fuel) << 88 | since << 48 | number << 8 | uint256(phase);
    }

    /* LOOKING */

    function _expectClosed(uint256 released, uint256 delivered, uint256 refunded, uint256 penalty) internal {
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, released << 128 | delivered, refunded << 128 | penalty);
    }

    struct Purse {
        uint256 user;
        uint256 solver;
        uint256 judges;
        uint256 bond;
    }

    function _purse() internal returns (Purse memory p) {
        (p.user, p.solver) = (usdc.balanceOf(user), usdc.balanceOf(solver));
        for (uint256 i; i < 3; ++i) {
            p.judges += usdc.balanceOf(vm.addr(_attesterKey(i)));
        }
        (p.bond,) = bonds.accounts(solver, auctioneer);
    }

    /// @dev The deal closed, nothing stays, the bond is unlocked, and since `before` each got what is said.
    function _closed(Purse memory before, uint256 toUser, uint256 toSolver, uint256 toJudges, uint256 fromBond) internal {
        Purse memory now_ = _purse();
        vm.assertEq(escrow.deals(id), bytes32(uint256(1)), "closed");
        _equal(now_.user - before.user, toUser, "to the user");
        _equal(now_.solver - before.solver, toSolver, "to the provider");
        _equal(now_.judges - before.judges, toJudges, "to the judges");
        _equal(before.bond - now_.bond, fromBond, "from the bond");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
        (, uint256 locked) = bonds.accounts(solver, auctioneer);
        _equal(locked, 0, "bond free");
    }
}
