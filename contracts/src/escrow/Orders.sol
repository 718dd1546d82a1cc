// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Facts, JOB, JobOrder, LEASE, LeaseOrder, OPEN_IN, TokenOrder} from "../interfaces/Types.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Slot, Slots} from "../libraries/Slots.sol";
import {TokenOrders} from "../libraries/TokenOrders.sol";
import {Verifiers} from "../libraries/Verifiers.sol";
import {Deals} from "./Deals.sol";

/// @title What an order says, whatever its kind, and how its user withdraws it.
abstract contract Orders is Deals {
    /// @dev Each verifier's gap to each chain, plus one. Read through Slots.route only.
    mapping(bytes32 => bytes32) private gaps;

    /* INSPECTING */

    /// @inheritdoc ISettles
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40 from)
        external
        view
        returns (Facts memory f)
    {
        f = _factsOf(kind, order, sell, buy, from);
        require(part == 0, WrongAward(f.id));
        if (kind >= LEASE) return f;
        TokenOrder calldata o = Hashes.toTokenOrder(order);
        uint256 known = uint256(Slots.route(gaps, o).value);
        _requireGap(o.deliverBy, o.closeAfter, known == 0 ? _askGap(o) : known);
    }

    /// @dev All of `inspect` but what others must be asked for.
    function _factsOf(uint8 kind, bytes calldata order, uint128 sell, uint128 buy, uint40 from) internal view returns (Facts memory f) {
        f.separator = _separator();
        if (kind == LEASE) _leaseFacts(f, Hashes.toLeaseOrder(order), sell, buy);
        else if (kind == JOB) _jobFacts(f, Hashes.toJobOrder(order), sell, buy);
        else _tokenFacts(f, kind, Hashes.toTokenOrder(order), sell, buy, from);
        f.fresh = deals[f.id] == 0;
    }

    function _tokenFacts(Facts memory f, uint8 kind, TokenOrder calldata o, uint128 sell, uint128 buy, uint40 from) private pure {
        f.id = Hashes.digest(f.separator, Hashes.tokenOrder(kind, o));
        _checkTokens(o, 0, uint256(from) + Rules.MAX_DEAL);
        Rules.checkAmounts(kind == OPEN_IN, o.sell, o.buy, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = _earlier(o.openBy, o.deliverBy);
    }

    /// @dev Reverts unless a token order, as far as it says itself, can open at second `time` (0: whenever) and may close at `latest`.
    function _checkTokens(TokenOrder calldata o, uint256 time, uint256 latest) internal pure {
        if (!TokenOrders.isFormed(o, time, latest)) _refuse(o, time, latest);
    }

    /// @dev Which rule of TokenOrders.isFormed is broken.
    function _refuse(TokenOrder calldata o, uint256 time, uint256 latest) private pure {
        if (o.openBy < time) revert Expired(o.openBy);
        if (o.deliverBy < time) revert Expired(o.deliverBy);
        if (o.to == address(0) || o.to == o.buyToken) revert BadRecipient(o.to);
        if (o.sell == 0 || o.buy == 0) revert ZeroAmount();
        if (o.chainId == 0) revert IVerifier.UnknownChain(0);
        if (o.closeAfter > latest) revert DealTooLong(latest);
        if (o.nonce >> 255 != 0) revert GuardedByPermit2(o.nonce);
        revert DirtyWord();
    }

    /// @dev Differences of signed times only: no clock is compared with another. A verifier is asked once for each chain.
    function _checkGap(TokenOrder calldata o, uint256 deliverBy, uint256 closeAfter) internal {
        Slot storage known = Slots.route(gaps, o);
        uint256 above = uint256(known.value);
        if (above == 0) {
            above = _askGap(o);
            known.value = bytes32(above);
        }
        _requireGap(deliverBy, closeAfter, above);
    }

    /// @param above One more than the gap.
    function _requireGap(uint256 deliverBy, uint256 closeAfter, uint256 above) private pure {
        if (closeAfter >= deliverBy + above) return;
        if (closeAfter + 1 < deliverBy + above) revert GapTooShort(above - 1);
    }

    /// @dev One more than the gap, so that 0 means: not asked yet.
    function _askGap(TokenOrder calldata o) private view returns (uint256) {
        return Verifiers.gap(o.verifier, o.chainId) + 1;
    }

    function _leaseFacts(Facts memory f, LeaseOrder calldata o, uint128 sell, uint128 buy) private pure {
        f.id = Hashes.digest(f.separator, Hashes.leaseOrder(o));
        Rules.leaseDeposit(o, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = _earlier(o.openBy, o.startBy);
    }

    function _jobFacts(Facts memory f, JobOrder calldata o, uint128 sell, uint128 buy) private pure {
        f.id = Hashes.digest(f.separator, Hashes.jobOrder(o));
        Rules.jobDeposit(o, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = _earlier(o.openBy, o.resultBy);
    }

    function _earlier(uint40 a, uint40 b) private pure returns (uint40) {
        return a < b ? a : b;
    }

    /* CANCELLING */

    /// @inheritdoc IEscrow
    function cancelOpen(uint8 kind, TokenOrder calldata o) external {
        _cancelOwn(o.user, Hashes.tokenOrder(kind, o));
    }

    /// @inheritdoc IEscrow
    function cancelLease(LeaseOrder calldata o) external {
        _cancelOwn(o.user, Hashes.leaseOrder(o));
    }

    /// @inheritdoc IEscrow
    function cancelJob(JobOrder calldata o) external {
        _cancelOwn(o.user, Hashes.jobOrder(o));
    }

    /// @inheritdoc IEscrow
    function cancelFor(uint8 kind, bytes calldata order, bytes calldata cancelSig) external {
        (address user, bytes32 hash) = _signedBy(kind, order);
        bytes32 id = _digest(hash);
        Signatures.requireUser(user, _digest(Hashes.cancel(id)), cancelSig);
        _cancel(id);
    }

    function _signedBy(uint8 kind, bytes calldata order) private pure returns (address user, bytes32 hash) {
        if (kind == LEASE) {
            LeaseOrder calldata l = Hashes.toLeaseOrder(order);
            return (l.user, Hashes.leaseOrder(l));
        }
        if (kind == JOB) {
            JobOrder calldata j = Hashes.toJobOrder(order);
            return (j.user, Hashes.jobOrder(j));
        }
        TokenOrder calldata t = Hashes.toTokenOrder(order);
        return (t.user, Hashes.tokenOrder(kind, t));
    }

    function _cancelOwn(address user, bytes32 hash) private {
        require(msg.sender == user, Only(user));
        _cancel(_digest(hash));
    }

    /// @dev Into an empty slot only: what opened is past cancelling. The slot guards every order here, whatever funds it.
    function _cancel(bytes32 id) private {
        if (deals[id] != 0) revert WrongDeal(deals[id]);
        deals[id] = CANCELLED;
        emit Cancelled(id);
    }
}
