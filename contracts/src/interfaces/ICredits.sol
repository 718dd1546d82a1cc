// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Money that could not be pushed waits here.
interface ICredits {
    /// @notice A push failed (blocklist, pause, reverting receiver): `amount` of `token` waits for `account`.
    event Credited(address indexed token, address indexed account, uint256 amount);
    /// @notice A credit left the contract.
    event Withdrawn(address indexed token, address indexed account, address to, uint256 amount);

    /// @notice `account` has no credit in `token`.
    error NoCredit(address token, address account);

    /// @notice What waits for `account`, base units. Exists only because a push failed; leaves once.
    function credits(address token, address account) external view returns (uint256);

    /// @notice Pays the whole credit of `account`. Anyone may retry it to the account itself; only the account may name
    ///         another `to`.
    /// @dev Reverts: NoCredit, Only(account), BadRecipient, TransferFailed, Reentered.
    function withdraw(address token, address account, address to) external;
}
