// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {Cold, Deal} from "../interfaces/Types.sol";
import {Awards} from "../libraries/Awards.sol";
import {Credits} from "../libraries/Credits.sol";
import {Frames, Work} from "../libraries/Frames.sol";
import {Slot, Slots} from "../libraries/Slots.sol";
import {States} from "../libraries/States.sol";

/// @title What opening and paying share: one slot for each deal, which holds the commitment to its whole state.
abstract contract Deals is IEscrow, Credits, Awards {
    bytes32 internal constant CLOSED = bytes32(uint256(1));
    bytes32 internal constant CANCELLED = bytes32(uint256(2));

    /// @inheritdoc IEscrow
    mapping(bytes32 dealId => bytes32 commitment) public deals;

    /// @dev The deal is open and in just this state: no word of `d` is dirty then, for none was when it was recorded. Returns its slot.
    function _checkDeal(bytes32 dealId, Work d, uint256 room) internal view returns (Slot storage slot) {
        slot = Slots.entry(deals, dealId);
        bytes32 stored = slot.value;
        if (stored != States.commitment(d, room)) revert WrongDeal(stored);
    }

    /// @dev The same with the Cold behind it.
    function _checkWhole(bytes32 dealId, Work d) internal view returns (Slot storage slot) {
        slot = _checkDeal(dealId, d, Frames.room());
        _checkCold(dealId, d);
    }

    function _checkCold(bytes32 dealId, Work d) internal view {
        if (d.coldHash() != States.cold(d)) revert WrongDeal(deals[dealId]);
    }

    function _releaseBond(address solver, address auctioneer, uint256 bond) internal {
        if (bond != 0) IBonds(bonds).release(solver, auctioneer, uint96(bond));
    }

    /* VIEWS */

    /// @inheritdoc IEscrow
    function dealState(bytes32 id) external view returns (DealState) {
        bytes32 deal = deals[id];
        if (deal == 0) return DealState.Fresh;
        if (deal == CLOSED) return DealState.Closed;
        return deal == CANCELLED ? DealState.Cancelled : DealState.Open;
    }

    /// @inheritdoc IEscrow
    function commitmentOf(Deal calldata d) external pure returns (bytes32) {
        return States.commitment(Frames.load(d), Frames.room());
    }

    /// @inheritdoc IEscrow
    function coldOf(Cold calldata c) external pure returns (bytes32) {
        return States.cold(c);
    }
}
