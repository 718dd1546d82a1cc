// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {Award, NATIVE, Options, SwapOrder} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Permit2} from "../libraries/Permit2.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {OptionFills} from "./OptionFills.sol";
import {Take} from "./Taking.sol";

/// @title How a solver that has its own amount ready ends its exposure, whatever the user does.
/// @dev Looking at the user's funds first and voiding later would be unsafe: they can be moved in between. So it is one attempt,
///      in which no code of the solver runs, with an amount of gas that nobody can choose.
abstract contract Voids is OptionFills {
    /// @dev Gas of the attempt: for the user's ERC-1271 code 200,000, for each of its two transfers 300,000, the rest for the contract.
    uint256 private constant ATTEMPT_GAS = 900_000;
    /// @dev Left before the attempt: 63/64 of it is at least ATTEMPT_GAS, and afterwards both payments can be made or credited.
    uint256 private constant ATTEMPT_NEEDS = ATTEMPT_GAS * 64 / 63 + 2 * PUSH_NEEDS + 60_000;

    /// @inheritdoc ISettlement
    function fillOrVoid(
        uint8 kind,
        SwapOrder calldata o,
        Options calldata options,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig
    ) external payable locked returns (bool filled) {
        (Take memory t, Options memory x) = _identify(kind, o, options);
        bytes32 award = _priceAwarded(t, o, x, a, auctioneerSig);
        _pullBuy(o, t.bought);

        filled = _attempt(t, o, userSig);
        if (filled) {
            emit Filled(t.id, msg.sender, uint256(t.sold) << 128 | t.bought);
            _pushBounded(o.sellToken, x.feeTo, t.fee);
            _pushBounded(o.sellToken, msg.sender, t.sold - t.fee);
        } else {
            bytes32 authorisation = keccak256(userSig);
            voided[award][authorisation] = true;
            emit AwardVoided(t.id, award, msg.sender, authorisation);
            _pushBounded(o.buyToken, msg.sender, t.bought);
        }
    }

    /// @dev The user's half of a fill. Called by this contract only, so that all of it can fail.
    function attempt(Take calldata handed, SwapOrder calldata o, bytes calldata userSig) external {
        require(msg.sender == address(this), Only(address(this)));
        Take memory t = handed;
        if (!Permit2.isGuard(o.nonce)) Signatures.requireUser(o.user, t.id, userSig);
        _remember(t, o);
        _pullSell(t, o, userSig);
        if (o.buyToken == NATIVE) _pushBounded(NATIVE, o.to, t.bought);
        else require(Calls.push(o.buyToken, o.to, t.bought), TransferFailed(o.buyToken));
    }

    /// @dev The solver vouches for the buy token: whatever fails here, reverts.
    function _pullBuy(SwapOrder calldata o, uint128 bought) private {
        address token = o.buyToken;
        uint256 value = token == NATIVE ? bought : 0;
        require(msg.value == value, WrongValue(value));
        if (token == NATIVE) return;
        uint256 before = Calls.balanceOf(token, address(this));
        Calls.pull(token, msg.sender, address(this), bought);
        _checkArrived(token, before, bought);
    }

    /// @dev The gas is checked right before the call, which else would get less than it names. Return data is not read.
    function _attempt(Take memory t, SwapOrder calldata o, bytes calldata userSig) private returns (bool ok) {
        bytes memory data = abi.encodeCall(this.attempt, (t, o, userSig));
        require(gasleft() >= ATTEMPT_NEEDS, GasTooLow(ATTEMPT_NEEDS));
        return Calls.tryCall(address(this), ATTEMPT_GAS, data);
    }
}
