/* Escrow, delivery, attestation and refund of one deal: what timing.ts searches, for Spin.
   -DF finality  -DA attestation  -DC claim  -DDRIFT how far the origin's clock may be ahead  -DGAP closeAfter - deliverBy
   -DWAITS=0 attesters sign before finality   -DSILENT=1 attesters may stay silent for ever */
#define DELIVER_BY 3
#define CLOSE_AFTER (DELIVER_BY + GAP)
#define LAST (CLOSE_AFTER + 2)

mtype = { open, paid, refunded };
mtype escrow = open;
short now = 0, ahead = 0, deliveredAt = 0, attestedAt = 0;
bool chosen = false, delivered = false, reorganised = false, attested = false, gaveUp = false;

#define FINAL (delivered && now - deliveredAt >= F)
#define ATTESTATION_DUE (FINAL && !attested && !gaveUp && now - deliveredAt >= F + A)
#define CLAIM_DUE (attested && delivered && escrow == open && now - attestedAt >= C)
#define OVER (now >= LAST && escrow != open)

init { atomic { select (ahead : 0 .. DRIFT); chosen = true } }

active proctype Clock() {
  chosen;
  do
  :: atomic { now < LAST && !ATTESTATION_DUE && !CLAIM_DUE -> now++ }
  :: OVER -> break
  od
}

active proctype Solver() {
  chosen;
  do
  :: atomic { !delivered && now <= DELIVER_BY && escrow == open -> delivered = true; deliveredAt = now }
  :: atomic { attested && escrow == open -> escrow = paid }
  :: OVER -> break
  od
}

active proctype Attesters() {
  chosen;
  do
  :: atomic { delivered && !attested && !gaveUp && (WAITS == 0 || FINAL) -> attested = true; attestedAt = now }
  :: atomic { SILENT == 1 && !gaveUp && !attested -> gaveUp = true }
  :: OVER -> break
  od
}

active proctype Chain() { /* one reorganisation of the destination */
  chosen;
  do
  :: atomic { delivered && !FINAL && !reorganised -> delivered = false; reorganised = true }
  :: OVER -> break
  od
}

active proctype Anyone() {
  chosen;
  do
  :: atomic { now + ahead > CLOSE_AFTER && escrow == open -> escrow = refunded }
  :: OVER -> break
  od
}

ltl userSafe { [] !(escrow == paid && !delivered) }
ltl solverSafe { [] !(escrow == refunded && FINAL) }
ltl settles { <> (escrow != open) }
