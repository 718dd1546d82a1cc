// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {Award, PackedAward} from "../interfaces/Types.sol";
import {Domain} from "./Domain.sol";
import {Hashes} from "./Hashes.sol";
import {Rules} from "./Rules.sol";
import {Signatures} from "./Signatures.sol";

/// @title What Settlement and Escrow share: their own EIP-712 domain, the bonds behind awards, and whether an award holds now.
abstract contract Awards is ISettles, Domain {
    /// @inheritdoc ISettles
    address public immutable bonds;
    /// @inheritdoc ISettles
    uint40 public immutable missGrace;

    /// @inheritdoc ISettles
    mapping(bytes32 award => mapping(bytes32 authorisation => bool)) public voided;

    /// @param bonds_ The Bonds of this deployment, which must know this contract by its precomputed address.
    constructor(address bonds_) Domain(address(this)) {
        require(IBonds(bonds_).settlement() == address(this) || IBonds(bonds_).escrow() == address(this), IErrors.Only(bonds_));
        bonds = bonds_;
        missGrace = IBonds(bonds_).missGrace();
    }

    /// @inheritdoc ISettles
    function domainSeparator() external view returns (bytes32) {
        return _separator();
    }

    /// @dev An award in full, which need not be the caller's. Reverts NotYet, Expired, WrongAward, AwardTooLong, BadSignature.
    function _checkAward(Award calldata a, bytes calldata auctioneerSig, bytes32 id, address auctioneer, uint256 exclusiveUntil)
        internal
        view
        returns (bytes32 digest)
    {
        return _checkAward(a, auctioneerSig, id, 0, auctioneer, exclusiveUntil);
    }

    /// @dev The same for part `part` of an order that has several.
    function _checkAward(
        Award calldata a,
        bytes calldata auctioneerSig,
        bytes32 id,
        uint128 part,
        address auctioneer,
        uint256 exclusiveUntil
    ) internal view returns (bytes32 digest) {
        _checkHours(a.notBefore, a.fillBy);
        Rules.checkAward(a, id, part, exclusiveUntil, missGrace);
        digest = _digest(Hashes.award(a));
        Signatures.requireKey(auctioneer, digest, auctioneerSig);
    }

    /// @dev An award of order `id`, part 0, to the caller: another caller's gives another digest, so BadSignature.
    ///      Reverts NotYet, Expired, AwardTooLong, BadSignature.
    function _checkPacked(PackedAward calldata a, bytes32 id, address auctioneer, uint256 exclusiveUntil)
        internal
        view
        returns (uint128 sell, uint128 buy, uint96 bond)
    {
        (uint256 amounts, uint256 terms) = (a.amounts, a.terms);
        uint40 fillBy = uint40(terms);
        _checkHours(uint40(terms >> 40), fillBy);
        Rules.checkGrace(fillBy, exclusiveUntil, missGrace);
        bytes32 digest = _digest(Hashes.packedAward(id, msg.sender, amounts, terms, a.previous));
        Signatures.requirePair(auctioneer, digest, a.r, a.vs);
        return (uint128(amounts >> 128), uint128(amounts), uint96(terms >> 120));
    }

    function _checkHours(uint40 notBefore, uint40 fillBy) internal view {
        if (block.timestamp < notBefore) revert IErrors.NotYet(notBefore);
        if (block.timestamp > fillBy) revert IErrors.Expired(fillBy);
    }
}
