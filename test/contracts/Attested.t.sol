// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";

/// @dev k of n: quorum, Merkle tree, domains. And Local.
contract AttestedTest is Base {
    bytes32 private constant KEY = keccak256("key");

    function _deploy(address[] memory signers, uint256 k, uint256 chains, uint256 gaps) private {
        vm.deployCode("Attested.sol:Attested", abi.encode(delivery, signers, k, new uint256[](chains), new uint40[](gaps)));
    }

    function test_sets_that_make_no_sense_cannot_be_deployed() public {
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (address(1), address(2));
        bytes memory bad = abi.encodeWithSelector(IAttested.BadSet.selector);
        vm.expectRevert(bad);
        _deploy(signers, 0, 0, 0);
        vm.expectRevert(bad);
        _deploy(signers, 3, 0, 0);
        vm.expectRevert(bad);
        _deploy(signers, 2, 1, 0);
        vm.expectRevert(bad);
        _deploy(new address[](257), 2, 0, 0);
        signers[1] = address(1);
        vm.expectRevert(bad);
        _deploy(signers, 2, 0, 0);
        signers[1] = address(0);
        vm.expectRevert(bad);
        _deploy(signers, 2, 0, 0);
    }

    function test_gap_table() public {
        _equal(attested.gap(FAR), GAP, "named");
        _equal(attested.gap(block.chainid), 120, "own");
        _equal(attested.gap(12345), 1 days, "unknown");
        _equal(attested.k(), 2, "k");
        _equal(attested.n(), 3, "n");
        vm.assertEq(attested.delivery(), address(delivery), "delivery");
        vm.assertEq(attested.signers(1), vm.addr(_attesterKey(1)), "signer");
    }

    function test_every_pair_of_signers_is_a_quorum() public {
        uint256[3] memory pairs = [uint256(3), 5, 6];
        for (uint256 i; i < 3; ++i) {
            (uint256 word, uint40 asOf) = attested.record(FAR, KEY, _evidence(KEY, 9, pairs[i]));
            _equal(word, block.timestamp << 128 | 9, "word");
            _equal(asOf, block.timestamp, "as of");
        }
    }

    /// @dev D8: fewer than k, more than k, twice the same, a stranger, somebody beyond the set.
    function test_anything_but_k_distinct_signers_is_refused() public {
        uint256[5] memory wrong = [uint256(0), 1, 2, 4, 7];
        for (uint256 i; i < 5; ++i) {
            bytes memory evidence = _evidence(KEY, 9, wrong[i]);
            vm.expectRevert(abi.encodeWithSelector(IAttested.WrongQuorum.selector, 2));
            attested.record(FAR, KEY, evidence);
        }
        // One signer, twice: two bits cannot name it.
        _tampered(3, true, vm.addr(_attesterKey(1)));
        // Index 3 is nobody.
        _tampered(9, false, address(0));
    }

    function _tampered(uint256 who, bool twice, address expected) private {
        uint256 word = block.timestamp << 128 | 9;
        bytes32 hash = _hashDeliveries(bytes32(FAR), address(delivery), 77, uint40(block.timestamp), _leaf(KEY, word));
        bytes32[] memory sigs = _attest(hash, who);
        if (twice) (sigs[2], sigs[3]) = (sigs[0], sigs[1]);
        bytes memory evidence = abi.encode(word, uint64(77), uint40(block.timestamp), who, new bytes32[](0), sigs);
        _fails(IErrors.BadSignature.selector, expected);
        attested.record(FAR, KEY, evidence);
    }

    function test_bits_and_signatures_must_agree() public {
        bytes32[] memory sigs = _attest(_hashDeliveries(bytes32(FAR), address(delivery), 1, 1, _leaf(KEY, 9)), 3);
        vm.expectRevert(abi.encodeWithSelector(IAttested.WrongQuorum.selector, 2));
        attested.record(FAR, KEY, abi.encode(uint256(9), uint64(1), uint40(1), uint256(7), new bytes32[](0), sigs));
        vm.expectRevert(abi.encodeWithSelector(IAttested.WrongQuorum.selector, 2));
        attested.record(FAR, KEY, abi.encode(uint256(9), uint64(1), uint40(1), uint256(1), new bytes32[](0), sigs));
        attested.record(FAR, KEY, abi.encode(uint256(9), uint64(1), uint40(1), uint256(3), new bytes32[](0), sigs));
    }

    /// @dev A3, inv. 19: every leaf of an attestation counts, and so do chain, key and domain.
    function test_any_changed_part_is_refused() public {
        bytes32[] memory sigs = _attest(_hashDeliveries(bytes32(FAR), address(delivery), 1, 2, _leaf(KEY, 9)), 3);
        bytes32[] memory none = new bytes32[](0);
        bytes32[] memory one = new bytes32[](1);
        bytes[4] memory wrong = [
            abi.encode(uint256(8), uint64(1), uint40(2), uint256(3), none, sigs),
            abi.encode(uint256(9), uint64(2), uint40(2), uint256(3), none, sigs),
            abi.encode(uint256(9), uint64(1), uint40(3), uint256(3), none, sigs),
            abi.encode(uint256(9), uint64(1), uint40(2), uint256(3), one, sigs)
        ];
        address first = vm.addr(_attesterKey(0));
        for (uint256 i; i < 4; ++i) {
            _fails(IErrors.BadSignature.selector, first);
            attested.record(FAR, KEY, wrong[i]);
        }
        bytes memory right = abi.encode(uint256(9), uint64(1), uint40(2), uint256(3), none, sigs);
        _fails(IErrors.BadSignature.selector, first);
        attested.record(FAR + 1, KEY, right);
        _fails(IErrors.BadSignature.selector, first);
        attested.record(FAR, keccak256("other key"), right);
        IAttested other = IAttested(vm.deployCode("Attested.sol:Attested", _attestedArgs()));
        _fails(IErrors.BadSignature.selector, first);
        other.record(FAR, KEY, right);
        vm.chainId(4);
        _fails(IErrors.BadSignature.selector, first);
        attested.record(FAR, KEY, right);
    }

    function _node(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    /// @dev Trees of one to nine leaves: each leaf proves itself, and nothing else.
    function test_merkle_trees_of_all_small_sizes() public {
        for (uint256 size = 1; size <= 9; ++size) {
            bytes32[] memory leaves = new bytes32[](size);
            for (uint256 i; i < size; ++i) {
                leaves[i] = _leaf(keccak256(abi.encode("key", i)), 1000 + i);
            }
            for (uint256 i; i < size; ++i) {
                (bytes32 root, bytes32[] memory proof) = _prove(leaves, i);
                bytes32[] memory sigs = _attest(_hashDeliveries(bytes32(FAR), address(delivery), 1, 2, root), 6);
                bytes memory evidence = abi.encode(uint256(1000 + i), uint64(1), uint40(2), uint256(6), proof, sigs);
                attested.record(FAR, keccak256(abi.encode("key", i)), evidence);
                vm.expectRevert();
                attested.record(FAR, keccak256(abi.encode("key", i + 1)), evidence);
            }
        }
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

    function test_a_verdict_is_no_delivery_and_the_other_way_round() public {
        bytes32[] memory sigs = _attest(_hashVerdict(KEY, bytes32(uint256(1)), 9), 3);
        _fails(IErrors.BadSignature.selector, vm.addr(_attesterKey(0)));
        attested.record(FAR, KEY, abi.encode(uint256(9), uint64(1), uint40(1), uint256(3), new bytes32[](0), sigs));
    }

    function test_local_serves_its_own_chain_only() public {
        _equal(local.gap(block.chainid), 60, "gap");
        _fails(IVerifier.UnknownChain.selector, FAR);
        local.gap(FAR);
        _fails(IVerifier.UnknownChain.selector, FAR);
        local.record(FAR, KEY, "");
        (uint256 word, uint40 asOf) = local.record(block.chainid, KEY, "");
        _equal(word, 0, "nothing");
        _equal(asOf, NOW, "now");
    }
}
