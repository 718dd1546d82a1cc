// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBonds} from "../interfaces/IBonds.sol";
import {Act, ILease} from "../interfaces/ILease.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, LeaseTerms} from "../interfaces/Types.sol";
import {Domain} from "../libraries/Domain.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Verifiers} from "../libraries/Verifiers.sol";
import {Vouchers} from "../libraries/Vouchers.sol";

/// @title Lease
contract Lease is ILease, Domain {
    /// @inheritdoc ILease
    address public immutable escrow;
    address private immutable BONDS;

    constructor(address escrow_) Domain(escrow_) {
        escrow = escrow_;
        BONDS = ISettles(escrow_).bonds();
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
        (uint8 code, LeaseTerms memory terms, bytes32 where) = Vouchers.terms(evidence);
        require(where == d.where, WrongTerms(d.where));
        Act act = Act(code);
        uint256 state = d.state;
        if (act == Act.Start) _start(d.solver, c, terms, caller, state);
        if (act == Act.NoShow) _noShow(c, terms, state);
        require(state != 0, NotStarted());
        if (act == Act.Quit) {
            require(caller == d.solver, Only(d.solver));
            _end(d, c, d.delivered);
        }
        if (act == Act.Finish) {
            uint256 stoppedAt = state >> 40;
            uint256 window = (stoppedAt == 0 ? state + terms.secondsAtMost : stoppedAt) + terms.windowSeconds;
            require(block.timestamp > window, NotYet(window));
            _end(d, c, d.delivered);
        }
        _acknowledge(dealId, d, c, caller, act, terms.meterKey, evidence);
    }

    /* ACTS: each ends the call with its answer */

    function _start(address solver, Cold calldata c, LeaseTerms memory terms, address caller, uint256 state) private view {
        require(caller == solver, Only(solver));
        require(state == 0, Started(uint40(state)));
        require(block.timestamp <= terms.startBy, Expired(terms.startBy));
        Verifiers.answer(0, c.maxUnits, block.timestamp, 0, false);
    }

    function _noShow(Cold calldata c, LeaseTerms memory terms, uint256 state) private view {
        require(state == 0, Started(uint40(state)));
        require(block.timestamp > terms.startBy, NotYet(terms.startBy));
        Verifiers.answer(0, c.maxUnits, 0, c.bond, true);
    }

    function _acknowledge(
        bytes32 dealId,
        Deal calldata d,
        Cold calldata c,
        address caller,
        Act act,
        address meterKey,
        bytes calldata evidence
    ) private view {
        (uint256 secs, bytes32 meter) = Vouchers.acknowledged(evidence);
        bytes32 digest = _digest(Hashes.voucher(dealId, secs, meter, act != Act.Voucher));
        // Calling is no voucher: only the meter key's signature pays while the lease runs on.
        bool buyer = act != Act.Voucher && (caller == c.user || caller == meterKey);
        require(buyer || _signedBy(meterKey, digest, evidence), NoConsent(meterKey));
        // For a voucher too: else the buyer could show small ones ahead of the provider's, whose evidence then meets another state.
        address solver = d.solver;
        require(act == Act.Stop || caller == solver || _signedByProvider(solver, digest, evidence), NoConsent(solver));

        (uint256 paid, uint256 state, uint256 most) = (d.delivered, d.state, c.maxUnits);
        require(act == Act.Voucher ? secs > paid : secs >= paid, TooFewSeconds(paid));
        // Whole seconds between start and stop (or now); a stop has already lowered maxUnits to them.
        uint256 elapsed = block.timestamp - uint40(state);
        if (elapsed < most) most = elapsed;
        require(secs <= most, TooManySeconds(most));

        if (act == Act.Voucher) Verifiers.answer(secs, c.maxUnits, state, 0, false);
        if (act == Act.Last) _end(d, c, secs);
        require(state >> 40 == 0, Stopped(state >> 40));
        Verifiers.answer(secs, most, state | (state + most) << 40, 0, secs == most);
    }

    /// @dev Settles `secs`, refunds the rest, frees the bond.
    function _end(Deal calldata d, Cold calldata c, uint256 secs) private pure {
        Verifiers.answer(secs, c.maxUnits, d.state, 0, true);
    }

    /* CONSENT */

    function _signedBy(address meterKey, bytes32 digest, bytes calldata evidence) private pure returns (bool) {
        (bytes32 r, bytes32 vs) = Vouchers.meterSignature(evidence);
        return meterKey != address(0) && Signatures.signer(digest, r, vs) == meterKey;
    }

    /// @dev By the provider's own key, or by one that it registered in Bonds.
    function _signedByProvider(address provider, bytes32 digest, bytes calldata evidence) private view returns (bool) {
        (bytes32 r, bytes32 vs) = Vouchers.providerSignature(evidence);
        address signer = Signatures.signer(digest, r, vs);
        return signer != address(0) && (signer == provider || IBonds(BONDS).isKey(provider, signer));
    }
}
