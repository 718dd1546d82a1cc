// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The plain token of swap.md §4.1: infinite allowances are not written back.
contract PlainToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 amount);
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function burn(address from, uint256 amount) external {
        balanceOf[from] -= amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool) {
        _spend(from, amount);
        _move(from, to, amount);
        return true;
    }

    function _spend(address from, uint256 amount) internal {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
    }

    function _move(address from, address to, uint256 amount) internal virtual {
        balanceOf[from] -= amount;
        unchecked {
            balanceOf[to] += amount;
        }
        emit Transfer(from, to, amount);
    }
}

/// @dev Takes one percent of each transfer.
contract FeeToken is PlainToken {
    function _move(address from, address to, uint256 amount) internal override {
        uint256 fee = amount / 100;
        super._move(from, to, amount - fee);
        super._move(from, address(0xfee), fee);
    }
}

/// @dev USDT's manners: returns nothing.
contract SilentToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @dev Says false instead of reverting, and moves nothing while `refuse` is set.
contract FalseToken is PlainToken {
    bool public refuse;

    function setRefuse(bool on) external {
        refuse = on;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (refuse) return false;
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        if (refuse) return false;
        _spend(from, amount);
        _move(from, to, amount);
        return true;
    }
}

/// @dev USDC's manners: blocklisted accounts neither send nor receive.
contract BlocklistToken is PlainToken {
    mapping(address => bool) public blocked;

    function setBlocked(address account, bool on) external {
        blocked[account] = on;
    }

    function _move(address from, address to, uint256 amount) internal override {
        require(!blocked[from] && !blocked[to], "blocked");
        super._move(from, to, amount);
    }
}

/// @dev Calls `target` with `data` in the middle of each transfer, like an ERC-777 hook, and keeps what came of it.
contract HookToken is PlainToken {
    address public target;
    bytes public data;
    bool public reached;
    bytes public answer;

    function hook(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount);
        if (target == address(0)) return;
        address once = target;
        target = address(0);
        (reached, answer) = once.call(data);
    }
}

/// @dev Answers a refused transfer with a megabyte of return data.
contract BombToken is PlainToken {
    bool public armed;

    function arm(bool on) external {
        armed = on;
    }

    function _move(address from, address to, uint256 amount) internal override {
        if (armed) {
            assembly {
                revert(0, 1000000)
            }
        }
        super._move(from, to, amount);
    }
}
