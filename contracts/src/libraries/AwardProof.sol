// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {Award, BatchEntry} from "../interfaces/Types.sol";
import {Hashes} from "./Hashes.sol";
import {Signatures} from "./Signatures.sol";

/// @title That an auctioneer made an award: alone, or as an entry of a batch.
library AwardProof {
    /// @notice The digest of `a`. Reverts BadSignature unless `proof` is the auctioneer's signature under `a` (64 or 65 bytes), or
    ///         abi.encode(BatchEntry) with its signature under the `Awards` that holds `a`; WrongAward if the entry is not `a`.
    function check(Award calldata a, bytes calldata proof, bytes32 separator, address auctioneer) internal pure returns (bytes32 digest) {
        digest = Hashes.digest(separator, Hashes.award(a));
        if (proof.length <= 65) Signatures.requireKey(auctioneer, digest, proof);
        else _checkEntry(a, abi.decode(proof, (BatchEntry)), separator, auctioneer);
    }

    /// @dev Amounts of orders behind the index may be missing or too many: the batch that was signed is not the question.
    function _checkEntry(Award calldata a, BatchEntry memory e, bytes32 separator, address auctioneer) private pure {
        require(a.part == 0 && a.previous == 0, IErrors.WrongAward(a.order));
        require(e.orders[e.index] == a.order, IErrors.WrongAward(e.orders[e.index]));
        require(e.amounts[e.index] == (uint256(a.sell) << 128 | a.buy), IErrors.WrongAward(a.order));
        bytes32 orders = Hashes.fold(e.orders);
        bytes32 amounts = Hashes.fold(e.amounts);
        bytes32 awards = Hashes.awards(orders, amounts, a.solver, a.bond, a.cutAt, a.notBefore, a.fillBy);
        Signatures.requirePair(auctioneer, Hashes.digest(separator, awards), e.r, e.vs);
    }
}
