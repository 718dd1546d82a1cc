// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The part of Uniswap's Permit2 (SignatureTransfer) that Settlement uses.
interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata details,
        address owner,
        bytes32 witness,
        string calldata witnessType,
        bytes calldata signature
    ) external;

    /// @notice The caller spends nonces: the bits of `mask` in `word`.
    function invalidateUnorderedNonces(uint256 word, uint256 mask) external;

    function nonceBitmap(address owner, uint256 word) external view returns (uint256 bits);
}
