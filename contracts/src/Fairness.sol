// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBonds} from "./interfaces/IBonds.sol";
import {IFairness, OrderRef, ReceiptedBid, SignedAward} from "./interfaces/IFairness.sol";
import {ISettles} from "./interfaces/ISettles.sol";
import {Award, Bid, Facts, FILL_IN, OPEN_IN, Reply, WITH_OPTIONS} from "./interfaces/Types.sol";
import {AwardProof} from "./libraries/AwardProof.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Fairness
contract Fairness is IFairness, Credits {
    struct Challenge {
        address challenger;
        uint96 bond; // of the bid
        address auctioneer;
        uint40 answerBy;
        uint40 receivedAt;
        State state;
        address user;
        uint40 exclusiveUntil;
        bytes32 place;
    }

    /// @inheritdoc IFairness
    uint40 public constant FAIR_WINDOW = 24 hours;
    /// @inheritdoc IFairness
    uint40 public constant ANSWER = 24 hours;
    /// @dev A challenge stakes the bid's bond divided by this, an unfair award costs the bid's bond times that.
    uint256 private constant STAKE = 10;
    uint256 private constant PENALTY = 2;

    /* IMMUTABLES */

    /// @inheritdoc IFairness
    address public immutable bonds;
    address private immutable TOKEN;
    address private immutable SETTLEMENT;
    address private immutable ESCROW;
    uint40 private immutable AWARD_MIN;
    uint40 private immutable MISS_GRACE;

    /* STORAGE */

    /// @inheritdoc IFairness
    mapping(bytes32 id => Challenge) public challenges;
    /// @inheritdoc IFairness
    mapping(bytes32 orderPart => uint256) public penalised;

    /// @param bonds_ The Bonds of this deployment, which must know this contract by its precomputed address.
    constructor(address bonds_) {
        IBonds b = IBonds(bonds_);
        require(b.fairness() == address(this), Only(bonds_));
        bonds = bonds_;
        (TOKEN, SETTLEMENT, ESCROW) = (b.token(), b.settlement(), b.escrow());
        (AWARD_MIN, MISS_GRACE) = (b.awardMin(), b.missGrace());
    }

    /* CHALLENGE */

    /// @inheritdoc IFairness
    function challenge(OrderRef calldata o, SignedAward calldata a, ReceiptedBid calldata b) external locked returns (bytes32 id) {
        Bid calldata bid = b.bid;
        Facts memory f = _inspect(o, a.award, bid.part, bid.sell, bid.buy);
        require(bid.order == f.id, WrongBid(bid.order));
        require(bid.bond != 0, NoBond());
        bytes32 award = _checkAward(a, f, bid.part);
        bytes32 bidDigest = _checkReceipted(b, f);
        _checkEligible(a.award, b);
        _checkBetter(o.kind, a.award, bid);

        id = _idOf(bid, bidDigest, award);
        _openChallenge(id, f, b);
        uint256 stake = _stake(bid.bond);
        emit Challenged(f.id, id, f.auctioneer, msg.sender, award, bidDigest, stake, block.timestamp + ANSWER);
        _take(stake);
    }

    /// @dev Lets through what the award itself could still have been executed with: MAX_DEAL is counted from its end.
    function _inspect(OrderRef calldata o, Award calldata a, uint128 part, uint128 sell, uint128 buy)
        private
        view
        returns (Facts memory)
    {
        _requireKnown(o.settler);
        return ISettles(o.settler).inspect(o.kind, o.order, part, sell, buy, a.fillBy);
    }

    function _requireKnown(address settler) private view {
        require(settler == SETTLEMENT || settler == ESCROW, UnknownSettler(settler));
    }

    /// @dev An award that could be executed. Others took nothing from anybody.
    function _checkAward(SignedAward calldata a, Facts memory f, uint128 part) private view returns (bytes32) {
        Rules.checkAward(a.award, f.id, part, f.exclusiveUntil, MISS_GRACE);
        return AwardProof.check(a.award, a.proof, f.separator, f.auctioneer);
    }

    function _checkReceipted(ReceiptedBid calldata b, Facts memory f) private view returns (bytes32 bid) {
        bid = Hashes.digest(f.separator, Hashes.bid(b.bid));
        require(b.receipt.order == f.id && b.receipt.part == b.bid.part && b.receipt.bid == bid, WrongReceipt(b.receipt.bid));
        Signatures.requireSolver(bonds, b.bid.solver, bid, b.bidSig);
        Signatures.requireKey(f.auctioneer, Hashes.digest(f.separator, Hashes.bidReceipt(b.receipt)), b.receiptSig);
    }

    /// @dev A long `fillBy` must not disqualify a bid, hence the lesser of two times.
    function _checkEligible(Award calldata a, ReceiptedBid calldata b) private view {
        require(block.timestamp <= uint256(a.fillBy) + FAIR_WINDOW, Expired(uint256(a.fillBy) + FAIR_WINDOW));
        require(b.receipt.receivedAt <= a.cutAt, TooLate(b.receipt.receivedAt));
        uint256 least = uint256(a.cutAt) + AWARD_MIN;
        require(b.bid.validUntil >= a.fillBy || b.bid.validUntil >= least, BidExpired(b.bid.validUntil));
    }

    function _checkBetter(uint8 kind, Award calldata a, Bid calldata b) private pure {
        bool exactSell = kind == FILL_IN || kind == OPEN_IN || kind == FILL_IN + WITH_OPTIONS;
        require(exactSell ? b.sell >= a.sell : b.buy >= a.buy, NotBetter());
        require(uint256(b.buy) * a.sell > uint256(a.buy) * b.sell, NotBetter());
    }

    function _openChallenge(bytes32 id, Facts memory f, ReceiptedBid calldata b) private {
        Challenge storage c = challenges[id];
        require(c.state == State.None, WrongState(c.state));
        (c.challenger, c.bond, c.auctioneer, c.user) = (msg.sender, b.bid.bond, f.auctioneer, f.user);
        (c.answerBy, c.receivedAt, c.exclusiveUntil) = (uint40(block.timestamp) + ANSWER, b.receipt.receivedAt, f.exclusiveUntil);
        (c.place, c.state) = (_placeOf(b.bid.order, b.bid.part), State.Open);
    }

    function _take(uint256 amount) private {
        uint256 before = Calls.balanceOf(TOKEN, address(this));
        Calls.pull(TOKEN, msg.sender, address(this), amount);
        uint256 arrived = Calls.balanceOf(TOKEN, address(this)) - before;
        require(arrived == amount, ShortDeposit(amount, arrived));
    }

    /* ANSWER */

    /// @inheritdoc IFairness
    function answer(
        address settler,
        Award calldata challenged,
        Bid calldata bid,
        SignedAward[] calldata chain,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        _requireKnown(settler);
        bytes32 separator = ISettles(settler).domainSeparator();
        bytes32 id =
            _idOf(bid, Hashes.digest(separator, Hashes.bid(bid)), Hashes.digest(separator, Hashes.award(challenged)));
        Challenge storage c = challenges[id];
        require(c.state == State.Open, WrongState(c.state));
        require(block.timestamp <= c.answerBy, Expired(c.answerBy));
        (bytes32 offer, uint40 next) = _follow(chain, challenged, separator, c.auctioneer);
        Award calldata a = chain[chain.length - 1].award;
        _checkOffer(a, offer, bid, c);
        if (replySig.length == 0) _checkSilence(a, next);
        else _checkDeclined(bid.solver, Hashes.digest(separator, Hashes.reply(offer, r)), r, replySig);

        c.state = State.Answered;
        emit Answered(id, offer);
        _push(TOKEN, c.auctioneer, _stake(c.bond));
    }

    /// @dev Back from the challenged award to the last one of `chain`.
    /// @return offer Its digest.
    /// @return next When the award after it began.
    function _follow(SignedAward[] calldata chain, Award calldata challenged, bytes32 separator, address auctioneer)
        private
        pure
        returns (bytes32 offer, uint40 next)
    {
        require(chain.length != 0, BrokenChain(0));
        bytes32 previous = challenged.previous;
        next = challenged.notBefore;
        for (uint256 i; i < chain.length; ++i) {
            if (i != 0) next = chain[i - 1].award.notBefore;
            offer = AwardProof.check(chain[i].award, chain[i].proof, separator, auctioneer);
            require(offer == previous, BrokenChain(i));
            previous = chain[i].award.previous;
        }
    }

    function _checkOffer(Award calldata a, bytes32 offer, Bid calldata b, Challenge storage c) private view {
        bool same = a.solver == b.solver && a.sell == b.sell && a.buy == b.buy && a.bond == b.bond;
        require(same, NotTheBid(offer));
        Rules.checkAward(a, b.order, b.part, c.exclusiveUntil, MISS_GRACE);
        require(a.cutAt >= c.receivedAt, OfferTooEarly(c.receivedAt));
    }

    function _checkSilence(Award calldata a, uint40 next) private view {
        require(a.fillBy >= uint256(Rules.begin(a)) + AWARD_MIN, AwardTooShort(AWARD_MIN));
        require(next >= a.fillBy, OfferCutShort(a.fillBy));
    }

    function _checkDeclined(address solver, bytes32 digest, Reply calldata r, bytes calldata replySig) private view {
        require(!r.accepted, NotDeclined());
        Signatures.requireSolver(bonds, solver, digest, replySig);
    }

    /* JUDGE */

    /// @inheritdoc IFairness
    function judge(bytes32 id) external locked {
        Challenge storage c = challenges[id];
        require(c.state == State.Open, WrongState(c.state));
        require(block.timestamp > c.answerBy, NotYet(c.answerBy));

        c.state = State.Judged;
        uint256 taken = _penalise(c.place, c.auctioneer, PENALTY * c.bond, c.user, c.challenger);
        emit Judged(id, taken);
        _push(TOKEN, c.challenger, _stake(c.bond));
    }

    /// @inheritdoc IFairness
    function slashEquivocation(OrderRef calldata o, SignedAward calldata a, SignedAward calldata b) external locked {
        (Award calldata one, Award calldata other) = (a.award, b.award);
        Facts memory f = _inspect(o, one, one.part, one.sell, one.buy);
        require(one.order == f.id && other.order == f.id, WrongAward(one.order == f.id ? other.order : one.order));
        bytes32 first = AwardProof.check(one, a.proof, f.separator, f.auctioneer);
        bytes32 second = AwardProof.check(other, b.proof, f.separator, f.auctioneer);
        require(first != second && one.part == other.part && one.previous == other.previous, NoEquivocation());
        uint256 penalty = one.bond > other.bond ? one.bond : other.bond;
        require(penalty != 0, NoBond());
        bytes32 place = _placeOf(f.id, one.part);
        require(penalty > penalised[place], AlreadyPenalised(penalised[place]));

        uint256 taken = _penalise(place, f.auctioneer, penalty, f.user, msg.sender);
        emit Equivocated(f.id, f.auctioneer, first, second, taken);
    }

    /// @dev Takes what `penalty` is above all earlier ones of this place, if anything.
    function _penalise(bytes32 place, address auctioneer, uint256 penalty, address user, address challenger) private returns (uint256) {
        uint256 before = penalised[place];
        if (penalty <= before) return 0;
        penalised[place] = penalty;
        return IBonds(bonds).slashAuctioneer(auctioneer, penalty - before, user, challenger);
    }

    function _idOf(Bid calldata bid, bytes32 bidDigest, bytes32 award) private pure returns (bytes32) {
        return keccak256(abi.encode(bid.order, bid.part, bidDigest, award));
    }

    function _placeOf(bytes32 order, uint128 part) private pure returns (bytes32) {
        return keccak256(abi.encode(order, part));
    }

    function _stake(uint96 bond) private pure returns (uint256) {
        return (uint256(bond) + STAKE - 1) / STAKE;
    }
}
