// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {
    Award,
    Awarded,
    Bargain,
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
    PackedAward,
    TokenOrder
} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Slot, Slots} from "../libraries/Slots.sol";
import {Orders} from "./Orders.sol";

/// @title How money enters: each order's deal opens at most once.
/// @dev Each way in strikes a bargain (by an award, or without one where that is allowed), locks the bond if the kind has one, and ends
///      in `_enter…` of its kind: the order's own terms, the slot, the deposit.
abstract contract Opening is Orders {
    /// @dev Gas for the user's side in `openOrVoid`: its signature, its verifier's gap, its token. Fixed, so that no caller can make it
    ///      fail by giving little. And what must be left to give that much and still write the failure down.
    uint256 private constant TRY_GAS = 200_000 + 2 * PULL_GAS + 100_000;
    uint256 private constant TRY_NEEDS = TRY_GAS * 64 / 63 + 150_000;

    /* TOKENS */

    /// @inheritdoc IEscrow
    function open(uint8 kind, TokenOrder calldata o, Awarded calldata a) external payable locked returns (bytes32) {
        _requireUser(o.user);
        return _openTokens(kind, o, _unsigned(), a);
    }

    /// @inheritdoc IEscrow
    function openFor(uint8 kind, TokenOrder calldata o, bytes calldata userSig, Awarded calldata a) external locked returns (bytes32) {
        return _openTokens(kind, o, userSig, a);
    }

    /// @inheritdoc IEscrow
    function openWithAward(uint8 kind, TokenOrder calldata o, bytes calldata userSig, PackedAward calldata a)
        external
        locked
        returns (bytes32 id)
    {
        id = _digest(Hashes.tokenOrder(kind, o));
        (uint128 sell, uint128 buy, uint96 bond) = _checkPacked(a, id, o.auctioneer, o.exclusiveUntil);
        Rules.checkAmounts(kind == OPEN_IN, o.sell, o.buy, sell, buy);
        _recordTokens(o, id, msg.sender, sell, buy, bond);
        address user = o.user;
        _consent(id, user, userSig, msg.sender);
        _take(o.sellToken, user, sell);
    }

    /// @inheritdoc IEscrow
    function openUnawarded(uint8 kind, TokenOrder calldata o) external payable locked returns (bytes32 id) {
        _requireUser(o.user);
        uint128 amount;
        (id, amount) = _recordRace(kind, o);
        _take(o.sellToken, msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function openUnawardedOnBehalf(uint8 kind, TokenOrder calldata o, bytes calldata userSig) external locked returns (bytes32 id) {
        return _openRace(kind, o, userSig);
    }

    function _openTokens(uint8 kind, TokenOrder calldata o, bytes calldata userSig, Awarded calldata a) private returns (bytes32) {
        require(kind < LEASE, BadKind(kind));
        if (a.award.solver == address(0)) return _openRace(kind, o, userSig);
        return _openAwarded(kind, Hashes.encodingOf(o), userSig, a);
    }

    function _openRace(uint8 kind, TokenOrder calldata o, bytes calldata userSig) private returns (bytes32 id) {
        uint128 amount;
        address user = o.user;
        (id, amount) = _recordRace(kind, o);
        _consent(id, user, userSig, msg.sender);
        _take(o.sellToken, user, amount);
    }

    /// @dev No award, so nobody is named: opening gives no advantage. The first to deliver all of it is paid the signed amount.
    function _recordRace(uint8 kind, TokenOrder calldata o) private returns (bytes32 id, uint128 sell) {
        _requireUnreserved(o.auctioneer, o.exclusiveUntil);
        id = _digest(Hashes.tokenOrder(kind, o));
        sell = o.sell;
        _recordTokens(o, id, address(0), sell, o.buy, 0);
    }

    function _enterTokens(TokenOrder calldata o, bytes32 id, bytes calldata userSig, Bargain memory b, address caller) private {
        _recordTokens(o, id, b.solver, b.sell, b.buy, b.bond);
        _consent(id, o.user, userSig, caller);
        _take(o.sellToken, o.user, b.sell);
    }

    function _recordTokens(TokenOrder calldata o, bytes32 id, address solver, uint128 sell, uint128 buy, uint96 bond) private {
        (uint256 deliverBy, uint256 openBy, uint256 closeAfter) = _checkTokens(o, block.timestamp);
        _requireInTime(openBy, deliverBy);
        _checkGap(o, deliverBy, closeAfter);
        _commit(id, Hashes.tokenCommitment(o, solver, sell, buy, bond));
        emit Opened(id, solver, uint256(sell) << 128 | buy, uint256(buy) << 96 | bond);
    }

    /* LEASES */

    /// @inheritdoc IEscrow
    function openLease(LeaseOrder calldata o, bytes calldata userSig, Awarded calldata a) external payable locked returns (bytes32 id) {
        if (a.award.solver != address(0)) return _openAwarded(LEASE, Hashes.encodingOf(o), userSig, a);
        id = _digest(Hashes.leaseOrder(o));
        _requireUnreserved(o.auctioneer, o.exclusiveUntil);
        Bargain memory b = Bargain(msg.sender, o.perHourAtMost, o.secondsAtMost, o.noShowPenalty);
        _enterLease(o, id, userSig, b, msg.sender);
        _lockUnawarded(b, o.auctioneer);
    }

    /// @inheritdoc IEscrow
    function openLeaseByProvider(LeaseOrder calldata o, bytes calldata userSig, PackedAward calldata a)
        external
        locked
        returns (bytes32 id)
    {
        id = _digest(Hashes.leaseOrder(o));
        Bargain memory b = _unpack(a, id, o.auctioneer, o.exclusiveUntil);
        b.bond = o.noShowPenalty;
        _enterLease(o, id, userSig, b, msg.sender);
        _lock(b, o.auctioneer);
    }

    function _enterLease(LeaseOrder calldata o, bytes32 id, bytes calldata userSig, Bargain memory b, address caller) private {
        _requireInTime(o.openBy, o.startBy);
        uint128 deposit = Rules.leaseDeposit(o, b.sell, b.buy);
        Deal memory d;
        (d.sellToken, d.solver, d.verifier, d.num, d.den) = (o.sellToken, b.solver, o.verifier, b.sell, LEASE_UNIT);
        d.where = Rules.where(
            LeaseTerms(o.startBy, o.ackSeconds, o.windowSeconds, o.secondsAtMost, o.meterKey, Hashes.machine(o))
        );
        _record(id, d, Cold(o.user, o.secondsAtMost, Rules.closeAfter(o), o.auctioneer, b.bond, 0));
        _consent(id, o.user, userSig, caller);
        _take(o.sellToken, o.user, deposit);
    }

    /* JOBS */

    /// @inheritdoc IEscrow
    function openJob(JobOrder calldata o, bytes calldata userSig, Awarded calldata a) external payable locked returns (bytes32 id) {
        if (a.award.solver != address(0)) return _openAwarded(JOB, Hashes.encodingOf(o), userSig, a);
        id = _digest(Hashes.jobOrder(o));
        _requireUnreserved(o.auctioneer, o.exclusiveUntil);
        Bargain memory b = Bargain(msg.sender, o.perBillionFuelAtMost, o.fuelAtMost, o.bondAtLeast);
        _enterJob(o, id, userSig, b, msg.sender);
        _lockUnawarded(b, o.auctioneer);
    }

    function _enterJob(JobOrder calldata o, bytes32 id, bytes calldata userSig, Bargain memory b, address caller) private {
        _requireInTime(o.openBy, o.resultBy);
        uint128 deposit = Rules.jobDeposit(o, b.sell, b.buy);
        Deal memory d;
        (d.sellToken, d.solver, d.verifier, d.num, d.den) = (o.sellToken, b.solver, o.verifier, b.sell, JOB_UNIT);
        d.where = Rules.where(JobTerms(o.resultBy, o.challengeSeconds, o.verdictSeconds, o.auditBps, Hashes.job(o)));
        _record(id, d, Cold(o.user, o.fuelAtMost, Rules.closeAfter(o), o.auctioneer, b.bond, o.auditBudget));
        _consent(id, o.user, userSig, caller);
        _take(o.sellToken, o.user, deposit + o.auditBudget);
    }

    /* EVERY KIND */

    /// @dev By an award to the caller, or to one who has accepted it and did not void it since. (A solver that opens what it voided harms
    ///      itself only.)
    function _openAwarded(uint8 kind, bytes calldata order, bytes calldata userSig, Awarded calldata a) private returns (bytes32) {
        Facts memory f = _factsOf(kind, order, a.award.sell, a.award.buy, uint40(block.timestamp));
        bytes32 award = _checkAward(a.award, a.auctioneerSig, f.id, f.auctioneer, f.exclusiveUntil);
        if (msg.sender != a.award.solver) _requireAccepted(award, a);
        Bargain memory b = _bargainOf(kind, order, a.award);
        _enter(kind, order, f.id, userSig, b, msg.sender);
        if (kind >= LEASE) _lock(b, f.auctioneer);
        return f.id;
    }

    function _requireAccepted(bytes32 award, Awarded calldata a) private view {
        require(a.reply.accepted, NotAwarded(a.award.solver));
        Signatures.requireSolver(bonds, a.award.solver, _digest(Hashes.reply(award, a.reply)), a.replySig);
        require(!voided[award][a.reply.authorisation], IBonds.Voided(award));
    }

    /// @inheritdoc IEscrow
    function openOrVoid(uint8 kind, bytes calldata order, bytes calldata userSig, Award calldata a, bytes calldata auctioneerSig)
        external
        locked
        returns (bytes32, bool)
    {
        require(msg.sender == a.solver, NotAwarded(a.solver));
        // What reverts from here on cannot be slashed either, or not before the award's last seconds, or is the solver's own.
        Facts memory f = _factsOf(kind, order, a.sell, a.buy, uint40(block.timestamp));
        bytes32 award = _checkAward(a, auctioneerSig, f.id, f.auctioneer, f.exclusiveUntil);
        require(block.timestamp <= f.deadline, Expired(f.deadline));
        if (!f.fresh) revert WrongDeal(deals[f.id]);
        require(f.sellToken != NATIVE, Only(f.user));

        Bargain memory b = _bargainOf(kind, order, a);
        if (kind >= LEASE) _lock(b, f.auctioneer);
        if (_try(abi.encodeCall(this.enter, (kind, order, f.id, userSig, b)))) return (f.id, true);
        if (kind >= LEASE) _releaseBond(b.solver, f.auctioneer, b.bond);
        _void(f.id, award, keccak256(userSig));
        return (f.id, false);
    }

    /// @inheritdoc IEscrow
    function enter(uint8 kind, bytes calldata order, bytes32 id, bytes calldata userSig, Bargain calldata b) external {
        require(msg.sender == address(this), Only(address(this)));
        _enter(kind, order, id, userSig, b, b.solver);
    }

    function _enter(uint8 kind, bytes calldata order, bytes32 id, bytes calldata userSig, Bargain memory b, address caller) private {
        if (kind == LEASE) _enterLease(Hashes.toLeaseOrder(order), id, userSig, b, caller);
        else if (kind == JOB) _enterJob(Hashes.toJobOrder(order), id, userSig, b, caller);
        else _enterTokens(Hashes.toTokenOrder(order), id, userSig, b, caller);
    }

    function _try(bytes memory call) private returns (bool) {
        require(gasleft() >= TRY_NEEDS, GasTooLow(TRY_NEEDS));
        return Calls.tryCall(address(this), TRY_GAS, call);
    }

    /// @dev Under the very bytes that were tried: a solver that tries others than it acknowledged gains nothing.
    function _void(bytes32 id, bytes32 award, bytes32 authorisation) private {
        voided[award][authorisation] = true;
        emit AwardVoided(id, award, msg.sender, authorisation);
    }

    /* BARGAINS */

    /// @dev The bond: leases lock what the buyer signed, jobs the greater of that and the award's, tokens only record the award's.
    function _bargainOf(uint8 kind, bytes calldata order, Award calldata a) private pure returns (Bargain memory b) {
        b = Bargain(a.solver, a.sell, a.buy, a.bond);
        if (kind == LEASE) {
            b.bond = Hashes.toLeaseOrder(order).noShowPenalty;
        } else if (kind == JOB) {
            uint96 least = Hashes.toJobOrder(order).bondAtLeast;
            if (b.bond < least) b.bond = least;
        }
    }

    function _unpack(PackedAward calldata a, bytes32 id, address auctioneer, uint40 exclusiveUntil)
        private
        view
        returns (Bargain memory b)
    {
        b.solver = msg.sender;
        (b.sell, b.buy, b.bond) = _checkPacked(a, id, auctioneer, exclusiveUntil);
    }

    function _requireUnreserved(address auctioneer, uint40 exclusiveUntil) private view {
        if (block.timestamp <= exclusiveUntil && auctioneer != address(0)) revert Exclusive(exclusiveUntil);
    }

    function _lock(Bargain memory b, address auctioneer) private {
        if (b.bond != 0) IBonds(bonds).lock(b.solver, auctioneer, b.bond);
    }

    /// @dev Only the auctioneer commits a bond that backs its awards. A provider that orders from itself could else take its bond out as
    ///      a penalty, past the exit's delay, or lock it away from a slash.
    function _lockUnawarded(Bargain memory b, address auctioneer) private {
        require(b.bond == 0 || auctioneer == address(0), AwardRequired());
        _lock(b, auctioneer);
    }

    /* ENTERING */

    function _requireUser(address user) private view {
        if (msg.sender != user) revert Only(user);
    }

    function _requireInTime(uint256 openBy, uint256 alsoBy) private view {
        if (block.timestamp > openBy) revert Expired(openBy);
        if (block.timestamp > alsoBy) revert Expired(alsoBy);
    }

    function _record(bytes32 id, Deal memory d, Cold memory c) private {
        d.cold = Hashes.cold(c);
        _commit(id, Hashes.firstCommitment(d));
        emit Opened(id, d.solver, uint256(d.num) << 128 | d.den, uint256(c.maxUnits) << 96 | c.bond);
    }

    /// @dev An id opens at most once: its slot is empty only before.
    function _commit(bytes32 id, bytes32 commitment) private {
        Slot storage slot = Slots.entry(deals, id);
        if (slot.value != 0) revert WrongDeal(slot.value);
        slot.value = commitment;
    }

    /// @dev The user agrees by its signature, or by being the caller.
    function _consent(bytes32 id, address user, bytes calldata userSig, address caller) private view {
        if (caller != user || userSig.length != 0) Signatures.requireUser(user, id, userSig);
    }

    /// @dev Takes exactly the deposit. Native coin comes with the user's own call.
    function _take(address token, address user, uint128 amount) private {
        if (token == NATIVE) {
            require(msg.sender == user, Only(user));
            require(msg.value == amount, WrongValue(amount));
            return;
        }
        if (msg.value != 0) revert WrongValue(0);
        uint256 before = Calls.balanceOf(token, address(this));
        Calls.pull(token, user, address(this), amount);
        uint256 arrived = Calls.balanceOf(token, address(this)) - before;
        if (arrived != amount) revert ShortDeposit(amount, arrived);
    }

    function _unsigned() private pure returns (bytes calldata) {
        return msg.data[:0];
    }
}
