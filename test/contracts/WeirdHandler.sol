// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import "./Base.sol";
import {Model, WeirdToken} from "./WeirdToken.sol";

/// @dev Twenty kinds of tokens, sold and bought in every way, that misbehave at any time. Whatever they do, they do it to themselves:
///      the plain one among them is followed to the unit.
contract WeirdHandler is Actor {
    struct Ghost {
        bytes32 id;
        Deal d;
        Cold c;
        Drop drop;
        bool closed;
    }

    uint256 private constant MODELS = 20;

    WeirdToken[] private tokens;
    Ghost[] private ghosts;
    uint256[] private live;
    /// @dev Token → what its open deals hold.
    mapping(address token => uint256) public owed;
    mapping(bytes32 key => uint256) private arrived;
    address[3] private vaults;
    /// @dev The deal that the hook will close.
    bytes32 private hooked;

    constructor() {
        setUp();
        vaults = [address(settlement), address(escrow), address(delivery)];
        address[3] memory people = [user, solver, recipient];
        for (uint256 i; i < MODELS; ++i) {
            WeirdToken token = new WeirdToken(Model(i));
            tokens.push(token);
            for (uint256 j; j < 3; ++j) {
                token.mint(people[j], type(uint128).max);
                token.mint(people[j], type(uint128).max);
                for (uint256 k; k < 3; ++k) {
                    vm.prank(people[j]);
                    token.approve(vaults[k], type(uint256).max);
                }
            }
        }
        vm.prank(solver);
        bonds.deposit(solver, auctioneer, 1e12);
        bytes32[17] memory all = [
            bytes32("open"), "short deposit", "claim", "close", "credit", "withdraw", "deliver", "held", "fill sold", "fill bought",
            "orFill", "orVoid", "misbehave", "rebase", "block", "hook", "calm"
        ];
        for (uint256 i; i < all.length; ++i) {
            _expect(all[i]);
        }
    }

    /* BOOKS */

    function checkTotals() public view {
        for (uint256 i; i < MODELS; ++i) {
            WeirdToken token = tokens[i];
            uint256 due = owed[address(token)];
            for (uint256 k; k < 3; ++k) {
                uint256 credit = _credits(k, address(token));
                uint256 held = token.balanceOf(vaults[k]);
                // Those whose balances shrink by themselves are served first come, first served.
                if (Model(i) == Model.RebasingDown) continue;
                // A share that is worth a little more or less is rounded.
                uint256 dust = Model(i) == Model.RebasingUp ? 1e6 : 0;
                require(held + dust >= credit + (k == 1 ? due : 0), "3: what is owed is there");
                if (Model(i) == Model.Plain) require(held == credit + (k == 1 ? due : 0), "3: and nothing else, of a plain token");
            }
        }
    }

    function _credits(uint256 vault, address token) private view returns (uint256 sum) {
        address[3] memory people = [user, solver, recipient];
        for (uint256 j; j < 3; ++j) {
            sum += ICredits(vaults[vault]).credits(token, people[j]);
        }
    }

    function count() external view returns (uint256) {
        return ghosts.length;
    }

    function check(uint256 i) public view {
        Ghost storage g = ghosts[i];
        require(escrow.deals(g.id) == (g.closed ? bytes32(uint256(1)) : escrow.commitmentOf(g.d)), "4: closed slots never change");
        require(uint128(delivery.records(delivery.keyOf(g.drop))) == arrived[g.id], "10: what is recorded arrived");
    }

    function _isWell(WeirdToken token) private view returns (bool) {
        return !token.on() && !token.blocked(user) && !token.blocked(solver) && !token.blocked(recipient) && !token.blocked(address(escrow));
    }

    /* MANNERS */

    function misbehave(uint256 seed) external counted {
        seed = _mix(seed);
        // Mostly one that can refuse to be paid out.
        WeirdToken token = tokens[seed >> 101 & 3 != 0 ? _refusers()[(seed >> 8) % 4] : 1 + (seed >> 8) % (MODELS - 1)];
        uint256 what = seed % 4;
        if (what < 2) {
            token.set(seed >> 100 & 3 != 0);
            _did("misbehave");
        } else if (what == 2) {
            address[4] memory some = [user, solver, recipient, address(escrow)];
            tokens[uint256(Model.Blocking)].setBlocked(some[(seed >> 20) % 4], seed >> 100 & 1 == 1);
            _did("block");
        } else {
            (seed >> 50 & 1 == 1) ? tokens[2].rebase(101) : tokens[3].rebase(99);
            // Worth a million times as much is enough.
            if (tokens[2].index() > 1e24) tokens[2].rebase(1);
            if (tokens[3].index() < 1e15) tokens[3].rebase(1000);
            _did("rebase");
        }
    }

    function _refusers() private pure returns (uint8[4] memory) {
        return [uint8(Model.False), uint8(Model.Blocking), uint8(Model.Paused), uint8(Model.Bomb)];
    }

    function calm(uint256 seed) external counted {
        if (_mix(seed) % 3 != 0) return;
        _calm();
        _did("calm");
    }

    function _calm() private {
        address[4] memory some = [user, solver, recipient, address(escrow)];
        for (uint256 i; i < MODELS; ++i) {
            tokens[i].set(false);
            for (uint256 j; j < 4; ++j) {
                tokens[i].setBlocked(some[j], false);
            }
        }
    }

    /// @dev In the middle of its next transfer the token closes a deal, which it may where Escrow is not at work; or takes a credit out.
    function hook(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        (Deal memory d, Cold memory c) = (g.d, g.c);
        hooked = seed & 1 == 1 ? g.id : bytes32(0);
        if (seed & 1 == 1) tokens[uint256(Model.Hooked)].hook(address(escrow), abi.encodeCall(escrow.close, (g.id, d, c)));
        else tokens[uint256(Model.Hooked)].hook(vaults[(seed >> 2) % 3], abi.encodeCall(ICredits.withdraw, (d.sellToken, user, user)));
        _did("hook");
    }

    /// @dev Books what the hook did.
    modifier unhooked() {
        _;
        if (hooked != 0 && escrow.deals(hooked) == bytes32(uint256(1))) {
            for (uint256 i; i < live.length; ++i) {
                Ghost storage g = ghosts[live[i]];
                if (g.id != hooked) continue;
                owed[g.d.sellToken] -= g.d.num - g.d.released;
                _end(g);
                break;
            }
            hooked = 0;
        }
    }

    /* ESCROW */

    function open(uint256 seed) external counted {
        seed = _mix(seed);
        // Every other time one that can refuse to be paid out.
        WeirdToken token = tokens[seed >> 250 & 1 == 1 ? _refusers()[(seed >> 8) % 4] : (seed >> 8) % MODELS];
        WeirdToken bought = tokens[(seed >> 16) % MODELS];
        if (token == bought) return;
        TokenOrder memory o = _escrowOrder(token, bought, seed);
        bytes32 id = _idOf(OPEN_IN, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, o.sell, o.buy);
        uint256 before = token.balanceOf(address(escrow));
        vm.prank(solver);
        (bool ok,) = address(escrow).call(abi.encodeCall(escrow.openFor, (OPEN_IN, o, sig, _awarded(a, sig))));
        require(token.balanceOf(address(escrow)) - before == (ok ? o.sell : 0), "A5: exactly the deposit, or not at all");
        if (ok) return _book(o, a, id);
        _did("short deposit");
    }

    function _escrowOrder(WeirdToken token, WeirdToken bought, uint256 seed) private returns (TokenOrder memory o) {
        o = _token();
        (o.sellToken, o.buyToken, o.nonce) = (address(token), address(bought), ++salt);
        (o.sell, o.buy) = (_amount(token, seed >> 24), _amount(bought, seed >> 88));
        (o.chainId, o.verifier) = (block.chainid, address(local));
        (o.exclusiveUntil, o.openBy, o.deliverBy) = (uint40(time + 100), uint40(time + 200), uint40(time + 2000));
        o.closeAfter = o.deliverBy + 60;
    }

    function _book(TokenOrder memory o, Award memory a, bytes32 id) private {
        WeirdToken token = WeirdToken(o.sellToken);
        bool taxed = token.model() == Model.Taxed || (token.model() == Model.Upgraded && token.on());
        require(!taxed || o.sell < 100, "C1: a tax keeps a token out");
        live.push(ghosts.length);
        Ghost storage g = ghosts.push();
        (Deal memory d, Cold memory c) = _dealOf(o, OPEN_IN, a);
        (g.id, g.d, g.c) = (id, d, c);
        g.drop = Drop(id, 0, o.buyToken, o.to, o.deliverBy, solver, 0);
        owed[o.sellToken] += o.sell;
        _did("open");
    }

    function _awardNow(bytes32 id, uint128 sell, uint128 buy) private returns (Award memory a) {
        a = _award(id, sell, buy);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), uint40(time), uint40(time + 60));
    }

    /// @dev A thousandth of what people have would not last a campaign of huge amounts: they get new ones.
    function _amount(WeirdToken token, uint256 seed) private returns (uint128 amount) {
        amount = uint128(1 + seed % token.unit());
        address[2] memory people = [user, solver];
        for (uint256 i; i < 2; ++i) {
            if (token.balanceOf(people[i]) < 4 * uint256(amount)) token.mint(people[i], 8 * uint256(amount));
        }
    }

    function deliver(uint256 seed) external counted unhooked {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        Drop memory drop = g.drop;
        drop.amount = seed & 1 == 1 ? g.d.den : uint128(1 + (seed >> 20) % g.d.den);
        WeirdToken token = WeirdToken(drop.token);
        bool held = seed & 2 == 2;
        uint256[2] memory before = [token.balanceOf(recipient), delivery.credits(drop.token, recipient)];
        bytes memory data = held ? abi.encodeCall(delivery.deliverHeld, (drop)) : abi.encodeCall(delivery.deliver, (drop));
        vm.prank(solver);
        (bool ok,) = address(delivery).call(data);
        uint256 gained = token.balanceOf(recipient) - before[0] + delivery.credits(drop.token, recipient) - before[1];
        if (!ok) return require(gained == 0, "nothing moves in vain");
        uint256 recorded = uint128(delivery.records(delivery.keyOf(drop))) - arrived[g.id];
        // A hook may have moved more of it meanwhile, never less.
        require(recorded <= gained + 1 && recorded <= drop.amount, "10: recorded is at most what arrived, and what was declared");
        arrived[g.id] += recorded;
        _did(held ? bytes32("held") : bytes32("deliver"));
    }

    function claim(uint256 seed) external counted {
        (bool found, Ghost storage g) = _pick(_mix(seed));
        if (!found) return;
        (Deal memory d, uint256 amount) = (g.d, arrived[g.id]);
        uint128 delivered = amount < d.den ? uint128(amount) : d.den;
        uint256 due = uint256(d.num) * delivered / d.den - d.released;
        bytes memory data = abi.encodeCall(escrow.claim, (g.id, d, ""));
        if (!_pays(data, d.sellToken, solver, delivered > d.delivered, due)) return;
        (g.d.delivered, g.d.released) = (delivered, d.released + uint128(due));
        if (delivered == d.den) _end(g);
        _did("claim");
    }

    function close(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        // Hardly any would get so old: at times one is as if.
        uint256 now_ = time;
        if (seed >> 60 & 1 == 1 && time <= g.c.closeAfter) time = g.c.closeAfter + 1;
        vm.warp(time);
        if (_close(g)) _did("close");
        time = now_;
        vm.warp(time);
    }

    function _close(Ghost storage g) private returns (bool) {
        (Deal memory d, Cold memory c) = (g.d, g.c);
        uint256 due = d.num - d.released;
        if (!_pays(abi.encodeCall(escrow.close, (g.id, d, c)), d.sellToken, user, time > c.closeAfter, due)) return false;
        _end(g);
        return true;
    }

    /// @dev What must happen whatever the token does: it leaves Escrow, or becomes a credit.
    function _pays(bytes memory data, address token, address to, bool can, uint256 due) private returns (bool ok) {
        uint256[2] memory before = [WeirdToken(token).balanceOf(address(escrow)), escrow.credits(token, to)];
        vm.prank(stranger);
        (ok,) = address(escrow).call(data);
        require(ok == can, "36: no token can stop its deals, nor those of others");
        if (!ok) return false;
        uint256 credited = escrow.credits(token, to) - before[1];
        uint256 left = before[0] - WeirdToken(token).balanceOf(address(escrow));
        bool exact = WeirdToken(token).index() == 1e18;
        require(credited == 0 || credited == due, "all of it, or none");
        require(exact ? left + credited == due : left + credited <= due + 1, "leaves, or waits as a credit");
        owed[token] -= due;
        if (credited != 0) _did("credit");
    }

    function withdraw(uint256 seed) external counted {
        seed = _mix(seed);
        address[3] memory people = [user, solver, recipient];
        for (uint256 i; i < MODELS * 9; ++i) {
            uint256 at = (seed % (MODELS * 9) + i) % (MODELS * 9);
            (address vault, address token, address to) = (vaults[at % 3], address(tokens[at / 9]), people[at / 3 % 3]);
            uint256 credit = ICredits(vault).credits(token, to);
            if (credit == 0) continue;
            // At times the token has come to its senses.
            if (seed >> 200 & 3 == 0) WeirdToken(token).set(false);
            vm.prank(stranger);
            (bool ok,) = vault.call(abi.encodeCall(ICredits.withdraw, (token, to, to)));
            require(ICredits(vault).credits(token, to) == (ok ? 0 : credit), "39: once, or not at all");
            if (ok) return _did("withdraw");
        }
    }

    /* SWAPS */

    function fill(uint256 seed) external counted unhooked {
        seed = _mix(seed);
        bool sold = seed & 1 == 1;
        WeirdToken weird = tokens[(seed >> 8) % MODELS];
        if (weird == tokens[0]) return;
        (WeirdToken from, WeirdToken to) = sold ? (weird, tokens[0]) : (tokens[0], weird);
        SwapOrder memory o = _order(from, to, seed);
        bytes memory sig = _sign(USER_KEY, _idOf(FILL_IN, o));
        uint256[2] memory before = [from.balanceOf(user), to.balanceOf(recipient)];
        vm.prank(solver);
        (bool ok,) = address(settlement).call(abi.encodeCall(settlement.fill, (FILL_IN, o, sig)));
        // Its hook may have paid the user back another deal.
        if (weird.model() == Model.Hooked) return _did(sold ? bytes32("fill sold") : bytes32("fill bought"));
        uint256 out = before[0] - from.balanceOf(user);
        if (from.index() == 1e18) require(out == (ok ? o.sell : 0), "9: exactly what was signed, or nothing");
        else require(out <= (ok ? uint256(o.sell) + 1 : 0), "9: at most what was signed");
        if (sold) require(to.balanceOf(recipient) - before[1] == (ok ? o.buy : 0), "10: of a plain token exactly the limit arrives");
        if (sold && _isWell(weird)) require(ok || weird.index() != 1e18, "a well-behaved token can be sold");
        if (ok) _did(sold ? bytes32("fill sold") : bytes32("fill bought"));
    }

    function _order(WeirdToken from, WeirdToken to, uint256 seed) private returns (SwapOrder memory o) {
        o = _swap();
        (o.sellToken, o.buyToken, o.nonce) = (address(from), address(to), 1e6 + ++salt);
        (o.sell, o.buy) = (_amount(from, seed >> 24), _amount(to, seed >> 88));
        (o.exclusiveUntil, o.fillBy) = (uint40(time - 1), uint40(time + 100));
    }

    /// @dev The user's token misbehaves: the attempt is voided, and the solver, whose token is plain, has all of it back.
    function fillOrVoid(uint256 seed) external counted unhooked {
        seed = _mix(seed);
        WeirdToken weird = tokens[1 + (seed >> 8) % (MODELS - 1)];
        SwapOrder memory o = _order(weird, tokens[0], seed);
        o.exclusiveUntil = uint40(time + 99);
        bytes32 id = _idOf(FILL_IN, o);
        bytes memory sig = _sign(USER_KEY, id);
        Award memory a = _awardNow(id, o.sell, o.buy);
        uint256[3] memory before = [tokens[0].balanceOf(solver), tokens[0].balanceOf(recipient), weird.balanceOf(user)];
        vm.prank(solver);
        bool filled = settlement.fillOrVoid(FILL_IN, o, _noOptions(), sig, a, _signAward(a));
        require(before[0] - tokens[0].balanceOf(solver) == (filled ? o.buy : 0), "a void costs nothing");
        require(tokens[0].balanceOf(recipient) - before[1] == (filled ? o.buy : 0), "10: filled means that it arrived");
        if (!filled && weird.model() != Model.Hooked) require(weird.balanceOf(user) == before[2], "9: a void takes nothing");
        _did(filled ? bytes32("orFill") : bytes32("orVoid"));
    }

    /* END */

    /// @dev Tokens behave at last: everything ends, and every credit is paid.
    function finish() external override {
        time += 30 days;
        vm.warp(time);
        while (live.length != 0) {
            require(_close(ghosts[live[live.length - 1]]), "36: every deal ends, whatever its token does");
        }
        checkTotals();
        _calm();
        address[3] memory people = [user, solver, recipient];
        for (uint256 i; i < MODELS; ++i) {
            if (Model(i) == Model.RebasingDown || Model(i) == Model.RebasingUp) continue;
            for (uint256 k; k < 9; ++k) {
                uint256 credit = ICredits(vaults[k / 3]).credits(address(tokens[i]), people[k % 3]);
                if (credit != 0) ICredits(vaults[k / 3]).withdraw(address(tokens[i]), people[k % 3], people[k % 3]);
            }
            require(tokens[i].balanceOf(address(escrow)) == 0, "and nothing is left");
        }
    }

    /* HELPERS */

    function _end(Ghost storage g) private {
        g.closed = true;
        for (uint256 i = live.length; i-- != 0;) {
            if (ghosts[live[i]].id != g.id) continue;
            live[i] = live[live.length - 1];
            live.pop();
            return;
        }
    }

    function _pick(uint256 seed) private view returns (bool, Ghost storage) {
        if (live.length == 0) return (false, _none());
        // Mostly one of the newest, so that what is delivered is also claimed.
        uint256 near = seed % 8 == 0 || live.length < 12 ? live.length : 12;
        return (true, ghosts[live[live.length - 1 - (seed >> 128) % near]]);
    }

    function _none() private pure returns (Ghost storage none) {
        assembly {
            none.slot := 0
        }
    }
}
