// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Reenterer} from "./Accounts.sol";
import {BlocklistToken, BombToken, FalseToken, FeeToken, HookToken, PlainToken, SilentToken} from "./Tokens.sol";

/// @dev Weird tokens as the sell side of escrow and of fills (C1–C3, D15): refused at the door, or fully solvent.
contract TokensTest is Base {
    function _fund(address token) private {
        PlainToken(token).mint(user, 1e15);
        _approve(user, PlainToken(token), address(settlement));
        _approve(user, PlainToken(token), address(escrow));
    }

    function _order(address token) private returns (TokenOrder memory o, bytes32 id, Award memory a) {
        o = _token();
        o.sellToken = token;
        id = _idOf(2, o);
        a = _award(id, SELL, BUY);
    }

    function _tryOpen(address token, bytes memory reason) private returns (bytes32 id, Deal memory d, Cold memory c) {
        TokenOrder memory o;
        Award memory a;
        (o, id, a) = _order(token);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory x = _awarded(a, sig);
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openFor(2, o, sig, x);
        (d, c) = _dealOf(o, 2, a);
    }

    function _opened(address token) private returns (bytes32, Deal memory, Cold memory) {
        _fund(token);
        return _tryOpen(token, "");
    }

    function test_taxed_token_cannot_enter_escrow() public {
        FeeToken taxed = new FeeToken();
        _fund(address(taxed));
        _tryOpen(address(taxed), abi.encodeWithSelector(IErrors.ShortDeposit.selector, SELL, SELL - SELL / 100));
        _equal(taxed.balanceOf(address(escrow)), 0, "nothing entered");
    }

    function test_token_that_returns_nothing_goes_all_the_way() public {
        SilentToken silent = new SilentToken();
        silent.mint(user, SELL);
        vm.prank(user);
        silent.approve(address(escrow), SELL);
        (bytes32 id, Deal memory d,) = _tryOpen(address(silent), "");
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY, 3));
        _equal(silent.balanceOf(solver), SELL, "paid");
    }

    function test_token_that_says_false_is_refused_in_and_credited_out() public {
        FalseToken liar = new FalseToken();
        _fund(address(liar));
        liar.setRefuse(true);
        _tryOpen(address(liar), abi.encodeWithSelector(IErrors.TransferFailed.selector, address(liar)));
        liar.setRefuse(false);
        (bytes32 id, Deal memory d,) = _tryOpen(address(liar), "");
        liar.setRefuse(true);
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY, 3));
        _equal(escrow.credits(address(liar), solver), SELL, "credit");
        _fails(IErrors.TransferFailed.selector, address(liar));
        escrow.withdraw(address(liar), solver, solver);
        liar.setRefuse(false);
        escrow.withdraw(address(liar), solver, solver);
        _equal(liar.balanceOf(solver), SELL, "withdrawn once");
        vm.expectRevert(abi.encodeWithSelector(ICredits.NoCredit.selector, address(liar), solver));
        escrow.withdraw(address(liar), solver, solver);
    }

    function test_blocklisted_user_is_refunded_elsewhere() public {
        BlocklistToken listed = new BlocklistToken();
        (bytes32 id, Deal memory d, Cold memory c) = _opened(address(listed));
        listed.setBlocked(user, true);
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(escrow.credits(address(listed), user), SELL, "credit");
        vm.prank(user);
        escrow.withdraw(address(listed), user, recipient);
        _equal(listed.balanceOf(recipient), SELL, "elsewhere");
    }

    function test_returndata_bomb_costs_little_and_becomes_a_credit() public {
        BombToken bomb = new BombToken();
        (bytes32 id, Deal memory d,) = _opened(address(bomb));
        bomb.arm(true);
        bytes memory data = abi.encodeCall(escrow.claim, (id, d, _evidence(_keyOf(id, d), BUY, 3)));
        (bool ok,) = address(escrow).call{gas: 3_000_000}(data);
        vm.assertTrue(ok, "claimed");
        _equal(escrow.credits(address(bomb), solver), SELL, "credit");
    }

    /// @dev The last one out of a token that shrank loses, in that token only.
    function test_shrunken_token_hurts_no_other_token() public {
        PlainToken shrinking = new PlainToken();
        (bytes32 id, Deal memory d,) = _opened(address(shrinking));
        TokenOrder memory o = _token();
        o.nonce = 99;
        bytes32 other = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, other);
        Award memory a = _award(other, SELL, BUY);
        Awarded memory x = _awarded(a, sig);
        vm.prank(solver);
        escrow.openFor(2, o, sig, x);
        (Deal memory e,) = _dealOf(o, 2, a);
        shrinking.burn(address(escrow), 1);
        escrow.claim(id, d, _evidence(_keyOf(id, d), BUY, 3));
        _equal(escrow.credits(address(shrinking), solver), SELL, "waits until it is covered");
        uint256 before = usdc.balanceOf(solver);
        escrow.claim(other, e, _evidence(_keyOf(other, e), BUY, 3));
        _equal(usdc.balanceOf(solver) - before, SELL, "the other token is whole");
    }

    /// @dev D15: whatever entry a token calls back while a balance is measured or paid, it is refused.
    function test_no_entry_can_be_reentered_from_a_token() public {
        HookToken hooked = new HookToken();
        _fund(address(hooked));
        bytes[5] memory calls = _entries();
        for (uint256 i; i < 5; ++i) {
            uint256 snapshot = vm.snapshotState();
            hooked.hook(address(escrow), calls[i]);
            (bytes32 id, Deal memory d, Cold memory c) = _tryOpen(address(hooked), "");
            vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "while opening");
            hooked.hook(address(escrow), calls[i]);
            escrow.claim(id, d, _evidence(_keyOf(id, d), BUY / 2, 3));
            vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "while claiming");
            (d.delivered, d.released) = (BUY / 2, SELL / 2);
            hooked.hook(address(escrow), calls[i]);
            vm.warp(c.closeAfter + 1);
            escrow.close(id, d, c);
            vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "while closing");
            _equal(hooked.balanceOf(address(escrow)), 0, "nothing stays");
            vm.revertToState(snapshot);
        }
    }

    function _entries() private returns (bytes[5] memory calls) {
        (TokenOrder memory t,, Award memory a) = _order(address(usdc));
        Deal memory d;
        Cold memory c;
        calls[0] = abi.encodeCall(escrow.openFor, (2, t, "", _awarded(a, "")));
        calls[1] = abi.encodeCall(escrow.claim, (0, d, ""));
        calls[2] = abi.encodeCall(escrow.close, (0, d, c));
        calls[3] = abi.encodeCall(escrow.closeFinal, (0, d, c, Place(address(0), address(0), 0), ""));
        calls[4] = abi.encodeCall(escrow.withdraw, (address(usdc), solver, solver));
    }

    /// @dev C3: the receiver of a native buy cannot get back in either.
    function test_native_receiver_cannot_reenter() public {
        Reenterer receiver = new Reenterer();
        SwapOrder memory o = _swap();
        (o.buyToken, o.to, o.auctioneer) = (NATIVE, address(receiver), address(0));
        SwapOrder memory other = _swap();
        (other.nonce, other.auctioneer) = (77, address(0));
        bytes memory inner = abi.encodeCall(settlement.fill, (0, other, _sign(USER_KEY, _idOf(0, other))));
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        vm.deal(solver, BUY);
        receiver.hook(address(settlement), inner);
        vm.prank(solver);
        settlement.fillWith{value: BUY}(0, o, _noOptions(), sig, _noAward().award, "", 0, "");
        vm.assertTrue(!receiver.reached() && bytes4(receiver.answer()) == IErrors.Reentered.selector, "locked");
        _equal(address(receiver).balance, BUY, "paid");
    }

    function test_silent_and_false_tokens_in_fills() public {
        SilentToken silent = new SilentToken();
        FalseToken liar = new FalseToken();
        liar.mint(solver, 1e24);
        silent.mint(user, 1e15);
        vm.prank(user);
        silent.approve(address(settlement), SELL);
        _approve(solver, liar, address(settlement));
        SwapOrder memory o = _swap();
        (o.sellToken, o.buyToken, o.auctioneer) = (address(silent), address(liar), address(0));
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        liar.setRefuse(true);
        _fails(IErrors.TransferFailed.selector, address(liar));
        vm.prank(solver);
        settlement.fill(0, o, sig);
        liar.setRefuse(false);
        vm.prank(solver);
        settlement.fill(0, o, sig);
        _equal(silent.balanceOf(solver), SELL, "sold");
        _equal(liar.balanceOf(recipient), BUY, "bought");
    }

    /// @dev A1: nobody can make Settlement, Delivery or Bonds spend an allowance by any call but a signed fill or open.
    function testFuzz_random_calls_move_nobodys_tokens(bytes4 selector, bytes memory junk, uint8 which) public {
        address[4] memory targets = [address(settlement), address(escrow), address(delivery), address(bonds)];
        uint256 before = usdc.balanceOf(user);
        uint256 beforeSolver = weth.balanceOf(solver);
        vm.prank(stranger);
        (bool ok,) = targets[which % 4].call(bytes.concat(selector, junk));
        ok;
        _equal(usdc.balanceOf(user), before, "user");
        _equal(weth.balanceOf(solver), beforeSolver, "solver");
    }
}
