// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Act} from "../../contracts/src/interfaces/ILease.sol";
import {JobAct, Phase} from "../../contracts/src/interfaces/IRerun.sol";
import {Actor} from "./Actor.sol";
import "./Base.sol";

/// @dev Leases and jobs: honest and dishonest providers, buyers and judges, in any order. Its books are made of balances alone.
contract ComputeHandler is Actor {
    struct Ghost {
        bytes32 id;
        Deal d;
        Cold c;
        bool lease;
        bool closed;
        LeaseTerms terms;
        JobTerms job;
        uint256 deposited;
        uint256 paid;
        uint256 refunded;
        uint256 fees;
        /// @dev Most seconds that the buyer's side acknowledged, or the fuel that was claimed.
        uint256 acknowledged;
    }

    /// @dev What was where before a call.
    struct Purse {
        uint256 user;
        uint256 provider;
        uint256 judges;
        uint256 bonds;
    }

    uint96 private constant BONDED = 1e18;
    uint256 private constant LATE = 6000;
    bytes32 private constant RIGHT = keccak256("the right result");
    bytes32 private constant WRONG = keccak256("another result");

    Ghost[] private ghosts;
    uint256[] private live;
    uint256 public owed;
    uint256 public lockedBonds;
    uint256 public penalties;
    uint256 private number = 1_000_000;

    constructor() {
        setUp();
        usdc.mint(user, 1e30);
        usdc.mint(solver, 1e30);
        vm.prank(solver);
        bonds.deposit(solver, auctioneer, BONDED);
        bytes32[23] memory all = [
            bytes32("openLease"), "openJob", "start", "voucher", "last", "stop", "quit", "lease noshow", "finish", "result", "proven",
            "draw", "challenge", "settle", "judged right", "judged wrong", "lapse paid", "lapse refunded", "job noshow", "close",
            "insist", "refused", "poke"
        ];
        for (uint256 i; i < all.length; ++i) {
            _expect(all[i]);
        }
        _openDoors();
    }

    function _openDoors() private {
        bytes4[] memory s = new bytes4[](9);
        (s[0], s[1], s[2]) = (escrow.openLease.selector, escrow.openJob.selector, escrow.openLeaseByProvider.selector);
        (s[3], s[4], s[5]) = (escrow.openOrVoid.selector, escrow.advance.selector, escrow.close.selector);
        (s[6], s[7], s[8]) = (escrow.enter.selector, escrow.cancelFor.selector, escrow.advanceStraight.selector);
        _door(address(escrow), s);
        _bystand(address(usdc));
    }

    function pass(uint256 seed) external override counted {
        seed = _mix(seed);
        _pass(seed % 32 == 0 ? (seed >> 8) % 2000 : (seed >> 8) % 60);
        _roll(seed >> 64 & 3);
    }

    function _roll(uint256 blocks) private {
        number += blocks;
        vm.roll(number);
    }

    /* BOOKS */

    function count() external view returns (uint256) {
        return ghosts.length;
    }

    function check(uint256 i) public view {
        Ghost storage g = ghosts[i];
        uint256 out = g.paid + g.refunded + g.fees;
        require(g.closed ? out == g.deposited : out <= g.deposited, "1: paid + refunded + fees = deposited");
        require(g.paid == uint256(g.d.num) * g.d.delivered / g.d.den && g.paid == g.d.released, "2, 31: the price of what counts, exactly");
        require(g.d.delivered <= g.acknowledged, "31: paid for nothing but what was acknowledged");
        if (g.acknowledged == 0) require(g.paid == 0, "33: before the first acknowledgement nothing is paid");
        require(g.fees <= g.c.feeBudget, "35: judges cost the budget at most");
        require(escrow.deals(g.id) == (g.closed ? bytes32(uint256(1)) : escrow.commitmentOf(g.d)), "4: closed slots never change");
    }

    function checkTotals() external view {
        require(usdc.balanceOf(address(escrow)) == owed, "3: held is owed");
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        require(locked == lockedBonds && locked <= balance, "28: locked for open deals, and there");
        require(balance + penalties == BONDED && usdc.balanceOf(address(bonds)) == balance, "30: penalties, and nothing else, left the bond");
    }

    /* OPENING */

    function openLease(uint256 seed) external counted {
        seed = _mix(seed);
        LeaseOrder memory o = _lease();
        (o.nonce, o.secondsAtMost) = (++salt, uint32(60 + (seed >> 8) % 4000));
        (o.perHourAtMost, o.totalAtMost) = (uint128(1e6 + (seed >> 40) % 1e9), type(uint128).max);
        (o.exclusiveUntil, o.openBy, o.startBy) = (uint40(time + 100), uint40(time + 200), uint40(time + 1000));
        bytes32 id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, uint128(o.perHourAtMost - (seed >> 80) % 1e6), o.secondsAtMost);
        _enter(seed, LEASE, abi.encode(o), abi.encodeCall(escrow.openLease, (o, sig, _awarded(a, sig))), sig, a);
        Ghost storage g = _ghost(id, uint256(a.sell) * o.secondsAtMost / 3600);
        (Deal memory d, Cold memory c) = _dealOf(o, solver, a.sell);
        (g.d, g.c, g.lease, g.terms) = (d, c, true, _termsOf(o));
        lockedBonds += c.bond;
        _did("openLease");
    }

    function openJob(uint256 seed) external counted {
        seed = _mix(seed);
        JobOrder memory o = _job();
        (o.nonce, o.fuelAtMost) = (++salt, uint64(1e9 + (seed >> 8) % 1e11));
        (o.perBillionFuelAtMost, o.totalAtMost) = (uint128(1e6 + (seed >> 60) % 1e7), type(uint128).max);
        uint16[4] memory audits = [0, 10_000, 10_000, 3000];
        (o.auditBps, o.auditBudget) = (audits[(seed >> 200) % 4], uint128((seed >> 120) % 1e6));
        (o.exclusiveUntil, o.openBy, o.resultBy) = (uint40(time + 100), uint40(time + 200), uint40(time + 1000));
        bytes32 id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, uint128(o.perBillionFuelAtMost - (seed >> 100) % 1e6), o.fuelAtMost);
        _enter(seed, JOB, abi.encode(o), abi.encodeCall(escrow.openJob, (o, sig, _awarded(a, sig))), sig, a);
        Ghost storage g = _ghost(id, uint256(a.sell) * o.fuelAtMost / 1e9 + o.auditBudget);
        (Deal memory d, Cold memory c) = _dealOf(o, solver, a.sell, o.bondAtLeast > a.bond ? o.bondAtLeast : a.bond);
        (g.d, g.c, g.job) = (d, c, _termsOf(o));
        lockedBonds += c.bond;
        _did("openJob");
    }

    /// @dev By the provider, by a stranger that shows its acceptance, or as an attempt; and once more, which fails.
    function _enter(uint256 seed, uint8 kind, bytes memory order, bytes memory data, bytes memory sig, Award memory a) private {
        uint256 how = (seed >> 220) % 3;
        if (how == 2) data = abi.encodeCall(escrow.openOrVoid, (kind, order, sig, a, _signAward(a)));
        uint256 before = usdc.balanceOf(user);
        vm.prank(how == 1 ? stranger : solver);
        (bool ok,) = address(escrow).call(data);
        require(ok, "opens");
        uint256 taken = before - usdc.balanceOf(user);
        vm.prank(how == 1 ? stranger : solver);
        (ok,) = address(escrow).call(data);
        require(!ok && before - usdc.balanceOf(user) == taken, "5: a deal opens once");
    }

    function _ghost(bytes32 id, uint256 deposited) private returns (Ghost storage g) {
        live.push(ghosts.length);
        g = ghosts.push();
        (g.id, g.deposited) = (id, deposited);
        owed += deposited;
    }

    function _awardNow(bytes32 id, uint128 sell, uint128 buy) private returns (Award memory a) {
        a = _award(id, sell, buy);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), uint40(time), uint40(time + 60));
    }

    /* LEASES */

    function act(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed, true);
        if (!found) return;
        uint256 startedAt = uint40(g.d.state);
        Act a = Act((seed >> 20) % 7);
        // Mostly what can succeed: everything else needs a start, and much would end the lease.
        if (startedAt == 0 && seed >> 30 & 7 != 0) a = time <= g.terms.startBy && seed >> 36 & 7 != 0 ? Act.Start : Act.NoShow;
        else if (seed >> 33 & 1 == 1) a = Act.Voucher;
        bool late = (a == Act.NoShow || a == Act.Finish) && seed >> 34 & 1 == 1;
        if (late) _pass(LATE);
        uint256 elapsed = startedAt == 0 ? 0 : time - startedAt;
        uint256 most = elapsed < g.c.maxUnits ? elapsed : g.c.maxUnits;
        uint256 secs = most < g.d.delivered ? 0 : g.d.delivered + (seed >> 40) % (most - g.d.delivered + 2);
        uint256 who = (seed >> 100) % 3;
        address caller = a == Act.Start || a == Act.Quit || who == 0 ? solver : who == 1 ? user : stranger;
        bool signed = seed >> 110 & 7 != 0;
        bytes memory evidence = _leaseEvidence(g, a, uint32(secs), signed);
        bool ok = _advance(g, caller, evidence, a == Act.NoShow ? g.c.bond : 0);
        _checkLease(g, a, secs, most, ok, signed, caller);
        if (late) _return();
    }

    /// @dev Invariant 32: a provider that stops serving `ackSeconds` after the last acknowledgement loses the price of those at most,
    ///      whatever the buyer does; and the buyer pays for nothing that its client did not acknowledge.
    function insist(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed, true);
        uint256 startedAt = found ? uint40(g.d.state) : 0;
        if (startedAt == 0 || g.closed) return;
        uint256 most = time - startedAt < g.c.maxUnits ? time - startedAt : g.c.maxUnits;
        if (most <= g.d.delivered) return;
        uint32 secs = uint32(g.d.delivered + 1 + (seed >> 40) % (most - g.d.delivered));
        bytes memory voucher = _leaseEvidence(g, Act.Voucher, secs, true);
        if (seed >> 80 & 1 == 1 && _advance(g, user, _leaseEvidence(g, Act.Stop, uint32(g.d.delivered), true), 0)) _did("stop");
        uint256 stop = g.d.state >> 40;
        uint256 last = (stop == 0 ? startedAt + g.terms.secondsAtMost : stop) + g.terms.windowSeconds;
        if (last > time) {
            vm.warp(time + (seed >> 81) % (last - time + 1));
            require(!_advance(g, stranger, _leaseEvidence(g, Act.Finish, 0, true), 0), "32: nobody ends it before the window is over");
        }
        require(_advance(g, solver, voucher, 0), "32: a voucher counts whatever the buyer did since");
        _checkLosses(g, secs);
        vm.warp(time);
        _did("insist");
    }

    function _checkLosses(Ghost storage g, uint256 secs) private view {
        uint256 served = uint256(g.d.num) * (secs + g.terms.ackSeconds) / 3600;
        uint256 most = (uint256(g.d.num) * g.terms.ackSeconds + 3599) / 3600;
        require(g.paid == uint256(g.d.num) * secs / 3600, "32: the buyer pays for what it acknowledged");
        require(served - g.paid <= most, "32: the provider loses what it served unacknowledged");
    }

    function _checkLease(Ghost storage g, Act a, uint256 secs, uint256 most, bool ok, bool signed, address caller) private {
        if (!ok) return _did("refused");
        bool carries = a == Act.Voucher || a == Act.Last || a == Act.Stop;
        if (carries) {
            require(secs <= most, "31: never more than has elapsed, nor than was signed");
            require(signed || (a != Act.Voucher && caller == user), "only what the buyer's side acknowledged");
            require(g.d.delivered == secs, "what was acknowledged counts");
        }
        if (a == Act.NoShow) require(g.paid == 0 && g.closed, "a no-show is paid nothing");
        if (a == Act.Start) require(!g.closed && uint40(g.d.state) == time, "started now");
        bytes32[7] memory names = [bytes32("start"), "voucher", "last", "stop", "quit", "lease noshow", "finish"];
        _did(names[uint256(a)]);
    }

    function _leaseEvidence(Ghost storage g, Act a, uint32 secs, bool signed) private returns (bytes memory) {
        LeaseTerms memory t = g.terms;
        bytes memory head = abi.encodePacked(uint8(a), t.startBy, t.ackSeconds, t.windowSeconds, t.secondsAtMost, t.meterKey, t.machine);
        if (a == Act.Start || a == Act.Quit || a == Act.NoShow || a == Act.Finish) return head;
        bytes32 digest = _digestFor(g.id, _hashVoucher(g.id, secs, 0, a != Act.Voucher));
        (bytes32 r, bytes32 vs) = vm.signCompact(signed ? METER_KEY : AUCTIONEER_KEY, digest);
        if (signed || a != Act.Voucher) g.acknowledged = secs > g.acknowledged ? secs : g.acknowledged;
        (bytes32 pr, bytes32 pvs) = vm.signCompact(SOLVER_KEY, digest);
        return abi.encodePacked(head, secs, bytes32(0), r, vs, pr, pvs);
    }

    /* JOBS */

    function jobAct(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed, false);
        if (!found) return;
        _roll(seed >> 120 & 1);
        Phase phase = Phase(uint8(g.d.state));
        JobAct a = JobAct((seed >> 20) % 8);
        // Mostly what this phase is for.
        if (seed >> 30 & 7 != 0) {
            if (phase == Phase.Open) a = time > g.job.resultBy || seed >> 36 & 7 == 0 ? JobAct.NoShow : g.job.auditBps == 10_000 && seed >> 33 & 1 == 1 ? JobAct.Proven : JobAct.Result;
            else if (phase == Phase.Claimed) a = seed >> 33 & 1 == 1 ? JobAct.Draw : seed >> 34 & 1 == 1 ? JobAct.Challenge : JobAct.Settle;
            else if (phase == Phase.Cleared) a = seed >> 33 & 3 == 0 ? JobAct.Challenge : JobAct.Settle;
            else a = seed >> 33 & 1 == 0 ? JobAct.Judge : JobAct.Lapse;
        }
        bool right = seed >> 40 & 1 == 1;
        uint64 fuel = _fuel(g, a, seed >> 128);
        bool late = (a == JobAct.Lapse || a == JobAct.Settle || a == JobAct.NoShow) && seed >> 60 & 3 != 0;
        if (late) _pass(LATE);
        uint8[4] memory pairs = [3, 5, 6, uint8(seed >> 42 & 7)];
        uint256 judges = pairs[seed >> 50 & 3];
        address caller = a == JobAct.Result || a == JobAct.Proven ? solver : a == JobAct.Challenge ? user : stranger;
        (bool ok, bool wasChallenged) = (false, phase == Phase.Challenged);
        bytes memory evidence = _jobEvidence(g, a, right ? RIGHT : WRONG, fuel, judges);
        uint256 penalty = a == JobAct.NoShow || (a == JobAct.Judge && !right) ? g.c.bond : 0;
        ok = _advance(g, caller, evidence, penalty);
        _checkJob(g, a, right, judges, ok, wasChallenged);
        if (late) _return();
    }

    /// @dev What ends a deal after some window is tried as if the window were over: nobody else's time passes meanwhile.
    function _return() private {
        time -= LATE;
        vm.warp(time);
    }

    /// @dev The result's own fuel, or what the judges count: the same, whatever they say of the result.
    function _fuel(Ghost storage g, JobAct a, uint256 seed) private view returns (uint64) {
        if (a == JobAct.Judge) return uint64(g.d.state >> 88);
        return uint64(seed % (uint256(g.c.maxUnits) + 2));
    }

    function _jobEvidence(Ghost storage g, JobAct a, bytes32 result, uint64 fuel, uint256 judges) private returns (bytes memory) {
        JobTerms memory t = g.job;
        if (a == JobAct.Result) {
            g.acknowledged = fuel > g.acknowledged ? fuel : g.acknowledged;
            return abi.encode(a, t, RIGHT, fuel);
        }
        if (a != JobAct.Judge && a != JobAct.Proven) return abi.encode(a, t);
        if (a == JobAct.Proven) g.acknowledged = fuel > g.acknowledged ? fuel : g.acknowledged;
        bytes memory quorum = _quorum(address(rerun), _hashVerdict(g.id, result, fuel), judges, 3, 2);
        return bytes.concat(abi.encode(a, t), abi.encode(result, fuel), quorum);
    }

    function _checkJob(Ghost storage g, JobAct a, bool right, uint256 judges, bool ok, bool wasChallenged) private {
        if (!ok) return _did("refused");
        uint256 budget = g.c.feeBudget;
        if (a == JobAct.Judge || a == JobAct.Proven) {
            require(judges == 3 || judges == 5 || judges == 6, "exactly k judges");
            require(g.closed && g.fees == budget / 2 * 2, "35: the same fee, whatever was said");
        } else {
            require(g.fees == 0, "35: no fee without a verdict");
        }
        uint256 price = uint256(g.d.num) * uint64(g.d.state >> 88) / g.d.den;
        if (a == JobAct.Judge) require(g.paid == (right ? price : 0), "34: the claimed fuel if the result stands, else nothing");
        if (a == JobAct.Settle) require(g.paid == price, "34: the claimed fuel");
        if (a == JobAct.Lapse) require(g.paid == (wasChallenged ? price : 0), "34: no quorum after an audit never pays");
        bytes32 name = a == JobAct.Judge ? (right ? bytes32("judged right") : bytes32("judged wrong")) : bytes32("");
        if (a == JobAct.Lapse) name = wasChallenged ? bytes32("lapse paid") : bytes32("lapse refunded");
        bytes32[8] memory names = [bytes32("result"), "proven", "draw", "challenge", "settle", "", "", "job noshow"];
        _did(name == 0 ? names[uint256(a)] : name);
    }

    /* MONEY */

    /// @dev One step of a deal. `penalty`: what the bond loses if it succeeds.
    function _advance(Ghost storage g, address caller, bytes memory evidence, uint256 penalty) private returns (bool ok) {
        (Deal memory d, Cold memory c) = (g.d, g.c);
        Purse memory before = _purse();
        bytes memory data = calls & 1 == 1 ? _straight(g.id, d, c, evidence) : abi.encodeCall(escrow.advance, (g.id, d, c, evidence));
        vm.recordLogs();
        vm.prank(caller);
        (ok,) = address(escrow).call(data);
        if (!ok) return false;
        require(!g.closed, "4: closed deals stay closed");
        _follow(g);
        _book(g, before, penalty);
    }

    /// @dev The same step without padding.
    function _straight(bytes32 id, Deal memory d, Cold memory c, bytes memory evidence) private view returns (bytes memory) {
        bytes memory parties = abi.encodePacked(escrow.advanceStraight.selector, id, d.sellToken, d.solver, d.verifier);
        bytes memory amounts = abi.encodePacked(d.num, uint32(d.den), uint64(d.delivered), d.state, d.where);
        bytes memory cold = abi.encodePacked(c.user, uint64(c.maxUnits), c.closeAfter, c.auctioneer, c.bond, c.feeBudget);
        return bytes.concat(parties, amounts, cold, evidence);
    }

    function _book(Ghost storage g, Purse memory before, uint256 penalty) private {
        Purse memory after_ = _purse();
        uint256 taken = before.bonds - after_.bonds;
        require(taken == (g.closed ? penalty : 0), "30: only a no-show or a wrong result costs the bond");
        penalties += taken;
        uint256 paid = after_.provider - before.provider;
        uint256 refunded = after_.user - before.user - taken;
        uint256 fees = after_.judges - before.judges;
        (g.paid, g.refunded, g.fees) = (g.paid + paid, g.refunded + refunded, g.fees + fees);
        owed -= paid + refunded + fees;
        if (g.closed) _end(g);
    }

    function _purse() private returns (Purse memory p) {
        (p.user, p.provider, p.bonds) = (usdc.balanceOf(user), usdc.balanceOf(solver), usdc.balanceOf(address(bonds)));
        for (uint256 i; i < 3; ++i) {
            p.judges += usdc.balanceOf(vm.addr(_attesterKey(i)));
        }
    }

    /// @dev Takes the new state from the event, as any client does.
    function _follow(Ghost storage g) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IEscrow.Closed.selector) {
                (uint256 progress,) = abi.decode(logs[i].data, (uint256, uint256));
                (g.closed, g.d.released, g.d.delivered) = (true, uint128(progress >> 128), uint128(progress));
            }
            if (logs[i].topics[0] == IEscrow.Advanced.selector) {
                uint256 progress;
                (progress, g.c.maxUnits, g.d.state) = abi.decode(logs[i].data, (uint256, uint128, uint256));
                (g.d.released, g.d.delivered) = (uint128(progress >> 128), uint128(progress));
                Cold memory cold = g.c;
                g.d.cold = keccak256(abi.encode(cold));
            }
        }
    }

    function close(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed, seed >> 200 & 1 == 1);
        if (!found) return;
        // Hardly any would get so old: at times one is as if.
        uint256 now_ = time;
        if (seed >> 201 & 3 == 0 && time <= g.c.closeAfter) time = g.c.closeAfter + (seed >> 203 & 3 == 0 ? 0 : 1);
        vm.warp(time);
        if (_close(g)) _did("close");
        time = now_;
        vm.warp(time);
    }

    function _close(Ghost storage g) private returns (bool ok) {
        (Deal memory d, Cold memory c) = (g.d, g.c);
        Purse memory before = _purse();
        vm.prank(stranger);
        (ok,) = address(escrow).call(abi.encodeCall(escrow.close, (g.id, d, c)));
        require(ok == (!g.closed && time > c.closeAfter), "late, and once");
        if (!ok) return false;
        g.closed = true;
        _book(g, before, 0);
    }

    function finish() external override {
        time += 60 days;
        vm.warp(time);
        while (live.length != 0) {
            require(_close(ghosts[live[live.length - 1]]), "36: every deal ends");
        }
        require(usdc.balanceOf(address(escrow)) == 0, "and nothing is left");
        (, uint96 locked) = bonds.accounts(solver, auctioneer);
        require(locked == 0, "every bond is free");
        for (uint256 i; i < ghosts.length; i += 1 + ghosts.length / 500) {
            check(i);
        }
    }

    /* HELPERS */

    function _end(Ghost storage g) private {
        lockedBonds -= g.c.bond;
        for (uint256 i = live.length; i-- != 0;) {
            if (ghosts[live[i]].id != g.id) continue;
            live[i] = live[live.length - 1];
            live.pop();
            return;
        }
    }

    /// @dev Mostly one of the newest open ones; at times a closed one, which must refuse everything.
    function _pick(uint256 seed, bool lease_) private view returns (bool, Ghost storage) {
        bool any = seed % 16 == 0;
        uint256 n = any ? ghosts.length : live.length;
        uint256 near = n < 40 || any ? n : 40;
        for (uint256 i; i < near; ++i) {
            uint256 at = n - 1 - ((seed >> 128) % near + i) % near;
            Ghost storage g = ghosts[any ? at : live[at]];
            if (g.lease == lease_) return (true, g);
        }
        return (false, _none());
    }

    function _none() private pure returns (Ghost storage none) {
        assembly {
            none.slot := 0
        }
    }
}
