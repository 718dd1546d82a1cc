// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {
    Awarded,
    Cold,
    Deal,
    Facts,
    JOB,
    JOB_UNIT,
    JobOrder,
    JobTerms,
    LEASE,
    LEASE_UNIT,
    LeaseOrder,
    LeaseTerms,
    NATIVE,
    OPEN_IN,
    TokenOrder
} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Deals} from "./Deals.sol";

/// @title How money enters: an order's deal opens at most once, or is cancelled before.
abstract contract Opening is Deals {
    /* OPENING */

    /// @inheritdoc IEscrow
    function open(uint8 kind, TokenOrder calldata o, Awarded calldata a) external payable locked returns (bytes32 dealId) {
        require(msg.sender == o.user, Only(o.user));
        dealId = _digest(Hashes.tokenOrder(kind, o));

        uint128 deposit = _openTokens(kind, o, a, dealId);
        bool native = o.sellToken == NATIVE;
        require(msg.value == (native ? deposit : 0), WrongValue(native ? deposit : 0));
        if (!native) _take(o.sellToken, msg.sender, deposit);
    }

    /// @inheritdoc IEscrow
    function openFor(uint8 kind, TokenOrder calldata o, bytes calldata userSig, Awarded calldata a)
        external
        locked
        returns (bytes32 dealId)
    {
        dealId = _digest(Hashes.tokenOrder(kind, o));
        Signatures.requireUser(o.user, dealId, userSig);

        uint128 deposit = _openTokens(kind, o, a, dealId);
        _take(o.sellToken, o.user, deposit);
    }

    /// @inheritdoc IEscrow
    function openLease(LeaseOrder calldata o, bytes calldata userSig, Awarded calldata a) external locked returns (bytes32 dealId) {
        require(block.timestamp <= o.openBy, Expired(o.openBy));
        require(block.timestamp <= o.startBy, Expired(o.startBy));
        Rules.checkLease(o);
        bytes32 machine;
        (dealId, machine) = Hashes.leaseOrder(o);
        dealId = _digest(dealId);
        Signatures.requireUser(o.user, dealId, userSig);
        address solver = _opener(a, dealId, o.auctioneer, o.exclusiveUntil);
        uint128 perHour = a.award.solver == address(0) ? o.perHourAtMost : Rules.price(o.perHourAtMost, o.secondsAtMost, a.award);
        uint128 deposit = Rules.leaseTotal(o, perHour);

        Deal memory d;
        (d.sellToken, d.solver, d.verifier, d.num, d.den) = (o.sellToken, solver, o.verifier, perHour, LEASE_UNIT);
        d.where = Rules.where(LeaseTerms(o.startBy, o.ackSeconds, o.windowSeconds, o.secondsAtMost, o.meterKey, machine));
        _record(dealId, d, Cold(o.user, o.secondsAtMost, Rules.closeAfter(o), o.auctioneer, o.noShowPenalty, LEASE));
        _lockBond(a, solver, o.auctioneer, o.noShowPenalty);
        _take(o.sellToken, o.user, deposit);
    }

    /// @inheritdoc IEscrow
    function openJob(JobOrder calldata o, bytes calldata userSig, Awarded calldata a) external locked returns (bytes32 dealId) {
        require(block.timestamp <= o.openBy, Expired(o.openBy));
        require(block.timestamp <= o.resultBy, Expired(o.resultBy));
        Rules.checkJob(o);
        bytes32 job;
        (dealId, job) = Hashes.jobOrder(o);
        dealId = _digest(dealId);
        Signatures.requireUser(o.user, dealId, userSig);
        address solver = _opener(a, dealId, o.auctioneer, o.exclusiveUntil);
        bool awarded = a.award.solver != address(0);
        uint128 perBillion = awarded ? Rules.price(o.perBillionFuelAtMost, o.fuelAtMost, a.award) : o.perBillionFuelAtMost;
        uint96 bond = awarded && a.award.bond > o.bondAtLeast ? a.award.bond : o.bondAtLeast;
        uint128 deposit = Rules.jobTotal(o, perBillion);

        Deal memory d;
        (d.sellToken, d.solver, d.verifier, d.num, d.den) = (o.sellToken, solver, o.verifier, perBillion, JOB_UNIT);
        d.where = Rules.where(JobTerms(o.resultBy, o.fuelAtMost, job));
        _record(dealId, d, Cold(o.user, o.fuelAtMost, o.closeAfter, o.auctioneer, bond, JOB));
        _lockBond(a, solver, o.auctioneer, bond);
        _take(o.sellToken, o.user, deposit);
    }

    function _openTokens(uint8 kind, TokenOrder calldata o, Awarded calldata a, bytes32 dealId) private returns (uint128 deposit) {
        require(block.timestamp <= o.openBy, Expired(o.openBy));
        require(block.timestamp <= o.deliverBy, Expired(o.deliverBy));
        require(o.closeAfter <= block.timestamp + Rules.MAX_DEAL, DealTooLong(block.timestamp + Rules.MAX_DEAL));
        Rules.checkTokens(o);
        require(a.award.solver != address(0), AwardRequired());
        Deal memory d;
        d.solver = _opener(a, dealId, o.auctioneer, o.exclusiveUntil);
        (d.num, d.den) = Rules.amounts(o, kind, a.award);
        deposit = d.num;

        (d.sellToken, d.verifier, d.chain) = (o.sellToken, o.verifier, o.chainId);
        d.where = Hashes.where(o.buyToken, o.to, o.deliverBy);
        _record(dealId, d, Cold(o.user, d.den, o.closeAfter, o.auctioneer, a.award.bond, kind));
    }

    /// @dev Who will be paid. With an award: its solver, who calls or has accepted. Without: the caller, after the window.
    function _opener(Awarded calldata a, bytes32 id, address auctioneer, uint40 exclusiveUntil) private view returns (address solver) {
        solver = a.award.solver;
        if (solver == address(0)) {
            require(block.timestamp > exclusiveUntil || auctioneer == address(0), Exclusive(exclusiveUntil));
            return msg.sender;
        }
        bytes32 awardDigest = _checkAward(a.award, a.auctioneerSig, id, auctioneer, exclusiveUntil);
        if (msg.sender == solver) return solver;
        require(a.reply.accepted, NotAwarded(solver));
        Signatures.requireSolver(bonds, solver, _digest(Hashes.reply(awardDigest, a.reply)), a.replySig);
    }

    /// @dev An id opens at most once: its slot is empty only before.
    function _record(bytes32 dealId, Deal memory d, Cold memory c) private {
        if (deals[dealId] != 0) revert WrongDeal(deals[dealId]);
        d.cold = Hashes.cold(c);
        deals[dealId] = Hashes.firstCommitment(d);
        emit Opened(dealId, dealId, d.solver, d.num, d.den, c.maxUnits, c.bond);
    }

    /// @dev Only the auctioneer commits a bond that backs its awards. A provider that orders from itself could else take its
    ///      bond out as a penalty, past the exit's delay, or lock it away from a slash.
    function _lockBond(Awarded calldata a, address solver, address auctioneer, uint96 amount) private {
        if (amount == 0) return;
        require(a.award.solver != address(0) || auctioneer == address(0), AwardRequired());
        IBonds(bonds).lock(solver, auctioneer, amount);
    }

    function _take(address token, address from, uint128 amount) private {
        uint256 before = Calls.balanceOf(token, address(this));
        Calls.pull(token, from, address(this), amount);
        uint256 arrived = Calls.balanceOf(token, address(this)) - before;
        require(arrived == amount, ShortDeposit(amount, arrived));
    }

    /* CANCELLING */

    /// @inheritdoc IEscrow
    function cancelOpen(uint8 kind, TokenOrder calldata o) external {
        _cancel(o.user, Hashes.tokenOrder(kind, o));
    }

    /// @inheritdoc IEscrow
    function cancelLease(LeaseOrder calldata o) external {
        (bytes32 order,) = Hashes.leaseOrder(o);
        _cancel(o.user, order);
    }

    /// @inheritdoc IEscrow
    function cancelJob(JobOrder calldata o) external {
        (bytes32 order,) = Hashes.jobOrder(o);
        _cancel(o.user, order);
    }

    function _cancel(address user, bytes32 structHash) private {
        require(msg.sender == user, Only(user));
        bytes32 id = _digest(structHash);
        if (deals[id] != 0) revert WrongDeal(deals[id]);
        deals[id] = CANCELLED;
        emit Cancelled(id);
    }

    /* INSPECTING */

    /// @inheritdoc ISettles
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40 from)
        external
        view
        returns (Facts memory f)
    {
        f.separator = _separator();
        if (kind == LEASE) _inspectLease(Hashes.toLeaseOrder(order), sell, buy, f);
        else if (kind == JOB) _inspectJob(Hashes.toJobOrder(order), sell, buy, f);
        else _inspectTokens(kind, Hashes.toTokenOrder(order), sell, buy, from, f);
        require(part == 0, WrongAward(f.id));
        f.fresh = deals[f.id] == 0;
    }

    function _inspectTokens(uint8 kind, TokenOrder calldata o, uint128 sell, uint128 buy, uint40 from, Facts memory f) private view {
        f.id = Hashes.digest(f.separator, Hashes.tokenOrder(kind, o));
        Rules.checkTokens(o);
        uint256 latest = uint256(from) + Rules.MAX_DEAL;
        require(o.closeAfter <= latest, DealTooLong(latest));
        Rules.checkAmounts(kind == OPEN_IN, o.sell, o.buy, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = o.openBy < o.deliverBy ? o.openBy : o.deliverBy;
    }

    function _inspectLease(LeaseOrder calldata o, uint128 sell, uint128 buy, Facts memory f) private pure {
        (bytes32 structHash,) = Hashes.leaseOrder(o);
        f.id = Hashes.digest(f.separator, structHash);
        Rules.checkLease(o);
        Rules.checkPrice(o.perHourAtMost, o.secondsAtMost, sell, buy);
        Rules.leaseTotal(o, sell);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = o.openBy < o.startBy ? o.openBy : o.startBy;
    }

    function _inspectJob(JobOrder calldata o, uint128 sell, uint128 buy, Facts memory f) private view {
        (bytes32 structHash,) = Hashes.jobOrder(o);
        f.id = Hashes.digest(f.separator, structHash);
        Rules.checkJob(o);
        Rules.checkPrice(o.perBillionFuelAtMost, o.fuelAtMost, sell, buy);
        Rules.jobTotal(o, sell);
        (f.user, f.auctioneer, f.exclusiveUntil, f.sellToken) = (o.user, o.auctioneer, o.exclusiveUntil, o.sellToken);
        f.deadline = o.openBy < o.resultBy ? o.openBy : o.resultBy;
    }
}
