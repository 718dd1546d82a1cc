// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";

/// @title Keeps token code from calling back in while a balance is being measured or paid.
abstract contract Lock {
    uint256 private transient busy;

    modifier locked() {
        _acquire();
        _;
        _free();
    }

    function _acquire() internal {
        _requireFree();
        busy = 1;
    }

    function _free() internal {
        busy = 0;
    }

    function _requireFree() internal view {
        if (busy != 0) revert IErrors.Reentered();
    }
}
