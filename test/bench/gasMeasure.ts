/** Runs every case of `npm run bench:gas` in one world and returns the rows in the order of the targets. */
import { fileURLToPath } from 'node:url';
import { batches, SIZES } from './gasBatch.ts';
import { crossChain, fills, leases } from './gasCases.ts';
import { claims, deliveries } from './gasClaims.ts';
import { floors } from './gasFloors.ts';
import { type Row, sums, TARGETS } from './gasRows.ts';
import { type Receipt, startWorld } from './gasWorld.ts';

/** The gas of each case as it was committed. */
export const SNAPSHOT = fileURLToPath(new URL('./gas.json', import.meta.url));

const singles = (receipts: Record<string, Receipt>): Row[] => Object.entries(receipts).map(([name, { gas, hash }]) => ({ case: name, gas: Number(gas), hash }));

/** `quick`: without floors and without the batches above 50, which come last; what is left has the same gas as in a whole run. */
export async function measure({ quick = false } = {}): Promise<Row[]> {
  const world = await startWorld();
  try {
    const singleRows = [...singles(await fills(world)), ...singles(await crossChain(world)), ...singles(await leases(world))];
    const rows = [...singleRows, ...(await deliveries(world)), ...(await claims(world)), ...(await batches(world, quick ? SIZES.filter((size) => size <= 50) : SIZES))];
    const least = quick ? {} : await floors(world);
    const all = [...rows, ...sums(rows)].map((row) => ({ ...row, ...least[row.case] }));
    const order = Object.keys(TARGETS);
    const rank = ({ case: name }: Row) => (order.includes(name) ? order.indexOf(name) : order.length);
    return all.sort((a, b) => rank(a) - rank(b));
  } finally {
    await world.stop();
  }
}
