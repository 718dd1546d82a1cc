// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEscrow} from "../interfaces/IEscrow.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {Group, Item} from "../interfaces/Types.sol";
import {Work} from "./Frames.sol";

/// @dev Where a verifier's Step lies in memory, as it was answered and checked. Members are read as the words that they are.
type Said is uint256;

using Verifiers for Said global;

/// @title Static calls to verifiers, with evidence passed on as it came.
/// @dev Assembly, because the compiler would check, copy and encode anew every word that the verifier checks anyway. A verifier's
///      revert is passed on; an answer that is too short (no code there) or out of form reverts BadStep.
library Verifiers {
    /// @notice IVerifier.gap.
    function gap(address verifier, uint256 chain) internal view returns (uint256 secs) {
        bytes4 selector = IVerifier.gap.selector;
        bool ok;
        assembly ("memory-safe") {
            mstore(0x00, selector)
            mstore(0x04, chain)
            if iszero(staticcall(gas(), verifier, 0x00, 0x24, 0x00, 0x20)) {
                let m := mload(0x40)
                returndatacopy(m, 0x00, returndatasize())
                revert(m, returndatasize())
            }
            ok := gt(returndatasize(), 0x1f)
            secs := mload(0x00)
        }
        require(ok, IEscrow.BadStep());
    }

    /// @notice IVerifier.record of the deal's verifier about the deal's chain.
    function record(Work d, bytes32 key, bytes calldata evidence) internal view returns (uint256 word, uint256 asOf) {
        bytes4 selector = IVerifier.record.selector;
        bool ok;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, selector)
            mstore(add(m, 0x04), mload(add(d, 0x60))) // chain
            mstore(add(m, 0x24), key)
            mstore(add(m, 0x44), 0x60)
            let end := add(add(m, 0x84), and(add(evidence.length, 0x1f), not(0x1f)))
            // Zeros up to the word's end, as the ABI demands.
            mstore(sub(end, 0x20), 0)
            mstore(add(m, 0x64), evidence.length)
            calldatacopy(add(m, 0x84), evidence.offset, evidence.length)
            if iszero(staticcall(gas(), mload(add(d, 0x40)), m, sub(end, m), 0x00, 0x40)) {
                returndatacopy(m, 0x00, returndatasize())
                revert(m, returndatasize())
            }
            ok := gt(returndatasize(), 0x3f)
            word := mload(0x00)
            asOf := mload(0x20)
        }
        require(ok, IEscrow.BadStep());
    }

    /// @notice IVerifier.records, about the records of all items: mode 0, output 0, the group's solver.
    function records(Group calldata g, Item[] calldata items, bytes calldata evidence) internal view {
        bytes4 selector = IVerifier.records.selector;
        bool ok;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let size := shl(5, items.length)
            let keys := add(m, 0x84)
            let words := add(keys, add(size, 0x20))
            let proof := add(words, add(size, 0x20))
            mstore(m, selector)
            calldatacopy(add(m, 0x04), add(g, 0x60), 0x20) // chain
            mstore(add(m, 0x24), 0x80)
            mstore(add(m, 0x44), add(size, 0xa0))
            mstore(add(m, 0x64), add(shl(1, size), 0xc0))
            mstore(keys, items.length)
            mstore(words, items.length)
            let end := add(add(proof, 0x20), and(add(evidence.length, 0x1f), not(0x1f)))
            mstore(sub(end, 0x20), 0)
            mstore(proof, evidence.length)
            calldatacopy(add(proof, 0x20), evidence.offset, evidence.length)

            // One piece of memory for all keys: mode, dealId, output, where, solver, units.
            calldatacopy(end, calldatasize(), 0xc0)
            calldatacopy(add(end, 0x80), add(g, 0x20), 0x20)
            let item := items.offset
            for { let last := add(keys, size) } lt(keys, last) { item := add(item, 0xc0) } {
                keys := add(keys, 0x20)
                words := add(words, 0x20)
                calldatacopy(add(end, 0x20), item, 0x20)
                calldatacopy(add(end, 0x60), add(item, 0x60), 0x20)
                mstore(keys, keccak256(end, 0xc0))
                calldatacopy(words, add(item, 0xa0), 0x20)
            }

            if iszero(staticcall(gas(), calldataload(add(g, 0x40)), m, sub(end, m), 0x00, 0x20)) {
                returndatacopy(m, 0x00, returndatasize())
                revert(m, returndatasize())
            }
            ok := gt(returndatasize(), 0x1f)
        }
        require(ok, IEscrow.BadStep());
    }

    /// @notice IVerifier.step of the deal's verifier, for the caller of this transaction's call. `d` lies in a frame of Frames.step.
    function step(Work d) internal view returns (Said s) {
        bool ok;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let call_ := sub(d, 0x24)
            ok := staticcall(gas(), mload(add(d, 0x40)), call_, sub(m, call_), 0x00, 0x00)
            let size := returndatasize()
            returndatacopy(m, 0x00, size)
            if iszero(ok) { revert(m, size) }

            // The answer is the struct as the ABI has it: seven words, and the payees behind.
            s := add(m, 0x20)
            mstore(0x40, add(m, and(add(size, 0x3f), not(0x1f))))
            ok := and(gt(size, 0x11f), and(eq(mload(m), 0x20), eq(mload(add(s, 0x40)), 0xe0)))
            let amounts := or(mload(s), or(mload(add(s, 0x20)), mload(add(s, 0x60))))
            let small := or(shr(128, amounts), or(shr(96, mload(add(s, 0xa0))), shr(1, mload(add(s, 0xc0)))))
            ok := and(ok, and(iszero(small), iszero(gt(mload(add(s, 0xe0)), shr(5, sub(size, 0x120))))))
        }
        if (!ok) revert IEscrow.BadStep();
    }

    /// @notice a ≤ b ≤ c ≤ d, at once.
    function isOrdered(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (bool ok) {
        assembly ("memory-safe") {
            ok := iszero(or(or(gt(a, b), gt(b, c)), gt(c, d)))
        }
    }

    /// @notice Ends a verifier's `step` with this Step and no payees, encoded as `step` returns it.
    function answer(uint256 delivered_, uint256 maxUnits_, uint256 state_, uint256 penalty_, bool done_) internal pure {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x20)
            mstore(add(m, 0x20), delivered_)
            mstore(add(m, 0x40), maxUnits_)
            mstore(add(m, 0x60), 0xe0)
            mstore(add(m, 0x80), 0)
            mstore(add(m, 0xa0), state_)
            mstore(add(m, 0xc0), penalty_)
            mstore(add(m, 0xe0), done_)
            mstore(add(m, 0x100), 0)
            return(m, 0x120)
        }
    }

    /* MEMBERS OF AN ANSWER */

    function delivered(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(s)
        }
    }

    function maxUnits(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0x20))
        }
    }

    function feeEach(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0x60))
        }
    }

    function state(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0x80))
        }
    }

    function penalty(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0xa0))
        }
    }

    function done(Said s) internal pure returns (bool word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0xc0))
        }
    }

    /// @dev How many payees there are.
    function count(Said s) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(s, 0xe0))
        }
    }

    function payees(Said s) internal pure returns (address[] memory list) {
        assembly ("memory-safe") {
            list := add(s, 0xe0)
        }
    }
}
