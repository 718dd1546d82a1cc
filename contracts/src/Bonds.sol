// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBonds} from "./interfaces/IBonds.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {ISettles} from "./interfaces/ISettles.sol";
import {Award, JobOrder, LeaseOrder, NATIVE, Reply, SwapOrder, TokenOrder} from "./interfaces/Types.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Bonds
contract Bonds is IBonds, Credits {
    struct Account {
        uint96 balance;
        uint96 locked;
    }

    struct Exit {
        uint96 amount;
        uint40 exitAt;
    }

    /// @dev What a slash needs to know of an order, whatever its kind. `deadline`: the last second at which the order could
    ///      be taken.
    struct Missed {
        address settler;
        bytes32 separator;
        bytes32 id;
        address user;
        uint256 nonce;
        address auctioneer;
        uint40 exclusiveUntil;
        uint40 deadline;
        address sellToken;
        uint128 sell;
    }

    /// @dev Share of a slash for a caller that is not the user, percent.
    uint256 private constant CALLER_SHARE = 5;

    /* IMMUTABLES */

    /// @inheritdoc IBonds
    address public immutable settlement;
    /// @inheritdoc IBonds
    address public immutable escrow;
    /// @inheritdoc IBonds
    address public immutable token;
    /// @inheritdoc IBonds
    uint40 public immutable delay;

    /* STORAGE */

    /// @inheritdoc IBonds
    mapping(address holder => mapping(address auctioneer => Account)) public accounts;
    /// @inheritdoc IBonds
    mapping(address holder => mapping(address auctioneer => Exit)) public exits;
    /// @inheritdoc IBonds
    mapping(bytes32 award => bool) public slashed;

    /// @param settlement_ The Settlement of this deployment, by its precomputed address.
    /// @param escrow_ The Escrow of this deployment, likewise: only it may lock and take.
    constructor(address settlement_, address escrow_, address token_, uint40 delay_) {
        settlement = settlement_;
        escrow = escrow_;
        token = token_;
        delay = delay_;
    }

    modifier onlyEscrow() {
        require(msg.sender == escrow, Only(escrow));
        _;
    }

    /* HOLDERS */

    /// @inheritdoc IBonds
    function deposit(address holder, address auctioneer, uint96 amount) external locked {
        uint256 before = Calls.balanceOf(token, address(this));
        Calls.pull(token, msg.sender, address(this), amount);
        uint256 gained = Calls.balanceOf(token, address(this)) - before;
        uint96 arrived = gained < amount ? uint96(gained) : amount;
        require(arrived != 0, ZeroAmount());

        accounts[holder][auctioneer].balance += arrived;
        emit Deposited(holder, auctioneer, arrived);
    }

    /// @inheritdoc IBonds
    function requestExit(address auctioneer, uint96 amount) external {
        require(amount != 0, ZeroAmount());
        Account storage account = accounts[msg.sender][auctioneer];
        uint96 free = account.balance - account.locked;
        require(amount <= free, BondTooSmall(free));
        Exit storage leaving = exits[msg.sender][auctioneer];

        account.balance -= amount;
        leaving.amount += amount;
        leaving.exitAt = uint40(block.timestamp) + delay;
        emit ExitRequested(msg.sender, auctioneer, amount, leaving.exitAt);
    }

    /// @inheritdoc IBonds
    function exit(address auctioneer) external locked {
        Exit memory leaving = exits[msg.sender][auctioneer];
        require(leaving.amount != 0, ZeroAmount());
        require(block.timestamp > leaving.exitAt, NotYet(leaving.exitAt));

        delete exits[msg.sender][auctioneer];
        emit Exited(msg.sender, auctioneer, leaving.amount);
        require(Calls.push(token, msg.sender, leaving.amount), TransferFailed(token));
    }

    /* ESCROW */

    /// @inheritdoc IBonds
    function lock(address holder, address auctioneer, uint96 amount) external onlyEscrow {
        Account storage account = accounts[holder][auctioneer];
        uint96 free = account.balance - account.locked;
        require(amount <= free, BondTooSmall(free));
        account.locked += amount;
    }

    /// @inheritdoc IBonds
    function release(address holder, address auctioneer, uint96 amount) external onlyEscrow {
        accounts[holder][auctioneer].locked -= amount;
    }

    /// @inheritdoc IBonds
    function slash(address holder, address auctioneer, uint96 locked_, uint96 penalty, address user) external onlyEscrow locked {
        Account storage account = accounts[holder][auctioneer];
        account.locked -= locked_;
        account.balance -= penalty;
        emit Penalised(holder, auctioneer, user, penalty);
        _push(token, user, penalty);
    }

    /* NO-SHOWS */

    /// @inheritdoc IBonds
    function slashFill(
        uint8 kind,
        SwapOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        Rules.checkSwap(o, settlement);
        (uint128 sell,) = Rules.amounts(o, kind, a);
        bytes32 separator = ISettles(settlement).domainSeparator();
        bytes32 id = Hashes.digest(separator, Hashes.swapOrder(kind, o));
        Missed memory m =
            Missed(settlement, separator, id, o.user, o.nonce, o.auctioneer, o.exclusiveUntil, o.fillBy, o.sellToken, sell);
        _slash(m, userSig, a, auctioneerSig, r, replySig);
    }

    /// @inheritdoc IBonds
    function slashOpen(
        uint8 kind,
        TokenOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        Rules.checkTokens(o);
        require(o.closeAfter <= a.notBefore + Rules.MAX_DEAL, DealTooLong(a.notBefore + Rules.MAX_DEAL));
        (uint128 sell,) = Rules.amounts(o, kind, a);
        bytes32 separator = ISettles(escrow).domainSeparator();
        bytes32 id = Hashes.digest(separator, Hashes.tokenOrder(kind, o));
        uint40 deadline = _earlier(o.openBy, o.deliverBy);
        Missed memory m = Missed(escrow, separator, id, o.user, o.nonce, o.auctioneer, o.exclusiveUntil, deadline, o.sellToken, sell);
        _slash(m, userSig, a, auctioneerSig, r, replySig);
    }

    /// @inheritdoc IBonds
    function slashLease(
        LeaseOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        Rules.checkLease(o);
        uint128 sell = Rules.leaseTotal(o, Rules.price(o.perHourAtMost, o.secondsAtMost, a));
        (bytes32 order,) = Hashes.leaseOrder(o);
        bytes32 separator = ISettles(escrow).domainSeparator();
        uint40 deadline = _earlier(o.openBy, o.startBy);
        Missed memory m =
            Missed(escrow, separator, Hashes.digest(separator, order), o.user, o.nonce, o.auctioneer, o.exclusiveUntil, deadline, o.sellToken, sell);
        _slash(m, userSig, a, auctioneerSig, r, replySig);
    }

    /// @inheritdoc IBonds
    function slashJob(
        JobOrder calldata o,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        Rules.checkJob(o);
        uint128 sell = Rules.jobTotal(o, Rules.price(o.perBillionFuelAtMost, o.fuelAtMost, a));
        (bytes32 order,) = Hashes.jobOrder(o);
        bytes32 separator = ISettles(escrow).domainSeparator();
        uint40 deadline = _earlier(o.openBy, o.resultBy);
        Missed memory m =
            Missed(escrow, separator, Hashes.digest(separator, order), o.user, o.nonce, o.auctioneer, o.exclusiveUntil, deadline, o.sellToken, sell);
        _slash(m, userSig, a, auctioneerSig, r, replySig);
    }

    function _slash(
        Missed memory m,
        bytes calldata userSig,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) private {
        bytes32 award = _checkAccepted(m, a, auctioneerSig, r, replySig);
        require(keccak256(userSig) == r.authorisation, WrongAuthorisation(r.authorisation));
        Signatures.requireUser(m.user, m.id, userSig);
        _checkFunded(m);
        bool gone = m.settler == settlement
            ? ISettlement(settlement).isSpent(m.user, m.nonce)
            : IEscrow(escrow).dealState(m.id) != IEscrow.DealState.Fresh;
        require(!gone, NotMissed(m.id));
        require(!slashed[award], AlreadySlashed(award));

        slashed[award] = true;
        uint256 taken = _takeUnlocked(a.solver, m.auctioneer, a.bond);
        require(taken != 0, BondTooSmall(0));
        uint256 toCaller = msg.sender == m.user ? 0 : taken * CALLER_SHARE / 100;
        emit NoShow(m.id, award, a.solver, taken - toCaller, toCaller);
        _push(token, m.user, taken - toCaller);
        _push(token, msg.sender, toCaller);
    }

    /// @dev A real promise, long enough, made to this order, and over.
    function _checkAccepted(Missed memory m, Award calldata a, bytes calldata auctioneerSig, Reply calldata r, bytes calldata replySig)
        private
        view
        returns (bytes32 award)
    {
        require(a.bond != 0, NoBond());
        require(a.fillBy >= a.notBefore + Rules.AWARD_MIN, AwardTooShort(Rules.AWARD_MIN));
        require(a.fillBy <= m.deadline, Expired(m.deadline));
        require(block.timestamp > a.fillBy, NotYet(a.fillBy));
        Rules.checkAward(a, m.id, 0, m.exclusiveUntil);
        award = Hashes.digest(m.separator, Hashes.award(a));
        Signatures.requireKey(m.auctioneer, award, auctioneerSig);
        require(r.accepted, NotAccepted());
        Signatures.requireKey(a.solver, Hashes.digest(m.separator, Hashes.reply(award, r)), replySig);
    }

    function _checkFunded(Missed memory m) private view {
        require(m.sellToken != NATIVE, NativeSell());
        uint256 balance = Calls.balanceOf(m.sellToken, m.user);
        uint256 allowance = Calls.allowance(m.sellToken, m.user, m.settler);
        uint256 available = balance < allowance ? balance : allowance;
        require(available >= m.sell, UserNotFunded(available));
    }

    /// @dev Takes up to `amount` from what no deal has locked: the free balance first, then what is leaving.
    function _takeUnlocked(address holder, address auctioneer, uint96 amount) private returns (uint96 taken) {
        Account storage account = accounts[holder][auctioneer];
        Exit storage leaving = exits[holder][auctioneer];
        uint96 free = account.balance - account.locked;
        uint96 fromFree = amount < free ? amount : free;
        uint96 rest = amount - fromFree;
        uint96 fromLeaving = rest < leaving.amount ? rest : leaving.amount;
        account.balance -= fromFree;
        leaving.amount -= fromLeaving;
        return fromFree + fromLeaving;
    }

    function _earlier(uint40 a, uint40 b) private pure returns (uint40) {
        return a < b ? a : b;
    }
}
