// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../src/interfaces/ISettlement.sol";
import {SwapOrder} from "../src/interfaces/Types.sol";

interface IERC2612 {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
    function allowance(address owner, address spender) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @dev What the user signed for its token, ERC-2612.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @title Example: a solver that fills orders of users who never approved Settlement: permit and fill in one transaction.
/// @notice It holds its operator's buy tokens and receives the sell tokens. Only the operator can make it do anything. For tokens that
///         return a bool.
/// @dev Settlement knows nothing of ERC-2612. That a `permit` did not revert says nothing: a token with a fallback (WETH) accepts any
///      call. That it reverted says nothing either: anyone may have sent it before. What counts is the allowance.
contract PermitSolver {
    ISettlement private immutable SETTLEMENT;
    address private immutable OPERATOR;

    error NotOperator(address caller);
    /// @notice The user's allowance to Settlement is only `allowance`.
    error NotApproved(uint256 allowance);

    constructor(ISettlement settlement) {
        (SETTLEMENT, OPERATOR) = (settlement, msg.sender);
    }

    modifier onlyOperator() {
        if (msg.sender != OPERATOR) revert NotOperator(msg.sender);
        _;
    }

    /// @notice Fills a whole order at its limit, after its window. Reverts NotApproved, and as `ISettlement.fill` does.
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig, Permit calldata p) external onlyOperator {
        address spender = address(SETTLEMENT);
        IERC2612 sold = IERC2612(o.sellToken);
        try sold.permit(o.user, spender, p.value, p.deadline, p.v, p.r, p.s) {} catch {}
        uint256 allowed = sold.allowance(o.user, spender);
        if (allowed < o.sell) revert NotApproved(allowed);

        // Exactly what this fill takes: nothing stays approved.
        IERC2612(o.buyToken).approve(spender, o.buy);
        SETTLEMENT.fill(kind, o, userSig);
    }

    /// @notice Takes out what was earned, or what was left.
    function withdraw(address token, address to, uint256 amount) external onlyOperator {
        require(IERC2612(token).transfer(to, amount), "transfer");
    }
}
