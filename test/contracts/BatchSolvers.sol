// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../../contracts/src/interfaces/IBatches.sol";
import {ITenderCallback} from "../../contracts/src/interfaces/ITenderCallback.sol";
import {PlainToken} from "./Tokens.sol";

/// @dev A solver that, when called back, makes the call that it was sent, and notes what it saw.
contract CallbackSolver is ITenderCallback {
    IBatches private immutable BATCHES;
    PlainToken private immutable SOLD;
    uint256 public calls;
    uint256 public seen;
    bytes32 public id;
    bool public ok;
    bytes public answer;

    constructor(IBatches batches, PlainToken sold, PlainToken bought) {
        (BATCHES, SOLD) = (batches, sold);
        bought.approve(address(batches), type(uint256).max);
    }

    function fillMany(Batch calldata b, Line[] calldata lines, uint256[] calldata plan, uint256 split, bytes calldata data) external {
        BATCHES.fillMany(b, lines, plan, split, data);
    }

    /// @param data abi.encode(target, calldata).
    function tenderFill(bytes32 id_, bytes calldata data) external {
        require(msg.sender == address(BATCHES), "not Settlement");
        (calls, id, seen) = (calls + 1, id_, SOLD.balanceOf(address(this)));
        (address target, bytes memory input) = abi.decode(data, (address, bytes));
        (ok, answer) = target.call(input);
    }
}

/// @dev Refuses its callback.
contract RefusingSolver is ITenderCallback {
    error NotNow(bytes32 id, bytes data);

    function call(address target, bytes calldata data) external returns (bool ok, bytes memory answer) {
        (ok, answer) = target.call(data);
    }

    function tenderFill(bytes32 id, bytes calldata data) external pure {
        revert NotNow(id, data);
    }
}
