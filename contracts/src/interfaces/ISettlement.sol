// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";
import {ISettles} from "./ISettles.sol";
import {Award, Options, PackedAward, SwapOrder} from "./Types.sol";

/// @title Settlement: swaps on one chain, in one transaction, without custody.
/// @notice Users approve it, or Permit2; it makes no call that a caller can choose. No owner, no pause, no upgrade. Times are Unix
///         seconds, `t ≤ limit` is in time everywhere. Amounts are base units.
/// @dev **A user's consent** is `bytes userSig`. If bit 255 of the order's nonce is set, it is the signature of Permit2's
///      `PermitWitnessTransferFrom` with the order as witness; Permit2 moves the sell token and guards the nonce, and nothing else can
///      fund this order. Else it is a signature under the order's id by the user's key, or by ERC-1271; or empty, if the user itself
///      calls `fillWith`.
///      **Kinds** 0 (exact-in) and 1 (exact-out) have no options, 16 and 17 have.
interface ISettlement is IErrors, ICredits, ISettles {
    /// @notice A same-chain order was settled. `amounts` = sold << 128 | bought: what left the user (fee included), what reached the
    ///         recipient.
    event Filled(bytes32 indexed order, address indexed solver, uint256 amounts);
    /// @notice The user spent nonces of same-chain orders: the bits of `mask` in `word`.
    event NoncesCancelled(address indexed user, uint256 indexed word, uint256 mask);

    /// @notice The user has already spent this nonce.
    error NonceUsed(uint256 nonce);
    /// @notice Member `member` of the options (counted from 0) is out of its range, or contradicts another.
    error BadOption(uint256 member);
    /// @notice A recurring order has no part `part`: it has fewer.
    error NoSuchPart(uint256 part);
    /// @notice This part was filled, or the order was cancelled, or it moved on: its progress is `stored`.
    error PartTaken(uint256 stored);
    /// @notice Only `rest` of the exact side is left.
    error PartTooBig(uint256 rest);
    /// @notice No part, and no rest but 0, may be smaller than `least`.
    error PartTooSmall(uint256 least);
    /// @notice Permit2 guards this order: the user calls `invalidateUnorderedNonces(word, mask)` there.
    error CancelInPermit2(uint256 word, uint256 mask);

    /* FILLING */

    /// @notice Fills a whole order without options, ERC-20 for ERC-20, at its signed limit, once no award can: after
    ///         `exclusiveUntil`, or auctioneer 0. Pulls the sell amount from the user to the caller, the buy amount from the caller to
    ///         `o.to`.
    /// @param kind 0 exact-in, 1 exact-out.
    /// @dev Reverts: BadKind, Expired(fillBy), Exclusive, BadRecipient, ZeroAmount, SameToken, BadSignature, NonceUsed,
    ///      TransferFailed, Reentered; and, with Permit2, as Permit2 does.
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external;

    /// @notice Fills a whole order without options as awarded to the caller, within [notBefore, fillBy] of the award, which must
    ///         end MISS_GRACE (24 s) before `exclusiveUntil`.
    /// @dev Reverts as `fill`, and: NotYet(notBefore), Expired(award.fillBy), AwardTooLong, LimitNotMet, BadSignature(auctioneer):
    ///      also if the award is another solver's or another order's.
    function fillAwarded(uint8 kind, SwapOrder calldata o, bytes calldata userSig, PackedAward calldata a) external;

    /// @notice Fills an order of any kind, in every way: with options, for native coin (`msg.value` is what is bought, exactly; a
    ///         receiver that refuses it gets a credit), by the user's own call, with a callback.
    ///         Without award at the limit of this second: the signed one, or the curve's. With an award as it says, within the signed
    ///         limits.
    /// @param options Not read for kinds 0 and 1.
    /// @param a Its solver is 0: there is none. Else it must be the caller.
    /// @param part Recurring orders: the part's index. Partial fills without award: how much is taken, in units of the exact side.
    ///        With an award: its `part`, which for partial fills is what was taken before. Else 0.
    /// @param callback Empty: no call. Else, after the sell token was sent and before the buy token is pulled,
    ///        `ITenderCallback(msg.sender).tenderFill(id, callback)`.
    /// @dev Reverts as `fillAwarded`, and: BadOption, NoSuchPart, PartTaken, PartTooBig, PartTooSmall, NotYet(first second of the part),
    ///      NotAwarded, WrongAward (also a `part` of an order that has none), GuardedByPermit2 (orders with several parts), ShortDeposit (a fee under Permit2), WrongValue,
    ///      GasTooLow; and as the callback does.
    function fillWith(
        uint8 kind,
        SwapOrder calldata o,
        Options calldata options,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        uint128 part,
        bytes calldata callback
    ) external payable;

    /// @notice Fills an order as awarded to the caller, or, if the user's side fails, voids the award under this very `userSig`: then
    ///         nobody can slash the caller for an acceptance that names it. Either way the exposure ends in one transaction.
    ///         The buy amount comes from the caller first; it vouches for that token. If the user's side fails, it goes back.
    /// @return filled False: voided. A voided award can still be executed in time.
    /// @dev Whatever fails is the caller's fault and reverts, as in `fillWith`, but for these: the user's signature, its nonce or part,
    ///      its funds and their token (less than declared arriving included), the recipient's refusal of the buy token. Needs about
    ///      1.7 million gas at the start (GasTooLow), most of which is not used. Reverts ShortDeposit for buy tokens that take a fee.
    function fillOrVoid(
        uint8 kind,
        SwapOrder calldata o,
        Options calldata options,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig
    ) external payable returns (bool filled);

    /* CANCELLING */

    /// @notice The user withdraws an order: its nonce is spent, or all its parts. `options` are not read for kinds 0 and 1.
    /// @dev Reverts: Only(user), BadKind and whatever makes the order impossible, NonceUsed, PartTaken (nothing is left),
    ///      CancelInPermit2.
    function cancel(uint8 kind, SwapOrder calldata o, Options calldata options) external;

    /// @notice The same by anyone who has the user's signature under `Cancel(bytes32 order)`. Reverts BadSignature(user) too.
    function cancelFor(uint8 kind, SwapOrder calldata o, Options calldata options, bytes calldata userSig) external;

    /// @notice The caller spends nonces of its orders: nonce = word × 256 + bit. Never fails. Does not reach orders with parts.
    function cancelNonces(uint256 word, uint256 mask) external;

    /// @notice The same by anyone who has the user's signature under `CancelNonces(address user,uint256 word,uint256 mask)`.
    function cancelNoncesFor(address user, uint256 word, uint256 mask, bytes calldata userSig) external;

    /* VIEWS */

    /// @notice Spent nonces of `user`: one bit each. For orders with parts the nonce is salt.
    function nonces(address user, uint256 word) external view returns (uint256 bits);

    /// @notice True if an order without parts and with this nonce was filled or cancelled, here or in Permit2.
    function isSpent(address user, uint256 nonce) external view returns (bool);

    /// @notice Of a recurring order: one bit for each part that was filled. Of an order with partial fills: how much was taken, in units
    ///         of the exact side. 2²⁵⁶ − 1: cancelled.
    function progress(bytes32 order) external view returns (uint256);

    /// @notice What `fillWith` without award would move now, the fee within `sold`. Reverts as it does, but knows nothing of signatures,
    ///         nonces and funds.
    function quote(uint8 kind, SwapOrder calldata o, Options calldata options, uint128 part)
        external
        view
        returns (bytes32 id, uint128 sold, uint128 bought, uint128 fee);
}
