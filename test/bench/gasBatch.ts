/**
 * The rows of batches in `npm run bench:gas`: N users each sell in one `fillMany`. `inventory`: all sell AAA for BBB to the caller,
 * under one `Awards`. `cow`: pairs that want what the other has, past their windows; one transfer per order. Nonce words used.
 */
import { type Address, encodeFunctionData, erc20Abi, type Hex, keccak256, maxUint256, numberToHex, parseAbi, parseEther } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { fillManyCall, packLines } from '../../contracts/client/batch.ts';
import { inventoryPlan, limitsOf, nettedPlan } from '../../contracts/client/plan.ts';
import { foldAwards, marketTypedData } from '../../intents/market.ts';
import { type Order, orderId, type SignedOrder, typedDataOf } from '../../intents/order.ts';
import type { Row } from './gasRows.ts';
import { auctioneer, solver, type World } from './gasWorld.ts';

const SELL = parseEther('1000');
const BUY = parseEther('0.4');
/** One word of nonces for all batches: bit 255 of it is spent beforehand, so every batch finds it used. */
const WORD = 0xa1b2c3d4e5f6n;
export const SIZES: readonly number[] = [10, 50, 100, 200];
/** EIP-7825. */
export const TRANSACTION_GAS = 16_777_216;

/** Gas per order of both cases at each size; `batch50.*` are the rows of the table, the others `batchN.*`. */
export async function batches(world: World, sizes: readonly number[]): Promise<Row[]> {
  const users = Array.from({ length: Math.max(...sizes) }, (_, n) => privateKeyToAccount(keccak256(numberToHex(0x7e4de5 + n))));
  const rows: Row[] = [];
  let funded = 0;
  for (const [n, size] of sizes.entries()) {
    await fund(world, users.slice(funded, size).map(({ address }) => address));
    funded = size;
    const some = users.slice(0, size);
    rows.push(flat(await inventory(world, some, BigInt(2 * n)), rows[0]), flat(await cow(world, some, BigInt(2 * n + 1)), rows[1]));
  }
  return rows;
}

/** A larger batch costs at most 0.5 % more per order than one of ten. */
function flat(row: Row, ten = row): Row {
  if (row.gas > ten.gas * 1.005) throw new Error(`${row.case} takes ${row.gas} gas per order, ${ten.case} only ${ten.gas}.`);
  return row;
}

/** Balances, approvals and a used nonce word for each user, in a few full blocks; sent unsigned, anvil impersonates the users. */
async function fund({ anvil, client, contracts, sold, bought }: World, users: readonly Address[]) {
  const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [contracts.settlement, maxUint256] });
  const mint = (to: Address) => encodeFunctionData({ abi: parseAbi(['function mint(address,uint256)']), args: [to, parseEther('1000000')] });
  const spend = encodeFunctionData({ abi: parseAbi(['function cancelNonces(uint256,uint256)']), args: [WORD, 1n << 255n] });
  const hashes: Hex[] = [];
  const send = async (from: Address, to: Address, data: Hex) => void hashes.push(await anvil.rpc<Hex>('eth_sendTransaction', { from, to, data, gas: '0x186a0' }));
  await anvil.rpc('anvil_autoImpersonateAccount', true);
  await anvil.rpc('evm_setAutomine', false);
  for (const user of users) {
    await anvil.rpc('anvil_setBalance', user, '0xde0b6b3a7640000');
    for (const token of [sold, bought]) {
      await send(user, token, mint(user));
      await send(user, token, approve);
    }
    await send(user, contracts.settlement, spend);
  }
  await send(solver.address, sold, approve);
  while ((await anvil.rpc<{ pending: Hex }>('txpool_status')).pending !== '0x0') await anvil.mine();
  await anvil.rpc('evm_setAutomine', true);
  await anvil.rpc('anvil_autoImpersonateAccount', false);
  for (const hash of hashes) if ((await client.getTransactionReceipt({ hash })).status !== 'success') throw new Error(`The transaction ${hash} reverted.`);
}

function orderOf(world: World, user: Address, bit: bigint, [from, to]: readonly [Address, Address], [exactly, atLeast]: readonly [bigint, bigint], now: number, exclusive: boolean): Order {
  return {
    kind: 'fillIn', chainId: world.chain.id, settlement: world.contracts.settlement,
    message: {
      sentence: 'Sell exactly 1000 AAA to buy at least 0.4 BBB.', user, nonce: (WORD << 8n) | bit,
      sell: { token: from, exactly }, buy: { token: to, atLeast, to: user },
      terms: { auctioneer: auctioneer.address, exclusiveUntil: exclusive ? now + 1000 : now - 1, fillBy: now + 2000 },
    },
  };
}

async function sign(user: PrivateKeyAccount, order: Order): Promise<SignedOrder> {
  return { order, auth: { mode: 'signature', signature: await user.signTypedData(typedDataOf(order) as Parameters<typeof user.signTypedData>[0]) } };
}

async function inventory(world: World, users: readonly PrivateKeyAccount[], bit: bigint): Promise<Row> {
  const now = await world.now();
  const signed = await Promise.all(users.map((user) => sign(user, orderOf(world, user.address, bit, [world.sold, world.bought], [SELL, BUY], now, true))));
  const awards = {
    ...foldAwards(signed.map(({ order }) => ({ order: orderId(order), sell: SELL, buy: BUY }))),
    solver: solver.address, bond: parseEther('50'), cutAt: now, notBefore: now, fillBy: now + 300,
  };
  const signature = await auctioneer.signTypedData(marketTypedData('Awards', awards, world.chain.id, world.contracts.settlement));
  const packed = await packLines(signed);
  return row('inventory', users.length, await world.run(solver, fillManyCall(packed, inventoryPlan(limitsOf(packed)), { awarded: { awards, signature } })));
}

async function cow(world: World, users: readonly PrivateKeyAccount[], bit: bigint): Promise<Row> {
  const now = await world.now();
  const signed = await Promise.all(
    users.map((user, n) =>
      n % 2 === 0
        ? sign(user, orderOf(world, user.address, bit, [world.sold, world.bought], [SELL, BUY], now, false))
        : sign(user, orderOf(world, user.address, bit, [world.bought, world.sold], [BUY, SELL], now, false)),
    ),
  );
  const packed = await packLines(signed);
  const plan = nettedPlan(packed, limitsOf(packed));
  if (plan.steps.length !== users.length) throw new Error(`${plan.steps.length} transfers for ${users.length} matched orders.`);
  return row('cow', users.length, await world.run(solver, fillManyCall(packed, plan)));
}

function row(name: string, size: number, { gas, hash }: { gas: bigint; hash: Hex }): Row {
  if (gas >= TRANSACTION_GAS) throw new Error(`batch${size}.${name} takes ${gas} gas, more than a transaction may.`);
  return { case: `batch${size}.${name}`, gas: Math.ceil(Number(gas) / size), perOrder: true, hash };
}
