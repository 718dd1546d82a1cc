// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {ISettles} from "./ISettles.sol";
import {
    Award, Awarded, Bargain, Cold, Deal, Group, Item, JobOrder, LeaseOrder, PackedAward, Place, TokenOrder
} from "./Types.sol";

/// @title Escrow: takes what an order signed, pays only for what was delivered, gives the rest back.
/// @notice Lives on the origin chain, for what ends elsewhere or later: tokens on another chain, leases, jobs. Users approve it; it
///         makes no call that a caller can choose. No owner, no pause, no upgrade. Times are Unix seconds, `t ≤ limit` is in time
///         everywhere. Amounts are base units.
interface IEscrow is IErrors, ICredits, ISettles {
    /// @notice What became of an order.
    enum DealState {
        Fresh,
        Open,
        Closed,
        Cancelled
    }

    /// @notice Money of an order went into escrow. With the signed order this is all that the `Deal` and its `Cold` hold:
    ///         sellToken, verifier, chain, user, closeAfter, auctioneer, feeBudget, where follow from the order; released,
    ///         delivered, state are 0. `closeAfter` of a lease = startBy + secondsAtMost + 3 × windowSeconds + 1 day, of a
    ///         job = resultBy + challengeSeconds + verdictSeconds + 1 day; a job's fee budget is its `auditBudget`.
    /// @param solver 0: a race.
    /// @param price num << 128 | den.
    /// @param terms maxUnits << 96 | bond.
    event Opened(bytes32 indexed order, address indexed solver, uint256 price, uint256 terms);
    /// @notice A deal moved and stays open. `progress` = released << 128 | delivered. All values are the new, cumulative ones.
    event Advanced(bytes32 indexed dealId, uint256 progress, uint128 maxUnits, uint256 state);
    /// @notice A deal ended. `progress` = released << 128 | delivered, the final totals; `rest` = refunded << 128 | penalty: what this
    ///         call returned to the user, and what the solver's bond owed (Bonds pays min(penalty, what is there)).
    event Closed(bytes32 indexed dealId, uint256 progress, uint256 rest);
    /// @notice Each of `payees` gets `each` of the sell token out of the deal's fee budget, a job's judges; `Closed` follows.
    ///         Released + refunded + fees = deposited + fee budget.
    event FeesPaid(bytes32 indexed dealId, uint128 each, address[] payees);

    /// @notice A race was decided: `winner` is paid. Comes with `Closed`.
    event RaceWon(bytes32 indexed dealId, address indexed winner);

    /// @notice The slot of this deal holds `stored`: 0 never opened, 1 closed, 2 cancelled, else another state's commitment.
    error WrongDeal(bytes32 stored);
    /// @notice The evidence adds nothing to what is already delivered, `delivered`.
    error NothingNew(uint256 delivered);
    /// @notice The place handed in is not the one that was signed, whose hash is `where`.
    error WrongPlace(bytes32 where);
    /// @notice The verifier went outside its bounds, or does not answer.
    error BadStep();
    /// @notice Leases and jobs are advanced, not claimed.
    error NotTokens();
    /// @notice Deals about tokens are claimed, not advanced.
    error NotWork();

    /* OPENING. Every way in takes exactly the deposit (measured) and writes the deal's slot, once per order. `userSig` is the user's
       consent: its signature under the order (ECDSA, or ERC-1271), or empty if the user is the caller. An award is the order's
       auctioneer's, and holds now; the caller is its solver, or shows that solver's `Reply(accepted = true)`, unless the solver voided
       the award under that reply's authorisation since. The deal's bond is `award.bond`. Without an award, after `exclusiveUntil` or
       where the order names no auctioneer: tokens open as a race, which names no solver (0) and is paid to whoever first delivers all
       of `buy`; in a lease or job the caller is the provider at the signed ceiling. `award.solver == 0` means: no award. */

    /// @notice Tokens, by the user's own transaction: ERC-20, or native with `msg.value` = deposit exactly. The deposit is exact-in
    ///         `o.sell`, exact-out `award.sell`; in a race `o.sell`.
    /// @return id The order's id, which is the deal's name.
    /// @dev Reverts: Only(user), and as `openFor`.
    function open(uint8 kind, TokenOrder calldata o, Awarded calldata a) external payable returns (bytes32 id);

    /// @notice Tokens, by anyone, with the user's signature.
    /// @dev Reverts: BadKind, Exclusive, WrongAward, NotAwarded, NotYet(award.notBefore), Expired(award.fillBy), AwardTooLong,
    ///      BadSignature (auctioneer, solver, user), IBonds.Voided, LimitNotMet, Expired(openBy), Expired(deliverBy),
    ///      DealTooLong(now + 7 days), BadRecipient, ZeroAmount, UnknownChain(0), GuardedByPermit2, GapTooShort and what the verifier
    ///      throws, WrongDeal, Only(user) (native), WrongValue, TransferFailed, ShortDeposit, Reentered.
    function openFor(uint8 kind, TokenOrder calldata o, bytes calldata userSig, Awarded calldata a) external returns (bytes32 id);

    /// @notice `openFor` by the award's solver. Reverts as that.
    function openWithAward(uint8 kind, TokenOrder calldata o, bytes calldata userSig, PackedAward calldata a)
        external
        returns (bytes32 id);

    /// @notice `open` without an award. Reverts as that.
    function openUnawarded(uint8 kind, TokenOrder calldata o) external payable returns (bytes32 id);

    /// @notice `openFor` without an award. Reverts as that.
    function openUnawardedOnBehalf(uint8 kind, TokenOrder calldata o, bytes calldata userSig) external returns (bytes32 id);

    /// @notice Opens a lease: deposits floor(perHour × secondsAtMost / 3600) and locks `noShowPenalty` of the provider's bond with the
    ///         order's auctioneer. Native only by the user's own transaction. Without an award a penalty needs auctioneer 0.
    /// @dev Reverts as `openFor`, and: Expired(startBy), WindowTooShort(600), TotalTooHigh, AwardRequired, IBonds.BondTooSmall.
    function openLease(LeaseOrder calldata o, bytes calldata userSig, Awarded calldata a) external payable returns (bytes32 id);

    /// @notice `openLease` by the award's solver. Reverts as that.
    function openLeaseByProvider(LeaseOrder calldata o, bytes calldata userSig, PackedAward calldata a) external returns (bytes32 id);

    /// @notice Opens a job: deposits floor(perBillionFuel × fuelAtMost / 10⁹) and `auditBudget`, both together at most
    ///         `totalAtMost`, and locks max(bondAtLeast, award.bond).
    /// @dev Reverts as `openLease`, with Expired(resultBy), and AuditTooHigh(10,000).
    function openJob(JobOrder calldata o, bytes calldata userSig, Awarded calldata a) external payable returns (bytes32 id);

    /// @notice Ends the exposure of an award's solver in one transaction, whatever the user does: opens, or, if the user's side fails
    ///         (its consent, its verifier's gap, its token's transfer and that arriving whole), records the award as void under
    ///         keccak256(`userSig`). That protects a solver whose `Reply` names this authorisation.
    /// @param order As in `inspect`.
    /// @return id The order's id.
    /// @return opened False: void.
    /// @dev Only for the award's solver. Reverts for what is the solver's own or makes the award unslashable anyway: what `inspect`
    ///      reverts but for the gap, NotAwarded, WrongAward, NotYet, Expired, AwardTooLong, BadSignature(auctioneer), WrongDeal,
    ///      Only(user) (native), IBonds.BondTooSmall, GasTooLow (the user's side gets a fixed amount of gas, so that no caller can
    ///      make it fail), Reentered.
    function openOrVoid(uint8 kind, bytes calldata order, bytes calldata userSig, Award calldata a, bytes calldata auctioneerSig)
        external
        returns (bytes32 id, bool opened);

    /// @notice What `openOrVoid` tries. Reverts: Only(this contract).
    function enter(uint8 kind, bytes calldata order, bytes32 id, bytes calldata userSig, Bargain calldata b) external;

    /* PAYING */

    /// @notice Pays a token deal's solver (of a race: its winner) for what Delivery recorded on the destination: floor(num × delivered / den) in
    ///         total. Anyone may call; any number of times. Everything delivered: the deal closes.
    /// @param evidence What `d.verifier.record` takes.
    /// @dev Reverts: WrongDeal, NotTokens, NothingNew, whatever the verifier throws, GasTooLow, Reentered.
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external;

    /// @notice `claim` by a call without padding: behind the selector stand, byte by byte, `dealId ‖ sellToken ‖ solver ‖ verifier ‖
    ///         chain u64 ‖ num u128 ‖ den u128 ‖ delivered u128 ‖ where ‖ cold ‖ evidence`. `released` follows from `delivered`.
    /// @dev Reverts as `claim`, and without data if the call ends before its evidence.
    function claimTightly() external;

    /// @notice As `claim` for many deals of one solver in one token: one proof, one transfer. The items are the leaves of the tree
    ///         that the evidence proves, in its order. One whose deal is in another state is skipped, its leaf still counts.
    /// @param evidence What `g.verifier.records` takes.
    /// @dev Reverts: BadKind (no chain: leases and jobs), BadRecipient(0) (races: who is paid differs), NothingNew(0) if no item pays
    ///      anything, whatever the verifier throws (also for no items), BadStep, GasTooLow, Reentered.
    function claimMany(Group calldata g, Item[] calldata items, bytes calldata evidence) external;

    /// @notice Ends a token deal by what its record was at a final block after `deliverBy`, by anyone: pays what was delivered,
    ///         refunds the rest at once, and the user gets ceil(bond × undelivered share) of the solver's bond.
    /// @param place The preimage of `d.where`.
    /// @dev Reverts: WrongDeal, BadKind, WrongPlace, NotYet(deliverBy) if the evidence is not of a later time, NothingNew if it holds
    ///      less than was paid for, whatever the verifier throws, BadStep, GasTooLow, Reentered.
    function closeFinal(bytes32 dealId, Deal calldata d, Cold calldata c, Place calldata place, bytes calldata evidence) external;

    /// @notice Moves a lease or a job by evidence for its verifier's `step`: pays the difference to the solver, refunds freed
    ///         units to the user, and, if done, pays fees, refunds the rest, takes the penalty and releases the bond. Anyone
    ///         may call; the verifier decides who may bring which evidence.
    /// @dev Reverts: WrongDeal, NotWork, BadStep, whatever the verifier throws, GasTooLow, Reentered.
    function advance(bytes32 dealId, Deal calldata d, Cold calldata c, bytes calldata evidence) external;

    /// @notice `advance` by a call without padding: behind the selector stand, byte by byte, `dealId ‖ sellToken ‖ solver ‖ verifier ‖
    ///         num u128 ‖ den u32 ‖ delivered u64 ‖ state ‖ where ‖ user ‖ maxUnits u64 ‖ closeAfter u40 ‖ auctioneer ‖ bond u96 ‖
    ///         feeBudget u128 ‖ evidence`. `released` and `Deal.cold` follow from these.
    /// @dev Reverts as `advance`, and without data if the call ends before its evidence.
    function advanceStraight() external;

    /// @notice After `closeAfter`, by anyone: the rest goes back to the user with the fee budget, the bond is released.
    /// @dev Reverts: WrongDeal, NotYet(closeAfter), GasTooLow, Reentered.
    function close(bytes32 dealId, Deal calldata d, Cold calldata c) external;

    /* CANCELLING */

    /// @notice The user withdraws an escrow order that never opened. Reverts: Only(user), BadKind, WrongDeal.
    function cancelOpen(uint8 kind, TokenOrder calldata o) external;
    function cancelLease(LeaseOrder calldata o) external;
    function cancelJob(JobOrder calldata o) external;

    /// @notice The same by anyone, with the user's signature under `Cancel(bytes32 order)`.
    /// @param order As in `inspect`.
    /// @dev Reverts: BadSignature, BadKind, BadLength, WrongDeal.
    function cancelFor(uint8 kind, bytes calldata order, bytes calldata cancelSig) external;

    /* VIEWS */

    /// @notice 0 never opened, 1 closed, 2 cancelled, else the commitment to the deal's present state.
    function deals(bytes32 dealId) external view returns (bytes32);

    /// @notice What became of the order with this id.
    function dealState(bytes32 id) external view returns (DealState);

    /// @notice The commitment that `deals` holds for this state, and the hash that belongs in `Deal.cold`.
    function commitmentOf(Deal calldata d) external pure returns (bytes32);
    function coldOf(Cold calldata c) external pure returns (bytes32);
}
