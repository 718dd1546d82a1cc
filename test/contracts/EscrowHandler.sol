// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Line} from "../../contracts/src/interfaces/IDelivery.sol";
import {Actor} from "./Actor.sol";
import "./Base.sol";

/// @dev Token deals across chains: every way in, every way of delivering, every way out, in any order. Its books are made of
///      balances alone, and it tries at every step what must not succeed.
contract EscrowHandler is Actor {
    struct Ghost {
        bytes32 id;
        Deal d;
        Cold c;
        Drop drop;
        bool closed;
        uint256 deposited;
        uint256 paid;
        uint256 refunded;
    }

    address private constant RIVAL = address(0x501A);
    uint256 private constant RECENT = 32;
    uint256 private constant BONDED = 1e18;

    Ghost[] private ghosts;
    /// @dev Of those that are open.
    uint256[] private live;
    /// @dev How the last ones were opened, to try again.
    bytes[RECENT] private openings;
    address[RECENT] private openers;
    mapping(bytes32 key => uint256) private keyOwner;
    mapping(bytes32 key => uint256) private recorded;
    /// @dev Token → what open deals hold.
    mapping(address token => uint256) public owed;
    uint256 public penalties;

    constructor() {
        setUp();
        usdc.mint(user, 1e24);
        usdc.mint(solver, 1e24);
        weth.mint(RIVAL, 1e30);
        weth.mint(solver, 1e30);
        _approve(RIVAL, weth, address(delivery));
        vm.deal(solver, 1e30);
        vm.deal(RIVAL, 1e30);
        vm.prank(solver);
        bonds.deposit(solver, auctioneer, uint96(BONDED));
        bytes32[25] memory all = [
            bytes32("openFor"), "accepted", "packed", "native", "race", "raceFor", "orVoid", "voided", "cancel", "cancelFor", "reopen", "gap",
            "deliver", "mine", "held", "lines", "many", "won", "claim", "claimMany", "forged", "final", "close", "both", "rotate"
        ];
        for (uint256 i; i < all.length; ++i) {
            _expect(all[i]);
        }
        _expect("poke");
        _openDoors();
    }

    function _openDoors() private {
        bytes4[] memory s = new bytes4[](15);
        (s[0], s[1], s[2], s[3]) = (escrow.open.selector, escrow.openFor.selector, escrow.openWithAward.selector, escrow.openUnawarded.selector);
        (s[4], s[5], s[6], s[7]) = (escrow.openUnawardedOnBehalf.selector, escrow.openOrVoid.selector, escrow.enter.selector, escrow.claim.selector);
        (s[8], s[9], s[10]) = (escrow.claimMany.selector, escrow.closeFinal.selector, escrow.close.selector);
        (s[11], s[12]) = (escrow.cancelFor.selector, escrow.withdraw.selector);
        (s[13], s[14]) = (escrow.claimTightly.selector, escrow.advanceStraight.selector);
        _door(address(escrow), s);
        s = new bytes4[](7);
        (s[0], s[1], s[2]) = (delivery.deliver.selector, delivery.deliverHeld.selector, delivery.deliverMany.selector);
        (s[3], s[4], s[5]) = (delivery.deliverLines.selector, delivery.race.selector, delivery.withdraw.selector);
        s[6] = delivery.deliverMine.selector;
        _door(address(delivery), s);
        _bystand(address(usdc));
        _bystand(address(weth));
    }

    /* BOOKS */

    function count() external view returns (uint256) {
        return ghosts.length;
    }

    /// @dev Of one deal: what its books say against what the contracts say.
    function check(uint256 i) public view {
        Ghost storage g = ghosts[i];
        uint256 out = g.paid + g.refunded;
        require(g.closed ? out == g.deposited : out <= g.deposited, "1: paid + refunded = deposited");
        require(g.paid <= uint256(g.d.num) * g.d.delivered / g.d.den, "2: paid <= price of what was delivered");
        require(g.paid == g.d.released, "released is what was paid");
        uint256 word = delivery.records(_key(g));
        uint256 arrived = g.d.solver == address(0) ? (word == 0 ? 0 : g.d.den) : uint128(word);
        require(g.d.delivered <= arrived, "22: paid for a record, and at most for what it holds");
        require(word == recorded[_key(g)], "24: a record changes by a delivery in time only");
        require(escrow.deals(g.id) == (g.closed ? bytes32(uint256(1)) : escrow.commitmentOf(g.d)), "4: closed slots never change");
    }

    function checkTotals() external view {
        require(usdc.balanceOf(address(escrow)) == owed[address(usdc)], "3: tokens held are tokens owed");
        require(address(escrow).balance == owed[NATIVE], "3: native held is native owed");
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        require(locked == 0, "token deals lock no bond");
        require(balance + penalties == BONDED && usdc.balanceOf(address(bonds)) == balance, "penalties, and nothing else, left the bond");
        require(weth.balanceOf(address(delivery)) == 0 && address(delivery).balance == 0, "Delivery holds nothing");
    }

    /* IN */

    function open(uint256 seed) external counted {
        seed = _mix(seed);
        uint8 how = uint8(seed >> 200);
        uint256 n = ghosts.length % RECENT;
        (uint8 kind, TokenOrder memory o) = _order(how, seed);
        bytes32 id = _idOf(kind, o);
        Award memory a = _offer(how, kind, o, id, seed);
        how %= 8;
        (openings[n], openers[n]) = _call(how, kind, o, a, id);
        uint256 value = o.sellToken == NATIVE ? a.sell : 0;
        vm.deal(user, user.balance + value);
        uint256 before = _held(user, o.sellToken);

        vm.prank(openers[n]);
        (bool ok,) = address(escrow).call{value: value}(openings[n]);
        require(ok, "opens");
        require(before - _held(user, o.sellToken) == a.sell, "9: exactly the deposit leaves the user");
        _book(kind, o, a, id);
        bytes32[7] memory names = [bytes32("openFor"), "accepted", "packed", "native", "race", "raceFor", "orVoid"];
        _did(names[how % 7]);
    }

    function _order(uint8 how, uint256 seed) private returns (uint8 kind, TokenOrder memory o) {
        o = _token();
        kind = 2 + uint8(seed % 2);
        (o.sell, o.buy, o.nonce) = (uint128(2 + (seed >> 60) % 1e12), uint128(1 + (seed >> 120) % 1e18), ++salt);
        (o.exclusiveUntil, o.openBy) = (uint40(time + 100), uint40(time + 200));
        (o.deliverBy, o.closeAfter) = (uint40(time + 2000), uint40(time + 2000 + GAP));
        how %= 8;
        if (how == 3 || (how == 4 && seed >> 8 & 1 == 1)) o.sellToken = NATIVE;
        if (how == 3 || seed >> 9 & 3 == 0) (o.chainId, o.verifier) = (block.chainid, address(local));
        if (seed >> 11 & 7 == 0) o.buyToken = NATIVE;
        if (how == 4 || how == 5) o.exclusiveUntil = uint40(time - 1);
        if (seed >> 14 & 7 == 0 && how > 3 && how < 6) (o.auctioneer, o.exclusiveUntil) = (address(0), uint40(time + 50));
    }

    /// @dev The award, better than the limit by a little; of a race: what the deal will hold, with no solver.
    function _offer(uint8 how, uint8 kind, TokenOrder memory o, bytes32 id, uint256 seed) private returns (Award memory a) {
        a = _award(id, o.sell, o.buy);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), uint40(time), uint40(time + 60));
        if (how % 8 == 4 || how % 8 == 5) {
            (a.solver, a.bond) = (address(0), 0);
        } else if (kind == OPEN_IN) {
            a.buy += uint128((seed >> 20) % 100);
        } else {
            a.sell -= uint128((seed >> 20) % 2);
        }
    }

    function _call(uint8 how, uint8 kind, TokenOrder memory o, Award memory a, bytes32 id) private returns (bytes memory, address) {
        bytes memory sig = _sign(USER_KEY, id);
        if (how == 0 || how == 7) return (abi.encodeCall(escrow.openFor, (kind, o, sig, _awarded(a, sig))), solver);
        if (how == 1) return (abi.encodeCall(escrow.openFor, (kind, o, sig, _awarded(a, sig))), stranger);
        if (how == 2) return (abi.encodeCall(escrow.openWithAward, (kind, o, sig, _packed(a))), solver);
        if (how == 3) return (abi.encodeCall(escrow.open, (kind, o, _awarded(a, ""))), user);
        if (how == 4) return (abi.encodeCall(escrow.openUnawarded, (kind, o)), user);
        if (how == 5) return (abi.encodeCall(escrow.openUnawardedOnBehalf, (kind, o, sig)), stranger);
        return (abi.encodeCall(escrow.openOrVoid, (kind, abi.encode(o), sig, a, _signAward(a))), solver);
    }

    function _book(uint8 kind, TokenOrder memory o, Award memory a, bytes32 id) private {
        live.push(ghosts.length);
        Ghost storage g = ghosts.push();
        (Deal memory d, Cold memory c) = _dealOf(o, kind, a);
        (g.id, g.d, g.c, g.deposited) = (id, d, c, a.sell);
        g.drop = Drop(id, 0, o.buyToken, o.to, o.deliverBy, a.solver, a.buy);
        owed[o.sellToken] += a.sell;
        require(keyOwner[_key(g)] == 0, "21: no two deals share a record");
        keyOwner[_key(g)] = ghosts.length;
    }

    /// @dev The user's funds are away: the award is voided, under that signature, and opens for nobody who shows that acceptance.
    function openVoid(uint256 seed) external counted {
        seed = _mix(seed);
        (uint8 kind, TokenOrder memory o) = _order(6, seed);
        bytes32 id = _idOf(kind, o);
        Award memory a = _offer(6, kind, o, id, seed);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory x = _awarded(a, sig);
        uint256 funds = usdc.balanceOf(user);
        usdc.burn(user, funds);
        vm.prank(solver);
        (, bool opened) = escrow.openOrVoid(kind, abi.encode(o), sig, a, x.auctioneerSig);
        usdc.mint(user, funds);
        require(!opened && escrow.voided(_awardDigest(a), keccak256(sig)), "voided under what was tried");
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.openFor, (kind, o, sig, x)));
        require(!ok && escrow.deals(id) == 0, "26: a voided acceptance binds nobody");
        _did("voided");
    }

    /// @dev Invariants 5 and 16: what was opened or cancelled never opens again.
    function reopen(uint256 seed) external counted {
        if (ghosts.length == 0) return;
        uint256 index = _mix(seed);
        uint256 n = index % (ghosts.length < RECENT ? ghosts.length : RECENT);
        uint256 before = usdc.balanceOf(user);
        vm.deal(openers[n], 1e30);
        vm.prank(openers[n]);
        (bool ok,) = address(escrow).call(openings[n]);
        require(!ok && usdc.balanceOf(user) == before, "5: a deal opens once");
        _did("reopen");
    }

    function cancel(uint256 seed) external counted {
        seed = _mix(seed);
        (uint8 kind, TokenOrder memory o) = _order(0, seed);
        bytes32 id = _idOf(kind, o);
        Award memory a = _offer(0, kind, o, id, seed);
        bool own = seed >> 40 & 1 == 1;
        bytes memory order = abi.encode(o);
        bytes memory cancelSig = _sign(USER_KEY, _digestFor(id, keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), id))));
        vm.prank(own ? user : stranger);
        if (own) escrow.cancelOpen(kind, o);
        else escrow.cancelFor(kind, order, cancelSig);
        (bytes memory data, address caller) = _call(uint8(seed >> 41) % 3, kind, o, a, id);
        vm.prank(caller);
        (bool ok,) = address(escrow).call(data);
        require(!ok && escrow.deals(id) == bytes32(uint256(2)), "16: what is cancelled never opens");
        _did(own ? bytes32("cancel") : bytes32("cancelFor"));
    }

    /// @dev Invariant 25, at its edge.
    function shortGap(uint256 seed) external counted {
        seed = _mix(seed);
        (uint8 kind, TokenOrder memory o) = _order(0, seed);
        o.closeAfter = o.deliverBy + (o.chainId == FAR ? GAP : 60) - 1;
        bytes32 id = _idOf(kind, o);
        Award memory a = _offer(0, kind, o, id, seed);
        (bytes memory data, address caller) = _call(uint8(seed >> 41) % 3, kind, o, a, id);
        vm.prank(caller);
        (bool ok,) = address(escrow).call(data);
        require(!ok && escrow.deals(id) == 0, "25: the gap is kept");
        _did("gap");
    }

    /* DELIVERY */

    function deliver(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        uint8 how = uint8(seed >> 200);
        if (!found) return;
        Drop memory drop = g.drop;
        if (g.d.solver == address(0)) return _race(g, drop, how);
        drop.amount = seed >> 150 & 3 == 0 ? g.d.den : uint128(1 + (seed >> 20) % (uint256(g.d.den) * 2));
        bytes32 name;
        bytes memory data;
        (name, data) = _delivery(drop, how % 4);
        uint256 sent = how % 4 == 3 ? 2 * uint256(drop.amount) : drop.amount;
        bool ok = _deliverAs(solver, drop.token, sent, data);
        require(ok == (time <= drop.deliverBy), "24: in time, and only then");
        if (!ok) return;
        recorded[_key(g)] = time << 128 | (uint128(recorded[_key(g)]) + sent);
        _did(name);
    }

    function _delivery(Drop memory drop, uint8 how) private view returns (bytes32, bytes memory) {
        if (how == 0 && drop.amount & 1 == 1) {
            return ("mine", abi.encodePacked(delivery.deliverMine.selector, drop.dealId, drop.to, drop.deliverBy, drop.token, drop.amount));
        }
        if (how == 0) return ("deliver", abi.encodeCall(delivery.deliver, (drop)));
        if (how == 1) return ("held", abi.encodeCall(delivery.deliverHeld, (drop)));
        if (how == 2) {
            Line[] memory lines = new Line[](1);
            lines[0] = Line(drop.dealId, drop.to, uint256(drop.amount) << 128 | drop.deliverBy);
            return ("lines", abi.encodeCall(delivery.deliverLines, (drop.token, drop.solver, lines)));
        }
        Drop[] memory drops = new Drop[](2);
        (drops[0], drops[1]) = (drop, drop);
        return ("many", abi.encodeCall(delivery.deliverMany, (drops)));
    }

    function _deliverAs(address payer, address token, uint256 amount, bytes memory data) private returns (bool ok) {
        uint256 before = _held(recipient, token);
        vm.prank(payer);
        (ok,) = address(delivery).call{value: token == NATIVE ? amount : 0}(data);
        require(_held(recipient, token) - before == (ok ? amount : 0), "10: what is recorded arrived");
    }

    /// @dev Invariant 23: the first of two wins, whoever it is.
    function _race(Ghost storage g, Drop memory drop, uint8 how) private {
        drop.solver = how % 2 == 0 ? solver : RIVAL;
        bool won = _deliverAs(drop.solver, drop.token, drop.amount, abi.encodeCall(delivery.race, (drop)));
        bool before = recorded[_key(g)] != 0;
        require(won == (!before && time <= drop.deliverBy), "23: one winner, in time");
        if (!won) return;
        recorded[_key(g)] = time << 160 | uint160(drop.solver);
        _did("won");
    }

    /* OUT */

    function claim(uint256 seed) external counted {
        seed = _mix(seed);
        uint8 how = uint8(seed >> 200);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        bool stale = how % 8 == 0;
        _claim(g, stale, how);
    }

    function _claim(Ghost storage g, bool stale, uint8 how) private {
        (Deal memory d, uint256 word) = (g.d, delivery.records(_key(g)));
        (address payee, uint128 delivered) = _due(g, word);
        bytes memory evidence = _proofOf(g, word, how);
        if (stale) d.released = d.released == 0 ? 1 : 0;
        uint256[2] memory before = [_held(payee, d.sellToken), _held(stranger, d.sellToken)];
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(how >> 4 & 1 == 1 && !stale ? _tight(g.id, d, evidence) : abi.encodeCall(escrow.claim, (g.id, d, evidence)));
        require(ok == (!g.closed && !stale && delivered > g.d.delivered), "pays for something new, once");
        require(_held(stranger, d.sellToken) == before[1], "18: whoever calls");
        if (!ok) return;
        _paid(g, delivered, _held(payee, d.sellToken) - before[0]);
        if (delivered == d.den) _end(g);
        _did("claim");
    }

    /// @dev The same claim without padding.
    function _tight(bytes32 id, Deal memory d, bytes memory evidence) private view returns (bytes memory) {
        bytes memory head = abi.encodePacked(escrow.claimTightly.selector, id, d.sellToken, d.solver, d.verifier, uint64(d.chain));
        return abi.encodePacked(head, d.num, d.den, d.delivered, d.where, d.cold, evidence);
    }

    /// @dev Up to six deals of one group at once; some may be closed, stale, or hold nothing new.
    function claimMany(uint256 seed) external counted {
        seed = _mix(seed);
        uint8 how = uint8(seed >> 248);
        (uint256[] memory which, uint256 n) = _group(seed >> 8);
        if (n == 0) return;
        Item[] memory items = new Item[](n);
        uint128[] memory delivered = new uint128[](n);
        bytes32[] memory leaves = new bytes32[](n);
        uint256 due;
        for (uint256 i; i < n; ++i) {
            Ghost storage g = ghosts[which[i]];
            (items[i], leaves[i]) = _item(g);
            (, delivered[i]) = _due(g, items[i].word);
            bool stale = (how >> i & 1) == 1 && how >> 6 == 0;
            if (stale) items[i].progress ^= 1;
            if (stale || g.closed || delivered[i] <= g.d.delivered) delivered[i] = 0;
            else due += uint256(g.d.num) * delivered[i] / g.d.den - g.d.released;
        }
        uint256 before = usdc.balanceOf(solver);
        bytes memory evidence = _attestation(_root(leaves), new bytes32[](0), 3 + how % 3 / 2 * 3);
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(
            abi.encodeCall(escrow.claimMany, (Group(address(usdc), solver, address(attested), FAR), items, evidence))
        );
        uint256 paid = usdc.balanceOf(solver) - before;
        require(paid == due, "22: the sum of what each holds, once");
        require(ok || due == 0, "pays if there is anything");
        for (uint256 i; i < n && ok; ++i) {
            if (delivered[i] != 0) _paidItem(ghosts[which[i]], delivered[i]);
        }
        if (ok && due != 0) _did("claimMany");
    }

    function _paidItem(Ghost storage g, uint128 delivered) private {
        _paid(g, delivered, uint256(g.d.num) * delivered / g.d.den - g.d.released);
        if (delivered == g.d.den) _end(g);
    }

    function _group(uint256 index) private view returns (uint256[] memory which, uint256 n) {
        which = new uint256[](6);
        uint256 all = ghosts.length;
        for (uint256 i; i < 40 && i < all && n < 6; ++i) {
            uint256 at = i % 8 == 7 || live.length == 0 ? (index + i) % all : live[(index + i) % live.length];
            Ghost storage g = ghosts[at];
            bool fits = g.d.chain == FAR && g.d.solver == solver && g.d.sellToken == address(usdc);
            for (uint256 j; j < n; ++j) {
                fits = fits && which[j] != at;
            }
            if (fits) which[n++] = at;
        }
    }

    function _item(Ghost storage g) private view returns (Item memory x, bytes32 leaf) {
        x.dealId = g.id;
        x.amounts = uint256(g.d.num) << 128 | g.d.den;
        x.progress = uint256(g.d.released) << 128 | g.d.delivered;
        (x.where, x.cold, x.word) = (g.d.where, g.d.cold, delivery.records(_key(g)));
        leaf = _leaf(_key(g), x.word);
    }

    function _root(bytes32[] memory level) private pure returns (bytes32) {
        for (uint256 n = level.length; n > 1; n = (n + 1) / 2) {
            for (uint256 i; i < n / 2; ++i) {
                (bytes32 a, bytes32 b) = (level[2 * i], level[2 * i + 1]);
                level[i] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
            }
            if (n % 2 == 1) level[n / 2] = level[n - 1];
        }
        return level[0];
    }

    /// @dev Evidence that proves nothing: too few signed, another amount was signed, or another deal's record.
    function forge(uint256 seed) external counted {
        seed = _mix(seed);
        uint8 how = uint8(seed >> 200) % 6;
        (bool found, Ghost storage g) = _pick(seed);
        if (!found || g.d.verifier == address(local)) return;
        if (how == 5 && rotations == 0) how = 0;
        Deal memory d = g.d;
        uint256 word = g.d.solver == address(0) ? time << 160 | uint160(stranger) : time << 128 | g.d.den;
        bytes memory evidence;
        if (how == 0) evidence = _evidenceOf(_key(g), word, 1 << seed % 2);
        else if (how == 1) evidence = bytes.concat(bytes32(word), _tail(_evidenceOf(_key(g), word ^ 1, 3)));
        else if (how == 2) evidence = _evidenceOf(keccak256(abi.encode(_key(g))), word, 3);
        else evidence = _misdirected(_key(g), word, how);
        vm.prank(solver);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.claim, (g.id, d, evidence)));
        require(!ok, "19, 20: nothing pays but what k of the present attesters signed for this verifier and that chain");
        _did("forged");
    }

    /// @dev Rightly signed, but for another verifier or about another chain, or by a past set.
    function _misdirected(bytes32 key, uint256 word, uint8 how) private returns (bytes memory) {
        uint40 asOf = uint40(time);
        if (how == 5) --rotations;
        bytes32 hash = _hashDeliveries(bytes32(how == 4 ? FAR + 1 : FAR), address(delivery), 77, asOf, _leaf(key, word));
        bytes memory quorum = _quorum(how == 3 ? address(rerun) : address(attested), hash, 3, 3, 2);
        if (how == 5) ++rotations;
        return abi.encodePacked(word, uint64(77), asOf, uint8(0), quorum);
    }

    /// @dev The attesters name their successors, who count after 8 days: when every deal that is open today is long over.
    function rotate(uint256 seed) external counted {
        seed = _mix(seed);
        uint8[3] memory pairs = [3, 5, 6];
        address[] memory before = _attesters();
        ++rotations;
        address[] memory signers = _attesters();
        --rotations;
        bytes memory quorum = _quorum(_hashRotate(signers, 2, uint64(rotations + 1)), pairs[seed % 3]);
        vm.prank(stranger);
        attested.rotate(signers, 2, quorum);
        (, uint40 effectiveAt) = attested.next();
        for (uint256 i; i < live.length; ++i) {
            require(ghosts[live[i]].c.closeAfter < effectiveAt, "19: nobody's verifier changes under an open deal");
        }
        require(!_activates(effectiveAt) && attested.set() == attested.setOf(before, 2), "19: the old set counts for 8 days");
        require(_activates(effectiveAt + 1) && attested.set() == attested.setOf(signers, 2), "19: then the one that it named");
        ++rotations;
        require(!_activates(effectiveAt + 1), "19: once");
        vm.warp(time);
        _did("rotate");
    }

    function _activates(uint256 at) private returns (bool ok) {
        vm.warp(at);
        vm.prank(stranger);
        (ok,) = address(attested).call(abi.encodeCall(attested.activate, ()));
    }

    function _tail(bytes memory evidence) private pure returns (bytes memory tail) {
        tail = new bytes(evidence.length - 32);
        for (uint256 i; i < tail.length; ++i) {
            tail[i] = evidence[i + 32];
        }
    }

    function closeFinal(uint256 seed) external counted {
        seed = _mix(seed);
        uint8 how = uint8(seed >> 200);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        (address payee, uint128 delivered) = _due(g, delivery.records(_key(g)));
        uint256 penalty = _penalty(g, delivered);
        uint256[3] memory before = [_held(payee, g.d.sellToken), _held(user, g.d.sellToken), usdc.balanceOf(address(bonds))];
        bytes memory data = _final(g, how);
        vm.prank(stranger);
        (bool ok,) = address(escrow).call(data);
        require(ok == (!g.closed && time > g.drop.deliverBy), "after the last delivery, once");
        if (!ok) return;
        require(before[2] - usdc.balanceOf(address(bonds)) == penalty, "30: the share of the bond that was not delivered");
        penalties += penalty;
        _paid(g, delivered, payee == address(0) ? 0 : _held(payee, g.d.sellToken) - before[0]);
        _refunded(g, _held(user, g.d.sellToken) - before[1] - (g.d.sellToken == NATIVE ? 0 : penalty));
        _end(g);
        _did("final");
    }

    function _final(Ghost storage g, uint8 how) private returns (bytes memory) {
        bytes memory evidence = _proofOf(g, delivery.records(_key(g)), how);
        (Deal memory d, Cold memory c) = (g.d, g.c);
        Place memory place = Place(g.drop.token, g.drop.to, g.drop.deliverBy);
        return abi.encodeCall(escrow.closeFinal, (g.id, d, c, place, evidence));
    }

    function _penalty(Ghost storage g, uint128 delivered) private view returns (uint256 penalty) {
        penalty = (uint256(g.c.bond) * (g.d.den - delivered) + g.d.den - 1) / g.d.den;
        (uint96 there,) = bonds.accounts(solver, auctioneer);
        if (penalty > there) penalty = there;
    }

    function close(uint256 seed) external counted {
        (bool found, Ghost storage g) = _pick(_mix(seed));
        if (found && _close(g)) _did("close");
    }

    function _close(Ghost storage g) private returns (bool ok) {
        (Deal memory d, Cold memory c) = (g.d, g.c);
        uint256 before = _held(user, d.sellToken);
        vm.prank(stranger);
        (ok,) = address(escrow).call(abi.encodeCall(escrow.close, (g.id, d, c)));
        require(ok == (!g.closed && time > c.closeAfter), "late, and once");
        if (!ok) return false;
        _refunded(g, _held(user, d.sellToken) - before);
        _end(g);
    }

    /// @dev Invariant 17: claim and close in one second, either first: the deposit leaves once.
    function both(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        bool claimFirst = seed >> 200 & 1 == 1;
        if (!found || g.closed) return;
        uint256 now_ = time;
        if (time <= g.c.closeAfter) time = g.c.closeAfter + 1;
        vm.warp(time);
        if (claimFirst) _claim(g, false, 1);
        _close(g);
        if (!claimFirst) _claim(g, false, 1);
        require(g.closed && g.paid + g.refunded == g.deposited, "17: all of it, once");
        time = now_;
        vm.warp(time);
        _did("both");
    }

    /// @dev Invariant 36: strangers and time end every deal.
    function finish() external override {
        time += 30 days;
        vm.warp(time);
        while (live.length != 0) {
            require(_close(ghosts[live[live.length - 1]]), "36: every deal ends");
        }
        require(usdc.balanceOf(address(escrow)) == 0 && address(escrow).balance == 0, "and nothing is left");
        for (uint256 i; i < ghosts.length; i += 1 + ghosts.length / 500) {
            check(i);
        }
    }

    /* HELPERS */

    function _key(Ghost storage g) private view returns (bytes32) {
        bool race = g.d.solver == address(0);
        return keccak256(
            abi.encode(uint256(race ? 1 : 0), g.id, uint256(0), g.d.where, g.d.solver, race ? uint256(g.d.den) : uint256(0))
        );
    }

    function _due(Ghost storage g, uint256 word) private view returns (address payee, uint128 delivered) {
        if (g.d.solver == address(0)) return (address(uint160(word)), word == 0 ? 0 : g.d.den);
        delivered = uint128(word) < g.d.den ? uint128(word) : g.d.den;
        return (solver, delivered);
    }

    function _proofOf(Ghost storage g, uint256 word, uint8 how) private returns (bytes memory) {
        uint8[3] memory pairs = [3, 5, 6];
        return g.d.verifier == address(local) ? bytes("") : _evidenceOf(_key(g), word, pairs[how % 3]);
    }

    function _paid(Ghost storage g, uint128 delivered, uint256 amount) private {
        uint128 released = uint128(uint256(g.d.num) * delivered / g.d.den);
        require(amount == released - g.d.released, "2: the price of what is new, exactly");
        g.paid += amount;
        owed[g.d.sellToken] -= amount;
        (g.d.delivered, g.d.released) = (delivered, released);
    }

    function _refunded(Ghost storage g, uint256 amount) private {
        require(amount == g.deposited - g.paid, "the rest, exactly");
        g.refunded += amount;
        owed[g.d.sellToken] -= amount;
    }

    function _end(Ghost storage g) private {
        g.closed = true;
        for (uint256 i = live.length; i-- != 0;) {
            if (ghosts[live[i]].id != g.id) continue;
            live[i] = live[live.length - 1];
            live.pop();
            return;
        }
    }

    /// @dev Mostly an open one; at times a closed one, which must refuse everything.
    function _pick(uint256 index) private view returns (bool, Ghost storage) {
        if (ghosts.length == 0) return (false, _none());
        bool any = index % 8 == 0 || live.length == 0;
        return (true, ghosts[any ? (index >> 8) % ghosts.length : live[(index >> 8) % live.length]]);
    }

    function _none() private pure returns (Ghost storage none) {
        assembly {
            none.slot := 0
        }
    }
}
