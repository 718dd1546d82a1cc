// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";

/// @dev Token deals that are open because their slot says so: what is tested is how money leaves, however it entered.
abstract contract Planted is Base {
    /// @dev Opens the deal of an order: with the solver, or as a race.
    function _plant(TokenOrder memory o, address who, uint128 sell, uint128 units) internal returns (bytes32 id, Deal memory d, Cold memory c) {
        id = _idOf(2, o);
        Award memory a = _award(id, sell, units);
        a.solver = who;
        if (who == address(0)) a.bond = 0;
        (d, c) = _dealOf(o, 2, a);
        _store(id, d);
        PlainToken(o.sellToken).mint(address(escrow), sell);
    }

    function _planted() internal returns (bytes32, Deal memory, Cold memory) {
        return _plant(_token(), solver, SELL, BUY);
    }

    function _planted(uint256 nonce) internal returns (bytes32, Deal memory, Cold memory) {
        TokenOrder memory o = _token();
        o.nonce = nonce;
        return _plant(o, solver, SELL, BUY);
    }

    function _race() internal returns (bytes32, Deal memory, Cold memory) {
        return _plant(_token(), address(0), SELL, BUY);
    }

    function _place() internal returns (Place memory) {
        TokenOrder memory o = _token();
        return Place(o.buyToken, o.to, o.deliverBy);
    }

    function _raceKeyOf(bytes32 id, Deal memory d) internal pure returns (bytes32) {
        return keccak256(abi.encode(uint256(1), id, uint256(0), d.where, address(0), uint256(d.den)));
    }

    /// @dev What a winner's record holds.
    function _won(address winner) internal view returns (uint256) {
        return block.timestamp << 160 | uint160(winner);
    }

    function _isOpen(bytes32 id, Deal memory d) internal {
        vm.assertEq(escrow.deals(id), escrow.commitmentOf(d), "the deal's state");
    }

    function _isClosed(bytes32 id) internal view {
        vm.assertEq(escrow.deals(id), bytes32(uint256(1)), "closed");
    }

    /// @dev Finds where the contract keeps its deals, whatever stands before them.
    function _store(bytes32 id, Deal memory d) internal {
        bytes32 commitment = escrow.commitmentOf(d);
        for (uint256 slot; slot < 16; ++slot) {
            bytes32 entry = keccak256(abi.encode(id, slot));
            bytes32 before = vm.load(address(escrow), entry);
            vm.store(address(escrow), entry, commitment);
            if (escrow.deals(id) == commitment) return;
            vm.store(address(escrow), entry, before);
        }
        revert("no slot of deals");
    }
}
