// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, IBatches, Line} from "../interfaces/IBatches.sol";
import {ITenderCallback} from "../interfaces/ITenderCallback.sol";
import {FILL_OUT} from "../interfaces/Types.sol";
import {Calls} from "../libraries/Calls.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Lines} from "../libraries/Lines.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {Spending} from "./Spending.sol";

/// @title fillMany: lines are authorised, a plan of transfers is run, and then every line must be what its user signed.
/// @dev The plan is not trusted: it can only fail. What a line gave and got is counted from the transfers alone, in unbounded
///      sums, and no number is shared between lines.
abstract contract Batches is IBatches, Spending {
    using Lines for *;

    /// @dev Stands for `msg.sender` in a plan.
    uint256 private constant CALLER = 0xffff;

    /// @dev What is the same for all lines.
    struct Shared {
        bytes32 separator;
        address auctioneer;
        uint256 awardedUntil; // 0: no award
    }

    /// @dev What was transferred for each line.
    struct Book {
        uint256[] sold;
        uint256[] bought;
    }

    /// @inheritdoc IBatches
    function fillMany(Batch calldata batch, Line[] calldata lines, uint256[] calldata plan, uint256 split, bytes calldata callback)
        external
        locked
    {
        require(split <= plan.length, WrongStep(split));
        uint256[] memory ids = _authorise(batch, lines);
        Book memory book = Book(new uint256[](lines.length), new uint256[](lines.length));
        address[] calldata tokens = batch.tokens;

        _run(book, tokens, lines, plan, 0, split);
        if (callback.length != 0) ITenderCallback(msg.sender).tenderFill(Hashes.fold(ids), callback);
        _run(book, tokens, lines, plan, split, plan.length);

        _settle(ids, book, lines);
        if (batch.award != 0) _checkAwards(batch, Hashes.fold(ids), Hashes.fold(book.sold));
    }

    /* LINES */

    /// @dev Hours, form, the users' authority; the nonces are spent.
    function _authorise(Batch calldata batch, Line[] calldata lines) private returns (uint256[] memory ids) {
        Shared memory shared = Shared(_separator(), batch.auctioneer, _awardedUntil(batch.award));
        address[] calldata tokens = batch.tokens;
        ids = new uint256[](lines.length);
        for (uint256 i; i < lines.length; ++i) {
            Line calldata x = lines.line(i);
            _checkWindow(x, shared);
            bytes32 id = Hashes.digest(shared.separator, _hashOf(x, tokens, shared.auctioneer));
            if (!x.isSigned(id)) revert BadSignature(x.userOf());
            _spendNonce(x.userOf(), x.nonce());
            ids.set(i, uint256(id));
        }
    }

    /// @dev The end of the award that holds now; 0 without award.
    function _awardedUntil(uint256 award) private view returns (uint256) {
        if (award == 0) return 0;
        _checkHours(uint40(award >> 40), uint40(award));
        return uint40(award);
    }

    function _checkWindow(Line calldata x, Shared memory shared) private view {
        (uint256 exclusiveUntil, uint256 awardedUntil) = (x.exclusiveUntil(), shared.awardedUntil);
        if (block.timestamp > x.fillBy()) revert Expired(x.fillBy());
        if (awardedUntil != 0) {
            if (awardedUntil + missGrace > exclusiveUntil) revert AwardTooLong(exclusiveUntil);
        } else if (block.timestamp <= exclusiveUntil && shared.auctioneer != address(0)) {
            revert Exclusive(exclusiveUntil);
        }
    }

    function _hashOf(Line calldata x, address[] calldata tokens, address auctioneer) private pure returns (bytes32) {
        uint8 kind = x.kind();
        address sellToken = tokens.token(x.sellIndex());
        address buyToken = tokens.token(x.buyIndex());
        if (kind > FILL_OUT) revert BadKind(kind);
        if (x.hasZero()) revert ZeroAmount();
        if (sellToken == buyToken) revert SameToken(buyToken);
        if (x.userOf() == buyToken) revert BadRecipient(buyToken);
        return x.hash(sellToken, buyToken, auctioneer);
    }

    /* PLAN */

    function _run(Book memory book, address[] calldata tokens, Line[] calldata lines, uint256[] calldata plan, uint256 k, uint256 end)
        private
    {
        (uint256[] memory sold, uint256[] memory bought) = (book.sold, book.bought);
        for (; k < end; ++k) {
            uint256 step = plan.step(k);
            (uint256 from, uint256 to, uint256 amount) = (step >> 144, uint16(step >> 128), uint128(step));
            (address token, address payer, address payee) = (address(0), msg.sender, msg.sender);
            if (from < lines.length) {
                Line calldata x = lines.line(from);
                (payer, token) = (x.userOf(), tokens.token(x.sellIndex()));
                sold.add(from, amount);
            } else if (from != CALLER) {
                revert WrongStep(k);
            }
            if (to < lines.length) {
                Line calldata x = lines.line(to);
                payee = x.userOf();
                address wanted = tokens.token(x.buyIndex());
                if (token != wanted && from != CALLER) revert WrongStep(k);
                token = wanted;
                bought.add(to, amount);
            } else if (to != CALLER || from == CALLER) {
                revert WrongStep(k);
            }
            if (!Calls.tryPull(token, payer, payee, amount)) revert StepFailed(k);
        }
    }

    /* RESULT */

    /// @dev Each line is what its user signed. `book.sold` becomes the list of sold << 128 | bought.
    function _settle(uint256[] memory ids, Book memory book, Line[] calldata lines) private {
        (uint256[] memory sold, uint256[] memory bought) = (book.sold, book.bought);
        for (uint256 i; i < lines.length; ++i) {
            Line calldata x = lines.line(i);
            (uint256 out, uint256 got) = (sold.get(i), bought.get(i));
            bool met = x.kind() == FILL_OUT
                ? got == x.buy() && out <= x.sell() && out != 0
                : out == x.sell() && got >= x.buy() && got <= type(uint128).max;
            if (!met) revert LineNotMet(i, out, got);
            sold.set(i, out << 128 | got);
            emit Filled(bytes32(ids.get(i)), msg.sender, out << 128 | got);
        }
    }

    function _checkAwards(Batch calldata batch, bytes32 orders, bytes32 amounts) private view {
        (uint256 award, address auctioneer) = (batch.award, batch.auctioneer);
        bytes32 hash = Hashes.awards(
            orders, amounts, msg.sender, uint96(award >> 120), uint40(award >> 80), uint40(award >> 40), uint40(award)
        );
        Signatures.requirePair(auctioneer, _digest(hash), batch.r, batch.vs);
    }
}
