// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {Cold, Deal, Group, Item, Place} from "../interfaces/Types.sol";
import {Amounts} from "../libraries/Amounts.sol";
import {Frames, Work} from "../libraries/Frames.sol";
import {Slot, Slots} from "../libraries/Slots.sol";
import {Said, Verifiers} from "../libraries/Verifiers.sol";
import {Deals} from "./Deals.sol";
import {States} from "../libraries/States.sol";

/// @title How money leaves: to the solver for what its verifier says was delivered, the rest to the user.
abstract contract Paying is Deals {
    /* TOKENS */

    /// @inheritdoc IEscrow
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external {
        _claim(dealId, Frames.load(d), evidence);
    }

    /// @inheritdoc IEscrow
    function claimTightly() external {
        (bytes32 dealId, Work d, bytes calldata evidence) = Frames.tightClaim();
        _claim(dealId, d, evidence);
    }

    function _claim(bytes32 dealId, Work d, bytes calldata evidence) private locked {
        uint256 room = Frames.keepRoom();
        Slot storage slot = _checkDeal(dealId, d, room);
        (uint256 word,) = _record(dealId, d, evidence);
        (uint256 num, uint256 den, uint256 before) = (d.num(), d.den(), d.delivered());
        (address payee, uint256 delivered) = _counted(dealId, d.solver(), den, word);
        if (delivered <= before) revert NothingNew(before);

        uint256 released = num;
        if (delivered == den) {
            slot.value = CLOSED;
            emit Closed(dealId, num << 128 | den, 0);
        } else {
            released = d.price(delivered);
            uint256 progress = released << 128 | delivered;
            slot.value = States.next(room, progress, 0, d.coldHash());
            emit Advanced(dealId, progress, uint128(den), 0);
        }
        _push(d.sellToken(), payee, released - d.released());
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
    function closeFinal(bytes32 dealId, Deal calldata deal, Cold calldata cold, Place calldata place, bytes calldata evidence)
        external
        locked
    {
        Work d = Frames.load(deal, cold);
        Slot storage slot = _checkWhole(dealId, d);
        require(States.where(place) == d.where(), WrongPlace(d.where()));
        (uint256 word, uint256 asOf) = _record(dealId, d, evidence);
        require(asOf > place.deliverBy, NotYet(place.deliverBy));
        (address payee, uint256 delivered) = _counted(dealId, d.solver(), d.den(), word);
        require(delivered >= d.delivered(), NothingNew(d.delivered()));
        uint256 released = d.price(delivered);
        uint256 penalty = Amounts.forfeit(uint96(d.bond()), uint128(delivered), uint128(d.den()));

        slot.value = CLOSED;
        emit Closed(dealId, released << 128 | delivered, (d.num() - released) << 128 | penalty);
        _push(d.sellToken(), payee, released - d.released());
        _push(d.sellToken(), d.user(), d.num() - released);
        if (penalty != 0) IBonds(bonds).slash(d.solver(), d.auctioneer(), 0, uint96(penalty), d.user());
    }

    /// @dev The record on the destination that pays for this deal, and the destination's time at which it was so.
    function _record(bytes32 dealId, Work d, bytes calldata evidence) private view returns (uint256 word, uint256 asOf) {
        require(d.chain() != 0, NotTokens());
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
    function advance(bytes32 dealId, Deal calldata deal, Cold calldata cold, bytes calldata evidence) external {
        Work d = Frames.step(dealId, deal, cold, evidence);
        _checkCold(dealId, d);
        _advance(d);
    }

    /// @inheritdoc IEscrow
    function advanceStraight() external {
        _advance(Frames.straightStep());
    }

    /// @dev `d` lies in a frame, its Cold behind it, whose hash is in it. A verifier is called statically: nothing can call back in
    ///      before money moves. What is delivered only grows, up to maxUnits, which only falls, and prices go with them.
    function _advance(Work d) private {
        bytes32 dealId = d.id();
        uint256 room = d.room();
        Slot storage slot = _checkDeal(dealId, d, room);
        if (d.chain() != 0) revert NotWork();
        Said s = Verifiers.step(d);
        (uint256 delivered, uint256 most, uint256 mostBefore) = (s.delivered(), s.maxUnits(), d.maxUnits());
        if (!Verifiers.isOrdered(d.delivered(), delivered, most, mostBefore)) revert BadStep();
        uint256 released = d.released();
        uint256 due;
        if (delivered != d.delivered()) {
            due = d.price(delivered) - released;
            released += due;
        }
        uint256 progress = released << 128 | delivered;
        if (s.done()) return _finish(slot, dealId, d, s, progress, due);
        if (s.penalty() | s.feeEach() != 0) revert BadStep();
        bytes32 cold = d.coldHash();
        uint256 freed;
        if (most != mostBefore) {
            cold = States.cold(d, most);
            freed = d.price(mostBefore) - d.price(most);
        }
        slot.value = States.next(room, progress, s.state(), cold);
        emit Advanced(dealId, progress, uint128(most), s.state());
        // Where no money moves, no measure of it is disturbed.
        if (due | freed == 0) return;
        _acquire();
        _push(d.sellToken(), d.solver(), due);
        _push(d.sellToken(), d.user(), freed);
        _free();
    }

    /// @dev Pays what is due to the solver and to third parties, the rest to the user, and lets go of the bond.
    function _finish(Slot storage slot, bytes32 dealId, Work d, Said s, uint256 progress, uint256 due) private locked {
        uint256 fees = s.count() * s.feeEach();
        if (s.penalty() > d.bond() || fees > d.feeBudget()) revert BadStep();
        uint256 refund = d.price(d.maxUnits()) - (progress >> 128) + d.feeBudget() - fees;

        slot.value = CLOSED;
        if (fees != 0) emit FeesPaid(dealId, uint128(s.feeEach()), s.payees());
        emit Closed(dealId, progress, refund << 128 | s.penalty());
        _push(d.sellToken(), d.solver(), due);
        _push(d.sellToken(), d.user(), refund);
        if (fees != 0) _pushFees(d.sellToken(), s);
        if (s.penalty() == 0) _releaseBond(d.solver(), d.auctioneer(), d.bond());
        else IBonds(bonds).slash(d.solver(), d.auctioneer(), uint96(d.bond()), uint96(s.penalty()), d.user());
    }

    function _pushFees(address token, Said s) private {
        address[] memory payees = s.payees();
        for (uint256 i; i < payees.length; ++i) {
            _push(token, payees[i], s.feeEach());
        }
    }

    /* BOTH */

    /// @inheritdoc IEscrow
    function close(bytes32 dealId, Deal calldata deal, Cold calldata cold) external locked {
        Work d = Frames.load(deal, cold);
        Slot storage slot = _checkWhole(dealId, d);
        if (block.timestamp <= d.closeAfter()) revert NotYet(d.closeAfter());
        uint256 refund = d.price(d.maxUnits()) - d.released() + d.feeBudget();

        slot.value = CLOSED;
        emit Closed(dealId, d.released() << 128 | d.delivered(), refund << 128);
        _push(d.sellToken(), d.user(), refund);
        if (d.chain() == 0) _releaseBond(d.solver(), d.auctioneer(), d.bond());
    }
}
