// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import "./Base.sol";

/// @dev Two solvers, a cheating and an honest auctioneer, challengers, deals and time, at random: who may lose a bond, how much, and
///      to whom. Keeps its own books from what it saw move, and tries at every step what must not succeed.
contract BondsHandler is Actor {
    uint256 private constant HONEST_KEY = 0x40E57;
    uint256 private constant SECOND_KEY = 0x502;
    uint256 private constant KEY = 0x5E7;
    uint256 private constant RUNNER_KEY = 0x4C0;

    struct Lock {
        address holder;
        address auctioneer;
        uint96 amount;
    }

    struct Challenge {
        bytes32 id;
        bytes32 place;
        OrderRef o;
        Award passed;
        Bid bid;
        SignedAward[] offers;
        uint256 stake;
        bool open;
    }

    address[2] public solvers;
    address[2] public auctioneers;
    address private runner;
    Lock[] private locks;
    Challenge[] private challenges;
    /// @dev Of those that are open.
    uint256[] private live;
    mapping(bytes32 place => uint256) private worst;
    mapping(bytes32 place => uint256) private taken;

    uint256 public deposited;
    uint256 public paid;
    uint256 public unowned;
    uint256 public stakes;

    constructor() {
        setUp();
        (solvers, runner) = ([solver, VM.addr(SECOND_KEY)], VM.addr(RUNNER_KEY));
        auctioneers = [auctioneer, VM.addr(HONEST_KEY)];
        usdc.mint(address(this), 1e30);
        usdc.approve(address(bonds), type(uint256).max);
        usdc.approve(address(fairness), type(uint256).max);
        for (uint256 i; i < 2; ++i) {
            deposit(uint8(4 + i), 1e15);
            for (uint256 j; j < 2; ++j) {
                deposit(uint8(2 * i + j), 1e15);
            }
        }
        vm.prank(solver);
        bonds.setKey(VM.addr(KEY));
        bytes32[18] memory all = [
            bytes32("deposit"), "request", "exit", "key", "lock", "release", "penalty", "final", "miss", "challenge", "answer", "judge",
            "honest", "equivocate", "unaccepted", "run", "ran", "poke"
        ];
        for (uint256 i; i < all.length; ++i) {
            _expect(all[i]);
        }
        _openDoors();
    }

    function _openDoors() private {
        bytes4[] memory s = new bytes4[](12);
        (s[0], s[1], s[2], s[3]) = (bonds.deposit.selector, bonds.requestExit.selector, bonds.exit.selector, bonds.lock.selector);
        (s[4], s[5], s[6]) = (bonds.release.selector, bonds.slash.selector, bonds.slashNoShow.selector);
        (s[7], s[8], s[9]) = (bonds.slashAuctioneer.selector, bonds.withdraw.selector, bonds.setKey.selector);
        (s[10], s[11]) = (bonds.removeKey.selector, bonds.deposit.selector);
        _door(address(bonds), s);
        s = new bytes4[](5);
        (s[0], s[1], s[2]) = (fairness.challenge.selector, fairness.answer.selector, fairness.judge.selector);
        (s[3], s[4]) = (fairness.slashEquivocation.selector, fairness.withdraw.selector);
        _door(address(fairness), s);
        _bystand(address(usdc));
    }

    /* BOOKS */

    function parts() external view returns (IBonds, IFairness, PlainToken) {
        return (bonds, fairness, usdc);
    }

    /// @dev The accounts that exist: each solver with each auctioneer, the auctioneers' own, and that of a solver who runs.
    function account(uint256 i) public view returns (address holder, address of_) {
        if (i < 4) return (solvers[i / 2], auctioneers[i % 2]);
        return i < 6 ? (auctioneers[i - 4], auctioneers[i - 4]) : (runner, auctioneers[0]);
    }

    function lockedFor(uint256 i) external view returns (uint256 sum) {
        (address holder, address of_) = account(i);
        for (uint256 k; k < locks.length; ++k) {
            if (locks[k].holder == holder && locks[k].auctioneer == of_) sum += locks[k].amount;
        }
    }

    function _there(address holder, address of_) private view returns (uint256) {
        (uint96 balance, uint96 locked) = bonds.accounts(holder, of_);
        (uint96 leaving,) = bonds.exits(holder, of_);
        return balance - locked + leaving;
    }

    /* HOLDERS AND TIME */

    function pass(uint256 seed) external override counted {
        seed = _mix(seed);
        _pass(seed % 24 == 0 ? 3 days : seed % 24 == 1 ? 11 days : (seed >> 8) % 600);
    }

    function deposit(uint8 which, uint96 amount) public counted {
        (address holder, address of_) = account(which % 6);
        amount = 1 + amount % 1e15;
        bonds.deposit(holder, of_, amount);
        deposited += amount;
        _did("deposit");
    }

    function leave(uint8 which, uint96 amount) external counted {
        which = uint8(_mix(which));
        (address holder, address of_) = account(which % 6);
        uint256 before = usdc.balanceOf(holder);
        (uint96 leaving, uint40 exitAt) = bonds.exits(holder, of_);
        // A second request starts the delay anew: mostly wait for the first.
        bool now_ = _mix(amount) % 16 < (leaving != 0 ? 14 : 1);
        vm.prank(holder);
        (bool ok,) = address(bonds).call(
            now_ ? abi.encodeCall(bonds.exit, (of_)) : abi.encodeCall(bonds.requestExit, (of_, 1 + amount % 1e14))
        );
        uint256 out = usdc.balanceOf(holder) - before;
        if (now_) require(ok == (leaving != 0 && time > exitAt) && out == (ok ? leaving : 0), "after the delay, what was left");
        else require(out == 0, "a request pays nothing");
        paid += out;
        if (ok) _did(now_ ? bytes32("exit") : bytes32("request"));
    }

    function setKey(bool on) external counted {
        vm.prank(solver);
        (bool ok,) = address(bonds).call(on ? abi.encodeCall(bonds.setKey, (VM.addr(KEY))) : abi.encodeCall(bonds.removeKey, (VM.addr(KEY))));
        if (ok) _did("key");
    }

    /* DEALS */

    function lock(uint8 which, uint96 amount) external counted {
        (address holder, address of_) = account(which % 6);
        (uint96 balance, uint96 locked) = bonds.accounts(holder, of_);
        amount = 1 + amount % 1e14;
        vm.prank(address(escrow));
        (bool ok,) = address(bonds).call(abi.encodeCall(bonds.lock, (holder, of_, amount)));
        require(ok == (holder != of_ && amount <= balance - locked), "free bond of a solver only");
        if (!ok) return;
        locks.push(Lock(holder, of_, amount));
        _did("lock");
    }

    function unlock(uint256 index, uint96 penalty, bool penalise) external counted {
        if (locks.length == 0) return;
        Lock memory l = locks[index % locks.length];
        locks[index % locks.length] = locks[locks.length - 1];
        locks.pop();
        penalty %= 3 * l.amount;
        uint256 there = _there(l.holder, l.auctioneer) + l.amount;
        uint256 before = usdc.balanceOf(user);
        vm.prank(address(escrow));
        if (penalise) bonds.slash(l.holder, l.auctioneer, l.amount, penalty, user);
        else bonds.release(l.holder, l.auctioneer, l.amount);
        uint256 out = usdc.balanceOf(user) - before;
        require(out == (penalise ? (penalty < there ? penalty : there) : 0), "penalty, or what is there");
        paid += out;
        _did(penalise ? bytes32("penalty") : bytes32("release"));
    }

    /// @dev As `closeFinal` does: nothing was locked. Also of an auctioneer's own bond, which it must not reach.
    function penaltyWithoutLock(uint8 which, uint96 penalty) external counted {
        (address holder, address of_) = account(which % 6);
        penalty %= 1e13;
        uint256 there = holder == of_ ? 0 : _there(holder, of_);
        uint256 before = usdc.balanceOf(user);
        vm.prank(address(escrow));
        bonds.slash(holder, of_, 0, penalty, user);
        uint256 out = usdc.balanceOf(user) - before;
        require(out == (penalty < there ? penalty : there), "what is there");
        paid += out;
        _did("final");
    }

    /* NO-SHOWS */

    /// @dev An award that is missed. `how`: bit 0 accepted, bit 1 signed by the key, bit 2 an entry of a batch, bit 3 by the honest
    ///      auctioneer, bit 4 to the auctioneer itself, bit 5 cancelled.
    function miss(uint96 bond, uint8 how) external counted {
        how = uint8(_mix(how));
        SwapOrder memory o = _order(how >> 3 & 1);
        Award memory a = _awardOf(o, how >> 4 & 1 == 1 ? o.auctioneer : solver, BUY, 1 + bond % 1e12, 0);
        Reply memory r = Reply("authorisation", how & 1 == 1);
        bytes32 digest = _digestFor(a.order, _hashReply(_awardDigest(a), r));
        bool byKey = how >> 1 & 1 == 1;
        bytes memory replySig = _sign(a.solver != solver ? _keyOf(o.auctioneer) : byKey ? KEY : SOLVER_KEY, digest);
        bytes memory proof = how >> 2 & 1 == 1 ? _inBatch(a, _keyOf(o.auctioneer)) : _sign(_keyOf(o.auctioneer), _awardDigest(a));
        if (how >> 5 & 7 == 1) {
            vm.prank(user);
            settlement.cancel(FILL_IN, o, _noOptions());
        }
        time += 61;
        vm.warp(time);
        bool due = r.accepted && a.solver == solver && how >> 5 & 7 != 1 && (!byKey || bonds.isKey(solver, VM.addr(KEY)));
        uint256 there = _there(solver, o.auctioneer);
        uint256 before = usdc.balanceOf(user);
        bytes memory data = abi.encodeCall(bonds.slashNoShow, (address(settlement), FILL_IN, abi.encode(o), a, proof, r, replySig));
        vm.prank(user);
        (bool ok,) = address(bonds).call(data);
        require(ok == (due && there != 0), "26, 27: an accepted award that was missed, and no other");
        uint256 out = usdc.balanceOf(user) - before;
        require(out == (ok ? (there < a.bond ? there : a.bond) : 0), "28, 29, 30: its bond, or what is there, to the user");
        paid += out;
        (bool twice,) = address(bonds).call(data);
        require(!twice, "28: once");
        if (!r.accepted) _refuse(o, a, proof, replySig);
        if (ok) _did("miss");
    }

    function _refuse(SwapOrder memory o, Award memory a, bytes memory proof, bytes memory replySig) private {
        uint256 before = usdc.balanceOf(user);
        Reply memory r = Reply("authorisation", true);
        (bool ok,) = address(bonds).call(
            abi.encodeCall(bonds.slashNoShow, (address(settlement), FILL_IN, abi.encode(o), a, proof, r, replySig))
        );
        require(!ok && usdc.balanceOf(user) == before, "27: a refusal is no acceptance");
        _did("unaccepted");
    }

    /// @dev Invariant 29: who accepts, asks for all its money back and misses, is slashed as long as it has not been paid out.
    function run(uint96 bond, uint256 seed) external counted {
        seed = _mix(seed);
        (uint96 leaving, uint40 exitAt) = bonds.exits(runner, auctioneers[0]);
        if (leaving != 0 && (time > exitAt || seed & 3 == 0)) return _ran(leaving, exitAt);
        if (leaving == 0) {
            uint96 more = uint96(1 + bond % 1e14);
            bonds.deposit(runner, auctioneers[0], more);
            deposited += more;
            vm.prank(runner);
            bonds.requestExit(auctioneers[0], more);
            leaving = more;
        }
        uint96 slashed = uint96(1 + (seed >> 8) % leaving);
        uint256 before = usdc.balanceOf(user);
        _missAs(slashed);
        (uint96 rest,) = bonds.exits(runner, auctioneers[0]);
        require(usdc.balanceOf(user) - before == slashed && leaving - rest == slashed, "29: what is leaving is slashed");
        paid += slashed;
        _did("run");
    }

    function _missAs(uint96 bond) private {
        SwapOrder memory o = _order(0);
        Award memory a = _awardOf(o, runner, BUY, bond, 0);
        Reply memory r = Reply("authorisation", true);
        bytes memory replySig = _sign(RUNNER_KEY, _digestFor(a.order, _hashReply(_awardDigest(a), r)));
        _pass(61);
        vm.prank(user);
        bonds.slashNoShow(address(settlement), FILL_IN, abi.encode(o), a, _sign(AUCTIONEER_KEY, _awardDigest(a)), r, replySig);
    }

    /// @dev Mostly as if the delay were over.
    function _ran(uint96 leaving, uint40 exitAt) private {
        uint256 before = usdc.balanceOf(runner);
        vm.warp(time > exitAt ? time : exitAt + 1);
        vm.prank(runner);
        bonds.exit(auctioneers[0]);
        vm.warp(time);
        require(usdc.balanceOf(runner) - before == leaving, "29: after the delay it is paid out, to the unit");
        paid += leaving;
        _did("ran");
    }

    /* FAIRNESS */

    /// @dev The cheating auctioneer passes over a better bid, after `offers` of its own that may or may not answer. The honest one
    ///      awards to another only after an offer to the better bid ran out.
    function challenge(uint96 bond, uint8 how, uint128 better) external counted {
        (how, better) = (uint8(_mix(how)), uint128(_mix(better)));
        bool honest = how & 1 == 1;
        SwapOrder memory o = _order(honest ? 1 : 0);
        Challenge storage c = challenges.push();
        (c.o.settler, c.o.kind, c.o.order) = (address(settlement), FILL_IN, abi.encode(o));
        c.bid = Bid(_idOf(FILL_IN, o), 0, solver, SELL, BUY + better % 3, 1 + bond % 1e12, uint40(time + 99), bytes32(++salt));
        bool offered = honest || how >> 1 & 1 == 1;
        bytes32 after_;
        if (offered) {
            SignedAward storage offer = c.offers.push();
            // The cheat's offer may have been too short.
            Award memory first = _awardOf(o, solver, c.bid.buy, c.bid.bond, 0);
            first.fillBy = uint40(time + (honest ? 10 : 7 + (how >> 2 & 7)));
            (offer.award, offer.proof) = (first, _sign(_keyOf(o.auctioneer), _awardDigest(first)));
            after_ = _awardDigest(first);
        }
        c.passed = _awardOf(o, solvers[1], BUY + 1, 1, after_);
        if (offered) c.passed.notBefore = c.offers[0].award.fillBy;
        _open(c, o, better % 3 == 2);
    }

    function _open(Challenge storage c, SwapOrder memory o, bool better) private {
        bytes memory data = _challengeData(c, _keyOf(o.auctioneer));
        uint256 before = usdc.balanceOf(address(this));
        (bool ok, bytes memory id) = address(fairness).call(data);
        require(ok == better, "a better bid, and no other");
        if (!ok) return challenges.pop();
        live.push(challenges.length - 1);
        c.id = bytes32(id);
        c.place = keccak256(abi.encode(c.bid.order, uint128(0)));
        c.open = true;
        c.stake = before - usdc.balanceOf(address(this));
        require(c.stake == (uint256(c.bid.bond) + 9) / 10, "a tenth, rounded up");
        stakes += c.stake;
        _did("challenge");
    }

    function _challengeData(Challenge storage c, uint256 auctioneerKey) private returns (bytes memory) {
        ReceiptedBid memory b;
        b.bid = c.bid;
        bytes32 digest = _digestFor(b.bid.order, _hashBid(b.bid));
        b.bidSig = _sign(SOLVER_KEY, digest);
        b.receipt = BidReceipt(b.bid.order, 0, digest, uint40(time), 0);
        b.receiptSig = _sign(auctioneerKey, _digestFor(b.bid.order, _hashReceipt(b.receipt)));
        SignedAward memory passed = SignedAward(c.passed, _sign(auctioneerKey, _awardDigest(c.passed)));
        OrderRef memory order = c.o;
        return abi.encodeCall(fairness.challenge, (order, passed, b));
    }

    function answer(uint256 index) external counted {
        index = _mix(index);
        (bool found, Challenge storage c) = _pick(index);
        if (!found) return;
        (SignedAward[] memory offers, Award memory passed, Bid memory bid) = (c.offers, c.passed, c.bid);
        (,, address of_, uint40 answerBy,,,,,) = fairness.challenges(c.id);
        bool good = c.open && time <= answerBy && offers.length == 1 && offers[0].award.fillBy >= offers[0].award.cutAt + AWARD_MIN;
        uint256 before = usdc.balanceOf(of_);
        (bool ok,) =
            address(fairness).call(abi.encodeCall(fairness.answer, (c.o.settler, passed, bid, offers, Reply(0, false), "")));
        require(ok == good, "an offer that left the time, in time");
        if (!ok) return;
        require(usdc.balanceOf(of_) - before == c.stake, "the auctioneer's stake");
        _settled(c);
        _did("answer");
    }

    /// @dev The honest auctioneer never sleeps for a day: it answers first, if it still may.
    function judge(uint256 index) external counted {
        index = _mix(index);
        (bool found, Challenge storage c) = _pick(index);
        if (!found) return;
        (,, address of_, uint40 answerBy,,,,,) = fairness.challenges(c.id);
        if (c.open && of_ == auctioneers[1]) return this.answerInTime(index);
        uint256 penalty = 2 * uint256(c.bid.bond);
        uint256[3] memory before = [usdc.balanceOf(user), usdc.balanceOf(address(this)), _there(of_, of_)];
        (bool ok,) = address(fairness).call(abi.encodeCall(fairness.judge, (c.id)));
        require(ok == (c.open && time > answerBy), "unanswered, after a day, once");
        if (!ok) return;
        _book(c.place, penalty, before, of_, c.stake);
        _settled(c);
        _did("judge");
    }

    function answerInTime(uint256 index) external {
        require(msg.sender == address(this));
        (, Challenge storage c) = _pick(index);
        (SignedAward[] memory offers, Award memory passed, Bid memory bid) = (c.offers, c.passed, c.bid);
        (,,, uint40 answerBy,,,,,) = fairness.challenges(c.id);
        vm.warp(answerBy < time ? answerBy : time);
        fairness.answer(c.o.settler, passed, bid, offers, Reply(0, false), "");
        vm.warp(time);
        _settled(c);
        _did("honest");
    }

    /// @dev The cheat awards one place twice: a new one, or one that was challenged before.
    function equivocate(uint96 bond, uint256 index, bool known) external counted {
        (OrderRef memory ref, Award memory a) = _twice(index, known);
        if (ref.settler == address(0)) return;
        Award memory twin = abi.decode(abi.encode(a), (Award));
        (twin.solver, twin.bond) = (stranger, uint96(1 + bond % 1e12));
        SignedAward memory one = SignedAward(a, _sign(AUCTIONEER_KEY, _awardDigest(a)));
        SignedAward memory two = SignedAward(twin, _inBatchOrAlone(twin));
        bytes32 place = keccak256(abi.encode(a.order, uint128(0)));
        uint256 penalty = a.bond > twin.bond ? a.bond : twin.bond;
        uint256[3] memory before = [usdc.balanceOf(user), usdc.balanceOf(address(this)), _there(auctioneers[0], auctioneers[0])];
        (bool ok,) = address(fairness).call(abi.encodeCall(fairness.slashEquivocation, (ref, one, two)));
        require(ok == (penalty > worst[place]), "28: unless as much was taken before");
        if (!ok) return;
        _book(place, penalty, before, auctioneers[0], 0);
        _did("equivocate");
    }

    function _twice(uint256 index, bool known) private returns (OrderRef memory ref, Award memory a) {
        (bool found, Challenge storage c) = _pick(index);
        if (known && found) {
            SwapOrder memory order = abi.decode(c.o.order, (SwapOrder));
            if (order.auctioneer == auctioneers[0]) (ref, a) = (c.o, c.passed);
        } else {
            SwapOrder memory o = _order(0);
            (ref.settler, ref.kind, ref.order) = (address(settlement), FILL_IN, abi.encode(o));
            a = _awardOf(o, solver, BUY, 0, 0);
        }
    }

    /// @dev What a penalty moved: to the user 40 %, to this challenger 10 %, half to nobody; never more for a place than its worst.
    function _book(bytes32 place, uint256 penalty, uint256[3] memory before, address of_, uint256 stake) private {
        uint256 due = penalty > worst[place] ? penalty - worst[place] : 0;
        uint256 gone = before[2] - _there(of_, of_);
        require(gone == (due < before[2] ? due : before[2]), "28, 29: what is due, or what is there");
        require(usdc.balanceOf(user) - before[0] == gone * 40 / 100, "30: user's share");
        require(usdc.balanceOf(address(this)) - before[1] == gone * 10 / 100 + stake, "30: challenger's share, stake back");
        if (penalty > worst[place]) worst[place] = penalty;
        taken[place] += gone;
        require(taken[place] <= worst[place], "28: at most the worst of a place");
        paid += gone * 40 / 100 + gone * 10 / 100;
        unowned += gone - gone * 40 / 100 - gone * 10 / 100;
    }

    /* BUILDERS */

    /// @dev Mostly an open one; at times a settled one, which must refuse everything.
    function _pick(uint256 index) private view returns (bool, Challenge storage) {
        if (challenges.length == 0) return (false, _none());
        bool any = index % 8 == 0 || live.length == 0;
        return (true, challenges[any ? (index >> 8) % challenges.length : live[(index >> 8) % live.length]]);
    }

    function _none() private pure returns (Challenge storage none) {
        assembly {
            none.slot := 0
        }
    }

    function _settled(Challenge storage c) private {
        (stakes, c.open) = (stakes - c.stake, false);
        for (uint256 i = live.length; i-- != 0;) {
            if (challenges[live[i]].id != c.id) continue;
            live[i] = live[live.length - 1];
            live.pop();
            return;
        }
    }

    function _keyOf(address of_) private view returns (uint256) {
        return of_ == auctioneers[0] ? AUCTIONEER_KEY : HONEST_KEY;
    }

    function _order(uint256 whose) private returns (SwapOrder memory o) {
        o = _swap();
        (o.nonce, o.auctioneer) = (++salt, auctioneers[whose]);
        (o.exclusiveUntil, o.fillBy) = (uint40(time + 100), uint40(time + 200));
    }

    function _awardOf(SwapOrder memory o, address to, uint128 buy, uint96 bond, bytes32 after_) private returns (Award memory a) {
        a = _award(_idOf(FILL_IN, o), SELL, buy);
        (a.solver, a.bond, a.previous) = (to, bond, after_);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), after_ == 0 ? 0 : uint40(time), uint40(time + 60));
    }

    function _inBatch(Award memory a, uint256 key) private returns (bytes memory) {
        BatchEntry memory e = BatchEntry(new bytes32[](2), new uint256[](2), 1, 0, 0);
        (e.orders[0], e.orders[1], e.amounts[1]) = (bytes32(salt), a.order, uint256(a.sell) << 128 | a.buy);
        (e.r, e.vs) = vm.signCompact(key, _digestFor(a.order, _hashAwards(a, e.orders, e.amounts)));
        return abi.encode(e);
    }

    function _inBatchOrAlone(Award memory a) private returns (bytes memory) {
        return salt % 2 == 0 && a.previous == 0 ? _inBatch(a, AUCTIONEER_KEY) : _sign(AUCTIONEER_KEY, _awardDigest(a));
    }
}
