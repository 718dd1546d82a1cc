/** Floors of `npm run bench:gas`: contracts that make the same checks by hand and nothing else, measured in the same run, last of all. */
import { type Address, encodeFunctionData, erc20Abi, type Hex, maxUint256 } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Call } from '../../contracts/client/ledger.ts';
import { orderId } from '../../intents/order.ts';
import { compiled } from '../contracts/compiled.ts';
import { BUY, crossing, freshNonce, swap } from './gasCases.ts';
import { deployer, recipient, solver, user, type World } from './gasWorld.ts';

export type Floor = { floor: number; why: string };

const FILL = 'Settlement finds the function among 21, keeps ERC-1271 accounts, Permit2 and tokens that return nothing possible, and tells each refusal apart.';
const DELIVERY = 'Delivery also takes native coin and tokens that return nothing, has ten other functions, and tells each refusal apart.';

/** The floor of each case that has one. */
export async function floors(world: World): Promise<Record<string, Floor>> {
  const { FillFloor, DeliveryFloor } = await compiled('Floors.sol', ['FillFloor', 'DeliveryFloor'], ['--via-ir']);
  const [fill, delivery] = [(await world.send(deployer, null, FillFloor.bytecode)).created!, (await world.send(deployer, null, DeliveryFloor.bytecode)).created!];
  await approve(world, user, world.sold, fill);
  await approve(world, solver, world.bought, fill);
  await approve(world, solver, world.bought, delivery);

  const nonce = freshNonce();
  const filled = async (bit: bigint) => {
    const signed = await world.signed({ ...swap(world, await world.now(), nonce + bit, false), settlement: fill });
    return gasOn(world, fill, world.calls.fillCall(signed));
  };
  const order = crossing(world, await world.now());
  const { token, to, deliverBy } = order.message.buy;
  const drop = { dealId: orderId(order), output: 0, token, to, deliverBy, solver: solver.address, amount: BUY };
  return {
    'fill.fresh': { floor: await filled(0n), why: FILL },
    'fill.used': { floor: await filled(1n), why: FILL },
    deliver: { floor: await gasOn(world, delivery, world.calls.deliverCall([drop], solver.address)), why: DELIVERY },
  };
}

const gasOn = async (world: World, to: Address, call: Call) => Number((await world.run(solver, { ...call, to })).gas);

const approve = (world: World, from: PrivateKeyAccount, token: Address, spender: Address): Promise<{ hash: Hex }> =>
  world.send(from, token, encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] }));
