// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {VM} from "./Vm.sol";

/// @dev Runs a constructor in a call of its own, so that `expectRevert` sees what it says. (`expectRevert` before
///      `vm.deployCode` is satisfied by anything, even by a deployment that succeeds.)
contract Deployer {
    function deploy(string calldata artifact, bytes calldata args) external returns (address deployed) {
        bytes memory code = bytes.concat(VM.getCode(artifact), args);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
            if iszero(deployed) {
                returndatacopy(mload(0x40), 0, returndatasize())
                revert(mload(0x40), returndatasize())
            }
        }
    }
}
