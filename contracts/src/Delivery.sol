// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Drop, IDelivery} from "./interfaces/IDelivery.sol";
import {NATIVE} from "./interfaces/Types.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Hashes} from "./libraries/Hashes.sol";

/// @dev First base of Delivery, so that records live at slot 0: storage proofs depend on it.
abstract contract Records is IDelivery {
    /// @inheritdoc IDelivery
    mapping(bytes32 key => uint256 word) public records;
}

/// @title Delivery
contract Delivery is Records, Credits {
    /// @inheritdoc IDelivery
    function deliver(Drop calldata d) external payable locked {
        require(msg.value == _value(d), WrongValue(_value(d)));
        _deliver(d);
    }

    /// @inheritdoc IDelivery
    function deliverMany(Drop[] calldata drops) external payable locked {
        uint256 value;
        for (uint256 i; i < drops.length; ++i) {
            value += _value(drops[i]);
        }
        require(msg.value == value, WrongValue(value));
        for (uint256 i; i < drops.length; ++i) {
            _deliver(drops[i]);
        }
    }

    /// @inheritdoc IDelivery
    function deliverHeld(Drop calldata d) external payable locked {
        require(msg.value == _value(d), WrongValue(_value(d)));
        _check(d);
        if (d.token == NATIVE) {
            _record(d, d.amount);
            return _push(NATIVE, d.to, d.amount);
        }
        require(gasleft() >= PUSH_NEEDS, GasTooLow(PUSH_NEEDS));
        uint256 before = Calls.balanceOf(d.token, d.to);
        if (Calls.tryPull(d.token, msg.sender, d.to, d.amount)) return _record(d, _gained(d, d.to, before));
        before = Calls.balanceOf(d.token, address(this));
        Calls.pull(d.token, msg.sender, address(this), d.amount);
        uint128 held = _gained(d, address(this), before);
        _record(d, held);
        _credit(d.token, d.to, held);
    }

    /// @inheritdoc IDelivery
    function keyOf(Drop calldata d) external pure returns (bytes32) {
        return _key(d);
    }

    function _deliver(Drop calldata d) private {
        _check(d);
        if (d.token == NATIVE) {
            require(Calls.send(d.to, d.amount), TransferFailed(NATIVE));
            return _record(d, d.amount);
        }
        uint256 before = Calls.balanceOf(d.token, d.to);
        Calls.pull(d.token, msg.sender, d.to, d.amount);
        _record(d, _gained(d, d.to, before));
    }

    function _check(Drop calldata d) private view {
        require(block.timestamp <= d.deliverBy, Expired(d.deliverBy));
        require(d.to != address(0) && d.to != address(this) && d.to != d.token, BadRecipient(d.to));
        require(d.amount != 0, ZeroAmount());
    }

    function _record(Drop calldata d, uint128 amount) private {
        require(amount != 0, ZeroAmount());
        bytes32 key = _key(d);
        records[key] = block.timestamp << 128 | uint128(uint128(records[key]) + amount);
        emit Delivered(d.dealId, d.solver, d.output, amount);
    }

    function _key(Drop calldata d) private pure returns (bytes32) {
        return Hashes.recordKey(d.dealId, d.output, Hashes.where(d.token, d.to, d.deliverBy), d.solver);
    }

    function _value(Drop calldata d) private pure returns (uint256) {
        return d.token == NATIVE ? d.amount : 0;
    }

    /// @dev What `account` gained since `before`, at most what was declared.
    function _gained(Drop calldata d, address account, uint256 before) private view returns (uint128) {
        uint256 afterwards = Calls.balanceOf(d.token, account);
        if (afterwards <= before) return 0;
        uint256 gained = afterwards - before;
        return gained < d.amount ? uint128(gained) : d.amount;
    }
}
