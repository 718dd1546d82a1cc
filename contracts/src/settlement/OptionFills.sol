// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {ITenderCallback} from "../interfaces/ITenderCallback.sol";
import {Award, NATIVE, Options, SwapOrder} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Take, Taking} from "./Taking.sol";

/// @title Every order, every consent, every way of paying: what `fill` and `fillAwarded` are the short forms of.
abstract contract OptionFills is Taking {
    /// @inheritdoc ISettlement
    function fillWith(
        uint8 kind,
        SwapOrder calldata o,
        Options calldata options,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        uint128 part,
        bytes calldata callback
    ) external payable locked {
        (Take memory t, Options memory x) = _identify(kind, o, options);
        if (a.solver == address(0)) {
            _priceOpen(t, o, x, part);
        } else {
            require(part == a.part, WrongAward(a.order));
            _priceAwarded(t, o, x, a, auctioneerSig);
        }
        if (!Permit2.isGuard(o.nonce)) _requireConsent(o.user, t.id, userSig);
        _remember(t, o);
        emit Filled(t.id, msg.sender, uint256(t.sold) << 128 | t.bought);

        _sendSell(t, o, x.feeTo, userSig);
        if (callback.length != 0) ITenderCallback(msg.sender).tenderFill(t.id, callback);
        _sendBuy(o, t.bought);
    }

    /// @dev Sell to the caller, the fee to its receiver. Permit2 pays one receiver only: with a fee, both are paid from here.
    function _sendSell(Take memory t, SwapOrder calldata o, address feeTo, bytes calldata userSig) private {
        (address token, uint128 rest) = (o.sellToken, t.sold - t.fee);
        if (!Permit2.isGuard(o.nonce)) {
            if (t.fee != 0) Calls.pull(token, o.user, feeTo, t.fee);
            Calls.pull(token, o.user, msg.sender, rest);
        } else if (t.fee == 0) {
            Permit2.pull(t.kind, o, msg.sender, rest, t.order, userSig);
        } else {
            _pullSell(t, o, userSig);
            require(Calls.push(token, feeTo, t.fee) && Calls.push(token, msg.sender, rest), TransferFailed(token));
        }
    }

    /// @dev Buy from the caller to the recipient. Native coin that it refuses waits for it as a credit.
    function _sendBuy(SwapOrder calldata o, uint128 bought) private {
        address token = o.buyToken;
        uint256 value = token == NATIVE ? bought : 0;
        require(msg.value == value, WrongValue(value));
        if (token == NATIVE) _pushBounded(NATIVE, o.to, bought);
        else Calls.pull(token, msg.sender, o.to, bought);
    }

    /// @dev All that is sold comes here, measured. Reverts ShortDeposit if less arrives: others' credits lie here too.
    function _pullSell(Take memory t, SwapOrder calldata o, bytes calldata userSig) internal {
        uint256 before = Calls.balanceOf(o.sellToken, address(this));
        if (Permit2.isGuard(o.nonce)) Permit2.pull(t.kind, o, address(this), t.sold, t.order, userSig);
        else Calls.pull(o.sellToken, o.user, address(this), t.sold);
        _checkArrived(o.sellToken, before, t.sold);
    }

    function _checkArrived(address token, uint256 before, uint128 declared) internal view {
        uint256 balance = Calls.balanceOf(token, address(this));
        uint256 arrived = balance < before ? 0 : balance - before;
        require(arrived >= declared, ShortDeposit(declared, arrived));
    }
}
