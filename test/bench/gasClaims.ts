/** The cases of `npm run bench:gas` that are batches across chains: deliveries of one solver, and its claims. */
import { type Address, getAddress, type Hex, keccak256, numberToHex, slice } from 'viem';
import type { Drop } from '../../contracts/client/ledger.ts';
import type { Row } from './gasRows.ts';
import { type Deal, type Place, placeOf } from '../../contracts/client/deal.ts';
import { attestedMany, recordKey } from '../../contracts/client/evidence.ts';
import type { OrderOf } from '../../intents/order.ts';
import { attestation, BUY, crossing } from './gasCases.ts';
import { type Receipt, solver, type World } from './gasWorld.ts';

const SIZES = [10, 50] as const;

const perOrder = (name: string, count: number, { gas, hash }: Receipt): Row => ({ case: `${name}.${count}`, gas: Math.ceil(Number(gas) / count), perOrder: true, hash });
const recipientOf = (index: number): Address => getAddress(slice(keccak256(numberToHex(index)), 12));

/** One token, one solver, as many recipients as orders: each holds some of the token before. */
export async function deliveries(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  const deliverBy = (await world.now()) + 100_000;
  for (const count of SIZES) {
    const drops = Array.from({ length: count }, (_, index): Drop => {
      const dealId: Hex = keccak256(numberToHex(count * 1000 + index));
      return { dealId, output: 0, token: world.bought, to: recipientOf(index), deliverBy, solver: solver.address, amount: BUY };
    });
    for (const { to } of drops) await world.mint(to, world.bought);
    rows.push(perOrder('deliver', count, await world.run(solver, world.calls.deliverCall(drops))));
  }
  return rows;
}

/** One token, one solver, one verifier, one destination: the whole tree that two of three attesters signed. */
export async function claims(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of SIZES) {
    const opened: { deal: Deal & { place: Place }; word: bigint }[] = [];
    for (let index = 0; index < count; index++) opened.push(await open(world));
    const leaves = opened.map(({ deal, word }) => ({ key: recordKey({ ...deal.place, dealId: deal.id, output: 0, solver: deal.solver }), word }));
    const evidence = attestedMany(await attestation(world, leaves));
    rows.push(perOrder('claim', count, await world.run(solver, world.calls.claimManyCall(opened, evidence))));
  }
  return rows;
}

async function open(world: World) {
  const signed = await world.signed(crossing(world, await world.now()));
  const awarded = await world.awarded(signed);
  await world.run(solver, world.calls.openCall(signed, awarded));
  const order = signed.order as OrderOf<'openIn'>;
  const deal = { ...world.dealOf(order, awarded), place: placeOf(order) };
  return { deal, word: (BigInt(await world.now()) << 128n) | BUY };
}
