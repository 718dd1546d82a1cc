// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttested} from "../../contracts/src/interfaces/IAttested.sol";
import {IBonds} from "../../contracts/src/interfaces/IBonds.sol";
import {ICredits} from "../../contracts/src/interfaces/ICredits.sol";
import {Drop, IDelivery} from "../../contracts/src/interfaces/IDelivery.sol";
import {IFairness, OrderRef, ReceiptedBid, SignedAward} from "../../contracts/src/interfaces/IFairness.sol";
import {IErrors} from "../../contracts/src/interfaces/IErrors.sol";
import {Act, ILease} from "../../contracts/src/interfaces/ILease.sol";
import {IRerun} from "../../contracts/src/interfaces/IRerun.sol";
import {IEscrow} from "../../contracts/src/interfaces/IEscrow.sol";
import {ISettlement} from "../../contracts/src/interfaces/ISettlement.sol";
import {ISettles} from "../../contracts/src/interfaces/ISettles.sol";
import {IVerifier} from "../../contracts/src/interfaces/IVerifier.sol";
import "../../contracts/src/interfaces/Types.sol";
import {Eip712} from "./Eip712.sol";
import {PlainToken} from "./Tokens.sol";
import {VM, Vm} from "./Vm.sol";

/// @dev A whole deployment on one chain, the people, and builders of valid orders, awards and evidence. Tests change one
///      thing and say what must happen.
abstract contract Base is Eip712 {
    Vm internal constant vm = VM;

    uint256 internal constant USER_KEY = 0xA11CE;
    uint256 internal constant SOLVER_KEY = 0x501;
    uint256 internal constant AUCTIONEER_KEY = 0xA0C;
    uint256 internal constant METER_KEY = 0x3E7;
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    /// @dev Of a nonce: Permit2 guards it.
    uint256 internal constant GUARDED = 1 << 255;
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant FAR = 31_302;
    uint40 internal constant GAP = 300;
    uint40 internal constant DELAY = 10 days;
    uint40 internal constant AWARD_MIN = 10;
    uint40 internal constant MISS_GRACE = 24;
    uint128 internal constant SELL = 1000e6;
    uint128 internal constant BUY = 0.4e18;
    uint96 internal constant BOND = 50e6;

    address internal user = VM.addr(USER_KEY);
    address internal solver = VM.addr(SOLVER_KEY);
    address internal auctioneer = VM.addr(AUCTIONEER_KEY);
    address internal meter = VM.addr(METER_KEY);
    address internal recipient = address(0xBEEF);
    address internal stranger = address(0x57A);

    ISettlement internal settlement;
    IEscrow internal escrow;
    IBonds internal bonds;
    IFairness internal fairness;
    IDelivery internal delivery;
    IAttested internal attested;
    IVerifier internal local;
    ILease internal lease;
    IRerun internal rerun;
    PlainToken internal usdc;
    PlainToken internal weth;
    /// @dev How often the attesters named their successors, who have other keys.
    uint256 internal rotations;

    function setUp() public virtual {
        vm.warp(NOW);
        usdc = new PlainToken();
        weth = new PlainToken();
        delivery = IDelivery(vm.deployCode("Delivery.sol:Delivery", ""));
        uint64 nonce = vm.getNonce(address(this));
        address[3] memory after_;
        for (uint64 i; i < 3; ++i) {
            after_[i] = vm.computeCreateAddress(address(this), nonce + 1 + i);
        }
        bonds = _newBonds(after_[0], after_[1], after_[2], address(usdc));
        settlement = ISettlement(vm.deployCode("Settlement.sol:Settlement", abi.encode(bonds)));
        escrow = IEscrow(vm.deployCode("Escrow.sol:Escrow", abi.encode(bonds)));
        fairness = IFairness(vm.deployCode("Fairness.sol:Fairness", abi.encode(bonds)));
        lease = ILease(vm.deployCode("Lease.sol:Lease", abi.encode(escrow)));
        local = IVerifier(vm.deployCode("Local.sol:Local", abi.encode(delivery, uint40(60))));
        attested = IAttested(vm.deployCode("Attested.sol:Attested", _attestedArgs()));
        rerun = IRerun(vm.deployCode("Rerun.sol:Rerun", abi.encode(_attesters(), uint8(2))));
        domain = _domainOf(address(settlement), block.chainid);
        escrowDomain = _domainOf(address(escrow), block.chainid);

        usdc.mint(user, 1e15);
        weth.mint(solver, 1e24);
        weth.mint(recipient, 1);
        usdc.mint(solver, 1e15);
        _approve(user, usdc, address(settlement));
        _approve(user, usdc, address(escrow));
        _approve(user, weth, address(settlement));
        _approve(solver, weth, address(settlement));
        _approve(solver, weth, address(delivery));
        _approve(solver, usdc, address(bonds));
    }

    /* SETUP */

    function _newBonds(address settlement_, address escrow_, address fairness_, address token) internal returns (IBonds) {
        bytes memory args = abi.encode(settlement_, escrow_, fairness_, token, DELAY, AWARD_MIN, MISS_GRACE);
        return IBonds(vm.deployCode("Bonds.sol:Bonds", args));
    }

    function _attesterKey(uint256 i) internal view returns (uint256) {
        return 0xA77E57 + 64 * rotations + i;
    }

    /// @dev The attesters are also the judges of jobs.
    function _attesters() internal returns (address[] memory signers) {
        signers = new address[](3);
        for (uint256 i; i < 3; ++i) {
            signers[i] = vm.addr(_attesterKey(i));
        }
    }

    function _attestedArgs() internal returns (bytes memory) {
        uint256[] memory chains = new uint256[](2);
        (chains[0], chains[1]) = (FAR, block.chainid);
        uint40[] memory gaps = new uint40[](2);
        (gaps[0], gaps[1]) = (GAP, 120);
        return abi.encode(delivery, _attesters(), uint8(2), chains, gaps);
    }

    function _approve(address owner, PlainToken token, address spender) internal {
        vm.prank(owner);
        token.approve(spender, type(uint256).max);
    }

    function _bond(uint96 amount) internal {
        vm.prank(solver);
        bonds.deposit(solver, auctioneer, amount);
    }

    /// @dev The real contract: the address is CREATE2's proof of its code.
    function _installPermit2() internal {
        bytes memory creation = vm.parseBytes(vm.readFile("api/local/permit2/creation.hex"));
        bytes32 salt = 0x0000000000000000000000000000000000000000d3af2663da51c10215000000;
        address deployer = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
        vm.etch(deployer, hex"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3");
        (bool ok,) = deployer.call(bytes.concat(salt, creation));
        require(ok && PERMIT2.code.length != 0, "no Permit2");
    }

    /* ORDERS */

    function _swap() internal returns (SwapOrder memory o) {
        o.sentence = keccak256("Sell exactly 1000 USDC to buy at least 0.4 WETH.");
        o.user = user;
        o.sellToken = address(usdc);
        o.sell = SELL;
        o.buyToken = address(weth);
        o.buy = BUY;
        o.to = recipient;
        o.auctioneer = auctioneer;
        o.exclusiveUntil = uint40(NOW + 60);
        o.fillBy = uint40(NOW + 120);
        o.nonce = 7;
    }

    function _token() internal returns (TokenOrder memory o) {
        o.sentence = keccak256("Sell exactly 1000 USDC to buy at least 0.4 WETH on base.");
        o.user = user;
        o.sellToken = address(usdc);
        o.sell = SELL;
        o.chainId = FAR;
        o.buyToken = address(weth);
        o.buy = BUY;
        o.to = recipient;
        o.deliverBy = uint40(NOW + 600);
        o.auctioneer = auctioneer;
        o.exclusiveUntil = uint40(NOW + 60);
        o.openBy = uint40(NOW + 120);
        o.closeAfter = uint40(NOW + 1000);
        o.verifier = address(attested);
        o.nonce = 8;
    }

    function _lease() internal returns (LeaseOrder memory o) {
        o.sentence = keccak256("Rent 1 vCPU for 2 hours.");
        o.user = user;
        o.sellToken = address(usdc);
        o.perHourAtMost = 2e6;
        o.totalAtMost = 5e6;
        o.resources = keccak256("resources");
        o.place = keccak256("place");
        o.workload = keccak256("workload");
        o.secondsAtMost = 7200;
        o.auctioneer = auctioneer;
        o.exclusiveUntil = uint40(NOW + 60);
        o.openBy = uint40(NOW + 120);
        o.startBy = uint40(NOW + 300);
        o.ackSeconds = 60;
        o.windowSeconds = 600;
        o.noShowPenalty = 3e6;
        o.meterKey = meter;
        o.verifier = address(lease);
        o.nonce = 9;
    }

    function _job() internal returns (JobOrder memory o) {
        o.sentence = keccak256("Run primes.wasm for at most 0.05 USDC.");
        o.user = user;
        o.sellToken = address(usdc);
        o.perBillionFuelAtMost = 1e6;
        o.totalAtMost = 50e6;
        o.auditBudget = 1e6;
        o.runtime = keccak256("wasi");
        o.command = keccak256("primes.wasm 20000");
        o.programSha256 = keccak256("program");
        o.inputSha256 = keccak256("input");
        o.fuelAtMost = 40e9;
        o.memoryMiB = 64;
        o.outputMiB = 1;
        o.auctioneer = auctioneer;
        o.exclusiveUntil = uint40(NOW + 60);
        o.openBy = uint40(NOW + 120);
        o.resultBy = uint40(NOW + 300);
        o.challengeSeconds = 900;
        o.verdictSeconds = 1200;
        o.auditBps = 10_000;
        o.bondAtLeast = 10e6;
        o.verifier = address(rerun);
        o.nonce = 10;
    }

    /* AWARDS */

    function _award(bytes32 id, uint128 sell, uint128 buy) internal returns (Award memory a) {
        a.order = id;
        a.solver = solver;
        a.sell = sell;
        a.buy = buy;
        a.bond = BOND;
        a.cutAt = uint40(NOW);
        a.notBefore = uint40(NOW);
        a.fillBy = uint40(NOW + 30);
    }

    function _awarded(Award memory a, bytes memory userSig) internal returns (Awarded memory) {
        Reply memory r = Reply(keccak256(userSig), true);
        return Awarded(a, _signAward(a), r, _signReply(a, r));
    }

    function _noAward() internal pure returns (Awarded memory a) {}

    function _signAward(Award memory a) internal returns (bytes memory) {
        return _sign(AUCTIONEER_KEY, _awardDigest(a));
    }

    /// @dev The same award as its solver hands it in: packed, with the auctioneer's signature.
    function _packed(Award memory a) internal returns (PackedAward memory p) {
        (bytes32 r, bytes32 vs) = vm.signCompact(AUCTIONEER_KEY, _awardDigest(a));
        return _packed(a, r, vs);
    }

    function _packed(Award memory a, bytes32 r, bytes32 vs) internal pure returns (PackedAward memory) {
        uint256 terms = uint256(a.bond) << 120 | uint256(a.cutAt) << 80 | uint256(a.notBefore) << 40 | a.fillBy;
        return PackedAward(uint256(a.sell) << 128 | a.buy, terms, a.previous, r, vs);
    }

    function _noOptions() internal pure returns (Options memory x) {}

    function _signReply(Award memory a, Reply memory r) internal returns (bytes memory) {
        return _sign(SOLVER_KEY, _digestFor(a.order, _hashReply(_awardDigest(a), r)));
    }

    /// @dev The batch that holds `a` as entry `index` of `n`; the others are orders and amounts of no meaning.
    function _entry(Award memory a, uint256 index, uint256 n) internal returns (bytes memory) {
        BatchEntry memory e = BatchEntry(new bytes32[](n), new uint256[](n), index, 0, 0);
        for (uint256 i; i < n; ++i) {
            (e.orders[i], e.amounts[i]) = (keccak256(abi.encode(a.order, i)), i);
        }
        (e.orders[index], e.amounts[index]) = (a.order, uint256(a.sell) << 128 | a.buy);
        (e.r, e.vs) = vm.signCompact(AUCTIONEER_KEY, _digestFor(a.order, _hashAwards(a, e.orders, e.amounts)));
        return abi.encode(e);
    }

    /* SIGNING */

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _pair(uint256 key, bytes32 digest) internal pure returns (bytes32[2] memory pair) {
        (pair[0], pair[1]) = vm.signCompact(key, digest);
    }

    /// @dev The quorum of the three attesters for `structHash` in the domain of `attested`, signed by those whose bits are set in `who`.
    function _quorum(bytes32 structHash, uint256 who) internal returns (bytes memory) {
        return _quorum(address(attested), structHash, who, 3, 2);
    }

    /// @dev The same of the first `n` attesters' keys and for any contract.
    function _quorum(address verifier, bytes32 structHash, uint256 who, uint256 n, uint8 k) internal returns (bytes memory quorum) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainOf(verifier, block.chainid), structHash));
        quorum = abi.encodePacked(k, uint32(who));
        for (uint256 i; i < n; ++i) {
            if (who >> i & 1 == 0) {
                quorum = abi.encodePacked(quorum, vm.addr(_attesterKey(i)));
            } else {
                (bytes32 r, bytes32 vs) = vm.signCompact(_attesterKey(i), digest);
                quorum = abi.encodePacked(quorum, r, vs);
            }
        }
    }

    /// @dev Evidence that `key` holds `amount` on the far chain, alone in its tree.
    function _evidence(bytes32 key, uint128 amount, uint256 who) internal returns (bytes memory) {
        return _evidenceOf(key, block.timestamp << 128 | amount, who);
    }

    /// @dev Evidence that `key` holds `word` on the far chain, alone in its tree.
    function _evidenceOf(bytes32 key, uint256 word, uint256 who) internal returns (bytes memory) {
        return abi.encodePacked(word, _attestation(_leaf(key, word), new bytes32[](0), who));
    }

    /// @dev That the attesters of `who` signed `root`, to which `proof` leads.
    function _attestation(bytes32 root, bytes32[] memory proof, uint256 who) internal returns (bytes memory) {
        uint40 asOf = uint40(block.timestamp);
        bytes memory quorum = _quorum(_hashDeliveries(bytes32(FAR), address(delivery), 77, asOf, root), who);
        return abi.encodePacked(uint64(77), asOf, uint8(proof.length), proof, quorum);
    }

    /* DEALS */

    function _dealOf(TokenOrder memory o, uint8 kind, Award memory a) internal pure returns (Deal memory d, Cold memory c) {
        c = Cold(o.user, a.buy, o.closeAfter, o.auctioneer, a.bond, 0);
        d.sellToken = o.sellToken;
        d.solver = a.solver;
        d.verifier = o.verifier;
        d.chain = o.chainId;
        d.num = a.sell;
        d.den = a.buy;
        d.where = keccak256(abi.encode(o.buyToken, o.to, o.deliverBy));
        d.cold = keccak256(abi.encode(c));
    }

    /// @dev The head of evidence about a lease: the act and the terms.
    function _leaseHead(Act act, LeaseOrder memory o) internal pure returns (bytes memory) {
        LeaseTerms memory t = _termsOf(o);
        return abi.encodePacked(uint8(act), t.startBy, t.ackSeconds, t.windowSeconds, t.secondsAtMost, t.meterKey, t.machine);
    }

    function _termsOf(LeaseOrder memory o) internal pure returns (LeaseTerms memory) {
        return LeaseTerms(o.startBy, o.ackSeconds, o.windowSeconds, o.secondsAtMost, o.meterKey, _hashMachine(o));
    }

    function _dealOf(LeaseOrder memory o, address provider, uint128 perHour) internal pure returns (Deal memory d, Cold memory c) {
        uint40 closeAfter = o.startBy + o.secondsAtMost + 3 * uint40(o.windowSeconds) + 1 days;
        c = Cold(o.user, o.secondsAtMost, closeAfter, o.auctioneer, o.noShowPenalty, 0);
        d.sellToken = o.sellToken;
        d.solver = provider;
        d.verifier = o.verifier;
        d.num = perHour;
        d.den = 3600;
        d.where = keccak256(abi.encode(keccak256("Tender lease terms"), _termsOf(o)));
        d.cold = keccak256(abi.encode(c));
    }

    function _termsOf(JobOrder memory o) internal pure returns (JobTerms memory) {
        return JobTerms(o.resultBy, o.challengeSeconds, o.verdictSeconds, o.auditBps, _hashJob(o));
    }

    function _dealOf(JobOrder memory o, address provider, uint128 price, uint96 bond)
        internal
        pure
        returns (Deal memory d, Cold memory c)
    {
        uint40 closeAfter = o.resultBy + o.challengeSeconds + o.verdictSeconds + 1 days;
        c = Cold(o.user, o.fuelAtMost, closeAfter, o.auctioneer, bond, o.auditBudget);
        d.sellToken = o.sellToken;
        d.solver = provider;
        d.verifier = o.verifier;
        d.num = price;
        d.den = 1e9;
        d.where = keccak256(abi.encode(keccak256("Tender job terms"), _termsOf(o)));
        d.cold = keccak256(abi.encode(c));
    }

    function _keyOf(bytes32 dealId, Deal memory d) internal pure returns (bytes32) {
        return keccak256(abi.encode(uint256(0), dealId, uint256(0), d.where, d.solver, uint256(0)));
    }

    /* EXPECTING */

    function _fails(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function _fails(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _fails(bytes4 selector, address argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _fails(bytes4 selector, bytes32 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    /// @dev Two amounts in one word, as events carry them.
    function _amounts(uint256 high, uint256 low) internal pure returns (uint256) {
        return high << 128 | low;
    }

    function _equal(uint256 a, uint256 b, string memory what) internal pure {
        vm.assertEq(a, b, what);
    }
}
