// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GaslessCrossChainOrder, IERC7683Resolver, OnchainCrossChainOrder, ResolvedCrossChainOrder} from "./IERC7683.sol";
import {Award} from "./Types.sol";

/// @dev An order on offer to a solver: abi.encode of this is the payload. `award.solver == 0`: no award, so anyone's order once the
///      exclusive window is over; across chains that is a race, and `solver` is who is paid if it is won (else it is not read).
///      `award.part` counts without an award too: the part of a recurring order, or how much of a partial fill is offered.
struct Offer {
    uint8 kind;
    bytes order; // abi.encode(SwapOrder | SwapOrder, Options | TokenOrder)
    bytes userSig;
    Award award;
    bytes auctioneerSig;
    address solver;
}

/// @title Resolver: Tender's orders for tokens, as ERC-7683 tells them to solvers that know no protocol.
/// @notice A view. No other contract knows it, and it knows only what anyone can read. Ask it on the order's own chain.
///         kinds 0, 1, 16, 17: fill. kinds 2, 3: open, deliver (or race) on the other chain, claim; steps that are done already
///         are left out, and a race that someone else won aborts.
///         Leases and jobs are work that no solver without knowledge of the protocol can do: BadKind. Native coin cannot be
///         said in ERC-7683 (calls carry no value, payments are ERC-20): Unsayable.
/// @dev Any revert of a first step aborts the order: nothing has been spent then. Later steps revert only as stated, under the
///      assumptions named (data = abi.encode of):
///      `tender.caller` (uint256 step, bytes account): the step's caller must be this account, the award's solver.
///      `tender.payee` (uint256 variable, bytes account): the payment goes to this account, whatever the variable says.
///      `tender.payee.caller` (uint256 variable, uint256 step): the payment goes to the caller of the step.
///      `tender.plain` (bytes token): an honest ERC-20 that takes no fee and moves what it says.
///      `tender.verifier` (bytes verifier, uint256 chain): trusted to tell what was delivered on the chain.
///      `tender.again` (uint256 step): the step may revert WrongDeal if a stranger's gift moved the deal meanwhile: take its
///      witnesses anew and repeat it.
///      Witnesses: `tender.deal` (bytes escrow, bytes32 dealId) is the deal's present state, the `Deal` whose commitment the
///      escrow holds; `tender.record` (bytes verifier, uint256 chain, bytes delivery, bytes32 key) is evidence for the verifier
///      of that record, no older than the block number in its one variable.
interface IResolver is IERC7683Resolver {
    /// @notice The order is filled, cancelled, or open under other terms.
    error Taken(bytes32 order);
    /// @notice A race must know whom to pay before it begins: the offer does not say.
    error NoSolver();
    /// @notice ERC-7683 has no words for what the order asks: the native coin.
    error Unsayable(address token);
    /// @notice Member `index` of the old struct is not what the order inside says.
    error WrongMember(uint256 index);

    /// @notice As `resolve(abi.encode(offer))`.
    /// @dev Reverts: BadKind, Taken, NoSolver, Unsayable, Expired, BadSignature, WrongAward, AwardTooLong, and what
    ///      ISettles.inspect reverts: orders that can never be executed have no steps.
    function describe(Offer calldata offer) external view returns (ResolvedOrder memory);

    /// @notice The same order in the structs of ERC-7683 before May 2026, for indexers. Signed form: `orderData` = abi.encode(Offer),
    ///         `orderDataType` = `offerType()`.
    /// @dev Reverts also: WrongMember. A deadline after 2106 shows as the last second that 32 bits hold.
    function resolveFor(GaslessCrossChainOrder calldata order, bytes calldata originFillerData)
        external
        view
        returns (ResolvedCrossChainOrder memory);
    /// @notice As `resolveFor` and `resolve` for old structs that hold this offer.
    function summarise(Offer calldata offer) external view returns (ResolvedCrossChainOrder memory);
    function resolve(OnchainCrossChainOrder calldata order) external view returns (ResolvedCrossChainOrder memory);

    /// @notice Type tag of `orderData` in the old structs.
    function offerType() external pure returns (bytes32);
}
