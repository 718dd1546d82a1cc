// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {Calls} from "./Calls.sol";

/// @title Who signed a digest.
/// @dev Signatures are malleable in form (64 and 65 bytes); nothing may ever be keyed by a signature.
library Signatures {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    bytes32 private constant LOW_255 = bytes32(type(uint256).max >> 1);

    /// @notice The signer of an EIP-2098 pair, or 0 (high s, no such point).
    function signer(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address) {
        return _signer(digest, uint8(27 + (uint256(vs) >> 255)), r, vs & LOW_255);
    }

    /// @notice The signer by a 65-byte or a 64-byte compact signature, or 0.
    function signer(bytes32 digest, bytes calldata sig) internal pure returns (address) {
        if (sig.length != 65) return sig.length == 64 ? signer(digest, bytes32(sig[:32]), bytes32(sig[32:])) : address(0);
        (bytes32 r, bytes32 s, uint8 v) = (0, 0, 0);
        assembly ("memory-safe") {
            r := calldataload(sig.offset)
            s := calldataload(add(sig.offset, 0x20))
            v := byte(0, calldataload(add(sig.offset, 0x40)))
        }
        return _signer(digest, v, r, s);
    }

    /// @notice Reverts BadSignature unless the key of `account` signed. For auctioneers and solvers: a signature that
    ///         depends on state would escape slashing.
    function requireKey(address account, bytes32 digest, bytes calldata sig) internal pure {
        require(account != address(0) && signer(digest, sig) == account, IErrors.BadSignature(account));
    }

    /// @notice As requireKey, for an EIP-2098 pair.
    function requirePair(address account, bytes32 digest, bytes32 r, bytes32 vs) internal pure {
        if (account == address(0) || signer(digest, r, vs) != account) revert IErrors.BadSignature(account);
    }

    /// @notice Reverts BadSignature unless the key of `solver` signed, or a key that it registered in `bonds`.
    function requireSolver(address bonds, address solver, bytes32 digest, bytes calldata sig) internal view {
        address by = signer(digest, sig);
        require(by != address(0) && (by == solver || IBonds(bonds).isKey(solver, by)), IErrors.BadSignature(solver));
    }

    /// @notice Reverts BadSignature unless the user consents: by key, or by ERC-1271 if it has code. The key path comes
    ///         first, so that an EIP-7702 delegate cannot disown its account's key.
    function requireUser(address user, bytes32 digest, bytes calldata sig) internal view {
        if (!isSigned(user, digest, sig)) requireCode(user, digest, sig);
    }

    /// @notice The second half of `requireUser`: what the user's code says.
    function requireCode(address user, bytes32 digest, bytes calldata sig) internal view {
        if (user.code.length == 0 || !Calls.isValid1271(user, digest, sig)) revert IErrors.BadSignature(user);
    }

    /// @notice The first half: `signer(digest, sig) == account`, at once for the usual form of 65 bytes.
    function isSigned(address account, bytes32 digest, bytes calldata sig) internal view returns (bool ok) {
        if (sig.length != 65) return account != address(0) && signer(digest, sig) == account;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, digest)
            mstore(add(m, 0x20), byte(0, calldataload(add(sig.offset, 0x40))))
            calldatacopy(add(m, 0x40), sig.offset, 0x40)
            // ecrecover answers nothing, and leaves this zero, where there is no such point.
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, m, 0x80, 0x00, 0x20))
            let low := iszero(gt(mload(add(m, 0x60)), HALF_ORDER))
            ok := and(low, and(eq(mload(0x00), account), gt(account, 0)))
        }
    }

    function _signer(bytes32 digest, uint8 v, bytes32 r, bytes32 s) private pure returns (address) {
        return uint256(s) > HALF_ORDER ? address(0) : ecrecover(digest, v, r, s);
    }
}
