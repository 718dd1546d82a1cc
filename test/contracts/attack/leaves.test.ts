import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../bench/gasWorld.ts';
import { leavesOf } from './leaves.ts';
import { abiAt, type Scene, scenes } from './scenes.ts';

let world: World;
let all: Scene[];
beforeAll(async () => {
  world = await startWorld();
  all = await scenes(world);
}, 180_000);
afterAll(() => world?.stop());

const passes = async ({ from, call }: Scene, data = call.data) =>
  world.client.call({ account: from.address, to: call.to, data, value: call.value, gas: 8_000_000n }).then(() => true, () => false);

describe('a signed or attested call', () => {
  it('is there for every entry, and valid', async () => {
    expect(all.length).toBeGreaterThan(10);
    const refused: string[] = [];
    for (const scene of all) if (!(await passes(scene))) refused.push(scene.name);
    expect(refused).toEqual([]);
  });
  it('is refused with any one leaf changed', async () => {
    let leaves = 0;
    const accepted: string[] = [];
    for (const scene of all) {
      for (const { path, data } of leavesOf(abiAt(world.chain, scene.call.to)!, scene.call.data)) {
        leaves += 1;
        if ((await passes(scene, data)) !== Boolean(scene.free?.[path])) accepted.push(`${scene.name}: ${path}`);
      }
    }
    expect(accepted).toEqual([]);
    expect(leaves).toBeGreaterThan(200);
  }, 120_000);
});
