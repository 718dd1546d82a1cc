// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";

/// @title Calls to tokens, native receivers and ERC-1271 accounts.
/// @dev Assembly is here, in Hashes and in Signatures only. At most one word of return data is ever copied: a returndata bomb costs nothing.
library Calls {
    /// @notice transferFrom. Reverts TransferFailed unless the token has code and returned true or nothing.
    function pull(address token, address from, address to, uint256 amount) internal {
        if (!tryPull(token, from, to, amount)) revert IErrors.TransferFailed(token);
    }

    /// @notice transferFrom. False if the token has no code, reverted, or returned anything but true or nothing.
    function tryPull(address token, address from, address to, uint256 amount) internal returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x23b872dd00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), from)
            mstore(add(m, 0x24), to)
            mstore(add(m, 0x44), amount)
            ok := call(gas(), token, 0, m, 0x64, 0x00, 0x20)
            switch returndatasize()
            case 0 { ok := and(ok, gt(extcodesize(token), 0)) }
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) }
        }
    }

    /// @notice transferFrom the caller, measured: what `to` gained by it, at most `amount`. Reverts TransferFailed as `pull`, and if
    ///         the token does not tell its balances.
    function pullMeasured(address token, address to, uint256 amount) internal returns (uint256 arrived) {
        bool ok;
        (ok, arrived) = tryPullMeasured(token, to, amount);
        require(ok, IErrors.TransferFailed(token));
    }

    /// @notice As `pullMeasured`; false where that reverts.
    function tryPullMeasured(address token, address to, uint256 amount) internal returns (bool ok, uint256 arrived) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(0x00, 0x70a0823100000000000000000000000000000000000000000000000000000000)
            mstore(0x04, to)
            // In two steps each: Yul evaluates arguments from right to left.
            ok := staticcall(gas(), token, 0x00, 0x24, m, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            arrived := mload(m)

            mstore(m, 0x23b872dd00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), caller())
            mstore(add(m, 0x24), to)
            mstore(add(m, 0x44), amount)
            let moved := call(gas(), token, 0, m, 0x64, m, 0x20)
            // A token without code has no balance to tell: it failed above.
            if returndatasize() { moved := and(moved, and(gt(returndatasize(), 0x1f), eq(mload(m), 1))) }

            let told := staticcall(gas(), token, 0x00, 0x24, m, 0x20)
            ok := and(and(ok, moved), and(told, gt(returndatasize(), 0x1f)))
            // A balance that fell gained nothing.
            arrived := mul(gt(mload(m), arrived), sub(mload(m), arrived))
            if gt(arrived, amount) { arrived := amount }
        }
    }

    /// @notice transfer. False if the token has no code, reverted, or returned anything but true or nothing.
    function push(address token, address to, uint256 amount) internal returns (bool ok) {
        return push(token, to, amount, gasleft());
    }

    /// @notice The same with at most `gasLimit` gas: the rest stays here even if the token burns all it gets.
    function push(address token, address to, uint256 amount, uint256 gasLimit) internal returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0xa9059cbb00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), to)
            mstore(add(m, 0x24), amount)
            ok := call(gasLimit, token, 0, m, 0x44, 0x00, 0x20)
            switch returndatasize()
            case 0 { ok := and(ok, gt(extcodesize(token), 0)) }
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) }
        }
    }

    /// @notice Sends native coin with all gas. False if the receiver reverted.
    function send(address to, uint256 amount) internal returns (bool ok) {
        return send(to, amount, gasleft());
    }

    /// @notice Sends native coin with at most `gasLimit` gas. False if the receiver reverted.
    function send(address to, uint256 amount, uint256 gasLimit) internal returns (bool ok) {
        assembly ("memory-safe") {
            ok := call(gasLimit, to, amount, 0x00, 0x00, 0x00, 0x00)
        }
    }

    /// @notice balanceOf. Reverts TransferFailed if the token does not answer.
    function balanceOf(address token, address account) internal view returns (uint256 amount) {
        bool ok;
        assembly ("memory-safe") {
            mstore(0x00, 0x70a0823100000000000000000000000000000000000000000000000000000000)
            mstore(0x04, account)
            // In two steps: Yul evaluates arguments from right to left.
            ok := staticcall(gas(), token, 0x00, 0x24, 0x00, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            amount := mload(0x00)
        }
        if (!ok) revert IErrors.TransferFailed(token);
    }

    /// @notice allowance. Reverts TransferFailed if the token does not answer.
    function allowance(address token, address owner, address spender) internal view returns (uint256 amount) {
        bool ok;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0xdd62ed3e00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), owner)
            mstore(add(m, 0x24), spender)
            ok := staticcall(gas(), token, m, 0x44, 0x00, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            amount := mload(0x00)
        }
        require(ok, IErrors.TransferFailed(token));
    }

    /// @notice Calls with exactly `stipend` gas, if that much is there. False if it reverted. Nothing that it returned is read.
    function tryCall(address target, uint256 stipend, bytes memory data) internal returns (bool ok) {
        assembly ("memory-safe") {
            ok := call(stipend, target, 0, add(data, 0x20), mload(data), 0x00, 0x00)
        }
    }

    /// @notice Asks ERC-1271 `isValidSignature(bytes32,bytes)` by staticcall.
    function isValid1271(address account, bytes32 digest, bytes calldata sig) internal view returns (bool ok) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x1626ba7e00000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x04), digest)
            mstore(add(m, 0x24), 0x40)
            mstore(add(m, 0x44), sig.length)
            calldatacopy(add(m, 0x64), sig.offset, sig.length)
            // Zeros up to the word's end, as the ABI demands.
            mstore(add(add(m, 0x64), sig.length), 0)
            let size := add(0x64, and(add(sig.length, 0x1f), not(0x1f)))
            ok := staticcall(gas(), account, m, size, 0x00, 0x20)
            // The whole word: code that echoes its input answers with the selector and the digest behind it.
            ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), shl(224, 0x1626ba7e))))
        }
    }
}
