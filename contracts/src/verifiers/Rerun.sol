// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IRerun, JobAct, Phase} from "../interfaces/IRerun.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, JobTerms} from "../interfaces/Types.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {Attesters} from "../libraries/Attesters.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";

/// @title Rerun
contract Rerun is IRerun, Attesters {
    /// @dev The state word, unpacked.
    struct Claim {
        Phase phase;
        uint40 number;
        uint40 since;
        uint64 fuel;
        bytes13 result;
    }

    /// @dev What k judges say of a job.
    struct Judgement {
        bytes32 result;
        uint64 fuel;
        address[] judges;
    }

    /// @dev Length of abi.encode(JobAct, JobTerms).
    uint256 private constant HEAD = 6 * 32;
    /// @dev Length of abi.encode(result, fuel).
    uint256 private constant CLAIM = 2 * 32;
    /// @dev The lot is the hash of this many blocks after the claim: unknown to the provider when it claims.
    uint256 private constant LOT = 2;

    constructor(address[] memory judges, uint8 k) Attesters(judges, k) {}

    /// @inheritdoc IVerifier
    /// @dev Never asked: a job has no destination.
    function gap(uint256 chain) external pure returns (uint40) {
        revert UnknownChain(chain);
    }

    /// @inheritdoc IVerifier
    function record(uint256 chain, bytes32, bytes calldata) external pure returns (uint256, uint40) {
        revert UnknownChain(chain);
    }

    /// @inheritdoc IVerifier
    function records(uint256 chain, bytes32[] calldata, uint256[] calldata, bytes calldata) external pure returns (uint40) {
        revert UnknownChain(chain);
    }

    /// @inheritdoc IVerifier
    function step(bytes32 dealId, Deal calldata d, Cold calldata c, address caller, bytes calldata evidence)
        external
        view
        returns (Step memory)
    {
        (JobAct act, JobTerms memory terms) = abi.decode(evidence, (JobAct, JobTerms));
        require(Rules.where(terms) == d.where, WrongTerms(d.where));
        Claim memory claim = _unpack(d.state);

        if (act == JobAct.Result || act == JobAct.Proven) {
            require(caller == d.solver, Only(d.solver));
            require(claim.phase == Phase.Open, WrongPhase(claim.phase));
            require(block.timestamp <= terms.resultBy, Expired(terms.resultBy));
            return act == JobAct.Result ? _result(c, terms, evidence[HEAD:]) : _proven(dealId, c, terms, evidence[HEAD:]);
        }
        if (act == JobAct.Draw) return _draw(dealId, c, terms, claim);
        if (act == JobAct.Challenge) return _challenge(c, terms, caller, claim);
        if (act == JobAct.Settle) return _settle(dealId, c, terms, claim);
        if (act == JobAct.Judge) return _judge(dealId, c, terms, claim, evidence[HEAD:]);
        return act == JobAct.Lapse ? _lapse(c, terms, claim) : _noShow(c, terms, claim);
    }

    /* THE PROVIDER */

    function _result(Cold calldata c, JobTerms memory terms, bytes calldata tail) private view returns (Step memory) {
        (bytes32 result, uint64 fuel) = abi.decode(tail, (bytes32, uint64));
        require(fuel <= c.maxUnits, TooMuchFuel(c.maxUnits));
        Phase phase = terms.auditBps == Rules.FULL_AUDIT ? Phase.Audited : Phase.Claimed;
        return _stays(c, Claim(phase, uint40(block.number), uint40(block.timestamp), fuel, bytes13(result)));
    }

    function _proven(bytes32 dealId, Cold calldata c, JobTerms memory terms, bytes calldata tail) private view returns (Step memory) {
        require(terms.auditBps == Rules.FULL_AUDIT, NotFullyAudited(terms.auditBps));
        Judgement memory said = _judgement(dealId, tail);
        require(said.fuel <= c.maxUnits, TooMuchFuel(c.maxUnits));
        return _withFees(c, _ends(c, said.fuel, 0), said.judges);
    }

    /* THE LOT AND THE BUYER */

    function _draw(bytes32 dealId, Cold calldata c, JobTerms memory terms, Claim memory claim) private view returns (Step memory) {
        require(claim.phase == Phase.Claimed, WrongPhase(claim.phase));
        if (_isDrawn(dealId, terms.auditBps, claim.number)) {
            (claim.phase, claim.since) = (Phase.Audited, uint40(block.timestamp));
        } else {
            claim.phase = Phase.Cleared;
        }
        return _stays(c, claim);
    }

    function _challenge(Cold calldata c, JobTerms memory terms, address caller, Claim memory claim) private view returns (Step memory) {
        require(caller == c.user, Only(c.user));
        require(claim.phase == Phase.Claimed || claim.phase == Phase.Cleared, WrongPhase(claim.phase));
        uint256 last = uint256(claim.since) + terms.challengeSeconds;
        require(block.timestamp <= last, Expired(last));
        (claim.phase, claim.since) = (Phase.Challenged, uint40(block.timestamp));
        return _stays(c, claim);
    }

    function _settle(bytes32 dealId, Cold calldata c, JobTerms memory terms, Claim memory claim) private view returns (Step memory) {
        require(claim.phase == Phase.Claimed || claim.phase == Phase.Cleared, WrongPhase(claim.phase));
        uint256 last = uint256(claim.since) + terms.challengeSeconds;
        require(block.timestamp > last, NotYet(last));
        require(claim.phase == Phase.Cleared || !_isDrawn(dealId, terms.auditBps, claim.number), MustBeAudited());
        return _ends(c, claim.fuel, 0);
    }

    function _isDrawn(bytes32 dealId, uint16 auditBps, uint40 claimed) private view returns (bool) {
        if (auditBps == 0) return false;
        uint256 number = claimed + LOT;
        require(block.number > number, NotDrawnYet(number));
        bytes32 hash = Blockhash.blockHash(number);
        // 0: it cannot be read any more.
        return hash == 0 || uint256(keccak256(abi.encode(hash, dealId))) % Rules.FULL_AUDIT < auditBps;
    }

    /* THE JUDGES */

    function _judge(bytes32 dealId, Cold calldata c, JobTerms memory terms, Claim memory claim, bytes calldata tail)
        private
        view
        returns (Step memory)
    {
        uint256 last = _lastVerdict(terms, claim);
        require(block.timestamp <= last, Expired(last));
        Judgement memory said = _judgement(dealId, tail);
        bool stands = bytes13(said.result) == claim.result && said.fuel == claim.fuel;
        return _withFees(c, stands ? _ends(c, claim.fuel, 0) : _ends(c, 0, c.bond), said.judges);
    }

    function _lapse(Cold calldata c, JobTerms memory terms, Claim memory claim) private view returns (Step memory) {
        uint256 last = _lastVerdict(terms, claim);
        require(block.timestamp > last, NotYet(last));
        return _ends(c, claim.phase == Phase.Challenged ? claim.fuel : 0, 0);
    }

    function _noShow(Cold calldata c, JobTerms memory terms, Claim memory claim) private view returns (Step memory) {
        require(claim.phase == Phase.Open, WrongPhase(claim.phase));
        require(block.timestamp > terms.resultBy, NotYet(terms.resultBy));
        return _ends(c, 0, c.bond);
    }

    function _lastVerdict(JobTerms memory terms, Claim memory claim) private pure returns (uint256) {
        require(claim.phase == Phase.Audited || claim.phase == Phase.Challenged, WrongPhase(claim.phase));
        return uint256(claim.since) + terms.verdictSeconds;
    }

    function _judgement(bytes32 dealId, bytes calldata tail) private view returns (Judgement memory said) {
        (said.result, said.fuel) = abi.decode(tail, (bytes32, uint64));
        bytes calldata quorum = tail[CLAIM:];
        bytes32 digest = _digest(Hashes.verdict(dealId, said.result, said.fuel));
        _requireQuorum(digest, quorum);
        said.judges = Attestations.signersOf(digest, quorum);
    }

    /* STEPS */

    function _stays(Cold calldata c, Claim memory claim) private pure returns (Step memory s) {
        (s.maxUnits, s.state) = (c.maxUnits, _pack(claim));
    }

    /// @dev Pays for `fuel`, refunds the rest, closes.
    function _ends(Cold calldata c, uint64 fuel, uint96 penalty) private pure returns (Step memory s) {
        (s.delivered, s.maxUnits, s.penalty, s.done) = (fuel, c.maxUnits, penalty, true);
    }

    /// @dev The same for each judge, whatever it said.
    function _withFees(Cold calldata c, Step memory s, address[] memory judges) private pure returns (Step memory) {
        (s.payees, s.feeEach) = (judges, uint128(c.feeBudget / judges.length));
        return s;
    }

    function _pack(Claim memory claim) private pure returns (uint256) {
        return uint256(claim.phase) | uint256(claim.number) << 8 | uint256(claim.since) << 48 | uint256(claim.fuel) << 88
            | uint256(uint104(claim.result)) << 152;
    }

    function _unpack(uint256 state) private pure returns (Claim memory) {
        return Claim(Phase(uint8(state)), uint40(state >> 8), uint40(state >> 48), uint64(state >> 88), bytes13(bytes32(state)));
    }
}
