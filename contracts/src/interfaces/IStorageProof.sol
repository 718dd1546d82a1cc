// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlockHashes} from "./IBlockHashes.sol";
import {IVerifier} from "./IVerifier.sol";

/// @title StorageProof: Delivery's record on another chain, proven from a block header by a Merkle-Patricia proof.
/// @notice Trusted for nothing beyond its source of block hashes. An order names source, chains and gaps all at once by
///         naming this verifier: they are fixed at its deployment, and another choice is another verifier.
/// @dev `record` evidence: abi.encode(bytes header, bytes hashEvidence, bytes[] accountProof, bytes[] storageProof), the
///      proofs exactly as `eth_getProof` gives them, the header as RLP, `hashEvidence` for the source.
///      `records` evidence: abi.encode(bytes header, bytes hashEvidence, bytes[] accountProof, bytes[] nodes, bytes[] orders):
///      `nodes` holds every node of the storage proofs once; `orders[i]` says which of them, as two-byte indices from the
///      root down, prove `keys[i]`.
///      A key or an account that is proven absent has word 0. A proof holds neither too few nodes nor too many. Chains whose
///      headers or state tries are not Ethereum's cannot be served.
interface IStorageProof is IVerifier {
    /// @notice No chain, a chain twice, a gap of zero, or lists of different lengths.
    error BadTable();
    /// @notice The header is too short to be one, or its number or time is beyond belief.
    error BadHeader();
    /// @notice At byte `at_` of a header, an account or a node there is no RLP of the kind that belongs there.
    error BadRlp(uint256 at_);
    /// @notice Node `index` of a proof is missing, is not the one that its parent (or the root) names, or is none at all.
    error BadNode(uint256 index);
    /// @notice The first `used` nodes already prove it; a proof has no more than it needs.
    error SpareNodes(uint256 used);
    /// @notice What lies at Delivery's address is no account.
    error BadAccount();

    /// @notice The Delivery contract that is read, at one address on every chain served.
    function delivery() external view returns (address);
    /// @notice Who says which block hashes are true.
    function source() external view returns (IBlockHashes);
}
