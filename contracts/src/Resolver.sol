// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Drop, IDelivery} from "./interfaces/IDelivery.sol";
import {
    FillInstruction,
    GaslessCrossChainOrder,
    IERC7683Resolver,
    OnchainCrossChainOrder,
    Output,
    ResolvedCrossChainOrder
} from "./interfaces/IERC7683.sol";
import {IErrors} from "./interfaces/IErrors.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IResolver, Offer} from "./interfaces/IResolver.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {ISettles} from "./interfaces/ISettles.sol";
import {
    Award,
    Awarded,
    Cold,
    Deal,
    FILL_OUT,
    Facts,
    NATIVE,
    OPEN_IN,
    OPEN_OUT,
    Options,
    Reply,
    SwapOrder,
    TokenOrder,
    WITH_OPTIONS
} from "./interfaces/Types.sol";
import {Amounts} from "./libraries/Amounts.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Instructions} from "./libraries/Instructions.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {States} from "./libraries/States.sol";

/// @title Resolver
contract Resolver is IResolver {
    using Instructions for Instructions.Call;
    using Instructions for IERC7683Resolver.ResolvedOrder;

    /// @dev A claim's gas cannot be simulated before the delivery. Evidence of any kind, and a payment that must not fail.
    uint256 private constant CLAIM_GAS = 1_500_000;
    /// @dev Where the nonce lies in an encoded SwapOrder, which `Options` may follow.
    uint256 private constant SWAP_NONCE = 10 * 32;
    /// @dev What the escrow's slot of a closed deal holds.
    bytes32 private constant CLOSED = bytes32(uint256(1));

    /// @dev Names the payload in the old structs.
    bytes32 private constant OFFER = keccak256(
        "Offer(uint8 kind,bytes order,bytes userSig,Award award,bytes auctioneerSig,address solver)"
        "Award(bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy,bytes32 after)"
    );

    ISettlement public immutable settlement;
    IEscrow public immutable escrow;
    /// @dev At one address on every chain.
    address public immutable delivery;

    constructor(ISettlement settlement_, IEscrow escrow_, address delivery_) {
        (settlement, escrow, delivery) = (settlement_, escrow_, delivery_);
    }

    /// @inheritdoc IERC7683Resolver
    function resolve(bytes calldata payload) external view returns (ResolvedOrder memory) {
        return this.describe(abi.decode(payload, (Offer)));
    }

    /// @inheritdoc IResolver
    function describe(Offer calldata f) external view returns (ResolvedOrder memory r) {
        Terms memory t = _termsOf(f);
        if (t.destination == 0) _describeFill(f, t, r);
        else _describeDeal(f, t, r);
    }

    /* THE OLD STRUCTS */

    /// @inheritdoc IResolver
    function resolve(OnchainCrossChainOrder calldata order) external view returns (ResolvedCrossChainOrder memory r) {
        require(order.orderDataType == OFFER, WrongMember(1));
        r = this.summarise(abi.decode(order.orderData, (Offer)));
        require(order.fillDeadline == r.fillDeadline, WrongMember(0));
    }

    /// @inheritdoc IResolver
    function resolveFor(GaslessCrossChainOrder calldata order, bytes calldata) external view returns (ResolvedCrossChainOrder memory r) {
        require(order.orderDataType == OFFER, WrongMember(6));
        Offer memory f = abi.decode(order.orderData, (Offer));
        r = this.summarise(f);
        require(order.originSettler == (_isSwap(f.kind) ? address(settlement) : address(escrow)), WrongMember(0));
        require(order.user == r.user, WrongMember(1));
        uint256 nonceAt = _isSwap(f.kind) ? SWAP_NONCE : f.order.length - 32;
        require(order.nonce == uint256(bytes32(Bytes.slice(f.order, nonceAt, nonceAt + 32))), WrongMember(2));
        require(order.originChainId == r.originChainId, WrongMember(3));
        require(order.openDeadline == r.openDeadline, WrongMember(4));
        require(order.fillDeadline == r.fillDeadline, WrongMember(5));
    }

    /// @inheritdoc IResolver
    function summarise(Offer calldata f) external view returns (ResolvedCrossChainOrder memory r) {
        Terms memory t = _termsOf(f);
        bool far = t.destination != 0;
        uint256 destination = far ? t.destination : block.chainid;
        (r.user, r.originChainId, r.orderId) = (t.user, block.chainid, t.id);
        r.openDeadline = _seconds(t.deadline);
        r.fillDeadline = far ? _seconds(t.deliverBy) : r.openDeadline;
        r.maxSpent = new Output[](1);
        r.maxSpent[0] = Output(_word(t.buyToken), t.buy, _word(t.to), destination);
        r.minReceived = new Output[](1);
        r.minReceived[0] = Output(_word(t.sellToken), t.sell - t.fee, _word(t.solver), block.chainid);
        r.fillInstructions = new FillInstruction[](1);
        r.fillInstructions[0] = far
            ? FillInstruction(destination, _word(delivery), abi.encode(_drop(t)))
            : FillInstruction(destination, _word(address(settlement)), f.order);
    }

    /// @inheritdoc IResolver
    function offerType() external pure returns (bytes32) {
        return OFFER;
    }

    /// @dev A time after 2106 shows as the last second that the old structs can say.
    function _seconds(uint256 time) private pure returns (uint32) {
        return time < type(uint32).max ? uint32(time) : type(uint32).max;
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /* ONE CHAIN */

    function _describeFill(Offer calldata f, Terms memory t, ResolvedOrder memory r) private view {
        Instructions.Call memory c = Instructions.to(_here(address(settlement)), ISettlement.fillWith.selector);
        (SwapOrder calldata o, Options calldata x) = Hashes.toSwapOrder(f.kind, f.order);
        Options memory none;
        c.constantArgument(abi.encode("", f.kind));
        c.constantArgument(abi.encode("", o));
        c.constantArgument(f.kind < WITH_OPTIONS ? abi.encode("", none) : abi.encode("", x));
        c.constantArgument(abi.encode("", f.userSig));
        c.constantArgument(abi.encode("", f.award));
        c.constantArgument(abi.encode("", f.auctioneerSig));
        c.constantArgument(abi.encode("", f.award.part));
        c.constantArgument(abi.encode("", "")); // no callback
        c.spends(_here(t.buyToken), t.buy, _here(address(settlement)), _here(t.to));
        c.within(t.first, t.last);
        c.mayAbort("");

        uint256 recipient = r.addRecipient();
        uint256 step = r.add(c);
        r.addPayment(_here(t.sellToken), _here(t.user), t.sell - t.fee, recipient, step);
        r.assume("tender.payee.caller", abi.encode(recipient, step));
        _assumeCaller(f, t, r, step);
        r.assume("tender.plain", abi.encode(_here(t.sellToken)));
    }

    /* ACROSS CHAINS */

    function _describeDeal(Offer calldata f, Terms memory t, ResolvedOrder memory r) private view {
        uint256 recipient = r.addRecipient();
        uint256 delivered = _addOpening(f, t, r);
        bytes4 entry = t.awarded ? IDelivery.deliver.selector : IDelivery.race.selector;
        Instructions.Call memory c = Instructions.to(_far(t, delivery), entry);
        c.constantArgument(abi.encode("", _drop(t)));
        c.spends(_far(t, t.buyToken), t.buy, _far(t, delivery), _far(t, t.to));
        c.within(0, t.deliverBy);
        if (delivered != 0) c.needsStep(delivered - 1);
        if (!t.awarded) c.mayAbort(abi.encodeWithSelector(IDelivery.AlreadyWon.selector));
        delivered = r.add(c);
        uint256 claimed = _addClaim(t, r, delivered);

        r.addPayment(_here(t.sellToken), _here(address(escrow)), t.sell, recipient, claimed);
        r.assume("tender.payee", abi.encode(recipient, _here(t.solver)));
        r.assume("tender.verifier", abi.encode(_here(t.verifier), t.destination));
        r.assume("tender.plain", abi.encode(_far(t, t.buyToken)));
        r.assume("tender.plain", abi.encode(_here(t.sellToken)));
        r.assume("tender.again", abi.encode(claimed));
    }

    function _drop(Terms memory t) private pure returns (Drop memory) {
        return Drop(t.id, 0, t.buyToken, t.to, t.deliverBy, t.solver, t.buy);
    }

    /// @dev None if the deal is open as offered. Returns the number of steps so far.
    function _addOpening(Offer calldata f, Terms memory t, ResolvedOrder memory r) private view returns (uint256) {
        if (t.open) return 0;
        Instructions.Call memory c = Instructions.to(_here(address(escrow)), IEscrow.openFor.selector);
        c.constantArgument(abi.encode("", f.kind));
        c.constantArgument(abi.encode("", Hashes.toTokenOrder(f.order)));
        c.constantArgument(abi.encode("", f.userSig));
        c.constantArgument(abi.encode("", Awarded(f.award, f.auctioneerSig, Reply(0, false), "")));
        c.within(t.first, t.last);
        c.mayAbort("");
        _assumeCaller(f, t, r, r.add(c));
        return 1;
    }

    function _addClaim(Terms memory t, ResolvedOrder memory r, uint256 delivered) private view returns (uint256) {
        uint256 block_ = r.addBlockOf(delivered);
        bytes32 where = States.where(t.buyToken, t.to, t.deliverBy);
        bytes32 key = t.awarded ? States.recordKey(t.id, 0, where, t.solver) : States.raceKey(t.id, 0, where, t.buy);
        uint256 deal = r.addWitness("tender.deal", abi.encode(_here(address(escrow)), t.id), block_);
        uint256 evidence =
            r.addWitness("tender.record", abi.encode(_here(t.verifier), t.destination, _far(t, delivery), key), block_);
        Instructions.Call memory c = Instructions.to(_here(address(escrow)), IEscrow.claim.selector);
        c.constantArgument(abi.encode("", t.id));
        c.variableArgument(deal);
        c.variableArgument(evidence);
        c.within(0, t.closeAfter);
        c.needsGas(CLAIM_GAS);
        c.mayBeDone(abi.encodeWithSelector(IEscrow.WrongDeal.selector, CLOSED));
        return r.add(c);
    }

    /// @dev An award is executed by its solver only.
    function _assumeCaller(Offer calldata f, Terms memory t, ResolvedOrder memory r, uint256 step) private view {
        if (t.awarded) r.assume("tender.caller", abi.encode(step, _here(f.award.solver)));
    }

    /* WHAT AN OFFER SAYS */

    /// @dev Of an order of any kind, all that instructions need.
    struct Terms {
        bytes32 id;
        address user;
        address sellToken;
        uint128 sell; // as awarded, or the limit of this second
        uint128 fee; // the partner's, out of `sell`
        address buyToken;
        uint128 buy;
        address to;
        address solver; // who is paid; 0: the caller
        uint256 destination; // 0: this chain, in one transaction
        uint40 deliverBy;
        uint40 closeAfter;
        address verifier;
        uint256 nonce;
        uint256 deadline; // of the order itself
        uint256 first; // the first step is possible from here ...
        uint256 last; // ... to here
        bool awarded;
        bool open;
    }

    function _termsOf(Offer calldata f) private view returns (Terms memory t) {
        t.awarded = f.award.solver != address(0);
        (t.sell, t.buy, t.solver) = (f.award.sell, f.award.buy, f.award.solver);
        if (_isSwap(f.kind)) _readSwap(f, t);
        else if (f.kind == OPEN_IN || f.kind == OPEN_OUT) _readDeal(f, t);
        else revert IErrors.BadKind(f.kind);
        require(block.timestamp <= t.last, IErrors.Expired(t.last));
        require(t.sellToken != NATIVE, Unsayable(t.sellToken));
        require(t.buyToken != NATIVE, Unsayable(t.buyToken));
    }

    function _isSwap(uint8 kind) private pure returns (bool) {
        return kind & ~WITH_OPTIONS <= FILL_OUT;
    }

    function _readSwap(Offer calldata f, Terms memory t) private view {
        (SwapOrder calldata o, Options calldata x) = Hashes.toSwapOrder(f.kind, f.order);
        uint128 part = f.award.part;
        if (f.kind < WITH_OPTIONS) {
            if (!t.awarded) (t.sell, t.buy) = (o.sell, o.buy);
        } else {
            if (!t.awarded) part = _quote(f, t, o, x);
            t.fee = uint128(Amounts.fee(t.sell, x.feeBps));
        }
        Facts memory facts = settlement.inspect(f.kind, f.order, part, t.sell, t.buy, uint40(block.timestamp));
        require(facts.fresh, Taken(facts.id));
        (t.id, t.user, t.sellToken, t.buyToken, t.to, t.nonce) = (facts.id, o.user, o.sellToken, o.buyToken, o.to, o.nonce);
        _setHours(f, t, settlement, facts);
        _checkUser(f, t);
    }

    /// @dev What a fill without award moves now; later it is at least as good for the solver. Returns the part as `inspect` counts it.
    function _quote(Offer calldata f, Terms memory t, SwapOrder calldata o, Options calldata x) private view returns (uint128) {
        bytes32 id;
        (id, t.sell, t.buy,) = settlement.quote(f.kind, o, x, f.award.part);
        return x.smallestPart == 0 ? f.award.part : uint128(settlement.progress(id));
    }

    function _readDeal(Offer calldata f, Terms memory t) private view {
        TokenOrder calldata o = Hashes.toTokenOrder(f.order);
        if (!t.awarded) (t.sell, t.buy, t.solver) = (o.sell, o.buy, f.solver);
        require(t.solver != address(0), NoSolver());
        Facts memory facts = escrow.inspect(f.kind, f.order, 0, t.sell, t.buy, uint40(block.timestamp));
        (t.id, t.user, t.sellToken, t.buyToken, t.to, t.nonce) = (facts.id, o.user, o.sellToken, o.buyToken, o.to, o.nonce);
        (t.destination, t.deliverBy, t.closeAfter, t.verifier) = (o.chainId, o.deliverBy, o.closeAfter, o.verifier);
        bytes32 stored = escrow.deals(t.id);
        t.open = stored != 0;
        require(!t.open || stored == _commitment(f, t, o), Taken(t.id));
        _setHours(f, t, escrow, facts);
        if (t.open) (t.first, t.last) = (0, o.deliverBy);
        else _checkUser(f, t);
    }

    /// @dev What the slot of the deal holds from its opening to its first payment.
    function _commitment(Offer calldata f, Terms memory t, TokenOrder calldata o) private pure returns (bytes32) {
        Deal memory d;
        (d.sellToken, d.verifier, d.chain, d.num, d.den) = (o.sellToken, o.verifier, o.chainId, t.sell, t.buy);
        if (t.awarded) d.solver = t.solver; // a race names nobody
        d.where = States.where(o.buyToken, o.to, o.deliverBy);
        d.cold = States.cold(Cold(o.user, t.buy, o.closeAfter, o.auctioneer, f.award.bond, 0));
        return States.firstCommitment(d);
    }

    function _setHours(Offer calldata f, Terms memory t, ISettles settles, Facts memory facts) private view {
        t.deadline = t.last = facts.deadline;
        if (!t.awarded) {
            if (facts.auctioneer != address(0)) t.first = uint256(facts.exclusiveUntil) + 1;
            return;
        }
        Award calldata a = f.award;
        Rules.checkAward(a, facts.id, t.destination == 0 ? a.part : 0, facts.exclusiveUntil, settles.missGrace());
        Signatures.requireKey(facts.auctioneer, Hashes.digest(facts.separator, Hashes.award(a)), f.auctioneerSig);
        t.first = Rules.begin(a);
        if (a.fillBy < t.last) t.last = a.fillBy;
    }

    /// @dev What Permit2 guards is signed for Permit2, which alone can tell.
    function _checkUser(Offer calldata f, Terms memory t) private view {
        if (t.nonce >> 255 == 0) Signatures.requireUser(t.user, t.id, f.userSig);
    }

    /* ADDRESSES */

    function _here(address account) private view returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(block.chainid, account);
    }

    function _far(Terms memory t, address account) private pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(t.destination, account);
    }
}
