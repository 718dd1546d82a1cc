// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {FILL_OUT, Options, SwapOrder} from "../interfaces/Types.sol";
import {Amounts} from "../libraries/Amounts.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Rules} from "../libraries/Rules.sol";

/// @title What an order with options allows: its form, its hours and its amounts. Orders without them have zeros.
/// @dev "The exact side" is the one whose amount the user fixed: sell if exact-in, buy if exact-out.
library Limits {
    uint32 internal constant EVERY_MIN = 60;
    uint16 internal constant MAX_FEE_BPS = 200;

    /// @notice Reverts unless some fill of this order can be valid, some day.
    function check(uint8 kind, SwapOrder calldata o, Options memory x, address settlement) internal pure {
        Rules.checkSwap(o, settlement);
        require(x.smallestPart == 0 || x.parts == 0, ISettlement.BadOption(0));
        if (x.decayFrom != 0) {
            require(isExactIn(kind) ? x.decayFrom >= o.buy : x.decayFrom <= o.sell, ISettlement.BadOption(1));
            require(o.exclusiveUntil < x.decayUntil && x.decayUntil <= o.fillBy, ISettlement.BadOption(2));
        } else {
            require(x.decayUntil == 0, ISettlement.BadOption(2));
        }
        _checkParts(o, x);
        require(x.feeBps <= MAX_FEE_BPS, ISettlement.BadOption(7));
        bool reachable = x.feeTo != address(0) && x.feeTo != settlement && x.feeTo != o.sellToken;
        require(x.feeBps == 0 ? x.feeTo == address(0) : reachable, ISettlement.BadOption(6));
        require(!Permit2.isGuard(o.nonce) || (x.smallestPart == 0 && x.parts == 0), IErrors.GuardedByPermit2(o.nonce));
    }

    function _checkParts(SwapOrder calldata o, Options memory x) private pure {
        if (x.parts == 0) {
            require(x.every == 0, ISettlement.BadOption(4));
            require(x.start == 0, ISettlement.BadOption(5));
            return;
        }
        require(x.parts >= 2 && x.parts <= 256, ISettlement.BadOption(3));
        require(x.every >= EVERY_MIN, ISettlement.BadOption(4));
        // So that one part is over when the next begins.
        require(x.start <= o.fillBy && o.fillBy - x.start <= x.every, ISettlement.BadOption(5));
    }

    function isExactIn(uint8 kind) internal pure returns (bool) {
        return kind & FILL_OUT == 0;
    }

    /* HOURS */

    /// @notice By how many seconds every signed time moves for part `part` of a recurring order; else 0.
    function shift(Options memory x, uint128 part) internal pure returns (uint256) {
        if (x.parts == 0) return 0;
        require(part < x.parts, ISettlement.NoSuchPart(part));
        return uint256(part) * x.every;
    }

    /* AMOUNTS */

    /// @notice What a fill of `size` (in units of the exact side) must move if it is awarded (sell, buy): the exact side
    ///         exactly, the other not beyond the signed limit's share.
    function checkAwarded(uint8 kind, SwapOrder calldata o, uint128 size, uint128 sell, uint128 buy) internal pure {
        (uint128 most, uint128 least) = share(kind, o, isExactIn(kind) ? o.buy : o.sell, size);
        Rules.checkAmounts(isExactIn(kind), most, least, sell, buy);
    }

    /// @notice What a fill of `size` without award moves at second `time`.
    function due(uint8 kind, SwapOrder calldata o, Options memory x, uint256 moved, uint128 size, uint256 time)
        internal
        pure
        returns (uint128 sell, uint128 buy)
    {
        uint128 limit = isExactIn(kind) ? o.buy : o.sell;
        if (x.decayFrom != 0) {
            // In the order's own hours, whichever part it is: they fit uint40.
            uint256 second = time > moved ? time - moved : 0;
            limit = uint128(Amounts.decayed(x.decayFrom, limit, o.exclusiveUntil, x.decayUntil, second));
        }
        (sell, buy) = share(kind, o, limit, size);
        require(sell != 0, IErrors.ZeroAmount());
    }

    /// @dev `size` of the exact side, and the share of `limit` that belongs to it: rounded for the user.
    function share(uint8 kind, SwapOrder calldata o, uint128 limit, uint128 size) internal pure returns (uint128 sell, uint128 buy) {
        return isExactIn(kind)
            ? (size, uint128(Amounts.least(limit, size, o.sell)))
            : (uint128(Amounts.most(limit, size, o.buy)), size);
    }

    /// @notice Partial fills: neither the part nor what remains is smaller than `smallestPart`, unless nothing remains.
    function checkSize(Options memory x, uint128 whole, uint128 taken, uint128 size) internal pure {
        uint128 rest = taken < whole ? whole - taken : 0;
        require(size <= rest, ISettlement.PartTooBig(rest));
        require(size >= x.smallestPart, ISettlement.PartTooSmall(x.smallestPart));
        require(size == rest || rest - size >= x.smallestPart, ISettlement.PartTooSmall(x.smallestPart));
    }
}
