// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttestedHashes} from "../../contracts/src/interfaces/IAttestedHashes.sol";
import {IBlockHashes} from "../../contracts/src/interfaces/IBlockHashes.sol";
import {IErrors} from "../../contracts/src/interfaces/IErrors.sol";
import {ILocalHashes} from "../../contracts/src/interfaces/ILocalHashes.sol";
import {Deployer} from "./Deployer.sol";
import {StorageProofBase} from "./StorageProof.t.sol";

contract LocalHashesTest is StorageProofBase {
    uint256 private constant HEAD = 100_000;
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    /// @dev The history contract's code, from EIP-2935.
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    IBlockHashes private local;

    function setUp() public override {
        super.setUp();
        local = IBlockHashes(vm.deployCode("LocalHashes.sol:LocalHashes", ""));
        vm.roll(HEAD);
    }

    function _believed(uint64 number, bytes32 hash) private view {
        local.requireHash(block.chainid, number, hash, "");
    }

    function _unknown(uint64 number) private {
        vm.expectRevert(abi.encodeWithSelector(ILocalHashes.UnknownBlock.selector, number));
        local.requireHash(block.chainid, number, keccak256("hash"), "");
    }

    function test_hash_ofTheLast256Blocks() external {
        uint64[3] memory numbers = [uint64(HEAD - 1), uint64(HEAD - 100), uint64(HEAD - 256)];
        for (uint256 i; i < 3; ++i) {
            vm.setBlockhash(numbers[i], keccak256(abi.encode(i)));
            _believed(numbers[i], keccak256(abi.encode(i)));
            vm.expectRevert(abi.encodeWithSelector(ILocalHashes.WrongHash.selector, keccak256(abi.encode(i))));
            local.requireHash(block.chainid, numbers[i], keccak256("another"), "");
        }
    }

    function test_hash_ofAnOlderBlock() external {
        vm.etch(HISTORY, HISTORY_CODE);
        uint64[3] memory numbers = [uint64(HEAD - 257), uint64(HEAD - 5_000), uint64(HEAD - 8_191)];
        for (uint256 i; i < 3; ++i) {
            vm.store(HISTORY, bytes32(uint256(numbers[i]) % 8_191), keccak256(abi.encode(i)));
            _believed(numbers[i], keccak256(abi.encode(i)));
            vm.expectRevert(abi.encodeWithSelector(ILocalHashes.WrongHash.selector, keccak256(abi.encode(i))));
            local.requireHash(block.chainid, numbers[i], keccak256("another"), "");
        }
        _unknown(uint64(HEAD - 8_192));
    }

    function test_hash_ofABlockThatTheHistoryLacks() external {
        _unknown(uint64(HEAD - 257)); // no history contract on this chain
        vm.etch(HISTORY, HISTORY_CODE);
        _unknown(uint64(HEAD - 257)); // not filled yet
    }

    function test_hash_ofABlockToCome() external {
        vm.etch(HISTORY, HISTORY_CODE);
        _unknown(uint64(HEAD));
        _unknown(uint64(HEAD + 1));
        _unknown(type(uint64).max);
    }

    function test_hash_zeroIsNone() external {
        vm.expectRevert(abi.encodeWithSelector(ILocalHashes.UnknownBlock.selector, uint64(HEAD)));
        local.requireHash(block.chainid, uint64(HEAD), 0, "");
    }

    function testFuzz_hash_ofAnotherChain(uint256 chain) external {
        vm.assume(chain != block.chainid);
        vm.expectRevert(abi.encodeWithSelector(IBlockHashes.UnknownChain.selector, chain));
        local.requireHash(chain, uint64(HEAD - 1), blockhash(HEAD - 1), "");
    }
}

contract AttestedHashesTest is StorageProofBase {
    uint64 private constant NUMBER = 77;
    bytes32 private constant HASH = keccak256("block");

    function _refused(bytes memory why, bytes memory evidence) private {
        vm.expectRevert(why);
        source.requireHash(FAR, NUMBER, HASH, evidence);
    }

    function _by(uint256 a, uint256 b) private view returns (bytes memory) {
        return _signedBy(a, b, _digest(address(source), block.chainid, FAR, NUMBER, HASH));
    }

    function _badSignature(uint256 signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IErrors.BadSignature.selector, vm.addr(_key(signer)));
    }

    function test_hash_byAnyTwo() external view {
        for (uint256 a; a < 3; ++a) {
            for (uint256 b = a + 1; b < 3; ++b) {
                source.requireHash(FAR, NUMBER, HASH, _by(a, b));
            }
        }
    }

    function test_set() external view {
        vm.assertEq(source.k(), 2, "k");
        vm.assertEq(source.n(), 3, "n");
        vm.assertEq(source.signers(2), vm.addr(_key(2)), "signer");
        vm.assertEq(source.signers(3), address(0), "beyond the set");
    }

    function testFuzz_hash_everyLeafIsSigned(uint256 chain, uint64 number, bytes32 hash) external {
        bytes memory evidence = _by(0, 1);
        if (chain == FAR && number == NUMBER && hash == HASH) return;
        vm.expectRevert(_badSignature(0));
        source.requireHash(chain, number, hash, evidence);
    }

    function test_hash_oneLeafDiffers() external {
        bytes memory evidence = _by(0, 1);
        vm.expectRevert(_badSignature(0));
        source.requireHash(FAR + 1, NUMBER, HASH, evidence);
        vm.expectRevert(_badSignature(0));
        source.requireHash(FAR, NUMBER + 1, HASH, evidence);
        vm.expectRevert(_badSignature(0));
        source.requireHash(FAR, NUMBER, keccak256("another"), evidence);
    }

    function test_hash_signedForAnotherContract() external {
        _refused(_badSignature(0), _signedBy(0, 1, _digest(address(verifier), block.chainid, FAR, NUMBER, HASH)));
    }

    function test_hash_signedOnAnotherChain() external {
        _refused(_badSignature(0), _signedBy(0, 1, _digest(address(source), block.chainid + 1, FAR, NUMBER, HASH)));
    }

    function test_hash_afterAFork() external {
        bytes memory evidence = _by(0, 1);
        vm.chainId(block.chainid + 1);
        _refused(_badSignature(0), evidence);
        source.requireHash(FAR, NUMBER, HASH, _by(0, 1));
    }

    function test_hash_byAStranger() external {
        bytes32[] memory pairs = new bytes32[](4);
        bytes32 digest = _digest(address(source), block.chainid, FAR, NUMBER, HASH);
        (pairs[0], pairs[1]) = vm.signCompact(_key(0), digest);
        (pairs[2], pairs[3]) = vm.signCompact(_key(7), digest);
        _refused(_badSignature(1), abi.encode(3, pairs));
        // Index 7 holds nobody: a signature that recovers to nobody is not its.
        (pairs[2], pairs[3]) = (0, 0);
        _refused(abi.encodeWithSelector(IErrors.BadSignature.selector, address(0)), abi.encode(1 | 1 << 7, pairs));
    }

    function test_hash_wrongOrderOfSignatures() external {
        bytes32[] memory pairs = new bytes32[](4);
        bytes32 digest = _digest(address(source), block.chainid, FAR, NUMBER, HASH);
        (pairs[0], pairs[1]) = vm.signCompact(_key(1), digest);
        (pairs[2], pairs[3]) = vm.signCompact(_key(0), digest);
        _refused(_badSignature(0), abi.encode(3, pairs));
    }

    function test_hash_wrongCount() external {
        bytes memory why = abi.encodeWithSelector(IAttestedHashes.WrongQuorum.selector, 2);
        (, bytes32[] memory pairs) = abi.decode(_by(0, 1), (uint256, bytes32[]));
        _refused(why, abi.encode(1, pairs)); // one bit
        _refused(why, abi.encode(0, pairs)); // no bit
        _refused(why, abi.encode(7, pairs)); // three bits
        bytes32[] memory one = new bytes32[](2);
        (one[0], one[1]) = (pairs[0], pairs[1]);
        _refused(why, abi.encode(1, one));
        bytes32[] memory three = new bytes32[](6);
        for (uint256 i; i < 4; ++i) {
            three[i] = pairs[i];
        }
        _refused(why, abi.encode(7, three));
    }

    function test_badSet() external {
        address[] memory set = new address[](2);
        (set[0], set[1]) = (address(1), address(2));
        _badSet(set, 0);
        _badSet(set, 3);
        _badSet(new address[](0), 0);
        set[1] = address(1);
        _badSet(set, 1); // twice
        set[1] = address(0);
        _badSet(set, 1); // nobody
        set = new address[](257);
        for (uint160 i; i < 257; ++i) {
            set[i] = address(i + 1);
        }
        _badSet(set, 1);
    }

    function _badSet(address[] memory set, uint256 k) private {
        Deployer deployer = new Deployer();
        vm.expectRevert(abi.encodeWithSelector(IAttestedHashes.BadSet.selector));
        deployer.deploy("AttestedHashes.sol:AttestedHashes", abi.encode(set, k));
    }
}
