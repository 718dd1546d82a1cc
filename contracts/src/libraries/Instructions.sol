// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7683Resolver, IAttribute, IFormula, IPayment, IStep, IVariableRole} from "../interfaces/IERC7683.sol";

/// @title Writes the orders of ERC-7683 piece by piece. Off-chain code: clear, not cheap.
library Instructions {
    string private constant TIME = "block.timestamp";

    /* CALLS */

    /// @dev A call without arguments and attributes yet.
    struct Call {
        bytes target;
        bytes4 selector;
        bytes[] arguments;
        bytes[] attributes;
    }

    function to(bytes memory target, bytes4 selector) internal pure returns (Call memory c) {
        (c.target, c.selector) = (target, selector);
    }

    /// @param framed abi.encode("", value).
    function constantArgument(Call memory c, bytes memory framed) internal pure {
        c.arguments = _and(c.arguments, framed);
    }

    function variableArgument(Call memory c, uint256 variable) internal pure {
        c.arguments = _and(c.arguments, abi.encode(variable));
    }

    function spends(Call memory c, bytes memory token, uint256 amount, bytes memory spender, bytes memory recipient) internal pure {
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.SpendsERC20, (token, constantFormula(amount), spender, recipient)));
    }

    function needsGas(Call memory c, uint256 amount) internal pure {
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.SpendsGas, (constantFormula(amount))));
    }

    function needsStep(Call memory c, uint256 step) internal pure {
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.NeedsStep, (step)));
    }

    /// @dev From second `first` (0: from now on) until `last`, both included.
    function within(Call memory c, uint256 first, uint256 last) internal pure {
        bytes memory lower = first == 0 ? bytes("") : constantFormula(first);
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.TimingBounds, (TIME, lower, constantFormula(last))));
    }

    /// @dev A revert that begins so ends the order.
    function mayAbort(Call memory c, bytes memory reason) internal pure {
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.RevertPolicy, ("abort", reason)));
    }

    /// @dev A revert that begins so means that someone else did the step.
    function mayBeDone(Call memory c, bytes memory reason) internal pure {
        c.attributes = _and(c.attributes, abi.encodeCall(IAttribute.RevertPolicy, ("ignore", reason)));
    }

    /* ORDERS */

    function add(IERC7683Resolver.ResolvedOrder memory r, Call memory c) internal pure returns (uint256 step) {
        step = r.steps.length;
        r.steps = _and(r.steps, abi.encodeCall(IStep.Call, (c.target, c.selector, c.arguments, c.attributes)));
    }

    function addRecipient(IERC7683Resolver.ResolvedOrder memory r) internal pure returns (uint256) {
        return _addVariable(r, abi.encodeCall(IVariableRole.PaymentRecipient, ()));
    }

    function addBlockOf(IERC7683Resolver.ResolvedOrder memory r, uint256 step) internal pure returns (uint256) {
        return _addVariable(r, abi.encodeCall(IVariableRole.ExecutionOutput, ("block.number", step)));
    }

    function addWitness(IERC7683Resolver.ResolvedOrder memory r, string memory kind, bytes memory data, uint256 variable)
        internal
        pure
        returns (uint256)
    {
        uint256[] memory variables = new uint256[](1);
        variables[0] = variable;
        return _addVariable(r, abi.encodeCall(IVariableRole.Witness, (kind, data, variables)));
    }

    function addPayment(
        IERC7683Resolver.ResolvedOrder memory r,
        bytes memory token,
        bytes memory sender,
        uint256 amount,
        uint256 recipient,
        uint256 step
    ) internal pure {
        r.payments = _and(r.payments, abi.encodeCall(IPayment.ERC20, (token, sender, constantFormula(amount), recipient, step, 0)));
    }

    function assume(IERC7683Resolver.ResolvedOrder memory r, string memory name, bytes memory data) internal pure {
        IERC7683Resolver.Assumption[] memory more = new IERC7683Resolver.Assumption[](r.assumptions.length + 1);
        for (uint256 i; i < r.assumptions.length; ++i) {
            more[i] = r.assumptions[i];
        }
        more[r.assumptions.length] = IERC7683Resolver.Assumption(name, data);
        r.assumptions = more;
    }

    function constantFormula(uint256 value) internal pure returns (bytes memory) {
        return abi.encodeCall(IFormula.Constant, (value));
    }

    function _addVariable(IERC7683Resolver.ResolvedOrder memory r, bytes memory role) private pure returns (uint256 index) {
        index = r.variables.length;
        r.variables = _and(r.variables, role);
    }

    function _and(bytes[] memory all, bytes memory one) private pure returns (bytes[] memory more) {
        more = new bytes[](all.length + 1);
        for (uint256 i; i < all.length; ++i) {
            more[i] = all[i];
        }
        more[all.length] = one;
    }
}
