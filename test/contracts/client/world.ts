/** One anvil with Tender deployed, two tokens, named people, and the orders that they sign: for the tests in this folder. */
import { encodeFunctionData, type Address, type Hex, keccak256, type LocalAccount, maxUint256, zeroHash } from 'viem';
import { deployTender } from '../../../contracts/client/deploy.ts';
import { evmLedger } from '../../../contracts/client/evm.ts';
import type { Awarded, Call, Ledger } from '../../../contracts/client/ledger.ts';
import { clientOf } from '../../../contracts/client/rpc.ts';
import { type Award, marketDigest, type MarketMessages, marketTypedData, type MarketType } from '../../../intents/market.ts';
import { boundsOf, type KindName, type Order, orderId, type OrderOf, settlerOf, type SignedOrder, typedDataOf } from '../../../intents/order.ts';
import type { Chain } from '../../../intents/registry.ts';
import { accounts, type Anvil, startAnvil } from './anvil.ts';
import { bareChain } from './bare.ts';
import { tokenAbi, tokenCode } from './token.ts';

export const [deployer, user, solver, auctioneer, meter, ...attesters] = accounts as [LocalAccount, LocalAccount, LocalAccount, LocalAccount, LocalAccount, ...LocalAccount[]];
export const K = 2;
export const attesterSet = { signers: attesters.map(({ address }) => address), k: K };
export const USDC = 10n ** 6n;
export const DAI = 10n ** 18n;

export type World = {
  anvil: Anvil;
  chain: Chain;
  ledger: Ledger;
  usdc: Address;
  dai: Address;
  now(): Promise<number>;
  /** Sends a call at once and fails if it reverts. */
  send(from: LocalAccount, call: Call): Promise<Hex>;
  /** Sets the time of the next block, Unix seconds. */
  at(time: number): Promise<void>;
};

export async function startWorld(options: { chainId?: number; blockTime?: number } = {}): Promise<World> {
  const anvil = await startAnvil(options);
  const client = clientOf(anvil.url);
  const mined = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    if (receipt.status !== 'success') throw new Error(`${hash} reverted`);
    return receipt;
  };
  const token = async (symbol: string, decimals: number) => {
    const { contractAddress } = await mined(await anvil.rpc<Hex>('eth_sendTransaction', { from: deployer.address, data: tokenCode(symbol, decimals, deployer.address) }));
    for (const { address } of [user, solver]) {
      const data = encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [address, 10n ** BigInt(decimals + 6)] });
      await mined(await anvil.rpc<Hex>('eth_sendTransaction', { from: deployer.address, to: contractAddress, data }));
    }
    return contractAddress!;
  };
  const usdc = await token('USDC', 6);
  const dai = await token('DAI', 18);
  const contracts = await deployTender({
    rpc: anvil.url,
    deployer,
    config: { attesters: attesters.map(({ address }) => address), k: K, gaps: { [anvil.chainId]: 60, 31302: 120 }, localGap: 30, bondToken: usdc, bondDelay: 864_000 },
  });
  const chain = bareChain(anvil.chainId, anvil.url, { contracts, bondToken: usdc });
  const ledger = evmLedger({ chain });
  const send = async (from: LocalAccount, call: Call) => {
    const { to, data, value } = call;
    const gas = await client.estimateGas({ account: from.address, to, data, value });
    const hash = await anvil.rpc<Hex>('eth_sendTransaction', { from: from.address, to, data, value: `0x${value.toString(16)}`, gas: `0x${(gas * 2n).toString(16)}` });
    await mined(hash);
    return hash;
  };
  for (const [from, spender] of [[user, contracts.settlement], [user, contracts.escrow], [solver, contracts.settlement], [solver, contracts.delivery], [solver, contracts.bonds]] as const) {
    for (const one of [usdc, dai]) await send(from, ledger.approveCall(one, spender, maxUint256));
  }
  await send(solver, ledger.bondCall(solver.address, auctioneer.address, 1_000n * USDC));
  return { anvil, chain, ledger, usdc, dai, send, now: async () => (await ledger.head()).at, at: async (time) => void (await anvil.rpc('evm_setNextBlockTimestamp', time)) };
}

/* WHAT PEOPLE SIGN */

const sign = (account: LocalAccount, typedData: object) => account.signTypedData(typedData as Parameters<LocalAccount['signTypedData']>[0]);
export async function signed(order: Order): Promise<SignedOrder> {
  return { order, auth: { mode: 'signature', signature: await sign(user, typedDataOf(order)) } };
}
export const signMessage = <T extends MarketType>(account: LocalAccount, type: T, message: MarketMessages[T], chainId: number, contract: Address) =>
  sign(account, marketTypedData(type, message, chainId, contract));

/** An award to `solver` with its acceptance. */
export async function awarded(signedOrder: SignedOrder, now: number, change: Partial<Award> = {}): Promise<Awarded> {
  const { order, auth } = signedOrder;
  const bounds = boundsOf(order);
  const award: Award = {
    order: orderId(order), part: 0n, solver: solver.address, sell: bounds.sellAtMost, buy: bounds.buyAtLeast, bond: 10n * USDC,
    cutAt: now, notBefore: now - 30, fillBy: now + 30, after: zeroHash, ...change,
  };
  const domain = [order.chainId, order.settlement] as const;
  const reply = { award: marketDigest('Award', award, ...domain), authorisation: keccak256(auth.mode === 'signature' ? auth.signature : '0x'), accepted: true };
  return { award, signature: await signMessage(auctioneer, 'Award', award, ...domain), reply, replySignature: await signMessage(solver, 'Reply', reply, ...domain) };
}

let salt = 1n;
const common = (sentence: string) => ({ sentence, user: user.address, nonce: salt++ });
const head = (world: World, kind: KindName) => ({ chainId: world.chain.id, settlement: settlerOf(world.chain.contracts, kind) });

export async function fillIn(world: World, change: Partial<OrderOf<'fillIn'>['message']> = {}): Promise<OrderOf<'fillIn'>> {
  const now = await world.now();
  return { kind: 'fillIn', ...head(world, 'fillIn'), message: {
    ...common('Sell 100 USDC for at least 99 DAI'), sell: { token: world.usdc, exactly: 100n * USDC }, buy: { token: world.dai, atLeast: 99n * DAI, to: user.address },
    terms: { auctioneer: auctioneer.address, exclusiveUntil: now + 120, fillBy: now + 600 }, ...change,
  } };
}
export async function openOut(world: World, change: Partial<OrderOf<'openOut'>['message']> = {}): Promise<OrderOf<'openOut'>> {
  const now = await world.now();
  return { kind: 'openOut', ...head(world, 'openOut'), message: {
    ...common('Sell at most 100 USDC for 99 DAI'), sell: { token: world.usdc, atMost: 100n * USDC },
    buy: { chainId: BigInt(world.chain.id), token: world.dai, exactly: 99n * DAI, to: user.address, deliverBy: now + 600 },
    terms: { auctioneer: auctioneer.address, exclusiveUntil: now + 120, openBy: now + 600, closeAfter: now + 1_000, verifier: world.chain.contracts.attested }, ...change,
  } };
}
export async function lease(world: World, change: Partial<OrderOf<'lease'>['message']> = {}): Promise<OrderOf<'lease'>> {
  const now = await world.now();
  return { kind: 'lease', ...head(world, 'lease'), message: {
    ...common('Rent one machine'), sell: { token: world.usdc, perHourAtMost: 36n * USDC, totalAtMost: 36n * USDC },
    buy: {
      resources: { cpuMilli: 1000, memoryMiB: 512, diskGiB: 1, gpus: 0, gpuModel: '', gpuMemoryMiB: 0 }, place: { regions: '', level: 'self-declared' },
      workload: { runtime: 'sh', image: '', command: '', artifactSha256: zeroHash, sealedInputs: zeroHash }, secondsAtMost: 3_600,
    },
    terms: {
      auctioneer: auctioneer.address, exclusiveUntil: now + 120, openBy: now + 600, startBy: now + 600, ackSeconds: 60, windowSeconds: 600,
      noShowPenalty: 5n * USDC, meterKey: meter.address, verifier: world.chain.contracts.lease,
    }, ...change,
  } };
}
export async function job(world: World, change: Partial<OrderOf<'job'>['message']> = {}): Promise<OrderOf<'job'>> {
  const now = await world.now();
  return { kind: 'job', ...head(world, 'job'), message: {
    ...common('Run a program'), sell: { token: world.usdc, perBillionFuelAtMost: 2n * USDC, totalAtMost: 21n * USDC, auditBudget: USDC },
    buy: { runtime: 'wasm', command: 'run', programSha256: keccak256('0x01'), inputSha256: keccak256('0x02'), fuelAtMost: 10n ** 10n, memoryMiB: 64, outputMiB: 1 },
    terms: { auctioneer: auctioneer.address, exclusiveUntil: now + 120, openBy: now + 600, resultBy: now + 600, challengeSeconds: 100, verdictSeconds: 300, auditBps: 10_000, bondAtLeast: 3n * USDC, verifier: world.chain.contracts.rerun },
    ...change,
  } };
}
