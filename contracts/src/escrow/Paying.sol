// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBonds} from "../interfaces/IBonds.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal, LEASE} from "../interfaces/Types.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Deals} from "./Deals.sol";

/// @title How money leaves: to the solver for what its verifier says was delivered, the rest to the user.
abstract contract Paying is Deals {
    /// @inheritdoc IEscrow
    function claim(bytes32 dealId, Deal calldata d, bytes calldata evidence) external locked {
        _checkDeal(dealId, d);
        require(d.chain != 0, BadKind(LEASE));
        bytes32 key = Hashes.recordKey(dealId, 0, d.where, d.solver);
        (uint256 word,) = IVerifier(d.verifier).record(d.chain, key, evidence);
        uint128 delivered = uint128(word) > d.den ? d.den : uint128(word);
        require(delivered > d.delivered, NothingNew(d.delivered));
        uint128 released = _price(d, delivered);

        if (delivered == d.den) {
            deals[dealId] = CLOSED;
            emit Closed(dealId, released, delivered, 0, 0);
        } else {
            _update(dealId, d, released, delivered, d.state, d.cold);
            emit Advanced(dealId, released, delivered, d.den, d.state);
        }
        _push(d.sellToken, d.solver, released - d.released);
    }

    /// @inheritdoc IEscrow
    function advance(bytes32 dealId, Deal calldata d, Cold calldata c, bytes calldata evidence) external locked {
        _checkDeal(dealId, d, c);
        require(c.kind >= LEASE, BadKind(c.kind));
        Step memory s = IVerifier(d.verifier).step(dealId, d, c, msg.sender, evidence);
        require(s.delivered >= d.delivered && s.delivered <= s.maxUnits && s.maxUnits <= c.maxUnits, BadStep());
        require(s.penalty == 0 || (s.done && s.penalty <= c.bond), BadStep());
        uint128 released = _price(d, s.delivered);
        uint128 refund = _price(d, c.maxUnits) - (s.done ? released : _price(d, s.maxUnits));

        if (s.done) {
            deals[dealId] = CLOSED;
            emit Closed(dealId, released, s.delivered, refund, s.penalty);
        } else {
            _update(dealId, d, released, s.delivered, s.state, Hashes.cold(c, s.maxUnits));
            emit Advanced(dealId, released, s.delivered, s.maxUnits, s.state);
        }
        _push(d.sellToken, d.solver, released - d.released);
        _push(d.sellToken, c.user, refund);
        if (s.penalty != 0) IBonds(bonds).slash(d.solver, c.auctioneer, c.bond, s.penalty, c.user);
        else if (s.done) _releaseBond(d.solver, c);
    }

    /// @inheritdoc IEscrow
    function close(bytes32 dealId, Deal calldata d, Cold calldata c) external locked {
        _checkDeal(dealId, d, c);
        require(block.timestamp > c.closeAfter, NotYet(c.closeAfter));
        uint128 refund = _price(d, c.maxUnits) - d.released;

        deals[dealId] = CLOSED;
        emit Closed(dealId, d.released, d.delivered, refund, 0);
        _push(d.sellToken, c.user, refund);
        if (c.kind >= LEASE) _releaseBond(d.solver, c);
    }

    function _update(bytes32 dealId, Deal calldata d, uint128 released, uint128 delivered, uint256 state, bytes32 cold) private {
        uint256 progress = uint256(released) << 128 | delivered;
        deals[dealId] = Hashes.commitment(Hashes.group(d), uint256(d.num) << 128 | d.den, progress, state, d.where, cold);
    }

    function _releaseBond(address solver, Cold calldata c) private {
        if (c.bond != 0) IBonds(bonds).release(solver, c.auctioneer, c.bond);
    }
}
