// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./Base.sol";

/// @dev Ways to fill, for the tests of every form of same-chain order.
abstract contract FillBase is Base {
    function _userSig(uint8 kind, SwapOrder memory o, Options memory x) internal returns (bytes memory) {
        if (o.nonce >> 255 == 0) return _sign(USER_KEY, _idOf(kind, o, x));
        return _sign(USER_KEY, _permit2Digest(kind, o, x, address(settlement), PERMIT2));
    }

    /// @dev Fills without award, as the solver.
    function _fillOpen(uint8 kind, SwapOrder memory o, Options memory x, uint128 part) internal {
        bytes memory sig = _userSig(kind, o, x);
        vm.prank(solver);
        settlement.fillWith(kind, o, x, sig, _noAward().award, "", part, "");
    }

    function _refusedOpen(uint8 kind, SwapOrder memory o, Options memory x, uint128 part, bytes memory reason) internal {
        bytes memory sig = _userSig(kind, o, x);
        vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fillWith(kind, o, x, sig, _noAward().award, "", part, "");
    }

    function _fillAs(uint8 kind, SwapOrder memory o, Options memory x, Award memory a) internal {
        bytes memory sig = _userSig(kind, o, x);
        bytes memory auctioneerSig = _signAward(a);
        vm.prank(solver);
        settlement.fillWith(kind, o, x, sig, a, auctioneerSig, a.part, "");
    }

    function _refusedAs(uint8 kind, SwapOrder memory o, Options memory x, Award memory a, bytes memory reason) internal {
        bytes memory sig = _userSig(kind, o, x);
        bytes memory auctioneerSig = _signAward(a);
        vm.expectRevert(reason);
        vm.prank(solver);
        settlement.fillWith(kind, o, x, sig, a, auctioneerSig, a.part, "");
    }

    /// @dev Voids or fills, as the solver.
    function _tryAs(uint8 kind, SwapOrder memory o, Options memory x, bytes memory sig, Award memory a) internal returns (bool) {
        bytes memory auctioneerSig = _signAward(a);
        vm.prank(solver);
        return settlement.fillOrVoid(kind, o, x, sig, a, auctioneerSig);
    }

    /// @dev An order that anybody may fill now.
    function _open() internal returns (SwapOrder memory o) {
        o = _swap();
        o.auctioneer = address(0);
    }
}
