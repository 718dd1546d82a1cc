// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAttested} from "../interfaces/IAttested.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, JOB, JobTerms} from "../interfaces/Types.sol";
import {Domain} from "../libraries/Domain.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title Attested
contract Attested is IAttested, Domain {
    /// @dev Gap of a chain that the table does not name.
    uint40 private constant UNKNOWN = 1 days;

    /// @inheritdoc IAttested
    address public immutable delivery;
    /// @inheritdoc IAttested
    uint256 public immutable k;
    /// @inheritdoc IAttested
    uint256 public immutable n;

    /// @inheritdoc IAttested
    mapping(uint256 index => address) public signers;
    mapping(uint256 chain => uint40) private gaps;

    /// @param chains Chain ids served, each with its `gaps_` in seconds. This chain's own entry is the gap of jobs.
    constructor(address delivery_, address[] memory signers_, uint256 k_, uint256[] memory chains, uint40[] memory gaps_)
        Domain(address(this))
    {
        require(k_ != 0 && k_ <= signers_.length && signers_.length <= 256 && chains.length == gaps_.length, BadSet());
        delivery = delivery_;
        k = k_;
        n = signers_.length;
        for (uint256 i; i < signers_.length; ++i) {
            require(signers_[i] != address(0), BadSet());
            for (uint256 j; j < i; ++j) {
                require(signers_[i] != signers_[j], BadSet());
            }
            signers[i] = signers_[i];
        }
        for (uint256 i; i < chains.length; ++i) {
            gaps[chains[i]] = gaps_[i];
        }
    }

    /// @inheritdoc IVerifier
    function gap(uint256 chain) external view returns (uint40) {
        uint40 known = gaps[chain];
        return known == 0 ? UNKNOWN : known;
    }

    /// @inheritdoc IVerifier
    function record(uint256 chain, bytes32 key, bytes calldata evidence) external view returns (uint256, uint40) {
        (uint256 word, uint64 number, uint40 asOf, uint256 who, bytes32[] memory proof, bytes32[] memory signatures) =
            abi.decode(evidence, (uint256, uint64, uint40, uint256, bytes32[], bytes32[]));
        bytes32 root = Hashes.leaf(key, word);
        for (uint256 i; i < proof.length; ++i) {
            root = Hashes.node(root, proof[i]);
        }
        _requireQuorum(_digest(Hashes.deliveries(chain, delivery, number, asOf, root)), who, signatures);
        return (word, asOf);
    }

    /// @inheritdoc IVerifier
    function step(bytes32 dealId, Deal calldata d, Cold calldata c, address, bytes calldata evidence)
        external
        view
        returns (Step memory)
    {
        require(c.kind == JOB, NotMine(c.kind));
        (JobTerms memory terms, bytes32 result, uint64 fuel, uint256 who, bytes32[] memory signatures) =
            abi.decode(evidence, (JobTerms, bytes32, uint64, uint256, bytes32[]));
        require(Rules.where(terms) == d.where, WrongTerms(d.where));
        require(fuel <= c.maxUnits, TooMuchFuel(c.maxUnits));
        _requireQuorum(_digest(Hashes.verdict(dealId, result, fuel)), who, signatures);
        return Step({delivered: fuel, maxUnits: fuel, state: uint256(result), penalty: 0, done: true});
    }

    /// @dev One signature per set bit, in ascending order: nobody counts twice.
    function _requireQuorum(bytes32 digest, uint256 who, bytes32[] memory signatures) private view {
        require(signatures.length == 2 * k, WrongQuorum(k));
        uint256 counted;
        for (uint256 i; who != 0; ++i) {
            if (who & 1 == 1) {
                require(counted < k, WrongQuorum(k));
                address expected = signers[i];
                address actual = Signatures.signer(digest, signatures[2 * counted], signatures[2 * counted + 1]);
                require(actual == expected && expected != address(0), BadSignature(expected));
                ++counted;
            }
            who >>= 1;
        }
        require(counted == k, WrongQuorum(k));
    }
}
