// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import "./Base.sol";

/// @dev Builders of batches: orders as they are signed, packed into lines by code that is not the contract's.
abstract contract BatchBase is Base {
    uint256 internal constant CALLER = 0xffff;
    uint256 internal constant FIRST_KEY = 0xB000;
    bytes32 internal constant FILLED = keccak256("Filled(bytes32,address,uint256)");
    bytes32 internal constant TRANSFER = keccak256("Transfer(address,address,uint256)");

    struct Item {
        uint8 kind;
        SwapOrder o;
        uint256 key;
    }

    IBatches internal batches;
    PlainToken internal dai;

    function setUp() public virtual override {
        super.setUp();
        batches = IBatches(address(settlement));
        dai = new PlainToken();
        PlainToken[3] memory three = _three();
        for (uint256 i; i < 3; ++i) {
            three[i].mint(solver, 1e30);
            _approve(solver, three[i], address(settlement));
        }
    }

    function _three() internal view returns (PlainToken[3] memory) {
        return [usdc, weth, dai];
    }

    function _table() internal view returns (address[] memory tokens) {
        tokens = new address[](3);
        (tokens[0], tokens[1], tokens[2]) = (address(usdc), address(weth), address(dai));
    }

    /* ORDERS */

    /// @dev User `i` sells `sell` of one token for `buy` of another; funded and approved.
    function _item(uint256 i, uint8 kind, PlainToken from, uint128 sell, PlainToken to, uint128 buy) internal returns (Item memory item) {
        item.kind = kind;
        item.key = FIRST_KEY + i;
        item.o = _swap();
        address owner = vm.addr(item.key);
        item.o.user = owner;
        item.o.to = owner;
        item.o.sellToken = address(from);
        item.o.sell = sell;
        item.o.buyToken = address(to);
        item.o.buy = buy;
        item.o.nonce = 300 + i;
        from.mint(owner, sell);
        _approve(owner, from, address(settlement));
    }

    function _pair() internal returns (Item[] memory items) {
        items = new Item[](2);
        items[0] = _item(0, 0, usdc, SELL, weth, BUY);
        items[1] = _item(1, 0, weth, BUY, usdc, SELL);
    }

    function _one(Item memory item) internal pure returns (Item[] memory items) {
        items = new Item[](1);
        items[0] = item;
    }

    function _ids(Item[] memory items) internal returns (bytes32[] memory ids) {
        ids = new bytes32[](items.length);
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = _idOf(items[i].kind, items[i].o);
        }
    }

    /* PACKING */

    function _lines(Item[] memory items) internal returns (Line[] memory lines) {
        lines = new Line[](items.length);
        for (uint256 i; i < items.length; ++i) {
            lines[i] = _line(items[i]);
        }
    }

    function _line(Item memory item) internal returns (Line memory x) {
        SwapOrder memory o = item.o;
        x.sentence = o.sentence;
        x.user = o.user;
        x.amounts = uint256(o.sell) << 128 | o.buy;
        x.terms = _terms(item.kind, o);
        (x.r, x.vs) = vm.signCompact(item.key, _idOf(item.kind, o));
    }

    function _terms(uint8 kind, SwapOrder memory o) internal view returns (uint256) {
        bytes memory head = abi.encodePacked(_indexOf(o.sellToken), _indexOf(o.buyToken), kind, o.exclusiveUntil, o.fillBy);
        return uint256(bytes32(bytes.concat(head, abi.encodePacked(uint152(o.nonce)))));
    }

    function _indexOf(address token) internal view returns (uint8 i) {
        address[] memory tokens = _table();
        while (i < tokens.length && tokens[i] != token) ++i;
    }

    /// @dev Without award.
    function _open() internal view returns (Batch memory b) {
        b.tokens = _table();
        b.auctioneer = auctioneer;
    }

    /// @dev With one signature for all of `items` at `amounts` (sell << 128 | buy).
    function _awardedBatch(Item[] memory items, uint256[] memory amounts) internal returns (Batch memory b) {
        b = _open();
        b.award = uint256(BOND) << 120 | NOW << 80 | NOW << 40 | NOW + 30;
        (b.r, b.vs) = vm.signCompact(AUCTIONEER_KEY, _awardsDigest(b.award, _ids(items), amounts, solver));
    }

    function _awardsDigest(uint256 award, bytes32[] memory ids, uint256[] memory amounts, address to) internal returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Awards(bytes32 orders,bytes32 amounts,address solver,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy)"
        );
        bytes32 orders = keccak256(abi.encodePacked(ids));
        bytes memory head = abi.encode(typeHash, orders, keccak256(abi.encodePacked(amounts)), to);
        bytes memory tail = abi.encode(uint96(award >> 120), uint40(award >> 80), uint40(award >> 40), uint40(award));
        return _digest(keccak256(bytes.concat(head, tail)));
    }

    /* PLANS */

    function _step(uint256 from, uint256 to, uint256 amount) internal pure returns (uint256) {
        return from << 144 | to << 128 | amount;
    }

    function _limits(Item[] memory items) internal pure returns (uint256[] memory amounts) {
        amounts = new uint256[](items.length);
        for (uint256 i; i < items.length; ++i) {
            amounts[i] = uint256(items[i].o.sell) << 128 | items[i].o.buy;
        }
    }

    /// @dev The caller takes every sold amount, then pays every bought one.
    function _inventory(uint256[] memory amounts) internal pure returns (uint256[] memory plan) {
        uint256 n = amounts.length;
        plan = new uint256[](2 * n);
        for (uint256 i; i < n; ++i) {
            plan[i] = _step(i, CALLER, amounts[i] >> 128);
            plan[n + i] = _step(CALLER, i, uint128(amounts[i]));
        }
    }

    /// @dev Line i pays line i + 1, the last one the first.
    function _ring(uint256[] memory amounts) internal pure returns (uint256[] memory plan) {
        plan = new uint256[](amounts.length);
        for (uint256 i; i < plan.length; ++i) {
            plan[i] = _step(i, (i + 1) % plan.length, amounts[i] >> 128);
        }
    }

    function _steps(uint256 a, uint256 b) internal pure returns (uint256[] memory plan) {
        plan = new uint256[](2);
        (plan[0], plan[1]) = (a, b);
    }

    /* CALLING */

    function _fillMany(Batch memory b, Line[] memory lines, uint256[] memory plan) internal {
        vm.prank(solver);
        batches.fillMany(b, lines, plan, 0, "");
    }

    function _fillOpen(Item[] memory items, uint256[] memory plan) internal {
        _fillMany(_open(), _lines(items), plan);
    }

    function _refused(Batch memory b, Line[] memory lines, uint256[] memory plan, bytes memory reason) internal {
        vm.expectRevert(reason);
        _fillMany(b, lines, plan);
    }

    /// @dev At their limits, from inventory, without award.
    function _refusedOpen(Item[] memory items, bytes memory reason) internal {
        _refused(_open(), _lines(items), _inventory(_limits(items)), reason);
    }

    function _refusedPlan(Item[] memory items, uint256[] memory plan, bytes memory reason) internal {
        _refused(_open(), _lines(items), plan, reason);
    }

    /// @dev Logs with this first topic since `recordLogs`.
    function _count(Vm.Log[] memory logs, bytes32 topic) internal pure returns (uint256 n) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) ++n;
        }
    }
}
