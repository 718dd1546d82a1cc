// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import {Campaign} from "./Campaign.sol";
import {FillsHandler} from "./FillsHandler.sol";

/// @dev Swaps: invariants 3, 4, 6 to 16, 20, 26 and 37 to 40 of the protocol. What a single action must do is asserted in the
///      handler, with the invariant's number; here: what must hold at any time.
contract InvariantsFillsTest is Campaign {
    FillsHandler private handler;

    function setUp() external {
        handler = new FillsHandler();
    }

    function _handler() internal view override returns (Actor) {
        return handler;
    }

    function _selectors() internal view override returns (bytes4[] memory s) {
        s = new bytes4[](21);
        (s[0], s[1], s[2], s[3]) = (handler.pass.selector, handler.fill.selector, handler.fillAwarded.selector, handler.again.selector);
        (s[4], s[5], s[6], s[7]) = (handler.wrong.selector, handler.wrong.selector, handler.sign.selector, handler.sign.selector);
        (s[8], s[9], s[10], s[11]) = (handler.part.selector, handler.part.selector, handler.part.selector, handler.part.selector);
        (s[12], s[13], s[14]) = (handler.native.selector, handler.withdraw.selector, handler.callBack.selector);
        (s[15], s[16], s[17]) = (handler.fillOrVoid.selector, handler.batch.selector, handler.cancel.selector);
        (s[18], s[19], s[20]) = (handler.poke.selector, handler.part.selector, handler.elsewhere.selector);
    }

    function invariant_every_order_is_filled_as_signed_and_once() external view {
        handler.checkTotals();
        handler.checkBystander();
        uint256 n = handler.count();
        for (uint256 i; i < 20 && i < n; ++i) {
            handler.check(n - 1 - i);
            handler.check((handler.calls() + i) % n);
        }
    }
}
