// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {ISettles} from "./ISettles.sol";
import {Award, SwapOrder} from "./Types.sol";

/// @title Settlement: swaps on one chain, in one transaction, without custody.
/// @notice Users approve it; it makes no call that a caller can choose. No owner, no pause, no upgrade. Times are Unix seconds,
///         `t ≤ limit` is in time everywhere. Amounts are base units.
interface ISettlement is IErrors, ICredits, ISettles {
    /// @notice A same-chain order was settled: `sold` left the user, `bought` reached the recipient.
    event Filled(bytes32 indexed order, address indexed solver, uint128 sold, uint128 bought);
    /// @notice The user spent nonces of same-chain orders: the bits of `mask` in `word`.
    event NoncesCancelled(address indexed user, uint256 indexed word, uint256 mask);

    /// @notice The user has already spent this nonce.
    error NonceUsed(uint256 nonce);

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

    /// @notice The user withdraws a same-chain order: spends its nonce. Reverts: Only(user), BadKind, NonceUsed, GuardedByPermit2.
    function cancelFill(uint8 kind, SwapOrder calldata o) external;

    /// @notice The caller spends nonces of its same-chain orders: nonce = word × 256 + bit. Never fails.
    function cancelNonces(uint256 word, uint256 mask) external;

    /// @notice Spent nonces of `user`: one bit each. Only same-chain orders use them; for all others the nonce is salt.
    function nonces(address user, uint256 word) external view returns (uint256 bits);

    /// @notice True if an order with this nonce was filled or cancelled.
    function isSpent(address user, uint256 nonce) external view returns (bool);
}
