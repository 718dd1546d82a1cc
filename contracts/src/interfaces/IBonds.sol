// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {Award, JobOrder, LeaseOrder, Reply, SwapOrder, TokenOrder} from "./Types.sol";

/// @title Bonds: what a solver loses, to the user, when it does not do what it accepted.
/// @notice One bond token per deployment. A bond is allotted per auctioneer, so that each auctioneer sees all exposure
///         against it. Lives on the origin chain beside Settlement.
/// @dev **When an accepted award is slashable in this version.** All must hold at that block: (a) the award is of the
///      order's auctioneer, for this order, with bond > 0, at least AWARD_MIN (10 s) long, over at least MISS_GRACE (24 s)
///      before `exclusiveUntil`, and within the order's own deadline; (b) its solver signed `Reply(accepted)` under it;
///      (c) its `fillBy` is over; (d) the order is neither taken nor cancelled; (e) it was not slashed before; (f) the order
///      and award were executable: amounts, recipient, limits and gap are as Settlement demands, the sell token is not
///      native; (g) the user's signature is handed in, is the very one that the reply names, and is valid now; (h) the
///      user's balance and allowance to Settlement cover the sell amount now.
///      Residual risk of the solver until `fillOrVoid` exists: a user that takes funds, allowance or a state-dependent
///      ERC-1271 signature away during the window and restores them before the slash; a token that refuses although balance
///      and allowance are there (paused, the user blocklisted for the sell token or the recipient for the buy token): these
///      the contract cannot see. Solvers should simulate the fill before they accept. Keep bonds of unknown users' orders
///      small; auctioneers should exclude users whose awarded fills revert.
///      **Who may commit a bond.** What backs an auctioneer's awards is locked, or taken as a penalty, only for deals that it
///      awarded: else a provider could order from itself and be out before the delay. `accounts[holder][0]` backs deals
///      without an auctioneer and nothing else.
interface IBonds is IErrors, ICredits {
    event Deposited(address indexed holder, address indexed auctioneer, uint256 amount);
    event ExitRequested(address indexed holder, address indexed auctioneer, uint256 amount, uint256 exitAt);
    event Exited(address indexed holder, address indexed auctioneer, uint256 amount);
    /// @notice A deal's penalty was taken from the locked bond, for `user`.
    event Penalised(address indexed holder, address indexed auctioneer, address indexed user, uint256 penalty);
    /// @notice An accepted award was not honoured: `toUser` and `toCaller` left the solver's bond.
    event NoShow(bytes32 indexed order, bytes32 indexed award, address indexed solver, uint256 toUser, uint256 toCaller);

    /// @notice Free bond (neither locked nor leaving) is only `free`.
    error BondTooSmall(uint256 free);
    /// @notice The award carries no bond.
    error NoBond();
    /// @notice The award must last at least `least` seconds to be slashable.
    error AwardTooShort(uint256 least);
    /// @notice The solver did not accept.
    error NotAccepted();
    /// @notice The reply names another signature of the user: `expected`.
    error WrongAuthorisation(bytes32 expected);
    /// @notice The order was taken or cancelled.
    error NotMissed(bytes32 order);
    /// @notice This award was slashed before.
    error AlreadySlashed(bytes32 award);
    /// @notice The user's balance and allowance cover only `available` of the sell token.
    error UserNotFunded(uint256 available);
    /// @notice Native sells are the user's own transaction: nobody but the user can miss them.
    error NativeSell();

    /// @notice Adds to `holder`'s bond with `auctioneer` (the auctioneer's own bond: holder = auctioneer). Counts what
    ///         arrived. Reverts: ZeroAmount, TransferFailed, Reentered.
    function deposit(address holder, address auctioneer, uint96 amount) external;

    /// @notice Announces that `amount` leaves; it backs nothing new from now on but stays slashable until paid. A second
    ///         request adds to the first and starts the delay anew. Reverts: ZeroAmount, BondTooSmall.
    function requestExit(address auctioneer, uint96 amount) external;

    /// @notice Pays the requested amount (or what slashing left of it) to the caller, after the delay.
    ///         Reverts: NotYet(exitAt), ZeroAmount, TransferFailed, Reentered.
    function exit(address auctioneer) external;

    /// @notice Escrow only: reserves free bond for a deal. Reverts: Only(escrow), BondTooSmall(free).
    function lock(address holder, address auctioneer, uint96 amount) external;

    /// @notice Escrow only: frees `amount` again. Reverts: Only(escrow).
    function release(address holder, address auctioneer, uint96 amount) external;

    /// @notice Escrow only: frees `locked` and pays `penalty` ≤ `locked` of it to `user`; a refused push becomes a credit.
    function slash(address holder, address auctioneer, uint96 locked, uint96 penalty, address user) external;

    /// @notice Takes `award.bond` (or what is free or leaving) from the solver's bond: to `o.user`, less 5 % for a caller
    ///         that is not the user. See the rule above.
    /// @dev Reverts: WrongAward, NoBond, AwardTooShort, AwardTooLong, Expired (order's deadline before the award's), NotYet,
    ///      NotAccepted, WrongAuthorisation, BadSignature, LimitNotMet, BadKind, BadRecipient, ZeroAmount, SameToken, NativeSell,
    ///      NotMissed, AlreadySlashed, UserNotFunded, GapTooShort, GasTooLow, Reentered.
    function slashFill(
        uint8 kind,
        SwapOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice As `slashFill`, for an ERC-20 escrow order that was never opened.
    function slashOpen(
        uint8 kind,
        TokenOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice As `slashFill`, for a lease that was never opened.
    function slashLease(
        LeaseOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice As `slashFill`, for a job that was never opened.
    function slashJob(
        JobOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice `balance` includes `locked`, excludes what is leaving.
    function accounts(address holder, address auctioneer) external view returns (uint96 balance, uint96 locked);
    /// @notice What is leaving, and when it may.
    function exits(address holder, address auctioneer) external view returns (uint96 amount, uint40 exitAt);
    /// @notice True if this award (by digest) was slashed.
    function slashed(bytes32 award) external view returns (bool);
    function token() external view returns (address);
    function settlement() external view returns (address);
    function escrow() external view returns (address);
    /// @notice Seconds between request and exit: longer than any token deal lives. 10 days in production.
    function delay() external view returns (uint40);
}
