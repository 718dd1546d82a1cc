// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {IPermit2} from "../interfaces/IPermit2.sol";
import {SwapOrder, WITH_OPTIONS} from "../interfaces/Types.sol";

/// @title Orders that are funded and guarded by Permit2: bit 255 of their nonce says so.
/// @dev The user signs Permit2's typed data with the whole order as its witness: `permitted` is the sell token and the signed
///      ceiling, `spender` is Settlement, `deadline` is the order's. Permit2 checks the signature and spends the nonce.
library Permit2 {
    IPermit2 internal constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);

    /// @notice Takes `amount` of the sell token from the user to `to`. Reverts as Permit2 does (InvalidNonce, InvalidSigner,
    ///         InvalidContractSignature, InvalidSignatureLength, TRANSFER_FROM_FAILED), and TransferFailed if the token has no code.
    /// @param witness The order's EIP-712 struct hash, of kind `kind`.
    function pull(uint8 kind, SwapOrder calldata o, address to, uint256 amount, bytes32 witness, bytes calldata sig) internal {
        address token = o.sellToken;
        require(token.code.length != 0, IErrors.TransferFailed(token));
        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(token, o.sell), o.nonce, o.fillBy),
            IPermit2.SignatureTransferDetails(to, amount),
            o.user,
            witness,
            _witnessType(kind),
            sig
        );
    }

    function isGuard(uint256 nonce) internal pure returns (bool) {
        return nonce >> 255 == 1;
    }

    function isSpent(address user, uint256 nonce) internal view returns (bool) {
        return PERMIT2.nonceBitmap(user, nonce >> 8) >> (nonce & 0xff) & 1 == 1;
    }

    /// @dev The rest of the type that Permit2 begins: struct types follow in alphabetical order.
    function _witnessType(uint8 kind) private pure returns (string memory) {
        bool out = kind & 1 == 1;
        if (kind < WITH_OPTIONS) {
            return out
                ? "Order witness)Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)Sell(address token,uint128 atMost)Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)Token(address token,uint128 exactly,address to)TokenPermissions(address token,uint256 amount)"
                : "Order witness)Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)Sell(address token,uint128 exactly)Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)Token(address token,uint128 atLeast,address to)TokenPermissions(address token,uint256 amount)";
        }
        return string.concat(
            "Order witness)Options(uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps)"
            "Order(string sentence,address user,Sell sell,Token buy,Terms terms,Options options,uint256 nonce)Sell(address token,uint128 ",
            out ? "atMost" : "exactly",
            ")Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)Token(address token,uint128 ",
            out ? "exactly" : "atLeast",
            ",address to)TokenPermissions(address token,uint256 amount)"
        );
    }
}
