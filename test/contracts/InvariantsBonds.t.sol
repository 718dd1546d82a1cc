// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor} from "./Actor.sol";
import "./Base.sol";
import {BondsHandler} from "./BondsHandler.sol";
import {Campaign} from "./Campaign.sol";

/// @dev Bonds and fairness: invariants 11 and 26 to 30 of the protocol, and the books to the unit.
contract InvariantsBondsTest is Campaign {
    BondsHandler private handler;

    function setUp() external {
        handler = new BondsHandler();
    }

    function _handler() internal view override returns (Actor) {
        return handler;
    }

    function _selectors() internal view override returns (bytes4[] memory s) {
        s = new bytes4[](18);
        (s[0], s[1], s[2], s[3]) = (handler.pass.selector, handler.deposit.selector, handler.leave.selector, handler.setKey.selector);
        (s[4], s[5], s[6]) = (handler.lock.selector, handler.unlock.selector, handler.penaltyWithoutLock.selector);
        (s[7], s[8], s[9]) = (handler.miss.selector, handler.challenge.selector, handler.challenge.selector);
        (s[10], s[11], s[12]) = (handler.answer.selector, handler.answer.selector, handler.judge.selector);
        (s[13], s[14], s[15]) = (handler.equivocate.selector, handler.leave.selector, handler.miss.selector);
        (s[16], s[17]) = (handler.poke.selector, handler.run.selector);
    }

    function invariant_bonds_are_all_there_and_only_the_guilty_pay() external view {
        (IBonds bonds, IFairness fairness, PlainToken token) = handler.parts();
        handler.checkBystander();
        uint256 there;
        for (uint256 i; i < 7; ++i) {
            (address holder, address of_) = handler.account(i);
            (uint96 balance, uint96 locked) = bonds.accounts(holder, of_);
            (uint96 leaving,) = bonds.exits(holder, of_);
            there += uint256(balance) + leaving;
            require(locked <= balance && locked == handler.lockedFor(i), "28: locked for open deals only");
            if (i == 4 || i == 5) require(locked == 0, "an auctioneer's own bond is never locked away from a challenge");
        }
        require(there + handler.paid() + handler.unowned() == handler.deposited(), "28: to the unit");
        require(token.balanceOf(address(bonds)) == there + handler.unowned(), "bonds are all there");
        require(token.balanceOf(address(fairness)) == handler.stakes(), "stakes of open challenges, and nothing else");
    }
}
