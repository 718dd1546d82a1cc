// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {BondsHandler} from "./BondsHandler.sol";

/// @dev Campaign of bonds and fairness: invariants 26 to 30 of the protocol, and the books to the unit.
contract BondsInvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    BondsHandler private handler;

    function setUp() external {
        handler = new BondsHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory all) {
        bytes4[14] memory list = [
            handler.pass.selector,
            handler.deposit.selector,
            handler.leave.selector,
            handler.setKey.selector,
            handler.lock.selector,
            handler.unlock.selector,
            handler.penaltyWithoutLock.selector,
            handler.miss.selector,
            handler.challenge.selector,
            handler.challenge.selector,
            handler.answer.selector,
            handler.answer.selector,
            handler.judge.selector,
            handler.equivocate.selector
        ];
        all = new FuzzSelector[](1);
        all[0].addr = address(handler);
        all[0].selectors = new bytes4[](14);
        for (uint256 i; i < 14; ++i) {
            all[0].selectors[i] = list[i];
        }
    }

    /// @dev A campaign whose handlers never succeed proves nothing: a fixed random walk must reach every outcome.
    function test_every_handler_succeeds() external {
        uint256 seed = 1;
        for (uint256 i; i < 4000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _one(seed % 15, seed >> 8);
        }
        bytes32[14] memory names = [
            bytes32("deposit"), "request", "exit", "key", "lock", "release", "penalty", "final", "miss", "challenge", "answer", "judge",
            "honest", "equivocate"
        ];
        for (uint256 i; i < names.length; ++i) {
            require(handler.succeeded(names[i]) >= 20, string.concat("too seldom: ", string(abi.encode(names[i]))));
        }
        _check();
    }

    function _one(uint256 which, uint256 x) private {
        if (which == 0) handler.pass(uint16(x));
        if (which == 1) handler.deposit(uint8(x), uint96(x >> 8));
        if (which == 2) handler.leave(uint8(x), uint96(x >> 8), x >> 200 & 1 == 1);
        if (which == 3) handler.setKey(x & 1 == 1);
        if (which == 4) handler.lock(uint8(x), uint96(x >> 8));
        if (which == 5) handler.unlock(x >> 100, uint96(x), x >> 200 & 1 == 1);
        if (which == 6) handler.penaltyWithoutLock(uint8(x), uint96(x >> 8));
        if (which == 7) handler.miss(uint96(x), uint8(x >> 96));
        if (which == 8 || which == 9) handler.challenge(uint96(x), uint8(x >> 96), uint128(x >> 104));
        if (which == 10 || which > 12) handler.answer(x);
        if (which == 11) handler.judge(x);
        if (which == 12) handler.equivocate(uint96(x), x >> 100, x >> 200 & 1 == 1);
    }

    function invariant_bonds_are_all_there_and_only_the_guilty_pay() external view {
        _check();
    }

    function _check() private view {
        (IBonds bonds, IFairness fairness, PlainToken token) = handler.parts();
        uint256 there;
        for (uint256 i; i < 6; ++i) {
            (address holder, address of_) = handler.account(i);
            (uint96 balance, uint96 locked) = bonds.accounts(holder, of_);
            (uint96 leaving,) = bonds.exits(holder, of_);
            there += uint256(balance) + leaving;
            // 28: what is locked is there, and is what open deals locked.
            require(locked <= balance && locked == handler.lockedFor(i), "locked for open deals only");
            // An auctioneer's own bond is never locked away from a challenge.
            if (i >= 4) require(locked == 0, "own bond is free");
        }
        // 28: everything that came in is there, was paid, or is nobody's.
        require(there + handler.paid() + handler.unowned() == handler.deposited(), "to the unit");
        require(token.balanceOf(address(bonds)) == there + handler.unowned(), "bonds are all there");
        require(token.balanceOf(address(fairness)) == handler.stakes(), "stakes of open challenges, and nothing else");
    }
}
