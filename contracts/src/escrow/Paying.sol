// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, Group, Item, Place} from "../interfaces/Types.sol";
import {Amounts} from "../libraries/Amounts.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Slot, Slots} from "../libraries/Slots.sol";
import {Verifiers} from "../libraries/Verifiers.sol";
import {Deals} from "./Deals.sol";
import {States} from "../libraries/States.sol";

/// @title How money leaves: to the solver for what its verifier says was delivered, the rest to the user.
abstract contract Paying is Deals {
    /* TOKENS */

    /// @inheritdoc IEscrow
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external locked {
        Slot storage slot = _checkDeal(dealId, d);
        (uint256 word,) = _record(dealId, d, evidence);
        (uint256 num, uint256 den, uint256 paid, uint256 before) = States.amountsOf(d);
        (address payee, uint256 delivered) = _counted(dealId, d.solver, den, word);
        if (delivered <= before) revert NothingNew(before);

        uint256 released = num;
        if (delivered == den) {
            slot.value = CLOSED;
            emit Closed(dealId, num << 128 | den, 0);
        } else {
            released = Amounts.price(uint128(num), uint128(delivered), uint128(den));
            uint256 progress = released << 128 | delivered;
            slot.value = States.commitment(States.group(d), num << 128 | den, progress, 0, d.where, d.cold);
            emit Advanced(dealId, progress, uint128(den), 0);
        }
        _push(d.sellToken, payee, released - paid);
    }

    /// @inheritdoc IEscrow
    function claimMany(Group calldata g, Item[] calldata items, bytes calldata evidence) external locked {
        require(g.chain != 0, NotTokens());
        require(g.solver != address(0), BadRecipient(address(0)));
        Verifiers.records(g, items, evidence);
        bytes32 group = States.group(g);
        uint256 due;
        for (uint256 i; i < items.length; ++i) {
            due += _claimItem(group, States.itemAt(items, i));
        }
        require(due != 0, NothingNew(0));
        _push(g.sellToken, g.solver, due);
    }

    /// @inheritdoc IEscrow
    function closeFinal(bytes32 dealId, Deal calldata d, Cold calldata c, Place calldata place, bytes calldata evidence)
        external
        locked
    {
        Slot storage slot = _checkDeal(dealId, d, c);
        require(States.where(place) == d.where, WrongPlace(d.where));
        (uint256 word, uint256 asOf) = _record(dealId, d, evidence);
        require(asOf > place.deliverBy, NotYet(place.deliverBy));
        (address payee, uint256 delivered) = _counted(dealId, d.solver, d.den, word);
        require(delivered >= d.delivered, NothingNew(d.delivered));
        uint128 released = _price(d, uint128(delivered));
        uint96 penalty = uint96(Amounts.forfeit(c.bond, uint128(delivered), d.den));

        slot.value = CLOSED;
        emit Closed(dealId, uint256(released) << 128 | delivered, uint256(d.num - released) << 128 | penalty);
        _push(d.sellToken, payee, released - d.released);
        _push(d.sellToken, c.user, d.num - released);
        if (penalty != 0) IBonds(bonds).slash(d.solver, c.auctioneer, 0, penalty, c.user);
    }

    /// @dev The record on the destination that pays for this deal, and the destination's time at which it was so.
    function _record(bytes32 dealId, Deal calldata d, bytes calldata evidence) private view returns (uint256 word, uint256 asOf) {
        require(d.chain != 0, NotTokens());
        return Verifiers.record(d, States.recordKey(dealId, d), evidence);
    }

    /// @dev Who is paid for a record, and for how many units: the deal's solver for what it delivered, or who won the race for all.
    function _counted(bytes32 dealId, address solver, uint256 units, uint256 word) private returns (address payee, uint256 delivered) {
        if (solver != address(0)) return (solver, uint128(word) < units ? uint128(word) : units);
        payee = address(uint160(word));
        if (payee == address(0)) return (payee, 0);
        emit RaceWon(dealId, payee);
        return (payee, units);
    }

    /// @dev Pays one deal of a group. 0 if it is in another state, or if its record holds nothing new.
    function _claimItem(bytes32 group, Item calldata item) private returns (uint256) {
        (bytes32 dealId, uint256 amounts, uint256 progress) = (item.dealId, item.amounts, item.progress);
        Slot storage slot = Slots.entry(deals, dealId);
        if (slot.value != States.commitment(group, item, progress)) return 0;
        (uint256 num, uint256 den) = (amounts >> 128, uint128(amounts));
        uint256 delivered = uint128(item.word);

        uint256 released = num;
        if (delivered < den) {
            if (delivered <= uint128(progress)) return 0;
            released = Amounts.price(uint128(num), uint128(delivered), uint128(den));
            slot.value = States.commitment(group, amounts, released << 128 | delivered, 0, item.where, item.cold);
            emit Advanced(dealId, released << 128 | delivered, uint128(den), 0);
        } else {
            slot.value = CLOSED;
            emit Closed(dealId, amounts, 0);
        }
        return released - (progress >> 128);
    }

    /* COUNTED WORK */

    /// @inheritdoc IEscrow
    function advance(bytes32 dealId, Deal calldata d, Cold calldata c, bytes calldata evidence) external locked {
        Slot storage slot = _checkDeal(dealId, d, c);
        require(d.chain == 0, NotWork());
        Step memory s = Verifiers.step(dealId, d, c, evidence);
        (uint256 num, uint256 den, uint256 released, uint256 delivered) = States.amountsOf(d);
        if (s.delivered < delivered || s.delivered > s.maxUnits || s.maxUnits > c.maxUnits) revert BadStep();
        uint256 due;
        if (s.delivered != delivered) {
            delivered = s.delivered;
            due = Amounts.price(uint128(num), uint128(delivered), uint128(den)) - released;
            released += due;
        }
        uint256 progress = released << 128 | delivered;

        if (s.done) return _finish(slot, dealId, d, c, s, progress, due);
        if (s.penalty != 0 || s.feeEach != 0) revert BadStep();
        bytes32 cold = d.cold;
        uint256 freed;
        if (s.maxUnits != c.maxUnits) {
            cold = States.cold(c, s.maxUnits);
            freed = _price(d, c.maxUnits) - _price(d, s.maxUnits);
        }
        slot.value = States.commitment(States.group(d), num << 128 | den, progress, s.state, d.where, cold);
        emit Advanced(dealId, progress, s.maxUnits, s.state);
        _push(d.sellToken, d.solver, due);
        _push(d.sellToken, c.user, freed);
    }

    /// @dev Pays what is due to the solver and to third parties, the rest to the user, and lets go of the bond.
    function _finish(Slot storage slot, bytes32 dealId, Deal calldata d, Cold calldata c, Step memory s, uint256 progress, uint256 due)
        private
    {
        uint256 fees = s.payees.length * uint256(s.feeEach);
        if (s.penalty > c.bond || fees > c.feeBudget) revert BadStep();
        uint256 refund = _price(d, c.maxUnits) - (progress >> 128) + c.feeBudget - fees;

        slot.value = CLOSED;
        if (fees != 0) emit FeesPaid(dealId, s.feeEach, s.payees);
        emit Closed(dealId, progress, refund << 128 | s.penalty);
        _push(d.sellToken, d.solver, due);
        _push(d.sellToken, c.user, refund);
        if (fees != 0) _pushFees(d.sellToken, s);
        if (s.penalty != 0) IBonds(bonds).slash(d.solver, c.auctioneer, c.bond, s.penalty, c.user);
        else _releaseBond(d.solver, c.auctioneer, c.bond);
    }

    function _pushFees(address token, Step memory s) private {
        for (uint256 i; i < s.payees.length; ++i) {
            _push(token, s.payees[i], s.feeEach);
        }
    }

    /* BOTH */

    /// @inheritdoc IEscrow
    function close(bytes32 dealId, Deal calldata d, Cold calldata c) external locked {
        Slot storage slot = _checkDeal(dealId, d, c);
        require(block.timestamp > c.closeAfter, NotYet(c.closeAfter));
        uint128 refund = _price(d, c.maxUnits) - d.released + c.feeBudget;

        slot.value = CLOSED;
        emit Closed(dealId, uint256(d.released) << 128 | d.delivered, uint256(refund) << 128);
        _push(d.sellToken, c.user, refund);
        if (d.chain == 0) _releaseBond(d.solver, c.auctioneer, c.bond);
    }
}
