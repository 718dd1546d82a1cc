// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "../../contracts/src/interfaces/IAttesters.sol";
import "./Base.sol";

/// @dev What a verifier says of chains: its table, and what becomes of orders whose verifier has no word about theirs.
contract GapsTest is Base {
    function _table(uint256 n) private pure returns (uint256[] memory chains, uint40[] memory gaps) {
        (chains, gaps) = (new uint256[](n), new uint40[](n));
        for (uint256 i; i < n; ++i) {
            (chains[i], gaps[i]) = (1000 + i, uint40(10 + i));
        }
    }

    function _deploy(uint256[] memory chains, uint40[] memory gaps) private returns (IAttested) {
        return IAttested(vm.deployCode("Attested.sol:Attested", abi.encode(delivery, _attesters(), uint8(2), chains, gaps)));
    }

    function _refused(uint256[] memory chains, uint40[] memory gaps) private {
        address[] memory signers = _attesters();
        bytes memory code = bytes.concat(vm.getCode("Attested.sol:Attested"), abi.encode(delivery, signers, uint8(2), chains, gaps));
        address deployed;
        bytes4 reason;
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
            returndatacopy(0x00, 0x00, mul(4, gt(returndatasize(), 3)))
            reason := shl(224, shr(224, mload(0x00)))
        }
        vm.assertTrue(deployed == address(0) && reason == IAttesters.BadSet.selector, "BadSet");
    }

    function test_each_of_eight_chains_has_its_own_gap() public {
        (uint256[] memory chains, uint40[] memory gaps) = _table(8);
        IAttested full = _deploy(chains, gaps);
        for (uint256 i; i < 8; ++i) {
            _equal(full.gap(1000 + i), 10 + i, "its own");
        }
        _equal(full.gap(999), 1 days, "below the table");
        _equal(full.gap(1008), 1 days, "above the table");
        _equal(full.gap(0), 1 days, "no chain");
        _equal(full.gap(type(uint216).max), 1 days, "what fills an empty place is no chain");
        (chains, gaps) = _table(0);
        _equal(_deploy(chains, gaps).gap(1000), 1 days, "an empty table");
    }

    function test_tables_that_cannot_be_meant_are_refused() public {
        (uint256[] memory chains, uint40[] memory gaps) = _table(9);
        _refused(chains, gaps);
        (chains,) = _table(8);
        (, gaps) = _table(7);
        _refused(chains, gaps);
        (chains, gaps) = _table(3);
        chains[1] = 0;
        _refused(chains, gaps);
        chains[1] = type(uint216).max;
        _refused(chains, gaps);
        chains[1] = chains[2];
        _refused(chains, gaps);
        (chains, gaps) = _table(3);
        gaps[1] = 0;
        _refused(chains, gaps);
        // The largest that a place can hold.
        (chains, gaps) = _table(1);
        (chains[0], gaps[0]) = (type(uint216).max - 1, type(uint40).max);
        _equal(_deploy(chains, gaps).gap(type(uint216).max - 1), type(uint40).max, "the largest");
    }

    function test_counted_work_has_no_destination() public {
        address[2] memory verifiers = [address(lease), address(rerun)];
        for (uint256 i; i < 2; ++i) {
            _fails(IVerifier.UnknownChain.selector, FAR);
            IVerifier(verifiers[i]).gap(FAR);
            _fails(IVerifier.UnknownChain.selector, FAR);
            IVerifier(verifiers[i]).record(FAR, 0, "");
            _fails(IVerifier.UnknownChain.selector, FAR);
            IVerifier(verifiers[i]).records(FAR, new bytes32[](1), new uint256[](1), "");
        }
    }

    function _refusedWith(address verifier, bytes memory reason) private {
        TokenOrder memory o = _token();
        o.verifier = verifier;
        bytes32 id = _idOf(2, o);
        bytes memory sig = _sign(USER_KEY, id);
        Awarded memory awarded = _awarded(_award(id, SELL, BUY), sig);
        vm.expectRevert(reason);
        vm.prank(solver);
        escrow.openFor(2, o, sig, awarded);
        vm.expectRevert(reason);
        escrow.inspect(2, abi.encode(o), 0, SELL, BUY, uint40(NOW));
    }

    function test_an_order_whose_verifier_knows_no_such_chain_does_not_open() public {
        _refusedWith(address(local), abi.encodeWithSelector(IVerifier.UnknownChain.selector, FAR));
        _refusedWith(address(lease), abi.encodeWithSelector(IVerifier.UnknownChain.selector, FAR));
    }

    function test_an_order_whose_verifier_is_no_contract_or_mumbles_does_not_open() public {
        _refusedWith(stranger, abi.encodeWithSelector(IEscrow.BadStep.selector));
        vm.etch(address(0x3333), hex"601f5ff3"); // answers 31 bytes
        _refusedWith(address(0x3333), abi.encodeWithSelector(IEscrow.BadStep.selector));
    }

    function test_inspect_of_escrow_orders_knows_one_part() public {
        bytes memory order = abi.encode(_token());
        vm.expectRevert(abi.encodeWithSelector(IErrors.WrongAward.selector, _idOf(2, _token())));
        escrow.inspect(2, order, 1, SELL, BUY, uint40(NOW));
        Facts memory f = escrow.inspect(2, order, 0, SELL, BUY, uint40(NOW));
        vm.assertTrue(f.fresh && f.user == user && f.deadline == NOW + 120, "facts");
        _equal(uint8(escrow.dealState(f.id)), 0, "fresh");
    }
}
