// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {BrokenAccount, EchoAccount, SmartAccount} from "./Accounts.sol";

/// @dev Who may consent for whom, in every form of signature; and what a signature is worth elsewhere (B1–B5).
contract SignaturesTest is Base {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public override {
        super.setUp();
        vm.warp(NOW + 61);
    }

    function _fill(SwapOrder memory o, bytes memory sig) private {
        vm.prank(solver);
        settlement.fill(0, o, sig);
    }

    function _refuses(SwapOrder memory o, bytes memory sig) private {
        _fails(IErrors.BadSignature.selector, o.user);
        _fill(o, sig);
    }

    function _smart(address account) private returns (SwapOrder memory o) {
        usdc.mint(account, SELL);
        vm.prank(account);
        usdc.approve(address(settlement), SELL);
        o = _swap();
        o.user = account;
    }

    function test_compact_and_long_signatures_are_one_authority() public {
        SwapOrder memory o = _swap();
        (bytes32 r, bytes32 vs) = vm.signCompact(USER_KEY, _idOf(0, o));
        _fill(o, abi.encodePacked(r, vs));
        _fails(ISettlement.NonceUsed.selector, 7);
        _fill(o, _sign(USER_KEY, _idOf(0, o)));
    }

    function test_malleated_signature_is_refused() public {
        SwapOrder memory o = _swap();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(USER_KEY, _idOf(0, o));
        _refuses(o, abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27)));
    }

    function test_malformed_signatures_are_refused() public {
        SwapOrder memory o = _swap();
        bytes memory good = _sign(USER_KEY, _idOf(0, o));
        _refuses(o, "");
        _refuses(o, new bytes(64));
        _refuses(o, new bytes(65));
        _refuses(o, bytes.concat(good, hex"00"));
        bytes memory wrongV = bytes.concat(good);
        wrongV[64] = 0x00;
        _refuses(o, wrongV);
    }

    /// @custom:runs 10000
    function testFuzz_random_bytes_sign_nothing(bytes memory sig) public {
        _refuses(_swap(), sig);
    }

    /// @dev B2: a user of zero would be everybody's signature.
    function test_user_zero_is_refused() public {
        SwapOrder memory o = _swap();
        o.user = address(0);
        _refuses(o, new bytes(65));
        _refuses(o, "");
    }

    function test_another_key_is_refused() public {
        SwapOrder memory o = _swap();
        _refuses(o, _sign(SOLVER_KEY, _idOf(0, o)));
    }

    function test_erc1271_account_consents_by_code() public {
        SmartAccount account = new SmartAccount();
        SwapOrder memory o = _smart(address(account));
        _refuses(o, "bytes of any length");
        account.accept(_idOf(0, o));
        _fill(o, "bytes of any length");
        _equal(usdc.balanceOf(address(account)), 0, "sold");
    }

    function test_accounts_that_answer_badly_or_not_at_all_are_refused() public {
        SwapOrder memory o = _smart(address(new BrokenAccount()));
        _refuses(o, "");
        o = _smart(address(new EchoAccount()));
        _refuses(o, "");
        // A contract without isValidSignature reverts.
        o = _smart(address(weth));
        o.buyToken = address(usdc);
        o.sellToken = address(weth);
        _refuses(o, "");
    }

    /// @dev A7: an ERC-6492 wrapper is just bytes here: no factory is called, and an account without code is refused.
    function test_erc6492_wrapper_has_no_effect() public {
        SwapOrder memory o = _swap();
        bytes32 magic = 0x6492649264926492649264926492649264926492649264926492649264926492;
        bytes memory call = abi.encodeCall(weth.mint, (stranger, 1));
        bytes memory wrapped = bytes.concat(abi.encode(address(weth), call, _sign(USER_KEY, _idOf(0, o))), magic);
        _refuses(o, wrapped);
        _equal(weth.balanceOf(stranger), 0, "no side effect");
    }

    /// @dev B4: the key of an EIP-7702 account speaks first, whatever its delegate says; the delegate may speak as well.
    function test_7702_account_key_path_first_then_delegate() public {
        SmartAccount delegate = new SmartAccount();
        vm.etch(user, abi.encodePacked(hex"ef0100", address(delegate)));
        SwapOrder memory o = _swap();
        _fill(o, _sign(USER_KEY, _idOf(0, o)));
        o.nonce = 8;
        _refuses(o, "not a key's signature");
        SmartAccount(payable(user)).accept(_idOf(0, o));
        _fill(o, "not a key's signature");
    }

    /// @dev B5: one owner, two accounts: the digest names the account.
    function test_a_signature_for_one_account_is_nothing_for_another() public {
        SmartAccount one = new SmartAccount();
        SmartAccount two = new SmartAccount();
        SwapOrder memory o = _smart(address(one));
        one.accept(_idOf(0, o));
        two.accept(_idOf(0, o));
        SwapOrder memory p = _smart(address(two));
        _refuses(p, "");
    }

    /// @dev B1: another chain id, another contract, another version of the domain.
    function test_no_replay_on_another_chain_contract_or_fork() public {
        SwapOrder memory o = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        uint256 before = block.chainid;
        bytes32 separator = settlement.domainSeparator();
        vm.chainId(777);
        vm.assertTrue(settlement.domainSeparator() != separator, "separator follows");
        _refuses(o, sig);
        domain = _domainOf(address(settlement), 777);
        _fill(o, _sign(USER_KEY, _idOf(0, o)));
        vm.chainId(before);

        domain = _domainOf(address(bonds), before);
        o.nonce = 9;
        _refuses(o, _sign(USER_KEY, _idOf(0, o)));
        vm.assertEq(settlement.domainSeparator(), _domainOf(address(settlement), before), "separator");
    }

    /// @dev A3: each leaf of a signed order is in its digest: flipping any one bit-group of it is refused.
    function test_flipping_any_word_of_an_order_is_refused() public {
        SwapOrder memory o = _swap();
        bytes memory clean = abi.encodeCall(settlement.fill, (0, o, _sign(USER_KEY, _idOf(0, o))));
        for (uint256 word = 1; word <= 11; ++word) {
            bytes memory data = bytes.concat(clean);
            data[4 + 32 * word + 31] ^= 0x01;
            vm.prank(solver);
            (bool ok,) = address(settlement).call(data);
            vm.assertTrue(!ok, "flipped word accepted");
        }
        vm.prank(solver);
        (bool fine,) = address(settlement).call(clean);
        vm.assertTrue(fine, "clean call");
    }

    /// @dev A3 for awards: each member of the packed form.
    function test_flipping_any_word_of_an_award_is_refused() public {
        vm.warp(NOW + 5);
        SwapOrder memory o = _swap();
        Award memory a = _award(_idOf(0, o), SELL, BUY);
        a.notBefore = uint40(NOW + 4);
        bytes memory clean = abi.encodeCall(settlement.fillAwarded, (0, o, _sign(USER_KEY, _idOf(0, o)), _packed(a)));
        // Last bytes of: sell, buy; bond, cutAt, notBefore, fillBy; previous, r, vs.
        uint256[9] memory at_ = [uint256(15), 31, 32 + 16, 32 + 21, 32 + 26, 32 + 31, 64 + 31, 96 + 31, 128 + 31];
        for (uint256 i; i < at_.length; ++i) {
            bytes memory data = bytes.concat(clean);
            data[4 + 32 * 13 + at_[i]] ^= 0x01;
            vm.prank(solver);
            (bool ok,) = address(settlement).call(data);
            vm.assertTrue(!ok, "flipped byte accepted");
        }
        vm.prank(solver);
        (bool fine,) = address(settlement).call(clean);
        vm.assertTrue(fine, "clean call");
    }

    /// @dev A2: the signature counts for the account whose funds move: no other assignment of the roles passes.
    /// @custom:runs 10000
    function testFuzz_permuted_roles_are_refused(uint8 a, uint8 b) public {
        vm.assume(a % 5 != b % 5);
        SwapOrder memory o = _swap();
        bytes memory sig = _sign(USER_KEY, _idOf(0, o));
        address[5] memory roles = [o.user, o.sellToken, o.buyToken, o.to, o.auctioneer];
        (roles[a % 5], roles[b % 5]) = (roles[b % 5], roles[a % 5]);
        (o.user, o.sellToken, o.buyToken, o.to, o.auctioneer) = (roles[0], roles[1], roles[2], roles[3], roles[4]);
        vm.expectRevert();
        _fill(o, sig);
    }
}
