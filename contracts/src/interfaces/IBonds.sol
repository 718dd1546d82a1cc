// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {Award, Reply} from "./Types.sol";

/// @title Bonds: what a solver loses, to the user, when it does not do what it accepted; and what an auctioneer loses for an
///        unfair award.
/// @notice One bond token per deployment. A bond is allotted per auctioneer, so that each auctioneer sees all exposure against it:
///         `accounts[solver][auctioneer]`. `accounts[a][a]` is auctioneer a's own bond: it answers for its fairness and for nothing
///         else. `accounts[solver][0]` backs deals without an auctioneer and nothing else. Lives on the origin chain beside
///         Settlement and Escrow. No owner, no pause, no upgrade.
/// @dev **When an accepted award is slashable.** All must hold at that block: (a) its solver, or a key that the solver registered,
///      signed `Reply(award, authorisation, accepted = true)`; (b) the award is of the order's auctioneer, for this order, which
///      could be executed with its amounts in each of its last awardMin seconds; bond > 0; `notBefore + awardMin ≤ fillBy`, `fillBy + missGrace ≤ exclusiveUntil`,
///      fillBy within the order's own deadline; the sell token is not native (such an order is the user's own transaction);
///      (c) `fillBy` is over; (d) the order is neither taken nor cancelled (for that part); (e) the award was not voided under the
///      reply's authorisation, nor slashed before.
///      The user's funds and signature play no part: a funded solver ends its exposure with one `fillOrVoid` or `openOrVoid` in
///      time, whatever the user does, if it uses the authorisation that its reply names. Nobody can fill between `fillBy` and
///      `exclusiveUntil` without another award, so that a late fill is no way out.
///      **Who may commit a bond.** What backs an auctioneer's awards is locked, or taken, only for deals that it awarded: else a
///      provider could order from itself and be out before the delay. The auctioneer's own bond is never locked and never taken
///      for a no-show: an auctioneer could else award to itself and be out before a challenge.
interface IBonds is IErrors, ICredits {
    event Deposited(address indexed holder, address indexed auctioneer, uint256 amount);
    event ExitRequested(address indexed holder, address indexed auctioneer, uint256 amount, uint256 exitAt);
    event Exited(address indexed holder, address indexed auctioneer, uint256 amount);
    /// @notice A deal's penalty was taken for `user`: what was there of it.
    event Penalised(address indexed holder, address indexed auctioneer, address indexed user, uint256 penalty);
    /// @notice An accepted award was not honoured: `toUser` and `toCaller` left the solver's bond.
    event NoShow(bytes32 indexed order, bytes32 indexed award, address indexed solver, uint256 toUser, uint256 toCaller);
    /// @notice An auctioneer was unfair: `toUser`, `toChallenger` and `unowned` left its own bond. The last is nobody's.
    event Unfair(
        address indexed auctioneer,
        address indexed user,
        address indexed challenger,
        uint256 toUser,
        uint256 toChallenger,
        uint256 unowned
    );
    /// @notice `key` signs bids, replies and vouchers for `solver` from now on.
    event KeySet(address indexed solver, address indexed key);
    /// @notice What `key` signed for `solver` counts up to second `until`.
    event KeyRemoved(address indexed solver, address indexed key, uint256 until);

    /// @notice Free bond (neither locked nor leaving) is only `free`.
    error BondTooSmall(uint256 free);
    /// @notice The auctioneer is the solver: its own bond answers for its fairness only.
    error OwnBond(address auctioneer);
    /// @notice A deployment must wait at least `least` seconds here.
    error TooShort(uint256 least);
    /// @notice The key is zero, or not registered by the caller, or already leaving.
    error BadKey(address key);
    /// @notice The solver did not accept.
    error NotAccepted();
    /// @notice The order was taken or cancelled.
    error NotMissed(bytes32 order);
    /// @notice The solver tried in time, and the user's side failed.
    error Voided(bytes32 award);
    /// @notice This award was slashed before.
    error AlreadySlashed(bytes32 award);
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

    /// @notice Lets `key` (an ECDSA key) sign bids, replies and vouchers for the caller. Reverts: BadKey.
    function setKey(address key) external;

    /// @notice Takes that back, after the delay: what the key has accepted stays slashable until then. Reverts: BadKey.
    function removeKey(address key) external;

    /// @notice Escrow only: reserves free bond for a deal. Reverts: Only(escrow), OwnBond, BondTooSmall(free).
    function lock(address holder, address auctioneer, uint96 amount) external;

    /// @notice Escrow only: frees `amount` again. Reverts: Only(escrow).
    function release(address holder, address auctioneer, uint96 amount) external;

    /// @notice Escrow only: frees `locked`, then pays `penalty` to `user`, or what is there of it: free, then leaving, never what
    ///         other deals locked, never an auctioneer's own bond. A refused push becomes a credit.
    ///         Reverts: Only(escrow), GasTooLow, Reentered.
    /// @return taken What `user` gets.
    function slash(address holder, address auctioneer, uint96 locked, uint96 penalty, address user) external returns (uint256 taken);

    /// @notice Takes `award.bond` (or what is free or leaving) from the solver's bond: to the order's user, less 5 % for a caller
    ///         that is not the user. See the rule above. Anyone may call.
    /// @param settler The contract that executes the order: settlement or escrow.
    /// @param order As in `ISettles.inspect`.
    /// @param auctioneerSig The auctioneer's signature under the award (64 or 65 bytes); or, for an award that is an entry of a
    ///        batch, abi.encode(BatchEntry).
    /// @dev Reverts: UnknownSettler, what `inspect` reverts, BadSignature, WrongAward, AwardTooLong, NoBond, OwnBond, AwardTooShort,
    ///      Expired (the order's deadline is before the award's), NotYet, NativeSell, NotMissed, NotAccepted, Voided, AlreadySlashed,
    ///      BondTooSmall(0), GasTooLow, Reentered.
    function slashNoShow(
        address settler,
        uint8 kind,
        bytes calldata order,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external;

    /// @notice Fairness only: takes up to `penalty` of the auctioneer's own bond: 40 % to `user`, 10 % to `challenger`, half stays
    ///         here and is nobody's. Reverts: Only(fairness), GasTooLow, Reentered.
    /// @return taken All three parts: `penalty`, or what is there.
    function slashAuctioneer(address auctioneer, uint256 penalty, address user, address challenger) external returns (uint256 taken);

    /// @notice `balance` includes `locked`, excludes what is leaving.
    function accounts(address holder, address auctioneer) external view returns (uint96 balance, uint96 locked);
    /// @notice What is leaving, and when it may.
    function exits(address holder, address auctioneer) external view returns (uint96 amount, uint40 exitAt);
    /// @notice Last second in which `key` signs for `solver`: 0 never, 2⁴⁰ − 1 until it is removed.
    function keys(address solver, address key) external view returns (uint40 until);
    /// @notice True if `key` signs for `solver` now. Not asked for the solver's own key.
    function isKey(address solver, address key) external view returns (bool);
    /// @notice True if this award (by digest) was slashed.
    function slashed(bytes32 award) external view returns (bool);
    function token() external view returns (address);
    function settlement() external view returns (address);
    function escrow() external view returns (address);
    function fairness() external view returns (address);
    /// @notice Seconds between request and exit: at least 8 days, a day longer than any token deal lives. 10 days in production.
    function delay() external view returns (uint40);
    /// @notice Shortest award that binds its solver: the greater of 10 s and two block times.
    function awardMin() external view returns (uint40);
    /// @notice Time that an unhonoured award leaves for a slash alone: the greater of 24 s and two block times.
    function missGrace() external view returns (uint40);
}
