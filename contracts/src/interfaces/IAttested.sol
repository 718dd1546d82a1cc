// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "./IErrors.sol";
import {IVerifier} from "./IVerifier.sol";

/// @title Attested: k of n named keys say what a final block of another chain holds, or what a job's re-run gave.
/// @notice Trusted for exactly that, in deals whose signed order names this contract; never for who is paid or refunded.
/// @dev Domain of its signatures: ("Tender", "1", this chain id, this contract).
///      `record` evidence: abi.encode(uint256 word, uint64 number, uint40 asOf, uint256 signers, bytes32[] proof,
///      bytes32[] signatures). `signers` is a bitmap of indices, exactly k bits; `signatures` holds (r, vs) pairs (EIP-2098)
///      by ascending index. Signed: Deliveries(bytes32 chain, address delivery, uint64 number, uint40 asOf, bytes32 root).
///      Leaf = keccak256(abi.encode(LEAF, key, word)); node = keccak256 of its two children in ascending order; an odd node
///      moves up.
///      `step` evidence (jobs): abi.encode(JobTerms terms, bytes32 result, uint64 fuel, uint256 signers, bytes32[] signatures).
///      Signed: Verdict(bytes32 job = dealId, bytes32 result, uint64 fuel). Pays for `fuel`, refunds the rest, closes.
interface IAttested is IErrors, IVerifier {
    /// @notice k is 0 or above n, n is above 256, a signer is zero or named twice, or the gap table's lists differ in length.
    error BadSet();
    /// @notice Exactly `k` signatures are needed.
    error WrongQuorum(uint256 k);
    /// @notice The verdict's fuel is above the signed ceiling `most`.
    error TooMuchFuel(uint256 most);

    /// @notice The Delivery contract that is read, at one address on every chain served.
    function delivery() external view returns (address);
    /// @notice Signer by index; 0 beyond the set.
    function signers(uint256 index) external view returns (address);
    /// @notice Signatures needed.
    function k() external view returns (uint256);
    /// @notice Signers there are.
    function n() external view returns (uint256);
}
