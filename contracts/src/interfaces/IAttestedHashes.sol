// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBlockHashes} from "./IBlockHashes.sol";

/// @title AttestedHashes: k of n named keys say which blocks of other chains are final.
/// @notice One signed hash serves every deal that was recorded up to that block. The set is fixed at deployment: an order
///         names its set by naming the verifier that reads this source, and no key can be added to it later.
/// @dev Domain of its signatures: ("Tender", "1", this chain id, this contract), so no other contract's signature is one here.
///      Signed: Header(bytes32 chain, uint64 number, bytes32 hash).
///      Evidence: a quorum, packed as for IAttested.
interface IAttestedHashes is IBlockHashes {
    /// @notice The set of this source, once and for all.
    event SetFixed(address[] signers, uint8 k);

    /// @notice k is 0 or above n, n is above 32, or a signer is zero or named twice.
    error BadSet();
    /// @notice Not signed, exactly k times, by members of the set whose hash is `expected`; or the evidence names another set.
    error NotTheSet(bytes32 expected);

    /// @notice The set, by its hash: keccak256(abi.encodePacked(uint256 k, address[] signers)).
    function set() external view returns (bytes32);
}
