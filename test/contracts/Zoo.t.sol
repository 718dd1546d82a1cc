// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Model, WeirdToken} from "./WeirdToken.sol";

/// @dev Each of twenty kinds of tokens through every path of money: it settles to the unit, or is refused by name with nothing lost,
///      or waits as a credit until the token pays. (Random orders of these: InvariantsWeird.)
contract ZooTest is Base {
    WeirdToken private token;
    uint128 private unit;
    uint256 private orders;

    function _make(Model model) private {
        token = new WeirdToken(model);
        unit = uint128(token.unit());
        address[2] memory people = [user, solver];
        for (uint256 i; i < 2; ++i) {
            token.mint(people[i], type(uint128).max);
            _approve(people[i], PlainToken(address(token)), address(settlement));
            _approve(people[i], PlainToken(address(token)), address(escrow));
            _approve(people[i], PlainToken(address(token)), address(delivery));
        }
        vm.warp(NOW);
    }

    /* PATHS */

    function _fill(address sellToken, uint128 sell, address buyToken, uint128 buy, bytes memory reason) private {
        SwapOrder memory o = _swap();
        (o.sellToken, o.sell, o.buyToken, o.buy, o.auctioneer, o.nonce) = (sellToken, sell, buyToken, buy, address(0), ++orders);
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fill(0, o, sig);
        vm.assertTrue(settlement.isSpent(user, o.nonce) == (reason.length == 0), "taken, or nothing");
    }

    function _sells(bytes memory reason) private {
        uint256[3] memory before = [token.balanceOf(user), token.balanceOf(solver), weth.balanceOf(recipient)];
        _fill(address(token), unit, address(weth), BUY, reason);
        bool ok = reason.length == 0;
        _equal(before[0] - token.balanceOf(user), ok ? unit : 0, "the user pays exactly");
        _equal(weth.balanceOf(recipient) - before[2], ok ? BUY : 0, "the recipient gets exactly");
        if (ok) vm.assertTrue(token.balanceOf(solver) > before[1], "the solver gets what the token lets through");
    }

    function _buys(uint128 least, bytes memory reason) private {
        uint256[2] memory before = [usdc.balanceOf(user), token.balanceOf(recipient)];
        _fill(address(usdc), SELL, address(token), unit, reason);
        bool ok = reason.length == 0;
        _equal(before[0] - usdc.balanceOf(user), ok ? SELL : 0, "the user pays exactly");
        _equal(token.balanceOf(recipient) - before[1], ok ? least : 0, "the recipient gets what the token lets through");
    }

    function _opens(bytes memory reason) private returns (bytes32 id, Deal memory d, Cold memory c) {
        TokenOrder memory o = _token();
        (o.sellToken, o.sell, o.nonce) = (address(token), unit, ++orders);
        id = _idOf(2, o);
        Award memory a = _award(id, unit, BUY);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory x = _awarded(a, sig);
        uint256[2] memory before = [token.balanceOf(user), token.balanceOf(address(escrow))];
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openFor(2, o, sig, x);
        bool ok = reason.length == 0;
        _equal(before[0] - token.balanceOf(user), ok ? unit : 0, "the user deposits exactly");
        _equal(token.balanceOf(address(escrow)) - before[1], ok ? unit : 0, "and it is all there");
        vm.assertTrue((escrow.deals(id) != 0) == ok, "open, or nothing");
        (d, c) = _dealOf(o, 2, a);
    }

    /// @dev Half is delivered and claimed, the rest returned: to the unit, or as credits if the token does not pay now.
    function _ends(bytes32 id, Deal memory d, Cold memory c, bool pays) private {
        uint128 half = d.num / 2;
        uint256[2] memory before = [token.balanceOf(solver), token.balanceOf(user)];
        if (half != 0) {
            escrow.claim(id, d, _evidence(_keyOf(id, d), BUY / 2, 3));
            (d.delivered, d.released) = (BUY / 2, half);
        }
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(token.balanceOf(solver) - before[0], pays ? half : 0, "claimed");
        _equal(token.balanceOf(user) - before[1], pays ? d.num - half : 0, "returned");
        _equal(escrow.credits(address(token), solver), pays ? 0 : half, "or a credit");
        _equal(escrow.credits(address(token), user), pays ? 0 : d.num - half, "or a credit");
        vm.warp(NOW);
    }

    /// @dev Refused while it says no; then paid, once, to the unit.
    function _withdraws(address account) private {
        uint256 credit = escrow.credits(address(token), account);
        if (credit == 0) return;
        uint256 before = token.balanceOf(account);
        escrow.withdraw(address(token), account, account);
        _equal(token.balanceOf(account) - before, credit, "paid in the end");
        vm.expectRevert(abi.encodeWithSelector(ICredits.NoCredit.selector, address(token), account));
        escrow.withdraw(address(token), account, account);
    }

    function _delivers(uint128 arrives) private {
        Drop memory drop = Drop(bytes32(++orders), 0, address(token), recipient, uint40(NOW + 9), solver, unit);
        uint256 before = token.balanceOf(recipient);
        vm.prank(solver);
        delivery.deliver(drop);
        _equal(token.balanceOf(recipient) - before, arrives, "arrived");
        _equal(uint128(delivery.records(delivery.keyOf(drop))), arrives, "recorded is what arrived");
    }

    /// @dev A token that does what is asked, every way.
    function _settles(Model model) private {
        _make(model);
        _sells("");
        _buys(unit, "");
        _delivers(unit);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        _ends(id, d, c, true);
        _equal(token.balanceOf(address(escrow)), 0, "nothing stays");
    }

    /// @dev A token that says no from now on: refused on the way in, a credit on the way out.
    function _refuses(Model model) private {
        _settles(model);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.set(true);
        bytes memory reason = abi.encodeWithSelector(IErrors.TransferFailed.selector, address(token));
        _sells(reason);
        _buys(unit, reason);
        _opens(reason);
        _ends(id, d, c, false);
        _fails(IErrors.TransferFailed.selector, address(token));
        escrow.withdraw(address(token), user, user);
        token.set(false);
        _withdraws(user);
        _withdraws(solver);
        _equal(token.balanceOf(address(escrow)), 0, "nothing stays");
    }

    function _short(uint256 arrived) private view returns (bytes memory) {
        return abi.encodeWithSelector(IErrors.ShortDeposit.selector, unit, arrived);
    }

    /* THE ZOO */

    function test_plain() public {
        _settles(Model.Plain);
    }

    /// @dev Its tax is known to whoever names it: the user pays and signs for what it lets through; escrow keeps it out.
    function test_taxed() public {
        _make(Model.Taxed);
        uint128 net = unit - unit / 100;
        _sells("");
        _buys(net, "");
        _delivers(net);
        _opens(_short(net));
    }

    function test_rebasing_up_pays_what_was_owed_and_the_growth_to_nobody() public {
        _settles(Model.RebasingUp);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.rebase(125);
        uint256[2] memory before = [token.balanceOf(solver), token.balanceOf(user)];
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY / 2, 3));
        (d.delivered, d.released) = (BUY / 2, d.num / 2);
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(token.balanceOf(solver) - before[0], d.num / 2, "claimed");
        _equal(token.balanceOf(user) - before[1], d.num - d.num / 2, "returned");
        _equal(token.balanceOf(address(escrow)), unit / 4, "the growth is nobody's");
    }

    /// @dev First come, first served, within this token; who comes last waits for the shares to be worth enough.
    function test_rebasing_down_serves_the_first_and_credits_the_last() public {
        _settles(Model.RebasingDown);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.rebase(80);
        uint256 before = token.balanceOf(solver);
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY / 2, 3));
        _equal(token.balanceOf(solver) - before, d.num / 2, "first");
        (d.delivered, d.released) = (BUY / 2, d.num / 2);
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(escrow.credits(address(token), user), d.num - d.num / 2, "last");
        _fails(IErrors.TransferFailed.selector, address(token));
        escrow.withdraw(address(token), user, user);
        token.mint(address(escrow), unit / 5);
        _withdraws(user);
    }

    function test_silent() public {
        _settles(Model.Silent);
    }

    function test_false() public {
        _refuses(Model.False);
    }

    function test_two_is_not_true() public {
        _refuses(Model.Two);
    }

    function test_paused() public {
        _refuses(Model.Paused);
    }

    function test_bomb() public {
        _refuses(Model.Bomb);
    }

    function test_blocking_one_hurts_no_other() public {
        _settles(Model.Blocking);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.setBlocked(user, true);
        uint256 before = token.balanceOf(solver);
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY / 2, 3));
        _equal(token.balanceOf(solver) - before, d.num / 2, "the other is paid");
        (d.delivered, d.released) = (BUY / 2, d.num / 2);
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        vm.warp(NOW);
        _sells(abi.encodeWithSelector(IErrors.TransferFailed.selector, address(token)));
        _equal(escrow.credits(address(token), user), d.num - d.num / 2, "a credit");
        vm.prank(user);
        escrow.withdraw(address(token), user, recipient);
        _equal(token.balanceOf(recipient), uint256(2) * unit + d.num - d.num / 2, "elsewhere");
    }

    function test_blocking_the_escrow_makes_credits() public {
        _settles(Model.Blocking);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.setBlocked(address(escrow), true);
        _ends(id, d, c, false);
        token.setBlocked(address(escrow), false);
        _withdraws(user);
        _withdraws(solver);
    }

    /// @dev In the middle of a payment it tries to be paid again.
    function test_hooked() public {
        _settles(Model.Hooked);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        vm.warp(c.closeAfter + 1);
        token.hook(address(escrow), abi.encodeCall(escrow.close, (id, d, c)));
        uint256 before = token.balanceOf(user);
        escrow.close(id, d, c);
        vm.assertTrue(!token.hookSucceeded(), "locked");
        _equal(token.balanceOf(user) - before, unit, "once");
    }

    /// @dev It begins to tax while a deal is open: no more come in; what is in leaves Escrow to the unit.
    function test_upgraded() public {
        _settles(Model.Upgraded);
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        token.set(true);
        _opens(_short(unit - unit / 10));
        _delivers(unit - unit / 10);
        vm.warp(c.closeAfter + 1);
        uint256 before = token.balanceOf(user);
        escrow.close(id, d, c);
        _equal(token.balanceOf(user) - before, unit - unit / 10, "all of it was sent");
        _equal(token.balanceOf(address(escrow)) + escrow.credits(address(token), user), 0, "nothing stays");
    }

    function test_no_decimals() public {
        _settles(Model.NoDecimals);
    }

    function test_two_decimals() public {
        _settles(Model.TwoDecimals);
    }

    function test_six_decimals() public {
        _settles(Model.SixDecimals);
    }

    function test_eight_decimals() public {
        _settles(Model.EightDecimals);
    }

    function test_twenty_eight_decimals() public {
        _settles(Model.ManyDecimals);
    }

    function test_huge() public {
        _settles(Model.Huge);
    }

    function test_tiny() public {
        _settles(Model.Tiny);
        unit = 1;
        (bytes32 id, Deal memory d, Cold memory c) = _opens("");
        _ends(id, d, c, true);
    }

    /// @dev A transfer to oneself doubles: whoever pays itself gets no more recorded than it declared.
    function test_self_minting() public {
        _settles(Model.SelfMinting);
        Drop memory drop = Drop(bytes32(++orders), 0, address(token), solver, uint40(NOW + 9), solver, unit);
        vm.prank(solver);
        delivery.deliver(drop);
        _equal(uint128(delivery.records(delivery.keyOf(drop))), unit, "no more than declared");
    }

    /// @dev The user and its solver are one, and so are payer and recipient: whatever a plain token does, nothing is made of nothing.
    function test_transfer_to_self() public {
        _make(Model.Plain);
        Drop memory drop = Drop(bytes32(++orders), 0, address(token), solver, uint40(NOW + 9), solver, unit);
        uint256 before = token.balanceOf(solver);
        vm.expectRevert(abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        vm.prank(solver);
        delivery.deliver(drop);
        SwapOrder memory o = _swap();
        (o.user, o.to, o.sellToken, o.auctioneer) = (solver, solver, address(token), address(0));
        bytes memory sig = _sign(SOLVER_KEY, _idOf(0, o));
        vm.prank(solver);
        settlement.fill(0, o, sig);
        _equal(token.balanceOf(solver), before, "nothing gained, nothing lost");
        vm.assertTrue(settlement.isSpent(solver, o.nonce), "but filled");
    }
}
