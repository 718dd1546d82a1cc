// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";

/// @dev What the handlers of campaigns share: time, a count of what succeeded, a bystander that signed nothing but approved
///      everything, and strangers that call anything with anything.
abstract contract Actor is Base {
    address internal constant BYSTANDER = address(0xB157A);
    uint128 private constant RICHES = 1e30;

    uint256 public calls;
    mapping(bytes32 action => uint256) public succeeded;
    bytes32[] private names;
    uint256 internal time = NOW;
    uint256 internal salt;

    address[] private doors;
    bytes4[] private knobs;
    address[] private bystandersTokens;

    modifier counted() {
        ++calls;
        vm.warp(time);
        _;
    }

    /* WHAT HAPPENED */

    /// @dev Everything that a long run must have done.
    function actions() external view returns (bytes32[] memory) {
        return names;
    }

    function _expect(bytes32 action) internal {
        names.push(action);
    }

    function _did(bytes32 action) internal {
        ++succeeded[action];
    }

    /// @dev Ends all that is open, by strangers and time alone, and checks that nothing is left that is somebody's.
    function finish() external virtual {}

    /* TIME */

    function pass(uint256 seed) external virtual counted {
        seed = _mix(seed);
        _pass(seed % 16 == 0 ? (seed >> 8) % 5000 : (seed >> 8) % 200);
    }

    /// @dev The fuzzer prefers few words, over and over: this makes any of them as good as a random one.
    function _mix(uint256 seed) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, calls)));
    }

    function _pass(uint256 secs) internal {
        time += secs;
        vm.warp(time);
    }

    /* STRANGERS */

    /// @dev Invariant 11: nobody's balance or allowance falls who signed nothing.
    function checkBystander() public view {
        for (uint256 i; i < bystandersTokens.length; ++i) {
            PlainToken token = PlainToken(bystandersTokens[i]);
            require(token.balanceOf(BYSTANDER) >= RICHES, "11: a bystander lost money");
            for (uint256 j; j < doors.length; ++j) {
                require(token.allowance(BYSTANDER, doors[j]) == type(uint256).max, "11: a bystander lost an allowance");
            }
        }
    }

    /// @dev `target` is open to strangers, who call all of `selectors`; the bystander has approved it.
    function _door(address target, bytes4[] memory selectors) internal {
        for (uint256 i; i < selectors.length; ++i) {
            doors.push(target);
            knobs.push(selectors[i]);
        }
    }

    /// @dev After all doors are named.
    function _bystand(address token) internal {
        bystandersTokens.push(token);
        PlainToken(token).mint(BYSTANDER, RICHES);
        for (uint256 i; i < doors.length; ++i) {
            _approve(BYSTANDER, PlainToken(token), doors[i]);
        }
    }

    /// @dev A stranger calls any function with words that mean something somewhere: the bystander, tokens, offsets, times.
    function poke(uint256 seed) external counted {
        seed = _mix(seed);
        uint256 which = seed % doors.length;
        uint256 length = 1 + (seed >> 8) % 40;
        bytes memory data = abi.encodePacked(knobs[which]);
        for (uint256 i; i < length; ++i) {
            data = bytes.concat(data, _word(uint256(keccak256(abi.encode(seed, i)))));
        }
        vm.prank(stranger);
        (bool ok,) = doors[which].call{value: 0}(data);
        ok;
        checkBystander();
        _did("poke");
    }

    function _word(uint256 seed) private view returns (bytes32) {
        uint256 what = seed % 8;
        if (what == 0) return bytes32(uint256(uint160(BYSTANDER)));
        if (what == 1) return bytes32(uint256(uint160(bystandersTokens[(seed >> 8) % bystandersTokens.length])));
        if (what == 2) return bytes32((seed >> 8) % 32 * 32);
        if (what == 3) return bytes32(time + (seed >> 8) % 1000);
        if (what == 4) return bytes32(uint256(uint160(doors[(seed >> 8) % doors.length])));
        if (what == 5) return bytes32((seed >> 8) % 10);
        return what == 6 ? bytes32(uint256(uint160(stranger))) : bytes32(seed >> 128);
    }

    /* MONEY */

    function _held(address account, address token) internal view returns (uint256) {
        return token == NATIVE ? account.balance : PlainToken(token).balanceOf(account);
    }
}
