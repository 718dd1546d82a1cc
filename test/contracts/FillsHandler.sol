// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Refuser} from "./Accounts.sol";
import {Actor} from "./Actor.sol";
import {BatchBase, Batch, Line} from "./BatchBase.sol";
import "./Base.sol";

/// @dev A solver that is called back in the middle of its fill, tries to fill again, and does what it can with what it has.
contract CalledBack {
    ISettlement private immutable SETTLEMENT;
    bytes public again;
    bool public reached;
    uint256 public calls;

    constructor(ISettlement settlement, PlainToken bought) {
        SETTLEMENT = settlement;
        bought.approve(address(settlement), type(uint256).max);
    }

    function fill(bytes calldata data, bytes calldata again_) external {
        (again, reached) = (again_, false);
        (bool ok, bytes memory why) = address(SETTLEMENT).call(data);
        if (ok) return;
        assembly {
            revert(add(why, 0x20), mload(why))
        }
    }

    function tenderFill(bytes32, bytes calldata) external {
        require(msg.sender == address(SETTLEMENT));
        ++calls;
        (reached,) = address(SETTLEMENT).call(again);
    }
}

/// @dev Swaps on one chain: orders of every form, filled, awarded, voided, batched and cancelled in every way and at any time. What
///      each must move is computed here a second time; what must not succeed is tried again and again.
contract FillsHandler is Actor, BatchBase {
    struct Ghost {
        uint8 kind;
        uint256 key;
        SwapOrder o;
        Options x;
        bytes32 id;
        uint256 sold;
        uint256 bought;
        /// @dev Of the exact side; or one bit per part.
        uint256 progress;
        uint256 lastLimit;
        bool over;
    }

    /// @dev What one fill must move.
    struct Due {
        bool ok;
        uint128 sold;
        uint128 bought;
        uint128 fee;
    }

    address private constant FEES = address(0xFEE5);
    uint256 private constant USERS = 3;
    uint256 private constant RECENT = 16;

    Ghost[] private ghosts;
    uint256[] private live;
    bytes[RECENT] private fillCalls;
    uint256 private fillCount;
    mapping(address owner => mapping(uint256 nonce => uint256)) public fillsOf;
    uint256 public nativeCredits;
    Refuser private refuser;
    /// @dev The same contract at another address, approved by everybody.
    ISettlement private twin;
    uint256 private immutable HOME = block.chainid;
    CalledBack private calledBack;

    constructor() {
        setUp();
        refuser = new Refuser();
        calledBack = new CalledBack(settlement, weth);
        weth.mint(address(calledBack), 1e30);
        vm.deal(solver, 1e30);
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        twin = ISettlement(vm.deployCode("Settlement.sol:Settlement", abi.encode(_newBonds(next, address(escrow), address(fairness), address(usdc)))));
        _approve(solver, usdc, address(twin));
        _approve(solver, weth, address(twin));
        for (uint256 i; i < USERS; ++i) {
            address owner = vm.addr(FIRST_KEY + i);
            usdc.mint(owner, 1e30);
            weth.mint(owner, 1e30);
            _approve(owner, usdc, address(settlement));
            _approve(owner, weth, address(settlement));
            _approve(owner, usdc, address(twin));
            _approve(owner, weth, address(twin));
        }
        bytes32[26] memory all = [
            bytes32("fill"), "awarded", "again", "exclusive", "late award", "worse", "signed", "partial", "recurring", "curve", "fee",
            "part awarded", "part refused", "native", "credit", "withdraw", "called back", "orFill", "orVoid", "ring", "inventory",
            "cancel", "cancelFor", "cancelNonces", "elsewhere", "poke"
        ];
        for (uint256 i; i < all.length; ++i) {
            _expect(all[i]);
        }
        _openDoors();
    }

    function setUp() public override(Base, BatchBase) {
        super.setUp();
    }

    function _openDoors() private {
        bytes4[] memory s = new bytes4[](10);
        (s[0], s[1], s[2]) = (settlement.fill.selector, settlement.fillAwarded.selector, settlement.fillWith.selector);
        (s[3], s[4], s[5]) = (settlement.fillOrVoid.selector, batches.fillMany.selector, settlement.cancelFor.selector);
        (s[6], s[7], s[8]) = (settlement.cancelNoncesFor.selector, settlement.withdraw.selector, bytes4(keccak256("attempt()")));
        s[9] = settlement.cancelNonces.selector;
        _door(address(settlement), s);
        _bystand(address(usdc));
        _bystand(address(weth));
        _bystand(address(dai));
    }

    /* BOOKS */

    function count() external view returns (uint256) {
        return ghosts.length;
    }

    function check(uint256 i) public view {
        Ghost storage g = ghosts[i];
        bool exactIn = g.kind & 1 == 0;
        if (g.x.parts == 0) {
            require(g.sold <= g.o.sell, "7: parts sell at most what was signed");
            uint256 whole = exactIn ? g.o.sell : g.o.buy;
            uint256 taken = exactIn ? g.sold : g.bought;
            require(exactIn ? g.bought * whole >= uint256(g.o.buy) * taken : g.sold * whole <= uint256(g.o.sell) * taken, "7: pro rata");
            require(taken == g.progress, "what was taken");
        }
        if (g.over) return;
        require(settlement.progress(g.id) == g.progress, "4, 8: progress is what was filled");
    }

    function checkTotals() external view {
        require(usdc.balanceOf(address(settlement)) == 0 && weth.balanceOf(address(settlement)) == 0, "3: Settlement holds no token");
        require(dai.balanceOf(address(settlement)) == 0, "3: no token");
        require(address(settlement).balance == nativeCredits, "39: and only credits of native coin");
        require(settlement.credits(NATIVE, address(refuser)) == nativeCredits, "39: of who refused it");
    }

    /* PLAIN ORDERS */

    function _plain(uint256 seed, bool exclusive) private returns (Item memory item) {
        item.kind = uint8(seed % 2);
        item.key = FIRST_KEY + (seed >> 8) % USERS;
        SwapOrder memory o = _swap();
        (o.user, o.to, o.sentence) = (vm.addr(item.key), recipient, bytes32(++salt));
        (o.sell, o.buy) = (uint128(2 + (seed >> 16) % 1e12), uint128(1 + (seed >> 80) % 1e18));
        if (seed >> 250 & 1 == 1) (o.sellToken, o.buyToken) = (o.buyToken, o.sellToken);
        o.nonce = uint152(uint256(keccak256(abi.encode(salt))));
        o.exclusiveUntil = uint40(exclusive ? time + 100 : time - 1);
        o.fillBy = uint40(time + 300);
        item.o = o;
    }

    /// @dev The award of one fill, better than (sell, buy) by a little on the side that is not fixed.
    function _better(bytes32 id, uint8 kind, uint128 sell, uint128 buy, uint256 seed) private returns (Award memory a) {
        a = _award(id, sell, buy);
        (a.cutAt, a.notBefore, a.fillBy) = (uint40(time), uint40(time), uint40(time + 60));
        if (kind & 1 == 0) a.buy += uint128((seed >> 200) % 50);
        else if (a.sell != 0) a.sell -= uint128((seed >> 200) % 2);
    }

    /// @dev One call that must move exactly this, or nothing at all.
    function _moves(address caller, SwapOrder memory o, bytes memory data, Due memory due, uint256 value) private returns (bool ok) {
        address token = o.sellToken;
        uint256[4] memory before =
            [_held(o.user, token), _held(o.to, o.buyToken), _held(FEES, token), token == address(weth) ? 0 : _held(o.user, address(weth))];
        vm.prank(caller, caller == solver ? stranger : solver);
        (ok,) = address(settlement).call{value: value}(data);
        require(ok == due.ok, "8, 13, 14, 15: succeeds if it must, and only then, whoever began the transaction");
        bool credited = o.to == address(refuser) && o.buyToken == NATIVE;
        require(before[0] - _held(o.user, token) == (ok ? due.sold : 0), "9: the user pays exactly this");
        require(credited || _held(o.to, o.buyToken) - before[1] == (ok ? due.bought : 0), "10: the recipient gets exactly this");
        require(_held(FEES, token) - before[2] == (ok ? due.fee : 0), "37: the fee is exactly this");
        if (token != address(weth)) require(_held(o.user, address(weth)) >= before[3], "9: in one token only");
    }

    function _spent(SwapOrder memory o) private {
        require(++fillsOf[o.user][o.nonce] == 1 && settlement.isSpent(o.user, o.nonce), "6: a nonce is spent once");
    }

    function fill(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, false);
        if (seed >> 245 & 7 == 0) (item.o.auctioneer, item.o.exclusiveUntil) = (address(0), uint40(time + 50));
        bytes memory sig = _sign(item.key, _idOf(item.kind, item.o));
        bytes memory data = abi.encodeCall(settlement.fill, (item.kind, item.o, sig));
        _moves(solver, item.o, data, Due(true, item.o.sell, item.o.buy, 0), 0);
        _spent(item.o);
        fillCalls[fillCount++ % RECENT] = data;
        _did("fill");
    }

    function fillAwarded(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, true);
        bytes32 id = _idOf(item.kind, item.o);
        Award memory a = _better(id, item.kind, item.o.sell, item.o.buy, seed);
        bytes memory data = abi.encodeCall(settlement.fillAwarded, (item.kind, item.o, _sign(item.key, id), _packed(a)));
        _moves(solver, item.o, data, Due(true, a.sell, a.buy, 0), 0);
        _spent(item.o);
        fillCalls[fillCount++ % RECENT] = data;
        _did("awarded");
    }

    /// @dev Invariant 6, once more: the same call again.
    function again(uint256 seed) external counted {
        if (fillCount == 0) return;
        uint256 n = fillCount < RECENT ? fillCount : RECENT;
        vm.prank(solver);
        (bool ok,) = address(settlement).call(fillCalls[_mix(seed) % n]);
        require(!ok, "6: nothing is filled twice");
        _did("again");
    }

    /// @dev Invariants 14, 15 and 10: without an award, with one that is over, another's, or worse than the limit.
    function wrong(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, seed >> 9 & 3 != 1);
        bytes32 id = _idOf(item.kind, item.o);
        bytes memory sig = _sign(item.key, id);
        Award memory a = _better(id, item.kind, item.o.sell, item.o.buy, seed);
        uint256 how = seed >> 9 & 3;
        address caller = solver;
        bytes memory data;
        if (how == 0) {
            data = abi.encodeCall(settlement.fill, (item.kind, item.o, sig));
        } else {
            // The award's own hours are right; the window is over, or leaves no grace.
            if (how == 1 && seed >> 30 & 1 == 1) item.o.exclusiveUntil = a.fillBy + uint40(MISS_GRACE) - 1;
            if (how == 2) (item.kind & 1 == 0) ? a.buy = item.o.buy - 1 : a.sell = item.o.sell + 1;
            if (how == 3) caller = stranger;
            id = _idOf(item.kind, item.o);
            a.order = id;
            data = abi.encodeCall(settlement.fillAwarded, (item.kind, item.o, _sign(item.key, id), _packed(a)));
        }
        _moves(caller, item.o, data, Due(false, 0, 0, 0), 0);
        bytes32[4] memory names = [bytes32("exclusive"), "late award", "worse", "exclusive"];
        _did(names[how]);
    }

    /// @dev Invariant 20: what is signed for here is worth nothing on another chain, to another contract, as another kind or another
    ///      part, nor in another contract's domain.
    function elsewhere(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, true);
        uint256 how = (seed >> 210) % 6;
        bytes32 id = _idOf(item.kind, item.o);
        Award memory a = _better(id, item.kind, item.o.sell, item.o.buy, seed);
        bytes memory sig = _sign(item.key, how == 5 ? _idIn(address(twin), item) : id);
        uint8 kind = how == 2 ? item.kind ^ (seed >> 220 & 1 == 1 ? 1 : WITH_OPTIONS) : item.kind;
        bytes memory data = abi.encodeCall(settlement.fillWith, (kind, item.o, _noOptions(), sig, a, _misdirected(a, how), 0, ""));
        uint256 before = _held(item.o.user, item.o.sellToken);
        if (how == 0) vm.chainId(HOME + 1 + (seed >> 221) % 1000);
        vm.prank(solver);
        (bool ok,) = address(how == 1 ? twin : settlement).call(data);
        vm.chainId(HOME);
        require(!ok && _held(item.o.user, item.o.sellToken) == before, "20: signed for one place, void in all others");
        _did("elsewhere");
    }

    /// @dev For another part, or in the domain of another contract; else right.
    function _misdirected(Award memory a, uint256 how) private returns (bytes memory sig) {
        if (how == 4) return _sign(AUCTIONEER_KEY, keccak256(abi.encodePacked(hex"1901", escrowDomain, _hashAward(a))));
        if (how == 3) a.part = 1;
        sig = _signAward(a);
        a.part = 0;
    }

    function _idIn(address other, Item memory item) private returns (bytes32 id) {
        bytes32 here = domain;
        domain = _domainOf(other, block.chainid);
        id = _idOf(item.kind, item.o);
        domain = here;
    }

    /* ORDERS WITH OPTIONS */

    function sign(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, false);
        Options memory x;
        SwapOrder memory o = item.o;
        uint128 whole = item.kind == 0 ? o.sell : o.buy;
        (o.exclusiveUntil, o.fillBy) = (uint40(time + 150), uint40(time + 2000));
        uint256 form = seed >> 240 & 3;
        if (form == 0) x.smallestPart = 1 + whole / 20;
        if (form & 1 == 1) (x.parts, x.every, x.start) = (uint32(2 + (seed >> 230) % 8), 2000, uint40(time));
        if (form == 2 || seed >> 238 & 1 == 1) {
            uint128 better = uint128((seed >> 140) % 1e9);
            x.decayFrom = item.kind == 0 ? o.buy + better : o.sell - uint128(better % o.sell);
            x.decayUntil = uint40(o.exclusiveUntil + 1 + (seed >> 180) % 1849);
        }
        if (seed >> 237 & 1 == 1) (x.feeTo, x.feeBps) = (FEES, uint16(1 + (seed >> 220) % 200));
        live.push(ghosts.length);
        Ghost storage g = ghosts.push();
        (g.kind, g.key, g.o, g.x, g.id) = (item.kind + WITH_OPTIONS, item.key, o, x, _idOf(item.kind + WITH_OPTIONS, o, x));
        _did("signed");
    }

    /// @dev Some part of some order, at this time, with or without an award.
    function part(uint256 seed) external counted {
        seed = _mix(seed);
        (bool found, Ghost storage g) = _pick(seed);
        if (!found) return;
        bool awarded = seed >> 20 & 1 == 1;
        uint128 which = g.x.parts != 0 ? _partOf(g, seed >> 32) : 0;
        uint256 moved = uint256(which) * g.x.every;
        uint128 size = g.x.smallestPart != 0 ? _sizeOf(g, seed >> 64) : _whole(g);
        Award memory a;
        Due memory due = _share(g, awarded ? _signed(g) : _limit(g, moved), size);
        if (awarded) {
            a = _better(g.id, g.kind, due.sold, due.bought, seed);
            (a.part, due.sold, due.bought) = (g.x.parts != 0 ? which : uint128(g.progress), a.sell, a.buy);
        }
        due.fee = uint128(uint256(due.sold) * g.x.feeBps / 10_000);
        due.ok = _mayTake(g, which, size, moved, awarded) && due.sold != 0;
        _take(g, due, a, awarded ? a.part : g.x.smallestPart != 0 ? size : which, which);
    }

    function _take(Ghost storage g, Due memory due, Award memory a, uint128 argument, uint128 which) private {
        bytes memory data = _fillWith(g.kind, g.o, g.x, _sign(g.key, g.id), a, argument);
        (SwapOrder memory o, Options memory x, bool awarded) = (g.o, g.x, a.solver != address(0));
        if (!_moves(solver, o, data, due, 0)) return _did("part refused");
        if (x.decayFrom != 0 && !awarded && x.parts == 0) _checkCurve(g);
        (g.sold, g.bought) = (g.sold + due.sold, g.bought + due.bought);
        if (x.parts != 0) {
            g.progress |= 1 << which;
        } else if (x.smallestPart != 0) {
            g.progress += g.kind & 1 == 0 ? due.sold : due.bought;
            if (g.progress == _whole(g)) _end(g);
        } else {
            _spent(o);
            g.progress = _whole(g);
            _end(g);
        }
        _did(x.parts != 0 ? bytes32("recurring") : x.smallestPart != 0 ? bytes32("partial") : bytes32("whole"));
        if (x.decayFrom != 0 && !awarded) _did("curve");
        if (due.fee != 0) _did("fee");
        if (awarded) _did("part awarded");
    }

    function _fillWith(uint8 kind, SwapOrder memory o, Options memory x, bytes memory sig, Award memory a, uint128 argument)
        private
        returns (bytes memory)
    {
        bytes memory auctioneerSig = a.solver != address(0) ? _signAward(a) : bytes("");
        return abi.encodeCall(settlement.fillWith, (kind, o, x, sig, a, auctioneerSig, argument, ""));
    }

    /// @dev Invariant 40: the limit of one order only ever gets better for the solver, and stays between its ends.
    function _checkCurve(Ghost storage g) private {
        uint256 limit = _limit(g, 0);
        bool exactIn = g.kind & 1 == 0;
        (uint256 low, uint256 high) = exactIn ? (g.o.buy, g.x.decayFrom) : (g.x.decayFrom, g.o.sell);
        require(low <= limit && limit <= high, "40: inside");
        if (g.lastLimit != 0) require(exactIn ? limit <= g.lastLimit : limit >= g.lastLimit, "40: one way");
        g.lastLimit = limit;
    }

    /// @dev Whether the protocol lets this part be taken now. Times shift with the part, each part once, sizes within bounds.
    function _mayTake(Ghost storage g, uint128 which, uint128 size, uint256 moved, bool awarded) private view returns (bool) {
        if (g.over || time > g.o.fillBy + moved) return false;
        if (awarded ? time + 60 + MISS_GRACE > g.o.exclusiveUntil + moved : time <= g.o.exclusiveUntil + moved) return false;
        if (g.x.parts != 0) return which < g.x.parts && time >= g.x.start + moved && g.progress >> which & 1 == 0;
        if (g.x.smallestPart == 0) return g.progress == 0;
        uint256 rest = _whole(g) - g.progress;
        return size <= rest && size >= g.x.smallestPart && (size == rest || rest - size >= g.x.smallestPart);
    }

    /// @dev Mostly the one whose time it is, if it is any's; at times one that does not exist.
    function _partOf(Ghost storage g, uint256 seed) private view returns (uint128) {
        uint256 now_ = time < g.x.start ? 0 : (time - g.x.start) / g.x.every;
        return uint128(seed & 3 != 0 && now_ < g.x.parts ? now_ : (seed >> 2) % (g.x.parts + 1));
    }

    function _sizeOf(Ghost storage g, uint256 seed) private view returns (uint128) {
        uint256 rest = _whole(g) - g.progress;
        if (seed % 8 == 0) return uint128(rest);
        if (seed % 8 == 1 && g.x.smallestPart > 0) return g.x.smallestPart - 1;
        return uint128(g.x.smallestPart + (seed >> 8) % (rest / 2 + 1));
    }

    function _whole(Ghost storage g) private view returns (uint128) {
        return g.kind & 1 == 0 ? g.o.sell : g.o.buy;
    }

    function _signed(Ghost storage g) private view returns (uint256) {
        return g.kind & 1 == 0 ? g.o.buy : g.o.sell;
    }

    /// @dev The curve by its definition, rounded for the user, in whole numbers.
    function _limit(Ghost storage g, uint256 moved) private view returns (uint256) {
        (uint256 from, uint256 to) = (g.x.decayFrom, _signed(g));
        (uint256 start, uint256 end) = (g.o.exclusiveUntil + moved, g.x.decayUntil + moved);
        if (from == 0 || time >= end) return to;
        if (time <= start) return from;
        uint256 line = from * (end - time) + to * (time - start);
        return g.kind & 1 == 0 ? (line + (end - start) - 1) / (end - start) : line / (end - start);
    }

    function _share(Ghost storage g, uint256 limit, uint128 size) private view returns (Due memory due) {
        uint256 whole = _whole(g);
        if (g.kind & 1 == 0) (due.sold, due.bought) = (size, uint128((limit * size + whole - 1) / whole));
        else (due.sold, due.bought) = (uint128(limit * size / whole), size);
    }

    /* NATIVE COIN, CALLBACKS */

    function native(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, false);
        (item.o.sellToken, item.o.buyToken) = (address(usdc), NATIVE);
        bool refused = seed >> 200 & 1 == 0;
        item.o.to = refused ? address(refuser) : recipient;
        bytes memory sig = _sign(item.key, _idOf(item.kind, item.o));
        Award memory none;
        bytes memory data = _fillWith(item.kind, item.o, _noOptions(), sig, none, 0);
        uint256 short_ = seed >> 202 & 3 == 0 ? 1 : 0;
        _moves(solver, item.o, data, Due(short_ == 0, item.o.sell, item.o.buy, 0), item.o.buy - short_);
        if (short_ == 1) return;
        _spent(item.o);
        if (refused) nativeCredits += item.o.buy;
        _did(refused ? bytes32("credit") : bytes32("native"));
    }

    /// @dev Invariant 39: to the account by anyone, elsewhere by the account alone, once.
    function withdraw(uint256 seed) external counted {
        seed = _mix(seed);
        if (nativeCredits == 0) return;
        bool open = seed & 1 == 1;
        refuser.setOpen(open);
        vm.prank(stranger);
        (bool stolen,) = address(settlement).call(abi.encodeCall(settlement.withdraw, (NATIVE, address(refuser), stranger)));
        require(!stolen, "39: only the account names another address");
        address to = open ? address(refuser) : recipient;
        uint256 before = to.balance;
        vm.prank(open ? stranger : address(refuser));
        settlement.withdraw(NATIVE, address(refuser), to);
        require(to.balance - before == nativeCredits, "39: all of it");
        nativeCredits = 0;
        refuser.setOpen(false);
        _did("withdraw");
    }

    /// @dev Invariant 12: the caller is called back, once, and cannot enter again meanwhile.
    function callBack(uint256 seed) external counted {
        seed = _mix(seed);
        (Item memory item, Item memory other) = (_plain(seed, false), _plain(seed >> 1, false));
        (item.o.sellToken, item.o.buyToken) = (address(usdc), address(weth));
        Award memory none;
        bytes memory sig = _sign(item.key, _idOf(item.kind, item.o));
        bytes memory otherSig = _sign(other.key, _idOf(other.kind, other.o));
        bytes memory data = abi.encodeCall(settlement.fillWith, (item.kind, item.o, _noOptions(), sig, none, "", 0, "x"));
        uint256[2] memory before = [usdc.balanceOf(item.o.user), weth.balanceOf(recipient)];
        uint256 calls_ = calledBack.calls();
        calledBack.fill(data, abi.encodeCall(settlement.fill, (other.kind, other.o, otherSig)));
        require(calledBack.calls() == calls_ + 1 && !calledBack.reached(), "12: called once, and the lock holds");
        require(before[0] - usdc.balanceOf(item.o.user) == item.o.sell, "9: exactly");
        require(weth.balanceOf(recipient) - before[1] == item.o.buy, "10: exactly");
        _spent(item.o);
        _did("called back");
    }

    /* FILL OR VOID */

    /// @dev Invariant 26: the attempt ends the exposure, whatever the user does meanwhile; and costs the solver nothing.
    function fillOrVoid(uint256 seed) external counted {
        seed = _mix(seed);
        Item memory item = _plain(seed, true);
        bytes32 id = _idOf(item.kind, item.o);
        Award memory a = _better(id, item.kind, item.o.sell, item.o.buy, seed);
        uint256 trick = (seed >> 210) % 5;
        bytes memory sig = trick == 1 ? _sign(item.key, keccak256("other")) : _sign(item.key, id);
        if (trick == 2) _cancelAs(item.o);
        PlainToken token = PlainToken(item.o.sellToken);
        if (trick == 3) _allow(item.o.user, token, 0);
        bool fills = trick == 0 || trick == 4;
        address buyToken = item.o.buyToken;
        uint256 before = _held(solver, buyToken);
        bytes memory data = abi.encodeCall(settlement.fillOrVoid, (item.kind, item.o, _noOptions(), sig, a, _signAward(a)));
        _moves(solver, item.o, data, Due(true, fills ? a.sell : 0, fills ? a.buy : 0, 0), 0);
        if (trick == 3) _allow(item.o.user, token, type(uint256).max);
        require(before - _held(solver, buyToken) == (fills ? a.buy : 0), "a void costs nothing");
        require(settlement.voided(_awardDigest(a), keccak256(sig)) != fills, "26: filled, or voided under what was tried");
        if (fills) _spent(item.o);
        _did(fills ? bytes32("orFill") : bytes32("orVoid"));
    }

    function _allow(address owner, PlainToken token, uint256 amount) private {
        vm.prank(owner);
        token.approve(address(settlement), amount);
    }

    function _cancelAs(SwapOrder memory o) private {
        vm.prank(o.user);
        settlement.cancelNonces(o.nonce >> 8, 1 << (o.nonce & 0xff));
    }

    /* BATCHES */

    /// @dev Invariant 38: each line as if alone. A ring of users with each other, or all with the solver; awarded or open.
    function batch(uint256 seed) external counted {
        seed = _mix(seed);
        bool ring = seed & 1 == 1;
        bool awarded = seed & 2 == 2;
        // Rings of two or three, as there are three tokens; inventory for up to four.
        uint256 n = 2 + (seed >> 8) % (ring ? 2 : 3);
        Item[] memory items = new Item[](n);
        uint128 amount = uint128(2 + (seed >> 16) % 1e12);
        PlainToken[3] memory three = _three();
        for (uint256 i; i < n; ++i) {
            // In a ring each line pays the next one.
            PlainToken to = three[ring ? (i + n - 1) % n : (i + 1) % 3];
            items[i] = _item(i, ring ? 0 : uint8(seed >> (20 + i) & 1), three[i % 3], amount, to, amount);
            (items[i].o.nonce, items[i].o.sentence) = (uint152(uint256(keccak256(abi.encode(++salt)))), bytes32(salt));
            (items[i].o.exclusiveUntil, items[i].o.fillBy) = (uint40(awarded ? time + 100 : time - 1), uint40(time + 300));
        }
        Batch memory b = _open();
        uint256[] memory amounts = _limits(items);
        if (awarded) {
            b.award = uint256(BOND) << 120 | time << 80 | time << 40 | time + 60;
            (b.r, b.vs) = vm.signCompact(AUCTIONEER_KEY, _awardsDigest(b.award, _ids(items), amounts, solver));
        }
        _settleBatch(b, items, ring ? _ring(amounts) : _inventory(amounts));
        _did(ring ? bytes32("ring") : bytes32("inventory"));
    }

    function _settleBatch(Batch memory b, Item[] memory items, uint256[] memory plan) private {
        uint256[] memory before = new uint256[](2 * items.length);
        for (uint256 i; i < items.length; ++i) {
            before[2 * i] = _held(items[i].o.user, items[i].o.sellToken);
            before[2 * i + 1] = _held(items[i].o.to, items[i].o.buyToken);
        }
        Line[] memory lines = _lines(items);
        vm.prank(solver);
        batches.fillMany(b, lines, plan, 0, "");
        for (uint256 i; i < items.length; ++i) {
            require(before[2 * i] - _held(items[i].o.user, items[i].o.sellToken) == items[i].o.sell, "9, 38: each line pays exactly");
            require(_held(items[i].o.to, items[i].o.buyToken) - before[2 * i + 1] == items[i].o.buy, "10, 38: each line gets exactly");
            _spent(items[i].o);
        }
        vm.prank(solver);
        (bool twice,) = address(batches).call(abi.encodeCall(batches.fillMany, (b, lines, plan, 0, "")));
        require(!twice, "6: a batch once");
    }

    /* CANCELLING */

    /// @dev Invariant 16: after a cancel nothing of the order is ever filled.
    function cancel(uint256 seed) external counted {
        seed = _mix(seed);
        if (seed & 7 == 0) return _cancelLive(seed >> 3);
        Item memory item = _plain(seed, false);
        bytes32 id = _idOf(item.kind, item.o);
        uint256 how = (seed >> 200) % 3;
        if (how == 0) {
            vm.prank(item.o.user);
            settlement.cancel(item.kind, item.o, _noOptions());
        } else if (how == 1) {
            bytes32 digest = _digest(keccak256(abi.encode(keccak256("Cancel(bytes32 order)"), id)));
            vm.prank(stranger);
            settlement.cancelFor(item.kind, item.o, _noOptions(), _sign(item.key, digest));
        } else {
            _cancelAs(item.o);
        }
        bytes memory data = abi.encodeCall(settlement.fill, (item.kind, item.o, _sign(item.key, id)));
        require(!_moves(solver, item.o, data, Due(false, 0, 0, 0), 0), "16: what is cancelled is never filled");
        ++fillsOf[item.o.user][item.o.nonce];
        bytes32[3] memory names = [bytes32("cancel"), "cancelFor", "cancelNonces"];
        _did(names[how]);
    }

    function _cancelLive(uint256 seed) private {
        (bool found, Ghost storage g) = _pick(seed);
        if (!found || g.over) return;
        (uint8 kind, SwapOrder memory o, Options memory x) = (g.kind, g.o, g.x);
        vm.prank(o.user);
        (bool ok,) = address(settlement).call(abi.encodeCall(settlement.cancel, (kind, o, x)));
        bool complete = x.parts != 0 && g.progress == (1 << x.parts) - 1;
        require(ok == !complete, "16: what is left can be cancelled");
        _end(g);
    }

    /* END */

    function finish() external override {
        for (uint256 i; i < ghosts.length; i += 1 + ghosts.length / 500) {
            check(i);
        }
        checkBystander();
    }

    function _end(Ghost storage g) private {
        g.over = true;
        for (uint256 i = live.length; i-- != 0;) {
            if (ghosts[live[i]].id != g.id) continue;
            live[i] = live[live.length - 1];
            live.pop();
            return;
        }
    }

    /// @dev Mostly one of the newest that are not over; at times one that is, which must refuse everything.
    function _pick(uint256 seed) private view returns (bool, Ghost storage) {
        if (ghosts.length == 0) return (false, _none());
        if (seed % 16 == 0 || live.length == 0) return (true, ghosts[(seed >> 128) % ghosts.length]);
        uint256 back = (seed >> 128) % (live.length < 24 ? live.length : 24);
        return (true, ghosts[live[live.length - 1 - back]]);
    }

    function _none() private pure returns (Ghost storage none) {
        assembly {
            none.slot := 0
        }
    }
}
