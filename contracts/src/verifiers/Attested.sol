// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttested} from "../interfaces/IAttested.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal} from "../interfaces/Types.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {Attesters} from "../libraries/Attesters.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {States} from "../libraries/States.sol";

/// @title Attested
contract Attested is IAttested, Attesters {
    /// @dev Gap of a chain that the table does not name.
    uint40 private constant UNKNOWN = 1 days;

    /// @inheritdoc IAttested
    address public immutable delivery;
    /// @dev The gap table, chain << 40 | gap each: in code, since every opening order asks.
    uint256 private immutable GAP_0;
    uint256 private immutable GAP_1;
    uint256 private immutable GAP_2;
    uint256 private immutable GAP_3;
    uint256 private immutable GAP_4;
    uint256 private immutable GAP_5;
    uint256 private immutable GAP_6;
    uint256 private immutable GAP_7;

    /// @param chains Chain ids served, each with its `gaps_` in seconds.
    constructor(address delivery_, address[] memory signers, uint8 k, uint256[] memory chains, uint40[] memory gaps_)
        Attesters(signers, k)
    {
        uint256[8] memory table = _table(chains, gaps_);
        (GAP_0, GAP_1, GAP_2, GAP_3) = (table[0], table[1], table[2], table[3]);
        (GAP_4, GAP_5, GAP_6, GAP_7) = (table[4], table[5], table[6], table[7]);
        delivery = delivery_;
    }

    /// @inheritdoc IVerifier
    function gap(uint256 chain) external view returns (uint40) {
        if (chain == GAP_0 >> 40) return uint40(GAP_0);
        if (chain == GAP_1 >> 40) return uint40(GAP_1);
        if (chain == GAP_2 >> 40) return uint40(GAP_2);
        if (chain == GAP_3 >> 40) return uint40(GAP_3);
        if (chain == GAP_4 >> 40) return uint40(GAP_4);
        if (chain == GAP_5 >> 40) return uint40(GAP_5);
        if (chain == GAP_6 >> 40) return uint40(GAP_6);
        if (chain == GAP_7 >> 40) return uint40(GAP_7);
        return UNKNOWN;
    }

    /// @inheritdoc IVerifier
    function record(uint256 chain, bytes32 key, bytes calldata evidence) external view returns (uint256 word, uint40 asOf) {
        require(evidence.length >= 32, BadEvidence());
        word = uint256(bytes32(evidence));
        asOf = _requireSigned(chain, States.leaf(key, word), evidence[32:]);
    }

    /// @inheritdoc IVerifier
    function records(uint256 chain, bytes32[] calldata keys, uint256[] calldata words, bytes calldata evidence)
        external
        view
        returns (uint40)
    {
        require(keys.length != 0 && keys.length == words.length, WrongCount(keys.length));
        return _requireSigned(chain, States.rootOf(keys, words), evidence);
    }

    /// @inheritdoc IVerifier
    function step(bytes32, Deal calldata, Cold calldata, address, bytes calldata) external pure returns (Step memory) {
        revert NotMine();
    }

    /// @dev That `node` is in a tree of records on `chain` which the set signed. Returns the time of the block that holds them.
    function _requireSigned(uint256 chain, bytes32 node, bytes calldata evidence) private view returns (uint40) {
        (bool whole, uint64 number, uint40 asOf, bytes32 root, bytes calldata quorum) = Attestations.read(evidence, node);
        require(whole, BadEvidence());
        _requireQuorum(_digest(Hashes.deliveries(chain, delivery, number, asOf, root)), quorum);
        return asOf;
    }

    function _table(uint256[] memory chains, uint40[] memory gaps_) private pure returns (uint256[8] memory table) {
        require(chains.length == gaps_.length && chains.length <= 8, BadSet());
        for (uint256 i; i < chains.length; ++i) {
            require(chains[i] != 0 && chains[i] < type(uint216).max && gaps_[i] != 0, BadSet());
            for (uint256 j; j < i; ++j) {
                require(chains[i] != chains[j], BadSet());
            }
            table[i] = chains[i] << 40 | gaps_[i];
        }
        // The rest names no chain that the table could hold.
        for (uint256 i = chains.length; i < 8; ++i) {
            table[i] = type(uint256).max;
        }
    }
}
