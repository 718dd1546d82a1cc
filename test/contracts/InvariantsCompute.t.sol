// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import {Campaign} from "./Campaign.sol";
import {ComputeHandler} from "./ComputeHandler.sol";

/// @dev Leases and jobs: invariants 1 to 5, 11, 28 and 30 to 36 of the protocol. What a single action must do is asserted in the
///      handler, with the invariant's number; here: what must hold at any time.
contract InvariantsComputeTest is Campaign {
    ComputeHandler private handler;

    function setUp() external {
        handler = new ComputeHandler();
    }

    function _handler() internal view override returns (Actor) {
        return handler;
    }

    function _selectors() internal view override returns (bytes4[] memory s) {
        s = new bytes4[](17);
        (s[0], s[1], s[2]) = (handler.pass.selector, handler.openLease.selector, handler.openJob.selector);
        (s[3], s[4], s[5], s[6]) = (handler.act.selector, handler.act.selector, handler.act.selector, handler.act.selector);
        (s[7], s[8], s[9], s[10]) = (handler.jobAct.selector, handler.jobAct.selector, handler.jobAct.selector, handler.jobAct.selector);
        (s[11], s[12], s[13], s[14]) = (handler.close.selector, handler.poke.selector, handler.jobAct.selector, handler.insist.selector);
        (s[15], s[16]) = (handler.openJob.selector, handler.jobAct.selector);
    }

    function invariant_only_what_counts_is_paid_and_the_rest_returns() external view {
        handler.checkTotals();
        handler.checkBystander();
        uint256 n = handler.count();
        for (uint256 i; i < 20 && i < n; ++i) {
            handler.check(n - 1 - i);
            handler.check((handler.calls() + i) % n);
        }
    }
}
