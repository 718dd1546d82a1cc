// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "./IErrors.sol";

/// @title k of n named keys, who name their successors.
/// @notice k of the set name the next one, which becomes effective no sooner than 8 days later: after every token deal that is open now.
/// @dev Domain of all signatures: ("Tender", "1", this chain id, this contract).
///      Quorum: `k u8 ‖ who u32 ‖ members`, packed: member i is 64 bytes (r, vs) of EIP-2098 if bit i of `who` is set, else the 20
///      bytes of its address; exactly k bits. See libraries/Attestations.sol.
interface IAttesters is IErrors {
    /// @notice k of the set named another one (for epoch 0: the deployment did); it can be activated after `effectiveAt`.
    event SetAnnounced(uint64 indexed epoch, address[] signers, uint8 k, uint256 effectiveAt);
    /// @notice `set` is the one that counts from now on.
    event SetActivated(uint64 indexed epoch, bytes32 set);

    /// @notice k is 0 or above n, n is above 32, a signer is zero or named twice; or a table of gaps has lists that differ in length,
    ///         more than 8 entries, a chain named twice or beyond 2²¹⁶, or a gap of zero.
    error BadSet();
    /// @notice Not signed, exactly k times, by members of the set whose hash is `expected`; or the evidence names another set.
    error NotTheSet(bytes32 expected);
    /// @notice Another set waits until `effectiveAt`: one at a time.
    error RotationPending(uint256 effectiveAt);
    /// @notice No set waits.
    error NoRotation();

    /// @notice Announces the next set. Anyone may send it. Signed by k of the present set, as a quorum (see above):
    ///         Rotate(address[] signers, uint8 k, uint64 epoch) with epoch = `epoch()` + 1.
    /// @dev Reverts: BadSet, RotationPending, NotTheSet.
    function rotate(address[] calldata signers, uint8 k, bytes calldata quorum) external;

    /// @notice Makes the announced set the present one, after 8 days. Anyone may call.
    /// @dev Reverts: NoRotation, NotYet(effectiveAt).
    function activate() external;

    /// @notice The present set, by its hash (`setOf`).
    function set() external view returns (bytes32);
    /// @notice How often the set has changed.
    function epoch() external view returns (uint64);
    /// @notice The set that waits, or 0, and the last second at which it cannot be activated yet.
    function next() external view returns (bytes32 set, uint40 effectiveAt);
    /// @notice keccak256(k ‖ signers), a word each: order matters.
    function setOf(address[] calldata signers, uint8 k) external pure returns (bytes32);
}
