// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBonds} from "../interfaces/IBonds.sol";
import {Act, ILease} from "../interfaces/ILease.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal} from "../interfaces/Types.sol";
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
        (uint256 terms, bytes32 where) = Vouchers.terms(evidence);
        if (where != d.where) revert WrongTerms(d.where);
        Act act = Act(Vouchers.act(terms));
        uint256 state = d.state;
        if (act == Act.Start) _start(d, c, terms, caller, state);
        if (act == Act.NoShow) _noShow(c, terms, state);
        if (state == 0) revert NotStarted();
        if (act == Act.Quit) {
            require(caller == d.solver, Only(d.solver));
            _end(d, c, d.delivered);
        }
        if (act == Act.Finish) {
            uint256 stoppedAt = state >> 40;
            uint256 end = stoppedAt == 0 ? state + Vouchers.secondsAtMost(terms) : stoppedAt;
            uint256 window = end + Vouchers.windowSeconds(terms);
            require(block.timestamp > window, NotYet(window));
            _end(d, c, d.delivered);
        }
        _acknowledge(dealId, d, c, caller, act, evidence);
    }

    /* ACTS: each ends the call with its answer */

    function _start(Deal calldata d, Cold calldata c, uint256 terms, address caller, uint256 state) private view {
        address solver = Vouchers.solverOf(d);
        if (caller != solver) revert Only(solver);
        if (state != 0) revert Started(uint40(state));
        uint256 startBy = Vouchers.startBy(terms);
        if (block.timestamp > startBy) revert Expired(startBy);
        Verifiers.answer(0, Vouchers.maxUnitsOf(c), block.timestamp, 0, false);
    }

    function _noShow(Cold calldata c, uint256 terms, uint256 state) private view {
        if (state != 0) revert Started(uint40(state));
        uint256 startBy = Vouchers.startBy(terms);
        if (block.timestamp <= startBy) revert NotYet(startBy);
        Verifiers.answer(0, Vouchers.maxUnitsOf(c), 0, c.bond, true);
    }

    function _acknowledge(bytes32 dealId, Deal calldata d, Cold calldata c, address caller, Act act, bytes calldata evidence)
        private
        view
    {
        (uint256 secs, bytes32 meter) = Vouchers.acknowledged(evidence);
        bool last = act != Act.Voucher;
        bytes32 digest = _digest(Hashes.voucher(dealId, secs, meter, last));
        address meterKey = Vouchers.meterKey(evidence);
        // Calling is no voucher: only the meter key's signature pays while the lease runs on.
        bool buyer = last && (caller == c.user || caller == meterKey);
        if (!buyer && !_signedBy(meterKey, digest, evidence)) revert NoConsent(meterKey);
        // For a voucher too: else the buyer could show small ones ahead of the provider's, whose evidence then meets another state.
        address solver = Vouchers.solverOf(d);
        if (act != Act.Stop && caller != solver && !_signedByProvider(solver, digest, evidence)) revert NoConsent(solver);

        (uint256 paid, uint256 state, uint256 most) = (d.delivered, d.state, c.maxUnits);
        if (last ? secs < paid : secs <= paid) revert TooFewSeconds(paid);
        // Whole seconds between start and stop (or now); a stop has already lowered maxUnits to them.
        uint256 elapsed = block.timestamp - uint40(state);
        if (elapsed < most) most = elapsed;
        if (secs > most) revert TooManySeconds(most);

        if (!last) Verifiers.answer(secs, c.maxUnits, state, 0, false);
        if (act == Act.Last) _end(d, c, secs);
        if (state >> 40 != 0) revert Stopped(state >> 40);
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
