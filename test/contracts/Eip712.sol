// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "../../contracts/src/interfaces/Types.sol";

/// @dev EIP-712 written a second time, plainly and without the contracts' library, so that tests check it.
abstract contract Eip712 {
    /// @dev Of orders of kinds 0 and 1 (Settlement) and of all others (Escrow), with the messages about them.
    bytes32 internal domain;
    bytes32 internal escrowDomain;
    /// @dev Ids that were computed for Escrow: the market's messages about them are signed there.
    mapping(bytes32 id => bool) internal escrowed;

    function _domainOf(address verifying, uint256 chain) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tender"),
                keccak256("1"),
                chain,
                verifying
            )
        );
    }

    function _digest(bytes32 structHash) internal returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _escrowId(bytes32 structHash) private returns (bytes32 id) {
        id = keccak256(abi.encodePacked(hex"1901", escrowDomain, structHash));
        escrowed[id] = true;
    }

    /// @dev The digest of a message about order `id`, in the domain of the contract that executes it.
    function _digestFor(bytes32 id, bytes32 structHash) internal returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", escrowed[id] ? escrowDomain : domain, structHash));
    }

    function _awardDigest(Award memory a) internal returns (bytes32) {
        return _digestFor(a.order, _hashAward(a));
    }

    string private constant TERMS = "Terms(address auctioneer,uint40 exclusiveUntil,uint40 fillBy)";
    string private constant ESCROW_TERMS =
        "Terms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 closeAfter,address verifier)";

    function _sellType(bool exactIn) private pure returns (string memory) {
        return exactIn ? "Sell(address token,uint128 exactly)" : "Sell(address token,uint128 atMost)";
    }

    function _buyType(bool exactIn) private pure returns (string memory) {
        return exactIn ? "Token(address token,uint128 atLeast,address to)" : "Token(address token,uint128 exactly,address to)";
    }

    function _farType(bool exactIn) private pure returns (string memory) {
        return exactIn
            ? "Token(uint256 chainId,address token,uint128 atLeast,address to,uint40 deliverBy)"
            : "Token(uint256 chainId,address token,uint128 exactly,address to,uint40 deliverBy)";
    }

    function _idOf(uint8 kind, SwapOrder memory o) internal returns (bytes32) {
        Options memory none;
        return _digest(_structHash(kind, o, none));
    }

    string private constant OPTIONS =
        "Options(uint128 smallestPart,uint128 decayFrom,uint40 decayUntil,uint32 parts,uint32 every,uint40 start,address feeTo,uint16 feeBps)";

    /// @dev Kinds 16 and 17; of kinds 0 and 1 the options are no part.
    function _idOf(uint8 kind, SwapOrder memory o, Options memory x) internal returns (bytes32) {
        return kind < 16 ? _idOf(kind, o) : _digest(_structHash(kind, o, x));
    }

    function _structHash(uint8 kind, SwapOrder memory o, Options memory x) internal pure returns (bytes32) {
        bytes32 typeHash = _swapType(kind);
        bytes memory head = abi.encode(typeHash, o.sentence, o.user, _swapSell(kind, o), _swapBuy(kind, o), _swapTerms(o));
        if (kind < 16) return keccak256(bytes.concat(head, abi.encode(o.nonce)));
        return keccak256(bytes.concat(head, abi.encode(keccak256(abi.encode(_hash(OPTIONS), x)), o.nonce)));
    }

    function _swapType(uint8 kind) private pure returns (bytes32) {
        bytes memory types = abi.encodePacked(_sellType(kind & 1 == 0), TERMS, _buyType(kind & 1 == 0));
        if (kind < 16) return _orderType("Sell sell,Token buy,Terms terms", types);
        return _orderType("Sell sell,Token buy,Terms terms,Options options", abi.encodePacked(OPTIONS, types));
    }

    function _swapSell(uint8 kind, SwapOrder memory o) private pure returns (bytes32) {
        return keccak256(abi.encode(_hash(_sellType(kind & 1 == 0)), o.sellToken, o.sell));
    }

    function _swapBuy(uint8 kind, SwapOrder memory o) private pure returns (bytes32) {
        return keccak256(abi.encode(_hash(_buyType(kind & 1 == 0)), o.buyToken, o.buy, o.to));
    }

    function _swapTerms(SwapOrder memory o) private pure returns (bytes32) {
        return keccak256(abi.encode(_hash(TERMS), o.auctioneer, o.exclusiveUntil, o.fillBy));
    }

    /// @dev What the user signs for Permit2, whose domain has no version.
    function _permit2Digest(uint8 kind, SwapOrder memory o, Options memory x, address spender, address permit2)
        internal
        view
        returns (bytes32)
    {
        bytes32 permitted = keccak256(abi.encode(_hash(PERMISSIONS), o.sellToken, uint256(o.sell)));
        bytes32 typeHash = _permit2Type(kind);
        bytes32 hash = keccak256(abi.encode(typeHash, permitted, spender, o.nonce, uint256(o.fillBy), _structHash(kind, o, x)));
        bytes32 domainType = _hash("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
        bytes32 separator = keccak256(abi.encode(domainType, _hash("Permit2"), block.chainid, permit2));
        return keccak256(abi.encodePacked(hex"1901", separator, hash));
    }

    string private constant PERMISSIONS = "TokenPermissions(address token,uint256 amount)";

    function _permit2Type(uint8 kind) private pure returns (bytes32) {
        string memory options = kind < 16 ? "" : "Options options,";
        bytes memory order =
            abi.encodePacked("Order(string sentence,address user,Sell sell,Token buy,Terms terms,", options, "uint256 nonce)");
        bytes memory types = abi.encodePacked(kind < 16 ? "" : OPTIONS, order, _sellType(kind & 1 == 0), TERMS);
        types = abi.encodePacked(types, _buyType(kind & 1 == 0), PERMISSIONS);
        string memory head =
            "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Order witness)";
        return keccak256(abi.encodePacked(head, types));
    }

    function _idOf(uint8 kind, TokenOrder memory o) internal returns (bytes32) {
        bool exactIn = kind == 2;
        bytes32 sell = keccak256(abi.encode(_hash(_sellType(exactIn)), o.sellToken, o.sell));
        bytes32 buy = keccak256(abi.encode(_hash(_farType(exactIn)), o.chainId, o.buyToken, o.buy, o.to, o.deliverBy));
        bytes32 terms = keccak256(
            abi.encode(_hash(ESCROW_TERMS), o.auctioneer, o.exclusiveUntil, o.openBy, o.closeAfter, o.verifier)
        );
        bytes32 orderType =
            _orderType("Sell sell,Token buy,Terms terms", abi.encodePacked(_sellType(exactIn), ESCROW_TERMS, _farType(exactIn)));
        return _escrowId(keccak256(abi.encode(orderType, o.sentence, o.user, sell, buy, terms, o.nonce)));
    }

    string private constant LEASE_TERMS =
        "LeaseTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 startBy,uint32 ackSeconds,uint32 windowSeconds,uint96 noShowPenalty,address meterKey,address verifier)";
    string private constant MACHINE = "Machine(Resources resources,Place place,Workload workload,uint32 secondsAtMost)";
    string private constant PLACE = "Place(string regions,string level)";
    string private constant RATE = "Rate(address token,uint128 perHourAtMost,uint128 totalAtMost)";
    string private constant RESOURCES =
        "Resources(uint32 cpuMilli,uint32 memoryMiB,uint32 diskGiB,uint8 gpus,string gpuModel,uint32 gpuMemoryMiB)";
    string private constant WORKLOAD =
        "Workload(string runtime,string image,string command,bytes32 artifactSha256,bytes32 sealedInputs)";
    string private constant JOB_TYPE =
        "Job(string runtime,string command,bytes32 programSha256,bytes32 inputSha256,uint64 fuelAtMost,uint32 memoryMiB,uint32 outputMiB)";
    string private constant JOB_TERMS =
        "JobTerms(address auctioneer,uint40 exclusiveUntil,uint40 openBy,uint40 resultBy,uint32 challengeSeconds,uint32 verdictSeconds,uint16 auditBps,uint96 bondAtLeast,address verifier)";
    string private constant PRICE = "Price(address token,uint128 perBillionFuelAtMost,uint128 totalAtMost,uint128 auditBudget)";

    function _idOf(LeaseOrder memory o) internal returns (bytes32) {
        bytes32 sell = keccak256(abi.encode(_hash(RATE), o.sellToken, o.perHourAtMost, o.totalAtMost));
        bytes memory head = abi.encode(_hash(LEASE_TERMS), o.auctioneer, o.exclusiveUntil, o.openBy, o.startBy);
        bytes memory tail = abi.encode(o.ackSeconds, o.windowSeconds, o.noShowPenalty, o.meterKey, o.verifier);
        bytes memory types = abi.encodePacked(LEASE_TERMS, MACHINE, PLACE, RATE, RESOURCES, WORKLOAD);
        bytes32 orderType = _orderType("Rate sell,Machine buy,LeaseTerms terms", types);
        bytes32 terms = keccak256(bytes.concat(head, tail));
        return _escrowId(keccak256(abi.encode(orderType, o.sentence, o.user, sell, _hashMachine(o), terms, o.nonce)));
    }

    function _hashMachine(LeaseOrder memory o) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(abi.encodePacked(MACHINE, PLACE, RESOURCES, WORKLOAD));
        return keccak256(abi.encode(typeHash, o.resources, o.place, o.workload, o.secondsAtMost));
    }

    function _idOf(JobOrder memory o) internal returns (bytes32) {
        bytes32 sell = keccak256(abi.encode(_hash(PRICE), o.sellToken, o.perBillionFuelAtMost, o.totalAtMost, o.auditBudget));
        bytes memory head = abi.encode(_hash(JOB_TERMS), o.auctioneer, o.exclusiveUntil, o.openBy);
        bytes memory tail = abi.encode(o.resultBy, o.challengeSeconds, o.verdictSeconds, o.auditBps, o.bondAtLeast, o.verifier);
        bytes32 terms = keccak256(bytes.concat(head, tail));
        bytes memory types = abi.encodePacked(JOB_TYPE, JOB_TERMS, PRICE);
        bytes32 orderType = _orderType("Price sell,Job buy,JobTerms terms", types);
        return _escrowId(keccak256(abi.encode(orderType, o.sentence, o.user, sell, _hashJob(o), terms, o.nonce)));
    }

    function _hashJob(JobOrder memory o) internal pure returns (bytes32) {
        bytes memory head = abi.encode(_hash(JOB_TYPE), o.runtime, o.command, o.programSha256, o.inputSha256);
        return keccak256(bytes.concat(head, abi.encode(o.fuelAtMost, o.memoryMiB, o.outputMiB)));
    }

    function _orderType(string memory members, bytes memory types) private pure returns (bytes32) {
        return keccak256(abi.encodePacked("Order(string sentence,address user,", members, ",uint256 nonce)", types));
    }

    function _hash(string memory text) private pure returns (bytes32) {
        return keccak256(bytes(text));
    }

    function _hashAward(Award memory a) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Award(bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy,bytes32 after)"
        );
        return keccak256(abi.encode(typeHash, a));
    }

    function _hashAwards(Award memory a, bytes32[] memory orders, uint256[] memory amounts) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256("Awards(bytes32 orders,bytes32 amounts,address solver,uint96 bond,uint40 cutAt,uint40 notBefore,uint40 fillBy)");
        bytes memory lists = abi.encode(typeHash, keccak256(abi.encodePacked(orders)), keccak256(abi.encodePacked(amounts)));
        return keccak256(bytes.concat(lists, abi.encode(a.solver, a.bond, a.cutAt, a.notBefore, a.fillBy)));
    }

    function _hashBid(Bid memory b) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Bid(bytes32 order,uint128 part,address solver,uint128 sell,uint128 buy,uint96 bond,uint40 validUntil,bytes32 salt)"
        );
        return keccak256(abi.encode(typeHash, b));
    }

    function _hashReceipt(BidReceipt memory r) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("BidReceipt(bytes32 order,uint128 part,bytes32 bid,uint40 receivedAt,uint32 index)");
        return keccak256(abi.encode(typeHash, r));
    }

    function _hashReply(bytes32 award, Reply memory r) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Reply(bytes32 award,bytes32 authorisation,bool accepted)");
        return keccak256(abi.encode(typeHash, award, r.authorisation, r.accepted));
    }

    function _hashDeliveries(bytes32 chain, address delivery_, uint64 number, uint40 asOf, bytes32 root) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Deliveries(bytes32 chain,address delivery,uint64 number,uint40 asOf,bytes32 root)");
        return keccak256(abi.encode(typeHash, chain, delivery_, number, asOf, root));
    }

    function _hashRotate(address[] memory signers, uint8 k, uint64 epoch) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Rotate(address[] signers,uint8 k,uint64 epoch)");
        return keccak256(abi.encode(typeHash, keccak256(abi.encodePacked(signers)), k, epoch));
    }

    function _hashVoucher(bytes32 dealId, uint32 secs, bytes32 meter_, bool last) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Voucher(bytes32 lease,uint32 seconds,bytes32 meter,bool last)"), dealId, secs, meter_, last));
    }

    function _hashVerdict(bytes32 dealId, bytes32 result, uint64 fuel) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Verdict(bytes32 job,bytes32 result,uint64 fuel)"), dealId, result, fuel));
    }

    function _leaf(bytes32 key, uint256 word) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Delivered(bytes32 key,uint256 word)"), key, word));
    }
}
