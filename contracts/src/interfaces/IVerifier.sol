// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Cold, Deal} from "./Types.sol";

/// @dev What a verifier says of a deal after some evidence. Settlement does the money.
struct Step {
    uint128 delivered; // cumulative units, never below the deal's, never above maxUnits
    uint128 maxUnits; // never above the deal's; what it falls by is refunded at once
    address[] payees; // third parties who are paid `feeEach` of the sell token; only together with `done` ...
    uint128 feeEach; // ... all together at most the deal's fee budget, whose rest goes back to the user
    uint256 state; // the verifier's own word
    uint96 penalty; // taken from the deal's bond for the user, at most the bond; only together with `done`
    bool done; // rest to the user, bond released, deal closed
}

/// @title A pure judge of quantity, named in the signed order. It holds no money and no state of a deal.
interface IVerifier {
    /// @notice This verifier does not know the chain.
    error UnknownChain(uint256 chain);
    /// @notice This verifier judges no counted work.
    error NotMine();
    /// @notice The terms handed in are not the ones that were signed.
    error WrongTerms(bytes32 where);
    /// @notice `records` takes at least one key, and one word for each: not for these `keys`.
    error WrongCount(uint256 keys);
    /// @notice The record `key` holds `actual`.
    error WrongWord(bytes32 key, uint256 actual);

    /// @notice Seconds that must lie between `deliverBy` and `closeAfter`: destination finality + attestation + landing a
    ///         claim, with clock drift.
    /// @dev Never changes: Escrow asks once for each chain and remembers.
    function gap(uint256 chain) external view returns (uint40);

    /// @notice The raw word of Delivery's record `key` on `chain` (amount in the low 128 bits, time of the last delivery
    ///         above), and the time at which it was so. Reverts if the evidence does not prove it.
    function record(uint256 chain, bytes32 key, bytes calldata evidence) external view returns (uint256 word, uint40 asOf);

    /// @notice Reverts unless every record `keys[i]` on `chain` holds exactly `words[i]`, all at the one time returned; also if there
    ///         is no key, or not a word for each.
    function records(uint256 chain, bytes32[] calldata keys, uint256[] calldata words, bytes calldata evidence)
        external
        view
        returns (uint40 asOf);

    /// @notice Judges `evidence` about a deal of counted work (kinds 8, 9). Reverts if it proves nothing.
    function step(bytes32 dealId, Deal calldata d, Cold calldata c, address caller, bytes calldata evidence)
        external
        view
        returns (Step memory);
}
