// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    GaslessCrossChainOrder,
    IERC7683Resolver,
    OnchainCrossChainOrder,
    ResolvedCrossChainOrder
} from "../../contracts/src/interfaces/IERC7683.sol";
import {IResolver, Offer} from "../../contracts/src/interfaces/IResolver.sol";
import "./Base.sol";

/// @dev What Resolver refuses to describe, and the old structs. That its instructions work is shown by a solver that knows nothing
///      else: test/contracts/client/resolver.test.ts.
contract ResolverTest is Base {
    IResolver private resolver;

    function setUp() public override {
        super.setUp();
        resolver = IResolver(vm.deployCode("Resolver.sol:Resolver", abi.encode(settlement, escrow, delivery)));
    }

    /* OFFERS */

    function _offer(SwapOrder memory o) private returns (Offer memory f) {
        (f.kind, f.order) = (FILL_IN, abi.encode(o));
        f.userSig = _sign(USER_KEY, _idOf(FILL_IN, o));
    }

    function _awardedOffer(SwapOrder memory o) private returns (Offer memory f) {
        f = _offer(o);
        f.award = _award(_idOf(FILL_IN, o), o.sell, o.buy + 1);
        f.auctioneerSig = _signAward(f.award);
    }

    function _offer(TokenOrder memory o) private returns (Offer memory f) {
        (f.kind, f.order) = (OPEN_IN, abi.encode(o));
        f.userSig = _sign(USER_KEY, _idOf(OPEN_IN, o));
        f.award = _award(_idOf(OPEN_IN, o), o.sell, o.buy + 1);
        f.auctioneerSig = _signAward(f.award);
    }

    function _describes(Offer memory f, uint256 steps) private view returns (IERC7683Resolver.ResolvedOrder memory r) {
        r = resolver.describe(f);
        vm.assertEq(r.steps.length, steps, "steps");
        vm.assertEq(r.payments.length, 1, "payments");
        vm.assertEq(keccak256(abi.encode(resolver.resolve(abi.encode(f)))), keccak256(abi.encode(r)), "resolve");
    }

    function _refuses(Offer memory f, bytes memory why) private {
        vm.expectRevert(why);
        resolver.describe(f);
        vm.expectRevert(why);
        resolver.resolve(abi.encode(f));
        vm.expectRevert(why);
        resolver.summarise(f);
    }

    function _open(Offer memory f, TokenOrder memory o) private {
        Awarded memory awarded = Awarded(f.award, f.auctioneerSig, Reply(0, false), "");
        vm.prank(solver);
        escrow.openFor(f.kind, o, f.userSig, awarded);
    }

    /* WHAT CAN BE DONE */

    function test_fill_isOneStep() external {
        IERC7683Resolver.ResolvedOrder memory r = _describes(_offer(_swap()), 1);
        _equal(r.variables.length, 1, "variables");
        _equal(r.assumptions.length, 2, "assumptions");
        r = _describes(_awardedOffer(_swap()), 1);
        _equal(r.assumptions.length, 3, "assumptions");
    }

    /* OPTIONS */

    function _recurring() private returns (SwapOrder memory o, Options memory x) {
        o = _swap();
        x.parts = 3;
        x.every = 1000;
        x.start = uint40(NOW);
        x.feeTo = address(0xFEE);
        x.feeBps = 200;
    }

    function _offer(SwapOrder memory o, Options memory x, uint128 part) private returns (Offer memory f) {
        (f.kind, f.order) = (WITH_OPTIONS, abi.encode(o, x));
        f.userSig = _sign(USER_KEY, _idOf(WITH_OPTIONS, o, x));
        f.award.part = part;
    }

    function test_recurring_eachPartInItsTime() external {
        (SwapOrder memory o, Options memory x) = _recurring();
        Offer memory f = _offer(o, x, 1);
        _refuses(f, abi.encodeWithSelector(ISettles.Exclusive.selector, o.exclusiveUntil + 1000));
        vm.warp(o.exclusiveUntil + 1001);
        _describes(f, 1);
        ResolvedCrossChainOrder memory r = resolver.summarise(f);
        _equal(r.fillDeadline, o.fillBy + 1000, "the part's own hours");
        _equal(r.minReceived[0].amount, o.sell - o.sell / 50, "without the fee");
        vm.prank(solver);
        settlement.fillWith(f.kind, o, x, f.userSig, f.award, "", 1, "");
        _refuses(f, abi.encodeWithSelector(IResolver.Taken.selector, _idOf(WITH_OPTIONS, o, x)));
    }

    function test_partial_goesOnWhereTheLastFillEnded() external {
        SwapOrder memory o = _swap();
        o.auctioneer = address(0);
        Options memory x;
        x.smallestPart = o.sell / 4;
        Offer memory f = _offer(o, x, o.sell / 4);
        _describes(f, 1);
        vm.prank(solver);
        settlement.fillWith(f.kind, o, x, f.userSig, f.award, "", o.sell / 4, "");
        _describes(f, 1);
        f = _offer(o, x, o.sell / 4 * 3);
        _describes(f, 1);
        vm.prank(solver);
        settlement.fillWith(f.kind, o, x, f.userSig, f.award, "", o.sell / 4 * 3, "");
        _refuses(f, abi.encodeWithSelector(ISettlement.PartTooBig.selector, 0));
    }

    function test_fill_ofAnOrderThatNobodyAuctions() external {
        SwapOrder memory o = _swap();
        o.auctioneer = address(0);
        _describes(_offer(o), 1);
    }

    function test_fill_byAnAwardThatOutlastsTheOrder() external {
        SwapOrder memory o = _swap();
        o.fillBy = uint40(NOW + 20);
        _describes(_awardedOffer(o), 1);
        vm.warp(NOW + 21);
        _refuses(_awardedOffer(o), abi.encodeWithSelector(IErrors.Expired.selector, NOW + 20));
    }

    function test_recurring_awardedPart() external {
        (SwapOrder memory o, Options memory x) = _recurring();
        Offer memory f = _offer(o, x, 2);
        vm.warp(NOW + 2000);
        f.award = _award(_idOf(WITH_OPTIONS, o, x), o.sell, o.buy + 1);
        (f.award.part, f.award.cutAt, f.award.notBefore, f.award.fillBy) = (2, uint40(NOW + 2000), uint40(NOW + 2000), uint40(NOW + 2030));
        f.auctioneerSig = _signAward(f.award);
        _describes(f, 1);
        f.award.part = 1;
        f.auctioneerSig = _signAward(f.award);
        vm.expectRevert(); // an award of another part, whose hours are over
        resolver.describe(f);
    }

    function test_old_nonceBeforeOptions() external {
        (SwapOrder memory o, Options memory x) = _recurring();
        vm.warp(o.exclusiveUntil + 1);
        GaslessCrossChainOrder memory old = _old(_offer(o, x, 0), address(settlement), o.nonce, o.fillBy, o.fillBy);
        resolver.resolveFor(old, "");
        old.nonce += 1;
        _fails(IResolver.WrongMember.selector, uint256(2));
        resolver.resolveFor(old, "");
    }

    /* DEALS */

    function test_deal_isThreeStepsUntilItIsOpen() external {
        TokenOrder memory o = _token();
        Offer memory f = _offer(o);
        IERC7683Resolver.ResolvedOrder memory r = _describes(f, 3);
        _equal(r.variables.length, 4, "variables");
        _equal(r.assumptions.length, 6, "assumptions");
        _open(f, o);
        r = _describes(f, 2);
        _equal(r.assumptions.length, 5, "assumptions");
    }

    function test_openDeal_needsNoMoreTimeToOpen() external {
        TokenOrder memory o = _token();
        Offer memory f = _offer(o);
        _open(f, o);
        vm.warp(o.deliverBy);
        _describes(f, 2);
        vm.warp(o.deliverBy + 1);
        _refuses(f, abi.encodeWithSelector(IErrors.Expired.selector, o.deliverBy));
    }

    function test_permit2_isTheSolversToFindOut() external {
        _installPermit2();
        SwapOrder memory o = _swap();
        o.nonce = 1 << 255 | 5;
        Offer memory f = _offer(o);
        f.userSig = "for Permit2";
        (bool ok, bytes memory why) = address(resolver).staticcall(abi.encodeCall(IResolver.describe, (f)));
        vm.assertTrue(ok || bytes4(why) == IErrors.GuardedByPermit2.selector, "asked for another signature");
    }

    /* WHAT CANNOT */

    function test_kinds() external {
        Offer memory f = _offer(_swap());
        uint8[6] memory kinds = [4, 7, LEASE, JOB, 18, 255];
        for (uint256 i; i < kinds.length; ++i) {
            f.kind = kinds[i];
            _refuses(f, abi.encodeWithSelector(IErrors.BadKind.selector, kinds[i]));
        }
    }

    function test_taken() external {
        SwapOrder memory o = _swap();
        Offer memory f = _awardedOffer(o);
        vm.prank(user);
        settlement.cancel(FILL_IN, o, _noOptions());
        _refuses(f, abi.encodeWithSelector(IResolver.Taken.selector, _idOf(FILL_IN, o)));
    }

    function test_taken_dealUnderAnotherAward() external {
        TokenOrder memory o = _token();
        Offer memory f = _offer(o);
        _open(f, o);
        f.award.buy += 1;
        f.auctioneerSig = _signAward(f.award);
        _refuses(f, abi.encodeWithSelector(IResolver.Taken.selector, _idOf(OPEN_IN, o)));
        f.award.buy -= 1;
        f.award.bond += 1;
        f.auctioneerSig = _signAward(f.award);
        _refuses(f, abi.encodeWithSelector(IResolver.Taken.selector, _idOf(OPEN_IN, o)));
    }

    function test_taken_cancelledDeal() external {
        TokenOrder memory o = _token();
        vm.prank(user);
        escrow.cancelOpen(OPEN_IN, o);
        _refuses(_offer(o), abi.encodeWithSelector(IResolver.Taken.selector, _idOf(OPEN_IN, o)));
    }

    function test_expired() external {
        SwapOrder memory o = _swap();
        Offer memory f = _offer(o);
        vm.warp(o.fillBy);
        _describes(f, 1);
        vm.warp(o.fillBy + 1);
        _refuses(f, abi.encodeWithSelector(IErrors.Expired.selector, o.fillBy));
        vm.warp(NOW);
        f = _awardedOffer(o);
        vm.warp(f.award.fillBy + 1);
        _refuses(f, abi.encodeWithSelector(IErrors.Expired.selector, f.award.fillBy));
    }

    function test_native_cannotBeSaid() external {
        SwapOrder memory o = _swap();
        o.buyToken = NATIVE;
        _refuses(_offer(o), abi.encodeWithSelector(IResolver.Unsayable.selector, NATIVE));
        TokenOrder memory far = _token();
        far.buyToken = NATIVE;
        _refuses(_offer(far), abi.encodeWithSelector(IResolver.Unsayable.selector, NATIVE));
        far = _token();
        far.sellToken = NATIVE;
        _refuses(_offer(far), abi.encodeWithSelector(IResolver.Unsayable.selector, NATIVE));
    }

    function _race(TokenOrder memory o) private returns (Offer memory f) {
        f = _offer(o);
        delete f.award;
        f.auctioneerSig = "";
        f.solver = solver;
    }

    function test_race() external {
        TokenOrder memory o = _token();
        Offer memory f = _race(o);
        IERC7683Resolver.ResolvedOrder memory r = _describes(f, 3);
        _equal(r.assumptions.length, 5, "assumptions: anyone may open");
        ResolvedCrossChainOrder memory old = resolver.summarise(f);
        vm.assertEq(old.minReceived[0].recipient, _word(solver), "who would be paid");
        Drop memory d = abi.decode(old.fillInstructions[0].originData, (Drop));
        _equal(d.amount, o.buy, "all of it");

        vm.warp(o.exclusiveUntil + 1);
        vm.prank(stranger);
        escrow.openUnawardedOnBehalf(f.kind, o, f.userSig);
        r = _describes(f, 2);
        f.solver = stranger; // anyone may still win
        _describes(f, 2);
    }

    function test_race_isNotTheDealOfAnAward() external {
        TokenOrder memory o = _token();
        Offer memory f = _offer(o);
        Offer memory race = _race(o);
        _open(f, o);
        _refuses(race, abi.encodeWithSelector(IResolver.Taken.selector, _idOf(OPEN_IN, o)));
    }

    function test_race_needsASolver() external {
        Offer memory f = _race(_token());
        f.solver = address(0);
        _refuses(f, abi.encodeWithSelector(IResolver.NoSolver.selector));
    }

    /// @custom:runs 1000
    function testFuzz_userSignature(uint256 bit) external {
        Offer memory f = _offer(_swap());
        bit %= 8 * f.userSig.length;
        f.userSig[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _refuses(f, abi.encodeWithSelector(IErrors.BadSignature.selector, user));
        f = _offer(_token());
        f.userSig = "";
        _refuses(f, abi.encodeWithSelector(IErrors.BadSignature.selector, user));
    }

    /// @custom:runs 1000
    function testFuzz_award_isSigned(uint256 leaf) external {
        Offer memory f = _awardedOffer(_swap());
        leaf %= 4;
        if (leaf == 0) f.award.buy += 1;
        if (leaf == 1) f.award.solver = stranger;
        if (leaf == 2) f.award.cutAt -= 1;
        if (leaf == 3) f.award.bond += 1;
        _refuses(f, abi.encodeWithSelector(IErrors.BadSignature.selector, auctioneer));
    }

    function test_award_ofAnotherOrder() external {
        Offer memory f = _awardedOffer(_swap());
        f.award.order = keccak256("another");
        f.auctioneerSig = _signAward(f.award);
        _refuses(f, abi.encodeWithSelector(IErrors.WrongAward.selector, f.award.order));
    }

    function test_award_thatLastsIntoTheOpenWindow() external {
        SwapOrder memory o = _swap();
        Offer memory f = _awardedOffer(o);
        f.award.fillBy = o.exclusiveUntil;
        f.auctioneerSig = _signAward(f.award);
        _refuses(f, abi.encodeWithSelector(IErrors.AwardTooLong.selector, o.exclusiveUntil));
    }

    function test_award_belowTheLimit() external {
        SwapOrder memory o = _swap();
        Offer memory f = _awardedOffer(o);
        f.award.buy = o.buy - 1;
        f.auctioneerSig = _signAward(f.award);
        _refuses(f, abi.encodeWithSelector(IErrors.LimitNotMet.selector, o.buy));
    }

    /* THE OLD STRUCTS */

    function _old(Offer memory f, address settler, uint256 nonce, uint256 openBy, uint256 fillBy)
        private
        view
        returns (GaslessCrossChainOrder memory)
    {
        return GaslessCrossChainOrder(
            settler, user, nonce, block.chainid, uint32(openBy), uint32(fillBy), resolver.offerType(), abi.encode(f)
        );
    }

    function test_old_fill() external {
        SwapOrder memory o = _swap();
        Offer memory f = _offer(o);
        ResolvedCrossChainOrder memory r = resolver.resolveFor(_old(f, address(settlement), o.nonce, o.fillBy, o.fillBy), "");
        vm.assertEq(r.user, user, "user");
        vm.assertEq(r.orderId, _idOf(FILL_IN, o), "id");
        _equal(r.originChainId, block.chainid, "origin");
        _equal(r.openDeadline, o.fillBy, "open");
        _equal(r.fillDeadline, o.fillBy, "fill");
        _equal(r.maxSpent.length, 1, "spent");
        vm.assertEq(r.maxSpent[0].token, _word(address(weth)), "spent token");
        _equal(r.maxSpent[0].amount, o.buy, "spent");
        vm.assertEq(r.maxSpent[0].recipient, _word(recipient), "recipient");
        _equal(r.maxSpent[0].chainId, block.chainid, "spent on");
        _equal(r.minReceived.length, 1, "received");
        vm.assertEq(r.minReceived[0].token, _word(address(usdc)), "received token");
        _equal(r.minReceived[0].amount, o.sell, "received");
        vm.assertEq(r.minReceived[0].recipient, 0, "whoever fills");
        _equal(r.fillInstructions.length, 1, "instructions");
        vm.assertEq(r.fillInstructions[0].destinationSettler, _word(address(settlement)), "settler");
        vm.assertEq(keccak256(r.fillInstructions[0].originData), keccak256(f.order), "data");
        _same(r, resolver.resolve(OnchainCrossChainOrder(uint32(o.fillBy), resolver.offerType(), abi.encode(f))));
        _same(r, resolver.summarise(f));
    }

    function test_old_deal() external {
        TokenOrder memory o = _token();
        Offer memory f = _offer(o);
        ResolvedCrossChainOrder memory r = resolver.resolveFor(_old(f, address(escrow), o.nonce, o.openBy, o.deliverBy), "");
        vm.assertEq(r.orderId, _idOf(OPEN_IN, o), "id");
        _equal(r.openDeadline, o.openBy, "open");
        _equal(r.fillDeadline, o.deliverBy, "fill");
        _equal(r.maxSpent[0].amount, o.buy + 1, "as awarded");
        _equal(r.maxSpent[0].chainId, FAR, "spent on");
        vm.assertEq(r.minReceived[0].recipient, _word(solver), "the award's solver");
        _equal(r.minReceived[0].chainId, block.chainid, "received on");
        _equal(r.fillInstructions[0].destinationChainId, FAR, "destination");
        vm.assertEq(r.fillInstructions[0].destinationSettler, _word(address(delivery)), "settler");
        Drop memory d = abi.decode(r.fillInstructions[0].originData, (Drop));
        vm.assertEq(delivery.keyOf(d), _keyOf(_idOf(OPEN_IN, o), _dealAs(o, f.award)), "the record that is paid for");
        _equal(d.amount, o.buy + 1, "amount");
    }

    function _dealAs(TokenOrder memory o, Award memory a) private pure returns (Deal memory d) {
        (d,) = _dealOf(o, OPEN_IN, a);
    }

    function test_old_deadlineAfter2106() external {
        SwapOrder memory o = _swap();
        o.fillBy = type(uint40).max;
        ResolvedCrossChainOrder memory r = resolver.summarise(_offer(o));
        _equal(r.fillDeadline, type(uint32).max, "fill");
        _equal(r.openDeadline, type(uint32).max, "open");
    }

    function test_old_everyMemberIsChecked() external {
        SwapOrder memory o = _swap();
        GaslessCrossChainOrder memory good = _old(_offer(o), address(settlement), o.nonce, o.fillBy, o.fillBy);
        for (uint256 i; i < 7; ++i) {
            GaslessCrossChainOrder memory bad = abi.decode(abi.encode(good), (GaslessCrossChainOrder));
            if (i == 0) bad.originSettler = address(escrow);
            if (i == 1) bad.user = stranger;
            if (i == 2) bad.nonce += 1;
            if (i == 3) bad.originChainId += 1;
            if (i == 4) bad.openDeadline += 1;
            if (i == 5) bad.fillDeadline += 1;
            if (i == 6) bad.orderDataType = 0;
            _fails(IResolver.WrongMember.selector, i);
            resolver.resolveFor(bad, "");
        }
        resolver.resolveFor(good, "anything");
        OnchainCrossChainOrder memory own = OnchainCrossChainOrder(good.fillDeadline + 1, good.orderDataType, good.orderData);
        _fails(IResolver.WrongMember.selector, uint256(0));
        resolver.resolve(own);
        own.fillDeadline -= 1;
        own.orderDataType = 0;
        _fails(IResolver.WrongMember.selector, uint256(1));
        resolver.resolve(own);
    }

    function test_old_settlerOfADeal() external {
        TokenOrder memory o = _token();
        GaslessCrossChainOrder memory old = _old(_offer(o), address(settlement), o.nonce, o.openBy, o.deliverBy);
        _fails(IResolver.WrongMember.selector, uint256(0));
        resolver.resolveFor(old, "");
    }

    function _same(ResolvedCrossChainOrder memory a, ResolvedCrossChainOrder memory b) private pure {
        vm.assertEq(keccak256(abi.encode(a)), keccak256(abi.encode(b)), "another answer");
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
