// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";
import {IAttestedHashes} from "../../contracts/src/interfaces/IAttestedHashes.sol";
import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import {IBlockHashes} from "../../contracts/src/interfaces/IBlockHashes.sol";
import {IStorageProof} from "../../contracts/src/interfaces/IStorageProof.sol";
import {IVerifier} from "../../contracts/src/interfaces/IVerifier.sol";
import {Cold, Deal} from "../../contracts/src/interfaces/Types.sol";
import {Deployer} from "./Deployer.sol";
import {ProofFixtures as F} from "./ProofFixtures.sol";
import {VM, Vm} from "./Vm.sol";

/// @dev Real proofs of a real node (ProofFixtures), believed by the signatures of two attesters out of three.
abstract contract StorageProofBase {
    Vm internal constant vm = VM;
    uint256 internal constant FAR = 31_302;
    uint256 internal constant FARTHER = 31_303;
    uint40 internal constant GAP = 300;

    IAttestedHashes internal source;
    IStorageProof internal verifier;

    function setUp() public virtual {
        address[] memory set = new address[](3);
        for (uint256 i; i < 3; ++i) {
            set[i] = vm.addr(_key(i));
        }
        source = IAttestedHashes(vm.deployCode("AttestedHashes.sol:AttestedHashes", abi.encode(set, uint8(2))));
        verifier = _verifier(F.DELIVERY);
    }

    function _key(uint256 i) internal pure returns (uint256) {
        return 0xA77E57 + i;
    }

    function _verifier(address delivery) internal returns (IStorageProof) {
        uint256[] memory chains = new uint256[](2);
        uint40[] memory gaps = new uint40[](2);
        (chains[0], gaps[0]) = (FAR, GAP);
        (chains[1], gaps[1]) = (FARTHER, GAP + 1);
        return IStorageProof(vm.deployCode("StorageProof.sol:StorageProof", abi.encode(delivery, source, chains, gaps)));
    }

    function _domain(address at_, uint256 home) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, keccak256("Tender"), keccak256("1"), home, at_));
    }

    function _digest(address at_, uint256 home, uint256 chain, uint64 number, bytes32 hash) internal pure returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(keccak256("Header(bytes32 chain,uint64 number,bytes32 hash)"), chain, number, hash));
        return keccak256(abi.encodePacked(hex"1901", _domain(at_, home), structHash));
    }

    /// @dev Signatures of attesters 0 and 2.
    function _signed(uint256 chain, uint64 number, bytes32 hash) internal view returns (bytes memory) {
        return _signedBy(0, 2, _digest(address(source), block.chainid, chain, number, hash));
    }

    function _signedBy(uint256 a, uint256 b, bytes32 digest) internal pure returns (bytes memory) {
        return _quorum(2, 1 << a | 1 << b, 1 << a | 1 << b, digest);
    }

    /// @dev A quorum of three in which those of `by` sign, and which claims that those of `who` did.
    function _quorum(uint8 k, uint256 who, uint256 by, bytes32 digest) internal pure returns (bytes memory quorum) {
        quorum = abi.encodePacked(k, uint32(who));
        for (uint256 i; i < 3; ++i) {
            if (by >> i & 1 == 0) {
                quorum = abi.encodePacked(quorum, vm.addr(_key(i)));
            } else {
                (bytes32 r, bytes32 vs) = vm.signCompact(_key(i), digest);
                quorum = abi.encodePacked(quorum, r, vs);
            }
        }
    }

    function _notTheSet() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IAttesters.NotTheSet.selector, source.set());
    }

    function _evidence(bytes memory header, bytes[] memory account, bytes[] memory proof) internal view returns (bytes memory) {
        return abi.encode(header, _signed(FAR, F.NUMBER, F.HASH), account, proof);
    }

    function _evidence(bytes[] memory proof) internal view returns (bytes memory) {
        return _evidence(F.header(), F.account(), proof);
    }

    /// @dev Every node of eight records once, and each record's way through them.
    function _pool() internal pure returns (bytes[] memory nodes, bytes[] memory orders) {
        bytes[] memory all = new bytes[](64);
        uint256 count;
        orders = new bytes[](8);
        for (uint256 i; i < 8; ++i) {
            bytes[] memory proof = F.record(i);
            for (uint256 j; j < proof.length; ++j) {
                uint256 at_;
                while (at_ < count && keccak256(all[at_]) != keccak256(proof[j])) ++at_;
                if (at_ == count) all[count++] = proof[j];
                orders[i] = abi.encodePacked(orders[i], uint16(at_));
            }
        }
        nodes = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            nodes[i] = all[i];
        }
    }

    function _fails(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function _fails(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }
}

contract StorageProofRecordTest is StorageProofBase {
    using RLP for bytes;

    function test_record_isProven() external view {
        for (uint256 i; i < 8; ++i) {
            (uint256 word, uint40 asOf) = verifier.record(FAR, F.keys()[i], _evidence(F.record(i)));
            vm.assertEq(word, F.words()[i], "word");
            vm.assertEq(uint128(word), (i + 1) * 1e15, "amount");
            vm.assertEq(word >> 128, F.TIME, "time of delivery");
            vm.assertEq(asOf, F.TIME, "asOf");
        }
    }

    function test_record_absentAsAnEmptyBranch_isZero() external view {
        (uint256 word, uint40 asOf) = verifier.record(FAR, F.ABSENT_IN_BRANCH, _evidence(F.absentInBranch()));
        vm.assertEq(word, 0, "word");
        vm.assertEq(asOf, F.TIME, "asOf");
    }

    function test_record_absentAsAnothersLeaf_isZero() external view {
        (uint256 word,) = verifier.record(FAR, F.ABSENT_AT_LEAF, _evidence(F.absentAtLeaf()));
        vm.assertEq(word, 0, "word");
    }

    function test_record_beforeTheFirstDelivery_isZero() external view {
        bytes memory signed = _signed(FAR, F.EARLY_NUMBER, F.EARLY_HASH);
        (uint256 word,) = verifier.record(FAR, F.keys()[0], abi.encode(F.earlyHeader(), signed, F.earlyAccount(), new bytes[](0)));
        vm.assertEq(word, 0, "word");
    }

    function test_record_emptyStorageTakesNoNodes() external {
        bytes memory signed = _signed(FAR, F.EARLY_NUMBER, F.EARLY_HASH);
        bytes memory evidence = abi.encode(F.earlyHeader(), signed, F.earlyAccount(), F.record(0));
        _fails(IStorageProof.SpareNodes.selector, 0);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_record_ofADeliveryThatIsNotThere_isZero() external {
        IStorageProof nobody = _verifier(F.NOBODY);
        (uint256 word, uint40 asOf) = nobody.record(FAR, F.keys()[0], _evidence(F.header(), F.nobody(), new bytes[](0)));
        vm.assertEq(word, 0, "word");
        vm.assertEq(asOf, F.TIME, "asOf");
    }

    function test_record_absenceOfAnotherAccount_provesNothing() external {
        bytes memory evidence = _evidence(F.header(), F.nobody(), new bytes[](0));
        vm.expectRevert();
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_record_anotherAccount() external {
        bytes memory evidence = _evidence(F.header(), F.settlement(), F.record(0));
        _fails(IStorageProof.BadNode.selector, 1);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_record_anotherDelivery() external {
        IStorageProof nobody = _verifier(F.NOBODY);
        bytes memory evidence = _evidence(F.header(), F.account(), F.record(0));
        vm.expectRevert();
        nobody.record(FAR, F.keys()[0], evidence);
    }

    function test_record_anotherKeysProof() external view {
        for (uint256 i; i < 8; ++i) {
            for (uint256 j; j < 8; ++j) {
                if (i == j) continue;
                bytes memory evidence = _evidence(F.record(j));
                (bool ok, bytes memory why) =
                    address(verifier).staticcall(abi.encodeCall(IVerifier.record, (FAR, F.keys()[i], evidence)));
                vm.assertTrue(!ok && bytes4(why) == IStorageProof.BadNode.selector, "believed another key's proof");
            }
        }
    }

    function test_record_absenceOfAnotherKey_provesNothing() external {
        bytes[2] memory evidences = [_evidence(F.absentInBranch()), _evidence(F.absentAtLeaf())];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert();
            verifier.record(FAR, F.keys()[0], evidences[i]);
        }
    }

    function test_record_truncated() external {
        bytes[] memory whole = F.record(0);
        for (uint256 length; length < whole.length; ++length) {
            bytes memory evidence = _evidence(_first(whole, length));
            _fails(IStorageProof.BadNode.selector, length);
            verifier.record(FAR, F.keys()[0], evidence);
        }
        whole = F.account();
        for (uint256 length; length < whole.length; ++length) {
            bytes memory evidence = _evidence(F.header(), _first(whole, length), F.record(0));
            _fails(IStorageProof.BadNode.selector, length);
            verifier.record(FAR, F.keys()[0], evidence);
        }
    }

    function test_record_absenceTruncated() external {
        bytes[] memory whole = F.absentAtLeaf();
        for (uint256 length; length < whole.length; ++length) {
            bytes memory evidence = _evidence(_first(whole, length));
            _fails(IStorageProof.BadNode.selector, length);
            verifier.record(FAR, F.ABSENT_AT_LEAF, evidence);
        }
    }

    function test_record_extended() external {
        bytes[] memory longer = _and(F.record(0), F.record(1)[1]);
        bytes memory evidence = _evidence(longer);
        _fails(IStorageProof.SpareNodes.selector, longer.length - 1);
        verifier.record(FAR, F.keys()[0], evidence);

        longer = _and(F.account(), "");
        evidence = _evidence(F.header(), longer, F.record(0));
        _fails(IStorageProof.SpareNodes.selector, longer.length - 1);
        verifier.record(FAR, F.keys()[0], evidence);

        longer = _and(F.absentInBranch(), F.record(0)[1]);
        evidence = _evidence(longer);
        _fails(IStorageProof.SpareNodes.selector, longer.length - 1);
        verifier.record(FAR, F.ABSENT_IN_BRANCH, evidence);
    }

    function test_record_swapped() external {
        bytes[] memory proof = F.record(0);
        (proof[0], proof[1]) = (proof[1], proof[0]);
        bytes memory evidence = _evidence(proof);
        _fails(IStorageProof.BadNode.selector, 0);
        verifier.record(FAR, F.keys()[0], evidence);

        evidence = _evidence(F.header(), F.record(0), F.account());
        _fails(IStorageProof.BadNode.selector, 0);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_record_flippedBit(uint256 node, uint256 bit) external {
        bytes[] memory proof = F.record(0);
        node %= proof.length;
        _flip(proof[node], bit);
        bytes memory evidence = _evidence(proof);
        _fails(IStorageProof.BadNode.selector, node);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_record_flippedBitOfTheAccount(uint256 node, uint256 bit) external {
        bytes[] memory proof = F.account();
        node %= proof.length;
        _flip(proof[node], bit);
        bytes memory evidence = _evidence(F.header(), proof, F.record(0));
        _fails(IStorageProof.BadNode.selector, node);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_record_flippedBitOfTheHeader(uint256 bit) external {
        bytes memory header = F.header();
        _flip(header, bit);
        bytes memory evidence = _evidence(header, F.account(), F.record(0));
        vm.expectRevert();
        verifier.record(FAR, F.keys()[0], evidence);
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_record_anyOtherKey_isNeverProvenByIt(bytes32 key) external view {
        if (key == F.keys()[0]) return;
        bytes memory call = abi.encodeCall(IVerifier.record, (FAR, key, _evidence(F.record(0))));
        (bool ok, bytes memory answer) = address(verifier).staticcall(call);
        if (!ok) return;
        (uint256 word,) = abi.decode(answer, (uint256, uint40));
        vm.assertEq(word, 0, "a word under another key");
    }

    function test_record_anotherBlocksHeader() external {
        bytes memory evidence = _evidence(F.earlyHeader(), F.account(), F.record(0));
        vm.expectRevert(_notTheSet());
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_record_anotherBlocksState() external {
        bytes memory signed = _signed(FAR, F.EARLY_NUMBER, F.EARLY_HASH);
        bytes memory evidence = abi.encode(F.earlyHeader(), signed, F.account(), F.record(0));
        _fails(IStorageProof.BadNode.selector, 0);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_record_anotherChainsHeader() external {
        bytes memory evidence = _evidence(F.record(0));
        vm.expectRevert(_notTheSet());
        verifier.record(FARTHER, F.keys()[0], evidence);
    }

    function test_record_ofAChainOutsideTheTable() external {
        bytes memory evidence = _evidence(F.record(0));
        _fails(IVerifier.UnknownChain.selector, 1);
        verifier.record(1, F.keys()[0], evidence);
    }

    /* MALFORMED, THOUGH ATTESTED */

    /// @dev Evidence of a made-up header that the attesters did sign.
    function _attested(bytes[] memory members, bytes[] memory account, uint64 number) internal view returns (bytes memory) {
        bytes memory header = RLP.encode(members);
        return abi.encode(header, _signed(FAR, number, keccak256(header)), account, new bytes[](0));
    }

    function _members(uint256 count, uint256 number, uint256 time, bytes32 stateRoot) internal pure returns (bytes[] memory members) {
        members = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            members[i] = RLP.encode(uint256(0));
        }
        members[3] = RLP.encode(stateRoot);
        if (count > 8) members[8] = RLP.encode(number);
        if (count > 11) members[11] = RLP.encode(time);
    }

    function test_header_tooShort() external {
        bytes[] memory members = _members(14, 5, 6, 0);
        bytes memory evidence = _attested(members, new bytes[](0), 5);
        _fails(IStorageProof.BadRlp.selector, RLP.encode(members).length);
        verifier.record(FAR, 0, evidence);
    }

    function test_header_asShortAsAllowed() external view {
        bytes32 empty = keccak256(hex"80");
        (uint256 word, uint40 asOf) = verifier.record(FAR, 0, _attested(_members(15, 5, type(uint40).max, empty), new bytes[](0), 5));
        vm.assertEq(word, 0, "word");
        vm.assertEq(asOf, type(uint40).max, "asOf");
    }

    function test_header_timeBeyondBelief() external {
        bytes memory evidence = _attested(_members(15, 5, uint256(type(uint40).max) + 1, 0), new bytes[](0), 5);
        _fails(IStorageProof.BadHeader.selector);
        verifier.record(FAR, 0, evidence);
    }

    function test_header_numberBeyondBelief() external {
        bytes memory evidence = _attested(_members(15, uint256(type(uint64).max) + 1, 6, 0), new bytes[](0), 0);
        _fails(IStorageProof.BadHeader.selector);
        verifier.record(FAR, 0, evidence);
    }

    function test_header_trailingByte() external {
        bytes memory evidence = _evidence(bytes.concat(F.header(), hex"00"), F.account(), F.record(0));
        _fails(IStorageProof.BadHeader.selector);
        verifier.record(FAR, F.keys()[0], evidence);
    }

    function test_header_isNone() external {
        bytes memory evidence = abi.encode(hex"83010203", "", new bytes[](0), new bytes[](0));
        _fails(IStorageProof.BadRlp.selector, 0);
        verifier.record(FAR, 0, evidence);
        evidence = abi.encode("", "", new bytes[](0), new bytes[](0));
        _fails(IStorageProof.BadRlp.selector, 0);
        verifier.record(FAR, 0, evidence);
    }

    function test_header_memberTooLong() external {
        bytes[] memory members = _members(15, 5, 6, 0);
        members[11] = RLP.encode(new bytes(33));
        bytes memory header = RLP.encode(members);
        bytes memory evidence = abi.encode(header, "", new bytes[](0), new bytes[](0));
        _fails(IStorageProof.BadRlp.selector, header.length - 34 - 3);
        verifier.record(FAR, 0, evidence);
        members[11] = RLP.encode(_members(4, 0, 0, 0)); // a list
        header = RLP.encode(members);
        evidence = abi.encode(header, "", new bytes[](0), new bytes[](0));
        _fails(IStorageProof.BadRlp.selector, header.length - RLP.encode(_members(4, 0, 0, 0)).length - 3);
        verifier.record(FAR, 0, evidence);
    }

    /// @dev Evidence that Delivery's account is a list of `count` members.
    function _accountOf(uint256 count, bytes memory more) private view returns (bytes memory) {
        bytes[] memory members = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            members[i] = RLP.encode(bytes32(i));
        }
        bytes[] memory leaf = new bytes[](2);
        leaf[0] = RLP.encode(abi.encodePacked(hex"20", keccak256(abi.encodePacked(F.DELIVERY))));
        leaf[1] = RLP.encode(bytes.concat(RLP.encode(members), more));
        bytes[] memory account = new bytes[](1);
        account[0] = RLP.encode(leaf);
        return _attested(_members(15, 5, 6, keccak256(account[0])), account, 5);
    }

    function test_account_ofAnotherShape() external {
        bytes memory evidence = _accountOf(5, "");
        _fails(IStorageProof.BadAccount.selector);
        verifier.record(FAR, 0, evidence);
        evidence = _accountOf(4, hex"00");
        _fails(IStorageProof.BadAccount.selector);
        verifier.record(FAR, 0, evidence);
        evidence = _accountOf(3, "");
        _fails(IStorageProof.BadRlp.selector, 2 + 3 * 33);
        verifier.record(FAR, 0, evidence);
        evidence = _accountOf(4, "");
        _fails(IStorageProof.BadNode.selector, 0); // an account, but no proof of its storage
        verifier.record(FAR, 0, evidence);
    }

    /* AGAINST ANOTHER IMPLEMENTATION */

    /// @dev OpenZeppelin's library, which proves presence only, reads the same values from the same proofs.
    function test_sameAsOpenZeppelin() external view {
        bytes memory account = TrieProof.traverse(
            RLP.readBytes32(F.header().decodeList()[3]), abi.encodePacked(keccak256(abi.encodePacked(F.DELIVERY))), F.account()
        );
        bytes32 root = RLP.readBytes32(account.decodeList()[2]);
        for (uint256 i; i < 8; ++i) {
            bytes32 slot = keccak256(abi.encode(F.keys()[i], uint256(0)));
            bytes memory value = TrieProof.traverse(root, abi.encodePacked(keccak256(abi.encode(slot))), F.record(i));
            (uint256 word,) = verifier.record(FAR, F.keys()[i], _evidence(F.record(i)));
            vm.assertEq(word, value.decodeUint256(), "word");
        }
    }

    /* SHAPES */

    function _first(bytes[] memory all, uint256 count) private pure returns (bytes[] memory some) {
        some = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            some[i] = all[i];
        }
    }

    function _and(bytes[] memory all, bytes memory one) private pure returns (bytes[] memory more) {
        more = new bytes[](all.length + 1);
        for (uint256 i; i < all.length; ++i) {
            more[i] = all[i];
        }
        more[all.length] = one;
    }

    function _flip(bytes memory text, uint256 bit) private pure {
        bit %= text.length * 8;
        text[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
    }
}

contract StorageProofRecordsTest is StorageProofBase {
    function _many(bytes[] memory nodes, bytes[] memory orders) internal view returns (bytes memory) {
        return abi.encode(F.header(), _signed(FAR, F.NUMBER, F.HASH), F.account(), nodes, orders);
    }

    function test_records_ofOneHeader() external view {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        vm.assertTrue(nodes.length < 8 * F.record(0).length, "nothing is shared");
        vm.assertEq(verifier.records(FAR, F.keys(), F.words(), _many(nodes, orders)), F.TIME, "asOf");
    }

    /// @dev D16: an empty list proves nothing.
    function test_records_none() external {
        bytes memory evidence = _many(new bytes[](0), new bytes[](0));
        _fails(IVerifier.WrongCount.selector, 0);
        verifier.records(FAR, new bytes32[](0), new uint256[](0), evidence);
    }

    function test_records_absentAndPresent() external view {
        bytes[] memory nodes = new bytes[](2 * F.record(0).length);
        bytes[] memory orders = new bytes[](2);
        bytes32[] memory keys = new bytes32[](2);
        uint256[] memory words = new uint256[](2);
        (keys[0], keys[1], words[1]) = (F.ABSENT_AT_LEAF, F.keys()[0], F.words()[0]);
        uint256 count;
        for (uint256 i; i < 2; ++i) {
            bytes[] memory proof = i == 0 ? F.absentAtLeaf() : F.record(0);
            for (uint256 j; j < proof.length; ++j) {
                orders[i] = abi.encodePacked(orders[i], uint16(count));
                nodes[count++] = proof[j];
            }
        }
        vm.assertEq(verifier.records(FAR, keys, words, _many(nodes, orders)), F.TIME, "asOf");
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_records_oneWrongWord(uint256 which, uint256 word) external {
        uint256[] memory words = F.words();
        which %= words.length;
        vm.assume(word != words[which]);
        uint256 actual = words[which];
        words[which] = word;
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        bytes memory evidence = _many(nodes, orders);
        vm.expectRevert(abi.encodeWithSelector(IVerifier.WrongWord.selector, F.keys()[which], actual));
        verifier.records(FAR, F.keys(), words, evidence);
    }

    /// forge-config: ci.fuzz.runs = 1000
    function testFuzz_records_oneWrongIndex(uint256 which, uint256 level, uint16 index) external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        which %= orders.length;
        level %= orders[which].length / 2;
        bytes memory order = orders[which];
        vm.assume(uint16(bytes2(order[2 * level]) | bytes2(order[2 * level + 1]) >> 8) != index);
        (order[2 * level], order[2 * level + 1]) = (bytes1(uint8(index >> 8)), bytes1(uint8(index)));
        bytes memory evidence = _many(nodes, orders);
        _fails(IStorageProof.BadNode.selector, level);
        verifier.records(FAR, F.keys(), F.words(), evidence);
    }

    function test_records_anotherKeysOrder() external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        (orders[0], orders[1]) = (orders[1], orders[0]);
        bytes memory evidence = _many(nodes, orders);
        vm.expectRevert();
        verifier.records(FAR, F.keys(), F.words(), evidence);
    }

    function test_records_orderTooShort() external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        orders[3] = abi.encodePacked(orders[3][0], orders[3][1]);
        bytes memory evidence = _many(nodes, orders);
        _fails(IStorageProof.BadNode.selector, 1);
        verifier.records(FAR, F.keys(), F.words(), evidence);
    }

    function test_records_orderTooLong() external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        orders[3] = abi.encodePacked(orders[3], uint16(0));
        bytes memory evidence = _many(nodes, orders);
        _fails(IStorageProof.SpareNodes.selector, F.record(3).length);
        verifier.records(FAR, F.keys(), F.words(), evidence);
    }

    function test_records_listsOfDifferentLengths() external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        bytes memory evidence = _many(nodes, orders);
        _fails(IVerifier.WrongCount.selector, 8);
        verifier.records(FAR, F.keys(), new uint256[](7), evidence);
        _fails(IVerifier.WrongCount.selector, 7);
        verifier.records(FAR, new bytes32[](7), new uint256[](7), evidence);
    }

    function test_records_ofAChainOutsideTheTable() external {
        (bytes[] memory nodes, bytes[] memory orders) = _pool();
        bytes memory evidence = _many(nodes, orders);
        _fails(IVerifier.UnknownChain.selector, 5);
        verifier.records(5, F.keys(), F.words(), evidence);
    }

    function test_records_anotherBlocksHeader() external {
        bytes memory evidence =
            abi.encode(F.earlyHeader(), _signed(FAR, F.NUMBER, F.HASH), F.account(), new bytes[](0), new bytes[](1));
        vm.expectRevert(_notTheSet());
        verifier.records(FAR, new bytes32[](1), new uint256[](1), evidence);
    }
}

contract StorageProofTermsTest is StorageProofBase {
    function _deploy(uint256[] memory chains, uint40[] memory gaps) private {
        Deployer deployer = new Deployer();
        _fails(IStorageProof.BadTable.selector);
        deployer.deploy("StorageProof.sol:StorageProof", abi.encode(F.DELIVERY, source, chains, gaps));
    }

    function test_terms_areFixed() external view {
        vm.assertEq(verifier.delivery(), F.DELIVERY, "delivery");
        vm.assertEq(address(verifier.source()), address(source), "source");
        vm.assertEq(verifier.gap(FAR), GAP, "gap");
        vm.assertEq(verifier.gap(FARTHER), GAP + 1, "gap");
    }

    function testFuzz_gap_ofAChainOutsideTheTable(uint256 chain) external {
        vm.assume(chain != FAR && chain != FARTHER);
        _fails(IVerifier.UnknownChain.selector, chain);
        verifier.gap(chain);
    }

    function test_table() external {
        _deploy(new uint256[](0), new uint40[](0));
        _deploy(new uint256[](1), new uint40[](0));
        _deploy(new uint256[](1), new uint40[](2));
        uint40[] memory gaps = new uint40[](2);
        uint256[] memory chains = new uint256[](2);
        (gaps[0], chains[0], chains[1]) = (1, 1, 2);
        _deploy(chains, gaps); // a gap of zero
        (gaps[1], chains[1]) = (2, 1);
        _deploy(chains, gaps); // a chain twice
    }

    function test_step_isAnothersWork() external {
        Deal memory d;
        Cold memory c;
        vm.expectRevert(abi.encodeWithSelector(IVerifier.NotMine.selector));
        verifier.step(0, d, c, address(this), "");
    }
}
