// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import {Campaign} from "./Campaign.sol";
import {EscrowHandler} from "./EscrowHandler.sol";

/// @dev Token deals: invariants 1 to 5, 9 to 11, 16 to 19, 21 to 26, 30 and 36 of the protocol. What a single action must do is asserted
///      in the handler, with the invariant's number; here: what must hold at any time.
contract InvariantsEscrowTest is Campaign {
    EscrowHandler private handler;

    function setUp() external {
        handler = new EscrowHandler();
    }

    function _handler() internal view override returns (Actor) {
        return handler;
    }

    function _selectors() internal view override returns (bytes4[] memory s) {
        s = new bytes4[](20);
        (s[0], s[1], s[2], s[3]) = (handler.pass.selector, handler.open.selector, handler.open.selector, handler.openVoid.selector);
        (s[4], s[5], s[6]) = (handler.reopen.selector, handler.cancel.selector, handler.shortGap.selector);
        (s[7], s[8], s[9]) = (handler.deliver.selector, handler.deliver.selector, handler.deliver.selector);
        (s[10], s[11], s[12]) = (handler.claim.selector, handler.claimMany.selector, handler.claimMany.selector);
        (s[13], s[14], s[15]) = (handler.forge.selector, handler.closeFinal.selector, handler.close.selector);
        (s[16], s[17], s[18]) = (handler.both.selector, handler.poke.selector, handler.rotate.selector);
        s[19] = handler.deliver.selector;
    }

    function invariant_every_deal_pays_what_was_delivered_and_returns_the_rest() external view {
        handler.checkTotals();
        handler.checkBystander();
        uint256 n = handler.count();
        // The newest, and a stretch of the old ones that moves on.
        for (uint256 i; i < 20 && i < n; ++i) {
            handler.check(n - 1 - i);
            handler.check((handler.calls() + i) % n);
        }
    }
}
