// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// What ends elsewhere or later. What its events say is told by intents/receipt.ts.

import {Opening} from "./escrow/Opening.sol";
import {Paying} from "./escrow/Paying.sol";
import {Awards} from "./libraries/Awards.sol";

/// @title Escrow
contract Escrow is Opening, Paying {
    constructor(address bonds_) Awards(bonds_) {}
}
