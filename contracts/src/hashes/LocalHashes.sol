// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IBlockHashes} from "../interfaces/IBlockHashes.sol";
import {ILocalHashes} from "../interfaces/ILocalHashes.sol";

/// @title LocalHashes
contract LocalHashes is ILocalHashes {
    /// @inheritdoc IBlockHashes
    /// @param evidence Not read.
    function requireHash(uint256 chain, uint64 number, bytes32 hash, bytes calldata evidence) external view {
        evidence;
        require(chain == block.chainid, UnknownChain(chain));
        bytes32 actual = Blockhash.blockHash(number);
        require(actual != 0, UnknownBlock(number));
        require(hash == actual, WrongHash(actual));
    }
}
