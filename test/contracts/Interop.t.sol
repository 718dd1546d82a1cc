// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {VM, Vm} from "./Vm.sol";

contract InteropHarness {
    function format(bytes2 chainType, bytes memory chain, bytes memory account) external pure returns (bytes memory) {
        return InteroperableAddress.formatV1(chainType, chain, account);
    }

    function parse(bytes memory text) external pure returns (bytes2 chainType, bytes memory chain, bytes memory account) {
        return InteroperableAddress.parseV1(text);
    }

    function evm(uint256 chain, address account) external pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(chain, account);
    }

    function parseEvm(bytes memory text) external pure returns (uint256 chain, address account) {
        return InteroperableAddress.parseEvmV1(text);
    }
}

/// @dev The library that Resolver speaks ERC-7930 with, against the examples of the ERC. Its TypeScript twin is held to the
///      same ones in test/intents/interop.test.ts.
contract InteropTest {
    Vm private constant vm = VM;
    bytes private constant SOLANA = hex"45296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef0";
    bytes private constant ACCOUNT = hex"05333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5";
    address private constant VITALIK = 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045;

    InteropHarness private interop = new InteropHarness();

    function _is(bytes memory text, bytes2 chainType, bytes memory chain, bytes memory account) private view {
        vm.assertEq(keccak256(interop.format(chainType, chain, account)), keccak256(text), "format");
        (bytes2 type_, bytes memory chain_, bytes memory account_) = interop.parse(text);
        vm.assertEq(bytes32(type_), bytes32(chainType), "chain type");
        vm.assertEq(keccak256(chain_), keccak256(chain), "chain");
        vm.assertEq(keccak256(account_), keccak256(account), "account");
    }

    function test_examplesOfTheErc() external view {
        _is(hex"00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045", 0x0000, hex"01", abi.encodePacked(VITALIK));
        _is(bytes.concat(hex"0001000220", SOLANA, hex"20", ACCOUNT), 0x0002, SOLANA, ACCOUNT);
        _is(hex"000100000014d8da6bf26964af9d7eed9e03e53415d37aa96045", 0x0000, "", abi.encodePacked(VITALIK));
        _is(bytes.concat(hex"0001000220", SOLANA, hex"00"), 0x0002, SOLANA, "");
    }

    function test_chainIds() external view {
        vm.assertEq(keccak256(interop.evm(8453, VITALIK)), keccak256(hex"0001000002210514d8da6bf26964af9d7eed9e03e53415d37aa96045"), "Base");
        vm.assertEq(keccak256(interop.evm(42_161, VITALIK)), keccak256(hex"0001000002a4b114d8da6bf26964af9d7eed9e03e53415d37aa96045"), "Arbitrum");
        vm.assertEq(keccak256(interop.evm(31_337, VITALIK)), keccak256(hex"00010000027a6914d8da6bf26964af9d7eed9e03e53415d37aa96045"), "anvil");
    }

    function testFuzz_evm(uint256 chain, address account) external view {
        (uint256 chain_, address account_) = interop.parseEvm(interop.evm(chain, account));
        vm.assertEq(chain_, chain, "chain");
        vm.assertEq(account_, account, "account");
    }

    function testFuzz_cutShort(uint256 length) external {
        bytes memory whole = interop.evm(8453, VITALIK);
        bytes memory text = new bytes(length % whole.length);
        for (uint256 i; i < text.length; ++i) {
            text[i] = whole[i];
        }
        vm.expectRevert(abi.encodeWithSelector(InteroperableAddress.InteroperableAddressParsingError.selector, text));
        interop.parse(text);
    }
}
