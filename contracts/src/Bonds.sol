// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBonds} from "./interfaces/IBonds.sol";
import {ISettles} from "./interfaces/ISettles.sol";
import {Award, Facts, NATIVE, Reply} from "./interfaces/Types.sol";
import {Account, Accounts} from "./libraries/Accounts.sol";
import {AwardProof} from "./libraries/AwardProof.sol";
import {Calls} from "./libraries/Calls.sol";
import {Credits} from "./libraries/Credits.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Rules} from "./libraries/Rules.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Bonds
contract Bonds is IBonds, Credits {
    struct Exit {
        uint96 amount;
        uint40 exitAt;
    }

    /// @dev Shares, percent: of a no-show for a caller that is not the user; of what an auctioneer loses, for the user and for
    ///      the challenger. The other half of the latter is nobody's: a slash of oneself is no way out.
    uint256 private constant CALLER_SHARE = 5;
    uint256 private constant USER_SHARE = 40;
    uint256 private constant CHALLENGER_SHARE = 10;

    /// @dev A bond stays while any token deal lives and a day longer, in which an unfair award can be judged.
    uint40 private constant DELAY_MIN = Rules.MAX_DEAL + 1 days;
    uint40 private constant AWARD_LEAST = 10;
    uint40 private constant GRACE_LEAST = 24;

    /* IMMUTABLES */

    /// @inheritdoc IBonds
    address public immutable settlement;
    /// @inheritdoc IBonds
    address public immutable escrow;
    /// @inheritdoc IBonds
    address public immutable fairness;
    /// @inheritdoc IBonds
    address public immutable token;
    /// @inheritdoc IBonds
    uint40 public immutable delay;
    /// @inheritdoc IBonds
    uint40 public immutable awardMin;
    /// @inheritdoc IBonds
    uint40 public immutable missGrace;

    /* STORAGE */

    /// @inheritdoc IBonds
    mapping(address holder => mapping(address auctioneer => Account)) public accounts;
    /// @inheritdoc IBonds
    mapping(address holder => mapping(address auctioneer => Exit)) public exits;
    /// @inheritdoc IBonds
    mapping(address solver => mapping(address key => uint40)) public keys;
    /// @inheritdoc IBonds
    mapping(bytes32 award => bool) public slashed;

    /// @param settlement_ The Settlement of this deployment, by its precomputed address; likewise `escrow_`, which alone may lock
    ///        and take, and `fairness_`, which alone takes from auctioneers.
    constructor(address settlement_, address escrow_, address fairness_, address token_, uint40 delay_, uint40 awardMin_, uint40 missGrace_) {
        require(delay_ >= DELAY_MIN, TooShort(DELAY_MIN));
        require(awardMin_ >= AWARD_LEAST, TooShort(AWARD_LEAST));
        require(missGrace_ >= GRACE_LEAST, TooShort(GRACE_LEAST));
        (settlement, escrow, fairness, token) = (settlement_, escrow_, fairness_, token_);
        (delay, awardMin, missGrace) = (delay_, awardMin_, missGrace_);
    }

    modifier only(address account) {
        require(msg.sender == account, Only(account));
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

    /// @inheritdoc IBonds
    function setKey(address key) external {
        require(key != address(0), BadKey(key));
        keys[msg.sender][key] = type(uint40).max;
        emit KeySet(msg.sender, key);
    }

    /// @inheritdoc IBonds
    function removeKey(address key) external {
        require(keys[msg.sender][key] == type(uint40).max, BadKey(key));
        uint40 until = uint40(block.timestamp) + delay;
        keys[msg.sender][key] = until;
        emit KeyRemoved(msg.sender, key, until);
    }

    /* ESCROW */

    /// @inheritdoc IBonds
    function lock(address holder, address auctioneer, uint96 amount) external only(escrow) {
        require(holder != auctioneer, OwnBond(auctioneer));
        Account storage account = accounts[holder][auctioneer];
        (uint256 balance, uint256 locked_) = Accounts.read(account);
        uint256 free = balance - locked_;
        require(amount <= free, BondTooSmall(free));
        Accounts.write(account, balance, locked_ + amount);
    }

    /// @inheritdoc IBonds
    function release(address holder, address auctioneer, uint96 amount) external only(escrow) {
        Account storage account = accounts[holder][auctioneer];
        (uint256 balance, uint256 locked_) = Accounts.read(account);
        Accounts.write(account, balance, locked_ - amount);
    }

    /// @inheritdoc IBonds
    function slash(address holder, address auctioneer, uint96 locked_, uint96 penalty, address user)
        external
        only(escrow)
        locked
        returns (uint256 taken)
    {
        taken = _takeUnlocked(holder, auctioneer, holder == auctioneer ? 0 : penalty, locked_);
        emit Penalised(holder, auctioneer, user, taken);
        _push(token, user, taken);
    }

    /* NO-SHOWS */

    /// @inheritdoc IBonds
    function slashNoShow(
        address settler,
        uint8 kind,
        bytes calldata order,
        Award calldata a,
        bytes calldata auctioneerSig,
        Reply calldata r,
        bytes calldata replySig
    ) external locked {
        require(a.fillBy >= uint256(a.notBefore) + awardMin, AwardTooShort(awardMin));
        Facts memory f = _inspect(settler, kind, order, a);
        bytes32 award = AwardProof.check(a, auctioneerSig, f.separator, f.auctioneer);
        _checkBinding(a, f);
        require(r.accepted, NotAccepted());
        Signatures.requireSolver(address(this), a.solver, Hashes.digest(f.separator, Hashes.reply(award, r)), replySig);
        require(!ISettles(settler).voided(award, r.authorisation), Voided(award));
        require(!slashed[award], AlreadySlashed(award));

        slashed[award] = true;
        uint256 taken = _takeUnlocked(a.solver, f.auctioneer, a.bond, 0);
        require(taken != 0, BondTooSmall(0));
        uint256 toCaller = msg.sender == f.user ? 0 : taken * CALLER_SHARE / 100;
        emit NoShow(f.id, award, a.solver, taken - toCaller, toCaller);
        _push(token, f.user, taken - toCaller);
        _push(token, msg.sender, toCaller);
    }

    /// @dev What the contract that executes the order says of it: reverts unless it could be executed with the award's amounts in each
    ///      of the award's last `awardMin` seconds. (Nothing is said by `cutAt`, and `notBefore` of a first award is 0.)
    function _inspect(address settler, uint8 kind, bytes calldata order, Award calldata a) private view returns (Facts memory) {
        require(settler == settlement || settler == escrow, UnknownSettler(settler));
        return ISettles(settler).inspect(kind, order, a.part, a.sell, a.buy, a.fillBy - awardMin);
    }

    /// @dev A promise of this order's auctioneer to its solver, in time, and over: and nothing came of it.
    function _checkBinding(Award calldata a, Facts memory f) private view {
        Rules.checkAward(a, f.id, a.part, f.exclusiveUntil, missGrace);
        require(a.bond != 0, NoBond());
        require(a.solver != f.auctioneer, OwnBond(f.auctioneer));
        require(a.fillBy <= f.deadline, Expired(f.deadline));
        require(block.timestamp > a.fillBy, NotYet(a.fillBy));
        require(f.sellToken != NATIVE, NativeSell());
        require(f.fresh, NotMissed(f.id));
    }

    /* FAIRNESS */

    /// @inheritdoc IBonds
    function slashAuctioneer(address auctioneer, uint256 penalty, address user, address challenger)
        external
        only(fairness)
        locked
        returns (uint256 taken)
    {
        taken = _takeUnlocked(auctioneer, auctioneer, penalty, 0);
        uint256 toUser = taken * USER_SHARE / 100;
        uint256 toChallenger = taken * CHALLENGER_SHARE / 100;
        emit Unfair(auctioneer, user, challenger, toUser, toChallenger, taken - toUser - toChallenger);
        _push(token, user, toUser);
        _push(token, challenger, toChallenger);
    }

    /* VIEWS */

    /// @inheritdoc IBonds
    function isKey(address solver, address key) external view returns (bool) {
        return block.timestamp <= keys[solver][key];
    }

    /// @dev Unlocks `unlocked`, then takes up to `amount` from what no deal has locked: the free balance first, then what is leaving.
    function _takeUnlocked(address holder, address auctioneer, uint256 amount, uint96 unlocked) private returns (uint256 taken) {
        Account storage account = accounts[holder][auctioneer];
        (uint256 balance, uint256 locked_) = Accounts.read(account);
        locked_ -= unlocked;
        taken = _least(amount, uint96(balance - locked_));
        Accounts.write(account, balance - taken, locked_);
        if (taken == amount) return taken;
        Exit storage leaving = exits[holder][auctioneer];
        uint96 fromLeaving = _least(amount - taken, leaving.amount);
        leaving.amount -= fromLeaving;
        taken += fromLeaving;
    }

    function _least(uint256 a, uint96 b) private pure returns (uint96) {
        return a < b ? uint96(a) : b;
    }
}
