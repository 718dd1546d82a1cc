/** What must be in place before a solver can keep a promise: approvals of what it sells, and its bond, on every chain. */
import type { Address } from 'viem';
import type { Call } from '../contracts/client/ledger.ts';
import { TenderError } from '../intents/errors.ts';
import { bondUnits, isNative } from './bond.ts';
import { reasonOf } from './log.ts';
import type { Door, World } from './ports.ts';

const UNLIMITED = 2n ** 256n - 1n;
/** An allowance below this is renewed: some tokens count an unlimited one down. */
const ENOUGH = 2n ** 95n;
/** Effects that wear off (an allowance, a bond) get a new key each time: so many are looked through. */
const ROUNDS = 10_000;

/** `bondTarget` in whole units of each chain's bond token. */
export type PrepareOptions = { bondTarget: number; sellsTokens: boolean };

/** Prepares all chains at once; what cannot be done is logged, and shows later as a pass with its reason. */
export async function prepare(world: World, doors: readonly Door[], options: PrepareOptions): Promise<void> {
  await Promise.all(doors.map((door) => prepareChain(world, door, options)));
}

async function prepareChain(world: World, door: Door, { bondTarget, sellsTokens }: PrepareOptions) {
  const { contracts, bondToken, tokens } = door.chain;
  const sold = sellsTokens ? tokens.filter(({ address }) => !isNative(address)).map(({ address }) => address) : [];
  await Promise.all([
    ...sold.flatMap((token) => [contracts.settlement, contracts.escrow, contracts.delivery].map((spender) => approve(world, door, token, spender))),
    approve(world, door, bondToken, contracts.bonds).then(() => topUpBond(world, door, bondUnits(door.chain, bondTarget))),
  ]);
}

/** Approves `spender` for what this solver holds of `token`, unless it is approved. */
async function approve(world: World, door: Door, token: Address, spender: Address): Promise<void> {
  const me = world.account.address;
  if ((await door.ledger.balanceOf(me, token)) === 0n) return;
  if ((await door.ledger.allowanceOf(me, token, spender)) >= ENOUGH) return;
  await renew(world, door, `approve:${door.chain.id}:${token}:${spender}`, door.ledger.approveCall(token, spender, UNLIMITED));
}

/** Deposits what is missing to the target, or what there is. */
async function topUpBond(world: World, door: Door, target: bigint): Promise<void> {
  const me = world.account.address;
  const { auctioneer } = world.registry;
  const { balance } = await door.ledger.bondOf(me, auctioneer);
  if (balance >= target) return;
  const purse = await door.ledger.balanceOf(me, door.chain.bondToken);
  const amount = purse < target - balance ? purse : target - balance;
  if (amount < target - balance) world.log('bond.short', { chain: door.chain.name, target, balance, purse });
  if (amount > 0n) await renew(world, door, `bond:${door.chain.id}:${auctioneer}`, door.ledger.bondCall(me, auctioneer, amount));
}

/** Sends under the first key that is not used up; an attempt of an earlier run that is still under way is finished instead. */
async function renew(world: World, door: Door, key: string, call: Call): Promise<void> {
  try {
    for (let n = 1; n <= ROUNDS; n++) {
      const name = `${key}#${n}`;
      const row = await world.rowOf(name);
      if (row && row.state !== 'intended' && row.state !== 'sent') continue;
      const sent = await door.send(name, row?.call ?? call);
      return world.log('prepared', { what: call.what, chain: door.chain.name, state: sent.state, error: sent.error });
    }
  } catch (error) {
    if (!(error instanceof TenderError)) throw error;
    world.log('prepare.failed', { what: call.what, chain: door.chain.name, reason: reasonOf(error) });
  }
}
