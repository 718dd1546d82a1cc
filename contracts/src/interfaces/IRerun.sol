// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttesters} from "./IAttesters.sol";
import {IVerifier} from "./IVerifier.sol";

/// @dev What evidence about a job is about. See IRerun.
enum JobAct {
    Result,
    Proven,
    Draw,
    Challenge,
    Settle,
    Judge,
    Lapse,
    NoShow
}

/// @dev How far a job is. Open: no result yet. Claimed: a result stands, the lot is not recorded. Cleared: the lot spared it.
enum Phase {
    Open,
    Claimed,
    Cleared,
    Audited,
    Challenged
}

/// @title Rerun: a job's result stands unless k of n judges, who ran the job again, say otherwise.
/// @notice The judges are trusted to say what the job gives; nobody else is. They are paid the same whichever way they vote, out
///         of the order's audit budget, which comes back if they are not needed. Cheating gains at most the job's price P and is
///         caught with the audits' rate p: the bond B deters it iff p × B > (1 − p) × P, so demand B ≥ P / p. Who builds the
///         block of the draw can throw it away: count on p / 2. Jobs must be deterministic.
/// @dev `step` evidence: abi.encode(JobAct act, JobTerms terms), and behind it the tail of the act, if any.
///      Signed: Verdict(bytes32 job = dealId, bytes32 result, uint64 fuel) by k of the set, as a quorum (see IAttesters).
///      State word: Phase u8 | block of the result u40 | since u40 | fuel u64 | first 13 bytes of the result, from the low end:
///      readable, so that nobody needs anything but the chain's log to draw, challenge or judge. Equal 13 bytes mean equal
///      results: to meet those of the job's only right result takes 2¹⁰⁴ attempts. `since`: when the phase began (Claimed and
///      Cleared: the result).
///
///      Result     (bytes32 result, uint64 fuel). Provider calls, once, now ≤ resultBy, fuel ≤ fuelAtMost. Claimed; where the
///                 order demands a full audit (10,000), Audited at once.
///      Proven     (bytes32 result, uint64 fuel) ‖ quorum. Result and Judge in one, by the provider of a job with a full audit: pays.
///      Draw       Anyone, from the third block after a claim on. Audited if uint(keccak256(hash of the second block after the
///                 claim, dealId)) mod 10,000 < auditBps, or if that hash cannot be read any more (EIP-2935: 8,191 blocks; chains
///                 without it: 256); else Cleared. Let it be recorded in time: a provider whose job is drawn late, is audited.
///      Challenge  The user calls, Claimed or Cleared, now ≤ result + challengeSeconds. Challenged. Costs the audit budget if
///                 the result stands.
///      Settle     Anyone, now > result + challengeSeconds, Cleared, or Claimed and spared by the lot: pays.
///      Judge      (bytes32 result, uint64 fuel) ‖ quorum. Anyone, Audited or Challenged, now ≤ since + verdictSeconds. The claim's
///                 result and fuel: pays. Others: refunds all, and the whole bond goes to the user.
///      Lapse      Anyone, Audited or Challenged, now > since + verdictSeconds. No quorum after an audit: refunds all, frees the
///                 bond. After a challenge: pays, since a challenge must not be free computing.
///      NoShow     Anyone, Open, now > resultBy: refunds all, and the whole bond goes to the user.
///      "Pays": floor(price × fuel / 10⁹) to the provider, the rest back, the bond free, the deal closed. Each of k judges gets
///      floor(auditBudget / k).
interface IRerun is IAttesters, IVerifier {
    /// @notice Not possible in this phase.
    error WrongPhase(Phase phase);
    /// @notice The fuel is above the signed ceiling `most`.
    error TooMuchFuel(uint256 most);
    /// @notice Only a job whose order demands a full audit is proven with its result; this one demands `auditBps`.
    error NotFullyAudited(uint256 auditBps);
    /// @notice The lot is drawn by the hash of block `number`, which must be over.
    error NotDrawnYet(uint256 number);
    /// @notice The lot says that this job must be judged: record the draw.
    error MustBeAudited();
}
