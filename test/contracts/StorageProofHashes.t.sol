// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import {IBlockHashes} from "../../contracts/src/interfaces/IBlockHashes.sol";
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

    function test_hash_byAnyTwo() external view {
        for (uint256 a; a < 3; ++a) {
            for (uint256 b = a + 1; b < 3; ++b) {
                source.requireHash(FAR, NUMBER, HASH, _by(a, b));
            }
        }
    }

    function _signers(uint256 from) private pure returns (address[] memory signers) {
        signers = new address[](3);
        for (uint256 i; i < 3; ++i) {
            signers[i] = vm.addr(_key(from + i));
        }
    }

    function test_set() external view {
        vm.assertEq(source.set(), keccak256(abi.encodePacked(uint256(2), _signers(0))), "set");
    }

    /// @dev The set that follows is believed, the one before it no more. The rest of rotation is tested with Attested, which shares it.
    function test_set_namesItsSuccessor() external {
        bytes memory before = _by(0, 2);
        address[] memory signers = _signers(2);
        bytes32 next = keccak256(abi.encode(keccak256("Rotate(address[] signers,uint8 k,uint64 epoch)"), keccak256(abi.encodePacked(signers)), 2, 1));
        source.rotate(signers, 2, _signedBy(0, 1, keccak256(abi.encodePacked(hex"1901", _sourceDomain(), next))));
        vm.warp(block.timestamp + 8 days);
        source.requireHash(FAR, NUMBER, HASH, before);
        vm.warp(block.timestamp + 1);
        source.activate();
        _refused(_notTheSet(), before);
        bytes32 digest = _hashDigest();
        (bytes32 r0, bytes32 vs0) = vm.signCompact(_key(2), digest);
        (bytes32 r1, bytes32 vs1) = vm.signCompact(_key(3), digest);
        source.requireHash(FAR, NUMBER, HASH, abi.encodePacked(uint8(2), uint32(3), r0, vs0, r1, vs1, vm.addr(_key(4))));
    }

    function _sourceDomain() private view returns (bytes32) {
        return _domain(address(source), block.chainid);
    }

    /// @custom:runs 10000
    function testFuzz_hash_everyLeafIsSigned(uint256 chain, uint64 number, bytes32 hash) external {
        bytes memory evidence = _by(0, 1);
        if (chain == FAR && number == NUMBER && hash == HASH) return;
        vm.expectRevert(_notTheSet());
        source.requireHash(chain, number, hash, evidence);
    }

    function test_hash_oneLeafDiffers() external {
        bytes memory evidence = _by(0, 1);
        vm.expectRevert(_notTheSet());
        source.requireHash(FAR + 1, NUMBER, HASH, evidence);
        vm.expectRevert(_notTheSet());
        source.requireHash(FAR, NUMBER + 1, HASH, evidence);
        vm.expectRevert(_notTheSet());
        source.requireHash(FAR, NUMBER, keccak256("another"), evidence);
    }

    function test_hash_signedForAnotherContract() external {
        _refused(_notTheSet(), _signedBy(0, 1, _digest(address(verifier), block.chainid, FAR, NUMBER, HASH)));
    }

    function test_hash_signedOnAnotherChain() external {
        _refused(_notTheSet(), _signedBy(0, 1, _digest(address(source), block.chainid + 1, FAR, NUMBER, HASH)));
    }

    function test_hash_afterAFork() external {
        bytes memory evidence = _by(0, 1);
        vm.chainId(block.chainid + 1);
        _refused(_notTheSet(), evidence);
        source.requireHash(FAR, NUMBER, HASH, _by(0, 1));
    }

    function _hashDigest() private view returns (bytes32) {
        return _digest(address(source), block.chainid, FAR, NUMBER, HASH);
    }

    function test_hash_byAStranger() external {
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(7), _hashDigest());
        (bytes32 r0, bytes32 vs0) = vm.signCompact(_key(0), _hashDigest());
        _refused(_notTheSet(), abi.encodePacked(uint8(2), uint32(3), r0, vs0, r, vs, vm.addr(_key(2))));
        _refused(_notTheSet(), abi.encodePacked(uint8(2), uint32(3), r0, vs0, bytes32(0), bytes32(0), vm.addr(_key(2))));
    }

    function test_hash_bySomeoneTwice() external {
        (bytes32 r, bytes32 vs) = vm.signCompact(_key(0), _hashDigest());
        _refused(_notTheSet(), abi.encodePacked(uint8(2), uint32(3), r, vs, r, vs, vm.addr(_key(2))));
    }

    function test_hash_inAnotherOrder() external {
        (bytes32 r0, bytes32 vs0) = vm.signCompact(_key(0), _hashDigest());
        (bytes32 r1, bytes32 vs1) = vm.signCompact(_key(1), _hashDigest());
        _refused(_notTheSet(), abi.encodePacked(uint8(2), uint32(3), r1, vs1, r0, vs0, vm.addr(_key(2))));
    }

    function test_hash_wrongCount() external {
        _refused(_notTheSet(), _quorum(1, 1, 1, _hashDigest())); // another k
        _refused(_notTheSet(), _quorum(2, 1, 1, _hashDigest())); // one of two
        _refused(_notTheSet(), _quorum(2, 7, 7, _hashDigest())); // three of two
        _refused(_notTheSet(), _quorum(2, 7, 3, _hashDigest())); // one says so and did not
        _refused(_notTheSet(), _quorum(2, 1, 3, _hashDigest()));
        _refused(_notTheSet(), _quorum(0, 0, 0, _hashDigest()));
        _refused(_notTheSet(), "");
    }

    /// @custom:runs 10000
    function testFuzz_hash_flippedBit(uint256 bit) external {
        bytes memory evidence = _by(0, 2);
        bit %= evidence.length * 8;
        evidence[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _refused(_notTheSet(), evidence);
    }

    /// @custom:runs 10000
    function testFuzz_hash_cutShort(uint256 length) external {
        bytes memory whole = _by(0, 2);
        bytes memory evidence = new bytes(length % whole.length);
        for (uint256 i; i < evidence.length; ++i) {
            evidence[i] = whole[i];
        }
        _refused(_notTheSet(), evidence);
        _refused(_notTheSet(), bytes.concat(whole, hex"00"));
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
        set = new address[](33);
        for (uint160 i; i < 33; ++i) {
            set[i] = address(i + 1);
        }
        _badSet(set, 1);
    }

    function _badSet(address[] memory set, uint8 k) private {
        Deployer deployer = new Deployer();
        vm.expectRevert(abi.encodeWithSelector(IAttesters.BadSet.selector));
        deployer.deploy("AttestedHashes.sol:AttestedHashes", abi.encode(set, k));
    }
}
