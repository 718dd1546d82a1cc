// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {IBlockHashes} from "../interfaces/IBlockHashes.sol";
import {IStorageProof} from "../interfaces/IStorageProof.sol";
import {IVerifier, Step} from "../interfaces/IVerifier.sol";
import {Cold, Deal} from "../interfaces/Types.sol";
import {Rlp} from "../libraries/Rlp.sol";
import {Trie} from "../libraries/Trie.sol";

/// @title StorageProof
contract StorageProof is IStorageProof {
    /// @dev Members that a header has had since the first block (later forks only appended), and places among them.
    uint256 private constant HEADER_MEMBERS = 15;
    uint256 private constant STATE_ROOT = 3;
    uint256 private constant NUMBER = 8;
    uint256 private constant TIMESTAMP = 11;
    /// @dev Members of an account in the state trie, and which of them is its storage root.
    uint256 private constant ACCOUNT_MEMBERS = 4;
    uint256 private constant STORAGE_ROOT = 2;
    /// @dev The slot of Delivery's `records`.
    uint256 private constant RECORDS_SLOT = 0;

    /// @inheritdoc IStorageProof
    address public immutable delivery;
    /// @inheritdoc IStorageProof
    IBlockHashes public immutable source;
    /// @dev Where the state trie holds Delivery's account.
    bytes32 private immutable ACCOUNT;

    mapping(uint256 chain => uint40) private gaps;

    /// @param chains Chain ids served, each with its `gaps_` in seconds: finality + source + landing a claim + clock drift.
    constructor(address delivery_, IBlockHashes source_, uint256[] memory chains, uint40[] memory gaps_) {
        require(chains.length != 0 && chains.length == gaps_.length, BadTable());
        delivery = delivery_;
        source = source_;
        ACCOUNT = keccak256(bytes.concat(bytes20(delivery_)));
        for (uint256 i; i < chains.length; ++i) {
            require(gaps_[i] != 0 && gaps[chains[i]] == 0, BadTable());
            gaps[chains[i]] = gaps_[i];
        }
    }

    /// @inheritdoc IVerifier
    function gap(uint256 chain) public view returns (uint40 least) {
        least = gaps[chain];
        require(least != 0, UnknownChain(chain));
    }

    /// @inheritdoc IVerifier
    function record(uint256 chain, bytes32 key, bytes calldata evidence) external view returns (uint256 word, uint40 asOf) {
        (bytes memory header, bytes memory hashEvidence, bytes[] memory accountProof, bytes[] memory storageProof) =
            abi.decode(evidence, (bytes, bytes, bytes[], bytes[]));
        bytes32 root;
        (root, asOf) = _storageRoot(chain, header, hashEvidence, accountProof);
        word = _word(root, key, storageProof, "");
    }

    /// @inheritdoc IVerifier
    function records(uint256 chain, bytes32[] calldata keys, uint256[] calldata words, bytes calldata evidence)
        external
        view
        returns (uint40)
    {
        (bytes32 root, uint40 time, bytes[] memory nodes, bytes[] memory orders) = _readMany(chain, evidence);
        require(keys.length != 0 && keys.length == words.length && keys.length == orders.length, WrongCount(keys.length));
        for (uint256 i; i < keys.length; ++i) {
            uint256 actual = _word(root, keys[i], nodes, orders[i]);
            require(words[i] == actual, WrongWord(keys[i], actual));
        }
        return time;
    }

    /// @inheritdoc IVerifier
    function step(bytes32, Deal calldata, Cold calldata, address, bytes calldata) external pure returns (Step memory) {
        revert NotMine();
    }

    function _readMany(uint256 chain, bytes calldata evidence)
        private
        view
        returns (bytes32 root, uint40 asOf, bytes[] memory nodes, bytes[] memory orders)
    {
        bytes memory header;
        bytes memory hashEvidence;
        bytes[] memory accountProof;
        (header, hashEvidence, accountProof, nodes, orders) = abi.decode(evidence, (bytes, bytes, bytes[], bytes[], bytes[]));
        (root, asOf) = _storageRoot(chain, header, hashEvidence, accountProof);
    }

    /// @dev Root of Delivery's storage after the block of `header`, and that block's time.
    function _storageRoot(uint256 chain, bytes memory header, bytes memory hashEvidence, bytes[] memory accountProof)
        private
        view
        returns (bytes32 root, uint40 asOf)
    {
        gap(chain);
        (bytes32 stateRoot, uint64 number, uint40 time) = _read(header);
        source.requireHash(chain, number, keccak256(header), hashEvidence);
        bytes memory account = Trie.find(stateRoot, ACCOUNT, accountProof, "");
        return (account.length == 0 ? Trie.EMPTY : _storageRootOf(account), time);
    }

    function _read(bytes memory header) private pure returns (bytes32 stateRoot, uint64 number, uint40 time) {
        (uint256 from, uint256 to) = Rlp.list(header, 0);
        uint256 numberAt = Rlp.skip(header, from, NUMBER);
        uint256 timeAt = Rlp.skip(header, numberAt, TIMESTAMP - NUMBER);
        require(to == header.length && Rlp.skip(header, timeAt, HEADER_MEMBERS - TIMESTAMP) <= to, BadHeader());
        (uint256 number_, uint256 time_) = (Rlp.word(header, numberAt), Rlp.word(header, timeAt));
        require(number_ <= type(uint64).max && time_ <= type(uint40).max, BadHeader());
        return (bytes32(Rlp.word(header, Rlp.skip(header, from, STATE_ROOT))), uint64(number_), uint40(time_));
    }

    function _storageRootOf(bytes memory account) private pure returns (bytes32) {
        (uint256 from, uint256 to) = Rlp.list(account, 0);
        uint256 rootAt = Rlp.skip(account, from, STORAGE_ROOT);
        require(to == account.length && Rlp.skip(account, rootAt, ACCOUNT_MEMBERS - STORAGE_ROOT) == to, BadAccount());
        return bytes32(Rlp.word(account, rootAt));
    }

    /// @dev The memory that a proof took is given back: many proofs would otherwise pay for it quadratically.
    function _word(bytes32 root, bytes32 key, bytes[] memory nodes, bytes memory order) private pure returns (uint256 word) {
        Memory.Pointer free = Memory.getFreeMemoryPointer();
        bytes memory value = Trie.find(root, keccak256(abi.encode(keccak256(abi.encode(key, RECORDS_SLOT)))), nodes, order);
        word = value.length == 0 ? 0 : Rlp.word(value, 0);
        Memory.unsafeSetFreeMemoryPointer(free);
    }
}
