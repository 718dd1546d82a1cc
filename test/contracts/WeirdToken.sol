// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Twenty ways of being an ERC-20 token, one per instance. What can be switched on is off at first.
enum Model {
    Plain,
    Taxed, // takes a percent
    RebasingUp,
    RebasingDown,
    Silent, // returns nothing
    False, // switched on: says false and moves nothing
    Two, // switched on: returns 2, moves nothing
    Blocking, // blocks accounts
    Paused, // switched on: reverts
    Hooked, // calls whom it was told to in the middle of a transfer
    Upgraded, // switched on: takes a tenth
    NoDecimals,
    TwoDecimals,
    SixDecimals,
    EightDecimals,
    ManyDecimals,
    Huge,
    Tiny,
    Bomb, // switched on: reverts with a megabyte
    SelfMinting // a transfer to oneself doubles it
}

contract WeirdToken {
    Model public immutable model;
    bool public on;
    mapping(address => bool) public blocked;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => uint256) private shares;
    /// @dev Units per share, in 10¹⁸.
    uint256 public index = 1e18;
    address private hookTarget;
    bytes private hookData;
    bool public hookSucceeded;

    constructor(Model model_) {
        model = model_;
    }

    /* MANNERS */

    function set(bool on_) external {
        on = on_;
    }

    function setBlocked(address account, bool on_) external {
        blocked[account] = on_;
    }

    function rebase(uint256 percent) external {
        index = index * percent / 100;
    }

    function hook(address target, bytes calldata data) external {
        (hookTarget, hookData) = (target, data);
    }

    /// @dev The usual size of an amount of this token.
    function unit() external view returns (uint256) {
        if (model == Model.NoDecimals || model == Model.Tiny) return 3;
        if (model == Model.TwoDecimals) return 1e4;
        if (model == Model.SixDecimals) return 1e9;
        if (model == Model.EightDecimals) return 1e10;
        if (model == Model.ManyDecimals) return 1e30;
        return model == Model.Huge ? type(uint128).max / 4 : 1e20;
    }

    /* ERC-20 */

    function balanceOf(address account) public view returns (uint256) {
        return index == 1e18 ? shares[account] : shares[account] * index / 1e18;
    }

    function mint(address to, uint256 amount) external {
        shares[to] += amount * 1e18 / index;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external {
        _transfer(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        _transfer(from, to, amount);
    }

    function _transfer(address from, address to, uint256 amount) private {
        require(!blocked[from] && !blocked[to], "blocked");
        if (on) _misbehave();
        _move(from, to, amount);
        if (model == Model.Hooked && hookTarget != address(0)) _callHook();
        if (model == Model.Silent) _answer(0, 0);
        _answer(1, 32);
    }

    function _misbehave() private view {
        if (model == Model.False) _answer(0, 32);
        if (model == Model.Two) _answer(2, 32);
        require(model != Model.Paused, "paused");
        if (model == Model.Bomb) {
            assembly {
                revert(0, 1000000)
            }
        }
    }

    function _move(address from, address to, uint256 amount) private {
        uint256 tax = model == Model.Taxed ? amount / 100 : model == Model.Upgraded && on ? amount / 10 : 0;
        uint256 out = index == 1e18 ? amount : amount * 1e18 / index;
        shares[from] -= out;
        shares[to] += out - tax;
        shares[address(0xfee)] += tax;
        if (model == Model.SelfMinting && from == to) shares[to] += out;
    }

    function _callHook() private {
        address target = hookTarget;
        hookTarget = address(0);
        (hookSucceeded,) = target.call(hookData);
    }

    function _answer(uint256 word, uint256 size) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }
}
