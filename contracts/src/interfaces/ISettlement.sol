// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {Award, Awarded, Cold, Deal, JobOrder, LeaseOrder, SwapOrder, TokenOrder} from "./Types.sol";

/// @title Settlement: takes what an order signed, pays only for what was delivered, gives the rest back.
/// @notice Lives on the origin chain. Users approve it; it makes no call that a caller can choose. No owner, no pause,
///         no upgrade. Times are Unix seconds, `t ≤ limit` is in time everywhere. Amounts are base units.
/// @dev An order's id is its EIP-712 digest under ("Tender", "1", chain id, this contract). A user's authority is an
///      ECDSA signature (65 bytes, or 64 by EIP-2098; low s) or, failing that, ERC-1271 if the user has code.
///      Auctioneers and solvers sign with ECDSA keys only.
interface ISettlement is IErrors, ICredits {
    /// @notice What became of an order. `Done`: its nonce is spent, by a fill or a cancel.
    enum OrderState {
        Fresh,
        Done,
        Open,
        Closed,
        Cancelled
    }

    /// @notice A same-chain order was settled: `sold` left the user, `bought` reached the recipient.
    event Filled(bytes32 indexed order, address indexed solver, uint128 sold, uint128 bought);
    /// @notice Money of an order went into escrow. With the signed order this is all that the `Deal` and its `Cold` hold:
    ///         sellToken, verifier, chain, user, closeAfter, auctioneer, kind, where follow from the order; released,
    ///         delivered, state are 0. `closeAfter` of a lease = startBy + secondsAtMost + 3 × windowSeconds + 1 day.
    event Opened(
        bytes32 indexed order,
        bytes32 indexed dealId,
        address indexed solver,
        uint128 num,
        uint128 den,
        uint128 maxUnits,
        uint96 bond
    );
    /// @notice A deal moved and stays open. All values are the new, cumulative ones of the deal.
    event Advanced(bytes32 indexed dealId, uint128 released, uint128 delivered, uint128 maxUnits, uint256 state);
    /// @notice A deal ended. `released` and `delivered` are final totals, `refunded` is what this call returned to the user,
    ///         `penalty` what the solver's bond owed (Bonds pays min(penalty, what is there)).
    event Closed(bytes32 indexed dealId, uint128 released, uint128 delivered, uint128 refunded, uint96 penalty);
    /// @notice The user withdrew an order that was neither filled nor open. It can never be.
    event Cancelled(bytes32 indexed order);
    /// @notice The user spent nonces of same-chain orders: the bits of `mask` in `word`.
    event NoncesCancelled(address indexed user, uint256 indexed word, uint256 mask);

    /// @notice Until second `until` only an award of the order's auctioneer may take it.
    error Exclusive(uint256 until);
    /// @notice The award names `solver`, who is not the caller and whose acceptance was not shown.
    error NotAwarded(address solver);
    /// @notice The user has already spent this nonce.
    error NonceUsed(uint256 nonce);
    /// @notice The slot of this deal holds `stored`: 0 never opened, 1 closed, 2 cancelled, else another state's commitment.
    error WrongDeal(bytes32 stored);
    /// @notice Escrow for tokens needs an award (race mode is not part of this version), and so does a lease or a job that asks
    ///         for a bond with an auctioneer: that bond backs the auctioneer's awards, and only it may commit it to a deal.
    error AwardRequired();
    /// @notice The evidence adds nothing to what is already delivered, `delivered`.
    error NothingNew(uint256 delivered);
    /// @notice The verifier went outside its bounds.
    error BadStep();

    /// @notice Fills a same-chain order at its signed limit, once no award can: after `exclusiveUntil`, or auctioneer 0.
    ///         Pulls the sell amount from the user to the caller, the buy amount from the caller to `o.to`. A native buy is
    ///         `msg.value`, exactly; a receiver that refuses it gets a credit.
    /// @param kind 0 exact-in, 1 exact-out.
    /// @param userSig The user's signature under the order's digest.
    /// @dev Reverts: BadKind, Expired(fillBy), Exclusive, GuardedByPermit2, BadRecipient, ZeroAmount, SameToken, BadSignature,
    ///      NonceUsed, WrongValue, TransferFailed, GasTooLow, Reentered.
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external payable;

    /// @notice Fills a same-chain order as its award says. Only the award's solver, within [notBefore, fillBy] of the award,
    ///         which must end MISS_GRACE (24 s) before `exclusiveUntil`.
    /// @dev Reverts as `fill`, and: NotAwarded, WrongAward, NotYet(notBefore), Expired(award.fillBy), AwardTooLong,
    ///      LimitNotMet, BadSignature(auctioneer).
    function fillAwarded(uint8 kind, SwapOrder calldata o, bytes calldata userSig, Award calldata a, bytes calldata auctioneerSig)
        external
        payable;

    /// @notice The user's own transaction into escrow: native (`msg.value` = deposit, exactly) or ERC-20. With an award and
    ///         its solver's `Reply(accepted = true)`. The deposit is exact-in `o.sell`, exact-out `award.sell`.
    /// @return dealId The name of the deal: the order's id.
    /// @dev Reverts: Only(user), and as `openFor`.
    function open(uint8 kind, TokenOrder calldata o, Awarded calldata a) external payable returns (bytes32 dealId);

    /// @notice Opens an ERC-20 order with the user's signature. The caller is the award's solver, or shows its acceptance.
    /// @dev Reverts: BadKind, Expired(openBy), GuardedByPermit2, BadRecipient, ZeroAmount, AwardRequired, Exclusive,
    ///      Expired(deliverBy), GapTooShort, DealTooLong(now + 7 days), WrongAward, NotAwarded, NotYet, Expired(award.fillBy),
    ///      AwardTooLong, LimitNotMet, BadSignature, WrongDeal, WrongValue, TransferFailed, ShortDeposit, Reentered.
    function openFor(uint8 kind, TokenOrder calldata o, bytes calldata userSig, Awarded calldata a)
        external
        returns (bytes32 dealId);

    /// @notice Opens a lease: deposits floor(perHour × secondsAtMost / 3600) and locks `noShowPenalty` of the provider's bond
    ///         with the order's auctioneer. With an award as in `openFor`; without one, after the exclusive window (or
    ///         auctioneer 0), the caller is the provider at the signed ceiling; but a penalty with an auctioneer needs its award.
    /// @dev Reverts as `openFor`, and: Expired(startBy), WindowTooShort(600), TotalTooHigh,
    ///      IBonds.BondTooSmall.
    function openLease(LeaseOrder calldata o, bytes calldata userSig, Awarded calldata a) external returns (bytes32 dealId);

    /// @notice Opens a job: deposits floor(perBillionFuel × fuelAtMost / 10⁹) and locks max(bondAtLeast, award.bond).
    /// @dev Reverts as `openLease`, with Expired(resultBy) and GapTooShort (closeAfter − resultBy ≥ gap of this chain).
    function openJob(JobOrder calldata o, bytes calldata userSig, Awarded calldata a) external returns (bytes32 dealId);

    /// @notice Pays a token deal's solver for what Delivery recorded on the destination: floor(num × delivered / den) in
    ///         total. Anyone may call; any number of times. Everything delivered: the deal closes.
    /// @param evidence What `d.verifier.record` takes.
    /// @dev Reverts: WrongDeal, NothingNew, whatever the verifier throws, GasTooLow, Reentered.
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external;

    /// @notice Moves a lease or a job by evidence for its verifier's `step`: pays the difference to the solver, refunds freed
    ///         units to the user, and, if done, refunds the rest, takes the penalty and releases the bond. Anyone may call;
    ///         the verifier decides who may bring which evidence.
    /// @dev Reverts: WrongDeal, BadKind (token deals), BadStep, whatever the verifier throws, GasTooLow, Reentered.
    function advance(bytes32 dealId, Deal calldata d, Cold calldata c, bytes calldata evidence) external;

    /// @notice After `closeAfter`, by anyone: the rest goes back to the user, the bond is released.
    /// @dev Reverts: WrongDeal, NotYet(closeAfter), GasTooLow, Reentered.
    function close(bytes32 dealId, Deal calldata d, Cold calldata c) external;

    /// @notice The user withdraws a same-chain order: spends its nonce. Reverts: Only(user), BadKind, NonceUsed, GuardedByPermit2.
    function cancelFill(uint8 kind, SwapOrder calldata o) external;

    /// @notice The user withdraws an escrow order that never opened. Reverts: Only(user), BadKind, WrongDeal.
    function cancelOpen(uint8 kind, TokenOrder calldata o) external;

    /// @notice As `cancelOpen`, for a lease.
    function cancelLease(LeaseOrder calldata o) external;

    /// @notice As `cancelOpen`, for a job.
    function cancelJob(JobOrder calldata o) external;

    /// @notice The caller spends nonces of its same-chain orders: nonce = word × 256 + bit. Never fails.
    function cancelNonces(uint256 word, uint256 mask) external;

    /// @notice Spent nonces of `user`: one bit each. Only same-chain orders use them; for all others the nonce is salt.
    function nonces(address user, uint256 word) external view returns (uint256 bits);

    /// @notice 0 never opened, 1 closed, 2 cancelled, else the commitment to the deal's present state.
    function deals(bytes32 dealId) external view returns (bytes32);

    /// @notice What became of an order. `user` and `nonce` matter for kinds 0 and 1, `id` for the others.
    function orderState(uint8 kind, bytes32 id, address user, uint256 nonce) external view returns (OrderState);

    /// @notice The commitment that `deals` holds for this state, and the hash that belongs in `Deal.cold`.
    function commitmentOf(Deal calldata d) external pure returns (bytes32);
    function coldOf(Cold calldata c) external pure returns (bytes32);

    /// @notice The Bonds contract of this deployment.
    function bonds() external view returns (address);

    /// @notice EIP-712 domain separator of orders, awards, replies and vouchers; follows a changed chain id.
    function domainSeparator() external view returns (bytes32);
}
