// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {
    Award,
    Bid,
    BidReceipt,
    Cold,
    Deal,
    FILL_OUT,
    Group,
    Item,
    JobOrder,
    LeaseOrder,
    OPEN_IN,
    OPEN_OUT,
    Options,
    Place,
    Reply,
    SwapOrder,
    TokenOrder,
    WITH_OPTIONS
} from "../interfaces/Types.sol";
import {Swaps} from "./Swaps.sol";

/// @title All hashing: EIP-712 of orders and market messages, deals, delivery records.
/// @dev Orders hash straight from calldata: their members stand in signed order, so each nested struct is one run of words.
///      A word with dirty upper bits gives another digest than any wallet signs, and reverts where it is read.
library Hashes {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("Tender");
    bytes32 private constant VERSION = keccak256("1");

    bytes32 internal constant SELL_EXACTLY = keccak256("Sell(address token,uint128 exactly)");
    bytes32 internal constant SELL_AT_MOST = keccak256("Sell(address token,uint128 atMost)");
    bytes32 internal constant TERMS = keccak256("Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)");
    bytes32 private constant ESCROW_TERMS =
        keccak256("Terms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier)");
    bytes32 internal constant TOKEN_AT_LEAST = keccak256("Token(address token,uint128 atLeast,address to)");
    bytes32 internal constant TOKEN_EXACTLY = keccak256("Token(address token,uint128 exactly,address to)");
    bytes32 private constant FAR_AT_LEAST =
        keccak256("Token(uint256 chainId,address token,uint128 atLeast,address to,uint40 deliverBy)");
    bytes32 private constant FAR_EXACTLY =
        keccak256("Token(uint256 chainId,address token,uint128 exactly,address to,uint40 deliverBy)");

    bytes32 internal constant FILL_IN_ORDER = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)"
        "Sell(address token,uint128 exactly)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)"
        "Token(address token,uint128 atLeast,address to)"
    );
    bytes32 internal constant FILL_OUT_ORDER = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)"
        "Sell(address token,uint128 atMost)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)"
        "Token(address token,uint128 exactly,address to)"
    );
    bytes32 private constant OPTIONS = keccak256(
        "Options(uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps)"
    );
    bytes32 private constant FILL_IN_WITH_OPTIONS = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,Options options,uint256 nonce)"
        "Options(uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps)"
        "Sell(address token,uint128 exactly)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)"
        "Token(address token,uint128 atLeast,address to)"
    );
    bytes32 private constant FILL_OUT_WITH_OPTIONS = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,Options options,uint256 nonce)"
        "Options(uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps)"
        "Sell(address token,uint128 atMost)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)"
        "Token(address token,uint128 exactly,address to)"
    );
    bytes32 private constant OPEN_IN_ORDER = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)"
        "Sell(address token,uint128 exactly)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier)"
        "Token(uint256 chainId,address token,uint128 atLeast,address to,uint40 deliverBy)"
    );
    bytes32 private constant OPEN_OUT_ORDER = keccak256(
        "Order(string sentence,address user,Sell sell,Token buy,Terms terms,uint256 nonce)"
        "Sell(address token,uint128 atMost)"
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier)"
        "Token(uint256 chainId,address token,uint128 exactly,address to,uint40 deliverBy)"
    );

    bytes32 private constant RATE = keccak256("Rate(address token,uint128 perHourAtMost,uint128 totalAtMost)");
    bytes32 private constant MACHINE = keccak256(
        "Machine(Resources resources,Place place,Workload workload,uint32 secondsAtMost)"
        "Place(string regions,string level)"
        "Resources(uint32 cpuMilli,uint32 memoryMiB,uint32 diskGiB,uint8 gpus,string gpuModel,uint32 gpuMemoryMiB)"
        "Workload(string runtime,string image,string command,bytes32 artifactSha256,bytes32 sealedInputs)"
    );
    bytes32 private constant LEASE_TERMS = keccak256(
        "LeaseTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 startBy,uint32 ackSeconds,uint32 windowSeconds,uint96 noShowPenalty,address meterKey,address verifier)"
    );
    bytes32 private constant LEASE_ORDER = keccak256(
        "Order(string sentence,address user,Rate sell,Machine buy,LeaseTerms terms,uint256 nonce)"
        "LeaseTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 startBy,uint32 ackSeconds,uint32 windowSeconds,uint96 noShowPenalty,address meterKey,address verifier)"
        "Machine(Resources resources,Place place,Workload workload,uint32 secondsAtMost)"
        "Place(string regions,string level)"
        "Rate(address token,uint128 perHourAtMost,uint128 totalAtMost)"
        "Resources(uint32 cpuMilli,uint32 memoryMiB,uint32 diskGiB,uint8 gpus,string gpuModel,uint32 gpuMemoryMiB)"
        "Workload(string runtime,string image,string command,bytes32 artifactSha256,bytes32 sealedInputs)"
    );

    bytes32 private constant PRICE = keccak256("Price(address token,uint128 perBillionFuelAtMost,uint128 totalAtMost,uint128 auditBudget)");
    bytes32 private constant JOB = keccak256(
        "Job(string runtime,string command,bytes32 programSha256,bytes32 inputSha256,uint64 fuelAtMost,uint32 memoryMiB,uint32 outputMiB)"
    );
    bytes32 private constant JOB_TERMS = keccak256(
        "JobTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 resultBy,uint32 challengeSeconds,uint32 verdictSeconds,uint16 auditBps,uint96 bondAtLeast,address verifier)"
    );
    bytes32 private constant JOB_ORDER = keccak256(
        "Order(string sentence,address user,Price sell,Job buy,JobTerms terms,uint256 nonce)"
        "Job(string runtime,string command,bytes32 programSha256,bytes32 inputSha256,uint64 fuelAtMost,uint32 memoryMiB,uint32 outputMiB)"
        "JobTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 resultBy,uint32 challengeSeconds,uint32 verdictSeconds,uint16 auditBps,uint96 bondAtLeast,address verifier)"
        "Price(address token,uint128 perBillionFuelAtMost,uint128 totalAtMost,uint128 auditBudget)"
    );

    bytes32 private constant AWARD = keccak256(
        "Award(bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy,bytes32 after)"
    );
    bytes32 private constant AWARDS =
        keccak256("Awards(bytes32 orders,bytes32 amounts,address solver,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy)");
    bytes32 private constant BID = keccak256(
        "Bid(bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 validUntil,bytes32 salt)"
    );
    bytes32 private constant BID_RECEIPT =
        keccak256("BidReceipt(bytes32 order,uint128 part,bytes32 bid,uint40 receivedAt,uint32 index)");
    bytes32 private constant CANCEL = keccak256("Cancel(bytes32 order)");
    bytes32 private constant REPLY = keccak256("Reply(bytes32 award,bytes32 authorisation,bool accepted)");
    bytes32 private constant CANCEL_NONCES = keccak256("CancelNonces(address user,uint256 word,uint256 mask)");
    bytes32 private constant DELIVERIES =
        keccak256("Deliveries(bytes32 chain,address delivery,uint64 number,uint40 asOf,bytes32 root)");
    bytes32 private constant HEADER = keccak256("Header(bytes32 chain,uint64 number,bytes32 hash)");
    bytes32 private constant VOUCHER = keccak256("Voucher(bytes32 lease,uint32 seconds,bytes32 meter,bool last)");
    bytes32 private constant VERDICT = keccak256("Verdict(bytes32 job,bytes32 result,uint64 fuel)");
    bytes32 private constant ROTATE = keccak256("Rotate(address[] signers,uint8 k,uint64 epoch)");

    /// @dev First word of a Merkle leaf: a leaf has three words, a node two, so neither can pass for the other.
    bytes32 internal constant LEAF = keccak256("Delivered(bytes32 key,uint256 word)");

    /* EIP-712 */

    function domain(address verifyingContract) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, NAME, VERSION, block.chainid, verifyingContract));
    }

    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, 0x1901000000000000000000000000000000000000000000000000000000000000)
            mstore(add(m, 0x02), separator)
            mstore(add(m, 0x22), structHash)
            hash := keccak256(m, 0x42)
        }
    }

    /* ORDERS */

    /// @dev Kinds 0 and 1. Reverts unless all words are clean.
    function swapOrder(uint8 kind, SwapOrder calldata o) internal pure returns (bytes32 hash) {
        if (kind > FILL_OUT) revert IErrors.BadKind(kind);
        bytes32 orderType = _either(kind, FILL_IN_ORDER, FILL_OUT_ORDER);
        (bytes32 sell, bytes32 buy, bytes32 terms) = _swapMembers(kind, o);
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, orderType)
            calldatacopy(add(m, 0x20), o, 0x40)
            mstore(add(m, 0x60), sell)
            mstore(add(m, 0x80), buy)
            mstore(add(m, 0xa0), terms)
            mstore(add(m, 0xc0), calldataload(add(o, 0x140)))
            hash := keccak256(m, 0xe0)
        }
    }

    /// @dev Kinds 0, 1, 16, 17. `x` is read for the last two only. Reverts unless all words are clean.
    function swapOrder(uint8 kind, SwapOrder calldata o, Options memory x) internal pure returns (bytes32) {
        if (kind < WITH_OPTIONS) return swapOrder(kind, o);
        uint8 plain = kind - WITH_OPTIONS;
        require(plain <= FILL_OUT, IErrors.BadKind(kind));
        bytes32 orderType = _either(plain, FILL_IN_WITH_OPTIONS, FILL_OUT_WITH_OPTIONS);
        (bytes32 sell, bytes32 buy, bytes32 terms) = _swapMembers(plain, o);
        bytes32 options = keccak256(abi.encode(OPTIONS, x));
        return keccak256(abi.encode(orderType, o.sentence, o.user, sell, buy, terms, options, o.nonce));
    }

    /// @dev The nested structs of a same-chain order, each laid over the one before it. Its first reader: the words are checked here.
    function _swapMembers(uint8 kind, SwapOrder calldata o) private pure returns (bytes32 sell, bytes32 buy, bytes32 terms) {
        require(Swaps.isClean(o));
        bytes32 sellType = _either(kind, SELL_EXACTLY, SELL_AT_MOST);
        bytes32 buyType = _either(kind, TOKEN_AT_LEAST, TOKEN_EXACTLY);
        bytes32 termsType = TERMS;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let members := add(m, 0x20)
            mstore(m, sellType)
            calldatacopy(members, add(o, 0x40), 0x40)
            sell := keccak256(m, 0x60)
            mstore(m, buyType)
            calldatacopy(members, add(o, 0x80), 0x60)
            buy := keccak256(m, 0x80)
            mstore(m, termsType)
            calldatacopy(members, add(o, 0xe0), 0x60)
            terms := keccak256(m, 0x80)
        }
    }

    /// @dev `a` if `which` is 0, `b` if it is 1, without a branch.
    function _either(uint8 which, bytes32 a, bytes32 b) private pure returns (bytes32 chosen) {
        assembly ("memory-safe") {
            chosen := xor(a, mul(which, xor(a, b)))
        }
    }

    function tokenOrder(uint8 kind, TokenOrder calldata o) internal pure returns (bytes32 hash) {
        (bytes32 orderType, bytes32 sellType, bytes32 buyType, bytes32 termsType) = _tokenTypes(kind);
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, sellType)
            calldatacopy(add(m, 0x20), add(o, 0x40), 0x40)
            let sell := keccak256(m, 0x60)
            mstore(m, buyType)
            calldatacopy(add(m, 0x20), add(o, 0x80), 0xa0)
            let buy := keccak256(m, 0xc0)
            mstore(m, termsType)
            calldatacopy(add(m, 0x20), add(o, 0x120), 0xa0)
            mstore(add(m, 0xa0), keccak256(m, 0xc0))
            mstore(m, orderType)
            calldatacopy(add(m, 0x20), o, 0x40)
            mstore(add(m, 0x60), sell)
            mstore(add(m, 0x80), buy)
            mstore(add(m, 0xc0), calldataload(add(o, 0x1c0)))
            hash := keccak256(m, 0xe0)
        }
    }

    function _tokenTypes(uint8 kind) private pure returns (bytes32 order, bytes32 sell, bytes32 buy, bytes32 terms) {
        (order, sell, buy, terms) = (OPEN_IN_ORDER, SELL_EXACTLY, FAR_AT_LEAST, ESCROW_TERMS);
        if (kind == OPEN_IN) return (order, sell, buy, terms);
        if (kind != OPEN_OUT) revert IErrors.BadKind(kind);
        (order, sell, buy) = (OPEN_OUT_ORDER, SELL_AT_MOST, FAR_EXACTLY);
    }

    function leaseOrder(LeaseOrder calldata o) internal pure returns (bytes32) {
        uint256 from = _position(o);
        return _order(LEASE_ORDER, from, _words(RATE, from + 0x40, 3), machine(o), _words(LEASE_TERMS, from + 0x120, 9), o.nonce);
    }

    function machine(LeaseOrder calldata o) internal pure returns (bytes32) {
        return _words(MACHINE, _position(o) + 0xa0, 4);
    }

    function jobOrder(JobOrder calldata o) internal pure returns (bytes32) {
        uint256 from = _position(o);
        return _order(JOB_ORDER, from, _words(PRICE, from + 0x40, 4), job(o), _words(JOB_TERMS, from + 0x1a0, 9), o.nonce);
    }

    function job(JobOrder calldata o) internal pure returns (bytes32) {
        return _words(JOB, _position(o) + 0xc0, 7);
    }

    /* MARKET */

    function award(Award calldata a) internal pure returns (bytes32) {
        uint256 from;
        assembly ("memory-safe") {
            from := a
        }
        return _words(AWARD, from, 10);
    }

    /// @dev The award of `order`, part 0, to `solver`, whose other members are packed as in PackedAward. Bits that belong to no
    ///      member are not read.
    function packedAward(bytes32 order, address solver, uint256 amounts, uint256 terms, bytes32 previous)
        internal
        pure
        returns (bytes32 hash)
    {
        bytes32 typeHash = AWARD;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            mstore(add(m, 0x20), order)
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x60), solver)
            mstore(add(m, 0x80), shr(128, amounts))
            mstore(add(m, 0xa0), and(amounts, 0xffffffffffffffffffffffffffffffff))
            mstore(add(m, 0xc0), and(shr(120, terms), 0xffffffffffffffffffffffff))
            mstore(add(m, 0xe0), and(shr(80, terms), 0xffffffffff))
            mstore(add(m, 0x100), and(shr(40, terms), 0xffffffffff))
            mstore(add(m, 0x120), and(terms, 0xffffffffff))
            mstore(add(m, 0x140), previous)
            hash := keccak256(m, 0x160)
        }
    }

    /// @dev Of a batch. `orders` = keccak256 of the ids, `amounts` = keccak256 of the words sell << 128 | buy, in batch order.
    function awards(bytes32 orders, bytes32 amounts, address solver, uint96 bond, uint40 cutAt, uint40 notBefore, uint40 fillBy)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(AWARDS, orders, amounts, solver, bond, cutAt, notBefore, fillBy));
    }

    /// @dev keccak256 of a list's words: how `Awards` commits to its lists.
    function fold(bytes32[] memory words) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(words, 0x20), shl(5, mload(words)))
        }
    }

    function fold(uint256[] memory words) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(words, 0x20), shl(5, mload(words)))
        }
    }

    function bid(Bid calldata b) internal pure returns (bytes32) {
        return keccak256(abi.encode(BID, b));
    }

    function bidReceipt(BidReceipt calldata r) internal pure returns (bytes32) {
        return keccak256(abi.encode(BID_RECEIPT, r));
    }

    function cancel(bytes32 order) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL, order));
    }

    function cancelNonces(address user, uint256 word, uint256 mask) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL_NONCES, user, word, mask));
    }

    function reply(bytes32 awardDigest, Reply calldata r) internal pure returns (bytes32) {
        return keccak256(abi.encode(REPLY, awardDigest, r.authorisation, r.accepted));
    }

    function deliveries(uint256 chain, address delivery, uint64 height, uint40 asOf, bytes32 root) internal pure returns (bytes32 hash) {
        bytes32 typeHash = DELIVERIES;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            mstore(add(m, 0x20), chain)
            mstore(add(m, 0x40), shr(96, shl(96, delivery)))
            mstore(add(m, 0x60), and(height, 0xffffffffffffffff))
            mstore(add(m, 0x80), and(asOf, 0xffffffffff))
            mstore(add(m, 0xa0), root)
            hash := keccak256(m, 0xc0)
        }
    }

    function header(uint256 chain, uint64 number, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encode(HEADER, chain, number, hash));
    }

    /// @dev Of signers that were read before: none has dirty bits.
    function rotate(address[] calldata signers, uint8 k, uint64 epoch) internal pure returns (bytes32) {
        bytes32 list;
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, signers.offset, shl(5, signers.length))
            list := keccak256(m, shl(5, signers.length))
        }
        return keccak256(abi.encode(ROTATE, list, k, epoch));
    }

    /// @dev Of seconds that fit 32 bits.
    function voucher(bytes32 lease, uint256 secs, bytes32 meter, bool last) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER, lease, secs, meter, last));
    }

    function verdict(bytes32 dealId, bytes32 result, uint64 fuel) internal pure returns (bytes32) {
        return keccak256(abi.encode(VERDICT, dealId, result, fuel));
    }

    /* DEALS */

    function cold(Cold memory c) internal pure returns (bytes32) {
        return keccak256(abi.encode(c));
    }

    /// @dev The hash of `c` with another `maxUnits`. Dirty words match no stored hash.
    function cold(Cold calldata c, uint128 maxUnits) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, c, 0xc0)
            mstore(add(m, 0x20), maxUnits)
            hash := keccak256(m, 0xc0)
        }
    }

    function commitment(bytes32 group_, uint256 amounts, uint256 progress, uint256 state, bytes32 where_, bytes32 cold_)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(group_, amounts, progress, state, where_, cold_));
    }

    /// @dev The commitment of a deal that is being made.
    function firstCommitment(Deal memory d) internal pure returns (bytes32) {
        bytes32 group_ = keccak256(abi.encode(d.sellToken, d.solver, d.verifier, d.chain));
        uint256 progress = uint256(d.released) << 128 | d.delivered;
        return commitment(group_, uint256(d.num) << 128 | d.den, progress, d.state, d.where, d.cold);
    }

    /// @dev The commitment of a token deal that is being made: nothing released, nothing delivered, state 0. Words of the order are
    ///      hashed as they stand: whoever opens has read each of them as what it is.
    function tokenCommitment(TokenOrder calldata o, address solver, uint256 sell, uint256 buy, uint256 bond)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            // Cold: user, maxUnits, closeAfter, auctioneer, bond, feeBudget.
            mstore(m, calldataload(add(o, 0x20)))
            mstore(add(m, 0x20), buy)
            mstore(add(m, 0x40), calldataload(add(o, 0x180)))
            mstore(add(m, 0x60), calldataload(add(o, 0x120)))
            mstore(add(m, 0x80), bond)
            mstore(add(m, 0xa0), 0)
            let cold_ := keccak256(m, 0xc0)
            // Where: token, to, deliverBy.
            mstore(m, calldataload(add(o, 0xa0)))
            calldatacopy(add(m, 0x20), add(o, 0xe0), 0x40)
            let where_ := keccak256(m, 0x60)
            // Group: sellToken, solver, verifier, chain.
            mstore(m, calldataload(add(o, 0x40)))
            mstore(add(m, 0x20), solver)
            mstore(add(m, 0x40), calldataload(add(o, 0x1a0)))
            mstore(add(m, 0x60), calldataload(add(o, 0x80)))
            mstore(m, keccak256(m, 0x80))
            mstore(add(m, 0x20), or(shl(128, sell), buy))
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x60), 0)
            mstore(add(m, 0x80), where_)
            mstore(add(m, 0xa0), cold_)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @dev The commitment of a deal as it was handed in. Four dirty amounts revert; other dirty words match no commitment.
    function commitment(Deal calldata d) internal pure returns (bytes32 hash) {
        bytes32 group_ = group(d);
        assembly ("memory-safe") {
            let m := mload(0x40)
            let num := calldataload(add(d, 0x80))
            let den := calldataload(add(d, 0xa0))
            let released := calldataload(add(d, 0xc0))
            let delivered := calldataload(add(d, 0xe0))
            if shr(128, or(or(num, den), or(released, delivered))) { revert(0x00, 0x00) }
            mstore(m, group_)
            mstore(add(m, 0x20), or(shl(128, num), den))
            mstore(add(m, 0x40), or(shl(128, released), delivered))
            calldatacopy(add(m, 0x60), add(d, 0x100), 0x60)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @dev The commitment of a deal of a group, with another `progress`. Token deals have no state.
    function commitment(bytes32 group_, Item calldata item, uint256 progress) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, group_)
            calldatacopy(add(m, 0x20), add(item, 0x20), 0x20)
            mstore(add(m, 0x40), progress)
            mstore(add(m, 0x60), 0)
            calldatacopy(add(m, 0x80), add(item, 0x60), 0x40)
            hash := keccak256(m, 0xc0)
        }
    }

    function group(Group calldata g) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, g, 0x80)
            hash := keccak256(m, 0x80)
        }
    }

    /// @dev The amounts of a deal that matches its commitment, so no word is dirty.
    function amountsOf(Deal calldata d) internal pure returns (uint256 num, uint256 den, uint256 released, uint256 delivered) {
        assembly ("memory-safe") {
            num := calldataload(add(d, 0x80))
            den := calldataload(add(d, 0xa0))
            released := calldataload(add(d, 0xc0))
            delivered := calldataload(add(d, 0xe0))
        }
    }

    /// @dev `items[i]`, i below their number: the caller's loop keeps it.
    function itemAt(Item[] calldata items, uint256 i) internal pure returns (Item calldata item) {
        assembly ("memory-safe") {
            item := add(items.offset, mul(i, 0xc0))
        }
    }

    function group(Deal calldata d) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, d, 0x80)
            hash := keccak256(m, 0x80)
        }
    }

    /* DELIVERY */

    function where(address token, address to, uint256 deliverBy) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, shr(96, shl(96, token)))
            mstore(add(m, 0x20), shr(96, shl(96, to)))
            mstore(add(m, 0x40), deliverBy)
            hash := keccak256(m, 0x60)
        }
    }

    function where(Place calldata p) internal pure returns (bytes32) {
        return where(p.token, p.to, p.deliverBy);
    }

    /// @dev The record that pays for a token deal: its solver's or, without a solver, the race for all its units. Of a deal that
    ///      matches its commitment, so no word is dirty.
    function recordKey(bytes32 dealId, Deal calldata d) internal pure returns (bytes32 key) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            let solver := calldataload(add(d, 0x20))
            let race := iszero(solver)
            mstore(m, race)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), 0)
            mstore(add(m, 0x60), calldataload(add(d, 0x120)))
            mstore(add(m, 0x80), solver)
            mstore(add(m, 0xa0), mul(race, calldataload(add(d, 0xa0))))
            key := keccak256(m, 0xc0)
        }
    }

    /// @dev Mode 0: a named solver, cumulative amounts (units 0).
    function recordKey(bytes32 dealId, uint256 output, bytes32 where_, address solver) internal pure returns (bytes32) {
        return _recordKey(0, dealId, output, where_, solver, 0);
    }

    /// @dev Mode 1: a race. Whoever delivers all `units` first is in the record, so nobody is in its key.
    function raceKey(bytes32 dealId, uint256 output, bytes32 where_, uint128 units) internal pure returns (bytes32) {
        return _recordKey(1, dealId, output, where_, address(0), units);
    }

    function _recordKey(uint256 mode, bytes32 dealId, uint256 output, bytes32 where_, address solver, uint128 units)
        private
        pure
        returns (bytes32 key)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, mode)
            mstore(add(m, 0x20), dealId)
            mstore(add(m, 0x40), output)
            mstore(add(m, 0x60), where_)
            mstore(add(m, 0x80), shr(96, shl(96, solver)))
            mstore(add(m, 0xa0), shr(128, shl(128, units)))
            key := keccak256(m, 0xc0)
        }
    }

    function leaf(bytes32 key, uint256 word) internal pure returns (bytes32 hash) {
        bytes32 tag = LEAF;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, tag)
            mstore(add(m, 0x20), key)
            mstore(add(m, 0x40), word)
            hash := keccak256(m, 0x60)
        }
    }

    function node(bytes32 a, bytes32 b) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let second := shl(5, gt(a, b))
            mstore(second, a)
            mstore(xor(second, 0x20), b)
            hash := keccak256(0x00, 0x40)
        }
    }

    /// @dev Root over the leaves (keys[i], words[i]), in the order given. There must be as many words as keys, and at least one.
    function rootOf(bytes32[] calldata keys, uint256[] calldata words) internal pure returns (bytes32 hash) {
        bytes32 tag = LEAF;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let level := add(m, 0x60)
            let n := keys.length
            mstore(m, tag)
            for { let i := 0 } lt(i, shl(5, n)) { i := add(i, 0x20) } {
                mstore(add(m, 0x20), calldataload(add(keys.offset, i)))
                mstore(add(m, 0x40), calldataload(add(words.offset, i)))
                mstore(add(level, i), keccak256(m, 0x60))
            }
            for {} gt(n, 1) {} {
                let to := level
                let from := level
                for { let end := add(level, shl(6, shr(1, n))) } lt(from, end) { from := add(from, 0x40) } {
                    let a := mload(from)
                    let b := mload(add(from, 0x20))
                    let second := shl(5, gt(a, b))
                    mstore(second, a)
                    mstore(xor(second, 0x20), b)
                    mstore(to, keccak256(0x00, 0x40))
                    to := add(to, 0x20)
                }
                // An odd node moves up.
                if and(n, 1) { mstore(to, mload(from)) }
                n := shr(1, add(n, 1))
            }
            hash := mload(level)
        }
    }

    /* CALLDATA */

    /// @dev The order inside `data` = abi.encode(order), read where it stands; of kinds 16 and 17 with the options behind it. Without
    ///      them `x` points beyond `data`: nobody may read it then.
    function toSwapOrder(uint8 kind, bytes calldata data) internal pure returns (SwapOrder calldata o, Options calldata x) {
        uint256 from = _contents(data, kind < WITH_OPTIONS ? 11 : 19);
        assembly ("memory-safe") {
            o := from
            x := add(from, 0x160)
        }
    }

    function toTokenOrder(bytes calldata data) internal pure returns (TokenOrder calldata o) {
        uint256 from = _contents(data, 15);
        assembly ("memory-safe") {
            o := from
        }
    }

    function toLeaseOrder(bytes calldata data) internal pure returns (LeaseOrder calldata o) {
        uint256 from = _contents(data, 19);
        assembly ("memory-safe") {
            o := from
        }
    }

    function toJobOrder(bytes calldata data) internal pure returns (JobOrder calldata o) {
        uint256 from = _contents(data, 23);
        assembly ("memory-safe") {
            o := from
        }
    }

    /// @dev No bytes: what lies behind the call reads as zero. (A length that the compiler knew would make it write each function that
    ///      takes them once more.)
    function empty() internal pure returns (bytes calldata data) {
        assembly ("memory-safe") {
            data.offset := calldatasize()
            data.length := calldataload(calldatasize())
        }
    }

    function _contents(bytes calldata data, uint256 words) private pure returns (uint256 from) {
        require(data.length == words * 0x20, IErrors.BadLength(data.length));
        assembly ("memory-safe") {
            from := data.offset
        }
    }

    /// @dev keccak256(typeHash ‖ `count` calldata words from `from`).
    function _words(bytes32 typeHash, uint256 from, uint256 count) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            calldatacopy(add(m, 0x20), from, mul(count, 0x20))
            hash := keccak256(m, add(0x20, mul(count, 0x20)))
        }
    }

    /// @dev keccak256(typeHash ‖ sentence ‖ user ‖ sell ‖ buy ‖ terms ‖ nonce); sentence and user are the words at `from`.
    function _order(bytes32 typeHash, uint256 from, bytes32 sell, bytes32 buy, bytes32 terms, uint256 nonce)
        private
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            calldatacopy(add(m, 0x20), from, 0x40)
            mstore(add(m, 0x60), sell)
            mstore(add(m, 0x80), buy)
            mstore(add(m, 0xa0), terms)
            mstore(add(m, 0xc0), nonce)
            hash := keccak256(m, 0xe0)
        }
    }

    function _position(TokenOrder calldata o) private pure returns (uint256 from) {
        assembly ("memory-safe") {
            from := o
        }
    }

    function _position(LeaseOrder calldata o) private pure returns (uint256 from) {
        assembly ("memory-safe") {
            from := o
        }
    }

    function _position(JobOrder calldata o) private pure returns (uint256 from) {
        assembly ("memory-safe") {
            from := o
        }
    }
}
