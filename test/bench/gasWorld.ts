/** The world in which gas is measured: anvil (Prague), the contracts as deployed, one plain ERC-20 for all, EOAs only. */
import { type Address, createPublicClient, encodeAbiParameters, encodeFunctionData, erc20Abi, type Hex, http, keccak256, maxUint256, parseAbi, parseEther, zeroHash } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { permit2Deployment } from '../../api/local/permit2.ts';
import { buildContracts } from '../../contracts/build.ts';
import { callsOf } from '../../contracts/client/calls.ts';
import { closeAfterOf, type Deal, type EscrowOrder, openedDeal } from '../../contracts/client/deal.ts';
import { deployTender } from '../../contracts/client/deploy.ts';
import type { Awarded, Call } from '../../contracts/client/ledger.ts';
import { isGuarded, PERMIT2, permit2TypedData } from '../../contracts/client/permit2.ts';
import { type Award, marketDigest, marketTypedData } from '../../intents/market.ts';
import { boundsOf, type Order, orderId, type SignedOrder, typedDataOf } from '../../intents/order.ts';
import type { Chain } from '../../intents/registry.ts';
import { accounts, startAnvil } from '../contracts/client/anvil.ts';
import { compiled } from '../contracts/compiled.ts';

export const [deployer, user, solver, auctioneer, meter, recipient, stranger] = accounts as [PrivateKeyAccount, ...PrivateKeyAccount[]] as [
  PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount,
];
/** Keys of the three attesters, of which two sign. */
export const attesters = [accounts[3]!, accounts[4]!, accounts[5]!];
export const attesterSet = { signers: attesters.map(({ address }) => address), k: 2 };
/** Time of the first block; each transaction is one second later: nothing depends on when this runs. */
const GENESIS = 1_900_000_000;
/** A destination whose Delivery is this chain's own: the record key does not hold the chain, the attestation does. */
export const FAR = 31_302n;

export type Receipt = { gas: bigint; hash: Hex; bytes: number };
export type World = Awaited<ReturnType<typeof startWorld>>;

export async function startWorld() {
  await buildContracts();
  const [anvil, { PlainToken }] = await Promise.all([startAnvil({ chainId: 31_301, genesis: GENESIS }), compiled('Tokens.sol', ['PlainToken'], ['--via-ir'])]);
  const client = createPublicClient({ transport: http(anvil.url), pollingInterval: 10 });
  await anvil.rpc('anvil_setBlockTimestampInterval', 1);

  /** Sends, waits, and insists on success. */
  async function send(from: PrivateKeyAccount, to: Address | null, data: Hex, value = 0n): Promise<Receipt & { created?: Address }> {
    const nonce = await client.getTransactionCount({ address: from.address });
    const transaction = { type: 'eip1559', chainId: anvil.chainId, nonce, ...(to && { to }), data, value, gas: 8_000_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n } as const;
    const hash = await client.sendRawTransaction({ serializedTransaction: await from.signTransaction(transaction) });
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`The transaction ${hash} reverted.`);
    return { gas: receipt.gasUsed, hash, bytes: data.length / 2 - 1, ...(receipt.contractAddress && { created: receipt.contractAddress }) };
  }
  const token = async () => (await send(deployer, null, PlainToken.bytecode)).created!;
  const [sold, bought, bondToken] = [await token(), await token(), await token()];
  const contracts = await deployTender({
    rpc: client as Parameters<typeof deployTender>[0]['rpc'],
    deployer,
    config: { attesters: attesterSet.signers, k: attesterSet.k, gaps: { [Number(FAR)]: 300, [anvil.chainId]: 60 }, localGap: 60, bondToken, bondDelay: 864_000 },
  });
  const chain = { id: anvil.chainId, contracts, bondToken } as Chain;
  const calls = callsOf(chain);
  const run = (from: PrivateKeyAccount, { to, data, value }: Call) => send(from, to, data, value);
  const now = async () => Number((await client.getBlock({ blockTag: 'latest' })).timestamp);

  const mint = (to: Address, of: Address) => send(deployer, of, encodeFunctionData({ abi: parseAbi(['function mint(address,uint256)']), args: [to, parseEther('1000000')] }));
  // Every balance that a case touches is non-zero before it, contracts included.
  for (const of of [sold, bought, bondToken]) for (const to of [user, solver, recipient, stranger].map(({ address }) => address).concat(contracts.settlement, contracts.escrow, contracts.bonds)) await mint(to, of);
  const approve = (from: PrivateKeyAccount, of: Address, spender: Address) => send(from, of, encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] }));
  const { to: create2, data: permit2 } = permit2Deployment();
  await send(deployer, create2, permit2);
  await approve(user, sold, PERMIT2);
  await approve(user, sold, contracts.settlement);
  await approve(user, sold, contracts.escrow);
  await approve(solver, bought, contracts.settlement);
  await approve(solver, bought, contracts.delivery);
  await approve(solver, bondToken, contracts.bonds);
  await run(solver, calls.bondCall(solver.address, auctioneer.address, parseEther('1000')));

  async function signed(order: Order): Promise<SignedOrder> {
    const swap = order.kind === 'fillIn' || order.kind === 'fillOut' ? order : undefined;
    const data = swap && isGuarded(swap.message.nonce) ? permit2TypedData(swap) : typedDataOf(order);
    return { order, auth: { mode: 'signature', signature: await user.signTypedData(data as Parameters<typeof user.signTypedData>[0]) } };
  }

  /** An award at the signed limit with the solver's acceptance, as for `signed`. */
  async function awarded({ order, auth }: SignedOrder, change: Partial<Award> = {}): Promise<Awarded> {
    const { sellAtMost, buyAtLeast } = boundsOf(order);
    const time = await now();
    const award: Award = {
      order: orderId(order), part: 0n, solver: solver.address, sell: sellAtMost, buy: buyAtLeast, bond: parseEther('50'),
      cutAt: time, notBefore: time, fillBy: time + 300, after: zeroHash, ...change,
    };
    const domain = [chain.id, order.settlement] as const;
    const reply = { award: marketDigest('Award', award, ...domain), authorisation: keccak256(auth.mode === 'signature' ? auth.signature : '0x'), accepted: true };
    return {
      award,
      signature: await auctioneer.signTypedData(marketTypedData('Award', award, ...domain)),
      reply,
      replySignature: await solver.signTypedData(marketTypedData('Reply', reply, ...domain)),
    };
  }

  /** The deal that `awarded` opens. */
  const dealOf = (order: EscrowOrder, { award }: Awarded, bond = award.bond): Deal => {
    const units = boundsOf(order).buyAtLeast;
    const den = order.kind === 'lease' ? 3600n : order.kind === 'job' ? 10n ** 9n : units;
    return openedDeal(order, { dealId: orderId(order), solver: solver.address, num: award.sell, den, maxUnits: units, bond });
  };
  const passTo = (time: number) => anvil.rpc('evm_setNextBlockTimestamp', time);
  return { anvil, client, chain, contracts, calls, sold, bought, send, run, now, signed, awarded, dealOf, mint, passTo, closeAfterOf, stop: anvil.stop };
}

