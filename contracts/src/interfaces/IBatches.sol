// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A same-chain order (kind 0 or 1) in its usual form: the recipient is the user, the tokens are approved, a key signed.
///      Same EIP-712 digest as the SwapOrder that it stands for. Every bit of `amounts` and `terms` belongs to a field, so an
///      order has one spelling.
struct Line {
    bytes32 sentence; // keccak256 of its bytes
    address user;
    uint256 amounts; // sell << 128 | buy
    uint256 terms; // sell token's index << 248 | buy token's << 240 | kind << 232 | exclusiveUntil << 192 | fillBy << 152 | nonce
    bytes32 r; // EIP-2098 signature of the user
    bytes32 vs;
}

/// @dev What the lines of a batch share.
struct Batch {
    address[] tokens; // at most 256; lines name them by index
    address auctioneer;
    uint256 award; // bond << 120 | cutAt << 80 | notBefore << 40 | fillBy; 0: no award, every line is past its window
    bytes32 r; // EIP-2098 signature of the auctioneer under `Awards`
    bytes32 vs;
}

/// @title Many orders in one transaction, by a plan of transfers that the contract checks instead of making it.
/// @dev The plain form is one `fill` or `fillWith` per order, with its SwapOrder: a batch equals its lines done one by one, up to
///      gas, the netting of transfers, and the names of two errors (StepFailed, LineNotMet: a batch must say which line).
interface IBatches {
    /// @notice Step `step` of the plan names no line, is from the caller to the caller, or joins two lines with different tokens.
    ///         Also thrown for a `split` behind the plan's end.
    error WrongStep(uint256 step);
    /// @notice The token refused the transfer of step `step`. Who pays in that step, or receives, spoils the batch.
    error StepFailed(uint256 step);
    /// @notice After the plan, `sold` has left line `line` and `bought` has reached it: not what its user signed.
    error LineNotMet(uint256 line, uint256 sold, uint256 bought);

    /// @notice Fills all lines, or none. Each user pays only its sell token and at most what it signed, and gets at least its
    ///         limit; with an award, exactly the awarded amounts. No money passes through this contract.
    /// @param plan Words `from << 144 | to << 128 | amount`: a transfer from the user of line `from` (of its sell token) to the
    ///        user of line `to` (of its buy token; the same, if both ends are lines). 0xffff is the caller, who pays from its
    ///        own approval. So a matched pair, or a ring of any length, costs one transfer per order.
    /// @param split The steps before it are taken before the callback, the others after it.
    /// @param callback Empty: no call. Else `tenderFill(keccak256(ids), callback)` is called on the caller, once.
    /// @dev `Awards` commits to the ids and amounts in batch order: its entry i is the award (part 0, `after` 0, solver = caller)
    ///      of line i. Amounts are what was transferred: a token that takes a fee gives less, as in `fill`.
    ///      Reverts: Expired, Exclusive, NotYet, AwardTooLong, BadKind, ZeroAmount, SameToken, BadRecipient, BadSignature,
    ///      NonceUsed, WrongStep, StepFailed, LineNotMet, Reentered.
    function fillMany(Batch calldata batch, Line[] calldata lines, uint256[] calldata plan, uint256 split, bytes calldata callback)
        external;
}
