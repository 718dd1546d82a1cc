// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Every division of the protocol: each quantity is rounded once, and for the user.
/// @dev Arguments have the widths of signed orders, so that no product overflows. Results are given in 256 bits: that they fit
///      the width of the amount they are a share of is proved, with all that is promised here, by `npm run prove -- --only smt`
///      (whose engine takes what checked arithmetic assures in one branch for granted in all: here none can fail in any).
library Amounts {
    uint256 internal constant BPS = 10_000;

    /// @notice What `units` cost at `num` per `den`: floor(num × units / den). At most `num` while units ≤ den.
    function price(uint128 num, uint128 units, uint128 den) internal pure returns (uint256) {
        return uint256(num) * units / den;
    }

    /// @notice The least that a part must bring of a limit for the whole: ceil(limit × part / whole). At most `limit`.
    function least(uint128 limit, uint128 part, uint128 whole) internal pure returns (uint256) {
        return _ceil(limit, part, whole);
    }

    /// @notice The most that a part may take of a limit for the whole: floor(limit × part / whole). At most `limit`.
    function most(uint128 limit, uint128 part, uint128 whole) internal pure returns (uint256) {
        return uint256(limit) * part / whole;
    }

    /// @notice The limit at second `time` of a curve that is `from` until `start`, `to` from `end` on, and a straight line in
    ///         between. Never better for the solver than the line: what must be bought (from ≥ to) is rounded up, what may
    ///         be sold (from ≤ to) down. Always between `from` and `to`. Needs start < end.
    function decayed(uint128 from, uint128 to, uint40 start, uint40 end, uint256 time) internal pure returns (uint256) {
        uint256 t = time < start ? start : time > end ? end : time;
        (uint128 high, uint128 low) = from >= to ? (from, to) : (to, from);
        uint256 left = _ceil(high - low, end - t, end - start);
        return from >= to ? low + left : high - left;
    }

    /// @notice floor(sold × bps / 10,000).
    function fee(uint128 sold, uint16 bps) internal pure returns (uint256) {
        return uint256(sold) * bps / BPS;
    }

    /// @notice The share of a bond that undelivered units cost: ceil(bond × (units − delivered) / units). At most `bond`.
    function forfeit(uint96 bond, uint128 delivered, uint128 units) internal pure returns (uint256) {
        return _ceil(bond, units - delivered, units);
    }

    function _ceil(uint256 a, uint256 b, uint256 by) private pure returns (uint256) {
        return (a * b + by - 1) / by;
    }
}
