// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {FILL_IN, PackedAward, SwapOrder} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Rules} from "../libraries/Rules.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Swaps} from "../libraries/Swaps.sol";
import {Spending} from "./Spending.sol";

/// @title The usual order: one solver, all of it, ERC-20 for ERC-20.
/// @dev No lock is taken, only tested: nothing is held, no balance is read, and after the effects only the two tokens are called.
abstract contract Fills is Spending {
    /// @inheritdoc ISettlement
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external {
        _requireFree();
        bytes32 order = Hashes.swapOrder(kind, o);
        Rules.checkSwap(o, address(this));
        _checkOpen(Swaps.auctioneer(o), Swaps.exclusiveUntil(o), Swaps.fillBy(o));

        _exchange(kind, o, userSig, order, _digest(order), Swaps.sell(o) << 128 | Swaps.buy(o));
    }

    /// @inheritdoc ISettlement
    function fillAwarded(uint8 kind, SwapOrder calldata o, bytes calldata userSig, PackedAward calldata a) external {
        _requireFree();
        bytes32 order = Hashes.swapOrder(kind, o);
        Rules.checkSwap(o, address(this));
        uint256 fillBy = Swaps.fillBy(o);
        if (block.timestamp > fillBy) revert Expired(fillBy);
        bytes32 id = _digest(order);
        (uint128 sold, uint128 bought,) = _checkPacked(a, id, Swaps.auctioneer(o), Swaps.exclusiveUntil(o));
        Rules.checkAmounts(kind == FILL_IN, uint128(Swaps.sell(o)), uint128(Swaps.buy(o)), sold, bought);

        _exchange(kind, o, userSig, order, id, a.amounts);
    }

    /// @dev The user's authority, the nonce, and the two transfers: sell to the caller, buy to the recipient.
    /// @param amounts sold << 128 | bought.
    function _exchange(uint8 kind, SwapOrder calldata o, bytes calldata userSig, bytes32 order, bytes32 id, uint256 amounts) private {
        (address user, uint256 nonce) = (Swaps.user(o), o.nonce);
        emit Filled(id, msg.sender, amounts);
        if (Permit2.isGuard(nonce)) {
            Permit2.pull(kind, o, msg.sender, amounts >> 128, order, userSig);
        } else {
            Signatures.requireUser(user, id, userSig);
            _spendNonce(user, nonce);
            Calls.pull(Swaps.sellToken(o), user, msg.sender, amounts >> 128);
        }
        Calls.pull(Swaps.buyToken(o), msg.sender, Swaps.to(o), uint128(amounts));
    }
}
