// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./JobBase.sol";
import {Step} from "../../contracts/src/interfaces/IVerifier.sol";
import {BlocklistToken} from "./Tokens.sol";

/// @dev A verifier that says whatever it is told: Escrow must hold its bounds.
contract Puppet {
    Step private told;

    function tell(Step calldata s) external {
        told = s;
    }

    function gap(uint256) external pure returns (uint40) {
        return 0;
    }

    function step(bytes32, Deal calldata, Cold calldata, address, bytes calldata) external view returns (Step memory) {
        return told;
    }

    function record(uint256, bytes32, bytes calldata) external pure returns (uint256, uint40) {
        return (type(uint256).max, 0);
    }

    function records(uint256, bytes32[] calldata, uint256[] calldata, bytes calldata) external pure returns (uint40) {
        return 0;
    }
}

/// @dev Opening a job, its fees, and verifiers that lie.
contract JobTest is JobBase {
    /* OPENING */

    function test_openJob_deposits_price_and_budget_and_locks_the_larger_bond() public {
        JobOrder memory o = _job();
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(_idOf(o), solver, uint256(PRICE) << 128 | 1e9, uint256(40e9) << 96 | BOND);
        _open(o);
        _equal(usdc.balanceOf(address(escrow)), DEPOSIT + BUDGET, "deposit and budget");
        _equal(before - usdc.balanceOf(user), DEPOSIT + BUDGET, "the user's");
        (, uint96 locked) = bonds.accounts(solver, auctioneer);
        _equal(locked, BOND, "award's bond");
        _follow(0);
        _equal(c.closeAfter, uint256(o.resultBy) + o.challengeSeconds + o.verdictSeconds + 1 days, "closeAfter");
    }

    function test_openJob_without_award_locks_the_signed_bond() public {
        JobOrder memory o = _job();
        o.auctioneer = address(0);
        vm.prank(solver);
        bonds.deposit(solver, address(0), 20e6);
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        vm.prank(solver);
        escrow.openJob(o, sig, _noAward());
        (, uint96 locked) = bonds.accounts(solver, address(0));
        _equal(locked, 10e6, "signed bond");
        _equal(usdc.balanceOf(address(escrow)), 40e6 + BUDGET, "at the ceiling");
    }

    function test_openJob_form_and_times() public {
        JobOrder memory o = _job();
        o.openBy = uint40(NOW - 1);
        _refusedJob(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _job();
        o.resultBy = uint40(NOW - 1);
        _refusedJob(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _job();
        o.auditBps = 10_001;
        _refusedJob(o, abi.encodeWithSelector(IErrors.AuditTooHigh.selector, 10_000));
        o = _job();
        o.nonce = 1 << 255;
        _refusedJob(o, abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
        o = _job();
        o.totalAtMost = DEPOSIT + BUDGET - 1;
        _refusedJob(o, abi.encodeWithSelector(IErrors.TotalTooHigh.selector, DEPOSIT + BUDGET));
        o.auditBudget = type(uint128).max;
        _refusedJob(o, abi.encodeWithSelector(IErrors.TotalTooHigh.selector, DEPOSIT + uint256(type(uint128).max)));
        o = _job();
        o.perBillionFuelAtMost = PRICE - 1;
        _refusedJob(o, abi.encodeWithSelector(IErrors.LimitNotMet.selector, PRICE - 1));
        o = _job();
        o.resultBy = type(uint40).max - 1 days;
        _refusedJob(o, abi.encodeWithSignature("Panic(uint256)", 0x11));
        _open(_job());
        _refusedJob(_job(), abi.encodeWithSelector(IEscrow.WrongDeal.selector, escrow.deals(id)));
        o = _job();
        o.nonce = 78;
        vm.prank(user);
        escrow.cancelJob(o);
        _refusedJob(o, abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
        o.nonce = 79;
        o.bondAtLeast = 100e6;
        _refusedJob(o, abi.encodeWithSelector(IBonds.BondTooSmall.selector, 50e6));
    }

    function test_openJob_takes_the_whole_ceiling_but_no_more() public {
        JobOrder memory o = _job();
        o.totalAtMost = DEPOSIT + BUDGET;
        _open(o);
        _equal(usdc.balanceOf(address(escrow)), DEPOSIT + BUDGET, "exactly the ceiling");
    }

    function _refusedJob(JobOrder memory o, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Awarded memory a = _awarded(_award(_idOf(o), PRICE, o.fuelAtMost), sig);
        vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openJob(o, sig, a);
    }

    /// @dev Deposit and budget are pulled in one transfer, and no amounts make them miss the price rule or the ceiling.
    /// @custom:runs 1000
    function testFuzz_openJob_pulls_price_and_budget(uint96 price, uint64 fuel, uint96 budget, uint96 ceiling) public {
        JobOrder memory o = _job();
        (o.fuelAtMost, o.auditBudget, o.totalAtMost, o.perBillionFuelAtMost) = (fuel, budget, ceiling, price);
        usdc.mint(user, type(uint128).max);
        uint256 deposit = uint256(price) * fuel / 1e9;
        id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory a = _awarded(_award(id, price, fuel), sig);
        bool fine = deposit != 0 && deposit + budget <= ceiling;
        uint256 before = usdc.balanceOf(user);
        if (deposit + budget > ceiling) _fails(IErrors.TotalTooHigh.selector, deposit + budget);
        else if (deposit == 0) _fails(IErrors.ZeroAmount.selector);
        vm.prank(solver);
        escrow.openJob(o, sig, a);
        _equal(before - usdc.balanceOf(user), fine ? deposit + budget : 0, "pulled");
    }

    /* CLOSING */

    /// @dev F5, inv. 36: with everybody silent, a stranger and time end it; the budget comes back too.
    function test_silent_job_is_refunded_after_closeAfter_and_the_bond_freed() public {
        _open(_job());
        Purse memory before = _purse();
        (Deal memory deal, Cold memory cold) = (d, c);
        vm.warp(c.closeAfter);
        _fails(IErrors.NotYet.selector, uint256(c.closeAfter));
        escrow.close(id, deal, cold);
        vm.warp(c.closeAfter + 1);
        _expectClosed(0, 0, DEPOSIT + BUDGET, 0);
        vm.prank(stranger);
        escrow.close(id, deal, cold);
        _closed(before, DEPOSIT + BUDGET, 0, 0, 0);
    }

    function test_a_job_is_advanced_not_claimed() public {
        _open(_job());
        Deal memory deal = d;
        _fails(IEscrow.NotTokens.selector);
        escrow.claim(id, deal, "");
    }

    function test_verifiers_judge_only_their_own_kind() public {
        _open(_job());
        (Deal memory deal, Cold memory cold) = (d, c);
        _fails(IVerifier.NotMine.selector);
        local.step(id, deal, cold, user, "");
        _fails(IVerifier.NotMine.selector);
        attested.step(id, deal, cold, user, "");
        // A lease's terms never hash to a job's `where`, nor the other way round.
        LeaseTerms memory leaseTerms = _termsOf(_lease());
        vm.expectRevert(abi.encodeWithSelector(IVerifier.WrongTerms.selector, d.where));
        lease.step(id, deal, cold, user, abi.encode(uint8(5), leaseTerms));
        (Deal memory l, Cold memory lc) = _dealOf(_lease(), solver, 2e6);
        vm.expectRevert(abi.encodeWithSelector(IVerifier.WrongTerms.selector, l.where));
        rerun.step(id, l, lc, user, _act(JobAct.NoShow));
    }

    function test_a_job_has_no_destination() public {
        vm.expectRevert(abi.encodeWithSelector(IVerifier.UnknownChain.selector, 5));
        rerun.gap(5);
        vm.expectRevert(abi.encodeWithSelector(IVerifier.UnknownChain.selector, 5));
        rerun.record(5, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IVerifier.UnknownChain.selector, 5));
        rerun.records(5, new bytes32[](1), new uint256[](1), "");
    }

    /* VERIFIERS THAT LIE */

    function _puppet() private returns (Puppet puppet) {
        puppet = new Puppet();
        JobOrder memory o = _job();
        o.verifier = address(puppet);
        _open(o);
    }

    function _judges(uint256 count) private returns (address[] memory judges) {
        judges = new address[](count);
        for (uint256 i; i < count; ++i) {
            judges[i] = vm.addr(_attesterKey(i));
        }
    }

    function test_a_verifier_outside_its_bounds_is_refused() public {
        Puppet puppet = _puppet();
        uint128 most = 40e9;
        address[] memory none = new address[](0);
        address[] memory three = _judges(3);
        Step[9] memory bad = [
            Step(2, 1, none, 0, 0, 0, false), // more delivered than possible
            Step(1, most + 1, none, 0, 0, 0, false), // raises the maximum
            Step(1, most, none, 0, 0, 1, false), // penalty without an end
            Step(1, most, none, 0, 0, BOND + 1, true), // penalty above the bond
            Step(most + 1, most + 1, none, 0, 0, 0, true),
            Step(1, most, three, 1, 0, 0, false), // fees without an end
            Step(1, most, three, BUDGET / 3 + 1, 0, 0, true), // fees above the budget
            Step(1, most, three, type(uint128).max, 0, 0, true),
            Step(0, 0, three, BUDGET / 3 + 1, 0, BOND, true) // also with a penalty
        ];
        for (uint256 i; i < 9; ++i) {
            puppet.tell(bad[i]);
            _refuses(stranger, "", abi.encodeWithSelector(IEscrow.BadStep.selector));
        }
        puppet.tell(Step(10e9, most, none, 0, 7, 0, false));
        _advance(stranger, "");
        (d.delivered, d.released, d.state) = (10e9, 9e6, 7);
        puppet.tell(Step(10e9 - 1, most, none, 0, 0, 0, true)); // takes back
        _refuses(stranger, "", abi.encodeWithSelector(IEscrow.BadStep.selector));
    }

    /// @dev Inv. 1 with any verifier: what left equals what was put in, split between the two parties and those whom the
    ///      verifier names, and these never get more than the budget.
    function testFuzz_any_verifier_moves_money_only_within_its_bounds(
        uint64[3] memory delivered, uint64[3] memory most, uint96 penalty, uint128 fee, uint8 payees, uint8 last
    ) public {
        Puppet puppet = _puppet();
        Purse memory before = _purse();
        address[] memory three = _judges(payees % 4);
        fee = three.length == 0 ? 0 : uint128(fee % (BUDGET / three.length + 1));
        penalty = penalty % (BOND + 1);
        uint256 steps = 1 + last % 3;
        for (uint256 i; i < steps; ++i) {
            bool done = i == steps - 1;
            uint128 m = c.maxUnits - uint128(most[i] % (c.maxUnits - d.delivered + 1));
            uint128 now_ = d.delivered + uint128(delivered[i] % (m - d.delivered + 1));
            puppet.tell(done ? Step(now_, m, three, fee, i, penalty, true) : Step(now_, m, new address[](0), 0, i, 0, false));
            _advance(stranger, "");
            (d.delivered, d.released, d.state, c.maxUnits) = (now_, uint128(PRICE * uint256(now_) / 1e9), i, m);
            if (done) break;
            Cold memory cold = c;
            d.cold = keccak256(abi.encode(cold));
            _equal(usdc.balanceOf(address(escrow)), PRICE * uint256(m) / 1e9 - d.released + BUDGET, "held");
        }
        uint256 fees = three.length * fee;
        _closed(before, DEPOSIT + BUDGET + penalty - d.released - fees, d.released, fees, penalty);
    }

    function test_fees_are_announced_and_pushed_to_each_payee() public {
        Puppet puppet = _puppet();
        address[] memory three = _judges(3);
        puppet.tell(Step(FUEL, 40e9, three, 7, 0, 0, true));
        vm.expectEmit(address(escrow));
        emit IEscrow.FeesPaid(id, 7, three);
        _expectClosed(PAY, FUEL, DEPOSIT - PAY + BUDGET - 21, 0);
        _advance(stranger, "");
        for (uint256 i; i < 3; ++i) {
            _equal(usdc.balanceOf(three[i]), 7, "a judge's fee");
        }
    }

    /// @dev C2: a payee whom the token refuses gets a credit; nobody else is held up.
    function test_a_judge_on_a_blocklist_gets_a_credit() public {
        BlocklistToken listed = new BlocklistToken();
        listed.mint(user, 1e12);
        _approve(user, listed, address(escrow));
        Puppet puppet = new Puppet();
        JobOrder memory o = _job();
        (o.verifier, o.sellToken) = (address(puppet), address(listed));
        _open(o);
        address[] memory two = _judges(2);
        listed.setBlocked(two[0], true);
        puppet.tell(Step(FUEL, 40e9, two, BUDGET / 2, 0, 0, true));
        _advance(stranger, "");
        _equal(escrow.credits(address(listed), two[0]), BUDGET / 2, "credit");
        _equal(listed.balanceOf(two[1]), BUDGET / 2, "fee");
        _equal(listed.balanceOf(solver), PAY, "paid");
    }
}
