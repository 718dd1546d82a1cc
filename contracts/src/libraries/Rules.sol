// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {IVerifier} from "../interfaces/IVerifier.sol";
import {
    Award,
    FILL_IN,
    JOB_UNIT,
    JobOrder,
    JobTerms,
    LEASE_UNIT,
    LeaseOrder,
    LeaseTerms,
    SwapOrder
} from "../interfaces/Types.sol";
import {Swaps} from "./Swaps.sol";

/// @title What makes an order executable and an award valid: one place for Settlement, which executes, and Bonds, which
///        punishes only what could have been executed.
library Rules {
    /// @dev Longest life of a token deal. Bonds' delay must be longer.
    uint40 internal constant MAX_DEAL = 7 days;
    uint32 internal constant WINDOW_MIN = 600;
    uint16 internal constant FULL_AUDIT = 10_000;

    bytes32 internal constant LEASE_WHERE = keccak256("Tender lease terms");
    bytes32 private constant JOB_WHERE = keccak256("Tender job terms");

    /* ORDERS */

    /// @dev Of an order whose words are clean.
    function checkSwap(SwapOrder calldata o, address settlement) internal pure {
        if (Swaps.isWellFormed(o, settlement)) return;
        require(o.to != address(0) && o.to != settlement && o.to != o.buyToken, IErrors.BadRecipient(o.to));
        require(o.sell != 0 && o.buy != 0, IErrors.ZeroAmount());
        revert IErrors.SameToken(o.buyToken);
    }

    function checkLease(LeaseOrder calldata o) internal pure {
        require(o.windowSeconds >= WINDOW_MIN, IErrors.WindowTooShort(WINDOW_MIN));
        _checkNonce(o.nonce);
        // Reverts if it overflows: such a lease can never be opened, so it must not be slashed either.
        closeAfter(o);
    }

    function checkJob(JobOrder calldata o) internal pure {
        require(o.auditBps <= FULL_AUDIT, IErrors.AuditTooHigh(FULL_AUDIT));
        _checkNonce(o.nonce);
        // Reverts if it overflows: such a job can never be opened, so it must not be slashed either.
        closeAfter(o);
    }

    function closeAfter(LeaseOrder calldata o) internal pure returns (uint40) {
        return o.startBy + o.secondsAtMost + 3 * uint40(o.windowSeconds) + 1 days;
    }

    function closeAfter(JobOrder calldata o) internal pure returns (uint40) {
        return o.resultBy + o.challengeSeconds + o.verdictSeconds + 1 days;
    }

    function where(LeaseTerms memory t) internal pure returns (bytes32) {
        return keccak256(abi.encode(LEASE_WHERE, t));
    }

    function where(JobTerms memory t) internal pure returns (bytes32) {
        return keccak256(abi.encode(JOB_WHERE, t));
    }

    /* AWARDS */

    /// @dev Everything about an award but its signature, its solver's consent, its hours and its amounts.
    function checkAward(Award calldata a, bytes32 id, uint128 part, uint256 exclusiveUntil, uint40 missGrace) internal pure {
        require(a.order == id && a.part == part, IErrors.WrongAward(a.order));
        checkGrace(a.fillBy, exclusiveUntil, missGrace);
    }

    /// @dev From when on an award may be executed: the first of an order has `notBefore` 0, but does not exist before its cut.
    function begin(Award calldata a) internal pure returns (uint40) {
        return a.notBefore > a.cutAt ? a.notBefore : a.cutAt;
    }

    /// @dev An unhonoured award leaves `missGrace` before the open window, in which it can only be slashed.
    function checkGrace(uint256 fillBy, uint256 exclusiveUntil, uint40 missGrace) internal pure {
        if (fillBy + missGrace > exclusiveUntil) revert IErrors.AwardTooLong(exclusiveUntil);
    }

    /// @dev The side that the user fixed is equal, the other at least as good.
    function amounts(SwapOrder calldata o, uint8 kind, Award calldata a) internal pure returns (uint128, uint128) {
        checkAmounts(kind == FILL_IN, o.sell, o.buy, a.sell, a.buy);
        return (a.sell, a.buy);
    }

    function checkAmounts(bool exactSell, uint128 sellAtMost, uint128 buyAtLeast, uint128 sell, uint128 buy) internal pure {
        if (exactSell) {
            if (sell != sellAtMost) revert IErrors.LimitNotMet(sellAtMost);
            if (buy < buyAtLeast) revert IErrors.LimitNotMet(buyAtLeast);
        } else {
            if (sell > sellAtMost) revert IErrors.LimitNotMet(sellAtMost);
            if (buy != buyAtLeast) revert IErrors.LimitNotMet(buyAtLeast);
            if (sell == 0) revert IErrors.ZeroAmount();
        }
    }

    /// @dev The unit price of counted work: at most the signed one, for exactly the signed units.
    function checkPrice(uint128 atMost, uint128 units, uint128 sell, uint128 buy) internal pure {
        require(sell <= atMost, IErrors.LimitNotMet(atMost));
        require(buy == units, IErrors.LimitNotMet(units));
    }

    /// @dev The deposit for all units. Reverts TotalTooHigh if it exceeds the signed ceiling together with `budget`.
    function total(uint128 sell, uint128 units, uint128 unit, uint128 budget, uint128 atMost) internal pure returns (uint128) {
        uint256 sum = uint256(sell) * units / unit;
        require(sum + budget <= atMost, IErrors.TotalTooHigh(sum + budget));
        require(sum != 0, IErrors.ZeroAmount());
        return uint128(sum);
    }

    /// @dev What a lease takes at this price. Reverts if it could not open at it, whatever the time.
    function leaseDeposit(LeaseOrder calldata o, uint128 perHour, uint128 secs) internal pure returns (uint128) {
        checkLease(o);
        checkPrice(o.perHourAtMost, o.secondsAtMost, perHour, secs);
        return total(perHour, secs, LEASE_UNIT, 0, o.totalAtMost);
    }

    /// @dev The same of a job, without its audit budget.
    function jobDeposit(JobOrder calldata o, uint128 perBillionFuel, uint128 fuel) internal pure returns (uint128) {
        checkJob(o);
        checkPrice(o.perBillionFuelAtMost, o.fuelAtMost, perBillionFuel, fuel);
        return total(perBillionFuel, fuel, JOB_UNIT, o.auditBudget, o.totalAtMost);
    }

    function _checkNonce(uint256 nonce) private pure {
        require(nonce >> 255 == 0, IErrors.GuardedByPermit2(nonce));
    }

    function _checkGap(address verifier, uint256 chain, uint40 from, uint40 until) private view {
        uint256 least = IVerifier(verifier).gap(chain);
        require(until >= from + least, IErrors.GapTooShort(least));
    }
}
