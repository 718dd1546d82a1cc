// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDelivery} from "../interfaces/IDelivery.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal} from "../interfaces/Types.sol";

/// @title Local: the destination is this very chain, so Delivery is read directly. Trusts nobody.
contract Local is IVerifier {
    IDelivery public immutable delivery;
    uint40 private immutable GAP;

    /// @param gap_ Seconds to land a claim on this chain under congestion.
    constructor(address delivery_, uint40 gap_) {
        delivery = IDelivery(delivery_);
        GAP = gap_;
    }

    /// @inheritdoc IVerifier
    function gap(uint256 chain) external view returns (uint40) {
        require(chain == block.chainid, UnknownChain(chain));
        return GAP;
    }

    /// @inheritdoc IVerifier
    /// @param evidence Not read: the record itself is the evidence.
    function record(uint256 chain, bytes32 key, bytes calldata evidence) external view returns (uint256 word, uint40 asOf) {
        evidence;
        require(chain == block.chainid, UnknownChain(chain));
        return (delivery.records(key), uint40(block.timestamp));
    }

    /// @inheritdoc IVerifier
    /// @param evidence Not read: the records themselves are the evidence.
    function records(uint256 chain, bytes32[] calldata keys, uint256[] calldata words, bytes calldata evidence)
        external
        view
        returns (uint40)
    {
        evidence;
        require(chain == block.chainid, UnknownChain(chain));
        require(keys.length != 0 && keys.length == words.length, WrongCount(keys.length));
        for (uint256 i; i < keys.length; ++i) {
            uint256 word = delivery.records(keys[i]);
            require(words[i] == word, WrongWord(keys[i], word));
        }
        return uint40(block.timestamp);
    }

    /// @inheritdoc IVerifier
    function step(bytes32, Deal calldata, Cold calldata, address, bytes calldata) external pure returns (Step memory) {
        revert NotMine();
    }
}
