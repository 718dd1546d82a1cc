// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "./IAttesters.sol";
import {IBlockHashes} from "./IBlockHashes.sol";

/// @title AttestedHashes: k of n named keys say which blocks of other chains are final.
/// @notice One signed hash serves every deal that was recorded up to that block. An order names the keys by naming the verifier that
///         reads this source; they name their successors as in IAttesters.
/// @dev Signed: Header(bytes32 chain, uint64 number, bytes32 hash), in the domain of this contract, so no other contract's signature
///      is one here. Evidence: a quorum, see IAttesters.
interface IAttestedHashes is IAttesters, IBlockHashes {}
