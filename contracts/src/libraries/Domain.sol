// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "./Hashes.sol";

/// @title The EIP-712 domain in which a contract reads signatures: cached, and rebuilt if the chain id changes (a fork).
abstract contract Domain {
    address private immutable VERIFYING_CONTRACT;
    uint256 private immutable CHAIN_ID;
    bytes32 private immutable SEPARATOR;

    constructor(address verifyingContract) {
        VERIFYING_CONTRACT = verifyingContract;
        CHAIN_ID = block.chainid;
        SEPARATOR = Hashes.domain(verifyingContract);
    }

    function _separator() internal view returns (bytes32) {
        return block.chainid == CHAIN_ID ? SEPARATOR : Hashes.domain(VERIFYING_CONTRACT);
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return Hashes.digest(_separator(), structHash);
    }
}
