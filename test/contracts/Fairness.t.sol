// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Deployer} from "./Deployer.sol";
import {FeeToken, HookToken} from "./Tokens.sol";

/// @dev Challenges of unfair awards: what is one, what answers it, and what it costs. The bidder passed over is `solver`, the award
///      went to `rival`; whoever challenges stakes.
contract FairnessTest is Base {
    uint256 private constant RIVAL_KEY = 0x41AA;
    uint256 private constant KEY = 0x5E7;
    uint96 private constant OWN_BOND = 1000e6;
    uint96 private constant STAKE = BOND / 10;
    uint128 private constant BETTER = BUY + 0.01e18;
    address private rival = VM.addr(RIVAL_KEY);

    /// @dev All that a challenge takes; tests change one thing.
    struct Case {
        OrderRef o;
        SignedAward w;
        ReceiptedBid b;
    }

    function setUp() public override {
        super.setUp();
        usdc.mint(auctioneer, OWN_BOND);
        _approve(auctioneer, usdc, address(bonds));
        vm.prank(auctioneer);
        bonds.deposit(auctioneer, auctioneer, OWN_BOND);
        _fund(solver);
        _fund(stranger);
        vm.warp(NOW + 1);
    }

    function _fund(address challenger) private {
        usdc.mint(challenger, 1e12);
        _approve(challenger, usdc, address(fairness));
    }

    /* BUILDERS */

    function _case() private returns (Case memory) {
        return _caseOf(_swap());
    }

    function _caseOf(SwapOrder memory o) private returns (Case memory c) {
        c.o = OrderRef(address(settlement), FILL_IN, abi.encode(o));
        return _fill(c, _idOf(FILL_IN, o), SELL, BUY, SELL, BETTER);
    }

    function _fill(Case memory c, bytes32 id, uint128 sell, uint128 buy, uint128 bidSell, uint128 bidBuy) private returns (Case memory) {
        c.w.award = _award(id, sell, buy);
        (c.w.award.solver, c.w.award.notBefore) = (rival, 0);
        c.b.bid = Bid(id, 0, solver, bidSell, bidBuy, BOND, uint40(NOW + 40), "salt");
        c.b.receipt = BidReceipt(id, 0, 0, uint40(NOW), 3);
        _resign(c);
        return c;
    }

    function _resign(Case memory c) private {
        c.w.proof = _signAward(c.w.award);
        _rebid(c, SOLVER_KEY);
    }

    function _rebid(Case memory c, uint256 key) private {
        bytes32 digest = _bidDigest(c.b.bid);
        c.b.bidSig = _sign(key, digest);
        c.b.receipt.bid = digest;
        _rereceipt(c);
    }

    function _rereceipt(Case memory c) private {
        c.b.receiptSig = _sign(AUCTIONEER_KEY, _digestFor(c.b.bid.order, _hashReceipt(c.b.receipt)));
    }

    function _bidDigest(Bid memory b) private returns (bytes32) {
        return _digestFor(b.order, _hashBid(b));
    }

    function _idOf(Case memory c) private returns (bytes32) {
        return keccak256(abi.encode(c.b.bid.order, c.b.bid.part, _bidDigest(c.b.bid), _awardDigest(c.w.award)));
    }

    function _challenge(Case memory c) private returns (bytes32 id) {
        vm.prank(solver);
        id = fairness.challenge(c.o, c.w, c.b);
    }

    function _refuses(Case memory c, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(solver);
        fairness.challenge(c.o, c.w, c.b);
    }

    /// @dev An award to the case's bid, with the given times, of which the case's award is the next.
    function _offer(Case memory c, uint40 cutAt, uint40 notBefore, uint40 fillBy) private returns (SignedAward[] memory chain) {
        chain = new SignedAward[](1);
        Bid memory b = c.b.bid;
        chain[0].award = Award(b.order, b.part, b.solver, b.sell, b.buy, b.bond, cutAt, notBefore, fillBy, 0);
        chain[0].proof = _signAward(chain[0].award);
        _link(c, chain, fillBy);
    }

    function _link(Case memory c, SignedAward[] memory chain, uint40 notBefore) private {
        (c.w.award.previous, c.w.award.notBefore) = (_awardDigest(chain[0].award), notBefore);
        c.w.proof = _signAward(c.w.award);
    }

    function _answer(Case memory c, SignedAward[] memory chain) private {
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, Reply(0, false), "");
    }

    function _refuse(Award memory offer, bool accepted, uint256 key) private returns (Reply memory r, bytes memory sig) {
        r = Reply("authorisation", accepted);
        sig = _sign(key, _digestFor(offer.order, _hashReply(_awardDigest(offer), r)));
    }

    function _state(bytes32 id) private view returns (IFairness.State state) {
        (,,,,, state,,,) = fairness.challenges(id);
    }

    function _ownBond() private view returns (uint96 balance) {
        (balance,) = bonds.accounts(auctioneer, auctioneer);
    }

    /* CHALLENGE */

    function test_a_challenge_takes_a_stake_and_waits_for_an_answer() public {
        Case memory c = _case();
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(fairness));
        emit IFairness.Challenged(
            c.b.bid.order, _idOf(c), auctioneer, solver, _awardDigest(c.w.award), _bidDigest(c.b.bid), STAKE, NOW + 1 + 24 hours
        );
        bytes32 id = _challenge(c);
        vm.assertEq(id, _idOf(c), "id");
        _equal(before - usdc.balanceOf(solver), STAKE, "stake");
        _equal(usdc.balanceOf(address(fairness)), STAKE, "held");
        (address challenger, uint96 bond, address of_, uint40 answerBy, uint40 receivedAt, IFairness.State state, address to,,) =
            fairness.challenges(id);
        vm.assertTrue(challenger == solver && bond == BOND && of_ == auctioneer && to == user, "who");
        vm.assertTrue(answerBy == NOW + 1 + 24 hours && receivedAt == NOW && state == IFairness.State.Open, "when");
    }

    function test_judged_the_user_gets_40_percent_the_challenger_10_and_half_is_nobodys() public {
        bytes32 id = _challenge(_case());
        vm.warp(NOW + 1 + 24 hours + 1);
        uint256[3] memory before = [usdc.balanceOf(user), usdc.balanceOf(solver), usdc.balanceOf(address(bonds))];
        vm.expectEmit(address(bonds));
        emit IBonds.Unfair(auctioneer, user, solver, 40e6, 10e6, 50e6);
        vm.expectEmit(address(fairness));
        emit IFairness.Judged(id, 100e6);
        vm.prank(stranger);
        fairness.judge(id);
        _equal(usdc.balanceOf(user) - before[0], 40e6, "user: 40 % of 2 x bond");
        _equal(usdc.balanceOf(solver) - before[1], 10e6 + STAKE, "challenger: 10 % and the stake");
        _equal(before[2] - usdc.balanceOf(address(bonds)), 50e6, "half stays");
        _equal(_ownBond(), OWN_BOND - 100e6, "all of it left the bond");
        _equal(usdc.balanceOf(address(fairness)), 0, "no stake is left");
    }

    /// @custom:runs 1000
    function testFuzz_shares_add_up_and_never_exceed_the_bond(uint96 bidBond, uint96 own) public {
        own = uint96(own % 1e24);
        usdc.mint(auctioneer, own);
        if (own != 0) {
            vm.prank(auctioneer);
            bonds.deposit(auctioneer, auctioneer, own);
        }
        Case memory c = _case();
        c.b.bid.bond = bidBond == 0 ? 1 : bidBond;
        _resign(c);
        uint256 stake = (uint256(c.b.bid.bond) + 9) / 10;
        usdc.mint(solver, stake);
        uint256 before = usdc.balanceOf(solver);
        bytes32 id = _challenge(c);
        _equal(before - usdc.balanceOf(solver), stake, "a tenth, rounded up");
        vm.warp(NOW + 2 days);
        uint256 beforeUser = usdc.balanceOf(user);
        uint256 held = usdc.balanceOf(address(bonds));
        fairness.judge(id);
        uint256 penalty = 2 * uint256(c.b.bid.bond);
        uint256 taken = OWN_BOND + uint256(own) - _ownBond();
        _equal(taken, penalty < OWN_BOND + uint256(own) ? penalty : OWN_BOND + uint256(own), "penalty, or what is there");
        _equal(usdc.balanceOf(user) - beforeUser, taken * 40 / 100, "user");
        _equal(usdc.balanceOf(solver) - before, taken * 10 / 100, "challenger, stake back");
        vm.assertLe(_ownBond() + taken / 2, usdc.balanceOf(address(bonds)), "solvent, half unowned");
        _equal(held - usdc.balanceOf(address(bonds)), taken * 40 / 100 + taken * 10 / 100, "no more than that");
    }

    /// @dev What is leaving is taken as well; and with nothing there, the stake still comes back.
    function test_a_leaving_bond_answers_and_an_empty_one_keeps_no_stake() public {
        vm.prank(auctioneer);
        bonds.requestExit(auctioneer, OWN_BOND - 10e6);
        bytes32 id = _challenge(_case());
        SwapOrder memory o = _swap();
        o.nonce = 78;
        Case memory second = _caseOf(o);
        second.b.bid.bond = OWN_BOND;
        _resign(second);
        bytes32 other = _challenge(second);
        vm.warp(NOW + 2 days);
        fairness.judge(id);
        (uint96 leaving,) = bonds.exits(auctioneer, auctioneer);
        _equal(_ownBond(), 0, "free first");
        _equal(leaving, OWN_BOND - 100e6, "then leaving");
        fairness.judge(other);
        (leaving,) = bonds.exits(auctioneer, auctioneer);
        _equal(leaving, 0, "all of it");

        o.nonce = 79;
        vm.warp(NOW + 1);
        bytes32 third = _challenge(_caseOf(o));
        vm.warp(NOW + 4 days);
        uint256 before = usdc.balanceOf(solver);
        vm.expectEmit(address(fairness));
        emit IFairness.Judged(third, 0);
        fairness.judge(third);
        _equal(usdc.balanceOf(solver) - before, STAKE, "stake back");
    }

    function test_every_kind_can_be_challenged() public {
        Case[6] memory all;
        SwapOrder memory s = _swap();
        all[0] = _case();
        all[1].o = OrderRef(address(settlement), FILL_OUT, abi.encode(s));
        _fill(all[1], _idOf(FILL_OUT, s), SELL, BUY, SELL - 1, BUY);
        TokenOrder memory t = _token();
        all[2].o = OrderRef(address(escrow), OPEN_IN, abi.encode(t));
        _fill(all[2], _idOf(OPEN_IN, t), SELL, BUY, SELL, BUY + 1);
        all[3].o = OrderRef(address(escrow), OPEN_OUT, abi.encode(t));
        _fill(all[3], _idOf(OPEN_OUT, t), SELL, BUY, SELL - 1, BUY);
        LeaseOrder memory l = _lease();
        all[4].o = OrderRef(address(escrow), LEASE, abi.encode(l));
        _fill(all[4], _idOf(l), 2e6, 7200, 2e6 - 1, 7200);
        JobOrder memory j = _job();
        all[5].o = OrderRef(address(escrow), JOB, abi.encode(j));
        _fill(all[5], _idOf(j), 1e6, 40e9, 1e6 - 1, 40e9);
        for (uint256 i; i < 6; ++i) {
            bytes32 id = _challenge(all[i]);
            uint256 snapshot = vm.snapshotState();
            vm.warp(NOW + 2 days);
            fairness.judge(id);
            _equal(_ownBond(), OWN_BOND - 100e6, "judged");
            vm.revertToState(snapshot);
        }
    }

    /// @dev Native sells cannot be missed, but they can be awarded unfairly.
    function test_a_native_sell_can_be_challenged() public {
        SwapOrder memory o = _swap();
        o.sellToken = NATIVE;
        _challenge(_caseOf(o));
    }

    function test_an_entry_of_a_batch_can_be_challenged() public {
        Case memory c = _case();
        c.w.proof = _entry(c.w.award, 2, 5);
        bytes32 id = _challenge(c);
        // The entry is the award: signed alone it is the same challenge.
        c.w.proof = _signAward(c.w.award);
        _refuses(c, abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Open));
        vm.warp(NOW + 2 days);
        fairness.judge(id);
        _equal(_ownBond(), OWN_BOND - 100e6, "judged");
    }

    function test_a_bid_by_a_registered_key_counts() public {
        Case memory c = _case();
        _rebid(c, KEY);
        _refuses(c, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
        vm.prank(solver);
        bonds.setKey(VM.addr(KEY));
        _challenge(c);
    }

    /* WHAT IS NO CHALLENGE */

    function test_ties_and_worse_bids_challenge_nothing() public {
        Case memory c = _case();
        c.b.bid.buy = BUY;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
        c.w.award.buy = BETTER + 1;
        c.b.bid.buy = BETTER;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
    }

    /// @custom:runs 1000
    function testFuzz_exact_in_only_a_larger_buy_is_better(uint128 awarded, uint128 bid) public {
        awarded = BUY + awarded % 1e30;
        bid = BUY + bid % 1e30;
        Case memory c = _case();
        (c.w.award.buy, c.b.bid.buy) = (awarded, bid);
        _resign(c);
        if (bid <= awarded) _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
        else _challenge(c);
    }

    /// @custom:runs 1000
    function testFuzz_exact_out_only_a_smaller_sell_is_better(uint128 awarded, uint128 bid) public {
        awarded = 1 + awarded % SELL;
        bid = 1 + bid % SELL;
        Case memory c;
        c.o = OrderRef(address(settlement), FILL_OUT, abi.encode(_swap()));
        _fill(c, _idOf(FILL_OUT, _swap()), awarded, BUY, bid, BUY);
        if (bid >= awarded) _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
        else _challenge(c);
    }

    /// @dev A bid for less than was awarded is no better bid: its rest would have to come from somewhere.
    function test_a_smaller_bid_is_not_better_than_a_larger_award() public {
        Case memory c = _case();
        c.w.award.sell = SELL + 1;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
    }

    /// @dev The same where the bought side is fixed.
    function test_a_smaller_bid_is_not_better_where_the_buy_is_exact() public {
        Case memory c;
        c.o = OrderRef(address(settlement), FILL_OUT, abi.encode(_swap()));
        _fill(c, _idOf(FILL_OUT, _swap()), SELL, BUY + 1, SELL / 2, BUY);
        _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
        c.w.award.buy = BUY;
        _resign(c);
        _challenge(c);
    }

    function test_bids_outside_the_orders_limits_challenge_nothing() public {
        Case memory c = _case();
        c.b.bid.sell = SELL - 1;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.LimitNotMet.selector, SELL));
        c = _case();
        (c.b.bid.buy, c.w.award.buy) = (BUY - 1, BUY - 2);
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.LimitNotMet.selector, BUY));
        LeaseOrder memory l = _lease();
        c.o = OrderRef(address(escrow), LEASE, abi.encode(l));
        _fill(c, _idOf(l), 2e6, 7200, 1e6, 7201);
        _refuses(c, abi.encodeWithSelector(IErrors.LimitNotMet.selector, 7200));
        TokenOrder memory t = _token();
        t.closeAfter = uint40(NOW + 30 + 7 days + 1);
        c.o = OrderRef(address(escrow), OPEN_IN, abi.encode(t));
        _fill(c, _idOf(OPEN_IN, t), SELL, BUY, SELL, BETTER);
        _refuses(c, abi.encodeWithSelector(IErrors.DealTooLong.selector, NOW + 30 + 7 days));
        t.closeAfter -= 1;
        c.o.order = abi.encode(t);
        _fill(c, _idOf(OPEN_IN, t), SELL, BUY, SELL, BETTER);
        _challenge(c);
    }

    function test_late_or_expired_bids_challenge_nothing() public {
        Case memory c = _case();
        c.b.receipt.receivedAt = uint40(NOW + 1);
        _rereceipt(c);
        _refuses(c, abi.encodeWithSelector(IFairness.TooLate.selector, NOW + 1));
        c = _case();
        c.b.bid.validUntil = uint40(NOW + 9);
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.BidExpired.selector, NOW + 9));
        // Ten seconds after the cut are enough, however long the award itself may be; or the award's own end.
        c.b.bid.validUntil = uint40(NOW + 10);
        _resign(c);
        uint256 snapshot = vm.snapshotState();
        _challenge(c);
        vm.revertToState(snapshot);
        (c.w.award.fillBy, c.b.bid.validUntil) = (uint40(NOW + 5), uint40(NOW + 4));
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.BidExpired.selector, NOW + 4));
        c.b.bid.validUntil = uint40(NOW + 5);
        _resign(c);
        _challenge(c);
    }

    function test_what_is_not_signed_or_belongs_elsewhere_challenges_nothing() public {
        Case memory c = _case();
        c.b.bidSig = _sign(RIVAL_KEY, c.b.receipt.bid);
        _refuses(c, abi.encodeWithSelector(IErrors.BadSignature.selector, solver));
        c = _case();
        c.b.receiptSig = _sign(SOLVER_KEY, _digestFor(c.b.bid.order, _hashReceipt(c.b.receipt)));
        _refuses(c, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
        c = _case();
        c.w.proof = _sign(RIVAL_KEY, _awardDigest(c.w.award));
        _refuses(c, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
        c = _case();
        c.b.bid.order = "another";
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IFairness.WrongBid.selector, bytes32("another")));
        c = _case();
        c.b.bid.part = 1;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.WrongAward.selector, c.w.award.order));
        c = _case();
        c.w.award.order = "another";
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.WrongAward.selector, bytes32("another")));
        c = _case();
        c.w.award.part = 1;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.WrongAward.selector, c.w.award.order));
        for (uint256 i; i < 3; ++i) {
            c = _case();
            if (i == 0) c.b.receipt.bid = "another";
            if (i == 1) c.b.receipt.part = 1;
            if (i == 2) c.b.receipt.order = "another";
            _rereceipt(c);
            _refuses(c, abi.encodeWithSelector(IFairness.WrongReceipt.selector, c.b.receipt.bid));
        }
        c = _case();
        c.o.settler = address(bonds);
        _refuses(c, abi.encodeWithSelector(IErrors.UnknownSettler.selector, address(bonds)));
        c = _case();
        c.b.bid.bond = 0;
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.NoBond.selector));
        // An award that nobody could execute passed over nobody.
        c = _case();
        c.w.award.fillBy = uint40(NOW + 37);
        _resign(c);
        _refuses(c, abi.encodeWithSelector(IErrors.AwardTooLong.selector, NOW + 60));
        SwapOrder memory o = _swap();
        o.auctioneer = address(0);
        _refuses(_caseOf(o), abi.encodeWithSelector(IErrors.BadSignature.selector, address(0)));
    }

    function test_a_challenge_comes_within_a_day_of_the_awards_end() public {
        Case memory c = _case();
        vm.warp(NOW + 30 + 24 hours + 1);
        _refuses(c, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 30 + 24 hours));
        vm.warp(NOW + 30 + 24 hours);
        _challenge(c);
    }

    function test_the_same_bid_challenges_the_same_award_once() public {
        Case memory c = _case();
        bytes32 id = _challenge(c);
        _refuses(c, abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Open));
        uint256 snapshot = vm.snapshotState();
        vm.warp(NOW + 1 + 24 hours + 1);
        fairness.judge(id);
        vm.warp(NOW + 30);
        _refuses(c, abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Judged));
        vm.revertToState(snapshot);
        c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        id = _challenge(c);
        _answer(c, chain);
        _refuses(c, abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Answered));
    }

    function test_the_stake_must_arrive() public {
        Case memory c = _case();
        vm.prank(solver);
        usdc.approve(address(fairness), STAKE - 1);
        _refuses(c, abi.encodeWithSelector(IErrors.TransferFailed.selector, address(usdc)));
        (IFairness other,) = _deployWith(address(new FeeToken()));
        vm.expectRevert(abi.encodeWithSelector(IErrors.ShortDeposit.selector, STAKE, STAKE - STAKE / 100));
        vm.prank(solver);
        other.challenge(c.o, c.w, c.b);
    }

    /// @dev A second Bonds and Fairness beside the same Settlement and Escrow, over another token; its auctioneer is bonded.
    function _deployWith(address token) private returns (IFairness other, IBonds its) {
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        its = _newBonds(address(settlement), address(escrow), predicted, token);
        other = IFairness(vm.deployCode("Fairness.sol:Fairness", abi.encode(its)));
        PlainToken(token).mint(solver, 1e12);
        _approve(solver, PlainToken(token), address(other));
        _approve(solver, PlainToken(token), address(its));
        vm.prank(solver);
        its.deposit(auctioneer, auctioneer, OWN_BOND);
    }

    /// @dev Any bit of award, bid, receipt, order and signatures. Bits that nobody reads (padding, another spelling of an offset) leave
    ///      the arguments what they were.
    /// @custom:runs 10000
    function testFuzz_flipping_any_bit_is_refused(uint256 seed) public {
        Case memory c = _case();
        bytes memory clean = abi.encode(c.o, c.w, c.b);
        bytes memory data = bytes.concat(clean);
        data[96 + seed % (data.length - 96)] ^= bytes1(uint8(1 << (seed >> 128) % 8));
        vm.prank(solver);
        (bool ok,) = address(fairness).call(bytes.concat(IFairness.challenge.selector, data));
        if (!ok) return;
        (c.o, c.w, c.b) = abi.decode(data, (OrderRef, SignedAward, ReceiptedBid));
        (c.w.proof, c.b.bidSig, c.b.receiptSig) = (_long(c.w.proof), _long(c.b.bidSig), _long(c.b.receiptSig));
        vm.assertEq(keccak256(abi.encode(c.o, c.w, c.b)), keccak256(clean), "flipped bit accepted");
    }

    /// @dev 64 bytes are the compact spelling of 65, if the last of these was 27.
    function _long(bytes memory sig) private pure returns (bytes memory) {
        return sig.length == 64 ? bytes.concat(sig, hex"1b") : sig;
    }

    /* ANSWER */

    function test_a_silent_best_bidder_had_its_turn() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        bytes32 id = _challenge(c);
        uint256 before = usdc.balanceOf(auctioneer);
        vm.expectEmit(address(fairness));
        emit IFairness.Answered(id, _awardDigest(chain[0].award));
        vm.prank(stranger);
        _answer(c, chain);
        _equal(usdc.balanceOf(auctioneer) - before, STAKE, "the stake is the auctioneer's");
        _equal(_ownBond(), OWN_BOND, "and its bond untouched");
        vm.warp(NOW + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Answered));
        fairness.judge(id);
    }

    function test_a_best_bidder_that_declined_had_its_turn() public {
        Case memory c = _case();
        // Declined at once: the next award need not wait.
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 30));
        _link(c, chain, uint40(NOW + 1));
        _challenge(c);
        (Reply memory r, bytes memory sig) = _refuse(chain[0].award, false, SOLVER_KEY);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        _equal(_ownBond(), OWN_BOND, "bond untouched");
    }

    function test_a_refusal_is_its_solvers_or_its_keys_and_a_refusal() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 30));
        _link(c, chain, uint40(NOW + 1));
        _challenge(c);
        (Reply memory r, bytes memory sig) = _refuse(chain[0].award, true, SOLVER_KEY);
        _fails(IFairness.NotDeclined.selector);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        r.accepted = false;
        _fails(IErrors.BadSignature.selector, solver);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        (r, sig) = _refuse(c.w.award, false, SOLVER_KEY);
        _fails(IErrors.BadSignature.selector, solver);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        (r, sig) = _refuse(chain[0].award, false, KEY);
        _fails(IErrors.BadSignature.selector, solver);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        vm.prank(solver);
        bonds.setKey(VM.addr(KEY));
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
    }

    /// @dev The offer stands three awards back; others were offered in between.
    function test_the_offer_may_stand_far_back_and_in_a_batch() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        SignedAward[] memory long = new SignedAward[](3);
        (long[2].award, long[2].proof) = (chain[0].award, _entry(chain[0].award, 1, 4));
        for (uint256 i = 2; i > 0; --i) {
            Award memory a = _award(c.b.bid.order, SELL, BUY + 1);
            (a.solver, a.previous, a.notBefore) = (address(uint160(i)), _awardDigest(long[i].award), long[i].award.fillBy);
            (a.cutAt, a.fillBy) = (a.notBefore, a.notBefore + 10);
            (long[i - 1].award, long[i - 1].proof) = (a, _signAward(a));
        }
        _link(c, long, uint40(NOW + 30));
        (c.w.award.cutAt, c.w.award.fillBy) = (uint40(NOW + 30), uint40(NOW + 36));
        c.w.proof = _signAward(c.w.award);
        _challenge(c);
        uint256 snapshot = vm.snapshotState();
        _answer(c, long);
        _equal(_ownBond(), OWN_BOND, "bond untouched");
        vm.revertToState(snapshot);
        // With a gap, out of order, unsigned, or not to its end.
        SignedAward[] memory broken = new SignedAward[](2);
        (broken[0], broken[1]) = (long[0], long[2]);
        _fails(IFairness.BrokenChain.selector, uint256(1));
        _answer(c, broken);
        (broken[0], broken[1]) = (long[1], long[2]);
        _fails(IFairness.BrokenChain.selector, uint256(0));
        _answer(c, broken);
        (broken[0], broken[1]) = (long[0], long[1]);
        _fails(IFairness.NotTheBid.selector, _awardDigest(long[1].award));
        _answer(c, broken);
        long[1].proof = _sign(RIVAL_KEY, _awardDigest(long[1].award));
        _fails(IErrors.BadSignature.selector, auctioneer);
        _answer(c, long);
        _fails(IFairness.BrokenChain.selector, uint256(0));
        _answer(c, new SignedAward[](0));
    }

    function test_an_offer_must_be_of_that_very_bid() public {
        for (uint256 i; i < 4; ++i) {
            Case memory c = _case();
            SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
            if (i == 0) chain[0].award.solver = rival;
            if (i == 1) chain[0].award.sell += 1;
            if (i == 2) chain[0].award.buy += 1;
            if (i == 3) chain[0].award.bond += 1;
            chain[0].proof = _signAward(chain[0].award);
            _link(c, chain, uint40(NOW + 10));
            _challenge(c);
            _fails(IFairness.NotTheBid.selector, _awardDigest(chain[0].award));
            _answer(c, chain);
        }
    }

    /// @dev The offer of another order, or one that could not be executed, is none: not even with its refusal.
    function test_an_offer_must_be_one_that_could_be_taken() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 37));
        _link(c, chain, uint40(NOW + 1));
        _challenge(c);
        (Reply memory r, bytes memory sig) = _refuse(chain[0].award, false, SOLVER_KEY);
        _fails(IErrors.AwardTooLong.selector, NOW + 60);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);

        c = _case();
        chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        chain[0].award.order = "another";
        chain[0].proof = _sign(AUCTIONEER_KEY, _digestFor(c.b.bid.order, _hashAward(chain[0].award)));
        c.w.award.previous = _digestFor(c.b.bid.order, _hashAward(chain[0].award));
        c.w.proof = _signAward(c.w.award);
        _challenge(c);
        _fails(IErrors.WrongAward.selector, bytes32("another"));
        _answer(c, chain);

        c = _case();
        chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        chain[0].award.part = 1;
        chain[0].proof = _signAward(chain[0].award);
        _link(c, chain, uint40(NOW + 10));
        _challenge(c);
        _fails(IErrors.WrongAward.selector, c.b.bid.order);
        _answer(c, chain);
    }

    function test_an_offer_cut_before_the_bid_came_was_not_to_it() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW - 1), 0, uint40(NOW + 10));
        _challenge(c);
        _fails(IFairness.OfferTooEarly.selector, NOW);
        _answer(c, chain);
        (Reply memory r, bytes memory sig) = _refuse(chain[0].award, false, SOLVER_KEY);
        _fails(IFairness.OfferTooEarly.selector, NOW);
        fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
    }

    function test_silence_takes_awardMin_from_cut_and_begin_and_the_next_award_waits() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 9));
        _challenge(c);
        _fails(IErrors.AwardTooShort.selector, uint256(AWARD_MIN));
        _answer(c, chain);
        // Open for one second only, although cut long before.
        c = _case();
        chain = _offer(c, uint40(NOW), uint40(NOW + 20), uint40(NOW + 29));
        _challenge(c);
        _fails(IErrors.AwardTooShort.selector, uint256(AWARD_MIN));
        _answer(c, chain);
        c = _case();
        chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        _link(c, chain, uint40(NOW + 9));
        _challenge(c);
        _fails(IFairness.OfferCutShort.selector, NOW + 10);
        _answer(c, chain);
    }

    /// @dev Whoever fakes "I offered it to the best bidder, who was silent" gives awardMin of the order's time for it, whatever times
    ///      it writes into the offer.
    function testFuzz_a_faked_silent_best_bidder_costs_awardMin_of_time(uint40 cutAt, uint40 begin, uint40 end, uint40 next) public {
        (cutAt, begin, end, next) =
            (uint40(NOW - 20 + cutAt % 40), uint40(NOW - 20 + begin % 40), uint40(NOW - 20 + end % 56), uint40(NOW - 20 + next % 50));
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, cutAt, begin, end);
        _link(c, chain, next);
        bytes32 id = _challenge(c);
        bytes memory data = abi.encodeCall(fairness.answer, (c.o.settler, c.w.award, c.b.bid, chain, Reply(0, false), ""));
        (bool ok,) = address(fairness).call(data);
        if (ok) vm.assertLe(NOW + AWARD_MIN, next, "the favoured award begins awardMin after the better bid came");
        bool honest = cutAt >= NOW && end <= NOW + 36 && end >= (cutAt > begin ? cutAt : begin) + AWARD_MIN && next >= end;
        vm.assertTrue(ok == honest, "exactly then");
        vm.assertTrue(_state(id) == (ok ? IFairness.State.Answered : IFairness.State.Open), "state");
    }

    function test_an_answer_comes_within_a_day() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        bytes32 id = _challenge(c);
        uint256 answerBy = NOW + 1 + 24 hours;
        vm.warp(answerBy + 1);
        _fails(IErrors.Expired.selector, answerBy);
        _answer(c, chain);
        vm.warp(answerBy);
        _fails(IErrors.NotYet.selector, answerBy);
        fairness.judge(id);
        _answer(c, chain);
        vm.expectRevert(abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Answered));
        _answer(c, chain);
    }

    function test_only_a_challenge_can_be_answered_or_judged() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        bytes memory none = abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.None);
        vm.expectRevert(none);
        _answer(c, chain);
        vm.expectRevert(none);
        fairness.judge("none");
        bytes32 id = _challenge(c);
        _fails(IErrors.UnknownSettler.selector, stranger);
        fairness.answer(stranger, c.w.award, c.b.bid, chain, Reply(0, false), "");
        // Another contract's domain, another bid, another award: another challenge.
        vm.expectRevert(none);
        fairness.answer(address(escrow), c.w.award, c.b.bid, chain, Reply(0, false), "");
        c.b.bid.salt = "other";
        vm.expectRevert(none);
        _answer(c, chain);
        c = _case();
        vm.expectRevert(none);
        _answer(c, chain);
        vm.warp(NOW + 2 days);
        fairness.judge(id);
        vm.expectRevert(abi.encodeWithSelector(IFairness.WrongState.selector, IFairness.State.Judged));
        fairness.judge(id);
    }

    /// @dev An auctioneer that offers to the best first, waits or has a refusal, and goes on, has an answer to every better bid.
    function testFuzz_honest_auctions_never_cost_the_auctioneer(uint8 n, uint256 seed) public {
        uint256 bids = 2 + n % 3;
        uint256 last = seed % bids;
        SwapOrder memory o = _swap();
        (o.exclusiveUntil, o.fillBy) = (uint40(NOW + 200), uint40(NOW + 300));
        Case[] memory all = new Case[](bids);
        SignedAward[] memory made = new SignedAward[](bids);
        bytes32 previous;
        uint40 time = uint40(NOW);
        // Bid 0 is the best; each is offered in turn up to `last`, who takes it.
        for (uint256 i; i < bids; ++i) {
            Case memory c = _caseOf(o);
            c.b.bid.buy = uint128(BUY + 1000 - i);
            (c.b.bid.validUntil, c.b.receipt.receivedAt) = (uint40(NOW + 200), uint40(NOW - (seed >> (8 * i)) % 9));
            _rebid(c, SOLVER_KEY);
            all[i] = c;
            if (i > last) continue;
            bool declined = _declined(seed, i);
            made[i].award = Award(c.b.bid.order, 0, solver, SELL, c.b.bid.buy, BOND, time, previous == 0 ? 0 : time, time + 20, previous);
            made[i].proof = _signAward(made[i].award);
            previous = _awardDigest(made[i].award);
            time += declined ? 2 : 20;
        }
        for (uint256 i; i < bids; ++i) {
            Case memory c = all[i];
            c.w = made[last];
            if (i >= last) {
                _refuses(c, abi.encodeWithSelector(IFairness.NotBetter.selector));
                continue;
            }
            _challenge(c);
            SignedAward[] memory chain = new SignedAward[](last - i);
            for (uint256 k; k < last - i; ++k) {
                chain[k] = made[last - 1 - k];
            }
            (Reply memory r, bytes memory sig) = _refuse(made[i].award, false, SOLVER_KEY);
            if (!_declined(seed, i)) sig = "";
            fairness.answer(c.o.settler, c.w.award, c.b.bid, chain, r, sig);
        }
        vm.warp(NOW + 30 days);
        _equal(_ownBond(), OWN_BOND, "untouched");
    }

    function _declined(uint256 seed, uint256 i) private pure returns (bool) {
        return seed >> (200 + i) & 1 == 1;
    }

    /* EQUIVOCATION */

    function _twin(Award memory a, uint96 bond) private returns (SignedAward memory twin) {
        twin.award = Award(a.order, a.part, solver, a.sell, a.buy, bond, a.cutAt, a.notBefore, a.fillBy, a.previous);
        twin.proof = _signAward(twin.award);
    }

    function test_two_awards_of_one_place_cost_the_larger_bond_at_once() public {
        Case memory c = _case();
        SignedAward memory twin = _twin(c.w.award, 80e6);
        uint256 before = usdc.balanceOf(user);
        vm.expectEmit(address(bonds));
        emit IBonds.Unfair(auctioneer, user, stranger, 32e6, 8e6, 40e6);
        vm.expectEmit(address(fairness));
        emit IFairness.Equivocated(c.w.award.order, auctioneer, _awardDigest(c.w.award), _awardDigest(twin.award), 80e6);
        vm.prank(stranger);
        fairness.slashEquivocation(c.o, c.w, twin);
        _equal(usdc.balanceOf(user) - before, 32e6, "user");
        _equal(_ownBond(), OWN_BOND - 80e6, "bond");
        _fails(IFairness.AlreadyPenalised.selector, uint256(80e6));
        fairness.slashEquivocation(c.o, twin, c.w);
    }

    function test_equivocation_of_entries_of_batches() public {
        Case memory c = _case();
        SignedAward memory twin = _twin(c.w.award, BOND);
        uint256 snapshot = vm.snapshotState();
        twin.proof = _entry(twin.award, 0, 3);
        fairness.slashEquivocation(c.o, c.w, twin);
        vm.revertToState(snapshot);
        c.w.proof = _entry(c.w.award, 1, 2);
        fairness.slashEquivocation(c.o, c.w, twin);
        _equal(_ownBond(), OWN_BOND - BOND, "bond");
    }

    /// @dev One award is one, however often and in whatever form it was signed.
    function test_one_award_is_no_equivocation() public {
        Case memory c = _case();
        SignedAward memory again = SignedAward(c.w.award, _entry(c.w.award, 1, 3));
        _fails(IFairness.NoEquivocation.selector);
        fairness.slashEquivocation(c.o, c.w, again);
        (bytes32 r, bytes32 vs) = vm.signCompact(AUCTIONEER_KEY, _awardDigest(c.w.award));
        again.proof = abi.encodePacked(r, vs);
        _fails(IFairness.NoEquivocation.selector);
        fairness.slashEquivocation(c.o, c.w, again);
    }

    function test_awards_of_different_places_are_no_equivocation() public {
        Case memory c = _case();
        SignedAward memory next = _twin(c.w.award, BOND);
        next.award.previous = _awardDigest(c.w.award);
        next.proof = _signAward(next.award);
        _fails(IFairness.NoEquivocation.selector);
        fairness.slashEquivocation(c.o, c.w, next);
        next = _twin(c.w.award, BOND);
        next.award.part = 1;
        next.proof = _signAward(next.award);
        _fails(IFairness.NoEquivocation.selector);
        fairness.slashEquivocation(c.o, c.w, next);
        next = _twin(c.w.award, BOND);
        next.award.order = "another";
        next.proof = _signAward(next.award);
        _fails(IErrors.WrongAward.selector, bytes32("another"));
        fairness.slashEquivocation(c.o, c.w, next);
        _fails(IErrors.WrongAward.selector, bytes32("another"));
        fairness.slashEquivocation(c.o, next, c.w);
        next = _twin(c.w.award, BOND);
        next.proof = _sign(RIVAL_KEY, _awardDigest(next.award));
        _fails(IErrors.BadSignature.selector, auctioneer);
        fairness.slashEquivocation(c.o, c.w, next);
        _fails(IErrors.BadSignature.selector, auctioneer);
        fairness.slashEquivocation(c.o, next, c.w);
        c.o.settler = stranger;
        _fails(IErrors.UnknownSettler.selector, stranger);
        fairness.slashEquivocation(c.o, c.w, next);
    }

    function test_equivocation_without_any_bond_is_worth_nothing() public {
        Case memory c = _case();
        c.w.award.bond = 0;
        _resign(c);
        SignedAward memory twin = _twin(c.w.award, 0);
        _fails(IErrors.NoBond.selector);
        fairness.slashEquivocation(c.o, c.w, twin);
        twin = _twin(c.w.award, 1);
        fairness.slashEquivocation(c.o, c.w, twin);
        _equal(_ownBond(), OWN_BOND - 1, "the larger one");
    }

    /* SHELTERS */

    /// @dev For one order and part the largest penalty is taken in total: not two, but a small one of one's own shields from none.
    function test_a_small_slash_of_oneself_shields_from_no_larger_one() public {
        Case memory c = _case();
        bytes32 id = _challenge(c);
        Award memory a = c.w.award;
        a.bond = 1;
        SignedAward memory one = SignedAward(a, _signAward(a));
        fairness.slashEquivocation(c.o, one, _twin(a, 1));
        _equal(_ownBond(), OWN_BOND - 1, "a slash of oneself");
        vm.warp(NOW + 2 days);
        uint256 before = usdc.balanceOf(user);
        fairness.judge(id);
        _equal(_ownBond(), OWN_BOND - 100e6, "the larger one in total");
        _equal(usdc.balanceOf(user) - before, uint256(100e6 - 1) * 40 / 100, "the user's share of the rest");
        _equal(fairness.penalised(keccak256(abi.encode(c.b.bid.order, uint128(0)))), 100e6, "largest so far");
    }

    function test_two_better_bids_cost_the_larger_penalty_once() public {
        Case memory c = _case();
        Case memory d = _case();
        (d.b.bid.bond, d.b.bid.salt) = (30e6, "other");
        _resign(d);
        (bytes32 first, bytes32 second) = (_challenge(c), _challenge(d));
        vm.warp(NOW + 2 days);
        fairness.judge(second);
        _equal(_ownBond(), OWN_BOND - 60e6, "the first judged");
        fairness.judge(first);
        _equal(_ownBond(), OWN_BOND - 100e6, "the larger in total");
        _equal(usdc.balanceOf(address(fairness)), 0, "stakes back");
    }

    function test_a_smaller_penalty_after_a_larger_one_takes_nothing_and_returns_the_stake() public {
        Case memory c = _case();
        Case memory d = _case();
        (d.b.bid.bond, d.b.bid.salt) = (30e6, "other");
        _resign(d);
        (bytes32 first, bytes32 second) = (_challenge(c), _challenge(d));
        vm.warp(NOW + 2 days);
        fairness.judge(first);
        vm.expectEmit(address(fairness));
        emit IFairness.Judged(second, 0);
        fairness.judge(second);
        _equal(_ownBond(), OWN_BOND - 100e6, "once");
        _equal(usdc.balanceOf(address(fairness)), 0, "stakes back");
    }

    /// @dev An accomplice challenges with the same bid an award that was made for it to be answered: the true one stays challengeable.
    function test_a_challenge_that_is_meant_to_be_answered_shields_no_other_award() public {
        Case memory real = _case();
        Case memory fake = _case();
        SignedAward[] memory chain = _offer(fake, uint40(NOW), 0, uint40(NOW + 10));
        vm.prank(stranger);
        fairness.challenge(fake.o, fake.w, fake.b);
        _answer(fake, chain);
        bytes32 id = _challenge(real);
        vm.expectRevert(abi.encodeWithSelector(IFairness.BrokenChain.selector, 0));
        _answer(real, chain);
        vm.warp(NOW + 2 days);
        fairness.judge(id);
        _equal(_ownBond(), OWN_BOND - 100e6, "judged");
    }

    /// @dev A slash of oneself, as user, challenger and auctioneer at once: half is gone.
    function test_a_slash_of_oneself_is_no_exit() public {
        SwapOrder memory o = _swap();
        o.user = stranger;
        Case memory c = _caseOf(o);
        c.w.award.bond = type(uint96).max;
        _resign(c);
        uint256 before = usdc.balanceOf(stranger);
        SignedAward memory twin = _twin(c.w.award, 1);
        vm.prank(stranger);
        fairness.slashEquivocation(c.o, c.w, twin);
        _equal(_ownBond(), 0, "all of it");
        _equal(usdc.balanceOf(stranger) - before, OWN_BOND / 2, "half of it");
        _equal(usdc.balanceOf(address(bonds)), OWN_BOND / 2, "the rest is nobody's");
    }

    /// @dev The auctioneer's own bond leaves neither by an award to itself nor by a deal with itself, and no deal locks it away from a
    ///      challenge.
    function test_an_auctioneers_own_bond_is_out_of_reach_of_its_own_awards() public {
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(FILL_IN, o), SELL, BUY);
        a.solver = auctioneer;
        Reply memory r = Reply("authorisation", true);
        bytes memory reply = _sign(AUCTIONEER_KEY, _digestFor(a.order, _hashReply(_awardDigest(a), r)));
        bytes memory sig = _signAward(a);
        vm.warp(NOW + 31);
        _fails(IBonds.OwnBond.selector, auctioneer);
        bonds.slashNoShow(address(settlement), FILL_IN, abi.encode(o), a, sig, r, reply);

        vm.startPrank(address(escrow));
        _fails(IBonds.OwnBond.selector, auctioneer);
        bonds.lock(auctioneer, auctioneer, 1);
        uint256 before = usdc.balanceOf(user);
        bonds.slash(auctioneer, auctioneer, 0, OWN_BOND, user);
        vm.stopPrank();
        _equal(usdc.balanceOf(user), before, "nothing taken");
        _equal(_ownBond(), OWN_BOND, "nothing left");
    }

    function test_a_lease_with_itself_cannot_lock_an_auctioneers_bond() public {
        LeaseOrder memory o = _lease();
        bytes memory sig = _sign(USER_KEY, _idOf(o));
        Award memory a = _award(_idOf(o), 2e6, 7200);
        (a.solver, a.notBefore, a.cutAt) = (auctioneer, uint40(NOW), uint40(NOW));
        Awarded memory x = _awarded(a, sig);
        _fails(IBonds.OwnBond.selector, auctioneer);
        vm.prank(auctioneer);
        escrow.openLease(o, sig, x);
    }

    /// @dev A bond that was asked back before the challenge is still there when it is judged.
    function test_an_auctioneer_cannot_leave_between_award_and_judgement() public {
        vm.prank(auctioneer);
        bonds.requestExit(auctioneer, OWN_BOND);
        Case memory c = _case();
        vm.warp(NOW + 30 + 24 hours);
        bytes32 id = _challenge(c);
        vm.warp(NOW + 30 + 48 hours + 1);
        _fails(IErrors.NotYet.selector, NOW + 1 + DELAY);
        vm.prank(auctioneer);
        bonds.exit(auctioneer);
        fairness.judge(id);
        (uint96 leaving,) = bonds.exits(auctioneer, auctioneer);
        _equal(leaving, OWN_BOND - 100e6, "taken from what leaves");
    }

    /// @dev A no-show and an unfair award of one order are two faults of two people.
    function test_the_solvers_bond_is_not_the_auctioneers() public {
        _bond(100e6);
        bytes32 id = _challenge(_case());
        vm.warp(NOW + 2 days);
        fairness.judge(id);
        (uint96 balance,) = bonds.accounts(solver, auctioneer);
        _equal(balance, 100e6, "untouched");
    }

    /* MONEY */

    function test_payments_need_their_gas() public {
        Case memory c = _case();
        SignedAward[] memory chain = _offer(c, uint40(NOW), 0, uint40(NOW + 10));
        bytes32 id = _challenge(c);
        bytes memory data = abi.encodeCall(fairness.answer, (c.o.settler, c.w.award, c.b.bid, chain, Reply(0, false), ""));
        (bool ok, bytes memory reason) = address(fairness).call{gas: 320_000}(data);
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "answer");
        vm.warp(NOW + 2 days);
        (ok, reason) = address(fairness).call{gas: 320_000}(abi.encodeCall(fairness.judge, (id)));
        vm.assertTrue(!ok && bytes4(reason) == IErrors.GasTooLow.selector, "judge");
    }

    function test_nothing_is_judged_from_inside_a_payment() public {
        HookToken hooked = new HookToken();
        (IFairness other, IBonds its) = _deployWith(address(hooked));
        Case memory c = _case();
        vm.prank(solver);
        bytes32 id = other.challenge(c.o, c.w, c.b);
        vm.warp(NOW + 2 days);
        hooked.hook(address(other), abi.encodeCall(other.judge, (id)));
        other.judge(id);
        vm.assertTrue(!hooked.reached() && bytes4(hooked.answer()) == IErrors.Reentered.selector, "locked");
        (uint96 balance,) = its.accounts(auctioneer, auctioneer);
        _equal(balance, OWN_BOND - 100e6, "once");
    }

    function test_fairness_knows_its_own_bonds_only() public {
        Deployer deployer = new Deployer();
        _fails(IErrors.Only.selector, address(bonds));
        deployer.deploy("Fairness.sol:Fairness", abi.encode(bonds));
        vm.assertEq(fairness.bonds(), address(bonds), "bonds");
        _equal(fairness.FAIR_WINDOW(), 24 hours, "window");
        _equal(fairness.ANSWER(), 24 hours, "answer");
    }
}
