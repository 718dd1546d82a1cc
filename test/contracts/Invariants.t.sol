// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {Handler} from "./Handler.sol";

/// @dev One campaign; each invariant of PROTOCOL §9.1 that this version can break is asserted after every call.
contract InvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    function setUp() external {
        handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory all) {
        bytes4[11] memory list = [
            handler.pass.selector,
            handler.fill.selector,
            handler.cancelNonce.selector,
            handler.open.selector,
            handler.deliver.selector,
            handler.claim.selector,
            handler.close.selector,
            handler.openLease.selector,
            handler.act.selector,
            handler.exitBond.selector,
            handler.miss.selector
        ];
        all = new FuzzSelector[](1);
        all[0].addr = address(handler);
        // Leases have seven acts: they get three shares of the calls.
        all[0].selectors = new bytes4[](13);
        for (uint256 i; i < 11; ++i) {
            all[0].selectors[i] = list[i];
        }
        (all[0].selectors[11], all[0].selectors[12]) = (handler.act.selector, handler.act.selector);
    }

    /// @dev A campaign whose handlers never succeed proves nothing: a fixed random walk must reach every outcome.
    function test_every_handler_succeeds() external {
        uint256 seed = 1;
        for (uint256 i; i < 3000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _one(seed % 14, seed >> 8);
        }
        bytes32[8] memory names = [bytes32("fill"), "cancel", "open", "deliver", "claim", "close", "exit", "miss"];
        for (uint256 i; i < 8; ++i) {
            require(handler.succeeded(names[i]) >= 5, string(abi.encodePacked("rarely succeeds: ", names[i])));
        }
        for (uint256 act = 0; act < 7; ++act) {
            require(handler.succeeded(bytes32(act)) >= 5, string(abi.encodePacked("rarely succeeds: act ", bytes1(uint8(48 + act)))));
        }
        this.invariant_money_of_every_deal_is_accounted_for();
    }

    function _one(uint256 which, uint256 r) private {
        if (which == 0) handler.pass(uint16(r));
        else if (which == 1) handler.fill(uint8(r), uint128(r >> 8), uint128(r >> 16), uint8(r >> 24), r & 1 == 0);
        else if (which == 2 && r % 8 == 0) handler.cancelNonce(uint8(r >> 8));
        else if (which == 3) handler.open(uint8(r), uint128(r >> 8), uint128(r >> 16), r >> 30 & 1 == 0);
        else if (which == 4) handler.deliver(r, uint128(r >> 8));
        else if (which == 5 || which == 6) handler.claim(r, r >> 9 & 7 == 0);
        else if (which == 7) handler.close(r);
        else if (which == 8) handler.openLease(uint128(r), uint32(r >> 8));
        else if (which == 9) handler.exitBond(uint96(r), r & 1 == 0);
        else if (which == 10) handler.miss(uint96(r));
        else handler.act(r, uint8(r >> 8), uint32(r >> 16), uint8(r >> 48));
    }

    function invariant_money_of_every_deal_is_accounted_for() external view {
        (IEscrow escrow, IBonds bonds, PlainToken usdc,, address solver, address auctioneer) = handler.parts();
        (uint256 held, uint256 native) = (0, 0);
        for (uint256 i; i < handler.count(); ++i) {
            Handler.Ghost memory g = handler.ghost(i);
            uint256 out = g.paid + g.refunded;
            // 1: closed: paid + refunded = deposited; never more before.
            require(g.closed ? out == g.deposited : out <= g.deposited, "paid + refunded = deposited");
            // 2: paid never exceeds delivered, at the signed price.
            require(g.paid <= uint256(g.d.num) * g.d.delivered / g.d.den, "paid <= delivered x price");
            require(g.paid == g.d.released, "released is what was paid");
            // 4: a closed slot never changes; an open one commits to the state that events tell.
            bytes32 slot = escrow.deals(g.id);
            require(slot == (g.closed ? bytes32(uint256(1)) : escrow.commitmentOf(g.d)), "slot");
            if (g.d.sellToken == NATIVE) native += g.deposited - out;
            else held += g.deposited - out;
        }
        // 3: per token, what is held is what is owed, to the unit.
        require(usdc.balanceOf(address(escrow)) == held, "solvent in tokens");
        require(address(escrow).balance == native, "solvent in native");
        // 28, 29: bonds.
        (uint96 balance, uint96 locked) = bonds.accounts(solver, auctioneer);
        (uint96 leaving,) = bonds.exits(solver, auctioneer);
        require(usdc.balanceOf(address(bonds)) == uint256(balance) + leaving, "bonds are all there");
        require(locked <= balance && locked == handler.openLocked(), "locked for open deals only");
        // 6: a nonce is spent at most once.
        for (uint256 n; n < 64; ++n) {
            require(handler.fills(n) <= 1, "nonce once");
        }
    }
}
