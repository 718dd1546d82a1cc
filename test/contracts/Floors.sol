// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SwapOrder} from "../../contracts/src/interfaces/Types.sol";

/// @dev The floor of `fill` without award: one function, all of it by hand, that makes the checks of Settlement.fill on its usual path
///      and tells no errors apart. It is measured beside it (test/bench), and used for nothing else: it knows no ERC-1271 account, no
///      Permit2 and no tokens that return nothing.
contract FillFloor {
    mapping(address user => mapping(uint256 word => uint256 bits)) public nonces;
    uint256 private transient busy;

    uint256 private immutable CHAIN_ID = block.chainid;
    bytes32 private immutable SEPARATOR = keccak256(
        abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("Tender"),
            keccak256("1"),
            block.chainid,
            address(this)
        )
    );
    bytes32 private constant TERMS = keccak256("Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)");
    bytes32 private constant SELL_IN = keccak256("Sell(address token,uint128 exactly)");
    bytes32 private constant SELL_OUT = keccak256("Sell(address token,uint128 atMost)");
    bytes32 private constant BUY_IN = keccak256("Token(address token,uint128 atLeast,address to)");
    bytes32 private constant BUY_OUT = keccak256("Token(address token,uint128 exactly,address to)");
    bytes32 private constant ORDER_IN = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)Sell(address token,uint128 exactly)Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)Token(address token,uint128 atLeast,address to)"
    );
    bytes32 private constant ORDER_OUT = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)Sell(address token,uint128 atMost)Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)Token(address token,uint128 exactly,address to)"
    );

    event Filled(bytes32 indexed order, address indexed solver, uint256 amounts);

    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external {
        require(busy == 0 && kind < 2 && block.chainid == CHAIN_ID);
        (bytes32 orderType, bytes32 sellType, bytes32 buyType) =
            kind == 0 ? (ORDER_IN, SELL_IN, BUY_IN) : (ORDER_OUT, SELL_OUT, BUY_OUT);
        (bytes32 termsType, bytes32 separator, bytes32 filled) = (TERMS, SEPARATOR, Filled.selector);
        uint256 slot;
        assembly {
            slot := nonces.slot
        }
        assembly ("memory-safe") {
            function pull(m, token, from, to, amount) {
                mstore(m, 0x23b872dd00000000000000000000000000000000000000000000000000000000)
                mstore(add(m, 0x04), from)
                mstore(add(m, 0x24), to)
                mstore(add(m, 0x44), amount)
                if iszero(and(call(gas(), token, 0, m, 0x64, 0x00, 0x20), 1)) { revert(0x00, 0x00) }
                if iszero(and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) { revert(0x00, 0x00) }
            }
            let m := mload(0x40)
            let user := calldataload(add(o, 0x20))
            let sellToken := calldataload(add(o, 0x40))
            let sell := calldataload(add(o, 0x60))
            let buyToken := calldataload(add(o, 0x80))
            let buy := calldataload(add(o, 0xa0))
            let to := calldataload(add(o, 0xc0))
            {
                let auctioneer := calldataload(add(o, 0xe0))
                let until := calldataload(add(o, 0x100))
                let fillBy := calldataload(add(o, 0x120))
                let bad := shr(160, or(or(user, sellToken), or(or(buyToken, to), auctioneer)))
                bad := or(bad, or(shr(128, or(sell, buy)), shr(40, or(until, fillBy))))
                bad := or(bad, or(iszero(sell), or(iszero(buy), eq(sellToken, buyToken))))
                bad := or(bad, or(iszero(to), or(eq(to, address()), eq(to, buyToken))))
                bad := or(bad, or(gt(timestamp(), fillBy), and(iszero(iszero(auctioneer)), iszero(gt(timestamp(), until)))))
                if bad { revert(0x00, 0x00) }
            }
            mstore(m, sellType)
            calldatacopy(add(m, 0x20), add(o, 0x40), 0x40)
            sellType := keccak256(m, 0x60)
            mstore(m, buyType)
            calldatacopy(add(m, 0x20), add(o, 0x80), 0x60)
            buyType := keccak256(m, 0x80)
            mstore(m, termsType)
            calldatacopy(add(m, 0x20), add(o, 0xe0), 0x60)
            mstore(add(m, 0xa0), keccak256(m, 0x80))
            mstore(m, orderType)
            calldatacopy(add(m, 0x20), o, 0x40)
            mstore(add(m, 0x60), sellType)
            mstore(add(m, 0x80), buyType)
            let nonce := calldataload(add(o, 0x140))
            mstore(add(m, 0xc0), nonce)
            mstore(add(m, 0x22), keccak256(m, 0xe0))
            mstore(m, 0x1901000000000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x02), separator)
            let id := keccak256(m, 0x42)

            mstore(m, id)
            mstore(add(m, 0x20), byte(0, calldataload(add(userSig.offset, 0x40))))
            calldatacopy(add(m, 0x40), userSig.offset, 0x40)
            let bad := gt(mload(add(m, 0x60)), 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0)
            bad := or(bad, or(shr(255, nonce), sub(userSig.length, 65)))
            pop(staticcall(gas(), 1, m, 0x80, 0x00, 0x20))
            if or(bad, or(iszero(returndatasize()), sub(mload(0x00), user))) { revert(0x00, 0x00) }

            mstore(0x00, user)
            mstore(0x20, slot)
            mstore(0x20, keccak256(0x00, 0x40))
            mstore(0x00, shr(8, nonce))
            slot := keccak256(0x00, 0x40)
            let bit := shl(and(nonce, 0xff), 1)
            let bits := sload(slot)
            if and(bits, bit) { revert(0x00, 0x00) }
            sstore(slot, or(bits, bit))

            mstore(m, or(shl(128, sell), buy))
            log3(m, 0x20, filled, id, caller())
            pull(m, sellToken, user, caller(), sell)
            pull(m, buyToken, caller(), to, buy)
        }
    }
}

/// @dev The floor of `deliverMine`: the checks of Delivery on its usual path, by hand, with no errors told apart. It knows no native
///      coin, no tokens that return nothing, and no other entry.
contract DeliveryFloor {
    mapping(bytes32 key => uint256 word) private records;
    uint256 private transient busy;

    event Delivered(bytes32 indexed dealId, address indexed solver, uint256 delivered);

    function deliverMine() external {
        require(busy == 0 && msg.data.length == 97);
        busy = 1;
        bytes32 delivered = Delivered.selector;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let dealId := calldataload(4)
            let to := shr(96, calldataload(36))
            let deliverBy := shr(216, calldataload(56))
            let token := shr(96, calldataload(61))
            let amount := shr(128, calldataload(81))
            let bad := or(iszero(to), or(eq(to, address()), or(eq(to, token), gt(timestamp(), deliverBy))))

            mstore(0x00, 0x70a0823100000000000000000000000000000000000000000000000000000000)
            mstore(0x04, to)
            let ok := staticcall(gas(), token, 0x00, 0x24, m, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            let before := mload(m)
            mstore(m, 0x23b872dd00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), caller())
            mstore(add(m, 0x24), to)
            mstore(add(m, 0x44), amount)
            ok := and(call(gas(), token, 0, m, 0x64, m, 0x20), ok)
            ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(m), 1)))
            ok := and(staticcall(gas(), token, 0x00, 0x24, m, 0x20), ok)
            ok := and(ok, gt(returndatasize(), 0x1f))
            let arrived := mul(gt(mload(m), before), sub(mload(m), before))
            if gt(arrived, amount) { arrived := amount }

            mstore(m, token)
            mstore(add(m, 0x20), to)
            mstore(add(m, 0x40), deliverBy)
            mstore(add(m, 0x60), keccak256(m, 0x60))
            mstore(m, 0)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x80), caller())
            mstore(add(m, 0xa0), 0)
            mstore(0x00, keccak256(m, 0xc0))
            mstore(0x20, records.slot)
            let slot := keccak256(0x00, 0x40)
            let sum := add(shr(128, shl(128, sload(slot))), arrived)
            if or(or(bad, iszero(ok)), or(iszero(arrived), shr(128, sum))) { revert(0x00, 0x00) }
            sstore(slot, or(shl(128, timestamp()), sum))
            mstore(m, arrived)
            log3(m, 0x20, delivered, dealId, caller())
        }
        busy = 0;
    }
}
