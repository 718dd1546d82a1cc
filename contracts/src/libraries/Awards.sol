// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {Award} from "../interfaces/Types.sol";
import {Domain} from "./Domain.sol";
import {Hashes} from "./Hashes.sol";
import {Rules} from "./Rules.sol";
import {Signatures} from "./Signatures.sol";

/// @title What Settlement and Escrow share: their own EIP-712 domain, the bonds behind awards, and whether an award holds now.
abstract contract Awards is ISettles, Domain {
    /// @inheritdoc ISettles
    address public immutable bonds;

    /// @param bonds_ The Bonds of this deployment, which must know this contract by its precomputed address.
    constructor(address bonds_) Domain(address(this)) {
        require(IBonds(bonds_).settlement() == address(this) || IBonds(bonds_).escrow() == address(this), IErrors.Only(bonds_));
        bonds = bonds_;
    }

    /// @inheritdoc ISettles
    function domainSeparator() external view returns (bytes32) {
        return _separator();
    }

    function _checkAward(Award calldata a, bytes calldata auctioneerSig, bytes32 id, address auctioneer, uint40 exclusiveUntil)
        internal
        view
        returns (bytes32 digest)
    {
        require(block.timestamp >= a.notBefore, IErrors.NotYet(a.notBefore));
        require(block.timestamp <= a.fillBy, IErrors.Expired(a.fillBy));
        Rules.checkAward(a, id, exclusiveUntil);
        digest = _digest(Hashes.award(a));
        Signatures.requireKey(auctioneer, digest, auctioneerSig);
    }
}
