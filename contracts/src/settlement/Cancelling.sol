// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {Options, SwapOrder} from "../interfaces/Types.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Guard, Take, Taking} from "./Taking.sol";

/// @title How a user takes an order back: by its own transaction, or by a signature that anyone may send.
abstract contract Cancelling is Taking {
    /// @inheritdoc ISettlement
    function cancel(uint8 kind, SwapOrder calldata o, Options calldata options) external {
        require(msg.sender == o.user, Only(o.user));
        _cancel(kind, o, options);
    }

    /// @inheritdoc ISettlement
    function cancelFor(uint8 kind, SwapOrder calldata o, Options calldata options, bytes calldata userSig) external {
        bytes32 id = _cancel(kind, o, options);
        Signatures.requireUser(o.user, _digest(Hashes.cancel(id)), userSig);
    }

    /// @inheritdoc ISettlement
    function cancelNonces(uint256 word, uint256 mask) external {
        _cancelNonces(msg.sender, word, mask);
    }

    /// @inheritdoc ISettlement
    function cancelNoncesFor(address user, uint256 word, uint256 mask, bytes calldata userSig) external {
        Signatures.requireUser(user, _digest(Hashes.cancelNonces(user, word, mask)), userSig);
        _cancelNonces(user, word, mask);
    }

    function _cancel(uint8 kind, SwapOrder calldata o, Options calldata options) private returns (bytes32) {
        require(!Permit2.isGuard(o.nonce), CancelInPermit2(o.nonce >> 8, 1 << (o.nonce & 0xff)));
        (Take memory t, Options memory x) = _identify(kind, o, options);
        if (t.guard == Guard.Nonce) _spendNonce(o.user, o.nonce);
        else _close(t.id, t.guard == Guard.Parts ? type(uint256).max >> (256 - x.parts) : t.size);
        emit Cancelled(t.id);
        return t.id;
    }

    /// @dev Reverts PartTaken if nothing is left to cancel: progress is `end`, or was cancelled.
    function _close(bytes32 id, uint256 end) private {
        uint256 stored = progress[id];
        require(stored != end && stored != CANCELLED, PartTaken(stored));
        progress[id] = CANCELLED;
    }

    function _cancelNonces(address user, uint256 word, uint256 mask) private {
        nonces[user][word].bits |= mask;
        emit NoncesCancelled(user, word, mask);
    }
}
