// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Signatures} from "../../contracts/src/libraries/Signatures.sol";
import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import "./Base.sol";

contract SignaturesHarness {
    function signer(bytes32 digest, bytes calldata sig) external pure returns (address) {
        return Signatures.signer(digest, sig);
    }

    function isSigned(address account, bytes32 digest, bytes calldata sig) external view returns (bool) {
        return Signatures.isSigned(account, digest, sig);
    }
}

/// @dev Of the two forms of a signature exactly one is valid: s up to half of the order, and not one more. The key is computed from the
///      signature that it is to have made.
contract LowSTest is Base {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 private constant HALF = ORDER / 2;
    /// @dev The curve's base point: what a signature with the nonce 1 shows. Its y is even.
    uint256 private constant R = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;

    SignaturesHarness private harness = new SignaturesHarness();

    /// @dev The key whose signature of `digest` is (R, s).
    function _keyOfSignature(bytes32 digest, uint256 s) private view returns (uint256) {
        uint256 difference = addmod(s, ORDER - uint256(digest) % ORDER, ORDER);
        return mulmod(difference, _inverse(R), ORDER);
    }

    function _inverse(uint256 x) private view returns (uint256) {
        (, bytes memory answer) = address(5).staticcall(abi.encode(32, 32, 32, x, ORDER - 2, ORDER));
        return abi.decode(answer, (uint256));
    }

    function test_half_of_the_order_is_the_last_s() public {
        bytes32 digest = keccak256("any");
        for (uint256 s = HALF - 1; s <= HALF + 1; ++s) {
            address account = vm.addr(_keyOfSignature(digest, s));
            vm.assertEq(ecrecover(digest, 27, bytes32(R), bytes32(s)), account, "a signature");
            bool isLow = s <= HALF;
            bytes memory long = abi.encodePacked(R, s, uint8(27));
            bytes memory short = abi.encodePacked(R, s);
            vm.assertTrue(harness.isSigned(account, digest, long) == isLow, "65 bytes");
            vm.assertTrue(harness.isSigned(account, digest, short) == isLow, "64 bytes");
            vm.assertEq(harness.signer(digest, long), isLow ? account : address(0), "65 bytes");
            vm.assertEq(harness.signer(digest, short), isLow ? account : address(0), "64 bytes");
        }
    }

    function test_half_of_the_order_is_the_last_s_of_attesters() public {
        bytes32 key = keccak256("key");
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(NOW), _leaf(key, 5));
        for (uint256 s = HALF - 1; s <= HALF + 1; ++s) {
            IAttested single = _attestedBy(hash, s);
            bytes memory evidence = abi.encodePacked(uint256(5), uint64(77), uint40(NOW), uint8(0), uint8(1), uint32(1), R, s);
            bytes32 set = single.set();
            if (s > HALF) _fails(IAttesters.NotTheSet.selector, set);
            single.record(FAR, key, evidence);
        }
    }

    /// @dev A deployment whose only attester signs `hash` with this s.
    function _attestedBy(bytes32 hash, uint256 s) private returns (IAttested single) {
        address verifier = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(verifier, block.chainid), hash));
        address[] memory signers = new address[](1);
        signers[0] = vm.addr(_keyOfSignature(digest, s));
        bytes memory args = abi.encode(delivery, signers, uint8(1), new uint256[](0), new uint40[](0));
        single = IAttested(vm.deployCode("Attested.sol:Attested", args));
        vm.assertEq(address(single), verifier, "as computed");
    }
}
