// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";

/// @dev One payment to a recipient. `solver` is the ORIGIN address that will claim; the caller only pays.
struct Drop {
    bytes32 dealId;
    uint256 output; // 0 in this version
    address token;
    address to;
    uint40 deliverBy;
    address solver;
    uint128 amount;
}

/// @title Delivery: hands tokens to the recipient and records it where attesters and storage proofs can read it.
/// @notice Lives on the destination chain. It knows no orders: a wrong token, recipient or time only makes a key that no
///         escrow pays for. Delivering in another solver's name is a gift.
/// @dev key = keccak256(abi.encode(uint256 mode = 0, dealId, output, where, solver, uint256 units = 0)) with
///      where = keccak256(abi.encode(token, to, deliverBy)). Storage position of a record: keccak256(abi.encode(key, 0)),
///      which is part of the protocol. Deploy it through a CREATE2 factory so that it has one address on every chain.
interface IDelivery is IErrors, ICredits {
    /// @notice `amount` of a drop reached the recipient (what the balance gained, at most the declared amount).
    event Delivered(bytes32 indexed dealId, address indexed solver, uint256 output, uint128 amount);

    /// @notice Delivers ERC-20 from the caller (allowance to this contract) or native coin (`msg.value`, exactly).
    /// @dev Reverts: Expired(deliverBy), ZeroAmount (also if nothing arrived), BadRecipient, WrongValue, TransferFailed, Reentered.
    function deliver(Drop calldata d) external payable;

    /// @notice All or none. Native amounts sum to `msg.value` exactly.
    function deliverMany(Drop[] calldata drops) external payable;

    /// @notice As `deliver`, but a recipient that refuses (blocklist, revert) cannot stop it: the money is then held as a
    ///         credit of the recipient. The push is tried first, with at least 300,000 gas.
    /// @dev Reverts also: GasTooLow.
    function deliverHeld(Drop calldata d) external payable;

    /// @notice A record: cumulative amount in the low 128 bits, time of the last delivery (u40) above. 0: nothing.
    function records(bytes32 key) external view returns (uint256 word);

    /// @notice The key under which `d` is recorded (its amount does not matter).
    function keyOf(Drop calldata d) external pure returns (bytes32);
}
