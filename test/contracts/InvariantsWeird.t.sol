// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import {Campaign} from "./Campaign.sol";
import {WeirdHandler} from "./WeirdHandler.sol";

/// @dev Twenty weird tokens on both sides of everything: invariants 3, 4, 9, 10, 36 and 39 of the protocol.
contract InvariantsWeirdTest is Campaign {
    WeirdHandler private handler;

    function setUp() external {
        handler = new WeirdHandler();
    }

    function _handler() internal view override returns (Actor) {
        return handler;
    }

    function _selectors() internal view override returns (bytes4[] memory s) {
        s = new bytes4[](15);
        (s[0], s[1], s[2], s[3]) = (handler.pass.selector, handler.misbehave.selector, handler.misbehave.selector, handler.hook.selector);
        (s[4], s[5], s[6], s[7]) = (handler.open.selector, handler.open.selector, handler.deliver.selector, handler.claim.selector);
        (s[8], s[9], s[10]) = (handler.close.selector, handler.withdraw.selector, handler.fill.selector);
        (s[11], s[12], s[13]) = (handler.fillOrVoid.selector, handler.calm.selector, handler.deliver.selector);
        s[14] = handler.close.selector;
    }

    function invariant_no_token_hurts_any_other() external view {
        handler.checkTotals();
        uint256 n = handler.count();
        for (uint256 i; i < 20 && i < n; ++i) {
            handler.check(n - 1 - i);
            handler.check((handler.calls() + i) % n);
        }
    }
}
