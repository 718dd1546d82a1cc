/** The steps of token orders: one transaction on one chain, or open → deliver → final → prove → claim across two. */
import type { Hex } from 'viem';
import type { Deal } from '../contracts/client/deal.ts';
import { localEvidence } from '../contracts/client/evidence.ts';
import type { JournalRow } from '../contracts/client/journal.ts';
import type { Call, Drop, OrderState } from '../contracts/client/ledger.ts';
import type { ErrorValue } from '../intents/errors.ts';
import { isEscrow, type Order, type OrderOf, type UnixSeconds } from '../intents/order.ts';
import { type Door, type Outcome, type Promised, type Steps, termsOf, type World } from './ports.ts';
import { sameAddress } from './sign.ts';

const voidKey = (id: Hex) => `void:${id}`;
/** How often one effect may revert before it is given up. */
const TRIES = 3;
/** Blocks that a transaction should have left before a deadline to be worth sending. */
const LEAD_BLOCKS = 2;
/** So few blocks before the award's end, an order that cannot be taken is voided. */
const VOID_BLOCKS = 6;

/** Carries a token order to its end. Asks the chain first at every turn, so it may be started again from any point. */
export const settleTokens = (world: World, promised: Promised): Steps =>
  isEscrow(promised.signed.order) ? escrow(world, promised) : fill(world, promised);

async function* fill(world: World, promised: Promised): Steps {
  const { id, signed, awarded } = promised;
  const { by } = termsOf(promised);
  const door = doorOf(world, signed.order.chainId);
  const key = `fill:${id}`;
  for (;;) {
    const state = await door.ledger.stateOf(signed.order);
    if (state === 'filled' || state === 'cancelled') {
      const mine = (await minedOf(world, key)) ?? (await minedOf(world, voidKey(id)));
      if (mine) yield { free: true };
      if (!(yield* holdsWhenFinal(door, signed.order, state)) || (yield* isBehind(world, door, [key, voidKey(id)]))) continue;
      return mine
        ? { outcome: 'settled', note: 'filled' }
        : { outcome: state === 'filled' ? 'lost' : 'cancelled', note: `the order is ${state}, not by this solver` };
    }
    const left = await timeLeft(door, by, await pendingOf(world, key));
    if (left === 'none') return { outcome: 'missed', note: 'the time ran out before the fill was mined' };
    if (left === 'too little') {
      yield look(door, TOO_LATE);
      continue;
    }
    const sent = yield* transact(world, door, key, door.ledger.fillCall(signed, awarded));
    if (!isError(sent)) continue;
    const voided = yield* endExposure(world, door, promised);
    if (voided) return voided;
    yield look(door, `fill would fail: ${sent.message}`);
  }
}

async function* escrow(world: World, promised: Promised): Steps {
  const order = promised.signed.order as OrderOf<'openIn' | 'openOut'>;
  const origin = doorOf(world, order.chainId);
  const sure = { open: false };
  for (;;) {
    const state = await origin.ledger.stateOf(order);
    sure.open &&= state === 'open';
    const end =
      state === 'open'
        ? yield* deliverAndClaim(world, origin, promised, order, sure)
        : state === 'fresh'
          ? yield* openDeal(world, origin, promised)
          : yield* closedDeal(world, origin, promised, state, [`claim:${promised.id}`]);
    if (end) return end;
  }
}

/** A deal that is not open yet: opens it with the user's signature, or waits for the user's own transaction. */
export async function* openDeal(world: World, origin: Door, promised: Promised): Steps<Outcome | undefined> {
  const { id, signed, awarded } = promised;
  const key = `open:${id}`;
  const left = await timeLeft(origin, termsOf(promised).by, await pendingOf(world, key));
  if (signed.auth.mode === 'own') {
    return left === 'none'
      ? { outcome: 'unopened', note: 'the user did not open in time' }
      : yield* again(origin, "waiting for the user's open");
  }
  if (left === 'none') return { outcome: 'missed', note: 'the award ran out before the escrow was open' };
  if (left === 'too little') return yield* again(origin, TOO_LATE);
  const sent = yield* transact(world, origin, key, origin.ledger.openCall(signed, awarded));
  if (!isError(sent)) return undefined;
  return (yield* endExposure(world, origin, promised)) ?? (yield* again(origin, `open would fail: ${sent.message}`));
}

/**
 * What a solver that is ready does when the user is not: near the award's end it lets the contract try once more, which takes the
 * order or else voids the award, so that an acceptance that could not be honoured costs no bond. Undefined: not yet, or taken.
 */
async function* endExposure(world: World, door: Door, promised: Promised): Steps<Outcome | undefined> {
  const { id, signed, awarded } = promised;
  if (!awarded || awarded.award.bond === 0n) return undefined;
  const { at } = await door.ledger.head();
  if (at + VOID_BLOCKS * door.chain.blockSeconds < awarded.award.fillBy) return undefined;
  const sent = yield* transact(world, door, voidKey(id), door.ledger.voidCall(signed, awarded));
  if (isError(sent)) return yield* again(door, `neither taken nor voided: ${sent.message}`);
  if ((await door.ledger.stateOf(signed.order)) !== 'fresh' || !(yield* holdsWhenFinal(door, signed.order, 'fresh'))) return undefined;
  return { outcome: 'voided', note: 'the user’s side failed; the award is void' };
}

/** A deal that is over: settled if one of `paying` is ours. Undefined: a reorg brought it back. */
export async function* closedDeal(
  world: World,
  origin: Door,
  { signed }: Promised,
  state: OrderState,
  paying: string[],
): Steps<Outcome | undefined> {
  yield { free: true };
  if (!(yield* holdsWhenFinal(origin, signed.order, state)) || (yield* isBehind(world, origin, paying))) return undefined;
  const paid = (await Promise.all(paying.map((key) => minedOf(world, key)))).some((hash) => hash !== undefined);
  if (paid) return { outcome: 'settled', note: 'paid' };
  return state === 'cancelled'
    ? { outcome: 'cancelled', note: 'the user cancelled' }
    : { outcome: 'refunded', note: 'the deal closed without a payment that this solver asked for' };
}

/** Whether the opening has been seen final. Of memory only: after a crash that is waited for once more. */
export type Sure = { open: boolean };

/** The open deal, once it is final and if it is ours; an outcome if another solver holds it. Undefined: look again. */
export async function* ownDeal(world: World, origin: Door, order: Order, sure: Sure): Steps<Deal | Outcome | undefined> {
  const deal = await origin.ledger.dealOf(order);
  if (!deal) return yield* again(origin, 'reading the deal');
  if (!sameAddress(deal.solver, world.account.address)) return { outcome: 'lost', note: 'another solver holds the deal' };
  // Money that a reorg can take back is no money: nothing is delivered before the deposit is final.
  sure.open ||= yield* holdsWhenFinal(origin, order, 'open');
  return sure.open ? deal : undefined;
}

/** One look at an open deal: at most one transaction. Undefined: look at the chain again. */
async function* deliverAndClaim(
  world: World,
  origin: Door,
  promised: Promised,
  order: OrderOf<'openIn' | 'openOut'>,
  sure: Sure,
): Steps<Outcome | undefined> {
  const deal = yield* ownDeal(world, origin, order, sure);
  if (!deal || 'outcome' in deal) return deal;
  const { id } = promised;
  const { buy } = order.message;
  const destination = doorOf(world, buy.chainId);
  const drop: Drop = {
    dealId: id,
    output: 0,
    token: buy.token,
    to: buy.to,
    deliverBy: buy.deliverBy,
    solver: world.account.address,
    amount: termsOf(promised).buy,
  };
  const key = `deliver:${id}`;
  if ((await destination.ledger.deliveredOf(drop)) < drop.amount) {
    const left = await timeLeft(destination, buy.deliverBy, await pendingOf(world, key));
    if (left === 'none') return { outcome: 'abandoned', note: 'too late to deliver; the escrow goes back to the user' };
    if (left === 'too little') return yield* again(destination, TOO_LATE);
    const sent = yield* transact(world, destination, key, destination.ledger.deliverCall([drop], world.account.address));
    if (isError(sent)) yield look(destination, `delivery would fail: ${sent.message}`);
    return undefined;
  }
  yield { free: true };
  const local = destination === origin && sameAddress(order.message.terms.verifier, origin.chain.contracts.local);
  const final = await destination.ledger.finalised();
  if (!local && (await destination.ledger.deliveredOf(drop, final.number)) < drop.amount) {
    return yield* again(destination, 'waiting until the delivery is final');
  }
  const evidence = local ? localEvidence() : await world.market.prove(destination.chain.id, [drop]);
  const sent = yield* transact(world, origin, `claim:${id}`, origin.ledger.claimCall(deal, evidence));
  if (isError(sent)) yield look(origin, `claim would fail: ${sent.message}`);
  return undefined;
}

/**
 * One journalled transaction. A call that would revert is not sent: the error comes back. An attempt that reverted is
 * followed by another under a key of its own, and only once the revert is final (the journal says `failed` then, not
 * before): a reorg could turn it into a success, and two successes would pay twice.
 */
export async function* transact(world: World, door: Door, key: string, call: Call): Steps<JournalRow | ErrorValue> {
  for (const name of namesOf(key)) {
    const row = await world.rowOf(name);
    if (row?.state === 'failed') continue;
    if (row?.state === 'intended' || row?.state === 'sent') return yield* send(name, row.call);
    if (row) {
      // The journal is ahead of this view of the chain, or behind a reorg or a revert that its watcher will settle.
      yield look(door, `${call.what}: mined, not yet seen`);
      return row;
    }
    const simulated = await door.ledger.simulate(call, world.account.address);
    return simulated.ok ? yield* send(name, call) : simulated.error;
  }
  return { code: 'gave_up', message: `reverted ${TRIES} times` };
}

async function* send(key: string, call: Call): Steps<JournalRow | ErrorValue> {
  const row = yield { send: call, key };
  return !row || row.state === 'failed' ? { code: 'reverted', message: row?.error ?? 'reverted' } : row;
}

/** True once the state seen now is final and unchanged; false when it changed on the way. */
async function* holdsWhenFinal(door: Door, order: Order, state: string): Steps<boolean> {
  const seen = await door.ledger.head();
  for (;;) {
    if ((await door.ledger.stateOf(order)) !== state) return false;
    if ((await door.ledger.finalised()).number >= seen.number) return true;
    yield look(door, `waiting until "${state}" is final`);
  }
}

/** The chain may know of a transaction before the journal does, above all after a reorg: then its row decides nothing yet. */
async function* isBehind(world: World, door: Door, keys: string[]): Steps<boolean> {
  const pending = (await Promise.all(keys.map((key) => pendingOf(world, key)))).some(Boolean);
  if (pending) yield look(door, 'waiting for the journal to see what the chain shows');
  return pending;
}

/** Whether a transaction sent now can be mined by `deadline`. What is already pending is waited for, whatever the clock says. */
async function timeLeft(door: Door, deadline: UnixSeconds, pending: boolean): Promise<'enough' | 'too little' | 'none'> {
  const { at } = await door.ledger.head();
  if (pending || at + LEAD_BLOCKS * door.chain.blockSeconds <= deadline) return 'enough';
  return at > deadline ? 'none' : 'too little';
}
const TOO_LATE = 'too close to the deadline to send';

/** Look again in half a block: the run loop wakes the promise earlier when the network reports something. */
export const look = (door: Door, why: string, ms = Math.max(200, door.chain.blockSeconds * 500)) => ({ wait: why, ms });

export async function* again(door: Door, why: string, ms?: number): Steps<undefined> {
  yield look(door, why, ms);
  return undefined;
}

export const isError = (value: JournalRow | ErrorValue): value is ErrorValue => 'code' in value;

const namesOf = (key: string) => Array.from({ length: TRIES }, (_, n) => (n === 0 ? key : `${key}#${n + 1}`));
const attempts = async (world: World, key: string): Promise<JournalRow[]> =>
  (await Promise.all(namesOf(key).map((name) => world.rowOf(name)))).filter((row) => row !== undefined);
/** The transaction that did it, if an attempt under this key succeeded. A row with an error was only filled up. */
export const minedOf = async (world: World, key: string): Promise<Hex | undefined> =>
  (await attempts(world, key)).find((row) => row.mined?.status === 'success' && !row.error)?.mined?.hash;
/** Is an attempt under way, so that waiting is right even after the deadline? */
const pendingOf = async (world: World, key: string) =>
  (await attempts(world, key)).some((row) => row.state === 'intended' || row.state === 'sent');

export function doorOf(world: World, chainId: number | bigint): Door {
  const door = world.on(chainId);
  if (!door) throw new Error(`No chain ${chainId} in this network.`);
  return door;
}
