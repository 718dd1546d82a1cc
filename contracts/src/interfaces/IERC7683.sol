// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ERC-7683 (text of May 2026, CC0): how a solver that knows no protocol is told what to do and what it is paid.
/// @notice Everything an order demands is a list of steps over variables; `bytes` are calldata of the pseudo-functions below, which
///         nobody implements: their selectors are tags. Addresses are ERC-7930.
interface IERC7683Resolver {
    struct ResolvedOrder {
        bytes[] steps; // IStep
        bytes[] variables; // IVariableRole
        bytes[] payments; // IPayment
        Assumption[] assumptions; // what the resolver cannot check itself: the solver must, before it begins
    }

    struct Assumption {
        string name;
        bytes data;
    }

    function resolve(bytes calldata payload) external view returns (ResolvedOrder memory);
}

interface IStep {
    /// @param arguments Each an ABI-encoded index of a variable (32 bytes), or a framed constant: abi.encode("", value).
    /// @param attributes IAttribute calldata.
    function Call(bytes calldata target, bytes4 selector, bytes[] calldata arguments, bytes[] calldata attributes) external;
}

interface IVariableRole {
    function PaymentRecipient() external;
    function PaymentChain() external;
    function StepCaller(uint256 stepIdx) external;
    function ExecutionOutput(string calldata field, uint256 stepIdx) external;
    function Witness(string calldata kind, bytes calldata data, uint256[] calldata variables) external;
    function Query(bytes calldata target, bytes4 selector, bytes[] calldata arguments, uint256 blockNumber) external;
    function QueryEvents(
        bytes calldata emitter,
        bytes1 topicMatch,
        bytes32 topic0,
        bytes32 topic1,
        bytes32 topic2,
        bytes32 topic3,
        uint256 blockNumber
    ) external;
}

interface IPayment {
    /// @param amountFormula IFormula calldata.
    function ERC20(
        bytes calldata token,
        bytes calldata sender,
        bytes calldata amountFormula,
        uint256 recipientVarIdx,
        uint256 onStepIdx,
        uint256 estimatedDelaySeconds
    ) external;
}

interface IAttribute {
    function SpendsERC20(bytes calldata token, bytes calldata amountFormula, bytes calldata spender, bytes calldata recipient)
        external;
    function SpendsGas(bytes calldata amountFormula) external;
    /// @param lowerBound Empty, or IFormula calldata; likewise `upperBound`.
    function TimingBounds(string calldata field, bytes calldata lowerBound, bytes calldata upperBound) external;
    function NeedsStep(uint256 stepIdx) external;
    function NeedsVariable(uint256 varIdx) external;
    function RevertPolicy(string calldata policy, bytes calldata expectedReason) external;
}

interface IFormula {
    function Constant(uint256 val) external;
    function Variable(uint256 varIdx) external;
}

/* THE TEXT BEFORE MAY 2026, which indexers still know. Read only here. */

struct GaslessCrossChainOrder {
    address originSettler;
    address user;
    uint256 nonce;
    uint256 originChainId;
    uint32 openDeadline;
    uint32 fillDeadline;
    bytes32 orderDataType;
    bytes orderData;
}

struct OnchainCrossChainOrder {
    uint32 fillDeadline;
    bytes32 orderDataType;
    bytes orderData;
}

struct Output {
    bytes32 token;
    uint256 amount;
    bytes32 recipient; // 0: the solver
    uint256 chainId;
}

struct FillInstruction {
    uint256 destinationChainId;
    bytes32 destinationSettler;
    bytes originData;
}

struct ResolvedCrossChainOrder {
    address user;
    uint256 originChainId;
    uint32 openDeadline;
    uint32 fillDeadline;
    bytes32 orderId;
    Output[] maxSpent;
    Output[] minReceived;
    FillInstruction[] fillInstructions;
}
