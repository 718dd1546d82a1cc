// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// The escrow and the fills. What its events say is told by intents/receipt.ts.

import {IBonds} from "./interfaces/IBonds.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVerifier, Step} from "./interfaces/IVerifier.sol";
import {
    Award,
    Awarded,
    Cold,
    Deal,
    FILL_OUT,
    JOB,
    JOB_UNIT,
    JobOrder,
    JobTerms,
    LEASE,
    LEASE_UNIT,
    LeaseOrder,
    LeaseTerms,
    NATIVE,
    SwapOrder,
    TokenOrder
} from "./interfaces/Types.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Domain} from "./libraries/Domain.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Settlement
contract Settlement is ISettlement, Credits, Domain {
    bytes32 private constant CLOSED = bytes32(uint256(1));
    bytes32 private constant CANCELLED = bytes32(uint256(2));

    /* IMMUTABLES */

    /// @inheritdoc ISettlement
    address public immutable bonds;

    /* STORAGE */

    /// @inheritdoc ISettlement
    mapping(address user => mapping(uint256 word => uint256 bits)) public nonces;
    /// @inheritdoc ISettlement
    mapping(bytes32 dealId => bytes32 commitment) public deals;

    constructor(address bonds_) Domain(address(this)) {
        address expected = IBonds(bonds_).settlement();
        require(expected == address(this), Only(expected));
        bonds = bonds_;
    }

    /* SAME CHAIN */

    /// @inheritdoc ISettlement
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external payable {
        require(block.timestamp > o.exclusiveUntil || o.auctioneer == address(0), Exclusive(o.exclusiveUntil));
        bytes32 id = _spend(kind, o, userSig);

        _exchange(id, o, o.sell, o.buy);
    }

    /// @inheritdoc ISettlement
    function fillAwarded(uint8 kind, SwapOrder calldata o, bytes calldata userSig, Award calldata a, bytes calldata auctioneerSig)
        external
        payable
    {
        require(a.solver == msg.sender, NotAwarded(a.solver));
        bytes32 id = _spend(kind, o, userSig);
        _checkAward(a, auctioneerSig, id, o.auctioneer, o.exclusiveUntil);
        (uint128 sold, uint128 bought) = Rules.amounts(o, kind, a);

        _exchange(id, o, sold, bought);
    }

    /// @dev Deadline, form, the user's authority; the nonce is spent.
    function _spend(uint8 kind, SwapOrder calldata o, bytes calldata userSig) private returns (bytes32 id) {
        _requireFree();
        require(block.timestamp <= o.fillBy, Expired(o.fillBy));
        Rules.checkSwap(o, address(this));
        id = _digest(Hashes.swapOrder(kind, o));
        address user = o.user;
        Signatures.requireUser(user, id, userSig);
        _spendNonce(user, o.nonce);
    }

    function _spendNonce(address user, uint256 nonce) private {
        mapping(uint256 word => uint256 bits) storage words = nonces[user];
        uint256 word = nonce >> 8;
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = words[word];
        require(bits & bit == 0, NonceUsed(nonce));
        words[word] = bits | bit;
    }

    /// @dev Sell to the caller, buy to the recipient. Holds nothing and measures nothing, so ERC-20 needs no lock.
    function _exchange(bytes32 id, SwapOrder calldata o, uint128 sold, uint128 bought) private {
        address buyToken = o.buyToken;
        emit Filled(id, msg.sender, sold, bought);
        if (buyToken == NATIVE) {
            require(msg.value == bought, WrongValue(bought));
            _acquire();
            Calls.pull(o.sellToken, o.user, msg.sender, sold);
            _push(NATIVE, o.to, bought);
            _free();
        } else {
            require(msg.value == 0, WrongValue(0));
            Calls.pull(o.sellToken, o.user, msg.sender, sold);
            Calls.pull(buyToken, msg.sender, o.to, bought);
        }
    }

    /* OPENING */

    /// @inheritdoc ISettlement
    function open(uint8 kind, TokenOrder calldata o, Awarded calldata a) external payable locked returns (bytes32 dealId) {
        require(msg.sender == o.user, Only(o.user));
        dealId = _digest(Hashes.tokenOrder(kind, o));

        uint128 deposit = _openTokens(kind, o, a, dealId);
        bool native = o.sellToken == NATIVE;
        require(msg.value == (native ? deposit : 0), WrongValue(native ? deposit : 0));
        if (!native) _take(o.sellToken, msg.sender, deposit);
    }

    /// @inheritdoc ISettlement
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

    /// @inheritdoc ISettlement
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

    /// @inheritdoc ISettlement
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
        Signatures.requireKey(solver, _digest(Hashes.reply(awardDigest, a.reply)), a.replySig);
    }

    function _checkAward(Award calldata a, bytes calldata auctioneerSig, bytes32 id, address auctioneer, uint40 exclusiveUntil)
        private
        view
        returns (bytes32 digest)
    {
        require(block.timestamp >= a.notBefore, NotYet(a.notBefore));
        require(block.timestamp <= a.fillBy, Expired(a.fillBy));
        Rules.checkAward(a, id, exclusiveUntil);
        digest = _digest(Hashes.award(a));
        Signatures.requireKey(auctioneer, digest, auctioneerSig);
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

    /* PAYING */

    /// @inheritdoc ISettlement
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external locked {
        _checkDeal(dealId, d);
        require(d.chain != 0, BadKind(LEASE));
        bytes32 key = Hashes.recordKey(dealId, 0, d.where, d.solver);
        (uint256 word,) = IVerifier(d.verifier).record(d.chain, key, evidence);
        uint128 delivered = uint128(word) > d.den ? d.den : uint128(word);
        require(delivered > d.delivered, NothingNew(d.delivered));
        uint128 released = _price(d, delivered);

        if (delivered == d.den) {
            deals[dealId] = CLOSED;
            emit Closed(dealId, released, delivered, 0, 0);
        } else {
            _update(dealId, d, released, delivered, d.state, d.cold);
            emit Advanced(dealId, released, delivered, d.den, d.state);
        }
        _push(d.sellToken, d.solver, released - d.released);
    }

    /// @inheritdoc ISettlement
    function advance(bytes32 dealId, Deal calldata d, Cold calldata c, bytes calldata evidence) external locked {
        _checkDeal(dealId, d, c);
        require(c.kind >= LEASE, BadKind(c.kind));
        Step memory s = IVerifier(d.verifier).step(dealId, d, c, msg.sender, evidence);
        require(s.delivered >= d.delivered && s.delivered <= s.maxUnits && s.maxUnits <= c.maxUnits, BadStep());
        require(s.penalty == 0 || (s.done && s.penalty <= c.bond), BadStep());
        uint128 released = _price(d, s.delivered);
        uint128 refund = _price(d, c.maxUnits) - (s.done ? released : _price(d, s.maxUnits));

        if (s.done) {
            deals[dealId] = CLOSED;
            emit Closed(dealId, released, s.delivered, refund, s.penalty);
        } else {
            _update(dealId, d, released, s.delivered, s.state, Hashes.cold(c, s.maxUnits));
            emit Advanced(dealId, released, s.delivered, s.maxUnits, s.state);
        }
        _push(d.sellToken, d.solver, released - d.released);
        _push(d.sellToken, c.user, refund);
        if (s.penalty != 0) IBonds(bonds).slash(d.solver, c.auctioneer, c.bond, s.penalty, c.user);
        else if (s.done) _releaseBond(d.solver, c);
    }

    /// @inheritdoc ISettlement
    function close(bytes32 dealId, Deal calldata d, Cold calldata c) external locked {
        _checkDeal(dealId, d, c);
        require(block.timestamp > c.closeAfter, NotYet(c.closeAfter));
        uint128 refund = _price(d, c.maxUnits) - d.released;

        deals[dealId] = CLOSED;
        emit Closed(dealId, d.released, d.delivered, refund, 0);
        _push(d.sellToken, c.user, refund);
        if (c.kind >= LEASE) _releaseBond(d.solver, c);
    }

    function _checkDeal(bytes32 dealId, Deal calldata d) private view {
        bytes32 stored = deals[dealId];
        require(stored == Hashes.commitment(d), WrongDeal(stored));
    }

    function _checkDeal(bytes32 dealId, Deal calldata d, Cold calldata c) private view {
        _checkDeal(dealId, d);
        if (d.cold != Hashes.cold(c, c.maxUnits)) revert WrongDeal(deals[dealId]);
    }

    function _update(bytes32 dealId, Deal calldata d, uint128 released, uint128 delivered, uint256 state, bytes32 cold) private {
        uint256 progress = uint256(released) << 128 | delivered;
        deals[dealId] = Hashes.commitment(Hashes.group(d), uint256(d.num) << 128 | d.den, progress, state, d.where, cold);
    }

    /// @dev The one price rule of every kind, on the cumulative quantity, rounded once in the user's favour. Fits: at most
    ///      the deposit.
    function _price(Deal calldata d, uint128 units) private pure returns (uint128) {
        return uint128(uint256(d.num) * units / d.den);
    }

    function _releaseBond(address solver, Cold calldata c) private {
        if (c.bond != 0) IBonds(bonds).release(solver, c.auctioneer, c.bond);
    }

    /* CANCELLING */

    /// @inheritdoc ISettlement
    function cancelFill(uint8 kind, SwapOrder calldata o) external {
        require(msg.sender == o.user, Only(o.user));
        require(o.nonce >> 255 == 0, GuardedByPermit2(o.nonce));
        bytes32 id = _digest(Hashes.swapOrder(kind, o));
        _spendNonce(msg.sender, o.nonce);
        emit Cancelled(id);
    }

    /// @inheritdoc ISettlement
    function cancelOpen(uint8 kind, TokenOrder calldata o) external {
        _cancel(o.user, Hashes.tokenOrder(kind, o));
    }

    /// @inheritdoc ISettlement
    function cancelLease(LeaseOrder calldata o) external {
        (bytes32 order,) = Hashes.leaseOrder(o);
        _cancel(o.user, order);
    }

    /// @inheritdoc ISettlement
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

    /// @inheritdoc ISettlement
    function cancelNonces(uint256 word, uint256 mask) external {
        nonces[msg.sender][word] |= mask;
        emit NoncesCancelled(msg.sender, word, mask);
    }

    /* VIEWS */

    /// @inheritdoc ISettlement
    function orderState(uint8 kind, bytes32 id, address user, uint256 nonce) external view returns (OrderState) {
        if (kind <= FILL_OUT) return nonces[user][nonce >> 8] >> (nonce & 0xff) & 1 == 0 ? OrderState.Fresh : OrderState.Done;
        bytes32 deal = deals[id];
        if (deal == 0) return OrderState.Fresh;
        if (deal == CLOSED) return OrderState.Closed;
        return deal == CANCELLED ? OrderState.Cancelled : OrderState.Open;
    }

    /// @inheritdoc ISettlement
    function commitmentOf(Deal calldata d) external pure returns (bytes32) {
        return Hashes.commitment(d);
    }

    /// @inheritdoc ISettlement
    function coldOf(Cold calldata c) external pure returns (bytes32) {
        return Hashes.cold(c, c.maxUnits);
    }

    /// @inheritdoc ISettlement
    function domainSeparator() external view returns (bytes32) {
        return _separator();
    }
}
