// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Stands for the chain's native coin wherever a token is named.
address constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

/// @dev Kinds pick the EIP-712 type. A kind is never signed: a wrong one gives another digest, hence a bad signature.
uint8 constant FILL_IN = 0;
uint8 constant FILL_OUT = 1;
uint8 constant OPEN_IN = 2;
uint8 constant OPEN_OUT = 3;
uint8 constant LEASE = 8;
uint8 constant JOB = 9;

/// @dev Added to kinds 0 and 1: the order carries `Options`, another EIP-712 type.
uint8 constant WITH_OPTIONS = 16;

/// @dev What one unit price counts: a lease is priced per hour of seconds, a job per 10⁹ fuel.
uint128 constant LEASE_UNIT = 3600;
uint128 constant JOB_UNIT = 1e9;

/// @dev Same-chain order, kinds 0 and 1. Calldata form of the signed order: members in signed order, flat; `sentence`
///      (and each string below) travels as the keccak256 of its bytes, which is what EIP-712 hashes anyway.
struct SwapOrder {
    bytes32 sentence;
    address user;
    address sellToken;
    uint128 sell; // kind 0: exactly; kind 1: atMost
    address buyToken;
    uint128 buy; // kind 0: atLeast; kind 1: exactly
    address to;
    address auctioneer;
    uint40 exclusiveUntil;
    uint40 fillBy;
    uint256 nonce;
}

/// @dev What a same-chain order may ask beside the usual (kinds 16 and 17). A member of 0 switches its option off.
struct Options {
    uint128 smallestPart; // partial fills: no part, and no rest, is smaller; in units of the exact side
    uint128 decayFrom; // the limit's start after `exclusiveUntil`; it moves linearly to the signed limit ...
    uint40 decayUntil; // ... reached here: exclusiveUntil < decayUntil ≤ fillBy
    uint32 parts; // recurring: 2 … 256 parts of the whole order each; excludes smallestPart
    uint32 every; // seconds between parts, ≥ 60: every signed time of part k is k × every later
    uint40 start; // first second of part 0
    address feeTo;
    uint16 feeBps; // of the sell token, out of the signed amount, ≤ 200
}

/// @dev Escrow order for tokens, kinds 2 and 3. `deliverBy` is the destination's time, the rest the origin's.
struct TokenOrder {
    bytes32 sentence;
    address user;
    address sellToken;
    uint128 sell; // kind 2: exactly; kind 3: atMost
    uint256 chainId;
    address buyToken;
    uint128 buy; // kind 2: atLeast; kind 3: exactly
    address to;
    uint40 deliverBy;
    address auctioneer;
    uint40 exclusiveUntil;
    uint40 openBy;
    uint40 closeAfter;
    address verifier;
    uint256 nonce;
}

/// @dev A machine, counted in seconds, kind 8. `resources`, `place`, `workload` are EIP-712 struct hashes.
struct LeaseOrder {
    bytes32 sentence;
    address user;
    address sellToken;
    uint128 perHourAtMost;
    uint128 totalAtMost;
    bytes32 resources;
    bytes32 place;
    bytes32 workload;
    uint32 secondsAtMost;
    address auctioneer;
    uint40 exclusiveUntil;
    uint40 openBy;
    uint40 startBy;
    uint32 ackSeconds;
    uint32 windowSeconds;
    uint96 noShowPenalty;
    address meterKey;
    address verifier;
    uint256 nonce;
}

/// @dev A deterministic program run, counted in fuel, kind 9. `runtime` and `command` are keccak256 of the strings.
struct JobOrder {
    bytes32 sentence;
    address user;
    address sellToken;
    uint128 perBillionFuelAtMost;
    uint128 totalAtMost; // of the deposit and the audit budget together
    uint128 auditBudget; // what all judges together get; comes back if none is needed
    bytes32 runtime;
    bytes32 command;
    bytes32 programSha256;
    bytes32 inputSha256;
    uint64 fuelAtMost;
    uint32 memoryMiB;
    uint32 outputMiB;
    address auctioneer;
    uint40 exclusiveUntil;
    uint40 openBy;
    uint40 resultBy;
    uint32 challengeSeconds; // after the result: the buyer may demand judging
    uint32 verdictSeconds; // after the challenge or the draw: the judges may speak
    uint16 auditBps; // of all such jobs are judged without being challenged, by lot; 10,000: each
    uint96 bondAtLeast;
    address verifier;
    uint256 nonce;
}

/// @dev The winning bid, signed by the auctioneer that the order names. `previous` is signed under the name `after`
///      (a reserved word in Solidity): digest of the previous award of this order, or 0.
struct Award {
    bytes32 order;
    uint128 part;
    address solver;
    uint128 sell;
    uint128 buy;
    uint96 bond;
    uint40 cutAt;
    uint40 notBefore;
    uint40 fillBy;
    bytes32 previous;
}

/// @dev An award of this very order, part 0, to the caller, packed for calldata: everything else of it follows from the call.
struct PackedAward {
    uint256 amounts; // sell << 128 | buy
    uint256 terms; // bond << 120 | cutAt << 80 | notBefore << 40 | fillBy
    bytes32 previous;
    bytes32 r; // EIP-2098 signature of the auctioneer
    bytes32 vs;
}

/// @dev A solver's signed, expiring promise. Lease: `sell` per hour, `buy` seconds; job: per 10⁹ fuel, fuel.
struct Bid {
    bytes32 order;
    uint128 part;
    address solver;
    uint128 sell;
    uint128 buy;
    uint96 bond;
    uint40 validUntil;
    bytes32 salt;
}

/// @dev The auctioneer's word that a bid (by digest) is in the auction.
struct BidReceipt {
    bytes32 order;
    uint128 part;
    bytes32 bid;
    uint40 receivedAt;
    uint32 index;
}

/// @dev Shows that an award is entry `index` of a batch that was signed as one `Awards`: its lists, as they were hashed, in
///      batch order; amounts are `sell << 128 | buy`. Entry i is the award of orders[i], part 0, `previous` 0, and has its digest.
struct BatchEntry {
    bytes32[] orders;
    uint256[] amounts;
    uint256 index;
    bytes32 r; // EIP-2098 signature of the auctioneer
    bytes32 vs;
}

/// @dev At what a deal opens: with whom (0: race mode), for how much, under which bond. `sell` and `buy` as in an award.
struct Bargain {
    address solver;
    uint128 sell;
    uint128 buy;
    uint96 bond;
}

/// @dev What Bonds and Fairness need to know of an order, whatever its kind. See ISettles.inspect.
struct Facts {
    bytes32 id;
    bytes32 separator; // domain of the order, and of bids, receipts, awards and replies about it
    address user;
    address auctioneer;
    uint40 exclusiveUntil;
    uint40 deadline; // last second at which the order could be taken
    address sellToken;
    bool fresh; // neither taken nor cancelled (partial and recurring orders: the part asked about)
}

/// @dev The solver's countersignature under an award. `authorisation` = keccak256 of the user's signature bytes.
struct Reply {
    bytes32 authorisation;
    bool accepted;
}

/// @dev An award with what proves it. `award.solver == 0` means: no award. `reply` and `replySig` are needed only
///      where the caller is not the award's solver.
struct Awarded {
    Award award;
    bytes auctioneerSig;
    Reply reply;
    bytes replySig;
}

/// @dev The state of an open deal. One storage slot holds its commitment (`States.commitment`); callers hand it in.
struct Deal {
    address sellToken;
    address solver;
    address verifier;
    uint256 chain; // tokens: the destination's chain id; leases and jobs: 0
    uint128 num; // released = floor(num × delivered / den). Tokens: deposit and units owed; lease: price per hour and 3600;
    uint128 den; // job: price per 10⁹ fuel and 10⁹
    uint128 released;
    uint128 delivered;
    uint256 state; // the verifier's own word; 0 at open
    bytes32 where; // tokens: keccak256(abi.encode(token, to, deliverBy)); else the hash of the verifier's terms
    bytes32 cold; // States.cold(Cold)
}

/// @dev What many token deals share: `claimMany` pays them together.
struct Group {
    address sellToken;
    address solver;
    address verifier;
    uint256 chain;
}

/// @dev One deal of a group, and the word that its record on the destination holds.
struct Item {
    bytes32 dealId;
    uint256 amounts; // num << 128 | den
    uint256 progress; // released << 128 | delivered
    bytes32 where;
    bytes32 cold;
    uint256 word;
}

/// @dev Where a token deal must arrive, and until when: the preimage of `Deal.where`.
struct Place {
    address token;
    address to;
    uint40 deliverBy;
}

/// @dev The part of a deal that only `advance` and `close` need.
struct Cold {
    address user;
    uint128 maxUnits;
    uint40 closeAfter;
    address auctioneer;
    uint96 bond; // leases and jobs: locked in Bonds while the deal is open; tokens: only recorded
    uint128 feeBudget; // deposited beside the price, for third parties that the verifier names (a job's judges); the rest comes back
}

/// @dev Terms of a lease that its verifier needs. `where` = keccak256(abi.encode(keccak256("Tender lease terms"), terms)).
///      `machine` is the EIP-712 struct hash.
struct LeaseTerms {
    uint40 startBy;
    uint32 ackSeconds;
    uint32 windowSeconds;
    uint32 secondsAtMost;
    address meterKey;
    bytes32 machine;
}

/// @dev Terms of a job that its verifier needs. `where` = keccak256(abi.encode(keccak256("Tender job terms"), terms)).
///      `job` is the EIP-712 struct hash.
struct JobTerms {
    uint40 resultBy;
    uint32 challengeSeconds;
    uint32 verdictSeconds;
    uint16 auditBps;
    bytes32 job;
}
