// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IErrors} from "../interfaces/IErrors.sol";
import {
    Award,
    Bid,
    BidReceipt,
    FILL_OUT,
    JobOrder,
    LeaseOrder,
    OPEN_IN,
    OPEN_OUT,
    Options,
    Reply,
    SwapOrder,
    TokenOrder,
    WITH_OPTIONS
} from "../interfaces/Types.sol";
import {Swaps} from "./Swaps.sol";

/// @title EIP-712: the hashes of orders and of the messages about them.
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
    function voucher(bytes32 lease, uint256 secs, bytes32 meter, bool last) internal pure returns (bytes32 hash) {
        bytes32 typeHash = VOUCHER;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typeHash)
            mstore(add(m, 0x20), lease)
            mstore(add(m, 0x40), secs)
            mstore(add(m, 0x60), meter)
            mstore(add(m, 0x80), last)
            hash := keccak256(m, 0xa0)
        }
    }

    function verdict(bytes32 dealId, bytes32 result, uint64 fuel) internal pure returns (bytes32) {
        return keccak256(abi.encode(VERDICT, dealId, result, fuel));
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
