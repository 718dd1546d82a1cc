// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev An ERC-1271 account that accepts exactly one digest, and can be told to stop.
contract SmartAccount {
    bytes32 public accepted;

    function accept(bytes32 digest) external {
        accepted = digest;
    }

    function approve(address token, address spender) external {
        (bool ok,) = token.call(abi.encodeWithSignature("approve(address,uint256)", spender, type(uint256).max));
        require(ok);
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == accepted && digest != 0 ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }

    receive() external payable {}
}

/// @dev ERC-1271 code that answers with too little, or reverts.
contract BrokenAccount {
    fallback() external payable {
        assembly {
            return(0, 4)
        }
    }
}

/// @dev Echoes its input, like a logger or a proxy of the identity precompile: no consent to anything.
contract EchoAccount {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        return input;
    }
}

/// @dev Refuses native coin until told otherwise.
contract Refuser {
    bool public open;

    function setOpen(bool on) external {
        open = on;
    }

    receive() external payable {
        require(open, "no");
    }
}

/// @dev On receiving native coin, calls back once.
contract Reenterer {
    address public target;
    bytes public data;
    bool public reached;
    bytes public answer;

    function hook(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    receive() external payable {
        if (target == address(0)) return;
        address once = target;
        target = address(0);
        (reached, answer) = once.call(data);
    }
}
