// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import {Deployer} from "./Deployer.sol";
import "./JobBase.sol";

/// @dev Who judges: k of n, verdicts that fit one job only, and sets that replace themselves.
contract RerunJudgesTest is JobBase {
    function _hash() private returns (bytes32) {
        return _hashVerdict(id, RESULT, FUEL);
    }

    function _judgedBy(bytes memory quorum) private returns (bytes memory) {
        return _shown(JobAct.Judge, RESULT, FUEL, quorum);
    }

    function _notTheSet() private returns (bytes memory) {
        return abi.encodeWithSelector(IAttesters.NotTheSet.selector, rerun.set());
    }

    /* QUORUM */

    function test_a_verdict_needs_exactly_k_distinct_judges() public {
        _claimed(10_000);
        uint256[5] memory wrong = [uint256(0), 1, 2, 4, 7];
        for (uint256 i; i < 5; ++i) {
            _refuses(stranger, _judge(RESULT, FUEL, wrong[i]), _notTheSet());
        }
        // Another k; a set of more, or of others; nothing; a byte too many or too few.
        _refuses(stranger, _judgedBy(_quorum(address(rerun), _hash(), 1, 3, 1)), _notTheSet());
        _refuses(stranger, _judgedBy(_quorum(address(rerun), _hash(), 9, 4, 2)), _notTheSet());
        _refuses(stranger, _judgedBy(_quorum(address(rerun), _hash(), 3, 2, 2)), _notTheSet());
        _refuses(stranger, _judgedBy(""), _notTheSet());
        bytes memory quorum = _quorum(address(rerun), _hash(), 3, 3, 2);
        _refuses(stranger, _judgedBy(bytes.concat(quorum, hex"00")), _notTheSet());
        assembly ("memory-safe") {
            mstore(quorum, sub(mload(quorum), 1))
        }
        _refuses(stranger, _judgedBy(quorum), _notTheSet());
    }

    /// @dev One judge's signature in two places is no second judge's.
    function test_a_judge_counts_once() public {
        _claimed(10_000);
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(address(rerun), block.chainid), _hash()));
        (bytes32 r, bytes32 vs) = vm.signCompact(_attesterKey(0), digest);
        bytes memory twice = abi.encodePacked(uint8(2), uint32(3), r, vs, r, vs, vm.addr(_attesterKey(2)));
        _refuses(stranger, _judgedBy(twice), _notTheSet());
    }

    function test_judges_who_say_different_things_are_no_quorum() public {
        _claimed(10_000);
        bytes32 separator = _domainOf(address(rerun), block.chainid);
        (bytes32 r, bytes32 vs) = vm.signCompact(_attesterKey(0), keccak256(abi.encodePacked(hex"1901", separator, _hash())));
        (bytes32 r2, bytes32 vs2) =
            vm.signCompact(_attesterKey(1), keccak256(abi.encodePacked(hex"1901", separator, _hashVerdict(id, WRONG, FUEL))));
        bytes memory mixed = abi.encodePacked(uint8(2), uint32(3), r, vs, r2, vs2, vm.addr(_attesterKey(2)));
        _refuses(stranger, _judgedBy(mixed), _notTheSet());
    }

    /// @dev What the budget does not divide by k comes back to the user.
    function test_fees_of_the_largest_set_at_its_ends() public {
        address[] memory many = new address[](32);
        for (uint256 i; i < 32; ++i) {
            many[i] = vm.addr(_attesterKey(i));
        }
        rerun = IRerun(vm.deployCode("Rerun.sol:Rerun", abi.encode(many, uint8(3))));
        _claimed(10_000);
        Purse memory before = _purse();
        _advance(stranger, _judgedBy(_quorum(address(rerun), _hash(), 1 | 1 << 16 | 1 << 31, 32, 3)));
        uint256[3] memory seats = [uint256(0), 16, 31];
        for (uint256 i; i < 3; ++i) {
            _equal(usdc.balanceOf(many[seats[i]]), BUDGET / 3, "each a third");
        }
        _equal(usdc.balanceOf(many[1]), 0, "did not sign");
        _equal(usdc.balanceOf(user) - before.user, DEPOSIT - PAY + BUDGET % 3, "the rest comes back");
    }

    function test_sets_that_make_no_sense_cannot_be_deployed() public {
        address[] memory judges = new address[](2);
        (judges[0], judges[1]) = (address(1), address(1));
        Deployer deployer = new Deployer();
        _fails(IAttesters.BadSet.selector);
        deployer.deploy("Rerun.sol:Rerun", abi.encode(judges, uint8(2)));
        judges[1] = address(2);
        _fails(IAttesters.BadSet.selector);
        deployer.deploy("Rerun.sol:Rerun", abi.encode(judges, uint8(3)));
    }

    /* REPLAY */

    /// @dev A verdict is worth something for one job, under one contract, on one chain.
    function test_a_verdict_fits_one_job_only() public {
        _claimed(10_000);
        bytes memory verdict = _judge(RESULT, FUEL, 3);
        _advance(stranger, verdict);
        JobOrder memory o = _job();
        o.nonce = 11;
        _open(o);
        _advance(solver, _result(RESULT, FUEL));
        _follow(_state(Phase.Audited, BLOCK, NOW, FUEL, RESULT));
        _refuses(stranger, verdict, _notTheSet());
    }

    function test_a_verdict_fits_one_contract_only() public {
        address twin = vm.deployCode("Rerun.sol:Rerun", abi.encode(_attesters(), uint8(2)));
        _claimed(10_000);
        _refuses(stranger, _judgedBy(_quorum(twin, _hash(), 3, 3, 2)), _notTheSet());
        _refuses(stranger, _judgedBy(_quorum(address(attested), _hash(), 3, 3, 2)), _notTheSet());
    }

    function test_a_verdict_fits_one_chain_only() public {
        _claimed(10_000);
        bytes memory verdict = _judge(RESULT, FUEL, 3);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        _refuses(stranger, verdict, _notTheSet());
        // On the fork its own judges still judge: no deal is locked.
        _advance(stranger, _judge(RESULT, FUEL, 3));
        vm.chainId(here);
    }

    /// @dev Any bit of the evidence changes who signed, what was said, or what was ordered.
    function test_flipping_any_byte_of_a_verdict_is_refused() public {
        _claimed(10_000);
        bytes memory clean = _judge(RESULT, FUEL, 3);
        (Deal memory deal, Cold memory cold) = (d, c);
        for (uint256 i = 32; i < clean.length; ++i) {
            clean[i] ^= bytes1(uint8(1 << i % 8));
            (bool ok,) = address(escrow).call(abi.encodeCall(escrow.advance, (id, deal, cold, clean)));
            vm.assertTrue(!ok, "flipped verdict accepted");
            clean[i] ^= bytes1(uint8(1 << i % 8));
        }
        _advance(stranger, clean);
    }

    /* ROTATION */

    /// @dev Attesters 3, 4, 5 and 6.
    function _next() private returns (address[] memory next) {
        next = new address[](4);
        for (uint256 i; i < 4; ++i) {
            next[i] = vm.addr(_attesterKey(3 + i));
        }
    }

    function test_a_set_replaces_itself_after_the_delay() public {
        address[] memory next = _next();
        bytes32 typeHash = keccak256("Rotate(address[] signers,uint8 k,uint64 epoch)");
        bytes32 hash = keccak256(abi.encode(typeHash, keccak256(abi.encodePacked(next)), uint8(3), uint64(1)));
        rerun.rotate(next, 3, _quorum(address(rerun), hash, 5, 3, 2));

        JobOrder memory o = _job();
        o.verdictSeconds = 20 days;
        _open(o);
        _advance(solver, _result(RESULT, FUEL));
        _follow(_state(Phase.Audited, BLOCK, NOW, FUEL, RESULT));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(address(rerun), block.chainid), _hash()));
        bytes memory later = abi.encodePacked(uint8(3), uint32(11));
        for (uint256 i; i < 4; ++i) {
            (bytes32 r, bytes32 vs) = vm.signCompact(_attesterKey(3 + i), digest);
            later = i == 2 ? abi.encodePacked(later, next[i]) : abi.encodePacked(later, r, vs);
        }
        vm.warp(NOW + 8 days);
        _refuses(stranger, _judgedBy(later), _notTheSet());
        _fails(IErrors.NotYet.selector, NOW + 8 days);
        rerun.activate();
        vm.warp(NOW + 8 days + 1);
        rerun.activate();
        _equal(rerun.epoch(), 1, "epoch");
        _refuses(stranger, _judge(RESULT, FUEL, 3), _notTheSet());
        _advance(stranger, _judgedBy(later));
        _equal(usdc.balanceOf(next[1]), BUDGET / 3, "a new judge's fee");
        _equal(usdc.balanceOf(next[2]), 0, "did not sign");
    }
}
