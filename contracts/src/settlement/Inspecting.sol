// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {ISettles} from "../interfaces/ISettles.sol";
import {Facts, Options, SwapOrder, WITH_OPTIONS} from "../interfaces/Types.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Take, Taking} from "./Taking.sol";

/// @title What others may ask of an order that is filled here.
abstract contract Inspecting is Taking {
    /// @inheritdoc ISettles
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40 from)
        external
        view
        returns (Facts memory f)
    {
        (SwapOrder calldata o, Options calldata options) = Hashes.toSwapOrder(kind, order);
        (Take memory t, Options memory x) = _identify(kind, o, options);
        uint256 moved = _moved(t, x, part);
        _checkStart(x, moved, from);
        _priceAs(t, o, x, sell, buy);

        (f.id, f.separator, f.user, f.auctioneer, f.sellToken) = (t.id, _separator(), o.user, o.auctioneer, o.sellToken);
        (f.exclusiveUntil, f.deadline) = (_time(o.exclusiveUntil + moved), _time(o.fillBy + moved));
        f.fresh = _isFresh(t, o);
    }

    /// @inheritdoc ISettlement
    function quote(uint8 kind, SwapOrder calldata o, Options calldata options, uint128 part)
        external
        view
        returns (bytes32 id, uint128 sold, uint128 bought, uint128 fee)
    {
        (Take memory t, Options memory x) = _identify(kind, o, options);
        _priceOpen(t, o, x, part);
        return (t.id, t.sold, t.bought, t.fee);
    }

    /// @dev The last seconds that can be said in 40 bits are far: what is later is as good as then.
    function _time(uint256 time) private pure returns (uint40) {
        return time < type(uint40).max ? uint40(time) : type(uint40).max;
    }
}
