// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Swaps on one chain. What its events say is told by intents/receipt.ts.

import {Awards} from "./libraries/Awards.sol";
import {Batches} from "./settlement/Batches.sol";
import {Cancelling} from "./settlement/Cancelling.sol";
import {Fills} from "./settlement/Fills.sol";
import {Inspecting} from "./settlement/Inspecting.sol";
import {Voids} from "./settlement/Voids.sol";

/// @title Settlement
contract Settlement is Fills, Batches, Voids, Cancelling, Inspecting {
    constructor(address bonds_) Awards(bonds_) {}
}
