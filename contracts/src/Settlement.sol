// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// Swaps on one chain. What its events say is told by intents/receipt.ts.

import {ISettlement} from "./interfaces/ISettlement.sol";
import {ISettles} from "./interfaces/ISettles.sol";
import {Award, Facts, FILL_IN, NATIVE, SwapOrder} from "./interfaces/Types.sol";
import {Awards} from "./libraries/Awards.sol";
import {Calls} from "./libraries/Calls.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Batches} from "./settlement/Batches.sol";

/// @title Settlement
contract Settlement is Batches {
    constructor(address bonds_) Awards(bonds_) {}

    /* SAME CHAIN */

    /// @inheritdoc ISettlement
    function fill(uint8 kind, SwapOrder calldata o, bytes calldata userSig) external payable {
        require(block.timestamp > o.exclusiveUntil || o.auctioneer == address(0), Exclusive(o.exclusiveUntil));
        bytes32 id = _spend(kind, o, userSig);

        _exchange(id, o, o.sell, o.buy);
    }

    /// @inheritdoc ISettlement
    function fillAwarded(uint8 kind, SwapOrder calldata o, bytes calldata userSig, Award calldata a, bytes calldata auctioneerSig)
        external
        payable
    {
        require(a.solver == msg.sender, NotAwarded(a.solver));
        bytes32 id = _spend(kind, o, userSig);
        _checkAward(a, auctioneerSig, id, o.auctioneer, o.exclusiveUntil);
        (uint128 sold, uint128 bought) = Rules.amounts(o, kind, a);

        _exchange(id, o, sold, bought);
    }

    /// @dev Deadline, form, the user's authority; the nonce is spent.
    function _spend(uint8 kind, SwapOrder calldata o, bytes calldata userSig) private returns (bytes32 id) {
        _requireFree();
        require(block.timestamp <= o.fillBy, Expired(o.fillBy));
        Rules.checkSwap(o, address(this));
        id = _digest(Hashes.swapOrder(kind, o));
        address user = o.user;
        Signatures.requireUser(user, id, userSig);
        _spendNonce(user, o.nonce);
    }

    /// @dev Sell to the caller, buy to the recipient. Holds nothing and measures nothing, so ERC-20 needs no lock.
    function _exchange(bytes32 id, SwapOrder calldata o, uint128 sold, uint128 bought) private {
        address buyToken = o.buyToken;
        emit Filled(id, msg.sender, sold, bought);
        if (buyToken == NATIVE) {
            require(msg.value == bought, WrongValue(bought));
            _acquire();
            Calls.pull(o.sellToken, o.user, msg.sender, sold);
            _push(NATIVE, o.to, bought);
            _free();
        } else {
            require(msg.value == 0, WrongValue(0));
            Calls.pull(o.sellToken, o.user, msg.sender, sold);
            Calls.pull(buyToken, msg.sender, o.to, bought);
        }
    }

    /* CANCELLING */

    /// @inheritdoc ISettlement
    function cancelFill(uint8 kind, SwapOrder calldata o) external {
        require(msg.sender == o.user, Only(o.user));
        require(o.nonce >> 255 == 0, GuardedByPermit2(o.nonce));
        bytes32 id = _digest(Hashes.swapOrder(kind, o));
        _spendNonce(msg.sender, o.nonce);
        emit Cancelled(id);
    }

    /// @inheritdoc ISettlement
    function cancelNonces(uint256 word, uint256 mask) external {
        nonces[msg.sender][word] |= mask;
        emit NoncesCancelled(msg.sender, word, mask);
    }

    /* VIEWS */

    /// @inheritdoc ISettles
    function inspect(uint8 kind, bytes calldata order, uint128 part, uint128 sell, uint128 buy, uint40)
        external
        view
        returns (Facts memory f)
    {
        SwapOrder calldata o = Hashes.toSwapOrder(order);
        f.separator = _separator();
        f.id = Hashes.digest(f.separator, Hashes.swapOrder(kind, o));
        require(part == 0, WrongAward(f.id));
        Rules.checkSwap(o, address(this));
        Rules.checkAmounts(kind == FILL_IN, o.sell, o.buy, sell, buy);
        (f.user, f.auctioneer, f.exclusiveUntil) = (o.user, o.auctioneer, o.exclusiveUntil);
        (f.deadline, f.sellToken, f.fresh) = (o.fillBy, o.sellToken, !isSpent(o.user, o.nonce));
    }

    /// @inheritdoc ISettlement
    function isSpent(address user, uint256 nonce) public view returns (bool) {
        return nonces[user][nonce >> 8] >> (nonce & 0xff) & 1 == 1;
    }
}
