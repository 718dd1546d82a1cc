// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";
import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import {Deployer} from "./Deployer.sol";

/// @dev k of n: quorum, Merkle trees, domains, rotation. And Local.
contract AttestedTest is Base {
    bytes32 private constant KEY = keccak256("key");
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function _set() private returns (address[] memory signers) {
        return _signers(3);
    }

    function _signers(uint256 n) private returns (address[] memory signers) {
        signers = new address[](n);
        for (uint256 i; i < n; ++i) {
            signers[i] = vm.addr(_attesterKey(i));
        }
    }

    function _notTheSet() private returns (bytes memory) {
        return abi.encodeWithSelector(IAttesters.NotTheSet.selector, attested.set());
    }

    function _refused(bytes memory evidence) private {
        _refused(evidence, _notTheSet());
    }

    function _refused(bytes memory evidence, bytes memory why) private {
        vm.expectRevert(why);
        attested.record(FAR, KEY, evidence);
    }

    /* DEPLOYMENT */

    function _refusedSet(Deployer deployer, address[] memory signers, uint8 k, uint256 chains, uint256 gaps) private {
        bytes memory args = abi.encode(delivery, signers, k, new uint256[](chains), new uint40[](gaps));
        vm.expectRevert(abi.encodeWithSelector(IAttesters.BadSet.selector));
        deployer.deploy("Attested.sol:Attested", args);
    }

    function test_sets_that_make_no_sense_cannot_be_deployed() public {
        Deployer deployer = new Deployer();
        address[] memory signers = _signers(2);
        _refusedSet(deployer, signers, 0, 0, 0);
        _refusedSet(deployer, signers, 3, 0, 0);
        _refusedSet(deployer, signers, 2, 1, 0);
        _refusedSet(deployer, _signers(33), 2, 0, 0);
        signers[1] = signers[0];
        _refusedSet(deployer, signers, 2, 0, 0);
        signers[1] = address(0);
        _refusedSet(deployer, signers, 2, 0, 0);
    }

    function test_gap_table_and_names() public {
        _equal(attested.gap(FAR), GAP, "named");
        _equal(attested.gap(block.chainid), 120, "own");
        _equal(attested.gap(12345), 1 days, "unknown");
        vm.assertEq(attested.delivery(), address(delivery), "delivery");
        vm.assertEq(attested.set(), keccak256(abi.encodePacked(uint256(2), _set())), "set");
        vm.assertEq(attested.set(), attested.setOf(_set(), 2), "setOf");
        _equal(attested.epoch(), 0, "epoch");
    }

    /* QUORUM */

    function test_every_pair_of_signers_is_a_quorum() public {
        uint256[3] memory pairs = [uint256(3), 5, 6];
        for (uint256 i; i < 3; ++i) {
            (uint256 word, uint40 asOf) = attested.record(FAR, KEY, _evidence(KEY, 9, pairs[i]));
            _equal(word, block.timestamp << 128 | 9, "word");
            _equal(asOf, block.timestamp, "as of");
        }
    }

    /// @dev D8: fewer than k or more than k signatures are none.
    function test_anything_but_k_signatures_is_refused() public {
        uint256[5] memory wrong = [uint256(0), 1, 2, 4, 7];
        for (uint256 i; i < 5; ++i) {
            _refused(_evidence(KEY, 9, wrong[i]));
        }
    }

    /// @dev A claimed lower k is another set.
    function test_k_is_part_of_the_set() public {
        uint256 word = block.timestamp << 128 | 9;
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(block.timestamp), _leaf(KEY, word));
        bytes memory head = abi.encodePacked(word, uint64(77), uint40(block.timestamp), uint8(0));
        _refused(bytes.concat(head, _quorum(address(attested), hash, 1, 3, 1)));
        _refused(bytes.concat(head, _quorum(address(attested), hash, 7, 3, 3)));
        _refused(bytes.concat(head, _quorum(address(attested), hash, 0, 3, 0)));
        attested.record(FAR, KEY, bytes.concat(head, _quorum(address(attested), hash, 3, 3, 2)));
    }

    /// @dev More or fewer members, and bits of nobody.
    function test_all_members_and_only_they_are_named() public {
        uint256 word = block.timestamp << 128 | 9;
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(block.timestamp), _leaf(KEY, word));
        bytes memory head = abi.encodePacked(word, uint64(77), uint40(block.timestamp), uint8(0));
        _refused(bytes.concat(head, _quorum(address(attested), hash, 3, 2, 2)));
        _refused(bytes.concat(head, _quorum(address(attested), hash, 3, 4, 2)));
        bytes memory right = _quorum(address(attested), hash, 3, 3, 2);
        _refused(bytes.concat(head, right, hex"00"));
        right[1] = 0x80; // bit 31: nobody
        _refused(bytes.concat(head, right));
    }

    function _raw(bytes32 r, bytes32 vs, bytes32 r2, bytes32 vs2) private returns (bytes memory) {
        uint256 word = block.timestamp << 128 | 9;
        bytes memory head = abi.encodePacked(word, uint64(77), uint40(block.timestamp), uint8(0));
        return abi.encodePacked(head, uint8(2), uint32(3), r, vs, r2, vs2, vm.addr(_attesterKey(2)));
    }

    /// @dev One signer twice, a stranger, a malleable signature, none at all: the set's hash comes out another.
    function test_signatures_stand_for_their_own_signer_only() public {
        uint256 word = block.timestamp << 128 | 9;
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(block.timestamp), _leaf(KEY, word));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(address(attested), block.chainid), hash));
        (bytes32 r0, bytes32 vs0) = vm.signCompact(_attesterKey(0), digest);
        (bytes32 r1, bytes32 vs1) = vm.signCompact(_attesterKey(1), digest);
        (bytes32 r9, bytes32 vs9) = vm.signCompact(_attesterKey(9), digest);
        attested.record(FAR, KEY, _raw(r0, vs0, r1, vs1));
        _refused(_raw(r0, vs0, r0, vs0));
        _refused(_raw(r1, vs1, r0, vs0));
        _refused(_raw(r0, vs0, r9, vs9));
        _refused(_raw(r0, vs0, 0, 0));
        _refused(_raw(0, 0, 0, 0));
        uint256 s = uint256(vs1) << 1 >> 1;
        uint256 flipped = (uint256(vs1) >> 255 ^ 1) << 255 | (ORDER - s);
        // The other s does not fit 255 bits, or is above half the order: no such signature exists in this form.
        _refused(_raw(r0, vs0, r1, bytes32(flipped)));
    }

    /// @dev A recovery that fails leaves no trace of what memory held before.
    function test_a_failed_recovery_names_nobody() public {
        address[] memory signers = new address[](1);
        signers[0] = vm.addr(_attesterKey(1));
        IAttested single = IAttested(
            vm.deployCode("Attested.sol:Attested", abi.encode(delivery, signers, uint8(1), new uint256[](0), new uint40[](0)))
        );
        // The key and a proof node hold the signer's address, so that it lies about in memory.
        bytes32 key = bytes32(uint256(uint160(signers[0])));
        bytes32[] memory proof = new bytes32[](3);
        (proof[0], proof[1], proof[2]) = (key, key, key);
        bytes memory evidence = abi.encodePacked(uint256(key), uint64(1), uint40(1), uint8(3), proof, uint8(1), uint32(1), uint256(7), uint256(0));
        bytes32 set = single.set();
        _fails(IAttesters.NotTheSet.selector, set);
        single.record(FAR, key, evidence);
    }

    /// @custom:runs 10000
    function testFuzz_any_k_of_n(uint256 n, uint256 k, uint256 who, bytes32 key, uint256 word) public {
        n = 1 + n % 12;
        k = 1 + k % n;
        who %= 2 ** n;
        IAttested any = IAttested(
            vm.deployCode("Attested.sol:Attested", abi.encode(delivery, _signers(n), uint8(k), new uint256[](0), new uint40[](0)))
        );
        uint256 count;
        for (uint256 i; i < n; ++i) {
            count += who >> i & 1;
        }
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 1, 2, _leaf(key, word));
        bytes memory quorum = _quorum(address(any), hash, who, n, uint8(k));
        bytes memory evidence = abi.encodePacked(word, uint64(1), uint40(2), uint8(0), quorum);
        if (count != k) _fails(IAttesters.NotTheSet.selector, any.set());
        (uint256 said, uint40 asOf) = any.record(FAR, key, evidence);
        if (count != k) return;
        _equal(said, word, "word");
        _equal(asOf, 2, "as of");
    }

    /* LEAVES */

    /// @dev A3, inv. 19: not a byte of the evidence can be changed, taken away or added.
    /// @custom:runs 10000
    function testFuzz_any_changed_byte_is_refused(uint256 at_, bytes1 by, uint8 cut) public {
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (keccak256("sibling"), keccak256("uncle"));
        uint256 word = block.timestamp << 128 | 9;
        bytes32 root = _node(_node(_leaf(KEY, word), proof[0]), proof[1]);
        bytes memory evidence = abi.encodePacked(word, _attestation(root, proof, 5));
        attested.record(FAR, KEY, evidence);

        if (by != 0) {
            bytes memory changed = bytes.concat(evidence);
            changed[at_ % evidence.length] ^= by;
            (bool ok,) = address(attested).call(abi.encodeCall(attested.record, (FAR, KEY, changed)));
            vm.assertTrue(!ok, "changed byte accepted");
        }
        bytes memory shorter = new bytes(evidence.length - 1 - cut % (evidence.length - 1));
        for (uint256 i; i < shorter.length; ++i) {
            shorter[i] = evidence[i];
        }
        (bool fine,) = address(attested).call(abi.encodeCall(attested.record, (FAR, KEY, shorter)));
        vm.assertTrue(!fine, "shorter accepted");
    }

    function test_evidence_that_ends_too_early() public {
        bytes memory short = abi.encodeWithSelector(IAttested.BadEvidence.selector);
        _refused("", short);
        _refused(new bytes(31), short);
        _refused(new bytes(45), short);
        // Says that it holds a proof of one node.
        _refused(abi.encodePacked(uint256(9), uint64(1), uint40(1), uint8(1), bytes31(0)), short);
        vm.expectRevert(short);
        attested.records(FAR, new bytes32[](1), new uint256[](1), new bytes(13));
    }

    /// @dev D16, inv. 20: bound to chain, key, contract, and the chain id of the contract.
    function test_an_attestation_is_for_one_chain_key_and_contract() public {
        bytes memory evidence = _evidence(KEY, 9, 3);
        bytes memory why = _notTheSet();
        vm.expectRevert(why);
        attested.record(FAR + 1, KEY, evidence);
        vm.expectRevert(why);
        attested.record(FAR, keccak256("other key"), evidence);
        IAttested other = IAttested(vm.deployCode("Attested.sol:Attested", _attestedArgs()));
        vm.expectRevert(why);
        other.record(FAR, KEY, evidence);
        vm.chainId(4);
        vm.expectRevert(why);
        attested.record(FAR, KEY, evidence);
    }

    function test_a_verdict_is_no_delivery() public {
        bytes memory quorum = _quorum(_hashVerdict(KEY, bytes32(uint256(1)), 9), 3);
        _refused(abi.encodePacked(uint256(9), uint64(1), uint40(1), uint8(0), quorum));
    }

    /* TREES */

    function _node(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _tree(uint256 from, uint256 size) private pure returns (bytes32[] memory keys, uint256[] memory words, bytes32[] memory leaves) {
        keys = new bytes32[](size);
        words = new uint256[](size);
        leaves = new bytes32[](size);
        for (uint256 i; i < size; ++i) {
            (keys[i], words[i]) = (keccak256(abi.encode("key", from + i)), 1000 + from + i);
            leaves[i] = _leaf(keys[i], words[i]);
        }
    }

    /// @dev Trees of one to nine leaves: each leaf proves itself, and nothing else.
    function test_merkle_trees_of_all_small_sizes_leaf_by_leaf() public {
        for (uint256 size = 1; size <= 9; ++size) {
            (bytes32[] memory keys, uint256[] memory words, bytes32[] memory leaves) = _tree(0, size);
            for (uint256 i; i < size; ++i) {
                (bytes32 root, bytes32[] memory proof) = _prove(leaves, i);
                bytes memory evidence = abi.encodePacked(words[i], _attestation(root, proof, 6));
                attested.record(FAR, keys[i], evidence);
                vm.expectRevert(_notTheSet());
                attested.record(FAR, keccak256(abi.encode("key", i + 1)), evidence);
            }
        }
    }

    function test_records_of_whole_trees_of_all_small_sizes() public {
        for (uint256 size = 1; size <= 17; ++size) {
            (bytes32[] memory keys, uint256[] memory words, bytes32[] memory leaves) = _tree(0, size);
            (bytes32 root,) = _prove(leaves, 0);
            bytes memory evidence = _attestation(root, new bytes32[](0), 5);
            _equal(attested.records(FAR, keys, words, evidence), NOW, "as of");
            words[size - 1] += 1;
            vm.expectRevert(_notTheSet());
            attested.records(FAR, keys, words, evidence);
        }
    }

    /// @dev Four of eleven leaves, under one node: the proof leads on from there.
    function test_records_of_a_part_of_a_tree() public {
        (,, bytes32[] memory leaves) = _tree(0, 11);
        (bytes32 root, bytes32[] memory whole) = _prove(leaves, 4);
        (bytes32[] memory keys, uint256[] memory words,) = _tree(4, 4);
        bytes32[] memory proof = new bytes32[](2);
        (proof[0], proof[1]) = (whole[2], whole[3]);
        attested.records(FAR, keys, words, _attestation(root, proof, 3));
        (keys, words,) = _tree(5, 4);
        bytes memory evidence = _attestation(root, proof, 3);
        vm.expectRevert(_notTheSet());
        attested.records(FAR, keys, words, evidence);
    }

    /// @dev D16: nothing is proven about nothing.
    function test_records_count() public {
        _fails(IVerifier.WrongCount.selector, uint256(0));
        attested.records(FAR, new bytes32[](0), new uint256[](0), "");
        _fails(IVerifier.WrongCount.selector, 2);
        attested.records(FAR, new bytes32[](2), new uint256[](1), "");
        _fails(IVerifier.WrongCount.selector, 1);
        attested.records(FAR, new bytes32[](1), new uint256[](2), "");
    }

    /// @custom:runs 1000
    function testFuzz_records_refuse_any_other_word_or_key(uint256 size, uint256 at_, uint256 change) public {
        size = 1 + size % 40;
        (bytes32[] memory keys, uint256[] memory words, bytes32[] memory leaves) = _tree(7, size);
        (bytes32 root,) = _prove(leaves, 0);
        bytes memory evidence = _attestation(root, new bytes32[](0), 6);
        attested.records(FAR, keys, words, evidence);
        if (change == 0) return;
        bytes memory why = _notTheSet();
        words[at_ % size] ^= change;
        vm.expectRevert(why);
        attested.records(FAR, keys, words, evidence);
        words[at_ % size] ^= change;
        keys[at_ % size] ^= bytes32(change);
        vm.expectRevert(why);
        attested.records(FAR, keys, words, evidence);
    }

    function _prove(bytes32[] memory level, uint256 index) private pure returns (bytes32 root, bytes32[] memory proof) {
        proof = new bytes32[](0);
        while (level.length > 1) {
            bytes32[] memory up = new bytes32[]((level.length + 1) / 2);
            for (uint256 i; i < up.length; ++i) {
                up[i] = 2 * i + 1 < level.length ? _node(level[2 * i], level[2 * i + 1]) : level[2 * i];
            }
            if (index ^ 1 < level.length) {
                bytes32[] memory longer = new bytes32[](proof.length + 1);
                for (uint256 i; i < proof.length; ++i) {
                    longer[i] = proof[i];
                }
                longer[proof.length] = level[index ^ 1];
                proof = longer;
            }
            (level, index) = (up, index / 2);
        }
        return (level[0], proof);
    }

    /* ROTATION */

    function _newSet() private returns (address[] memory signers) {
        signers = _signers(5);
        signers[0] = vm.addr(_attesterKey(7));
    }

    function _rotate(address[] memory signers, uint8 k, uint64 epoch, uint256 who) private {
        attested.rotate(signers, k, _quorum(_hashRotate(signers, k, epoch), who));
    }

    function test_rotation_takes_eight_days_and_then_only_the_new_set_counts() public {
        address[] memory signers = _newSet();
        bytes memory quorum = _quorum(_hashRotate(signers, 3, 1), 6);
        vm.expectEmit(address(attested));
        emit IAttesters.SetAnnounced(1, signers, 3, NOW + 8 days);
        vm.prank(stranger);
        attested.rotate(signers, 3, quorum);
        (bytes32 set, uint40 effectiveAt) = attested.next();
        vm.assertEq(set, attested.setOf(signers, 3), "waits");
        _equal(effectiveAt, NOW + 8 days, "until");

        vm.warp(NOW + 8 days);
        _fails(IErrors.NotYet.selector, NOW + 8 days);
        attested.activate();
        attested.record(FAR, KEY, _evidence(KEY, 9, 3));
        vm.warp(NOW + 8 days + 1);
        // Nobody has activated it yet: the old set still counts.
        attested.record(FAR, KEY, _evidence(KEY, 9, 3));
        vm.expectEmit(address(attested));
        emit IAttesters.SetActivated(1, set);
        vm.prank(stranger);
        attested.activate();
        vm.assertEq(attested.set(), set, "counts");
        _equal(attested.epoch(), 1, "epoch");
        (bytes32 none,) = attested.next();
        vm.assertEq(none, 0, "nothing waits");

        bytes memory old = _evidence(KEY, 9, 3);
        _refused(old);
        uint256 word = block.timestamp << 128 | 9;
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(block.timestamp), _leaf(KEY, word));
        bytes memory evidence = abi.encodePacked(word, uint64(77), uint40(block.timestamp), uint8(0), uint8(3), uint32(14));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(address(attested), block.chainid), hash));
        evidence = abi.encodePacked(evidence, signers[0]);
        for (uint256 i = 1; i < 4; ++i) {
            (bytes32 r, bytes32 vs) = vm.signCompact(_attesterKey(i), digest);
            evidence = abi.encodePacked(evidence, r, vs);
        }
        attested.record(FAR, KEY, abi.encodePacked(evidence, signers[4]));
    }

    function test_one_rotation_at_a_time_and_none_out_of_nothing() public {
        _fails(IAttesters.NoRotation.selector);
        attested.activate();
        address[] memory signers = _newSet();
        _rotate(signers, 3, 1, 3);
        bytes memory quorum = _quorum(_hashRotate(signers, 2, 1), 3);
        _fails(IAttesters.RotationPending.selector, NOW + 8 days);
        attested.rotate(signers, 2, quorum);
        vm.warp(NOW + 8 days + 1);
        attested.activate();
        _fails(IAttesters.NoRotation.selector);
        attested.activate();
    }

    function test_rotation_is_signed_by_k_of_the_present_set_for_this_epoch_contract_and_chain() public {
        address[] memory signers = _newSet();
        bytes[6] memory wrong = [
            _quorum(_hashRotate(signers, 3, 1), 1),
            _quorum(_hashRotate(signers, 3, 1), 7),
            _quorum(_hashRotate(signers, 2, 1), 3),
            _quorum(_hashRotate(signers, 3, 0), 3),
            _quorum(_hashRotate(signers, 3, 2), 3),
            _quorum(address(lease), _hashRotate(signers, 3, 1), 3, 3, 2)
        ];
        bytes memory why = _notTheSet();
        for (uint256 i; i < 6; ++i) {
            vm.expectRevert(why);
            attested.rotate(signers, 3, wrong[i]);
        }
        bytes memory right = _quorum(_hashRotate(signers, 3, 1), 3);
        (signers[3], signers[4]) = (signers[4], signers[3]);
        vm.expectRevert(why);
        attested.rotate(signers, 3, right);
        (signers[3], signers[4]) = (signers[4], signers[3]);
        vm.chainId(4);
        vm.expectRevert(why);
        attested.rotate(signers, 3, right);
    }

    /// @dev There and back again: the first rotation's signatures are of another epoch.
    function test_rotation_cannot_be_replayed() public {
        address[] memory same = _set();
        bytes memory first = _quorum(_hashRotate(same, 2, 1), 3);
        attested.rotate(same, 2, first);
        vm.warp(NOW + 8 days + 1);
        attested.activate();
        vm.assertEq(attested.set(), attested.setOf(same, 2), "the same set");
        vm.expectRevert(_notTheSet());
        attested.rotate(same, 2, first);
        _rotate(same, 2, 2, 5);
    }

    function test_rotation_to_a_set_that_makes_no_sense() public {
        address[] memory signers = _signers(2);
        bytes memory bad = abi.encodeWithSelector(IAttesters.BadSet.selector);
        vm.expectRevert(bad);
        attested.rotate(signers, 0, "");
        vm.expectRevert(bad);
        attested.rotate(signers, 3, "");
        vm.expectRevert(bad);
        attested.rotate(_signers(33), 3, "");
        signers[1] = signers[0];
        vm.expectRevert(bad);
        attested.rotate(signers, 1, "");
        signers[1] = address(0);
        vm.expectRevert(bad);
        attested.rotate(signers, 1, "");
    }

    function test_the_largest_set_works() public {
        address[] memory signers = _signers(32);
        IAttested large = IAttested(
            vm.deployCode("Attested.sol:Attested", abi.encode(delivery, signers, uint8(32), new uint256[](0), new uint40[](0)))
        );
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 1, 2, _leaf(KEY, 5));
        bytes memory quorum = _quorum(address(large), hash, type(uint32).max, 32, 32);
        (uint256 word,) = large.record(FAR, KEY, abi.encodePacked(uint256(5), uint64(1), uint40(2), uint8(0), quorum));
        _equal(word, 5, "word");
    }

    /* LOCAL */

    function test_local_serves_its_own_chain_only() public {
        _equal(local.gap(block.chainid), 60, "gap");
        _fails(IVerifier.UnknownChain.selector, FAR);
        local.gap(FAR);
        _fails(IVerifier.UnknownChain.selector, FAR);
        local.record(FAR, KEY, "");
        _fails(IVerifier.UnknownChain.selector, FAR);
        local.records(FAR, new bytes32[](1), new uint256[](1), "");
        (uint256 word, uint40 asOf) = local.record(block.chainid, KEY, "");
        _equal(word, 0, "nothing");
        _equal(asOf, NOW, "now");
    }

    function test_local_records_are_what_delivery_holds() public {
        Drop memory d = Drop(keccak256("deal"), 0, address(weth), recipient, uint40(NOW + 600), solver, 5);
        vm.prank(solver);
        delivery.deliver(d);
        bytes32[] memory keys = new bytes32[](2);
        uint256[] memory words = new uint256[](2);
        (keys[0], words[0], keys[1]) = (delivery.keyOf(d), NOW << 128 | 5, KEY);
        _equal(local.records(block.chainid, keys, words, ""), NOW, "now");
        words[1] = 1;
        vm.expectRevert(abi.encodeWithSelector(IVerifier.WrongWord.selector, KEY, 0));
        local.records(block.chainid, keys, words, "");
        _fails(IVerifier.WrongCount.selector, uint256(0));
        local.records(block.chainid, new bytes32[](0), new uint256[](0), "");
        _fails(IVerifier.WrongCount.selector, 2);
        local.records(block.chainid, keys, new uint256[](1), "");
    }
}
