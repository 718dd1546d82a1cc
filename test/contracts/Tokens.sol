// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The plain token in which gas is measured, here and of the peers: infinite allowances are not written back.
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
        balanceOf[msg.sender] -= amount;
        unchecked {
            balanceOf[to] += amount;
        }
        emit Transfer(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        balanceOf[from] -= amount;
        unchecked {
            balanceOf[to] += amount;
        }
        emit Transfer(from, to, amount);
        return true;
    }
}

/// @dev A plain token whose transfers pass through `_move`, where each model below has its manners.
abstract contract ModelToken is PlainToken {
    function transfer(address to, uint256 amount) external virtual override returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual override returns (bool) {
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
contract FeeToken is ModelToken {
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
contract FalseToken is ModelToken {
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
contract BlocklistToken is ModelToken {
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
contract HookToken is ModelToken {
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
contract BombToken is ModelToken {
    bool public armed;
    bool public armedOut;

    function arm(bool on) external {
        armed = on;
    }

    /// @dev Only `transfer` explodes, which is how contracts pay out.
    function armOut(bool on) external {
        armedOut = on;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (armedOut) _explode();
        _move(msg.sender, to, amount);
        return true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        if (armed) _explode();
        super._move(from, to, amount);
    }

    function _explode() private pure {
        assembly {
            revert(0, 1000000)
        }
    }
}

/// @dev Burns all the gas it gets, on the way in or on the way out.
contract GasToken is ModelToken {
    bool public burnsFrom;
    bool public burnsOut;

    function burnFrom(bool on) external {
        burnsFrom = on;
    }

    function burnOut(bool on) external {
        burnsOut = on;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        if (burnsOut) _burnAll();
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        if (burnsFrom) _burnAll();
        _spend(from, amount);
        _move(from, to, amount);
        return true;
    }

    function _burnAll() private pure {
        assembly {
            invalid()
        }
    }
}
