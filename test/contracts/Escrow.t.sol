// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Refuser} from "./Accounts.sol";

/// @dev Tokens under escrow: open, openFor, claim, close, cancel.
contract EscrowTest is Base {
    /* HELPERS */

    function _openFor(uint8 kind, TokenOrder memory o, Award memory a) private returns (bytes32 id, Deal memory d, Cold memory c) {
        id = _idOf(kind, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory awarded = _awarded(a, sig);
        vm.prank(solver);
        escrow.openFor(kind, o, sig, awarded);
        (d, c) = _dealOf(o, kind, a);
    }

    function _opened() private returns (bytes32 id, Deal memory d, Cold memory c) {
        TokenOrder memory o = _token();
        return _openFor(2, o, _award(_idOf(2, o), SELL, BUY));
    }

    function _refused(uint8 kind, TokenOrder memory o, Award memory a, bytes memory reason) private {
        bytes memory sig = _sign(USER_KEY, _idOf(kind, o));
        Awarded memory awarded = _awarded(a, sig);
        vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openFor(kind, o, sig, awarded);
    }

    /// @dev Refused although the award is for this very order.
    function _refused(TokenOrder memory o, bytes memory reason) private {
        _refused(2, o, _award(_idOf(2, o), SELL, BUY), reason);
    }

    function _claim(bytes32 id, Deal memory d, uint128 amount) private {
        bytes memory evidence = _evidence(_keyOf(id, d), amount, 3);
        vm.prank(stranger);
        escrow.claim(id, d, evidence);
    }

    /* OPENING */

    function test_openFor_takes_the_deposit_and_commits_to_the_deal() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(id, solver, uint256(SELL) << 128 | (BUY + 3), uint256(BUY + 3) << 96 | BOND);
        (, Deal memory d, Cold memory c) = _openFor(2, o, _award(id, SELL, BUY + 3));
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "commitment");
        vm.assertEq(d.cold, escrow.coldOf(c), "cold");
        _equal(usdc.balanceOf(address(escrow)), SELL, "deposit");
        _equal(uint8(escrow.dealState(id)), 1, "open");
    }

    function test_openFor_exact_out_deposits_the_awarded_price() public {
        TokenOrder memory o = _token();
        _openFor(3, o, _award(_idOf(3, o), SELL - 7, BUY));
        _equal(usdc.balanceOf(address(escrow)), SELL - 7, "deposit");
    }

    function test_openFor_by_a_stranger_who_shows_the_solvers_acceptance() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory awarded = _awarded(_award(id, SELL, BUY), sig);
        vm.prank(stranger);
        escrow.openFor(2, o, sig, awarded);
        _equal(usdc.balanceOf(address(escrow)), SELL, "deposit");
    }

    function test_openFor_by_a_stranger_without_acceptance_is_refused() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory awarded = _awarded(_award(id, SELL, BUY), sig);
        awarded.reply.accepted = false;
        _fails(ISettles.NotAwarded.selector, solver);
        vm.prank(stranger);
        escrow.openFor(2, o, sig, awarded);
        awarded.reply.accepted = true;
        awarded.replySig = _sign(USER_KEY, keccak256("forged"));
        _fails(IErrors.BadSignature.selector, solver);
        vm.prank(stranger);
        escrow.openFor(2, o, sig, awarded);
        // A refusal that the solver did sign is no acceptance under another flag.
        Reply memory no = Reply(keccak256(sig), false);
        awarded.replySig = _signReply(awarded.award, no);
        _fails(IErrors.BadSignature.selector, solver);
        vm.prank(stranger);
        escrow.openFor(2, o, sig, awarded);
    }

    function test_openFor_without_an_award_opens_a_race_after_the_window() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        vm.warp(NOW + 60);
        _fails(ISettles.Exclusive.selector, NOW + 60);
        vm.prank(solver);
        escrow.openFor(2, o, sig, _noAward());
        vm.warp(NOW + 61);
        vm.expectEmit(address(escrow));
        emit IEscrow.Opened(id, address(0), uint256(SELL) << 128 | BUY, uint256(BUY) << 96);
        vm.prank(solver);
        escrow.openFor(2, o, sig, _noAward());
    }

    function test_openFor_opens_once() public {
        (bytes32 id,,) = _opened();
        TokenOrder memory o = _token();
        _refused(o, abi.encodeWithSelector(IEscrow.WrongDeal.selector, escrow.deals(id)));
    }

    function test_openFor_times() public {
        TokenOrder memory o = _token();
        o.openBy = uint40(NOW - 1);
        _refused(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _token();
        o.deliverBy = uint40(NOW - 1);
        _refused(o, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        o = _token();
        o.closeAfter = o.deliverBy + GAP - 1;
        _refused(o, abi.encodeWithSelector(IErrors.GapTooShort.selector, GAP));
        o.closeAfter = uint40(NOW + 7 days + 1);
        _refused(o, abi.encodeWithSelector(IErrors.DealTooLong.selector, NOW + 7 days));
        o = _token();
        o.closeAfter = o.deliverBy + GAP;
        (o.openBy, o.deliverBy) = (uint40(NOW), o.deliverBy);
        _openFor(2, o, _award(_idOf(2, o), SELL, BUY));
    }

    function test_openFor_unknown_chain_has_a_day_of_gap_and_zero_is_none() public {
        TokenOrder memory o = _token();
        o.chainId = 5;
        _refused(o, abi.encodeWithSelector(IErrors.GapTooShort.selector, 1 days));
        o.chainId = 0;
        _refused(o, abi.encodeWithSelector(IVerifier.UnknownChain.selector, 0));
    }

    function test_openFor_form() public {
        TokenOrder memory o = _token();
        o.to = address(0);
        _refused(o, abi.encodeWithSelector(IErrors.BadRecipient.selector, address(0)));
        o.to = o.buyToken;
        _refused(o, abi.encodeWithSelector(IErrors.BadRecipient.selector, o.buyToken));
        o = _token();
        o.sell = 0;
        _refused(o, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        o = _token();
        o.buy = 0;
        _refused(o, abi.encodeWithSelector(IErrors.ZeroAmount.selector));
        o = _token();
        o.nonce = 1 << 255;
        _refused(o, abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
        o = _token();
        o.sellToken = NATIVE;
        _refused(o, abi.encodeWithSelector(IErrors.Only.selector, user));
    }

    function test_openFor_award() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        Award memory a = _award(id, SELL, BUY - 1);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY));
        a = _award(id, SELL - 1, BUY);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
        a = _award(id, SELL, BUY);
        a.fillBy = uint40(NOW + 37);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        a.fillBy = uint40(NOW - 1);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.Expired.selector, NOW - 1));
        a = _award(id, SELL, BUY);
        a.notBefore = uint40(NOW + 1);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.NotYet.selector, NOW + 1));
        a = _award(keccak256("other"), SELL, BUY);
        _refused(2, o, a, abi.encodeWithSelector(IErrors.WrongAward.selector, keccak256("other")));
        a = _award(id, SELL, BUY);
        a.part = 1;
        _refused(2, o, a, abi.encodeWithSelector(IErrors.WrongAward.selector, id));
    }

    function test_openFor_bad_user_and_auctioneer_signatures() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        Awarded memory a = _awarded(_award(id, SELL, BUY), "");
        _fails(IErrors.BadSignature.selector, user);
        vm.prank(solver);
        escrow.openFor(2, o, _sign(SOLVER_KEY, id), a);
        a.auctioneerSig = _sign(SOLVER_KEY, _awardDigest(a.award));
        _fails(IErrors.BadSignature.selector, auctioneer);
        vm.prank(solver);
        escrow.openFor(2, o, _sign(USER_KEY, id), a);
    }

    function test_open_unknown_kinds() public {
        TokenOrder memory o = _token();
        Awarded memory a = _awarded(_award(_idOf(2, o), SELL, BUY), "");
        uint8[4] memory kinds = [0, 1, 4, 8];
        for (uint256 i; i < 4; ++i) {
            _fails(IErrors.BadKind.selector, kinds[i]);
            escrow.openFor(kinds[i], o, "", a);
            _fails(IErrors.BadKind.selector, kinds[i]);
            vm.prank(user);
            escrow.open(kinds[i], o, a);
        }
    }

    /* THE USER'S OWN TRANSACTION */

    function _nativeOrder() private returns (TokenOrder memory o) {
        o = _token();
        o.sellToken = NATIVE;
        o.sell = 1 ether;
        o.chainId = block.chainid;
        o.buyToken = address(weth);
        o.verifier = address(local);
    }

    function test_open_native_takes_exactly_the_value() public {
        TokenOrder memory o = _nativeOrder();
        bytes32 id = _idOf(2, o);
        Awarded memory a = _awarded(_award(id, 1 ether, BUY), "");
        vm.deal(user, 3 ether);
        for (uint256 i; i < 2; ++i) {
            _fails(IErrors.WrongValue.selector, 1 ether);
            vm.prank(user);
            escrow.open{value: i == 0 ? 1 ether - 1 : 1 ether + 1}(2, o, a);
        }
        vm.prank(user);
        escrow.open{value: 1 ether}(2, o, a);
        _equal(address(escrow).balance, 1 ether, "deposit");
    }

    function test_open_native_exact_out_takes_the_awarded_value() public {
        TokenOrder memory o = _nativeOrder();
        Awarded memory a = _awarded(_award(_idOf(3, o), 0.9 ether, BUY), "");
        vm.deal(user, 3 ether);
        _fails(IErrors.WrongValue.selector, 0.9 ether);
        vm.prank(user);
        escrow.open{value: 1 ether}(3, o, a);
        vm.prank(user);
        escrow.open{value: 0.9 ether}(3, o, a);
    }

    function test_open_by_the_user_only_and_with_acceptance() public {
        TokenOrder memory o = _nativeOrder();
        Awarded memory a = _awarded(_award(_idOf(2, o), 1 ether, BUY), "");
        _fails(IErrors.Only.selector, user);
        vm.prank(solver);
        escrow.open(2, o, a);
        a.reply.accepted = false;
        vm.deal(user, 1 ether);
        _fails(ISettles.NotAwarded.selector, solver);
        vm.prank(user);
        escrow.open{value: 1 ether}(2, o, a);
    }

    function test_open_erc20_takes_no_value() public {
        TokenOrder memory o = _token();
        Awarded memory a = _awarded(_award(_idOf(2, o), SELL, BUY), "");
        vm.deal(user, 1 ether);
        _fails(IErrors.WrongValue.selector, uint256(0));
        vm.prank(user);
        escrow.open{value: 1}(2, o, a);
        vm.prank(user);
        escrow.open(2, o, a);
        _equal(usdc.balanceOf(address(escrow)), SELL, "deposit");
    }

    function test_native_deal_on_one_chain_is_claimed_through_Local() public {
        TokenOrder memory o = _nativeOrder();
        bytes32 id = _idOf(2, o);
        Award memory award = _award(id, 1 ether, BUY);
        vm.deal(user, 1 ether);
        vm.prank(user);
        escrow.open{value: 1 ether}(2, o, _awarded(award, ""));
        (Deal memory d,) = _dealOf(o, 2, award);
        _fails(IEscrow.NothingNew.selector, uint256(0));
        escrow.claim(id, d, "");
        vm.prank(solver);
        delivery.deliver(Drop(id, 0, o.buyToken, o.to, o.deliverBy, solver, BUY));
        vm.prank(stranger);
        escrow.claim(id, d, "");
        _equal(solver.balance, 1 ether, "paid");
        _equal(address(escrow).balance, 0, "nothing stays");
    }

    function test_native_refund_to_a_refusing_user_becomes_a_credit() public {
        Refuser refuser = new Refuser();
        TokenOrder memory o = _nativeOrder();
        o.user = address(refuser);
        bytes32 id = _idOf(2, o);
        Award memory award = _award(id, 1 ether, BUY);
        vm.deal(address(refuser), 1 ether);
        Awarded memory a = _awarded(award, "");
        vm.prank(address(refuser));
        escrow.open{value: 1 ether}(2, o, a);
        (Deal memory d, Cold memory c) = _dealOf(o, 2, award);
        vm.warp(o.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(escrow.credits(NATIVE, address(refuser)), 1 ether, "credit");
        refuser.setOpen(true);
        escrow.withdraw(NATIVE, address(refuser), address(refuser));
        _equal(address(refuser).balance, 1 ether, "withdrawn");
    }

    /* CLAIMING */

    function test_claim_in_full_pays_all_and_closes() public {
        (bytes32 id, Deal memory d,) = _opened();
        uint256 before = usdc.balanceOf(solver);
        bytes memory evidence = _evidence(_keyOf(id, d), BUY, 3);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(SELL, BUY), _amounts(0, 0));
        vm.prank(stranger);
        escrow.claim(id, d, evidence);
        _equal(usdc.balanceOf(solver) - before, SELL, "paid");
        vm.assertEq(escrow.deals(id), bytes32(uint256(1)), "closed");
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        escrow.claim(id, d, evidence);
    }

    function test_claim_in_parts_pays_pro_rata_rounded_down_once() public {
        (bytes32 id, Deal memory d, Cold memory c) = _opened();
        uint128 first = BUY / 3;
        uint128 released = uint128(uint256(SELL) * first / BUY);
        bytes memory evidence = _evidence(_keyOf(id, d), first, 3);
        vm.expectEmit(address(escrow));
        emit IEscrow.Advanced(id, _amounts(released, first), BUY, 0);
        escrow.claim(id, d, evidence);
        Deal memory old = abi.decode(abi.encode(d), (Deal));
        (d.released, d.delivered) = (released, first);
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "new commitment");

        _fails(IEscrow.WrongDeal.selector, escrow.commitmentOf(d));
        escrow.claim(id, old, evidence);
        _fails(IEscrow.NothingNew.selector, first);
        escrow.claim(id, d, evidence);
        vm.warp(c.closeAfter + 1);
        uint256 before = usdc.balanceOf(user);
        escrow.close(id, d, c);
        _equal(usdc.balanceOf(user) - before, SELL - released, "rest refunded");
        _equal(usdc.balanceOf(address(escrow)), 0, "nothing stays");
    }

    function test_claim_of_more_than_owed_pays_what_is_owed() public {
        (bytes32 id, Deal memory d,) = _opened();
        uint256 before = usdc.balanceOf(solver);
        _claim(id, d, BUY * 5);
        _equal(usdc.balanceOf(solver) - before, SELL, "paid once");
    }

    function test_claim_for_another_deal_or_recipient_or_solver_does_not_match() public {
        (bytes32 id, Deal memory d,) = _opened();
        bytes memory evidence = _evidence(keccak256("another key"), BUY, 3);
        vm.expectRevert();
        escrow.claim(id, d, evidence);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(0)));
        escrow.claim(keccak256("never opened"), d, evidence);
        Deal memory stolen = abi.decode(abi.encode(d), (Deal));
        stolen.solver = stranger;
        bytes32 stored = escrow.deals(id);
        evidence = _evidence(_keyOf(id, stolen), BUY, 3);
        _fails(IEscrow.WrongDeal.selector, stored);
        escrow.claim(id, stolen, evidence);
    }

    /// @dev A3: every word of a deal is in its commitment.
    function test_claim_with_any_word_of_the_deal_flipped_is_refused() public {
        (bytes32 id, Deal memory d,) = _opened();
        bytes memory evidence = _evidence(_keyOf(id, d), BUY, 3);
        bytes memory clean = abi.encodeCall(escrow.claim, (id, d, evidence));
        for (uint256 word = 1; word <= 11; ++word) {
            bytes memory data = bytes.concat(clean);
            data[4 + 32 * word + 31] ^= 0x01;
            (bool ok,) = address(escrow).call(data);
            vm.assertTrue(!ok, "flipped word accepted");
        }
        (bool fine,) = address(escrow).call(clean);
        vm.assertTrue(fine, "clean call");
    }

    function test_claim_still_works_after_the_chain_id_changed() public {
        (bytes32 id, Deal memory d,) = _opened();
        bytes memory evidence = _evidence(_keyOf(id, d), BUY, 3);
        vm.chainId(999);
        // The attesters' domain follows the new chain id, the deal does not depend on it.
        vm.expectRevert();
        escrow.claim(id, d, evidence);
        evidence = _evidence(_keyOf(id, d), BUY, 3);
        escrow.claim(id, d, evidence);
    }

    /* CLOSING */

    function test_close_by_anyone_after_closeAfter_refunds_all() public {
        (bytes32 id, Deal memory d, Cold memory c) = _opened();
        vm.warp(c.closeAfter);
        _fails(IErrors.NotYet.selector, c.closeAfter);
        escrow.close(id, d, c);
        vm.warp(c.closeAfter + 1);
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(escrow));
        emit IEscrow.Closed(id, _amounts(0, 0), _amounts(SELL, 0));
        vm.prank(stranger);
        escrow.close(id, d, c);
        _equal(usdc.balanceOf(user) - before, SELL, "refunded");
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        escrow.close(id, d, c);
    }

    function test_claim_and_close_after_closeAfter_exclude_each_other() public {
        (bytes32 id, Deal memory d, Cold memory c) = _opened();
        vm.warp(c.closeAfter + 1);
        uint256 snapshot = vm.snapshotState();
        _claim(id, d, BUY);
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        escrow.close(id, d, c);
        vm.revertToState(snapshot);
        escrow.close(id, d, c);
        bytes memory evidence = _evidence(_keyOf(id, d), BUY, 3);
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        escrow.claim(id, d, evidence);
    }

    function test_close_with_another_cold_is_refused() public {
        (bytes32 id, Deal memory d, Cold memory c) = _opened();
        vm.warp(c.closeAfter + 1);
        c.user = stranger;
        _fails(IEscrow.WrongDeal.selector, escrow.deals(id));
        escrow.close(id, d, c);
    }

    function test_advance_is_not_for_token_deals() public {
        (bytes32 id, Deal memory d, Cold memory c) = _opened();
        _fails(IEscrow.NotWork.selector);
        escrow.advance(id, d, c, "");
    }

    /* CANCELLING */

    function test_cancelOpen_then_open_never_succeeds() public {
        TokenOrder memory o = _token();
        bytes32 id = _idOf(2, o);
        _fails(IErrors.Only.selector, user);
        escrow.cancelOpen(2, o);
        vm.expectEmit(address(escrow));
        emit ISettles.Cancelled(id);
        vm.prank(user);
        escrow.cancelOpen(2, o);
        _equal(uint8(escrow.dealState(id)), 3, "cancelled");
        _refused(o, abi.encodeWithSelector(IEscrow.WrongDeal.selector, bytes32(uint256(2))));
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(2)));
        vm.prank(user);
        escrow.cancelOpen(2, o);
    }

    function test_cancelOpen_of_an_open_deal_is_refused() public {
        (bytes32 id, Deal memory d,) = _opened();
        TokenOrder memory o = _token();
        _fails(IEscrow.WrongDeal.selector, escrow.commitmentOf(d));
        vm.prank(user);
        escrow.cancelOpen(2, o);
        _claim(id, d, BUY);
        _fails(IEscrow.WrongDeal.selector, bytes32(uint256(1)));
        vm.prank(user);
        escrow.cancelOpen(2, o);
        _equal(uint8(escrow.dealState(id)), 2, "closed");
    }

    /* FUZZ */

    /// @dev C7, inv. 1 and 2: whatever the steps, paid = floor(num × delivered / den), and all of the deposit leaves.
    /// @custom:runs 1000
    function testFuzz_claims_add_up(uint128 sell, uint128 buy, uint128[4] memory steps) public {
        TokenOrder memory o = _token();
        o.sell = uint128(1 + sell % 1e15);
        o.buy = uint128(1 + buy % type(uint96).max);
        (bytes32 id, Deal memory d, Cold memory c) = _openFor(2, o, _award(_idOf(2, o), o.sell, o.buy));
        uint256 solverBefore = usdc.balanceOf(solver);
        uint256 userBefore = usdc.balanceOf(user);
        for (uint256 i; i < 4; ++i) {
            uint128 delivered = uint128(steps[i] % (uint256(o.buy) * 2));
            if (delivered > o.buy) delivered = o.buy;
            if (delivered <= d.delivered) continue;
            _claim(id, d, delivered);
            d.delivered = delivered;
            d.released = uint128(uint256(o.sell) * delivered / o.buy);
            _equal(usdc.balanceOf(solver) - solverBefore, d.released, "released");
        }
        if (d.delivered == o.buy) return;
        vm.warp(c.closeAfter + 1);
        escrow.close(id, d, c);
        _equal(usdc.balanceOf(solver) - solverBefore + usdc.balanceOf(user) - userBefore, o.sell, "all of it");
    }
}
