// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "./IAttesters.sol";
import {IVerifier} from "./IVerifier.sol";

/// @title Attested: k of n named keys say what a final block of another chain holds.
/// @notice Trusted for exactly that, in deals whose signed order names this contract; never for who is paid or refunded.
/// @dev `records` evidence: `number u64 ‖ asOf u40 ‖ steps u8 ‖ proof (steps × 32) ‖ quorum`, packed. Signed:
///      Deliveries(bytes32 chain, address delivery, uint64 number, uint40 asOf, bytes32 root).
///      Leaf = keccak256(abi.encode(LEAF, key, word)); node = keccak256 of its two children in ascending order; an odd node
///      moves up. The keys of `records` are the whole tree, or leaves whose tree is a node of it, from which `proof` leads to the root.
///      `record` evidence: `word (32) ‖` the same.
interface IAttested is IAttesters, IVerifier {
    /// @notice The evidence ends before it should.
    error BadEvidence();

    /// @notice The Delivery contract that is read, at one address on every chain served.
    function delivery() external view returns (address);
}
