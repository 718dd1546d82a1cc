// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Award, Options, SwapOrder, WITH_OPTIONS} from "../interfaces/Types.sol";
import {Amounts} from "../libraries/Amounts.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Limits} from "./Limits.sol";
import {Spending} from "./Spending.sol";

/// @dev Where an order remembers what was taken of it.
enum Guard {
    Nonce, // one fill: a bit of the user's nonces, or of Permit2's
    Taken, // partial fills: progress is the amount taken, in units of the exact side
    Parts // recurring: progress is one bit per part
}

/// @dev One fill that is being made: of which order, how much, and what it will leave behind.
struct Take {
    uint8 kind;
    Guard guard;
    bytes32 order; // struct hash
    bytes32 id;
    uint128 part; // as in an award: 0, or the part's index, or the amount taken before
    uint128 size; // in units of the exact side
    uint128 sold; // fee included
    uint128 bought;
    uint128 fee;
}

/// @title From an order of any form to what one fill of it takes; and taking it, at most once.
abstract contract Taking is Spending {
    /// @dev Form and id. `x` is zero for orders that carry no options, whatever was handed in: nobody signed that.
    function _identify(uint8 kind, SwapOrder calldata o, Options calldata handed)
        internal
        view
        returns (Take memory t, Options memory x)
    {
        if (kind >= WITH_OPTIONS) x = handed;
        t.kind = kind;
        t.order = Hashes.swapOrder(kind, o, x);
        t.id = _digest(t.order);
        Limits.check(kind, o, x, address(this));
        t.guard = _guardOf(x);
        t.size = _whole(kind, o);
    }

    function _guardOf(Options memory x) internal pure returns (Guard) {
        if (x.parts != 0) return Guard.Parts;
        return x.smallestPart != 0 ? Guard.Taken : Guard.Nonce;
    }

    function _whole(uint8 kind, SwapOrder calldata o) internal pure returns (uint128) {
        return Limits.isExactIn(kind) ? o.sell : o.buy;
    }

    /* HOW MUCH */

    /// @dev A fill without award, at the limit of this second. `part`: see ISettlement.fillWith.
    function _priceOpen(Take memory t, SwapOrder calldata o, Options memory x, uint128 part) internal view {
        bool bySize = t.guard == Guard.Taken;
        uint256 moved = _moved(t, x, bySize ? 0 : part);
        _checkOpen(o.auctioneer, o.exclusiveUntil + moved, o.fillBy + moved);
        _checkStart(x, moved, block.timestamp);
        if (bySize) {
            (t.part, t.size) = (_taken(t.id), part);
            Limits.checkSize(x, _whole(t.kind, o), t.part, part);
        }
        (t.sold, t.bought) = Limits.due(t.kind, o, x, moved, t.size, block.timestamp);
        t.fee = uint128(Amounts.fee(t.sold, x.feeBps));
    }

    /// @dev A fill as awarded to the caller.
    function _priceAwarded(Take memory t, SwapOrder calldata o, Options memory x, Award calldata a, bytes calldata auctioneerSig)
        internal
        view
        returns (bytes32 award)
    {
        require(a.solver == msg.sender, NotAwarded(a.solver));
        uint256 moved = _moved(t, x, a.part);
        require(block.timestamp <= o.fillBy + moved, Expired(o.fillBy + moved));
        _checkStart(x, moved, block.timestamp);
        award = _checkAward(a, auctioneerSig, t.id, a.part, o.auctioneer, o.exclusiveUntil + moved);
        _priceAs(t, o, x, a.sell, a.buy);
    }

    /// @dev A fill with these amounts, whatever the time and the signatures. Reverts if they are beyond the signed limits.
    function _priceAs(Take memory t, SwapOrder calldata o, Options memory x, uint128 sell, uint128 buy) internal pure {
        if (t.guard == Guard.Taken) {
            t.size = Limits.isExactIn(t.kind) ? sell : buy;
            Limits.checkSize(x, _whole(t.kind, o), t.part, t.size);
        }
        Limits.checkAwarded(t.kind, o, t.size, sell, buy);
        (t.sold, t.bought) = (sell, buy);
        t.fee = uint128(Amounts.fee(sell, x.feeBps));
    }

    /// @dev Sets the part, and says by how many seconds its hours are later than the signed ones.
    function _moved(Take memory t, Options memory x, uint128 part) internal pure returns (uint256) {
        t.part = part;
        if (t.guard == Guard.Parts) return Limits.shift(x, part);
        require(part == 0 || t.guard == Guard.Taken, WrongAward(t.id));
        return 0;
    }

    function _checkStart(Options memory x, uint256 moved, uint256 time) internal pure {
        require(time >= x.start + moved, NotYet(x.start + moved));
    }

    function _taken(bytes32 id) private view returns (uint128) {
        uint256 stored = progress[id];
        require(stored != CANCELLED, PartTaken(stored));
        return uint128(stored);
    }

    /* TAKING */

    /// @dev The order's own memory of this fill: at most one ever has the same. What Permit2 guards, Permit2 remembers.
    function _remember(Take memory t, SwapOrder calldata o) internal {
        if (t.guard == Guard.Nonce) {
            if (!Permit2.isGuard(o.nonce)) _spendNonce(o.user, o.nonce);
            return;
        }
        uint256 stored = progress[t.id];
        if (t.guard == Guard.Parts) {
            require(stored >> t.part & 1 == 0, PartTaken(stored));
            progress[t.id] = stored | 1 << t.part;
        } else {
            require(stored == t.part, PartTaken(stored));
            progress[t.id] = stored + t.size;
        }
    }

    /// @dev True if `_remember` would pass now.
    function _isFresh(Take memory t, SwapOrder calldata o) internal view returns (bool) {
        if (t.guard == Guard.Nonce) return !isSpent(o.user, o.nonce);
        uint256 stored = progress[t.id];
        return t.guard == Guard.Parts ? stored >> t.part & 1 == 0 : stored == t.part;
    }
}
