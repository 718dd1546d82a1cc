// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Drop, IDelivery, Line} from "./interfaces/IDelivery.sol";
import {NATIVE} from "./interfaces/Types.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Drops} from "./libraries/Drops.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {States} from "./libraries/States.sol";

/// @dev First base of Delivery, so that records live at slot 0: storage proofs depend on it.
abstract contract Records is IDelivery {
    /// @inheritdoc IDelivery
    mapping(bytes32 key => uint256 word) public records;
}

/// @title Delivery
contract Delivery is Records, Credits {
    /* DELIVERING */

    /// @inheritdoc IDelivery
    function deliver(Drop calldata d) external payable locked {
        _deliverOne(d, false);
    }

    /// @inheritdoc IDelivery
    function deliverMine() external payable locked {
        (bytes32 dealId, address token, address to, uint256 deliverBy, uint256 amount) = Drops.readMine();
        if (token == NATIVE) {
            _requireValue(amount);
            return _deliver(dealId, 0, token, to, deliverBy, msg.sender, amount, false);
        }
        if (msg.value != 0) revert WrongValue(0);
        if (!Drops.isTimely(to, token, deliverBy)) _refuse(to, deliverBy);
        (bool ok, uint256 arrived) = Calls.tryPullMeasured(token, to, amount);
        if (!ok) revert TransferFailed(token);
        if (arrived == 0) revert ZeroAmount();
        Drops.add(records, Drops.key(dealId, 0, token, to, deliverBy, msg.sender), arrived);
        emit Delivered(dealId, msg.sender, arrived);
    }

    /// @inheritdoc IDelivery
    function deliverHeld(Drop calldata d) external payable locked {
        require(gasleft() >= PUSH_NEEDS, GasTooLow(PUSH_NEEDS));
        _deliverOne(d, true);
    }

    /// @inheritdoc IDelivery
    function race(Drop calldata d) external payable locked {
        _requireValue(d.token == NATIVE ? d.amount : 0);
        require(block.timestamp <= d.deliverBy, Expired(d.deliverBy));
        require(d.to != address(0) && d.to != address(this) && d.to != d.token, BadRecipient(d.to));
        require(d.solver != address(0), BadRecipient(address(0)));
        require(d.amount != 0, ZeroAmount());
        bytes32 key = raceKeyOf(d);
        address winner = address(uint160(records[key]));
        require(winner == address(0), AlreadyWon(winner));

        uint256 arrived = d.amount;
        if (d.token == NATIVE) require(Calls.send(d.to, arrived), TransferFailed(NATIVE));
        else arrived = _pullMeasured(d.token, d.to, arrived);
        require(arrived == d.amount, ShortDelivery(d.amount, arrived));
        records[key] = block.timestamp << 160 | uint160(d.solver);
        emit Delivered(d.dealId, d.solver, uint256(d.output) << 128 | arrived);
    }

    /// @inheritdoc IDelivery
    function deliverMany(Drop[] calldata drops) external payable locked {
        uint256 value;
        for (uint256 i; i < drops.length; ++i) {
            if (drops[i].token == NATIVE) value += drops[i].amount;
        }
        _requireValue(value);
        for (uint256 i; i < drops.length; ++i) {
            _deliver(drops[i], false);
        }
    }

    /// @inheritdoc IDelivery
    function deliverLines(address token, address solver, Line[] calldata lines) external payable locked {
        uint256 value;
        for (uint256 i; i < lines.length && token == NATIVE; ++i) {
            value += lines[i].terms >> 128;
        }
        _requireValue(value);
        for (uint256 i; i < lines.length; ++i) {
            (bytes32 dealId, uint256 output, address to, uint256 deliverBy, uint256 amount) = Drops.read(lines, i);
            _deliver(dealId, output, token, to, deliverBy, solver, amount, false);
        }
    }

    /* VIEWS */

    /// @inheritdoc IDelivery
    function keyOf(Drop calldata d) external pure returns (bytes32) {
        return States.recordKey(d.dealId, d.output, States.where(d.token, d.to, d.deliverBy), d.solver);
    }

    /// @inheritdoc IDelivery
    function raceKeyOf(Drop calldata d) public pure returns (bytes32) {
        return States.raceKey(d.dealId, d.output, States.where(d.token, d.to, d.deliverBy), d.amount);
    }

    /* PARTS */

    function _deliverOne(Drop calldata d, bool held) private {
        _requireValue(d.token == NATIVE ? d.amount : 0);
        _deliver(d, held);
    }

    function _deliver(Drop calldata d, bool held) private {
        (bytes32 dealId, uint256 output, address token, address to, uint256 deliverBy, address solver, uint256 amount) = Drops.read(d);
        _deliver(dealId, output, token, to, deliverBy, solver, amount, held);
    }

    /// @dev In one piece, each helper with this one caller: this is what every delivery costs. `held`: what the recipient refuses
    ///      becomes its credit.
    function _deliver(
        bytes32 dealId,
        uint256 output,
        address token,
        address to,
        uint256 deliverBy,
        address solver,
        uint256 amount,
        bool held
    ) private {
        if (!Drops.isTimely(to, token, deliverBy)) _refuse(to, deliverBy);
        uint256 arrived = amount;
        if (token == NATIVE) {
            _sendNative(to, amount, held);
        } else {
            bool ok;
            (ok, arrived) = Calls.tryPullMeasured(token, to, amount);
            if (!ok) arrived = _hold(token, to, amount, held);
        }
        if (arrived == 0) revert ZeroAmount();
        Drops.add(records, Drops.key(dealId, output, token, to, deliverBy, solver), arrived);
        emit Delivered(dealId, solver, output << 128 | arrived);
    }

    /// @dev Which rule of Drops.isTimely is broken.
    function _refuse(address to, uint256 deliverBy) private view {
        if (block.timestamp > deliverBy) revert Expired(deliverBy);
        revert BadRecipient(to);
    }

    function _sendNative(address to, uint256 amount, bool held) private {
        if (held) _push(NATIVE, to, amount);
        else require(Calls.send(to, amount), TransferFailed(NATIVE));
    }

    /// @dev The recipient or its token refused. Returns what arrived here instead, as its credit.
    function _hold(address token, address to, uint256 amount, bool held) private returns (uint256 arrived) {
        if (!held) revert TransferFailed(token);
        arrived = _pullMeasured(token, address(this), amount);
        _credit(token, to, arrived);
    }

    /// @dev From the caller. What `to` gained, at most `amount`.
    function _pullMeasured(address token, address to, uint256 amount) private returns (uint256) {
        uint256 before = Calls.balanceOf(token, to);
        Calls.pull(token, msg.sender, to, amount);
        uint256 afterwards = Calls.balanceOf(token, to);
        uint256 gained = afterwards > before ? afterwards - before : 0;
        return gained < amount ? gained : amount;
    }

    function _requireValue(uint256 value) private view {
        require(msg.value == value, WrongValue(value));
    }
}
