import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployTender } from '../../../contracts/client/deploy.ts';
import { attesterSet, deployer, startWorld, user, type World } from '../../bench/gasWorld.ts';
import { type Scene, scenes } from './scenes.ts';

/** Every cell: a scene that is valid, brought where or when it must not be. */
let world: World;
let all: Scene[];
let twin: World['contracts'];
const cells: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  all = await scenes(world);
  const gaps = { 31_302: 300, [world.chain.id]: 60 };
  twin = await deployTender({
    rpc: world.client as Parameters<typeof deployTender>[0]['rpc'], deployer,
    config: { attesters: attesterSet.signers, k: attesterSet.k, gaps, localGap: 60, bondToken: world.chain.bondToken, bondDelay: 864_000 },
  });
}, 180_000);
afterAll(() => world?.stop());

const passes = async ({ from, call }: Scene, to = call.to) =>
  world.client.call({ account: from.address, to, data: call.data, value: call.value, gas: 8_000_000n }).then(() => true, () => false);
/** Runs `change`, expects the scene to be refused then and to be valid again once it is undone. */
async function refusedAfter(scene: Scene, what: string, change: () => Promise<unknown>) {
  const before = await world.anvil.rpc<string>('evm_snapshot');
  expect(await passes(scene), `${scene.name} before`).toBe(true);
  await change();
  expect(await passes(scene), `${scene.name} ${what}`).toBe(false);
  await world.anvil.rpc('evm_revert', before);
  cells.push(`${scene.name} ${what}`);
}

describe('a call that was valid', () => {
  it('is refused by the same contracts deployed again', async () => {
    for (const scene of all) {
      const name = Object.entries(world.contracts).find(([, address]) => address.toLowerCase() === scene.call.to.toLowerCase())![0];
      expect(await passes(scene, twin[name as keyof typeof twin]), scene.name).toBe(false);
      cells.push(`${scene.name} elsewhere`);
    }
  });
  it('is refused on a fork with another chain id', async () => {
    for (const scene of all) {
      await refusedAfter(scene, 'on a fork', () => world.anvil.rpc('anvil_setChainId', 31_399));
      await world.anvil.rpc('anvil_setChainId', world.chain.id);
    }
  });
  it('is refused a second time', async () => {
    for (const scene of all) if (!scene.again) await refusedAfter(scene, 'twice', () => world.run(scene.from, scene.call));
  });
  it('is refused after its user withdrew it', async () => {
    for (const scene of all) if (scene.withdraw) await refusedAfter(scene, 'withdrawn', () => world.run(user, scene.withdraw!));
  });
  it('is refused after its time', async () => {
    for (const scene of all) {
      if (scene.until) await refusedAfter(scene, 'late', async () => (await world.passTo(scene.until! + 1), world.anvil.mine()));
    }
  });
  it('was tried in at least forty cells', () => expect(new Set(cells).size).toBeGreaterThanOrEqual(40));
});
