// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "../interfaces/ICredits.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {NATIVE} from "../interfaces/Types.sol";
import {Calls} from "./Calls.sol";
import {Lock} from "./Lock.sol";

/// @title Pays out: push first, and if the receiver or the token refuses, keep it for the receiver to withdraw.
abstract contract Credits is ICredits, Lock {
    /// @dev Gas that a push is given at least.
    uint256 internal constant PULL_GAS = 300_000;
    /// @dev With this much left, 63/64 of it is at least PULL_GAS, and a credit can still be written.
    uint256 internal constant PUSH_NEEDS = PULL_GAS * 64 / 63 + 35_000;

    /// @inheritdoc ICredits
    mapping(address token => mapping(address account => uint256)) public credits;

    /// @inheritdoc ICredits
    function withdraw(address token, address account, address to) external locked {
        require(to == account || msg.sender == account, IErrors.Only(account));
        require(to != address(0) && to != address(this), IErrors.BadRecipient(to));
        uint256 amount = credits[token][account];
        require(amount != 0, NoCredit(token, account));

        credits[token][account] = 0;
        emit Withdrawn(token, account, to, amount);
        require(_transfer(token, to, amount, gasleft()), IErrors.TransferFailed(token));
    }

    /// @dev Under the lock only.
    function _push(address token, address to, uint256 amount) internal {
        _push(token, to, amount, gasleft());
    }

    /// @dev Under the lock only. With PULL_GAS exactly, so that whoever burns it cannot keep the caller from going on.
    function _pushBounded(address token, address to, uint256 amount) internal {
        _push(token, to, amount, PULL_GAS);
    }

    function _push(address token, address to, uint256 amount, uint256 gasLimit) private {
        if (amount == 0) return;
        require(gasleft() >= PUSH_NEEDS, IErrors.GasTooLow(PUSH_NEEDS));
        if (!_transfer(token, to, amount, gasLimit)) _credit(token, to, amount);
    }

    function _credit(address token, address account, uint256 amount) internal {
        credits[token][account] += amount;
        emit Credited(token, account, amount);
    }

    function _transfer(address token, address to, uint256 amount, uint256 gasLimit) private returns (bool) {
        return token == NATIVE ? Calls.send(to, amount, gasLimit) : Calls.push(token, to, amount, gasLimit);
    }
}
