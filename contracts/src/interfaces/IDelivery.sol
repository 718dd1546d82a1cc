// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {IErrors} from "./IErrors.sol";

/// @dev One payment to a recipient. `solver` is the ORIGIN address that will claim; the caller only pays.
struct Drop {
    bytes32 dealId;
    uint128 output; // 0 in this version
    address token;
    address to;
    uint40 deliverBy;
    address solver;
    uint128 amount;
}

/// @dev A drop in a batch that shares its token and its solver.
struct Line {
    bytes32 dealId;
    address to;
    uint256 terms; // amount << 128 | output (88 bits) << 40 | deliverBy
}

/// @title Delivery: hands tokens to the recipient and records it where attesters and storage proofs can read it.
/// @notice Lives on the destination chain. It knows no orders: a wrong token, recipient or time only makes a key that no
///         escrow pays for. Delivering in another solver's name is a gift.
/// @dev key = keccak256(abi.encode(uint256 mode, dealId, output, where, solver, uint256 units)) with
///      where = keccak256(abi.encode(token, to, deliverBy)). Mode 0: a named solver, units 0. Mode 1, a race: solver 0, units =
///      the amount. Storage position of a record: keccak256(abi.encode(key, 0)), which is part of the protocol. Deploy it
///      through a CREATE2 factory so that it has one address on every chain.
interface IDelivery is IErrors, ICredits {
    /// @notice A drop reached the recipient. `delivered` = output << 128 | amount: what the balance gained, at most the declared
    ///         amount. Of a race: `solver` won it.
    event Delivered(bytes32 indexed dealId, address indexed solver, uint256 delivered);

    /// @notice `winner` delivered in this race before.
    error AlreadyWon(address winner);
    /// @notice A race is won by all of it or not at all: `declared` was sent, `arrived` arrived.
    error ShortDelivery(uint256 declared, uint256 arrived);

    /// @notice Delivers ERC-20 from the caller (allowance to this contract) or native coin (`msg.value`, exactly).
    /// @dev Reverts: Expired(deliverBy), ZeroAmount (also if nothing arrived), BadRecipient, WrongValue, TransferFailed, Reentered.
    function deliver(Drop calldata d) external payable;

    /// @notice `deliver` of output 0 in the caller's own name, by a call of 97 bytes: behind the selector stand, byte by byte,
    ///         `dealId ‖ to ‖ deliverBy u40 ‖ token ‖ amount u128`.
    /// @dev Reverts as `deliver`, and without data if the call is longer or shorter.
    function deliverMine() external payable;

    /// @notice All or none. Native amounts sum to `msg.value` exactly.
    function deliverMany(Drop[] calldata drops) external payable;

    /// @notice As `deliverMany`, for drops of one token by one solver, in three words each.
    function deliverLines(address token, address solver, Line[] calldata lines) external payable;

    /// @notice As `deliver`, but a recipient that refuses (blocklist, revert) cannot stop it: the money is then held as a
    ///         credit of the recipient. The push is tried first, with at least 300,000 gas.
    /// @dev Reverts also: GasTooLow.
    function deliverHeld(Drop calldata d) external payable;

    /// @notice Delivers in race mode, for a deal that names no solver: whoever delivers the whole amount first is paid.
    ///         `d.amount` must be the units that the deal asks for, else it is another race, which no escrow pays for.
    /// @dev Reverts as `deliver`, and: AlreadyWon, ShortDelivery, BadRecipient(0) if `d.solver` is zero.
    function race(Drop calldata d) external payable;

    /// @notice A record. Mode 0: cumulative amount in the low 128 bits, time of the last delivery (u40) above. Mode 1: the
    ///         winner in the low 160 bits, its time above. 0: nothing.
    function records(bytes32 key) external view returns (uint256 word);

    /// @notice The key under which `deliver` records `d` (its amount does not matter).
    function keyOf(Drop calldata d) external pure returns (bytes32);

    /// @notice The key under which `race` records `d` (its solver does not matter).
    function raceKeyOf(Drop calldata d) external pure returns (bytes32);
}
