// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenOrders} from "../../contracts/src/libraries/TokenOrders.sol";
import "./Base.sol";

contract Forms {
    function isFormed(TokenOrder calldata o, uint256 time, uint256 latest) external pure returns (bool) {
        return TokenOrders.isFormed(o, time, latest);
    }
}

/// @dev Token orders on their way in: their form, races, cancellations, and attempts while the user changes its mind.
contract OpeningTest is Base {
    uint256 private constant USER = 1;
    uint256 private constant SOLD = 3;
    uint256 private constant CHAIN = 4;
    uint256 private constant BOUGHT_TOKEN = 5;
    uint256 private constant BOUGHT = 6;
    uint256 private constant TO = 7;
    uint256 private constant DELIVER_BY = 8;
    uint256 private constant OPEN_BY = 11;
    uint256 private constant CLOSE_AFTER = 12;
    uint256 private constant ORDER_NONCE = 14;
    address private constant RIVAL = address(0x501A);

    Forms private forms;

    function setUp() public override {
        super.setUp();
        forms = new Forms();
        weth.mint(RIVAL, 1e30);
        weth.mint(solver, 1e30);
        _approve(RIVAL, weth, address(delivery));
        _bond(100e6);
    }

    /* FORM: ONE EXPRESSION, AND THE SAME RULES WORD BY WORD */

    function _widths() private pure returns (uint16[15] memory) {
        return [256, 160, 160, 128, 256, 160, 128, 160, 40, 160, 40, 40, 40, 160, 256];
    }

    function _slow(uint256[15] memory w, uint256 time, uint256 latest) private pure returns (bool) {
        uint16[15] memory widths = _widths();
        for (uint256 i; i < 15; ++i) {
            if (widths[i] != 256 && w[i] >= 1 << widths[i]) return false;
        }
        if (w[SOLD] == 0 || w[BOUGHT] == 0 || w[CHAIN] == 0) return false;
        if (w[TO] == 0 || w[TO] == w[BOUGHT_TOKEN]) return false;
        if (w[OPEN_BY] < time || w[DELIVER_BY] < time || w[CLOSE_AFTER] > latest) return false;
        return w[ORDER_NONCE] < 1 << 255;
    }

    /// @dev A well-formed order with up to three words at their edges, or each other's.
    function _words(uint256 seed) private returns (uint256[15] memory w) {
        w = abi.decode(abi.encode(_token()), (uint256[15]));
        uint16[15] memory widths = _widths();
        for (uint256 n = seed % 4; n != 0; --n) {
            seed = uint256(keccak256(abi.encode(seed)));
            (uint256 i, uint256 width) = (seed % 15, widths[seed % 15]);
            uint256 top = width == 256 ? type(uint256).max : (1 << width) - 1;
            uint256[8] memory edges = [0, 1, top, top == type(uint256).max ? 1 << 255 : top + 1, w[(seed >> 8) % 15], NOW, NOW - 1, w[i] | 1 << (seed >> 16) % 256];
            w[i] = edges[(seed >> 32) % 8];
        }
    }

    /// @custom:runs 10000
    function testFuzz_isFormed_says_what_the_rules_say(uint256 seed, bool timed, uint40 more) public {
        uint256[15] memory w = _words(seed);
        (uint256 time, uint256 latest) = (timed ? NOW : 0, NOW + more % 2000);
        bytes memory data = abi.encodePacked(Forms.isFormed.selector, abi.encode(w), time, latest);
        (, bytes memory answer) = address(forms).staticcall(data);
        vm.assertTrue(abi.decode(answer, (bool)) == _slow(w, time, latest), "one expression, the same rules");
    }

    /// @dev The same through the front door: what is not formed is refused, whatever the reason; what is and keeps the gap is not.
    /// @custom:runs 10000
    function testFuzz_inspect_refuses_what_is_not_formed(uint256 seed) public {
        uint256[15] memory w = _words(seed);
        bytes memory data = abi.encodeCall(
            escrow.inspect, (2, abi.encode(w), 0, uint128(w[SOLD]), uint128(w[BOUGHT]), uint40(NOW))
        );
        (bool ok, bytes memory answer) = address(escrow).staticcall(data);
        if (!_slow(w, 0, NOW + 7 days)) return vm.assertTrue(!ok, "not formed");
        if (w[CHAIN] != FAR || w[13] != uint160(address(attested)) || w[CLOSE_AFTER] < w[DELIVER_BY] + GAP) return;
        vm.assertTrue(ok, "formed");
        vm.assertEq(abi.decode(answer, (Facts)).user, address(uint160(w[USER])), "whose");
    }

    function test_words_that_no_rule_reads_are_called_dirty() public {
        uint8[5] memory unread = [1, 2, 9, 10, 13];
        for (uint256 i; i < 5; ++i) {
            uint256[15] memory w = abi.decode(abi.encode(_token()), (uint256[15]));
            w[unread[i]] |= 1 << 255;
            bytes memory data = abi.encodeCall(escrow.inspect, (2, abi.encode(w), 0, SELL, BUY, uint40(NOW)));
            (bool ok, bytes memory why) = address(escrow).staticcall(data);
            vm.assertTrue(!ok && keccak256(why) == keccak256(abi.encodeWithSelector(IErrors.DirtyWord.selector)), "dirty");
        }
    }

    /* RACES */

    /// @dev Whoever opens and whoever delivers: the first to deliver all of it is paid all of it, the opener nothing.
    function testFuzz_a_race_is_open_to_all(uint128 sell, uint128 buy, uint8 how, uint16 wait) public {
        TokenOrder memory o = _token();
        (o.sell, o.buy) = (1 + sell % SELL, 1 + buy % 1e24);
        (o.chainId, o.verifier) = (block.chainid, address(local));
        if (how & 1 == 1) o.auctioneer = address(0);
        uint8 kind = 2 + (how >> 1 & 1);
        vm.warp(NOW + wait % 200);
        (bytes32 id, bytes memory why) = _openRace(kind, o, how >> 2 & 1 == 1);
        if (o.auctioneer != address(0) && block.timestamp <= o.exclusiveUntil) {
            vm.assertTrue(bytes4(why) == ISettles.Exclusive.selector, "reserved");
            return;
        }
        if (block.timestamp > o.openBy) return vm.assertTrue(bytes4(why) == IErrors.Expired.selector, "late");
        (address first, address second) = how >> 3 & 1 == 1 ? (solver, RIVAL) : (RIVAL, solver);
        Drop memory drop = Drop(id, 0, o.buyToken, o.to, o.deliverBy, first, o.buy);
        vm.prank(first);
        delivery.race(drop);
        drop.solver = second;
        vm.expectRevert(abi.encodeWithSelector(IDelivery.AlreadyWon.selector, first));
        vm.prank(second);
        delivery.race(drop);
        Award memory a;
        (a.sell, a.buy) = (o.sell, o.buy);
        (Deal memory d,) = _dealOf(o, kind, a);
        uint256[2] memory before = [usdc.balanceOf(first), usdc.balanceOf(stranger)];
        vm.prank(stranger);
        escrow.claim(id, d, "");
        _equal(usdc.balanceOf(first) - before[0], o.sell, "the winner, all of it");
        _equal(usdc.balanceOf(stranger), before[1], "the opener, nothing");
    }

    function _openRace(uint8 kind, TokenOrder memory o, bool own) private returns (bytes32 id, bytes memory why) {
        id = _idOf(kind, o);
        bytes memory sig = _sign(USER_KEY, id);
        vm.prank(own ? user : stranger);
        bool ok;
        (ok, why) = address(escrow).call(
            own ? abi.encodeCall(escrow.openUnawarded, (kind, o)) : abi.encodeCall(escrow.openUnawardedOnBehalf, (kind, o, sig))
        );
        vm.assertTrue(ok == (escrow.deals(id) != 0), "open, or nothing");
    }

    /* CANCELLING OFF CHAIN */

    /// @dev Of any kind, by anyone, with the user's word for this very order; then no way in opens it.
    function testFuzz_cancelFor_shuts_every_door(uint8 which, uint256 nonce) public {
        nonce >>= 1;
        (TokenOrder memory t, LeaseOrder memory l, JobOrder memory j) = (_token(), _lease(), _job());
        (t.nonce, l.nonce, j.nonce) = (nonce, nonce, nonce);
        uint8 kind = [2, 3, 8, 9][which % 4];
        bytes32 id = kind < 8 ? _idOf(kind, t) : kind == 8 ? _idOf(l) : _idOf(j);
        bytes memory order = kind < 8 ? abi.encode(t) : kind == 8 ? abi.encode(l) : abi.encode(j);
        _cancelsBySignature(kind, order, id);

        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _award(id, kind < 8 ? SELL : kind == 8 ? 2e6 : 1e6, kind < 8 ? BUY : kind == 8 ? l.secondsAtMost : j.fuelAtMost);
        Awarded memory x = _awarded(a, sig);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
        vm.prank(solver);
        if (kind < 8) escrow.openFor(kind, t, sig, x);
        else if (kind == 8) escrow.openLease(l, sig, x);
        else escrow.openJob(j, sig, x);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
        vm.prank(solver);
        escrow.openOrVoid(kind, order, sig, a, x.auctioneerSig);
    }

    function _cancelsBySignature(uint8 kind, bytes memory order, bytes32 id) private {
        bytes32 digest = _digestFor(id, keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), id)));
        bytes memory foreign = _sign(SOLVER_KEY, digest);
        _fails(IErrors.BadSignature.selector, user);
        escrow.cancelFor(kind, order, foreign);
        bytes memory forOrder = _sign(USER_KEY, id);
        _fails(IErrors.BadSignature.selector, user);
        escrow.cancelFor(kind, order, forOrder);
        bytes memory right = _sign(USER_KEY, digest);
        vm.expectEmit(address(escrow));
        emit ISettles.Cancelled(id);
        vm.prank(stranger);
        escrow.cancelFor(kind, order, right);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
        escrow.cancelFor(kind, order, right);
    }

    function test_cancelFor_after_opening_is_too_late() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory x = _awarded(_award(id, SELL, BUY), sig);
        vm.prank(solver);
        escrow.openFor(2, o, sig, x);
        bytes memory cancelSig = _sign(USER_KEY, _digestFor(id, keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), id))));
        vm.expectRevert(abi.encodeWithSelector(IEscrow.WrongDeal.selector, escrow.deals(id)));
        escrow.cancelFor(2, abi.encode(o), cancelSig);
    }

    /* ATTEMPTS */

    /// @dev The user signs, and takes away its funds, its allowance or its word: opened if nothing was, else voided, and never slashed.
    function testFuzz_openOrVoid_ends_the_exposure(uint8 kind, uint8 moves, uint128 sell, uint128 buy) public {
        kind = 2 + kind % 2;
        TokenOrder memory o = _token();
        (o.sell, o.buy) = (1 + sell % SELL, 1 + buy % 1e24);
        bytes32 id = _idOf(kind, o);
        bytes memory sig = moves & 4 == 4 ? _sign(SOLVER_KEY, id) : _sign(USER_KEY, id);
        if (moves & 1 == 1) usdc.burn(user, usdc.balanceOf(user) - o.sell + 1);
        if (moves & 2 == 2) _allow(0);
        Award memory a = _award(id, o.sell, o.buy);
        uint256[2] memory before = [usdc.balanceOf(user), usdc.balanceOf(solver)];
        bool opened = _tries(kind, o, sig, a);
        vm.assertTrue(opened == (moves & 7 == 0), "opened if it could be");
        vm.assertTrue(escrow.voided(_awardDigest(a), keccak256(sig)) != opened, "or voided");
        _equal(before[0] - usdc.balanceOf(user), opened ? o.sell : 0, "exactly the deposit, or nothing");
        _equal(usdc.balanceOf(solver), before[1], "a try costs the solver nothing");
        vm.warp(a.fillBy + 1);
        vm.assertTrue(!_slashes(kind, o, sig, a), "never slashed");
    }

    /// @dev An allowance that comes and goes within the award's seconds: each attempt meets what is there then. One attempt at any time
    ///      ends the exposure; none leaves it, whatever the allowance was.
    function testFuzz_an_allowance_that_comes_and_goes(uint8 moves, uint8 when) public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _award(id, SELL, BUY);
        bool tried;
        for (uint256 i; i < 4; ++i) {
            vm.warp(NOW + 10 * i);
            _allow(moves >> i & 1 == 1 ? type(uint256).max : 0);
            if (i != when % 5) continue;
            tried = true;
            vm.assertTrue(_tries(2, o, sig, a) == (moves >> i & 1 == 1), "what is there now");
        }
        _allow(type(uint256).max);
        vm.warp(a.fillBy + 1);
        vm.assertTrue(_slashes(2, o, sig, a) != tried, "slashed if it did not even try");
    }

    function _allow(uint256 amount) private {
        vm.prank(user);
        usdc.approve(address(escrow), amount);
    }

    function _tries(uint8 kind, TokenOrder memory o, bytes memory sig, Award memory a) private returns (bool opened) {
        bytes memory auctioneerSig = _signAward(a);
        vm.prank(solver);
        (, opened) = escrow.openOrVoid(kind, abi.encode(o), sig, a, auctioneerSig);
    }

    function _slashes(uint8 kind, TokenOrder memory o, bytes memory sig, Award memory a) private returns (bool ok) {
        Reply memory r = Reply(keccak256(sig), true);
        (ok,) = address(bonds).call(
            abi.encodeCall(bonds.slashNoShow, (address(escrow), kind, abi.encode(o), a, _signAward(a), r, _signReply(a, r)))
        );
    }
}
