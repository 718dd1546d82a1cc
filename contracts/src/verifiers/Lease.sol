// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Act, ILease} from "../interfaces/ILease.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, LeaseTerms} from "../interfaces/Types.sol";
import {Domain} from "../libraries/Domain.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title Lease
contract Lease is ILease, Domain {
    /// @dev Length of abi.encode(Act, LeaseTerms).
    uint256 private constant HEAD = 7 * 32;

    /// @dev The tail of evidence that carries an acknowledgement.
    struct Ack {
        uint32 secs;
        bytes32 meter;
        bytes32[2] meterSig;
        bytes32[2] providerSig;
    }

    /// @inheritdoc ILease
    address public immutable escrow;

    constructor(address escrow_) Domain(escrow_) {
        escrow = escrow_;
    }

    /// @inheritdoc IVerifier
    /// @dev Never asked: a lease has no destination.
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
        (Act act, LeaseTerms memory terms) = abi.decode(evidence, (Act, LeaseTerms));
        require(Rules.where(terms) == d.where, WrongTerms(d.where));

        uint40 startedAt = uint40(d.state);
        uint40 stoppedAt = uint40(d.state >> 40);
        if (act == Act.Start) return _start(d, c, terms, caller, startedAt);
        if (act == Act.NoShow) return _noShow(c, terms, startedAt);
        require(startedAt != 0, NotStarted());
        if (act == Act.Quit) {
            require(caller == d.solver, Only(d.solver));
            return _end(d, c, d.delivered);
        }
        if (act == Act.Finish) {
            uint256 window = (stoppedAt == 0 ? startedAt + terms.secondsAtMost : stoppedAt) + terms.windowSeconds;
            require(block.timestamp > window, NotYet(window));
            return _end(d, c, d.delivered);
        }
        return _acknowledge(dealId, d, c, caller, act, terms, abi.decode(evidence[HEAD:], (Ack)));
    }

    function _start(Deal calldata d, Cold calldata c, LeaseTerms memory terms, address caller, uint40 startedAt)
        private
        view
        returns (Step memory)
    {
        require(caller == d.solver, Only(d.solver));
        require(startedAt == 0, Started(startedAt));
        require(block.timestamp <= terms.startBy, Expired(terms.startBy));
        return _step(0, c.maxUnits, block.timestamp, 0, false);
    }

    function _noShow(Cold calldata c, LeaseTerms memory terms, uint40 startedAt) private view returns (Step memory) {
        require(startedAt == 0, Started(startedAt));
        require(block.timestamp > terms.startBy, NotYet(terms.startBy));
        return _step(0, c.maxUnits, 0, c.bond, true);
    }

    function _acknowledge(
        bytes32 dealId,
        Deal calldata d,
        Cold calldata c,
        address caller,
        Act act,
        LeaseTerms memory terms,
        Ack memory ack
    ) private view returns (Step memory) {
        uint40 startedAt = uint40(d.state);
        uint40 stoppedAt = uint40(d.state >> 40);
        bytes32 signed = _digest(Hashes.voucher(dealId, ack.secs, ack.meter, act != Act.Voucher));
        require(
            (act != Act.Voucher && (caller == c.user || caller == terms.meterKey)) || _signed(terms.meterKey, signed, ack.meterSig),
            NoConsent(terms.meterKey)
        );
        // For a voucher too: else the buyer could show small ones ahead of the provider's, whose evidence then meets another state.
        require(act == Act.Stop || caller == d.solver || _signed(d.solver, signed, ack.providerSig), NoConsent(d.solver));
        uint128 least = act == Act.Voucher ? d.delivered + 1 : d.delivered;
        require(ack.secs >= least, TooFewSeconds(d.delivered));
        // Whole seconds between start and stop (or now); a stop has already lowered maxUnits to them.
        uint128 most = _least(c.maxUnits, uint40(block.timestamp) - startedAt);
        require(ack.secs <= most, TooManySeconds(most));

        if (act == Act.Voucher) return _step(ack.secs, c.maxUnits, d.state, 0, false);
        if (act == Act.Last) return _end(d, c, ack.secs);
        require(stoppedAt == 0, Stopped(stoppedAt));
        return _step(ack.secs, most, startedAt | uint256(startedAt + uint40(most)) << 40, 0, ack.secs == most);
    }

    /// @dev Settles `secs`, refunds the rest, frees the bond.
    function _end(Deal calldata d, Cold calldata c, uint128 secs) private pure returns (Step memory) {
        return _step(secs, c.maxUnits, d.state, 0, true);
    }

    /// @dev Without fees: a lease has no third party.
    function _step(uint128 delivered, uint128 maxUnits, uint256 state, uint96 penalty, bool done) private pure returns (Step memory s) {
        (s.delivered, s.maxUnits, s.state, s.penalty, s.done) = (delivered, maxUnits, state, penalty, done);
    }

    function _signed(address account, bytes32 digest, bytes32[2] memory sig) private pure returns (bool) {
        return account != address(0) && Signatures.signer(digest, sig[0], sig[1]) == account;
    }

    function _least(uint128 a, uint128 b) private pure returns (uint128) {
        return a < b ? a : b;
    }
}
