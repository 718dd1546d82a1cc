// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Facts} from "./Types.sol";

/// @title What Settlement and Escrow have in common: each executes orders under its own EIP-712 domain.
/// @dev An order's id is its EIP-712 digest under ("Tender", "1", chain id, the contract that executes it); the market's messages
///      about it (bid, award, reply, voucher) are signed in that same domain. A user's authority is an ECDSA signature (65 bytes, or
///      64 by EIP-2098; low s) or, failing that, ERC-1271 if the user has code. Auctioneers and solvers sign with ECDSA keys only.
interface ISettles {
    /// @notice The user withdrew an order that was neither filled nor open. It can never be.
    event Cancelled(bytes32 indexed order);
    /// @notice The award's solver tried in time, with its own amount in hand, and the user's side failed: nobody can slash this award
    ///         for an acceptance that names this authorisation. It may still be executed in time.
    event AwardVoided(bytes32 indexed order, bytes32 indexed award, address indexed solver, bytes32 authorisation);

    /// @notice Until second `until` only an award of the order's auctioneer may take it.
    error Exclusive(uint256 until);
    /// @notice The award names `solver`, who is not the caller and whose acceptance was not shown.
    error NotAwarded(address solver);
    /// @notice A lease or a job that asks for a bond with an auctioneer needs an award: that bond backs the auctioneer's awards, and
    ///         only it may commit it to a deal.
    error AwardRequired();

    /// @notice The Bonds contract of this deployment.
    function bonds() external view returns (address);

    /// @notice EIP-712 domain separator of orders, awards, replies and vouchers; follows a changed chain id.
    function domainSeparator() external view returns (bytes32);

    /// @notice Seconds between the end of an award and `exclusiveUntil`, at least: time in which an unhonoured award can only be
    ///         slashed. Bonds' value.
    function missGrace() external view returns (uint40);

    /// @notice True if `award` (digest) was voided under `authorisation` (keccak256 of the user's signature bytes).
    function voided(bytes32 award, bytes32 authorisation) external view returns (bool);

    /// @notice What Bonds and Fairness need to know of an order. Reverts as the contract itself would if the order could not be
    ///         executed with these amounts, whatever the time: form, limits, gap; MAX_DEAL is counted from second `from`. Knows nothing
    ///         of signatures, balances and allowances.
    /// @param order abi.encode(SwapOrder); abi.encode(SwapOrder, Options) for kinds 16 and 17; abi.encode(TokenOrder | LeaseOrder |
    ///        JobOrder).
    /// @param part As in the award: 0, or the part's index, or the amount already sold.
    /// @dev Reverts: BadKind, BadLength, WrongAward or NoSuchPart, and those of the entry that executes the order.
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40 from)
        external
        view
        returns (Facts memory);
}
