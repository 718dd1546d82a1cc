// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What Settlement calls on the solver that is calling it, and on nobody else: time to find the buy tokens.
interface ITenderCallback {
    /// @notice What the solver sells for has arrived; when this returns, Settlement pulls what is still owed.
    /// @param id The order's id; of a batch, keccak256 of its ids in batch order.
    /// @param data As the solver passed it in. Check `msg.sender`: anyone can call this.
    function tenderFill(bytes32 id, bytes calldata data) external;
}
