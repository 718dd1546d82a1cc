// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A solver's bond with an auctioneer: all of it that is not leaving, and how much of that deals have locked.
struct Account {
    uint96 balance;
    uint96 locked;
}

/// @title Reads and writes a bond's one word at once.
/// @dev Assembly, because the compiler loads and stores the word anew for each of its two halves.
library Accounts {
    function read(Account storage account) internal view returns (uint256 total, uint256 locked) {
        assembly ("memory-safe") {
            let word := sload(account.slot)
            total := shr(160, shl(160, word))
            locked := shr(96, word)
        }
    }

    /// @dev Both fit 96 bits: the total is at most what was read, and nothing beyond it is locked.
    function write(Account storage account, uint256 total, uint256 locked) internal {
        assembly ("memory-safe") {
            sstore(account.slot, or(shl(96, locked), total))
        }
    }
}
