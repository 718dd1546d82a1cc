// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";

/// @dev What every campaign is: one handler, called at random for a long time; its books are compared with the contracts now and
///      then, at the end everything that is open is ended by strangers, and every action has succeeded often.
abstract contract Campaign {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev Only a long run must have done everything: a short one is for bugs that are found at once.
    uint256 private constant LONG = 10_000;
    uint256 private constant OFTEN = 100;

    function _handler() internal view virtual returns (Actor);

    /// @dev A selector that stands twice is called twice as often.
    function _selectors() internal view virtual returns (bytes4[] memory);

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler());
    }

    function targetSelectors() external view returns (FuzzSelector[] memory all) {
        all = new FuzzSelector[](1);
        (all[0].addr, all[0].selectors) = (address(_handler()), _selectors());
    }

    function afterInvariant() external {
        Actor handler = _handler();
        handler.finish();
        if (handler.calls() < LONG) return;
        bytes32[] memory names = handler.actions();
        string memory seldom;
        for (uint256 i; i < names.length; ++i) {
            if (handler.succeeded(names[i]) < OFTEN) seldom = string.concat(seldom, " ", string(abi.encodePacked(names[i])));
        }
        require(bytes(seldom).length == 0, string.concat("too seldom:", seldom));
    }
}
