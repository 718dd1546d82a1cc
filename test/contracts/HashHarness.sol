// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Award, JobOrder, LeaseOrder, Options, Reply, SwapOrder, TokenOrder} from "../../contracts/src/interfaces/Types.sol";
import {Line} from "../../contracts/src/interfaces/IBatches.sol";
import {Hashes} from "../../contracts/src/libraries/Hashes.sol";
import {Lines} from "../../contracts/src/libraries/Lines.sol";

/// @dev The contracts' hash library, for comparison with viem and ethers. Bids and their receipts never reach the chain.
contract HashHarness {
    function swap(uint8 kind, SwapOrder calldata o, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.swapOrder(kind, o));
    }

    function withOptions(uint8 kind, SwapOrder calldata o, Options memory x, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.swapOrder(kind, o, x));
    }

    function line(Line calldata x, address[] calldata table, address auctioneer, address settlement) external view returns (bytes32) {
        return _digest(settlement, Lines.hash(x, table[Lines.sellIndex(x)], table[Lines.buyIndex(x)], auctioneer));
    }

    function awards(bytes32[] memory orders, uint256[] memory amounts, Award calldata a, address settlement) external view returns (bytes32) {
        bytes32 lists = Hashes.awards(Hashes.fold(orders), Hashes.fold(amounts), a.solver, a.bond, a.cutAt, a.notBefore, a.fillBy);
        return _digest(settlement, lists);
    }

    function tokens(uint8 kind, TokenOrder calldata o, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.tokenOrder(kind, o));
    }

    function lease(LeaseOrder calldata o, address settlement) external view returns (bytes32 id, bytes32 machine) {
        (id, machine) = (Hashes.leaseOrder(o), Hashes.machine(o));
        id = _digest(settlement, id);
    }

    function job(JobOrder calldata o, address settlement) external view returns (bytes32 id, bytes32 jobHash) {
        (id, jobHash) = (Hashes.jobOrder(o), Hashes.job(o));
        id = _digest(settlement, id);
    }

    function award(Award calldata a, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.award(a));
    }

    function reply(bytes32 awardDigest, Reply calldata r, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.reply(awardDigest, r));
    }

    function voucher(bytes32 dealId, uint32 secs, bytes32 meter, bool last, address settlement) external view returns (bytes32) {
        return _digest(settlement, Hashes.voucher(dealId, secs, meter, last));
    }

    function header(uint256 chain, uint64 number, bytes32 hash, address source) external view returns (bytes32) {
        return _digest(source, Hashes.header(chain, number, hash));
    }

    function deliveries(uint256 chain, address delivery, uint64 number, uint40 asOf, bytes32 root, address verifier)
        external
        view
        returns (bytes32)
    {
        return _digest(verifier, Hashes.deliveries(chain, delivery, number, asOf, root));
    }

    function verdict(bytes32 dealId, bytes32 result, uint64 fuel, address verifier) external view returns (bytes32) {
        return _digest(verifier, Hashes.verdict(dealId, result, fuel));
    }

    function _digest(address contract_, bytes32 structHash) private view returns (bytes32) {
        return Hashes.digest(Hashes.domain(contract_), structHash);
    }
}
