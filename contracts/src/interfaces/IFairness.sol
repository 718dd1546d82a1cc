// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {Award, Bid, BidReceipt, Reply} from "./Types.sol";

/// @dev An order as Bonds and Fairness take it: the contract that executes it, and what `ISettles.inspect` takes.
struct OrderRef {
    address settler;
    uint8 kind;
    bytes order;
}

/// @dev `proof`: the auctioneer's signature under the award, or abi.encode(BatchEntry), as in `IBonds.slashNoShow`.
struct SignedAward {
    Award award;
    bytes proof;
}

/// @dev A bid that the auctioneer let in, with both signatures.
struct ReceiptedBid {
    Bid bid;
    bytes bidSig;
    BidReceipt receipt;
    bytes receiptSig;
}

/// @title Fairness: what an auctioneer loses, to the user, when it passes over a better bid or awards twice.
/// @notice The auctioneer's own bond, `Bonds.accounts[a][a]`, answers; Bonds knows this contract by its precomputed address. Immutable,
///         no owner, no committee: who is right follows from signatures. Holds the stakes of open challenges and nothing else.
/// @dev **A challenge shows** an award and a better bid with its receipt. Better: `bid.buy × award.sell > award.buy × bid.sell`, and in
///      the exact side at least as large (partial orders). Eligible: the bid meets the order's limits, `receivedAt ≤ cutAt`, and
///      `validUntil ≥ min(fillBy, cutAt + awardMin)`, times of the award. Ties cannot be challenged.
///      **An answer shows** that the bid had its turn: the chain of `after` digests from the challenged award back to an award to that
///      very bid, cut no sooner than the bid was received, and either its solver's `Reply(accepted = false)`, or that it left awardMin
///      seconds, and that the next award of the chain began no sooner than it ended. So "I offered it and the best bidder was silent" costs
///      awardMin of the order's window each time, true or not. A `Reply` that names another authorisation than was sent is silence here.
///      **Penalty** 2 × `bid.bond`; two awards of one place: the larger of their bonds. For one (order, part) no more is taken in
///      total than the largest single penalty: a small slash of oneself shields from no other.
///      **What an auctioneer must heed**: every receipted bid stands until it expires, whatever its solver does afterwards; `cutAt` is
///      the time of this award's own ranking; an `Awards` signature is the first award of each of its orders (`after` 0).
///      **What its bond covers**: awards whose `fillBy` is at least two days before a pending exit can be paid.
interface IFairness is IErrors, ICredits {
    enum State {
        None,
        Open,
        Answered,
        Judged
    }

    /// @notice A better bid than the award's is claimed. To be answered up to second `answerBy`.
    event Challenged(
        bytes32 indexed order,
        bytes32 indexed challenge,
        address indexed auctioneer,
        address challenger,
        bytes32 award,
        bytes32 bid,
        uint256 stake,
        uint256 answerBy
    );
    /// @notice The bid had its turn: with the award `offer`. The stake is the auctioneer's.
    event Answered(bytes32 indexed challenge, bytes32 offer);
    /// @notice Nobody answered: `taken` left the auctioneer's bond (see `IBonds.Unfair`), the stake went back.
    event Judged(bytes32 indexed challenge, uint256 taken);
    /// @notice Two awards of one place in one chain: `taken` left the auctioneer's bond.
    event Equivocated(bytes32 indexed order, address indexed auctioneer, bytes32 first, bytes32 second, uint256 taken);

    /// @notice The receipt is for another bid, order or part than is shown.
    error WrongReceipt(bytes32 bid);
    /// @notice The bid is for another order or part.
    error WrongBid(bytes32 order);
    /// @notice The bid came at `receivedAt`, after the award was cut.
    error TooLate(uint256 receivedAt);
    /// @notice The bid expired at `validUntil`, before an award to it could be honoured.
    error BidExpired(uint256 validUntil);
    /// @notice The bid gives the user no more per unit than the award, or is smaller.
    error NotBetter();
    /// @notice This challenge is in state `state`.
    error WrongState(State state);
    /// @notice Award `index` of the chain is not the one that the next names as the award before it.
    error BrokenChain(uint256 index);
    /// @notice The chain does not end with an award to the challenged bid.
    error NotTheBid(bytes32 award);
    /// @notice The offer was cut before the bid came, at `receivedAt`.
    error OfferTooEarly(uint256 receivedAt);
    /// @notice The award after the offer began before the offer's end, `fillBy`.
    error OfferCutShort(uint256 fillBy);
    /// @notice The reply shown is an acceptance.
    error NotDeclined();
    /// @notice The two awards are one, or not of the same place (order, part, `after`).
    error NoEquivocation();
    /// @notice For this order and part `penalty` or more was taken before.
    error AlreadyPenalised(uint256 penalty);

    /// @notice Claims that the award passed over a better bid. The caller stakes a tenth of `bid.bond`, rounded up: it comes back
    ///         with a tenth of what is taken, or is the auctioneer's if the challenge is answered. Until FAIR_WINDOW after `fillBy`.
    /// @return id keccak256(abi.encode(order, part, digest of the bid, digest of the award)): once each.
    /// @dev Reverts: UnknownSettler, what `inspect` reverts for the bid's amounts, WrongBid, WrongAward, AwardTooLong, WrongReceipt,
    ///      BadSignature, NoBond, Expired, TooLate, BidExpired, NotBetter, WrongState, TransferFailed, ShortDeposit, Reentered.
    function challenge(OrderRef calldata o, SignedAward calldata a, ReceiptedBid calldata b) external returns (bytes32 id);

    /// @notice Answers a challenge, by anyone, up to `answerBy`. See above.
    /// @param chain From the award before the challenged one back to the award to the bid, each with its proof.
    /// @param replySig The bidder's signature under `r` (a refusal); empty: it was silent.
    /// @dev Reverts: UnknownSettler, WrongState, Expired(answerBy), BrokenChain, BadSignature, WrongAward, NotTheBid, OfferTooEarly,
    ///      AwardTooLong, NotDeclined, AwardTooShort, OfferCutShort, GasTooLow, Reentered.
    function answer(
        address settler,
        Award calldata challenged,
        Bid calldata bid,
        SignedAward[] calldata chain,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice Ends a challenge that nobody answered, by anyone, after `answerBy`. Reverts: WrongState, NotYet, GasTooLow, Reentered.
    function judge(bytes32 id) external;

    /// @notice Shows two different awards with equal order, part and `after`, alone or in batches. No answer is possible. The caller
    ///         is the challenger. The order must be executable with the first one's amounts.
    /// @dev Reverts: UnknownSettler, what `inspect` reverts, WrongAward, NoEquivocation, BadSignature, NoBond, AlreadyPenalised,
    ///      GasTooLow, Reentered.
    function slashEquivocation(OrderRef calldata o, SignedAward calldata a, SignedAward calldata b) external;

    /// @notice A challenge as it stands.
    function challenges(bytes32 id)
        external
        view
        returns (
            address challenger,
            uint96 bond,
            address auctioneer,
            uint40 answerBy,
            uint40 receivedAt,
            State state,
            address user,
            uint40 exclusiveUntil,
            bytes32 place
        );
    /// @notice The largest penalty so far for keccak256(abi.encode(order, part)).
    function penalised(bytes32 orderPart) external view returns (uint256);
    function bonds() external view returns (address);
    /// @notice Seconds after `fillBy` in which an award can be challenged: 24 h.
    function FAIR_WINDOW() external view returns (uint40);
    /// @notice Seconds in which a challenge can be answered: 24 h.
    function ANSWER() external view returns (uint40);
}
