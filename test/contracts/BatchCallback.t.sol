// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import {ITenderCallback} from "../../contracts/src/interfaces/ITenderCallback.sol";
import "./BatchBase.sol";
import {CallbackSolver, RefusingSolver} from "./BatchSolvers.sol";
import {HookToken} from "./Tokens.sol";

/// @dev fillMany and code that is not ours: the caller's callback, and tokens that call back in.
contract BatchCallbackTest is BatchBase {
    CallbackSolver private smart;

    function setUp() public override {
        super.setUp();
        vm.warp(NOW + 61);
        smart = new CallbackSolver(batches, usdc, weth);
    }

    function _two() private returns (Item[] memory items) {
        items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 0, usdc, SELL, weth, BUY);
    }

    /* CALLBACK */

    function test_callback_comes_between_and_the_caller_needs_no_inventory() public {
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        bytes32[] memory ids = _ids(items);
        bytes memory swap = abi.encode(weth, abi.encodeCall(PlainToken.mint, (address(smart), 2 * BUY)));
        smart.fillMany(_open(), lines, _inventory(_limits(items)), 2, swap);
        _equal(smart.calls(), 1, "called once");
        _equal(smart.seen(), 2 * SELL, "what the lines sell had arrived");
        vm.assertEq(smart.id(), keccak256(abi.encodePacked(ids)), "named by its ids");
        _equal(weth.balanceOf(items[1].o.user), BUY, "bought");
    }

    function test_callback_comes_where_the_split_says() public {
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        bytes memory swap = abi.encode(weth, abi.encodeCall(PlainToken.mint, (address(smart), 2 * BUY)));
        for (uint256 split; split < 3; ++split) {
            uint256 state = vm.snapshotState();
            smart.fillMany(_open(), lines, _inventory(_limits(items)), split, swap);
            _equal(smart.seen(), split * SELL, "seen");
            vm.revertToState(state);
        }
        vm.expectRevert(abi.encodeWithSelector(IBatches.StepFailed.selector, 2));
        smart.fillMany(_open(), lines, _inventory(_limits(items)), 3, swap);
    }

    function test_no_data_no_callback() public {
        Item[] memory items = _two();
        weth.mint(address(smart), 2 * BUY);
        smart.fillMany(_open(), _lines(items), _inventory(_limits(items)), 2, "");
        _equal(smart.calls(), 0, "not called");
    }

    function test_refused_callback_reverts_with_its_reason() public {
        RefusingSolver refusing = new RefusingSolver();
        Item[] memory items = _two();
        bytes32 id = keccak256(abi.encodePacked(_ids(items)));
        bytes memory data = abi.encodeCall(batches.fillMany, (_open(), _lines(items), _inventory(_limits(items)), 2, "why"));
        (bool ok, bytes memory reason) = refusing.call(address(settlement), data);
        vm.assertTrue(!ok, "refused");
        vm.assertEq(keccak256(reason), keccak256(abi.encodeWithSelector(RefusingSolver.NotNow.selector, id, bytes("why"))), "reason");
    }

    function test_callback_to_a_caller_without_code_reverts() public {
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        vm.expectRevert(bytes(""));
        vm.prank(solver);
        batches.fillMany(_open(), lines, _inventory(_limits(items)), 2, "x");
    }

    /// @dev The one thing that a caller can make Settlement call is this selector on the caller itself.
    function test_callback_cannot_be_aimed() public {
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        bytes memory data = abi.encode(weth, abi.encodeCall(PlainToken.mint, (address(smart), 2 * BUY)));
        vm.recordLogs();
        smart.fillMany(_open(), lines, _inventory(_limits(items)), 2, data);
        vm.assertTrue(ITenderCallback.tenderFill.selector != PlainToken.transferFrom.selector, "no token function");
        _equal(smart.calls(), 1, "only the caller");
    }

    /* REENTRANCY */

    function _innerCalls() private returns (bytes[] memory inner) {
        Item memory item = _item(7, 0, dai, 5, weth, 6);
        bytes memory sig = _sign(item.key, _idOf(0, item.o));
        Award memory a = _award(_idOf(0, item.o), 5, 6);
        bytes memory auctioneerSig = _signAward(a);
        inner = new bytes[](6);
        inner[0] = abi.encodeCall(settlement.fill, (0, item.o, sig));
        inner[3] = abi.encodeCall(settlement.fillAwarded, (0, item.o, sig, _packed(a)));
        inner[4] = abi.encodeCall(settlement.fillWith, (0, item.o, _noOptions(), sig, a, auctioneerSig, 0, ""));
        inner[5] = abi.encodeCall(settlement.fillOrVoid, (0, item.o, _noOptions(), sig, a, auctioneerSig));
        inner[1] = abi.encodeCall(batches.fillMany, (_open(), _lines(_one(item)), _inventory(_limits(_one(item))), 0, ""));
        inner[2] = abi.encodeCall(settlement.withdraw, (NATIVE, address(smart), address(smart)));
    }

    function test_callback_cannot_reenter() public {
        bytes[] memory inner = _innerCalls();
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        weth.mint(address(smart), 10 * BUY);
        for (uint256 i; i < inner.length; ++i) {
            uint256 state = vm.snapshotState();
            smart.fillMany(_open(), lines, _inventory(_limits(items)), 2, abi.encode(settlement, inner[i]));
            _reentered(smart.ok(), smart.answer());
            vm.revertToState(state);
        }
    }

    function test_token_cannot_reenter() public {
        bytes[] memory inner = _innerCalls();
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        vm.etch(address(usdc), address(new HookToken()).code);
        for (uint256 i; i < inner.length; ++i) {
            uint256 state = vm.snapshotState();
            HookToken(address(usdc)).hook(address(settlement), inner[i]);
            _fillMany(_open(), lines, _inventory(_limits(items)));
            _reentered(HookToken(address(usdc)).reached(), HookToken(address(usdc)).answer());
            vm.revertToState(state);
        }
    }

    function _reentered(bool ok, bytes memory answer) private pure {
        vm.assertTrue(!ok && bytes4(answer) == IErrors.Reentered.selector, "Reentered");
    }

    /// @dev A line's nonce is spent before any token runs, so even a cancellation from within comes too late.
    function test_a_user_that_cancels_from_within_is_filled() public {
        Item[] memory items = _two();
        Line[] memory lines = _lines(items);
        vm.etch(address(usdc), address(new HookToken()).code);
        HookToken(address(usdc)).hook(address(settlement), abi.encodeCall(settlement.cancelNonces, (1, type(uint256).max)));
        _fillMany(_open(), lines, _inventory(_limits(items)));
        vm.assertTrue(HookToken(address(usdc)).reached(), "the token cancelled its own nonces only");
        _equal(weth.balanceOf(items[0].o.user), BUY, "filled");
    }

    function test_the_lock_is_free_after() public {
        Item[] memory items = _two();
        _fillOpen(items, _inventory(_limits(items)));
        Item memory more = _item(5, 0, usdc, SELL, weth, BUY);
        bytes memory sig = _sign(more.key, _idOf(0, more.o));
        vm.prank(solver);
        settlement.fill(0, more.o, sig);
        _equal(weth.balanceOf(more.o.user), BUY, "filled");
    }
}
