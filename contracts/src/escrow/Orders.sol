// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {Facts, JOB, JobOrder, LEASE, LeaseOrder, OPEN_IN, TokenOrder} from "../interfaces/Types.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Deals} from "./Deals.sol";

/// @title What an order says, whatever its kind, and how its user withdraws it.
abstract contract Orders is Deals {
    /* INSPECTING */

    /// @inheritdoc ISettles
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40 from)
        external
        view
        returns (Facts memory f)
    {
        f = _factsOf(kind, order, sell, buy, from);
        require(part == 0, WrongAward(f.id));
        if (kind < LEASE) Rules.checkGap(Hashes.toTokenOrder(order));
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
        Rules.checkTokens(o, from);
        Rules.checkAmounts(kind == OPEN_IN, o.sell, o.buy, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = _earlier(o.openBy, o.deliverBy);
    }

    function _leaseFacts(Facts memory f, LeaseOrder calldata o, uint128 sell, uint128 buy) private pure {
        f.id = Hashes.digest(f.separator, Hashes.leaseOrder(o));
        Rules.leaseDeposit(o, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = _earlier(o.openBy, o.startBy);
    }

    function _jobFacts(Facts memory f, JobOrder calldata o, uint128 sell, uint128 buy) private view {
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
