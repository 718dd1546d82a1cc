// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./FillBase.sol";
import {Permit, PermitSolver} from "../../contracts/examples/PermitSolver.sol";

/// @dev A plain token with ERC-2612.
contract PermitToken is PlainToken {
    mapping(address => uint256) public nonces;

    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return keccak256(abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, address(this)));
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        require(block.timestamp <= deadline, "late");
        bytes32 typeHash = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(typeHash, owner, spender, value, nonces[owner]++, deadline));
        address signer = ecrecover(keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), hash)), v, r, s);
        require(signer == owner && signer != address(0), "signature");
        allowance[owner][spender] = value;
    }
}

/// @dev WETH's manners: whatever it does not know, it accepts.
contract AcceptingToken is PlainToken {
    fallback() external payable {}
}

/// @dev The example: permit and fill in one transaction.
contract FillPermitTest is FillBase {
    PermitSolver private example;
    PermitToken private token;

    function setUp() public override {
        super.setUp();
        example = new PermitSolver(settlement);
        token = new PermitToken();
        token.mint(user, SELL);
        weth.mint(address(example), BUY);
    }

    function _order(address sold) private returns (SwapOrder memory o) {
        o = _open();
        o.sellToken = sold;
    }

    function _permit(uint256 key, uint256 value) private view returns (Permit memory p) {
        (p.value, p.deadline) = (value, NOW + 100);
        bytes32 typeHash = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(typeHash, user, settlement, value, token.nonces(user), p.deadline));
        (p.v, p.r, p.s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash)));
    }

    function test_permit_and_fill_in_one_transaction() public {
        SwapOrder memory o = _order(address(token));
        example.fill(0, o, _userSig(0, o, _noOptions()), _permit(USER_KEY, SELL));
        _equal(token.balanceOf(address(example)), SELL, "sold");
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
        // C10: nothing is left approved, on either side.
        _equal(token.allowance(user, address(settlement)), 0, "user's");
        _equal(weth.allowance(address(example), address(settlement)), 0, "solver's");
        example.withdraw(address(token), solver, SELL);
        _equal(token.balanceOf(solver), SELL, "withdrawn");
    }

    /// @dev B6: someone sends the permit first; the allowance is there all the same.
    function test_a_permit_that_was_sent_before_does_not_stop_the_fill() public {
        SwapOrder memory o = _order(address(token));
        Permit memory p = _permit(USER_KEY, SELL);
        vm.prank(stranger);
        token.permit(user, address(settlement), p.value, p.deadline, p.v, p.r, p.s);
        example.fill(0, o, _userSig(0, o, _noOptions()), p);
        _equal(weth.balanceOf(recipient), 1 + BUY, "bought");
    }

    /// @dev A8: a permit that "succeeds" on a fallback is no approval.
    function test_a_permit_that_did_nothing_is_seen() public {
        AcceptingToken accepting = new AcceptingToken();
        accepting.mint(user, SELL);
        SwapOrder memory o = _order(address(accepting));
        bytes memory sig = _userSig(0, o, _noOptions());
        Permit memory p = _permit(USER_KEY, SELL);
        vm.expectRevert(abi.encodeWithSelector(PermitSolver.NotApproved.selector, 0));
        example.fill(0, o, sig, p);
    }

    function test_a_permit_for_too_little_or_of_another_is_seen() public {
        SwapOrder memory o = _order(address(token));
        bytes memory sig = _userSig(0, o, _noOptions());
        Permit memory p = _permit(USER_KEY, SELL - 1);
        vm.expectRevert(abi.encodeWithSelector(PermitSolver.NotApproved.selector, SELL - 1));
        example.fill(0, o, sig, p);
        p = _permit(SOLVER_KEY, SELL);
        vm.expectRevert(abi.encodeWithSelector(PermitSolver.NotApproved.selector, 0));
        example.fill(0, o, sig, p);
    }

    /// @dev A6: the example holds money, so nobody but its operator moves it.
    function test_strangers_cannot_use_it() public {
        SwapOrder memory o = _order(address(token));
        bytes memory sig = _userSig(0, o, _noOptions());
        Permit memory p = _permit(USER_KEY, SELL);
        vm.expectRevert(abi.encodeWithSelector(PermitSolver.NotOperator.selector, stranger));
        vm.prank(stranger);
        example.fill(0, o, sig, p);
        vm.expectRevert(abi.encodeWithSelector(PermitSolver.NotOperator.selector, stranger));
        vm.prank(stranger);
        example.withdraw(address(weth), stranger, BUY);
    }
}
