// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "./IErrors.sol";
import {IVerifier} from "./IVerifier.sol";

/// @dev What evidence is about. See ILease.
enum Act {
    Start,
    Voucher,
    Last,
    Stop,
    Quit,
    NoShow,
    Finish
}

/// @title Lease: money follows acknowledged seconds, and nothing else.
/// @notice Only seconds that the buyer's meter key signed are paid; a provider suspends at `ackSeconds` without an
///         acknowledgement, so its largest loss is ceil(perHour × ackSeconds / 3600), and the buyer's is zero beyond what
///         its own client acknowledged. There is no tail, no contest, nothing forfeited.
/// @dev `step` evidence, packed: `act u8 ‖ startBy u40 ‖ ackSeconds u32 ‖ windowSeconds u32 ‖ secondsAtMost u32 ‖ meterKey ‖ machine`,
///      the signed terms, and for Voucher, Last and Stop `seconds u32 ‖ meter (32) ‖ (r, vs) of the meter key ‖ (r, vs) of the
///      provider` behind it. Signatures are EIP-2098 pairs; zeros, or nothing at the end, where none is needed. Signed:
///      Voucher(bytes32 lease = dealId, uint32 seconds, bytes32 meter, bool last) in Escrow's domain. Where the provider signs, it may
///      be with a key that it registered in Bonds (`setKey`).
///      State word: startedAt (u40) | stoppedAt (u40) << 40.
///
///      Start    provider calls, now ≤ startBy.
///      Voucher  meter key signed (secs, last = false), the provider calls or signed too (so that nobody else moves the state
///               under its evidence): pays up to secs, delivered < secs ≤ elapsed.
///      Last     both consent to (secs, last = true), by signature or by calling: pays up to secs, refunds the rest, closes.
///      Stop     the user or the meter key calls, or anyone shows the meter key's (secs, last = true): pays up to secs (at
///               least what was paid before), returns everything beyond the elapsed time at once; newer vouchers count for
///               `windowSeconds`. A provider that started falsely is stopped this way, with secs = 0.
///      Quit     provider calls, after start: ends at what was acknowledged, refunds the rest, closes.
///      NoShow   anyone, not started and now > startBy: refunds all, the penalty goes to the user, closes.
///      Finish   anyone, now > (stop or end) + windowSeconds: refunds what was not acknowledged, closes.
interface ILease is IErrors, IVerifier {
    /// @notice The lease has not started.
    error NotStarted();
    /// @notice The lease started at `startedAt`.
    error Started(uint256 startedAt);
    /// @notice The lease was stopped at `stoppedAt`.
    error Stopped(uint256 stoppedAt);
    /// @notice Seconds must be above `above` (Voucher), or at least it (Last, Stop).
    error TooFewSeconds(uint256 above);
    /// @notice Only `most` seconds can have been served so far.
    error TooManySeconds(uint256 most);
    /// @notice Neither called nor signed by the buyer (meter key `account`, or the user) or by the provider `account`.
    error NoConsent(address account);

    /// @notice The Escrow in whose domain vouchers are signed.
    function escrow() external view returns (address);
}
