// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVerifier} from "../interfaces/IVerifier.sol";
import {Cold, Deal} from "../interfaces/Types.sol";

/// @dev Where a deal lies in memory: the eleven words of Deal, and behind them, unless only its hash is known, the six of Cold. Members
///      are read as the words that they are.
type Work is uint256;

using Frames for Work global;

/// @title A deal as a caller hands it in, brought into memory: from the ABI's form, or from a terse one without padding.
/// @dev Assembly, because the words are copied as they stand: none is trusted before the deal's commitment is found in its slot, and
///      that was made of clean words. (Amounts are packed two to a word there: `States.commitment` refuses dirty ones itself.)
///      A terse form has one reading: every member has its place, what is behind the last is evidence, and a call that is too short
///      for its members reverts. Members that follow from others (`cold` from Cold, `released` from `delivered`, since every payment
///      rounds alike) are not in it; one that does not fit its place is handed in by the ABI's entry.
library Frames {
    /// @dev Bytes of a call before its evidence: selector and members.
    uint256 private constant CLAIM_HEAD = 216;
    uint256 private constant STEP_HEAD = 269;

    /* DEALS */

    function load(Deal calldata from) internal pure returns (Work d) {
        assembly ("memory-safe") {
            d := mload(0x40)
            calldatacopy(d, from, 0x160)
            mstore(0x40, add(d, 0x160))
        }
    }

    function load(Deal calldata from, Cold calldata c) internal pure returns (Work d) {
        assembly ("memory-safe") {
            d := mload(0x40)
            calldatacopy(d, from, 0x160)
            calldatacopy(add(d, 0x160), c, 0xc0)
            mstore(0x40, add(d, 0x220))
        }
    }

    /// @notice The call of `claimTightly`: `dealId ‖ sellToken ‖ solver ‖ verifier ‖ chain u64 ‖ num u128 ‖ den u128 ‖ delivered u128 ‖
    ///         where ‖ cold ‖ evidence`.
    function tightClaim() internal pure returns (bytes32 dealId, Work d, bytes calldata evidence) {
        assembly ("memory-safe") {
            if lt(calldatasize(), CLAIM_HEAD) { revert(0x00, 0x00) }
            dealId := calldataload(4)
            d := mload(0x40)
            mstore(0x40, add(d, 0x160))
            mstore(d, shr(96, calldataload(36)))
            mstore(add(d, 0x20), shr(96, calldataload(56)))
            mstore(add(d, 0x40), shr(96, calldataload(76)))
            mstore(add(d, 0x60), shr(192, calldataload(96)))
            let num_ := shr(128, calldataload(104))
            let den_ := shr(128, calldataload(120))
            let units := shr(128, calldataload(136))
            mstore(add(d, 0x80), num_)
            mstore(add(d, 0xa0), den_)
            mstore(add(d, 0xc0), div(mul(num_, units), den_))
            mstore(add(d, 0xe0), units)
            mstore(add(d, 0x100), 0)
            calldatacopy(add(d, 0x120), 152, 0x40)
            evidence.offset := CLAIM_HEAD
            evidence.length := sub(calldatasize(), CLAIM_HEAD)
        }
    }

    /// @dev Free memory, for a commitment that is not kept.
    function room() internal pure returns (uint256 at_) {
        assembly ("memory-safe") {
            at_ := mload(0x40)
        }
    }

    /// @dev Room for one that is kept.
    function keepRoom() internal pure returns (uint256 at_) {
        assembly ("memory-safe") {
            at_ := mload(0x40)
            mstore(0x40, add(at_, 0xc0))
        }
    }

    /// @dev The room for it in a frame.
    function room(Work d) internal pure returns (uint256 at_) {
        assembly ("memory-safe") {
            at_ := sub(d, 0x100)
        }
    }

    /* STEPS. In memory: room for the deal's commitment (six words), then the call of IVerifier.step as it will be sent, so that the deal
       lies in it as a Deal, and its Cold behind it. */

    /// @notice From the call of `advance`.
    function step(bytes32 dealId, Deal calldata from, Cold calldata c, bytes calldata evidence) internal view returns (Work d) {
        assembly ("memory-safe") {
            d := add(mload(0x40), 0x100)
            mstore(sub(d, 0x20), dealId)
            calldatacopy(d, from, 0x160)
            calldatacopy(add(d, 0x160), c, 0xc0)
        }
        _finish(d, evidence);
    }

    /// @notice The call of `advanceStraight`: `dealId ‖ sellToken ‖ solver ‖ verifier ‖ num u128 ‖ den u32 ‖ delivered u64 ‖ state ‖ where ‖
    ///         user ‖ maxUnits u64 ‖ closeAfter u40 ‖ auctioneer ‖ bond u96 ‖ feeBudget u128 ‖ evidence`. Of no chain: leases and jobs.
    function straightStep() internal view returns (Work d) {
        bytes calldata evidence;
        assembly ("memory-safe") {
            if lt(calldatasize(), STEP_HEAD) { revert(0x00, 0x00) }
            d := add(mload(0x40), 0x100)
            mstore(sub(d, 0x20), calldataload(4))
            mstore(d, shr(96, calldataload(36)))
            mstore(add(d, 0x20), shr(96, calldataload(56)))
            mstore(add(d, 0x40), shr(96, calldataload(76)))
            mstore(add(d, 0x60), 0)
            let num_ := shr(128, calldataload(96))
            let den_ := shr(224, calldataload(112))
            let units := shr(192, calldataload(116))
            mstore(add(d, 0x80), num_)
            mstore(add(d, 0xa0), den_)
            mstore(add(d, 0xc0), div(mul(num_, units), den_))
            mstore(add(d, 0xe0), units)
            calldatacopy(add(d, 0x100), 124, 0x40)
            let c := add(d, 0x160)
            mstore(c, shr(96, calldataload(188)))
            mstore(add(c, 0x20), shr(192, calldataload(208)))
            mstore(add(c, 0x40), shr(216, calldataload(216)))
            mstore(add(c, 0x60), shr(96, calldataload(221)))
            mstore(add(c, 0x80), shr(160, calldataload(241)))
            mstore(add(c, 0xa0), shr(128, calldataload(253)))
            mstore(add(d, 0x140), keccak256(c, 0xc0))
            evidence.offset := STEP_HEAD
            evidence.length := sub(calldatasize(), STEP_HEAD)
        }
        _finish(d, evidence);
    }

    /// @dev Everything around the deal: the selector before it, caller and evidence behind it.
    function _finish(Work d, bytes calldata evidence) private view {
        bytes4 selector = IVerifier.step.selector;
        assembly ("memory-safe") {
            mstore(sub(d, 0x40), shr(224, selector))
            mstore(add(d, 0x220), caller())
            mstore(add(d, 0x240), 0x280)
            let end := add(add(d, 0x280), and(add(evidence.length, 0x1f), not(0x1f)))
            // Zeros up to the word's end, as the ABI demands.
            mstore(sub(end, 0x20), 0)
            mstore(add(d, 0x260), evidence.length)
            calldatacopy(add(d, 0x280), evidence.offset, evidence.length)
            mstore(0x40, end)
        }
    }

    /// @dev floor(num × units / den), of a deal that was checked: its den is not 0, and the product of two amounts fits a word.
    function price(Work d, uint256 units) internal pure returns (uint256 amount) {
        assembly ("memory-safe") {
            amount := div(mul(mload(add(d, 0x80)), units), mload(add(d, 0xa0)))
        }
    }

    /* MEMBERS */

    function sellToken(Work d) internal pure returns (address word) {
        assembly ("memory-safe") {
            word := mload(d)
        }
    }

    function solver(Work d) internal pure returns (address word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x20))
        }
    }

    function verifier(Work d) internal pure returns (address word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x40))
        }
    }

    function chain(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x60))
        }
    }

    function num(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x80))
        }
    }

    function den(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0xa0))
        }
    }

    function released(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0xc0))
        }
    }

    function delivered(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0xe0))
        }
    }

    function state(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x100))
        }
    }

    function where(Work d) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x120))
        }
    }

    /// @dev `Deal.cold`.
    function coldHash(Work d) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x140))
        }
    }

    function user(Work d) internal pure returns (address word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x160))
        }
    }

    function maxUnits(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x180))
        }
    }

    function closeAfter(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x1a0))
        }
    }

    function auctioneer(Work d) internal pure returns (address word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x1c0))
        }
    }

    function bond(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x1e0))
        }
    }

    function feeBudget(Work d) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(d, 0x200))
        }
    }

    /// @dev The name of a deal in a frame.
    function id(Work d) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(sub(d, 0x20))
        }
    }
}
