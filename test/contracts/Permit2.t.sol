// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./FillBase.sol";
import {SmartAccount} from "./Accounts.sol";
import {IPermit2} from "../../contracts/src/interfaces/IPermit2.sol";
import {BlocklistToken, FeeToken} from "./Tokens.sol";

/// @dev Orders that Permit2 funds and guards, against the real Permit2.
contract Permit2Test is FillBase {
    bytes4 private constant INVALID_NONCE = bytes4(keccak256("InvalidNonce()"));
    bytes4 private constant INVALID_SIGNER = bytes4(keccak256("InvalidSigner()"));
    bytes4 private constant INVALID_LENGTH = bytes4(keccak256("InvalidSignatureLength()"));
    bytes4 private constant INVALID_CONTRACT_SIGNATURE = bytes4(keccak256("InvalidContractSignature()"));

    function setUp() public override {
        super.setUp();
        _installPermit2();
        _approve(user, usdc, PERMIT2);
        vm.prank(user);
        usdc.approve(address(settlement), 0);
    }

    function _order() private returns (SwapOrder memory o) {
        o = _open();
        o.nonce = GUARDED | 7;
    }

    function _fillBy(uint8 kind, SwapOrder memory o, bytes memory sig, bytes memory reason) private {
        if (reason.length != 0) vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fill(kind, o, sig);
    }

    function _fill(uint8 kind, SwapOrder memory o, bytes memory reason) private {
        _fillBy(kind, o, _userSig(kind, o, _noOptions()), reason);
    }

    /* FILLING */

    function test_fill() public {
        for (uint8 kind; kind < 2; ++kind) {
            SwapOrder memory o = _order();
            o.nonce += kind;
            vm.expectEmit(address(settlement));
            emit ISettlement.Filled(_idOf(kind, o), solver, uint256(SELL) << 128 | BUY);
            _fill(kind, o, "");
            vm.assertTrue(settlement.isSpent(user, o.nonce), "spent");
        }
        _equal(usdc.balanceOf(solver), 1e15 + 2 * SELL, "sold");
        _equal(weth.balanceOf(recipient), 1 + 2 * BUY, "bought");
        _equal(settlement.nonces(user, GUARDED >> 8), 0, "Permit2 remembers, not Settlement");
    }

    function test_fillAwarded_takes_less_than_permitted() public {
        SwapOrder memory o = _order();
        (o.auctioneer, o.nonce) = (auctioneer, GUARDED | 8);
        PackedAward memory packed = _packed(_award(_idOf(1, o), SELL - 9, BUY));
        bytes memory sig = _userSig(1, o, _noOptions());
        vm.prank(solver);
        settlement.fillAwarded(1, o, sig, packed);
        _equal(usdc.balanceOf(solver), 1e15 + SELL - 9, "sold");
    }

    function test_fillWith_all_four_kinds() public {
        Options memory x = _curve();
        uint8[4] memory kinds = [0, 1, 16, 17];
        for (uint256 i; i < 4; ++i) {
            SwapOrder memory o = _order();
            o.nonce += i;
            x.decayFrom = kinds[i] & 1 == 0 ? BUY : SELL;
            _fillOpen(kinds[i], o, x, 0);
        }
        _equal(usdc.balanceOf(solver), 1e15 + 4 * SELL, "sold");
    }

    function _curve() private pure returns (Options memory x) {
        (x.decayFrom, x.decayUntil) = (BUY, uint40(NOW + 110));
    }

    function test_fillWith_and_a_fee_pays_both() public {
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 100);
        _fillOpen(16, _order(), x, 0);
        _equal(usdc.balanceOf(stranger), SELL / 100, "fee");
        _equal(usdc.balanceOf(solver), 1e15 + SELL - SELL / 100, "rest");
        _equal(usdc.balanceOf(address(settlement)), 0, "nothing held");
    }

    /// @dev With a fee the tokens pass through here, where others' credits lie: what arrives is measured.
    function test_fee_of_a_taxed_token_is_not_paid_by_others() public {
        FeeToken token = new FeeToken();
        token.mint(user, SELL);
        token.mint(address(settlement), SELL);
        _approve(user, token, PERMIT2);
        SwapOrder memory o = _order();
        o.sellToken = address(token);
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 100);
        uint256 arrives = SELL - SELL / 100;
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(IErrors.ShortDeposit.selector, uint256(SELL), arrives));
    }

    function test_fee_receiver_that_the_token_refuses() public {
        BlocklistToken token = new BlocklistToken();
        token.mint(user, SELL);
        token.setBlocked(stranger, true);
        _approve(user, token, PERMIT2);
        SwapOrder memory o = _order();
        o.sellToken = address(token);
        Options memory x;
        (x.feeTo, x.feeBps) = (stranger, 100);
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(IErrors.TransferFailed.selector, address(token)));
    }

    function test_smart_account() public {
        SmartAccount account = new SmartAccount();
        usdc.mint(address(account), SELL);
        account.approve(address(usdc), PERMIT2);
        SwapOrder memory o = _order();
        o.user = address(account);
        _fillBy(0, o, hex"12", abi.encodeWithSelector(INVALID_CONTRACT_SIGNATURE));
        account.accept(_permit2Digest(0, o, _noOptions(), address(settlement), PERMIT2));
        _fillBy(0, o, hex"12", "");
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
    }

    /* REFUSALS */

    function test_single_use() public {
        SwapOrder memory o = _order();
        _fill(0, o, "");
        _fill(0, o, abi.encodeWithSelector(INVALID_NONCE));
        o.sentence = keccak256("another");
        _fill(0, o, abi.encodeWithSelector(INVALID_NONCE));
        Options memory x = _curve();
        bytes memory sig = _userSig(16, o, x);
        vm.expectRevert(abi.encodeWithSelector(INVALID_NONCE));
        vm.prank(solver);
        settlement.fillWith(16, o, x, sig, _noAward().award, "", 0, "");
    }

    function test_orders_with_parts_are_refused() public {
        SwapOrder memory o = _order();
        Options memory x;
        x.smallestPart = 1;
        _refusedOpen(16, o, x, 1, abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
        x = _noOptions();
        (x.parts, x.every, x.start) = (2, 1 days, uint40(NOW));
        _refusedOpen(16, o, x, 0, abi.encodeWithSelector(IErrors.GuardedByPermit2.selector, o.nonce));
    }

    /// @dev One struct has one funding: an approval and a plain signature do not move what Permit2 guards, nor the other way round.
    function test_each_nonce_has_one_funding() public {
        _approve(user, usdc, address(settlement));
        SwapOrder memory o = _order();
        _fillBy(0, o, _sign(USER_KEY, _idOf(0, o)), abi.encodeWithSelector(INVALID_SIGNER));
        o.nonce = 7;
        bytes memory sig = _sign(USER_KEY, _permit2Digest(0, o, _noOptions(), address(settlement), PERMIT2));
        _fillBy(0, o, sig, abi.encodeWithSelector(IErrors.BadSignature.selector, user));
    }

    function test_the_users_own_call_is_no_permit() public {
        SwapOrder memory o = _order();
        vm.expectRevert(abi.encodeWithSelector(INVALID_LENGTH));
        vm.prank(user);
        settlement.fillWith(0, o, _noOptions(), "", _noAward().award, "", 0, "");
    }

    function test_permit_for_another_spender() public {
        SwapOrder memory o = _order();
        bytes memory sig = _sign(USER_KEY, _permit2Digest(0, o, _noOptions(), address(escrow), PERMIT2));
        _fillBy(0, o, sig, abi.encodeWithSelector(INVALID_SIGNER));
    }

    function test_permit_without_funds_or_allowance() public {
        usdc.burn(user, 1e15);
        _fill(0, _order(), abi.encodeWithSignature("Error(string)", "TRANSFER_FROM_FAILED"));
    }

    /// @dev Permit2 itself is content with a token that is not there.
    function test_token_without_code_is_refused() public {
        SwapOrder memory o = _order();
        o.sellToken = address(0xDEAD);
        _fill(0, o, abi.encodeWithSelector(IErrors.TransferFailed.selector, address(0xDEAD)));
    }

    function test_hours_are_the_orders() public {
        SwapOrder memory o = _order();
        vm.warp(NOW + 121);
        _fill(0, o, abi.encodeWithSelector(IErrors.Expired.selector, NOW + 120));
        vm.warp(NOW + 120);
        _fill(0, o, "");
    }

    /// @dev A3: every word of the order is in the witness.
    function test_flipping_any_word_is_refused() public {
        SwapOrder memory o = _order();
        bytes memory clean = abi.encodeCall(settlement.fill, (0, o, _userSig(0, o, _noOptions())));
        for (uint256 word; word <= 11; ++word) {
            bytes memory data = bytes.concat(clean);
            data[4 + 32 * word + 31] ^= 0x01;
            vm.prank(solver);
            (bool ok,) = address(settlement).call(data);
            vm.assertTrue(!ok, "flipped word accepted");
        }
        vm.prank(solver);
        (bool fine,) = address(settlement).call(clean);
        vm.assertTrue(fine, "clean call");
    }

    /// @dev B1: neither another chain's nor a fork's.
    function test_permit_of_another_chain() public {
        SwapOrder memory o = _order();
        bytes memory sig = _userSig(0, o, _noOptions());
        uint256 here = block.chainid;
        vm.chainId(99);
        _fillBy(0, o, sig, abi.encodeWithSelector(INVALID_SIGNER));
        vm.chainId(here);
        _fillBy(0, o, sig, "");
    }

    /// @dev Cancelled where the error says.
    function test_cancelling_in_permit2() public {
        SwapOrder memory o = _order();
        vm.prank(user);
        IPermit2(PERMIT2).invalidateUnorderedNonces(o.nonce >> 8, 1 << 7);
        vm.assertTrue(settlement.isSpent(user, o.nonce), "spent");
        _fill(0, o, abi.encodeWithSelector(INVALID_NONCE));
    }

    /// @dev C10: nothing is left approved by the contract, to nobody.
    function test_settlement_approves_nobody() public {
        _fill(0, _order(), "");
        _equal(usdc.allowance(address(settlement), PERMIT2), 0, "Permit2");
        _equal(usdc.allowance(address(settlement), solver), 0, "solver");
    }

    /* VOIDING */

    function test_fillOrVoid_fills() public {
        SwapOrder memory o = _order();
        o.auctioneer = auctioneer;
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        vm.assertTrue(_tryAs(0, o, _noOptions(), _userSig(0, o, _noOptions()), a), "filled");
        _equal(usdc.balanceOf(solver), 1e15 + SELL, "sold");
    }

    function test_fillOrVoid_voids_what_permit2_refuses() public {
        SwapOrder memory o = _order();
        o.auctioneer = auctioneer;
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        bytes memory sig = _userSig(0, o, _noOptions());
        vm.prank(user);
        usdc.approve(PERMIT2, 0);
        vm.assertTrue(!_tryAs(0, o, _noOptions(), sig, a), "void");
        vm.assertTrue(settlement.voided(_awardDigest(a), keccak256(sig)), "voided");
        _equal(usdc.balanceOf(user), 1e15, "kept");
        _equal(weth.balanceOf(solver), 1e24, "back");
    }
}
