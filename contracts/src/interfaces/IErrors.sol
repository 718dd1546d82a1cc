// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Errors that more than one contract throws. Each carries the limit that was broken.
interface IErrors {
    /// @notice `account` did not sign this digest (wrong key, malformed, high s, zero signer, or its ERC-1271 code refused).
    error BadSignature(address account);
    /// @notice The last second for this call was `limit`.
    error Expired(uint256 limit);
    /// @notice Possible only after second `limit`.
    error NotYet(uint256 limit);
    /// @notice No EIP-712 type has this kind here.
    error BadKind(uint8 kind);
    /// @notice A word of the order does not fit its member's type.
    error DirtyWord();
    /// @notice An encoded order of this kind has another length than `length` bytes.
    error BadLength(uint256 length);
    /// @notice `settler` is neither the Settlement nor the Escrow of this deployment.
    error UnknownSettler(address settler);
    /// @notice The bid or the award carries no bond.
    error NoBond();
    /// @notice The award must last at least `least` seconds to bind its solver.
    error AwardTooShort(uint256 least);
    /// @notice An address of zero, of the contract itself, or of the token, where a recipient is meant.
    error BadRecipient(address to);
    /// @notice An amount of zero.
    error ZeroAmount();
    /// @notice Sell and buy token are the same.
    error SameToken(address token);
    /// @notice The award names another order or another part.
    error WrongAward(bytes32 order);
    /// @notice The award is worse than the signed limit, or differs on the side that the user fixed. `limit` is that side's value.
    error LimitNotMet(uint256 limit);
    /// @notice The award ends less than MISS_GRACE before the exclusive window does, which is at `exclusiveUntil`.
    error AwardTooLong(uint256 exclusiveUntil);
    /// @notice The price of all units with a job's audit budget, `total`, is above the signed ceiling.
    error TotalTooHigh(uint256 total);
    /// @notice `closeAfter − deliverBy` must be at least `least` seconds.
    error GapTooShort(uint256 least);
    /// @notice `closeAfter` may be at most `latest`.
    error DealTooLong(uint256 latest);
    /// @notice `auditBps` may be at most `most`.
    error AuditTooHigh(uint256 most);
    /// @notice `windowSeconds` must be at least `least`.
    error WindowTooShort(uint256 least);
    /// @notice Nonces with bit 255 are guarded by Permit2, which cannot fund this call.
    error GuardedByPermit2(uint256 nonce);
    /// @notice `msg.value` must be exactly `expected`.
    error WrongValue(uint256 expected);
    /// @notice The token refused, returned false, or has no code.
    error TransferFailed(address token);
    /// @notice Fewer tokens arrived than declared: fee-on-transfer tokens cannot enter escrow.
    error ShortDeposit(uint256 declared, uint256 arrived);
    /// @notice Pushing money needs at least `least` gas left, so that nobody can turn a payment into a credit.
    error GasTooLow(uint256 least);
    /// @notice Called again while a token call of this contract is running.
    error Reentered();
    /// @notice Only `account` may do this.
    error Only(address account);
}
