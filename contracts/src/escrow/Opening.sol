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
import {TokenOrders} from "../libraries/TokenOrders.sol";
import {Orders} from "./Orders.sol";
import {States} from "../libraries/States.sol";

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
        require(kind < LEASE, BadKind(kind));
        _requireUser(o.user);
        return _openCalled(Hashes.empty(), a);
    }

    /// @inheritdoc IEscrow
    function openFor(uint8 kind, TokenOrder calldata, bytes calldata userSig, Awarded calldata a) external locked returns (bytes32) {
        require(kind < LEASE, BadKind(kind));
        return _openCalled(userSig, a);
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
        address user = TokenOrders.user(o);
        _consent(id, user, userSig, msg.sender);
        _pull(TokenOrders.sellToken(o), user, sell);
    }

    /// @inheritdoc IEscrow
    function openUnawarded(uint8 kind, TokenOrder calldata o) external payable locked returns (bytes32 id) {
        _requireUser(TokenOrders.user(o));
        uint256 amount;
        (id, amount) = _recordRace(kind, o);
        _take(TokenOrders.sellToken(o), msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function openUnawardedOnBehalf(uint8 kind, TokenOrder calldata o, bytes calldata userSig) external locked returns (bytes32 id) {
        uint256 amount;
        (id, amount) = _recordRace(kind, o);
        address user = TokenOrders.user(o);
        _consent(id, user, userSig, msg.sender);
        _pull(TokenOrders.sellToken(o), user, amount);
    }

    function _recordRace(uint8 kind, TokenOrder calldata o) private returns (bytes32 id, uint256 sell) {
        (address auctioneer, uint256 exclusiveUntil) = TokenOrders.reserved(o);
        _requireUnreserved(auctioneer, exclusiveUntil);
        id = _digest(Hashes.tokenOrder(kind, o));
        uint256 buy;
        (sell, buy) = TokenOrders.amounts(o);
        _recordTokens(o, id, address(0), sell, buy, 0);
    }

    function _enterTokens(TokenOrder calldata o, bytes32 id, bytes calldata userSig, Bargain memory b, address caller) private {
        _recordTokens(o, id, b.solver, b.sell, b.buy, b.bond);
        _consent(id, o.user, userSig, caller);
        _take(TokenOrders.sellToken(o), o.user, b.sell);
    }

    function _recordTokens(TokenOrder calldata o, bytes32 id, address solver, uint256 sell, uint256 buy, uint256 bond) private {
        _checkTokens(o, block.timestamp, block.timestamp + Rules.MAX_DEAL);
        (uint256 deliverBy, uint256 closeAfter) = TokenOrders.lastTimes(o);
        _checkGap(o, deliverBy, closeAfter);
        _commit(id, States.tokenCommitment(o, solver, sell, buy, bond));
        emit Opened(id, solver, sell << 128 | buy, buy << 96 | bond);
    }

    /* LEASES */

    /// @inheritdoc IEscrow
    function openLease(LeaseOrder calldata, bytes calldata userSig, Awarded calldata a) external payable locked returns (bytes32) {
        return _openCalled(userSig, a);
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
    function openJob(JobOrder calldata, bytes calldata userSig, Awarded calldata a) external payable locked returns (bytes32) {
        return _openCalled(userSig, a);
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

    /// @dev The plain entries, whose order is that of the call itself. By an award to the caller, or to one who has accepted it and did
    ///      not void it since. (A solver that opens what it voided harms itself only.) Or by none, after the window: tokens then name
    ///      nobody, leases and jobs the caller, at the signed ceiling.
    function _openCalled(bytes calldata userSig, Awarded calldata a) private returns (bytes32) {
        (uint8 kind, bytes calldata order) = _called();
        bool awarded = a.award.solver != address(0);
        Bargain memory b = awarded ? _bargainOf(kind, order, a.award) : _ceilingOf(kind, order);
        Facts memory f = _factsOf(kind, order, b.sell, b.buy, uint40(block.timestamp));
        if (!awarded) {
            _requireUnreserved(f.auctioneer, f.exclusiveUntil);
        } else {
            bytes32 award = _checkAward(a.award, a.auctioneerSig, f.id, f.auctioneer, f.exclusiveUntil);
            if (msg.sender != b.solver) _requireAccepted(award, a);
        }
        _enter(kind, order, f.id, userSig, b, msg.sender);
        if (kind >= LEASE) {
            // Only the auctioneer commits a bond that backs its awards. A provider that orders from itself could else take its bond out as
            // a penalty, past the exit's delay, or lock it away from a slash.
            require(awarded || b.bond == 0 || f.auctioneer == address(0), AwardRequired());
            _lock(b, f.auctioneer);
        }
        return f.id;
    }

    /// @dev Which of the four was called. Not handed over by them: the compiler would write all that follows once for each.
    function _called() private pure returns (uint8 kind, bytes calldata order) {
        if (msg.sig == this.openLease.selector) return (LEASE, msg.data[0x04:0x04 + 19 * 32]);
        if (msg.sig == this.openJob.selector) return (JOB, msg.data[0x04:0x04 + 23 * 32]);
        return (uint8(msg.data[0x23]), msg.data[0x24:0x24 + 15 * 32]);
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

    /// @dev Without an award: what the order allows at most. A race names nobody, so that opening gives no advantage: the first to deliver
    ///      all of it is paid.
    function _ceilingOf(uint8 kind, bytes calldata order) private view returns (Bargain memory) {
        if (kind == LEASE) {
            LeaseOrder calldata l = Hashes.toLeaseOrder(order);
            return Bargain(msg.sender, l.perHourAtMost, l.secondsAtMost, l.noShowPenalty);
        }
        if (kind == JOB) {
            JobOrder calldata j = Hashes.toJobOrder(order);
            return Bargain(msg.sender, j.perBillionFuelAtMost, j.fuelAtMost, j.bondAtLeast);
        }
        TokenOrder calldata t = Hashes.toTokenOrder(order);
        return Bargain(address(0), t.sell, t.buy, 0);
    }

    function _unpack(PackedAward calldata a, bytes32 id, address auctioneer, uint40 exclusiveUntil)
        private
        view
        returns (Bargain memory b)
    {
        b.solver = msg.sender;
        (b.sell, b.buy, b.bond) = _checkPacked(a, id, auctioneer, exclusiveUntil);
    }

    function _requireUnreserved(address auctioneer, uint256 exclusiveUntil) private view {
        if (block.timestamp <= exclusiveUntil && auctioneer != address(0)) revert Exclusive(exclusiveUntil);
    }

    function _lock(Bargain memory b, address auctioneer) private {
        if (b.bond != 0) IBonds(bonds).lock(b.solver, auctioneer, b.bond);
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
        d.cold = States.cold(c);
        _commit(id, States.firstCommitment(d));
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
        if (Signatures.isSigned(user, id, userSig)) return;
        if (caller == user && userSig.length == 0) return;
        Signatures.requireCode(user, id, userSig);
    }

    /// @dev Takes exactly the deposit. Native coin comes with the user's own call.
    function _take(address token, address user, uint256 amount) private {
        if (token == NATIVE) {
            require(msg.sender == user, Only(user));
            require(msg.value == amount, WrongValue(amount));
            return;
        }
        if (msg.value != 0) revert WrongValue(0);
        _pull(token, user, amount);
    }

    function _pull(address token, address user, uint256 amount) private {
        uint256 before = Calls.balanceOf(token, address(this));
        Calls.pull(token, user, address(this), amount);
        uint256 arrived = Calls.balanceOf(token, address(this)) - before;
        if (arrived != amount) revert ShortDeposit(amount, arrived);
    }
}
