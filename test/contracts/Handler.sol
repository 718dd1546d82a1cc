// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Act} from "../../contracts/src/interfaces/ILease.sol";

/// @dev Users, solvers, attesters, strangers and time, at random. Keeps for each deal what went in and what came out, from
///      balances alone, and tries at every step what must not succeed.
contract Handler is Base {
    struct Ghost {
        bytes32 id;
        Deal d;
        Cold c;
        LeaseTerms terms;
        Drop drop;
        bool lease;
        bool closed;
        uint256 deposited;
        uint256 paid;
        uint256 refunded;
    }

    Ghost[] private ghosts;
    mapping(uint256 nonce => uint256) public fills;
    mapping(bytes32 action => uint256) public succeeded;
    uint256 public openLocked;
    uint256 private salt;
    uint256 private time = NOW;

    constructor() {
        setUp();
        _bond(1e12);
        weth.mint(user, 1e24);
        usdc.mint(user, 1e18);
    }

    /* VIEWS FOR THE INVARIANTS */

    function count() external view returns (uint256) {
        return ghosts.length;
    }

    function ghost(uint256 i) external view returns (Ghost memory) {
        return ghosts[i];
    }

    function parts() external view returns (IEscrow, IBonds, PlainToken, address, address, address) {
        return (escrow, bonds, usdc, user, solver, auctioneer);
    }

    /* TIME */

    function pass(uint16 secs) external {
        _pass(secs % 4 == 0 ? secs % 5000 : secs % 300);
    }

    function _pass(uint256 secs) private {
        time += secs;
        vm.warp(time);
    }

    /* SAME CHAIN */

    /// @dev Few nonces, so that many orders share one.
    function fill(uint8 kind, uint128 sell, uint128 buy, uint8 nonce, bool awarded) external {
        SwapOrder memory o = _swap();
        (o.sell, o.buy, o.nonce) = (1 + sell % 1e9, 1 + buy % 1e15, nonce % 64);
        (o.sentence, kind) = (bytes32(++salt), kind % 2);
        o.exclusiveUntil = uint40(awarded ? time + 100 : time - 1);
        o.fillBy = uint40(time + 200);
        bytes32 id = _idOf(kind, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, o.sell, o.buy);
        PackedAward memory packed = _packed(a);
        uint256 before = usdc.balanceOf(user);
        vm.prank(solver);
        (bool ok,) = address(settlement).call(
            awarded
                ? abi.encodeCall(settlement.fillAwarded, (kind, o, sig, packed))
                : abi.encodeCall(settlement.fill, (kind, o, sig))
        );
        require(before - usdc.balanceOf(user) == (ok ? o.sell : 0), "user pays once, exactly");
        if (ok) ++fills[o.nonce];
        _did(ok, "fill");
    }

    function cancelNonce(uint8 nonce) external {
        vm.prank(user);
        settlement.cancelNonces(0, 1 << (nonce % 64));
        // From now on no order with this nonce can be filled: count it as taken.
        fills[nonce % 64] = 1;
        _did(true, "cancel");
    }

    /* ESCROW */

    function open(uint8 kind, uint128 sell, uint128 buy, bool native) external {
        TokenOrder memory o = _token();
        (o.sell, o.buy, o.nonce) = (1 + sell % 1e12, 1 + buy % 1e18, ++salt);
        kind = 2 + kind % 2;
        _times(o);
        if (native) (o.sellToken, o.chainId, o.verifier) = (NATIVE, block.chainid, address(local));
        bytes32 id = _idOf(kind, o);
        Award memory a = _awardNow(id, o.sell, o.buy);
        bytes memory sig = native ? bytes("") : _sign(USER_KEY, id);
        Awarded memory x = _awarded(a, sig);
        if (native) {
            vm.deal(user, user.balance + o.sell);
            vm.prank(user);
            escrow.open{value: o.sell}(kind, o, x);
        } else {
            vm.prank(solver);
            escrow.openFor(kind, o, sig, x);
        }
        Ghost storage g = ghosts.push();
        (Deal memory d, Cold memory c) = _dealOf(o, kind, a);
        (g.id, g.d, g.c, g.deposited) = (id, d, c, o.sell);
        g.drop = Drop(id, 0, o.buyToken, o.to, o.deliverBy, solver, 0);
        _did(true, "open");
    }

    function deliver(uint256 index, uint128 amount) external {
        (bool found, Ghost storage g) = _pick(index, false);
        if (!found) return;
        Drop memory drop = g.drop;
        drop.amount = 1 + amount % (g.d.den * 2);
        vm.prank(solver);
        (bool ok,) = address(delivery).call(abi.encodeCall(delivery.deliver, (drop)));
        require(ok == (time <= drop.deliverBy), "in time, and only then");
        _did(ok, "deliver");
    }

    function claim(uint256 index, bool stale) external {
        (bool found, Ghost storage g) = _pick(index, false);
        if (!found) return;
        (Deal memory d, bytes32 id) = (g.d, g.id);
        uint128 recorded = uint128(delivery.records(delivery.keyOf(g.drop)));
        bytes memory evidence = d.verifier == address(local) ? bytes("") : _evidence(_keyOf(id, d), recorded, 5);
        if (stale) d.released = d.released == 0 ? 1 : 0;
        uint128 delivered = recorded > d.den ? d.den : recorded;
        uint256 before = _held(solver, d.sellToken);
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.claim, (id, d, evidence)));
        require(ok == (!g.closed && !stale && delivered > d.delivered), "pays for something new, once");
        if (!ok) return;
        g.paid += _held(solver, d.sellToken) - before;
        (g.d.delivered, g.d.released) = (delivered, uint128(uint256(d.num) * delivered / d.den));
        g.closed = delivered == d.den;
        _did(true, "claim");
    }

    function close(uint256 index) external {
        if (ghosts.length == 0) return;
        Ghost storage g = ghosts[index % ghosts.length];
        (Deal memory d, Cold memory c) = (g.d, g.c);
        uint256 before = _held(user, d.sellToken);
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.close, (g.id, d, c)));
        require(ok == (!g.closed && time > c.closeAfter), "late, and once");
        if (!ok) return;
        g.refunded += _held(user, d.sellToken) - before;
        if (g.lease) openLocked -= c.bond;
        g.closed = true;
        _did(true, "close");
    }

    /* LEASES */

    function openLease(uint128 perHour, uint32 secs) external {
        LeaseOrder memory o = _lease();
        (o.nonce, o.secondsAtMost) = (++salt, 60 + secs % 4000);
        (o.perHourAtMost, o.totalAtMost) = (1e6 + perHour % 1e9, type(uint128).max);
        (o.exclusiveUntil, o.openBy, o.startBy) = (uint40(time + 100), uint40(time + 200), uint40(time + 1000));
        bytes32 id = _idOf(o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory x = _awarded(_awardNow(id, o.perHourAtMost, o.secondsAtMost), sig);
        vm.prank(solver);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.openLease, (o, sig, x)));
        if (!ok) return;
        Ghost storage g = ghosts.push();
        (Deal memory d, Cold memory c) = _dealOf(o, solver, o.perHourAtMost);
        (g.id, g.d, g.c, g.terms, g.lease) = (id, d, c, _termsOf(o), true);
        g.deposited = uint256(o.perHourAtMost) * o.secondsAtMost / 3600;
        openLocked += c.bond;
        _did(true, "openLease");
    }

    function act(uint256 index, uint8 what, uint32 secs, uint8 who) external {
        (bool found, Ghost storage g) = _pick(index, true);
        if (!found) return;
        uint40 startedAt = uint40(g.d.state);
        Act a = Act(what % 7);
        // Mostly what can succeed: everything else needs a start, and much would end the lease.
        if (startedAt == 0 && what < 160) a = time <= g.terms.startBy ? Act.Start : Act.NoShow;
        else if (what < 100) a = Act.Voucher;
        uint256 elapsed = startedAt == 0 ? 0 : time - startedAt;
        uint32 most = uint32(elapsed < g.c.maxUnits ? elapsed : g.c.maxUnits);
        uint32 acked = most < g.d.delivered ? 0 : uint32(g.d.delivered + secs % (most - g.d.delivered + 2));
        bytes memory evidence = _leaseEvidence(g.id, g.terms, a, acked);
        address caller = a == Act.Start || who % 3 == 0 ? solver : who % 3 == 1 ? user : stranger;
        (Deal memory d, Cold memory c) = (g.d, g.c);
        uint256[3] memory before = [usdc.balanceOf(user), usdc.balanceOf(solver), usdc.balanceOf(address(bonds))];
        vm.recordLogs();
        vm.prank(caller);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.advance, (g.id, d, c, evidence)));
        if (!ok) return;
        require(!g.closed, "closed deals stay closed");
        uint256 penalty = before[2] - usdc.balanceOf(address(bonds));
        require(penalty == (a == Act.NoShow ? c.bond : 0), "only a no-show costs the bond");
        g.paid += usdc.balanceOf(solver) - before[1];
        g.refunded += usdc.balanceOf(user) - before[0] - penalty;
        _follow(g);
        _did(true, bytes32(uint256(a)));
    }

    /// @dev Takes the new state from the event, as any client does.
    function _follow(Ghost storage g) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IEscrow.Closed.selector) {
                (uint256 progress,) = abi.decode(logs[i].data, (uint256, uint256));
                (g.closed, g.d.released, g.d.delivered) = (true, uint128(progress >> 128), uint128(progress));
                openLocked -= g.c.bond;
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

    function _leaseEvidence(bytes32 id, LeaseTerms memory t, Act a, uint32 secs) private returns (bytes memory head) {
        head = abi.encodePacked(uint8(a), t.startBy, t.ackSeconds, t.windowSeconds, t.secondsAtMost, t.meterKey, t.machine);
        if (a == Act.Start || a == Act.Quit || a == Act.NoShow || a == Act.Finish) return head;
        bytes32 digest = _digestFor(id, _hashVoucher(id, secs, 0, a != Act.Voucher));
        return abi.encodePacked(head, secs, bytes32(0), _pair(METER_KEY, digest), _pair(SOLVER_KEY, digest));
    }

    /* BONDS */

    function exitBond(uint96 amount, bool now_) external {
        vm.startPrank(solver);
        (bool ok,) = address(bonds).call(
            now_ ? abi.encodeCall(bonds.exit, (auctioneer)) : abi.encodeCall(bonds.requestExit, (auctioneer, 1 + amount % 1e9))
        );
        vm.stopPrank();
        _did(ok, "exit");
    }

    /// @dev An accepted award that nobody honours, slashed twice.
    function miss(uint96 bond) external {
        SwapOrder memory o = _swap();
        (o.nonce, o.exclusiveUntil, o.fillBy) = (1000 + ++salt, uint40(time + 100), uint40(time + 200));
        bytes32 id = _idOf(0, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, o.sell, o.buy);
        a.bond = 1 + bond % 1e8;
        Awarded memory x = _awarded(a, sig);
        _pass(61);
        uint256 before = usdc.balanceOf(user);
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        (uint96 leaving,) = bonds.exits(solver, auctioneer);
        uint256 free = balance - locked + leaving;
        bytes memory data = abi.encodeCall(
            bonds.slashNoShow, (address(settlement), 0, abi.encode(o), a, x.auctioneerSig, x.reply, x.replySig)
        );
        vm.prank(user);
        (bool ok,) = address(bonds).call(data);
        require(ok == (free != 0), "slashed if there is anything");
        require(usdc.balanceOf(user) - before == (free < a.bond ? free : a.bond), "what is there, at most the bond");
        vm.prank(user);
        (bool twice,) = address(bonds).call(data);
        require(!twice, "once");
        _did(ok, "miss");
    }

    /* HELPERS */

    function _awardNow(bytes32 id, uint128 sell, uint128 buy) private returns (Award memory a) {
        a = _award(id, sell, buy);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), uint40(time), uint40(time + 60));
    }

    function _times(TokenOrder memory o) private {
        (o.exclusiveUntil, o.openBy) = (uint40(time + 100), uint40(time + 200));
        (o.deliverBy, o.closeAfter) = (uint40(time + 2000), uint40(time + 2000 + GAP));
    }

    function _held(address account, address token) private returns (uint256) {
        return token == NATIVE ? account.balance : PlainToken(token).balanceOf(account);
    }

    function _pick(uint256 index, bool lease_) private returns (bool, Ghost storage) {
        uint256 n = ghosts.length;
        for (uint256 i; i < n; ++i) {
            Ghost storage g = ghosts[(index % n + i) % n];
            // Mostly open ones; at times a closed one, which must refuse everything.
            if (g.lease == lease_ && (!g.closed || index % 8 == 0)) return (true, g);
        }
        Ghost storage none;
        assembly {
            none.slot := 0
        }
        return (false, none);
    }

    function _did(bool ok, bytes32 action) private {
        if (ok) ++succeeded[action];
    }
}
